"""A Standard Safeguarding Dataset gives what the census of the same children gives, in any form."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simkit.common.atomic_files import write_all
from simkit.returns.read import read_return
from simkit.returns.result import Return
from simkit.returns.synthetic.children import Parameters, children
from simkit.returns.synthetic.file_formats import census_xml
from simkit.returns.synthetic.ssd import CaseworkParameters, dataset_files, dataset_tables

LAST = np.datetime64("2023-03-31")


@cache
def people(referrals: float = 1500, years: int = 6, seed: int = 1) -> pd.DataFrame:
    parameters = Parameters(referrals, years=years, weekend_share=0.05)
    table = children(parameters, 2023, seed)
    return table.drop_duplicates(["LAchildID", "CINreferralDate"])


@cache
def tables(referrals: float = 1500, years: int = 6, seed: int = 1) -> dict[str, pd.DataFrame]:
    return dataset_tables(people(referrals, years, seed), LAST, seed, CaseworkParameters())


def as_csv(folder: Path, made: dict[str, pd.DataFrame]) -> Path:
    place = folder / "ssd"
    place.mkdir()
    write_all(place, dataset_files(made))
    return place


def as_parquet(folder: Path, made: dict[str, pd.DataFrame]) -> Path:
    pytest.importorskip("pyarrow")
    place = folder / "parquet"
    place.mkdir()
    for name, table in made.items():
        typed = table.copy()
        for column in typed.columns[typed.columns.str.endswith("_date")]:
            typed[column] = pd.to_datetime(typed[column].replace("", None))
        typed.to_parquet(place / f"{name}.parquet")
    return place


def as_sqlite(folder: Path, made: dict[str, pd.DataFrame]) -> Path:
    file = folder / "ssd.sqlite"
    database = sqlite3.connect(file)
    for name, table in made.items():
        table.replace("", None).to_sql(name, database, index=False)
    database.close()
    return file


def as_duckdb(folder: Path, made: dict[str, pd.DataFrame]) -> Path:
    duckdb = pytest.importorskip("duckdb")
    file = folder / "ssd.duckdb"
    with duckdb.connect(str(file)) as database:
        for name, frame in made.items():
            database.register("frame", frame)
            dates = [column for column in frame if column.endswith("_date")]
            replaced = ", ".join(f"try_cast({c} AS TIMESTAMP) AS {c}" for c in dates)
            chosen = f"* REPLACE ({replaced})" if dates else "*"
            database.execute(f"CREATE TABLE {name} AS SELECT {chosen} FROM frame")
            database.unregister("frame")
    return file


def census(folder: Path, referrals: float = 1500, years: int = 6, seed: int = 1) -> Return:
    file = folder / "census.xml"
    file.write_text("".join(census_xml(people(referrals, years, seed), "204", 2023)), encoding="utf-8")
    return read_return("cin-census", file, internal=True)


@pytest.mark.parametrize("referrals", [40, 300, 1500])
def test_the_dataset_gives_every_count_of_the_census_of_the_same_children(
    tmp_path: Path, referrals: float
) -> None:
    made = as_csv(tmp_path, tables(referrals))
    own = read_return("ssd", made, authority="hackney", year=2023, internal=True)
    other = census(tmp_path, referrals)
    only_xml = {"stray_text", "unknown_element", "duplicate_child"}
    expected = {name: count for name, count in other.counts().items() if name not in only_xml}
    assert {name: own.shown.get(name) for name in expected} == expected
    assert own.durations is not None and other.durations is not None
    assert own.durations.counts == other.durations.counts
    assert own.open_cases is not None and other.open_cases is not None
    assert (np.sort(own.open_cases.days_open) == np.sort(other.open_cases.days_open)).all()


@pytest.mark.parametrize("form", [as_parquet, as_sqlite, as_duckdb])
def test_every_form_gives_the_same(tmp_path: Path, form: object) -> None:
    whole = read_return("ssd", as_csv(tmp_path, tables(300)), authority="hackney", internal=True)
    other = read_return(form(tmp_path, tables(300)), authority="hackney", internal=True)  # type: ignore[operator]
    assert other.kind == "ssd"
    assert dict(other.counts()) == dict(whole.counts())

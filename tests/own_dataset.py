"""What the tests of the Standard Safeguarding Dataset share: synthetic children as its tables and files."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simkit.common.atomic_files import write_all
from simkit.returns.synthetic.children import Parameters, children
from simkit.returns.synthetic.ssd import CaseworkParameters, dataset_files, dataset_tables

LAST = np.datetime64("2023-03-31")


@cache
def people(referrals: float = 1500, years: int = 6, seed: int = 1) -> pd.DataFrame:
    parameters = Parameters(referrals, years=years, weekend_share=0.05, closing=0.95)
    table = children(parameters, 2023, seed)
    return table.drop_duplicates(["LAchildID", "CINreferralDate"])


@cache
def tables(referrals: float = 1500, years: int = 6, seed: int = 1) -> dict[str, pd.DataFrame]:
    return dataset_tables(
        people(referrals, years, seed), LAST, seed, CaseworkParameters(referrals_per_worker=25)
    )


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

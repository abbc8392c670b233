"""A Standard Safeguarding Dataset gives what the census of the same children gives, in any form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from own_dataset import as_csv, as_duckdb, as_parquet, as_sqlite, people, tables

from simkit.returns.read import read_return
from simkit.returns.result import Return
from simkit.returns.synthetic.children import Parameters, children
from simkit.returns.synthetic.file_formats import census_xml
from simkit.returns.synthetic.ssd import dataset_tables

pytestmark = pytest.mark.slow


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
    only_xml = {"stray_text", "unknown_element", "misplaced_element", "duplicate_child"}
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


def test_an_earlier_year_is_the_census_of_that_year(tmp_path: Path) -> None:
    """The dataset goes on for two years after it: nothing of what came later is in the census."""
    drawn = Parameters(800, years=5, weekend_share=0.05, closing=0.95)
    table = children(drawn, 2025, 4).drop_duplicates(["LAchildID", "CINreferralDate"])
    place = as_csv(tmp_path, dataset_tables(table, np.datetime64("2025-03-31"), 4))
    file = tmp_path / "census.xml"
    file.write_text("".join(census_xml(table, "204", 2023)), encoding="utf-8")
    other = read_return("cin-census", file, internal=True)
    own = read_return("ssd", place, authority="hackney", year=2023, internal=True)
    shared = set(other.counts()) & set(own.counts())
    assert len(shared) > 60
    assert {name: own.count(name) for name in shared} == {name: other.count(name) for name in shared}

"""A Standard Safeguarding Dataset gives what the census of the same children gives, in any form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from own_dataset import as_csv, as_duckdb, as_parquet, as_sqlite, people, tables

from simkit.returns.read import read_return
from simkit.returns.result import Return
from simkit.returns.synthetic.file_formats import census_xml


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

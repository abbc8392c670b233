"""A synthetic return: a file of children who don't exist, to try the reading of own data."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np

from simkit.common.arguments import checked_arguments
from simkit.common.atomic_files import OutputError, write_all
from simkit.common.errors import SimkitError
from simkit.common.progress import progress_bar
from simkit.data import authority
from simkit.model.inputs.profile import Profile, profile
from simkit.returns.synthetic import file_formats
from simkit.returns.synthetic.children import children, parameters_of
from simkit.returns.synthetic.ssd import dataset_files, dataset_tables

_YEARS = 6  # of referrals in a dataset
_WEEKENDS, _MONTHS = 0.06, 0.08  # of its referrals on closed days, and how its months differ
_CLOSING = 0.99  # of its cases: over six years the others would fill the caseloads
_DAYS = 182  # covered by an Annex A workbook


@checked_arguments
def synthetic_return(
    kind: str, name: str, path: str | Path, *, year: int | None = None, seed: int = 1
) -> Path:
    """Write a return of children who don't exist, as ``simkit.read_return`` reads it; gives its path.

    ``kind``: cin-census (XML), annex-a (workbook), assessments (CSV) or ssd (a folder of CSV files of six
    years). It follows the published figures of the authority ``name`` in the year, and says that it is
    synthetic, on itself and when it is read. Raises SimkitError for another kind, an unknown authority or a
    file that can't be written.
    """
    file = Path(path)
    area = authority(name)
    base = profile(area.la_code, year)
    if kind == "ssd":
        return _dataset(file, base, seed)
    with progress_bar("Making children who don't exist"):
        sample = children(parameters_of(base), base.year, seed)
    match kind:
        case "cin-census":
            content = "".join(file_formats.census_xml(sample, area.la_code, base.year)).encode("utf-8")
        case "annex-a":
            content = file_formats.annex_a_workbook(sample, dt.date(base.year, 3, 31), _DAYS)
        case "assessments":
            content = file_formats.assessments_csv(sample)
        case _:
            raise SimkitError(
                f"There is no kind of return called {kind!r}: choose cin-census, annex-a, assessments or ssd."
            )
    if not file.absolute().parent.is_dir():
        raise OutputError(
            f"The folder {file.absolute().parent} does not exist, so {file} can't be made in it."
        )
    (target,) = write_all(file.absolute().parent, {file.name: content})
    return target


def _dataset(folder: Path, base: Profile, seed: int) -> Path:
    """A Standard Safeguarding Dataset in a folder, which must be new or empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder} is there already. A synthetic dataset is written to a new folder.")
    with progress_bar("Making children who don't exist"):
        drawn = replace(
            parameters_of(base), years=_YEARS, weekend_share=_WEEKENDS, month_spread=_MONTHS, closing=_CLOSING
        )
        sample = children(drawn, base.year, seed)
        made = dataset_files(dataset_tables(sample, np.datetime64(f"{base.year}-03-31"), seed))
    write_all(folder, made)
    return folder

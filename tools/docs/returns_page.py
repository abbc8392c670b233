"""Invented returns beside their truth, as a page of the docs: ``python -m tools.docs.returns_page docs``.

Children who don't exist are drawn for two authorities and three seeds. What is true of them is counted here,
from the table of children and without the readers. The same children are written as a census, as an Annex A
workbook of each kind of list and as an extract, read back, and set beside the truth.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simkit.common.atomic_files import write_all
from simkit.data import authority
from simkit.model.inputs.calendar import holidays
from simkit.model.inputs.profile import profile
from simkit.returns.read import read_return
from simkit.returns.result import Return
from simkit.returns.synthetic.children import children, parameters_of
from simkit.returns.synthetic.file_formats import annex_a_workbook, assessments_csv, census_xml
from simkit.returns.synthetic.ssd import dataset_files, dataset_tables

if TYPE_CHECKING:
    import pandas as pd

AUTHORITIES = ("hackney", "rutland")
SEEDS = (1, 2, 3)
YEAR = 2023
KINDS = {
    "census": "Census",
    "open": "Annex A, open at some time",
    "both": "Annex A, begun or completed",
    "completed": "Annex A, completed",
    "begun": "Annex A, begun",
    "begun-and-completed": "Annex A, begun and completed",
    "extract": "Extract, all days",
    "extract of a year": "Extract, one year",
    "ssd": "Safeguarding dataset",
}
_HEAD = """# Own returns beside their truth

simkit invents children for two authorities, three times each, from their published figures. The truth is
counted from the table of these children, without the readers. The same children are then written as each
kind of return and read back. Annex A covers half a year, so its figures of a year, and all of its shares,
differ from the truth by chance. A dash means that this kind of return does not contain the figure, or has
too few children for it.
"""
_LISTS_OF_HALF_A_YEAR = frozenset(KINDS) - {"census", "extract", "extract of a year", "ssd"}
_DAYS = 182
_FAMILIES = 2.4  # brothers and sisters come together
_ERRORS = 4


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that a return gives: its name, title, and whether it is a number of a year or a share."""

    name: str
    title: str
    is_share: bool


FIGURES = (
    Figure("referrals", "Referrals in a year", False),
    Figure("nfa", "Closed at the front door", True),
    Figure("rereferrals", "Re-referrals", True),
    Figure("assessed", "Referrals not closed, assessed", True),
    Figure("assessments", "Assessments in a year", False),
    Figure("within_45", "Within 45 working days", True),
    Figure("section_47", "Section 47 enquiries for each assessment", True),
    Figure("conferences", "Conferences for each enquiry", True),
    Figure("conferences_15", "Conferences within 15 working days", True),
    Figure("open", "Open assessments", False),
    Figure("disabled", "... of disabled children", False),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of one authority and seed: its truth, how many it is of, and what each kind of return says."""

    place: str
    seed: int
    figure: Figure
    truth: float
    number: float
    found: Mapping[str, float | None]

    def agrees(self, kind: str) -> bool:
        """Whether what a kind of return gives lies within four standard errors of the truth.

        A list of half a year sees half of the children, those of a year all of them; a share estimated in
        them, and a number scaled to a year, can't be nearer than chance allows. What isn't given can't be
        wrong.
        """
        value = self.found[kind]
        if value is None:
            return True
        seen = self.number / (2 if kind in _LISTS_OF_HALF_A_YEAR else 1)
        if self.figure.is_share:
            error = np.sqrt(max(self.truth * (1 - self.truth), 0.02) / max(seen / _FAMILIES, 1))
            return abs(value - self.truth) <= _ERRORS * float(error)
        if self.figure.name in ("open", "disabled"):
            return value == self.truth
        error = np.sqrt(_FAMILIES * seen) * self.number / seen
        return abs(value - self.truth) <= _ERRORS * float(error)


def truth_of(table: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """What is true of the children in the year, and how many each figure is of. Counted with pandas alone."""
    import pandas as pd

    first, last = pd.Timestamp(YEAR - 1, 4, 1), pd.Timestamp(YEAR, 3, 31)

    def inside(column: str) -> pd.DataFrame:
        return table[(table[column] >= first) & (table[column] <= last)]

    referred, done = inside("CINreferralDate"), inside("AssessmentAuthorisationDate")
    not_closed = referred[referred["ReferralNFA"] == "false"]
    enquiries, conferences = inside("S47ActualStartDate"), inside("DateOfInitialCPC")
    still = table[table["AssessmentActualStartDate"].notna() & table["AssessmentAuthorisationDate"].isna()]
    disabled = still[(still["Disabled"] == "true") & still["S47ActualStartDate"].isna()]
    took = _between(done["AssessmentActualStartDate"], done["AssessmentAuthorisationDate"])
    waited = _between(conferences["S47ActualStartDate"], conferences["DateOfInitialCPC"])
    is_assessed = not_closed["AssessmentActualStartDate"].notna()
    return {
        "referrals": (len(referred), len(referred)),
        "nfa": (float((referred["ReferralNFA"] == "true").mean()), len(referred)),
        "rereferrals": (_again(table, referred), len(referred)),
        "assessed": (float(is_assessed.mean()), len(not_closed)),
        "assessments": (len(done), len(done)),
        "within_45": (float((took <= 45).mean()), len(done)),
        "section_47": (len(enquiries) / len(done), len(done)),
        "conferences": (len(conferences) / len(enquiries), len(enquiries)),
        "conferences_15": (float((waited <= 15).mean()), len(conferences)),
        "open": (len(still), len(still)),
        "disabled": (len(disabled), len(disabled)),
    }


def _between(start: pd.Series, end: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    first, last = (column.to_numpy().astype("datetime64[D]") for column in (start, end))
    return np.asarray(np.busday_count(first, last, holidays=holidays()), dtype=np.int64)


def _again(table: pd.DataFrame, referred: pd.DataFrame) -> float:
    """The share of referrals with another of the same child in the twelve months before."""
    import pandas as pd

    days = {child: set(rows) for child, rows in table.groupby("LAchildID")["CINreferralDate"]}
    pairs = zip(referred["LAchildID"], referred["CINreferralDate"], strict=True)
    year = pd.DateOffset(years=1)
    return float(np.mean([any(day - year <= other < day for other in days[child]) for child, day in pairs]))


def read_as(kind: str, table: pd.DataFrame, place: str, folder: Path) -> Return:
    """The children written as a kind of return and read back."""
    last = dt.date(YEAR, 3, 31)
    name = {"census": "return.xml", "extract": "return.csv", "extract of a year": "return.csv"}
    if kind == "ssd":
        made = dataset_tables(table, np.datetime64(last))
        write_all(folder / "ssd", dataset_files(made))
        return read_return("ssd", folder / "ssd", authority=place, year=YEAR, internal=True)
    file = folder / name.get(kind, "return.xlsx")
    if kind == "census":
        file.write_text("".join(census_xml(table, authority(place).la_code, YEAR)), encoding="utf-8")
    elif kind in name:
        file.write_bytes(assessments_csv(table))
    else:
        file.write_bytes(annex_a_workbook(table, last, _DAYS, kind))
    year = YEAR if kind == "extract of a year" else None
    return read_return(file, authority=place, year=year, internal=True)


def found_in(returned: Return) -> dict[str, float | None]:
    """The figures that a return gives; None where it has none of its own."""
    own, durations, conferences = returned.profile, returned.durations, returned.conferences
    disabled = [n for route, _, n in returned.open_by_route_and_age() if route == "disabled_children"]

    linked = {"referrals_assessed", "referrals_nfa"} <= set(returned.shown)

    def counted(field: str, value: float) -> float | None:
        return None if field in returned.from_published else value

    return {
        "referrals": counted("referrals", own.referrals),
        "nfa": counted("nfa_share", own.nfa_share),
        "rereferrals": counted("rereferral_share", own.rereferral_share),
        "assessed": own.assessed_share if linked else None,
        "assessments": counted("assessments", own.assessments),
        "within_45": None if durations is None else durations.within_45_share,
        "section_47": counted("section_47_share", own.section_47_share),
        "conferences": counted("conference_share", own.conference_share),
        "conferences_15": None if conferences is None else conferences.within_15_share,
        "open": returned.count("open_assessments"),
        "disabled": float(sum(n or 0 for n in disabled)),
    }


def comparisons(places: tuple[str, ...] = AUTHORITIES, seeds: tuple[int, ...] = SEEDS) -> Iterator[Row]:
    """Every figure of every authority and seed, as it is and as each kind of return gives it."""
    for place in places:
        for seed in seeds:
            base = profile(place, YEAR)
            table = children(parameters_of(base), YEAR, seed)
            table = table.drop_duplicates(["LAchildID", "CINreferralDate"])
            with tempfile.TemporaryDirectory() as folder:
                found = {kind: found_in(read_as(kind, table, place, Path(folder))) for kind in KINDS}
            for kind in ("completed", "begun-and-completed"):  # lists without open assessments
                found[kind] |= {"open": None, "disabled": None}
            truth = truth_of(table)
            for figure in FIGURES:
                value, number = truth[figure.name]
                each = {kind: found[kind][figure.name] for kind in KINDS}
                yield Row(place, seed, figure, value, number, each)


def page() -> str:
    """The page."""
    rows = list(comparisons())
    told = [(row, kind) for row in rows for kind in KINDS if row.found[kind] is not None]
    apart = sum(not row.agrees(kind) for row, kind in told)
    lines = [
        _HEAD,
        f"Of {len(told)} figures, {len(told) - apart} lie within four standard errors of the truth. Any "
        "other is marked with a star.",
    ]
    for place in AUTHORITIES:
        for seed in SEEDS:
            lines += ["", f"## {authority(place).name}, seed {seed}", ""]
            lines += _grid([row for row in rows if (row.place, row.seed) == (place, seed)])
    made = "Made with `python -m tools.docs.returns_page docs`."
    return "\n".join([*lines, "", made, ""])


def _grid(rows: list[Row]) -> Iterator[str]:
    yield "| | Truth | " + " | ".join(KINDS.values()) + " |"
    yield "|---|" + "--:|" * (len(KINDS) + 1)
    for row in rows:
        cells = [_text(row.found[kind], row.figure) + ("" if row.agrees(kind) else " *") for kind in KINDS]
        yield f"| {row.figure.title} | {_text(row.truth, row.figure)} | " + " | ".join(cells) + " |"


def _text(value: float | None, figure: Figure) -> str:
    if value is None:
        return "-"
    return f"{value:.1%}" if figure.is_share else f"{value:,.0f}"


if __name__ == "__main__":
    write_all(Path(sys.argv[1]), {"own-returns.md": page().encode("utf-8")})

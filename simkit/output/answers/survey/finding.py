"""What a survey finds: how far frameworks differ, commitment by commitment and two by two.

Only commitments with a number count. A time is taken in working days at its upper end; 24 hours are one
working day. What is not known is left out, so every figure is about what was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from statistics import median

from simkit.common.text import lower_first
from simkit.output.answers.survey.survey import Column, Survey, SurveyRow

MOST_SHOWN = 16  # commitments in tables and figure: those that most authorities set
_FEWEST = 3  # authorities whose values a commitment needs to be said to vary


@dataclass(frozen=True, slots=True)
class Spread:
    """How one commitment differs between authorities, in working days.

    ``nation``: the national number of the same commitment, None where there is none. ``stricter``,
    ``same`` and ``looser``: authorities against it.
    """

    column: Column
    values: tuple[float, ...]
    nation: float | None
    stricter: int
    same: int
    looser: int

    @property
    def middle(self) -> float:
        """The median."""
        return float(median(self.values))

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(set(self.values))

    @property
    def varies(self) -> float:
        """The highest as a multiple of the lowest; 1 where all are the same."""
        return max(self.values) / min(self.values)


@dataclass(frozen=True, slots=True)
class Distance:
    """Two authorities: how many commitments both set with a number, and in how many these differ."""

    first: str
    second: str
    both: int
    differ: int


def today(survey: Survey) -> tuple[SurveyRow, ...]:
    """The rows of authorities that exist today; those of former ones and of no authority are left out."""
    return tuple(row for row in survey.rows if row.la_code and not row.former)


def spreads(survey: Survey) -> tuple[Spread, ...]:
    """Each local timescale and review that somebody sets with a number, the most often set first."""
    found = []
    for place, column in enumerate(survey.columns):
        if column.group not in ("timescales", "reviews"):
            continue
        cells = [row.cells[place] for row in today(survey) if row.cells[place].days]
        if not cells:
            continue
        nations = [(max(cell.days), cell.nation) for cell in cells if cell.nation is not None]
        found.append(
            Spread(
                column,
                tuple(sorted(max(cell.days) for cell in cells)),
                nations[0][1] if nations else None,
                sum(own < nation for own, nation in nations),
                sum(own == nation for own, nation in nations),
                sum(own > nation for own, nation in nations),
            )
        )
    return tuple(sorted(found, key=lambda each: -len(each.values)))


def shown_columns(survey: Survey) -> tuple[Column, ...]:
    """The local commitments that most authorities set, at most ``MOST_SHOWN``, in the survey's order."""
    counts = {
        column.id: sum(row.cells[place].known for row in survey.rows)
        for place, column in enumerate(survey.columns)
        if column.group in ("timescales", "reviews")
    }
    most = sorted(counts, key=lambda name: -counts[name])[:MOST_SHOWN]
    return tuple(column for column in survey.columns if column.id in most)


def distances(survey: Survey) -> tuple[Distance, ...]:
    """Every two authorities of today that set at least one commitment both with a number."""
    places = [n for n, column in enumerate(survey.columns) if column.group in ("timescales", "reviews")]
    rows = [
        (row.authority, {n: row.cells[n].days for n in places if row.cells[n].days}) for row in today(survey)
    ]
    found = []
    for (first, one), (second, other) in combinations((row for row in rows if row[1]), 2):
        both = one.keys() & other.keys()
        if both:
            found.append(Distance(first, second, len(both), sum(one[n] != other[n] for n in both)))
    return tuple(found)


def versions(survey: Survey) -> int:
    """How many different sets of local times are known among the authorities of today."""
    places = [n for n, column in enumerate(survey.columns) if column.group in ("timescales", "reviews")]
    sets = (tuple((n, row.cells[n].text) for n in places if row.cells[n].known) for row in today(survey))
    return len({each for each in sets if each})


def sentences(survey: Survey) -> tuple[str, ...]:
    """The finding, in a few sentences; empty where nothing is known of at least two authorities."""
    now, each_spread = today(survey), spreads(survey)
    known = sum(row.has(survey.columns, "timescales", "reviews") for row in now)
    if known < 2:
        return ()
    found = [
        f"Local times are known for {known} of {len(now)} authorities of today, in {versions(survey)} "
        "different versions. For the others nothing was found, which does not mean that they have none."
    ]
    pairs = distances(survey)
    both, differ = sum(pair.both for pair in pairs), sum(pair.differ for pair in pairs)
    if both:
        found.append(
            "Where two authorities both set a time for the same thing, it differs in "
            f"{100 * differ / both:.0f} of 100 cases. But few set the same things: {len(each_spread)} "
            "commitments have a number somewhere, and the most common has one in "
            f"{len(each_spread[0].values)} authorities."
        )
    varied = sorted(
        (each for each in each_spread if len(each.values) >= _FEWEST and each.distinct > 1),
        key=lambda each: -each.varies,
    )
    if varied:
        found.append(f"They vary most in: {'; '.join(_varies(each) for each in varied[:3])}.")
    stricter, same, looser = (
        sum(getattr(each, name) for each in each_spread) for name in ("stricter", "same", "looser")
    )
    if stricter + same + looser:
        without = sum(len(each.values) for each in each_spread) - stricter - same - looser
        found.append(
            f"Against the national number: {stricter} local times are stricter, {same} the same, {looser} "
            f"looser; for the other {without} there is no national number."
        )
    return tuple(found)


def _varies(each: Spread) -> str:
    title = lower_first(each.column.title)
    ends = f"{_days(each.values[0])} to {_days(each.values[-1])} working days"
    return f"{title} ({ends}, {len(each.values)} authorities)"


def _days(value: float) -> str:
    return f"{value:.2g}" if value < 1 else f"{value:.0f}"

"""The ``Return``: an authority's own return as aggregates, and which of them may be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from simkit.common.display import Displayable
from simkit.data import BANDS
from simkit.model.inputs.profile import Profile
from simkit.model.workload.open_cases import AGES, OPEN_ROUTES, OpenCases
from simkit.returns.counts import CONFERENCE_BANDS, FEW, Counts
from simkit.returns.durations import Durations
from simkit.returns.quality import RULES
from simkit.returns.readers.columns import ColumnMatch
from simkit.returns.window import Window

__all__ = ["INTERNAL", "KINDS", "Conferences", "DisclosableFigure", "Finding", "Return"]

KINDS = {
    "cin-census": "children in need census return",
    "annex-a": "Annex A workbook",
    "assessments": "extract of assessments",
}

INTERNAL = "INTERNAL: counts of 1 to 5 children are shown. Not to be published or passed on."

DisclosableFigure = int | float | None
"""A figure that may be shown; None stands for ``c``, a count that may not."""


@dataclass(frozen=True, slots=True)
class Conferences:
    """Initial child protection conferences by working days since the section 47 enquiry began.

    ``counts`` by published band, None where a count isn't shown; ``within_15_share`` from 0 to 1, and
    quartiles in working days, None where they rest on too few to be shown.
    """

    counts: tuple[int | None, ...]
    within_15_share: float | None
    p25_days: float | None
    median_days: float | None
    p75_days: float | None
    method: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The count of one rule of the quality report; None where it may not be shown.

    ``checked``: whether the return holds what the rule is about.
    """

    rule: str
    title: str
    level: str
    of: str
    count: int | None
    checked: bool
    source: str = ""


@dataclass(frozen=True, eq=False)
class Return(Displayable):
    """An authority's own return as aggregates.

    ``kind``: cin-census, annex-a or assessments. ``profile``: caseload and staff, without any rate on a
    count that may not be shown (``internal`` shows all); its notes say what came from the published
    statistics.
    ``durations``: to calibrate on, None where too little is known. ``open_cases``: to begin a run with, in
    memory only; groups that are withheld share what the totals leave for them evenly, and it is None where
    the total is withheld too.
    ``matched``: which column was taken for what. ``synthetic``: the file says that simkit made it.

    Nothing in it names a child, a day on which something happened to one, or an id, and what it prints
    and writes holds no count of 1 to 5, nor any that gives one away, unless ``internal``.
    """

    kind: str
    la_code: str
    name: str
    layout: str
    window: Window
    profile: Profile
    durations: Durations | None
    conferences: Conferences | None
    open_cases: OpenCases | None
    matched: tuple[ColumnMatch, ...]
    notes: tuple[str, ...]
    internal: bool
    synthetic: bool
    from_published: tuple[str, ...]
    contents: frozenset[str] = field(repr=False)
    _counts: Counts = field(repr=False)
    _withheld: frozenset[str] = field(repr=False)

    @property
    def year(self) -> int:
        """The year ending 31 March that it is about."""
        return self.profile.year

    def count(self, name: str) -> int | None:
        """One count by name, or None where it may not be shown. Raises KeyError for an unknown name."""
        number = self._counts.counts[name]
        return None if name in self._withheld else number

    def counts(self) -> Mapping[str, int | None]:
        """Every count that something may show, by name."""
        never_shown = self._counts.never_shown
        return {name: self.count(name) for name in self._counts.counts if name not in never_shown}

    def bands(self) -> Iterator[tuple[str, int | None, float | None]]:
        """Each published band of duration: its name, assessments completed in it, and its share (0 to 1).

        The share is estimated where the return is a list of a window. None: may not be shown.
        """
        shares = self.durations.shares if self.durations is not None else (None,) * len(BANDS)
        for name, share in zip(BANDS, shares, strict=True):
            number = self.count(name)
            yield name, number, None if number is None else share

    def open_by_route_and_age(self) -> Iterator[tuple[str, str, int | None]]:
        """Open assessments: route, age in working days, and children; None where it may not be shown."""
        for route in OPEN_ROUTES:
            for age, _ in AGES:
                yield route, age, self.count(f"open.{route}.{age}")

    @property
    def quality(self) -> tuple[Finding, ...]:
        """What each rule found."""
        all_counts = self._counts.counts
        return tuple(
            Finding(
                rule.id,
                rule.title,
                rule.level,
                rule.of,
                self.count(rule.id) if rule.id in all_counts else None,
                rule.id in all_counts,
                rule.source,
            )
            for rule in RULES
        )

    def __repr__(self) -> str:
        return f"<Return: {KINDS[self.kind]} of {self.name}, {self.window.text}>"


def conferences_of(counts: Counts, withheld: frozenset[str], internal: bool) -> Conferences | None:
    """The conferences of a return, or None where it holds none."""
    if "icpcs" not in counts.counts:
        return None
    names = tuple(name for name, _ in CONFERENCE_BANDS)
    show_quartiles = internal or counts.conference_days.events >= FEW
    days = counts.conference_days
    hidden = withheld & {"icpcs", "icpcs_within_15", "icpcs_over_15", "icpcs_without_time"}
    share = float(days.shares[:16].sum()) if days.events and not hidden else None
    quarter, middle, three = (days.quantile(q) if show_quartiles else None for q in (0.25, 0.5, 0.75))
    return Conferences(
        counts=tuple(None if name in withheld else counts.counts[name] for name in names),
        within_15_share=share,
        p25_days=quarter,
        median_days=middle,
        p75_days=three,
        method=days.method,
    )

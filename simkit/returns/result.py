"""The ``Return``: an authority's own return as aggregates, and which of them may be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from simkit.common.display import Answer
from simkit.data import BANDS
from simkit.model.inputs.profile import Profile
from simkit.model.workload.open_cases import AGES, OPEN_ROUTES, OpenCases
from simkit.returns.casework.measure import CaseworkFigures
from simkit.returns.counts import Counts
from simkit.returns.durations import COMPLETED, Distribution, Durations, Quartile
from simkit.returns.enquiries import CONFERENCE_BANDS
from simkit.returns.profile import Origin
from simkit.returns.quality import RULES
from simkit.returns.quartiles import Shown, shown_quartiles
from simkit.returns.readers.answers import UnknownAnswers
from simkit.returns.readers.columns import ColumnMatch
from simkit.returns.window import Window

KINDS = {
    "cin-census": "children in need census return",
    "annex-a": "Annex A workbook",
    "assessments": "extract of assessments",
    "ssd": "Standard Safeguarding Dataset",
}

INTERNAL = "INTERNAL: counts of 1 to 5 children are shown. Not to be published or passed on."

DisclosableFigure = int | float | None
"""A figure that may be shown; None stands for ``c``, a count that may not."""


@dataclass(frozen=True, slots=True)
class Conferences:
    """Initial child protection conferences by working days since the section 47 enquiry began.

    ``listed`` by published band: those in the list, None where a count isn't shown. ``counts``: the same as a
    calibration takes them, corrected for what the list leaves out; None where that can't be told up to the
    last band. ``reach``: working days up to which times are known. ``within_15_share`` from 0 to 1, None
    where it may not be shown or isn't known; ``quartiles`` in working days.
    """

    listed: tuple[int | None, ...]
    counts: tuple[float | None, ...] | None
    within_15_share: float | None
    quartiles: tuple[Quartile, Quartile, Quartile]
    method: str
    reach: int

    @property
    def note(self) -> str:
        """How the times came about, where they are an estimate; empty where they were counted."""
        if self.method == COMPLETED:
            return ""
        return (
            f"Times to the conference: {self.method}. Of those longer than {max(self.reach, 0)} working "
            "days, for which few had the time, nothing is known."
        )


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
class Return(Answer):
    """An authority's own return as aggregates.

    ``kind``: cin-census, annex-a, assessments or ssd. ``profile``: caseload and staff, without any rate on a
    count that may not be shown (``internal`` shows all); its notes say what came from the published
    statistics.
    ``durations``: to calibrate on, None where too little is known; ``durations_note``: how they came about,
    or why there are none. ``open_cases``: to begin a run with, made of the counts shown; None where their
    total is withheld. ``matched``: which column was taken for what, and
    ``not_used`` the headings of those that were not understood. ``unknown_answers``: by column the answers
    that were not understood. ``questions``: what the reader of the
    figures has to answer before relying on them. ``synthetic``: the file says that simkit made it.
    ``shown``: every count by name, None where it may not be shown. ``casework``: what a Standard Safeguarding
    Dataset holds beyond the census, None of the other kinds. ``origins``: where each field of the profile
    that a return can tell comes from; ``published_year``: the year of the published figures among them.

    Nothing in it names a child or an id, and nothing in it, pickled or saved, holds a count of 1 to 5, nor
    any that gives one away, unless ``internal``.
    """

    kind: str
    la_code: str
    name: str
    layout: str
    window: Window
    profile: Profile
    durations: Durations | None
    durations_note: str
    conferences: Conferences | None
    open_cases: OpenCases | None
    matched: tuple[ColumnMatch, ...]
    not_used: tuple[str, ...]
    unknown_answers: tuple[UnknownAnswers, ...]
    questions: tuple[str, ...]
    notes: tuple[str, ...]
    internal: bool
    synthetic: bool
    origins: Mapping[str, Origin]
    published_year: int
    contents: frozenset[str] = field(repr=False)
    shown: Mapping[str, int | None] = field(repr=False)
    casework: CaseworkFigures | None = None

    @property
    def year(self) -> int:
        """The year ending 31 March that it is about."""
        return self.profile.year

    @property
    def from_published(self) -> tuple[str, ...]:
        """The fields of the profile that are published figures, or follow from the return by such rates."""
        by_others = {Origin.PUBLISHED, Origin.RATES}
        return tuple(name for name, origin in self.origins.items() if origin in by_others)

    def count(self, name: str) -> int | None:
        """One count by name, or None where it may not be shown. Raises KeyError for an unknown name."""
        return self.shown[name]

    def counts(self) -> Mapping[str, int | None]:
        """Every count that something may show, by name."""
        return self.shown

    def bands(self) -> Iterator[tuple[str, int | None, float | None]]:
        """Each published band of duration: its name, assessments completed in it, and its share (0 to 1).

        The share is estimated where the return is a list of a window. None: may not be shown.
        """
        shares = self.durations.shares if self.durations is not None else (None,) * len(BANDS)
        for name, share in zip(BANDS, shares, strict=True):
            number = self.count(name)
            yield name, number, None if number is None else share

    def open_by_route_and_age(self) -> Iterator[tuple[str, str, int | None]]:
        """Open assessments: route, age in working days, and children; None where it may not be shown.

        Routes that the return doesn't tell apart are left out: their children are among section 17.
        """
        for route in OPEN_ROUTES:
            for age, _ in AGES:
                if f"open.{route}.{age}" in self.shown:
                    yield route, age, self.count(f"open.{route}.{age}")

    @property
    def quality(self) -> tuple[Finding, ...]:
        """What each rule found."""
        return tuple(
            Finding(
                rule.id,
                rule.title,
                rule.level,
                rule.of,
                self.shown.get(rule.id),
                rule.id in self.shown,
                rule.source,
            )
            for rule in RULES
        )

    def __repr__(self) -> str:
        return f"<Return: {KINDS[self.kind]} of {self.name}, {self.window.text}>"


def conferences_of(counts: Counts, shown: Shown, internal: bool) -> Conferences | None:
    """The conferences of a return, or None where it holds none."""
    if "icpcs" not in counts.counts:
        return None
    days, withheld = counts.estimates.conference_days, shown.withheld
    names = tuple(name for name, _ in CONFERENCE_BANDS)
    hidden = withheld & {"icpcs", "icpcs_within_15", "icpcs_over_15", "icpcs_without_time"}
    listed = tuple(None if name in withheld else counts.counts[name] for name in names)
    return Conferences(
        listed=listed,
        counts=_to_fit(days, listed, sum(counts.counts[name] for name in names)),
        within_15_share=None if hidden else days.share_within(15),
        quartiles=shown_quartiles(days, CONFERENCE_BANDS, shown, internal),
        method=days.method,
        reach=days.reach,
    )


def _to_fit(
    days: Distribution, listed: tuple[int | None, ...], number: int
) -> tuple[float | None, ...] | None:
    """Counts by band as the distribution has them, withheld where those of the list are."""
    if days.method == COMPLETED:
        return listed
    if days.share_within(CONFERENCE_BANDS[-2][1] + 1) is None:
        return None
    ends = [0.0, *(days.share_within(min(top, days.reach)) or 0.0 for _, top in CONFERENCE_BANDS[:-1]), 1.0]
    shares = [after - before for before, after in pairwise(ends)]
    return tuple(
        None if count is None else share * number for count, share in zip(listed, shares, strict=True)
    )

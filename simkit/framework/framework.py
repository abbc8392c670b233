"""A framework with its layers merged, as typed values: what the model and the document read.

Every type here is immutable and reads no files: ``build`` makes these values from merged data.
"""

from __future__ import annotations

import copyreg
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from simkit.common.display import Answer
from simkit.framework.amount import Amount
from simkit.framework.vocabulary import EVENTS

ROUTES = ("section_17", "disabled_children", "section_47", "brief")

FIRST_STAGE = "initial_assessment_completed"
"""The event that ends the first of two stages."""

Force = Literal["statute", "statutory_guidance", "local"]
Basis = Literal["source", "assumption", "fitted", "measured"]


def _read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


# A framework travels to other processes, and read-only mappings don't by themselves.
copyreg.pickle(MappingProxyType, lambda mapping: (_read_only, (dict(mapping),)))


@dataclass(frozen=True, slots=True)
class Origin:
    """The place a value was written: file as shown to the user, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


TimescaleKind = Literal[
    "within",
    "expected_within",
    "every",
    "between",
    "at_most",
    "at_least",
    "at_least_before",
    "no_number",
]
"""The key of the format that carries a timescale's number."""


@dataclass(frozen=True, slots=True)
class Timescale:
    """A commitment about time between two events.

    ``kind`` says which one of the format's keys carries the number. ``amount`` is the number or the
    upper end of a range and ``lower`` the lower end; both are None where no number is set. ``routes`` is
    empty where the timescale holds for every route. ``decided_by``, ``set_by`` and ``varied_by`` are posts,
    several where it may be one of them. ``target`` is the share of cases (0 to 1) meant by a local target.
    ``sooner`` is the start and amount of a second limit: the sooner of the two holds. ``starting_day`` is the
    number (0 or 1) of its first day, None where only the framework says it, or nobody. ``authority`` is the
    instrument that a document prints, ``source`` the id of where it was read, ``year`` that of the source.
    ``carried_over`` says why the value of another edition stands here: what its own says is not known.
    ``part_of`` is the id of the review or timescale that implies it. ``in_force`` has the dates of one that
    holds for a time of its own. ``names`` are the words for ids that the file itself defines.
    """

    id: str
    title: str
    start: str
    end: str
    kind: TimescaleKind
    layer: str
    origin: Origin
    amount: Amount | None = None
    lower: Amount | None = None
    words: str | None = None
    routes: tuple[str, ...] = ()
    unless: str | None = None
    only_if: str | None = None
    decided_by: tuple[str, ...] = ()
    set_by: tuple[str, ...] = ()
    varied_by: tuple[str, ...] = ()
    target: float | None = None
    sooner: tuple[str, Amount] | None = None
    also_on: tuple[str, ...] = ()
    good_practice: str | None = None
    as_printed: str | None = None
    starting_day: int | None = None
    force: Force = "local"
    authority: str | None = None
    source: str | None = None
    strength: str | None = None
    year: int | None = None
    assumptions: tuple[str, ...] = ()
    carried_over: str | None = None
    part_of: str | None = None
    note: str | None = None
    in_force: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def national(self) -> bool:
        """Whether the national layer set it, not the authority."""
        return self.layer.startswith("national/")


@dataclass(frozen=True, slots=True)
class Review:
    """A review point: a look at the assessment by ``by``, at a day or repeating.

    ``by`` are posts, several where it may be one of them. Counted from the event ``start`` or from the review
    ``after``. Exactly one of ``at``, ``by_priority`` and ``at_most_every`` holds the number, or none where a
    regime requires a review point without one; with the ``kind`` ``within`` it is the latest time.
    ``includes`` are events that have to have happened by then. The others are those of a timescale.
    """

    id: str
    title: str
    by: tuple[str, ...]
    layer: str
    origin: Origin
    kind: Literal["at", "within", "at_most_every", "no_number"] = "at"
    start: str | None = None
    after: str | None = None
    at: Amount | None = None
    by_priority: Mapping[str, Amount] = field(default_factory=dict)
    at_most_every: Amount | None = None
    until: str = "authorised"
    only_if: str | None = None
    includes: tuple[str, ...] = ()
    varied_by: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    as_printed: str | None = None
    starting_day: int | None = None
    force: Force = "local"
    authority: str | None = None
    source: str | None = None
    strength: str | None = None
    year: int | None = None
    assumptions: tuple[str, ...] = ()
    carried_over: str | None = None
    words: str | None = None
    note: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Number:
    """One modelling number with what it rests on.

    ``value``, ``low`` and ``high`` are in ``unit``: ``share`` for percentages (0 to 1), the name
    of a time unit, or ``number``. ``note`` is the id of the source where ``basis`` is ``source``,
    else the reason in words.
    """

    path: str
    title: str
    value: float
    unit: str
    low: float
    high: float
    basis: Basis
    note: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Spread:
    """A lognormal amount of time: its median and its 90th percentile, in the numbers' unit."""

    typical: Number
    high: Number


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work of the simulated pathway.

    ``by`` is a role, or ``allocation`` for the moment at which a case gets its worker. ``follows``
    names the step before it (None: the first step). ``wait`` runs from the end of ``follows`` or
    of ``wait_after``. ``held_until`` names the plan that releases it (``conclusion``, ``first_stage`` or
    ``conference``). ``share`` is the chance that the step is needed.
    """

    id: str
    title: str
    by: str
    origin: Origin
    routes: tuple[str, ...] = ROUTES
    follows: str | None = None
    effort: Spread | None = None
    wait: Spread | None = None
    wait_after: str | None = None
    marks: tuple[str, ...] = ()
    held_until: str | None = None
    only_if: str | None = None
    share: Number | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Framework(Answer):
    """A local or national framework merged with every layer that it inherits.

    ``name`` is what the user may type for it (``hackney``, ``national/working-together-2013``).
    ``layers`` lists the files it was built from, lowest first. ``numbers`` holds every modelling
    number by dotted path below ``model`` (``staff.other_work``). ``set_aside`` are the national
    timescales that a dispensation in force takes out of ``timescales``; ``historical`` are those that
    held at another time, kept to be shown and never simulated. ``implied`` are limits that follow from
    another commitment, such as the child being seen by the first review: measured, not printed again.
    ``answers`` are the answers other than a value by dotted path (``reviews``, ``timescales.child_seen``),
    and ``edition_not_known`` what was not found of the national edition. ``counting`` is how the authority
    counts days.
    ``routes``, ``events`` and ``conditions`` are the file's own. ``what_if`` tells that a scenario may
    have changed national timescales: every result must say so. ``text`` is that of its file, from which a
    scenario is put on top.
    """

    name: str
    title: str
    status: str
    layers: tuple[str, ...]
    authority: str | None = None
    la_code: str | None = None
    in_force: Mapping[str, str] = field(default_factory=dict)
    timescales: Mapping[str, Timescale] = field(default_factory=dict)
    reviews: Mapping[str, Review] = field(default_factory=dict)
    priorities: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    roles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    protocol: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    not_known: tuple[str, ...] = ()
    numbers: Mapping[str, Number] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    gss_code: str | None = None
    set_aside: Mapping[str, Timescale] = field(default_factory=dict)
    historical: Mapping[str, Timescale] = field(default_factory=dict)
    implied: Mapping[str, Timescale] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    edition_not_known: tuple[str, ...] = ()
    counting: Mapping[str, str] = field(default_factory=dict)
    routes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    events: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    conditions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dispensations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    departures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    agreed: Mapping[str, str] = field(default_factory=dict)
    threshold_document: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    what_if: bool = False
    scenario: str | None = None
    text: str = field(default="", compare=False)

    def __repr__(self) -> str:
        return f"Framework({self.name!r}, {self.title!r}, {self.status})"

    def number(self, path: str) -> float:
        """The value of the modelling number at ``path``, in its own unit."""
        return self.numbers[path].value

    def with_numbers(self, values: Mapping[str, float]) -> Framework:
        """The same framework with other modelling numbers, those inside steps included.

        ``values``: by the paths of ``numbers``, in their units. Raises KeyError for an unknown path.
        """
        return self.replacing({path: replace(self.numbers[path], value=v) for path, v in values.items()})

    def replacing(self, numbers: Mapping[str, Number]) -> Framework:
        """The same framework with other modelling numbers by their paths, those inside steps included.

        Its steps are the same value where none of the numbers is in them.
        """
        steps = self.steps
        for path, number in numbers.items():
            if path.startswith("steps."):
                _, step, part, *which = path.split(".")
                part_value = getattr(steps[step], part)
                field_: Any = replace(part_value, **{which[0]: number}) if which else number
                steps = {**steps, step: replace(steps[step], **{part: field_})}
        return replace(self, numbers={**self.numbers, **numbers}, steps=steps)

    @property
    def limits(self) -> Mapping[str, Timescale]:
        """Every timescale and the limits that other commitments imply, for simulation and measures."""
        return {**self.timescales, **self.implied}

    @property
    def carried_over(self) -> tuple[Timescale | Review, ...]:
        """National timescales and reviews with the value of another edition, as their own is not known."""
        every: tuple[Timescale | Review, ...] = (*self.timescales.values(), *self.reviews.values())
        return tuple(each for each in every if each.carried_over is not None)

    @property
    def carried_over_limits(self) -> tuple[Timescale, ...]:
        """Those of the carried-over timescales that the simulation feels."""
        return tuple(
            each
            for each in self.timescales.values()
            if each.carried_over is not None
            and each.amount is not None
            and all(event in EVENTS and EVENTS[event].simulated for event in (each.start, each.end))
        )

    def acting_numbers(self) -> tuple[Number, ...]:
        """Every number, but those that act on nothing that the framework has."""
        idle = set() if self.carried_over_limits else {"practice.carried_over"}
        if not self.two_stages:
            idle.add("practice.pull_second_stage")
        return tuple(n for n in self.numbers.values() if n.path not in idle)

    @property
    def two_stages(self) -> bool:
        """Whether an initial assessment comes first and a core assessment after it."""
        return any(each.end == FIRST_STAGE for each in self.timescales.values())

    def measured(self) -> tuple[Number, ...]:
        """Every number that own data gave in place of an assumption."""
        return tuple(n for n in self.acting_numbers() if n.basis == "measured")

    def assumed(self) -> tuple[Number, ...]:
        """Every number that has no source and acts on something: each result must list them."""
        return tuple(n for n in self.acting_numbers() if n.basis == "assumption")

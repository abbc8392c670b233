"""A framework with its layers merged, as typed values: what the model and the document read.

Every type here is immutable and reads no files: ``build`` makes these values from merged data.
"""

from __future__ import annotations

import copyreg
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from simkit.common.display import Displayable
from simkit.framework.amount import Amount

__all__ = [
    "ROUTES",
    "Basis",
    "Force",
    "Framework",
    "Number",
    "Origin",
    "Review",
    "Spread",
    "Step",
    "Timescale",
]

ROUTES = ("section_17", "disabled_children", "section_47", "brief")

Force = Literal["statute", "statutory_guidance", "local"]
Basis = Literal["source", "assumption", "fitted"]


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


@dataclass(frozen=True, slots=True)
class Timescale:
    """A commitment about time between two events.

    ``kind`` says which one of the format's keys carries the number. ``amount`` is the limit (the
    upper end for ``between``) and ``lower`` the lower end of ``between``; both are None where no
    number is set. ``routes`` is empty where the timescale holds for every route. ``in_force`` has the
    dates of one that holds for a time of its own.
    """

    id: str
    title: str
    start: str
    end: str
    kind: Literal["within", "expected_within", "every", "between", "at_least_before", "no_number"]
    layer: str
    origin: Origin
    amount: Amount | None = None
    lower: Amount | None = None
    words: str | None = None
    routes: tuple[str, ...] = ()
    unless: str | None = None
    only_if: str | None = None
    decided_by: str | None = None
    set_by: str | None = None
    good_practice: str | None = None
    as_printed: str | None = None
    force: Force = "local"
    source: str | None = None
    strength: str | None = None
    assumptions: tuple[str, ...] = ()
    note: str | None = None
    in_force: Mapping[str, str] = field(default_factory=dict)

    @property
    def national(self) -> bool:
        """Whether the national layer set it, not the authority."""
        return self.layer.startswith("national/")


@dataclass(frozen=True, slots=True)
class Review:
    """A review point: a look at the assessment by ``by``, at a day or repeating.

    Counted from the event ``start`` or from the review ``after``. Exactly one of ``at``,
    ``by_priority`` and ``at_most_every`` holds the number, or none where the regime requires a
    review point without one.
    """

    id: str
    title: str
    by: str
    layer: str
    origin: Origin
    start: str | None = None
    after: str | None = None
    at: Amount | None = None
    by_priority: Mapping[str, Amount] = field(default_factory=dict)
    at_most_every: Amount | None = None
    until: str = "authorised"
    only_if: str | None = None
    routes: tuple[str, ...] = ()
    as_printed: str | None = None
    force: Force = "local"
    source: str | None = None
    strength: str | None = None
    assumptions: tuple[str, ...] = ()
    words: str | None = None
    note: str | None = None


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


@dataclass(frozen=True, slots=True)
class Framework(Displayable):
    """A local or national framework merged with every layer that it inherits.

    ``name`` is what the user may type for it (``hackney``, ``national/working-together-2013``).
    ``layers`` lists the files it was built from, lowest first. ``numbers`` holds every modelling
    number by dotted path below ``model`` (``staff.other_work``). ``set_aside`` are the national
    timescales that a dispensation in force takes out of ``timescales``; ``historical`` are those that
    held at another time, kept to be shown and never simulated. ``what_if`` tells that a scenario may
    have changed national timescales: every result must say so.
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
    dispensations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    departures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    agreed: Mapping[str, str] = field(default_factory=dict)
    threshold_document: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    what_if: bool = False
    scenario: str | None = None

    def __repr__(self) -> str:
        return f"Framework({self.name!r}, {self.title!r}, {self.status})"

    def number(self, path: str) -> float:
        """The value of the modelling number at ``path``, in its own unit."""
        return self.numbers[path].value

    def with_numbers(self, values: Mapping[str, float]) -> Framework:
        """The same framework with other modelling numbers, those inside steps included.

        ``values``: by the paths of ``numbers``, in their units. Raises KeyError for an unknown path.
        """
        numbers, steps = dict(self.numbers), dict(self.steps)
        for path, value in values.items():
            numbers[path] = replace(numbers[path], value=value)
            if path.startswith("steps."):
                _, step, part, *which = path.split(".")
                part_value = getattr(steps[step], part)
                field_: Any = replace(part_value, **{which[0]: numbers[path]}) if which else numbers[path]
                steps[step] = replace(steps[step], **{part: field_})
        return replace(self, numbers=numbers, steps=steps)

    def assumed(self) -> tuple[Number, ...]:
        """Every number that has no source: each result must list them."""
        return tuple(n for n in self.numbers.values() if n.basis == "assumption")

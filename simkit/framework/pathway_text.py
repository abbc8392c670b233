"""The pathway of a case, drawn as text: what happens in which order, by when, and who looks when.

Events are in the order of the steps, with the commitments about each. The steps
themselves belong to the simulation and have a drawing of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import TypeVar

from simkit.common.text import upper_first
from simkit.framework.framework import ROUTES, Framework, Review, Step, Timescale
from simkit.framework.vocabulary import CONDITIONS, EVENTS, ROUTE_TITLES
from simkit.framework.wording import (
    event_title,
    review_words,
    role_title,
    routes_words,
    terms_words,
    timescale_words,
)

_WIDTH = 92
_ORDER = {event: number for number, event in enumerate(EVENTS)}
_FIRST = "referral"
_FIRST_STAGE_ENDS = "initial_assessment_completed"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stop:
    """One event of a pathway, with the timescales that end at it and the reviews that start from it."""

    event: str
    title: str
    timescales: tuple[Timescale, ...] = ()
    reviews: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True)
class RoutePathway:
    """The events of one or more routes that are drawn alike, from the referral on."""

    routes: tuple[str, ...]
    stops: tuple[Stop, ...]

    @property
    def title(self) -> str:
        """The routes in words, as a heading."""
        words = ", ".join(ROUTE_TITLES.get(route, route) for route in self.routes)
        return upper_first(words)


def pathways(framework: Framework) -> tuple[RoutePathway, ...]:
    """One pathway for each route of the framework; routes with the same one share it."""
    each = {route: tuple(_stops(framework, route)) for route in ROUTES}
    return tuple(
        RoutePathway(routes, stops)
        for routes, stops in _grouped({route: stops for route, stops in each.items() if len(stops) > 1})
    )


def _grouped(each: Mapping[str, tuple[T, ...]]) -> list[tuple[tuple[str, ...], tuple[T, ...]]]:
    """Routes that have the same, together."""
    groups: list[tuple[tuple[str, ...], tuple[T, ...]]] = []
    for route, content in each.items():
        for number, (routes, other) in enumerate(groups):
            if other == content:
                groups[number] = ((*routes, route), other)
                break
        else:
            groups.append(((route,), content))
    return groups


def off_route_timescales(framework: Framework) -> tuple[Timescale, ...]:
    """The timescales of no route: incidents, emergency powers, early help, the document."""
    drawn = {t.id for pathway in pathways(framework) for stop in pathway.stops for t in stop.timescales}
    return tuple(t for t in _sorted(framework.timescales.values()) if t.id not in drawn)


def _sorted(timescales: Iterable[Timescale]) -> list[Timescale]:
    return sorted(timescales, key=lambda t: (_ORDER.get(t.start, 99), _ORDER.get(t.end, 99), t.national))


def _covers(routes: tuple[str, ...], route: str) -> bool:
    return not routes or route in routes


def _stops(framework: Framework, route: str) -> Iterator[Stop]:
    clocks = [t for t in _sorted(framework.timescales.values()) if _covers(t.routes, route)]
    events = _events(framework, route, clocks)
    reviews = _reviews(framework, route, events)
    for event in events:
        ending = tuple(t for t in clocks if t.end == event and t.start in events)
        names = next((t.names for t in clocks), {})
        yield Stop(event, event_title(event, names), ending, tuple(reviews.get(event, ())))


def _events(framework: Framework, route: str, clocks: list[Timescale]) -> list[str]:
    """What happens on a route: what its steps mark, in their order, and what clocks tie to it."""
    events = [_FIRST]
    for step in framework.steps.values():
        if route in step.routes and _is_done(framework, step, route):
            events += [event for event in step.marks if event not in events]
    if len(events) == 1:
        return events
    for clock in clocks:
        if clock.start in events and clock.end not in events:
            events.insert(_insertion_index(events, clock, clocks), clock.end)
        elif clock.end in events and clock.start not in events:
            events.insert(events.index(clock.end), clock.start)
    return events


def _is_done(framework: Framework, step: Step, route: str) -> bool:
    """Whether a step is done at all: those of a first stage only where a limit makes one."""
    return step.only_if != "first_stage" or _two_stages(framework, route)


def _two_stages(framework: Framework, route: str) -> bool:
    return any(
        t.end == _FIRST_STAGE_ENDS and t.kind == "within" and t.only_if is None and _covers(t.routes, route)
        for t in framework.timescales.values()
    )


def _insertion_index(events: list[str], clock: Timescale, clocks: list[Timescale]) -> int:
    """Behind the event it counts from and what comes before it by nature, before what counts from it."""
    later = {other.end for other in clocks if other.start == clock.end}
    at = events.index(clock.start) + 1
    while at < len(events) and events[at] not in later:
        if _ORDER.get(events[at], 99) > _ORDER.get(clock.end, 99):
            break
        at += 1
    return at


def _reviews(framework: Framework, route: str, events: list[str]) -> dict[str, list[Review]]:
    reviews: dict[str, list[Review]] = {}
    for review in framework.reviews.values():
        if not _covers(review.routes, route):
            continue
        first = review
        for _ in framework.reviews:  # reviews after each other, as far back as they go
            first = framework.reviews.get(first.after or "", first)
        event = first.start if first.start in events else "assessment_started"
        reviews.setdefault(event or _FIRST, []).append(review)
    return reviews


def pathway_text(framework: Framework) -> str:
    """The pathways drawn for a page of fixed-width text, with whose each commitment is."""
    lines: list[str] = []
    for pathway in pathways(framework):
        lines += [pathway.title, ""]
        for number, stop in enumerate(pathway.stops):
            last = number == len(pathway.stops) - 1
            lines.append(f"  o  {stop.title}")
            bar = "   " if last and not stop.reviews else "  |"
            for clock in stop.timescales:
                lines += _indented(bar, "", _clock_line(framework, clock))
            for review in stop.reviews:
                lines += _indented(bar, "> ", _review_line(framework, review))
            if not last:
                lines.append("  |")
        lines.append("")
    others = off_route_timescales(framework)
    if others:
        lines += ["Beside the pathway", ""]
        for clock in others:
            lines += _indented("  -", "", f"{clock.title}: {_clock_line(framework, clock)}", gap=" ")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _indented(bar: str, sign: str, text: str, gap: str = "      ") -> list[str]:
    first, *rest = wrap(text, _WIDTH - len(bar) - len(gap) - len(sign)) or [""]
    empty = " " * len(sign)
    under = bar if bar.endswith("|") else " " * len(bar)
    return [f"{bar}{gap}{sign}{first}", *(f"{under}{gap}{empty}{line}" for line in rest)]


def _layer(framework: Framework, layer: str) -> str:
    if layer == "scenario":
        return "the scenario's"
    return "national" if layer.startswith("national/") else "local"


def _clock_line(framework: Framework, clock: Timescale) -> str:
    return (
        "; ".join((timescale_words(clock), *terms_words(framework, clock)))
        + f" ({_layer(framework, clock.layer)})"
    )


def _review_line(framework: Framework, review: Review) -> str:
    by = role_title(framework, review.by)
    words = review_words(framework, review)
    return f"{review.title}, by the {by}: {words} ({_layer(framework, review.layer)})"


def steps_text(framework: Framework) -> str:
    """The work that the simulation does, in order: an assumption, nobody's commitment."""
    done = [s for s in framework.steps.values() if any(_is_done(framework, s, route) for route in s.routes)]
    lines = [line for step in done for line in _step_lines(framework, step)]
    return "\n".join(lines) + "\n"


def _step_lines(framework: Framework, step: Step) -> list[str]:
    return _indented("  -", "", _step_line(framework, step), gap=" ")


def _step_line(framework: Framework, step: Step) -> str:
    parts = []
    if not set(ROUTES) <= set(step.routes):
        parts.append(f"{routes_words(step.routes)} only")
    if step.by != "allocation":
        parts.append(role_title(framework, step.by))
    if step.effort is not None:
        parts.append(f"{_number(step.effort.typical.value)} {step.effort.typical.unit} of work typically")
    if step.wait is not None:
        parts.append(f"after a wait of typically {_number(step.wait.typical.value)} {step.wait.typical.unit}")
    staged = any(_two_stages(framework, route) for route in step.routes)
    if step.only_if and (step.only_if != "second_stage" or staged):
        parts.append(CONDITIONS.get(step.only_if, step.only_if))
    if step.share is not None:
        parts.append(f"in {step.share.value:.0%} of cases")
    if step.marks:
        parts.append("then: " + ", ".join(event_title(event).lower() for event in step.marks))
    return f"{step.title}" + (f" ({'; '.join(parts)})" if parts else "")


def _number(value: float) -> str:
    return f"{value:g}"

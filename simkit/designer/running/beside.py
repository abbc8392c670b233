"""Compares simulated figures, those of an own return, and published ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simkit.model.inputs.profile import Profile
from simkit.output.answers.own_return import figures_shown
from simkit.output.answers.result.published import area_figures, area_names, left_out, peers_of
from simkit.output.answers.wording import amount, value_and_interval
from simkit.returns.durations import COMPLETED
from simkit.returns.result import Return
from simkit.study.estimate import Estimate

MEASURES = {
    "published_within_45_days_pct": ("Within 45 working days", "%"),
    "published_median_days": ("Half within", "working days"),
    "published_icpc_within_15_days_pct": ("Conferences within 15 days", "%"),
}
"""The figures that are compared: the name on the page, and the unit."""


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one area or run, in the order of ``MEASURES``. ``what``: where they come from."""

    who: str
    what: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """A table of figures to compare. ``notes``: what readers need to know."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


def beside(
    profile: Profile, own: Return | None, simulated: Sequence[Line] = (), notes: Sequence[str] = ()
) -> Beside:
    """Simulated figures and those of an own return, with what is published for the authority and others."""
    who = peers_of(profile)
    areas = area_figures(who)
    published = []
    for name, field in area_names(who).items():
        figures = {measure: getattr(areas[measure], field) for measure in MEASURES}
        years = {measure: areas[measure].year for measure in MEASURES}
        published.append(_published_line(name, who.of_durations, figures, years))
    returned = () if own is None else (_of_return(own),)
    heads = {measure: head for measure, (head, _) in MEASURES.items()}
    without = left_out(who, heads)
    said = (*notes, without) if without else tuple(notes)
    return Beside(tuple(heads.values()), (*simulated, *returned, *published), said)


def simulated(who: str, what: str, figures: Mapping[str, Estimate], share: str = "") -> Line:
    """The line of a run, from its measures with their intervals.

    ``share``: the share in time in words, if it is a range.
    """
    first, *others = (value_and_interval(figures[measure]) for measure in MEASURES)
    return Line(who, what, (share or first, *others))


def _published_line(
    who: str, usual: int, figures: Mapping[str, float | None], years: Mapping[str, int]
) -> Line:
    """The line of an area. A figure of another year than the durations' says so."""
    words = []
    for measure, (_, unit) in MEASURES.items():
        figure, year = figures[measure], years[measure]
        when = "" if year == usual else f" (year to March {year})"
        words.append("not published" if figure is None else amount(figure, unit) + when)
    return Line(who, f"published, year to March {usual}", tuple(words))


def _of_return(own: Return) -> Line:
    estimated = own.durations is not None and own.durations.method != COMPLETED
    made = "estimated from a list, " if estimated else ""
    return Line("Our own return", f"{made}{own.window.text}", figures_shown(own))

"""The published figures of all authorities in a year, as a report, plain data, tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from simkit.common.blocks import Section, Table
from simkit.common.text import listed, upper_first
from simkit.data import attribution, authorities
from simkit.output.answers.wording import QUALITY, time_period
from simkit.output.report.blocks import Picture, Report, laid_out, picture
from simkit.study.nation import Nation, PublishedMeasure, Standing, chance_limits, years_of
from simkit.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from simkit.output.figures.values import Caption, Point

_SIDES = {1: "higher", 0: "can't be told apart", -1: "lower"}
_BEYOND = 1.2  # of the smallest and largest authority, where a funnel plot begins and ends
_ENDS = 5  # authorities named at each end
_COMPLETED = (
    "Only assessments completed in the year count. Those that are open and late do not, so clearing a "
    "backlog lowers timeliness."
)
CHANCE_ONLY = (
    "Intervals cover chance only: how the share would vary with other children and the same practice. "
    "Siblings' assessments end together, so two children count as one: an assumption. Differences in "
    "recording are not covered."
)
"""What the interval of a published share means."""


def report(nation: Nation) -> Report:
    """The headline, the two ends, the whole ranking, and figures."""
    standings = nation.standings
    ends = [*standings[:_ENDS], *standings[-_ENDS:]] if len(standings) > 2 * _ENDS else list(standings)
    return Report(
        kind="nation",
        title=f"{nation.measure.title}: every authority, year to 31 March {nation.year}",
        subtitle=f"Published figures, {measure_words(nation.measure)}. Nothing here is simulated.",
        answer=" ".join(_answer(nation)),
        cautions=tuple(_cautions(nation)),
        sections=(
            Section("The lowest and the highest", (_table(nation, "The lowest and the highest", ends),)),
            Section(
                "Maps and figures",
                (
                    picture("map", "Where", partial(figure, nation)),
                    picture("ranking", "In order", partial(_ranking, nation)),
                    *(
                        (picture("funnel", "By size", partial(_funnel, nation)),)
                        if _has_shares(nation)
                        else ()
                    ),
                    picture("years", "Over the years", partial(_by_year, nation)),
                    _maps(nation),
                ),
            ),
            Section(
                "Every authority",
                (_table(nation, "Every authority, the lowest first", standings),),
                appendix=True,
            ),
        ),
        command=f"simkit nation --measure {nation.measure.name} --year {nation.year}",
        attribution=attribution(),
        quality=QUALITY,
    )


def measure_words(measure: PublishedMeasure) -> str:
    """What a measure is of, for a subtitle."""
    return (
        f"in {measure.unit} of {measure.denominator}"
        if measure.unit == "%"
        else f"{measure.denominator}, in {measure.unit}"
    )


def amount(value: float | None, measure: PublishedMeasure) -> str:
    """A value with its unit."""
    if value is None:
        return "-"
    return f"{value:.1f}%" if measure.unit == "%" else f"{value:g} {measure.unit}"


def _answer(nation: Nation) -> list[str]:
    measure, standings = nation.measure, nation.standings
    england = "" if nation.england is None else f"; England as a whole: {amount(nation.england, measure)}"
    sentences = [
        f"The middle authority has {amount(nation.median, measure)}{england}.",
        f"The lowest is {_named(standings[0], measure)}, the highest {_named(standings[-1], measure)}.",
    ]
    if _has_shares(nation):
        sides = [standing.side for standing in standings]
        sentences.append(
            f"{sides.count(1)} authorities are above the middle one and {sides.count(-1)} below it by more "
            f"than chance would explain; {sides.count(0)} can't be told apart from it."
        )
    return sentences


def _named(standing: Standing, measure: PublishedMeasure) -> str:
    return f"{standing.authority.name} ({amount(standing.figure.value, measure)})"


def _cautions(nation: Nation) -> list[str]:
    measure = nation.measure
    lines = []
    if nation.moved is not None:
        unit = "points" if measure.unit == "%" else measure.unit
        lines.append(
            f"From one year to the next, half of the authorities move by at least {nation.moved:.1f} {unit}."
        )
    if (stayed := nation.stayed()) is not None:
        lines.append(
            f"Of the {stayed[1]} authorities that were highest the year before, {stayed[0]} are among the "
            f"{stayed[1]} highest again. A place in a ranking may not last."
        )
    if _has_shares(nation):
        lines.append(CHANCE_ONLY)
    elif measure.of is not None:
        lines.append(
            f"There are no intervals: the number of {measure.denominator} is not published."
            f"{_with_intervals(nation)}"
        )
    if measure.table.startswith("assessments"):
        lines.append(_COMPLETED)
    if nation.missing:
        lines.append(f"Not published for this year: {listed(each.name for each in nation.missing)}.")
    return lines


def _with_intervals(nation: Nation) -> str:
    """The newest year that has intervals."""
    measure = nation.measure
    for year in reversed(years_of(measure)):
        if any(measure.of is not None and measure.of(each.la_code, year) for each in authorities()):
            return f" The year to March {year} has them: --year {year}."
    return ""


def _has_shares(nation: Nation) -> bool:
    """Whether it is a share of numbers that are published for the year: else it has no interval."""
    return nation.measure.of is not None and any(each.figure.children for each in nation.standings)


def _rows(standings: Sequence[Standing]) -> tuple[tuple[str, ...], ...]:
    rows = []
    for standing in standings:
        f = standing.figure
        interval = "-" if f.low is None or f.high is None else f"{f.low:.1f} to {f.high:.1f}"
        before = "-" if standing.before is None else f"{standing.before:.1f}"
        children = "-" if not f.children else f"{f.children:,.0f}"
        side = "-" if f.low is None else _SIDES[standing.side]
        place = "-" if standing.rank is None else f"{standing.rank.place}"
        span = "-" if standing.rank is None else f"{standing.rank.low} to {standing.rank.high}"
        rows.append(
            (standing.authority.name, before, f"{f.value:.1f}", interval, children, place, span, side)
        )
    return tuple(rows)


def _table(nation: Nation, caption: str, standings: Sequence[Standing]) -> Table:
    """Authorities with their figures; without intervals the columns that depend on them are left out."""
    heads = (
        "",
        "year before",
        "year",
        "95% interval",
        nation.measure.denominator,
        "place",
        "its interval",
        "against the middle",
    )
    if _has_shares(nation):
        return Table(caption, heads, _rows(standings), 7)
    return Table(caption, heads[:3], tuple(row[:3] for row in _rows(standings)), 2)


def data(nation: Nation) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "simkit": "nation-result/1",
        "measure": nation.measure.name,
        "title": nation.measure.title,
        "unit": nation.measure.unit,
        "denominator": nation.measure.denominator,
        "year": nation.year,
        "time_period": time_period(nation.year),
        "median": nation.median,
        "england": nation.england,
        "half_moved_by": nation.moved,
        "authorities": [_record(nation, standing) for standing in nation.standings],
        "missing": [each.la_code for each in nation.missing],
        "version": __version__,
    }


def _record(nation: Nation, standing: Standing) -> dict[str, Any]:
    place, f = standing.authority, standing.figure
    return {
        "la_code": place.la_code,
        "gss_code": place.gss_code,
        "la_name": place.name,
        "region_name": place.region_name,
        "year": nation.year,
        "time_period": time_period(nation.year),
        "measure": nation.measure.name,
        "value": f.value,
        "low": f.low,
        "high": f.high,
        "children": f.children,
        "year_before": standing.before,
        "place": None if standing.rank is None else standing.rank.place,
        "place_low": None if standing.rank is None else standing.rank.low,
        "place_high": None if standing.rank is None else standing.rank.high,
        "against_median": _SIDES[standing.side] if f.low is not None else None,
    }


def tables(nation: Nation) -> dict[str, pd.DataFrame]:
    """One row an authority, the lowest first; and every year's figures of the measure."""
    import pandas as pd

    measure = nation.measure
    rows = [
        {
            "la_code": s.authority.la_code,
            "la_name": s.authority.name,
            "year": year,
            "value": s.figure.value if year == nation.year else measure.value(s.authority.la_code, year),
        }
        for s in nation.standings
        for year in years_of(measure)
    ]
    years = pd.DataFrame(rows).dropna(subset=["value"]).reset_index(drop=True)
    return {"nation": pd.DataFrame([_record(nation, s) for s in nation.standings]), "nation-years": years}


def figure(nation: Nation) -> Figure:
    """The map."""
    from simkit.output import figures

    values = {s.authority.la_code: s.figure.value for s in nation.standings}
    return figures.tile_map(values, nation.measure.unit, nation.year, _caption(nation, _middle(nation)))


def _middle(nation: Nation) -> str:
    return f"{nation.measure.title}: {amount(nation.median, nation.measure)} in the middle authority"


def _caption(nation: Nation, title: str, first: int | None = None) -> Caption:
    """The caption of a figure of the year, or of the years from ``first``."""
    from simkit.output.figures import Caption

    when = f"year to 31 March {nation.year}" if first is None else f"years to March, {first} to {nation.year}"
    under = f"Published figures, {when}"
    return Caption(title, under, ("Department for Education statistics (Open Government Licence v3.0).",))


def points_of(nation: Nation) -> tuple[Point, ...]:
    """The authorities as points of a figure, in their order."""
    from simkit.output.figures.values import Point

    return tuple(
        Point(s.authority.name, f.value, f.low, f.high, None if f.low is None else s.side, f.children)
        for s in nation.standings
        for f in (s.figure,)
    )


def _ranking(nation: Nation) -> Figure:
    from simkit.output.figures.nation import ranking

    lowest, highest = nation.standings[0].figure.value, nation.standings[-1].figure.value
    title = (
        f"{nation.measure.title}: from {amount(lowest, nation.measure)} to {amount(highest, nation.measure)}"
    )
    return ranking(points_of(nation), nation.median, nation.measure.unit, _caption(nation, title))


def _funnel(nation: Nation) -> Figure:
    from simkit.output.figures.nation import funnel
    from simkit.output.figures.values import Line

    points = points_of(nation)
    sizes = [point.children for point in points if point.children]
    # the axis goes beyond the smallest and the largest, so that neither lies on its edge
    x = tuple(np.geomspace(min(sizes) / _BEYOND, max(sizes) * _BEYOND, 60).tolist())
    limits = [chance_limits(nation.median / 100, size) for size in x]
    low, high = zip(*limits, strict=True)
    line = Line("by chance", x, (nation.median,) * len(x), low, high)
    title = "Authorities differ by more than chance would make them"
    outside = sum(s.side != 0 for s in nation.standings)
    if 2 * outside < len(points):
        title = "Chance may explain most of the differences between authorities"
    measure = nation.measure
    return funnel(points, nation.median, line, measure.unit, measure.denominator, _caption(nation, title))


def _by_year(nation: Nation) -> Figure:
    from simkit.output.figures.nation import by_year

    measure = nation.measure
    years = {
        year: list(_by_code(measure, year).values()) for year in years_of(measure) if year <= nation.year
    }
    first, last = next(iter(years)), nation.year
    title = (
        f"{measure.title}, middle authority: {amount(float(np.median(years[first])), measure)} in {first}, "
        f"{amount(float(np.median(years[last])), measure)} in {last}"
    )
    return by_year(years, measure.unit, _caption(nation, title, first))


def _maps(nation: Nation) -> Picture:
    """A small map for each year up to this one."""
    from simkit.output.drawings import NARROW, WIDE
    from simkit.output.drawings.maps import maps_drawing, maps_words

    measure = nation.measure
    years = {year: _by_code(measure, year) for year in years_of(measure) if year <= nation.year}
    title = f"{measure.title}: every authority, {min(years)} to {nation.year}"
    under = (
        f"{upper_first(measure_words(measure))}. Beside the year: the middle authority. Empty: not published."
    )
    wide, narrow = (maps_drawing(years, title, under, width) for width in (WIDE, NARROW))
    return laid_out("maps", "Maps over the years", maps_words(years, measure.unit), wide, narrow)


def _by_code(measure: PublishedMeasure, year: int) -> dict[str, float]:
    found = {each.la_code: measure.value(each.la_code, year) for each in authorities() if each.existed(year)}
    return {code: value for code, value in found.items() if value is not None}

"""The published figures of one authority over the years, as a report, plain data, a table and a figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Paragraph, Section, Table
from simkit.data import attribution
from simkit.output.answers.nation import CHANCE_ONLY, amount, measure_words
from simkit.output.answers.wording import QUALITY, time_period
from simkit.output.report.blocks import Report, picture
from simkit.study.nation import AuthorityYears, Figure
from simkit.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Drawing

    from simkit.output.figures.values import Line


def report(years: AuthorityYears) -> Report:
    """The headline, the years, and the figure."""
    measure = years.measure
    heads = (
        "year to March",
        years.authority.name,
        "95% interval",
        "children",
        "neighbours, median",
        "England",
    )
    table = Table(measure.title, heads, tuple(_row(years, figure) for figure in years.figures), 5)
    before = tuple(
        Table(f"{measure.title}: {name}", heads[:4], tuple(_row(years, f)[:4] for f in figures), 3)
        for name, figures in years.earlier.items()
        if figures
    )
    nothing = Paragraph("No figure of this authority is published.")
    drawn = picture("years", "Over the years", partial(figure, years))
    return Report(
        kind="nation",
        title=f"{measure.title}: {years.authority.name}",
        subtitle=f"Published figures, {measure_words(measure)}. Nothing here is simulated.",
        answer=_answer(years),
        cautions=_cautions(years),
        sections=(
            Section("Over the years", (table, *before, drawn) if years.figures else (nothing, *before)),
        ),
        command=f"simkit nation {years.authority.slug} --measure {measure.name}",
        attribution=attribution(),
        quality=QUALITY,
    )


def _answer(years: AuthorityYears) -> str:
    if not years.figures:
        return f"Nothing is published of {years.authority.name}."
    last, measure = years.figures[-1], years.measure
    interval = (
        "" if last.low is None or last.high is None else f" (95% interval {last.low:.1f} to {last.high:.1f})"
    )
    others = []
    if last.year in years.neighbours:
        others.append(
            f"its statistical neighbours {amount(years.neighbours[last.year][0], measure)} at the median"
        )
    if last.year in years.england:
        others.append(f"England {amount(years.england[last.year], measure)}")
    beside = f"; {', '.join(others)}" if others else ""
    return f"Year to 31 March {last.year}: {amount(last.value, measure)}{interval}{beside}."


def _cautions(years: AuthorityYears) -> tuple[str, ...]:
    known = {figure.year for figure in years.figures}
    gaps = [str(year) for year in range(min(known, default=0), max(known, default=0)) if year not in known]
    lines = []
    if gaps:
        lines.append(f"Not published: {', '.join(gaps)}.")
    if years.earlier:
        lines.append(
            f"Before: {'; '.join(years.earlier)}. Their figures are shown apart and are not added up."
        )
    if years.measure.of is not None:
        lines.append(CHANCE_ONLY)
    if any(each.year - 1 in known for each in years.editions):
        lines.append(
            "A new edition of the guidance in a year does not mean that it caused a change in that year."
        )
    return tuple(lines)


def _row(years: AuthorityYears, f: Figure) -> tuple[str, ...]:
    interval = "-" if f.low is None or f.high is None else f"{f.low:.1f} to {f.high:.1f}"
    near, england = years.neighbours.get(f.year), years.england.get(f.year)
    return (
        str(f.year),
        f"{f.value:.1f}",
        interval,
        "-" if not f.children else f"{f.children:,.0f}",
        "-" if near is None else f"{near[0]:.1f}",
        "-" if england is None else f"{england:.1f}",
    )


def data(years: AuthorityYears) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "simkit": "authority-years/1",
        "measure": years.measure.name,
        "title": years.measure.title,
        "unit": years.measure.unit,
        "denominator": years.measure.denominator,
        "la_code": years.authority.la_code,
        "la_name": years.authority.name,
        "years": _records(years),
        "editions": {each.title: each.year for each in years.editions},
        "version": __version__,
    }


def _records(years: AuthorityYears) -> list[dict[str, Any]]:
    series: list[tuple[str, Sequence[Figure]]] = [
        (years.authority.name, years.figures),
        *years.earlier.items(),
    ]
    return [
        {
            "la_name": name,
            "year": f.year,
            "time_period": time_period(f.year),
            "measure": years.measure.name,
            "value": f.value,
            "low": f.low,
            "high": f.high,
            "children": f.children,
            "neighbours_median": years.neighbours.get(f.year, (None, 0))[0]
            if name == years.authority.name
            else None,
            "england": years.england.get(f.year),
        }
        for name, figures in series
        for f in figures
    ]


def tables(years: AuthorityYears) -> dict[str, pd.DataFrame]:
    """One row a year, of the authority and of those that it came from."""
    import pandas as pd

    return {"years": pd.DataFrame(_records(years))}


def figure(years: AuthorityYears) -> Drawing:
    """The figures of the authority over the years."""
    from simkit.output.figures import Caption
    from simkit.output.figures.nation import over_years

    measure, own = years.measure, years.figures
    title = f"{measure.title}: {years.authority.name}"
    if own:
        title += f", {amount(own[-1].value, measure)} in {own[-1].year}"
    caption = Caption(
        title,
        "Published figures; shaded: 95% interval of chance. Dotted lines: a new edition of Working Together.",
        ("Department for Education statistics (Open Government Licence v3.0).",),
    )
    near = tuple(sorted(years.neighbours))
    others = [
        _flat("Statistical neighbours, median", near, tuple(years.neighbours[y][0] for y in near)),
        _flat("England", tuple(years.england), tuple(years.england.values())),
        *(_line(name, figures) for name, figures in years.earlier.items() if figures),
    ]
    editions = {each.title: each.year for each in years.editions}
    return over_years(_line(years.authority.name, own), others, editions, measure.unit, caption)


def _line(label: str, figures: Sequence[Figure]) -> Line:
    from simkit.output.figures.values import Line

    low = tuple(math.nan if f.low is None else f.low for f in figures)
    high = tuple(math.nan if f.high is None else f.high for f in figures)
    return Line(label, tuple(float(f.year) for f in figures), tuple(f.value for f in figures), low, high)


def _flat(label: str, years: tuple[int, ...], values: tuple[float, ...]) -> Line:
    from simkit.output.figures.values import Line

    return Line(label, tuple(map(float, years)), values, values, values)

"""The published figures of one authority over the years, as a report, plain data, a table and a figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Block, Paragraph, Section, Table, filled
from simkit.common.text import listed, ordinal, year_spans
from simkit.data import Authority, attribution
from simkit.framework import library
from simkit.output.answers.nation import CHANCE_ONLY, amount, measure_words
from simkit.output.answers.survey.survey import survey
from simkit.output.answers.wording import QUALITY, left_out_of_median, time_period
from simkit.output.report.blocks import Picture, Report, laid_out
from simkit.study.nation import AuthorityYears, Figure
from simkit.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Drawing


def report(years: AuthorityYears) -> Report:
    """The headline, the years with their figure, the neighbours, and what is known of the framework."""
    measure = years.measure
    heads = (
        "year to March",
        years.authority.name,
        "95% interval",
        measure.denominator,
        "neighbours, median",
        "England",
    )
    rows = tuple(_row(years, figure) for figure in years.figures)
    table = filled(Table(measure.title, heads, rows, 5, tuple(_left_out_of_median(years))))
    before = tuple(
        filled(
            Table(
                f"{measure.title}: {name}",
                ("year to March", "value", *heads[2:4]),
                tuple(_row(years, f)[:4] for f in figures),
                3,
            )
        )
        for name, figures in years.earlier.items()
        if figures
    )
    nothing = Paragraph("No figure of this authority is published.")
    return Report(
        kind="nation",
        title=f"{measure.title}: {years.authority.name}",
        subtitle=f"Published figures, {measure_words(measure)}. Nothing here is simulated.",
        answer=_answer(years),
        cautions=_cautions(years),
        sections=(
            Section(
                "Over the years",
                (_picture(years), *_editions(years), table, *before) if years.figures else (nothing, *before),
            ),
            *_neighbours(years),
            Section("Its framework", tuple(_framework(years.authority))),
        ),
        command=f"simkit nation {years.authority.slug} --measure {measure.name}",
        attribution=attribution(),
        quality=QUALITY,
    )


def _answer(years: AuthorityYears) -> str:
    if not years.figures:
        return f"No figures are published for {years.authority.name}."
    last, measure = years.figures[-1], years.measure
    interval = (
        "" if last.low is None or last.high is None else f" (95% interval {last.low:.1f} to {last.high:.1f})"
    )
    others = []
    if last.year in years.neighbours:
        middle, known = years.neighbours[last.year]
        absent = len(years.absent.get(last.year, ()))
        which = f"{known} of its {known + absent}" if absent else "its"
        others.append(f"the median of {which} statistical neighbours {amount(middle, measure)}")
    if last.year in years.england:
        others.append(f"England {amount(years.england[last.year], measure)}")
    beside = f"; {', '.join(others)}" if others else ""
    return f"Year to 31 March {last.year}: {amount(last.value, measure)}{interval}{beside}.{_place(years)}"


def _place(years: AuthorityYears) -> str:
    rank = years.rank
    if rank is None:
        return ""
    newest = years.figures[-1].year == years.rank_year
    when = "It" if newest else f"In the year to March {years.rank_year} it"
    return (
        f" {when} was {ordinal(rank.place)} of {rank.of}, counted from the lowest "
        f"(95% interval {ordinal(rank.low)} to {ordinal(rank.high)})."
    )


def _cautions(years: AuthorityYears) -> tuple[str, ...]:
    known = {figure.year for figure in years.figures}
    lines = []
    if years.figures and years.not_published:
        lines.append(f"Not published: {', '.join(map(str, years.not_published))}.")
    if years.earlier:
        lines.append(
            f"Before: {'; '.join(years.earlier)}. Their figures are shown apart and are not added up."
        )
    if years.later:
        lines.append(
            f"Its last year is {years.authority.last_year}. Since then: "
            f"{listed(each.name for each in years.later)}."
        )
    bare = [str(f.year) for f in years.figures if f.low is None]
    if years.measure.of is not None and bare:
        lines.append(
            f"No interval and no place for {listed(bare)}: the number of assessments was not published."
        )
    if years.measure.of is not None:
        lines.append(CHANCE_ONLY)
    if any(each.year - 1 in known for each in years.editions):
        lines.append(
            "A new edition of the guidance in a year does not mean that it caused a change in that year."
        )
    return tuple(lines)


def _picture(years: AuthorityYears) -> Picture:
    from simkit.output.drawings import NARROW, WIDE
    from simkit.output.drawings.years import years_drawing, years_words

    wide, narrow = (years_drawing(years, width) for width in (WIDE, NARROW))
    return laid_out("years", "Over the years", years_words(years), wide, narrow)


def _editions(years: AuthorityYears) -> Iterator[Block]:
    if years.editions:
        parts = listed(f"that of {each.title} in the year to March {each.year}" for each in years.editions)
        yield Paragraph(f"New editions of Working Together began: {parts}.")


def _neighbours(years: AuthorityYears) -> Iterator[Section]:
    """The statistical neighbours in the authority's newest year with an interval, else in its newest."""
    shown = [f.year for f in years.figures if f.low is not None] or [f.year for f in years.figures]
    if not shown:
        return
    year = shown[-1]
    newest = {each.name: f for each, series in years.near.items() for f in series if f.year == year}
    own = next(f for f in years.figures if f.year == year)
    rows = [
        (name, f"{f.value:.1f}", interval_words(f), "-" if not f.children else f"{f.children:,.0f}")
        for name, f in {years.authority.name: own, **newest}.items()
    ]
    heads = ("", "value", "95% interval", years.measure.denominator)
    caption = f"{years.measure.title}, year to March {year}, nearest neighbour first"
    notes = tuple(_left_out(years, year))
    yield Section("Its statistical neighbours", (filled(Table(caption, heads, tuple(rows), 3, notes)),))


def _left_out(years: AuthorityYears, year: int) -> Iterator[str]:
    """Which neighbours have no row in a year, and why."""
    without = [each for each, series in years.near.items() if all(f.year != year for f in series)]
    if without:
        number = len(years.near)
        names, later = _names(without, year)
        why = [f"no figure for that year is published for {listed(names, 'or')}"] if names else []
        why += [f"{listed(later)} began later"] if later else []
        yield f"{number - len(without)} of its {number} neighbours are shown: {'; '.join(why)}."


def _names(places: Iterable[Authority], year: int) -> tuple[list[str], list[str]]:
    """Those that were there in a year, so that no figure is published, and those that began later."""
    return (
        [each.name for each in places if each.existed(year)],
        [each.name for each in places if not each.existed(year)],
    )


def _left_out_of_median(years: AuthorityYears) -> Iterator[str]:
    """Which neighbours the medians of the years leave out, and why."""
    unpublished: dict[str, list[int]] = {}
    later: dict[str, list[int]] = {}
    for year in (figure.year for figure in years.figures):
        for group, names in zip((unpublished, later), _names(years.absent.get(year, ()), year), strict=True):
            for name in names:
                group.setdefault(name, []).append(year)
    for group, why in ((unpublished, "no figure is published"), (later, "they began later")):
        if group:
            named = (f"{name} ({year_spans(in_years)})" for name, in_years in group.items())
            yield left_out_of_median(why, named)


def _framework(place: Authority) -> Iterator[Block]:
    """What published sources say about the authority's own framework."""
    if place.slug not in library.names("authorities"):
        yield Paragraph("There is no framework file of this authority.")
        return
    (row,) = survey((place.slug,)).rows
    if row.status == "starter":
        yield Paragraph(
            "No published local timescale was found. The national rules apply; what the authority adds "
            "to them is not known here."
        )
        return
    yield Paragraph(
        f"Compiled from published sources. {place.name} has neither written nor agreed this file: "
        f"simkit show {place.slug}."
    )
    if not row.values:
        yield Paragraph("Only what its protocol covers is known, no local time.")
        return
    rows = tuple((each.about, each.value, _source(each.authority, each.year)) for each in row.values)
    yield Table("Local times and reviews", ("What", "What it says", "Source"), rows)


def _source(title: str, year: str) -> str:
    return title if not year or year in title else f"{title} ({year})"


def interval_words(f: Figure) -> str:
    """The interval of a figure, a dash where it has none."""
    return "-" if f.low is None or f.high is None else f"{f.low:.1f} to {f.high:.1f}"


def _row(years: AuthorityYears, f: Figure) -> tuple[str, ...]:
    near, england = years.neighbours.get(f.year), years.england.get(f.year)
    return (
        str(f.year),
        f"{f.value:.1f}",
        interval_words(f),
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
        "not_published": list(years.not_published),
        "editions": {each.title: each.year for each in years.editions},
        "place": _place_data(years),
        "later": [each.la_code for each in years.later],
        "version": __version__,
    }


def _place_data(years: AuthorityYears) -> dict[str, int | None] | None:
    rank = years.rank
    if rank is None:
        return None
    return {"year": years.rank_year, "place": rank.place, "low": rank.low, "high": rank.high, "of": rank.of}


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
            "neighbours_median": middle,
            "neighbours_counted": counted,
            "england": years.england.get(f.year),
        }
        for name, figures in series
        for f in figures
        for middle, counted in [_median(years, f.year if name == years.authority.name else None)]
    ]


def _median(years: AuthorityYears, year: int | None) -> tuple[float | None, int | None]:
    """The median of the neighbours and how many of them have a figure; none without a year."""
    return (None, None) if year is None else years.neighbours.get(year, (None, None))


def tables(years: AuthorityYears) -> dict[str, pd.DataFrame]:
    """One row a year, of the authority and of those that it came from."""
    import pandas as pd

    return {"years": pd.DataFrame(_records(years))}


def figure(years: AuthorityYears) -> Drawing:
    """The figures of the authority over the years."""
    from simkit.output.drawings import WIDE
    from simkit.output.drawings.png import as_figure
    from simkit.output.drawings.years import years_drawing, years_words

    return as_figure(years_drawing(years, WIDE), years_words(years))

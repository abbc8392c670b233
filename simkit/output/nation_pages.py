"""A page for each authority: its published figures over the years, in a folder that needs no server.

``index.html`` lists all authorities, ``england.html`` compares them in one year, and each authority has a
page named after it. The pages have no script and need no network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from simkit.common.arguments import checked_arguments
from simkit.common.atomic_files import write_all
from simkit.common.blocks import Cell, Paragraph, Section, Table, Text, filled
from simkit.common.progress import progress_bar
from simkit.data import Authority, attribution, authorities
from simkit.output.answers.authority_years import interval_words
from simkit.output.answers.nation import CHANCE_ONLY, measure_words
from simkit.output.render.report_page import page
from simkit.output.report.blocks import Report
from simkit.study.nation import AuthorityYears, authority_years, nation

INDEX, ENGLAND_PAGE = "index.html", "england.html"

_LIMIT = (
    "Since 2013 one national limit applies to every assessment: 45 working days from the referral. The "
    "government said then that it would monitor the effect and might remove the limit later (local "
    "government news, March 2013). These pages show what has been published, authority by authority."
)


@checked_arguments
def nation_pages(folder: str | Path, measure: str = "over_45_days_pct") -> tuple[Path, ...]:
    """Write the pages into a folder, all of them or none; gives the files.

    ``measure``: one of those of ``simkit.nation``. Raises SimkitError for another, OutputError where the
    folder can't be written.

    Example::

        simkit.nation_pages("england")
    """
    return write_all(Path(folder), pages(measure))


def pages(measure: str = "over_45_days_pct") -> dict[str, bytes]:
    """The pages by the name of their file; the same version gives the same bytes."""
    every = [authority_years(each, measure) for each in authorities()]
    ranked = max((each.rank_year for each in every if each.rank_year), default=None)
    reports = {INDEX: _index(every, ranked), ENGLAND_PAGE: _england(measure, ranked)}
    contents = {}
    with progress_bar("Writing pages") as progress:
        for number, years in enumerate(every, start=1):
            reports[file_of(years.authority)] = _with_links(years.report())
            if progress is not None:
                progress(number, len(every))
        for name, report in reports.items():
            contents[name] = page(report).encode()
    return contents


def file_of(place: Authority) -> str:
    """The name of an authority's page."""
    return f"{place.slug}.html"


def _index(every: Iterable[AuthorityYears], ranked: int | None) -> Report:
    every = sorted(every, key=lambda years: years.authority.name)
    measure = every[0].measure
    now = [years for years in every if years.authority.in_2025_list]
    former = [years for years in every if not years.authority.in_2025_list]
    figures = [f.year for years in every for f in years.figures]
    return Report(
        kind="nation",
        title=f"{measure.title}: a page for each authority",
        subtitle=(
            f"Published figures, {measure_words(measure)}, of {min(figures)} to {max(figures)}. "
            "Nothing here is simulated."
        ),
        answer=_LIMIT if measure.name == "over_45_days_pct" else "",
        cautions=(
            *(() if measure.of is None else (CHANCE_ONLY,)),
            "A high figure is not a verdict on a service, and a place in a ranking may not last.",
        ),
        sections=(
            Section(
                "All authorities together",
                (Paragraph(Text("Maps, ranking and funnel plot", link=ENGLAND_PAGE)),),
            ),
            Section("Authorities", (_table("Authorities of today", now, ranked),)),
            Section("Authorities that were abolished", (_table("Until their last year", former, None),)),
        ),
        command=_command(measure.name),
        attribution=attribution(),
    )


def _command(measure: str) -> str:
    return f"simkit nation --measure {measure} --pages DIR"


def _table(caption: str, every: Iterable[AuthorityYears], ranked: int | None) -> Table:
    """A row an authority; without a year for ranking, the newest figure of each alone."""
    if ranked is None:
        heads: tuple[str, ...] = ("", "last year", "value", "95% interval")
        rows = [
            (
                _linked(y.authority),
                str(y.figures[-1].year),
                f"{y.figures[-1].value:.1f}",
                interval_words(y.figures[-1]),
            )
            for y in every
            if y.figures
        ]
        return filled(Table(caption, heads, tuple(rows), 3))
    heads = ("", "newest", str(ranked), "95% interval", "place from the lowest", "its interval")
    return filled(Table(caption, heads, tuple(_row(years, ranked) for years in every), 5))


def _row(years: AuthorityYears, ranked: int) -> tuple[Cell, ...]:
    newest = f"{years.figures[-1].value:.1f} ({years.figures[-1].year})" if years.figures else "-"
    figure = next((f for f in years.figures if f.year == ranked), None)
    rank = years.rank if years.rank_year == ranked else None
    return (
        _linked(years.authority),
        newest,
        "-" if figure is None else f"{figure.value:.1f}",
        "-" if figure is None else interval_words(figure),
        "-" if rank is None else f"{rank.place} of {rank.of}",
        "-" if rank is None else f"{rank.low} to {rank.high}",
    )


def _linked(place: Authority) -> Text:
    return Text(_name(place), link=file_of(place))


def _name(place: Authority) -> str:
    """Its name; that of an abolished one with its last year, since another one may have the same."""
    return place.name if place.in_2025_list else f"{place.name} to {place.last_year}"


def _england(measure: str, year: int | None) -> Report:
    return _with_links(nation(measure, year=year).report())


def _with_links(report: Report) -> Report:
    """The report with a way back to all authorities, and names of authorities that lead to their pages."""
    sections = tuple(
        replace(section, blocks=tuple(_block(block) for block in section.blocks))
        for section in report.sections
    )
    return replace(report, sections=(*sections, Section("Other authorities", tuple(_way_back()))))


def _way_back() -> Iterator[Paragraph]:
    yield Paragraph(Text("A page for each authority", link=INDEX))
    yield Paragraph(Text("All authorities together: maps, ranking and funnel plot", link=ENGLAND_PAGE))


def _block(block: object) -> object:
    if not isinstance(block, Table):
        return block
    places = {_name(place): place for place in authorities()}
    rows = (
        (_linked(places[head]) if isinstance(head, str) and head in places else head, *rest)
        for head, *rest in block.rows
    )
    return replace(block, rows=tuple(rows))

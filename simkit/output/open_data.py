"""Open data: what simkit knows of every authority, as a Frictionless data package.

One CSV a table, UTF-8 without a byte-order mark, and ``datapackage.json`` with every column, its type and
what it means, the licence, the version, and a checksum of each file. ``README.md`` says the same for people.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from simkit.common.arguments import checked_arguments
from simkit.common.atomic_files import write_all
from simkit.common.progress import progress_bar
from simkit.data import BANDS, Authority, attribution, authorities, authority, bands, sources, value
from simkit.framework import library
from simkit.framework.check import load_each
from simkit.framework.framework import Framework
from simkit.model.inputs.calibration import PRACTICE, calibration
from simkit.model.measures.definitions import definitions
from simkit.output.answers.survey.survey import survey
from simkit.output.answers.wording import time_period
from simkit.study.nation import MEASURES, figure_of, years_of
from simkit.study.projection.project import project
from simkit.version import __version__

Row = Sequence[str | int | float | None]

_OGL = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
_MIT = {"name": "MIT", "title": "MIT License", "path": "https://opensource.org/license/mit"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``type`` is Frictionless's string, integer or number. An empty cell means no value."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table of the package: ``key`` are the columns that tell its rows apart, ``rows`` gives them."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    licence: Mapping[str, str]
    rows: Callable[[], Iterable[Row]]


_LA = (
    Column("la_code", "string", "The Department for Education's code of the authority, three digits"),
    Column("gss_code", "string", "The authority's newest ONS code"),
    Column("la_name", "string", "The authority's name in the statistics"),
)
_YEAR = (
    Column("year", "integer", "The year that ended on 31 March"),
    Column("time_period", "string", "The same in the form of the Department's statistics: 202223"),
)
_TEXT = {
    "framework": "The name of the framework file",
    "about": "What the value is about, named alike for every authority",
    "value": "The value in simkit's words",
    "as_printed": "The words of the source, where they were read",
    "authority": "The instrument that states it: act, guidance, or the authority's own document",
    "read_in": "Where it was read, and how far",
    "strength": "How sure it is: verified (read in the source), secondary (reported), recalled",
    "year": "The year of the source",
    "assumed": "The parts that the source leaves open and simkit assumes",
}


def _days(band: str) -> str:
    """The days of a band, by the name of its column."""
    words = band.removeprefix("days_").replace("same_day", "less than a day: ended the day they began")
    return words.replace("61_plus", "61 working days or more").replace("_", " to ")


def _place(each: Authority) -> tuple[str, str, str]:
    return each.la_code, each.gss_code, each.name


def _time(year: int) -> tuple[int, str]:
    return year, time_period(year)


def _authorities() -> Iterator[Row]:
    for each in authorities():
        codes = ";".join(each.gss_codes)
        where = (each.region_code, each.region_name, each.sub_region_code, each.sub_region_name)
        lives = (each.first_year, each.last_year, int(each.in_2013_list), int(each.in_2025_list))
        yield (*_place(each), codes, *where, *lives, ";".join(each.predecessors), ";".join(each.successors))


def _measures() -> Iterator[Row]:
    for measure in MEASURES.values():
        for each in authorities():
            for year in range(measure.since, years_of(measure)[-1] + 1):
                figure = figure_of(measure, each.la_code, year)
                if figure is not None:
                    rest = (figure.value, _rounded(figure.low), _rounded(figure.high), figure.children)
                    yield (measure.name, *_place(each), *_time(year), *rest)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


def _bands() -> Iterator[Row]:
    for each in authorities():
        for year in range(each.first_year, each.last_year + 1):
            published = bands(each.la_code, year)
            if published is not None:
                quartiles = (published.p25_days, published.median_days, published.p75_days)
                yield (*_place(each), *_time(year), published.total, *published.counts, *quartiles)


def _definitions() -> Iterator[Row]:
    for each in definitions((), ()):
        yield each.name, "simulated", each.title, each.unit, each.of
    for measure in MEASURES.values():
        yield measure.name, "published", measure.title, measure.unit, measure.denominator


def _shipped() -> tuple[Framework, ...]:
    return load_each(library.names("authorities"))


def _frameworks() -> Iterator[Row]:
    for framework in _shipped():
        own = sum(not each.national for each in framework.timescales.values())
        place = _place(authority(framework.la_code)) if framework.la_code else ("", "", "")
        edition = next(
            n for n in reversed(framework.layers) if n.startswith("national/working-together")
        ).rsplit("/", 1)[-1]
        yield (
            *place,
            framework.name,
            framework.title,
            framework.status,
            edition,
            own,
            len(framework.reviews),
        )


def _survey() -> Iterator[Row]:
    for row in survey(library.names("authorities")).rows:
        for each in row.values:
            yield tuple(astuple(each))


def _practice() -> Iterator[Row]:
    for each in authorities():
        for year in range(each.first_year, each.last_year + 1):
            fitted = calibration(each.la_code, year)
            if fitted is not None:
                for name in PRACTICE:
                    found = fitted.practice.get(name)
                    if found is not None:
                        yield (*_place(each), *_time(year), name, found.value, found.low, found.high)


def _projections() -> Iterator[Row]:
    target = years_of(MEASURES["over_45_days_pct"])[-1]
    for each in project(target - 1, target).projections:
        percentiles = (round(each.p10, 2), round(each.p50, 2), round(each.p90, 2))
        published = value("assessments_timeliness", each.la_code, target, "within_45_days_pct")
        yield (*_place(authority(each.la_code)), *_time(target), target - 1, *percentiles, published)


TABLES = (
    DataTable(
        "authorities",
        "Local authorities",
        "Every authority of the children in need statistics, those that were abolished included.",
        (
            *_LA,
            Column("gss_codes", "string", "All of its ONS codes, the oldest first, with semicolons between"),
            Column("region_code", "string", "ONS code of its region, one of nine"),
            Column("region_name", "string", "Name of its region"),
            Column("sub_region_code", "string", "Code of Inner or Outer London; elsewhere the region's"),
            Column("sub_region_name", "string", "Inner or Outer London; elsewhere the region's name"),
            Column("first_year", "integer", "First year to 31 March in the statistics since 2013"),
            Column("last_year", "integer", "Last year to 31 March in the statistics"),
            Column("in_2013_list", "integer", "1 where it was one of the 152 authorities of 2013, else 0"),
            Column("in_2025_list", "integer", "1 where it is one of the 153 authorities of 2025, else 0"),
            Column("predecessors", "string", "la_code of the authorities it came from, semicolons between"),
            Column("successors", "string", "la_code of the authorities it went into, semicolons between"),
        ),
        ("la_code",),
        _OGL,
        _authorities,
    ),
    DataTable(
        "published_measures",
        "Published measures",
        "Published figures of each authority and year. Not published means no row; nothing is filled in.",
        (
            Column("measure", "string", "The name of the measure, see measure_definitions"),
            *_LA,
            *_YEAR,
            Column("value", "number", "The value, in the measure's unit"),
            Column("low", "number", "Lower end of the 95% interval of chance (Wilson), two children as one"),
            Column("high", "number", "Upper end of the same interval"),
            Column("children", "number", "The children, or assessments, that a share is a share of"),
        ),
        ("measure", "la_code", "year"),
        _OGL,
        _measures,
    ),
    DataTable(
        "duration_bands",
        "Assessments by duration",
        "Completed assessments by published duration band, in working days. An empty cell is suppressed.",
        (
            *_LA,
            *_YEAR,
            Column("assessments_completed", "number", "Assessments completed in the year"),
            *(Column(each, "number", f"Assessments that took {_days(each)}") for each in BANDS),
            Column("p25_days", "number", "Lower quartile of duration, in working days"),
            Column("median_days", "number", "Median duration, in working days"),
            Column("p75_days", "number", "Upper quartile of duration, in working days"),
        ),
        ("la_code", "year"),
        _OGL,
        _bands,
    ),
    DataTable(
        "measure_definitions",
        "Definitions of measures",
        "Names, units and denominators of published and simulated measures.",
        (
            Column("measure", "string", "The name of the measure"),
            Column("kind", "string", "published (from the statistics) or simulated (from simkit run)"),
            Column("title", "string", "The measure in words"),
            Column("unit", "string", "Its unit"),
            Column("denominator", "string", "What it is counted over"),
        ),
        ("measure",),
        _MIT,
        _definitions,
    ),
    DataTable(
        "frameworks",
        "Framework files",
        "The framework file of each authority. A starter has national rules only: nothing local is known.",
        (
            *_LA,
            Column("framework", "string", "The name of the framework file"),
            Column("title", "string", "Its title"),
            Column(
                "status", "string", "starter, documented (compiled from published sources), draft or agreed"
            ),
            Column("edition", "string", "The national edition that it is based on"),
            Column("local_timescales", "integer", "Number of timescales of its own"),
            Column("reviews", "integer", "Number of review points, the national ones included"),
        ),
        ("framework",),
        _MIT,
        _frameworks,
    ),
    DataTable(
        "local_values",
        "Local values with their sources",
        "Every local timescale and review known, with the words as printed and where they were read. The "
        "authorities have neither written nor agreed these values.",
        (_LA[0], _LA[2], *(Column(name, "string", text) for name, text in _TEXT.items())),
        (),
        _MIT,
        _survey,
    ),
    DataTable(
        "fitted_practice",
        "Practice fitted to published durations",
        "The numbers of simkit's model of practice, fitted to each authority's durations, with 95% "
        "intervals. The page on calibration (docs/calibration.md) says what they can't tell.",
        (
            *_LA,
            *_YEAR,
            Column("number", "string", "The name of the number"),
            Column("value", "number", "The estimate"),
            Column("low", "number", "Lower end of its 95% interval"),
            Column("high", "number", "Upper end of its 95% interval"),
        ),
        ("la_code", "year", "number"),
        _OGL,
        _practice,
    ),
    DataTable(
        "projections",
        "Conditional projections",
        "The share within 45 working days of a year, projected from the year before it, given the year's own "
        "referrals and staff, beside what was published. No forecast.",
        (
            *_LA,
            *_YEAR,
            Column("from_year", "integer", "The last year of durations that the projection knew"),
            Column("p10", "number", "10th percentile, in per cent"),
            Column("p50", "number", "50th percentile, in per cent"),
            Column("p90", "number", "90th percentile, in per cent"),
            Column("published", "number", "The published share of the year, in per cent"),
        ),
        ("la_code", "year"),
        _OGL,
        _projections,
    ),
)
"""The tables of the package."""


@checked_arguments
def export(folder: str | Path) -> tuple[Path, ...]:
    """Write the data package into a folder, all of its files or none; gives the files. Raises OutputError.

    Example::

        simkit.export("open-data")
    """
    return write_all(Path(folder), package())


def package() -> dict[str, bytes]:
    """The files of the data package by name; the same version gives the same bytes."""
    contents = {}
    with progress_bar("Exporting") as progress:
        for number, table in enumerate(TABLES, start=1):
            contents[f"{table.name}.csv"] = _csv(table)
            if progress is not None:
                progress(number, len(TABLES))
    descriptor = _descriptor(contents)
    contents["datapackage.json"] = (json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n").encode()
    contents["README.md"] = _dictionary().encode()
    return contents


def _csv(table: DataTable) -> bytes:
    import pandas as pd

    frame = pd.DataFrame(
        [list(row) for row in table.rows()], columns=[c.name for c in table.columns], dtype=object
    )
    return frame.to_csv(index=False, lineterminator="\r\n").encode()


def _descriptor(contents: Mapping[str, bytes]) -> dict[str, object]:
    return {
        "profile": "tabular-data-package",
        "name": "simkit-open-data",
        "title": "Timeliness of assessments of children in need in England",
        "description": f"{attribution()} Counted and compiled by simkit.",
        "version": __version__,
        "licenses": [_OGL, _MIT],
        "sources": [
            {"title": f"{each['publisher']}: {each['publication']}, {each['published_table']}"}
            for each in sources()
        ],
        "resources": [_resource(table, contents[f"{table.name}.csv"]) for table in TABLES],
    }


def _resource(table: DataTable, content: bytes) -> dict[str, object]:
    fields = [{"name": c.name, "type": c.type, "description": c.description} for c in table.columns]
    key = {"primaryKey": list(table.key)} if table.key else {}
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "description": table.description,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "licenses": [table.licence],
        "schema": {"fields": fields, "missingValues": [""], **key},
    }


def _dictionary() -> str:
    """The data dictionary for people."""
    lines = [
        "# Timeliness of assessments of children in need in England",
        "",
        f"Open data of simkit {__version__}: a Frictionless data package. `datapackage.json` describes it",
        "for programs. The files are UTF-8 without a byte-order mark. In Excel, import them (Data, From",
        "Text/CSV).",
        "An empty cell means that there is no value. It never means 0.",
        "",
        attribution(),
        "What simkit adds (definitions, framework files, fits, projections) is under the MIT licence.",
    ]
    for table in TABLES:
        lines += ["", f"## {table.name}.csv", "", f"{table.title}. {table.description}", ""]
        lines += ["| column | type | meaning |", "|---|---|---|"]
        lines += [f"| `{c.name}` | {c.type} | {c.description} |" for c in table.columns]
    return "\n".join(lines) + "\n"

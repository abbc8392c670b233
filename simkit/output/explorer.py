"""The figures of a sweep as one page to try combinations on: a table of every number, and choices over it.

The table is the data: without JavaScript it is all there is. With it the page shows one combination and draws
the scenarios side by side. The page works from a file and reaches nothing; no other script runs in it.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import product
from typing import Any

from simkit.common.paths import PACKAGE
from simkit.common.shell import command_line
from simkit.data import attribution
from simkit.output.answers.wording import QUALITY, amount, chance_words
from simkit.output.look import custom_properties
from simkit.study.estimate import shows_interval
from simkit.study.sweep.results import MAIN_MEASURES, Results
from simkit.version import __version__

EXPLORER_FILE = "explorer.html"

_TEMPLATES = PACKAGE / "output" / "templates"
_HEADS = (
    *("Framework", "Scenario", "Year", "Measure", "Mean, 95% interval", "Range of single years"),
    *("Against the first scenario", "Published"),
)
_NONE = "-"


@dataclass(frozen=True, slots=True)
class _Combination:
    """A framework under a scenario in a year: what the plan could have had, simulated or not."""

    framework: str
    scenario: str
    year: int


def explorer(results: Results) -> str:
    """The page of a sweep with at least one finished piece. Raises SimkitError where there is none."""
    frame = results.measures()
    frame = frame[(frame["route"] == "all") & frame["measure"].isin(MAIN_MEASURES)]
    notes = {_of(row): row for row in results.notes().to_dict("records")}
    rows = "\n".join(_rows(results, frame.to_dict("records"), notes))
    style = custom_properties() + _text("sheet.css") + _text("explorer/page.css")
    script = _text("explorer/page.js")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    title = escape(str(results.plan["title"]))
    finished = f"{len(results.pieces)} of {results.planned} planned combinations are simulated"
    repeated = f"{results.plan['replications']} simulated years of each, seed {results.plan['seed']}"
    texts = {
        "policy": policy,
        "style": style,
        "script": script,
        "title": title,
        "standing": f"{finished}, {repeated}. simkit {__version__}.",
        "heads": "".join(f'<th scope="col">{head}</th>' for head in _HEADS),
        "rows": rows,
        "notes": "\n".join(_notes(notes)),
        "command": escape(results.command),
        "quality": QUALITY,
        "attribution": escape(attribution()),
    }
    page = _text("explorer/page.html")
    for name, text in texts.items():
        page = page.replace(f"<!--{name}-->", text)
    return page


def _text(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    """What a policy calls an element with this content."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def _of(row: Mapping[Any, Any]) -> _Combination:
    return _Combination(str(row["framework"]), str(row["scenario"]), int(row["year"]))


def _rows(
    results: Results, records: list[dict[Any, Any]], notes: Mapping[_Combination, Mapping[Any, Any]]
) -> Iterator[str]:
    """A row for each combination and measure, those that were not run included."""
    found = {(_of(row), str(row["measure"])): row for row in records}
    differences = _differences(results)
    said = {str(row["measure"]): (str(row["title"]), str(row["unit"])) for row in records}
    titles = {name: said[name] for name in MAIN_MEASURES if name in said}
    failed = {
        (str(each["framework"]), str(each["scenario"]), str(each["year"])): str(each["problem"])
        for each in results.failed
    }
    names = {each.framework: str(row["la_name"] or each.framework) for each, row in notes.items()}
    frameworks = dict.fromkeys([*names, *(framework for framework, _, _ in failed)])
    years = sorted({each.year for each in notes})
    for framework, year, scenario in product(frameworks, years, results.plan["scenarios"]):
        place = _Combination(framework, str(scenario), year)
        why = failed.get((framework, str(scenario), str(year)), "")
        for measure, (title, unit) in titles.items():
            row = found.get((place, measure))
            head = (names.get(framework, framework), str(scenario), str(year), title)
            cells: tuple[str, ...]
            if row is None:
                cells = (f"Not run.{f' {why}' if why else ''}", _NONE, _NONE, _NONE)
            else:
                cells = _cells(row, differences.get((place, measure)), unit)
            yield _row(place, measure, unit, _command(results, place), head, cells, row)


def _row(
    place: _Combination,
    measure: str,
    unit: str,
    command: str,
    head: tuple[str, ...],
    cells: tuple[str, ...],
    row: Mapping[Any, Any] | None,
) -> str:
    numbers = {} if row is None else {name: row[name] for name in ("value", "low", "high", "published")}
    if row is not None and _enough(row):
        numbers |= {"from": row["year_low"], "to": row["year_high"]}
    else:
        numbers = {name: value for name, value in numbers.items() if name not in ("low", "high")}
    values = {
        "framework": place.framework,
        "scenario": place.scenario,
        "year": place.year,
        "measure": measure,
        "unit": unit,
        "command": command,
        "run": "no" if row is None else "yes",
        **{name: f"{value:.6g}" for name, value in numbers.items() if _known(value)},
    }
    given = " ".join(f'data-{name}="{escape(str(value))}"' for name, value in values.items())
    first, *others = (*head, *cells)
    tds = "".join(f"<td>{escape(cell)}</td>" for cell in others)
    return f'<tr {given}><th scope="row">{escape(first)}</th>{tds}</tr>'


def _cells(row: Mapping[Any, Any], difference: Mapping[Any, Any] | None, unit: str) -> tuple[str, ...]:
    value = amount(float(row["value"]), unit)
    single = _NONE
    if not _known(row["value"]):
        value = "no value"
    elif _enough(row):
        value += f" ({row['low']:z.1f} to {row['high']:z.1f})"
        single = f"{row['year_low']:z.1f} to {amount(float(row['year_high']), unit)}"
    else:
        value += ", from too few simulated years for an interval"
    published = amount(float(row["published"]), unit) if _known(row["published"]) else _NONE
    if published != _NONE:
        published += f" ({int(row['published_year'])})"
    return value, single, _against(difference, unit), published


def _against(difference: Mapping[Any, Any] | None, unit: str) -> str:
    """The difference from the first scenario, paired by replication, and whether chance may explain it."""
    if difference is None or not _known(difference["value"]):
        return _NONE
    words = f"{difference['value']:+z.1f} {'points' if unit == '%' else unit}"
    if not _enough(difference):
        return f"{words}, from too few simulated years for an interval"
    low, high = float(difference["low"]), float(difference["high"])
    return f"{words} ({low:+z.1f} to {high:+z.1f}){chance_words(low, high)}"


def _differences(results: Results) -> dict[tuple[_Combination, str], Mapping[Any, Any]]:
    if len(results.plan["scenarios"]) < 2:
        return {}
    rows = results.main_differences().to_dict("records")
    return {(_of(row), str(row["measure"])): row for row in rows}


def _command(results: Results, place: _Combination) -> str:
    """The command that gives the same figures of one combination."""
    plan = results.plan
    words: list[object] = [
        "simkit",
        "run",
        place.framework,
        "--scenario",
        place.scenario,
        "--year",
        place.year,
    ]
    words += ["--replications", plan["replications"], "--seed", plan["seed"]]
    return command_line(*words, "--convention", plan["convention"])


def _notes(notes: Mapping[_Combination, Mapping[Any, Any]]) -> Iterator[str]:
    """What must be said beside each combination, hidden until it is chosen."""
    for place, row in notes.items():
        lines = [str(row["whose"]) + ".", str(row["caption"]), str(row["notes"])]
        if row["settled"] == "no":
            lines.append("Not steady: the number of open assessments was still changing when the year began.")
        given = (
            f'data-framework="{escape(place.framework)}" data-scenario="{escape(place.scenario)}" '
            f'data-year="{place.year}"'
        )
        yield f"<p hidden {given}>{escape(' '.join(line for line in lines if line))}</p>"


def _enough(row: Mapping[Any, Any]) -> bool:
    return shows_interval(row["low"], row["replications"])


def _known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))

"""An authority beside its neighbours, as a report, plain data and a table."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from simkit.data import attribution
from simkit.framework.wording import whose
from simkit.output.answers.comparison.sentences import gap_words
from simkit.output.answers.result.data import plain_answer
from simkit.output.answers.wording import QUALITY, amount, range_of, time_period, year_words
from simkit.output.report.blocks import Cell, Paragraph, Report, Section, Table
from simkit.study.compare.paired_difference import clear_differences
from simkit.study.neighbours import Area, Neighbourhood
from simkit.study.result import HEADLINE

__all__ = ["neighbours_dict", "neighbours_tables", "report_of_neighbours"]

_WITHIN = "published_within_45_days_pct"
_UNPAIRED = (
    "Each area has its own framework, caseload and practice, and staff that the model works out from its "
    "caseload, not its own: the differences are not paired, and their "
    "intervals are those of samples that have nothing to do with each other."
)


def report_of_neighbours(found: Neighbourhood) -> Report:
    """The report, for the terminal and the folder alike."""
    own = found.areas[0]
    year = year_words(found.experiment.profile.year)
    heads = ("", "over 45 days", "difference, points", "within 45 days", "difference, points", "published")
    rows = tuple(_row(area) for area in found.areas)
    title = (
        "Over 45 working days from referral; within 45 working days of their start, simulated and published"
    )
    return Report(
        kind="compare",
        title=f"{own.name} beside its statistical neighbours, its region and England",
        subtitle=f"{whose(found.experiment.framework)}. Published caseloads of the {year}.",
        standing=f"{whose(found.experiment.framework)}.",
        question="",
        answer=_answer(found),
        cautions=(
            _UNPAIRED,
            f"{own.name}: {found.experiment.practice_note}",
            "Published caseload and vacancies hardly go with timeliness between authorities: local practice "
            "does. "
            "A difference here is mostly one of practice as it was fitted, and says nothing of its cause.",
            "The region is all of its authorities pooled by their children; England is its average authority "
            "under the national edition.",
            *found.left_out,
        ),
        sections=(Section("Beside", (Table(title, heads, rows, 5), Paragraph(_runs(found)))),),
        command=found.command,
        attribution=attribution(),
        quality=QUALITY,
    )


def _row(area: Area) -> tuple[Cell, ...]:
    cells = []
    for measure in (HEADLINE, _WITHIN):
        each = area.measures[measure]
        said = range_of(each)
        value = amount(each.value, each.unit)
        cells.append(value if said == "-" else f"{value} ({said})")
        cells.append(gap_words(area.gaps[measure]) if area.gaps else "")
    many = f" ({area.authorities} authorities)" if area.kind == "region" else ""
    published = "-" if area.published is None else f"{area.published:.1f}%"
    return (area.name + many, *cells, published)


def _answer(found: Neighbourhood) -> str:
    own = found.areas[0].measures[HEADLINE]
    near = [area for area in found.areas if area.kind == "neighbour"]
    gaps = [area.gaps[HEADLINE] for area in near]
    clear = clear_differences(gaps)
    more = sum(yes and each.value > 0 for yes, each in zip(clear, gaps, strict=True))
    fewer = sum(clear) - more
    return (
        f"Over 45 working days from referral: {found.areas[0].name} {own.value:.1f}% "
        f"({own.low:.1f} to {own.high:.1f}). Of its {len(near)} statistical neighbours, looked at together, "
        f"{more} surely have more, {fewer} surely fewer, and {len(near) - more - fewer} can't be told apart."
    )


def _runs(found: Neighbourhood) -> str:
    return (
        f"{found.replications} replications of each, 10 at most of the region's other authorities, seed "
        f"{found.seed}, "
        f"engine {found.engine}; for limits {found.convention.text}."
    )


def neighbours_dict(found: Neighbourhood) -> dict[str, Any]:
    """The same as plain data."""
    body = {"paired": False, "areas": [asdict(area) for area in found.areas]}
    return plain_answer("neighbours", found, _answer(found), (_UNPAIRED, *found.left_out), body)


def neighbours_tables(found: Neighbourhood) -> dict[str, pd.DataFrame]:
    """One table, a row an area and measure."""
    year = found.experiment.profile.year
    rows = [
        {
            "la_code": area.la_code,
            "la_name": area.name,
            "year": year,
            "time_period": time_period(year),
            "kind": area.kind,
            "authorities": area.authorities,
            "measure": measure,
            "value": each.value,
            "low": each.low,
            "high": each.high,
            "difference": area.gaps[measure].value if area.gaps else None,
            "difference_low": area.gaps[measure].low if area.gaps else None,
            "difference_high": area.gaps[measure].high if area.gaps else None,
            "published_within_45_days_pct": area.published,
        }
        for area in found.areas
        for measure, each in area.measures.items()
    ]
    return {"neighbours": pd.DataFrame(rows)}

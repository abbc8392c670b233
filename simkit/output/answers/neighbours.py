"""An authority and its statistical neighbours, as a report, plain data and a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Cell, Section, Table
from simkit.data import attribution
from simkit.framework.wording import whose
from simkit.output.answers.comparison.sentences import difference_words
from simkit.output.answers.study_answer import study_data
from simkit.output.answers.wording import QUALITY, in_hundred, time_period, value_and_interval, year_words
from simkit.output.report.blocks import Report, picture
from simkit.study.compare.paired_difference import clear_differences
from simkit.study.neighbours import Area, Neighbourhood
from simkit.study.result import HEADLINE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_WITHIN = "published_within_45_days_pct"
_TITLE = "Over 45 working days from referral, and within 45 working days of their start (other children)"
_UNPAIRED = (
    "Each area has its own framework, caseload and practice, and staff that the model works out from its "
    "caseload. The children are not the same, so the differences are not paired."
)


def report(neighbourhood: Neighbourhood) -> Report:
    """The report, for the terminal and the folder."""
    own = neighbourhood.areas[0]
    year = year_words(neighbourhood.experiment.profile.year)
    heads = ("", "over 45 days", "difference, points", "within 45 days", "difference, points", "published")
    rows = tuple(_row(area) for area in neighbourhood.areas)
    drawn = picture("neighbours", f"Differences from {own.name}", partial(figure, neighbourhood))
    return Report(
        kind="compare",
        title=f"{own.name} beside its statistical neighbours, its region and England",
        subtitle=f"{whose(neighbourhood.experiment.framework)}. Published caseloads of the {year}.",
        standing=f"{whose(neighbourhood.experiment.framework)}.",
        question="",
        answer=_answer(neighbourhood),
        cautions=(
            _UNPAIRED,
            f"{own.name}: {neighbourhood.experiment.practice_note}",
            "Across authorities, caseload and vacancies explain little of timeliness; local practice "
            "explains more. A "
            "difference here is mostly one of practice as fitted, and says nothing about its cause.",
            "The region is all of its authorities together; England is its average authority under the "
            "national rules.",
            *neighbourhood.left_out,
        ),
        sections=(Section("Beside", (Table(_TITLE, heads, rows, 5, (_runs(neighbourhood),)), drawn)),),
        command=neighbourhood.command,
        attribution=attribution(),
        quality=QUALITY,
    )


def _row(area: Area) -> tuple[Cell, ...]:
    cells = []
    for measure in (HEADLINE, _WITHIN):
        estimate = area.measures[measure]
        cells.append(value_and_interval(estimate))
        cells.append(difference_words(area.gaps[measure]) if area.gaps else "")
    many = f" ({area.authorities} authorities)" if area.kind == "region" else ""
    published = "-" if area.published is None else f"{area.published:.1f}%"
    return (area.name + many, *cells, published)


def _answer(neighbourhood: Neighbourhood) -> str:
    own = neighbourhood.areas[0].measures[HEADLINE]
    near = [area for area in neighbourhood.areas if area.kind == "neighbour"]
    differences = [area.gaps[HEADLINE] for area in near]
    clear = clear_differences(differences)
    more = sum(yes and each.value > 0 for yes, each in zip(clear, differences, strict=True))
    fewer = sum(clear) - more
    people, rest = in_hundred(own.value), len(near) - more - fewer
    return (
        f"In {neighbourhood.areas[0].name} {people} children wait more than 45 working days from referral "
        f"({value_and_interval(own)}).\nOf its {len(near)} statistical neighbours {more} have clearly more, "
        f"{fewer} "
        f"clearly fewer, and {rest} can't be told apart from it."
    )


_SIDES: tuple[Callable[[float], bool], ...] = (lambda value: value > 0, lambda value: value < 0)


def figure(neighbourhood: Neighbourhood) -> Figure:
    """Differences of the neighbours, the region and England from the authority."""
    from simkit.output.figures import Span, caption, differences

    own, *others = neighbourhood.areas
    gaps = ((area.name, area.gaps[HEADLINE]) for area in others)
    spans = [Span(name, gap.value, gap.low, gap.high) for name, gap in gaps]
    higher, lower = (sum(span.settled and side(span.value) for span in spans) for side in _SIDES)
    words = caption(
        f"{own.name}: {higher} of {len(spans)} others clearly have more children past day 45, {lower} fewer",
        f"Children over 45 working days from referral, less those of {own.name}, points. "
        f"{whose(neighbourhood.experiment.framework)}",
        simulated=f"{neighbourhood.replications} simulated years of each, not paired",
        convention=neighbourhood.convention,
        assumptions=len(neighbourhood.experiment.framework.assumed()),
    )
    return differences(spans, "points", words)


def _runs(neighbourhood: Neighbourhood) -> str:
    return (
        f"{neighbourhood.replications} replications of each, 10 at most of the region's other authorities, "
        f"seed {neighbourhood.seed}, engine {neighbourhood.engine}; "
        f"for limits {neighbourhood.convention.text}."
    )


def data(neighbourhood: Neighbourhood) -> dict[str, Any]:
    """The same as plain data."""
    body = {"paired": False, "areas": [asdict(area) for area in neighbourhood.areas]}
    return study_data(
        "neighbours", neighbourhood, _answer(neighbourhood), (_UNPAIRED, *neighbourhood.left_out), body
    )


def tables(neighbourhood: Neighbourhood) -> dict[str, pd.DataFrame]:
    """One table, one row for each area and measure."""

    import pandas as pd

    year = neighbourhood.experiment.profile.year
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
        for area in neighbourhood.areas
        for measure, each in area.measures.items()
    ]
    return {"neighbours": pd.DataFrame(rows)}

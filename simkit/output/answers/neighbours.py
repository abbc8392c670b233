"""An authority and its statistical neighbours, as a report, plain data and a table."""

from __future__ import annotations

import math
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Cell, Section, Table, filled
from simkit.common.text import listed, upper_first
from simkit.data import attribution
from simkit.framework.wording import whose
from simkit.model.inputs.staffing import expected_children
from simkit.output.answers.comparison.sentences import difference_words
from simkit.output.answers.study_answer import study_data
from simkit.output.answers.wording import (
    HUNDRED,
    QUALITY,
    in_hundred,
    time_period,
    value_and_interval,
    year_words,
)
from simkit.output.figures.values import NOT_SETTLED
from simkit.output.report.blocks import Report, picture
from simkit.study.compare.paired_difference import clear_differences
from simkit.study.neighbours import Area, Neighbourhood
from simkit.study.notes import practice_notes
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
_TOGETHER = (
    "Each interval is for one difference on its own. Even if nothing differs, one in twenty leaves out 0 by "
    "chance. So a neighbour has clearly more or fewer only if it differs when all are tested together."
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
            *(f"{own.name}: {note}" for note in practice_notes(neighbourhood.experiment)),
            "Across authorities, caseload and vacancies explain little of timeliness; local practice "
            "explains more. A "
            "difference here is mostly one of practice as fitted, and says nothing about its cause.",
            "The region is all of its authorities together; England is its average authority under the "
            "national rules.",
            *(each.words for each in neighbourhood.left_out if each.kind != "neighbour"),
        ),
        sections=(
            Section(
                "Side by side",
                (filled(Table(_TITLE, heads, rows, 5, (_TOGETHER, _runs(neighbourhood)))), drawn),
            ),
        ),
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
    near = [(area.name, side) for area, side in _sides(neighbourhood) if area.kind == "neighbour"]
    more, fewer = ([name for name, side in near if side == way] for way in (1, -1))
    alike = len(near) - len(more) - len(fewer)

    def clearly(names: list[str], what: str) -> str:
        which = f" ({listed(names)})" if names else ""
        return f"{len(names)} clearly {'has' if len(names) == 1 else 'have'} {what}{which}"

    missing = _missing(neighbourhood)
    every = len(near) + len(missing)
    compared = f"{len(near)} of its {every}" if missing else f"its {every}"
    rest = f"{alike} {'is' if alike == 1 else 'are'} not clearly different"
    counted = f"{clearly(more, 'more')}, {clearly(fewer, 'fewer')}, and {rest}"
    return " ".join(
        (
            f"{_own_share(neighbourhood)}\n{upper_first(compared)} statistical neighbours were compared: "
            f"{counted}.",
            *missing,
            "This tests all of them together; each interval below is for one on its own.",
        )
    )


def _missing(neighbourhood: Neighbourhood) -> list[str]:
    """Which of the neighbours are left out, and why."""
    return [each.words for each in neighbourhood.left_out if each.kind == "neighbour"]


def _own_share(neighbourhood: Neighbourhood) -> str:
    """The authority's own share; "in 100" only where at least a hundred children are assessed a year."""
    own, experiment = neighbourhood.areas[0], neighbourhood.experiment
    late = own.measures[HEADLINE]
    wait = "wait more than 45 working days from referral"
    if math.isnan(late.value):
        return f"In {own.name} no child is referred and assessed in the simulated years."
    children = sum(expected_children(experiment.framework, experiment.profile).values())
    if children < HUNDRED:
        share = value_and_interval(late)
        return f"In {own.name}, {share} of about {children:.0f} children assessed in a year {wait}."
    return f"In {own.name} {in_hundred(late.value)} children {wait} ({value_and_interval(late)})."


def _sides(neighbourhood: Neighbourhood) -> list[tuple[Area, int]]:
    """Each other area, with 1 if it clearly has more children past day 45, -1 if fewer, else 0.

    All are tested together, the region and England too.
    """
    others = neighbourhood.areas[1:]
    differences = [area.gaps[HEADLINE] for area in others]
    clear = clear_differences(differences)
    signs = (int(yes) * (1 if each.value > 0 else -1) for yes, each in zip(clear, differences, strict=True))
    return list(zip(others, signs, strict=True))


_SAYS = {1: "more late", -1: "fewer late", 0: NOT_SETTLED}


def figure(neighbourhood: Neighbourhood) -> Figure:
    """Differences of the neighbours, the region and England from the authority, marked as in the answer."""
    from simkit.output.figures import Span, caption, differences

    own, sides = neighbourhood.areas[0], _sides(neighbourhood)
    near = [side for area, side in sides if area.kind == "neighbour"]
    spans = [
        Span(area.name, gap.value, gap.low, gap.high, says=_SAYS[side])
        for area, side in sides
        for gap in (area.gaps[HEADLINE],)
    ]
    words = caption(
        f"{own.name}: {near.count(1)} of {len(near)} statistical neighbours clearly have more children "
        f"past day 45, {near.count(-1)} fewer",
        f"Children over 45 working days from referral, compared with {own.name}, in points. Each interval is "
        f"for one difference on its own. {''.join(f'{each} ' for each in _missing(neighbourhood))}"
        f"{whose(neighbourhood.experiment.framework)}",
        simulated=f"{neighbourhood.replications} simulated years of each, not paired",
        convention=neighbourhood.convention,
        assumptions=len(neighbourhood.experiment.framework.assumed()),
    )
    return differences(spans, "points", words, test="all tested together")


def _runs(neighbourhood: Neighbourhood) -> str:
    return (
        f"{neighbourhood.replications} replications of each, 10 at most of the region's other authorities, "
        f"seed {neighbourhood.seed}, engine {neighbourhood.engine}; "
        f"for limits {neighbourhood.convention.text}."
    )


def data(neighbourhood: Neighbourhood) -> dict[str, Any]:
    """The same as plain data."""
    body = {"paired": False, "areas": [asdict(area) for area in neighbourhood.areas]}
    notes = (_UNPAIRED, *(each.words for each in neighbourhood.left_out))
    return study_data("neighbours", neighbourhood, _answer(neighbourhood), notes, body)


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

"""The published indicators of a result, as a report, plain data and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Cell, Items, Section, Table, filled
from simkit.common.text import lower_first
from simkit.data import attribution
from simkit.framework.wording import whose
from simkit.output.answers.result.by_route import TOO_FEW, few_note, scarce
from simkit.output.answers.result.not_known import in_time_range, range_data, range_decides
from simkit.output.answers.result.published import peers
from simkit.output.answers.result.tables import with_place
from simkit.output.answers.wording import QUALITY, amount, range_of, subtitle, time_period, value_and_interval
from simkit.output.report.blocks import Report
from simkit.study.indicators import Indicator, Indicators
from simkit.study.notes import notes_of
from simkit.study.result import IN_TIME, Result
from simkit.version import __version__

if TYPE_CHECKING:
    import pandas as pd


_STRENGTHS = {
    "published": "published, and packaged here",
    "verified": "number read in a source",
    "recalled": "number and title recalled, not read",
}


def report(indicators: Indicators) -> Report:
    """The report of the indicators."""
    result = indicators.result
    experiment = result.experiment
    computed = [each for each in indicators if each.estimate is not None]
    few = [each for each in computed if each.measure and scarce(result, each.measure, "")]
    rows = tuple(_row(result, each, few=each in few) for each in computed)
    heads = ("", "simulated", "95% interval", f"{peers(result).own_name}, published", "England, published")
    table = filled(Table("Indicators of these rules", heads, rows, 4, few_note(result) if few else ()))
    lines = tuple(
        f"{_name(e)}: {e.definition} {e.series}, {e.years}; {_STRENGTHS[e.strength]}." for e in computed
    )
    missing = tuple(f"{_name(each)}: {each.missing}" for each in indicators if each.estimate is None)
    return Report(
        kind="indicators",
        title=f"Published timeliness indicators: {experiment.profile.name}",
        subtitle=subtitle(experiment),
        standing=f"{whose(experiment.framework)}.",
        question="What would the published indicators show?",
        answer=_answer(result, [each for each in computed if each not in few]),
        cautions=_notes(indicators),
        sections=(
            Section("Indicators of these rules", (table,)),
            Section("What each of them counts", (Items(lines),)),
            *((Section("Not computed", (Items(missing),)),) if missing else ()),
        ),
        command=result.command.replace("simkit run", "simkit indicators", 1),
        attribution=attribution(),
        quality=QUALITY,
    )


def _notes(indicators: Indicators) -> tuple[str, ...]:
    """The notes of the result on what the indicators show."""
    return notes_of(indicators.result, {each.measure for each in indicators if each.estimate is not None})


def _answer(result: Result, computed: Sequence[Indicator]) -> str:
    parts = []
    for each in computed:
        assert each.estimate is not None
        own = "" if each.own is None else f", published {each.own:.1f}%"
        value = value_and_interval(each.estimate)
        if _is_range(result, each):
            value = f"{in_time_range(result)} (not settled by evidence)"
        parts.append(f"{_name(each)}: {value}{own}")
    if not parts:
        return "None of the indicators belongs to these rules."
    return f"Simulated, with 95% intervals in brackets: {'; '.join(parts)}."


def _name(indicator: Indicator) -> str:
    return f"{indicator.number}, {lower_first(indicator.title)}" if indicator.number else indicator.title


def _is_range(result: Result, indicator: Indicator) -> bool:
    """Whether an indicator depends on what is not known about the rules."""
    return indicator.measure == IN_TIME and range_decides(result)


def _row(result: Result, indicator: Indicator, *, few: bool) -> tuple[Cell, ...]:
    assert indicator.estimate is not None
    published = ("-" if value is None else f"{value:.1f}%" for value in (indicator.own, indicator.england))
    simulated = (
        (TOO_FEW, "-") if few else (amount(indicator.estimate.value, "%"), range_of(indicator.estimate))
    )
    if not few and _is_range(result, indicator):
        simulated = (in_time_range(result), "not settled")
    return (_name(indicator), *simulated, *published)


def data(indicators: Indicators) -> dict[str, Any]:
    """The same as plain data."""
    result = indicators.result
    profile = result.experiment.profile
    return {
        "simkit": "indicators-result/1",
        "authority": profile.name,
        "la_code": result.experiment.framework.la_code,
        "framework": result.experiment.framework.name,
        "year": result.experiment.simulated_year,
        "time_period": time_period(result.experiment.simulated_year),
        "caseload_year": profile.year,
        "published_for": peers(result).own_name,
        "scenario": result.experiment.scenario.name,
        "indicators": [
            {**asdict(each), "estimate": None if each.estimate is None else asdict(each.estimate)}
            for each in indicators
        ],
        "not_known": range_data(result),
        "replications": result.replications,
        "seed": result.seed,
        "notes": list(_notes(indicators)),
        "version": __version__,
    }


def tables(indicators: Indicators) -> dict[str, pd.DataFrame]:
    """One table, one row an indicator, computed or not."""

    import pandas as pd

    result = indicators.result
    frame = pd.DataFrame(
        [
            {
                "number": each.number,
                "title": each.title,
                "series": each.series,
                "years": each.years,
                "strength": each.strength,
                "measure": each.measure,
                "value": None if each.estimate is None else each.estimate.value,
                "low": None if each.estimate is None else each.estimate.low,
                "high": None if each.estimate is None else each.estimate.high,
                "published_for": peers(result).own_name,
                "published": each.own,
                "published_england": each.england,
                "missing": each.missing,
            }
            for each in indicators
        ]
    )
    return {"indicators": with_place(result.experiment, frame)}

"""What a Standard Safeguarding Dataset holds beyond the census, as sections of a report and as tables."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.common.blocks import Section, Table
from simkit.returns.casework.groups import Group
from simkit.returns.casework.measure import CaseworkFigures
from simkit.returns.casework.measured import Measured
from simkit.returns.casework.open_list import OpenList
from simkit.returns.casework.response import OwnEffect

_SUPPRESSED = "c"
_ROUTES = {
    "section_17": "Child in need (section 17)",
    "disabled_children": "Disabled children",
    "section_47": "Child protection enquiry (section 47)",
}
_ABOUT = (
    "In brackets: 95% interval. Not recorded: the share of assessments or referrals without that date. "
    "Figures about workers are means of 12 month ends. None is shown that rests on five workers or fewer.",
)


def casework_answer(casework: CaseworkFigures) -> str:
    """How many open assessments will pass day 45 in the next four weeks; empty where it isn't known."""
    if casework.open_list is None:
        return ""
    every = casework.open_list.groups[0]
    return (
        f" Of those open on {casework.open_list.day} about {every.expected:.0f} will pass day 45 in four "
        f"weeks (80% interval {every.low:,} to {every.high:,})."
    )


def casework_rows(casework: CaseworkFigures) -> dict[str, list[dict[str, object]]]:
    """The rows of each table by its name; shares of the first three in percent."""
    return {
        "casework": [_figure_row(each) for each in casework.figures],
        "routes": [_group_row(each, "route") for each in casework.routes],
        "teams": [_group_row(each, "team") for each in casework.teams],
        **({} if casework.open_list is None else _open_list_rows(casework.open_list)),
        "response": [_effect_row(each) for each in casework.response],
    }


def casework_sections(casework: CaseworkFigures) -> Iterator[Section]:
    """The sections of the report, those without rows left out."""
    yield Section("Beyond the census", (_figures_table(casework),))
    for title, groups in (("By route", casework.routes), ("By team", casework.teams)):
        if groups:
            yield Section(title, (_groups_table(title, groups),))
    if casework.open_list is not None:
        yield Section("The open list", tuple(_open_list_blocks(casework.open_list)))
    if casework.response:
        yield Section("When referrals or staff changed", (_response_table(casework.response),))


def _figure_row(each: Measured) -> dict[str, object]:
    times = 100 if each.unit == "share" else 1

    def number(value: float | None) -> float | None:
        return None if value is None else round(times * value, 3)

    return {
        "figure": each.name,
        "title": each.title,
        "unit": "%" if each.unit == "share" else each.unit,
        "value": number(each.value),
        "low": number(each.low),
        "high": number(each.high),
        "rests_on": each.n,
        "of": each.of,
        "not_recorded_pct": None if each.missing is None else round(100 * each.missing, 1),
        "shown": figure_words(each),
    }


def _group_row(each: Group, kind: str) -> dict[str, object]:
    def pct(share: float | None) -> float | None:
        return None if share is None else round(100 * share, 1)

    return {
        kind: each.name,
        "assessments": each.completed,
        "within_45_days_pct": pct(each.within_45),
        "low": pct(each.low),
        "high": pct(each.high),
        "median_days": each.median,
        "shown": _SUPPRESSED if each.completed is None else f"{each.completed:,}",
    }


def _open_list_rows(each: OpenList) -> dict[str, list[dict[str, object]]]:
    return {
        "forecast": [
            {
                "team": group.name,
                "as_of": each.day,
                "expected_to_pass": group.expected,
                "low_80": group.low,
                "high_80": group.high,
            }
            for group in each.groups
        ],
        "open-list": [
            {
                "month_end": month,
                "open_assessments": total,
                "past_day_45": past,
                "shown": f"{_count(total)}, {_count(past)}",
            }
            for month, total, past in each.trend
        ],
    }


def _count(number: int | None) -> str:
    return _SUPPRESSED if number is None else f"{number:,}"


def _open_list_blocks(each: OpenList) -> Iterator[Table]:
    rows = tuple(
        (group.name, f"{group.expected:.0f}", f"{group.low:,} to {group.high:,}") for group in each.groups
    )
    heads = ("", "expected", "80% interval")
    notes = () if each.score is None else (score_words(each),)
    yield Table(f"Passing day 45 in the four weeks after {each.day}", heads, rows, 2, notes=notes)
    trend = tuple((month, _count(total), _count(past)) for month, total, past in each.trend)
    yield Table("The open list at month ends", ("", "open", "past day 45"), trend, 2)


def _effect_row(each: OwnEffect) -> dict[str, object]:
    return {
        "effect": each.name,
        "title": each.title,
        "value": round(each.value, 3),
        "low": round(each.low, 3),
        "high": round(each.high, 3),
        "months": each.months,
        "tight_enough": each.tight,
    }


_RESPONSE_ABOUT = (
    "From month to month, with the season and a trend taken out; 95% intervals. They include whatever else "
    "changed in the same months. If an effect is not sure enough, the national one is used.",
)


def _response_table(effects: tuple[OwnEffect, ...]) -> Table:
    rows = []
    for each in effects:
        share = each.name == "front_door"
        value, low, high = (
            f"{number:.0%}" if share else f"{number:+z.1f}" for number in (each.value, each.low, each.high)
        )
        use = "yes" if each.tight else "not sure enough"
        rows.append((each.title, f"{value} ({low} to {high})", f"{each.months}", use))
    heads = ("", "own evidence", "months", "fit to use")
    return Table(
        "What happened when referrals or staff changed", heads, tuple(rows), 2, notes=_RESPONSE_ABOUT
    )


def score_words(each: OpenList) -> str:
    """How past forecasts did, in two sentences."""
    if each.score is None:
        return ""
    score = each.score
    return (
        f"Tested on {score.past} past dates, the forecast was out by {score.error:.1f} on average; repeating "
        f"the number of the four weeks before was out by {score.error_as_last_month:.1f}. Its 80% intervals "
        f"contained {score.held:.0%} of the actual numbers."
    )


def figure_words(each: Measured) -> str:
    """A figure with its interval, or why there is none."""
    if each.value is None or each.low is None or each.high is None:
        return each.why
    value, low, high = (_amount(number, each.unit) for number in (each.value, each.low, each.high))
    return f"{value} ({low.split()[0]} to {high})" if low != high else value


def _amount(number: float, unit: str) -> str:
    if unit == "share":
        return f"{number:.1%}"
    if unit == "working days":
        return f"{number:.0f} day{'' if number == 1 else 's'}"
    return f"{number:,.2f}" if number < 10 else f"{number:,.1f}"


def _figures_table(casework: CaseworkFigures) -> Table:
    rows = tuple(
        (
            each.title,
            figure_words(each),
            "" if each.n is None else f"{each.n:,}",
            "" if each.missing is None or each.n is None else f"{each.missing:.1%}",
        )
        for each in casework.figures
    )
    heads = ("", "measured", "rests on", "not recorded")
    return Table("What the census can't give", heads, rows, 3, notes=_ABOUT)


def _groups_table(title: str, groups: tuple[Group, ...]) -> Table:
    rows = []
    for each in groups:
        share = "withheld"
        if each.within_45 is not None and each.low is not None and each.high is not None:
            share = f"{each.within_45:.1%} ({each.low:.1%} to {each.high:.1%})"
        number = _SUPPRESSED if each.completed is None else f"{each.completed:,}"
        median = "withheld" if each.median is None else _amount(each.median, "working days")
        rows.append((_ROUTES.get(each.name, each.name), number, share, median))
    heads = ("", "assessments", "within 45 working days", "median")
    return Table(f"Assessments completed: {title[0].lower()}{title[1:]}", heads, tuple(rows), 3)

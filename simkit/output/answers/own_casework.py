"""What a Standard Safeguarding Dataset holds beyond the census, as sections of a report and as tables."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.common.blocks import Section, Table
from simkit.returns.casework.groups import Group
from simkit.returns.casework.measure import CaseworkFigures
from simkit.returns.casework.measured import Measured

_SUPPRESSED = "c"
_ROUTES = {
    "section_17": "Child in need (section 17)",
    "disabled_children": "Disabled children",
    "section_47": "Child protection enquiry (section 47)",
}
_ABOUT = (
    "In brackets: 95% interval. Not recorded: the part of the assessments or referrals for which the dataset "
    "holds no such day. Of workers nothing is shown that rests on five or fewer.",
)


def casework_rows(casework: CaseworkFigures) -> dict[str, list[dict[str, object]]]:
    """The rows of the tables ``casework``, ``routes`` and ``teams``; shares as percentages."""
    return {
        "casework": [_figure_row(each) for each in casework.figures],
        "routes": [_group_row(each, "route") for each in casework.routes],
        "teams": [_group_row(each, "team") for each in casework.teams],
    }


def casework_sections(casework: CaseworkFigures) -> Iterator[Section]:
    """The sections of the report, those without rows left out."""
    yield Section("Beyond the census", (_figures_table(casework),))
    for title, groups in (("By route", casework.routes), ("By team", casework.teams)):
        if groups:
            yield Section(title, (_groups_table(title, groups),))


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

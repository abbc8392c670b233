"""Family M, scenarios: whether each change can be read and be carried out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from simkit.data import bank_holidays
from simkit.framework.change import Change, parse_change
from simkit.framework.dates import span
from simkit.framework.problem import Path, Problem, Severity
from simkit.framework.rules.registry import problem_at, rule

if TYPE_CHECKING:
    from simkit.framework.yaml.source import Source

COUNTS = {"demand": ("referrals",), "workforce": ("case_holders",)}
"""What a scenario can change that is a count."""

SHARES = {
    "demand": ("closed_at_front_door", "rereferrals", "section_47", "conferences"),
    "workforce": ("vacancies", "turnover", "sickness", "agency_cover", "other_work"),
}
"""What a scenario can change that is a share."""

MOST_TIMES = 10.0

_NEVER_WHOLE = ("closed_at_front_door", "vacancies", "sickness", "other_work")
_HEAD = "simkit: scenario/1\ntitle: An example\n"

rule(
    "M101",
    Severity.ERROR,
    "The change can't be read",
    why="A scenario changes a number by a percentage or by points, or replaces it.",
    remedy="Write `+20%` (a fifth more), `-5 points` (20% becomes 15%) or `25%` (25% whatever it was).",
    fails=_HEAD + "workforce:\n  vacancies: a quarter\n",
    passes=_HEAD + "workforce:\n  vacancies: 25%\n",
)
rule(
    "M102",
    Severity.ERROR,
    "A share that is not possible",
    why="A share is between 0% and 100%. If all posts are vacant, nobody is left to do the work.",
    remedy="Write a smaller share.",
    fails=_HEAD + "workforce:\n  vacancies: 100%\n",
    passes=_HEAD + "workforce:\n  vacancies: 40%\n",
)
rule(
    "M103",
    Severity.ERROR,
    "Points of something that is not a share",
    why="Points are added to a share. Referrals and case holders are counts.",
    remedy="Write a percentage, such as `+20%`, or the number itself.",
    fails=_HEAD + "demand:\n  referrals: +5 points\n",
    passes=_HEAD + "demand:\n  referrals: +5%\n",
)
rule(
    "M104",
    Severity.ERROR,
    "A share where a number is needed, or the other way round",
    why="`25%` of what, or 25 of what, is not clear.",
    remedy="Write `+25%` for a change, `25%` for a share, or the number of referrals or case holders itself.",
    fails=_HEAD + "demand:\n  referrals: 25%\n",
    passes=_HEAD + "demand:\n  referrals: +25%\n",
)
rule(
    "M105",
    Severity.ERROR,
    "A change that is too large",
    why="More than ten times the published numbers would take very long to run and tell you nothing. "
    "With none, there is nothing to measure.",
    remedy="Write a change of up to `+900%`, or one that leaves something, such as `-50%`.",
    fails=_HEAD + "demand:\n  referrals: +5000%\n",
    passes=_HEAD + "demand:\n  referrals: +50%\n",
)
rule(
    "M106",
    Severity.ERROR,
    "Months without a change of referrals",
    why="`months` says when the change of referrals applies. There is no change, or it is a number for the "
    "whole year.",
    remedy="Add `referrals: +20%` beside `months`, or delete `months`.",
    fails=_HEAD + "demand:\n  months: [november]\n",
    passes=_HEAD + "demand:\n  referrals: +20%\n  months: [november]\n",
)
rule(
    "M107",
    Severity.ERROR,
    "A period that can't be simulated",
    why="The period runs from one day to a later one, has working days in it, and needs known bank holidays.",
    remedy="Write both days, such as `from: 2024-04-01` and `to: 2025-03-31`, between 2013 and 2028.",
    fails=_HEAD + "horizon:\n  from: 2025-04-01\n  to: 2024-03-31\n",
    passes=_HEAD + "horizon:\n  from: 2024-04-01\n  to: 2025-03-31\n",
)
rule(
    "M108",
    Severity.ERROR,
    "A number that only sets the size of the staff",
    why="simkit works out the staff before the scenario, from the framework as written. In a scenario such "
    "a number would change nothing.",
    remedy="Write the change of the staff under `workforce:`, such as `case_holders: -10%`, `vacancies: "
    "25%` or `other_work: 35%`. To start with another staff, write the number in the framework's own file.",
    fails=_HEAD + "framework:\n  model:\n    staff:\n      utilisation:\n        value: 70%\n",
    passes=_HEAD + "workforce:\n  case_holders: +20%\n",
)

rule(
    "M109",
    Severity.ERROR,
    "A change that begins outside the period simulated",
    why="Changes of demand and workforce begin with the measured year, or on the day in `since`. That day "
    "has to be simulated.",
    remedy="Write a day or a month within the period, such as `since: 2023-10`, or delete `since`.",
    fails=_HEAD
    + "since: 2020-04\ndemand:\n  referrals: +20%\nhorizon:\n  from: 2024-04-01\n  to: 2025-03-31\n",
    passes=_HEAD
    + "since: 2023-10\ndemand:\n  referrals: +20%\nhorizon:\n  from: 2024-04-01\n  to: 2025-03-31\n",
)
rule(
    "M110",
    Severity.ERROR,
    "A day without a change that begins on it",
    why="`since` says when changes of demand and workforce begin. Changes of rules apply to the whole run.",
    remedy="Add what changes under `demand` or `workforce`, or delete `since`.",
    fails=_HEAD + "since: 2023-10\n",
    passes=_HEAD + "since: 2023-10\ndemand:\n  referrals: +20%\n",
)
rule(
    "M111",
    Severity.ERROR,
    "A change that leaves nobody",
    why="If nobody does the work, no assessment ever ends.",
    remedy="Write a smaller change, such as `case_holders: -50%`.",
    fails=_HEAD + "workforce:\n  case_holders: -100%\n",
    passes=_HEAD + "workforce:\n  case_holders: -50%\n",
)
rule(
    "M112",
    Severity.ERROR,
    "A rate of the staff among the rules",
    why="Rules apply to the whole run, and changes of the staff begin on a day. So a scenario writes these "
    "rates with the staff.",
    remedy="Write it under `workforce:`, such as `sickness: 5%`, `turnover: +5 points` or `agency_cover: "
    "50%`.",
    fails=_HEAD + "framework:\n  model:\n    staff:\n      sickness:\n        value: 5%\n",
    passes=_HEAD + "workforce:\n  sickness: 5%\n",
)

SIZES_STAFF = (
    "utilisation",
    "manager_utilisation",
    "front_door_utilisation",
    "chair_utilisation",
    "least_people",
    "other_work",
)
"""The numbers under `model.staff` from which nothing but the size of the staff is worked out."""

_STAFF_RATES = ("sickness", "turnover", "agency_cover")

_MOST = {"referrals": 2_000_000, "case_holders": 200_000}  # as in a caseload

_LONGEST_WARM_UP = 24  # months

# A year and a half before and a year after the measured time are simulated too.
_FIRST_DAY, _LAST_DAY = date(2012, 4, 1), date(2029, 12, 31)
_MOST_DAYS = 5 * 366
_SATURDAY = 5


def scenario_problems(source: Source) -> tuple[Problem, ...]:
    """The problems of a scenario's changes; its form and its ``framework:`` part are checked elsewhere."""
    problems: list[Problem] = []
    for section in ("demand", "workforce"):
        part = source.data.get(section)
        if not isinstance(part, dict):
            continue
        for key in (*COUNTS[section], *SHARES[section]):
            if key in part:
                for code, message in _change_problems(section, key, part[key], "months" in part):
                    problems.append(_problem(source, code, (section, key), message))
    problems += (_problem(source, "M106", ("demand", "months"), m) for m in _month_problems(source.data))
    problems += (_problem(source, "M107", path, m) for path, m in _time_problems(source.data))
    problems += (_problem(source, code, path, m) for code, path, m in _staff_problems(source.data))
    problems += (
        _problem(source, code, ("since",), m, hint) for code, m, hint in _since_problems(source.data)
    )
    return tuple(problems)


def outside_the_run(source: Source, since: date, first: date, last: date) -> Problem:
    """The problem of a change that begins on a day which a run from ``first`` to ``last`` does not have."""
    message = (
        f"`since: {source.data.get('since', since)}` is outside the period simulated, which runs from "
        f"{first} to {last}."
    )
    return _problem(source, "M109", ("since",), message, _month_of(first, last))


def _month_of(first: date, last: date) -> str:
    """What to write in place of a day outside a run: a month in the middle of it."""
    middle = first + (last - first) / 2
    return f"Write a day or a month of the run, such as `since: {middle:%Y-%m}`, or take `since` out."


def _problem(source: Source, code: str, path: Path, message: str, hint: str = "") -> Problem:
    return problem_at(code, source.place(path), message, hint, path=path)


def _change_problems(section: str, key: str, written: Any, months: bool) -> Iterator[tuple[str, str]]:
    """``months``: whether the change is one of some months, which may leave them empty."""
    try:
        change = parse_change(written)
    except ValueError:
        yield "M101", f"`{key}: {str(written)[:60]}` is not a change or a number."
        return
    counted = key in COUNTS[section]
    if counted and change.kind == "points":
        yield "M103", f"`{key}: {change}` adds points, but {key.replace('_', ' ')} are counted."
    elif counted and change.kind == "share":
        yield "M104", f"`{key}: {change}` is a share, but {key.replace('_', ' ')} are counted."
    elif not counted and change.kind == "number":
        yield "M104", f"`{key}: {change}` is a number, but `{key}` is a share."
    elif key == "case_holders" and change.number == 0:
        yield "M111", f"`{key}: {change}` leaves nobody to do the work."
    elif counted and change.number == 0 and not months:
        yield "M105", f"`{key}: {change}` leaves nothing to simulate."
    elif counted and change.kind == "number" and change.number > _MOST[key]:
        yield "M105", f"`{key}: {change}` is too large for a run."
    elif change.kind == "times" and not 0 <= change.number <= MOST_TIMES:
        yield "M105", f"`{key}: {change}` is too large for a run, or takes away more than there is."
    elif not counted and not _possible(key, change):
        yield "M102", f"`{key}: {change}` is not a possible share."


def _possible(key: str, change: Change) -> bool:
    if change.kind == "points":
        return abs(change.number) < 1
    if change.kind == "share":
        return change.number <= (0.95 if key in _NEVER_WHOLE else 1)
    return True


def _month_problems(data: dict[str, Any]) -> Iterator[str]:
    demand = data.get("demand")
    if not isinstance(demand, dict) or "months" not in demand:
        return
    if "referrals" not in demand:
        yield "There are `months`, but no change of referrals."
        return
    try:
        change = parse_change(demand["referrals"])
    except ValueError:
        return
    if change.kind == "number":
        yield f"`referrals: {change}` is a number for the whole year, and can't apply in some months only."


def _time_problems(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    horizon = data.get("horizon")
    if not isinstance(horizon, dict):
        return
    days: dict[str, date] = {}
    for key in ("from", "to"):
        if key not in horizon:
            yield ("horizon",), f"`horizon` has no `{key}`."
            continue
        try:
            days[key] = date.fromisoformat(str(horizon[key]))
        except ValueError:
            yield ("horizon", key), f"`{key}: {str(horizon[key])[:60]}` is not a day."
            continue
        if not _FIRST_DAY <= days[key] <= _LAST_DAY:
            yield ("horizon", key), f"`{key}: {horizon[key]}` is outside the years with known bank holidays."
    if len(days) < 2:
        return
    if days["to"] <= days["from"]:
        yield (
            ("horizon", "to"),
            f"The period ends on {days['to']}, which is not after its start on {days['from']}.",
        )
    elif (days["to"] - days["from"]).days > _MOST_DAYS:
        yield ("horizon", "to"), f"From {days['from']} to {days['to']} is longer than five years."
    elif not _working_days(days["from"], days["to"]):
        yield ("horizon", "to"), f"There is no working day from {days['from']} to {days['to']}."


def _working_days(first: date, last: date) -> int:
    """Days from Monday to Friday that are no bank holiday, both ends included."""
    closed = {day for day, _, _ in bank_holidays()}
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sum(day.weekday() < _SATURDAY and day not in closed for day in days)


def _since_problems(data: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The code, message and hint of each; the rule's own hint where that is empty."""
    if "since" not in data:
        return
    if not (data.get("demand") or data.get("workforce")):
        yield "M110", f"`since: {data['since']}` has no change of demand or workforce to start.", ""
        return
    begins = span(data["since"])
    if begins is None:
        return  # the schema says so
    days = [span(data["horizon"].get(key)) for key in ("from", "to")] if _has_time(data) else [None, None]
    first, last = (day[0] if day else None for day in days)
    if first is not None and last is not None:
        months = first.year * 12 + first.month - 1 - _LONGEST_WARM_UP
        if not date(months // 12, months % 12 + 1, 1) <= begins[0] <= last:
            yield (
                "M109",
                f"`since: {data['since']}` is outside the period that can be simulated around the year.",
                _month_of(first, last),
            )
    elif not _FIRST_DAY <= begins[0] <= _LAST_DAY:
        yield "M109", f"`since: {data['since']}` is outside the years with known bank holidays.", ""


def _has_time(data: dict[str, Any]) -> bool:
    return isinstance(data.get("horizon"), dict)


def _staff_problems(data: dict[str, Any]) -> Iterator[tuple[str, Path, str]]:
    value: Any = data
    path = ("framework", "model", "staff")
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    for name in SIZES_STAFF:
        if isinstance(value, dict) and name in value:
            yield (
                "M108",
                (*path, name),
                f"`staff.{name}` sets the size of the staff, which no scenario works out again.",
            )
    for name in _STAFF_RATES:
        if isinstance(value, dict) and name in value:
            yield "M112", (*path, name), f"`staff.{name}` is a rate of the staff, written with the rules."

"""Dates and working minutes: the days England works, and the last day of each kind of limit."""

from __future__ import annotations

import datetime as dt

import holidays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import with_numbers

from simkit.framework.amount import parse_amount
from simkit.framework.framework import Framework
from simkit.model.inputs.calendar import Calendar, model_days, working_calendar
from simkit.model.inputs.calendar import holidays as bank_holidays
from simkit.model.inputs.horizon import horizon

DAY = 444
WHOLE = working_calendar(dt.date(2012, 1, 1), dt.date(2028, 12, 31), DAY)


def day(text: str) -> int:
    """Index of a date that must be a working day."""
    index = WHOLE.day_index(text)
    assert str(WHOLE.days[index]) == text, f"{text} is no working day"
    return index


def last(start: str, amount: str) -> str:
    """The last day in time of a limit that starts on a date."""
    found = WHOLE.last_day(np.array([day(start)]), parse_amount(amount))
    return str(WHOLE.days[int(found[0])])


# Which days are working days


def test_bank_holidays_are_those_of_an_independent_calendar() -> None:
    """An error in the list would shift every deadline around it."""
    ours = {d.astype(dt.date) for d in bank_holidays()}
    known = holidays.country_holidays("GB", subdiv="ENG", years=range(2012, 2029))
    weekdays = {d for d in known if d.weekday() < 5}
    assert {d for d in ours if 2012 <= d.year <= 2028 and d.weekday() < 5} == weekdays


def test_one_off_bank_holidays_are_there() -> None:
    """Jubilees, the funeral and the coronation follow no rule and are the ones that get lost."""
    ours = set(bank_holidays().astype(str))
    assert {"2012-06-05", "2022-06-03", "2022-09-19", "2023-05-08", "2020-05-08"} <= ours
    assert "2020-05-04" not in ours  # moved to the 8th for the 75th anniversary of VE day


def test_working_days_are_numpy_business_days() -> None:
    week = np.busdaycalendar(holidays=bank_holidays())
    every = np.arange(np.datetime64("2012-01-01"), np.datetime64("2029-01-01"))
    assert np.array_equal(WHOLE.days, every[np.is_busday(every, busdaycal=week)])


@given(st.dates(dt.date(2012, 1, 1), dt.date(2028, 6, 1)), st.integers(0, 130))
def test_spans_between_dates_count_as_numpy_counts(start: dt.date, length: int) -> None:
    end = start + dt.timedelta(days=length)
    expected = np.busday_count(start, end, holidays=bank_holidays())
    assert WHOLE.day_index(end) - WHOLE.day_index(start) == expected


@pytest.mark.parametrize(("first", "until"), [("1950-01-01", "2020-01-01"), ("2020-01-01", "2199-01-01")])
def test_years_without_known_bank_holidays_are_refused(first: str, until: str) -> None:
    with pytest.raises(ValueError, match=r"bank holidays from \d{4} to \d{4}"):
        working_calendar(dt.date.fromisoformat(first), dt.date.fromisoformat(until), DAY)


# Minutes and dates


def test_a_date_that_is_no_working_day_is_the_next_one() -> None:
    assert WHOLE.minute("2024-12-25") == WHOLE.minute("2024-12-27")
    assert WHOLE.minute("2025-04-18") == WHOLE.minute("2025-04-22")
    assert WHOLE.minute(dt.date(2025, 4, 22)) == day("2025-04-22") * DAY


@given(st.integers(0, len(WHOLE.days) - 1), st.integers(0, DAY - 1))
def test_minutes_go_to_dates_and_back(index: int, minute: int) -> None:
    date = WHOLE.date(np.array([index * DAY + minute]))[0]
    assert date == WHOLE.days[index]
    assert WHOLE.minute(date) == index * DAY


def test_a_minute_that_opens_a_day_begins_on_it_and_ends_on_the_day_before() -> None:
    opens = np.array([day("2025-01-02") * DAY])
    assert str(WHOLE.date(opens)[0]) == "2025-01-02"
    assert str(WHOLE.end_date(opens)[0]) == "2024-12-31"
    assert str(WHOLE.end_date(opens + 1)[0]) == "2025-01-02"
    assert str(WHOLE.end_date(np.array([0]))[0]) == str(WHOLE.days[0])


# Limits; the starting day is day 0. Each of these was counted on a wall calendar.


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        ("2024-12-02", "45 working days", "2025-02-06"),  # 25, 26 December and 1 January are off
        ("2025-04-10", "15 working days", "2025-05-06"),  # Good Friday, Easter Monday, 5 May
        ("2025-04-10", "0 working days", "2025-04-10"),
        ("2024-12-20", "1 working day", "2024-12-23"),
        ("2024-12-24", "1 working day", "2024-12-27"),
        ("2022-09-16", "1 working day", "2022-09-20"),  # the funeral on Monday the 19th
        ("2024-12-20", "24 hours", "2024-12-23"),  # by the next working day
        ("2024-12-20", "25 hours", "2024-12-24"),
        ("2024-12-20", "48 hours", "2024-12-24"),
        ("2024-12-20", "30 minutes", "2024-12-23"),
        ("2024-12-20", "7 calendar days", "2024-12-27"),
        ("2024-12-20", "5 calendar days", "2024-12-24"),  # 25 December: the working day before
        ("2024-12-20", "2 calendar days", "2024-12-20"),  # a Sunday: the Friday it started on
        ("2025-04-04", "2 weeks", "2025-04-17"),  # the 18th is Good Friday
        ("2025-04-04", "3 weeks", "2025-04-25"),
        ("2025-01-31", "1 month", "2025-02-28"),
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2023-08-31", "6 months", "2024-02-29"),
        ("2024-11-29", "3 months", "2025-02-28"),
        ("2024-10-31", "1 month", "2024-11-29"),  # 30 November is a Saturday
        ("2024-09-25", "3 months", "2024-12-24"),
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2023-02-28", "1 year", "2024-02-28"),
        ("2021-12-29", "1 year", "2022-12-29"),
    ],
)
def test_last_day_in_time(start: str, amount: str, expected: str) -> None:
    assert last(start, amount) == expected


@given(st.dates(dt.date(2012, 1, 3), dt.date(2027, 12, 1)), st.integers(0, 60))
def test_working_day_limits_are_numpy_offsets(start: dt.date, number: int) -> None:
    index = WHOLE.day_index(start)
    expected = np.busday_offset(WHOLE.days[index], number, holidays=bank_holidays())
    found = WHOLE.last_day(np.array([index]), parse_amount(f"{number} working days"))
    assert WHOLE.days[int(found[0])] == expected


UNITS = st.sampled_from(["working days", "calendar days", "weeks", "months", "hours"])


@given(st.integers(0, 3000), st.integers(0, 20), UNITS)
def test_a_longer_limit_or_a_later_start_never_ends_earlier(start: int, number: int, unit: str) -> None:
    starts = np.array([start, start + 1])
    short = WHOLE.last_day(starts, parse_amount(f"{number} {unit}"))
    long = WHOLE.last_day(starts, parse_amount(f"{number + 1} {unit}"))
    assert (short >= starts).all()
    assert (long >= short).all()
    assert short[1] >= short[0]


@pytest.mark.parametrize(
    ("amount", "days"),
    [
        ("45 working days", 45),
        ("24 hours", 1),
        ("25 hours", 2),
        ("7 calendar days", 5),
        ("6 weeks", 30),
        ("1 month", 21),
        ("0 hours", 1),
    ],
)
def test_a_plan_without_a_date_counts_whole_working_days(amount: str, days: int) -> None:
    assert model_days(parse_amount(amount)) == days


# The time a run covers


def test_a_run_covers_warm_up_year_and_run_out(framework: Framework) -> None:
    timed = with_numbers(framework, {"run.warm_up": 18.0, "run.run_out": 6.0})
    found = horizon(timed, dt.date(2022, 4, 1), dt.date(2023, 3, 31))
    assert str(found.calendar.days[0]) == "2020-10-01"
    assert str(found.last_arrival) == "2023-10-01"
    first, end = found.window
    assert str(found.calendar.date(np.array([first]))[0]) == "2022-04-01"
    assert str(found.calendar.end_date(np.array([end]))[0]) == "2023-03-31"
    assert (end - first) // found.calendar.day_minutes == np.busday_count(
        "2022-04-01", "2023-04-01", holidays=bank_holidays()
    )
    assert "2022-04-01 to 2023-03-31" in repr(found)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2023-04-01", "2022-03-31", "not after its start"),
        ("2022-04-01", "2022-04-01", "not after its start"),
        ("2099-04-01", "2100-03-31", "bank holidays"),
    ],
)
def test_a_horizon_that_cannot_be_is_refused(framework: Framework, start: str, end: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        horizon(framework, dt.date.fromisoformat(start), dt.date.fromisoformat(end))


def test_a_calendar_prints_its_span() -> None:
    shown = repr(Calendar(WHOLE.days[:3], DAY))
    assert "2012-01-03" in shown and "444 minutes" in shown

"""How long assessments took: working days by hand, and estimators that give back what was cut off."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.model.inputs.calendar import working_calendar
from simkit.returns.dates import NONE, UNREADABLE, day_of, excel_day, number_of, working_days, year_window
from simkit.returns.durations import band_counts, from_completed, from_delayed_entry, from_right_truncated


def days(start: str, end: str) -> int:
    return int(working_days(np.array([day_of(start)]), np.array([day_of(end)]))[0])


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2023-01-03", "2023-01-03", 0),  # the same day
        ("2023-01-03", "2023-01-04", 1),
        ("2023-01-06", "2023-01-09", 1),  # over a weekend
        ("2023-04-06", "2023-04-11", 1),  # over Easter
        ("2023-05-05", "2023-05-09", 1),  # over the bank holiday of the coronation
        ("2023-01-07", "2023-01-09", 0),  # begun on a Saturday, so on Monday
        ("2023-01-06", "2023-01-07", 0),  # ended on a Saturday, so on Friday
        ("2023-01-07", "2023-01-08", 0),  # both in one weekend
        ("2023-01-03", "2023-03-07", 45),
    ],
)
def test_working_days_by_hand(start: str, end: str, expected: int) -> None:
    assert days(start, end) == expected


@given(st.integers(0, 700), st.integers(0, 200))
def test_working_days_agree_with_the_calendar_of_a_run(offset: int, length: int) -> None:
    calendar = working_calendar(dt.date(2021, 1, 1), dt.date(2025, 12, 31), 444)
    start = dt.date(2021, 6, 1) + dt.timedelta(days=offset)
    end = start + dt.timedelta(days=length)
    on_or_before = int(np.searchsorted(calendar.days, np.datetime64(end), side="right")) - 1
    expected = max(0, on_or_before - calendar.day_index(start))
    assert int(working_days(np.array([number_of(start)]), np.array([number_of(end)]))[0]) == expected


def test_a_year_ends_on_31_march() -> None:
    first, last = year_window(2024)
    assert (last - first + 1, first) == (366, number_of(dt.date(2023, 4, 1)))


@pytest.mark.parametrize(
    "text",
    [
        "31/12/2023",
        "2023-12-31",
        "31-12-2023",
        "31.12.2023",
        "31/12/23",
        "31 Dec 2023",
        "31 December 2023",
        "2023-12-31T10:00:00",
        "31/12/2023 10:00",
        "2023-12-31 00:00:00",
        " 31/12/2023 ",
    ],
)
def test_dates_are_read_with_the_day_first(text: str) -> None:
    assert day_of(text) == number_of(dt.date(2023, 12, 31))


@pytest.mark.parametrize("text", ["12/31/2023", "2023-02-30", "soon", "1066-04-13", "31/12", "45000"])
def test_what_is_no_date_is_unreadable_and_not_empty(text: str) -> None:
    assert day_of(text) == UNREADABLE
    assert day_of("") == day_of("N/A") == NONE


def test_a_cell_may_be_a_date_a_text_or_a_day_number() -> None:
    day = number_of(dt.date(2023, 3, 15))
    assert {
        excel_day(c) for c in (dt.datetime(2023, 3, 15, 9), dt.date(2023, 3, 15), "15/03/2023", 45000)
    } == {day}
    assert (excel_day(None), excel_day(True), excel_day(3)) == (NONE, UNREADABLE, UNREADABLE)


def test_completed_by_hand() -> None:
    spread = from_completed(np.array([0, 10, 10, 45, 46, 61]))
    assert band_counts(np.array([0, 10, 10, 45, 46, 61])) == (1, 2, 0, 0, 0, 1, 1, 0, 1)
    assert spread.by_band == pytest.approx(np.array([1, 2, 0, 0, 0, 1, 1, 0, 1]) / 6)
    assert (spread.quantile(0.25), spread.quantile(0.5), spread.quantile(0.75)) == (10, 10, 46)


def test_delayed_entry_by_hand() -> None:
    """Ends at 1 and 3, some open since 2, some in view from day 2 that ended on day 3: 24 of each."""
    spread = from_delayed_entry(
        np.repeat([1, 3, 2, 3], 24), np.repeat([0, 0, 0, 2], 24), np.repeat([True, True, False, True], 24)
    )
    # at risk on day 1: three; on day 3: two, both of which end
    assert spread.shares[:4] == pytest.approx([0, 1 / 3, 0, 2 / 3])


def test_right_truncated_by_hand() -> None:
    """Durations 1, 1, 2 with room for 1, 2 and 2 days: of those with room for 2, half took 2."""
    spread = from_right_truncated(np.repeat([1, 1, 2], 24), np.repeat([1, 2, 2], 24))
    assert spread.shares[:3] == pytest.approx([0, 0.5, 0.5])
    assert spread.reach == 2


def test_without_truncation_all_three_are_the_same() -> None:
    rng = np.random.default_rng(3)
    drawn = rng.integers(0, 100, 500)
    plain = from_completed(drawn)
    entry = from_delayed_entry(drawn, np.zeros(500, dtype=np.int64), np.ones(500, dtype=bool))
    room = from_right_truncated(drawn, np.full(500, 200))
    assert entry.shares == pytest.approx(plain.shares, abs=1e-12)
    assert room.shares == pytest.approx(plain.shares, abs=1e-12)


@pytest.mark.parametrize("rule", ["open", "begun"])
def test_what_a_window_cuts_off_is_given_back(rule: str) -> None:
    """Steady arrivals over 2,000 days, a window of the last 130: a count errs, the estimate doesn't."""
    rng = np.random.default_rng(7)
    start = rng.integers(0, 2000, 60_000)
    took = np.minimum(rng.geometric(1 / 40, 60_000), 120)
    truth = np.bincount(np.searchsorted([0, 10, 20, 30, 40, 45, 50, 60, 10**9], took), minlength=9) / 60_000
    first, last = 1870, 2000
    end = start + took
    if rule == "open":
        seen = (end >= first) & (start <= last)
        ended = end <= last
        length = np.minimum(end, last) - start
        spread = from_delayed_entry(length[seen], np.maximum(first - start[seen], 0), ended[seen])
    else:
        seen = (start >= first) & (end <= last)
        spread = from_right_truncated(took[seen], last - start[seen])
        naive = from_completed(took[seen])
        assert abs(naive.by_band[8] - truth[8]) > 0.04
    assert np.abs(np.array(spread.by_band) - truth).max() < 0.015


def test_a_short_list_does_not_know_how_long_assessments_take() -> None:
    number = 24
    spread = from_delayed_entry(
        np.repeat([3, 8, 10, 10], number),
        np.zeros(4 * number, dtype=np.int64),
        np.repeat([True, True, False, False], number),
    )
    assert spread.reach == 10
    assert spread.quantile(0.5) == 8 and spread.quantile(0.75) is None
    assert spread.share_within(10) == 0.5 and spread.share_within(11) is None


def test_an_estimate_stops_where_few_are_left_to_be_watched() -> None:
    """The last of many that were still open: without the rule its end would put everything up to there."""
    days = np.concatenate([np.full(30, 5), np.full(70, 20), [90]])
    ended = np.concatenate([np.full(30, True), np.full(70, False), [True]])
    spread = from_delayed_entry(days, np.zeros(101, dtype=np.int64), ended)
    assert spread.reach == 20
    assert spread.share_within(20) == pytest.approx(30 / 101)
    assert spread.share_within(90) is None and spread.quantile(0.5) is None


def test_in_reverse_time_too_an_estimate_stops_where_few_had_the_time() -> None:
    """One that had 40 days and took them would leave nothing for the 41 others."""
    days, room = (
        np.concatenate([np.full(23, 8), np.full(18, 12), [40]]),
        np.concatenate([np.full(41, 14), [40]]),
    )
    spread = from_right_truncated(days, room)
    assert spread.reach == 14
    assert spread.share_within(10) == pytest.approx(23 / 41) and spread.share_within(15) is None


@pytest.mark.parametrize("rule", ["open", "begun"])
def test_the_standard_error_is_how_far_estimates_lie_apart(rule: str) -> None:
    rng = np.random.default_rng(11)
    found, errors = [], []
    for _ in range(150):
        start = rng.integers(0, 400, 900)
        took = np.minimum(rng.geometric(1 / 35, 900), 110)
        end = start + took
        if rule == "open":
            seen = (end >= 280) & (start <= 400)
            spread = from_delayed_entry(
                (np.minimum(end, 400) - start)[seen], np.maximum(280 - start[seen], 0), (end <= 400)[seen]
            )
        else:
            seen = (start >= 280) & (end <= 400)
            spread = from_right_truncated(took[seen], 400 - start[seen])
        found.append(spread.shares[:46].sum())
        errors.append(spread.errors[45])
    assert np.mean(errors) == pytest.approx(np.std(found), rel=0.25)
    assert from_completed(np.array([1, 2, 3])).errors.sum() == 0

"""Estimates of a list, and what is said of it, follow from what is shown: no withheld count moves them."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from simkit.model.inputs.calendar import holidays
from simkit.returns.errors import ReturnError
from simkit.returns.read import read_return
from simkit.returns.result import Return

LAST = np.datetime64("2023-03-31")


def days_before(number: int) -> np.datetime64:
    return np.busday_offset(LAST, -number, roll="backward", holidays=holidays())


def listed(took: Sequence[int], ages: Sequence[int] = (), conferences: Sequence[int] = ()) -> pd.DataFrame:
    """A list of assessments that took so many working days, begun one after the other over half a year, of
    open ones of these ages, and of conferences so many days after the enquiry of the first ones."""
    rooms = [122 - number * 110 // len(took) for number in range(len(took))]
    starts = [days_before(max(room, days + 3)) for room, days in zip(rooms, took, strict=True)]
    ends = [
        str(np.busday_offset(start, n, holidays=holidays())) for start, n in zip(starts, took, strict=True)
    ]
    rows = len(took) + len(ages)
    held = [
        str(np.busday_offset(day, n, holidays=holidays()))
        for day, n in zip(starts, conferences, strict=False)
    ]
    return pd.DataFrame(
        {
            "Person ID": range(rows),
            "Start date": [str(day) for day in (*starts, *map(days_before, ages))],
            "End date": [*ends, *[""] * len(ages)],
            "S47 start": [*map(str, starts[: len(held)]), *[""] * (rows - len(held))],
            "ICPC date": [*held, *[""] * (rows - len(held))],
        }
    )


def told(own: Return) -> str:
    """All that a return says."""
    conferences = own.conferences
    own_parts = own.durations, None if conferences is None else (conferences.counts, conferences.quartiles)
    return json.dumps(own.to_dict()) + str(own) + repr(own_parts)


def read(table: pd.DataFrame, holds: str, *, internal: bool = False) -> Return:
    return read_return(
        table, authority="857", holds=holds, first="2022-10-03", last="2023-03-31", internal=internal
    )


HOLDS = ("open", "both", "begun", "begun-and-completed")


@pytest.mark.parametrize("holds", HOLDS)
def test_estimates_are_the_same_however_withheld_bands_share_their_children(holds: str) -> None:
    """Few took 46 to 50 days, few 51 to 60; how many took longer than 45 is shown."""
    common = [3, 3, 13, 22, 33, 34, 41, 42] * 7
    made = [
        read(listed([*[47] * few, *[53] * (5 - few), *[70] * 9, *common], [5] * 12 + [49] * 9), holds)
        for few in (1, 4)
    ]
    assert made[0].count("days_46_50") is None and made[0].count("days_51_60") is None
    assert made[0].count("over_45_days") == 14 and made[0].durations is not None
    assert told(made[0]) == told(made[1])


@pytest.mark.parametrize("holds", ("open", "both", "begun"))
def test_estimates_are_the_same_however_withheld_open_ones_share_the_ages(holds: str) -> None:
    took = [5, 15, 25, 33, 41, 43, 48, 55, 70, 75] * 7
    made = [read(listed(took, [5] * 9 + [25] * few + [35] * (9 - few)), holds) for few in (1, 2, 3)]
    assert made[0].count("open.section_17.21_30") is None and made[0].durations is not None
    assert made[0].count("open_assessments") == 18
    assert told(made[0]) == told(made[1]) == told(made[2])
    assert read(listed(took, [5] * 9), holds, internal=True).durations is not None


@pytest.mark.parametrize("holds", ("open", "both"))
def test_a_withheld_number_of_open_ones_takes_no_estimate_away(holds: str) -> None:
    """Of 10,215 assessments no share in time was given, because a few open ones overlapped."""
    took = [5, 15, 25, 33, 41, 43, 48, 55, 70, 75] * 30
    made = [read(listed(took, [25] * few), holds) for few in (1, 3, 5)]
    assert all(each.count("open_assessments") is None for each in made)
    assert told(made[0]) == told(made[1]) == told(made[2])
    exact = read(listed(took, [25] * 3), holds, internal=True).durations
    assert exact is not None and made[0].durations is not None
    for one, other in zip(made[0].durations.shares, exact.shares, strict=True):
        assert one == pytest.approx(other, abs=0.02)


def test_shares_of_conferences_are_the_same_however_withheld_bands_share_them() -> None:
    took = [5, 15, 25, 33, 41, 43, 48, 55, 70, 75] * 7
    held = [[9] * 5 + [18] * few + [25] * (8 - few) + [12] * 12 + [9] * 45 for few in (1, 2, 3)]
    made = [read(listed(took, (), each), "begun-and-completed") for each in held]
    conferences = made[0].conferences
    assert conferences is not None and conferences.listed == (50, 12, None, None)
    assert told(made[0]) == told(made[1]) == told(made[2])


def test_what_a_list_holds_is_inferred_alike_of_one_to_five_open_ones() -> None:
    """Four of forty used to be taken for all that were open, three for a list without them."""
    tables = [listed([30] * 40, [10] * few) for few in (0, 1, 3, 4, 5)]
    for table in tables:
        table["End date"] = table["End date"].where(table["End date"] == "", "2023-03-20")
    assert len({read_return(table, authority="857").window.holds for table in tables}) == 1
    many = listed([30] * 40, [10] * 9)
    assert (
        read_return(many, authority="857").window.holds
        != read_return(tables[0], authority="857").window.holds
    )


def test_a_number_for_a_year_does_not_tell_the_days_of_a_list_of_few() -> None:
    """Assessments a year over those in the list gave the days covered, and so a day of somebody."""
    numbers = set()
    for earlier in (0, 1, 2):
        ages = [60 + earlier] * 3 + [3 * n for n in range(1, 18)]
        ends = [str(days_before(age)) for age in ages]
        starts = [str(days_before(age + 35)) for age in ages]
        table = pd.DataFrame({"Person ID": range(20), "Start date": starts, "End date": ends})
        own = read_return(table, authority="857", holds="completed")
        assert own.count("assessments_completed") == 20 and not own.window.days_shown
        numbers.add(own.profile.assessments)
    assert len(numbers) == 1


def test_a_list_that_begins_with_referrals_alone_is_refused_without_their_days() -> None:
    table = pd.DataFrame(
        {
            "Person ID": [1, 2, 3, 4],
            "Referral date": ["18/01/2023", "19/01/2023", "20/01/2023", ""],
            "Start date": ["", "", "", "25/03/2023"],
            "End date": ["", "", "", "31/03/2023"],
        }
    )
    with pytest.raises(ReturnError, match="before its referrals end") as raised:
        read_return(table, authority="857")
    assert "January" not in str(raised.value)

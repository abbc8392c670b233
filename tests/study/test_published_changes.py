"""What published places did: the regression by hand, the packaged tables, and a sentence for every change."""

from __future__ import annotations

import csv
import math
from dataclasses import replace

import numpy as np
import pytest
from kit import council

from simkit.data import reported_with, social_workers, value
from simkit.data.files import rows
from simkit.model.inputs.profile import Profile, profile
from simkit.model.inputs.scenario import AS_PUBLISHED, load_scenario, scenario_of
from simkit.study.evidence.panel import OUTCOMES, PRESSURES, Direction, _first_slope, changes_of, effect
from simkit.study.evidence.published_changes import (
    EFFECTS,
    SIZES,
    Reading,
    Support,
    published_change,
    published_changes,
    published_effects,
)
from tools.data.published_changes import tables

YEARS = np.array([2017, 2018] * 3)
PLACES = np.array(["a", "a", "b", "b", "c", "c"])
CHANGES = np.array([0.1, -0.2, 0.3, 0.0, -0.1, 0.4])


# The regression


def test_a_line_with_a_constant_for_each_year_is_given_back() -> None:
    outcome = 3 * CHANGES + np.where(YEARS == 2018, 7.0, -2.0)
    slope, error = _first_slope(outcome, CHANGES[:, np.newaxis], YEARS, PLACES)
    assert slope == pytest.approx(3)
    assert error == pytest.approx(0, abs=1e-9)


def test_the_slope_and_its_error_by_hand() -> None:
    """One year, three places with the changes -1, 0 and 1 and the outcomes 0, 0 and 3: the slope is 1.5; what
    is left, 0.5, -1 and 0.5, times the changes, squared and summed, is 0.5, over the square of 2: 0.125, and
    with the correction 3/2 times 2/1 for three places and two parameters 0.375."""
    slope, error = _first_slope(
        np.array([0.0, 0.0, 3.0]),
        np.array([[-1.0], [0.0], [1.0]]),
        np.full(3, 2017),
        np.array(["a", "b", "c"]),
    )
    assert slope == pytest.approx(1.5)
    assert error == pytest.approx(math.sqrt(0.375))


def test_the_years_of_one_place_count_as_one_observation() -> None:
    """Said twice by the same places, a thing is not better known; said by others, it is."""
    outcome = CHANGES + np.array([0.02, -0.01, 0.03, 0.0, -0.02, 0.01])
    twice = {
        "outcome": np.tile(outcome, 2),
        "columns": np.tile(CHANGES, 2)[:, np.newaxis],
        "years": np.tile(YEARS, 2),
    }
    _, same = _first_slope(**twice, places=np.tile(PLACES, 2))
    _, others = _first_slope(**twice, places=np.concatenate([PLACES, np.char.upper(PLACES)]))
    assert others < same


def test_places_that_report_together_are_one() -> None:
    assert reported_with("314") == reported_with("318") == "314;318"
    assert reported_with("204") == "204"


def test_changes_are_those_of_the_published_figures() -> None:
    before, after = (value("referrals", "204", year, "referrals") for year in (2019, 2020))
    assert before and after
    assert ("204", pytest.approx(after / before - 1)) in changes_of("referrals")
    assert not {"201", "420"} & {place for place, _ in changes_of("referrals")}, (
        "the two smallest are left out"
    )


def test_staff_is_that_of_the_september_inside_the_year() -> None:
    before, after = social_workers("204", 2021), social_workers("204", 2022)
    assert before and after
    assert PRESSURES["staff"].figure("204", 2023) == after
    assert OUTCOMES["staff"].figure("204", 2022) == before
    assert OUTCOMES["staff_after"].figure("204", 2022) == after


# What the panel shows


@pytest.mark.parametrize(
    ("outcome", "pressure", "how", "value", "low", "high"),
    [
        ("within_45_days", "referrals", {"direction": Direction.RISES}, -1.0, -1.8, -0.2),
        ("within_45_days", "referrals", {"ahead": 2}, 0.2, -0.5, 0.8),
        ("within_45_days", "referrals", {"held": "staff"}, -0.6, -1.1, -0.1),
        ("assessments", "referrals", {"ahead": 2}, 13.7, 12.1, 15.3),
        ("closed", "referrals", {"ahead": 2}, 2.2, 1.3, 3.1),
        ("staff_after", "referrals", {"ahead": 2}, 1.6, 0.8, 2.5),
        ("assessments_for_each", "referrals", {"ahead": 2}, 13.1, 11.3, 14.9),
        ("median_days", "referrals", {"ahead": 2}, -0.7, -1.2, -0.2),
        ("within_45_days", "vacancies", {}, -0.1, -0.9, 0.6),
        ("staff", "vacancies", {}, 0.9, -0.1, 2.0),
        ("within_45_days", "staff", {}, -0.1, -0.9, 0.7),
        ("assessments", "staff", {}, -4.7, -6.6, -2.7),
        ("within_45_days", "sickness", {}, -0.8, -1.2, -0.3),
    ],
)
def test_what_goes_with_a_change(
    outcome: str, pressure: str, how: dict[str, object], value: float, low: float, high: float
) -> None:
    """A fifth more referrals move the share in time hardly at all and the assessments for each social worker
    a lot; vacancies rise without staff falling. What is known of the response rests on these."""
    shown = effect(outcome, pressure, **how)  # type: ignore[arg-type]
    assert (shown.value, shown.low, shown.high) == pytest.approx((value, low, high), abs=0.051)


@pytest.mark.slow
def test_the_packaged_tables_are_what_the_statistics_give() -> None:
    """Written by ``python -m tools.data.published_changes``."""
    for name, content in tables().items():
        fresh = list(csv.DictReader(content.decode("utf-8").splitlines()))
        assert rows(name.removesuffix(".csv")) == fresh, name


def test_every_published_change_has_its_size() -> None:
    for pressure in PRESSURES:
        counted = [row for row in rows(SIZES) if row["pressure"] == pressure]
        assert sum(int(row["times"]) for row in counted) == len(changes_of(pressure))
        assert [row["high"] for row in counted[:-1]] == [row["low"] for row in counted[1:]]
        assert {row["support"] for row in counted} == {each.value for each in Support}


def test_each_effect_has_an_interval_around_it() -> None:
    assert len(published_effects()) == len(rows(EFFECTS))
    for each in published_effects():
        assert each.low <= each.value <= each.high
        assert each.changes > 400 and each.places > 120


# The sentence


def test_a_rise_that_was_often_seen() -> None:
    change = published_change("referrals", 0.2)
    assert change.support is Support.USUAL
    assert change.text == (
        "In 2016 to 2023, as published, referrals rose by 15% to 25% within a year 111 times, in 90 places. "
        "With a rise of 20% the share in time changed by -0.3 points (-1.8 to +0.8)."
    )
    assert change.points == pytest.approx((-0.3, -1.83, 0.79))


def test_the_range_spans_the_same_year_that_direction_alone_and_two_years() -> None:
    effects = {
        each.reading: each
        for each in published_effects()
        if (each.pressure, each.outcome) == ("staff", "within_45_days")
    }
    loss, change = (
        [effects[r] for r in (Reading.YEAR, Reading.FALLS, Reading.TWO_YEARS)],
        published_change("staff", -0.1),
    )
    assert change.points == pytest.approx(
        (loss[0].value, min(each.low for each in loss), max(each.high for each in loss))
    )


def test_twice_the_points_are_twice_the_change() -> None:
    one, two = (published_change("vacancies", points) for points in (5.0, 10.0))
    assert one.points and two.points
    assert two.points == pytest.approx([2 * each for each in one.points])


def test_a_rise_and_a_fall_that_cancel_change_by_as_much() -> None:
    """Referrals enter as logarithms: a fifth more and a sixth fewer are the same change, there and back."""
    more, fewer = published_change("referrals", 0.2), published_change("referrals", 1 / 1.2 - 1)
    assert more.points and fewer.points
    assert fewer.points[0] == pytest.approx(-more.points[0])


def test_a_change_that_was_seldom_seen_says_so() -> None:
    change = published_change("referrals", 0.6)
    assert change.support is Support.RARE and change.times == 52
    assert change.text.endswith("These are few places to learn from.")


@pytest.mark.parametrize(
    ("pressure", "size", "words"),
    [
        (
            "referrals",
            1.0,
            "of 1,041 changes of referrals from one year to the next (2016 to 2023), 9 were rises of more "
            "than 80%",
        ),
        ("staff", -0.3, "4 were falls of more than 17.5%"),
        ("vacancies", 40.0, "5 were rises of more than 22.5 points"),
    ],
)
def test_a_change_beyond_what_was_seen(pressure: str, size: float, words: str) -> None:
    change = published_change(pressure, size)
    assert change.support is Support.UNSEEN and change.points is None
    assert change.text.startswith("Nothing published shows such a change") and words in change.text


def test_a_surge_of_months_was_never_published() -> None:
    change = published_change("referrals", 0.2, ("november", "december", "january"))
    assert change.support is Support.UNSEEN and change.points is None
    assert change.text == "Nothing published shows a change of some months: the statistics count whole years."


def test_a_change_of_nothing_published_says_why() -> None:
    change = published_change("other_work", math.nan)
    assert change.support is Support.UNSEEN
    assert "other work is not published" in change.text


def test_a_cause_that_is_none_is_refused() -> None:
    with pytest.raises(LookupError, match="morale"):
        published_change("morale", 0.1)


def test_a_scenarios_vacancies_are_points_beside_the_profiles() -> None:
    """From 18% to 25% are 7 points more, whatever was written; where 25% are vacant nothing changes."""
    scenario = load_scenario("quarter-vacant")
    (one,) = published_changes(scenario, council()).changes
    assert (one.pressure, one.change) == ("vacancies", pytest.approx(7.0))
    assert one.text.startswith("The share of posts vacant rises from 18.0% without this change to 25.0%")
    (fall,) = published_changes(scenario, replace(council(), vacancy_rate=0.311)).changes
    assert fall.text.startswith("The share of posts vacant falls from 31.1% without this change to 25.0%")
    assert published_changes(scenario, replace(council(), vacancy_rate=0.25)).changes == ()


def test_a_rate_is_called_published_only_where_it_is() -> None:
    """It was said of every rate: filled from neighbours, of a return, written by hand or in a framework."""
    scenario = scenario_of({"title": "Fewer", "workforce": {"vacancies": "1%", "agency_cover": "1%"}})
    hackney, filled = profile("hackney", 2023), profile("westminster", 2024)
    assert "agency_cover_rate" in filled.filled and "vacancy_rate" not in filled.filled

    def said(of: Profile) -> list[str]:
        return [each.text.partition(" to 1.0% here.")[0] for each in published_changes(scenario, of).changes]

    assert all(each.endswith("% as published") for each in said(hackney))
    assert said(filled)[0].endswith("% as published")
    assert said(filled)[1].endswith("% (not published for Westminster, so that of others)")
    by_hand = replace(filled, vacancy_rate=0.4, agency_cover_rate=0.5)
    assert said(by_hand)[0].endswith("from 40.0% without this change")
    assert said(by_hand)[1].endswith("from 50.0% without this change")
    for source, words in (("own data", "in your own return"), ("synthetic data", "in a synthetic return")):
        own = replace(hackney, own={"vacancy_rate": {"from": source, "n": 100}})
        assert said(own)[0].endswith(f"% {words}") and said(own)[1].endswith("% as published")


def test_a_scenarios_numbers_are_parts_of_the_profiles() -> None:
    scenario = scenario_of(
        {"title": "More", "demand": {"referrals": 750}, "workforce": {"case_holders": "-10%"}}
    )
    both = published_changes(scenario, council(600.0))
    assert [(each.pressure, each.change) for each in both.changes] == [
        ("referrals", pytest.approx(0.25)),
        ("staff", pytest.approx(-0.1)),
    ]
    assert both.sentences[-1] == "Nothing published shows these changes together."
    assert not both.seen


def test_rules_alone_need_no_sentence() -> None:
    for scenario in (AS_PUBLISHED, load_scenario("no-national-limit")):
        assert published_changes(scenario, council()).sentences == ()


def test_one_change_of_a_size_that_was_seen() -> None:
    scenario = scenario_of({"title": "More", "demand": {"referrals": "+20%"}})
    assert published_changes(scenario, council()).seen
    assert not published_changes(load_scenario("winter-surge"), council()).seen

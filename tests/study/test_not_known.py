"""A run says the range that nobody knows: without a limit, with new review points, in two stages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from simkit import compare, indicators, pull, run
from simkit.model.inputs.scenario import scenario_of
from simkit.output.answers.comparison.headline import answer as compared_answer
from simkit.output.answers.result.headline import answer
from simkit.output.answers.result.not_known import in_time_range, late_range, range_data, range_decides
from simkit.study.estimate import Estimate
from simkit.study.experiment import experiment, settings_beside
from simkit.study.result import HEADLINE, IN_TIME, Result

SMALL: dict[str, Any] = {"replications": 5, "engine": "kernel"}


def paths(name: str, scenario: str = "as-published") -> list[str]:
    return [each.path.removeprefix("practice.") for each in experiment(name, scenario).unknowns]


def test_rules_that_were_in_force_when_the_caseload_came_leave_nothing_open() -> None:
    """What people do about their own clocks is in the fit."""
    for name in ("hackney", "wirral", "gloucestershire"):
        assert paths(name) == []
        assert settings_beside(experiment(name)) == []


@pytest.mark.parametrize(
    ("name", "scenario", "expected"),
    [
        ("hackney", "no-national-limit", ["retention"]),
        ("hackney", "reviews-10-and-20", ["pull_review"]),
        ("gloucestershire", "review-day-45", ["pull_review"]),
        ("trials/islington", "as-published", ["pull_review", "retention"]),
        ("national/working-together-2010", "as-published", ["pull_second_stage"]),
        ("national/working-together-2026", "as-published", ["carried_over"]),
    ],
)
def test_what_no_fit_can_know_is_open(name: str, scenario: str, expected: list[str]) -> None:
    assert paths(name, scenario) == expected


def test_a_number_that_the_scenario_sets_is_what_was_asked_for() -> None:
    scenario = scenario_of(
        {
            "title": "Half kept",
            "what_if": "yes",
            "framework": {
                "timescales": {"assessment": "remove"},
                "model": {"practice": {"retention": {"value": "50%", "assumption": "To try it."}}},
            },
        }
    )
    assert experiment("rutland", scenario).unknowns == ()


def test_with_all_of_the_pull_kept_no_limit_is_the_limit() -> None:
    """Its upper end, drawn and run with the rules without a limit, is the run under the limit."""
    without, under = run("rutland", "no-national-limit", **SMALL), run("rutland", **SMALL)
    (whole,) = (end for end in without.not_known if end.steps == (2,))
    assert whole.late.value == under.measures[HEADLINE].value
    assert whole.in_time.value == under.measures[IN_TIME].value


def test_a_run_and_a_comparison_have_the_same_range() -> None:
    alone = run("rutland", "no-national-limit", **SMALL)
    (varied,) = compare("rutland", "no-national-limit", **SMALL).ranges
    levels = [point.levels[1].value for point in varied.points]
    ends = [alone.measures[HEADLINE].value, *(end.late.value for end in alone.not_known)]
    assert ends == levels


def test_an_authority_s_own_clocks_stay_in_the_fit_where_rules_are_compared() -> None:
    """Torbay had its reviews when its caseload came. Only the side with others is moved by their pull."""
    alone = run("torbay", "reviews-5-and-15", **SMALL)
    (varied,) = compare("torbay", "as-published", "reviews-5-and-15", **SMALL).ranges
    own = run("torbay", **SMALL).measures[HEADLINE].value
    assert [point.levels[0].value for point in varied.points] == [own, own, own]
    ends = [alone.measures[HEADLINE].value, *(end.late.value for end in alone.not_known)]
    assert [point.levels[1].value for point in varied.points] == ends


@pytest.fixture(scope="module")
def changed() -> Result:
    """More referrals, and review points whose pull nobody knows."""
    scenario = scenario_of(
        {
            "title": "More referrals, and a review",
            "demand": {"referrals": "+20%"},
            "framework": {
                "reviews": {
                    "first": {
                        "title": "First",
                        "by": "team_manager",
                        "from": "allocated",
                        "at": "5 working days",
                    }
                }
            },
        }
    )
    return run("oxfordshire", scenario, **SMALL)


def test_the_range_of_a_change_holds_the_year_in_which_nobody_responds(changed: Result) -> None:
    silent = changed.without_response
    assert silent is not None and range_decides(changed)
    assert silent[HEADLINE].high > max(end.late.high for end in changed.not_known), "else nothing is tested"
    assert late_range(changed).endswith(f" and {silent[HEADLINE].high:.0f} in 100")
    assert in_time_range(changed).startswith(f"{silent[IN_TIME].low:.1f}%")
    told = answer(changed)
    assert "nobody knows how far people work to a review point or whether the service would respond" in told
    assert f"If nobody responded: {silent[HEADLINE].value:.1f}%" in told


def test_a_range_without_the_year_of_endless_waits_says_that_it_leaves_it_out(changed: Result) -> None:
    """With more work than hours, how long children wait depends on how long is simulated."""
    silent = changed.without_response
    assert silent is not None
    full = replace(silent["utilisation_team_manager_pct"], value=99.0)
    found = replace(changed, without_response={**silent, "utilisation_team_manager_pct": full})
    lines = answer(found).splitlines()
    assert any(
        line.startswith("If the service responds as services did in 2016 to 2023: between ") for line in lines
    )
    assert not late_range(found).endswith(f" and {silent[HEADLINE].high:.0f} in 100")


def test_the_answer_is_the_range_and_names_no_single_figure() -> None:
    found = run("rutland", "no-national-limit", **SMALL)
    assert range_decides(found)
    first, *_ = answer(found).splitlines()
    assert first.startswith("Between ") and "Evidence does not settle" in first
    assert "rule out nothing from 0% to 100%" in first
    values = [100 * each["steps"]["practice.retention"] for each in range_data(found)]
    assert values == [50.0, 100.0]
    shown = " ".join(str(indicators(found)).split())
    assert "not settled by evidence" in shown


def test_the_range_holds_every_end_and_never_has_two_ends_alike() -> None:
    """Of few late children both ends round to 0: "between 0 and 0 in 100" would say that nobody waits.

    The lowest interval need not be that of the lowest value.
    """
    found = run("rutland", "no-national-limit", **SMALL)

    def late(value: float, low: float, high: float) -> Estimate:
        return replace(found.measures[HEADLINE], value=value, low=low, high=high, replications=5)

    def between(assumed: Estimate, *others: Estimate) -> str:
        ends = tuple(replace(end, late=each) for end, each in zip(found.not_known, others, strict=True))
        return late_range(replace(found, measures={**found.measures, HEADLINE: assumed}, not_known=ends))

    assert between(late(0.3, 0.2, 0.4), late(0.2, 0.1, 0.3), late(0.1, 0.1, 0.2)) == (
        "Between 0.1 and 0.4 in 100"
    )
    assert between(late(7, 6, 8), late(9, 2, 16), late(50, 40, 60)) == "Between 2 and 60 in 100"


def test_a_pulled_run_has_the_same_range() -> None:
    *_, last = pull("rutland", "reviews-10-and-20", **SMALL)
    assert last.not_known == run("rutland", "reviews-10-and-20", **SMALL).not_known


DRAFT = """\
simkit: framework/1
la_code: 931
title: A draft for Oxfordshire
based_on: national/working-together-2023
status: draft
timescales:
  usual:
    title: Usual limit
    from: referral
    to: authorised
    within: {days} working days
"""


@pytest.mark.parametrize(("days", "expected"), [(35, []), (25, ["pull_local_limit"])])
def test_a_draft_with_the_limit_that_was_in_force_leaves_nothing_open(days: int, expected: list[str]) -> None:
    """Oxfordshire had a limit of 35 working days when its caseload came, so its effect is in the fit."""
    text = DRAFT.format(days=days)
    assert paths(text) == expected
    found = compare(text, "as-published", "quarter-vacant", **SMALL)
    same = "the same on every side: how far people work to a local limit (assumed: not at all)."
    told = compared_answer(found)
    assert (f"Also not known, but {same}" in told) == bool(expected)
    assert (", if people do not work to a local limit. Compared with that:" in told) == bool(expected)


def test_a_comparison_says_from_which_share_of_vacant_posts_a_side_comes() -> None:
    """A quarter vacant is a fall where more are vacant now: it read as good news."""
    told = compared_answer(compare("hackney", "as-published", "quarter-vacant", **SMALL))
    assert "The share of posts vacant falls from 31.1% as published to 25.0% here." in told

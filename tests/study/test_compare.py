"""Comparisons: exact differences and rankings, laws of pairing, what is not known, files and bad input."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from figure_checks import said as figure_words
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtrit
from typer.testing import CliRunner

from simkit.cli.app import app
from simkit.common.blocks import Table
from simkit.common.errors import SimkitError
from simkit.common.json_data import finite
from simkit.common.text import lower_first
from simkit.framework.check import load
from simkit.framework.library import NameNotFound, find, find_scenario
from simkit.framework.problem import FrameworkError
from simkit.model.inputs.practice import practice_of
from simkit.model.inputs.scenario import AS_PUBLISHED, load_scenario, scenario_of
from simkit.model.inputs.staffing import CASE_HOLDER
from simkit.model.measures.day_counts import Convention
from simkit.model.measures.definitions import Definition
from simkit.model.workload.sample import sample
from simkit.output.answers.comparison.figures import unknown_figures
from simkit.output.answers.comparison.headline import answer, question
from simkit.output.answers.comparison.sentences import (
    banner,
    cautions,
    difference_words,
    from_to,
    label_list,
    runs_verdict,
    signed,
    values_in_percent,
)
from simkit.output.figures.alternative import in_words
from simkit.output.render.terminal import SCREEN
from simkit.study.compare.arms import ArmPlan, arms_of, frameworks_and_scenarios, host_of, on_host
from simkit.study.compare.at_home import AtHome, AtHomes, compare_at_home
from simkit.study.compare.compare import Comparison, compare, of_sides_with_hours
from simkit.study.compare.paired_difference import (
    FEW,
    PairedDifference,
    paired_difference,
    replications_needed,
    unpaired_difference,
)
from simkit.study.compare.plan_file import comparisons, find_plan
from simkit.study.compare.ranking import ranking
from simkit.study.compare.robustness import RESPONSE_PATHS, Point, Range, variants_of, with_own_staff
from simkit.study.compare.same_work import same_work
from simkit.study.compare.unknowns import UNKNOWNS, range_points, relevant_unknowns
from simkit.study.estimate import Estimate
from simkit.study.experiment import experiment
from simkit.study.result import HEADLINE

SHARE = Definition("a", "A share", "%", "children")
DAYS = Definition("d", "Days", "working days", "children")
NATION = "national/working-together-2023"
SMALL = "rutland"


def numbers(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


# Differences by hand


def test_a_paired_difference_is_the_mean_of_the_differences() -> None:
    found = paired_difference(SHARE, numbers(10, 20, 30), numbers(12, 21, 33))  # differences 2, 1, 3
    assert found.value == pytest.approx(2)
    half = float(stdtrit(2, 0.975)) * 1 / math.sqrt(3)  # their standard deviation is 1
    assert (found.low, found.high) == pytest.approx((2 - half, 2 + half))
    assert found.unit == "points"
    assert found.replications == 3
    assert found.paired


def test_years_without_a_denominator_take_no_part() -> None:
    found = paired_difference(SHARE, numbers(10, np.nan, 30), numbers(12, 21, np.nan))
    assert (found.value, found.replications) == (2, 1)
    assert math.isnan(found.low)


def test_the_same_in_every_year_is_the_same_and_not_unclear() -> None:
    found = paired_difference(SHARE, numbers(10, 20), numbers(10, 20))
    assert (found.value, found.low, found.high) == (0, 0, 0)
    assert found.verdict == "same"
    assert found.more is None
    assert difference_words(found) == "the same"


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ((12, 21, 33), "unclear"),
        ((12, 22.1, 32), "higher"),
        ((8, 18, 27.9), "lower"),
        ((10.1, 19.9, 30), "about the same"),
        ((math.nan, math.nan, math.nan), "not known"),
    ],
)
def test_verdicts(second: tuple[float, ...], said: str) -> None:
    assert paired_difference(SHARE, numbers(10, 20, 30), numbers(*second)).verdict == said


def test_unpaired_differences_have_welchs_interval() -> None:
    found = unpaired_difference(SHARE, numbers(1, 2, 3), numbers(11, 12, 13))
    # Variances 1, three years each: standard error sqrt(2 / 3), four degrees of freedom.
    half = float(stdtrit(4, 0.975)) * math.sqrt(2 / 3)
    assert (found.value, found.low, found.high) == pytest.approx((10, 10 - half, 10 + half))
    assert not found.paired


def test_how_many_more_replications_would_tell() -> None:
    rng = np.random.default_rng(1)
    differences = rng.normal(1, 4, 30)
    more = replications_needed(differences)
    assert more is not None
    mean, spread = abs(differences.mean()), differences.std(ddof=1)

    def half(count: int) -> float:
        return float(stdtrit(count - 1, 0.975)) * float(spread) / math.sqrt(count)

    assert half(30 + more) < mean
    assert half(30 + int(more * 0.9)) >= mean * 0.97, "no more than are needed, give or take one in a hundred"
    assert replications_needed(rng.normal(10, 1, 30)) is None, "clear already"
    assert replications_needed(rng.normal(0, 1, 30) * np.tile([1, -1], 15) * 0 + 0.0) is None, (
        "nothing to tell"
    )
    assert replications_needed(np.tile([5.0, -4.999], 15)) is None, "more than can be run"


@given(
    st.lists(st.floats(-50, 50), min_size=3, max_size=12),
    st.lists(st.floats(-50, 50), min_size=12, max_size=12),
)
def test_turned_round_a_difference_changes_its_sign(first: list[float], second: list[float]) -> None:
    a, b = numbers(*first), numbers(*second[: len(first)])
    change = replace(DAYS, unit="points")  # which may be below 0 as well
    there, back = paired_difference(change, a, b), paired_difference(change, b, a)
    assert there.value == pytest.approx(-back.value, abs=1e-9)
    assert there.low == pytest.approx(-back.high, abs=1e-9)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=2, max_size=12))
def test_a_share_can_not_change_by_more_than_there_is(pairs: list[tuple[float, float]]) -> None:
    """From 20% a share falls by 20 points at most and rises by 80; and 0 stays in an interval that has it."""
    first, second = (numbers(*side) for side in zip(*pairs, strict=True))
    found, free = (
        paired_difference(SHARE, first, second),
        paired_difference(replace(SHARE, unit="x"), first, second),
    )
    before = float(first.mean())
    assert (
        -before - 1e-9 <= found.low <= found.value + 1e-9
        and found.value - 1e-9 <= found.high <= 100 - before + 1e-9
    )
    assert (found.low <= 0 <= found.high) == (free.low <= 0 <= free.high)


# Rankings


def test_all_pairs_hold_together() -> None:
    values = [numbers(1, 2, 3, 4), numbers(2, 4, 3, 5), numbers(9, 8, 9, 8)]
    found = ranking(values)
    assert [(p.first, p.second) for p in found.pairs] == [(0, 1), (0, 2), (1, 2)]
    differences = values[1] - values[0]
    half = float(stdtrit(3, 1 - 0.05 / 3 / 2)) * differences.std(ddof=1) / 2
    assert found.pairs[0].value == pytest.approx(1)
    assert found.pairs[0].high - found.pairs[0].value == pytest.approx(half)


def test_a_side_below_all_others_is_the_lowest_with_certainty() -> None:
    rng = np.random.default_rng(1)
    base = rng.normal(20, 3, 30)
    found = ranking([base, base - 2 + rng.normal(0, 0.1, 30), base + 3])
    assert found.lowest == 1
    assert found.chances == (0, 1, 0)
    assert found.may_be_lowest == (1,)


def test_sides_that_are_the_same_share_the_chance() -> None:
    base = numbers(1, 2, 3)
    found = ranking([base, base, base + 1])
    assert found.chances == (0.5, 0.5, 0)
    assert found.lowest is None
    assert found.may_be_lowest == (0, 1)


@given(st.lists(st.lists(st.floats(0, 100), min_size=5, max_size=5), min_size=2, max_size=4))
def test_chances_sum_to_one(values: list[list[float]]) -> None:
    assert sum(ranking([numbers(*each) for each in values]).chances) == pytest.approx(1)


# What nobody knows


def test_which_unknowns_apply() -> None:
    plain, none = load(NATION), load(NATION, load_scenario("no-national-limit").source)
    wirral, reviews = load("wirral"), load(NATION, load_scenario("reviews-5-and-15").source)
    assert relevant_unknowns([plain, plain]) == ()
    assert [u.path for u in relevant_unknowns([plain, none])] == ["practice.retention"]
    assert [u.path for u in relevant_unknowns([plain, reviews])] == ["practice.pull_review"]
    assert {u.path for u in relevant_unknowns([plain, wirral])} == {
        "practice.pull_local_limit",
        "practice.pull_review",
    }
    set_apart = plain.with_numbers({"practice.pull_review": 0.4})
    assert relevant_unknowns([set_apart, reviews]) == (), (
        "where the pull is what is compared it is left alone"
    )


def test_points_go_up_to_the_national_pull_or_to_the_whole() -> None:
    framework = load(NATION)
    pull = practice_of(framework).pull
    assert range_points(UNKNOWNS[0], framework) == (0, pull / 2, pull)
    assert range_points(UNKNOWNS[2], framework) == (0, 0.5, 1)


@pytest.mark.parametrize(
    ("name", "scenario"),
    [
        (NATION, "as-published"),
        (NATION, "reviews-by-priority"),
        (NATION, "reviews-10-and-20"),
        (NATION, "no-national-limit"),
        ("wirral", "as-published"),
        ("bath-and-north-east-somerset", "as-published"),
        ("gloucestershire", "as-published"),
        ("national/working-together-2010", "as-published"),
        ("national/consultation-drafts-2012", "as-published"),
        ("trials/islington", "as-published"),
    ],
)
def test_an_unknown_is_said_to_move_what_it_moves(name: str, scenario: str) -> None:
    host = experiment(SMALL)
    side = on_host(host, name, load_scenario(scenario)).setting
    plain = sample(side, 1, 0).cases.planned_day
    for unknown in UNKNOWNS:
        most = unknown.upper_end(side.framework)
        other = {unknown.path: most if side.framework.number(unknown.path) != most else 0.0}
        moved = sample(replace(side, framework=side.framework.with_numbers(other)), 1, 0).cases.planned_day
        changed = len(moved) != len(plain) or bool((moved != plain).any())
        assert changed == unknown.affects(side.framework), unknown.path


def test_what_an_unknown_does_not_move_is_run_once() -> None:
    host = experiment(SMALL)
    sides = arms_of(host, [ArmPlan(NATION), ArmPlan(NATION, load_scenario("reviews-5-and-15"))])
    found = variants_of([side.experiment.setting for side in sides], host.setting)
    assert len(found.settings) == 4, "both sides, and the one with reviews at half and the whole pull"
    assert found.grid[0].paths == ("practice.pull_review",)
    assert [numbers_ for _, _, numbers_ in found.grid[0].steps] == [(0, 1), (0, 2), (0, 3)]


def test_two_stages_have_the_staff_that_their_work_implies_and_are_also_tried_with_the_others() -> None:
    host = experiment(SMALL)
    sides = arms_of(host, [ArmPlan("national/working-together-2010"), ArmPlan(NATION)])
    settings = [with_own_staff(side.experiment.setting, host.setting) for side in sides]
    assert settings[0].staffing.fte["social_worker"] > host.setting.staffing.fte["social_worker"]
    assert settings[1] is sides[1].experiment.setting, "a single stage keeps the host's"
    found = variants_of(settings, host.setting)
    (staff,) = [row for row in found.grid if row.kind == "staff"]
    two_stages, one = staff.steps[1][2]
    assert found.settings[two_stages].staffing.fte == pytest.approx(host.setting.staffing.fte)
    assert one == 1, "and is run once"
    assert found.overfull == {two_stages}, "more work than hours, though each role has at least four people"
    (hours,) = [row for row in found.grid if row.kind == "hours"]
    few, assumed, many = (found.settings[numbers_[0]] for _, _, numbers_ in hours.steps)
    assert assumed == settings[0]
    assert few.staffing.fte[CASE_HOLDER] < assumed.staffing.fte[CASE_HOLDER] < many.staffing.fte[CASE_HOLDER]
    assert [row.paths for row in found.grid if row.kind == "number"] == [("practice.pull_second_stage",)]


def test_whether_the_service_responds_to_a_change_is_one_more_thing_that_is_not_known() -> None:
    """Off and on: off is the arm without its response, on is the arm itself, and other arms run once."""
    host = experiment(SMALL)
    more = scenario_of({"title": "More", "demand": {"referrals": "+20%"}})
    arms = [each.experiment.setting for each in arms_of(host, [ArmPlan(SMALL), ArmPlan(SMALL, more)])]
    variants = variants_of(arms, host.setting)
    (row,) = variants.grid
    off, on = row.steps
    assert row.paths == RESPONSE_PATHS and set(row.paths) < set(host.framework.numbers)
    assert off[2] == (0, 2) and on[2] == (0, 1)
    silent = variants.settings[2]
    assert silent.response is None and silent.onset == arms[1].without_response.onset
    assert silent.staffing.fte == arms[1].without_response.staffing.fte
    rules_alone = arms_of(host, [ArmPlan(SMALL), ArmPlan(SMALL, load_scenario("review-day-45"))])
    settings = [each.experiment.setting for each in rules_alone]
    assert RESPONSE_PATHS not in [row.paths for row in variants_of(settings, host.setting).grid]


def point(share: float, value: float, half: float) -> Point:
    differences = numbers(value - half, value + half) if half else numbers(value, value)
    first = numbers(0, 0)
    found = paired_difference(SHARE, first, differences)
    made = replace(found, low=value - half, high=value + half)
    return Point(share, "", (), (made,), ranking([first, differences]))


@pytest.mark.parametrize(
    ("values", "holds", "settled"),
    [
        ([(-5, 1), (-3, 1), (-2, 1)], "settled", True),
        ([(-5, 1), (0.6, 1), (4, 1)], "changes sign", False),
        ([(-5, 1), (-3, 1), (-0.4, 1)], "depends", False),
        ([(-0.6, 1), (0.6, 1), (0.7, 1)], "unclear", True),
        ([(0, 0), (0, 0), (0, 0)], "settled", True),
    ],
)
def test_whether_an_answer_holds_over_a_range(
    values: list[tuple[float, float]], holds: str, settled: bool
) -> None:
    found = Range("x", (), tuple(point(n / 2, value, half) for n, (value, half) in enumerate(values)))
    assert found.holds(0) == holds
    assert found.settled(0) == settled


def test_where_the_sign_changes() -> None:
    found = Range("x", (), (point(0, -4, 1), point(0.5, -1, 1), point(1, 1, 0.5)))
    assert found.crossings(0) == pytest.approx((0.75,))


# Sides


def test_names_are_sorted_into_frameworks_and_scenarios(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "# mine\nsimkit: scenario/1\ntitle: Mine\nworkforce:\n  vacancies: 30%\n", encoding="utf-8"
    )
    frameworks, scenarios = frameworks_and_scenarios(
        ["hackney", "winter-surge", str(file), "Hackney", "trials/hackney"]
    )
    assert frameworks == ("hackney", "trials/hackney")
    assert [each.title for each in scenarios] == ["Winter surge", "Mine"]
    with pytest.raises(NameNotFound, match=r"framework or scenario called 'winter-surg'.*winter-surge"):
        frameworks_and_scenarios(["winter-surg"])


def test_a_counterpart_runs_on_the_hosts_caseload_staff_and_practice() -> None:
    host = experiment(SMALL)
    changed = replace(host, framework=host.framework.with_numbers({"practice.span_median": 31.0}))
    there = on_host(changed, "wirral")
    assert there.framework.name == "wirral"
    assert there.framework.number("practice.span_median") == 31
    assert there.profile == host.profile
    assert there.setting.staffing == host.setting.staffing
    assert there.framework.number("practice.pull_review") == load("wirral").number("practice.pull_review")


def test_what_a_scenario_sets_of_practice_wins_over_the_hosts() -> None:
    host = experiment(SMALL)
    fitted = replace(
        host,
        framework=host.framework.with_numbers({"practice.slip": 0.2, "practice.margin": 9.0}),
        setting=replace(host.setting, practices=({"practice.slip": 0.21, "practice.margin": 9.5},)),
    )
    no_slip = scenario_of(
        {
            "title": "No slip",
            "framework": {
                "model": {"practice": {"slip": {"value": "0%", "assumption": "to see what it does"}}}
            },
        }
    )
    there = on_host(fitted, NATION, no_slip)
    assert there.framework.number("practice.slip") == 0
    assert there.framework.number("practice.margin") == 9
    assert there.setting.practices == ({"practice.margin": 9.5},)


def test_practice_numbers_of_a_file_that_are_left_aside_are_named(tmp_path: Path) -> None:
    """Nobody should change a number, see the same answer and not be told why."""
    file = tmp_path / "draft.yaml"
    own = "    pull_national_limit:\n      value: 55%\n      assumption: Our own estimate.\n"
    own += "    pull_review:\n      value: 10%\n      assumption: Our own estimate.\n"
    head = f"simkit: framework/1\ntitle: Draft\nstatus: draft\nbased_on: {NATION}\n"
    file.write_text(f"{head}model:\n  practice:\n{own}", encoding="utf-8")
    host = experiment(SMALL)
    wanted = (ArmPlan(SMALL), ArmPlan(str(file)))
    assert [side.replaced for side in arms_of(host, wanted)] == [(), ("pull_national_limit",)]
    own_pull = {"value": "40%", "assumption": "to see what it does"}
    changes = {"model": {"practice": {"pull_national_limit": own_pull}}}
    sets_it = scenario_of({"title": "Own pull", "framework": changes})
    assert arms_of(host, (ArmPlan(str(file), sets_it),))[0].replaced == (), "the scenario's counts"
    found = compare(SMALL, str(file), replications=5, workers=1)
    assert "Not used: pull_national_limit in the file of Draft." in answer(found)


def test_on_whose_caseload() -> None:
    assert host_of(None, ["national/working-together-2013", "trials/hackney"], None).profile.name == "Hackney"
    assert host_of(None, [NATION], None).profile.name.startswith("England")
    assert host_of("england", ["hackney"], None).profile.name.startswith("England")
    assert host_of("Rutland", ["hackney"], None).profile.name == "Rutland"


# Whole comparisons


@pytest.fixture(scope="module")
def reviewed() -> Comparison:
    return compare(SMALL, "as-published", "reviews-5-and-15", replications=5, workers=1)


def test_compared_with_itself_nothing_differs(tmp_path: Path) -> None:
    file = tmp_path / "again.yaml"
    text = "simkit: scenario/1\ntitle: Again\n"
    file.write_text(text, encoding="utf-8")
    found = compare(SMALL, str(file), replications=5, workers=1)
    assert found.ranges == ()
    for each in found.paired_differences[0].values():
        assert each.verdict in ("same", "not known"), each
    assert found.ranking.chances == (0.5, 0.5)
    assert found.lowest is None


def test_sides_see_the_same_cases_and_each_equals_its_own_run(reviewed: Comparison) -> None:
    from simkit.study.experiment import run

    alone = run(SMALL, replications=5, workers=1)
    before = reviewed.results[0].measures
    assert {n: e.value for n, e in before.items() if e.value == e.value} == {
        n: e.value for n, e in alone.measures.items() if e.value == e.value
    }
    assert reviewed.paired_differences[0]["cohort_assessments"].verdict == "same"


def levels_of(comparison: Comparison) -> tuple[Estimate, ...]:
    """The share of each side, as at a point of a range that doesn't move it."""
    return tuple(each.measures[HEADLINE] for each in comparison.results)


def test_where_the_unknown_decides_who_is_lowest_no_side_is_named(reviewed: Comparison) -> None:
    """Two sides surely below the first at every value tried, in another order at one end of the range."""
    high = numbers(90.0, 91.0, 92.0, 93.0)
    low, mid = high - 60, high - 40
    made = [replace(paired_difference(SHARE, high, each), measure=HEADLINE) for each in (low, mid)]
    order, other = ranking([high, low, mid]), ranking([high, mid, low])
    assert (order.lowest, other.lowest) == (1, 2)
    levels = (*levels_of(reviewed), *levels_of(reviewed)[1:])
    ends = tuple(Point(share, "", levels, tuple(made), rank) for share, rank in ((0.0, order), (1.0, other)))
    found = replace(
        reviewed,
        arms=(*reviewed.arms, replace(reviewed.arms[1], label="Third")),
        results=(*reviewed.results, reviewed.results[1]),
        replications=FEW,
        paired_differences=tuple({HEADLINE: each} for each in made),
        ranking=order,
        ranges=(Range("A pull", ("a",), ends),),
    )
    assert found.settled_by_evidence, "each is lower than the first, whatever holds"
    assert found.lowest is None
    assert not found.ranked
    assert "fewest" not in answer(found)
    one_way = replace(found, ranges=(Range("A pull", ("a",), (ends[0], ends[0])),))
    assert one_way.ranked
    fewest = f"{found.arms[1].label} has the fewest children over 45 working days, at everything tried."
    assert fewest in answer(one_way)

    few = replace(one_way, replications=FEW - 1)
    assert not few.ranked, f"a chance of the fewest from {few.replications} simulated years means nothing"


def test_a_review_is_shown_over_the_range_of_its_pull(reviewed: Comparison) -> None:
    (only,) = reviewed.ranges
    assert only.paths == ("practice.pull_review",)
    assert [each.share for each in only.points] == [0, 0.5, 1]
    assert only.points[0].paired_differences[0] == reviewed.headline[0]
    assert only.points[2].levels[1].value < only.points[0].levels[1].value, (
        "a review that pulls makes fewer late"
    )
    said = answer(reviewed)
    assert ("Evidence does not settle it" in said) == (not reviewed.settled_by_evidence)


def test_the_answer_has_figures_difference_and_what_decides_it(reviewed: Comparison) -> None:
    """In short sentences: nobody should have to look for the difference, or guess what is not known."""
    apart = replace(reviewed.headline[0], value=-4.1, low=-5.9, high=-2.4)
    said = answer(
        replace(reviewed, paired_differences=({**reviewed.paired_differences[0], HEADLINE: apart},))
    )
    assert f"{reviewed.results[0].measures[HEADLINE].value:.1f}%" in said
    label = reviewed.arms[1].label
    settled = replace(reviewed, ranges=(), paired_differences=({HEADLINE: apart},))
    few = "" if apart.replications >= FEW else " There are few simulated years."
    assert f"{label}: 4 fewer in 100 children (2.4 to 5.9 points lower).{few}" in answer(settled)
    assert "Not known: how far people work to a review point." in said
    assert max(len(sentence) for line in said.splitlines() for sentence in line.split(". ")) < 160
    assert [line.startswith(label) for line in said.splitlines()] == [False, True, False]
    assert said.splitlines()[0].startswith(f"{reviewed.arms[0].label}: ")


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((-5.9, -2.4), "2.4 to 5.9 points lower"),
        ((2.4, 5.9), "2.4 to 5.9 points higher"),
        ((-0.8, 0.6), "0.8 points lower to 0.6 higher"),
        ((-2.3, 0.0), "0.0 to 2.3 points lower"),
        ((0.0, 2.3), "0.0 to 2.3 points higher"),
        ((0.0, 0.0), "0.0 to 0.0 points lower"),
    ],
)
def test_the_ends_of_a_difference_are_said_without_signs(ends: tuple[float, float], words: str) -> None:
    assert from_to(*ends) == words


def test_more_years_are_named_only_where_they_would_settle_it(reviewed: Comparison) -> None:
    """An answer that hangs on what nobody knows is not settled by simulating longer."""
    one = numbers(*range(10, 20))
    unclear = replace(paired_difference(SHARE, one, one + numbers(*[-1, 2] * 5)), more=12)

    def told(high_end: PairedDifference) -> str:
        rank = ranking([one, one])
        pairs, levels = enumerate((unclear, high_end)), levels_of(reviewed)
        ends = tuple(Point(n, "", levels, (each,), rank) for n, each in pairs)
        gaps = ({**reviewed.paired_differences[0], HEADLINE: unclear},)
        made = replace(reviewed, paired_differences=gaps, ranges=(Range("A pull", ("a",), ends),))
        return answer(made)

    assert "these runs can't tell" in told(unclear) and "about 12 more simulated years would tell." in told(
        unclear
    )
    other = told(paired_difference(SHARE, one, one - 5 + numbers(*[0, 0.1] * 5)))
    assert "can't tell" not in other and "Evidence does not settle it" in other


def test_what_is_clear_nowhere_is_said_to_be_so(reviewed: Comparison) -> None:
    one = numbers(*range(10, 20))
    unclear = paired_difference(SHARE, one, one + numbers(*[-1, 2] * 5))
    wider = replace(unclear, low=-2.0, high=3.0)
    rank, levels = ranking([one, one]), levels_of(reviewed)
    ends = tuple(Point(n, "", levels, (each,), rank) for n, each in enumerate((unclear, wider)))
    gaps = ({**reviewed.paired_differences[0], HEADLINE: unclear},)
    said = answer(replace(reviewed, paired_differences=gaps, ranges=(Range("A pull", ("a",), ends),)))
    assert "2.0 points lower to 3.0 higher, never clearly." in said


def test_what_was_varied_and_what_was_not_is_named_beside_the_answer(reviewed: Comparison) -> None:
    said = " ".join(cautions(reviewed))
    assert "What we varied: how far people work to a review point. What we did not vary: " in said
    assert "--convention day_1 to see it" in said
    assert "--convention day_0 to see it" in " ".join(
        cautions(replace(reviewed, convention=Convention.DAY_1))
    )
    assert not any(each.startswith("What we varied") for each in cautions(replace(reviewed, ranges=())))


def test_a_sure_and_very_small_difference_is_said_to_be_small(reviewed: Comparison) -> None:
    small = replace(reviewed.headline[0], value=0.1, low=0.03, high=0.2)
    assert (small.verdict, runs_verdict(small)) == ("higher", "higher, by very little")
    gaps = ({**reviewed.paired_differences[0], HEADLINE: small},)
    assert "under 1 more in 100 children" in answer(replace(reviewed, paired_differences=gaps, ranges=()))
    assert runs_verdict(replace(small, value=2.0, low=1.0, high=3.0)) == "higher"


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((-0.5, 26.4), "up to 26 more in 100 children, or under 1 fewer (0.5 points lower to 26.4 higher)"),
        ((-18.8, 0.8), "up to 19 fewer in 100 children, or under 1 more (18.8 points lower to 0.8 higher)"),
        ((-0.4, 0.3), "under 1 fewer or more in 100 children (0.4 points lower to 0.3 higher)"),
        ((-5.6, 1.2), "from 6 fewer to 1 more in 100 children (5.6 points lower to 1.2 higher)"),
    ],
)
def test_the_ends_of_what_is_not_known_read_as_people_say_them(
    reviewed: Comparison, ends: tuple[float, float], words: str
) -> None:
    """No "from under 1 fewer to 26 more"."""
    low, high = (replace(reviewed.headline[0], value=end, low=end, high=end) for end in ends)
    first, *_, last = reviewed.ranges[0].points
    points = (replace(first, paired_differences=(low,)), replace(last, paired_differences=(high,)))
    varied = (replace(reviewed.ranges[0], points=points),)
    gaps = ({**reviewed.paired_differences[0], HEADLINE: low},)
    said = answer(replace(reviewed, paired_differences=gaps, ranges=varied))
    assert f": {words}, depending on what is not known." in said


def test_of_many_sides_each_interval_is_said_to_be_for_itself(reviewed: Comparison) -> None:
    def told(found: Comparison) -> bool:
        (table,) = found.report().sections[0].blocks
        assert isinstance(table, Table)
        return "One difference in twenty will look real by chance." in table.notes

    many = replace(
        reviewed,
        arms=(*reviewed.arms, reviewed.arms[1]),
        results=(*reviewed.results, reviewed.results[1]),
        paired_differences=reviewed.paired_differences * 2,
        narrowing=(*reviewed.narrowing, reviewed.narrowing[1]),
        ranking=ranking([numbers(1, 2)] * 3),
        differences=reviewed.differences * 2,
        ranges=(),
    )
    assert told(many) and not told(reviewed)


def test_every_comparison_has_a_question(reviewed: Comparison) -> None:
    labels = [side.label for side in reviewed.arms]
    assert question(reviewed).endswith("?") and all(label in question(reviewed) for label in labels)
    assert question(replace(reviewed, question="What?")) == "What?"
    assert reviewed.to_dict()["question"] == question(reviewed)


def test_the_banner_names_what_nobody_agreed_to(reviewed: Comparison) -> None:
    assert banner(reviewed).startswith("Every side with the caseload and practice of")
    assert "not agreed" not in banner(reviewed) and "staff worked out by the model" in banner(reviewed)
    side = reviewed.arms[1]
    draft = replace(side.experiment.framework, status="draft", authority="Somewhere", name="somewhere.yaml")
    mine = replace(side, experiment=replace(side.experiment, framework=draft))
    made = replace(reviewed, arms=(reviewed.arms[0], mine))
    assert banner(made).startswith("Somewhere, draft: not agreed. Every side with")


def test_the_axis_of_an_unknown_counts_as_the_words_of_its_points_do(reviewed: Comparison) -> None:
    (only,) = reviewed.ranges
    said = [point.words for point in only.points]
    low, half, whole = values_in_percent(reviewed, only)
    assert low == 0 and f"({half:.0f}%)" in said[1] and f"({whole:.0f}%)" in said[2]
    (drawn,) = unknown_figures(reviewed).values()
    assert "Share of assessments past a review point" in figure_words(drawn)


def test_narrowing_is_the_gap_between_routes(reviewed: Comparison) -> None:
    for result, narrowing in zip(reviewed.results, reviewed.narrowing, strict=True):
        over = result.measures
        apart = over[f"{HEADLINE}.section_17"].value - over[f"{HEADLINE}.section_47"].value
        assert narrowing["section_17"].value == pytest.approx(apart)


def test_a_comparison_as_plain_data_and_tables(reviewed: Comparison) -> None:
    plain = reviewed.to_dict()
    json.dumps(plain, allow_nan=False)
    label = reviewed.arms[1].label
    assert plain["differences"][label][HEADLINE]["value"] == reviewed.headline[0].value
    assert plain["not_known"][0]["numbers"] == ["practice.pull_review"]
    tables = reviewed.tables()
    assert {"measures", "differences", "all_pairs", "not_known", "assumptions"} == set(tables)
    assert list(tables["differences"].columns[:5]) == [
        "la_code",
        "gss_code",
        "la_name",
        "year",
        "time_period",
    ]
    assert {"all", "section_17", "disabled_children", "section_47", "brief"} <= set(
        tables["differences"]["route"]
    )


def test_the_command_of_a_comparison_repeats_it(reviewed: Comparison) -> None:
    words = reviewed.command.split()
    assert words[:5] == ["simkit", "compare", SMALL, "as-published", "reviews-5-and-15"]
    assert "--authority rutland" in reviewed.command
    assert "--replications 5 --seed 1" in reviewed.command


def test_fewer_staff_makes_more_late() -> None:
    """So many fewer that shorter work does not make up for them."""
    fewer = scenario_of({"title": "Three fifths fewer", "workforce": {"case_holders": "-60%"}})
    found = compare(SMALL, fewer, replications=5, workers=1)
    assert found.headline[0].value > 0
    assert found.paired_differences[0]["utilisation_social_worker_pct"].verdict == "higher"


# Neighbours


def test_areas_are_pooled_by_their_children() -> None:
    from simkit.study.neighbours import _pooled

    def year(share: float, children: float) -> dict[str, float]:
        return {HEADLINE: share, "cohort_assessments": children}

    pooled = _pooled([[year(10, 100), year(20, 100)], [year(40, 300), year(math.nan, 0)]], HEADLINE)
    assert pooled == pytest.approx([32.5, 20])


@pytest.mark.long
def test_an_authority_beside_its_neighbours() -> None:
    from simkit.study.experiment import run
    from simkit.study.neighbours import beside_neighbours

    found = beside_neighbours(SMALL, replications=2, workers=1)
    kinds = [area.kind for area in found.areas]
    known = 10 - len(found.left_out)  # one without published bands is named, not simulated
    assert known >= 8 and kinds == ["own", *["neighbour"] * known, "region", "england"]
    own = run(SMALL, replications=2, workers=1).measures[HEADLINE]
    assert found.areas[0].measures[HEADLINE].value == own.value
    assert not any(gap.paired for area in found.areas for gap in area.gaps.values())
    assert "not paired" in " ".join(found.report().cautions)
    json.dumps(found.to_dict(), allow_nan=False)
    assert len(found.tables()["neighbours"]) == 2 * len(found.areas)


# Files


def test_every_shipped_comparison_names_what_is_there() -> None:
    assert comparisons() == (
        "comparison/review-patterns",
        "comparison/single-assessment",
        "comparison/trials",
    )
    host = experiment(SMALL)
    for name in comparisons():
        plan = find_plan(name)
        assert plan is not None
        sides = arms_of(host, plan.arms)
        assert len(sides) == len(plan.arms)


def test_a_comparison_of_ones_own_finds_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text("simkit: scenario/1\ntitle: Ours\n", encoding="utf-8")
    file = tmp_path / "comparison.yaml"
    file.write_text(
        "simkit: comparison/1\ntitle: Ours\nsides:\n  a:\n    framework: rutland\n  b:\n    framework: "
        "rutland\n"
        "    scenario: ours.yaml\n    title: Our way\n",
        encoding="utf-8",
    )
    plan = find_plan(str(file))
    assert plan is not None
    assert [each.label for each in plan.arms] == ["", "Our way"]
    assert plan.arms[1].scenario.title == "Ours"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "simkit: comparison/1\ntitle: T\nsides:\n  a:\n    framewrok: x\n  b: {}\n",
            "Did you mean `framework`",
        ),
        ("simkit: comparison/1\ntitle: T\nsides:\n  a:\n    framework: rutland\n", "sides"),
        (
            "simkit: comparison/1\nsides:\n  a:\n    framework: x\n  b:\n    framework: y\n",
            "There is no `title`",
        ),
    ],
)
def test_a_comparison_that_is_written_wrong_says_where(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FrameworkError) as caught:
        find_plan(str(file))
    assert said in str(caught.value)
    assert "c.yaml:" in str(caught.value)


def test_comparison_files_are_checked_like_any_other(tmp_path: Path) -> None:
    from simkit.framework.check import check
    from simkit.framework.library import root

    for path in (root() / "scenarios" / "comparisons").glob("*.yaml"):
        assert not check(path), path
    file = tmp_path / "c.yaml"
    file.write_text("simkit: comparison/1\ntitel: T\nsides:\n  a:\n    framework: x\n", encoding="utf-8")
    assert any("`titel`" in each.message for each in check(file).errors)


def test_an_unknown_comparison_is_suggested() -> None:
    with pytest.raises(NameNotFound, match="comparison/review-patterns"):
        find_plan("comparison/review-pattern")


# Bad input


@pytest.mark.parametrize(
    ("names", "options", "said"),
    [
        (["rutland"], {}, "only one thing"),
        (["rutland", "rutland"], {}, "rutland is named twice.*compare rutland winter-surge"),
        (["single-asessment"], {}, "scenario or comparison .*comparison/single-assessment"),
        (["rutland", "as-published"], {}, "only one thing"),
        (["rutland", "winter-surge"], {"replications": 4}, "at least 5"),
        (["rutland", "nowhere"], {}, "no framework or scenario called 'nowhere'"),
        (["rutland", "winter-surge"], {"authority": "atlantis"}, "atlantis"),
        (["rutland", "winter-surge"], {"year": 1999}, "1999"),
    ],
)
def test_what_cannot_be_compared_says_why(names: list[str], options: dict[str, object], said: str) -> None:
    with pytest.raises(SimkitError, match=said):
        compare(*names, **options)  # type: ignore[arg-type]


def test_other_times_are_not_compared() -> None:
    other = scenario_of({"title": "Another year", "horizon": {"from": "2021-04-01", "to": "2022-03-31"}})
    with pytest.raises(SimkitError, match="measure other times"):
        compare(SMALL, other)


def test_rules_of_another_kind_say_that_they_are_not_calibrated() -> None:
    found = compare(
        "national/working-together-2010",
        "national/working-together-2013",
        authority=SMALL,
        replications=5,
        workers=1,
    )
    assert found.not_calibrated == (found.arms[0].label,)
    assert any(each.startswith("Not calibrated: ") for each in cautions(found))
    assert [each.kind for each in found.ranges][:3] == ["number", "hours", "staff"]
    assert found.differences[0].rows


def test_what_a_scenario_comes_to_for_this_authority_is_said() -> None:
    """A quarter of posts vacant is more staff where more are vacant already, and fewer here."""
    said = cautions(compare(SMALL, "quarter-vacant", replications=5, workers=1))
    assert any(each.startswith("Posts vacant: 25.0% in place of ") for each in said)
    assert len(set(said)) == len(said)


def test_a_moving_number_of_few_is_called_chance_and_of_many_may_be_too_much_work(
    reviewed: Comparison,
) -> None:
    def told(open_assessments: float) -> str:
        measures = dict(reviewed.results[0].measures)
        measures["open_assessments"] = replace(measures["open_assessments"], value=open_assessments)
        moving = tuple(replace(each, measures=measures, settled=False) for each in reviewed.results)
        return next(s for s in cautions(replace(reviewed, results=moving)) if s.startswith("Not steady"))

    assert "chance alone" in told(2) and "growing" not in told(2)
    assert "keeps growing" in told(200) and "chance" not in told(200)


def test_words_of_differences() -> None:
    assert signed(-0.01, "points") == "0.0"
    assert signed(-1234.4, "children") == "-1,234"
    one = numbers(*range(10, 20))
    found = replace(paired_difference(SHARE, one, one + numbers(-1, 2, -1, 2, -1, 2, -1, 2, -1, 2)), more=12)
    assert runs_verdict(found) == "unclear; about 12 more simulated years would tell"
    assert runs_verdict(replace(found, more=1)) == "unclear; about one more simulated year would tell"
    assert runs_verdict(replace(found, more=1341)) == "unclear; about 1,300 more simulated years would tell"
    few = paired_difference(SHARE, one[:9], one[:9] + numbers(-1, 2, -1, 2, -1, 2, -1, 2, -1))
    assert runs_verdict(few) == "unclear with so few simulated years; at least 10 are needed"
    assert finite({"a": [float("nan"), 1.0]}) == {"a": [None, 1.0]}


def test_names_with_commas_are_told_apart() -> None:
    assert label_list(["One", "Two", "Three"]) == "One, Two and Three"
    assert label_list(["One, as it is", "Two", "Three"], "or") == "One, as it is; Two; or Three"
    assert label_list(["One, as it is"]) == "One, as it is"
    surge = load_scenario("winter-surge")
    sides = arms_of(
        experiment(SMALL), [ArmPlan(n, s) for n in (SMALL, NATION) for s in (AS_PUBLISHED, surge)]
    )
    assert [each.label.endswith(" (Winter surge)") for each in sides] == [False, True, False, True]


@pytest.mark.slow
def test_the_command(tmp_path: Path) -> None:
    runner = CliRunner()
    out = tmp_path / "out"
    done = runner.invoke(
        app,
        ["compare", SMALL, "reviews-5-and-15", "--replications", "5", "--workers", "1", "--out", str(out)],
    )
    assert done.exit_code == 0, done.output
    printed = [line for line in done.output.splitlines() if not line.startswith("Written:")]
    assert len(printed) <= SCREEN
    for words in ("Not known: ", "over 45 days", "More: ", "Repeat: ", "on time and still be poor"):
        assert words in done.output, words
    assert {"result.json", "differences.csv", "report.json", "not_known.csv"} <= {
        p.name for p in out.iterdir()
    }
    from simkit.output.report.stored import read_report

    assert read_report(out).kind == "compare"
    assert runner.invoke(app, ["compare"]).exit_code == 2
    assert runner.invoke(app, ["compare", SMALL, "wirral", "--neighbours"]).exit_code == 2
    assert runner.invoke(app, ["compare", SMALL]).exit_code == 1
    assert runner.invoke(app, ["compare", "national/working-together-2010", "--neighbours"]).exit_code == 1


def test_the_list_is_of_all_comparisons_or_of_those_named() -> None:
    """A name beside --list is no comparison to be run and is not passed over: its sides are shown."""
    runner = CliRunner()
    every = runner.invoke(app, ["compare", "--list"]).output
    assert all(name in every for name in comparisons()) and "trials/knowsley" not in every
    one = runner.invoke(app, ["compare", "--list", "review-patterns"]).output
    assert "By priority: national/working-together-2023, scenario reviews-by-priority" in one
    assert "comparison/trials" not in one
    wrong = runner.invoke(app, ["compare", "--list", "trails"])
    assert wrong.exit_code == 1 and "comparison/trials" in str(wrong.output)


@pytest.mark.parametrize("name", comparisons())
def test_a_shipped_comparison_goes_by_its_short_name_too(name: str) -> None:
    """And no framework or scenario has that name, so that it can't be taken for one."""
    short = name.removeprefix("comparison/")
    assert find_plan(short) == find_plan(name)
    with pytest.raises(NameNotFound):
        find(short)
    with pytest.raises(NameNotFound):
        find_scenario(short)


def overfull(reviewed: Comparison) -> Comparison:
    """The comparison with all of the managers' time of the second side in use."""
    first, second = reviewed.results
    measures = dict(second.measures)
    measures["utilisation_team_manager_pct"] = replace(measures["utilisation_team_manager_pct"], value=99.0)
    results = (first, replace(second, measures=measures))
    differences = of_sides_with_hours(results, [dict(each) for each in reviewed.paired_differences])
    return replace(reviewed, results=results, paired_differences=differences)


def test_a_side_with_more_work_than_hours_is_called_that_and_has_no_difference(reviewed: Comparison) -> None:
    """Its queues grow for as long as it is run: its share says how long that was."""
    found = overfull(reviewed)
    assert found.overfull == ((), ("team manager",))
    assert math.isnan(found.headline[0].value) and not found.settled_by_evidence
    assert not math.isnan(found.paired_differences[0]["utilisation_team_manager_pct"].value)
    label = found.arms[1].label
    assert f"{label}: more work for the team manager than hours" in answer(found)
    (table,) = found.report().sections[0].blocks
    assert isinstance(table, Table) and table.rows[1][1:] == ("-", "more work than hours")
    assert any(
        each.startswith(f"{label}: over 95% of the time of the team manager") for each in cautions(found)
    )


def test_a_side_without_values_is_in_no_ranking() -> None:
    found = ranking([numbers(1, 2, 3), numbers(math.nan, math.nan, math.nan), numbers(5, 6, 7)])
    assert found.ranked == (0, 2) and found.lowest == 0 and found.may_be_lowest == (0,)
    assert found.chances[0] == 1 and math.isnan(found.chances[1])


def test_sides_that_differ_in_words_alone_are_run_once() -> None:
    """Of most trials only the dispensation is known: other names, sources and roles without a number."""
    host = experiment(SMALL)
    plans = [ArmPlan(f"trials/{name}") for name in ("cumbria", "hackney", "islington", "cumbria")]
    settings = [each.setting for each in arms_of(host, [*plans[:3], replace(plans[3], label="Again")])]
    assert same_work(settings) == (0, 0, 2, 0)
    found = variants_of(settings, host.setting)
    assert found.arms[0] == found.arms[1] == found.arms[3] != found.arms[2]
    fewer = settings[0].with_case_holders(0.9)
    assert same_work([settings[0], fewer]) == (0, 1), "other staff is other work"


def test_what_is_not_known_together_is_tried_in_every_combination_of_its_ends() -> None:
    host = experiment(SMALL)
    names_ = ("national/working-together-2010", NATION, "national/consultation-drafts-2012")
    settings = [
        with_own_staff(each.setting, host.setting) for each in arms_of(host, [ArmPlan(n) for n in names_])
    ]
    found = variants_of(settings, host.setting)
    (together,) = [row for row in found.grid if row.kind == "together"]
    assert len(together.steps) == 4, (
        "two unknowns: the pull of a second stage, and what stays of a limit gone"
    )
    by_side = [{numbers_[side] for _, _, numbers_ in together.steps} for side in range(3)]
    assert [len(each) for each in by_side] == [2, 1, 2], "each side is run once at each end that moves it"
    assert not {number for row in together.steps for number in row[2]} & found.overfull


def test_a_figure_of_own_caseloads_shows_what_nobody_knows(reviewed: Comparison) -> None:
    """It drew the interval of chance alone, and called settled what the answer beside it did not."""
    apart = replace(reviewed.headline[0], value=-4.2, low=-5.9, high=-2.4)
    first = {**reviewed.paired_differences[0], HEADLINE: apart}
    unsettled = replace(reviewed, paired_differences=(first, *reviewed.paired_differences[1:]))
    assert not unsettled.settled(0)
    found = AtHomes("Trials", "", (AtHome("857", "Rutland", unsettled, None),), (), ("a", "b"))
    assert "Evidence settles the difference from As published for 0 of 1 authorities" in found.report().answer
    words = in_words(found.figure())
    assert words.startswith(
        "Children over 45 working days from referral: 0 of 1 differences from As published"
    )
    assert "Rutland: -4.2 (-5.9 to -2.4, over what is not known " in words
    assert ", not settled)" in words


def test_each_side_on_its_own_authority_s_caseload() -> None:
    found = compare_at_home(NATION, SMALL, "isles-of-scilly", replications=5, workers=1)
    assert [home.authority for home in found.homes] == ["Rutland", "Isles of Scilly"]
    alone = compare(NATION, SMALL, authority=SMALL, replications=5, workers=1)
    assert found.homes[0].comparison.headline == alone.headline
    report = found.report()
    (table,) = report.sections[0].blocks
    assert isinstance(table, Table) and [row[0] for row in table.rows] == ["Rutland", "Isles of Scilly"]
    assert "--authority own" in found.command
    json.dumps(found.to_dict(), allow_nan=False)
    assert set(found.tables()["measures"]["la_name"]) == {"Rutland", "Isles of Scilly"}
    assert_each_note_names_whose_it_is(found)
    assert_each_year_is_named(found)


@pytest.mark.parametrize(
    ("names", "year", "step"),
    [
        (("single-assessment",), None, "simkit compare comparison/single-assessment --authority hackney"),
        ((NATION, "national/working-together-2018"), None, f"{NATION} national/working-together-2018 --auth"),
        ((SMALL,), None, "simkit compare national/working-together-2023 rutland --authority own"),
        ((NATION, NATION), None, f"simkit compare {NATION} "),
        ((SMALL, "winter-surge"), None, "simkit compare hackney winter-surge"),
        (("trial",), None, "Did you mean comparison/trials"),
        (("trials",), 2014, "leave --year out: simkit compare comparison/trials --authority own"),
    ],
)
def test_who_has_no_authority_of_their_own_is_told_what_to_write(
    names: tuple[str, ...], year: int | None, step: str
) -> None:
    with pytest.raises(SimkitError) as refused:
        compare_at_home(*names, year=year, replications=5)
    assert step in str(refused.value)


def assert_each_note_names_whose_it_is(found: AtHomes) -> None:
    """The notes were the first authority's, said as if of all: "Its referrals..."."""
    rutland, scilly = found.homes
    told = found.report().cautions
    assert len(told) == len(set(told)) and not any(each.startswith("Its ") for each in told)
    for name in ("Rutland", "Isles of Scilly"):
        assert any(each.startswith(f"{name}: ") for each in told), name
    own = "Working days lost to sickness: 5.0%, as the framework says."
    for homes, words in (
        ((noted(rutland, own), scilly), f"Rutland: {lower_first(own)}"),
        ((noted(rutland, own), noted(scilly, own)), own),
        ((noted(rutland, "Rutland's staff."), scilly), "Rutland's staff."),
        (
            (noted(rutland, "Rutland's staff."), noted(scilly, "Isles of Scilly's staff.")),
            "each authority's staff.",
        ),
    ):
        assert words in replace(found, homes=homes).report().cautions
    (last,) = (each for each in told if "simkit sensitivity" in each)
    assert last.endswith("simkit sensitivity NAME, with the name of an authority")
    alone = replace(found, homes=(rutland,)).report().cautions
    assert any(each.endswith("simkit sensitivity rutland") for each in alone)  # not its code
    assert not any("--authority own" in each for each in (*told, *alone))
    assert "These are the numbers for Rutland." in found.report().sections[1].blocks[0].text  # type: ignore[attr-defined]


def assert_each_year_is_named(found: AtHomes) -> None:
    """The latest year of one authority may be earlier than that of another: no one year is of all."""
    year = found.first.host.profile.year
    assert f"--year {year} " in found.command
    first = found.homes[0]
    host = replace(first.comparison.host, profile=replace(first.comparison.host.profile, year=year - 1))
    earlier = replace(first, comparison=replace(first.comparison, host=host))
    mixed = replace(found, homes=(earlier, *found.homes[1:]))
    (table,) = mixed.report().sections[0].blocks
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == [f"Rutland, {year - 1}", f"Isles of Scilly, {year}"]
    assert str(year) not in table.caption and "--year" not in mixed.command


def noted(home: AtHome, note: str) -> AtHome:
    """One side with another note on its caseload."""
    host = home.comparison.host
    told = replace(host, profile=replace(host.profile, notes=(*host.profile.notes, note)))
    return replace(home, comparison=replace(home.comparison, host=told))


def test_a_column_in_which_nobody_has_a_figure_is_left_out(reviewed: Comparison) -> None:
    """Where evidence settles no difference, the column of differences was "-" in every row."""
    (table,) = (b for b in reviewed.report().sections[0].blocks if isinstance(b, Table))
    apart = replace(reviewed.headline[0], value=-4.2, low=-5.9, high=-2.4)
    rows = tuple({**each, HEADLINE: apart} for each in reviewed.paired_differences)
    unsettled = replace(reviewed, paired_differences=rows)
    assert not any(unsettled.settled(number) for number in range(len(rows)))
    (left,) = (b for b in unsettled.report().sections[0].blocks if isinstance(b, Table))
    assert "difference, points" not in left.heads and len(left.rows[0]) == len(left.heads)
    assert "difference, points" in table.heads or not any(map(reviewed.settled, range(len(rows))))
    homes = AtHomes("Trials", "", (AtHome("857", "Rutland", unsettled, None),), (), ("a", "b"))
    (own,) = (b for b in homes.report().sections[0].blocks if isinstance(b, Table))
    assert not {"difference, points", "published in time"} & set(own.heads)
    assert "last column" not in own.caption


def test_the_rules_of_others_say_nothing_of_them(reviewed: Comparison) -> None:
    assert not any("tried on the caseload" in each for each in cautions(reviewed))
    side = reviewed.arms[1]
    elsewhere = replace(side.experiment.framework, la_code="330")
    arms = (reviewed.arms[0], replace(side, experiment=replace(side.experiment, framework=elsewhere)))
    told = [each for each in cautions(replace(reviewed, arms=arms)) if "tried on the caseload" in each]
    assert len(told) == 1 and "says nothing about those authorities" in told[0]


def test_the_staff_of_two_stages_is_the_same_before_and_after_a_change() -> None:
    """What an arm's own work implies holds in the warm-up too, not only from the day a change begins."""
    host = experiment("hackney").setting
    arm = experiment("national/working-together-2010", "quarter-vacant").setting
    own = with_own_staff(arm, host)
    assert arm.onset is not None and own.onset is not None
    ratios = {
        own.staffing.fte[CASE_HOLDER] / arm.staffing.fte[CASE_HOLDER],
        own.onset.staffing.fte[CASE_HOLDER] / arm.onset.staffing.fte[CASE_HOLDER],
        own.onset.posts.total / arm.onset.posts.total,
    }
    assert max(ratios) == pytest.approx(min(ratios)) and min(ratios) > 1


# Limits that were not read


@pytest.mark.slow
def test_no_number_comes_from_a_limit_that_was_not_read() -> None:
    """The drafts have the conference limit of 2010 for want of their words: no difference is told."""
    found = compare("comparison/single-assessment", authority=SMALL, replications=5, engine="kernel")
    drafts = [arm.framework.name for arm in found.arms].index("national/consultation-drafts-2012")
    told = found.paired_differences[drafts - 1]
    for name in ("published_icpc_within_15_days_pct", "cohort_clock_conference_pct"):
        assert told[name].verdict == "not known", name
    assert told[HEADLINE].verdict != "not known"
    assert any("initial child protection conference" in note for note in cautions(found))


def test_an_edition_that_was_not_read_is_run_as_the_one_before_and_with_nothing_of_its_limit() -> None:
    found = compare(NATION, "national/working-together-2026", authority=SMALL, replications=5)
    assert found.headline[0].verdict == "same", "carried over means the same"
    (range_,) = [each for each in found.ranges if each.paths == ("practice.carried_over",)]
    values = [point.paired_differences[0].value for point in range_.points]
    assert values[0] > values[1] > values[2] == 0
    assert not found.settled_by_evidence

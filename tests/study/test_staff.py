"""Staff: targets in a manager's words, the floor, the search, levers, and bad input."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from simkit.cli.app import app
from simkit.common.blocks import Paragraph, Table
from simkit.common.errors import SimkitError
from simkit.framework.check import load
from simkit.model.measures.day_counts import Convention
from simkit.model.workload.sample import Setting, clocks, sample
from simkit.output.answers.staff import _bounds
from simkit.output.figures.alternative import in_words
from simkit.study.experiment import experiment
from simkit.study.runner import Job
from simkit.study.staff import staff as module
from simkit.study.staff.practice_changes import _each, _with_role
from simkit.study.staff.staff import UNLIMITED, StaffAnswer, confidence_of, search, staff
from simkit.study.staff.target import TargetError, target_of

SMALL = "rutland"
FRAMEWORK = load(SMALL)


# Targets


@pytest.mark.parametrize(
    ("text", "measure", "at_most", "amount", "unit"),
    [
        ("over 45 days <= 10%", "cohort_over_45_days_pct", True, 10, "%"),
        ("Over 45 working days at most 10 per cent", "cohort_over_45_days_pct", True, 10, "%"),
        ("over 45 days, section 17 <= 10", "cohort_over_45_days_pct.section_17", True, 10, "%"),
        ("child seen within 5 days >= 95%", "cohort_clock_target_pct", False, 95, "%"),
        ("conference within 15 days >= 85%", "cohort_clock_target_pct", False, 85, "%"),
        ("median <= 35 days", "cohort_median_days", True, 35, "working days"),
        ("reviews late <= 5%", "cohort_reviews_late_pct", True, 5, "%"),
        ("cohort_drift_stretch <= 1.5", "cohort_drift_stretch", True, 1.5, "times"),
        ("published_within_45_days_pct ≥ 90%", "published_within_45_days_pct", False, 90, "%"),
    ],
)
def test_targets_are_read(text: str, measure: str, at_most: bool, amount: float, unit: str) -> None:
    found = target_of(text, FRAMEWORK)
    assert (found.measure, found.at_most, found.amount, found.unit) == (measure, at_most, amount, unit)


def test_days_count_from_the_referral_or_from_what_is_said() -> None:
    seen = target_of("child seen within 5 days >= 95%", FRAMEWORK).clock
    allocated = target_of("child seen within 5 days of allocation >= 95%", FRAMEWORK).clock
    conference = target_of("conference within 15 days >= 85%", FRAMEWORK).clock
    assert seen is not None and allocated is not None and conference is not None
    assert (seen.start, seen.end, str(seen.amount)) == ("referral", "child_seen", "5 working days")
    assert allocated.start == "allocated"
    assert conference.start == "strategy_discussion"


def test_within_is_what_is_not_over() -> None:
    within, over = target_of("within 45 days >= 90%", FRAMEWORK), target_of("over 45 days <= 10%", FRAMEWORK)
    run = {"cohort_over_45_days_pct": 12.0}
    assert within.value(run) == 88
    assert over.value(run) == 12
    assert not within.is_met(within.value(run)) and not over.is_met(over.value(run))


def test_the_clock_of_a_target_is_measured_and_changes_nothing() -> None:
    setting = experiment("wirral").setting
    wanted = target_of("child seen within 2 days >= 95%", setting.framework)
    other = replace(setting, framework=wanted.on(setting.framework))
    before, after = sample(setting, 1, 0), sample(other, 1, 0)
    for name in ("effort", "wait", "hold", "case", "step"):
        assert (getattr(before.tasks, name) == getattr(after.tasks, name)).all(), name
    assert (before.cases.planned_day == after.cases.planned_day).all()
    assert [c.id for c in clocks(other.framework)] == [c.id for c in clocks(setting.framework)] + ["target"]
    assert before.clocks == after.clocks[:-1], "no other clock covers other routes because of it"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "can't be read"),
        ("quickly", "can't be read"),
        ("bananas <= 10%", "no measure is called 'bananas'"),
        ("cohort_over_45_day_pct <= 10%", "Did you mean cohort_over_45_days_pct"),
        ("over 45 days >= 10%", "Did you mean `over 45 days <= 10%`"),
        ("child seen within 5 days <= 10%", "Did you mean `child seen within 5 days >= 90%`"),
        ("over 45 days <= 110%", "at most 100%"),
        ("over 45 days <= 0.1", "Did you mean 10%, or 0.1%"),
        ("over 0 days <= 10%", "1 to 250"),
        ("over 45 days <= 10 days", "write a percentage"),
        ("median <= 10%", "leave out the %"),
        ("caseload <= 15", "names none to aim for"),
        ("children_per_case_holder <= 15", "names none to aim for"),
        ("headcount >= 40", "names none to aim for"),
        ("open_assessments <= 100", "number of children"),
        ("dog seen within 5 days >= 95%", "'dog seen' is none of"),
        ("child seen within 5 days of birth >= 95%", "'birth' is none of"),
    ],
)
def test_targets_that_cannot_be_read_say_what_to_write(text: str, said: str) -> None:
    with pytest.raises(TargetError) as caught:
        target_of(text, FRAMEWORK)
    assert said in str(caught.value)


@given(st.text(max_size=40))
def test_no_text_ends_in_anything_but_a_target_or_a_sentence(text: str) -> None:
    try:
        target_of(text, FRAMEWORK)
    except TargetError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("text", "share"), [("90%", 0.9), ("90", 0.9), ("0.9", 0.9), (0.75, 0.75), ("99%", 0.99)]
)
def test_confidence_is_read(text: str | float, share: float) -> None:
    assert confidence_of(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "sure", "100%", "10%", "-1", "nan", "1e9"])
def test_confidence_outside_what_can_be_is_refused(text: str) -> None:
    with pytest.raises(SimkitError, match="50% to 99%"):
        confidence_of(text)


def test_a_target_is_kept_with_confidence_where_that_part_of_the_years_keeps_it() -> None:
    target = target_of("over 45 days <= 10%", FRAMEWORK)
    values = np.array([5.0, 6, 7, 8, 9, 9.5, 9.7, 9.8, 9.9, 10, 30])
    assert target.worst(values, 0.9) == 10
    assert target.worst(values, 0.95) > 10
    at_least = target_of("child seen within 5 days >= 95%", FRAMEWORK)
    assert at_least.worst(100 - values, 0.9) == 90


# The search


@given(st.floats(0.71, UNLIMITED))
def test_the_search_finds_the_least_that_is_enough_to_a_hundredth(least: float) -> None:
    low, high = search(lambda factor: factor >= least)
    assert low < least <= high
    assert high / low <= 1.0101


def test_the_search_stops_at_the_least_that_is_tried() -> None:
    assert search(lambda factor: True) == (0.7, 0.7)


def test_the_crossing_of_a_curve() -> None:
    factors = np.array([1.0, 1.1, 1.2])
    assert module._crossing(factors, np.array([4.0, 2.0, -2.0])) == pytest.approx(1.15)
    assert module._crossing(factors, np.array([-1.0, -2.0, -2.0])) == -math.inf
    assert module._crossing(factors, np.array([4.0, 2.0, 1.0])) == math.inf


# With years that are known


@dataclass(frozen=True, eq=False)
class Fake:
    """A runner whose years follow a formula: a floor, and what waits for case holders on top."""

    floor: float
    waits: float
    now: float
    wide: float = 1.0

    @property
    def engine(self) -> object:
        from simkit.model.engine_choice import engine

        return engine("simpy", 1)

    def values(self, names: Sequence[str], jobs: Iterable[Job]) -> Iterator[dict[str, float]]:
        for job in jobs:
            yield {"cohort_over_45_days_pct": self.value(job.setting, job.replication)}

    def value(self, setting: Setting, replication: int) -> float:
        factor = setting.staffing.fte["social_worker"] / self.now
        slip = setting.framework.number("practice.slip") / 0.118
        at = self.wide * (replication / 29 - 0.5)
        return self.floor * slip + self.waits / factor + at


def faked(
    monkeypatch: pytest.MonkeyPatch, target: str, floor: float, waits: float, name: str = SMALL
) -> StaffAnswer:
    from contextlib import contextmanager

    chosen = experiment(name)
    fte = chosen.setting.staffing.fte["social_worker"]
    slip = chosen.framework.with_numbers({"practice.slip": 0.118})
    chosen = replace(chosen, framework=slip, setting=replace(chosen.setting, framework=slip, practices=()))

    @contextmanager
    def known(engine: str, work: int, workers: int | None = None) -> Iterator[Fake]:
        yield Fake(floor, waits, fte)

    monkeypatch.setattr(module, "open_runner", known)
    monkeypatch.setattr(module, "experiment", lambda *_, **__: chosen)
    return staff(name, target, replications=30)


@pytest.mark.slow
def test_the_change_that_is_needed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    # 8 + 6 / f + u with nine in ten u below 0.4: at most 13 from f = 6 / 4.6 = 1.304 on.
    found = faked(monkeypatch, "over 45 days <= 13%", floor=8, waits=6)
    assert found.reachable
    assert found.needs[0].filled == 0.85
    assert found.needs[0].change == pytest.approx(30.4, abs=1.5)
    assert found.needs[0].low <= found.needs[0].change <= found.needs[0].high
    assert found.now.value == pytest.approx(14)
    assert found.now_kept == 0
    assert found.floor.value == pytest.approx(8.75)
    words = found.report()
    assert "assessment time of case holders: 3" in words.answer
    assert "more than now" in words.answer
    # The search comes by changes that are less than a hundredth apart: no two rows say the same.
    curve = next(b for part in words.sections if part.title == "The curve" for b in part.blocks)
    assert isinstance(curve, Table)
    labels = [str(row[0]) for row in curve.rows]
    assert len(set(labels)) == len(labels)


def test_bounds_have_no_minus_before_a_nought() -> None:
    assert _bounds(-0.08, 7.9) == "0 to 8"
    assert _bounds(-3.2, -0.1) == "-3% to +0%"
    assert _bounds(11.7, 20.6) == "12 to 21"


@pytest.mark.slow
def test_less_is_enough_where_the_target_is_kept_already(monkeypatch: pytest.MonkeyPatch) -> None:
    found = faked(monkeypatch, "over 45 days <= 15.9%", floor=8, waits=6)
    assert found.needs[0].change == pytest.approx(100 * (6 / 7.5 - 1), abs=1.5)
    easy = faked(monkeypatch, "over 45 days <= 60%", floor=8, waits=6)
    assert easy.needs[0].at_most
    assert ": even 30% less than now, the least that was tried; " in easy.report().answer


@pytest.mark.slow
def test_an_interval_does_not_end_where_no_more_was_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """With 8.75 + u at the floor and at most 9.2, many years drawn anew are not kept by any staff.

    The answer gave eight times the staff as the end: "(... to 700)". Of a target that the least staff tried
    keeps it gave "(-30% to -30%)".
    """
    hard = faked(monkeypatch, "over 45 days <= 9.2%", floor=8, waits=6)
    assert hard.reachable
    assert hard.needs[0].high_or_more and not hard.needs[0].low_or_less
    assert hard.needs[0].high == pytest.approx(700)
    assert " to 700 or more); " in hard.report().answer
    assert hard.to_dict()["needs"][0]["high_or_more"] is True
    easy = faked(monkeypatch, "over 45 days <= 60%", floor=8, waits=6)
    assert easy.needs[0].low_or_less and not easy.needs[0].high_or_more
    section = next(each for each in easy.report().sections if each.title == "The change of assessment time")
    table = section.blocks[0]
    assert isinstance(table, Table)
    assert {row[3] for row in table.rows} == {"-"}
    wide = faked(monkeypatch, "over 45 days <= 60%", floor=8, waits=6, name="hackney")
    least = "even 30% less than now, the least that was tried; -42% or lower to -22% over the range"
    assert least in wide.report().answer, "'less than now or less' did not say less of what"


@pytest.mark.slow
def test_the_figure_says_of_the_need_what_the_answer_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """It said "needs 30% less", where the answer said that 30% less, the least tried, is enough."""
    easy = faked(monkeypatch, "over 45 days <= 60%", floor=8, waits=6)
    name = easy.experiment.profile.name
    kept = f"{name}: the target of 60% is kept even with 30% less assessment time, the least that was tried"
    assert in_words(easy.figure()).startswith(f"{kept}. ")
    words = "Target 60: kept with assessment time of 30% less than now, the least that was tried."
    assert words in in_words(easy.figure())
    near = replace(easy, needs=(replace(easy.needs[0], change=0.3, at_most=False),))
    assert "as much as now" in near.report().answer
    assert f"{name}: the target of 60% is kept with today's assessment time." in in_words(near.figure())


@pytest.mark.slow
def test_years_that_are_all_alike_have_no_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in every other answer: "0.0% (0.0 to 0.0)" would say that it is known exactly."""
    found = faked(monkeypatch, "over 45 days <= 13%", floor=8, waits=6)
    alike = replace(found, floor=replace(found.floor, value=0.0, low=0.0, high=0.0))
    table = next(b for s in alike.report().sections for b in s.blocks if isinstance(b, Table))
    assert [row[1] for row in table.rows][1] == "0.0%"
    assert "Unlimited case holders: 0.0. Target 13" in in_words(alike.figure())


def test_below_the_floor_no_staff_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = faked(monkeypatch, "over 45 days <= 5%", floor=8, waits=6)
    assert not found.reachable
    assert found.needs == ()
    assert found.over_range is None
    slip = next(each for each in found.levers if each.path == "practice.slip")
    assert slip.reaches
    # In the first ten years nine in ten lie below 8 s + 0.75 - 0.22: at most 5 from s = 0.56 on, and the
    # search goes down in sixteenths.
    assert slip.enough is not None
    assert slip.enough == pytest.approx(0.118 * 0.5)
    said = found.report().answer
    assert said.startswith("Staff alone will not do it: even with unlimited case holders it would be 8.8%")
    assert "One change of practice would" in said and "% of those hurried for the limit went past it" in said


def test_only_what_an_authority_could_do_is_tried() -> None:
    """Answers named a wait of 10 working days in place of 3, more spread, and less time left at the limit."""
    as_written = load("birmingham")
    setting = experiment("birmingham", year=2023).setting
    ends = {path: (before, after) for _, path, _, before, after, _ in _each(setting, as_written)}
    assert not [path for path in ends if path.endswith("_sigma")]
    waits = {path: each for path, each in ends.items() if path.endswith("wait.typical")}
    assert waits["steps.write_up.wait.typical"] == (3.0, 1.0)
    assert all(after < before for before, after in waits.values())
    for path, more in (("margin", True), ("pull_national_limit", True), ("slip", False)):
        before, after = ends[f"practice.{path}"]
        assert (after > before) == more


def test_more_of_another_role_is_there_before_a_change_too() -> None:
    """As case holders are: else the year would begin with queues of managers that the lever takes away."""
    setting = experiment(SMALL, {"title": "Fewer", "workforce": {"case_holders": "-10%"}}).setting
    doubled = _with_role(setting, "team_manager")(2.0)
    assert setting.onset is not None
    assert doubled.onset is not None
    for each, usual in ((doubled, setting), (doubled.onset, setting.onset)):
        expected = {**usual.staffing.fte, "team_manager": 2 * usual.staffing.fte["team_manager"]}
        assert each.staffing.fte == expected
    assert doubled.onset.posts == setting.onset.posts


def test_a_floor_that_only_most_years_keep_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    found = faked(monkeypatch, "over 45 days <= 9%", floor=8, waits=6)
    assert not found.reachable
    assert "met in only 73% of simulated years (mean 8.8%); you asked for 90%" in found.report().answer


@pytest.mark.slow
def test_the_fewest_people_there_can_be_are_said_once_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In Rutland each share of time filled would make fewer than four people, so all give one answer."""
    report = faked(monkeypatch, "over 45 days <= 14%", floor=8, waits=6, name="rutland").report()
    (section,) = [each for each in report.sections if each.title == "The change of assessment time"]
    table, why = section.blocks
    assert isinstance(table, Table) and isinstance(why, Paragraph)
    assert [row[0] for row in table.rows] == ["70% to 95%"]
    assert "fewer than 4 full-time case holders" in why.text and "4 are assumed" in why.text
    assert "; the same over the range" in report.answer
    assert not any("other shares" in caution for caution in report.cautions)


@pytest.mark.slow
def test_where_shares_differ_each_has_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    report = faked(monkeypatch, "over 45 days <= 14%", floor=8, waits=6, name="hackney").report()
    (section,) = [each for each in report.sections if each.title == "The change of assessment time"]
    table = section.blocks[0]
    assert isinstance(table, Table) and len({row[2] for row in table.rows}) == 3
    assert any("other shares" in caution for caution in report.cautions)


# With the model


@pytest.fixture(scope="module")
def answered() -> StaffAnswer:
    return staff(SMALL, "over 45 days <= 17%", replications=10, workers=1)


def test_more_staff_never_makes_more_late(answered: StaffAnswer) -> None:
    values = answered.curve.value
    noise = max(h - v for h, v in zip(answered.curve.high, values, strict=True))
    for before, after in pairwise(values):
        assert after <= before + noise
    assert answered.floor.value <= answered.now.value + 0.01


def test_now_and_floor_are_what_run_would_say(answered: StaffAnswer) -> None:
    from simkit.study.experiment import run

    assert answered.now.value == pytest.approx(
        run(SMALL, replications=10, workers=1).measures["cohort_over_45_days_pct"].value
    )


def test_the_answer_is_written(answered: StaffAnswer) -> None:
    plain = answered.to_dict()
    assert plain["curve"]["change"] == list(answered.curve.change)
    tables = answered.tables()
    assert "curve" in tables and "assumptions" in tables
    report = answered.report()
    assert [p.name for p in report.pictures()] == ["staffing_curve"]
    for forbidden in ("safe caseload of", "headcount", "unlawful"):
        assert forbidden not in report.answer
    assert answered.convention is Convention.DAY_0
    assert '--target "over 45 days <= 17%"' in answered.command


def test_impossible_input_is_refused_before_anything_runs() -> None:
    with pytest.raises(SimkitError, match="too few"):
        staff(SMALL, "over 45 days <= 10%", replications=5)
    with pytest.raises(TargetError):
        staff(SMALL, "soon")


@pytest.mark.slow
def test_the_command(tmp_path: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(app, ["staff", SMALL]).exit_code == 2
    assert runner.invoke(app, ["staff", SMALL, "--target", "x", "--confidence", "sure"]).exit_code == 2
    done = runner.invoke(app, ["staff", SMALL, "--target", "caseload <= 15"])
    assert done.exit_code == 1
    assert "names none to aim for" in done.output
    out = tmp_path / "answer.xlsx"
    words = ["staff", SMALL, "--target", "over 45 days <= 40%", "--replications", "10", "--workers", "1"]
    done = runner.invoke(app, [*words, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "With unlimited case holders" in done.output
    assert out.is_file()
    assert math.isfinite(out.stat().st_size)

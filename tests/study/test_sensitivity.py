"""Sensitivity: the one number that matters in a toy, what is varied, staff under other assumptions, bad
input.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from figure_checks import check, said
from kit import same
from scipy import stats
from typer.testing import CliRunner

from simkit.cli.app import app
from simkit.common.blocks import Table
from simkit.common.errors import SimkitError
from simkit.common.text import lower_first
from simkit.model.inputs.staffing import CASE_HOLDER
from simkit.model.measures.measures import definitions
from simkit.model.workload.sample import sample
from simkit.model.workload.workload import NEVER
from simkit.output.figures import narrowed
from simkit.study import sensitivity as module
from simkit.study.compare.paired_difference import paired_difference
from simkit.study.experiment import experiment
from simkit.study.runner import Job
from simkit.study.sensitivity import acts_only_where, sensitivity, split_assumptions, with_assumptions

pytestmark = pytest.mark.slow

pytest.importorskip("SALib")

SMALL = "rutland"


class Toy:
    """A runner in which one assumption matters, one matters a little and the others not at all."""

    @property
    def engine(self) -> object:
        from simkit.model.engine_choice import engine

        return engine("simpy", 1)

    def values(self, names: Sequence[str], jobs: Iterable[Job], *_: object) -> Iterator[dict[str, float]]:
        for job in jobs:
            number = job.setting.framework.number
            value = 20 + 40 * (number("work.send_back") - 0.15) + 0.1 * (number("staff.handover") - 120) / 120
            noise = np.random.default_rng(job.replication).normal()
            yield {"cohort_over_45_days_pct": value + noise}


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> module.Sensitivity:
    @contextmanager
    def known(engine: str, work: int, workers: int | None = None) -> Iterator[Toy]:
        yield Toy()

    monkeypatch.setattr(module, "open_runner", known)
    return sensitivity(SMALL, replications=5, trajectories=4)


def test_it_finds_the_one_assumption_that_matters(toy: module.Sensitivity) -> None:
    assert [each.number.path for each in toy.decisive] == ["work.send_back"]
    first = toy.influences[0]
    # Its range is 5% to 30% around 15%: 40 points a whole, so -4 and +6; the noise is the same on both sides.
    assert first.at_low.value == pytest.approx(-4)
    assert first.at_high.value == pytest.approx(6)
    assert first.swing == pytest.approx(10)
    assert first.screened == pytest.approx(10), "Morris's effect over the whole range of something straight"
    assert first.spread == pytest.approx(0, abs=1e-9)


def test_what_matters_little_is_told_from_what_does_nothing(toy: module.Sensitivity) -> None:
    known = {each.number.path: each for each in toy.influences}
    assert known["staff.handover"].at_high.value == pytest.approx(0.1)
    assert not known["staff.handover"].matters
    assert known["staff.post_empty"].at_high.verdict == "same"
    assert known["staff.post_empty"].screened == 0


def test_how_long_is_simulated_is_varied_alone(toy: module.Sensitivity) -> None:
    unscreened = {each.number.path for each in toy.influences if np.isnan(each.screened)}
    assert unscreened == {"run.warm_up", "run.run_out"}
    assert all(each.at_high.verdict == "same" for each in toy.influences if each.number.path in unscreened)
    assert "not screened" in repr(toy.report().sections)


def test_in_a_very_large_authority_fewer_years_are_as_sure() -> None:
    # Half of an interval of n years, for one of a hundred differences, is t(n - 1) / sqrt(n) of the spread of
    # a year, which falls with the root of the number of children: 3,361 referred a year are the median.
    few, many = module._REPLICATIONS_OF_MANY, module.REPLICATIONS
    widths = [stats.t.ppf(1 - 0.05 / 102 / 2, n - 1) / np.sqrt(n) for n in (few, many)]
    assert round(3_361 * (widths[0] / widths[1]) ** 2, -2) == module._MANY
    assert module._replications_for(experiment("hackney").profile) == many
    assert module._replications_for(experiment("birmingham").profile) == few


def test_of_many_assumptions_that_do_nothing_none_is_said_to_move_the_answer() -> None:
    draws = np.random.default_rng(5)
    asked = next(d for d in definitions((), ()) if d.name == "cohort_over_45_days_pct")
    many = [paired_difference(asked, draws.normal(20, 3, 8), draws.normal(20, 3, 8)) for _ in range(104)]
    assert any(each.verdict in ("lower", "higher") for each in many), "by chance, each for itself"
    assert not any(each.clear_among(len(many)) for each in many)
    real = paired_difference(asked, draws.normal(20, 0.1, 8), draws.normal(25, 0.1, 8))
    assert real.clear_among(len(many))


def test_no_difference_is_a_negative_nothing() -> None:
    asked = next(d for d in definitions((), ()) if d.name == "cohort_over_45_days_pct")
    small = paired_difference(asked, np.array([20.0, 21.0, 22.0]), np.array([19.97, 20.97, 21.96]))
    assert small.value < 0 and "-0.0" not in str(small)


def test_it_is_said_in_words_data_and_tables(toy: module.Sensitivity) -> None:
    assert "sends an assessment back" in toy.report().answer
    plain = toy.to_dict()
    json.dumps(plain, allow_nan=False)
    assert plain["assumptions"][0]["path"] == "work.send_back"
    assert len(toy.tables()["sensitivity"]) == len(toy.influences)
    assert [picture.name for picture in toy.report().pictures()] == ["sensitivity"]


def test_the_axis_of_the_figure_is_what_is_measured(toy: module.Sensitivity) -> None:
    """It was called "As assumed, %", by the label of the band."""
    assert toy.figure().axes[0].get_xlabel() == f"{toy.measure.title}, %"
    assert "As assumed" in said(toy.figure())


def test_where_chance_may_explain_every_difference_the_largest_is_named(toy: module.Sensitivity) -> None:
    """ "None moves this" stood above a row of +22.9 (+10.4 to +35.4)."""
    few, many = np.array([20.0, 24.0, 28.0, 22.0, 26.0]), np.array([35.0, 49.0, 44.0, 52.0, 40.0])
    wide = paired_difference(toy.measure, few, many)
    assert wide.verdict == "higher" and not wide.clear_among(toy.influences[0].tried)
    first = replace(toy.influences[0], at_low=wide, at_high=replace(wide, value=0.1, low=-0.1, high=0.3))
    found = replace(toy, influences=(first, *(each for each in toy.influences[1:] if not each.matters)))
    told = found.report().answer
    assert "is sure to move this" in told and "chance alone makes a few large ones" in told
    assert f"The largest is that of {lower_first(first.number.title)}: +20.0 (" in told
    assert ") points at its low end." in told


def test_where_years_are_too_few_to_tell_figure_answer_and_table_say_so(toy: module.Sensitivity) -> None:
    """Of 3 years every cell said so, while the figure drew intervals and the answer spoke of them."""
    few = tuple(
        replace(
            each, at_low=replace(each.at_low, replications=4), at_high=replace(each.at_high, replications=4)
        )
        for each in toy.influences
    )
    found = replace(toy, influences=few, replications=4)
    assert not found.decisive
    report = found.report()
    assert "4 simulated years are too few to tell which of" in report.answer
    table = report.sections[0].blocks[0]
    assert isinstance(table, Table)
    assert {cell for row in table.rows for cell in row[3:5]} <= {"too few years to tell", "the same"}
    assert not any("nterval" in text for text in (report.answer, table.caption, *report.cautions[:2]))
    for figure in (found.figure(), narrowed(found.figure())):
        check(figure)
        assert not figure.axes[0].lines and "too few simulated years to tell" in said(figure)
    some = replace(toy, influences=(*toy.influences[:-1], few[0]))
    assert "1 assumption: too few simulated years to tell." in said(some.figure())


def test_every_assumption_with_a_range_is_varied_but_those_of_other_regimes() -> None:
    one, two = experiment("national/working-together-2023"), experiment("national/working-together-2010")
    kept, left = split_assumptions(one)
    assert {n.path for n in kept} | {n.path for n in left} == {n.path for n in one.framework.assumed()}
    assert all(n.low < n.high for n in kept)
    assert "steps.initial_sign_off.effort.typical" in {n.path for n in left}
    assert "steps.initial_sign_off.effort.typical" in {n.path for n in split_assumptions(two)[0]}
    assert "staff.utilisation" in {n.path for n in kept}


def test_staff_follows_the_share_of_time_that_the_caseload_fills() -> None:
    base = experiment("hackney")
    setting = base.setting
    other = with_assumptions(base, {"staff.utilisation": 0.7})
    before, after = setting.staffing.fte[CASE_HOLDER], other.staffing.fte[CASE_HOLDER]
    assert after / before == pytest.approx(setting.framework.number("staff.utilisation") / 0.7)
    assert with_assumptions(base, {}) is setting


def test_an_effort_keeps_its_shape() -> None:
    base = experiment(SMALL)
    before = base.framework.steps["analysis"].effort
    after = with_assumptions(base, {"steps.analysis.effort.typical": 6.0}).framework.steps["analysis"].effort
    assert before is not None and after is not None
    assert after.typical.value == 6
    assert after.high.value / after.typical.value == pytest.approx(before.high.value / before.typical.value)


def test_a_longer_warm_up_begins_earlier() -> None:
    base = experiment(SMALL)
    setting, other = base.setting, with_assumptions(base, {"run.warm_up": 24.0})
    assert other.horizon.calendar.days[0] < setting.horizon.calendar.days[0]
    assert (other.horizon.start, other.horizon.end) == (setting.horizon.start, setting.horizon.end)


def test_the_calibrated_draw_of_a_number_gives_way_to_the_value_asked_for() -> None:
    from dataclasses import replace

    base = experiment(SMALL)
    setting = replace(base.setting, practices=({"practice.slip_days": 5.0, "practice.slip": 0.1},))
    assert with_assumptions(replace(base, setting=setting), {"practice.slip_days": 8.0}).practices == (
        {"practice.slip": 0.1},
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"measure": "over_45"}, "No measure is called 'over_45'"),
        ({"measure": "cohort_over_45_day_pct"}, "Did you mean cohort_over_45_days_pct"),
        ({"replications": 2}, "give at least 3"),
        ({"trajectories": 1}, "has no spread"),
    ],
)
def test_what_cannot_be_asked_says_why(options: dict[str, object], said: str) -> None:
    with pytest.raises(SimkitError, match=said):
        sensitivity(SMALL, **options)  # type: ignore[arg-type]


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(SimkitError, match="install SALib"):
        sensitivity(SMALL)


@pytest.mark.long
def test_the_command() -> None:
    runner = CliRunner()
    words = ["sensitivity", SMALL, "--replications", "5", "--trajectories", "2", "--workers", "1"]
    done = runner.invoke(app, words)
    assert done.exit_code == 0, done.output
    assert re.search("clearly move it|is sure to move this", " ".join(done.output.split()))
    assert "mean effect (Morris)" in done.output


# A change of caseload or staff


def test_under_a_change_the_staff_before_it_follows_an_assumption_too() -> None:
    base = experiment("hackney", "quarter-vacant")
    other = with_assumptions(base, {"staff.utilisation": 0.7})
    assert base.setting.onset is not None and other.onset is not None
    ratio = base.framework.number("staff.utilisation") / 0.7
    for before, after in (
        (base.setting.onset.staffing.fte[CASE_HOLDER], other.onset.staffing.fte[CASE_HOLDER]),
        (base.setting.onset.posts.total, other.onset.posts.total),
        (base.setting.staffing.fte[CASE_HOLDER], other.staffing.fte[CASE_HOLDER]),
    ):
        assert after / before == pytest.approx(ratio)


@pytest.mark.parametrize("name", ["rutland", "gloucestershire", "wirral", "national/working-together-2010"])
def test_what_is_left_out_changes_nothing(name: str) -> None:
    """It saves runs, and would hide an effect if it had one."""
    base = experiment(name)
    work = sample(base.setting, 1, 0)
    assert work.caseload_limit == NEVER, "so other cases fill no place"
    for number in split_assumptions(base)[1]:
        if number.low == number.high:
            continue
        assert acts_only_where(number, base)
        for end in (number.low, number.high):
            other = with_assumptions(base, {number.path: end})
            drawn = sample(other, 1, 0)
            assert other.staffing == base.setting.staffing and drawn.steps == work.steps
            for table in ("cases", "tasks", "workers"):
                same(getattr(drawn, table), getattr(work, table))


def test_what_is_left_out_under_one_framework_is_varied_where_it_acts() -> None:
    def varied(name: str) -> set[str]:
        return {number.path for number in split_assumptions(experiment(name))[0]}

    assert "practice.pull_review" in varied("gloucestershire") - varied("hackney")
    assert "steps.review.effort.typical" in varied("gloucestershire") - varied("birmingham")


def test_a_number_of_the_response_is_varied_only_where_it_acts() -> None:
    calm, pressed = experiment(SMALL), experiment(SMALL, "winter-surge")
    response = {number.path for number in calm.framework.assumed() if number.path.startswith("response.")}
    assert response and response <= {number.path for number in split_assumptions(calm)[1]}
    assert response <= {number.path for number in split_assumptions(pressed)[0]}
    other = with_assumptions(pressed, {"response.throughput": 0.5, "response.front_door": 0.3})
    assert other.response is not None
    assert (other.response.throughput, other.response.front_door) == (0.5, 0.3)

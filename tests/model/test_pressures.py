"""The pressures that the sector names, as shipped scenarios: each does what its text says, and no more."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from command import Command

from simkit.framework.library import find_scenario
from simkit.model.inputs.scenario import load_scenario
from simkit.model.workload.sample import sample
from simkit.model.workload.workload import NEVER, Workload
from simkit.study.experiment import experiment
from simkit.study.result import Experiment

PRESSURES = ("more-administration", "missed-supervision", "caseload-limit")


@cache
def under(scenario: str) -> Experiment:
    return experiment("rutland", scenario)


@cache
def drawn(scenario: str) -> Workload:
    return sample(under(scenario).setting, 1, 0)


def hours(scenario: str) -> float:
    """Minutes for assessments of everybody, in the measured year."""
    work = drawn(scenario)
    first, last = (minute // work.calendar.day_minutes for minute in work.window)
    return float((work.workers.shuts - work.workers.opens)[:, first:last].sum())


@pytest.mark.parametrize("name", PRESSURES)
def test_each_passes_the_check_and_names_its_source(simkit: Command, name: str) -> None:
    file = find_scenario(name)
    ran = simkit("check", file, "--strict")
    assert ran.code == 0, ran.out
    text = file.read_text(encoding="utf-8")
    assert "Community Care" in text or "Department for Education" in text
    assert "ssumption" in text, "what has no source is marked"


@pytest.mark.parametrize("name", PRESSURES)
@pytest.mark.slow
def test_its_note_stands_beside_every_result(simkit: Command, name: str) -> None:
    """With the run's own notes, on the screen and in JSON."""
    scenario = load_scenario(name)
    (note,) = scenario.captions
    assert note.startswith(f"{scenario.title}: ")
    arguments = ("run", "rutland", "--scenario", name, "--replications", 2, "--engine", "simpy")
    assert note.split(". ")[0] in " ".join(simkit(*arguments, "--full").out.split())
    assert note in simkit(*arguments, "--format", "json").out.replace("\\n", " ")


def test_more_administration_leaves_less_of_the_day() -> None:
    """35% in place of 27%: 65 minutes of 73 are left, within the rounding of days."""
    assert under("more-administration").setting.staffing.other_work == 0.35
    assert hours("more-administration") / hours("as-published") == pytest.approx(65 / 73, rel=0.01)


def test_missed_supervision_changes_the_diary_and_no_time() -> None:
    """A quarter of the meetings' time moves to the other work; nobody gains or loses time for assessments."""
    assert under("missed-supervision").framework.number("staff.supervision") == 1.4
    assert under("as-published").framework.number("staff.supervision") == 1.9
    assert hours("missed-supervision") / hours("as-published") == pytest.approx(1, abs=0.002)
    assert not np.array_equal(drawn("missed-supervision").workers.shuts, drawn("as-published").workers.shuts)


def test_missed_supervision_says_that_drift_is_not_known() -> None:
    assert (
        "What missed supervision does to drift is not known"
        in load_scenario("missed-supervision").captions[0]
    )


def test_a_caseload_limit_is_set_and_nothing_else_changes() -> None:
    limited, free = drawn("caseload-limit"), drawn("as-published")
    assert (limited.caseload_limit, free.caseload_limit) == (1600, NEVER)
    assert np.array_equal(limited.tasks.effort, free.tasks.effort)
    assert np.array_equal(limited.workers.opens, free.workers.opens)

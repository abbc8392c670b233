"""What can't be done ends with a result that says so: no hang, and no plausible figure without a word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simkit.model.inputs.staffing import CASE_HOLDER
from simkit.study.experiment import experiment, run_experiment
from simkit.study.result import HEADLINE, Experiment, Result

FOUND = "Not finished: "


@pytest.fixture(scope="module")
def possible() -> Experiment:
    return experiment("rutland")


def ran(chosen: Experiment, **factors: float) -> Result:
    """Two replications with a part of the staff of some roles, or of ``all`` of them."""
    staffing = chosen.setting.staffing
    fte = {role: size * factors.get(role, factors.get("all", 1.0)) for role, size in staffing.fte.items()}
    setting = replace(chosen.setting, staffing=replace(staffing, fte=fte))
    return run_experiment(replace(chosen, setting=setting), replications=2, engine="simpy", workers=1)


def said(result: Result) -> list[str]:
    return [note for note in result.notes if note.startswith(FOUND)]


def test_with_staff_enough_nothing_is_said(possible: Experiment) -> None:
    assert not said(ran(possible))


def test_more_work_than_staff_for_ever_is_said_with_whose_time_is_all_in_use(possible: Experiment) -> None:
    result = ran(possible, all=0.25)
    (note,) = said(result)
    assert "more work than the staff can do" in note and "social worker" in note.split("All in use")[1]
    assert result.measures[HEADLINE].value > 90


def test_nobody_at_all_is_said(possible: Experiment) -> None:
    result = ran(possible, all=0.0)
    (note,) = said(result)
    assert note.startswith("Not finished: 100%") and "All in use" not in note
    assert result.measures[HEADLINE].value == 100


@pytest.mark.parametrize("role", [CASE_HOLDER, "team_manager"])
def test_a_step_that_nobody_is_there_for_is_said(possible: Experiment, role: str) -> None:
    (note,) = said(ran(possible, **{role: 0.0}))
    assert "work that nobody can do" in note

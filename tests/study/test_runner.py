"""Jobs on their way to other processes."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from simkit.model.engine_choice import engine
from simkit.study import runner
from simkit.study.experiment import experiment
from simkit.study.runner import Job, measured

_SETTING = experiment("isles-of-scilly").setting


def test_another_process_gets_a_setting_once_for_all_of_its_jobs() -> None:
    first, second = (pickle.loads(pickle.dumps(Job(_SETTING, 1, number))) for number in range(2))
    assert first.setting is second.setting
    assert (second.seed, second.replication, second.convention) == (1, 1, Job(_SETTING, 1, 1).convention)


def test_a_job_gives_the_same_measures_after_the_journey() -> None:
    job, simpy = Job(_SETTING, 1, 0), engine("simpy", 0)
    sent = measured(pickle.loads(pickle.dumps(job)), simpy)
    assert repr(sent.values) == repr(measured(job, simpy).values)


@pytest.mark.slow
def test_jobs_of_many_settings_keep_few_of_them() -> None:
    settings = [replace(_SETTING) for _ in range(200)]
    sent = [pickle.loads(pickle.dumps(Job(each, 1, 0))).setting for each in settings]
    assert all(each.staffing == _SETTING.staffing for each in sent)
    assert len(runner._PACKED) <= 64

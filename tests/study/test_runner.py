"""Jobs on their way to other processes."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from simkit.model.engine_choice import engine
from simkit.model.workload.sample import Setting
from simkit.study import runner
from simkit.study.experiment import experiment
from simkit.study.runner import Job, measured


@pytest.fixture(scope="module")
def setting() -> Setting:
    return experiment("isles-of-scilly").setting


def test_another_process_gets_a_setting_once_for_all_of_its_jobs(setting: Setting) -> None:
    first, second = (pickle.loads(pickle.dumps(Job(setting, 1, number))) for number in range(2))
    assert first.setting is second.setting
    assert (second.seed, second.replication, second.convention) == (1, 1, Job(setting, 1, 1).convention)


def test_a_job_gives_the_same_measures_after_the_journey(setting: Setting) -> None:
    job, simpy = Job(setting, 1, 0), engine("simpy", 0)
    sent = measured(pickle.loads(pickle.dumps(job)), simpy)
    assert repr(sent.values) == repr(measured(job, simpy).values)


@pytest.mark.slow
def test_jobs_of_many_settings_keep_few_of_them(setting: Setting) -> None:
    settings = [replace(setting) for _ in range(200)]
    sent = [pickle.loads(pickle.dumps(Job(each, 1, 0))).setting for each in settings]
    assert all(each.staffing == setting.staffing for each in sent)
    assert len(runner._PACKED) <= 64

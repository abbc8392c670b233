"""Every number that can be written under ``model:`` changes what is simulated; none is for reading alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from command import Command
from kit import NOWHERE, council, national, review, setting, timescale, with_reviews, without

from simkit.framework.check import load
from simkit.framework.framework import Framework
from simkit.model.inputs.own_rates import OWN_RATES, with_own_rates
from simkit.model.inputs.scenario import scenario_of
from simkit.model.workload.sample import sample
from simkit.study.experiment import experiment
from simkit.study.scenario_setting import setting_under
from simkit.study.sensitivity import with_assumptions


@cache
def frameworks() -> tuple[Framework, ...]:
    """Rules under which every kind of number has something to act on: local limits, reviews and a caseload
    limit; two stages; no national limit; returns from closures and as few people as the work needs."""
    busy = with_reviews(national(), review("first", at="10 working days"))
    limit = timescale("ours", "assessment_started", "authorised", "30 working days")
    busy = replace(
        busy,
        timescales={**busy.timescales, "ours": limit},
        roles={
            **busy.roles,
            "social_worker": {**busy.roles.get("social_worker", {}), "caseload_limit": "12"},
        },
    )
    back = busy.with_numbers({"demand.returns_from_closures": 1.0, "staff.least_people": 0.1})
    not_read = load("national/working-together-2026")
    return busy, load("national/working-together-2010"), without(national(), "assessment"), back, not_read


def written(framework: Framework, path: str) -> Iterator[Framework]:
    """The framework with other values of one number, as its own file would write them."""
    number = framework.numbers[path]
    ends = {number.low, number.high} - {number.value} or {1.5 * number.value + 1}
    for value in sorted(ends):
        changed = framework.with_numbers({path: value})
        own = replace(changed.numbers[path], origin=NOWHERE)
        yield replace(changed, numbers={**changed.numbers, path: own})


PRESSURE = scenario_of(
    {"title": "Pressure", "demand": {"referrals": "+20%"}, "workforce": {"vacancies": "40%"}}
)


def drawn(framework: Framework) -> tuple[Any, ...]:
    """Everything that both engines are given, as it is and under pressure."""
    profile = with_own_rates(framework, council(150.0, rereferral_share=0.5, repeat_share=0.3))
    calm = setting(framework, profile)
    pressed = setting_under(PRESSURE, framework, profile, calm.staffing)
    return tuple(
        part for each in (calm, pressed) for part in (*parts(sample(each, 1, 0)), repr(each.response))
    )


def parts(value: Any) -> Iterator[Any]:
    if is_dataclass(value):
        for each in fields(value):
            yield from parts(getattr(value, each.name))
    else:
        yield value.tobytes() if isinstance(value, np.ndarray) else repr(value)


@cache
def plain(framework: int) -> tuple[Any, ...]:
    return drawn(frameworks()[framework])


@pytest.mark.parametrize("path", national().numbers)
@pytest.mark.slow
def test_every_number_changes_what_is_simulated(path: str) -> None:
    assert any(
        drawn(other) != plain(n)
        for n, framework in enumerate(frameworks())
        for other in written(framework, path)
    )


# Sickness, turnover and agency cover

OWN = """simkit: framework/1
authority: Rutland
la_code: 857
title: Rutland
based_on: national/working-together-2023
status: draft
"""


@pytest.mark.parametrize(
    ("name", "field"), [(path.removeprefix("staff."), OWN_RATES[path]) for path in OWN_RATES]
)
def test_a_rate_in_a_framework_takes_the_place_of_the_published_one(
    tmp_path: Any, name: str, field: str
) -> None:
    file = tmp_path / "rutland.yaml"
    file.write_text(OWN, encoding="utf-8")
    published = experiment(str(file)).profile
    file.write_text(
        OWN + f"model:\n  staff:\n    {name}:\n      value: 12%\n      assumption: Ours.\n", encoding="utf-8"
    )
    own = experiment(str(file))
    assert getattr(own.profile, field) == pytest.approx(0.12) != getattr(published, field)
    staffing = {"absence_rate": "sickness", "turnover_rate": "turnover", "agency_cover_rate": "agency_cover"}
    assert getattr(own.setting.staffing, staffing[field]) == pytest.approx(0.12)
    (note,) = (note for note in own.profile.notes if "as the framework says" in note)
    assert "12.0%" in note and f"{getattr(published, field):.1%}" in note
    assert field not in own.profile.filled


def test_a_scenario_changes_the_frameworks_own_rate(tmp_path: Any) -> None:
    """Points come on top of what the framework writes, and not of what is published."""
    file = tmp_path / "rutland.yaml"
    file.write_text(
        OWN + "model:\n  staff:\n    sickness:\n      value: 4%\n      assumption: Ours.\n", encoding="utf-8"
    )
    scenario = scenario_of({"title": "More", "workforce": {"sickness": "+5 points"}})
    assert experiment(str(file), scenario).setting.staffing.sickness == pytest.approx(0.09)


def test_the_national_rates_stand_for_nobody() -> None:
    assert with_own_rates(national(), council()) == council()


def test_sensitivity_varies_a_rate_of_ones_own(tmp_path: Any) -> None:
    file = tmp_path / "rutland.yaml"
    file.write_text(
        OWN + "model:\n  staff:\n    turnover:\n      value: 12%\n      assumption: Ours.\n", encoding="utf-8"
    )
    chosen = experiment(str(file))
    varied = with_assumptions(chosen, {"staff.turnover": 0.2})
    assert (varied.profile.turnover_rate, varied.staffing.turnover) == (0.2, 0.2)
    assert varied.staffing.sickness == chosen.setting.staffing.sickness


@pytest.mark.parametrize("name", ["sickness", "other_work"])
def test_a_share_that_leaves_nobody_at_work_is_a_problem(simkit: Command, tmp_path: Any, name: str) -> None:
    file = tmp_path / "rutland.yaml"
    text = f"model:\n  staff:\n    {name}:\n      value: 100%\n      range: 1% to 100%\n"
    file.write_text(OWN + text + "      assumption: Ours.\n", encoding="utf-8")
    ran = simkit("check", file)
    assert ran.code == 1 and f"error M022: `{name}` is 100%, which leaves nobody at work." in ran.out


def test_a_comparison_names_the_rates_that_it_leaves_aside(tmp_path: Any) -> None:
    """Every side has the host's staff, so what another file writes of its own has no place there."""
    from simkit.study.compare.arms import ArmPlan, arms_of

    file = tmp_path / "rutland.yaml"
    file.write_text(
        OWN + "model:\n  staff:\n    sickness:\n      value: 4%\n      assumption: Ours.\n", encoding="utf-8"
    )
    host = experiment("rutland")
    arms = arms_of(host, [ArmPlan("rutland"), ArmPlan(str(file))])
    assert [arm.replaced for arm in arms] == [(), ("sickness",)]
    own = arms_of(experiment(str(file)), [ArmPlan("rutland"), ArmPlan(str(file))])
    assert [arm.replaced for arm in own] == [(), ()]

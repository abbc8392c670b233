"""Sides that are run a step at a time have the figures of ``run`` and of ``compare``, from fewer years."""

from __future__ import annotations

from typing import Any

import pytest

import simkit
from simkit.common.display import equal
from simkit.study import side_by_side as module
from simkit.study.side_by_side import SideBySide, Years, side_by_side

SURGE = """simkit: scenario/1
title: A fifth more referrals and a review on day 10
demand:
  referrals: +20%
framework:
  reviews:
    first:
      title: First review
      by: team_manager
      from: allocated
      at: 10 working days
      only_if: still_open
"""
RULES = SURGE.replace("demand:\n  referrals: +20%\n", "").replace("A fifth more referrals and a", "A")


def last(sides: SideBySide) -> tuple[simkit.Result, ...]:
    every = list(sides)
    return every[-1] if every else ()


@pytest.mark.parametrize("scenarios", [(), (SURGE,), (RULES, SURGE)])
@pytest.mark.slow
def test_each_side_has_the_figures_of_a_run(scenarios: tuple[str, ...]) -> None:
    results = last(side_by_side("rutland", *scenarios, replications=6, engine="simpy"))
    runs = [
        simkit.run("rutland", each, replications=6, engine="simpy", workers=1)
        for each in ("as-published", *scenarios)
    ]
    assert list(results) == runs


@pytest.mark.slow
def test_together_they_have_the_figures_of_a_comparison() -> None:
    sides = side_by_side("rutland", RULES, SURGE, replications=6, engine="simpy")
    last(sides)
    compared = simkit.compare(
        "rutland", "as-published", RULES, SURGE, replications=6, engine="simpy", workers=1
    )
    found = sides.comparison()
    assert found is not None
    assert equal(found.paired_differences, compared.paired_differences)
    assert equal(found.ranges, compared.ranges) and equal(found.ranking, compared.ranking)
    assert equal([e.measures for e in found.results], [e.measures for e in compared.results])


@pytest.mark.slow
def test_years_that_are_added_meanwhile_wait_for_the_next_figures() -> None:
    """Another thread adds years while figures are worked out, so each figure names its years beforehand."""
    sides = side_by_side("rutland", SURGE, replications=6, engine="simpy")
    for _ in range(5):
        five = next(sides)
    then = sides.comparison()
    last(sides)
    now = sides.comparison_after(5)
    assert sides.results_after(5) == five and sides.results() != five
    assert then is not None and now is not None and now.replications == 5
    assert equal(now.ranges, then.ranges) and equal(now.paired_differences, then.paired_differences)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every job that is run from now on."""
    jobs: list[Any] = []
    real = module.measured

    def measured(job: Any, engine: Any) -> Any:
        jobs.append(job)
        return real(job, engine)

    monkeypatch.setattr(module, "measured", measured)
    return jobs


@pytest.mark.slow
def test_no_year_is_simulated_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another side is put beside those that are there: their years are not run again."""
    jobs = counted(monkeypatch)
    first = side_by_side("rutland", SURGE, replications=2, engine="simpy")
    last(first)
    before = len(jobs)
    again = SideBySide(first.experiments, first.plan, replications=2, engine="simpy", years=first.years)
    assert again.finished and last(again) == () and len(jobs) == before
    assert again.results() == first.results()
    longer = SideBySide(first.experiments, first.plan, replications=3, engine="simpy", years=first.years)
    last(longer)
    assert len(jobs) == before * 3 / 2


def test_the_first_figures_come_with_the_first_year_of_each_side(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = counted(monkeypatch)
    with side_by_side("rutland", SURGE, replications=1, engine="simpy") as sides:
        assert sides.results() == ()
        sides.step()
        assert sides.results() == () and sides.comparison() is None
        sides.step()
        assert [each.replications for each in sides.results()] == [1, 1] and len(jobs) == 2
        assert sides.results()[1].without_response is None
    assert sides.step() is False, "stopped"


def test_a_side_too_many_is_refused() -> None:
    with pytest.raises(simkit.SimkitError, match="At most 4"):
        side_by_side("rutland", *["winter-surge"] * 4)


def test_settings_with_the_same_work_have_the_same_years() -> None:
    setting = simkit.experiment("rutland").setting
    years = Years()
    one, two = years.of([setting, simkit.experiment("rutland").setting])
    (three,) = years.of([setting.with_case_holders(1.1)])
    assert one is two and three is not one

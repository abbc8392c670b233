"""Results behave as values: equal runs are equal, and whatever names a thing works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import simkit
from simkit.common.display import equal
from simkit.framework.check import load
from simkit.framework.library import find
from simkit.study.result import NO_FILE, Result

SMALL = "isles-of-scilly"


def run(name: Any = SMALL, scenario: Any = "as-published", **options: Any) -> Result:
    return simkit.run(name, scenario, replications=2, seed=1, workers=1, **options)


def test_equal_runs_are_equal_and_others_are_not() -> None:
    one, other = run(), run()
    assert one == other and hash(one) == hash(other)
    assert one != simkit.run(SMALL, replications=2, seed=2, workers=1)
    assert one != replace(other, survival=other.survival + 1)


def test_not_a_number_equals_itself_at_any_depth() -> None:
    nan = float("nan")
    assert equal({"a": (1, [nan])}, {"a": (1, [float("nan")])})
    assert not equal({"a": nan}, {"a": 0.0}) and not equal((1,), [1]) and not equal({"a": 1}, {"b": 1})


def test_an_unknown_measure_gives_the_nearest_names() -> None:
    result = run()
    with pytest.raises(simkit.SimkitError, match="Did you mean cohort_median_days") as error:
        _ = result.measures["cohort_meadian_days"]
    assert isinstance(error.value, KeyError) and "cohort_meadian_days" not in result.measures
    assert result.measures.get("nonsense") is None


def test_an_estimate_is_a_number() -> None:
    estimate = run().measures["cohort_median_days"]
    assert float(estimate) == estimate.value


SURGE = {"title": "More come", "demand": {"referrals": "+20%"}}
SURGE_TEXT = "simkit: scenario/1\ntitle: More come\ndemand:\n  referrals: +20%\n"


@pytest.mark.slow
def test_a_framework_may_be_a_name_a_path_a_text_or_a_value() -> None:
    path = find(SMALL)
    ways = [SMALL, path, str(path), load(SMALL)]
    results = [run(way) for way in ways]
    assert all(equal(each.measures, results[0].measures) for each in results)
    assert results[0].command == results[3].command and str(path) in results[1].command
    text = run(path.read_text(encoding="utf-8"))
    assert equal(text.measures, results[0].measures) and NO_FILE in text.command
    assert "checked when it was loaded" in str([s.blocks for s in text.report().sections])


def test_a_scenario_may_be_a_path_a_text_or_data(tmp_path: Path) -> None:
    file = tmp_path / "more.yaml"
    file.write_text(SURGE_TEXT, encoding="utf-8")
    ways: list[str | Path | Mapping[str, Any]] = [file, SURGE_TEXT, SURGE]
    measures = [run(SMALL, way).measures for way in ways]
    assert equal(measures[0], measures[1]) and equal(measures[1], measures[2])


def test_a_framework_changed_in_python_runs_as_it_is_and_names_no_file() -> None:
    changed = load(SMALL).with_numbers({"practice.pull_national_limit": 0.0})
    assert run(changed).command.startswith(f"simkit run {NO_FILE}")
    with pytest.raises(simkit.SimkitError, match="changed in Python"):
        run(changed, "no-national-limit")


@pytest.mark.slow
def test_an_authority_may_be_the_value_that_names_it() -> None:
    rutland = simkit.authority("rutland")
    assert simkit.profile(rutland) == simkit.profile("rutland") and simkit.authority(rutland) is rutland
    both = {"replications": 5, "seed": 1, "workers": 1}
    named = simkit.compare("gloucestershire", "wirral", authority="rutland", **both)  # type: ignore[arg-type]
    given = simkit.compare(load("gloucestershire"), find("wirral"), authority=rutland, **both)  # type: ignore[arg-type]
    assert equal(named.paired_differences, given.paired_differences)

"""Facts by which one platform is held against another: problems of files, and one replication of a run.

``python facts.py FOLDER [--no-runs]`` reads every framework, scenario and plan in a folder, and prints JSON:
the problems of each; of one replication of some runs every whole number as a digest, and the measures.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from simkit.framework.check import check
from simkit.model.engine_choice import engine
from simkit.model.measures.measures import measure
from simkit.study.experiment import experiment
from simkit.study.runner import simulated

_TODAY = date(2026, 11, 22)
_RUNS = (
    ("isles-of-scilly", "as-published"),
    ("rutland", "winter-surge"),
    ("hackney", "no-national-limit"),
    ("birmingham", "as-published"),
)


def facts(folder: Path, *, runs: bool = True) -> dict[str, Any]:
    """The facts of this platform, as plain data."""
    files = sorted(path for path in folder.rglob("*.yaml"))
    problems = {}
    for path in files:
        found = check([path], today=_TODAY).to_json()
        problems[path.relative_to(folder).as_posix()] = [
            {key: value for key, value in each.items() if key not in ("file", "related")} for each in found
        ]
    return {
        "rpds": str(sys.modules["rpds"].__file__),
        "problems": problems,
        "runs": {f"{name}, {under}": run(name, under) for name, under in _RUNS if runs},
    }


def run(name: str, scenario: str) -> dict[str, Any]:
    """One replication: its whole numbers as digests, and its measures."""
    setting = experiment(name, scenario).setting
    workload, outcome = simulated(setting, seed=1, replication=0, engine=engine("simpy", 0))
    measures = measure(workload, outcome)
    series = {field.name: getattr(measures, field.name) for field in fields(measures)}
    values = series.pop("values")
    return {
        "whole numbers": dict(_digests(outcome)),
        "measures": {key: _number(value) for key, value in sorted(values.items())},
        **{key: [_number(each) for each in value] for key, value in series.items()},
    }


def _digests(outcome: Any) -> Iterator[tuple[str, str]]:
    for field in fields(outcome):
        value = getattr(outcome, field.name)
        if isinstance(value, np.ndarray):
            yield field.name, sha256(np.asarray(value, dtype="<i8").tobytes()).hexdigest()
        else:
            yield field.name, str(value)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


if __name__ == "__main__":
    print(json.dumps(facts(Path(sys.argv[1]), runs="--no-runs" not in sys.argv), sort_keys=True))

"""Pulled runs: the figures of a run, one replication at a time, whichever engine gives them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

import simkit
from simkit.common.errors import SimkitError
from simkit.model import engine_choice
from simkit.study import experiment as experiments
from simkit.study import runner
from simkit.study.experiment import experiment, run, run_experiment
from simkit.study.pulled import pull
from simkit.study.result import Result

needs_numba = pytest.mark.skipif(find_spec("numba") is None, reason="the kernel needs numba")
SMALL = "rutland"


def of(result: Result) -> Result:
    """The result but for the name of the engine, which tells nothing."""
    return replace(result, engine="")


@pytest.mark.parametrize("scenario", ["as-published", "winter-surge"])
@pytest.mark.slow
def test_the_last_figures_of_a_pulled_run_are_those_of_the_run(scenario: str) -> None:
    pulled = list(pull(SMALL, scenario, replications=2, seed=7, engine="simpy"))
    for number, each in enumerate(pulled, 1):
        assert each == run(SMALL, scenario, replications=number, seed=7, engine="simpy", workers=1)


@pytest.mark.slow
def test_without_a_number_it_goes_on_as_long_as_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiments, "LEAST", 2)
    monkeypatch.setattr("simkit.study.pulled.LEAST", 2)
    monkeypatch.setattr(experiments, "_STEP", 2)
    monkeypatch.setattr(experiments, "MOST", 4)
    tried = experiment(SMALL)
    pulled = pull(tried, engine="simpy")
    assert pulled.expected == 2
    results = list(pulled)
    whole = run_experiment(tried, engine="simpy", workers=1)
    assert of(results[-1]) == of(whole)
    assert pulled.expected == pulled.done == whole.replications == 4


def test_it_stops_when_it_is_told_to_and_when_nobody_asks() -> None:
    with pull(SMALL, replications=9, engine="simpy") as pulled:
        first = next(pulled)
        assert (pulled.done, pulled.expected, first.replications) == (1, 9, 1)
    with pytest.raises(StopIteration):
        next(pulled)
    assert first.measures["cohort_over_45_days_pct"].value >= 0


@pytest.mark.slow
def test_an_interrupted_replication_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pulled = pull(SMALL, "winter-surge", replications=2, engine="simpy")
    next(pulled)
    from simkit.study import pulled as module

    plain, calls = runner.measured, [0]

    def interrupted(*arguments: object) -> object:
        calls[0] += 1
        if calls[0] == 2:
            raise KeyboardInterrupt
        return plain(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "measured", interrupted)
    with pytest.raises(KeyboardInterrupt):
        next(pulled)
    assert next(pulled) == run(SMALL, "winter-surge", replications=2, engine="simpy", workers=1)


def test_an_unknown_engine_is_an_error_with_those_there_are() -> None:
    with pytest.raises(SimkitError, match="auto, simpy, kernel"):
        pull(SMALL, engine="fast")


@needs_numba
def test_simpy_begins_and_the_kernel_goes_on_with_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    simpy, kernel = (engine_choice.engine(name, 1) for name in ("simpy", "kernel"))
    monkeypatch.setattr("simkit.study.pulled.chosen_engines", lambda *_: (simpy, kernel))
    monkeypatch.setattr("simkit.study.pulled._COMPILE", "input()")
    pulled = pull(SMALL, replications=3)
    process = pulled._engines.process
    assert process is not None
    results = [next(pulled)]
    process.wait()
    process.returncode = 0
    results += pulled
    assert [each.engine for each in results] == ["simpy", "kernel", "kernel"]
    assert of(results[-1]) == of(run(SMALL, replications=3, engine="simpy", workers=1))


@needs_numba
def test_a_compiler_that_fails_or_is_stopped_leaves_simpy(monkeypatch: pytest.MonkeyPatch) -> None:
    simpy, kernel = (engine_choice.engine(name, 1) for name in ("simpy", "kernel"))
    monkeypatch.setattr("simkit.study.pulled.chosen_engines", lambda *_: (simpy, kernel))
    monkeypatch.setattr("simkit.study.pulled._COMPILE", "raise SystemExit(3)")
    assert [each.engine for each in pull(SMALL, replications=2)] == ["simpy", "simpy"]
    monkeypatch.setattr("simkit.study.pulled._COMPILE", "import time; time.sleep(60)")
    pulled = pull(SMALL, replications=2)
    process = pulled._engines.process
    assert process is not None and process.poll() is None
    begin = time.monotonic()
    pulled.stop()
    assert process.poll() is not None and time.monotonic() - begin < 5


COLD = """
import simkit, time
pulled = simkit.pull("hackney", replications=60)
engines = []
for result in pulled:
    engines.append(result.engine)
print(engines[0], engines[-1], result == simkit.run("hackney", replications=60, engine="kernel"))
"""


@pytest.mark.long
@needs_numba
def test_the_kernel_is_compiled_in_another_process_meanwhile(tmp_path: Path) -> None:
    root = str(Path(simkit.__file__).parents[1])
    env = {**os.environ, "PYTHONPATH": root, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", f'if __name__ == "__main__":\n{_indented(COLD)}'],
        env=env, capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout == "simpy kernel True\n"


def _indented(code: str) -> str:
    return "\n".join(f"    {line}" for line in code.splitlines())

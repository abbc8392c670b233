"""Runs that are pulled: results so far, one replication at a time, until somebody has seen enough."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Self, TypeVar

from simkit.common.arguments import checked_arguments
from simkit.framework.check import GivenFramework
from simkit.model.engine_choice import Engine
from simkit.model.inputs.calibration import Calibration
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.scenario import AS_PUBLISHED, GivenScenario
from simkit.model.measures.day_counts import Convention
from simkit.model.measures.measures import RunMeasures
from simkit.study.experiment import LEAST, experiment, goal_after, settings_beside, summary
from simkit.study.result import Experiment, Result
from simkit.study.runner import Job, chosen_engine, chosen_engines, measured, tasks_of

_COMPILE = "from simkit.study.pulled import compile_kernel; compile_kernel()"
_SMALL = "rutland"


@checked_arguments
def pull(
    name: GivenFramework | Experiment,
    scenario: GivenScenario = AS_PUBLISHED,
    *,
    replications: int | None = None,
    seed: int = 1,
    engine: str = "auto",
    convention: Convention | str | None = None,
    year: int | None = None,
    caseload: Profile | str | Path | None = None,
    calibration: Calibration | str | Path | None = None,
) -> PulledRun:
    """Begin a run that simulates only when asked: an iterator of the results so far.

    ``for result in pull("hackney"): ...`` gives the ``Result`` of one replication, then of two, and so on;
    the last one has the figures that ``run`` gives for the same arguments, bit for bit. Each replication runs
    in this process when it is asked for. To stop, stop asking; ``stop()`` also ends the process that
    compiles.

    Where the fast engine would have to be compiled first, another process does that and SimPy runs the first
    replications meanwhile: both give the same figures. ``name`` may be an ``Experiment``, with its own
    scenario and caseload. Raises as ``run``.
    """
    given = name
    if not isinstance(given, Experiment):
        given = experiment(given, scenario, year=year, caseload=caseload, calibration=calibration)
    return PulledRun(given, replications, seed, engine, Convention.of(convention, (given.framework,)))


T = TypeVar("T")


class Pulled(Iterator[T]):
    """Results so far, for as long as somebody asks for more. As a context it stops when it is left."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether ``stop`` was called."""
        return self._stopped

    def stop(self) -> None:
        """Run no more, and end the process that compiles. What there is stays."""
        self._stopped = True
        self._engines.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class PulledRun(Pulled[Result]):
    """A run that is pulled, made by ``pull``."""

    def __init__(
        self,
        experiment: Experiment,
        replications: int | None,
        seed: int,
        engine: str,
        convention: Convention,
    ) -> None:
        self.experiment = experiment
        self.seed = seed
        self.convention = convention
        self.expected = replications or LEAST
        """Replications in all, as far as is known: without a number given, more where these are too few."""
        self._given = replications
        setting = experiment.setting
        self._settings = [setting, *settings_beside(experiment)]
        self._runs: list[list[RunMeasures]] = [[] for _ in self._settings]
        super().__init__(Engines(engine, len(self._settings) * tasks_of(setting, self.expected)))

    @property
    def done(self) -> int:
        """Replications done."""
        return len(self._runs[-1])

    def __next__(self) -> Result:
        """The result of all replications so far and of one more."""
        if self.done == self.expected:
            self.expected = goal_after(self._runs[0], self.expected, self._given)
        if self._stopped or self.done == self.expected:
            self.stop()
            raise StopIteration
        engine = self._engines.now()
        number = self.done
        for setting, runs in zip(self._settings, self._runs, strict=True):
            if len(runs) == number:  # else an interrupted call has it
                runs.append(measured(Job(setting, self.seed, number, self.convention), engine))
        whole, *beside = self._runs
        return summary(
            self.experiment, whole, beside, seed=self.seed, engine=engine.name, convention=self.convention
        )


class Engines:
    """The engine of the next replication: SimPy until another process has compiled the kernel.

    Without processes, as in WebAssembly, there is no kernel either, and no process is started.
    """

    def __init__(self, name: str, work: int) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.engine, self.later = chosen_engines(name, work)
        if self.later is not None:
            nothing = subprocess.DEVNULL
            command = [sys.executable, "-c", _COMPILE]
            self.process = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing)

    def now(self) -> Engine:
        if self.process is not None and self.process.poll() is not None:
            if self.process.returncode == 0 and self.later is not None:
                self.engine = self.later
            self.process = None
        return self.engine

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def __del__(self) -> None:
        self.close()


def compile_kernel() -> None:
    """Compile the kernel and keep it on disk, by one replication of a small authority."""
    measured(Job(experiment(_SMALL).setting, 1, 0), chosen_engine("kernel", 0))

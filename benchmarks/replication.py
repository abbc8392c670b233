"""A replication from draws to measures: against its kernel alone, on two workers, and at its first use."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from timing import Ratio, Row, child_seconds, side_by_side

from simkit.model.engine_choice import engine
from simkit.model.workload.sample import Setting, sample
from simkit.study.experiment import experiment
from simkit.study.runner import Job, measured, open_runner

__all__ = ["first_use", "rows"]

FRAMEWORK, REPLICATIONS = "hackney", 100
MOST_OF_KERNEL, LEAST_GAIN = 1.6, 1.7
MOST_SECONDS, MOST_MEMORY = 16.0, 240.0  # of the first use, and of a worker in MB

FIRST = "from simkit.study.pulled import compile_kernel; compile_kernel()"
PEAK = f"""
from pathlib import Path
from simkit.study.experiment import run
run("{FRAMEWORK}", replications=30, engine="kernel", workers=1)
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


def rows(times: int) -> list[Row]:
    """One authority's year, and everything that goes round its kernel."""
    if find_spec("numba") is None:
        return []
    setting = experiment(FRAMEWORK).setting
    return [*_against_the_kernel(times, setting), *_two_workers(times, setting), *_first_use(), *_memory()]


def _against_the_kernel(times: int, setting: Setting) -> list[Row]:
    """The same replications, whole and their kernel alone."""
    kernel = engine("kernel", 0)
    works = [sample(setting.for_replication(number), 1, number, kernel.drawing) for number in range(5)]

    def whole() -> None:
        for number in range(len(works)):
            measured(Job(setting, 1, number), kernel)

    def alone() -> None:
        for work in works:
            kernel.run(work)

    took = side_by_side(times, {"whole": whole, "alone": alone})
    figure = f"{1000 * took['whole'] / len(works):.1f} and {1000 * took['alone'] / len(works):.1f} ms"
    ratio = took.ratio("whole", "alone")
    return [Row("Whole replication against the kernel alone", figure, ratio, at_most=MOST_OF_KERNEL)]


def _two_workers(times: int, setting: Setting) -> list[Row]:
    """By the clock, in turn: let nothing else run beside it."""

    def replications(workers: int) -> None:
        with open_runner("kernel", 0, workers) as runner:
            for _ in runner.map(Job(setting, 1, number) for number in range(REPLICATIONS)):
                pass

    one, two = _clocked(times, [partial(replications, 1), partial(replications, 2)])
    gain = Ratio.of([alone / both for alone, both in zip(one, two, strict=True)])
    figure = f"{min(one):.2f} s and {min(two):.2f} s"
    return [Row(f"One worker against two, {REPLICATIONS} replications", figure, gain, at_least=LEAST_GAIN)]


def _clocked(times: int, things: Sequence[Callable[[], None]]) -> list[list[float]]:
    """Seconds by the clock of each thing, round by round; one round before does not count."""
    took: list[list[float]] = [[] for _ in things]
    for number in range(-1, times):
        for place, thing in enumerate(things):
            begin = time.perf_counter()
            thing()
            if number >= 0:
                took[place].append(time.perf_counter() - begin)
    return took


def first_use(environment: Mapping[str, str]) -> float:
    """Processor time of a process that finds nothing compiled."""
    with tempfile.TemporaryDirectory(prefix="simkit-cache-") as folder:
        return child_seconds([sys.executable, "-c", FIRST], {**environment, "NUMBA_CACHE_DIR": folder})


def _first_use() -> list[Row]:
    seconds = first_use(os.environ)
    what = "First use of the kernel, nothing compiled, processor time"
    return [Row(what, f"{seconds:.1f} s", seconds, at_most=MOST_SECONDS)]


def _memory() -> list[Row]:
    if not Path("/proc/self/status").exists():
        return []
    run = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True)
    megabytes = int(run.stdout) / 1024
    return [Row("Memory of a worker, MB", f"{megabytes:.0f} MB", megabytes, at_most=MOST_MEMORY)]

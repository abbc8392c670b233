"""Measuring side by side: things in turn, round after round, so that a busy machine hurts all of them."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

__all__ = ["Ratio", "Row", "Times", "child_seconds", "machine", "side_by_side"]

_LONG_ENOUGH = 0.5  # seconds of each round that a thing is run for, again and again where it is short


class Ratio(float):
    """The median of the ratios of several rounds, and the ``least`` and ``most`` of them."""

    least: float
    most: float

    @classmethod
    def of(cls, rounds: Sequence[float]) -> Ratio:
        ratio = cls(median(rounds))
        ratio.least, ratio.most = min(rounds), max(rounds)
        return ratio

    def __format__(self, form: str) -> str:
        return f"{float(self):{form}} ({self.least:{form}} to {self.most:{form}})"


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of processor time that each thing took once, round by round."""

    rounds: Mapping[str, Sequence[float]]

    def __getitem__(self, name: str) -> float:
        """The median of the rounds."""
        return median(self.rounds[name])

    def ratio(self, name: str, other: str) -> Ratio:
        """How many times the other's time a thing takes: one ratio a round, since what slows the computer
        for a while slows both.
        """
        pairs = zip(self.rounds[name], self.rounds[other], strict=True)
        return Ratio.of([one / another for one, another in pairs])


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``ratio`` is held against ``target``: at most it, or at least it."""

    what: str
    figure: str
    ratio: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def verdict(self) -> str:
        if self.ratio is None or (self.at_least is None and self.at_most is None):
            return ""
        met = self.ratio >= self.at_least if self.at_least is not None else self.ratio <= (self.at_most or 0)
        return "yes" if met else "NO"

    @property
    def target(self) -> str:
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return f"at most {self.at_most:g}" if self.at_most is not None else ""


def side_by_side(times: int, things: Mapping[str, Callable[[], object]]) -> Times:
    """Run all things in several rounds, forwards and backwards in turn; one before does not count."""
    rounds: dict[str, list[float]] = {name: [] for name in things}
    for number in range(-1, times):
        for name in list(things)[:: -1 if number % 2 else 1]:
            took = _once(things[name])
            if number >= 0:
                rounds[name].append(took)
    return Times(rounds)


def _once(thing: Callable[[], object]) -> float:
    """Seconds of processor time that a thing takes on average, run for long enough to tell."""
    begin, count, took = time.process_time(), 0, 0.0
    while took < _LONG_ENOUGH:
        thing()
        count += 1
        took = time.process_time() - begin
    return took / count


def child_seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Processor time of a command and of the processes that it starts."""
    before = os.times()
    subprocess.run(command, env=environment, capture_output=True, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def machine() -> str:
    """Kind of processor, cores and versions."""
    model = platform.processor() or platform.machine()
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as info:
            model = next(line.split(":")[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"

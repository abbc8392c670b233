"""Measuring side by side: things in turn, the best of several rounds, so that a busy machine hurts all."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Row", "machine", "side_by_side"]


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


def side_by_side(times: int, things: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Seconds of processor time that each thing takes: the least of several rounds."""
    least = dict.fromkeys(things, float("inf"))
    for _ in range(times):
        for name, thing in things.items():
            begin = time.process_time()
            thing()
            least[name] = min(least[name], time.process_time() - begin)
    return least


def machine() -> str:
    """Kind of processor, cores and versions."""
    model = platform.processor() or platform.machine()
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as info:
            model = next(line.split(":")[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"

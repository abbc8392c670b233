"""Simulated years of a run in other workers: which are wanted, what comes of each, and where it belongs.

A year travels between the page's own workers as a pickle. Nobody else can write one here.
"""

from __future__ import annotations

import json
import pickle
from pathlib import Path

from simkit.designer.memory import Memory
from simkit.designer.running.runs import ENGINE
from simkit.study.runner import Job, chosen_engine, measured
from simkit.study.side_by_side import SideBySide, Years

ASKED = Path("/mail/asked")
YEAR = Path("/mail/year")


class Errands:
    """Years that other workers were asked for. Each comes back once, to the runs that wanted it."""

    def __init__(self) -> None:
        self._out: dict[int, tuple[Years, tuple[int, int]]] = {}
        self._number = 0

    def ask(self, sides: SideBySide) -> tuple[int, bytes] | None:
        """The next year that nobody was asked for: the number of the errand, and its job. Or None."""
        out = {place for years, place in self._out.values() if years is sides.years}
        for place, job in sides.jobs():
            if place not in out:
                self._number += 1
                self._out[self._number] = sides.years, place
                return self._number, pickle.dumps(job)
        return None

    def take(self, number: int, year: bytes) -> None:
        """Add the year that came of an errand; nothing where it was lost meanwhile."""
        if number in self._out:
            years, place = self._out.pop(number)
            years.add(place, pickle.loads(year))

    def lose(self) -> None:
        """No errand comes back: who was asked was stopped."""
        self._out.clear()


ERRANDS = Errands()


def ask(memory: Memory, name: str) -> None:
    """Put the next job for the runs of a file there, with the number of the errand; a number of 0 is none."""
    runs = memory.runs.get(name)
    number, job = (ERRANDS.ask(runs.sides) if runs else None) or (0, b"")
    ASKED.write_bytes(json.dumps(number).encode() + b"\n" + job)


def simulate() -> None:
    """Simulate the job that lies there."""
    job: Job = pickle.loads(ASKED.read_bytes())
    YEAR.write_bytes(pickle.dumps(measured(job, chosen_engine(ENGINE, 0))))


def take(number: int) -> None:
    """Add the year that lies there, which came of that errand."""
    ERRANDS.take(number, YEAR.read_bytes())

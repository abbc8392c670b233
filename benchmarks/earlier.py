"""Whole commands against the same commands of an earlier checkout: ``run.py earlier --against FOLDER``.

``git worktree add FOLDER COMMIT`` makes one. Both run with this Python, in turn, everything compiled before.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nation
from replication import first_use
from timing import Row, Times, child_seconds

__all__ = ["rows_against"]

HERE = Path(__file__).parent.parent
RUN = ("run", "hackney", "--replications", "30")
MOST, MOST_FIRST = 0.5, 1.0


def rows_against(times: int, folder: Path) -> list[Row]:
    """``simkit run``, the first use and a tenth of the nation, as parts of the earlier time."""
    return [*_command(times, folder), *_first_use(times, folder), *_nation(folder)]


def _command(times: int, folder: Path) -> list[Row]:
    """Processor time of a whole command, all its processes included; one round before does not count."""
    words = [sys.executable, "-m", "simkit", *RUN]
    rounds = [
        [child_seconds(words, _environment(place)) for place in (HERE, folder)] for _ in range(times + 1)
    ]
    return [_row(f"simkit {' '.join(RUN)}, against the earlier one", rounds[1:], MOST)]


def _first_use(times: int, folder: Path) -> list[Row]:
    """Processor time of a process that finds nothing compiled."""
    what = "First use of the kernel, nothing compiled, against the earlier one"
    rounds = [[first_use(_environment(place)) for place in (HERE, folder)] for _ in range(times)]
    return [_row(what, rounds, MOST_FIRST)]


def _row(what: str, rounds: list[list[float]], most: float) -> Row:
    """Seconds now and earlier, round by round."""
    now, before = zip(*rounds, strict=True)
    ratio = Times({"now": now, "before": before}).ratio("now", "before")
    return Row(what, f"{min(now):.2f} s and {min(before):.2f} s", ratio, at_most=most)


def _nation(folder: Path) -> list[Row]:
    """By the clock: let nothing else run beside it."""
    names, _ = nation.tenth()
    now, before = (nation.sweep(names, 2, _environment(place)).seconds for place in (HERE, folder))
    what = "The nation, a tenth, two workers, against the earlier one"
    return [Row(what, f"{now:.0f} s and {before:.0f} s", now / before, at_most=MOST)]


def _environment(place: Path) -> dict[str, str]:
    """What makes a checkout the one that is run, wherever this is started."""
    return {**os.environ, "PYTHONPATH": str(place), "PYTHONSAFEPATH": "1"}

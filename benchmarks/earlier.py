"""Whole commands against the same commands of an earlier checkout: ``run.py earlier --against FOLDER``.

``git worktree add FOLDER COMMIT`` makes one. Both run with this Python, in turn, everything compiled before.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nation
from timing import Ratio, Row, child_seconds

__all__ = ["rows_against"]

HERE = Path(__file__).parent.parent
RUN = ("run", "hackney", "--replications", "30")
MOST = 0.5


def rows_against(times: int, folder: Path) -> list[Row]:
    """``simkit run`` and a tenth of the nation with two workers, as parts of the earlier time."""
    return [*_command(times, folder), *_nation(folder)]


def _command(times: int, folder: Path) -> list[Row]:
    """Processor time of a whole command, all its processes included."""
    took: dict[Path, list[float]] = {HERE: [], folder: []}
    for number in range(-1, times):
        for place in took:
            seconds = child_seconds([sys.executable, "-m", "simkit", *RUN], _environment(place))
            if number >= 0:
                took[place].append(seconds)
    ratio = Ratio.of([now / before for now, before in zip(took[HERE], took[folder], strict=True)])
    figure = f"{min(took[HERE]):.2f} s and {min(took[folder]):.2f} s"
    return [Row(f"simkit {' '.join(RUN)}, against the earlier one", figure, ratio, at_most=MOST)]


def _nation(folder: Path) -> list[Row]:
    """By the clock: let nothing else run beside it."""
    names, _ = nation.tenth()
    now, before = (nation.sweep(names, 2, _environment(place)).seconds for place in (HERE, folder))
    what = "The nation, a tenth, two workers, against the earlier one"
    return [Row(what, f"{now:.0f} s and {before:.0f} s", now / before, at_most=MOST)]


def _environment(place: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(place)}

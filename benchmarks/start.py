"""How long a user waits before anything happens."""

from __future__ import annotations

import subprocess
import sys
import time
from functools import partial
from statistics import median

from timing import Row, side_by_side

__all__ = ["rows"]


def rows(times: int) -> list[Row]:
    """Seconds from nothing: importing the package, its help, and the check of every shipped file."""
    found = []
    for what, arguments, limit in (
        ("import simkit", ["-c", "import simkit"], 0.2),
        ("simkit --help", ["-m", "simkit", "--help"], 0.4),
    ):
        took = median(_wall(arguments) for _ in range(max(3, times)))
        empty = median(_wall(["-c", "pass"]) for _ in range(max(3, times)))
        found.append(Row(what, f"{took:.3f} s, of which Python {empty:.3f} s", took, at_most=limit))
    from simkit.framework.check import check
    from simkit.framework.library import names

    shipped = [name for kind in ("authorities", "trials", "national") for name in names(kind)]  # type: ignore[arg-type]
    took = side_by_side(times, {"check": partial(check, shipped)})["check"]
    return [*found, Row(f"check of {len(shipped)} shipped files", f"{took:.2f} s", took, at_most=1.5)]


def _wall(arguments: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
    return time.perf_counter() - begin

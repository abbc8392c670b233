"""Time and memory from small authorities to ten times the average."""

from __future__ import annotations

import gc
import subprocess
import sys
from functools import partial
from pathlib import Path

import years
from timing import Row, side_by_side

from simkit.model.measures import measure
from simkit.model.sample import sample

__all__ = ["rows"]

SIZES = (5_000, 2_500, 12_500, 25_000, 50_000)

PEAK = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import years
from simkit.model import kernel
from simkit.model.measures import measure
work = years.year(int(sys.argv[1]))
measure(work, kernel.simulate(work))
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


def rows(times: int) -> list[Row]:
    """Microseconds a referral, which must not depend on how many there are; and the peak of memory."""
    try:
        from simkit.model import kernel
    except ImportError:
        return []
    found: list[Row] = []
    first: dict[str, float] = {}
    for size in SIZES:
        given = years.setting(size)
        work = sample(given, 1, 0)
        outcome = kernel.simulate(work)
        gc.collect()
        took = side_by_side(
            times,
            {
                "Drawing": partial(sample, given, 1, 0),
                "Kernel": partial(kernel.simulate, work),
                "Measures": partial(measure, work, outcome),
            },
        )
        took["Replication"] = sum(took.values())
        for what, seconds in took.items():
            each = 1e6 * seconds / len(work.cases)
            ratio = each / first.setdefault(what, each)
            found.append(
                Row(
                    f"{what}, {size:,} referrals a year, {len(work.staff)} people",
                    f"{each:.2f} microseconds a case",
                    ratio,
                    at_most=1.2 if size > SIZES[0] else None,
                )
            )
    return [*found, *_peak()]


def _peak() -> list[Row]:
    if not Path("/proc/self/status").exists():
        return []
    found = []
    for size in (5_000, 50_000):
        run = [sys.executable, "-c", PEAK, str(size), str(Path(__file__).parent)]
        peak = int(subprocess.run(run, capture_output=True, text=True, check=True).stdout) / 1024
        found.append(
            Row(
                f"Peak of memory, {size:,} referrals, with measures",
                f"{peak:,.0f} MB",
                peak / 1024,
                at_most=1,
            )
        )
    return found

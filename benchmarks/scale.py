"""Time and memory from small authorities to ten times the average."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import years
from timing import Row, Times, side_by_side

from simkit.model.measures.measures import measure
from simkit.model.workload.sample import sample

__all__ = ["rows"]

SIZES = (5_000, 2_500, 12_500, 25_000, 50_000)
PARTS = ("Drawing", "Kernel", "Measures")

PEAK = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import years
from simkit.model.kernel import run as kernel
from simkit.model.kernel.passes import MEASURES
from simkit.model.measures.measures import measure
work = years.year(int(sys.argv[1]))
measure(work, kernel.simulate(work), passes=MEASURES)
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


def rows(times: int) -> list[Row]:
    """Microseconds a referral, which must not depend on how many there are; and the peak of memory."""
    if find_spec("numba") is None:
        return []
    found: list[Row] = []
    for size in SIZES[1:]:
        found += _against_the_first(times, size)
    return [*found, *_peak()]


def _against_the_first(times: int, size: int) -> list[Row]:
    """A size beside the first of SIZES, so that what else the computer does is the same for both."""
    from simkit.model.kernel import run as kernel
    from simkit.model.kernel.passes import DRAWING, MEASURES

    things: dict[str, Callable[[], object]] = {}
    works = {}
    for each in (SIZES[0], size):
        given = years.setting(each)
        works[each] = work = sample(given, 1, 0, DRAWING)
        things |= {
            f"Drawing {each}": partial(sample, given, 1, 0, DRAWING),
            f"Kernel {each}": partial(kernel.simulate, work),
            f"Measures {each}": partial(measure, work, kernel.simulate(work), passes=MEASURES),
        }
    gc.collect()
    rounds = dict(side_by_side(times, things).rounds)
    for each in works:
        parts = [rounds[f"{what} {each}"] for what in PARTS]
        rounds[f"Replication {each}"] = [sum(part) for part in zip(*parts, strict=True)]
    a_case = Times(
        {
            f"{what} {each}": [1e6 * seconds / len(work.cases) for seconds in rounds[f"{what} {each}"]]
            for what in (*PARTS, "Replication")
            for each, work in works.items()
        }
    )
    return [
        Row(
            f"{what}, {size:,} referrals a year against {SIZES[0]:,}",
            f"{a_case[f'{what} {size}']:.2f} and {a_case[f'{what} {SIZES[0]}']:.2f} microseconds a case",
            a_case.ratio(f"{what} {size}", f"{what} {SIZES[0]}"),
            at_most=1.2,
        )
        for what in (*PARTS, "Replication")
    ]


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

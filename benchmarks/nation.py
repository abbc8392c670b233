"""The nation, from a plan to final tables on disk: every authority, 50 replications, one worker and two.

``python benchmarks/run.py nation`` runs a tenth of it, every tenth authority by size, and reckons the whole
from its referrals; ``python benchmarks/nation.py --whole`` runs all of it. Times are by the clock, since that
is what two workers are for: let nothing else run beside it. In a tenth the seconds in which processes start
weigh ten times as much, so only the whole is held against what is wanted of two workers.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from timing import Row, machine

__all__ = ["rows", "sweep", "tenth"]

REPLICATIONS = 50
LEAST_GAIN = 1.7
MOST_MINUTES, MOST_MEMORY = 6.0, 2.0
_SYSTEM = Path("/proc")


@dataclass(frozen=True, slots=True)
class Ran:
    """Seconds by the clock, and the most memory of all processes together in GB, where it can be told."""

    seconds: float
    memory: float | None


def rows(times: int) -> list[Row]:
    """A tenth of the nation with one worker and with two, and what the whole comes to. Run once."""
    try:
        import numba  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError:
        return []
    names, share = tenth()
    what = f"Nation, a tenth: {len(names)} authorities, {REPLICATIONS} replications"
    one, two = sweep(names, 1), sweep(names, 2)
    return _rows(what, one, two, share)


def whole() -> list[Row]:
    """The whole nation, with one worker and with two."""
    names, _ = _every()
    what = f"Nation: {len(names)} authorities, {REPLICATIONS} replications"
    return _rows(what, sweep(None, 1), sweep(None, 2), 1.0)


def _rows(what: str, one: Ran, two: Ran, share: float) -> list[Row]:
    minutes = two.seconds / share / 60
    reckoned = "" if share == 1 else f", reckoned from {100 * share:.0f}% of its referrals"
    gain = LEAST_GAIN if share == 1 else None
    minutes_of = f"The nation in minutes, two workers{reckoned}"
    found = [
        Row(f"{what}, one worker", f"{one.seconds:.0f} s"),
        Row("  two workers", f"{two.seconds:.0f} s", one.seconds / two.seconds, at_least=gain),
        Row(minutes_of, f"{minutes:.1f} min", minutes, at_most=MOST_MINUTES),
    ]
    if two.memory is not None:
        memory = f"{1024 * two.memory:,.0f} MB"
        found.append(Row("Memory of all processes, two workers, GB", memory, two.memory, at_most=MOST_MEMORY))
    return found


def _every() -> tuple[list[str], list[float]]:
    """The frameworks of the plan by size, and their referrals."""
    from simkit.model.inputs.profile import profile
    from simkit.study.sweep.plan import load_plan

    sizes = {
        piece.framework.name: profile(piece.framework.name, piece.year).referrals
        for piece in load_plan("nation").pieces()
    }
    names = sorted(sizes, key=sizes.__getitem__)
    return names, [sizes[name] for name in names]


def tenth() -> tuple[list[str], float]:
    """Every tenth authority by size, and the share of all referrals that is theirs."""
    names, sizes = _every()
    return names[5::10], sum(sizes[5::10]) / sum(sizes)


def sweep(names: list[str] | None, workers: int, environment: Mapping[str, str] | None = None) -> Ran:
    """A sweep of these frameworks, all of the nation for None, by the code of an ``environment``."""
    with tempfile.TemporaryDirectory(prefix="simkit-nation-") as folder:
        plan = "nation"
        if names is not None:
            plan = str(Path(folder) / "tenth.yaml")
            Path(plan).write_text(
                f"simkit: sweep/1\nframeworks: [{', '.join(names)}]\nscenarios: [as-published]\n"
                f"replications: {REPLICATIONS}\nseed: 1\nengine: kernel\n",
                encoding="utf-8",
            )
        out = str(Path(folder) / "out")
        words = [sys.executable, "-m", "simkit", "sweep", plan, "--out", out, "--workers", str(workers)]
        begin = time.monotonic()
        run = subprocess.Popen(words, stdout=subprocess.DEVNULL, env=environment)
        most = _Memory(run.pid)
        if run.wait() != 0:
            raise RuntimeError("the sweep did not finish")
        return Ran(time.monotonic() - begin, most.stop())


class _Memory:
    """Watches the memory of a process and all below it, what they share counted once."""

    def __init__(self, process: int) -> None:
        self._process, self._most = process, 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float | None:
        """The most that was seen, in GB; None where the system doesn't tell."""
        self._ended.set()
        self._thread.join()
        return self._most / 1024**2 or None

    def _watch(self) -> None:
        while _SYSTEM.is_dir() and not self._ended.wait(0.2):
            self._most = max(self._most, sum(map(_kilobytes, _family(self._process))))


def _family(process: int) -> list[int]:
    try:
        text = (_SYSTEM / f"{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:
        return [process]
    return [process, *(each for child in text.split() for each in _family(int(child)))]


def _kilobytes(process: int) -> int:
    try:
        text = (_SYSTEM / f"{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(text.split("Pss:")[1].split()[0]) if "Pss:" in text else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--whole", action="store_true", help="the whole nation, not a tenth")
    arguments = parser.parse_args()
    from run import line

    print(machine())
    print("\n| | time | ratio | wanted | met |\n|---|---|---|---|---|")
    for row in whole() if arguments.whole else rows(1):
        print(line(row), flush=True)


if __name__ == "__main__":
    main()

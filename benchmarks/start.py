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
    from simkit.framework.check import check, check_text
    from simkit.framework.library import find, names

    shipped = [name for kind in ("authorities", "trials", "national") for name in names(kind)]  # type: ignore[arg-type]
    texts = [find(name).read_text(encoding="utf-8") for name in shipped]
    own = [text for text in texts if "\nauthority:" in text]
    took = side_by_side(
        times,
        {
            "check": partial(check, shipped),
            "texts": lambda: [check_text(text) for text in texts],
            "warm": lambda: [check_text(text) for text in own[::10]],
            "cold": lambda: [_cold(text) for text in own[::10]],
        },
    )
    warm, cold = (1000 * took[name] / len(own[::10]) for name in ("warm", "cold"))
    kept = took.ratio("warm", "cold")
    return [
        *found,
        Row(f"check of {len(shipped)} shipped files", f"{took['check']:.2f} s", took["check"], at_most=1.5),
        Row(
            f"check_text of {len(texts)} shipped files", f"{took['texts']:.2f} s", took["texts"], at_most=1.5
        ),
        Row("check_text, national layers kept", f"{warm:.1f} ms", warm, at_most=5),
        Row("  and not kept", f"{cold:.1f} ms: {kept:.2f}", kept, at_most=0.25),
    ]


def _cold(text: str) -> object:
    """The check of a text that finds no national layer examined before."""
    from simkit.framework import kept_layers
    from simkit.framework.check import check_text

    kept_layers._KEPT.clear()
    return check_text(text)


def _wall(arguments: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
    return time.perf_counter() - begin

"""The answers people wait for, on all cores: a comparison of eight frameworks, what a target needs, what it
hangs on.

Times are by the clock, with everything compiled beforehand: let nothing else run beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from timing import Row

__all__ = ["rows"]

EIGHT = (
    "hackney",
    "wirral",
    "torbay",
    "gloucestershire",
    "knowsley",
    "herefordshire-county-of",
    "bath-and-north-east-somerset",
    "national/working-together-2023",
)
MOST_COMPARE, MOST_NINE, MOST_STAFF = 30.0, 60.0, 60.0  # seconds
MOST_SENSITIVITY, MOST_LARGE = 120.0, 90.0
NINTH = "national/working-together-2013"
LARGE = "birmingham"


def rows(times: int) -> list[Row]:
    """Each answer once: it is the slowest user, not the best of several rounds, who waits."""
    try:
        import numba  # noqa: F401
        import SALib  # noqa: F401
    except ImportError:
        return []
    from simkit import compare, sensitivity, staff

    compare("rutland", "winter-surge", replications=5)
    asked: tuple[tuple[str, float, Callable[[], object]], ...] = (
        (
            "Comparison of eight frameworks, 30 replications, over what is not known",
            MOST_COMPARE,
            lambda: compare(*EIGHT, replications=30),
        ),
        (
            "Comparison of nine frameworks, 30 replications",
            MOST_NINE,
            lambda: compare(*EIGHT, NINTH, replications=30),
        ),
        (
            "Staff for one authority, a target that is reached",
            MOST_STAFF,
            lambda: staff("hackney", _WITHIN_REACH),
        ),
        (
            "Staff for one authority, a target that is not",
            MOST_STAFF,
            lambda: staff("hackney", _OUT_OF_REACH),
        ),
        ("Sensitivity of one authority", MOST_SENSITIVITY, lambda: sensitivity("hackney")),
        ("Sensitivity of a large authority", MOST_LARGE, lambda: sensitivity(LARGE)),
    )
    return [_row(what, most, answer) for what, most, answer in asked]


_WITHIN_REACH, _OUT_OF_REACH = "over 45 days <= 40%", "over 45 days <= 5%"


def _row(what: str, most: float, answer: Callable[[], object]) -> Row:
    begin = time.perf_counter()
    answer()
    seconds = time.perf_counter() - begin
    return Row(what, f"{seconds:.1f} s", seconds, at_most=most)

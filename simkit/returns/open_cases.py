"""Open assessments: by route and by how long they have been open."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simkit.framework.framework import ROUTES

__all__ = ["AGES", "OPEN_ROUTES", "OpenCases"]

Ints = NDArray[np.int64]

AGES: tuple[tuple[str, int], ...] = (
    ("0_10", 10),
    ("11_20", 20),
    ("21_30", 30),
    ("31_45", 45),
    ("46_60", 60),
    ("61_90", 90),
    ("91_plus", 10**9),
)
"""Ages of open assessments: name, and the last working day in it."""

OPEN_ROUTES = ("section_17", "disabled_children", "section_47")
"""Routes that can be told of an open assessment; that it will be a brief one nobody knows before its end."""


@dataclass(frozen=True, eq=False)
class OpenCases:
    """Assessments open on the last day of a return, one row a child, exact and in memory only.

    ``route``: code, as in ``framework.ROUTES``; ``waited``: working days since the assessment began.
    ``counts`` are exact too: what may be shown of them is for ``Return`` to say.
    """

    route: Ints = field(repr=False)
    waited: Ints = field(repr=False)

    def __len__(self) -> int:
        return len(self.route)

    def __repr__(self) -> str:
        return "<OpenCases by route and age, in memory only>"

    def counts(self) -> dict[tuple[str, str], int]:
        """Children by route and age."""
        tops = np.array([top for _, top in AGES])
        age = np.searchsorted(tops, self.waited)
        return {
            (route, name): int(np.sum((self.route == ROUTES.index(route)) & (age == number)))
            for route in OPEN_ROUTES
            for number, (name, _) in enumerate(AGES)
        }

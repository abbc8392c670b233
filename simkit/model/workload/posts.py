"""Posts of each role, and the spells of the workers who are in them one after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simkit.common.arrays import Floats, Ints
from simkit.common.whole_numbers import repeated
from simkit.model.workload.random_streams import Draws


@dataclass(frozen=True, eq=False)
class Posts:
    """The posts, by role. ``counts``: posts of each role; ``size``: full-time equivalent of each post."""

    counts: Mapping[str, int]
    size: Floats
    draws: Draws

    def __len__(self) -> int:
        return len(self.size)

    def per_post(self, values: Mapping[str, float]) -> Floats:
        """The value of each post's role."""
        return repeated([float(values[role]) for role in self.counts], list(self.counts.values()))

    def uniforms(self, purpose: str, width: int) -> Floats:
        """``width`` uniforms for each post; the width of a purpose must never change."""
        parts = [
            self.draws.uniform(f"{purpose} {role}", count * width).reshape(count, width)
            for role, count in self.counts.items()
        ]
        return np.concatenate(parts)

    def daily_uniforms(self, purpose: str, days: int) -> Floats:
        """Uniforms for each post and day (or week), independent of the number of days."""
        parts = [self.draws.rows(f"{purpose} {role}", count, days) for role, count in self.counts.items()]
        return np.concatenate(parts)


class Spells(NamedTuple):
    """Consecutive workers of posts, post by post: post, number in it, first day, day after the last."""

    post: Ints
    turn: Ints
    starts: Ints
    leaves: Ints

"""The counts of a return as they are made, with what ties them to each other."""

from __future__ import annotations

from collections.abc import Sequence

from simkit.returns.disclosure import Relation, at_most, sums_to


class Tally:
    """Counts by name, and every relation among them that somebody could calculate with.

    ``never_shown``: counts that nothing shows, kept because the relations would give them away.
    """

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.relations: list[Relation] = []
        self.never_shown: set[str] = set()

    def split(self, total: str, parts: Sequence[str]) -> None:
        """Say that a count is the sum of others."""
        self.relations.append(sums_to(total, parts))

    def part_of(self, part: str, whole: str) -> None:
        """Say that a count is a part of another: the rest of it is a count of children too."""
        rest = f"{whole} but {part}"
        self.counts[rest] = self.counts[whole] - self.counts[part]
        self.never_shown.add(rest)
        self.split(whole, (part, rest))

    def within(self, parts: Sequence[str], wholes: Sequence[str]) -> None:
        """Say that some counts together are at most as many as others together."""
        self.relations.append(at_most(parts, wholes))

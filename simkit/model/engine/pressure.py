"""The load on case holders through a run, and the factor that it gives to their work, week by week.

``kernel/pressure.py`` is the same for speed, under the same names.
"""

from __future__ import annotations

from simkit.model.workload.effort_table import WHOLE, factor_at, shortened
from simkit.model.workload.workload import EffortTable

__all__ = ["Pressure"]


class Pressure:
    """Children in assessment, their minutes in the present week, and the factor of the last whole week."""

    def __init__(self, table: EffortTable) -> None:
        self.factors, self.usual = table.factors.tolist(), table.usual.tolist()
        self.length, self.spared = table.week, table.spared.tolist()
        self.children = self.since = self.minutes = self.week = 0
        self.factor = WHOLE

    def changes(self, children: int, now: int) -> None:
        """More or fewer children from now on."""
        self.passes(now)
        self.children += children

    def passes(self, now: int) -> None:
        """Count up to now, and set the factor at the end of each week."""
        while now >= (self.week + 1) * self.length:
            end = (self.week + 1) * self.length
            self.minutes += self.children * (end - self.since)
            self.factor = factor_at(self.minutes, self.usual[self.week], self.factors)
            self.since, self.minutes, self.week = end, 0, self.week + 1
        self.minutes += self.children * (now - self.since)
        self.since = now

    def shortened(self, case: int, effort: int, now: int) -> int:
        """Minutes of work that a case holder begins now."""
        self.passes(now)
        return effort if self.spared[case] else shortened(effort, self.factor)

"""The load on case holders during a run, and the factor by which it shortens their work, week by week.

``kernel/pressure.py`` is the compiled counterpart, under the same names.
"""

from __future__ import annotations

from simkit.model.workload.effort_table import WHOLE, factor_at, recent, shortened
from simkit.model.workload.workload import EffortTable


class Pressure:
    """Children in assessment, their minutes in this week, and the recent load and factor at its start."""

    def __init__(self, table: EffortTable) -> None:
        self.factors, self.usual = table.factors.tolist(), table.usual.tolist()
        self.week_length, self.exempt = table.week, table.exempt.tolist()
        self.children = self.counted_to = self.child_minutes = self.load = self.week = 0
        self.memory, self.factor = table.memory, WHOLE

    def add_children(self, children: int, now: int) -> None:
        """Change the number of children in assessment."""
        self.advance(now)
        self.children += children

    def advance(self, now: int) -> None:
        """Count child minutes up to now, and set the factor at the end of each week."""
        while now >= (self.week + 1) * self.week_length:
            end = (self.week + 1) * self.week_length
            self.child_minutes += self.children * (end - self.counted_to)
            self.load = recent(self.load, self.child_minutes, self.memory)
            self.factor = factor_at(self.load, self.usual[self.week], self.factors)
            self.counted_to, self.child_minutes, self.week = end, 0, self.week + 1
        self.child_minutes += self.children * (now - self.counted_to)
        self.counted_to = now

    def effort_now(self, case: int, effort: int, now: int) -> int:
        """Minutes of a task that a case holder starts now."""
        self.advance(now)
        return effort if self.exempt[case] else shortened(effort, self.factor)

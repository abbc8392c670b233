"""The passes over cases and tasks that measures consist of: numpy's, or those of the kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simkit.common.arrays import Ints
from simkit.model.measures import time_breakdown
from simkit.model.measures.milestones import Milestones
from simkit.model.measures.pressure import EffortUsed, effort_used
from simkit.model.measures.route_sums import RouteSums
from simkit.model.measures.time_breakdown import TimeBreakdown
from simkit.model.outcome import Outcome
from simkit.model.workload.workload import Workload


@dataclass(frozen=True, slots=True)
class Passes:
    """Functions with the same results; what each gives is said where numpy's is defined."""

    milestones: Callable[[Workload, Outcome], Milestones]
    time_breakdown: Callable[[Workload, Outcome, Ints], TimeBreakdown]
    minutes_worked: Callable[[Workload, Outcome, int, int], Ints]
    minutes_without_queues: Callable[[Workload, Outcome, Ints], Ints]
    effort_used: Callable[[Workload, Outcome], EffortUsed]
    sums: RouteSums


NUMPY = Passes(
    Milestones,
    time_breakdown.time_breakdown,
    time_breakdown.minutes_worked,
    time_breakdown.minutes_without_queues,
    effort_used,
    RouteSums(),
)

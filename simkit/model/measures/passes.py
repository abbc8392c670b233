"""The passes over cases and tasks that measures consist of: numpy's, or those of the kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simkit.common.arrays import Ints
from simkit.model.measures.milestones import Milestones
from simkit.model.measures.pressure import WorkDone, work_done
from simkit.model.measures.route_sums import RouteSums
from simkit.model.measures.time_breakdown import TimeBreakdown, time_breakdown
from simkit.model.outcome import Outcome
from simkit.model.workload.workload import Workload


@dataclass(frozen=True, slots=True)
class Passes:
    """Functions with the same results; what each gives is said where numpy's is defined."""

    milestones: Callable[[Workload, Outcome], Milestones]
    time_breakdown: Callable[[Workload, Outcome, Ints], TimeBreakdown]
    work_done: Callable[[Workload, Outcome], WorkDone]
    sums: RouteSums


NUMPY = Passes(Milestones, time_breakdown, work_done, RouteSums())

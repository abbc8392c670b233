"""The compiled passes of drawing and of measures, in place of numpy's."""

from __future__ import annotations

from simkit.model.kernel import (
    families,
    hours,
    milestones,
    route_sums,
    streams,
    task_table,
    time_breakdown,
    work,
)
from simkit.model.measures import passes as measures
from simkit.model.workload import passes as workload

DRAWING = workload.Passes(streams.Draws, families.families_of, task_table.task_table, hours.hours_of)
MEASURES = measures.Passes(
    milestones.Milestones, time_breakdown.time_breakdown, work.work_done, route_sums.RouteSums()
)

"""The load on case holders in the kernel, as in ``engine/pressure.py``."""

from __future__ import annotations

from simkit.model.kernel.heaps import compiled
from simkit.model.kernel.tables import Run
from simkit.model.workload import effort_table

factor_at, recent = compiled(effort_table.factor_at), compiled(effort_table.recent)
shortened_by = compiled(effort_table.shortened)


@compiled
def add_children(run: Run, children: int, now: int) -> None:
    """Change the number of children in assessment."""
    advance(run, now)
    run.state[0].children += children


@compiled
def advance(run: Run, now: int) -> None:
    """Count child minutes up to now, and set the factor at the end of each week."""
    state = run.state[0]
    while now >= (state.week + 1) * state.week_length:
        end = (state.week + 1) * state.week_length
        state.child_minutes += state.children * (end - state.counted_to)
        state.load = recent(state.load, state.child_minutes, state.memory)
        state.factor = factor_at(state.load, run.usual[state.week], run.factors)
        state.counted_to, state.child_minutes = end, 0
        state.week += 1
    state.child_minutes += state.children * (now - state.counted_to)
    state.counted_to = now


@compiled
def effort_now(run: Run, case: int, effort: int, now: int) -> int:
    """Minutes of a task that a case holder starts now."""
    advance(run, now)
    if run.exempt[case]:
        return effort
    return shortened_by(effort, run.state[0].factor)

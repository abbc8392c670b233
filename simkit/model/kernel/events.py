"""The kernel's event calendar: each event one number, its minute followed by its order within the minute.

The calendar is divided into buckets, usually of one minute. Events of the current bucket are in a heap,
those of later buckets in linked lists that are not sorted until their time comes.
"""

from __future__ import annotations

from simkit.model.event_order import NONE
from simkit.model.kernel import heaps
from simkit.model.kernel.heaps import compiled, wide
from simkit.model.kernel.tables import Run
from simkit.model.queue_order import ROW_BITS

ORDER_BITS = ROW_BITS + 3


@compiled
def schedule(run: Run, minute: int, order: int) -> None:
    """Schedule an event at its place in the order of a minute. Events of the final minute are dropped."""
    state = run.state[0]
    if minute >= state.final:
        return
    packed = minute << ORDER_BITS | order
    bucket = minute >> state.shift
    if bucket == state.bucket:
        heaps.push(run.due_now, wide(0), state.due_now, packed)
        state.due_now += 1
        return
    event = state.free_event
    if event == NONE:
        event = state.new_event
        state.new_event += 1
    else:
        state.free_event = run.events[event].following
    run.events[event].packed = packed
    run.events[event].following = run.bucket[bucket]
    run.bucket[bucket] = event


@compiled
def next_minute(run: Run) -> int:
    """The next minute with an event; the final minute where there is none."""
    state = run.state[0]
    while state.due_now == 0:
        state.bucket += 1
        if state.bucket == len(run.bucket):
            return state.final
        event = run.bucket[state.bucket]
        while event != NONE:
            heaps.push(run.due_now, wide(0), state.due_now, run.events[event].packed)
            state.due_now += 1
            following = run.events[event].following
            run.events[event].following = state.free_event
            state.free_event = event
            event = following
    first: int = run.due_now[0]
    return first >> ORDER_BITS


@compiled
def is_due(run: Run, minute: int) -> bool:
    """Whether another event is due at this minute, that of ``next_minute``."""
    return run.state[0].due_now > 0 and run.due_now[0] >> ORDER_BITS == minute


@compiled
def pop_event(run: Run) -> tuple[int, int]:
    """Remove the next event; its kind and row."""
    state = run.state[0]
    packed = heaps.pop(run.due_now, wide(0), state.due_now)
    state.due_now -= 1
    state.events += 1
    row = packed & (1 << ROW_BITS) - 1
    return (packed & (1 << ORDER_BITS) - 1) - row, row

"""The kernel's tables: records of plain numbers that hold the workload and the state of a run."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, NamedTuple, Protocol, TypeVar, get_args, get_type_hints, overload

import numpy as np
from numpy.typing import NDArray

from simkit.common.freed_memory import keep_freed_memory
from simkit.common.whole_numbers import counts_of
from simkit.model.event_order import NONE
from simkit.model.outcome import MISSING
from simkit.model.workload.effort_table import WHOLE
from simkit.model.workload.workload import OWN_WORKER, Workload

NEVER = 2**62  # later than any minute

# A run has fewer than 2**28 minutes and rows: long tables keep them in four bytes.
Minute = Annotated[int, "i8"]
Count = Annotated[int, "i8"]
Row = Annotated[int, "i4"]
Place = Annotated[int, "i2"]
Small = Annotated[int, "i1"]
Flag = Annotated[bool, "?"]
Fraction = Annotated[float, "f8"]

_LINE = 64  # bytes of a processor's cache line
BLOCK = 32  # workers whose least rank is cached
TURN_BITS = 27
FAR = 2**30  # longer than any run, and fits four bytes when added to a minute

keep_freed_memory(2**30)

Record = TypeVar("Record", covariant=True)


class Table(Protocol[Record]):
    """A numpy array of records."""

    @overload
    def __getitem__(self, row: int, /) -> Record: ...

    @overload
    def __getitem__(self, rows: slice, /) -> Table[Record]: ...

    def __len__(self) -> int: ...


class State:
    """The settings of the workload and the state of a run, in one record."""

    day_minutes: Minute
    final: Minute
    window_starts: Minute
    window_ends: Minute
    handover: Minute
    due_within: Minute
    raise_before: Minute
    away_days: Count
    room: Count
    outstanding: Count
    allocations: Count
    today: Count
    next_outside: Count
    allocation_pending: Flag
    morning_scheduled: Flag
    workers_pending: Count
    newly_queued: Count
    events: Count
    free_event: Row
    new_event: Count
    free_node: Row
    new_node: Count
    shift: Count
    bucket: Count
    due_now: Count
    week_length: Minute  # 0 where nothing makes work shorter
    week: Count
    children: Count
    counted_to: Minute
    child_minutes: Count
    load: Count
    memory: Count
    factor: Count


class Case:
    """A case, within one cache line of a processor."""

    planned_arrival: Row
    arrival: Row
    children: Row
    source: Row
    first_task: Count
    end_task: Count
    holder: Count
    first_rereferral: Row
    next_rereferral: Row
    unfinished: Row
    next_of_holder: Row
    previous_of_holder: Row
    authorised: Flag
    reviewed: Flag
    handover_due: Flag


class Task:
    """A task, within one cache line of a processor.

    Other tasks are given by their place in the case. ``due`` and ``limit`` are the workload's until the task
    is queued; from then on the minutes at which it is due and at which a limit is near. ``waiting``: the
    urgency under which it waits in a queue, MISSING where it does not.
    """

    case: Row
    effort: Row
    wait: Row
    hold: Row
    due: Row
    limit: Row
    ready: Row
    queued: Row
    start: Row
    end: Row
    worker: Row
    wait_from: Place
    hold_from: Place
    due_from: Place
    limit_from: Place
    first_next: Place
    next_sibling: Place
    pool: Small
    urgency: Small
    waiting: Small
    review: Flag
    closes: Flag
    limit_scheduled: Flag
    awaits_holder: Flag
    has_handover: Flag


class Worker:
    role: Row
    fte: Row
    starts: Minute
    leaves: Minute
    notice: Minute
    load: Count
    last_allocation: Count
    first_case: Row
    next_unable: Row
    in_post: Flag
    free: Flag
    away: Flag
    pending: Flag


class Pool:
    first_free: Row
    free: Row
    pending: Flag


class Queue:
    root: Row


class Node:
    """A key in a queue, a node of a skew heap."""

    key: Count
    left: Row
    right: Row


class Event:
    """An event: minute and order in one number, and the next event of its bucket."""

    packed: Count
    following: Row


class TaskColumns(NamedTuple):
    """Columns of the workload's task table."""

    case: Any
    pool: Any
    effort: Any
    parent: Any
    wait_from: Any
    wait: Any
    hold_from: Any
    hold: Any
    due_from: Any
    due: Any
    limit_from: Any
    limit: Any
    urgency: Any
    review: Any
    closes: Any


class OutcomeColumns(NamedTuple):
    """Columns of the Outcome."""

    arrival: Any
    ready: Any
    queued: Any
    start: Any
    end: Any
    worker: Any
    handover: Any
    effort: Any


class Run(NamedTuple):
    """All tables of one run, but the columns that it begins and ends with."""

    state: Table[State]
    cases: Table[Case]
    tasks: Table[Task]  # filled case by case, at arrival
    workers: Table[Worker]
    pools: Table[Pool]
    queues: Table[Queue]  # of each worker, of each pool, for allocation
    nodes: Table[Node]  # keys in queues: at most three for a task, two of them raised
    events: Table[Event]
    bucket: Any  # first event of each bucket to come
    due_now: Any  # heap of the events of the current bucket
    opens: Any  # days x workers, so that the hours of one day are adjacent
    shuts: Any
    outside: Any  # cases without a source, by arrival
    holders: Any  # workers whose role is to hold cases
    rank: Any  # of each worker for the next allocation, NEVER for who takes no case
    least: Any  # least rank of each block
    free_workers: Any  # heaps of free workers, pool by pool
    usual: Any  # child minutes of each week without a change
    factors: Any  # of effort, by load
    exempt: Any  # cases whose work is never shorter
    workers_pending: Any
    newly_queued: Any  # ordinary tasks queued in this minute


@cache
def dtype_of(record: type) -> np.dtype[np.void]:
    """The numpy type of a record."""
    hints = get_type_hints(record, include_extras=True)
    return np.dtype([(name, get_args(hint)[1]) for name, hint in hints.items()], align=True)


def empty(record: type, count: int) -> Any:
    """A table of records without values, aligned to the processor's cache lines."""
    dtype = dtype_of(record)
    buffer = np.empty(count * dtype.itemsize + _LINE, dtype=np.uint8)
    first = -buffer.ctypes.data % _LINE
    return buffer[first : first + count * dtype.itemsize].view(dtype)


def _table(record: type, count: int, **columns: Any) -> Any:
    """A table of records. Columns not given are MISSING, and flags are False."""
    one = empty(record, 1)
    for name in one.dtype.names:
        value = columns.get(name, False if one.dtype[name] == np.bool_ else MISSING)
        one[name] = value if np.isscalar(value) else MISSING
    table = empty(record, count)
    raw = f"V{one.dtype.itemsize}"  # copied whole, not field by field
    table.view(raw)[:] = one.view(raw)
    for name, value in columns.items():
        if not np.isscalar(value):
            table[name] = value
    return table


def read_only(column: NDArray[Any]) -> NDArray[Any]:
    """A column in the one array type that the kernel is compiled for, read-only."""
    view = np.ascontiguousarray(column, dtype=np.bool_ if column.dtype == np.bool_ else np.int64).view()
    view.flags.writeable = False
    return view


def _linked(targets: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Linked lists: for each of ``count`` targets its first row, and for each row the next of its target."""
    first = np.full(count, NONE)
    following = np.full(len(targets), NONE)
    rows = np.flatnonzero(targets >= 0)
    rows = rows[np.argsort(targets[rows], kind="stable")]
    same = targets[rows[1:]] == targets[rows[:-1]]
    first[targets[rows[::-1]]] = rows[::-1]
    following[rows[:-1][same]] = rows[1:][same]
    return first, following


def columns(workload: Workload) -> tuple[TaskColumns, OutcomeColumns]:
    """The columns of the task table, and those of an Outcome to be filled."""
    cases, tasks = workload.cases, workload.tasks
    return (
        TaskColumns(*(read_only(getattr(tasks, name)) for name in TaskColumns._fields)),
        OutcomeColumns(np.empty(len(cases), np.int64), *(np.empty(len(tasks), np.int64) for _ in range(7))),
    )


def start(workload: Workload) -> Run:
    """The tables before the first minute."""
    cases, tasks, workers = workload.cases, workload.tasks, workload.workers
    table, none = workload.effort_table, np.zeros(0, dtype=np.int64)
    pools = len(workload.pools)
    members = counts_of(workers.pool, pools)
    first_rereferral, next_rereferral = _linked(cases.source, len(cases))
    outside = np.flatnonzero(cases.source < 0)
    # Of a task: its next event and one for its limit. Of a worker: start or leaving, and a return.
    events = 2 * len(tasks) + len(cases) + 2 * len(workers) + 4
    blocks = len(workers) // BLOCK + 1
    # The larger the run the shorter the buckets, so that each has a few events whatever the size.
    shift = max(0, workload.final_minute.bit_length() - (events // 4).bit_length())
    return Run(
        state=_table(
            State,
            1,
            day_minutes=workload.calendar.day_minutes,
            final=workload.final_minute,
            window_starts=workload.window[0],
            window_ends=workload.window[1],
            handover=workload.handover,
            due_within=workload.due_within,
            raise_before=workload.raise_before,
            away_days=workload.away_days,
            room=workload.caseload_limit - workload.other_cases,
            outstanding=1,
            allocations=0,
            next_outside=0,
            workers_pending=0,
            newly_queued=0,
            events=0,
            free_event=NONE,
            new_event=0,
            free_node=NONE,
            new_node=0,
            shift=shift,
            bucket=0,
            due_now=0,
            week_length=0 if table is None else table.week,
            week=0,
            children=0,
            counted_to=0,
            child_minutes=0,
            load=0,
            memory=1 if table is None else table.memory,
            factor=WHOLE,
        ),
        cases=_table(
            Case,
            len(cases),
            planned_arrival=cases.arrival,
            children=cases.children,
            source=cases.source,
            first_task=cases.first_task[:-1],
            end_task=cases.first_task[1:],
            first_rereferral=first_rereferral,
            next_rereferral=next_rereferral,
            unfinished=0,
        ),
        tasks=empty(Task, len(tasks)),
        workers=_table(
            Worker,
            len(workers),
            role=workers.pool,
            fte=workers.fte,
            starts=workers.starts,
            leaves=workers.leaves,
            notice=workers.notice,
            load=0,
            last_allocation=0,
        ),
        pools=_table(Pool, pools, first_free=np.cumsum(members) - members, free=0),
        queues=_table(Queue, len(workers) + pools + 1),
        nodes=empty(Node, 3 * len(tasks)),
        events=empty(Event, events),
        bucket=np.full((workload.final_minute >> shift) + 1, NONE, dtype=np.int32),
        due_now=np.empty(events, dtype=np.int64),
        opens=workers.opens.T.astype(np.int32, order="C"),
        shuts=workers.shuts.T.astype(np.int32, order="C"),
        outside=outside[np.argsort(cases.arrival[outside], kind="stable")],
        holders=np.flatnonzero(workers.pool == OWN_WORKER),
        rank=np.full(blocks * BLOCK, NEVER),
        least=np.full(blocks, NEVER),
        free_workers=np.empty(len(workers), dtype=np.int64),
        usual=read_only(none if table is None else table.usual),
        factors=read_only(none if table is None else table.factors),
        exempt=read_only(np.zeros(0, dtype=np.bool_) if table is None else table.exempt),
        workers_pending=np.empty(len(workers), dtype=np.int32),
        newly_queued=np.empty(2 * len(tasks), dtype=np.int32),
    )

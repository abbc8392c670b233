"""The model, in SimPy: cases and the people who work on them, minute by minute.

A case is one or more lines of work: each task is waited for, queued, done by whoever does it, and
followed by the next. People come, go on leave of their post, and take the first of what waits for
them when they are free and at work. Everything due in a minute happens in the order of
``order.moment``; only then is work given out (``_Run.give_out``), so nobody profits from the order
in which things were written down.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Generator
from functools import partial
from heapq import heappop, heappush

import numpy as np
import simpy

from simkit.model.order import (
    ANSWER,
    ARRIVAL,
    DONE,
    ORDINARY,
    PLAN,
    RAISED,
    STAFF,
    case_of,
    check,
    key,
    moment,
    place_of,
    raised_key,
    urgency_of,
)
from simkit.model.outcome import MISSING, Ending, Outcome
from simkit.model.workload import ALLOCATION, NEVER, OWN_WORKER, Workload

__all__ = ["simulate"]

Line = Generator[simpy.Event, None, None]

_GIVE_OUT = 1 << 62  # after every moment of the minute
_FIRST = 2  # SimPy's own priorities are 0 and 1
_NOBODY = -1


def simulate(workload: Workload) -> Outcome:
    """Run a workload to its end. Raises ValueError where it is too large for the model's orders."""
    check(workload)
    return _Run(workload).outcome()


class _Moment(simpy.Event):
    """Something that happens at a minute, at its place in the order of that minute."""

    def at(self, minute: int, order: int) -> _Moment:
        """Set when it happens; as ``simpy.Timeout`` does, but later than its creation and in order."""
        self._ok = True
        self._value = None
        self.env.schedule(self, _FIRST + order, minute - self.env.now)  # type: ignore[arg-type]
        return self


class _People:
    """Working hours of everybody: when they are at work, and when a piece of work would be done."""

    def __init__(self, workload: Workload) -> None:
        staff = workload.staff
        self.day = workload.calendar.day_minutes
        self.opens = staff.opens.tolist()
        self.shuts = staff.shuts.tolist()
        hours = staff.shuts - staff.opens
        self.worked = np.concatenate([np.zeros((len(staff), 1), dtype=np.int64), np.cumsum(hours, axis=1)], axis=1).tolist()
        days = staff.opens.shape[1]
        working = np.where(hours > 0, np.arange(days), days)
        self.next_day = np.minimum.accumulate(working[:, ::-1], axis=1)[:, ::-1].tolist()
        self.days = days

    def present(self, person: int, minute: int) -> bool:
        day = minute // self.day
        return bool(self.opens[person][day] <= minute < self.shuts[person][day])

    def back(self, person: int, minute: int) -> int:
        """The first minute from ``minute`` on at which the person is at work."""
        day = minute // self.day
        if minute >= self.shuts[person][day]:
            day += 1
        day = self.next_day[person][day] if day < self.days else self.days
        return max(minute, self.opens[person][day]) if day < self.days else int(NEVER)

    def away(self, person: int, minute: int, days: int) -> bool:
        """Whether the person is not at work on this day and the next ``days`` - 1."""
        today = minute // self.day
        return bool(self.next_day[person][today] - today >= days)

    def finish(self, person: int, minute: int, work: int) -> int:
        """The minute at which ``work`` minutes begun at ``minute`` are done."""
        if work == 0:
            return minute
        day = minute // self.day
        worked = self.worked[person]
        target = worked[day] + max(0, min(minute, self.shuts[person][day]) - self.opens[person][day]) + work
        last = bisect_left(worked, target) - 1
        return int(self.opens[person][last] + target - worked[last]) if last < self.days else int(NEVER)


class _Run:
    """One run. Rows of the workload's tables name cases, tasks and people."""

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        self.env = simpy.Environment()
        self.people = _People(workload)
        self.over = self.env.event()
        self.ending: Ending = "finished"
        self._read(workload)
        tasks, staff, pools = len(workload.tasks), len(workload.staff), len(workload.pools)
        # What the Outcome records, by task.
        self.ready, self.queued, self.start, self.end = ([MISSING] * tasks for _ in range(4))
        self.worker = [MISSING] * tasks
        self.handover = [0] * tasks
        self.came = [MISSING] * len(workload.cases)
        self.to_watch = 1  # the window's end, and the unfinished cases that came in it
        # Queues: keys in heaps; a task's key is current while it waits, and others of it are stale.
        self.done: list[_Moment | None] = [None] * tasks
        self.waiting_key = [MISSING] * tasks
        self.to_allocate: list[int] = []
        self.own_queue: list[list[int]] = [[] for _ in range(staff)]
        self.pool_queue: list[list[int]] = [[] for _ in range(pools)]
        self.fresh: list[int] = []
        # Cases.
        self.holder = [_NOBODY] * len(workload.cases)
        self.authorised = [False] * len(workload.cases)
        self.reviewed = [False] * len(workload.cases)
        self.taken_over = [False] * len(workload.cases)
        self.homeless: dict[int, list[int]] = {}
        # People.
        self.task_of = [MISSING] * staff
        self.load = [0] * staff
        self.held: list[set[int]] = [set() for _ in range(staff)]
        self.turn = [0] * staff
        self.turns = 0
        self.wakes = [False] * staff
        # What the next giving out has to look at.
        self.look_at_people: set[int] = set()
        self.look_at_pools: set[int] = set()
        self.look_at_allocation = False
        self.giving_out = False
        self.morning_set = False

    def _read(self, workload: Workload) -> None:
        """Tables as plain lists, which Python reads fastest."""
        cases, tasks, staff = workload.cases, workload.tasks, workload.staff
        self.arrival = cases.arrival.tolist()
        self.children = cases.children.tolist()
        self.first_task = cases.first_task.tolist()
        self.case = tasks.case.tolist()
        self.pool = tasks.pool.tolist()
        self.effort = tasks.effort.tolist()
        self.answer_from, self.wait = tasks.answer_from.tolist(), tasks.wait.tolist()
        self.held_from, self.hold = tasks.held_from.tolist(), tasks.hold.tolist()
        self.due_from, self.due = tasks.due_from.tolist(), tasks.due.tolist()
        self.limit_from, self.limit = tasks.limit_from.tolist(), tasks.limit.tolist()
        self.urgency = tasks.urgency.tolist()
        self.review, self.closes = tasks.review.tolist(), tasks.closes.tolist()
        self.followers: dict[int, list[int]] = {}
        self.opening: list[list[int]] = [[] for _ in range(len(cases))]
        for task, parent in enumerate(tasks.parent.tolist()):
            if parent >= 0:
                self.followers.setdefault(parent, []).append(task)
            else:
                self.opening[self.case[task]].append(task)
        self.unfinished = np.bincount(tasks.case[~tasks.review], minlength=len(cases)).tolist()
        self.returns: dict[int, list[int]] = {}
        for case, source in enumerate(cases.source.tolist()):
            if source >= 0:
                self.returns.setdefault(source, []).append(case)
        self.staff_pool, self.fte = staff.pool.tolist(), staff.fte.tolist()
        self.starts, self.leaves, self.notice = staff.starts.tolist(), staff.leaves.tolist(), staff.notice.tolist()
        self.members = [[p for p, of in enumerate(self.staff_pool) if of == pool] for pool in range(len(workload.pools))]

    def outcome(self) -> Outcome:
        """Run, and say what happened."""
        for case, source in enumerate(self.workload.cases.source.tolist()):
            if source < 0:
                self.case_is_expected(case, self.arrival[case])
        for person in range(len(self.workload.staff)):
            self.env.process(self.person_comes_and_goes(person))
        self.env.process(self.window_ends())
        self.env.process(self.time_runs_out())
        self.env.run(until=self.over)
        columns = (self.ready, self.queued, self.start, self.end, self.worker, self.handover)
        arrays = (np.array(column, dtype=np.int64) for column in columns)
        came = np.array(self.came, dtype=np.int64)
        return Outcome(came, *arrays, stopped=int(self.env.now), ending=self.ending)

    # Time

    def then(self, minute: int, kind: int, row: int, place: int, action: Callable[[], None]) -> None:
        """Do something at its place in the order of a minute."""
        self.moment(minute, kind, row, place).callbacks.append(lambda _: action())  # type: ignore[union-attr]

    def moment(self, minute: int, kind: int, row: int, place: int = 0) -> _Moment:
        return _Moment(self.env).at(minute, moment(kind, row, place))

    def window_ends(self) -> Line:
        yield self.moment(self.workload.window[1], ARRIVAL, len(self.arrival))
        self.seen_off()

    def time_runs_out(self) -> Line:
        """Nothing of the final minute happens any more."""
        yield _Moment(self.env).at(self.workload.final_minute, 0 - _FIRST)
        self.ending = "final minute"
        self.over.succeed()

    def seen_off(self) -> None:
        self.to_watch -= 1
        self.soon()

    # Cases

    def case_is_expected(self, case: int, minute: int) -> None:
        if minute < self.workload.final_minute:
            self.env.process(self.case_comes(case, minute))

    def case_comes(self, case: int, minute: int) -> Line:
        yield self.moment(minute, ARRIVAL, case)
        self.came[case] = minute
        if self.in_window(case):
            self.to_watch += 1
        for task in self.opening[case]:
            self.env.process(self.line(task))

    def in_window(self, case: int) -> bool:
        start, end = self.workload.window
        return start <= self.came[case] < end

    def line(self, task: int) -> Line:
        """One line of a case's work: wait until it can be done, queue it, and go on when it is done."""
        while True:
            yield self.can_be_done(task)
            if self.review[task] and self.authorised[self.case[task]]:
                return
            yield self.queue(task)
            following = self.finished(task)
            if not following:
                return
            for branch in following[1:]:
                self.env.process(self.line(branch))
            task = following[0]

    def can_be_done(self, task: int) -> _Moment:
        """The moment from which a task can be done: answers are in, and its planned day has come."""
        case, now = self.case[task], int(self.env.now)
        arrival = self.came[case]
        minute, kind = now, ANSWER
        if self.wait[task] > 0:
            asked = self.answer_from[task]
            minute = max(minute, (self.end[asked] if asked >= 0 else arrival) + self.wait[task])
        if self.hold[task] >= 0:
            release = self.day_start(self.held_from[task], arrival) + self.hold[task]
            if release > minute or self.review[task]:
                minute, kind = max(minute, release), PLAN
        return self.moment(minute, kind, case, task - self.first_task[case])

    def day_start(self, task: int, arrival: int) -> int:
        """Start of the day on which a task ended; the day of the arrival where it has not, or there is none."""
        ended = self.end[task] if task >= 0 else MISSING
        minute = ended if ended != MISSING else arrival
        return minute - minute % self.people.day

    def finished(self, task: int) -> list[int]:
        """Record that a task is done; what follows from it, and the tasks that come next."""
        case, person = self.case[task], self.worker[task]
        self.end[task] = int(self.env.now)
        if self.pool[task] == ALLOCATION:
            self.placed(case)
        elif person != MISSING:
            self.task_of[person] = MISSING
            self.look_at(person)
        if self.closes[task]:
            self.authorised[case] = True
        if self.review[task]:
            self.reviewed[case] = True
            for other in range(self.first_task[case], self.first_task[case + 1]):
                self.raise_urgency(other)
        else:
            self.unfinished[case] -= 1
            if self.unfinished[case] == 0:
                self.case_ends(case)
        return self.followers.get(task, [])

    def case_ends(self, case: int) -> None:
        holder = self.holder[case]
        if holder != _NOBODY:
            self.load[holder] -= self.children[case]
            self.held[holder].discard(case)
            self.look_at_allocation = True
            self.soon()
        if self.in_window(case):
            self.seen_off()
        for again in self.returns.get(case, ()):
            self.case_is_expected(again, int(self.env.now) + self.arrival[again])

    # People

    def person_comes_and_goes(self, person: int) -> Line:
        yield self.moment(self.starts[person], STAFF, person)
        self.look_at(person)
        self.look_at_allocation = True
        if self.leaves[person] < self.workload.final_minute:
            yield self.moment(self.leaves[person], STAFF, person)
            self.cases_come_back(person)

    def cases_come_back(self, person: int) -> None:
        """The cases of somebody who leaves wait for allocation again, and so does their queued work."""
        for waiting in self.own_queue[person]:
            task = self.task_of_key(waiting)
            if self.waiting_key[task] == waiting:
                self.waiting_key[task] = MISSING
                self.homeless.setdefault(self.case[task], []).append(task)
        self.own_queue[person] = []
        for case in sorted(self.held[person]):
            self.holder[case] = _NOBODY
            self.taken_over[case] = True
            allocation = next(t for t in range(self.first_task[case], self.first_task[case + 1]) if self.pool[t] == ALLOCATION)
            self.push(allocation, self.to_allocate)
            self.look_at_allocation = True
        self.held[person] = set()
        self.load[person] = 0
        self.soon()

    def wake(self, person: int) -> None:
        """Look at somebody again when they are next at work."""
        if not self.wakes[person]:
            back = self.people.back(person, int(self.env.now))
            if back < min(self.leaves[person], self.workload.final_minute):
                self.wakes[person] = True
                self.then(back, STAFF, person, 1, partial(self.woken, person))

    def woken(self, person: int) -> None:
        self.wakes[person] = False
        self.look_at(person)

    # Queues

    def queue(self, task: int) -> _Moment:
        """Put a task where it waits to be done; the moment returned is its end."""
        now, case, pool = int(self.env.now), self.case[task], self.pool[task]
        self.ready[task] = now
        done = self.done[task] = _Moment(self.env)
        if pool == ALLOCATION:
            self.queued[task] = now
            self.push(task, self.to_allocate)
            self.look_at_allocation = True
        elif pool != OWN_WORKER:
            self.queued[task] = now
            self.push(task, self.pool_queue[pool])
            self.look_at_pools.add(pool)
        elif self.holder[case] == _NOBODY:
            self.homeless.setdefault(case, []).append(task)
        else:
            self.queue_with_holder(task)
        self.soon()
        return done

    def queue_with_holder(self, task: int) -> None:
        holder = self.holder[self.case[task]]
        self.queued[task] = int(self.env.now)
        self.push(task, self.own_queue[holder])
        self.look_at_people.add(holder)

    def placed(self, case: int) -> None:
        """The case has its person: work that waited for one joins that person's queue."""
        for task in sorted(self.homeless.pop(case, [])):
            self.queue_with_holder(task)
        self.soon()

    def push(self, task: int, queue: list[int]) -> None:
        """Queue a task under its present urgency."""
        case = self.case[task]
        due = self.ready[task] + self.workload.patience
        if self.due[task] >= 0:
            due = min(due, self.day_start(self.due_from[task], self.came[case]) + self.due[task])
        urgency = self.urgency[task]
        if urgency == ORDINARY and (self.reviewed[case] or self.limit_near(task) <= self.env.now):
            urgency = RAISED
        elif urgency == ORDINARY:
            self.fresh.append(task)
        self.waiting_key[task] = key(urgency, due, case, task - self.first_task[case])
        heappush(queue, self.waiting_key[task])

    def limit_near(self, task: int) -> int:
        """The minute from which a limit on this task is close enough to take it ahead of other work."""
        if self.limit[task] < 0:
            return int(NEVER)
        end = self.day_start(self.limit_from[task], self.came[self.case[task]]) + self.limit[task]
        return end - self.workload.raise_before

    def raise_urgency(self, task: int) -> None:
        """Queue a waiting task again, ahead of ordinary work."""
        waiting = self.waiting_key[task]
        if waiting == MISSING or urgency_of(waiting) != ORDINARY:
            return
        raised = raised_key(waiting)
        self.waiting_key[task] = raised
        pool = self.pool[task]
        if pool == ALLOCATION:
            heappush(self.to_allocate, raised)
            self.look_at_allocation = True
        elif pool == OWN_WORKER:
            holder = self.holder[self.case[task]]
            heappush(self.own_queue[holder], raised)
            self.look_at_people.add(holder)
        else:
            heappush(self.pool_queue[pool], raised)
            self.look_at_pools.add(pool)
        self.soon()

    def task_of_key(self, waiting: int) -> int:
        return int(self.first_task[case_of(waiting)] + place_of(waiting))

    def first_of(self, queue: list[int]) -> int:
        """The first task that waits in a queue, MISSING where none does. Stale keys are dropped."""
        while queue:
            task = self.task_of_key(queue[0])
            if self.waiting_key[task] == queue[0]:
                if not (self.review[task] and self.authorised[self.case[task]]):
                    return task
                self.waiting_key[task] = MISSING
            heappop(queue)
        return MISSING

    # Giving out work, after everything of the minute has happened

    def look_at(self, person: int) -> None:
        if self.staff_pool[person] == OWN_WORKER:
            self.look_at_people.add(person)
        self.look_at_pools.add(self.staff_pool[person])
        self.soon()

    def soon(self) -> None:
        if not self.giving_out:
            self.giving_out = True
            _Moment(self.env).at(int(self.env.now), _GIVE_OUT).callbacks.append(self.give_out)  # type: ignore[union-attr]

    def give_out(self, _: simpy.Event) -> None:
        """Allocate cases, then let every free person take the first of what waits for them."""
        self.giving_out = False
        now = int(self.env.now)
        if self.look_at_allocation:
            self.look_at_allocation = False
            self.allocate(now)
        for person in sorted(self.look_at_people):
            self.take_own(person, now)
        self.look_at_people.clear()
        for pool in sorted(self.look_at_pools - {OWN_WORKER}):
            self.take_from_pool(pool, now)
        self.look_at_pools.clear()
        for task in self.fresh:
            near = self.limit_near(task)
            if self.waiting_key[task] != MISSING and near < self.workload.final_minute:
                case = self.case[task]
                self.then(near, PLAN, case, task - self.first_task[case], partial(self.raise_urgency, task))
        self.fresh.clear()
        if self.to_watch == 0 and self.env.peek() > now:
            self.over.succeed()

    def allocate(self, now: int) -> None:
        """Give waiting cases, first key first, to the person with the least load for their hours."""
        while (task := self.first_of(self.to_allocate)) != MISSING:
            case = self.case[task]
            person = self.best_holder(case, now)
            if person == _NOBODY:
                break
            heappop(self.to_allocate)
            self.waiting_key[task] = MISSING
            self.holder[case] = person
            self.load[person] += self.children[case]
            self.held[person].add(case)
            self.turns += 1
            self.turn[person] = self.turns
            if self.start[task] == MISSING:
                self.start[task] = now
                self.worker[task] = person
                done = self.done[task]
                assert done is not None
                done.at(now, moment(DONE, case, task - self.first_task[case]))
            else:
                self.then(now, DONE, case, task - self.first_task[case], partial(self.placed, case))
        if self.to_allocate and not self.morning_set:
            self.morning_set = True
            tomorrow = now - now % self.people.day + self.people.day
            self.then(tomorrow, STAFF, len(self.workload.staff), 0, self.next_morning)

    def next_morning(self) -> None:
        """Waiting cases are looked at again each morning: somebody may be back."""
        self.morning_set = False
        self.look_at_allocation = True
        self.soon()

    def best_holder(self, case: int, now: int) -> int:
        """Who takes a case: least children and other cases for their hours, then longest without a new one."""
        best, least = _NOBODY, (0, 0)
        limit, other = self.workload.caseload_limit, self.workload.other_cases
        for person in self.members[OWN_WORKER]:
            if not self.starts[person] <= now < self.notice[person]:
                continue
            load = self.load[person] * 10_000 // self.fte[person]
            if (self.load[person] + self.children[case]) * 10_000 // self.fte[person] + other > limit:
                continue
            rank = (load, self.turn[person])
            if (best == _NOBODY or rank < least) and not self.people.away(person, now, self.workload.away_days):
                best, least = person, rank
        return best

    def free(self, person: int, now: int) -> bool:
        return self.task_of[person] == MISSING and self.starts[person] <= now < self.leaves[person]

    def take_own(self, person: int, now: int) -> None:
        task = self.first_of(self.own_queue[person])
        if task == MISSING or not self.free(person, now):
            return
        if not self.people.present(person, now):
            self.wake(person)
        elif self.begin(task, person, now):
            heappop(self.own_queue[person])

    def take_from_pool(self, pool: int, now: int) -> None:
        queue = self.pool_queue[pool]
        for person in self.members[pool]:
            task = self.first_of(queue)
            if task == MISSING:
                return
            if not self.free(person, now):
                continue
            if not self.people.present(person, now):
                self.wake(person)
            elif self.begin(task, person, now):
                heappop(queue)

    def begin(self, task: int, person: int, now: int) -> bool:
        """Begin a task, unless it would end after the person has left."""
        case = self.case[task]
        extra = self.workload.handover if self.taken_over[case] and self.pool[task] == OWN_WORKER else 0
        end = self.people.finish(person, now, self.effort[task] + extra)
        if end > self.leaves[person]:
            return False
        if extra:
            self.taken_over[case] = False
        self.start[task], self.worker[task], self.handover[task] = now, person, extra
        self.waiting_key[task] = MISSING
        self.task_of[person] = task
        done = self.done[task]
        assert done is not None
        if end < self.workload.final_minute:
            done.at(end, moment(DONE, case, task - self.first_task[case]))
        return True

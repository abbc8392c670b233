"""Simulated time: what is due in a minute happens in the order of ``event_order``; then dispatch follows."""

from __future__ import annotations

from collections.abc import Callable

import simpy
from simpy.events import NORMAL, EventPriority

from simkit.model.queue_order import ROW_BITS

_FIRST = 2  # SimPy's own priorities are 0 and 1
_DISPATCH = 7 << ROW_BITS  # after every other event of a minute
BEFORE_ALL = -_FIRST
"""The place in a minute before that of every event."""


class Due(simpy.Event):
    """Something that happens at ``minute``, its value, at its place in the order of that minute.

    Both may be set after creation: the end of a task is not known before its start.
    """

    minute: int
    place: int


class Clock(simpy.Environment):
    """SimPy's environment, with the order of a minute as its events' priority.

    ``dispatch`` is called at the end of each minute in which anything happens.
    """

    def __init__(self, dispatch: Callable[[int], None]) -> None:
        super().__init__()
        self._dispatch = dispatch
        self._ends: set[int] = set()  # minutes with a dispatch at their end

    def schedule(
        self, event: simpy.Event, priority: EventPriority = NORMAL, delay: simpy.core.SimTime = 0
    ) -> None:
        """Schedule an event: at its own minute where it is due at one, as SimPy does otherwise."""
        if isinstance(event, Due):
            priority, delay = EventPriority(_FIRST + event.place), event.minute - self.now
        super().schedule(event, priority, delay)

    def at(self, minute: int, place: int, event: Due | None = None) -> Due:
        """The event, or a new one, due at a place in the order of a minute; dispatch follows the minute."""
        due = Due(self) if event is None else event
        due.minute, due.place = minute, place
        if minute not in self._ends:
            self._ends.add(minute)
            end = Due(self)
            end.minute, end.place = minute, _DISPATCH
            end.callbacks.append(lambda _: self._minute_ends(minute))
            end.succeed(minute)
        due.succeed(minute)
        return due

    def call_at(self, minute: int, place: int, action: Callable[..., None], *arguments: int) -> None:
        """Call ``action`` at a place in the order of a minute; dispatch follows the minute."""
        self.at(minute, place).callbacks.append(lambda _: action(*arguments))

    def _minute_ends(self, minute: int) -> None:
        self._ends.remove(minute)
        self._dispatch(minute)

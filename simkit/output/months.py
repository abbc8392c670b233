"""Where the months of the simulated year begin, for the axis of a figure by week."""

from __future__ import annotations

import datetime as dt

from simkit.model.measures.measures import WEEK_DAYS
from simkit.study.result import Result


def month_starts(result: Result, weeks: int, most: int) -> list[tuple[float, dt.date]]:
    """Where each month begins, in weeks, and its first day; every second or third where room is short.

    ``most``: how many there is room for.
    """
    horizon = result.experiment.setting.horizon
    first = horizon.calendar.day_index(horizon.start)
    starts: list[tuple[float, dt.date]] = []
    month = dt.date(horizon.start.year, horizon.start.month, 1)
    while month <= horizon.end:
        week = (horizon.calendar.day_index(month) - first) / WEEK_DAYS
        if month >= horizon.start and 0 <= week <= weeks:
            starts.append((max(1.0, week), month))
        month = dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return starts[:: -(-len(starts) // most) or 1]

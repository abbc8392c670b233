"""Figures of a run that is still going on: drawn again after every replication, without matplotlib."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from simkit.model.measures.measures import LIMIT_DAYS, WEEK_DAYS
from simkit.output.answers.result.published import durations_from, own_bands
from simkit.output.answers.wording import has_interval, subject, year_words
from simkit.output.drawings.shapes import Box, Drawing, Label, Shape, Stroke, line, wrapped
from simkit.output.look import GRID, INK, LINE, LOCAL, NATIONAL, NATIONAL_EDGE, SERIES, SOFT, STAMP, UNSURE
from simkit.output.months import month_starts
from simkit.study.estimate import Estimate
from simkit.study.result import Result

_TITLE, _SIZE, _SMALL, _LEADING = 16.0, 13.0, 12.0, 16.0
_THIN, _THICK, _ROW = 9.0, 18.0, 27.0  # a bar of ours, a published one below it, and both with their room
_NAMES, _VALUES = 92.0, 44.0  # room for the names of the bands, and for a value behind its bar
_ROOM = 1.3  # of the longest bar, for intervals
_LATE = SERIES[2]
_BANDS = (
    *("same day", "1 to 10", "11 to 20", "21 to 30", "31 to 40", "41 to 45"),
    *("46 to 50", "51 to 60", "61 or more"),
)
_BEFORE_LIMIT = 6  # bands
_MONTH = 44.0  # room for the name of a month below the axis
_END_OF_WEEK = f"At the end of each week of {WEEK_DAYS} working days"
_CHANCE = UNSURE["chance"][1]


def durations_drawing(result: Result, width: float) -> Drawing:
    """The share of assessments in each published band of working days, simulated on published.

    Lines across the ends of bars are 95% intervals of the mean, from the second replication on; where they go
    on past the edge, as they may at first, they have no end.
    """
    published = own_bands(result)
    simulated = list(result.bands.values())
    shares = [100 * (share or 0.0) for share in published.shares] if published is not None else []
    title = f"How long assessments take: {result.experiment.profile.name}"
    shapes, top = _head(result, title, width)
    keys = [("Simulated", LOCAL, LOCAL, _THIN)]
    if published is not None:
        keys.append(
            (f"{durations_from(result)}, {year_words(published.year)}", NATIONAL, NATIONAL_EDGE, _THICK)
        )
    top = _key(shapes, keys, width, top)
    shapes.append(Label(0, top + 12, "Working days; share of assessments, %", _SMALL, colour=SOFT))
    top += 22
    most = _ROOM * max([*(band.value for band in simulated if band.value == band.value), *shares, 1.0])
    scale = (width - _NAMES - _VALUES) / most
    for number, band in enumerate(simulated):
        if number == _BEFORE_LIMIT:
            shapes += _limit(result, width, top)
            top += 22
        share = shares[number] if shares else math.nan
        shapes += _band(_BANDS[number], band, share, scale, most, top)
        top += _ROW
    return Drawing(title, width, top + 4, tuple(shapes))


def durations_words(result: Result) -> str:
    """The figure in words."""
    published = own_bands(result)
    shares = published.shares if published is not None else (None,) * len(_BANDS)
    whose, parts = durations_from(result).lower(), []
    when = "" if published is None else f" ({whose}: {year_words(published.year)})"
    for name, band, share in zip(_BANDS, result.bands.values(), shares, strict=True):
        beside = f", {whose} {100 * share:.1f}%" if share is not None else ""
        parts.append(f"{name}: {_percent(band.value)}{beside}")
    return f"{_so_far(result)}. Share of assessments by working days, simulated{when}. {'; '.join(parts)}."


def weeks_drawing(result: Result, width: float) -> Drawing:
    """Children with an open assessment at the end of each week, and those past day 45 among them."""
    title = f"Open assessments by week: {result.experiment.profile.name}"
    shapes, top = _head(result, title, width)
    keys = [("Open", LOCAL, LOCAL, 3.0), (f"Past day {LIMIT_DAYS}", _LATE, _LATE, 3.0)]
    top = _key(shapes, keys, width, top) + 8
    height, left = max(150.0, min(260.0, width * 0.4)), 46.0
    everyone, late = result.open_by_week, result.over_45_by_week
    most = _round_up(_ROOM * max(float(everyone[:, 0].max()), 1.0))
    count = len(everyone)

    def at(week: float, value: float) -> tuple[float, float]:
        return left + (width - left - 8) * week / max(1, count - 1), top + height * (1 - value / most)

    for tick in range(5):
        value = most * tick / 4
        x, y = at(0, value)
        shapes.append(line(x, y, width - 8, y, GRID))
        shapes.append(Label(x - 6, y + 4, f"{value:,.0f}", _SMALL, colour=SOFT, anchor="end"))
    for series, colour in ((everyone, LOCAL), (late, _LATE)):
        shapes.append(Stroke(tuple(at(week, float(row[0])) for week, row in enumerate(series)), colour, 2.0))
        for week in range(0, count, 4):
            low, high = float(series[week][1]), float(series[week][2])
            if low == low and high == high:
                ends = (at(week, max(0.0, low)), at(week, min(high, most)))
                shapes.append(line(*ends[0], *ends[1], colour, _CHANCE))
    below = top + height + 18
    year = None
    for begun, month in month_starts(result, count, max(1, int((width - left) / _MONTH))):
        x, _ = at(begun - 1, 0.0)
        shapes.append(line(x, below - 18, x, below - 13, LINE))
        shapes.append(Label(x, below, f"{month:%b}", _SMALL, colour=SOFT, anchor="middle"))
        if month.year != year:
            year = month.year
            shapes.append(Label(x, below + _LEADING, f"{year}", _SMALL, colour=SOFT, anchor="middle"))
    below += 2 * _LEADING + 4
    shapes.append(Label(left, below, _END_OF_WEEK, _SMALL, colour=SOFT))
    return Drawing(title, width, below + 8, tuple(shapes))


def weeks_words(result: Result) -> str:
    """The figure in words."""
    everyone, late = result.open_by_week[:, 0], result.over_45_by_week[:, 0]
    horizon = result.experiment.setting.horizon
    return (
        f"{_so_far(result)}, {horizon.start:%B %Y} to {horizon.end:%B %Y}. Children with an open "
        f"assessment at the end of each of {len(everyone)} weeks of {WEEK_DAYS} working days: "
        f"{everyone[0]:.0f} after the first, {everyone[-1]:.0f} after the last; past day {LIMIT_DAYS}: "
        f"{late[0]:.0f} and {late[-1]:.0f}."
    )


def _so_far(result: Result) -> str:
    return "1 simulated year" if result.replications == 1 else f"{result.replications} simulated years"


def _head(result: Result, title: str, width: float) -> tuple[list[Shape], float]:
    """The title, whose it is and how much was simulated, and where they end."""
    shapes: list[Shape] = []
    top = 0.0
    about = f"{_so_far(result)}. {subject(result)}"
    caption = result.experiment.scenario.caption
    heads = [(title, _TITLE, True, INK), (about, _SMALL, False, SOFT)]
    heads += [(caption, _SMALL, True, STAMP)] if caption else []
    for words, size, bold, colour in heads:
        for text in wrapped(words, width - 8, size, bold):
            top += _LEADING + (4 if bold else 0)
            shapes.append(Label(0, top, text, size, bold, colour=colour))
    return shapes, top + 8


def _key(shapes: list[Shape], keys: Sequence[tuple[str, str, str, float]], width: float, top: float) -> float:
    """What the colours mean, beside each other where there is room; gives where it ends."""
    room = width / len(keys) if width >= 480 else width
    for number, (words, fill, edge, thick) in enumerate(keys):
        across = number * room if room < width else 0.0
        if room == width and number:
            top += 22
        shapes.append(Box(across, top + 9 - thick / 2, 24, thick, fill=fill, edge=edge))
        shapes.append(Label(across + 32, top + 14, words, _SIZE))
    return top + 24


def _limit(result: Result, width: float, top: float) -> Iterator[Shape]:
    limit = result.experiment.framework.timescales.get("assessment")
    there = limit is not None and limit.amount is not None
    days = f"{LIMIT_DAYS} working days"
    words = f"{days}, the national limit" if there else f"no limit at {days}"
    if there and result.convention.starting_day:
        first = result.convention.starting_day
        words = f"{days}; the national limit, counted from day {first}, is one day earlier"
    yield Stroke(((0, top + 2), (width, top + 2)), INK, 1.2, dotted=True)
    yield Label(width, top + 16, words, _SMALL, colour=SOFT, anchor="end")


def _band(name: str, band: Estimate, share: float, scale: float, most: float, top: float) -> Iterator[Shape]:
    middle = top + _ROW / 2
    yield Label(_NAMES - 8, middle + 4, name, _SIZE, anchor="end")
    if share == share:
        yield Box(_NAMES, middle - _THICK / 2, share * scale, _THICK, fill=NATIONAL, edge=NATIONAL_EDGE)
    if band.value != band.value:
        yield Label(_NAMES + 6, middle + 4, "no value", _SMALL, colour=SOFT)
        return
    yield Box(_NAMES, middle - _THIN / 2, band.value * scale, _THIN, fill=LOCAL)
    ends = [each for each in (band.value, share) if each == each]
    if has_interval(band) and band.value > 0:
        ends.append(min(band.high, most))
        low, high = max(0.0, band.low), min(band.high, most)
        yield line(_NAMES + low * scale, middle, _NAMES + high * scale, middle, LINE, 2 * _CHANCE)
        for end in (low, band.high):
            if end <= most:
                yield line(_NAMES + end * scale, middle - 4, _NAMES + end * scale, middle + 4, INK, _CHANCE)
    yield Label(_NAMES + max(ends) * scale + 6, middle + 4, f"{band.value:.1f}", _SMALL)


def _percent(value: float) -> str:
    return "no value" if value != value else f"{value:.1f}%"


def _round_up(value: float) -> float:
    """The next number with one digit and zeros, or two and a half times ten to a power."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 4, 5, 8, 10) if step * power >= value)

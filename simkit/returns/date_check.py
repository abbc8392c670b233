"""Refuses a return with many unreadable dates, or with dates that must be wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from simkit.common.arrays import Ints
from simkit.common.text import listed
from simkit.returns.dates import NONE, UNREADABLE, date_of, known
from simkit.returns.disclosure import SMALL
from simkit.returns.errors import ReturnError
from simkit.returns.records import Records

_MANY_YEARS = 15
_TENTH = 0.1
_HALF = 0.5
_SHAPES = 3
_MANY_DAYS, _ALL_OVER = 24, 8  # 24 days are all in the first twelve by chance once in 5,000 million


def refuse_unreadable_dates(where: str, records: Records) -> None:
    """Raises ReturnError where more than a tenth of the dates of one kind can't be read.

    Of so few that a tenth is one or two slips of the pen, more than half must be unreadable. Also if many
    dates are spread over the first twelve days of the month with none after, or if they are in many years but
    on fewer days of the month.
    """
    work, enquiries, referrals = records.assessments, records.enquiries, records.referrals
    for title, days in (
        ("referral", np.concatenate([referrals.date, work.referral])),
        ("closure", np.concatenate([referrals.closed, work.closed])),
        ("start of the assessment", work.start),
        ("authorisation of the assessment", work.end),
        ("start of the section 47 enquiry", enquiries.start),
        ("initial child protection conference", np.concatenate([referrals.conference, enquiries.conference])),
    ):
        refuse_many_unreadable(where, records, title, days)


def refuse_many_unreadable(where: str, records: Records, title: str, days: Ints) -> None:
    """The same for one kind of date, of which ``records`` hold the shapes of those that can't be read."""
    filled_in, unreadable = int((days != NONE).sum()), int((days == UNREADABLE).sum())
    limit = _TENTH if unreadable > SMALL else _HALF
    if unreadable > 1 and unreadable > limit * filled_in:
        part = "a tenth" if limit == _TENTH else "half"
        raise ReturnError(
            f"{where}: more than {part} of the dates of the {title} can't be "
            f"read.{_seen(records, title)} Write them as dd/mm/yyyy or yyyy-mm-dd: export the return "
            "again with its dates so, or change the format of the columns."
        )
    _refuse_misread(where, title, [date_of(day) for day in np.unique(days[known(days)]).tolist()])


def _refuse_misread(where: str, title: str, dates: Sequence[dt.date]) -> None:
    """Raise ReturnError if the dates of a kind must be wrong: see above."""
    of_month, years = {date.day for date in dates}, {date.year for date in dates}
    if len(dates) >= _MANY_DAYS and max(of_month) <= 12 and len(of_month) >= _ALL_OVER:
        raise ReturnError(
            f"{where}: no date of the {title} is after the 12th of a month. A program has probably swapped "
            "day and month, and left out the dates it could not swap. Export the return again, with dates as "
            "dd/mm/yyyy or yyyy-mm-dd."
        )
    if len(years) >= _MANY_YEARS and len(years) > len(of_month):
        raise ReturnError(
            f"{where}: the dates of the {title} are in many years but on few days of the month. This "
            "happens if the year comes first with two figures, and is read as the day. Export the return "
            "again, with dates as dd/mm/yyyy or yyyy-mm-dd."
        )


def _seen(records: Records, title: str) -> str:
    shapes = records.shapes.get(title, {})
    usual = sorted(shapes, key=lambda shape: -shapes[shape])[:_SHAPES]
    if not usual:
        return ""
    month_first = " That is the month first." if usual[0].startswith("mm/dd") else ""
    return f" They look like {listed((repr(shape) for shape in usual), 'or')}.{month_first}"

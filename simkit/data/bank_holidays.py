"""The bank holidays of England: the one reader of the packaged file."""

from __future__ import annotations

from datetime import date
from functools import cache

from simkit.data.files import rows


@cache
def bank_holidays() -> tuple[tuple[date, str, str], ...]:
    """Bank holidays in England, 2010 to 2030: day, title, and ``gov.uk`` or ``computed``.

    Computed ones follow the law; extra days of future years can't be known.
    """
    days = [(date.fromisoformat(r["date"]), r["title"], r["source"]) for r in rows("bank_holidays_england")]
    return tuple(sorted(days))

"""Suggestions for amounts and dates that can't be read."""

from __future__ import annotations

import re
from contextlib import suppress
from difflib import get_close_matches

from simkit.framework.amount import NUMBER, Amount, Unit, parse_amount
from simkit.framework.dates import span

_NUMBER_THEN_WORDS = re.compile(rf"({NUMBER})\s*([^\s\d].*)")
_LONGEST = 40  # letters of a word to compare
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def date_suggestion(text: str) -> str:
    """A date written as in a letter (day, month, year) in the format's own form, or an empty text."""
    numbers = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})", text.strip())
    words = re.fullmatch(r"(?:(\d{1,2})(?:st|nd|rd|th)? +)?([a-z]{3})[a-z]*,? +(\d{4})", text.strip().lower())
    if numbers:
        day, month, year = int(numbers[1]), int(numbers[2]), f"20{numbers[3]}"[-4:]
    elif words and words[2] in _MONTHS:
        day, month, year = int(words[1] or 0), _MONTHS.index(words[2]) + 1, words[3]
    else:
        return ""
    date_text = f"{year}-{month:02}" + (f"-{day:02}" if day else "")
    return date_text if span(date_text) is not None else ""


_LEADING = re.compile(
    r"(?i)^(?:(?:up to|within|in|at most|(?:no|not) (?:later|longer|more) than|max(?:imum)?) +)+(?=\d)"
)
_RANGE = re.compile(rf"({NUMBER}) *(?:-|–|—|to|and|or) *({NUMBER})(.*)")


def bare_amount(text: str) -> str:
    """The amount without the words before it: ``up to 10 working days`` is ``10 working days``."""
    return _LEADING.sub("", " ".join(text.split()))


def range_text(text: str) -> str:
    """The range in a text as a file has it: ``5-7 working days`` is ``5 to 7 working days``."""
    match = _RANGE.search(text)
    return f"{match[1]} to {match[2]} {match[3].strip()}" if match else text


_SHORT_UNITS = {"wd": "working days", "w/d": "working days", "hrs": "hours", "hr": "hours", "mins": "minutes"}


def _one_amount(text: str) -> str:
    """The text of an amount without the words before its number."""
    return re.sub(r"(?i)^(?:between )?[a-z ]+ (?=\d)", "", " ".join(text.split()))


def amount_suggestion(text: str) -> str:
    """The amount that a text can only mean, or an empty text: for a range, and days of either kind."""
    bare = _one_amount(text)
    if _RANGE.fullmatch(bare) or re.fullmatch(NUMBER, bare):
        return ""
    with suppress(ValueError):
        return str(parse_amount(bare.lower()))
    match = _NUMBER_THEN_WORDS.fullmatch(bare)
    words = " ".join(match[2].split()).lower() if match else ""
    if match is None or words in ("day", "days", "d"):
        return ""
    unit = _SHORT_UNITS.get(words) or nearest_unit(words, [each.value for each in Unit])
    return str(parse_amount(f"{match[1]} {unit}")) if unit else ""


def amount_hint(text: str, hint: str = "") -> str:
    """The hint for an amount that can't be read. A range is never turned into one number."""
    meant = amount_suggestion(text)
    if meant:
        return f"Did you mean '{meant}'?"
    bare = _one_amount(text)
    a_range = _RANGE.fullmatch(bare)
    if a_range is not None:
        low, high = a_range[1], a_range[2]
        unit = nearest_unit(a_range[3].strip().lower(), [u.value for u in Unit])
        if unit:
            return f"A range is no limit; which of the two: '{low} {unit}' or '{high} {unit}'?"
        return (
            f"A range is no limit; which of the two, {low} or {high}? And are they working or calendar days?"
        )
    if re.fullmatch(NUMBER, bare):
        return f"Say which days: {_which_days(bare)}?"
    match = _NUMBER_THEN_WORDS.fullmatch(bare)
    if match is None:
        return hint
    if " ".join(match[2].split()).lower() in ("day", "days", "d"):
        return f"Say which days: {_which_days(match[1])}."
    return f"{hint} Units are {', '.join(unit.value for unit in Unit)}.".strip()


def _which_days(number: str) -> str:
    days = (Amount(float(number), unit) for unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS))
    return " or ".join(f"'{each}'" for each in days)


def nearest_unit(words: str, units: list[str]) -> str:
    """The nearest unit, or an empty text."""
    matches = get_close_matches(words[:_LONGEST], units, n=1, cutoff=0.7)
    return matches[0] if matches else ""

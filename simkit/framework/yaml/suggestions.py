"""Suggestions for amounts and dates that can't be read."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from difflib import get_close_matches

from simkit.common.text import listed
from simkit.framework.amount import NUMBER, Amount, Unit, parse_amount, parse_amount_range
from simkit.framework.dates import span
from simkit.framework.problem import excerpt
from simkit.framework.yaml.number_words import FRACTIONS, in_digits, plain_numbers

_NUMBER_THEN_WORDS = re.compile(rf"({NUMBER})\s*([^\s\d].*)")
_LONGEST = 40  # letters of a word to compare
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? +(?=\d)")
_TIME_AFTER = re.compile(r"(?<=\d)(?:t| +(?:at )?)\d{1,2}[:.]\d\d(?:[:.]\d\d)?$")


_YEAR_FIRST = (
    r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})",
    r"(\d{4})-(\d{1,2})()",
    r"((?:19|20)\d\d)(\d\d)(\d\d)",
)


def date_suggestion(text: str) -> str:
    """A date written as in a letter (day, month, year) in the format's own form, or an empty text."""
    date_text = written_date(text)
    return date_text if date_text and span(date_text) is not None else ""


def written_date(text: str) -> str:
    """The same, also for a day that no calendar has: ``31 April 2026`` is ``2026-04-31``."""
    text = unicodedata.normalize("NFKC", text).strip().lower().rstrip(".")
    text = _TIME_AFTER.sub("", _WEEKDAY.sub("", re.sub("[–—−]", "-", text)))
    text = re.sub(r"([a-z]{3,}) +(\d{1,2}(?:st|nd|rd|th)?),? +(\d{4})", r"\2 \1 \3", text)
    numbers = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})", text)
    words = re.fullmatch(
        r"(?:(\d{1,2})(?:st|nd|rd|th)?(?: +of +| +|-))?([a-z]{3})[a-z]*(?:,? +|-)(\d{4}|\d{2})", text
    )
    backwards = next((match for each in _YEAR_FIRST if (match := re.fullmatch(each, text))), None)
    if backwards:
        year, month, day = backwards[1], int(backwards[2]), int(backwards[3] or 0)
    elif numbers:
        day, month, year = int(numbers[1]), int(numbers[2]), f"20{numbers[3]}"[-4:]
    elif words and words[2] in _MONTHS:
        day, month, year = int(words[1] or 0), _MONTHS.index(words[2]) + 1, f"20{words[3]}"[-4:]
    else:
        return ""
    if month > 12 and 1 <= day <= 12:  # the day before the month, or after it
        day, month = month, day
    return f"{year}-{month:02}" + (f"-{day:02}" if day else "")


_REPEATS = {
    **{"weekly": "1 week", "each week": "1 week", "every week": "1 week"},
    **{"fortnightly": "2 weeks", "every fortnight": "2 weeks", "monthly": "1 month"},
    **{"each month": "1 month", "every month": "1 month", "quarterly": "3 months"},
    **{"half-yearly": "6 months", "yearly": "1 year", "annually": "1 year", "annual": "1 year"},
    **{"each year": "1 year", "every year": "1 year"},
}
_SO_MANY = re.compile(r"(?i)(?:every )?(\w+)[- ](?:week|month|year)ly")


def repeat_suggestion(text: str) -> str:
    """The amount of a repeat in a word, as ``monthly`` or ``six-weekly``; empty for anything else."""
    plain = " ".join(text.lower().split()).rstrip(".")
    each = re.match(rf"(?:every|each) (?={NUMBER} )", plain_numbers(plain))
    if each is not None:
        return amount_suggestion(plain_numbers(plain)[each.end() :])
    many = _SO_MANY.fullmatch(plain)
    if many is None:
        return _REPEATS.get(plain, "")
    unit = re.split(r"[- ]", plain)[-1].removesuffix("ly")
    number = in_digits(many[1])
    return str(parse_amount(f"{number} {unit}s")) if re.fullmatch(NUMBER, number) else ""


def share_suggestion(text: str) -> str:
    """A share as the format has it: ``90 per cent`` is ``90%``; empty for anything else."""
    match = re.fullmatch(rf"(?i)({NUMBER}) *(?:%|per ?cent|percentage|pc)\.?", in_digits(text.strip()))
    return f"{match[1]}%" if match else ""


def _plain(text: str) -> str:
    """The text with its numbers as a file has them, on one line, without a full stop or comma at its end."""
    return plain_numbers(" ".join(text.split()).rstrip(".;,"))


def value_suggestion(text: str) -> str:
    """A number of the simulation, or a range of two, as the format has it; empty for anything else.

    ``20 %`` is ``20%``, and ``20-40%`` is ``20% to 40%``.
    """
    plain = re.sub(r"(?<=\d),(?=\d)", ".", _plain(text))
    plain = re.sub(r"(?i) *(?:%|per ?cent\b|percentage\b|pc\b)", "%", plain)
    ends = re.fullmatch(rf"(?:between )?({NUMBER})(%?) *(?:-|–|—|to|and) *({NUMBER})(%?)", plain)
    if ends is not None:
        sign = ends[2] or ends[4]
        return f"{ends[1]}{sign} to {ends[3]}{sign}"
    if re.fullmatch(rf"{NUMBER}%?", plain):
        return plain
    return range_text(plain) if _is_range(range_text(plain)) else amount_suggestion(plain)


def _is_range(text: str) -> bool:
    with suppress(ValueError):
        return bool(parse_amount_range(text))
    return False


def range_suggestion(text: str) -> str:
    """The range of two amounts that a text can only mean, as ``12 to 16 weeks``; empty for anything else."""
    plain = _plain(text.lower())
    match = _RANGE.fullmatch(re.sub(r"^(?:between|from) ", "", plain))
    if match is None or "or" in plain.split():
        return ""
    unit = _unit_of(match[3])
    return range_text(f"{match[1]} to {match[2]} {unit}") if unit else ""


_LEADING = re.compile(
    r"(?i)^(?:(?:up to|within|in|at most|(?:no|not) (?:later|longer|more) than|max(?:imum)?(?: of)?|under"
    r"|less than|approximately|approx\.?|about|around|roughly|circa|ca?\.|[~≈+<≤]|<=) *)+(?=\d)"
)
_AT_LEAST = re.compile(
    r"(?i)^(?:(?:at least|not? (?:less|fewer|sooner|earlier) than|more than|longer than|over|after"
    r"|min(?:imum|\.)?(?: of)?|[>≥]=?) *)+(?=\d)"
)
_OR_MORE = re.compile(rf"(?i)^({NUMBER})(?: *\+| or (?:more|longer|later))(?= )| or (?:more|longer|later)$")
_RANGE = re.compile(rf"({NUMBER}) *(?:-|–|—|to|and|or|/) *({NUMBER})(.*)")
_TWO = re.compile(rf"({NUMBER}) +({NUMBER})(\D.*)?")
_SHARE = re.compile(rf"(?i)({NUMBER}) *(?:%|per ?cent)")
_BRACKETED = re.compile(rf"^({NUMBER}) *\(({NUMBER})\)")  # ten (10) working days
_SHORT_UNITS = {
    "wd": "working days",
    "wds": "working days",
    "w/d": "working days",
    "w days": "working days",
    "business days": "working days",
    "business day": "working days",
    "days (working)": "working days",
    "full working days": "working days",
    "clear working days": "working days",
    "days working": "working days",
    "weekdays": "working days",
    "week days": "working days",
    "w/days": "working days",
    "wdays": "working days",
    "consecutive days": "calendar days",
    "normal days": "calendar days",
    "hrs": "hours",
    "hr": "hours",
    "h": "hours",
    "mins": "minutes",
    "min": "minutes",
    "wks": "weeks",
    "wk": "weeks",
    "yrs": "years",
}
_SAME_DAY = re.compile(
    r"(?i)(?:(?:by|on) )?(?:the )?(?:same|next|following|same or (?:the )?next)(?: working)? day"
    r"|immediately|at once|straight ?away|the day after"
)
_FORTNIGHT = re.compile(rf"(?i)(?:a |({NUMBER}) )?fortnights?")
_WITHOUT_NUMBER = (
    "If no number is set, write `no_number: {}` in place of this line: it is printed and not measured."
)
_CLOCK = re.compile(r"\b\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|noon)?\b(?=\W*$)")
_TIME_OF_DAY = re.compile(r"(?i)\d{1,2}(?::\d\d| ?[ap]\.?m)(?: ?[ap]\.?m)?\.?|noon|midnight")
_A_UNIT = re.compile(r"(?i)an? (minute|hour|working day|calendar day|week|month|year)")


def bare_amount(text: str) -> str:
    """The amount without the words before it: ``up to 10 working days`` is ``10 working days``."""
    return _LEADING.sub("", " ".join(text.split()))


def range_text(text: str) -> str:
    """The range in a text as a file has it: ``5-7 working days`` is ``5 to 7 working days``."""
    match = _RANGE.search(text) or _TWO.search(text)
    if match is None:
        return text
    low, high = sorted((match[1], match[2]), key=float)
    return f"{low} to {high} {(match[3] or '').strip()}"


def amount_suggestion(text: str, key: str = "") -> str:
    """The amount that a text can only mean, or an empty text: for two numbers, and days of either kind."""
    return suggestion_in(amount_hint(text, key=key))


def amount_hint(text: str, hint: str = "", key: str = "") -> str:
    """The hint for an amount that can't be read. Two numbers are never turned into one.

    ``key`` is the name that the amount follows, where there is one.
    """
    plain = _plain(text)
    plain = _BRACKETED.sub(lambda match: match[1] if match[1] == match[2] else match[0], plain)
    other = _no_amount(plain, key)
    if other:
        return other
    plain = _without_at_least(plain)
    bare = re.sub(r"(?i)^(?:between )?[a-z ]+ (?=\d)", "", bare_amount(plain))
    share = _SHARE.search(bare)
    if share is not None:
        amount = in_digits(_SHARE.sub("", bare))
        rest = re.sub(r"(?i)\b(?:in|for|of|(?:all )?cases|children|assessments)\b", "", amount)
        limit = _amount_in(rest) or "5 working days"
        return (
            f"A share can't be part of a time. Write only the time, as in '{limit}'. For a limit, write the "
            f"share on a line of its own, `target: {share[1]}%`; otherwise put it in a `note`."
        )
    a_range = _RANGE.fullmatch(bare) or _TWO.fullmatch(bare)
    if a_range is not None:
        return _which_of_two(a_range[1], a_range[2], (a_range[3] or "").strip().lower())
    if re.fullmatch(NUMBER, bare):
        return f"Say which days: {_which_days(bare)}?"
    if re.search(r"\d{10}", bare):
        return "The number has too many digits. Write a number and a unit, such as '5 working days'."
    if _SAME_DAY.fullmatch(plain):
        return (
            "If it means the same or the next working day, write '1 working day'. If it means something "
            f"else, write `no_number: {plain}`: it is printed in these words and not measured."
        )
    if re.search(r"\d[^\s\d.,/–—-]+\d", bare):  # 1e3, 1_000
        return hint
    fortnight, one = _FORTNIGHT.fullmatch(bare), _A_UNIT.fullmatch(bare)
    if fortnight is not None:
        return f"Did you mean '{parse_amount(f'{2 * float(fortnight[1] or 1):g} weeks')}'?"
    if one is not None:
        return f"Did you mean '1 {one[1].lower()}'?"
    return _one_number(bare, hint)


def shortest_time(text: str) -> str:
    """The amount of a shortest time, as ``at least 3 months``; empty for anything else."""
    plain = _plain(text)
    bare = _without_at_least(plain)
    return suggestion_in(_one_number(bare_amount(bare), "")) or _amount_in(bare) if bare != plain else ""


def _without_at_least(plain: str) -> str:
    return _OR_MORE.sub(lambda match: match[1] or "", _AT_LEAST.sub("", plain))


def _no_amount(plain: str, key: str) -> str:
    """The hint for what is no amount in other words, but a shortest time, a date, a time of day or less than
    nothing; empty for anything else."""
    shortest = shortest_time(plain)
    if shortest and not key.startswith("at_least"):
        return f"'{excerpt(plain)}' is a shortest time. If it is the longest one, write '{shortest}'."
    if (span(plain) is not None and len(plain) > len("2026")) or date_suggestion(plain):
        return "This is a date. Write how long it takes: a number and a unit, such as '5 working days'."
    if _TIME_OF_DAY.fullmatch(plain):
        return "This is a time of day. Write how long it takes: a number and a unit, such as '1 working day'."
    below = re.match(rf"[-–−] *(?={NUMBER})", plain)
    if below is not None:
        return "A time can't be less than nothing. Write a number and a unit, such as '5 working days'."
    comma = re.match(r"(\d+),(\d{1,2})(?= +[a-z]|$)", plain)
    if comma is not None:
        return (
            f"A fraction has a point and no comma: write {comma[1]}.{comma[2]} if that is the number. One "
            "time needs one number: if there are two, write an entry for each."
        )
    return ""


def suggestion_in(hint: str) -> str:
    """The amount that a hint suggests; empty where it suggests none, or leaves a choice."""
    match = re.fullmatch(r"Did you mean '([^']+)'\?", hint)
    return match[1] if match else ""


def _which_of_two(low: str, high: str, unit_words: str) -> str:
    unit = _unit_of(unit_words)
    if unit:
        first, second = (parse_amount(f"{number} {unit}") for number in (low, high))
        fraction = FRACTIONS.get(f"{low}/{high}")
        part = f" For a part of one write '{fraction:g} {unit}'." if fraction else ""
        return f"There are two numbers. Which one do you mean: '{first}' or '{second}'?{part}"
    return (
        f"There are two numbers. Which one do you mean, {low} or {high}? And are they working days or "
        "calendar days?"
    )


def _one_number(bare: str, hint: str) -> str:
    with suppress(ValueError):
        return f"Did you mean '{parse_amount(bare.lower())}'?"
    match = _NUMBER_THEN_WORDS.fullmatch(bare)
    if match is None:
        return hint if re.search(r"\d", bare) else f"{hint} {_WITHOUT_NUMBER.format(excerpt(bare))}".strip()
    words = " ".join(match[2].split()).lower()
    if words in ("day", "days", "d"):
        return f"Say which days: {_which_days(match[1])}."
    unit_name = _unit_of(words)
    if unit_name:
        return f"Did you mean '{parse_amount(f'{match[1]} {unit_name}')}'?"
    amount = _amount_in(bare)
    rest = _CLOCK.sub("", bare.lower().partition(amount.split(" ", 1)[1])[2]) if amount else ""
    if amount and not re.search(r"\d", rest):
        return f"Write only the time here: '{amount}'. Put anything else on a line `note:`."
    numbers = re.findall(NUMBER, bare)
    if len(numbers) > 1:
        return (
            f"There are several numbers ({listed(numbers, 'and')}), and one time needs one number. Write "
            "the one that applies, such as '5 working days'. Give the others an entry of their own, or "
            "a line `note:`."
        )
    return f"{hint} Units are {', '.join(unit.value for unit in Unit)}.".strip()


def _amount_in(text: str) -> str:
    """The amount with which the text begins, as a file has it; empty if it begins otherwise."""
    units = "|".join(sorted((name for unit in Unit for name in (unit.value, unit.value[:-1])), key=len))
    match = re.match(rf"(?i) *({NUMBER}) +({units})s?\b", text)
    return str(parse_amount(f"{match[1]} {match[2].lower()}")) if match else ""


def _unit_of(words: str) -> str:
    """The unit that the words mean, or an empty text. ``days`` alone means none."""
    plain = " ".join(words.lower().split())
    if plain in ("", "day", "days", "d") or re.search(r"\d", plain):
        return ""
    return _SHORT_UNITS.get(plain) or nearest_unit(plain, [unit.value for unit in Unit])


def _which_days(number: str) -> str:
    days = (Amount(float(number), unit) for unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS))
    return " or ".join(f"'{each}'" for each in days)


def nearest_unit(words: str, units: list[str]) -> str:
    """The unit of which the words are a slip, or an empty text."""
    by_form = {form: unit for unit in units for form in (unit, unit.removesuffix("s"))}
    matches = get_close_matches(words[:_LONGEST], by_form, n=1, cutoff=0.8)
    return by_form[matches[0]] if matches and not is_opposite(words, matches[0]) else ""


def is_opposite(word: str, other: str) -> bool:
    """Whether one word is the other with a prefix that changes its meaning: ``not_agreed``."""
    long, short = sorted((word, other), key=len, reverse=True)
    return long.endswith(short) and len(long) - len(short) > 1

"""Eight questions for a new local framework, in a manager's words, each answer checked at once.

An answer is checked as the file is: by the same parser, and by every rule on the file that the
answers so far would make.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from simkit.framework.amount import Unit, parse_amount
from simkit.framework.check import check_text
from simkit.framework.dates import span
from simkit.framework.new.template import new_text, role_of
from simkit.framework.placeholders import is_placeholder
from simkit.framework.problem import Problem, Severity
from simkit.framework.yaml.suggestions import amount_hint, bare_amount, date_suggestion

if TYPE_CHECKING:
    from simkit.data import Authority


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``id`` is the answer's name in ``template.new_text``; ``number`` counts from 1.

    ``read`` gives the answer as it is written into the file. It raises ValueError with a sentence.
    """

    id: str
    number: int
    text: str
    example: str
    read: Callable[[str, Mapping[str, str]], str]


def _amount(written: str) -> str:
    if is_placeholder(written):
        raise ValueError(f"'{written}' is not a length of time. Press Enter to leave it open.")
    try:
        amount = parse_amount(bare_amount(written.lower()))
    except ValueError:
        hint = amount_hint(written.lower(), "Write a number and a unit, such as '5 working days'.")
        raise ValueError(f"'{written}' can't be read. {hint}") from None
    if not amount.number:
        raise ValueError("Nothing happens in no time. For 'the same or the next day' write 1 working day.")
    return str(amount)


def _length(written: str, answers: Mapping[str, str]) -> str:
    return _amount(written)


def _second(written: str, answers: Mapping[str, str]) -> str:
    amount = _amount(written)
    first = answers.get("first_review")
    if first is not None and parse_amount(amount).working_days <= parse_amount(first).working_days:
        raise ValueError(f"The first review is after {first}; the second has to be later.")
    return amount


def _limit(written: str, answers: Mapping[str, str]) -> str:
    amount = parse_amount(_amount(written))
    national = parse_amount("45 working days")
    if amount == national:
        raise ValueError(
            "45 working days is the national limit, which holds anyway. Give the shorter time that is usual, "
            "or press Enter."
        )
    if amount.unit is Unit.WORKING_DAYS and amount.number > national.number:
        raise ValueError(
            "That is longer than the 45 working days of the statutory guidance. Type a shorter time, or "
            "press Enter here; the file can say later why you depart from the guidance, and who agreed to it."
        )
    return str(amount)


def _post(written: str, answers: Mapping[str, str]) -> str:
    role_of(written)
    return " ".join(written.split())


def _day(written: str, answers: Mapping[str, str]) -> str:
    if is_placeholder(written):
        raise ValueError(f"'{written}' is no date. Press Enter to leave it open.")
    if span(written) is None:
        suggestion = date_suggestion(written)
        hint = f"Did you mean {suggestion}? " if suggestion else ""
        raise ValueError(
            f"'{written}' is no date. {hint}Write a day as 2027-04-01, a month as 2027-04, or a year as 2027."
        )
    return written


QUESTIONS = (
    Question(
        "child_seen", 1, "When is the child seen, after the case is allocated?", "5 working days", _length
    ),
    Question(
        "first_review",
        2,
        "When does a manager first review it, after allocation?",
        "10 working days",
        _length,
    ),
    Question(
        "second_review",
        3,
        "When is the second review, if the assessment is still open then?",
        "25 working days",
        _second,
    ),
    Question(
        "limit",
        4,
        "Within how long of the referral is an assessment usually concluded?",
        "30 working days",
        _limit,
    ),
    Question("signs_off", 5, "Who signs the assessment off? (a post)", "Team manager", _post),
    Question("allocates", 6, "Who allocates the case to a social worker? (a post)", "Team manager", _post),
    Question("allocated_within", 6, "And by when, after the decision to assess?", "1 working day", _length),
    Question("owner", 7, "Which post owns the local protocol?", "Head of Safeguarding", _post),
    Question("in_force", 8, "From when does the framework hold?", "2027-04-01", _day),
    Question("review_on", 8, "And when is it looked at again?", "2029-04-01", _day),
)


def check_answer(
    question: Question,
    written: str,
    answers: Mapping[str, str],
    authority: Authority,
    *,
    today: date | None = None,
) -> str:
    """The answer as it goes into the file. Raises ValueError with what is wrong and what to write."""
    if "\ufffd" in written:
        raise ValueError("A letter of the answer could not be read. Please type it again.")
    answer = question.read(written, answers)
    before = _problems_of(authority, answers, today)
    for problem in _problems_of(authority, {**answers, question.id: answer}, today):
        if _identity(problem) not in {_identity(known) for known in before}:
            raise ValueError(_PLAIN_MESSAGES.get(problem.code) or _plain_message(problem))
    return answer


# What rules find in an answer, without a word of the file's own names.
_LEAVE = "Type another answer, or press Enter to leave it open."
_LATE = f"A review would then come after the time by which the assessment is to be concluded. {_LEAVE}"
_ORDER = f"The second review would then come before the first. {_LEAVE}"
_LONGER = f"That is longer than the national guidance allows. {_LEAVE}"
_PLAIN_MESSAGES = {
    "A011": f"By that day it was to be reviewed already: the day has passed. {_LEAVE}",
    "C002": f"That is longer than the law allows. {_LEAVE}",
    "C003": _LONGER,
    "C009": f"That is longer than anything published for this: half a year. Check the number. {_LEAVE}",
    "C010": _LATE,
    "C011": f"Both reviews would then be on the same day. {_LEAVE}",
    "C017": _LONGER,
    "C019": f"That is no shorter than the national limit for exceptional cases. {_LEAVE}",
    "C021": _LATE,
    "C022": _ORDER,
    "C023": _LATE,
    "C024": f"That is longer than the whole assessment may take. {_LEAVE}",
}


def _plain_message(problem: Problem) -> str:
    return f"{problem.message.replace('`', '')} {_LEAVE}"


def _problems_of(authority: Authority, answers: Mapping[str, str], today: date | None) -> list[Problem]:
    path = Path(f"{authority.slug}.yaml")
    problems = check_text(new_text(authority, answers, file=path.name), path, today=today)
    return [problem for problem in problems if problem.severity is not Severity.NOTE]


def _identity(problem: Problem) -> tuple[str, str]:
    return problem.code, problem.path

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

from simkit.framework.amount import parse_amount
from simkit.framework.check import check_text
from simkit.framework.dates import span
from simkit.framework.new.template import new_text, roles_of
from simkit.framework.placeholders import is_placeholder
from simkit.framework.problem import Problem, Severity
from simkit.framework.rules.context import is_looser
from simkit.framework.yaml.suggestions import amount_hint, bare_amount, date_suggestion, suggestion_in

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


class RefusedAnswerError(ValueError):
    """An answer that can't be used. ``suggestion`` is what was probably meant, empty where that is open."""

    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.suggestion = suggestion


_LEAVE_OPEN = "Leave it empty to decide later."  # at a prompt and in a form


def _amount(written: str) -> str:
    if is_placeholder(written):
        raise RefusedAnswerError(f"'{written}' is not a length of time. {_LEAVE_OPEN}")
    try:
        amount = parse_amount(bare_amount(written.lower()))
    except ValueError:
        hint = amount_hint(written.lower(), _ONE_AMOUNT)
        if "`" in hint:  # words of the file, which nobody has seen yet
            hint = _ONE_AMOUNT
        raise RefusedAnswerError(f"'{written}' can't be read. {hint}", suggestion_in(hint)) from None
    if not amount.number:
        raise RefusedAnswerError(
            "The time can't be zero. For 'the same or the next day' write 1 working day."
        )
    return str(amount)


_ONE_AMOUNT = "Write one number and a unit, such as '5 working days'."


def _length(written: str, answers: Mapping[str, str]) -> str:
    return _amount(written)


def _second(written: str, answers: Mapping[str, str]) -> str:
    amount = _amount(written)
    first = answers.get("first_review")
    if first is not None and parse_amount(amount).working_days <= parse_amount(first).working_days:
        raise RefusedAnswerError(f"The first review is after {first}. The second has to be later.")
    return amount


def _limit(written: str, answers: Mapping[str, str]) -> str:
    amount = parse_amount(_amount(written))
    national = parse_amount("45 working days")
    if amount == national:
        raise RefusedAnswerError(
            "45 working days is the national limit, which applies anyway. Give the shorter time that is "
            "usual, or leave it empty."
        )
    if is_looser(amount, national):
        raise RefusedAnswerError(
            "That is longer than the 45 working days of the statutory guidance. Type a shorter time, or "
            "leave it empty. You can write in the file later why you depart from the guidance, and who "
            "agreed to it."
        )
    return str(amount)


def _post(written: str, answers: Mapping[str, str]) -> str:
    roles_of(written)
    return " ".join(written.split())


def _day(written: str, answers: Mapping[str, str]) -> str:
    if is_placeholder(written):
        raise RefusedAnswerError(f"'{written}' is not a date. {_LEAVE_OPEN}")
    if span(written) is None:
        suggestion = date_suggestion(written)
        hint = f"Did you mean {suggestion}?" if suggestion else ""
        hint = hint or "Write a day as 2027-04-01, a month as 2027-04, or a year as 2027."
        raise RefusedAnswerError(f"'{written}' is not a date. {hint}", suggestion)
    return written


QUESTIONS = (
    Question("child_seen", 1, "How soon after allocation is the child seen?", "5 working days", _length),
    Question(
        "first_review",
        2,
        "How long after allocation does a manager first review the assessment?",
        "10 working days",
        _length,
    ),
    Question(
        "second_review",
        3,
        "How long after allocation is the second review, if the assessment is still open?",
        "25 working days",
        _second,
    ),
    Question(
        "limit",
        4,
        "How soon after referral should an assessment normally be finished?",
        "30 working days",
        _limit,
    ),
    Question("signs_off", 5, "Which post signs the assessment off?", "Team manager", _post),
    Question("allocates", 6, "Which post allocates the case to a social worker?", "Team manager", _post),
    Question("allocated_within", 6, "How soon after the decision to assess?", "1 working day", _length),
    Question("owner", 7, "Which post owns the local protocol?", "Head of Safeguarding", _post),
    Question("in_force", 8, "When does the framework start?", "2027-04-01", _day),
    Question("review_on", 8, "When will it be reviewed?", "2029-04-01", _day),
)
_YES = frozenset({"", "y", "yes", "ok", "okay", "yep", "correct", "that's right", "right"})


def agreed_to(typed: str, suggestion: str) -> str:
    """What an answer to a suggestion means: Enter and yes take it, anything else is itself an answer."""
    return suggestion if suggestion and typed.strip().lower().rstrip(".!") in _YES else typed


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
        raise RefusedAnswerError("A letter of the answer could not be read. Please type it again.")
    answer = question.read(written, answers)
    before = _problems_of(authority, answers, today)
    for problem in _problems_of(authority, {**answers, question.id: answer}, today):
        if _identity(problem) not in {_identity(known) for known in before}:
            raise RefusedAnswerError(_PLAIN_MESSAGES.get(problem.code) or _plain_message(problem))
    return answer


# What rules find in an answer, without a word of the file's own names.
_LEAVE = "Type another answer, or leave it empty to decide later."
_LATE = f"A review would then come after the assessment should be finished. {_LEAVE}"
_ORDER = f"The second review would then come before the first. {_LEAVE}"
_LONGER = f"That is longer than the national guidance allows. {_LEAVE}"
_PLAIN_MESSAGES = {
    "A011": f"The review date has passed. {_LEAVE}",
    "C002": f"That is longer than the law allows. {_LEAVE}",
    "C003": _LONGER,
    "C009": f"That is longer than any published limit: half a year. Check the number. {_LEAVE}",
    "C010": _LATE,
    "C011": f"Both reviews would then be on the same day. {_LEAVE}",
    "C017": _LONGER,
    "C019": f"That is not shorter than the national limit for exceptional cases. {_LEAVE}",
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

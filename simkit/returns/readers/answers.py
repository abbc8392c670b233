"""Reads answers to yes or no, or how many, as case management systems and Ofsted's own lists code them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from simkit.common.arrays import Ints
from simkit.common.text import listed
from simkit.returns.cells import cell_text
from simkit.returns.dates import UNREADABLE, day_of
from simkit.returns.disclosure import SMALL, is_small
from simkit.returns.errors import ReturnError
from simkit.returns.records import NO, UNKNOWN, YES
from simkit.returns.wording import answer_option, option

UNREADABLE_ANSWER = -2
"""For a cell that is not empty and has no known answer."""

OTHERS = "*"
"""Means every answer of a column that is neither known nor named."""

MEANINGS = {"yes": YES, "no": NO, "not known": UNKNOWN}
"""What the user can say that an answer means."""

NamedAnswers = Mapping[str, Mapping[str, str]]
"""What answers mean, by column: ``{"disabled": {"HAND": "yes", "See file": "not known"}}``."""

_MOST_SHOWN = 20
_LONGEST = 40
_FEW = 0.1  # up to this share of the rows with a 1, those with a 0 are slips
_NOT_SHOWN = re.compile(r"\d{3}|\d\s*[/.:-]\s*\d|@")  # as in ids, parts of dates, times and addresses

_CODE = re.compile(r"^(?!(?:no|y|n)\b)[a-z0-9]{1,2}\s*[).:=-]\s*(?=[a-z])")  # as in "a) Yes", "1 - Yes"
_NOT_ANYTHING = re.compile(r"not? [a-z]")  # as in "No conference needed", "Not closed"
_YES = frozenset({"y", "yes", "true", "t", "1", "1.0", "disabled"})
_NO = frozenset({"n", "no", "false", "f", "0", "0.0", "none", "not disabled", "non disabled"})
_UNKNOWN = frozenset(
    {"", "-", "u", "unknown", "not known", "n/k", "nk", "not stated", "not recorded", "not applicable"}
    | {"n/a", "na", "null", "nan", "not yet known", "not yet obtained", "information not yet obtained"}
    | {"refused", "declined", "tbc", "pending", "?"}
)


def yes_or_no(cell: object) -> int:
    """YES, NO, UNKNOWN or UNREADABLE_ANSWER for a cell: ``Yes``, ``b) No``, ``1 - Yes``, ``c) Unknown``."""
    text = _plain(cell)
    plain = _CODE.sub("", text)
    first = re.split(r"[ ,.:;)(-]", plain, maxsplit=1)[0]
    if plain in _UNKNOWN:
        return UNKNOWN
    if plain in _YES or first in ("y", "yes"):
        return YES
    if plain in _NO or first in ("n", "no"):
        return NO
    if first in ("unknown", "not"):
        return UNKNOWN
    return UNREADABLE_ANSWER


def _answer(column: str, cell: object) -> int:
    """The same for a cell of a column, where words such as ``No further action`` can be its yes.

    That nothing is done or needed is not a plain no: it can't be read unless it is known to mean yes.
    """
    name, plain = column.rpartition(".")[2], _CODE.sub("", _plain(cell))
    if name == "nfa" and (plain == "nfa" or plain.startswith("no further action")):
        return YES
    if name != "disabled" and plain not in _UNKNOWN and _NOT_ANYTHING.match(plain):
        return UNREADABLE_ANSWER
    return yes_or_no(cell)


def disability(code: object) -> int:
    """YES, NO or UNKNOWN for a code of disability: every code is one, unless it says no or nothing."""
    answer = yes_or_no(code)
    return YES if answer == UNREADABLE_ANSWER else answer


def _plain(cell: object) -> str:
    """The words of a cell in lower case."""
    return cell_text(cell).lower().strip(" .")


def named_answers(answers: NamedAnswers | str | None, columns: Iterable[str]) -> dict[str, dict[str, int]]:
    """What the user says that answers mean, by column: ``disabled:HAND=yes,disabled:*=not known``.

    ``columns``: the names that are allowed. The number of a list before a name (``4.disabled``) can be left
    out if no other column has that name. Raises ReturnError.
    """
    known = tuple(columns)
    result: dict[str, dict[str, int]] = {}
    for name, answer, meaning in _triples(answers):
        homes = [each for each in known if name in (each, each.rpartition(".")[2])]
        wrong = _wrong(name, len(homes), answer, meaning)
        if wrong:
            raise ReturnError(
                f"{option('answers')}: {wrong}. Write which column, which answer and what it means, such as "
                f"{answer_option(known[0], 'x')}. The columns are {', '.join(known)}. An answer means "
                f"{listed(MEANINGS, 'or')}; {OTHERS} stands for all other answers of a column."
            )
        result.setdefault(homes[0], {})[answer] = MEANINGS[meaning]
    return result


def _wrong(name: str, homes: int, answer: str, meaning: str) -> str:
    """What is wrong with a named answer, empty if nothing is."""
    if homes != 1:
        return f"'{name}' must name exactly one column"
    if not answer:
        return f"no answer is given for '{name}'"
    if not meaning:
        return f"no meaning is given for '{answer}'"
    return "" if meaning in MEANINGS else f"'{meaning}' is not a meaning"


def _triples(answers: NamedAnswers | str | None) -> list[tuple[str, str, str]]:
    """Column, answer and meaning, each in lower case."""
    if answers is None:
        return []
    if isinstance(answers, str):
        parts = next(csv.reader([answers], skipinitialspace=True), [])
        pairs = [part.rpartition("=")[::2] if "=" in part else (part, "") for part in parts]
        triples = [(*left.partition(":")[::2], meaning) for left, meaning in pairs]
    else:
        triples = [(name, answer, means) for name, of in answers.items() for answer, means in of.items()]
    return [(_plain(name), _plain(answer), _plain(meaning)) for name, answer, meaning in triples]


@dataclass(frozen=True, slots=True)
class UnknownAnswers:
    """The answers of one column that are not understood.

    ``answers``: those given for more than 5 children, as the file writes them, with how often they occur.
    ``others``: how often all others occur, None if that may not be shown.
    """

    column: str
    title: str
    answers: tuple[tuple[str, int], ...]
    others: int | None


class AnswerColumns:
    """Reads columns of answers, as the user says or as systems code them, and keeps those it doesn't know.

    ``titles`` of the columns by name; ``named`` as ``named_answers`` gives it. Only a reader uses it: no
    more of it may be shown than ``unknown`` gives.
    """

    def __init__(self, titles: Mapping[str, str], named: Mapping[str, Mapping[str, int]]) -> None:
        self._titles, self._named = titles, named
        self._given: set[str] = set()
        self._times: dict[str, Counter[str]] = {}
        self._children: dict[tuple[str, str], set[int]] = {}
        self._written: dict[str, str] = {}

    def one(self, column: str, cell: object, child: int) -> int:
        """YES, NO, UNKNOWN or UNREADABLE_ANSWER for a cell of a ``child``."""
        answer = _answer(column, cell)
        means = self._said(column, cell, answer)
        return self._noted(column, cell, child, answer if means is None else means)

    def column(self, column: str, cells: Sequence[object], children: Ints) -> Ints:
        """The answers of a column. Where it says yes and never no, an empty cell means no."""
        rows = zip(cells, children.tolist(), strict=True)
        answers = np.array([self.one(column, cell, child) for cell, child in rows], dtype=np.int64)
        if (answers == YES).any() and not (answers == NO).any():
            is_empty = np.array([cell is None or not str(cell).strip() for cell in cells], dtype=bool)
            if not ((answers == UNKNOWN) & ~is_empty).any():
                answers[is_empty] = NO
        return answers

    def earlier(self, column: str, cells: Sequence[object], children: Ints) -> Ints:
        """Whether a child was referred before in twelve months, from how often it was referred in them.

        Some lists count the row's own referral, some don't. Most children were not referred before. So
        if most have a 0, 1 or more means an earlier referral. If most have a 1, 2 or more does. A few 0s are
        then unknown; more of them can't be read, because they show that rows count in different ways.
        """
        numbers = [_number(cell) for cell in cells]
        said = [self._said(column, cell, number) for cell, number in zip(cells, numbers, strict=True)]
        often = Counter(number for number, means in zip(numbers, said, strict=True) if means is None)
        first = 1 if 0 < often[0] >= often[1] else 2
        zero = NO if first == 1 else UNKNOWN if often[0] <= _FEW * often[1] else UNREADABLE_ANSWER
        answers = np.empty(len(cells), dtype=np.int64)
        for row, (number, means) in enumerate(zip(numbers, said, strict=True)):
            by_number = number if number < 0 else zero if number == 0 else YES if number >= first else NO
            answer = by_number if means is None else means
            answers[row] = self._noted(column, cells[row], int(children[row]), answer)
        return answers

    def given(self, column: str) -> None:
        """Note that a column has an answer."""
        self._given.add(column)

    def _said(self, column: str, cell: object, read: int) -> int | None:
        """What the user says that a cell means, None if the user doesn't say."""
        named = self._named.get(column)
        if named is None:
            return None
        return named.get(_plain(cell), named.get(OTHERS) if read == UNREADABLE_ANSWER else None)

    def _noted(self, column: str, cell: object, child: int, answer: int) -> int:
        if answer == UNREADABLE_ANSWER:
            text = _plain(cell)
            self._times.setdefault(column, Counter())[text] += 1
            self._children.setdefault((column, text), set()).add(child)
            self._written.setdefault(text, cell_text(cell))
        elif answer != UNKNOWN:
            self._given.add(column)
        return answer

    @property
    def unreadable(self) -> int:
        """How many answers can't be read."""
        return sum(times.total() for times in self._times.values())

    @property
    def readable(self) -> frozenset[str]:
        """The columns in which an answer is given and each can be read."""
        return frozenset(self._given - set(self._times))

    def unknown(self) -> tuple[UnknownAnswers, ...]:
        """The answers that can't be read, by column; small ``others`` are not yet withheld."""
        found = []
        for column, times in self._times.items():
            often = (each for each in times.most_common() if self._may_be_shown(column, each[0]))
            answers = tuple((self._written[text], number) for text, number in islice(often, _MOST_SHOWN))
            others = times.total() - sum(number for _, number in answers)
            found.append(UnknownAnswers(column, self._titles[column], answers, others))
        return tuple(found)

    def _may_be_shown(self, column: str, text: str) -> bool:
        children = self._children[column, text] - {UNKNOWN}
        is_word = len(text) <= _LONGEST and not _NOT_SHOWN.search(text) and day_of(text) <= UNREADABLE
        return is_word and len(children) > SMALL


def disclosable(unknown: Iterable[UnknownAnswers]) -> tuple[UnknownAnswers, ...]:
    """The same with ``others`` of 1 to 5 withheld."""
    return tuple(replace(each, others=None) if is_small(each.others or 0) else each for each in unknown)


def _number(cell: object) -> int:
    text = str(cell if cell is not None else "").strip().lower()
    if text in _UNKNOWN:
        return UNKNOWN
    parts = re.fullmatch(r"(\d{1,3})(?:\.0*)?\+?", text)
    return int(parts[1]) if parts else UNREADABLE_ANSWER

"""What differs between two frameworks, in a manager's words: ``first review: day 10 -> day 15``.

Commitments are kept apart from the simulation's assumptions. What isn't known of a framework is shown as
"not known": it may be the same, different, or absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from simkit.common.arguments import checked_arguments
from simkit.common.display import Answer
from simkit.common.text import listed
from simkit.framework.check import GivenFramework, load
from simkit.framework.difference_rows import NOT_THERE, DifferenceRow, Kind, commitments, row_of
from simkit.framework.framework import Framework, Number, Step
from simkit.framework.wording import event_title, number_words, role_title, routes_words, whose

__all__ = ["Difference", "DifferenceRow", "Kind", "difference", "what_differs"]


@dataclass(frozen=True, slots=True, eq=False)
class Difference(Answer):
    """The differences from one framework to another: commitments in ``rows``, the simulation's in ``model``.

    ``names`` are the two names, ``labels`` what to call them, ``descriptions`` whose frameworks they are.
    ``not_known`` lists for each what is not known of it.
    """

    names: tuple[str, str]
    labels: tuple[str, str]
    descriptions: tuple[str, str]
    not_known: tuple[tuple[str, ...], tuple[str, ...]]
    rows: tuple[DifferenceRow, ...]
    model: tuple[DifferenceRow, ...]

    def __repr__(self) -> str:
        return f"<Difference from {self.names[0]} to {self.names[1]}: {len(self.rows)} commitments>"

    def to_json(self) -> dict[str, Any]:
        """The differences as plain data."""
        before, after = (
            {"name": name, "whose": description, "not_known": list(unknown)}
            for name, description, unknown in zip(self.names, self.descriptions, self.not_known, strict=True)
        )
        return {
            "before": before,
            "after": after,
            "rows": [_row_data(row) for row in self.rows],
            "model": [_row_data(row) for row in self.model],
        }


def _row_data(row: DifferenceRow) -> dict[str, str]:
    return {**asdict(row), "change": row.change}


_NOT_COMMITMENTS = ("framework", "role")  # facts about a framework, such as when it began


def what_differs(rows: Iterable[DifferenceRow]) -> str:
    """How many commitments and other points are known to differ, and how many can't be compared."""
    known: list[DifferenceRow] = []
    open_rows: list[DifferenceRow] = []
    for row in rows:
        (open_rows if row.change == "not known" else known).append(row)
    others = sum(row.kind in _NOT_COMMITMENTS for row in known)
    promised = len(known) - others
    points = f"{others} other point{'' if others == 1 else 's'}"
    if promised:
        named = f"{promised} commitment{'' if promised == 1 else 's'}{f' and {points}' if others else ''}"
        words = f"{named} {'is' if len(known) == 1 else 'are'} known to differ."
    else:
        words = f"No commitment is known to differ{f', only {points}' if others else ''}."
    if not open_rows:
        return words
    count = f"{len(open_rows)}{' more' if known else ''}"
    return f"{words} {count} can't be compared: one side is not known or was not read."


@checked_arguments
def difference(a: GivenFramework, b: GivenFramework) -> Difference:
    """What differs from ``a`` to ``b``. Raises NameNotFound or FrameworkError."""
    a, b = load(a), load(b)
    return Difference(
        (a.name, b.name),
        _labels(a, b),
        (whose(a), whose(b)),
        (a.not_known, b.not_known),
        tuple(row for row in commitments(a, b) if row.before != row.after),
        tuple(row for row in (*_numbers(a, b), *_steps(a, b)) if row.before != row.after),
    )


def _labels(a: Framework, b: Framework) -> tuple[str, str]:
    """What to call the two: the authority's name, the title, or the name of the file."""
    choices = [
        (a.authority or a.title, b.authority or b.title),
        (a.title, b.title),
        (a.name, b.name),
    ]
    return next((pair for pair in choices if pair[0] != pair[1]), choices[0])


def _numbers(a: Framework, b: Framework) -> Iterator[DifferenceRow]:
    for path in dict.fromkeys((*a.numbers, *b.numbers)):
        mine, other = a.numbers.get(path), b.numbers.get(path)
        each = other or mine
        if each is None:
            continue
        before, after = _values(mine, other)
        yield DifferenceRow(
            "model",
            each.title,
            before,
            after,
            f"model.{path}",
            str(mine.origin) if mine else "",
            str(other.origin) if other else "",
        )


def _values(*numbers: Number | None) -> tuple[str, ...]:
    """Two numbers in words: about three figures of each, or all where three would hide the difference."""
    short = tuple(NOT_THERE if each is None else number_words(each.value, each.unit) for each in numbers)
    return short if len(set(short)) > 1 else tuple(_in_full(each) for each in numbers if each is not None)


def _in_full(number: Number) -> str:
    if number.unit == "share":
        return f"{100 * number.value:g}%"
    return f"{number.value:g}" + (f" {number.unit}" if number.unit != "number" else "")


def _steps(a: Framework, b: Framework) -> Iterator[DifferenceRow]:
    for key in dict.fromkeys((*a.steps, *b.steps)):
        before, after = (_step(f, f.steps[key]) if key in f.steps else NOT_THERE for f in (a, b))
        title = (b.steps.get(key) or a.steps[key]).title
        yield row_of(a, b, "model", f"Step '{title}'", f"model.steps.{key}", before, after)


def _step(framework: Framework, step: Step) -> str:
    parts = [role_title(framework, step.by), f"for {routes_words(step.routes)}"]
    if step.follows:
        parts.append(f"after {step.follows.replace('_', ' ')}")
    if step.wait_after:
        parts.append(f"waiting from {step.wait_after.replace('_', ' ')}")
    if step.held_until:
        parts.append(f"held until the planned {step.held_until}")
    if step.only_if:
        parts.append(f"only if {step.only_if.replace('_', ' ')}")
    if step.marks:
        parts.append("then " + listed(event_title(event).lower() for event in step.marks))
    return ", ".join(parts)

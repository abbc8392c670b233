"""The question of a comparison and its answer, in short plain sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable

from simkit.output.answers.comparison.sentences import (
    label_list,
    sentences_by_side,
    span,
    unknown_of,
    unused_number_notes,
)
from simkit.output.answers.wording import amount
from simkit.study.compare.compare import Comparison
from simkit.study.compare.paired_difference import FEW, PairedDifference
from simkit.study.compare.robustness import RESPONSE_PATHS
from simkit.study.result import HEADLINE

_PLAIN = {
    "practice.pull_local_limit": "how strongly a local limit pulls at an assessment",
    "practice.pull_review": "how strongly a review point pulls at an assessment",
    "practice.carried_over": "whether a limit that was not read holds as in the edition before",
    "practice.retention": "how much of the national limit's pull would stay without it",
}
_OF_SEVERAL = {
    (): "how much staff two stages take",
    RESPONSE_PATHS: "whether the service would respond as published ones did",
}
"""The ranges that do not belong to one number."""


def question(comparison: Comparison) -> str:
    """The question of the comparison's file, or the one that every comparison answers."""
    if comparison.question:
        return comparison.question
    first, *others = (arm.label for arm in comparison.arms)
    under = others[0] if len(others) == 1 else "each of the others"
    return (
        f"If the same children came, would more or fewer of them wait over 45 working days under {under} "
        f"than under {first}?"
    )


def answer(comparison: Comparison) -> str:
    """Each side's share and difference from the first, how clear it is, what is unknown: a line a side."""
    first = comparison.results[0].measures[HEADLINE]
    lines = [
        "Over 45 working days from referral, with 95% intervals in brackets.",
        f"{comparison.arms[0].label}: {amount(first.value, '%')} ({first.low:.1f} to {first.high:.1f}).",
        *sentences_by_side(
            comparison,
            (_arm_words(comparison, number) for number in range(len(comparison.paired_differences))),
        ),
    ]
    unknown = tuple(_not_known(comparison))
    rest = [f"Nobody knows {label_list(unknown, 'or')}; nothing else was varied."] if unknown else []
    lines.append(" ".join((*rest, *_fewest(comparison), *unused_number_notes(comparison))))
    return "\n".join(line for line in lines if line)


def _arm_words(comparison: Comparison, number: int) -> str:
    """The text after a side's label: its share, the difference and how clear that is."""
    level, difference = comparison.results[number + 1].measures[HEADLINE], comparison.headline[number]
    return " ".join(
        (f": {amount(level.value, '%')}, {_difference_words(difference)}.", *_evidence(comparison, number))
    )


def _difference_words(difference: PairedDifference) -> str:
    if difference.verdict == "same":
        return "the same as the first in every simulated year"
    if math.isnan(difference.low):
        return "which can't be set beside the first"
    direction = "more" if difference.value > 0 else "fewer"
    interval = _from_to(difference.low, difference.high)
    return f"{abs(difference.value):.1f} points {direction} than the first ({interval})"


def _from_to(low: float, high: float) -> str:
    """Two ends of a difference: ``2.4 to 5.9 points fewer``, ``0.8 points fewer to 0.6 more``."""
    if high <= 0:
        return f"{-high:.1f} to {-low:.1f} points fewer"
    if low >= 0:
        return f"{low:.1f} to {high:.1f} points more"
    return f"{-low:.1f} points fewer to {high:.1f} more"


def _evidence(comparison: Comparison, number: int) -> Iterable[str]:
    """Whether the replications settle the difference, and whether an unknown number decides it."""
    difference = comparison.headline[number]
    settled = all(each.settled(number) for each in comparison.ranges)
    if difference.verdict in ("lower", "higher"):
        few = "" if difference.replications >= FEW else ", but they are few"
        little = " It is very little." if difference.little else ""
        yield f"The simulated years tell them apart{few}.{little}"
    elif difference.verdict == "about the same":
        yield "That is about the same."
    elif difference.verdict == "unclear":
        yield "The simulated years can't tell which has fewer" + _more_years(difference, settled)
    low, high = span(comparison, number)
    if (low, high) == (difference.low, difference.high):
        return
    if settled:
        clear = any(each.holds(number) == "settled" for each in comparison.ranges)
        nowhere = "" if clear else "; at no value tried is the difference clear"
        yield f"With what nobody knows it may be {_from_to(low, high)}{nowhere}."
    else:
        yield f"But what nobody knows decides it, from {_from_to(low, high)}: it is not settled by evidence."


def _more_years(difference: PairedDifference, settled: bool) -> str:
    """How many more replications would settle it, unless an unknown number decides it."""
    if difference.replications < FEW:
        return f": they are few, and at least {FEW} are needed."
    if difference.more is None or not settled:
        return "."
    digits = max(0, len(str(difference.more)) - 2)
    return f"; about {round(difference.more, -digits):,} more would."


def _not_known(comparison: Comparison) -> Iterable[str]:
    for each in comparison.ranges:
        unknown = unknown_of(each)
        if unknown is not None:
            yield _PLAIN[unknown.path]
        elif each.paths in _OF_SEVERAL:
            yield _OF_SEVERAL[each.paths]


def _fewest(comparison: Comparison) -> Iterable[str]:
    """Which of three sides or more has the lowest share."""
    if len(comparison.arms) < 3:
        return
    if comparison.lowest is not None:
        where = "at every value tried" if comparison.ranges else "in these runs"
        yield f"{comparison.arms[comparison.lowest].label} has the fewest past 45 working days {where}."
    elif comparison.ranked:
        may = [comparison.arms[n].label for n in comparison.ranking.may_be_lowest]
        yield f"Which has the fewest past 45 working days is not clear: it may be {label_list(may, 'or')}."
    else:
        yield "Which has the fewest past 45 working days is not settled by evidence."

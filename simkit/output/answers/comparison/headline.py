"""The question of a comparison and its answer, in short plain sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from simkit.common.text import listed, lower_first
from simkit.output.answers.comparison.sentences import (
    from_to,
    is_small,
    label_list,
    level_range,
    sentences_by_side,
    span,
    unknown_of,
    unused_number_notes,
)
from simkit.output.answers.result.not_known import if_people
from simkit.output.answers.result.response import RESPONSE_PLAIN
from simkit.output.answers.wording import in_hundred, range_of
from simkit.study.compare.compare import Comparison
from simkit.study.compare.paired_difference import FEW, PairedDifference
from simkit.study.compare.unknowns import Unknown
from simkit.study.not_known import STEP_WORDS, steps_of
from simkit.study.result import HEADLINE

_PLAIN = {
    "practice.pull_local_limit": "how far people work to a local limit",
    "practice.pull_review": "how far people work to a review point",
    "practice.carried_over": "whether a limit that was not read applies as in the edition before",
    "practice.retention": "how far people would still work to 45 days without the limit",
    "practice.pull_second_stage": "how far people worked to the limit of a second stage",
}
_OF_A_KIND = {
    "hours": "how long a first stage takes",
    "staff": "how much staff two stages have",
    "response": RESPONSE_PLAIN,
}
"""The ranges that do not belong to one number, by their kind."""

_UNDER = "under 1"
"""A difference in 100 children that rounds to none and is one."""


def question(comparison: Comparison) -> str:
    """The question of the comparison's file, or the one that every comparison answers."""
    if comparison.question:
        return comparison.question
    first, *others = (arm.label for arm in comparison.arms)
    under = others[0] if len(others) == 1 else "each of the others"
    return f"Would fewer children wait more than 45 working days under {under} than under {first}?"


def answer(comparison: Comparison) -> str:
    """Each side against the first, how clear that is and what decides it: a line a side."""
    sides = range(len(comparison.headline))
    words = (_side_words(comparison, n) + _levels(comparison, n) for n in sides)
    lines = [
        _first_side(comparison),
        *(sentences_by_side(comparison, words) if not comparison.overfull[0] else ()),
        " ".join((*_not_measured(comparison), *_fewest(comparison))),
        *unused_number_notes(comparison),
    ]
    return "\n".join(line for line in lines if line)


def _first_side(comparison: Comparison) -> str:
    """The level of the side that the others are compared with, where it says something."""
    first, level = comparison.arms[0].label, comparison.results[0].measures[HEADLINE]
    if comparison.overfull[0]:
        return (
            f"Nothing can be compared with {first}: there is {_no_time(comparison, 0)}. "
            "Put a side with enough staff first."
        )
    if math.isnan(level.value):
        return f"Under {first} no child is referred and assessed in the simulated year: there is no answer."
    if first in comparison.not_calibrated:
        return (
            f"Children who wait more than 45 working days from referral, compared with {first}. The "
            "simulation could "
            "not be fitted to those rules, so it can't say what happened."
        )
    levels = level_range(comparison, 0)
    if levels is not None:
        low, high = levels
        share = f"{low}% to {high}% of" if is_small(comparison) else f"between {low} and {high} in 100"
        return (
            f"{first}: {share} children wait more than 45 working days from referral, depending on what is "
            "not known. Compared with that:"
        )
    interval = range_of(level)
    sure = "" if interval == "-" else f", 95% interval {interval}"
    own = comparison.arms[0].experiment.unknowns
    assumed = {unknown: step for unknown, step in _same_on_every_side(comparison) if unknown in own}
    where = f", {if_people(assumed)}" if assumed else ""
    if is_small(comparison):
        return (
            f"{first}: {level.value:.1f}% of children wait more than 45 working days from referral{sure}"
            f"{where}. Compared with that:"
        )
    return (
        f"{first}: {in_hundred(level.value)} children wait more than 45 working days from referral "
        f"({level.value:.1f}%{sure}){where}. Compared with that:"
    )


def _no_time(comparison: Comparison, side: int) -> str:
    """``more work for the team manager than hours, so waits grow for as long as it lasts``."""
    roles = listed(map(lower_first, comparison.overfull[side]))
    return f"more work for the {roles} than hours, so waits grow for as long as it lasts"


def _side_words(comparison: Comparison, number: int) -> str:
    """The text after a side's label: its difference from the first, and whether evidence settles it."""
    if comparison.overfull[number + 1]:
        return f": {_no_time(comparison, number + 1)}. No figure is given."
    difference = comparison.headline[number]
    if math.isnan(difference.low):
        return ": can't be compared with it."
    low, high = span(comparison, number)
    varied = (low, high) != (difference.low, difference.high)
    if not all(each.settled(number) for each in comparison.ranges):
        unsettled = "depending on what is not known. Evidence does not settle it."
        return f": {_frequencies(comparison, low, high)}, {unsettled}"
    if {comparison.arms[0].label, comparison.arms[number + 1].label} & set(comparison.not_calibrated):
        tried = "over everything tried. That is what was assumed, not what happened."
        return f": {_frequencies(comparison, low, high)} {tried}"
    words = _settled_words(comparison, difference)
    clear = not varied or any(each.holds(number) == "settled" for each in comparison.ranges)
    if varied and clear:
        words += f" Whatever is assumed about what is not known: {from_to(low, high)}."
    elif varied:
        words += f" Over the whole range of what is not known: {from_to(low, high)}, never clearly."
    return f": {words}"


def _levels(comparison: Comparison, number: int) -> str:
    """From which level to which a scenario takes the shares of staff: a quarter vacant may be a fall."""
    changes = comparison.results[number + 1].published_changes.changes
    return "".join(f" {each.levels}" for each in changes if each.levels)


def _settled_words(comparison: Comparison, difference: PairedDifference) -> str:
    interval = from_to(difference.low, difference.high)
    if difference.verdict == "same":
        return "the same in every simulated year."
    if difference.verdict == "about the same":
        return f"about the same ({interval})."
    if difference.verdict == "unclear":
        return f"these runs can't tell ({interval}){_more_years(difference)}"
    few = " There are few simulated years." if difference.replications < FEW else ""
    if is_small(comparison):
        return f"{interval}.{few}"
    way = "more" if difference.value > 0 else "fewer"
    return f"{_per_hundred(abs(difference.value))} {way} in 100 children ({interval}).{few}"


def _frequencies(comparison: Comparison, low: float, high: float) -> str:
    """``from 6 fewer to 1 more in 100 children (5.6 points lower to 1.2 higher)``.

    An end of under 1 comes last: ``up to 6 fewer in 100 children, or under 1 more``.
    """
    if is_small(comparison):
        return f"from {from_to(low, high)}"
    small, large = (f"{_per_hundred(abs(end))} {_way(end)}" for end in sorted((low, high), key=abs))
    if low < 0 < high and small.startswith(_UNDER):
        if large.startswith(_UNDER):
            return f"{_UNDER} fewer or more in 100 children ({from_to(low, high)})"
        return f"up to {large} in 100 children, or {small} ({from_to(low, high)})"
    ends = [f"{_per_hundred(abs(end))} {_way(end)}" for end in (low, high)]
    if low > 0 or high < 0:
        ends = [_per_hundred(abs(min(low, high, key=abs))), large]
    return f"from {ends[0]} to {ends[1]} in 100 children ({from_to(low, high)})"


def _way(points: float) -> str:
    return "more" if points > 0 else "fewer"


def _per_hundred(points: float) -> str:
    return f"{points:.0f}" if points >= 0.95 or points == 0 else _UNDER


def _more_years(difference: PairedDifference) -> str:
    """How many more simulated years would settle it."""
    if difference.replications < FEW:
        return f"; there are few simulated years, and at least {FEW} are needed."
    if difference.more is None:
        return "."
    digits = max(0, len(str(difference.more)) - 2)
    return f"; about {round(difference.more, -digits):,} more simulated years would tell."


def _not_measured(comparison: Comparison) -> Iterator[str]:
    if comparison.overfull[0]:
        return
    unknown, evidence = [], []
    for each in comparison.ranges:
        of_a_number = unknown_of(each)
        if of_a_number is not None:
            unknown.append(_PLAIN[of_a_number.path])
            evidence.append(of_a_number.evidence)
        elif each.kind in _OF_A_KIND:
            unknown.append(_OF_A_KIND[each.kind])
    if unknown:
        yield f"Not known: {'; '.join(unknown)}."
    yield from filter(None, evidence)
    for unvaried, step in _same_on_every_side(comparison):
        assumed = f"assumed: {STEP_WORDS[step]}"
        yield f"Also not known, but the same on every side: {_PLAIN[unvaried.path]} ({assumed})."


def _same_on_every_side(comparison: Comparison) -> Iterator[tuple[Unknown, int]]:
    """The unknowns that act on the sides alike, so that no range is of them, and the step assumed."""
    varied = {path for each in comparison.ranges for path in each.paths}
    found = {u.path: (u, arm.framework) for arm in comparison.arms for u in arm.experiment.unknowns}
    for path, (unknown, framework) in found.items():
        steps = steps_of(framework, (unknown,))
        if path not in varied and steps is not None:
            yield unknown, steps[0]


def _fewest(comparison: Comparison) -> Iterable[str]:
    """Which of three sides or more has the lowest share, where evidence settles it."""
    ranked = comparison.ranking.ranked
    if len(ranked) < 3 or not comparison.ranked or comparison.overfull[0]:
        return
    if comparison.lowest is not None:
        among = "" if len(ranked) == len(comparison.arms) else "Of the sides with enough hours, "
        has = comparison.arms[comparison.lowest].label
        yield f"{among}{has} has the fewest children over 45 working days, at everything tried."
    else:
        may = [comparison.arms[n].label for n in comparison.ranking.may_be_lowest]
        yield f"Which has the fewest is not clear: it may be {label_list(may, 'or')}."

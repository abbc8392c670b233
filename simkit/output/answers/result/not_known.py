"""The answer of a run over what nobody knows about its rules: in sentences, as a table and as data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from simkit.common.blocks import Section, Table
from simkit.common.text import listed, lower_first, upper_first
from simkit.output.answers.result.response import (
    IF_IT_RESPONDS,
    NO_RESPONSE,
    RESPONSE_PLAIN,
    is_overfull_alone,
    without_response,
)
from simkit.output.answers.wording import HUNDRED, amount, range_of, two_ends, value_and_interval
from simkit.study.compare.unknowns import Unknown
from simkit.study.estimate import Estimate
from simkit.study.not_known import STEP_WORDS, End, steps_of
from simkit.study.result import HEADLINE, IN_TIME, Result

_DO = ("do not", "half", "fully")  # before the verb: what STEP_WORDS say alone


def range_decides(result: Result) -> bool:
    """Whether the answer depends on what is not known: more than chance explains."""
    late = result.measures[HEADLINE]
    low, high = (late.value, late.value) if math.isnan(late.low) else (late.low, late.high)
    return any(not low <= end.late.value <= high for end in result.not_known)


def range_lines(result: Result) -> Iterator[str]:
    """The share of late children as a range, where published years are in it, and each end."""
    share, unknowns = late_range(result), result.experiment.unknowns
    share += " of children" if share.endswith("%") else " children"
    if is_overfull_alone(result):
        share = f"{IF_IT_RESPONDS}: {lower_first(share)}"
    yield (
        f"{share} wait more than 45 working days from referral. Evidence does not settle where: "
        f"{nobody_knows(result)}. {' '.join(filter(None, (unknown.evidence for unknown in unknowns)))}"
    ).rstrip()
    yield ends_line(result)


def late_range(result: Result) -> str:
    """The share of late children: ``Between 20 and 79 in 100``, of few children ``Between 20% and 79%``."""
    every = _over_everything(result, HEADLINE)
    low, high = two_ends(min(map(_low, every)), max(map(_high, every)))
    if result.measures["cohort_assessments"].value < HUNDRED:
        return f"Between {low}% and {high}%"
    return f"Between {low} and {high} in 100"


def ends_line(result: Result) -> str:
    """The share at each value of one unknown, or at the ends over several; and if nobody responded."""
    ends = _every(result) if len(result.experiment.unknowns) == 1 else _lowest_and_highest(result)
    shares = {_words(result, end): end.late for end in ends}
    if (silent := without_response(result)) is not None:
        shares[NO_RESPONSE] = silent[HEADLINE]
    return " ".join(f"{words}: {value_and_interval(share)}." for words, share in shares.items())


def nobody_knows(result: Result) -> str:
    """What is not known, in a clause."""
    titles = [lower_first(unknown.title) for unknown in result.experiment.unknowns]
    if without_response(result) is not None:
        titles.append(RESPONSE_PLAIN)
    return f"nobody knows {listed(titles, 'or')}"


def assumed_in_figures(result: Result) -> str:
    """What the figures that are of one value assume, in a few words: ``not at all``."""
    return lower_first(_words(result, _assumed(result)).removeprefix("If "))


def in_time_range(result: Result) -> str:
    """The share in time as the statistics count, over the range: ``27.1% to 84.2%``."""
    every = _over_everything(result, IN_TIME)
    return f"{amount(min(map(_low, every)), '%')} to {amount(max(map(_high, every)), '%')}"


def range_section(result: Result) -> Section:
    """Every value that was run, and what the rest of the report assumes."""
    rows = [
        (
            f"{_words(result, end)}{mark}",
            value_and_interval(end.late),
            value_and_interval(end.in_time),
        )
        for end, mark in (
            (_assumed(result), " (in all tables and figures)"),
            *((each, "") for each in result.not_known),
        )
    ]
    if (silent := without_response(result)) is not None:
        rows.append((NO_RESPONSE, value_and_interval(silent[HEADLINE]), value_and_interval(silent[IN_TIME])))
    heads = ("", "over 45 days from referral", "in time, from the start")
    title = (
        f"Over what is not known: {listed(map(lower_first, (u.title for u in result.experiment.unknowns)))}"
    )
    return Section("Over what is not known", (Table(title, heads, tuple(rows), 2),))


def range_data(result: Result) -> list[dict[str, Any]]:
    """Each value that was run, with the two shares: ``steps`` are 0, half or 1 of the range, by path."""
    return [
        {
            "steps": {
                u.path: step / 2 for u, step in zip(result.experiment.unknowns, end.steps, strict=True)
            },
            **{
                name: {"value": each.value, "low": each.low, "high": each.high}
                for name, each in ((HEADLINE, end.late), (IN_TIME, end.in_time))
            },
        }
        for end in result.not_known
    ]


def _over_everything(result: Result, measure: str) -> list[Estimate]:
    """One of the two shares at every value that was run, and if nobody responded to a change."""
    ends = _every(result)
    shares = [end.late for end in ends] if measure == HEADLINE else [end.in_time for end in ends]
    silent = without_response(result)
    return shares if silent is None else [*shares, silent[measure]]


def _assumed(result: Result) -> End:
    steps = steps_of(result.experiment.framework, result.experiment.unknowns)
    return End(steps or (), result.measures[HEADLINE], result.measures[IN_TIME])


def _every(result: Result) -> tuple[End, ...]:
    return tuple(sorted((_assumed(result), *result.not_known), key=lambda end: end.steps))


def _lowest_and_highest(result: Result) -> tuple[End, End]:
    every = _every(result)
    return min(every, key=lambda end: end.late.value), max(every, key=lambda end: end.late.value)


def _words(result: Result, end: End) -> str:
    """``If fully``; of several unknowns at different steps, each by its name."""
    if not end.steps:
        return "As the file says"
    if len(set(end.steps)) == 1:
        return f"If {STEP_WORDS[end.steps[0]]}"
    return upper_first(if_people(dict(zip(result.experiment.unknowns, end.steps, strict=True))))


def if_people(steps: Mapping[Unknown, int]) -> str:
    """``if people do not work to a local limit and fully work to a review``."""
    return f"if people {' and '.join(f'{_DO[step]} {unknown.short}' for unknown, step in steps.items())}"


def _low(estimate: Estimate) -> float:
    return estimate.value if range_of(estimate) == "-" else estimate.low


def _high(estimate: Estimate) -> float:
    return estimate.value if range_of(estimate) == "-" else estimate.high

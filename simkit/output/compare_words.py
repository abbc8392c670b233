"""What a comparison says, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from simkit.framework.words import listed, whose
from simkit.output.wording import amount, year_words
from simkit.study.compare import Comparison
from simkit.study.experiment import HEADLINE
from simkit.study.gap import FEW, Gap
from simkit.study.ranges import Range, mixed

__all__ = [
    "answer",
    "cautions",
    "gap_words",
    "heading",
    "range_words",
    "signed",
    "standing",
    "unknown_span",
    "verdict",
]

_USED_UP = 95.0  # percent of a role's time in use from which queues grow without end

_OWN_STAFF = (
    ". Two stages are more work than one, by hours that are assumed: sides that assess in two stages have as "
    "much more staff as that work implies. With the same staff on every side they come out otherwise, as "
    "shown over what is not known"
)


def signed(value: float, unit: str) -> str:
    """A difference with its sign, without the unit; ``-`` where there is none."""
    if math.isnan(value):
        return "-"
    places = 2 if unit == "times" else 0 if unit.startswith("children") and abs(value) >= 100 else 1
    said = f"{value:+,.{places}f}"
    return said.replace("-", "", 1) if float(said.replace(",", "")) == 0 else said


def gap_words(gap: Gap) -> str:
    """A difference with its interval: ``-2.1 (-3.0 to -1.2)``."""
    if math.isnan(gap.value):
        return "-"
    if gap.verdict == "same":
        return "the same"
    value = signed(gap.value, gap.unit)
    if math.isnan(gap.low):
        return value
    return f"{value} ({signed(gap.low, gap.unit)} to {signed(gap.high, gap.unit)})"


def verdict(gap: Gap) -> str:
    """What the interval says, and how many more replications would, where these are enough to tell that."""
    if gap.verdict != "unclear":
        return gap.verdict
    if gap.replications < FEW:
        return f"unclear with so few replications; at least {FEW} are needed"
    if gap.more is None:
        return "unclear; more replications will not tell"
    digits = max(0, len(str(gap.more)) - 2)
    more = "one more replication" if gap.more == 1 else f"{round(gap.more, -digits):,} more replications"
    return f"unclear; about {more} would tell"


def standing(comparison: Comparison) -> str:
    """On whose caseload, staff and practice, and that it is nobody's own."""
    host = comparison.host
    year = year_words(host.profile.year)
    return f"Every side on the caseload, staff and practice of {host.profile.name}, {year}"


def heading(comparison: Comparison) -> tuple[tuple[str, str], ...]:
    """What was compared and how: pairs of a label and a sentence."""
    host = comparison.host
    fte = ", ".join(
        f"{role.replace('_', ' ')} {number:.1f}" for role, number in host.setting.staffing.fte.items()
    )
    sides = [
        (
            f"Side {number}",
            f"{side.label}: {whose(side.case.framework)}"
            + (f". Scenario: {side.case.scenario.title}" if side.case.scenario.name != "as-published" else "")
            + ("; ".join(("", *side.case.scenario.changes)) if side.case.scenario.changes else ""),
        )
        for number, side in enumerate(comparison.sides, start=1)
    ]
    return (
        *sides,
        ("Caseload", f"{host.profile.name}, published figures of the {year_words(host.profile.year)}: "
         f"{host.profile.referrals:,.0f} referrals. The same children come on every side"),
        ("Staff", f"worked out once, under {host.framework.title}, and kept: {fte} full-time equivalents in "
         f"assessment work{_OWN_STAFF if mixed([s.case.setting for s in comparison.sides]) else ''}"),
        ("Practice", f"of {host.profile.name}, for every side"),
        ("Days", f"working days elapsed; for limits {comparison.convention.text}"),
        ("Runs", f"{comparison.replications} replications of each side, seed {comparison.seed}, "
         f"engine {comparison.engine}; differences are paired, replication by replication"),
    )  # fmt: skip


def answer(comparison: Comparison) -> str:
    """The answer in sentences: who is lower and by how much, or that it is not settled, and why."""
    said = [_headline(comparison)]
    lowest = comparison.lowest
    if lowest is not None and len(comparison.sides) > 2:
        where = "at every value tried of what is not known" if comparison.ranges else "in these runs"
        said.append(f"{comparison.sides[lowest].label} has the fewest past 45 working days {where}.")
    elif lowest is None and len(comparison.sides) > 2:
        if comparison.ranked:
            may = [comparison.sides[n].label for n in comparison.ranking.may_be_lowest]
            said.append(
                f"Which has the fewest past 45 working days is not clear: it may be {_named(may, 'or')}."
            )
        else:
            said.append("Which has the fewest past 45 working days is not settled by evidence.")
    return " ".join(said)


def _headline(comparison: Comparison) -> str:
    first = comparison.results[0].measures[HEADLINE]
    said = [
        f"Over 45 working days from referral, with 95% intervals in brackets: {comparison.sides[0].label} "
        f"{amount(first.value, '%')} ({first.low:.1f} to {first.high:.1f})."
    ]
    tails = []
    for number, gap in enumerate(comparison.headline):
        level = comparison.results[number + 1].measures[HEADLINE]
        if gap.verdict == "same":
            words = "the same in every replication"
        elif gap.verdict in ("lower", "higher"):
            words = (
                f"{abs(gap.value):.1f} points {gap.verdict} ({signed(gap.low, '')} to {signed(gap.high, '')})"
            )
        else:
            words = f"{verdict(gap)} ({signed(gap.low, '')} to {signed(gap.high, '')} points)"
        tails.append(f" {amount(level.value, '%')}, {words}{_over_unknown(comparison, number)}.")
    return " ".join((*said, *_together(comparison, tails)))


def _together(comparison: Comparison, tails: Iterable[str]) -> Iterable[str]:
    """A sentence of each side but the first; of sides of which the same is to be said, one."""
    labels: dict[str, list[str]] = {}
    for side, tail in zip(comparison.sides[1:], tails, strict=True):
        labels.setdefault(tail, []).append(side.label)
    return [f"{_named(names)}{tail}" for tail, names in labels.items()]


def _named(labels: Sequence[str], last: str = "and") -> str:
    """Sides in a row; semicolons tell them apart where one has a comma in its own name."""
    if len(labels) > 1 and any("," in label for label in labels):
        return f"{'; '.join(labels[:-1])}; {last} {labels[-1]}"
    return listed(labels, last)


def _over_unknown(comparison: Comparison, number: int) -> str:
    """How far a difference goes over what is not known, and that it is not settled where it is not."""
    low, high = _span(comparison, number)
    gap = comparison.headline[number]
    if (low, high) == (gap.low, gap.high):
        return ""
    settled = all(each.settled(number) for each in comparison.ranges)
    before = "" if settled else "not settled by evidence: "
    return f"; {before}over what is not known, {signed(low, '')} to {signed(high, '')} points"


def _span(comparison: Comparison, number: int) -> tuple[float, float]:
    gaps = [comparison.headline[number]]
    gaps += [point.gaps[number] for each in comparison.ranges for point in each.points]
    return min(gap.low for gap in gaps), max(gap.high for gap in gaps)


def unknown_span(comparison: Comparison, number: int) -> str:
    """How far a difference goes over everything that is not known; ``-`` where nothing of that kind is."""
    if not comparison.ranges:
        return "-"
    low, high = _span(comparison, number)
    return f"{signed(low, '')} to {signed(high, '')}"


def range_words(comparison: Comparison, each: Range) -> Iterable[str]:
    """What each difference does over the range of an unknown."""
    return _together(comparison, (_held(each, number) for number in range(len(comparison.gaps))))


def _held(each: Range, number: int) -> str:
    holds = each.holds(number)
    if holds == "changes sign":
        where = listed(f"{100 * share:.0f}%" for share in each.crossings(number))
        at = f", at about {where} of the range" if where else ""
        return f": not settled by evidence. The answer changes sign over the range{at}."
    if holds == "depends":
        return (
            ": not settled by evidence. There is a difference at one end of the range and not at the other."
        )
    if holds == "unclear":
        return ": no difference is clear anywhere in the range."
    return f": {each.points[0].gaps[number].verdict} over the whole range."


def standing_note(comparison: Comparison) -> Iterable[str]:
    """That rules of another kind are not calibrated."""
    labels = comparison.not_calibrated
    if labels:
        yield (
            f"Not calibrated: {_named(labels)}. How long assessments take was fitted to single assessments "
            "under the national limit of 45 working days. Nothing published would fit these, and their "
            "levels "
            "must not be read as what happened."
        )


def _used_up(comparison: Comparison) -> Iterable[str]:
    """That an answer hangs on how much time a role has, where a side leaves none of it over."""
    for role in comparison.host.setting.staffing.fte:
        name = f"utilisation_{role}_pct"
        full = [
            f"{side.label} ({result.measures[name].value:.0f}%)"
            for side, result in zip(comparison.sides, comparison.results, strict=True)
            if name in result.measures and result.measures[name].value >= _USED_UP
        ]
        if full:
            who = role.replace("_", " ")
            yield (
                f"The time of the {who} for assessments is used up under {_named(full)}. How much of it "
                f"there is is "
                f"an assumption, and here the answer hangs on it: work that is more than that waits ever "
                f"longer."
            )


def cautions(comparison: Comparison) -> tuple[str, ...]:
    """What must be known beside a comparison."""
    said = list(standing_note(comparison))
    unsettled = [s.label for s, r in zip(comparison.sides, comparison.results, strict=True) if not r.settled]
    if unsettled:
        said.append(
            f"Not settled: under {_named(unsettled)} the number of open assessments was still moving when "
            f"the year "
            "began. Where the work is more than the staff can do it grows without end, and the share past 45 "
            "days depends on when one looks."
        )
    said += _used_up(comparison)
    said += dict.fromkeys(s.case.scenario.caption for s in comparison.sides if s.case.scenario.caption)
    said.append(comparison.host.practice_note)
    said += comparison.host.staff_notes
    # Those of a side say what its scenario comes to: a quarter of posts vacant may be fewer than there are.
    profiles = (comparison.host.profile, *(s.case.profile for s in comparison.sides))
    said += dict.fromkeys(note for each in profiles for note in each.notes)
    said.append(
        "The chances and intervals say how sure the simulation is of itself. Whether its assumptions hold is "
        "not in them."
    )
    said.append(
        "A stricter number is no cure: a limit or review has no pull in the simulation unless it is assumed."
    )
    count = len(comparison.host.framework.assumed())
    said.append(
        f"{count} numbers behind this are assumptions. To see which of them an answer hangs on: simkit "
        f"sensitivity "
        f"{comparison.host.framework.name}"
    )
    return tuple(said)

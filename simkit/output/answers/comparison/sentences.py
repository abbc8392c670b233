"""The sentences of a comparison: differences, verdicts, ranges and cautions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from simkit.common.text import listed
from simkit.framework.wording import whose
from simkit.model.measures.day_counts import Convention
from simkit.output.answers.study_answer import assumptions_note
from simkit.output.answers.wording import year_words
from simkit.study.compare.compare import Comparison
from simkit.study.compare.paired_difference import FEW, PairedDifference
from simkit.study.compare.robustness import RESPONSE_PATHS, Range, stages_differ
from simkit.study.compare.unknowns import UNKNOWNS, Unknown
from simkit.study.notes import carried_over_note, response_notes
from simkit.study.result import Result

_NOT_AGREED = ("draft", "consultation")

_FEW_OPEN = 20.0  # children: below this a single child exceeds the 5% that counts as moving
_USED_UP = 95.0  # percent of a role's time in use, above which queues keep growing

_SHARES = {
    "practice.pull_local_limit": "share of assessments past a local limit that are brought forward to it",
    "practice.pull_review": "share of assessments past a review point that are brought forward to it",
    "practice.carried_over": "share of a carried-over limit's pull that holds",
    "practice.retention": "share of the national limit's pull that stays where there is no national limit",
}
"""What the percentages of an unknown number are shares of."""

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
    text = f"{value:+,.{places}f}"
    return text.replace("-", "", 1) if float(text.replace(",", "")) == 0 else text


def difference_words(difference: PairedDifference | None) -> str:
    """A difference with its interval: ``-2.1 (-3.0 to -1.2)``."""
    if difference is None or math.isnan(difference.value):
        return "-"
    if difference.verdict == "same":
        return "the same"
    value = signed(difference.value, difference.unit)
    if math.isnan(difference.low):
        return "too few years to tell" if difference.value == 0 else value
    return (
        f"{value} ({signed(difference.low, difference.unit)} to {signed(difference.high, difference.unit)})"
    )


def verdict(difference: PairedDifference) -> str:
    """Whether the difference is clear, and how many more replications would make it so."""
    if difference.verdict != "unclear":
        sure = difference.verdict in ("lower", "higher")
        return f"{difference.verdict}, by very little" if sure and difference.little else difference.verdict
    if difference.replications < FEW:
        return f"unclear with so few replications; at least {FEW} are needed"
    if difference.more is None:
        return "unclear; more replications will not tell"
    digits = max(0, len(str(difference.more)) - 2)
    more = (
        "one more replication"
        if difference.more == 1
        else f"{round(difference.more, -digits):,} more replications"
    )
    return f"unclear; about {more} would tell"


def standing(comparison: Comparison) -> str:
    """Whose caseload and practice every side has; staff are worked out from it."""
    name, year = comparison.host.profile.name, year_words(comparison.host.profile.year)
    where = f"Every side on the caseload and practice of {name}, {year}"
    return f"{where}; staff worked out from it, not {name}'s own"


def banner(comparison: Comparison) -> str:
    """The line at the head of every page: first the sides that are drafts or consultations."""
    open_ = (s.experiment.framework for s in comparison.arms if s.experiment.framework.status in _NOT_AGREED)
    return " ".join(f"{words}." for words in (*dict.fromkeys(map(whose, open_)), standing(comparison)))


def heading(comparison: Comparison) -> tuple[tuple[str, str], ...]:
    """What was compared and how: pairs of a label and a sentence."""
    host = comparison.host
    fte = ", ".join(
        f"{role.replace('_', ' ')} {number:.1f}" for role, number in host.setting.staffing.fte.items()
    )
    own = _OWN_STAFF if stages_differ([arm.experiment.setting for arm in comparison.arms]) else ""
    arms = [
        (
            f"Side {number}",
            f"{arm.label}: {whose(arm.experiment.framework)}"
            + (
                f". Scenario: {arm.experiment.scenario.title}"
                if arm.experiment.scenario.name != "as-published"
                else ""
            )
            + ("; ".join(("", *arm.experiment.scenario.changes)) if arm.experiment.scenario.changes else ""),
        )
        for number, arm in enumerate(comparison.arms, start=1)
    ]
    return (
        *arms,
        ("Caseload", f"{host.profile.name}, published figures of the {year_words(host.profile.year)}: "
         f"{host.profile.referrals:,.0f} referrals. The same children come on every side"),
        ("Staff", f"worked out once by the model from the caseload, under {host.framework.title}, and kept: "
         f"{fte} full-time equivalents in assessment work. An assumption, not {host.profile.name}'s own "
         f"staff{own}"),
        ("Practice", f"of {host.profile.name}, for every side"),
        ("Days", f"working days elapsed; for limits {comparison.convention.text}"),
        ("Runs", f"{comparison.replications} replications of each side, seed {comparison.seed}, "
         f"engine {comparison.engine}; differences are paired, replication by replication"),
    )  # fmt: skip


def sentences_by_side(comparison: Comparison, tails: Iterable[str]) -> Iterable[str]:
    """A sentence for each side but the first; sides with the same sentence share it."""
    labels: dict[str, list[str]] = {}
    for arm, tail in zip(comparison.arms[1:], tails, strict=True):
        labels.setdefault(tail, []).append(arm.label)
    return [f"{label_list(names)}{tail}" for tail, names in labels.items()]


def shared_label(labels: Sequence[str]) -> str:
    """A label for sides with the same values."""
    more = len(labels) - 1
    return labels[0] if more == 0 else f"{labels[0]} and {more} other{'s' if more > 1 else ''}, all alike"


def label_list(labels: Sequence[str], last: str = "and") -> str:
    """Labels as a list in a sentence, separated by semicolons where one contains a comma."""
    if len(labels) > 1 and any("," in label for label in labels):
        return f"{'; '.join(labels[:-1])}; {last} {labels[-1]}"
    return listed(labels, last)


def span(comparison: Comparison, number: int) -> tuple[float, float]:
    """The lowest and highest end of a difference's intervals over all unknown numbers."""
    differences = [comparison.headline[number]]
    differences += [point.paired_differences[number] for each in comparison.ranges for point in each.points]
    return min(difference.low for difference in differences), max(
        difference.high for difference in differences
    )


def unknown_span(comparison: Comparison, number: int) -> str:
    """The span of a difference over all unknown numbers; ``-`` where there are none."""
    if not comparison.ranges:
        return "-"
    low, high = span(comparison, number)
    return f"{signed(low, '')} to {signed(high, '')}"


def unknown_of(assumed_range: Range) -> Unknown | None:
    """The unknown number of a range; None where the range is of the staff or of several numbers."""
    return next((unknown for unknown in UNKNOWNS if unknown.title == assumed_range.title), None)


def _most(comparison: Comparison, assumed_range: Range) -> float | None:
    """The highest value of the number of a range."""
    unknown = unknown_of(assumed_range)
    return None if unknown is None else unknown.upper_end(comparison.arms[0].experiment.framework)


def values_in_percent(comparison: Comparison, assumed_range: Range) -> tuple[float, ...]:
    """The values of an unknown number at its points, in percent."""
    most = _most(comparison, assumed_range)
    return tuple(100 * point.share * (1.0 if most is None else most) for point in assumed_range.points)


def share_words(assumed_range: Range) -> str:
    """What the percentages of an unknown number are shares of; empty where a range is of several."""
    unknown = unknown_of(assumed_range)
    return "" if unknown is None else _SHARES[unknown.path]


def range_words(comparison: Comparison, assumed_range: Range) -> Iterable[str]:
    """How each difference behaves over the range of an unknown number."""
    return sentences_by_side(
        comparison,
        (
            _over_range(assumed_range, number, _most(comparison, assumed_range))
            for number in range(len(comparison.paired_differences))
        ),
    )


def _over_range(assumed_range: Range, number: int, most: float | None) -> str:
    holds = assumed_range.holds(number)
    if holds == "changes sign":
        where = listed(f"{100 * share * (most or 1):.0f}%" for share in assumed_range.crossings(number))
        at = "" if not where else f", at about {where}" + (" of the range" if most is None else "")
        return f": not settled by evidence. The answer changes sign over the range{at}."
    if holds == "depends":
        return (
            ": not settled by evidence. There is a difference at one end of the range and not at the other."
        )
    if holds == "unclear":
        return ": no difference is clear anywhere in the range."
    return f": {assumed_range.points[0].paired_differences[number].verdict} over the whole range."


def unused_number_notes(comparison: Comparison) -> Iterable[str]:
    """Which numbers of practice and staff in a side's own file are not used."""
    for arm in comparison.arms:
        if arm.replaced:
            yield (
                f"Left aside: {listed(arm.replaced)}, which the file of {arm.label} sets. In a comparison "
                f"every side has the practice and staff of {comparison.host.profile.name}; what a scenario "
                f"sets counts."
            )


def _varied(comparison: Comparison) -> Iterable[str]:
    """Which unknown numbers were varied."""
    alone = [each for each in comparison.ranges if each.paths in ((), RESPONSE_PATHS) or unknown_of(each)]
    varied = [each.title for each in alone]
    if varied:
        yield (
            f"Varied over what is not known: {'; '.join(varied)}. Nothing else was: not the hours and pull "
            f"of a first stage, not the share of the staff's time that is in use, not which day counts first."
        )


def _counted(comparison: Comparison) -> str:
    """The day-counting convention, which can decide the answer."""
    now, other = (0, 1) if comparison.convention is Convention.DAY_0 else (1, 0)
    return (
        f"The first day counts as day {now}. Counted as day {other}, levels may differ by several points and "
        f"differences near nought may be called otherwise: --convention day_{other} shows it."
    )


def uncalibrated_note(comparison: Comparison) -> Iterable[str]:
    """Which sides are not calibrated."""
    labels = comparison.not_calibrated
    if labels:
        yield (
            f"Not calibrated: {label_list(labels)}. How long assessments take was fitted to single "
            "assessments under the national limit of 45 working days. Nothing published would fit these, and "
            "their levels must not be read as what happened."
        )


def _used_up(comparison: Comparison) -> Iterable[str]:
    """Which roles have almost no time left: the answer depends on their assumed staff."""
    for role in comparison.host.setting.staffing.fte:
        name = f"utilisation_{role}_pct"
        full = [
            f"{arm.label} ({result.measures[name].value:.0f}%)"
            for arm, result in zip(comparison.arms, comparison.results, strict=True)
            if name in result.measures and result.measures[name].value >= _USED_UP
        ]
        if full:
            who = role.replace("_", " ")
            yield (
                f"The time of the {who} for assessments is used up under {label_list(full)}. How much of it "
                f"there is is "
                f"an assumption, and here the answer hangs on it: work that is more than that waits ever "
                f"longer."
            )


def _why_moving(results: Iterable[Result]) -> str:
    """Why the number of open assessments moves; of few open assessments it may be chance."""
    if all(each.measures["open_assessments"].value < _FEW_OPEN for each in results):
        return "So few are open at a time that chance alone moves their number by much."
    return (
        "Where the work is more than the staff can do it grows without end, and the share past 45 days "
        "depends on when one looks."
    )


def cautions(comparison: Comparison) -> tuple[str, ...]:
    """What a reader must know about a comparison."""
    sentences = [*uncalibrated_note(comparison), *_varied(comparison), _counted(comparison)]
    moving = [(s, r) for s, r in zip(comparison.arms, comparison.results, strict=True) if r.settled is False]
    if moving:
        sentences.append(
            f"Not steady: under {label_list([s.label for s, _ in moving])} the number of open assessments "
            f"was still moving when the year began. {_why_moving([r for _, r in moving])}"
        )
    sentences += dict.fromkeys(note for arm in comparison.arms for note in carried_over_note(arm.framework))
    sentences += _used_up(comparison)
    sentences += dict.fromkeys(text for arm in comparison.arms for text in arm.experiment.scenario.captions)
    sentences += dict.fromkeys(note for each in comparison.results for note in response_notes(each))
    sentences.append(comparison.host.practice_note)
    sentences += comparison.host.staff_notes
    # A side's own notes say what its scenario means: a quarter of posts vacant may be fewer than now.
    profiles = (comparison.host.profile, *(s.experiment.profile for s in comparison.arms))
    sentences += dict.fromkeys(note for each in profiles for note in each.notes)
    sentences.append(
        "The chances and intervals say how sure the simulation is of itself. Whether its assumptions hold is "
        "not in them."
    )
    sentences.append(
        "A stricter number is no cure: a limit or review has no pull in the simulation unless it is assumed."
    )
    sentences.append(assumptions_note(comparison.host.framework))
    return tuple(sentences)

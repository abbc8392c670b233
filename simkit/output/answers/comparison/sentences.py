"""The sentences of a comparison: differences, verdicts, ranges and cautions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from simkit.common.text import listed, lower_first
from simkit.framework.wording import whose
from simkit.model.inputs.scenario import AS_PUBLISHED
from simkit.model.measures.day_counts import Convention
from simkit.output.answers.study_answer import assumptions_note
from simkit.output.answers.wording import HUNDRED, in_time_simulated, two_ends, value_and_interval, year_words
from simkit.output.figures.values import BASELINE_NOT_CALIBRATED, NOT_CALIBRATED
from simkit.study.compare.arms import Arm
from simkit.study.compare.compare import Comparison
from simkit.study.compare.paired_difference import FEW, PairedDifference
from simkit.study.compare.robustness import SAME_STAFF, Range
from simkit.study.compare.unknowns import UNKNOWNS, Unknown
from simkit.study.estimate import shows_interval
from simkit.study.notes import carried_over_note, practice_notes, response_notes
from simkit.study.overload_notes import ALL_IN_USE
from simkit.study.result import HEADLINE, Result

_NOT_AGREED = ("draft", "consultation")

_FEW_OPEN = 20.0  # children: below this a single child exceeds the 5% that counts as moving

_SHARES = {
    "practice.pull_local_limit": "share of assessments past a local limit that are brought forward to it",
    "practice.pull_review": "share of assessments past a review point that are brought forward to it",
    "practice.carried_over": "share of those that would be brought forward if the limit applies in full",
    "practice.pull_second_stage": "share of those that one limit of 45 working days would bring forward",
    "practice.retention": "share of cases still handled as if the national limit applied",
}
"""What the percentages of an unknown number are shares of."""

_OWN_STAFF = (
    ". Two stages mean more work (by assumed hours), so sides with two stages have as much more staff"
)


def from_to(low: float, high: float) -> str:
    """Two ends of a difference: ``2.4 to 5.9 points lower``, ``0.8 points lower to 0.6 higher``."""
    if high <= 0:
        return f"{abs(high):.1f} to {abs(low):.1f} points lower"
    if low >= 0:
        return f"{low:.1f} to {high:.1f} points higher"
    return f"{-low:.1f} points lower to {high:.1f} higher"


TOO_FEW_YEARS = "too few years to tell"
"""In a table: fewer simulated years have a value than an interval needs."""


MORE_WORK = "more work than hours"
"""In a table: a side whose waits grow for as long as it lasts has no figure."""


def signed(value: float, unit: str) -> str:
    """A difference with its sign, without the unit; ``-`` where there is none."""
    if math.isnan(value):
        return "-"
    places = 2 if unit == "times" else 0 if unit.startswith("children") and abs(value) >= 100 else 1
    text = f"{value:+,.{places}f}"
    return text[1:] if float(text.replace(",", "")) == 0 else text


def too_few_years(difference: PairedDifference) -> bool:
    """Whether too few simulated years have a value for an interval; none is needed where all are alike."""
    shown = shows_interval(difference.low, difference.replications)
    return not shown and difference.verdict != "same"


def difference_words(difference: PairedDifference | None) -> str:
    """A difference with its interval: ``-2.1 (-3.0 to -1.2)``."""
    if difference is None or math.isnan(difference.value):
        return "-"
    if difference.verdict == "same":
        return "the same"
    value = signed(difference.value, difference.unit)
    if too_few_years(difference):
        return TOO_FEW_YEARS
    return (
        f"{value} ({signed(difference.low, difference.unit)} to {signed(difference.high, difference.unit)})"
    )


def verdict(comparison: Comparison, number: int) -> str:
    """What can be said of the difference of a side (the first after the first is 0)."""
    difference, arm = comparison.headline[number], comparison.arms[number + 1]
    if comparison.overfull[0] or comparison.overfull[number + 1]:
        return MORE_WORK
    if not all(each.settled(number) for each in comparison.ranges):
        return "not settled by evidence"
    if arm.label in comparison.not_calibrated:
        return NOT_CALIBRATED
    if comparison.arms[0].label in comparison.not_calibrated:
        return BASELINE_NOT_CALIBRATED
    return runs_verdict(difference)


def runs_verdict(difference: PairedDifference) -> str:
    """Whether the difference is clear in the runs, and how many more simulated years would make it so."""
    if difference.verdict != "unclear":
        sure = difference.verdict in ("lower", "higher")
        return f"{difference.verdict}, by very little" if sure and difference.little else difference.verdict
    if difference.replications < FEW:
        return f"unclear with so few simulated years; at least {FEW} are needed"
    if difference.more is None:
        return "unclear; more simulated years will not tell"
    digits = max(0, len(str(difference.more)) - 2)
    more = (
        "one more simulated year"
        if difference.more == 1
        else f"{round(difference.more, -digits):,} more simulated years"
    )
    return f"unclear; about {more} would tell"


def standing(comparison: Comparison) -> str:
    """Whose caseload and practice every side has; staff are worked out from it."""
    name, year = comparison.host.profile.name, year_words(comparison.host.profile.year)
    return f"Every side with the caseload and practice of {name}, {year}, and staff worked out by the model"


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
    two_stages = any(each.kind == "staff" for each in comparison.ranges)
    own = _OWN_STAFF if two_stages else ""
    arms = [(arm.label, _side(arm)) for arm in comparison.arms]
    return (
        *arms,
        ("Caseload", f"{host.profile.name}, published figures of the {year_words(host.profile.year)}: "
         f"{host.profile.referrals:,.0f} referrals. The same children come on every side"),
        ("Staff", f"{fte} full-time equivalents in assessment work on every side. Worked out by the model "
         f"from the caseload: an assumption, not the staff of {host.profile.name}{own}"),
        ("Practice", f"of {host.profile.name}, on every side"),
        ("Days", f"working days; for limits {comparison.convention.text}"),
        ("Runs", f"{comparison.replications} replications of each side, seed {comparison.seed}, "
         f"engine {comparison.engine}; differences are taken between the same simulated years"),
    )  # fmt: skip


def _side(arm: Arm) -> str:
    """Whose rules a side has, and its scenario."""
    scenario = arm.experiment.scenario
    under = [f"Scenario: {scenario.title}"] if scenario.name != AS_PUBLISHED.name else []
    return "; ".join((". ".join((whose(arm.experiment.framework), *under)), *scenario.changes))


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
    """The lowest and highest end of a difference's intervals over all that is unknown; NaN without any."""
    differences = [comparison.headline[number]]
    differences += [point.paired_differences[number] for each in comparison.ranges for point in each.points]
    known = [each for each in differences if not math.isnan(each.low)]
    nan = float("nan")
    return min((each.low for each in known), default=nan), max((each.high for each in known), default=nan)


def level_words(comparison: Comparison, side: int) -> str:
    """A side's share with its interval; where what is not known moves it, the range of that alone."""
    ends = level_range(comparison, side)
    if ends is None:
        return value_and_interval(comparison.results[side].measures[HEADLINE])
    return f"{ends[0]}% to {ends[1]}%"


def level_range(comparison: Comparison, side: int) -> tuple[str, str] | None:
    """The ends of a side's share over what is not known; None where that doesn't move it."""
    own = comparison.results[side].measures[HEADLINE]
    levels = [point.levels[side] for each in comparison.ranges for point in each.points]
    known = [each for each in levels if not math.isnan(each.value)]
    if all(each.value == own.value for each in known):
        return None
    return two_ends(min(each.low for each in known), max(each.high for each in known))


def unknown_span(comparison: Comparison, number: int) -> str:
    """The span of a difference over all unknown numbers; ``-`` where there are none."""
    low, high = span(comparison, number)
    if not comparison.ranges or math.isnan(low):
        return "-"
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


def published_notes(comparison: Comparison) -> tuple[str, ...]:
    """What was published of the timeliness of a side, as its file tells it with its source."""
    notes = []
    for arm in comparison.arms:
        entry = arm.framework.more.get("published_timeliness")
        if isinstance(entry, Mapping):
            source = arm.framework.sources.get(str(entry.get("source")), {}).get("title", "")
            notes.append(f"{arm.label}, published then: {entry['note']} ({source})")
    return tuple(notes)


def is_small(comparison: Comparison) -> bool:
    """Whether so few children are assessed that "in 100 children" would promise too much."""
    return comparison.results[0].measures["cohort_assessments"].value < HUNDRED


def _small(comparison: Comparison) -> Iterable[str]:
    """That chance alone moves the shares of a few children."""
    if is_small(comparison):
        children = comparison.results[0].measures["cohort_assessments"].value
        when = in_time_simulated(comparison.results[0].experiment)
        yield (
            f"About {children:.0f} children are assessed {when} here, so one child more or fewer moves the "
            "share by much."
        )


ON_ITS_OWN = " To try each on its own: --authority own."
"""The end of a note on the rules of other authorities."""


def _tried_elsewhere(comparison: Comparison) -> Iterable[str]:
    """Which sides are the rules of other authorities than the one whose caseload it is."""
    host = comparison.host
    others = [
        arm.label for arm in comparison.arms if arm.framework.la_code not in (None, host.framework.la_code)
    ]
    if others:
        yield (
            f"{label_list(others)}: their rules are tried on the caseload, staff and practice of "
            f"{host.profile.name}, so this says nothing about those authorities themselves.{ON_ITS_OWN}"
        )


def range_title(assumed_range: Range) -> str:
    """The title of the section on one thing that is not known."""
    if assumed_range.kind == "together":
        return "If we vary all of these together"
    return f"If we vary this: {lower_first(assumed_range.title)}"


def range_words(comparison: Comparison, assumed_range: Range) -> Iterable[str]:
    """How each difference behaves over the range of an unknown number."""
    return sentences_by_side(
        comparison,
        (
            _over_range(comparison, assumed_range, number)
            for number in range(len(comparison.paired_differences))
        ),
    )


def _over_range(comparison: Comparison, assumed_range: Range, number: int) -> str:
    holds, most = assumed_range.holds(number), _most(comparison, assumed_range)
    without = [math.isnan(each.paired_differences[number].low) for each in assumed_range.points]
    if all(without):
        return ": no figure, as there is more work than hours."
    if holds == "changes sign":
        where = listed(f"{100 * share * (most or 1):.0f}%" for share in assumed_range.crossings(number))
        at = f" at about {where}" if where and assumed_range.kind == "number" else ""
        return f": not settled by evidence. The direction changes{at}."
    if holds == "depends":
        return ": not settled by evidence. There is a difference at some values and not at others."
    if any(without) and assumed_range.kind == "staff":
        return f": no figure with {SAME_STAFF}, as there would be more work than hours."
    if without.count(False) == 1:
        return ": a figure at one value only, as there is more work than hours at the others."
    if holds == "unclear":
        return ": no difference is clear at any value tried."
    if not comparison.settled(number):
        what = "no combination changes" if assumed_range.kind == "together" else "this alone does not change"
        return f": {what} the direction."
    verdicts = (each.paired_differences[number].verdict for each in assumed_range.points)
    return f": {next(each for each in verdicts if each != 'not known')} at every value tried."


def unused_number_notes(comparison: Comparison) -> Iterable[str]:
    """Which numbers of practice and staff in a side's own file are not used."""
    for arm in comparison.arms:
        if arm.replaced:
            yield (
                f"Not used: {listed(arm.replaced)} in the file of {arm.label}. In a comparison every side "
                f"has the practice and staff of {comparison.host.profile.name}, and what its scenario sets."
            )


def _varied(comparison: Comparison) -> Iterable[str]:
    """What was varied, and what was not."""
    varied = [lower_first(each.title) for each in comparison.ranges if each.kind != "together"]
    if varied:
        yield f"What we varied: {'; '.join(varied)}."
    yield (
        f"What we did not vary: how much of the staff's time is in use, which day counts first"
        f"{', and when the first of two stages ends' if _has_stages(comparison) else ''}."
    )


def _has_stages(comparison: Comparison) -> bool:
    return any(arm.framework.two_stages for arm in comparison.arms)


def _counted(comparison: Comparison) -> str:
    """The day-counting convention, which can decide the answer."""
    now, other = (0, 1) if comparison.convention is Convention.DAY_0 else (1, 0)
    return (
        f"The first day counts as day {now}. With day {other} levels can differ by several points, and small "
        f"differences can change direction: add --convention day_{other} to see it."
    )


def uncalibrated_note(comparison: Comparison) -> Iterable[str]:
    """Which sides are not calibrated."""
    labels = comparison.not_calibrated
    if labels:
        yield (
            f"Not calibrated: {label_list(labels)}. The time that assessments take was fitted to single "
            "assessments "
            "under the national limit of 45 working days. No figures were found that it could be fitted to "
            "under "
            "these rules, so what is simulated is not what happened."
        )


def _overfull(comparison: Comparison) -> Iterable[str]:
    """Which sides have more work than hours."""
    for arm, roles in zip(comparison.arms, comparison.overfull, strict=True):
        if roles:
            yield (
                f"{arm.label}: over {ALL_IN_USE:.0f}% of the time of the {listed(map(lower_first, roles))} "
                "is in use. Waits then grow for as long as it lasts, so this side is left out of "
                "differences, ranges and rankings. How much time there is is an assumption."
            )
    if any(any(point.overfull) for each in comparison.ranges for point in each.points):
        yield (
            "Where a table says 'more work than hours', a side was not simulated or its figures are left "
            "out, since waits would grow for as long as it lasts."
        )


def _why_moving(results: Iterable[Result]) -> str:
    """Why the number of open assessments moves; of few open assessments it may be chance."""
    if all(each.measures["open_assessments"].value < _FEW_OPEN for each in results):
        return "So few are open at a time that chance alone moves their number by much."
    return (
        "If there is more work than the staff can do, it keeps growing, and the share over 45 days depends "
        "on when you look."
    )


def cautions(comparison: Comparison) -> tuple[str, ...]:
    """What a reader must know about a comparison, the most important first."""
    count = comparison.replications
    few = [f"{count} simulated years are few: at least {FEW} are needed."] if count < FEW else []
    sentences = [
        *few,
        *_small(comparison),
        *uncalibrated_note(comparison),
        *_overfull(comparison),
        *_varied(comparison),
    ]
    sentences += _tried_elsewhere(comparison)
    sentences += dict.fromkeys(text for arm in comparison.arms for text in arm.experiment.scenario.captions)
    sentences += dict.fromkeys(
        note for each in comparison.results for note in response_notes(each, compared=True)
    )
    moving = [(s, r) for s, r in zip(comparison.arms, comparison.results, strict=True) if r.settled is False]
    if moving:
        sentences.append(
            f"Not steady: under {label_list([s.label for s, _ in moving])} the number of open assessments "
            f"was still changing when the year began. {_why_moving([r for _, r in moving])}"
        )
    sentences += dict.fromkeys(note for arm in comparison.arms for note in carried_over_note(arm.framework))
    sentences.append("The intervals cover chance only, not whether the assumptions are right.")
    sentences.append(_counted(comparison))
    sentences += practice_notes(comparison.host)
    sentences += comparison.host.staff_notes
    # A side's own notes say what its scenario means: a quarter of posts vacant may be fewer than now.
    profiles = (comparison.host.profile, *(s.experiment.profile for s in comparison.arms))
    sentences += dict.fromkeys(note for each in profiles for note in each.notes)
    sentences.append(
        "A stricter limit or another review changes how people work only as far as that is assumed here."
    )
    sentences.append(assumptions_note(comparison.host))
    return tuple(sentences)

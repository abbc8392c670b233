"""The notes of a result: doubts, gaps filled, warnings and assumptions that a reader must know."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping

import numpy as np

from simkit.common.shell import command_line
from simkit.common.text import lower_first
from simkit.data import PublishedBands, bands
from simkit.framework.framework import ROUTES, Framework
from simkit.model.inputs.practice import is_calibrated
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.staffing import expected_children
from simkit.model.measures.day_counts import BANDS
from simkit.study.estimate import LEAST_CHILDREN, LEAST_YEARS
from simkit.study.not_known import STEP_WORDS, steps_of
from simkit.study.overload_notes import one_kind_note, overload_notes
from simkit.study.quartile_notes import FROM_REFERRAL, FROM_START, Family, quartile_notes, route_notes
from simkit.study.result import HEADLINE, PRECISE, Experiment, Result

_WIDE = 2.0  # points of half-width from which an interval is called wide

# How far a simulated figure may be from the one the practice was fitted to before it is said.
_FAR = {
    "published_within_45_days_pct": (5.0, "share within 45 working days", "%"),
    "published_median_days": (5.0, "median", " working days"),
    "published_p25_days": (5.0, "lower quartile", " working days"),
    "published_p75_days": (5.0, "upper quartile", " working days"),
}
_BANDS_FAR = 10.0  # points between the shares completed up to the end of a published band
_OWN = {  # under which name a calibration to an own return keeps what it was fitted to
    "published_within_45_days_pct": "within_45_own_pct",
    "published_median_days": "median_own_days",
    "published_icpc_within_15_days_pct": "conference_within_15_own_pct",
}

_OWN_START = (
    "The year begins with the authority's own open assessments. When each of them ends is drawn from its "
    "practice. No work is late or waiting on the first day, so the share in time comes out higher than it "
    "otherwise would: don't compare it with a run that begins without them."
)
_NOT_SETTLED = "Not steady: the number of open assessments was still changing when the year began."
_NOT_CALIBRATED = (
    "Not calibrated: the time that assessments take was fitted to single assessments under the national "
    "limit of "
    "45 working days. No figures were found that it could be fitted to under these rules."
)
_RESPONDS = (
    "Here the service responds to the change as services did in 2016 to 2023: shorter work, some cases "
    "closed at the "
    "front door, agency staff. The response was set from what they did, so the result is not evidence of it."
)
_SHOWN = "The result without a response is shown as well."
_BESIDE = "To see it without a response as well, use `simkit run`."
_IN_RANGE = "The same comparison without a response is in the section on what is not known."
_NOBODY_RESPONDS = (
    "Here nobody responds to the change. Where referrals and staff changed as much in published years, "
    "timeliness "
    "moved far less than such a simulation says: read it as the pressure on the service, not as a forecast."
)


def notes_of(result: Result, shown: Collection[str] | None = None) -> tuple[str, ...]:
    """What a reader must know of the result: doubts first, then gaps filled, warnings and assumptions.

    ``shown``: the measures that an answer shows. It has no note on another one. None: all of them.
    """
    return tuple(dict.fromkeys(_notes(result, result.measures if shown is None else shown)))


def _notes(result: Result, shown: Collection[str]) -> Iterator[str]:
    experiment, scenario = result.experiment, result.experiment.scenario
    yield from doubts(result, shown)
    if result.settled is False and result.replications > 1:  # of one alone nobody can say
        yield _NOT_SETTLED
    if "cohort_assessments.brief" in shown:
        yield from one_kind_note(result.measures)
    yield from _quartiles(result, FROM_REFERRAL, shown)
    yield from _medians_of_routes(result, FROM_REFERRAL, shown)
    if not is_calibrated(experiment.framework):
        yield _NOT_CALIBRATED
    yield from response_notes(result)
    if not result.not_known:
        yield from unknown_notes(experiment)
    yield from scenario.captions
    yield from carried_over_note(experiment.framework)
    yield from experiment.staff_notes
    yield from experiment.profile.notes
    yield from practice_notes(experiment)
    where = command_line("simkit", "show", experiment.name, "model")
    yield f"{len(result.assumptions)} numbers are assumptions. {EACH_ASSUMPTION}{where}"


EACH_ASSUMPTION = "To see each with its range and reason: "
"""What stands before the command that lists the assumptions."""

RANGE_NOTE = "`simkit run` shows the range."
"""The end of a note on something not known, if only one value of it was run."""


def unknown_notes(experiment: Experiment) -> Iterator[str]:
    """What nobody knows about the rules, where one value of it was run."""
    steps = steps_of(experiment.framework, experiment.unknowns)
    for unknown, step in zip(experiment.unknowns, steps or (), strict=False):
        yield (
            f"Not settled by evidence: {lower_first(unknown.title)}. Assumed here: "
            f"{STEP_WORDS[step]}. {RANGE_NOTE}"
        )


def carried_over_note(framework: Framework) -> Iterator[str]:
    """Which simulated limits are carried over from another edition, as their own is not known."""
    titles = [lower_first(each.title) for each in framework.carried_over_limits]
    if titles:
        edition = [each for each in framework.layers if each.startswith("national/")][-1]
        yield (
            f"Not known for {edition}, so taken from another edition: {'; '.join(titles)}. That they apply "
            "is an assumption (practice.carried_over)."
        )


def response_notes(result: Result, *, compared: bool = False) -> Iterator[str]:
    """Of a change of caseload or staff: when it begins, who responds, and what published places did.

    ``compared``: the result is a side of a comparison, which varies whether the service responds.
    """
    if result.since is not None:
        yield result.since
    if result.experiment.scenario.changes_pressure:
        if result.experiment.setting.response is None:
            yield _NOBODY_RESPONDS
        else:
            alone = _BESIDE if result.without_response is None else _SHOWN
            yield f"{_RESPONDS} {_IN_RANGE if compared else alone}"
        yield from result.published_changes.sentences


def doubts(result: Result, shown: Collection[str] | None = None) -> tuple[str, ...]:
    """The doubts printed below the answer: too much work, its level is off, how it began, figures that seem
    to contradict each other, a wide interval. ``shown`` as for ``notes_of``."""
    measures = result.measures if shown is None else shown
    own_start = (_OWN_START,) if result.experiment.setting.open_cases is not None else ()
    wide = HEADLINE in measures and result.replications >= LEAST_YEARS and not _half(result) <= _WIDE
    return (
        *overload_notes(result.experiment.framework, result.measures),
        *(level(result, measures) or bad_fit(result.experiment)),
        *own_start,
        *_quartiles(result, FROM_START, measures),
        *((f"The interval is wide: {precision(result)}.",) if wide else ()),
    )


def _quartiles(result: Result, family: Family, shown: Collection[str]) -> Iterator[str]:
    """Where a quartile seems to contradict the share in time; of too few children neither is shown."""
    children = expected_children(result.experiment.framework, result.experiment.profile)
    if f"{family.prefix}_median_days" in shown and sum(children.values()) >= LEAST_CHILDREN:
        yield from quartile_notes(result.measures, family, result.convention)


def _medians_of_routes(result: Result, family: Family, shown: Collection[str]) -> Iterator[str]:
    """The same by route."""
    children = expected_children(result.experiment.framework, result.experiment.profile)
    for route in ROUTES:
        if f"{family.prefix}_median_days.{route}" in shown and children[route] >= LEAST_CHILDREN:
            yield from route_notes(result.measures, family, result.convention, route)


def practice_notes(experiment: Experiment) -> tuple[str, ...]:
    """Whose practice it is, and that it was fitted badly where it was."""
    return (experiment.practice_note, *bad_fit(experiment))


def bad_fit(experiment: Experiment) -> tuple[str, ...]:
    """A sentence where the practice was fitted badly, whatever the scenario."""
    calibration = experiment.calibration
    caution = None if calibration is None else calibration.caution
    return () if caution is None else (caution,)


def is_precise(result: Result) -> bool:
    """Whether the answer's interval is narrow enough."""
    return _half(result) <= PRECISE


def precision(result: Result) -> str:
    """How wide the interval of the answer is, and what it is the interval of."""
    if math.isnan(_half(result)):
        return "one replication has no interval"
    half = f"{_half(result):.2g} points either side"
    return f"{half} of the share over 45 days from referral; the aim is {PRECISE}"


def _half(result: Result) -> float:
    breach = result.measures[HEADLINE]
    return (breach.high - breach.low) / 2


def level(result: Result, shown: Collection[str] | None = None) -> tuple[str, ...]:
    """A sentence where the caseload as it is gives other figures than were observed.

    Observed: the published figures (the share in time is that of the caseload's year), or the authority's own
    where the practice was fitted to its return. Under a scenario that changes something a difference is
    what was asked for: nothing is said. ``shown`` as for ``notes_of``; bands are shown where the median is.
    """
    measures = result.measures if shown is None else shown
    experiment = result.experiment
    if experiment.scenario.changes or not is_calibrated(experiment.framework):
        return ()
    if sum(expected_children(experiment.framework, experiment.profile).values()) < LEAST_CHILDREN:
        return ()  # too few for any figure to be shown
    sentences = []
    for name, (observed, origin) in _fitted_to(experiment).items():
        far, title, unit = _FAR[name]
        value = result.measures[name].value
        if name in measures and abs(value - observed) > far:
            sentences.append(f"the {title} ({value:.0f}{unit} simulated, {observed:.0f}{unit} {origin})")
    if not sentences and "published_median_days" in measures:
        sentences += _bands_apart(result)
    if not sentences:
        return ()
    return (
        f"The simulation does not reproduce {' or '.join(sentences)}: read differences between scenarios, "
        "not "
        "levels.",
    )


def own_figures(experiment: Experiment) -> Mapping[str, float]:
    """The figures of the authority's own return that its practice was fitted to, by measure; none else."""
    calibration = experiment.calibration
    if calibration is None or calibration.fitted_to == "published":
        return {}
    return {name: calibration.fit[key] for name, key in _OWN.items() if key in calibration.fit}


def _fitted_to(experiment: Experiment) -> Mapping[str, tuple[float, str]]:
    """The observed figure that each measure should reproduce, and its origin."""
    calibration = experiment.calibration
    if calibration is not None and calibration.fitted_to != "published":
        origin = f"in {calibration.authority}'s own durations"
        return {name: (figure, origin) for name, figure in own_figures(experiment).items() if name in _FAR}
    figures: dict[str, tuple[float, str]] = {}
    profile, durations = experiment.profile, _published(experiment)
    if profile.share_in_time is not None:
        share, year = profile.share_in_time
        whose = durations.name if durations is not None and durations.year == year else profile.name
        figures["published_within_45_days_pct"] = (100 * share, _published_for(whose, year, profile))
    if durations is not None:
        origin = _published_for(durations.name, durations.year, profile)
        for part in ("median", "p25", "p75"):
            days = getattr(durations, f"{part}_days")
            if days is not None:
                figures[f"published_{part}_days"] = (days, origin)
    return figures


def _published_for(whose: str, year: int, profile: Profile) -> str:
    """Where a figure comes from; its year is named where it is not the caseload's."""
    return f"published for {whose}" + ("" if year == profile.year else f" in the year to 31 March {year}")


def _published(experiment: Experiment) -> PublishedBands | None:
    """The published durations; a new authority has those of the one it came from."""
    profile = experiment.profile
    if profile.published is None:
        return bands(profile.la_code, profile.year)
    return bands(profile.published.area, profile.published.year)


def _bands_apart(result: Result) -> Iterator[str]:
    """The day up to which simulated and published completions lie furthest apart, where that is far.

    The share in time and the median can both be met by a distribution that is another one.
    """
    experiment, durations = result.experiment, _published(result.experiment)
    if experiment.own_caseload or (
        experiment.calibration is not None and experiment.calibration.fitted_to != "published"
    ):
        return
    if durations is None or not durations.complete:
        return
    shares = [
        (result.bands[name].value, 100 * share)
        for (name, _), share in zip(BANDS, durations.shares, strict=True)
        if share is not None
    ]
    if not shares:
        return
    upto = np.cumsum(np.array(shares, dtype=np.float64), axis=0)[:-1]
    furthest = int(np.argmax(np.abs(upto[:, 0] - upto[:, 1])))
    simulated, observed = upto[furthest].tolist()
    if abs(simulated - observed) > _BANDS_FAR:
        day = BANDS[furthest][1]
        when = f"within {day} working days" if day else "on the day they began"
        origin = _published_for(durations.name, durations.year, experiment.profile)
        yield f"the share {when} ({simulated:.0f}% simulated, {observed:.0f}% {origin})"

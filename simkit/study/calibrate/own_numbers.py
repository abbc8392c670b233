"""Numbers of an authority's own dataset in place of assumptions, and where they contradict one."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from simkit.common.arguments import checked_arguments
from simkit.common.progress import progress_bar
from simkit.common.steps import Steps, finished
from simkit.framework.check import load
from simkit.framework.framework import Framework, Number
from simkit.model.engine_choice import Engine
from simkit.model.inputs.calibration import Calibration, CalibrationError, calibration_of
from simkit.model.inputs.own_numbers import OWN_DATA, SYNTHETIC_DATA, OwnNumber, with_own_numbers
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.staffing import CASE_HOLDER, staffing
from simkit.returns.casework.measure import CaseworkFigures
from simkit.returns.casework.measured import Measured
from simkit.returns.casework.response import FRONT_DOOR, IN_TIME_ON_REFERRALS, OwnEffect
from simkit.returns.result import INTERNAL, Return
from simkit.study.calibrate.calibrate import (
    WORK_OF_ONE,
    calibrate_in_steps,
    framework_of,
    steps_of_calibration,
)
from simkit.study.calibrate.own_throughput import PATH as THROUGHPUT
from simkit.study.calibrate.own_throughput import STEPS as THROUGHPUT_STEPS
from simkit.study.calibrate.own_throughput import own_throughput_in_steps
from simkit.study.runner import open_runner

_DAYS_A_WEEK = 5
UTILISATION = "staff.utilisation"
_MOST_UTILISATION = 0.95  # of which a simulated service can still keep up

_MEASURED: Mapping[str, tuple[str, float]] = {
    "demand.weekend_share": ("weekend_share", 1.0),
    "demand.disabled_children": ("disabled_share", 1.0),
    "staff.part_time_posts": ("part_time_share", 1.0),
    "staff.part_time_week": ("part_time_fte", _DAYS_A_WEEK),
    "staff.other_cases": ("other_cases_per_fte", 1.0),
    "steps.further_visit.share": ("further_visit_share", 1.0),
}
"""The figure that each number is, and what it is multiplied by to have the number's unit."""


@checked_arguments
def calibrate_to_return(own_return: Return, *, seed: int = 1, engine: str = "auto") -> Calibration:
    """The practice fitted to a return's durations, with the numbers that a dataset measures.

    Of a Standard Safeguarding Dataset ``measured`` holds what takes the place of assumptions, and ``gaps``
    say where it contradicts one. Raises CalibrationError where too little is known to fit.
    """
    with progress_bar("Calibrating"), open_runner(engine, WORK_OF_ONE, 1) as runner:
        return finished(calibrate_to_return_in_steps(own_return, seed=seed, engine=runner.engine))


def steps_of_return(own_return: Return, *, seed: int, engine: Engine) -> int:
    """How many steps ``calibrate_to_return_in_steps`` still has."""
    calibration = steps_of_calibration(own_return.profile, seed=seed, engine=engine)
    return calibration + (THROUGHPUT_STEPS if _effect(own_return) is not None else 0)


def calibrate_to_return_in_steps(own_return: Return, *, seed: int, engine: Engine) -> Steps[Calibration]:
    """``calibrate_to_return``, a simulated year or another authority a step."""
    if own_return.durations is None:
        raise CalibrationError(f"The return gives nothing to fit. {own_return.durations_note}")
    measured: dict[str, OwnNumber] = {}
    said: tuple[str, ...] = ()
    if own_return.casework is not None:
        measured, said = yield from _measured_in(own_return, own_return.casework, seed, engine)
    conferences = own_return.conferences
    calibration = yield from calibrate_in_steps(
        own_return.durations,
        own_return.profile,
        source=own_return.durations.source,
        conferences=None if conferences is None else conferences.counts,
        measured=measured,
        seed=seed,
        engine=engine,
    )
    gaps = (*calibration.gaps, *said)
    return replace(calibration, gaps=(INTERNAL, *gaps) if own_return.internal else gaps)


def _effect(own_return: Return) -> OwnEffect | None:
    """What referrals did to the share in time, where it is sure and there is a practice to try it with."""
    if own_return.casework is None or calibration_of(own_return.profile) is None:
        return None
    effects = (each for each in own_return.casework.response if each.name == IN_TIME_ON_REFERRALS)
    return next((each for each in effects if each.tight), None)


def _measured_in(
    own_return: Return, casework: CaseworkFigures, seed: int, engine: Engine
) -> Steps[tuple[dict[str, OwnNumber], tuple[str, ...]]]:
    """The numbers of a dataset, with the published practice, and the contradictions."""
    caseload, source = own_return.profile, SYNTHETIC_DATA if own_return.synthetic else OWN_DATA
    practice = calibration_of(caseload)
    framework = load(framework_of(own_return.la_code))
    fitted = framework if practice is None else practice.applied(framework)
    measured, said = own_numbers(casework, caseload, fitted, source)
    if (effect := _effect(own_return)) is not None and practice is not None:
        power = yield from own_throughput_in_steps(
            effect, caseload, practice, source, seed=seed, engine=engine.name
        )
        measured[THROUGHPUT] = power
        said = (*said, *_contradictions({THROUGHPUT: power}, fitted))
    return measured, said


def own_numbers(
    casework: CaseworkFigures, caseload: Profile, framework: Framework, source: str = OWN_DATA
) -> tuple[dict[str, OwnNumber], tuple[str, ...]]:
    """The numbers of a framework that casework measures, and a sentence for each contradiction.

    One that is measured directly is used whatever was assumed. How much of the staff's time the caseload
    fills follows from the staff counted and from the assumed hours of work, so it is used only where a
    service could keep up with it.
    """
    figures = {each.name: each for each in casework.figures}
    found: dict[str, OwnNumber] = {}
    for path, (name, times) in _MEASURED.items():
        own = _own(figures.get(name), partial(operator.mul, times), source)
        if own is not None:
            found[path] = own
    front_door = next((each for each in casework.response if each.name == FRONT_DOOR and each.tight), None)
    if front_door is not None:
        value, low, high = (
            min(max(x, 0.0), 1.0) for x in (front_door.value, front_door.low, front_door.high)
        )
        found["response.front_door"] = OwnNumber(value, low, high, front_door.months, "months", source)
    said = [*_contradictions(found, framework)]
    utilisation = _utilisation(figures, caseload, with_own_numbers(framework, found), source)
    if utilisation is not None:
        if utilisation.value <= _MOST_UTILISATION:
            found[UTILISATION] = utilisation
            said += _contradictions({UTILISATION: utilisation}, framework)
        else:
            said.append(
                f"Own data contradict the assumed hours of work or staff: {utilisation.n:,} month ends show "
                "fewer full-time equivalents in assessment than the assumed hours would need "
                f"({utilisation.value:.0%} of their time). The assumption about it is kept."
            )
    return found, tuple(said)


def _own(figure: Measured | None, convert: Callable[[float], float], source: str) -> OwnNumber | None:
    if figure is None or figure.value is None or figure.low is None or figure.high is None:
        return None
    low, high = sorted((convert(figure.low), convert(figure.high)))
    return OwnNumber(convert(figure.value), low, high, figure.n or 0, figure.of, source)


def _utilisation(
    figures: Mapping[str, Measured], caseload: Profile, framework: Framework, source: str
) -> OwnNumber | None:
    """The share of their assessment time that the caseload fills with the staff counted.

    None where the staff isn't counted, or where the simulation would have the least staff anyway.
    """
    counted = figures.get("fte_in_assessment")
    fte = staffing(framework, caseload).fte[CASE_HOLDER]
    if counted is None or not counted.value or fte <= framework.number("staff.least_people"):
        return None
    work = fte * framework.number(UTILISATION)  # full-time equivalents that the work alone would fill
    return _own(counted, lambda people: work / max(people, 1e-9), source)


def _contradictions(found: Mapping[str, OwnNumber], framework: Framework) -> Iterator[str]:
    """A sentence for each number whose interval lies outside what was assumed."""
    for path, own in found.items():
        number = framework.numbers.get(path)
        if number is not None and number.basis == "assumption" and _outside(own, number):
            low, high, value = (_words(each, number.unit) for each in (number.low, number.high, own.value))
            yield (
                f"Own data contradict an assumption. {number.title}: {value} in {own.n:,} {own.of}; it was "
                f"assumed to be {low} to {high}. The own number is used."
            )


def _words(value: float, unit: str) -> str:
    return f"{value:.1%}" if unit == "share" else f"{value:.3g}"


def _outside(own: OwnNumber, number: Number) -> bool:
    return own.high < number.low or own.low > number.high

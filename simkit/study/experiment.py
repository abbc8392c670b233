"""Experiments: one framework under one scenario, run many times and summarised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from simkit.common.arguments import checked_arguments
from simkit.common.arrays import Floats
from simkit.common.errors import SimkitError
from simkit.common.progress import Progress, with_progress
from simkit.common.text import is_text
from simkit.framework.check import GivenFramework, file_name, load
from simkit.framework.framework import Framework
from simkit.model.inputs.calibration import Calibration, calibration_file, calibration_of
from simkit.model.inputs.own_rates import with_own_rates
from simkit.model.inputs.profile import Profile, england_average, profile
from simkit.model.inputs.review_points import reviews_in_force
from simkit.model.inputs.scenario import AS_PUBLISHED, GivenScenario, load_scenario
from simkit.model.inputs.staffing import staffing
from simkit.model.measures.day_counts import BANDS, Convention
from simkit.model.measures.measures import RunMeasures
from simkit.model.workload.open_cases import OpenCases
from simkit.model.workload.sample import Setting
from simkit.study.compare.paired_difference import PairedDifference, paired_difference
from simkit.study.estimate import (
    Measures,
    definitions_of,
    estimate,
    estimate_of,
    half_width,
    interval,
    shown_interval,
    values_of,
)
from simkit.study.not_known import End, ends_of
from simkit.study.notes import notes_of
from simkit.study.result import HEADLINE, IN_TIME, NO_FILE, PRECISE, Experiment, Result
from simkit.study.runner import Job, Runner, open_runner, tasks_of
from simkit.study.scenario_setting import setting_under

LEAST, MOST = 30, 200  # replications, unless given
_STEP = 10
_MOVING = 0.05  # of the open assessments
_BAND_LABELS = (
    "the same day",
    *(
        f"{low} to {high} days"
        for low, high in ((1, 10), (11, 20), (21, 30), (31, 40), (41, 45), (46, 50), (51, 60))
    ),
    "61 days or more",
)


@checked_arguments
def experiment(
    name: GivenFramework,
    scenario: GivenScenario = AS_PUBLISHED,
    *,
    year: int | None = None,
    caseload: Profile | str | Path | None = None,
    calibration: Calibration | str | Path | None = None,
    open_cases: OpenCases | None = None,
) -> Experiment:
    """The framework of this name on its authority's published caseload, under a scenario.

    Both may be names, paths, texts of files or loaded values, a scenario also plain data.

    A national framework is tried on the average authority of England. ``caseload`` takes the place
    of the published one, ``calibration`` that of the published practice: values, or files that hold
    them. ``open_cases``: the authority's own open assessments at the end of the caseload's year; then
    the year after it is simulated, beginning with these, in place of the same year beginning with a
    drawn stock. The practice is the one calibrated to the durations that belong to the caseload,
    or ``calibration``; without either the national set. A practice number in the framework's file
    or the scenario wins over it, and so do its own sickness, turnover and agency cover over the caseload's.
    The staff is what the caseload implies; the scenario then changes
    both. Raises NameNotFound, FrameworkError, ProfileError or CalibrationError.
    """
    chosen = load_scenario(scenario)
    as_written = without = load(name)
    framework = load(name, chosen.source) if chosen.framework else as_written
    options: tuple[str, ...] = ()
    if caseload is None:
        base = england_average(year) if framework.la_code is None else profile(framework.la_code, year)
    else:
        base = caseload if isinstance(caseload, Profile) else _profile_from_file(framework, caseload)
        is_file = not isinstance(caseload, Profile) and not is_text(caseload)
        options += ("--caseload", str(caseload) if is_file else "PROFILE.json")
    if calibration is None:
        practice = calibration_of(base)
    else:
        practice = calibration if isinstance(calibration, Calibration) else calibration_file(calibration)
        options += ("--practice", practice.file or "CALIBRATION.yaml")
    draws: tuple[Mapping[str, float], ...] = ()
    if practice is not None:
        without, framework = practice.applied(without), practice.applied(framework)
        draws = practice.draws_for(framework)
    base = with_own_rates(without, base)
    reviewed = reviews_in_force(without, base.year)
    staff = staffing(replace(without, reviews=reviewed), base)
    setting = setting_under(chosen, framework, base, staff, draws, open_cases)
    is_name = isinstance(scenario, str | Path) and not is_text(scenario)
    return Experiment(
        name=file_name(name) or NO_FILE,
        scenario_name=str(scenario) if is_name else chosen.name,
        framework=framework,
        profile=setting.profile,
        scenario=chosen,
        setting=setting,
        calibration=practice,
        own_caseload=caseload is not None,
        command_options=options,
        reviewed=reviewed,
        as_written=as_written,
        without_scenario=without,
    )


def _profile_from_file(framework: Framework, file: str | Path) -> Profile:
    """The profile in a file. Raises SimkitError where it is of another authority than the framework."""
    caseload = Profile.read(file)
    if framework.la_code not in (None, caseload.la_code):
        what = "This" if is_text(file) else file
        raise SimkitError(
            f"{what} is the caseload of {caseload.name} ({caseload.la_code}), but the framework is of "
            f"{framework.authority} ({framework.la_code}). Run the framework of the same authority."
        )
    return caseload


@checked_arguments
@with_progress("Simulating years")
def run(
    name: GivenFramework,
    scenario: GivenScenario = AS_PUBLISHED,
    *,
    replications: int | None = None,
    seed: int = 1,
    engine: str = "auto",
    convention: Convention | str | None = None,
    year: int | None = None,
    caseload: Profile | str | Path | None = None,
    calibration: Calibration | str | Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Result:
    """Run a framework many times under a scenario and measure it.

    ``name``: a framework, by name, file, text or value. ``scenario``: the same. ``replications``: simulated
    years; by default as many as make the interval narrow. ``seed``: the same seed gives the same figures.
    ``engine``: ``simpy``, ``kernel`` or ``auto``; none changes a figure. ``year``: of the published caseload.
    ``caseload``, ``calibration``: your own, in place of the published ones. It is ``run_experiment`` of the
    ``experiment`` of this name.

    Example::

        result = simkit.run("hackney", "winter-surge", replications=30, seed=1)
        result.measures["cohort_over_45_days_pct"]
        result.save("hackney.xlsx")
    """
    return run_experiment(
        experiment(name, scenario, year=year, caseload=caseload, calibration=calibration),
        replications=replications,
        seed=seed,
        engine=engine,
        convention=convention,
        workers=workers,
        progress=progress,
    )


@checked_arguments
@with_progress("Simulating years")
def run_experiment(
    experiment: Experiment,
    *,
    replications: int | None = None,
    seed: int = 1,
    engine: str = "auto",
    convention: Convention | str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Result:
    """Run an experiment many times and measure it.

    Without ``replications``, as many as bring the half-width of the headline's interval to 0.5 points,
    30 to 200. ``workers``: how many at once, all cores by default. ``progress`` is called with
    replications done and expected. Raises SimkitError for input that can't be run.
    """
    counting = Convention.of(convention, (experiment.framework,))
    with open_runner(engine, tasks_of(experiment.setting, replications or LEAST), workers) as runner:
        setting = experiment.setting
        runs = _replicate(runner, setting, seed, counting, replications, progress)
        beside: list[list[RunMeasures]] = []
        for other in settings_beside(experiment):
            jobs = (Job(other, seed, number, counting) for number in range(len(runs)))
            beside.append(list(runner.map(jobs)))
        name = runner.engine.name
    return summary(experiment, runs, beside, seed=seed, engine=name, convention=counting)


def settings_beside(experiment: Experiment) -> list[Setting]:
    """What is run beside an experiment, in the order in which ``summary`` takes it."""
    setting, beside = experiment.setting, []
    if setting.response is not None:
        beside = [setting.without_response, setting.without_change, setting.with_section_47_exempt]
    return beside + [each for _, each in ends_of(setting, experiment.unknowns)]


def _replicate(
    runner: Runner,
    setting: Setting,
    seed: int,
    convention: Convention,
    replications: int | None,
    progress: Progress | None,
) -> list[RunMeasures]:
    """As many replications as asked for, or as many as make the headline precise enough."""
    runs: list[RunMeasures] = []
    goal = replications or LEAST
    while True:
        jobs = (Job(setting, seed, number, convention) for number in range(len(runs), goal))
        for each in runner.map(jobs):
            runs.append(each)
            if progress is not None:
                progress(len(runs), goal)
        before, goal = goal, goal_after(runs, goal, replications)
        if goal == before:
            return runs


def goal_after(runs: Sequence[RunMeasures], goal: int, replications: int | None) -> int:
    """How many replications a run has in all, after ``goal`` of them: no more where these are enough."""
    enough = replications is not None or goal >= MOST or half_width(values_of(runs, HEADLINE)) <= PRECISE
    return goal if enough else min(MOST, goal + _STEP)


def summary(
    experiment: Experiment,
    runs: Sequence[RunMeasures],
    beside: Sequence[Sequence[RunMeasures]] = (),
    *,
    seed: int,
    engine: str,
    convention: Convention,
) -> Result:
    """The result of runs 0 to n - 1 of an experiment, however they were run.

    ``beside``: the same runs of each of ``settings_beside``: of a change of caseload or staff without
    response, without the change, and with the work of section 47 enquiries exempt from the response; then
    those at the ends of what is not known. Without them the result has none of these.
    """

    def columns(series: str) -> Floats:
        values = np.array([getattr(each, series) for each in runs])
        return np.array([shown_interval(column) for column in values.T])

    defined = definitions_of(experiment.framework)
    own_start = experiment.setting.open_cases is not None
    values = {name: values_of(runs, name) for name in defined}
    if own_start:  # nobody is referred in the year before, so there is nothing to hold it against
        values["open_change"] = np.full(len(runs), np.nan)
    responds = bool(beside) and experiment.setting.response is not None
    beside, ends = (beside[:3], beside[3:]) if responds else ((), beside)
    measures = Measures({name: estimate_of(each, values[name]) for name, each in defined.items()})
    without, published, exempt = (
        Measures({name: estimate_of(each, values_of(other, name)) for name, each in defined.items()})
        if other
        else None
        for other in (beside or (None, None, None))
    )
    changes: tuple[PairedDifference | None, ...] = (None, None)
    if beside:
        usual = values_of(beside[1], IN_TIME)
        changed = (values[IN_TIME], values_of(beside[0], IN_TIME))
        changes = tuple(paired_difference(defined[IN_TIME], usual, each) for each in changed)
    shares = 100 * np.array([each.bands for each in runs])
    bands = {
        name: estimate(
            name, f"Completed in {label}", "%", "assessments authorised in the year", shares[:, column]
        )
        for column, (name, label) in enumerate(zip((n for n, _ in BANDS), _BAND_LABELS, strict=True))
    }
    settled = None  # a change of caseload or staff moves what is open, and says nothing of what was before
    if beside or experiment.setting.onset is None:
        settled = _settled(beside[1] if beside else runs)
    steps = (steps for steps, _ in ends_of(experiment.setting, experiment.unknowns))
    result = Result(
        experiment=experiment,
        replications=len(runs),
        seed=seed,
        engine=engine,
        convention=convention,
        settled=own_start or settled,
        measures=measures,
        bands=bands,
        survival=np.clip(100 * columns("survival"), 0, 100),
        open_by_week=np.maximum(columns("open_by_week"), 0),
        over_45_by_week=np.maximum(columns("over_45_by_week"), 0),
        without_response=without,
        as_published=published,
        section_47_exempt=exempt,
        change=changes[0],
        change_without_response=changes[1],
        not_known=tuple(
            End(
                which,
                *(estimate_of(defined[name], values_of(other, name)) for name in (HEADLINE, IN_TIME)),
            )
            for which, other in zip(steps, ends, strict=False)
        ),
    )
    return replace(result, notes=notes_of(result))


def _settled(runs: Sequence[RunMeasures]) -> bool | None:
    """Whether open assessments stayed where they were against the same weeks a year before.

    They have not where the mean change over replications is beyond its 95% interval and more
    than a twentieth of the number open. The same weeks are compared, so the seasons cancel out.
    None where there are too few replications to tell: the interval would hold a twentieth as well as
    0. Where no year before was simulated it is not known, which counts as not settled.
    """
    change, low, high = interval(values_of(runs, "open_change"))
    if np.isnan(change):
        return False
    level = float(np.mean(values_of(runs, "open_assessments")))
    if np.isnan(low):
        return None
    if not low <= 0 <= high:
        return abs(change) <= _MOVING * level
    return True if high - low <= 2 * _MOVING * level else None


case = experiment
"""The earlier name of ``experiment``, kept for one release."""

run_case = run_experiment
"""The earlier name of ``run_experiment``, kept for one release."""

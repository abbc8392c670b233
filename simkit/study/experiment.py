"""One framework under one scenario, run many times: the result that people are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simkit.framework.asked import asked
from simkit.framework.check import load
from simkit.framework.command import command_line
from simkit.framework.displayed import Displayed
from simkit.framework.framework import Framework, Number, Review
from simkit.framework.library import find, shown
from simkit.framework.problem import SimkitError
from simkit.framework.progress import Progress, with_progress
from simkit.model.calibration import NATIONAL_NOTE, Calibration, calibration_file, calibration_of
from simkit.model.durations import BANDS, Convention
from simkit.model.measures import Definition, Measured, definitions
from simkit.model.open_cases import OpenCases
from simkit.model.profile import Profile, england_average, profile
from simkit.model.reviewing import reviews_held
from simkit.model.sample import Setting, clocks, pools_of
from simkit.model.scenario import AS_PUBLISHED, Scenario, load_scenario
from simkit.model.staffing import staffing
from simkit.study.estimate import Estimate, estimate, half_width, interval
from simkit.study.result_notes import HEADLINE, PRECISE, notes_of
from simkit.study.runner import Job, Runner, runner, tasks_of
from simkit.study.scenario_setting import setting_under
from simkit.study.staff_notes import staff_notes

__all__ = ["HEADLINE", "LEAST", "MOST", "PRECISE", "Case", "Result", "case", "run", "run_case", "summary"]

Floats = NDArray[np.float64]

LEAST, MOST = 30, 200  # replications, unless given
_STEP = 10
_LAST_MONTH = 3  # of a statistical year
_PRACTICE = "practice."  # before the names of its numbers
_BAND_LABELS = (
    "the same day",
    *(
        f"{low} to {high} days"
        for low, high in ((1, 10), (11, 20), (21, 30), (31, 40), (41, 45), (46, 50), (51, 60))
    ),
    "61 days or more",
)


@dataclass(frozen=True, slots=True)
class Case:
    """What is simulated, and what it came from: ``name`` and ``scenario_name`` as the user gave them.

    ``calibration``: where the practice comes from, None for the national set. ``own_caseload``: whether
    the caseload was given and is not the published one. ``given``: the words with which a command
    takes the same caseload and practice, where these were given. ``reviewed``: the review points that
    the staff has time for, those of rules that were in force when the caseload came.
    """

    name: str
    scenario_name: str
    framework: Framework
    profile: Profile
    scenario: Scenario
    setting: Setting
    calibration: Calibration | None = None
    own_caseload: bool = False
    given: tuple[str, ...] = ()
    reviewed: Mapping[str, Review] = field(default_factory=dict)

    @property
    def practice_note(self) -> str:
        """Whose practice it is, in a sentence."""
        if self.calibration is not None:
            return self.calibration.note_beside(self.framework)
        national, numbers = shown(find("national/assumptions")), self.framework.numbers
        own = [
            path.removeprefix(_PRACTICE)
            for path, number in numbers.items()
            if path.startswith(_PRACTICE) and number.origin.file != national
        ]
        given = f" Given by the framework or scenario itself: {', '.join(own)}." if own else ""
        return NATIONAL_NOTE + given

    @property
    def simulated_year(self) -> int:
        """The statistical year, named by the one it ends in, of the last day simulated."""
        end = self.setting.horizon.end
        return end.year + (end.month > _LAST_MONTH)

    @property
    def staff_notes(self) -> tuple[str, ...]:
        """Sentences where the number of staff is assumed, or reviews come on top of what it has time for."""
        return staff_notes(self.framework, self.setting.staffing, self.profile.name, self.reviewed)


@dataclass(frozen=True, eq=False)
class Result(Displayed):
    """Estimates of every measure of a case, with everything needed to say where they come from.

    ``bands``: share of completed assessments in each published duration band. ``survival``: share
    still open after each working day from referral (columns: value, low, high). ``open_by_week``,
    ``over_45_by_week``: children, the same columns, by week of the measured year. ``settled``:
    whether the number of open assessments had stopped moving.
    """

    case: Case
    replications: int
    seed: int
    engine: str
    convention: Convention
    settled: bool
    measures: Mapping[str, Estimate]
    bands: Mapping[str, Estimate]
    survival: Floats
    open_by_week: Floats
    over_45_by_week: Floats

    @property
    def notes(self) -> tuple[str, ...]:
        """Everything that must be said beside the result."""
        return notes_of(self)

    @property
    def assumptions(self) -> tuple[Number, ...]:
        """Every number behind the result that no source gives."""
        return self.case.framework.assumed()

    @property
    def command(self) -> str:
        """The command that repeats the result."""
        words = ["simkit", "run", self.case.name, "--scenario", self.case.scenario_name]
        words += ["--year", str(self.case.profile.year)]
        words += self.case.given
        words += ["--replications", str(self.replications), "--seed", str(self.seed)]
        words += ["--engine", self.engine, "--convention", self.convention.value]
        line = command_line(*words)
        own_start = self.case.setting.open_cases is not None
        return f"{line}  # but for the open assessments, which only Python takes" if own_start else line

    def __repr__(self) -> str:
        headline = self.measures[HEADLINE]
        return f"Result({self.case.framework.title!r}, {self.case.scenario.name}, {headline})"


@asked
def case(
    name: str,
    scenario: str | Scenario = AS_PUBLISHED,
    *,
    year: int | None = None,
    caseload: Profile | str | Path | None = None,
    calibration: Calibration | str | Path | None = None,
    open_cases: OpenCases | None = None,
) -> Case:
    """The framework of this name on its authority's published caseload, under a scenario.

    A national framework is tried on the average authority of England. ``caseload`` takes the place
    of the published one, ``calibration`` that of the published practice: values, or files that hold
    them. ``open_cases``: the authority's own open assessments at the end of the caseload's year; then
    the year after it is simulated, beginning with these, in place of the same year beginning with a
    drawn stock. The practice is the one calibrated to the durations that belong to the caseload,
    or ``calibration``; without either the national set. A practice number in the framework's file
    or the scenario wins over it. The staff is what the caseload implies; the scenario then changes
    both. Raises NameNotFound, FrameworkError, ProfileError or CalibrationError.
    """
    chosen = load_scenario(scenario) if isinstance(scenario, str) else scenario
    as_written = load(name)
    framework = load(name, chosen.source) if chosen.framework else as_written
    given: tuple[str, ...] = ()
    if caseload is None:
        base = england_average(year) if framework.la_code is None else profile(framework.la_code, year)
    else:
        base = caseload if isinstance(caseload, Profile) else _read_for(framework, caseload)
        given += ("--caseload", "PROFILE.json" if isinstance(caseload, Profile) else str(caseload))
    if calibration is None:
        practice = calibration_of(base)
    else:
        practice = calibration if isinstance(calibration, Calibration) else calibration_file(calibration)
        given += ("--practice", practice.file or "CALIBRATION.yaml")
    draws: tuple[Mapping[str, float], ...] = ()
    if practice is not None:
        as_written, framework = practice.applied(as_written), practice.applied(framework)
        draws = practice.draws_for(framework)
    reviewed = reviews_held(as_written, base.year)
    staff = staffing(replace(as_written, reviews=reviewed), base)
    setting = setting_under(chosen, framework, base, staff, draws, open_cases)
    called = scenario if isinstance(scenario, str) else chosen.name
    own = caseload is not None
    return Case(name, called, framework, setting.profile, chosen, setting, practice, own, given, reviewed)


def _read_for(framework: Framework, file: str | Path) -> Profile:
    """The profile in a file. Raises SimkitError where it is of another authority than the framework."""
    read = Profile.read(file)
    if framework.la_code not in (None, read.la_code):
        raise SimkitError(
            f"{file} is the caseload of {read.name} ({read.la_code}), and {framework.title} is that of "
            f"authority {framework.la_code}. Run the framework of the same authority."
        )
    return read


@asked
@with_progress("Simulating years")
def run(
    name: str,
    scenario: str | Scenario = AS_PUBLISHED,
    *,
    replications: int | None = None,
    seed: int = 1,
    engine: str = "auto",
    convention: Convention | str = Convention.DAY_0,
    year: int | None = None,
    caseload: Profile | str | Path | None = None,
    calibration: Calibration | str | Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Result:
    """Run a framework many times and measure it: ``run_case`` of the ``case`` of this name."""
    return run_case(
        case(name, scenario, year=year, caseload=caseload, calibration=calibration),
        replications=replications,
        seed=seed,
        engine=engine,
        convention=convention,
        workers=workers,
        progress=progress,
    )


@asked
@with_progress("Simulating years")
def run_case(
    chosen: Case,
    *,
    replications: int | None = None,
    seed: int = 1,
    engine: str = "auto",
    convention: Convention | str = Convention.DAY_0,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Result:
    """Run a case many times and measure it.

    Without ``replications``, as many as bring the half-width of the headline's interval to 0.5 points,
    30 to 200. ``workers``: how many at once, all cores by default. ``progress`` is called with
    replications done and expected. Raises SimkitError for input that can't be run.
    """
    counting = Convention(convention)
    with runner(engine, tasks_of(chosen.setting, replications or LEAST), workers) as here:
        runs = _replicate(here, chosen.setting, seed, counting, replications, progress)
    return summary(chosen, runs, seed=seed, engine=here.engine.name, convention=counting)


def _replicate(
    here: Runner,
    setting: Setting,
    seed: int,
    convention: Convention,
    replications: int | None,
    progress: Progress | None,
) -> list[Measured]:
    """As many replications as asked for, or as many as make the headline precise enough."""
    runs: list[Measured] = []
    goal = replications or LEAST
    while True:
        jobs = (Job(setting, seed, number, convention) for number in range(len(runs), goal))
        for each in here.map(jobs):
            runs.append(each)
            if progress is not None:
                progress(len(runs), goal)
        headline = np.array([each.values[HEADLINE] for each in runs])
        if replications is not None or goal >= MOST or half_width(headline) <= PRECISE:
            return runs
        goal = min(MOST, goal + _STEP)


def summary(
    chosen: Case,
    runs: Sequence[Measured],
    *,
    seed: int,
    engine: str,
    convention: Convention,
) -> Result:
    """The result of runs 0 to n - 1 of a case, however they were run."""

    def columns(series: str) -> Floats:
        values = np.array([getattr(each, series) for each in runs])
        return np.array([interval(column) for column in values.T])

    wording = definitions(clocks(chosen.framework), pools_of(chosen.framework))
    own_start = chosen.setting.open_cases is not None
    values = {d.name: np.array([each.values[d.name] for each in runs]) for d in wording}
    if own_start:  # nobody is referred in the year before, so there is nothing to hold it against
        values["open_change"] = np.full(len(runs), np.nan)
    measures = {d.name: _estimate(d, values[d.name]) for d in wording}
    shares = 100 * np.array([each.bands for each in runs])
    bands = {
        name: estimate(
            name, f"Completed in {label}", "%", "assessments authorised in the year", shares[:, column]
        )
        for column, (name, label) in enumerate(zip((n for n, _ in BANDS), _BAND_LABELS, strict=True))
    }
    return Result(
        case=chosen,
        replications=len(runs),
        seed=seed,
        engine=engine,
        convention=convention,
        settled=own_start or _settled(runs),
        measures=measures,
        bands=bands,
        survival=np.clip(100 * columns("survival"), 0, 100),
        open_by_week=np.maximum(columns("open_by_week"), 0),
        over_45_by_week=np.maximum(columns("over_45_by_week"), 0),
    )


def _estimate(definition: Definition, values: Floats) -> Estimate:
    return estimate(definition.name, definition.title, definition.unit, definition.of, values)


def _settled(runs: Sequence[Measured]) -> bool:
    """Whether open assessments stayed where they were against the same weeks a year before.

    They have not where the mean change over replications is beyond its 95% interval and more
    than a twentieth of the number open. The same weeks are compared, so the seasons cancel out.
    Where no year before was simulated it is not known, which counts as not settled.
    """
    change, low, high = interval(np.array([each.values["open_change"] for each in runs]))
    if np.isnan(change):
        return False
    level = float(np.mean([each.values["open_assessments"] for each in runs]))
    beyond = np.isnan(low) or not low <= 0 <= high
    return not (beyond and abs(change) > 0.05 * level)

"""Experiments and results: what is simulated, and the estimates of every measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from simkit.common.arrays import Floats
from simkit.common.display import Answer
from simkit.common.earlier_names import earlier_name
from simkit.common.shell import command_line
from simkit.framework.check import load
from simkit.framework.framework import Framework, Number, Review
from simkit.framework.library import NameNotFound, display_path, find
from simkit.model.inputs.calibration import NATIONAL_NOTE, Calibration
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.review_points import is_in_force
from simkit.model.inputs.scenario import Scenario
from simkit.model.measures.day_counts import Convention
from simkit.model.workload.sample import Setting
from simkit.study.compare.paired_difference import PairedDifference
from simkit.study.compare.unknowns import Unknown
from simkit.study.estimate import Estimate
from simkit.study.evidence.published_changes import PublishedChanges, published_changes
from simkit.study.not_known import End, unknowns_of
from simkit.study.staff_notes import staff_notes

HEADLINE = "cohort_over_45_days_pct"
IN_TIME = "published_within_45_days_pct"
NO_FILE = "FRAMEWORK.yaml"  # in a command: the framework was given as text, or changed in Python
PRECISE = 0.5  # points of half-width at which enough replications have been run
_LAST_MONTH = 3  # of a statistical year
_PRACTICE = "practice."  # before the names of its numbers


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is simulated, and what it came from: the ``name`` of the framework, and
    ``scenario_name`` as the user gave it.

    ``calibration``: where the practice comes from, None for the national set. ``own_caseload``: whether
    the caseload was given and is not the published one. ``command_options``: the words with which a command
    takes the same caseload and practice, where these were given. ``reviewed``: the review points that
    the staff has time for, those of rules that were in force when the caseload came. ``as_written``: the
    framework before the scenario and the practice; ``without_scenario``: with the practice.
    """

    name: str
    scenario_name: str
    framework: Framework
    profile: Profile
    scenario: Scenario
    setting: Setting
    calibration: Calibration | None = None
    own_caseload: bool = False
    command_options: tuple[str, ...] = ()
    reviewed: Mapping[str, Review] = field(default_factory=dict)
    as_written: Framework | None = None
    without_scenario: Framework | None = None

    @property
    def practice_note(self) -> str:
        """Whose practice it is, in a sentence."""
        if self.calibration is not None:
            return self.calibration.note_for(self.framework)
        national, numbers = display_path(find("national/assumptions")), self.framework.numbers
        own = [
            path.removeprefix(_PRACTICE)
            for path, number in numbers.items()
            if path.startswith(_PRACTICE) and number.origin.file != national
        ]
        own_words = f" Given by the framework or scenario itself: {', '.join(own)}." if own else ""
        return NATIONAL_NOTE + own_words

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """What nobody knows about these rules: how far people work to their clocks."""
        return unknowns_of(self.framework, self.fitted)

    @property
    def fitted(self) -> Framework | None:
        """The rules in force in the caseload's year; None where none are known.

        ``as_written`` if it was in force, else the authority's packaged file. What people do about the clocks
        of these rules is in the practice that was fitted.
        """
        own, area = self.as_written, self.profile.la_code
        if own is not None and own.la_code in (None, area) and is_in_force(own, self.profile.year):
            return own
        try:
            packaged = load(area)
        except NameNotFound:
            return None
        return packaged if is_in_force(packaged, self.profile.year) else None

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
class Result(Answer):
    """Estimates of every measure of an experiment, with everything needed to say where they come from.

    ``bands``: share of completed assessments in each published duration band. ``survival``: share
    still open after each working day from referral (columns: value, low, high). ``open_by_week``,
    ``over_45_by_week``: children, the same columns, by week of the measured year. ``settled``:
    whether the number of open assessments had stopped moving before any change, None where there are too few
    replications to tell. ``notes``: everything a reader must know. Of a scenario that changes caseload or
    staff ``measures`` are those of a service that responds to it; ``without_response`` are the same where
    nobody does, ``as_published`` without the change, and ``section_47_exempt`` where the response leaves
    section 47 enquiries as they are, on the same simulated years. ``change`` and
    ``change_without_response``: of the share in time (``IN_TIME``), in points, paired with ``as_published``.
    ``not_known``: the answer at the ends of what nobody knows about the rules.
    """

    experiment: Experiment
    replications: int
    seed: int
    engine: str
    convention: Convention
    settled: bool | None
    measures: Mapping[str, Estimate]
    bands: Mapping[str, Estimate]
    survival: Floats
    open_by_week: Floats
    over_45_by_week: Floats
    notes: tuple[str, ...] = ()
    without_response: Mapping[str, Estimate] | None = None
    as_published: Mapping[str, Estimate] | None = None
    section_47_exempt: Mapping[str, Estimate] | None = None
    change: PairedDifference | None = None
    change_without_response: PairedDifference | None = None
    not_known: tuple[End, ...] = ()

    case = earlier_name("experiment")

    @property
    def since(self) -> str | None:
        """When the change of caseload and staff begins, in words; None where there is none.

        A change of some months is in those: no day is named on which nothing changes.
        """
        before, scenario = self.experiment.setting.onset, self.experiment.scenario
        if before is None:
            return None
        day = f"{before.since.day} {before.since:%B %Y}"
        with_year = before.since == self.experiment.setting.horizon.start
        begins = f"The change begins {'with the measured year, on' if with_year else 'on'} {day}."
        if not scenario.months:
            return begins
        only = f"Referrals change only in {scenario.months_words}"
        if not scenario.is_seasonal:
            return f"{begins} {only}."
        return f"{only}." if with_year else f"{only}, from {day} on."

    @property
    def published_changes(self) -> PublishedChanges:
        """What published places did when their caseload or staff changed like this."""
        before = self.experiment.setting.onset
        profile = self.experiment.profile if before is None else before.profile
        return published_changes(self.experiment.scenario, profile)

    @property
    def price(self) -> Mapping[str, Estimate]:
        """What a change of caseload or staff costs, with the response; empty where there is none."""
        return {name: self.measures[name] for name in PRICE} if self.without_response is not None else {}

    @property
    def agency_cover(self) -> float:
        """Full-time case holders from agencies whom the response brings, once all have come."""
        before = self.experiment.setting.onset
        return 0.0 if before is None else before.posts.covered + before.posts.late

    @property
    def assumptions(self) -> tuple[Number, ...]:
        """Every number behind the result that no source gives."""
        return self.experiment.framework.assumed()

    @property
    def command(self) -> str:
        """The command that repeats the result."""
        words = ["simkit", "run", self.experiment.name, "--scenario", self.experiment.scenario_name]
        words += ["--year", str(self.experiment.profile.year)]
        words += self.experiment.command_options
        words += ["--replications", str(self.replications), "--seed", str(self.seed)]
        words += ["--engine", self.engine, "--convention", self.convention.value]
        line = command_line(*words)
        own_start = self.experiment.setting.open_cases is not None
        return f"{line}  # but for the open assessments, which only Python takes" if own_start else line

    def __repr__(self) -> str:
        headline = self.measures[HEADLINE]
        return f"Result({self.experiment.framework.title!r}, {self.experiment.scenario.name}, {headline})"


PRICE = (
    "effort_used_pct",
    "work_minutes_per_assessment",
    "assessments_per_case_holder",
    "open_at_year_end",
    "effort_at_bound_pct",
)
"""The measures that say what a change costs where the share in time hardly moves."""

Case = Experiment
"""The earlier name of ``Experiment``, kept for one release."""

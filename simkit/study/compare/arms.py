"""The arms of a comparison: frameworks and scenarios on one authority's caseload, staff and practice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from simkit.common.earlier_names import earlier_name
from simkit.common.errors import SimkitError
from simkit.common.text import is_text
from simkit.data import Authority
from simkit.framework.check import DEFAULT_EDITION, GivenFramework, file_name, load
from simkit.framework.framework import Framework
from simkit.framework.library import NameNotFound, display_path, find, find_scenario, is_scenario
from simkit.framework.rules.scenario import SIZES_STAFF
from simkit.model.inputs.own_rates import OWN_RATES
from simkit.model.inputs.scenario import AS_PUBLISHED, Scenario, load_scenario
from simkit.model.workload.sample import Setting, pools_of
from simkit.study.compare.unknowns import UNKNOWNS
from simkit.study.experiment import experiment
from simkit.study.result import NO_FILE, Experiment
from simkit.study.scenario_setting import setting_under

ENGLAND = "england"
"""The name of the caseload of England's average authority."""

_UNKNOWN = frozenset(unknown.path for unknown in UNKNOWNS)
_OF_THE_STAFF = frozenset((*OWN_RATES, *(f"staff.{name}" for name in SIZES_STAFF)))
"""Numbers of a framework that act through the staff, which is the host's."""


@dataclass(frozen=True, slots=True)
class ArmPlan:
    """An arm before it is set up: a framework, a scenario and a label."""

    framework: GivenFramework
    scenario: Scenario = AS_PUBLISHED
    label: str = ""


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm of a comparison, called a side in texts: its label, and the ``experiment`` that is simulated.

    ``replaced``: numbers of practice and staff that its own file sets, in whose place the host's are.
    """

    label: str
    experiment: Experiment
    replaced: tuple[str, ...] = ()

    case = earlier_name("experiment")

    @property
    def framework(self) -> Framework:
        """The framework simulated."""
        return self.experiment.framework

    @property
    def setting(self) -> Setting:
        """The setting simulated."""
        return self.experiment.setting

    def with_setting(self, setting: Setting) -> Arm:
        """The same arm with another setting."""
        return replace(self, experiment=replace(self.experiment, setting=setting))


def frameworks_and_scenarios(
    names: Iterable[GivenFramework | Scenario],
) -> tuple[tuple[GivenFramework, ...], tuple[Scenario, ...]]:
    """The frameworks and the scenarios among the names, each once, in order.

    Raises NameNotFound for what is neither, FrameworkError for a scenario that has problems.
    """
    frameworks: dict[object, GivenFramework] = {}
    scenarios: dict[str, Scenario] = {}
    for name in names:
        if isinstance(name, Scenario):
            scenarios.setdefault(name.name, name)
        elif isinstance(name, (Framework, Authority)):
            frameworks.setdefault(id(name), name)
        elif is_text(str(name)):
            if is_scenario(str(name)):
                scenarios.setdefault(str(name), load_scenario(str(name)))
            else:
                frameworks.setdefault(name, name)
        else:
            path = _file_of(str(name))
            if path is None or is_scenario(_text(path)):
                scenarios.setdefault(str(name), load_scenario(name))
            else:
                frameworks.setdefault(path.resolve(), name)
    return tuple(frameworks.values()), tuple(scenarios.values())


def _file_of(name: str) -> Path | None:
    """The framework file of a name; None for a scenario's name."""
    try:
        return find(name)
    except NameNotFound as error:
        try:
            find_scenario(name)
        except NameNotFound as other:
            suggestions = tuple(dict.fromkeys((*error.suggestions, *other.suggestions)))
            raise NameNotFound(name, suggestions, "framework or scenario") from None
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def host_of(authority: str | None, frameworks: Sequence[GivenFramework], year: int | None) -> Experiment:
    """The experiment that gives a comparison its caseload, staff and practice.

    The ``authority`` named; else that of the first framework which has one; else England's average
    authority under the edition in force.
    """
    if authority is not None:
        return experiment(DEFAULT_EDITION if authority.strip().lower() == ENGLAND else authority, year=year)
    for name in frameworks:
        la_code = load(name).la_code
        if la_code is not None:
            return experiment(la_code, year=year)
    return experiment(DEFAULT_EDITION, year=year)


def arms_of(host: Experiment, plans: Sequence[ArmPlan]) -> tuple[Arm, ...]:
    """The sides on the host's caseload, staff and practice.

    Raises SimkitError where they can't be compared: the same arm twice, other times, roles without staff.
    """
    experiments = [on_host(host, each.framework, each.scenario) for each in plans]
    windows = {(c.setting.horizon.start, c.setting.horizon.end) for c in experiments}
    if len(windows) > 1:
        periods = " and ".join(f"{start} to {end}" for start, end in sorted(windows))
        raise SimkitError(
            f"These can't be compared: they measure other times ({periods}), so the children are not the "
            "same. Give every scenario the same `horizon`, or none."
        )
    labels = _labels([each.label for each in plans], experiments, host)
    return tuple(
        Arm(label, each, _replaced_numbers(each, host))
        for label, each in zip(labels, experiments, strict=True)
    )


def _replaced_numbers(arm: Experiment, host: Experiment) -> tuple[str, ...]:
    """The names of the numbers in an arm's own file that the host's replace."""
    national, run = display_path(find("national/assumptions")), arm.framework.numbers
    written = arm.as_written or load(arm.name)
    own = {path: each for path, each in written.numbers.items() if each.origin.file != national}
    practice = (
        path.removeprefix("practice.")
        for path, number in own.items()
        if path.startswith("practice.")
        and path in run
        and run[path].origin == number.origin  # else the scenario sets it
        and run[path].value != number.value
    )
    staff = (
        path.removeprefix("staff.")
        for path, number in own.items()
        if path in _OF_THE_STAFF and _of_the_staff(host, path) != number.value
    )
    return (*practice, *staff)


def _of_the_staff(host: Experiment, path: str) -> float:
    """What a number of the host's staff is: its own rate, or the host's framework's number."""
    if path in OWN_RATES:
        rate: float = getattr(host.profile, OWN_RATES[path])
        return rate
    return host.framework.number(path)


def on_host(host: Experiment, given: GivenFramework, scenario: Scenario = AS_PUBLISHED) -> Experiment:
    """A framework under a scenario on the host's caseload, with the host's staff and practice.

    The host's practice numbers take the place of the framework's own, except those that nobody knows and
    those that the scenario sets. The staff is the host's, worked out once under its own framework; the
    scenario changes it. Raises SimkitError for a framework with work by a role that the host has nobody for.
    """
    unchanged = load(given)
    without, practices = _with_practice(host, unchanged, unchanged)
    framework = without
    if scenario.framework:
        framework, practices = _with_practice(host, load(given, scenario.source), unchanged)
    setting = setting_under(scenario, framework, host.profile, host.setting.staffing, practices)
    nobody = [role for role in pools_of(framework)[1:] if role not in setting.staffing.fte]
    if nobody:
        name = file_name(given) or unchanged.title
        raise SimkitError(
            f"{name} can't be tried on the caseload of {host.profile.name}: it has work by "
            f"{' and '.join(role.replace('_', ' ') for role in nobody)}, and the simulation has no people in "
            f"that role under {host.framework.name}."
        )
    return replace(
        host,
        name=file_name(given) or NO_FILE,
        scenario_name=scenario.name,
        framework=framework,
        profile=setting.profile,
        scenario=scenario,
        setting=setting,
        as_written=unchanged,
        without_scenario=without,
    )


def _with_practice(
    host: Experiment, framework: Framework, unchanged: Framework
) -> tuple[Framework, tuple[Mapping[str, float], ...]]:
    """The framework with the host's practice, and the host's draws of them, for what it leaves alone.

    ``unchanged``: the same before a scenario, so that what the scenario sets can be told.
    """
    fitted = {
        path: number.value
        for path, number in host.framework.numbers.items()
        if path.startswith("practice.") and path not in _UNKNOWN and path in framework.numbers
    }
    own = {path for path, number in framework.numbers.items() if _value(unchanged, path) != number.value}
    host_practice = {path: value for path, value in fitted.items() if path not in own}
    draws = tuple(
        {path: value for path, value in draw.items() if path in framework.numbers and path not in own}
        for draw in host.setting.practices
    )
    return framework.with_numbers(host_practice), draws


def _value(framework: Framework, path: str) -> float | None:
    number = framework.numbers.get(path)
    return None if number is None else number.value


def _short_name(framework: Framework, host: Framework) -> str:
    """``Halton``, ``Halton (draft)``, ``Working Together 2023``: a name to use in a sentence.

    ``Wirral's rules`` on another authority's caseload: what is simulated says nothing about Wirral itself.
    """
    if framework.la_code is None or "/" in framework.name or framework.authority is None:
        return framework.title.replace("Working Together to Safeguard Children", "Working Together")
    stage = framework.status if framework.status in ("draft", "consultation") else ""
    name = framework.authority if framework.la_code == host.la_code else f"{framework.authority}'s rules"
    return f"{name} ({stage})" if stage else name


def _labels(plan_labels: Sequence[str], experiments: Sequence[Experiment], host: Experiment) -> list[str]:
    """The label of each arm: the one given, else the title that distinguishes it."""
    frameworks = {(each.framework.name, each.framework.text) for each in experiments}
    scenarios = {each.scenario.name for each in experiments}
    labels = []
    for label, each in zip(plan_labels, experiments, strict=True):
        parts = []
        if len(frameworks) > 1 or len(scenarios) == 1:
            parts.append(_short_name(each.framework, host.framework))
        if len(scenarios) > 1 and (len(frameworks) == 1 or each.scenario.name != AS_PUBLISHED.name):
            parts.append(each.scenario.title)
        labels.append(label or (f"{parts[0]} ({parts[1]})" if len(parts) > 1 else parts[0]))
    texts = [(label, each.framework.text) for label, each in zip(labels, experiments, strict=True)]
    numbered = [f"{label}, text {number}" for number, label in enumerate(labels, 1)]
    if len(set(labels)) < len(labels):
        labels = [
            f"{label} ({each.name}, {each.scenario_name})"
            for label, each in zip(labels, experiments, strict=True)
        ]
    if len(set(labels)) < len(labels) == len(set(texts)):  # drafts that have no file yet
        labels = numbered
    if len(set(labels)) < len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        raise SimkitError(f"{twice} is there twice. Name each framework and each scenario once.")
    return labels

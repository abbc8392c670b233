"""Files of comparisons: the shipped ones and the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from simkit.framework.library import NameNotFound, display_path, root
from simkit.framework.problem import FrameworkError, Problems
from simkit.framework.schema_check import check_form
from simkit.framework.yaml.source import read
from simkit.model.inputs.scenario import AS_PUBLISHED, load_scenario
from simkit.study.compare.arms import ArmPlan

PREFIX = "comparison/"
"""What the names of shipped comparisons begin with."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A comparison before it is run. A side without a framework is the authority's own.

    ``authority``: on whose caseload, None for that of the first framework which has one. ``asked``: the words
    of the command that ask for it.
    """

    title: str
    question: str
    arms: tuple[ArmPlan, ...]
    authority: str | None
    names: tuple[str, ...]


def comparisons() -> tuple[str, ...]:
    """The names of the shipped comparisons."""
    return tuple(sorted(PREFIX + path.stem for path in _folder().glob("*.yaml")))


def find_plan(name: str) -> Plan | None:
    """The comparison of a shipped name, with or without its prefix, or of a file; None where there is none.

    Raises NameNotFound for a name that begins as those of comparisons do and is none, FrameworkError with
    every problem of the file.
    """
    plain = name.strip().replace("\\", "/").removesuffix(".yaml")
    if plain.startswith(PREFIX):
        path = _folder() / f"{plain.removeprefix(PREFIX)}.yaml"
        if not path.is_file():
            raise _name_error(name, plain)
        return _plan(path, plain)
    if PREFIX + plain in comparisons():
        return _plan(_folder() / f"{plain}.yaml", PREFIX + plain)
    path = Path(name)
    if path.suffix.lower() in (".yaml", ".yml") and path.is_file() and _is_comparison(path):
        return _plan(path, name)
    return None


def plan_named(name: str) -> Plan:
    """The comparison of a shipped name or of a file. Raises NameNotFound for no such, else FrameworkError."""
    plan = find_plan(name)
    if plan is None:
        raise _name_error(name, PREFIX + name.strip().removesuffix(".yaml"))
    return plan


def _name_error(name: str, plain: str) -> NameNotFound:
    shipped = comparisons()
    return NameNotFound(
        name, tuple(get_close_matches(plain, shipped, n=3, cutoff=0.5) or shipped), "comparison"
    )


def with_comparisons(error: NameNotFound) -> NameNotFound:
    """The error with shipped comparisons of a similar name suggested first."""
    short = [name.removeprefix(PREFIX) for name in comparisons()]
    suggestions = [
        PREFIX + name for name in get_close_matches(error.name.strip().lower(), short, n=2, cutoff=0.7)
    ]
    if not suggestions:
        return error
    return NameNotFound(error.name, (*suggestions, *error.suggestions), "framework, scenario or comparison")


def _folder() -> Path:
    return root() / "scenarios" / "comparisons"


def _is_comparison(path: Path) -> bool:
    return str(read(path, display_path(path)).data.get("simkit", "")).startswith("comparison/")


def _plan(path: Path, name: str) -> Plan:
    source = read(path, display_path(path))
    problems = Problems((*source.problems, *check_form(source, "comparison").problems))
    if not problems.ok:
        raise FrameworkError(problems)
    data = source.data
    return Plan(
        title=data["title"],
        question=data.get("question", ""),
        arms=tuple(_arm_plan(arm, path.parent) for arm in data["sides"].values()),
        authority=data.get("authority"),
        names=(name,),
    )


def _arm_plan(arm: dict[str, Any], folder: Path) -> ArmPlan:
    scenario = AS_PUBLISHED
    if "scenario" in arm:
        scenario = load_scenario(_beside(arm["scenario"], folder))
    return ArmPlan(_beside(arm.get("framework", ""), folder), scenario, arm.get("title", ""))


def _beside(name: str, folder: Path) -> str:
    """A name as it is, or the file of that name beside the comparison's."""
    file = folder / name
    return str(file) if name.lower().endswith((".yaml", ".yml")) and file.is_file() else name

"""Family R, sweep plans: whether what a plan names is there, and is named once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path as FilePath

from simkit.framework import library
from simkit.framework.problem import Path, Problem, Severity, excerpt
from simkit.framework.rules.registry import problem_at, rule
from simkit.framework.schema_check import check_form
from simkit.framework.yaml.source import Source

_HEAD = "simkit: sweep/1\nreplications: 50\nseed: 1\n"
_GOOD = _HEAD + "frameworks: [hackney, wirral]\nscenarios: [as-published]\nyears: [2022, 2023]\n"

rule(
    "R101",
    Severity.ERROR,
    "A sweep plan names an unknown framework",
    why="simkit runs every framework of a plan, so each name must be one.",
    remedy="Write an authority's name or code, `national/..`, `trials/..`, or the path of a file.",
    fails=_HEAD + "frameworks: [hackny]\nscenarios: [as-published]\n",
    passes=_GOOD,
)
rule(
    "R102",
    Severity.ERROR,
    "A sweep plan names an unknown scenario",
    why="simkit runs every framework under every scenario, so each name must be one.",
    remedy="Write a scenario's name (`simkit list --kind scenarios` shows them) or the path of a file.",
    fails=_HEAD + "frameworks: [hackney]\nscenarios: [winter-serge]\n",
    passes=_GOOD,
)
rule(
    "R103",
    Severity.ERROR,
    "A sweep plan names the same thing twice",
    why="It would run twice and count twice in every table.",
    remedy="Keep one of the two.",
    fails=_HEAD + "frameworks: [hackney, E09000012]\nscenarios: [as-published]\n",
    passes=_GOOD,
)


def plan_problems(source: Source) -> tuple[Problem, ...]:
    """Every problem of a sweep plan that was read: its text, its form, and the names in it."""
    form = check_form(source, "sweep")
    beside = source.path.parent if source.path is not None else FilePath()
    problems = [*source.problems, *form.problems]
    problems += _names(source, "frameworks", lambda name: framework_file(name, beside))
    problems += _names(source, "scenarios", lambda name: scenario_file(name, beside))
    problems += _repeated_years(source)
    return tuple(problems)


def framework_file(name: object, beside: FilePath) -> FilePath:
    """The file of a framework that a plan in the folder ``beside`` names. Raises NameNotFound."""
    return _existing(library.find(str(name), beside=beside), str(name), "framework")


def scenario_file(name: object, beside: FilePath) -> FilePath:
    """The file of a scenario that a plan in the folder ``beside`` names. Raises NameNotFound."""
    local = beside / str(name)
    if str(name).lower().endswith((".yaml", ".yml")) and local.is_file():
        return local
    return _existing(library.find_scenario(str(name)), str(name), "scenario")


def _existing(path: FilePath, name: str, what: str) -> FilePath:
    if not path.is_file():
        raise library.NameNotFound(name, what=what)
    return path


def _names(source: Source, key: str, find: Callable[[object], FilePath]) -> Iterator[Problem]:
    first: dict[FilePath, tuple[int, object]] = {}
    for number, name in _entries(source, key):
        at: Path = (key, number)
        what = key.removesuffix("s")
        try:
            file = find(name).resolve()
        except library.NameNotFound as error:
            code = "R101" if key == "frameworks" else "R102"
            hint = f"Did you mean {' or '.join(error.suggestions)}?" if error.suggestions else ""
            message = f"There is no {what} called '{excerpt(name)}'."
            yield problem_at(code, source.place(at), message, hint, path=at)
            continue
        if file in first:
            before, other = first[file]
            message = f"The {what} '{excerpt(name)}' is named twice" + (
                "." if name == other else f": '{excerpt(other)}' is the same."
            )
            related = (source.place((key, before)),)
            yield problem_at("R103", source.place(at), message, path=at, related=related)
        first.setdefault(file, (number, name))


def _entries(source: Source, key: str) -> Iterator[tuple[int, object]]:
    """The entries of a list with their positions, without those whose form is wrong."""
    listed = source.data.get(key)
    for number, entry in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(entry, (str, int)):
            yield number, entry


def _repeated_years(source: Source) -> Iterator[Problem]:
    years = [year for _, year in _entries(source, "years")]
    for number, year in _entries(source, "years"):
        if year in years[:number]:
            at: Path = ("years", number)
            yield problem_at("R103", source.place(at), f"The year {year} is named twice.", path=at)

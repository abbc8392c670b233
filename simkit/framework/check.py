"""Check frameworks, and load one: the two verbs of the framework side.

Every layer is read once in a call, however many files stand on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path as FilePath

from simkit.common.arguments import checked_arguments
from simkit.framework import library
from simkit.framework.build import build
from simkit.framework.framework import Framework
from simkit.framework.inheritance import Tree, lay, without_model
from simkit.framework.problem import Finding, FrameworkError, Path, Place, Problem, Problems, Severity
from simkit.framework.rules.context import Case
from simkit.framework.rules.registry import every, problem_at
from simkit.framework.schema_check import shaped
from simkit.framework.yaml.source import Source, read, read_text

__all__ = ["check", "check_scenario", "check_text", "load", "load_each", "resolved"]

DEFAULT_MODEL = "national/assumptions"
DEFAULT_EDITION = "national/working-together-2023"


@dataclass(frozen=True, slots=True)
class Examined:
    """A file with what it makes and what is wrong with it. ``inherited`` are errors from under it."""

    case: Case
    problems: tuple[Problem, ...]
    inherited: tuple[Problem, ...] = ()

    @property
    def tree(self) -> Tree:
        """What the file makes with its layers."""
        return self.case.tree


@dataclass(slots=True)
class _Shelf:
    """The files examined during one call, so that each is read once."""

    today: date
    sources: dict[FilePath, Source] = field(default_factory=dict)
    done: dict[FilePath, Examined] = field(default_factory=dict)
    under_way: list[FilePath] = field(default_factory=list)


Names = str | FilePath | Iterable[str | FilePath]


def _each(names: Names) -> Iterable[str | FilePath]:
    return (names,) if isinstance(names, (str, FilePath)) else names


@checked_arguments
def check(names_or_paths: Names, *, today: date | None = None) -> Problems:
    """Every problem of the files that the names or paths stand for, and of what they inherit.

    Raises NameNotFound for a name that stands for nothing. ``today`` decides what is past.
    """
    shelf = _Shelf(today or date.today())
    problems: list[Problem] = []
    for name in _each(names_or_paths):
        path = name if isinstance(name, FilePath) else library.find_any(str(name))
        source = _read(path, shelf)
        if str(source.data.get("simkit", "")).startswith("scenario/"):
            problems += _of_scenario(source, shelf)
        elif str(source.data.get("simkit", "")).startswith("sweep/"):
            problems += _of_plan(source)
        elif str(source.data.get("simkit", "")).startswith("comparison/"):
            problems += _of_comparison(source)
        else:
            examined = _examine(path, shelf)
            problems += (*examined.problems, *examined.inherited)
    return _merged(problems)


def check_text(text: str, path: FilePath, *, today: date | None = None) -> Problems:
    """Every problem that a file of this text would have at the path. Nothing is written."""
    shelf = _Shelf(today or date.today())
    shelf.sources[_resolved(path)] = read_text(text, library.shown(path), path=path)
    examined = _examine(path, shelf)
    return _merged((*examined.problems, *examined.inherited))


# A scenario by itself changes a framework that isn't known, so what it leaves out may be there.
_NEEDS_THE_FRAMEWORK = frozenset(
    [
        "R005",
        "R006",
        "R007",
        "R010",
        "R012",
        "R013",
        "R017",
        "R018",
        "R019",
        "R021",
        "R025",
        "M001",
        "M002",
        "M005",
        "M011",
        "M013",
        "M014",
        "M016",
    ]
)


def _of_scenario(scenario: Source, shelf: _Shelf) -> list[Problem]:
    from simkit.framework.rules.scenario import scenario_problems

    base = _examine(library.find(DEFAULT_EDITION), shelf).case
    found = _on_top(base, scenario, shelf).problems
    kept = [problem for problem in found if problem.code not in _NEEDS_THE_FRAMEWORK]
    return [*kept, *scenario_problems(scenario)]


def _of_plan(plan: Source) -> tuple[Problem, ...]:
    from simkit.framework.rules.plan import plan_problems

    return plan_problems(plan)


def _of_comparison(comparison: Source) -> tuple[Problem, ...]:
    return (*comparison.problems, *shaped(comparison, "comparison").problems)


@checked_arguments
def load(name: str | FilePath, scenario: Source | None = None, *, today: date | None = None) -> Framework:
    """The framework of this name or path, with all its layers.

    ``scenario`` is a scenario file whose ``framework:`` part goes on top; its ``what_if: yes`` lets
    it change national timescales. Raises NameNotFound, or FrameworkError where there are errors.
    """
    shelf = _Shelf(today or date.today())
    case = _sound(name, scenario, shelf)
    if scenario is None:
        return build(case.name, case.data, case.tree, today=shelf.today)
    title = str(scenario.data.get("title", scenario.file))
    return build(
        case.name, case.data, case.tree, today=shelf.today, what_if=_what_if(scenario), scenario=title
    )


@checked_arguments
def load_each(names_or_paths: Names, *, today: date | None = None) -> tuple[Framework, ...]:
    """Several frameworks, the layers that they share read once. Raises as ``load``, for all of them."""
    shelf = _Shelf(today or date.today())
    cases: list[Case] = []
    problems: list[Problem] = []
    for name in _each(names_or_paths):
        try:
            cases.append(_sound(name, None, shelf))
        except FrameworkError as error:
            problems += error.problems
    if problems:
        raise FrameworkError(_merged(problems))
    return tuple(build(case.name, case.data, case.tree, today=shelf.today) for case in cases)


def resolved(name: str | FilePath, scenario: Source | None = None, *, today: date | None = None) -> Tree:
    """What the layers of a framework say together, as plain data with the place of every value.

    Raises as ``load``.
    """
    return _sound(name, scenario, _Shelf(today or date.today())).tree


def _sound(name: str | FilePath, scenario: Source | None, shelf: _Shelf) -> Case:
    """A file, with a scenario on top, that has no errors. Raises NameNotFound or FrameworkError."""
    path = name if isinstance(name, FilePath) else library.find(name)
    examined = _examine(path, shelf)
    problems = [*examined.problems, *examined.inherited]
    case = examined.case
    if scenario is not None:
        top = _on_top(case, scenario, shelf)
        problems += top.problems
        case = replace(case, tree=top.tree)
    found = _merged(problems)
    if not found.ok:
        raise FrameworkError(found)
    return case


def check_scenario(scenario: Source, name: str | FilePath, *, today: date | None = None) -> Problems:
    """Every problem of a scenario with the framework of that name. Raises NameNotFound."""
    from simkit.framework.rules.scenario import scenario_problems

    shelf = _Shelf(today or date.today())
    path = name if isinstance(name, FilePath) else library.find(name)
    top = _on_top(_examine(path, shelf).case, scenario, shelf)
    return Problems((*top.problems, *scenario_problems(scenario)))


def _what_if(scenario: Source) -> bool:
    return scenario.data.get("what_if") in ("yes", True)


def _merged(problems: Iterable[Problem]) -> Problems:
    """Each problem once; where several files inherit it, with the places from which it was met."""
    related: dict[Problem, list[Place]] = {}
    for problem in problems:
        known = related.setdefault(replace(problem, related=()), [])
        known += [place for place in problem.related if place not in known]
    return Problems(replace(problem, related=tuple(places[:5])) for problem, places in related.items())


def _problem(case: Case, code: str, finding: Finding) -> Problem:
    if finding.at_key or not case.source.has(finding.path):
        place = case.source.place(finding.path, at_key=True)
    else:
        place = case.source.place(finding.path)
    return problem_at(code, place, finding.message, finding.hint, path=finding.path, related=finding.related)


def _examine(path: FilePath, shelf: _Shelf) -> Examined:
    key = _resolved(path)
    if key in shelf.done:
        return shelf.done[key]
    shelf.under_way.append(key)
    try:
        examined = _examined(path, shelf)
    finally:
        shelf.under_way.pop()
    shelf.done[key] = examined
    return examined


def _read(path: FilePath, shelf: _Shelf) -> Source:
    key = _resolved(path)
    if key not in shelf.sources:
        shelf.sources[key] = read(path, library.shown(path))
    return shelf.sources[key]


def _resolved(path: FilePath) -> FilePath:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return path


def _examined(path: FilePath, shelf: _Shelf) -> Examined:
    source = _read(path, shelf)
    form = shaped(source, "framework")
    name, kind = library.name_of(path), library.kind_of(path)
    found: list[tuple[str, Finding]] = []
    inherited: list[Problem] = []
    lower = _lower(path, form.data, source, shelf, found, inherited)
    tree, laid = lay(lower, source, form.data, name, may_change_nation=kind == "national", today=shelf.today)
    case = Case(name, kind, source, form.data, form.wrong, lower, tree, shelf.today)
    problems = [*source.problems, *form.problems]
    if form.data:
        problems += (_problem(case, code, finding) for code, finding in (*found, *laid))
        problems += _ruled(case)
    return Examined(case, tuple(problems), tuple(inherited))


def _ruled(case: Case) -> list[Problem]:
    return [
        _problem(case, rule.code, finding)
        for rule in every()
        if rule.check is not None
        for finding in rule.check(case)
    ]


def _lower(
    path: FilePath,
    data: dict[str, object],
    source: Source,
    shelf: _Shelf,
    found: list[tuple[str, Finding]],
    inherited: list[Problem],
) -> Tree:
    """What the file stands on: its national edition or other file, and the assumptions."""
    model = data.get("model")
    named = model.get("based_on") if isinstance(model, dict) else None
    based_on = data.get("based_on")
    assumptions = library.find(DEFAULT_MODEL)
    tree = Tree()
    if isinstance(based_on, str):
        tree = _inherit(based_on, ("based_on",), path, source, shelf, found, inherited)
    if not tree.layers and not _same(path, assumptions):
        tree = _examine(assumptions, shelf).tree if _resolved(assumptions) not in shelf.under_way else tree
    if isinstance(named, str) and library.name_of(_find(named, path) or path) not in tree.layers:
        other = _inherit(named, ("model", "based_on"), path, source, shelf, found, inherited)
        if other.layers:
            tree = _with_model(tree, other)
    return tree


def _with_model(tree: Tree, other: Tree) -> Tree:
    """The tree with the modelling part of another one."""
    bare = without_model(tree)
    data = bare.data | {"model": other.section("model")}
    data["sources"] = other.section("sources") | bare.section("sources")
    return replace(
        bare,
        data=data,
        origins={**other.origins, **bare.origins},
        first_layer={**other.first_layer, **bare.first_layer},
        layers=(*(layer for layer in other.layers if layer not in bare.layers), *bare.layers),
    )


def _same(one: FilePath, other: FilePath) -> bool:
    return _resolved(one) == _resolved(other)


def _find(name: str, path: FilePath) -> FilePath | None:
    try:
        return library.find(name, beside=path.parent)
    except library.NameNotFound:
        return None


def _inherit(
    name: str,
    at: Path,
    path: FilePath,
    source: Source,
    shelf: _Shelf,
    found: list[tuple[str, Finding]],
    inherited: list[Problem],
) -> Tree:
    """The tree of a file that is named to stand on; its errors become this file's too."""
    try:
        lower = library.find(name, beside=path.parent)
    except library.NameNotFound as error:
        hint = f"Did you mean {' or '.join(error.suggestions)}?" if error.suggestions else ""
        found.append(("R001", Finding(at, f"There is no framework called '{name}' to stand on.", hint)))
        return Tree()
    if _resolved(lower) in shelf.under_way:
        message = f"The file stands on itself: '{name}' is, in the end, based on this file."
        found.append(("R002", Finding(at, message)))
        return Tree()
    examined = _examine(lower, shelf)
    place = source.place(at)
    for problem in (*examined.problems, *examined.inherited):
        if problem.severity is Severity.ERROR:
            inherited.append(replace(problem, related=(*problem.related, place)))
    return examined.tree


def _on_top(case: Case, scenario: Source, shelf: _Shelf) -> Examined:
    """A scenario's ``framework:`` part as one more layer, under the same rules."""
    form = shaped(scenario, "scenario")
    changes = form.data.get("framework")
    part = scenario.below("framework")
    data = changes if isinstance(changes, dict) else {}
    tree, laid = lay(
        case.tree, part, data, "scenario", may_change_nation=_what_if(scenario), today=shelf.today
    )
    wrong = frozenset(path[1:] for path in form.wrong if path[:1] == ("framework",))
    top = Case("scenario", "scenario", part, data, wrong, case.tree, tree, shelf.today)
    found = [_problem(top, code, finding) for code, finding in laid] + (_ruled(top) if data else [])
    below = [replace(p, path=f"framework.{p.path}" if p.path else "framework") for p in found]
    return Examined(top, (*scenario.problems, *form.problems, *below))

"""Check framework files and load them: every file is read once in a call, however many others inherit it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path as FilePath

from simkit.common.arguments import checked_arguments
from simkit.common.errors import SimkitError
from simkit.common.text import is_text
from simkit.data import Authority
from simkit.framework import library
from simkit.framework.bases import Bases
from simkit.framework.build import build
from simkit.framework.causes import causes
from simkit.framework.framework import Framework
from simkit.framework.inheritance import CodedFinding, Tree, add_layer
from simkit.framework.kept_layers import CheckedFile, keep_layer, kept_layer
from simkit.framework.problem import (
    Finding,
    FrameworkError,
    Place,
    Problem,
    Problems,
)
from simkit.framework.rules.context import RuleContext
from simkit.framework.rules.left_as_is import left_as_is
from simkit.framework.rules.plan import plan_problems
from simkit.framework.rules.registry import all_rules, problem_at, rule_of
from simkit.framework.rules.scenario import scenario_problems
from simkit.framework.schema_check import check_form
from simkit.framework.yaml.source import Source, read, read_content, read_text

DEFAULT_EDITION = "national/working-together-2023"
TEXT_NAME = "framework.yaml"
"""The file that a text without a name is read as, in this folder."""

Names = str | FilePath | Framework | Authority | Iterable[str | FilePath | Framework | Authority]
GivenFramework = str | FilePath | Framework | Authority
"""A name, a path, the text of a file, a framework that is loaded, or an authority, for its shipped file."""


@dataclass(frozen=True, slots=True)
class FrameworkFile:
    """A file without errors: its ``framework``, and the data that it is built from with their places.

    ``source`` has what the file itself writes, ``tree`` that merged with everything it inherits.
    """

    source: Source
    tree: Tree
    framework: Framework


@checked_arguments
def check(names_or_paths: Names, *, today: date | None = None) -> Problems:
    """Every problem of the files with these names or paths, or with these texts, and of what they inherit.

    Raises NameNotFound for a name that no file has. ``today`` decides what is past.

    Example::

        for problem in simkit.check("hackney"):
            print(problem)
    """
    checker = _Checker(today or date.today())
    problems: list[Problem] = []
    for name in given_each(names_or_paths):
        named = isinstance(name, str) and not is_text(name)
        path = library.find_any(str(name)) if named else checker.path_of(name)
        problems += checker.problems_of(path)
    return _merged(problems)


@checked_arguments
def check_text(text: str, name: str | FilePath = TEXT_NAME, *, today: date | None = None) -> Problems:
    """Every problem that a file with this text would have, of whatever kind. Nothing is read or written but
    what the text is based on.

    ``name`` is the path that the file has or would have: messages show it, and what ``based_on`` names is
    looked for beside it first. ``today`` decides what is past.
    """
    path = FilePath(name)
    checker = _Checker(today or date.today())
    checker.add_text(text, path)
    return _merged(checker.problems_of(path))


def check_content(content: bytes, path: FilePath, *, today: date | None = None) -> Problems:
    """Every problem that a file with this content would have at the path. Nothing is written."""
    checker = _Checker(today or date.today())
    checker.sources[_resolved(path)] = read_content(content, library.display_path(path), path)
    return _merged(checker.problems_of(path))


def examined(
    given: GivenFramework, name: str | FilePath = TEXT_NAME, *, today: date | None = None
) -> RuleContext:
    """A framework with all that is known of it, whatever its problems: its data, those merged with what it
    inherits, and every place. A text of several lines is read as the file ``name``. Raises NameNotFound.
    """
    checker = _Checker(today or date.today())
    return checker.check_file(checker.path_of(given, FilePath(name))).context


def check_scenario(scenario: Source, name: GivenFramework, *, today: date | None = None) -> Problems:
    """Every problem of a scenario with the framework of that name. Raises NameNotFound."""
    checker = _Checker(today or date.today())
    context = checker.check_file(checker.path_of(name)).context
    return Problems((*checker.check_scenario(scenario, context).problems, *scenario_problems(scenario)))


@checked_arguments
def load(
    name: GivenFramework,
    scenario: Source | None = None,
    *,
    today: date | None = None,
    text_name: str | FilePath = TEXT_NAME,
) -> Framework:
    """The framework of this name or path, or with this text of several lines, with all its layers.

    ``text_name`` is the file that a text belongs to: what it is based on is looked for beside it first.
    ``scenario`` is a scenario file whose ``framework:`` part is the top layer; its ``what_if: yes`` lets
    it change national timescales. Raises NameNotFound, or FrameworkError where there are errors.

    Example::

        framework = simkit.load("wirral")
        framework.timescales["assessment"]
    """
    if isinstance(name, Framework) and scenario is None:
        return name
    checker = _Checker(today or date.today())
    path = checker.path_of(name, FilePath(text_name))
    context = checker.context_without_errors(path, scenario)
    if scenario is None:
        return checker.build(context)
    title = str(scenario.data.get("title", scenario.file))
    return replace(checker.build(context), what_if=_is_what_if(scenario), scenario=title)


def load_text(text: str, name: str | FilePath, *, today: date | None = None) -> Framework:
    """The framework of a text as the file ``name`` would give it. Raises FrameworkError."""
    checker = _Checker(today or date.today())
    checker.add_text(text, FilePath(name))
    return checker.build(checker.context_without_errors(FilePath(name)))


def file_name(given: GivenFramework) -> str | None:
    """The name or path by which a command finds the framework, None where no file has it as it is."""
    match given:
        case Framework():
            with suppress(SimkitError):
                return given.name if load(given.name) == given else None
            return None
        case Authority():
            return given.slug
        case str() if is_text(given):
            return None
        case str():
            return _plain_name(given)
    return str(given)


def _plain_name(given: str) -> str:
    """The name of a shipped file for a code or any other spelling of it, so that a reader can tell whose."""
    try:
        path = library.find(given)
    except SimkitError:
        return given
    return given if library.kind_of(path) == "own" else library.name_of(path)


def load_file(name: GivenFramework, *, today: date | None = None) -> FrameworkFile:
    """The framework of this name or path with the place of every value. Raises as ``load``."""
    checker = _Checker(today or date.today())
    context = checker.context_without_errors(name)
    return FrameworkFile(context.source, context.tree, checker.build(context))


@checked_arguments
def load_each(names_or_paths: Names, *, today: date | None = None) -> tuple[Framework, ...]:
    """Several frameworks; shared layers are read once. Raises as ``load``, for all of them at once."""
    checker = _Checker(today or date.today())
    contexts: list[RuleContext] = []
    problems: list[Problem] = []
    for name in given_each(names_or_paths):
        try:
            contexts.append(checker.context_without_errors(name))
        except FrameworkError as error:
            problems += error.problems
    if problems:
        raise FrameworkError(_merged(problems))
    return tuple(checker.build(context) for context in contexts)


def given_each(names: Names) -> Iterable[GivenFramework]:
    """The frameworks given, of which there may be one alone."""
    return (names,) if isinstance(names, (str, FilePath, Framework, Authority)) else names


def _is_what_if(scenario: Source) -> bool:
    return scenario.data.get("what_if") in ("yes", True)


def _merged(problems: Iterable[Problem]) -> Problems:
    """Each problem once; if several files inherit it, with the lines in which they name its file."""
    related: dict[Problem, list[Place]] = {}
    for problem in problems:
        places = related.setdefault(replace(problem, related=()), [])
        places += [place for place in problem.related if place not in places]
    return Problems(replace(problem, related=tuple(places[:5])) for problem, places in related.items())


def _resolved(path: FilePath) -> FilePath:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return path


@dataclass(slots=True)
class _Checker:
    """Checks the files of one call; keeps what it read, and the stack of files that are being checked."""

    today: date
    sources: dict[FilePath, Source] = field(default_factory=dict)
    checked: dict[FilePath, CheckedFile] = field(default_factory=dict)
    stack: list[FilePath] = field(default_factory=list)

    def read(self, path: FilePath) -> Source:
        key = _resolved(path)
        if key not in self.sources:
            self.sources[key] = read(path, library.display_path(path))
        return self.sources[key]

    def add_text(self, text: str, path: FilePath) -> None:
        """Let the file at the path have this text."""
        self.sources[_resolved(path)] = read_text(text, library.display_path(path), path=path)

    def problems_of(self, path: FilePath) -> tuple[Problem, ...]:
        """The problems of a file of any form: framework, scenario, sweep plan or comparison."""
        source = self.read(path)
        match str(source.data.get("simkit", "")).partition("/")[:2]:
            case ("scenario", "/"):
                return (*self.scenario_alone(source), *scenario_problems(source))
            case ("sweep", "/"):
                return plan_problems(source)
            case ("comparison", "/"):
                return (*source.problems, *check_form(source, "comparison").problems)
            case _:
                return self.check_file(path).all_problems

    def build(self, context: RuleContext) -> Framework:
        built = build(context.name, context.data, context.tree, today=self.today)
        return replace(built, text=context.source.text)

    def context_without_errors(self, name: GivenFramework, scenario: Source | None = None) -> RuleContext:
        """A file, with a scenario on top. Raises NameNotFound, or FrameworkError where there are errors."""
        file = self.check_file(self.path_of(name))
        context, problems = file.context, file.all_problems
        if scenario is not None:
            top = self.check_scenario(scenario, context)
            problems += top.problems
            context = replace(context, tree=top.context.tree)
        merged = _merged(problems)
        if not merged.ok:
            raise FrameworkError(merged)
        return context

    def path_of(self, given: GivenFramework, text_path: FilePath = FilePath(TEXT_NAME)) -> FilePath:
        """The file of a framework. A text of several lines is read as the file ``text_path``.

        Raises NameNotFound, and SimkitError for a framework whose values were changed after it was loaded.
        """
        match given:
            case FilePath():
                return given
            case Framework():
                path = library.find(given.name)
                if given.text:
                    self.add_text(given.text, path)
                if self.build(self.check_file(path).context) != given:
                    raise SimkitError(
                        f"{given.title} was changed in Python, and this needs its file: write the change to "
                        "a file and give that."
                    )
                return path
            case Authority():
                return library.find(given.slug)
            case str() if is_text(given):
                return self.unread(given, text_path)
        return library.find(given)

    def unread(self, text: str, path: FilePath) -> FilePath:
        """The path under which a text is read: the second one of a call is another file."""
        place, number = path, 1
        while _resolved(place) in self.sources:
            number += 1
            place = path.with_stem(f"{path.stem}-{number}")
        self.add_text(text, place)
        return place

    def check_file(self, path: FilePath) -> CheckedFile:
        key = _resolved(path)
        if key not in self.checked:
            keeps = key not in self.sources and library.kind_of(path) == "national"
            kept = kept_layer(key, self.today) if keeps else None
            self.stack.append(key)
            try:
                self.checked[key] = kept or self.check_new_file(path)
            finally:
                self.stack.pop()
            if keeps and kept is None:
                keep_layer(key, self.checked[key], self.today)
        return self.checked[key]

    def check_new_file(self, path: FilePath) -> CheckedFile:
        source = self.read(path)
        form = check_form(source, "framework")
        name, kind = library.name_of(path), library.kind_of(path)
        bases = Bases(path, source, self.check_file, lambda base: _resolved(base) in self.stack)
        lower = bases.tree(form.data)
        tree, findings = add_layer(
            lower, source, form.data, name, may_change_nation=kind == "national", today=self.today
        )
        context = RuleContext(name, kind, source, form.data, form.unusable, lower, tree, self.today)
        problems = [*source.problems, *form.problems]
        if form.data:
            problems += _problems(context, (*bases.findings, *findings))
        asked = left_as_is(source, form.data, causes(source, problems))
        return CheckedFile(context, tuple(asked), tuple(bases.errors))

    def check_scenario(self, scenario: Source, lower: RuleContext) -> CheckedFile:
        """A scenario's ``framework:`` part as the top layer, under the same rules."""
        form = check_form(scenario, "scenario")
        changes = form.data.get("framework")
        data = changes if isinstance(changes, dict) else {}
        source = scenario.below("framework")
        tree, findings = add_layer(
            lower.tree, source, data, "scenario", may_change_nation=_is_what_if(scenario), today=self.today
        )
        unusable = frozenset(path[1:] for path in form.unusable if path[:1] == ("framework",))
        context = RuleContext("scenario", "scenario", source, data, unusable, lower.tree, tree, self.today)
        below = [
            replace(problem, path=f"framework.{problem.path}" if problem.path else "framework")
            for problem in _problems(context, findings, apply_rules=bool(data))
        ]
        return CheckedFile(context, (*scenario.problems, *form.problems, *below))

    def scenario_alone(self, scenario: Source) -> Iterable[Problem]:
        """The problems that a scenario has with any framework."""
        base = self.check_file(library.find(DEFAULT_EDITION)).context
        problems = self.check_scenario(scenario, base).problems
        return [problem for problem in problems if not rule_of(problem.code).needs_framework]


def _problems(
    context: RuleContext, findings: Iterable[CodedFinding], *, apply_rules: bool = True
) -> Iterable[Problem]:
    """The findings so far and those of all rules, as problems."""
    for code, finding in findings:
        yield _problem(context, code, finding)
    for rule in all_rules() if apply_rules else ():
        if rule.check is not None:
            yield from (_problem(context, rule.code, finding) for finding in rule.check(context))


def _problem(context: RuleContext, code: str, finding: Finding) -> Problem:
    at_key = finding.at_key or not context.source.has(finding.path)
    place = context.source.place(finding.path, at_key=at_key)
    hint = finding.hint or (f"Did you mean `{finding.instead}`?" if finding.instead else "")
    written = context.source.has(finding.path)
    fix = context.source.fix(place, finding.instead) if written else None
    return problem_at(code, place, finding.message, hint, path=finding.path, related=finding.related, fix=fix)

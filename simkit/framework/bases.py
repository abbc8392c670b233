"""What a framework file is based on, and all that it inherits from there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path as FilePath

from simkit.framework import library
from simkit.framework.inheritance import CodedFinding, Tree, without_model
from simkit.framework.kept_layers import CheckedFile
from simkit.framework.problem import Finding, Path, Problem, Severity, excerpt
from simkit.framework.rules.structure import needs_nation
from simkit.framework.yaml.source import Source

DEFAULT_MODEL = "national/assumptions"


class Bases:
    """What a file is based on: its national edition or another file, and the assumptions.

    Collects findings about the names of these files, and the errors in them. Used once. ``is_being_checked``:
    whether a file is among those that led to this one, so that it would be based on itself.
    """

    def __init__(
        self,
        path: FilePath,
        source: Source,
        check_file: Callable[[FilePath], CheckedFile],
        is_being_checked: Callable[[FilePath], bool],
    ) -> None:
        self.check_file = check_file
        self.is_being_checked = is_being_checked
        self.path = path
        self.source = source
        self.findings: list[CodedFinding] = []
        self.errors: list[Problem] = []

    def tree(self, data: dict[str, object]) -> Tree:
        """All that a file with this data inherits."""
        model = data.get("model")
        model_base = model.get("based_on") if isinstance(model, dict) else None
        based_on = data.get("based_on")
        assumptions = library.find(DEFAULT_MODEL)
        tree = self.inherited(based_on, ("based_on",)) if isinstance(based_on, str) else Tree()
        of_nation = bool(tree.section("timescales")) or library.kind_of(self.path) == "national"
        if tree.layers and not self.errors and not of_nation and needs_nation(data):
            message = f"`{based_on}` has no national timescale to inherit."
            hint = (
                "Write a national edition in its place, such as `based_on: national/working-together-2023`."
            )
            self.findings.append(("R003", Finding(("based_on",), message, hint)))
        if not tree.layers and not self.is_being_checked(assumptions):
            tree = self.check_file(assumptions).context.tree
        if isinstance(model_base, str) and self.name_of(model_base) not in tree.layers:
            other = self.inherited(model_base, ("model", "based_on"))
            if other.layers:
                tree = _with_model(tree, other)
        return tree

    def name_of(self, name: str) -> str:
        """The full name of the file; the file's own where there is none of that name."""
        try:
            return library.name_of(library.find(name, beside=self.path.parent))
        except library.NameNotFound:
            return library.name_of(self.path)

    def inherited(self, name: str, at: Path) -> Tree:
        """The tree of the file that is named at ``at``; its errors become this file's too."""
        try:
            lower = library.find(name, beside=self.path.parent)
        except library.NameNotFound as error:
            meant = _meant_base(name, error.suggestions)
            hint = f"Did you mean {' or '.join(meant)}?" if meant else ""
            message = f"There is no national edition or framework called '{excerpt(name)}'."
            instead = meant[0].removeprefix("the file ") if len(meant) == 1 else ""
            self.findings.append(("R001", Finding(at, message, hint, instead=instead)))
            return Tree()
        if self.is_being_checked(lower):
            message = f"The file is based on itself: '{name}' is in turn based on this file."
            self.findings.append(("R002", Finding(at, message)))
            return Tree()
        file = self.check_file(lower)
        place = self.source.place(at)
        for problem in file.all_problems:
            if problem.severity is Severity.ERROR:
                self.errors.append(replace(problem, related=(*problem.related, place)))
        return file.context.tree


def _meant_base(name: str, suggestions: tuple[str, ...]) -> tuple[str, ...]:
    """The frameworks that a wrong name can mean: the edition of the year that is in it, if there is one."""
    year = re.search(r"(?<!\d)20\d\d(?!\d)", name)
    of_year = [each for each in library.names("national") if year and each.endswith(f"-{year[0]}")]
    by_words = [each for each in of_year if each.startswith("national/working-together")]
    drafts = "draft" in name.lower() or "consultation" in name.lower()
    return tuple(by_words) if len(by_words) == 1 and not drafts else suggestions


def _with_model(tree: Tree, other: Tree) -> Tree:
    """The tree with the ``model`` section of another one."""
    base = without_model(tree)
    data = base.data | {"model": other.section("model")}
    data["sources"] = other.section("sources") | base.section("sources")
    return replace(
        base,
        data=data,
        origins={**other.origins, **base.origins},
        first_layer={**other.first_layer, **base.first_layer},
        layers=(*(layer for layer in other.layers if layer not in base.layers), *base.layers),
    )

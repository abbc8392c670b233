"""A framework that is being written in a notebook: its text, what is wrong with it, and what it promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from html import escape
from pathlib import Path
from typing import Any

from simkit.common.arguments import checked_arguments
from simkit.common.atomic_files import write_all
from simkit.common.text import is_text
from simkit.framework.check import TEXT_NAME, GivenFramework, check_text, examined, load
from simkit.framework.editing.edit import edit
from simkit.framework.editing.fields import Fields, fields
from simkit.framework.problem import FrameworkError, Problem, Problems, Severity
from simkit.framework.yaml.source import plain_text
from simkit.output.drawings import timeline_svg
from simkit.output.look import FAMILY, GAP, INK, LINK, PALE, SOFT, UNDECIDED

_COLOURS = {Severity.ERROR: GAP, Severity.QUERY: UNDECIDED, Severity.NOTE: SOFT}
_MOST = 30  # problems and changed lines shown


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a framework that is being written, made by ``draft``.

    As the last line of a notebook's cell it shows what was changed, every problem at its line, and the
    timeline; run the cell again after each change. ``name`` is the file that the text belongs to, ``before``
    what it began as.
    """

    text: str
    name: str = TEXT_NAME
    before: str = field(default="", repr=False)

    @property
    def problems(self) -> Problems:
        """What is wrong with the text now."""
        return check_text(self.text, self.name)

    @property
    def fields(self) -> Fields:
        """Every field of the framework, set or not."""
        return fields(self._lines, name=self.name)

    def edit(self, path: str, value: Any) -> Draft:
        """The draft with another value at a path, all else as it was. Raises as ``simkit.edit``."""
        return replace(self, text=edit(self.text, path, value, name=self.name))

    def fixed(self) -> Draft:
        """The draft with every problem settled that one change settles without a decision."""
        text = self.text
        for _ in range(_MOST):
            fix = next((each.fix for each in check_text(text, self.name) if each.fix is not None), None)
            if fix is None:
                break
            text = fix.apply(text)
        return replace(self, text=text)

    def save(self, path: str | Path) -> Path:
        """Write the text to a file, whole or not at all. Raises OutputError."""
        target = Path(path)
        write_all(target.absolute().parent, {target.name: self.text.encode("utf-8")})
        return target

    @property
    def _lines(self) -> str:
        """The text, which is never taken for a name."""
        return self.text if is_text(self.text) else f"{self.text}\n"

    def __str__(self) -> str:
        return f"{self.text.rstrip()}\n\n{self.problems}"

    def _repr_html_(self) -> str:
        """What was changed, the problems at their lines, and the timeline, for a notebook."""
        lines = plain_text(self.text).split("\n")
        parts = [*_changed(self.before, self.text), *_listed(self.problems, lines)]
        try:
            parts.append(
                timeline_svg(load(self._lines, text_name=self.name), place=f"draft-{abs(hash(self.text))}")
            )
        except FrameworkError:
            parts.append("<p>The timeline is drawn once the errors are fixed.</p>")
        style = f"font-family:{FAMILY};color:{INK};max-width:760px"
        return f'<div style="{style}">{"".join(parts)}</div>'


@checked_arguments
def draft(given: GivenFramework, name: str | Path | None = None) -> Draft:
    """A draft to work on: a text, or that of the framework with a name or path.

    ``name`` is the file that a text belongs to. Raises NameNotFound.
    """
    context = examined(given, name or TEXT_NAME)
    own = context.name if context.kind == "own" else TEXT_NAME
    return Draft(context.source.text, str(name or own), context.source.text)


def _changed(before: str, after: str) -> Iterator[str]:
    one, other = (plain_text(text).split("\n") for text in (before, after))
    rows = [
        each
        for each in unified_diff(one, other, lineterm="", n=0)
        if not each.startswith(("---", "+++", "@@"))
    ]
    if rows:
        lines = "\n".join(escape(row) for row in rows[:_MOST])
        more = f"\n... and {len(rows) - _MOST} more lines" if len(rows) > _MOST else ""
        yield f'<p><b>Changed</b></p><pre style="background:{PALE};padding:8px">{lines}{more}</pre>'


def _listed(problems: Problems, lines: list[str]) -> Iterator[str]:
    if not problems:
        yield "<p><b>No problems.</b></p>"
        return
    groups = {"to fix": problems.errors, "to answer": problems.queries, "to know": problems.notes}
    counts = ", ".join(f"{len(group)} {name}" for name, group in groups.items() if group)
    yield f"<p><b>{counts}</b></p><ol style='padding-left:1.5em'>"
    for problem in problems[:_MOST]:
        yield f'<li style="margin-bottom:6px">{_item(problem, lines)}</li>'
    yield "</ol>"


def _item(problem: Problem, lines: list[str]) -> str:
    colour = _COLOURS[problem.severity]
    fix = f' <span style="color:{LINK}">(<code>fixed()</code> does this)</span>' if problem.fix else ""
    return (
        f'<span style="color:{colour}"><b>Line {problem.line}</b>: {escape(problem.message)}</span> '
        f"{escape(problem.hint)}{fix}<br><code>{_marked(problem, lines)}</code>"
    )


def _marked(problem: Problem, lines: list[str]) -> str:
    """The line of a problem with the place marked."""
    line = lines[problem.line - 1] if problem.line <= len(lines) else ""
    end = problem.end_column - 1 if problem.end_line == problem.line else len(line)
    start = problem.column - 1
    return f"{escape(line[:start])}<mark>{escape(line[start:end])}</mark>{escape(line[end:])}"

"""Files that simkit itself writes and reads again: caseloads, calibrations, reports, manifests of sweeps.

They go through the same reader and schemas as what people write, so that a file which was edited, cut off or
meant to do harm gives problems with their lines, and never anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from simkit.common.errors import SimkitError
from simkit.common.text import is_text
from simkit.framework.problem import Place, Problem, Problems
from simkit.framework.rules.registry import problem_at
from simkit.framework.schema_check import check_form
from simkit.framework.schemas import Form, mark
from simkit.framework.yaml.source import Kind, Source, read, read_text

KINDS: Mapping[Form, Kind] = {
    "caseload": Kind(
        by_hand=False,
        is_json=True,
        most_values=2_000,
        remedy="A caseload is the file profile.json that `simkit read-return --out` writes.",
    ),
    "calibration": Kind(by_hand=False, remedy="Make it again: simkit calibrate NAME --year YEAR."),
    "report": Kind(
        by_hand=False,
        is_json=True,
        most_bytes=20_000_000,
        most_values=1_000_000,
        remedy="Run the command that made the folder again.",
    ),
    "manifest": Kind(
        by_hand=False,
        is_json=True,
        most_bytes=200_000_000,
        most_values=10_000_000,
        remedy="Nothing was changed. The pieces beside it are whole by themselves: delete it and start the "
        "sweep again with the same plan, and it goes on with them.",
    ),
}
"""How each of them is written, how large it may be, and how it is made again."""

_SHOWN = 5  # problems in a message
_ABOUT_FILE = ("Y001", "Y002", "Y003", "Y005", "Y007", "Y009")  # not about a line of it


class MadeFileError(SimkitError):
    """A file of this form can't be used. ``problems`` are all the reasons."""

    def __init__(self, problems: Problems, name: str, form: Form) -> None:
        self.problems = problems
        self.name = name
        self.form = form
        super().__init__(problems, name, form)

    def __str__(self) -> str:
        errors = self.problems.errors
        if errors[0].code == "S008":
            return (
                f"{self.name} is not of the form that this version of simkit reads ({mark(self.form)}). "
                f"{errors[0].message} Nothing was changed: use the version that wrote it, or have it made "
                "anew."
            )
        lines = [_line(problem) for problem in errors[:_SHOWN]]
        if len(errors) > _SHOWN:
            lines.append(f"And {len(errors) - _SHOWN} more.")
        remedy = KINDS[self.form].remedy
        head = () if errors[0].code in _ABOUT_FILE else (f"{self.name} can't be used as a {self.form}.",)
        return "\n".join((*head, *lines, *(() if remedy in lines[-1] else (remedy,))))


def read_made(given: str | Path, form: Form, name: str = "") -> dict[str, Any]:
    """The data of a file or of its text, as its schema has it. ``name`` is that in messages.

    Raises MadeFileError.
    """
    if isinstance(given, str) and is_text(given):
        return _checked(read_text(given, name or f"The {form}", kind=KINDS[form]), form)
    return _checked(read(Path(given), name or str(given), KINDS[form]), form)


def checked_data(data: Mapping[str, Any], form: Form, name: str) -> dict[str, Any]:
    """Plain data of this form, given from Python. Raises MadeFileError."""
    return _checked(Source(name, dict(data)), form)


def _checked(source: Source, form: Form) -> dict[str, Any]:
    problems = Problems([*source.problems, *_form_problems(source, form)])
    if problems.errors:
        raise MadeFileError(problems, source.file, form)
    return source.data


def _form_problems(source: Source, form: Form) -> Iterable[Problem]:
    """Those of the form: none where the text has errors, and of another kind or version only that."""
    if Problems(source.problems).errors:
        return ()
    problems = check_form(source, form).problems if source.data else (_nothing(source),)
    return [problem for problem in problems if problem.code == "S008"] or problems


def _nothing(source: Source) -> Problem:
    return problem_at("Y009", Place(source.file), f"{source.file} is empty.")


def _line(problem: Problem) -> str:
    if problem.code in _ABOUT_FILE:
        hint = "" if problem.code == "Y009" else problem.hint  # how to begin a framework
        return f"{problem.message} {hint}".strip()
    where = f" It is at {problem.path}." if "." in problem.path else ""
    return f"Line {problem.line}, column {problem.column}: {problem.message}{where} {problem.hint}".strip()

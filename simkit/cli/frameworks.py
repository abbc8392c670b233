"""``simkit check``, ``list`` and ``show``: frameworks as written."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simkit.cli.options import Format, FormatOption, Name, choice_option
from simkit.cli.terminal import emit, emit_json, say
from simkit.common.errors import SimkitError

if TYPE_CHECKING:
    from rich.text import Text

    from simkit.framework.problem import Problem, Problems

_PATTERNS = ("*.yaml", "*.yml")


class ShippedKind(StrEnum):
    """The kinds of files that come with simkit."""

    authorities = "authorities"
    national = "national"
    trials = "trials"
    scenarios = "scenarios"


def check(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILES",
            help="Files, folders or names; - reads text from a pipe. Default: all that comes with simkit.",
        ),
    ] = None,
    output_format: FormatOption = Format.text,
    strict: Annotated[bool, typer.Option("--strict", help="Treat queries as problems as well.")] = False,
) -> None:
    """Check frameworks and scenarios for mistakes.

    Exit code 0: nothing to fix; 1: problems; 2: wrong usage.
    """
    from simkit.framework.check import check as check_files
    from simkit.framework.check import check_content

    piped = bool(files) and _PIPE in (files or ())
    names = list(_files_of(name for name in files if name != _PIPE)) if files else _shipped()
    problems = check_files(names)
    if piped:
        problems += check_content(_piped_content(), Path("pipe"))
        names.append(_PIPE)
    if output_format is Format.json:
        emit_json(_summary(problems, len(names)))
    else:
        for problem in problems.first_to_fix:
            say(_coloured(problem), wrap=False)
        for line in taken_notes(name for name in files or () if name != _PIPE):
            emit(f"{line}\n")
        emit(_count_line(problems, len(names)) + "\n")
        if not files:
            emit(
                "These are the frameworks, scenarios and sweep plans that come with simkit. To check your "
                "own, name the file or folder: simkit check wirral.yaml\n"
            )
    if problems.errors or (strict and problems.queries):
        raise typer.Exit(1)


_PIPE = "-"


def _piped_content() -> bytes:
    """What another program hands over. Raises SimkitError where nobody does."""
    import sys

    if sys.stdin is None or sys.stdin.isatty():
        raise SimkitError(
            "`check -` reads text from another program, as in: type wirral.yaml | simkit check -"
        )
    stream = getattr(sys.stdin, "buffer", None)
    return sys.stdin.read().encode("utf-8", "replace") if stream is None else stream.read()


def taken_notes(names: Iterable[str], command: str = "check", done: str = "Checked under") -> Iterable[str]:
    """For each name of a framework that comes with simkit, a line that says that it was taken.

    A second line names a file of the user's own that could have been meant. ``command`` is the command for
    it, ``done`` what was done.
    """
    from simkit.framework.library import find, kind_of, local_file
    from simkit.framework.yaml.source import read

    for name in names:
        try:
            path = find(name)
        except SimkitError:
            continue
        if kind_of(path) == "own" or Path(name).resolve() == path.resolve():
            continue
        authority = read(path).data.get("authority")
        whose = f"framework of {authority}" if authority else f"framework {name}"
        yield f"{done} '{name}': the {whose} that comes with simkit."
        own = local_file(name) or local_file(path.stem)
        if own is not None:
            kind = "folder" if Path(own).is_dir() else "file"
            yield f"There is also a {kind} {own} here: simkit {command} {_unambiguous(own)}"


def _unambiguous(name: str) -> str:
    """A file or folder written so that it can't be taken for the name of a framework."""
    plain = name if name.endswith((".yaml", ".yml")) else str(Path(name).absolute())
    return f'"{plain}"' if " " in plain else plain


def _shipped() -> list[str | Path]:
    from simkit.framework.library import find_plan, find_scenario, names

    frameworks: list[str | Path] = [n for kind in ("authorities", "national", "trials") for n in names(kind)]
    scenarios = (find_scenario(name) for name in names("scenarios"))
    return [*frameworks, *scenarios, *(find_plan(name) for name in names("sweeps"))]


def _files_of(names: Iterable[str]) -> Iterable[str | Path]:
    """The files and names to check: each folder replaced by its files."""
    from simkit.framework.library import find_any

    for name in names:
        path = find_any(name)
        if not path.is_dir():
            yield path
            continue
        inside = sorted(file for ending in _PATTERNS for file in path.rglob(ending))
        if not inside:
            raise SimkitError(f"The folder {name} has no files that end in .yaml.")
        yield from inside


def _summary(problems: Problems, files: int) -> dict[str, object]:
    return {
        "ok": problems.ok,
        "files": files,
        "errors": len(problems.errors),
        "queries": len(problems.queries),
        "notes": len(problems.notes),
        "problems": problems.to_json(),
    }


def _coloured(problem: Problem) -> Text:
    from rich.text import Text

    colour = {"error": "bold red", "query": "yellow", "note": "cyan"}[problem.severity.value]
    text = Text(str(problem))
    text.highlight_words([f"{problem.severity.value} {problem.code}"], colour)
    return text


def _count_line(problems: Problems, files: int) -> str:
    checked = f"{files} {'file' if files == 1 else 'files'} checked: {problems.count_text}."
    later = bool(problems.errors and problems.notes)
    return f"{checked} Notes are shown once there are no errors." if later else checked


def list_(
    kind: Annotated[
        ShippedKind, choice_option("--kind", ShippedKind, "What to list.")
    ] = ShippedKind.authorities,
    output_format: FormatOption = Format.text,
) -> None:
    """List what comes with simkit: each authority with its codes, region and the status of its framework."""
    from simkit.output.answers.catalogue import entries

    rows = entries(kind.value)
    if output_format is Format.json:
        emit_json(rows)
        return
    from simkit.common.blocks import Table
    from simkit.output.render.terminal import render_block

    heads = tuple(rows[0])
    readable = ({**row, "status": row.get("status", "").replace("_", " ")} for row in rows)
    cells = tuple(tuple(row[head] for head in heads) for row in readable)
    say(render_block(Table(f"{len(rows)} {kind.value}", heads, cells)))


def show(
    name: Name,
    path: Annotated[
        str | None,
        typer.Argument(metavar="PART", help="Only this part, such as timescales.assessment or model."),
    ] = None,
    output_format: FormatOption = Format.text,
) -> None:
    """Show a framework with everything it inherits, and the file and line each value comes from."""
    from simkit.framework.check import load_file
    from simkit.output.answers.provenance import under, values

    file = load_file(name)
    if output_format is Format.json:
        entries = values(file) if path is None else under(file, path)
        data = {
            each.path: {"value": each.value, "file": each.origin.file, "line": each.origin.line}
            for each in entries
        }
        emit_json(data)
        return
    from simkit.output.answers.framework import part
    from simkit.output.render.terminal import render, render_block

    say(render(file.framework.report()) if path is None else render_block(part(file, path)))

"""Commands about frameworks as written: ``check``, ``list`` and ``show``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simkit.cli.options import Format, Name, Output
from simkit.cli.terminal import emit, say
from simkit.common.errors import SimkitError

if TYPE_CHECKING:
    from rich.text import Text

    from simkit.framework.problem import Problem, Problems

__all__ = ["check", "list_", "show"]

_ENDINGS = ("*.yaml", "*.yml")


class Kind(StrEnum):
    """What is shipped."""

    authorities = "authorities"
    national = "national"
    trials = "trials"
    scenarios = "scenarios"


def check(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILES]...", help="Files, folders or names. None: all that is shipped."),
    ] = None,
    output: Output = Format.text,
    strict: Annotated[bool, typer.Option("--strict", help="Count open queries as problems too.")] = False,
) -> None:
    """Say what is wrong with frameworks and scenarios, in plain words.

    Exit code 0: nothing to mend; 1: problems; 2: wrong usage.
    """
    from simkit.framework.check import check as examine

    asked = list(_asked(files)) if files else _everything()
    problems = examine(asked)
    if output is Format.json:
        emit(json.dumps(_as_data(problems, len(asked)), ensure_ascii=False, indent=2) + "\n")
    else:
        for problem in problems:
            say(_told(problem), wrap=False)
        for line in _which(files or ()):
            emit(f"{line}\n")
        emit(_counted(problems, len(asked)) + "\n")
        if not files:
            emit(
                "These are the frameworks, scenarios and sweep plans that came with simkit. To check your "
                "own, name its file or folder: simkit check wirral.yaml\n"
            )
    if problems.errors or (strict and problems.queries):
        raise typer.Exit(1)


def _which(given: Iterable[str]) -> Iterable[str]:
    """For each name that stands for a framework that came with simkit, which one that is."""
    from simkit.framework.library import file_called, find, kind_of
    from simkit.framework.yaml.source import read

    for name in given:
        try:
            path = find(name)
        except SimkitError:
            continue
        if kind_of(path) == "own" or Path(name).resolve() == path.resolve():
            continue
        authority = read(path).data.get("authority")
        whose = f"framework of {authority}" if authority else f"framework {name}"
        yield f"Checked under '{name}': the {whose} that came with simkit."
        beside = file_called(name) or file_called(path.stem)
        if beside is not None:
            kind = "folder" if Path(beside).is_dir() else "file"
            yield f"There is also a {kind} {beside} here: simkit check {_pointed(beside)}"


def _pointed(name: str) -> str:
    """The file or folder in a way that can't be taken for a name."""
    plain = name if name.endswith((".yaml", ".yml")) else str(Path(name).absolute())
    return f'"{plain}"' if " " in plain else plain


def _everything() -> list[str | Path]:
    from simkit.framework.library import find_plan, find_scenario, names

    frameworks: list[str | Path] = [n for kind in ("authorities", "national", "trials") for n in names(kind)]
    scenarios = (find_scenario(name) for name in names("scenarios"))
    return [*frameworks, *scenarios, *(find_plan(name) for name in names("sweeps"))]


def _asked(given: Iterable[str]) -> Iterable[str | Path]:
    """What was asked for, with each folder's files in its place."""
    from simkit.framework.library import find_any

    for name in given:
        path = find_any(name)
        if not path.is_dir():
            yield path
            continue
        inside = sorted(file for ending in _ENDINGS for file in path.rglob(ending))
        if not inside:
            raise SimkitError(f"The folder {name} holds no files that end in .yaml.")
        yield from inside


def _as_data(problems: Problems, files: int) -> dict[str, object]:
    return {
        "ok": problems.ok,
        "files": files,
        "errors": len(problems.errors),
        "queries": len(problems.queries),
        "notes": len(problems.notes),
        "problems": problems.to_json(),
    }


def _told(problem: Problem) -> Text:
    from rich.text import Text

    colour = {"error": "bold red", "query": "yellow", "note": "cyan"}[problem.severity.value]
    text = Text(str(problem))
    text.highlight_words([f"{problem.severity.value} {problem.code}"], colour)
    return text


def _counted(problems: Problems, files: int) -> str:
    def many(number: int, one: str, more: str) -> str:
        return f"{number} {one if number == 1 else more}"

    return (
        f"{many(files, 'file', 'files')} checked: {many(len(problems.errors), 'error', 'errors')}, "
        f"{many(len(problems.queries), 'query', 'queries')}, {many(len(problems.notes), 'note', 'notes')}."
    )


def list_(
    kind: Annotated[Kind, typer.Option("--kind", help="What to list.")] = Kind.authorities,
    output: Output = Format.text,
) -> None:
    """List what is shipped: each authority with its codes, region and the status of its framework."""
    from simkit.output.answers.catalogue import entries

    found = entries(kind.value)
    if output is Format.json:
        emit(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
        return
    from simkit.output.render.terminal_tables import grid

    heads = list(found[0])
    rows = ({**entry, "status": entry.get("status", "").replace("_", " ")} for entry in found)
    say(grid(f"{len(found)} {kind.value}", heads, ([row[head] for head in heads] for row in rows)))


def show(
    name: Name,
    path: Annotated[
        str | None, typer.Argument(help="Only this part, such as timescales.assessment or model.")
    ] = None,
    output: Output = Format.text,
) -> None:
    """Show a framework with everything it inherits, and the file and line each value comes from."""
    from simkit.framework.check import load
    from simkit.output.answers.provenance import under, values

    framework = load(name)
    if output is Format.json:
        found = values(framework.name) if path is None else under(framework.name, path)
        data = {
            value.path: {
                "value": value.value,
                "file": value.origin.file,
                "line": value.origin.line,
            }
            for value in found
        }
        emit(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
        return
    from simkit.output.answers.framework import overview, part

    say(overview(framework) if path is None else part(framework, path))

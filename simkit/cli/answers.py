"""What the commands that answer questions share: their options, and showing and writing an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simkit.cli.frameworks import Format
from simkit.cli.options import one_of, whole
from simkit.cli.simulate import Counting, Engine
from simkit.cli.terminal import complain, emit, say

if TYPE_CHECKING:
    from simkit.output.answer import Frames
    from simkit.output.report.parts import Report

__all__ = [
    "Convention",
    "Engines",
    "Out",
    "Output",
    "ScenarioName",
    "Seed",
    "Workers",
    "Year",
    "looked_at",
    "show",
]

ScenarioName = Annotated[str, typer.Option("--scenario", help="A shipped scenario or a file.")]
Seed = Annotated[
    int,
    typer.Option(
        "--seed",
        parser=whole("--seed", 0, 2**63 - 1),
        metavar="<number>",
        help="Start of the random numbers: the same number gives the same result.",
    ),
]
Engines = Annotated[
    Engine,
    typer.Option(
        "--engine",
        parser=one_of("--engine", Engine),
        metavar="<auto|simpy|kernel>",
        help="What runs the model.",
    ),
]
Convention = Annotated[
    Counting,
    typer.Option(
        "--convention",
        parser=one_of("--convention", Counting),
        metavar="<day_0|day_1>",
        help="Number of the day on which a limit starts.",
    ),
]
Year = Annotated[
    int | None,
    typer.Option(
        "--year",
        parser=whole("--year"),
        metavar="<year>",
        help="Published caseload of the year to 31 March. Default: the latest.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        parser=whole("--workers", 1, 1024),
        metavar="<number>",
        help="How many at once, 1 to 1024. Default: all cores.",
    ),
]
Out = Annotated[
    str | None,
    typer.Option("--out", metavar="DIR|FILE.xlsx", help="Also write tables, figures and report there."),
]
Output = Annotated[
    Format,
    typer.Option(
        "--format",
        parser=one_of("--format", Format),
        metavar="<text|json>",
        help="Text for people, JSON for programs.",
    ),
]


def looked_at(out: str | None) -> None:
    """Look whether ``--out`` can be written, before anything is simulated. Raises OutputError."""
    if out is not None:
        from simkit.output.files import destination

        destination(out)


def show(
    words: Report,
    full: Callable[[], Report],
    plain: Mapping[str, Any],
    tables: Callable[[], Frames],
    out: str | None,
    output: Format,
) -> None:
    """Write an answer where it is to go, then show it. ``full`` makes the report with its figures."""
    from simkit.output.answer import json_text, render, save_answer
    from simkit.output.files import present, told

    before = frozenset() if out is None else present(out)
    written = () if out is None else save_answer(full(), plain, tables(), out)
    if output is Format.json:
        emit(json_text(plain))
    else:
        say(render(words))
    for file in written:
        complain(told(file, before))

"""The command that simulates a plan: ``sweep``."""

from __future__ import annotations

from typing import Annotated

import typer

from simkit.cli.options import Engine, Format, Output, Workers, one_of
from simkit.cli.terminal import complain, emit, say

__all__ = ["sweep"]


def sweep(
    plan: Annotated[
        str, typer.Argument(metavar="PLAN", help="A plan's file, or the name of one that came with simkit.")
    ],
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="The folder of the results; begun ones go on.")
    ],
    workers: Workers = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help="A Dask scheduler in place of this computer, such as tcp://10.0.0.5:8786.",
        ),
    ] = None,
    engine: Annotated[
        Engine | None,
        typer.Option(
            "--engine",
            parser=one_of("--engine", Engine),
            metavar="<auto|simpy|kernel>",
            help="What runs the model. Default: the plan's.",
        ),
    ] = None,
    output: Output = Format.text,
) -> None:
    """Simulate many frameworks under many scenarios, as a plan says. Stopped at any time, it goes on later.

    Exit code 0: all is simulated; 1: something is not; 2: wrong usage.
    """
    from simkit.common.atomic_files import write_all
    from simkit.common.json_data import json_text
    from simkit.output.answers.sweep import report_of_sweep, to_dict
    from simkit.output.render.terminal import render
    from simkit.output.report.stored import report_files
    from simkit.study.sweep.sweep import sweep as simulate

    try:
        found = simulate(
            plan,
            out,
            workers=workers,
            cluster=cluster,
            engine=None if engine is None else engine.value,
            say=complain,
        )
    except KeyboardInterrupt:
        complain(_stopped(out))
        raise typer.Exit(1) from None
    report = report_of_sweep(found)
    write_all(found.folder, report_files(report))
    if output is Format.json:
        emit(json_text(to_dict(found)))
    else:
        say(render(report))
    if found.failed:
        raise typer.Exit(1)


def _stopped(out: str) -> str:
    from simkit.common.errors import SimkitError
    from simkit.study.sweep.results import results

    try:
        kept = results(out)
    except SimkitError:
        return "Stopped; nothing was written."
    return (
        f"Stopped. {len(kept.pieces)} of {kept.planned} pieces are finished and kept in {kept.folder}; "
        "the same command goes on with them."
    )

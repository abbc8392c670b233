"""``simkit sweep``: simulates a plan of many frameworks under many scenarios."""

from __future__ import annotations

from typing import Annotated

import typer

from simkit.cli.options import Engine, Format, FormatOption, FullOption, Workers, choice_option
from simkit.cli.show_answer import print_answer
from simkit.cli.terminal import notify


def sweep(
    plan: Annotated[
        str, typer.Argument(metavar="PLAN", help="A plan's file, or the name of one that came with simkit.")
    ],
    out: Annotated[
        str,
        typer.Option(
            "--out", metavar="DIR", help="The folder for the results. A sweep that was stopped goes on."
        ),
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
        choice_option("--engine", Engine, "What runs the model. Default: the plan's."),
    ] = None,
    output_format: FormatOption = Format.text,
    full: FullOption = False,
) -> None:
    """Simulate many frameworks under many scenarios, as a plan says. You can stop it and go on later.

    Exit code 0: everything was simulated; 1: something was not; 2: wrong usage.
    """
    from simkit.common.atomic_files import write_all
    from simkit.output.explorer import EXPLORER_FILE, explorer
    from simkit.output.report.stored import report_files
    from simkit.study.sweep.sweep import sweep as simulate

    try:
        results = simulate(
            plan,
            out,
            workers=workers,
            cluster=cluster,
            engine=None if engine is None else engine.value,
            say=notify,
        )
    except KeyboardInterrupt:
        notify(_stopped_text(out))
        raise typer.Exit(1) from None
    files = report_files(results.report())
    if results.pieces:
        files[EXPLORER_FILE] = explorer(results).encode()
    write_all(results.folder, files)
    print_answer(results, output_format, full=full, kept=out)
    if results.pieces:
        notify(f"To try combinations, open {results.folder / EXPLORER_FILE} in a browser.")
    if results.failed:
        raise typer.Exit(1)


def _stopped_text(out: str) -> str:
    from simkit.common.errors import SimkitError
    from simkit.study.sweep.results import results as results_in

    try:
        results = results_in(out)
    except SimkitError:
        return "Stopped; nothing was written."
    return (
        f"Stopped. {len(results.pieces)} of {results.planned} pieces are finished and kept in "
        f"{results.folder}; the same command goes on with them."
    )

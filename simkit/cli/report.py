"""``simkit report``: writes the web page of a folder of results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simkit.cli.terminal import emit, notify


def report(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="A folder of results, written with --out by any command that simulates."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE.html", help="The file to write. Default: report.html in the folder."
        ),
    ] = None,
) -> None:
    """Make one self-contained web page of a result, to read, send or print. Nothing is simulated again."""
    from simkit.common.atomic_files import existing_files, written_message
    from simkit.output.render.report_file import write_report
    from simkit.output.report.stored import folder_notes, read_report

    before = existing_files(folder / "report.html" if out is None else out)
    emit(f"{written_message(write_report(folder, out), before)}\n")
    for note in folder_notes(folder, read_report(folder)):
        notify(note)

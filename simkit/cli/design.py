"""``simkit design``: writing, checking, agreeing and publishing a framework in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simkit.cli.options import number_option
from simkit.cli.terminal import emit
from simkit.common.errors import SimkitError


def design(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The folder with your frameworks. Default: this one.")
    ] = Path(),
    port: Annotated[
        int | None,
        number_option("--port", "The port to listen on. Default: the first free one from 4712.", 1, 65535),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the browser, or only print the address.")
    ] = True,
    export: Annotated[
        Path | None,
        typer.Option(
            "--export",
            metavar="DIR",
            help="Instead, build the designer as a page that needs nothing installed: a folder for an "
            "intranet, with one file for a shared drive.",
        ),
    ] = None,
) -> None:
    """Write, check, agree and publish a framework in your browser. Nothing leaves this computer."""
    if export is not None:
        _export(export)
        return
    from simkit.designer.serve import serve

    def told(address: str) -> None:
        emit(f"The designer, for your browser: {address}\n")
        emit("Keep this window open while you work. To stop: Ctrl-C\n")

    serve(folder, port=port, browser=browser, told=told)
    emit("\nThe designer has stopped. Everything is in your files.\n")


def _export(folder: Path) -> None:
    try:
        from simkit.designer.edition.export import SINGLE
        from simkit.designer.edition.export import export as built
    except ImportError as error:
        raise SimkitError("The page needs jinja2 to be built (the extra `designer`).") from error
    files = built(folder, lambda words: emit(f"{words}\n"))
    millions = sum(file.stat().st_size for file in files if file.name != SINGLE) // 1_000_000
    single = (folder / SINGLE).stat().st_size // 1_000_000
    emit(f"The page is in {folder}: put the folder on your intranet ({millions} MB; start at index.html),\n")
    emit(f"or {SINGLE} alone on a shared drive ({single} MB). about.html says to IT what is in it.\n")

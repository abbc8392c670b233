"""``simkit design``: writing, checking, agreeing and publishing a framework in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simkit.cli.options import number_option
from simkit.cli.terminal import emit


def design(
    folder: Annotated[
        Path, typer.Argument(help="The folder with your frameworks. Default: this one.")
    ] = Path(),
    port: Annotated[
        int | None,
        number_option("--port", "The port to listen on. Default: the first free one from 4712.", 1, 65535),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the browser, or only print the address.")
    ] = True,
) -> None:
    """Write, check, agree and publish a framework in your browser. Nothing leaves this computer."""
    from simkit.designer.serve import serve

    def told(address: str) -> None:
        emit(f"The designer, for your browser: {address}\n")
        emit("Keep this window open while you work. To stop: Ctrl-C\n")

    serve(folder, port=port, browser=browser, told=told)
    emit("\nThe designer has stopped. Everything is in your files.\n")

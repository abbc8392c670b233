"""Prints an answer and writes its files, in the same way for every command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simkit.cli.options import Format
from simkit.cli.terminal import emit, notify, say

if TYPE_CHECKING:
    from simkit.common.display import Answer


def check_destination(out: str | None) -> None:
    """Check that ``--out`` can be written, before anything is simulated. Raises OutputError."""
    if out is not None:
        from simkit.common.atomic_files import destination

        destination(out)


def show(answer: Answer, out: str | None, output_format: Format, *, full: bool = True) -> None:
    """Write an answer to ``out`` if it is given, print it to stdout, and name its files on stderr.

    Without ``full`` its first screen is printed alone.
    """
    messages: list[str] = []
    if out is not None:
        from simkit.common.atomic_files import existing_files, written_message

        before = existing_files(out)
        messages = [written_message(file, before) for file in answer.save(out)]
    try:
        print_answer(answer, output_format, full=full, kept=out)
    finally:  # the files are there even if nobody reads what is printed
        for message in messages:
            notify(message)


def print_answer(
    answer: Answer, output_format: Format, *, full: bool = True, kept: str | None = None
) -> None:
    """Print an answer to stdout, as text or as data; ``kept`` is where its files are."""
    if output_format is Format.json:
        from simkit.common.json_data import json_text

        emit(json_text(answer.to_dict()))
    elif full:
        from simkit.output.render.terminal import render

        say(render(answer.report()))
    else:
        from simkit.output.render.terminal import FirstScreen

        say(FirstScreen(answer.report(), _more(kept)))


def _more(kept: str | None) -> str:
    from simkit.common.atomic_files import PARTS

    if kept is None or Path(kept).suffix.lower() in PARTS:
        return "More: {things}all tables and sources: add --full, or --out FOLDER to keep them."
    return (
        "More: {things}all tables and sources are in "
        + kept.replace("{", "{{").replace("}", "}}")
        + ", or add --full."
    )

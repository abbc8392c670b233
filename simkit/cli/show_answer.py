"""Prints an answer and writes its files, in the same way for every command."""

from __future__ import annotations

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


def show(answer: Answer, out: str | None, output_format: Format) -> None:
    """Write an answer to ``out`` if it is given, print it to stdout, and name its files on stderr."""
    messages: list[str] = []
    if out is not None:
        from simkit.common.atomic_files import existing_files, written_message

        before = existing_files(out)
        messages = [written_message(file, before) for file in answer.save(out)]
    print_answer(answer, output_format)
    for message in messages:
        notify(message)


def print_answer(answer: Answer, output_format: Format) -> None:
    """Print an answer to stdout, as text or as data."""
    if output_format is Format.json:
        from simkit.common.json_data import json_text

        emit(json_text(answer.to_dict()))
    else:
        from simkit.output.render.terminal import render

        say(render(answer.report()))

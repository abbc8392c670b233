"""Prints an answer and writes its files, in the same way for every command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simkit.cli.options import AnswerOptions, Format
from simkit.cli.terminal import emit, notify, say

if TYPE_CHECKING:
    from simkit.output.render.terminal import Frames
    from simkit.output.report.blocks import Report

__all__ = ["check_destination", "deliver", "show"]


def check_destination(out: str | None) -> None:
    """Check that ``--out`` can be written, before anything is simulated. Raises OutputError."""
    if out is not None:
        from simkit.common.atomic_files import destination

        destination(out)


def show(
    report: Report,
    full_report: Callable[[], Report],
    data: Mapping[str, Any],
    tables: Callable[[], Frames],
    options: AnswerOptions,
) -> None:
    """Write an answer's report, data and tables to ``--out``, and print the report or the data.

    ``full_report`` is the report with its figures, which only files show.
    """
    from simkit.common.json_data import json_text
    from simkit.output.render.terminal import render, save_answer

    deliver(
        options.out,
        options.format,
        save=lambda out: save_answer(full_report(), data, tables(), out),
        data=lambda: json_text(data),
        text=lambda: say(render(report)),
    )


def deliver(
    out: str | Path | None,
    output_format: Format,
    *,
    save: Callable[[str | Path], Iterable[Path]],
    data: Callable[[], str],
    text: Callable[[], None],
) -> None:
    """Write the files to ``out`` if it is given, print text or data to stdout, name the files on stderr.

    ``save`` writes the files and gives their paths; ``data`` gives JSON; ``text`` prints.
    """
    messages: list[str] = []
    if out is not None:
        from simkit.common.atomic_files import existing_files, written_message

        before = existing_files(out)
        messages = [written_message(file, before) for file in save(out)]
    if output_format is Format.json:
        emit(data())
    else:
        text()
    for message in messages:
        notify(message)

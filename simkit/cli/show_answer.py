"""Showing and writing an answer, as all commands that answer questions do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from simkit.cli.options import Format
from simkit.cli.terminal import complain, emit, say

if TYPE_CHECKING:
    from simkit.output.render.terminal import Frames
    from simkit.output.report.blocks import Report

__all__ = ["looked_at", "show"]


def looked_at(out: str | None) -> None:
    """Look whether ``--out`` can be written, before anything is simulated. Raises OutputError."""
    if out is not None:
        from simkit.common.atomic_files import destination

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
    from simkit.common.atomic_files import existing_files, written_message
    from simkit.common.json_data import json_text
    from simkit.output.render.terminal import render, save_answer

    before = frozenset() if out is None else existing_files(out)
    written = () if out is None else save_answer(full(), plain, tables(), out)
    if output is Format.json:
        emit(json_text(plain))
    else:
        say(render(words))
    for file in written:
        complain(written_message(file, before))

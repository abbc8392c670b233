"""How a report is displayed in a notebook and when it is printed."""

from __future__ import annotations

import io
from shutil import get_terminal_size
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simkit.output.report.blocks import Report

_WIDTH = 110  # characters at most: longer lines of text are hard to read


def html_of(report: Report) -> str:
    """The report as a piece of HTML without scripts or anything from outside; all text is escaped."""
    from simkit.output.render.html import report_html

    return report_html(report)


def text_of(report: Report) -> str:
    """The report as plain text, no wider than the terminal."""
    from rich.console import Console

    from simkit.output.render.terminal import render

    buffer = io.StringIO()
    width = min(_WIDTH, get_terminal_size((_WIDTH, 0)).columns)
    console = Console(file=buffer, width=width, highlight=False, no_color=True, force_terminal=False)
    console.print(render(report))
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines())

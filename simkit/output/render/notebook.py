"""How an answer is displayed in a notebook and in a terminal, in the forms that the registry names."""

from __future__ import annotations

import io
from shutil import get_terminal_size

from simkit.output.answers.registry import form

__all__ = ["html_of", "text_of"]

_WIDTH = 110  # characters at most: longer lines of text are hard to read


def html_of(value: object) -> str:
    """The value as a piece of HTML without scripts or anything from outside; all text is escaped."""
    from simkit.output.render.html import report_html, rich_html

    if (html := form(value, "html")) is not None:
        return str(html)
    if (report := form(value, "report")) is not None:
        return report_html(report)
    return rich_html(form(value, "text"))


def text_of(value: object) -> str:
    """The value as plain text, no wider than the terminal."""
    from rich.console import Console

    if (report := form(value, "report")) is None:
        printable = form(value, "text")
    else:
        from simkit.output.render.terminal import render

        printable = render(report)
    buffer = io.StringIO()
    width = min(_WIDTH, get_terminal_size((_WIDTH, 0)).columns)
    console = Console(file=buffer, width=width, highlight=False, no_color=True, force_terminal=False)
    console.print(printable)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines())

"""How each value shows itself in a notebook and a terminal: which function makes it, found when asked."""

from __future__ import annotations

import io
from collections.abc import Mapping
from importlib import import_module
from shutil import get_terminal_size
from typing import Any

__all__ = ["html_of", "text_of"]

_HTML: Mapping[str, tuple[str, str]] = {
    "Difference": ("answers.framework_html", "difference_html"),
    "Framework": ("answers.framework_html", "framework_html"),
    "Problems": ("answers.framework_html", "problems_html"),
    "Result": ("answers.result.html", "html"),
}
"""Module and function that give a piece of HTML, by the name of the type."""

_TEXT: Mapping[str, tuple[str, str]] = {
    "Backtest": ("answers.projection", "backtest_text"),
    "Calibration": ("answers.calibration", "render"),
    "Framework": ("answers.framework", "overview"),
    "Projections": ("answers.projection", "projections_text"),
    "Result": ("answers.result.terminal", "render"),
    "Return": ("answers.own_return_text", "render_return"),
}
"""The same for something that rich can print, from which HTML is made too where there is no other."""

_REPORTS: Mapping[str, tuple[str, str]] = {
    "Comparison": ("answers.comparison.report", "report_of_comparison"),
    "Neighbourhood": ("answers.neighbours", "report_of_neighbours"),
    "Results": ("answers.sweep", "report_of_sweep"),
    "Sensitivity": ("answers.sensitivity", "report_of_sensitivity"),
    "Staffed": ("answers.staff", "report_of_staffed"),
}
"""The same for the report of an answer, from which both are made."""

_WIDTH = 110  # characters at most: longer lines of text are hard to read


def html_of(value: object) -> str:
    """The value as a piece of HTML without scripts or anything from outside; all text is escaped."""
    name = type(value).__name__
    if name in _REPORTS:
        from simkit.output.render.html import report_html

        return report_html(_made(_REPORTS[name], value))
    if name in _HTML:
        html: str = _made(_HTML[name], value)
        return html
    from simkit.output.render.rich_html import rich_html

    return rich_html(_made(_TEXT[name], value))


def text_of(value: object) -> str:
    """The value as plain text, no wider than the terminal."""
    from rich.console import Console

    name = type(value).__name__
    if name in _REPORTS:
        from simkit.output.render.terminal import render

        printable: Any = render(_made(_REPORTS[name], value))
    else:
        printable = _made(_TEXT[name], value)
    page = io.StringIO()
    width = min(_WIDTH, get_terminal_size((_WIDTH, 0)).columns)
    console = Console(file=page, width=width, highlight=False, no_color=True, force_terminal=False)
    console.print(printable)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())


def _made(where: tuple[str, str], value: object) -> Any:
    home, function = where
    return getattr(import_module(f"simkit.output.{home}"), function)(value)

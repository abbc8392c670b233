"""How each value shows itself in a notebook and a terminal: which function makes it, found when asked."""

from __future__ import annotations

import io
from collections.abc import Mapping
from importlib import import_module
from typing import Any

__all__ = ["html_of", "text_of"]

_HTML: Mapping[str, tuple[str, str]] = {
    "Difference": ("framework_html", "difference_html"),
    "Framework": ("framework_html", "framework_html"),
    "Problems": ("framework_html", "problems_html"),
    "Result": ("html", "html"),
}
"""Module and function that give a piece of HTML, by the name of the type."""

_TEXT: Mapping[str, tuple[str, str]] = {
    "Framework": ("framework_text", "overview"),
    "Result": ("text", "render"),
}
"""The same for something that rich can print."""

_REPORTS: Mapping[str, tuple[str, str]] = {
    "Comparison": ("compare_report", "report_of_comparison"),
    "Neighbourhood": ("neighbours", "report_of_neighbours"),
    "Results": ("sweep_report", "report_of_sweep"),
    "Sensitivity": ("sensitivity_report", "report_of_sensitivity"),
    "Staffed": ("staff_report", "report_of_staffed"),
}
"""The same for the report of an answer, from which both are made."""

_WIDTH = 110


def html_of(value: object) -> str:
    """The value as a piece of HTML without scripts or anything from outside; all text is escaped."""
    name = type(value).__name__
    if name in _REPORTS:
        from simkit.output.html_blocks import report_html

        return report_html(_made(_REPORTS[name], value))
    html: str = _made(_HTML[name], value)
    return html


def text_of(value: object) -> str:
    """The value as plain text, as wide as most terminals."""
    from rich.console import Console

    name = type(value).__name__
    if name in _REPORTS:
        from simkit.output.answer import render

        printable: Any = render(_made(_REPORTS[name], value))
    else:
        printable = _made(_TEXT[name], value)
    page = io.StringIO()
    console = Console(file=page, width=_WIDTH, highlight=False, no_color=True, force_terminal=False)
    console.print(printable)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())


def _made(where: tuple[str, str], value: object) -> Any:
    home, function = where
    return getattr(import_module(f"simkit.output.{home}"), function)(value)

"""A report as one HTML file that needs nothing else: no script, no network, figures in it as images."""

from __future__ import annotations

import re

from simkit.common.paths import PACKAGE
from simkit.output.render.html import leads_to_web, svg_address
from simkit.output.render.stylesheet import stylesheet
from simkit.output.report.blocks import Report

__all__ = ["page"]

_TEMPLATES = PACKAGE / "output" / "templates" / "report"
_INTERVAL = re.compile(r"\([-+]?[\d.,]+%? to [-+]?[\d.,]+%?\)")


def page(report: Report) -> str:
    """The whole page. Raises MissingPackageError where jinja2 is not installed."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        from simkit.output.document.html import MissingPackageError

        raise MissingPackageError from error
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals |= {
        "kind": lambda block: type(block).__name__,
        "data_uri": svg_address,
        "kept": _unbroken,
        "linked": leads_to_web,
        "id_of": {id(section): f"section-{n}" for n, section in enumerate(report.sections, 1)}.get,
        "identity": id,
    }
    css = stylesheet("report")
    template = environment.get_template("page.html.jinja")
    return template.render(report=report, css=Markup(css)) + "\n"


def _unbroken(text: str) -> str:
    """Intervals in brackets with no-break spaces."""
    return _INTERVAL.sub(lambda match: match[0].replace(" ", "\N{NO-BREAK SPACE}"), text)

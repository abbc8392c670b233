"""A report as one HTML file that needs nothing else: no script, no network, figures in it as images."""

from __future__ import annotations

from simkit.output.render.html import data_address
from simkit.output.render.templates import stylesheet, template
from simkit.output.report.blocks import Picture, Report


def page(report: Report) -> str:
    """The whole page. Raises MissingPackageError where jinja2 is not installed."""
    laid_out = template(
        "report",
        "page.html.jinja",
        data_uri=lambda svg: data_address(svg, "svg+xml"),
        is_picture=lambda block: isinstance(block, Picture),
        id_of={id(section): f"section-{n}" for n, section in enumerate(report.sections, 1)}.get,
        identity=id,
    )
    from markupsafe import Markup

    return laid_out.render(report=report, css=Markup(stylesheet("report"))) + "\n"

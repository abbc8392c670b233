"""A figure in a report: drawn twice, for a page and for a telephone."""

from __future__ import annotations

from matplotlib.figure import Figure

from simkit.output.figures import described, image, narrowed
from simkit.output.report.blocks import Picture

__all__ = ["picture"]


def picture(name: str, title: str, figure: Figure) -> Picture:
    """The figure with its text alternative; ``name`` is that of its files without the ending."""
    alt = described(figure)
    return Picture(name, title, alt, image(figure, "svg", alt), image(narrowed(figure), "svg", alt))

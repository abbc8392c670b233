"""Figures: each a function from a result to a matplotlib ``Figure``, with its text alternative.

No figure touches pyplot, so nothing opens a window and nothing is left behind.
"""

from simkit.output.figures.durations import durations, durations_alt
from simkit.output.figures.style import image

__all__ = ["durations", "durations_alt", "image"]

"""Figures: each a function from plain values to a matplotlib ``Figure``, with its text alternative.

No figure touches pyplot, so nothing opens a window and nothing is left behind.
"""

from simkit.output.figures.causes import where_time_went, where_time_went_alt
from simkit.output.figures.curves import (
    staffing_curve,
    staffing_curve_alt,
    unknown_range,
    unknown_range_alt,
)
from simkit.output.figures.differences import differences, differences_alt
from simkit.output.figures.drift import drift, drift_alt
from simkit.output.figures.durations import durations, durations_alt
from simkit.output.figures.fits import fits, fits_alt
from simkit.output.figures.sensitivity import sensitivity, sensitivity_alt
from simkit.output.figures.style import image
from simkit.output.figures.survival import survival, survival_alt
from simkit.output.figures.tile_map import tile_map, tile_map_alt
from simkit.output.figures.values import Caption, Fit, Line, Span, Swing, caption
from simkit.output.figures.weekly import open_by_week, open_by_week_alt

__all__ = [
    "Caption",
    "Fit",
    "Line",
    "Span",
    "Swing",
    "caption",
    "differences",
    "differences_alt",
    "drift",
    "drift_alt",
    "durations",
    "durations_alt",
    "fits",
    "fits_alt",
    "image",
    "open_by_week",
    "open_by_week_alt",
    "sensitivity",
    "sensitivity_alt",
    "staffing_curve",
    "staffing_curve_alt",
    "survival",
    "survival_alt",
    "tile_map",
    "tile_map_alt",
    "unknown_range",
    "unknown_range_alt",
    "where_time_went",
    "where_time_went_alt",
]

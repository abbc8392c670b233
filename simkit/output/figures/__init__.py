"""Figures: each a function from plain values to a matplotlib ``Figure``, with its text alternative.

No figure touches pyplot, so nothing opens a window and nothing is left behind. Each knows its text
alternative (``described``) and shows itself in a notebook.
"""

from simkit.output.figures.alternative import described, drawn_into, in_words, narrowed
from simkit.output.figures.bars import bars, bars_alt
from simkit.output.figures.causes import where_time_went, where_time_went_alt
from simkit.output.figures.clocks import exempt_band, exempt_band_alt, local_clocks, local_clocks_alt
from simkit.output.figures.curves import staffing_curve, staffing_curve_alt, unknown_range, unknown_range_alt
from simkit.output.figures.differences import differences, differences_alt
from simkit.output.figures.dots import dots, dots_alt
from simkit.output.figures.drift import drift, drift_alt
from simkit.output.figures.durations import durations, durations_alt
from simkit.output.figures.evidence import (
    correlations,
    correlations_alt,
    pile_spread,
    pile_spread_alt,
    staff_and_timeliness,
    staff_and_timeliness_alt,
)
from simkit.output.figures.fits import fits, fits_alt
from simkit.output.figures.sensitivity import sensitivity, sensitivity_alt
from simkit.output.figures.style import NARROW, WIDE, Paper, image
from simkit.output.figures.survey import survey_alt, survey_figure
from simkit.output.figures.survival import survival, survival_alt
from simkit.output.figures.tile_map import tile_map, tile_map_alt
from simkit.output.figures.values import NOT_SETTLED, Caption, Fit, Line, Span, Swing, caption
from simkit.output.figures.weekly import open_by_week, open_by_week_alt

__all__ = [
    "NARROW",
    "NOT_SETTLED",
    "WIDE",
    "Caption",
    "Fit",
    "Line",
    "Paper",
    "Span",
    "Swing",
    "bars",
    "bars_alt",
    "caption",
    "correlations",
    "correlations_alt",
    "described",
    "differences",
    "differences_alt",
    "dots",
    "dots_alt",
    "drawn_into",
    "drift",
    "drift_alt",
    "durations",
    "durations_alt",
    "exempt_band",
    "exempt_band_alt",
    "fits",
    "fits_alt",
    "image",
    "in_words",
    "local_clocks",
    "local_clocks_alt",
    "narrowed",
    "open_by_week",
    "open_by_week_alt",
    "pile_spread",
    "pile_spread_alt",
    "sensitivity",
    "sensitivity_alt",
    "staff_and_timeliness",
    "staff_and_timeliness_alt",
    "staffing_curve",
    "staffing_curve_alt",
    "survey_alt",
    "survey_figure",
    "survival",
    "survival_alt",
    "tile_map",
    "tile_map_alt",
    "unknown_range",
    "unknown_range_alt",
    "where_time_went",
    "where_time_went_alt",
]

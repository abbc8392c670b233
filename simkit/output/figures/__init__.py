"""Figures: each a function from plain values to a matplotlib ``Figure``, with its text alternative.

No figure touches pyplot, so nothing opens a window and nothing is left behind. Each knows its text
alternative (``described``) and shows itself in a notebook.
"""

from simkit.output.figures.bars import bars as _bars
from simkit.output.figures.bars import bars_alt
from simkit.output.figures.causes import where_time_went as _where_time_went
from simkit.output.figures.causes import where_time_went_alt
from simkit.output.figures.clocks import exempt_band as _exempt_band
from simkit.output.figures.clocks import exempt_band_alt, local_clocks_alt
from simkit.output.figures.clocks import local_clocks as _local_clocks
from simkit.output.figures.curves import (
    staffing_curve as _staffing_curve,
)
from simkit.output.figures.curves import (
    staffing_curve_alt,
    unknown_range_alt,
)
from simkit.output.figures.curves import (
    unknown_range as _unknown_range,
)
from simkit.output.figures.differences import differences as _differences
from simkit.output.figures.differences import differences_alt
from simkit.output.figures.drift import drift as _drift
from simkit.output.figures.drift import drift_alt
from simkit.output.figures.durations import durations as _durations
from simkit.output.figures.durations import durations_alt
from simkit.output.figures.evidence import (
    correlations as _correlations,
)
from simkit.output.figures.evidence import (
    correlations_alt,
    pile_spread_alt,
    staff_and_timeliness_alt,
)
from simkit.output.figures.evidence import (
    pile_spread as _pile_spread,
)
from simkit.output.figures.evidence import (
    staff_and_timeliness as _staff_and_timeliness,
)
from simkit.output.figures.fits import fits as _fits
from simkit.output.figures.fits import fits_alt
from simkit.output.figures.sensitivity import sensitivity as _sensitivity
from simkit.output.figures.sensitivity import sensitivity_alt
from simkit.output.figures.style import NARROW, WIDE, Paper, described, image, narrowed, worded
from simkit.output.figures.survey import survey_alt
from simkit.output.figures.survey import survey_figure as _survey_figure
from simkit.output.figures.survival import survival as _survival
from simkit.output.figures.survival import survival_alt
from simkit.output.figures.tile_map import tile_map as _tile_map
from simkit.output.figures.tile_map import tile_map_alt
from simkit.output.figures.values import Caption, Fit, Line, Span, Swing, caption
from simkit.output.figures.weekly import open_by_week as _open_by_week
from simkit.output.figures.weekly import open_by_week_alt

__all__ = [
    "NARROW",
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
    "drift",
    "drift_alt",
    "durations",
    "durations_alt",
    "exempt_band",
    "exempt_band_alt",
    "fits",
    "fits_alt",
    "image",
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

bars = worded(_bars, bars_alt)
correlations = worded(_correlations, correlations_alt)
differences = worded(_differences, differences_alt)
drift = worded(_drift, drift_alt)
durations = worded(_durations, durations_alt)
fits = worded(_fits, fits_alt)
open_by_week = worded(_open_by_week, open_by_week_alt)
pile_spread = worded(_pile_spread, pile_spread_alt)
sensitivity = worded(_sensitivity, sensitivity_alt)
staff_and_timeliness = worded(_staff_and_timeliness, staff_and_timeliness_alt)
staffing_curve = worded(_staffing_curve, staffing_curve_alt)
survey_figure = worded(_survey_figure, survey_alt)
survival = worded(_survival, survival_alt)
tile_map = worded(_tile_map, tile_map_alt)
unknown_range = worded(_unknown_range, unknown_range_alt)
where_time_went = worded(_where_time_went, where_time_went_alt)
exempt_band = worded(_exempt_band, exempt_band_alt)
local_clocks = worded(_local_clocks, local_clocks_alt)

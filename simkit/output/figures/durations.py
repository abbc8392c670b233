"""How long assessments take: shares of the published bands as areas over days, simulated and published."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simkit.data import PublishedBands
from simkit.model.measures.measures import LIMIT_DAYS
from simkit.output.answers.result.published import durations_from, own_bands
from simkit.output.answers.wording import has_interval, year_words
from simkit.output.figures.about import foot, last_day, last_day_note, subtitle
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import CLEAR, TEXT, WIDE, Paper, legend, sheet, tidy
from simkit.output.look import FILL, INK, LOCAL, NATIONAL_EDGE
from simkit.study.result import Result

_LABELS = ("same day", "1-10", "11-20", "21-30", "31-40", "41-45", "46-50", "51-60", "61 or more")
_EDGES = np.array(
    [0, 1, 11, 21, 31, 41, 46, 51, 61, 81.0]
)  # of the bands; the last has no end and gets 20 days
_DAYS = np.diff(_EDGES)
_POINTS = 72  # to an inch
_PILE, _BEFORE = 5, 4  # the bands of 41 to 45 days and of 31 to 40


def durations_alt(result: Result) -> str:
    """The figure in one line."""
    published = own_bands(result)
    shares = published.shares if published is not None else (None,) * len(result.bands)
    whose, beside, parts = durations_from(result).lower(), "", []
    if published is not None:
        if _area(result, published):
            whose += f" for {published.name}"
        beside = f" (in brackets: {whose}, {year_words(published.year)})"
    for label, band, share in zip(_LABELS, result.bands.values(), shares, strict=True):
        published_words = f" ({whose} {100 * share:.1f}%)" if share is not None else ""
        value = "no value" if math.isnan(band.value) else f"{band.value:.1f}%"
        parts.append(f"{label}: {value}{published_words}")
    heading = f"Share of assessments by working days, simulated{beside}"
    return f"{_title(result)}. {heading}: {'; '.join(parts)}."


@with_alt(durations_alt)
def durations(result: Result, *, paper: Paper = WIDE) -> Figure:
    """Completed assessments by duration: days to scale, and each band's share as its area.

    Filled: simulated, with 95% intervals; outline: published.
    """
    published = own_bands(result)
    shown = "simulated" if published is None else "simulated and published"
    figure, axes = sheet(
        _title(result),
        subtitle(result, f"Completed assessments by working days, {shown}; areas are shares"),
        foot(result, *_missing(result, published), *last_day_note(result)),
        "Working days from the start of the assessment to its authorisation",
        paper=paper,
        labels=0.46,
    )
    simulated = list(result.bands.values())
    values = np.nan_to_num([band.value for band in simulated])
    low, high = (np.array([getattr(band, end) for band in simulated]) for end in ("low", "high"))
    known = np.array([has_interval(band) for band in simulated]) & (values > 0)
    axes.bar(
        _EDGES[:-1],
        values / _DAYS,
        _DAYS,
        align="edge",
        color=FILL,
        edgecolor="white",
        linewidth=0.8,
        label="Simulated share, with 95% interval" if known.any() else "Simulated share",
    )
    middles = _EDGES[:-1] + _DAYS / 2
    axes.vlines(
        middles[known], low[known] / _DAYS[known], high[known] / _DAYS[known], color=LOCAL, linewidth=1.2
    )
    tops = [*(values / _DAYS), *(high / _DAYS)[known]]
    drawn = [values, *(np.where(known, end, np.nan) for end in (low, high))]
    if published is not None:
        shares = np.array([100 * (share or 0.0) for share in published.shares])
        axes.stairs(
            shares / _DAYS,
            _EDGES,
            baseline=0,
            color=INK,
            linewidth=1.6,
            label=f"{durations_from(result)}, {_area(result, published)}{year_words(published.year)}",
        )
        tops += list(shares / _DAYS)
        drawn.append(shares)
    top = max([*tops, 0.5])
    _day_45(axes, result, top)
    _numbers(axes, tuple(drawn), paper)
    axes.set_ylabel("% of assessments a day", fontsize=TEXT)
    tidy(axes)
    axes.set_xlim(-0.5, _EDGES[-1])
    days = (0, 10, 20, 30, 40, LIMIT_DAYS, 50, 60)
    axes.set_xticks([*days, 71], [*(str(day) for day in days), "61 or more"])
    if paper.panels == 1:
        axes.set_xticks([0, 20, 30, LIMIT_DAYS, 60, 71], ["0", "20", "30", str(LIMIT_DAYS), "60", "more"])
    legend(axes)
    return figure


def _numbers(axes: Axes, drawn: tuple[np.ndarray, ...], paper: Paper) -> None:
    """The simulated share of each band that is wide enough, on no line of those ``drawn``.

    It stands in its own area, below every line; over all of them where the area has no room. ``drawn``: the
    simulated shares, then the others that have a line, NaN where there is none.
    """
    letter = TEXT / _POINTS * axes.get_ylim()[1] / _inches_high(axes)  # its height, on the axis
    for value, start, days, lines in zip(drawn[0], _EDGES[:-1], _DAYS, np.transpose(drawn), strict=True):
        if days * paper.width > 30 and value >= 0.05:
            fits = np.nanmin(lines) / days > 2 * letter
            axes.text(
                start + days / 2,
                0.5 * letter if fits else np.nanmax(lines) / days + 0.3 * letter,
                f"{value:.0f}%" if value >= 1 else "<1%",
                ha="center", va="bottom", fontsize=TEXT, color=LOCAL, zorder=5,
                **({} if fits else {"bbox": {**CLEAR, "pad": 0.5}}),
            )  # fmt: skip


def _inches_high(axes: Axes) -> float:
    return float(axes.get_position().height * axes.get_figure().get_figheight())  # type: ignore[union-attr]


def _title(result: Result) -> str:
    pile, before = (list(result.bands.values())[band].value for band in (_PILE, _BEFORE))
    name = result.experiment.profile.name
    if math.isnan(pile) or math.isnan(before):
        return f"{name}: no assessment was completed"
    late, early = (round(share / _DAYS[band], 1) for share, band in ((pile, _PILE), (before, _BEFORE)))
    before_words = f"{'up from' if late > early else 'against'} {early:.1f}% on days 31 to 40"
    return f"{name}: {late:.1f}% of simulated assessments end on each of days 41 to 45, {before_words}"


def _area(result: Result, published: PublishedBands) -> str:
    """The area of the published bands, where it is another authority or England."""
    return "" if published.area == result.experiment.profile.la_code != "england" else f"{published.name}, "


def _day_45(axes: Axes, result: Result, top: float) -> None:
    limit = result.experiment.framework.timescales.get("assessment")
    has = limit is not None and limit.amount is not None
    axes.axvline(last_day(result) + 1, color=NATIONAL_EDGE, linewidth=1.6, ymax=0.9, zorder=4)
    axes.set_ylim(0, 1.3 * top)
    axes.text(
        LIMIT_DAYS + 1.8,
        0.985,
        f"day {LIMIT_DAYS}:\n{'national limit' if has else 'no limit'}",
        transform=axes.get_xaxis_transform(),
        fontsize=TEXT,
        va="top",
        bbox=CLEAR,
    )


def _missing(result: Result, published: PublishedBands | None) -> tuple[str, ...]:
    if published is None:
        return ("Published bands: not published in full for this authority and year, so not shown.",)
    return ()

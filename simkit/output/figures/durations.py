"""Duration bands, simulated and published."""

from __future__ import annotations

import math
from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simkit.data import PublishedBands
from simkit.model.measures.measures import LIMIT_DAYS
from simkit.output.answers.result.published import from_own_return, own_bands
from simkit.output.answers.wording import year_words
from simkit.output.figures.about import foot, subtitle
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import BLACK, BLUE, CLEAR, ORANGE, WIDE, Paper, legend, sheet, tidy
from simkit.study.result import Result

_LABELS = ("same\nday", "1-10", "11-20", "21-30", "31-40", "41-45", "46-50", "51-60", "61 or\nmore")
_LIMIT_CHARACTERS = 36
_AFTER = 5.5  # the limit is between the sixth and seventh band


def durations_alt(result: Result) -> str:
    """The figure in one line."""
    published = own_bands(result)
    shares = published.shares if published is not None else (None,) * len(result.bands)
    whose, parts = _whose(result).lower(), []
    if published is not None and _area(result, published):
        whose += f" for {published.name}"
    for label, band, share in zip(_LABELS, result.bands.values(), shares, strict=True):
        published_words = f" ({whose} {100 * share:.1f}%)" if share is not None else ""
        value = "no value" if math.isnan(band.value) else f"{band.value:.1f}%"
        parts.append(f"{label.replace(chr(10), ' ')}: {value}{published_words}")
    return f"{_title(result)}. Share of assessments by working days, simulated: " + "; ".join(parts) + "."


@with_alt(durations_alt)
def durations(result: Result, *, paper: Paper = WIDE) -> Figure:
    """Share of completed assessments in each published band, with 95% intervals, and the published shares."""
    published = own_bands(result)
    labels = _LABELS if paper.panels > 1 else _stacked(_LABELS)
    figure, axes = sheet(
        _title(result),
        subtitle(result),
        foot(result, _source(result)),
        "Working days from the start of the assessment to its authorisation",
        paper=paper,
        labels=0.3 + 0.14 * max(label.count("\n") + 1 for label in labels),
    )
    simulated = list(result.bands.values())
    values = np.array([band.value for band in simulated])
    has_value = ~np.isnan(values)
    below = np.array([band.value - band.low for band in simulated])
    above = np.array([band.high - band.value for band in simulated])
    with_interval = has_value & ~np.isnan(below) & (values > 0)
    place, width = np.arange(len(values)), 0.4 if published else 0.7
    shift = width / 2 if published else 0.0
    axes.bar(
        (place - shift)[has_value],
        values[has_value],
        width,
        color=BLUE,
        edgecolor=BLACK,
        linewidth=0.6,
        label="Simulated, with 95% interval" if with_interval.any() else "Simulated",
    )
    axes.errorbar(
        (place - shift)[with_interval],
        values[with_interval],
        [below[with_interval], above[with_interval]],
        fmt="none",
        ecolor=BLACK,
        capsize=3,
    )
    tops = list(np.where(with_interval, values + above, np.nan_to_num(values)))
    if published is not None:
        shares = np.array([100 * (share or 0.0) for share in published.shares])
        axes.bar(
            place + shift,
            shares,
            width,
            color=ORANGE,
            edgecolor=BLACK,
            linewidth=0.6,
            hatch="///",
            label=f"{_whose(result)}, {_area(result, published)}{year_words(published.year)}",
        )
        tops += list(shares)
    axes.set_xticks(np.arange(len(labels)), labels)
    _axes(axes, max([*tops, 5.0]), wrap(_limit_words(result), paper.fits(_LIMIT_CHARACTERS)))
    return figure


def _title(result: Result) -> str:
    return f"How long assessments take: {result.experiment.profile.name}"


def _whose(result: Result) -> str:
    return "Own return" if from_own_return(result) else "Published"


def _area(result: Result, published: PublishedBands) -> str:
    """The area of the published bands, where it is another authority or England."""
    return "" if published.area == result.experiment.profile.la_code != "england" else f"{published.name}, "


def _limit_words(result: Result) -> str:
    limit = result.experiment.framework.timescales.get("assessment")
    if limit is None or limit.amount is None:
        return f"no limit at {LIMIT_DAYS} working days"
    return f"{LIMIT_DAYS} working days, the national limit"


def _stacked(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The labels one word a line, where there is little room."""
    return tuple(label.replace("-", "-\n").replace(" ", "\n") for label in labels)


def _axes(axes: Axes, top: float, limit: list[str]) -> None:
    axes.axvline(_AFTER, color=BLACK, linestyle="--", linewidth=1.2)
    axes.set_ylim(0, top * (1.08 + 0.08 * len(limit)))
    axes.text(
        _AFTER - 0.08,
        0.985,
        "\n".join(limit),
        transform=axes.get_xaxis_transform(),
        fontsize=8,
        va="top",
        ha="right",
        bbox=CLEAR,
    )
    axes.set_xlim(-0.6, len(_LABELS) - 0.4)
    axes.set_ylabel("Share of completed assessments, %", fontsize=9)
    tidy(axes)
    legend(axes)


def _source(result: Result) -> str:
    if own_bands(result) is None:
        return "Published bands: not published in full for this authority and year, so not shown."
    if from_own_return(result):
        return "Own return: durations of the authority's own data, as given."
    return "Published: Children in need, table C2, Department for Education (Open Government Licence v3.0)."

"""The bar chart of a table."""

from __future__ import annotations

import math
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import TEXT, WIDE, Paper, legend, sheet, tidy
from simkit.output.figures.values import Caption
from simkit.output.look import INK, LOCAL, NATIONAL, NATIONAL_EDGE, SOFT

if TYPE_CHECKING:
    import pandas as pd

_LOOKS = ((LOCAL, LOCAL), (NATIONAL, NATIONAL_EDGE))
_LEFT, _NAME_CHARACTERS = 0.36, 34  # of the width, for names; on wide paper
_BAR, _LINE, _BETWEEN = 0.19, 0.16, 0.1  # inches: height of a bar, of a line of a name, from row to row


def bars_alt(table: pd.DataFrame, measured: str, caption: Caption) -> str:
    """The figure in one line."""
    rows = (
        f"{name}: {', '.join(_words(value, column, table) for column, value in row.items())}"
        for name, row in table.astype(float).iterrows()
    )
    return f"{caption.title}. {measured}. {'; '.join(rows)}."


@with_alt(bars_alt)
def bars(table: pd.DataFrame, measured: str, caption: Caption, *, paper: Paper = WIDE) -> Figure:
    """The one or two columns of a table as bars, a row of the table for each name, from the top down.

    ``measured`` says what is counted and in which unit. What has no value has no bar and says so.
    Raises ValueError for a table without rows or with another number of columns.
    """
    if len(table) == 0 or len(table.columns) not in (1, 2):
        raise ValueError(f"Bars show one or two columns and at least one row, not {table.shape}.")
    names = [wrap(str(name), paper.fits(_NAME_CHARACTERS)) for name in table.index]
    heights = [_BETWEEN + max(_BAR * len(table.columns), _LINE * len(lines)) for lines in names]
    places = np.cumsum(heights) - np.array(heights) / 2
    figure, axes = sheet(
        caption.title,
        caption.under,
        caption.foot,
        measured,
        paper=paper,
        plot=sum(heights),
        left=_LEFT * paper.width,
    )
    most = max([1e-9, *(value for value in table.to_numpy(dtype=float).ravel() if not math.isnan(value))])
    for number, column in enumerate(table.columns):
        fill, edge = _LOOKS[number]
        rows = places + (number - (len(table.columns) - 1) / 2) * _BAR
        values = table[column].to_numpy(dtype=float)
        known = ~np.isnan(values)
        axes.barh(
            rows[known], values[known], _BAR, color=fill, edgecolor=edge, linewidth=0.8, label=str(column)
        )
        for row, value in zip(rows, values, strict=True):
            words = (
                "no value" if math.isnan(value) else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
            )
            axes.text(
                0.01 * most + (0.0 if math.isnan(value) else max(value, 0.0)), row, words,
                va="center", fontsize=TEXT, color=SOFT if math.isnan(value) else INK,
                style="italic" if math.isnan(value) else "normal",
            )  # fmt: skip
    axes.set_xlim(min(0.0, 1.1 * np.nanmin([0.0, *table.to_numpy(dtype=float).ravel()])), 1.16 * most)
    axes.set_ylim(sum(heights), 0)
    axes.set_yticks(places, ["\n".join(lines) for lines in names])
    tidy(axes, "x")
    axes.tick_params(axis="y", length=0)
    if len(table.columns) > 1:
        legend(axes)
    return figure


def _words(value: float, column: object, table: pd.DataFrame) -> str:
    number = "no value" if math.isnan(value) else f"{value:.3g}"
    return number if len(table.columns) == 1 else f"{column} {number}"

"""The bar chart of a table."""

from __future__ import annotations

import math
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import BLACK, BLUE, ORANGE, WIDE, Paper, legend, sheet, tidy
from simkit.output.figures.values import Caption

if TYPE_CHECKING:
    import pandas as pd

_LOOKS = ((BLUE, ""), (ORANGE, "////"))
_LEFT, _NAME_CHARACTERS = 0.36, 36  # of the width, for names; on wide paper
_BAR, _LINE, _BETWEEN = 0.17, 0.15, 0.1  # inches: height of a bar, of a line of a name, from row to row


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

    ``measured`` says what is counted and in which unit. What has no value has no bar. Raises ValueError
    for a table without rows or with another number of columns.
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
    for number, column in enumerate(table.columns):
        colour, hatch = _LOOKS[number]
        shift = (number - (len(table.columns) - 1) / 2) * _BAR
        values = np.nan_to_num(table[column].to_numpy(dtype=float))
        axes.barh(
            places + shift,
            values,
            _BAR,
            color=colour,
            hatch=hatch,
            edgecolor=BLACK,
            linewidth=0.6,
            label=str(column),
        )
    axes.set_ylim(sum(heights), 0)
    axes.set_yticks(places, ["\n".join(lines) for lines in names])
    tidy(axes, "x")
    axes.tick_params(axis="y", length=0, labelsize=8.5)
    if len(table.columns) > 1:
        legend(axes)
    return figure


def _words(value: float, column: object, table: pd.DataFrame) -> str:
    number = "no value" if math.isnan(value) else f"{value:.3g}"
    return number if len(table.columns) == 1 else f"{column} {number}"

"""The survey as a figure: authorities down, commitments across, the number in the cell."""

from __future__ import annotations

import textwrap

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simkit.framework.vocabulary import NONE_SET, NOT_DECIDED
from simkit.output.answers.survey.finding import shown_columns
from simkit.output.answers.survey.survey import Survey
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import BLACK, Drawing

_FILL = "#CFE5F2"  # a light tint of the palette's blue, readable under black text in grey print
_CELL_WIDTH, _CELL_HEIGHT = 0.62, 0.27  # inches
_LEAST_LEFT, _RIGHT, _FOOT = 2.0, 1.0, 1.15
_LETTER = 0.073  # inches of a label at its left, for each letter
_HEAD_CHARACTERS = 46
_SHOWN = ("timescales", "reviews")


def survey_alt(survey: Survey) -> str:
    """The figure in words."""
    parts = []
    for number, column in enumerate(survey.columns):
        if column.group in _SHOWN:
            values = [
                f"{row.authority} ({row.status_words}) {row.cells[number].short}"
                for row in survey.rows
                if row.cells[number].known
            ]
            parts.append(f"{column.title}: {', '.join(values)}")
    return f"Local timescales and reviews, as far as known. {survey.headline()} " + "; ".join(parts) + "."


@with_alt(survey_alt)
def survey_figure(survey: Survey) -> Figure:
    """The authorities with the most common local commitments, by commitment. A dot means not known."""
    columns = [survey.columns.index(column) for column in shown_columns(survey)]
    rows = [row for row in survey.rows if any(row.cells[n].known for n in columns)]
    labels = [f"{row.authority} ({row.status_words})" for row in rows]
    left = max(_LEAST_LEFT, 0.2 + _LETTER * max(map(len, labels), default=0))
    heads = [textwrap.wrap(survey.columns[n].title, _HEAD_CHARACTERS) for n in columns]
    head = 0.2 + 0.052 * max((len(line) for lines in heads for line in lines), default=10)
    width = left + _RIGHT + _CELL_WIDTH * max(len(columns), 8)
    height = head + _FOOT + 0.45 + _CELL_HEIGHT * max(len(rows), 1)
    figure = Drawing(figsize=(width, height), dpi=150)
    FigureCanvasAgg(figure)
    figure.text(
        0.12 / width, 1 - 0.12 / height, "Local timescales and reviews, as far as known",
        fontsize=13, fontweight="bold", va="top",
    )  # fmt: skip
    below = _FOOT / height
    axes = figure.add_axes(
        (left / width, below, _CELL_WIDTH * len(columns) / width, _CELL_HEIGHT * len(rows) / height)
    )
    axes.set_xlim(0, max(len(columns), 1))
    axes.set_ylim(max(len(rows), 1), 0)
    for down, row in enumerate(rows):
        for across, number in enumerate(columns):
            cell = row.cells[number]
            middle = (across + 0.5, down + 0.5)
            if cell.known:
                axes.add_patch(
                    Rectangle((across, down), 1, 1, facecolor=_FILL, edgecolor=BLACK, linewidth=0.8, zorder=2)
                )
                size = 7.5 if len(cell.short) <= 8 else 6.2
                text = cell.short.replace(" / ", "\n")
                axes.text(*middle, text, ha="center", va="center", fontsize=size, zorder=3, linespacing=0.95)
            elif cell.text == NONE_SET:
                axes.text(*middle, "none", ha="center", va="center", fontsize=7, color="#333333")
            elif cell.text != NOT_DECIDED:
                axes.plot(*middle, marker=".", color="#767676", markersize=4)
    axes.set_yticks([n + 0.5 for n in range(len(rows))], labels, fontsize=8.5)
    axes.set_xticks(
        [n + 0.5 for n in range(len(columns))],
        ["\n".join(lines) for lines in heads],
        fontsize=8,
        rotation=60,
        ha="left",
        rotation_mode="anchor",
    )
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for edge in range(len(rows) + 1):
        axes.axhline(edge, color="#DDDDDD", linewidth=0.6, zorder=1)
    legend = (
        "wd working days, h hours, wk weeks, mth months, yr years. In brackets: an expectation, not a "
        "limit. words: set without a number. Dot: not known, which does not mean none."
    )
    lines = [*textwrap.wrap(survey.headline(), int(width * 14)), *textwrap.wrap(legend, int(width * 14))]
    rest = sum(column.group in _SHOWN for column in survey.columns) - len(columns)
    if rest:
        lines.append(f"Not shown: {rest} commitments that fewer authorities set.")
    if survey.counts()["drafts"]:
        lines.append("Blank: not yet decided.")
    if not survey.counts()["own"] and not survey.counts()["drafts"]:
        lines.append("Compiled from published sources; the authorities have neither written nor agreed it.")
    if not rows:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "No local timescale or review is known.", ha="center", fontsize=10)
    for number, line in enumerate(lines):
        figure.text(0.12 / width, (_FOOT - 0.22 - 0.17 * number) / height, line, fontsize=8, va="top")
    return figure

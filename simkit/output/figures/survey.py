"""The survey as a figure: commitments down, the authorities that set each number of days as circles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from simkit.output.answers.survey.survey import Survey
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import TEXT, WIDE, Paper, nothing, sheet, tidy, with_room
from simkit.output.look import LOCAL, NATIONAL_EDGE, UNDECIDED

_SHOWN = ("timescales", "reviews")
_MOST = 12  # rows
_LAST = 60  # working days; what is later is drawn at the end
_LEFT, _NARROW_LEFT, _LETTERS = 0.37, 0.48, 13.3  # of the width, for names; letters of an inch of it
_LINE, _LEAST = 0.165, 0.34  # inches of a line of a name, and of a row at least
_BESIDE = 0.85  # inches at the right
_OPEN = ("draft", "consultation")


@dataclass(frozen=True, slots=True)
class _Row:
    """One commitment: the authorities at each number of working days, those in words, and who has which."""

    title: str
    at: Counter[tuple[float, bool]]
    in_words: int
    authorities: int
    values: tuple[str, ...]
    nation: float | None

    @property
    def days(self) -> list[float]:
        """The numbers of days that somebody sets."""
        return sorted(day for day, _ in self.at)


def survey_alt(survey: Survey) -> str:
    """The figure in words."""
    parts = [f"{row.title}: {', '.join(row.values)}" for row in _rows(survey)]
    return f"{_title(survey)}. {survey.headline()} {'; '.join(parts)}."


@with_alt(survey_alt)
def survey_figure(survey: Survey, *, paper: Paper = WIDE) -> Figure:
    """What authorities set, as far as known: at each number of working days how many of them.

    The commitments that most authorities set; the foot says how many others there are.
    """
    rows = _rows(survey)
    most = sorted(rows, key=lambda row: -row.authorities)[:_MOST]
    shown, rest = [row for row in rows if row in most], len(rows) - len(most)
    wide = paper.panels > 1
    left = paper.width * (_LEFT if wide else _NARROW_LEFT)
    names = [wrap(row.title, int(_LETTERS * left)) for row in shown]
    heights = [max(_LEAST, _LINE * len(name) + 0.1) for name in names]
    figure, axes = sheet(
        _title(survey),
        "Local timescales and reviews, as far as known. A circle has the number of authorities with that "
        "value, a grey mark is the nation's; weeks and months at five working days a week",
        _foot(survey, rest),
        f"Working days ({_LAST}: {_LAST} or more)",
        paper=paper,
        plot=0.3 + sum(heights) if shown else 0.6,
        left=left,
    )
    if not shown:
        nothing(axes, "No local timescale or review is known.")
        return figure
    axes.set_xlim(-3, _LAST + 2)
    top = 0.3
    places = []
    for height in heights:
        places.append(top + height / 2)
        top += height
    axes.set_ylim(top, 0)
    tidy(axes, "x")
    beyond = _BESIDE if wide else 0.5
    with_room(axes, beyond)
    axes.set_xticks([0, 5, 10, 20, 30, 45, _LAST] if wide else [0, 20, 45, _LAST])
    axes.set_yticks(places, ["\n".join(name) for name in names])
    axes.tick_params(axis="y", length=0)
    beside = blended_transform_factory(axes.transAxes, axes.transData)
    axes.text(
        1.0, 0.14, "authorities" if wide else "all", transform=beside, ha="right", va="center", fontsize=TEXT
    )
    for row, place in zip(shown, places, strict=True):
        if row.nation is not None:
            x = min(row.nation, _LAST)
            axes.plot(
                [x], [place], marker="|", markersize=20, markeredgewidth=4, color=NATIONAL_EDGE, alpha=0.45
            )
        _circles(axes, row, place, paper.width - left - beyond)
        words = f"{row.authorities}{f', {row.in_words} in words' if row.in_words and wide else ''}"
        axes.text(1.0, place, words, transform=beside, ha="right", va="center", fontsize=TEXT)
    return figure


def _circles(axes: Axes, row: _Row, place: float, inches: float) -> None:
    """A circle for each day, with its number where more than one authority has it."""
    gap = 0.2 * (_LAST + 5) / inches  # days that a circle with a number takes
    last = -99.0
    for (day, open_), count in sorted(row.at.items()):
        x = min(day, float(_LAST))
        room = x - last > gap
        size = 6.0 if count == 1 else 7.0 if not room else 14.0 if count < 10 else 17.0
        colour = UNDECIDED if open_ else LOCAL
        axes.plot(
            [x], [place], marker="o", markersize=size, color=colour, linestyle="", zorder=3,
            markerfacecolor="white" if open_ else LOCAL, markeredgecolor=colour if open_ else "white",
        )  # fmt: skip
        if size > 7:
            ink = UNDECIDED if open_ else "white"
            axes.text(
                x, place, str(count), ha="center", va="center_baseline", fontsize=TEXT, color=ink, zorder=4
            )
            last = x
        else:
            last = max(last, x - gap / 2)


def _rows(survey: Survey) -> list[_Row]:
    """The commitments that anybody sets, in the order of the pathway."""
    rows = []
    for number, column in enumerate(survey.columns):
        if column.group not in _SHOWN:
            continue
        known = [(row, row.cells[number]) for row in survey.rows if row.cells[number].known]
        if known:
            at = Counter((day, row.status in _OPEN) for row, cell in known for day in cell.days)
            values = tuple(f"{row.authority} ({row.status_words}) {cell.short}" for row, cell in known)
            in_words = sum(not cell.days for _, cell in known)
            nation = next((cell.nation for _, cell in known if cell.nation is not None), None)
            rows.append(_Row(column.title, at, in_words, len(known), values, nation))
    return rows


def _title(survey: Survey) -> str:
    """The commitment in which authorities differ most, and how far."""
    rows = sorted(_rows(survey), key=lambda row: (-len(set(row.days)), -row.authorities))
    if not rows or not rows[0].at:
        return "No local number of days is known of any of these authorities"
    row = rows[0]
    low, high = row.days[0], row.days[-1]
    many = row.authorities - row.in_words
    whom = "1 authority says" if many == 1 else f"{many} authorities say"
    words = f"{high:g}" if low == high else f"{low:g} to {high:g}"
    return f"{row.title}: {whom} {words} working {'day' if low == high == 1 else 'days'}"


def _foot(survey: Survey, rest: int) -> Sequence[str]:
    counts = survey.counts()
    parts = ["Not known does not mean none."]
    if counts["drafts"]:
        parts.append("Hollow: drafts, not agreed.")
    if rest:
        parts.append(f"{rest} more timescales and reviews are in the table.")
    if not counts["own"] and not counts["drafts"]:
        parts.append("Compiled from published sources, neither written nor agreed by the authorities.")
    return parts

"""Published figures: staff and timeliness between authorities, and the pile before 45 days."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simkit.output.answers.wording import year_words
from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import TEXT, blank, legend, sheet, tidy
from simkit.output.look import FILL, INK, LOCAL, SERIES, SOFT
from simkit.study.evidence.evidence import Pile, piles
from simkit.study.evidence.exempt import EXEMPT
from simkit.study.evidence.explained import FACTORS, Correlation, explained, pairs

_SHOWN = ("caseload_per_fte", "vacancy_rate_fte")
_LABELS = ("Cases for each case holder", "Posts vacant, %")
_SOURCE = "Data: Department for Education, children in need and social work workforce (OGL v3.0)."
_NO_CAUSE = "A correlation is not a cause."


def staff_and_timeliness_alt(year: int = 2024) -> str:
    """The figure in one line."""
    parts = (
        f"{label.lower()}: {_words(each)}"
        for label, each in zip(_LABELS, _correlations_of(year), strict=True)
    )
    return f"Share within 45 working days against staff, authorities, {year_words(year)}. {'; '.join(parts)}."


@with_alt(staff_and_timeliness_alt)
def staff_and_timeliness(year: int = 2024) -> Figure:
    """Every authority's share within 45 days against its caseload and its vacancies, one dot each."""
    factors = _correlations_of(year)
    page = blank(
        "Caseload and vacancies explain little of timeliness",
        f"Between the authorities of England, {year_words(year)}; the two smallest left out",
        (_NO_CAUSE, _SOURCE),
        gap=0.3,
    )
    places = ((0.095, 0.52), (0.57, 0.985))
    for place, factor, label, each in zip(places, _SHOWN, _LABELS, factors, strict=True):
        axes = page.axes(*place)
        _scatter(axes, factor, year, label, each)
    page.figure.axes[0].set_ylabel("Within 45 working days, %", fontsize=TEXT)
    return page.figure


def correlations_alt() -> str:
    """The figure in one line."""
    every = explained()
    parts = []
    for factor, title in FACTORS.items():
        values = [each.value for each in every if each.factor == factor]
        parts.append(f"{title}: {min(values):+z.2f} to {max(values):+z.2f}")
    return (
        "Correlation of staff figures with the share within 45 working days between authorities, "
        f"{every[0].year} to {every[-1].year}. {'; '.join(parts)}."
    )


@with_alt(correlations_alt)
def correlations() -> Figure:
    """The correlation of each staff figure with timeliness between authorities, by year, with intervals."""
    every = explained()
    figure, axes = sheet(
        _correlations_title(every),
        "Correlation with the share within 45 working days, authorities of England, with 95% intervals",
        (_NO_CAUSE, _SOURCE),
        "Year to 31 March",
    )
    years = sorted({each.year for each in every})
    looks = ((LOCAL, "o"), (SERIES[2], "s"), (FILL, "^"), (SOFT, "D"), ("white", "v"))
    for number, (factor, (colour, mark)) in enumerate(zip(FACTORS, looks, strict=True)):
        of_factor = [each for each in every if each.factor == factor]
        values = np.array([each.value for each in of_factor])
        axes.errorbar(
            np.array([years.index(each.year) for each in of_factor]) + (number - 2) * 0.14,
            values,
            [values - [each.low for each in of_factor], [each.high for each in of_factor] - values],
            fmt=mark,
            color=colour,
            markeredgecolor=INK,
            ecolor=INK,
            elinewidth=0.9,
            markersize=5.5,
            label=FACTORS[factor],
        )
    tidy(axes)
    axes.axhline(0, color=INK, linewidth=1)
    axes.set_ylim(-0.62, 0.62)
    axes.set_yticks([-0.6, -0.3, 0, 0.3, 0.6])
    axes.set_xticks(range(len(years)), [str(year) for year in years])
    axes.set_ylabel("Correlation", fontsize=TEXT)
    legend(axes)
    return figure


def _correlations_title(every: Sequence[Correlation]) -> str:
    most = max(each.value**2 for each in every)
    return f"Staff figures explain at most {most:.0%} of timeliness between authorities in any year"


def pile_spread_alt(year: int = 2024) -> str:
    """The figure in one line."""
    excesses = [each.excess for each in _sorted(year)]
    low, middle, high = np.percentile(excesses, [10, 50, 90])
    return (
        f"Share at 41 to 45 working days above a smooth curve, {len(excesses)} authorities, "
        f"{year_words(year)}: median {middle:.1f} points, 10th to 90th percentile {low:.1f} to {high:.1f}."
    )


@with_alt(pile_spread_alt)
def pile_spread(year: int = 2024) -> Figure:
    """The pile at 41 to 45 days of every authority, sorted, with intervals; once exempt ones stand out."""
    ordered = _sorted(year)
    exempt_codes = {each.la_code for each in EXEMPT}
    figure, axes = sheet(
        _pile_title(ordered),
        f"Share at 41 to 45 days above a smooth line, points; {len(ordered)} authorities, {year_words(year)}",
        ("Lines: 95% intervals of sampling.", "Data: Department for Education, children in need (OGL v3.0)."),
        "Authorities, from the smallest pile to the largest",
    )
    for exempt, colour, mark, label in (
        (False, LOCAL, "o", "Authorities"),
        (True, SERIES[2], "D", "Once exempt from national limits"),
    ):
        group = [(place, each) for place, each in enumerate(ordered) if (each.area in exempt_codes) is exempt]
        if not group:
            continue
        values = np.array([each.excess for _, each in group])
        axes.errorbar(
            [place for place, _ in group],
            values,
            [values - [each.low for _, each in group], [each.high for _, each in group] - values],
            fmt=mark,
            color=colour,
            markeredgecolor=INK,
            markeredgewidth=0.4,
            ecolor=SOFT,
            elinewidth=0.7,
            markersize=6 if exempt else 3.5,
            zorder=3 if exempt else 2,
            label=label,
        )
    tidy(axes)
    axes.axhline(0, color=INK, linewidth=1)
    axes.set_xticks([])
    axes.set_ylabel("Points", fontsize=TEXT)
    legend(axes)
    return figure


def _pile_title(ordered: Sequence[Pile]) -> str:
    piled = sum(each.low > 0 for each in ordered)
    return f"In {piled} of {len(ordered)} authorities assessments pile up just before day 45"


def _sorted(year: int) -> list[Pile]:
    return sorted((each for each in piles(year) if each.area.isdigit()), key=lambda each: each.excess)


def _correlations_of(year: int) -> Sequence[Correlation]:
    return [each for each in explained([year]) if each.factor in _SHOWN]


def _scatter(axes: Axes, factor: str, year: int, label: str, correlation: Correlation) -> None:
    x, y = pairs(factor, year)
    axes.scatter(x, y, s=14, color=FILL, edgecolors=INK, linewidths=0.4)
    slope, constant = np.polyfit(x, y, 1)
    ends = np.array([x.min(), x.max()])
    axes.plot(ends, constant + slope * ends, color=INK, linewidth=1.2)
    tidy(axes)
    axes.set_ylim(math.floor(y.min() / 10) * 10, 101)
    axes.set_xlabel(label, fontsize=TEXT)
    axes.set_title(_words(correlation), fontsize=TEXT, loc="left")


def _words(correlation: Correlation) -> str:
    interval = f"{correlation.low:+z.2f} to {correlation.high:+z.2f}"
    return f"r = {correlation.value:+z.2f} ({interval}), {correlation.explained:.0%} explained"

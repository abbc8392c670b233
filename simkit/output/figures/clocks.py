"""Published durations around clocks: years without the national limit, local limits and reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TypeVar

import numpy as np
from matplotlib.figure import Figure

from simkit.output.figures.alternative import with_alt
from simkit.output.figures.style import TEXT, blank, legend, tidy
from simkit.output.look import FILL, INK, LOCAL, SERIES, SOFT
from simkit.study.evidence.evidence import LocalYear, local_years
from simkit.study.evidence.exempt import ExemptYear, exempt_years

_Year = TypeVar("_Year", ExemptYear, LocalYear)

_SOURCE = "Data: Department for Education, children in need (OGL v3.0)."
_COLUMNS, _ROW = 3, 1.35  # panels in a row; inches of height of each
_RATIOS = (0.25, 0.5, 1, 2, 4, 8)
_LEFT, _RIGHT, _GAP = 0.075, 0.985, 0.055


def exempt_band_alt() -> str:
    """The figure in one line."""
    every = exempt_years()
    exempt = [each for each in every if each.known_exempt]
    within = sum(each.within_band for each in exempt)
    above = sum(each.over_45 > each.over_45_gone for each in exempt)
    return (
        f"Share over 45 working days of {len(_by_name(every))} once exempt authorities by year. Of "
        f"{len(exempt)} years known to be exempt {within} lie within the band from retention 1 to "
        f"0, {above} above and {len(exempt) - within - above} below."
    )


def _exempt_title() -> str:
    exempt = [each for each in exempt_years() if each.known_exempt]
    within = sum(each.within_band for each in exempt)
    return f"{within} of {len(exempt)} exempt years are within what losing the 45-day limit would give"


def _clocks_title(by_name: Mapping[str, Sequence[LocalYear]]) -> str:
    above = sum(
        float(np.median([each.ratio for each in years])) > float(np.median([each.near for each in years]))
        for years in by_name.values()
    )
    return (
        f"{above} of {len(by_name)} authorities have a larger pile before their clock than their neighbours"
    )


@with_alt(exempt_band_alt)
def exempt_band() -> Figure:
    """Share over 45 days of each once exempt authority by year, over the band from retention 1 to 0."""
    by_name = _by_name(exempt_years())
    rows = -(-len(by_name) // _COLUMNS)
    page = blank(
        _exempt_title(),
        "Share of assessments over 45 working days by year to 31 March, %. Band: all of the pull of the 45 "
        "days to none of it, by authorities never exempt; light: 95% intervals of its ends; line: neighbours",
        ("No panel shows what an exemption does: authorities differ in other things too.", _SOURCE),
        plot=_ROW * rows,
        gap=0.16,
        labels=0.04,
    )
    years = sorted({each.year for years_of in by_name.values() for each in years_of})
    top = 10 * np.ceil(max(e.gone_high for years_of in by_name.values() for e in years_of) / 10)
    width = (_RIGHT - _LEFT - (_COLUMNS - 1) * _GAP) / _COLUMNS
    for number, (name, years_of) in enumerate(by_name.items()):
        row, column = divmod(number, _COLUMNS)
        left = _LEFT + column * (width + _GAP)
        ceiling = 1 - row / rows
        axes = page.axes(left, left + width, ceiling - 0.72 / rows, ceiling - 0.1 / rows)
        x = [each.year for each in years_of]
        axes.fill_between(
            x,
            [e.kept_low for e in years_of],
            [e.gone_high for e in years_of],
            color=FILL,
            alpha=0.15,
            linewidth=0,
            label="95% intervals of both ends",
        )
        axes.fill_between(
            x,
            [e.over_45_kept for e in years_of],
            [e.over_45_gone for e in years_of],
            color=FILL,
            alpha=0.35,
            linewidth=0,
            label="Retention 1 to 0",
        )
        axes.plot(
            x,
            [e.near_over_45 for e in years_of],
            color=SOFT,
            linestyle="--",
            linewidth=1.1,
            label="Neighbours",
        )
        published = {e.year: e.over_45 for e in years_of}
        axes.plot(years, [published.get(y, np.nan) for y in years], color=INK, linewidth=0.8)
        for exempt, fill, label in (
            (True, SERIES[2], "Published, known to be exempt"),
            (False, "white", "Published, exemption not known or ended"),
        ):
            points = [e for e in years_of if e.known_exempt is exempt]
            axes.plot(
                [e.year for e in points],
                [e.over_45 for e in points],
                linestyle="",
                marker="o",
                markersize=4.5,
                markerfacecolor=fill,
                markeredgecolor=INK,
                markeredgewidth=0.8,
                label=label,
            )
        axes.set_title(name, fontsize=TEXT, loc="left", pad=3)
        tidy(axes)
        axes.set_xlim(years[0] - 0.4, years[-1] + 0.4)
        axes.set_ylim(0, top)
        axes.set_xticks(years[::3], [str(y) for y in years[::3]])
        axes.set_yticks(np.arange(0, top + 1, 20))
        axes.tick_params(labelsize=TEXT)
    legend(page.figure.axes[0])
    return page.figure


def local_clocks_alt() -> str:
    """The figure in one line."""
    parts = []
    for name, years_of in _by_name(local_years()).items():
        middle = float(np.median([each.ratio for each in years_of]))
        near = float(np.median([each.near for each in years_of]))
        parts.append(f"{name} ({years_of[0].clock.title}): {middle:.2f}, neighbours {near:.2f}")
    medians = "; ".join(parts)
    return f"Share per day before a local clock over that after it, median of the years. {medians}."


@with_alt(local_clocks_alt)
def local_clocks() -> Figure:
    """Share per day before a local clock over that after it, by year, beside the statistical neighbours."""
    by_name = _by_name(local_years())
    page = blank(
        _clocks_title(by_name),
        "Assessments for each day just before the clock, for one for each day just after it. Bars: least to "
        "greatest of the statistical neighbours, with their median; lines: 95% intervals of sampling",
        ("How long each clock held after its source was not found.", _SOURCE),
    )
    width = (_RIGHT - _LEFT - (len(by_name) - 1) * _GAP) / len(by_name)
    for number, (name, years_of) in enumerate(by_name.items()):
        left = _LEFT + number * (width + _GAP)
        axes = page.axes(left, left + width, 0.0, 0.84)
        x = np.array([each.year for each in years_of])
        low, high = (np.array([getattr(e, field) for e in years_of]) for field in ("near_low", "near_high"))
        axes.bar(x, high - low, bottom=low, width=0.7, color=FILL, alpha=0.45, label="Neighbours")
        axes.hlines([e.near for e in years_of], x - 0.35, x + 0.35, color=LOCAL, linewidth=1.6)
        ratio = np.array([each.ratio for each in years_of])
        axes.errorbar(
            x,
            ratio,
            yerr=[ratio - [e.low for e in years_of], [e.high for e in years_of] - ratio],
            fmt="o",
            color=SERIES[2],
            ecolor=INK,
            markeredgecolor=INK,
            markersize=5,
            linewidth=1.1,
            label="The authority",
        )
        axes.axhline(1, color=INK, linewidth=1.0)
        title = "\n".join(wrap(f"{name}: {years_of[0].clock.title}", 26))
        axes.set_title(title, fontsize=TEXT, loc="left", pad=4)
        tidy(axes)
        axes.set_yscale("log")
        axes.set_ylim(0.25, 8)
        axes.set_yticks(_RATIOS, [f"{each:g}" for each in _RATIOS])
        axes.minorticks_off()
        axes.set_xticks(x[::3], [str(y) for y in x[::3]])
        axes.tick_params(labelsize=TEXT)
    legend(page.figure.axes[0])
    return page.figure


def _by_name(years: Sequence[_Year]) -> dict[str, list[_Year]]:
    names = dict.fromkeys(each.name for each in years)
    return {name: [each for each in years if each.name == name] for name in names}

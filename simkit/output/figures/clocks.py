"""What published durations say of clocks: years without the national limit, and local limits and reviews."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TypeVar

import numpy as np
from matplotlib.figure import Figure

from simkit.output.figures.style import BLACK, BLUE, GREY, ORANGE, SKY, blank, legend, tidy
from simkit.study.evidence.evidence import ExemptYear, LocalYear, exempt_years, local_years

__all__ = ["exempt_band", "exempt_band_alt", "local_clocks", "local_clocks_alt"]

_Year = TypeVar("_Year", ExemptYear, LocalYear)

_SOURCE = "Published: Children in need, table C2, Department for Education (Open Government Licence v3.0)."
_COLUMNS, _ROW = 3, 1.35  # panels in a row; inches of height of each
_RATIOS = (0.25, 0.5, 1, 2, 4, 8)
_LEFT, _RIGHT, _GAP = 0.075, 0.985, 0.055


def exempt_band() -> Figure:
    """Share over 45 days of each once exempt authority by year, over the band from retention 1 to 0."""
    found = _by_name(exempt_years())
    rows = -(-len(found) // _COLUMNS)
    page = blank(
        "Authorities that once were exempt from national limits",
        "Share of assessments over 45 working days by year to 31 March, %. Filled: known to be exempt",
        (
            "Band: from all of the pull of the 45 days (lower edge) to none of it (upper edge), worked out "
            "from England's durations of the year without queues. Line: median of statistical neighbours.",
            _SOURCE,
            "Other things differ between authorities than this limit: no panel shows what an exemption does.",
        ),
        plot=_ROW * rows,
        gap=0.16,
        labels=0.04,
    )
    years = sorted({each.year for mine in found.values() for each in mine})
    top = 10 * np.ceil(max(e.over_45_gone for mine in found.values() for e in mine) / 10)
    width = (_RIGHT - _LEFT - (_COLUMNS - 1) * _GAP) / _COLUMNS
    for number, (name, mine) in enumerate(found.items()):
        row, column = divmod(number, _COLUMNS)
        left = _LEFT + column * (width + _GAP)
        ceiling = 1 - row / rows
        axes = page.axes(left, left + width, ceiling - 0.72 / rows, ceiling - 0.1 / rows)
        x = [each.year for each in mine]
        axes.fill_between(
            x,
            [e.over_45_kept for e in mine],
            [e.over_45_gone for e in mine],
            color=SKY,
            alpha=0.35,
            linewidth=0,
            label="Retention 1 to 0",
        )
        axes.plot(
            x, [e.near_over_45 for e in mine], color=GREY, linestyle="--", linewidth=1.1, label="Neighbours"
        )
        published = {e.year: e.over_45 for e in mine}
        axes.plot(years, [published.get(y, np.nan) for y in years], color=BLACK, linewidth=0.8)
        for known, fill, label in (
            (True, ORANGE, "Published, known to be exempt"),
            (False, "white", "Published, exemption not known or ended"),
        ):
            here = [e for e in mine if e.known_exempt is known]
            axes.plot(
                [e.year for e in here],
                [e.over_45 for e in here],
                linestyle="",
                marker="o",
                markersize=4.5,
                markerfacecolor=fill,
                markeredgecolor=BLACK,
                markeredgewidth=0.8,
                label=label,
            )
        axes.set_title(name, fontsize=8.5, loc="left", pad=3)
        tidy(axes)
        axes.set_xlim(years[0] - 0.4, years[-1] + 0.4)
        axes.set_ylim(0, top)
        axes.set_xticks(years[::2], [str(y) for y in years[::2]])
        axes.set_yticks(np.arange(0, top + 1, 20))
        axes.tick_params(labelsize=7.5)
    legend(page.figure.axes[0])
    return page.figure


def exempt_band_alt() -> str:
    """The figure in one line."""
    every = exempt_years()
    known = [each for each in every if each.known_exempt]
    within = sum(each.within_band for each in known)
    above = sum(each.over_45 > each.over_45_gone for each in known)
    return (
        f"Share over 45 working days of {len(_by_name(every))} once exempt authorities by year. Of "
        f"{len(known)} years known to be exempt {within} lie within the band from retention 1 to "
        f"0, {above} above and {len(known) - within - above} below."
    )


def local_clocks() -> Figure:
    """Share per day before a local clock over that after it, by year, beside the statistical neighbours."""
    found = _by_name(local_years())
    page = blank(
        "Local limits and reviews: is there a pile just before them?",
        "Assessments for each day just before the clock, for one for each day just after it",
        (
            "Bars: from the least to the greatest of the statistical neighbours, with their median. Points: "
            "the authority with its 95% interval of sampling, two siblings counted as one. A pile lifts the "
            "points above the bars.",
            _SOURCE,
            "Whether and how long each clock held in years after its source was not found.",
        ),
    )
    width = (_RIGHT - _LEFT - (len(found) - 1) * _GAP) / len(found)
    for number, (name, mine) in enumerate(found.items()):
        left = _LEFT + number * (width + _GAP)
        axes = page.axes(left, left + width, 0.0, 0.8)
        x = np.array([each.year for each in mine])
        low, high = (np.array([getattr(e, side) for e in mine]) for side in ("near_low", "near_high"))
        axes.bar(x, high - low, bottom=low, width=0.7, color=SKY, alpha=0.45, label="Neighbours")
        axes.hlines([e.near for e in mine], x - 0.35, x + 0.35, color=BLUE, linewidth=1.6)
        ratio = np.array([each.ratio for each in mine])
        axes.errorbar(
            x,
            ratio,
            yerr=[ratio - [e.low for e in mine], [e.high for e in mine] - ratio],
            fmt="o",
            color=ORANGE,
            ecolor=BLACK,
            markeredgecolor=BLACK,
            markersize=5,
            linewidth=1.1,
            label="The authority",
        )
        axes.axhline(1, color=BLACK, linewidth=1.0)
        title = "\n".join(wrap(f"{name}: {mine[0].clock.title}", 30))
        axes.set_title(title, fontsize=8, loc="left", pad=4)
        tidy(axes)
        axes.set_yscale("log")
        axes.set_ylim(0.25, 8)
        axes.set_yticks(_RATIOS, [f"{each:g}" for each in _RATIOS])
        axes.minorticks_off()
        axes.set_xticks(x[::2], [str(y) for y in x[::2]])
        axes.tick_params(labelsize=8)
    legend(page.figure.axes[0])
    return page.figure


def local_clocks_alt() -> str:
    """The figure in one line."""
    parts = []
    for name, mine in _by_name(local_years()).items():
        middle = float(np.median([each.ratio for each in mine]))
        near = float(np.median([each.near for each in mine]))
        parts.append(f"{name} ({mine[0].clock.title}): {middle:.2f}, neighbours {near:.2f}")
    said = "; ".join(parts)
    return f"Share per day before a local clock over that after it, median of the years. {said}."


def _by_name(found: Sequence[_Year]) -> dict[str, list[_Year]]:
    names = dict.fromkeys(each.name for each in found)
    return {name: [each for each in found if each.name == name] for name in names}

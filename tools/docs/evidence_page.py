"""The docs' page of evidence, every figure worked out: ``python -m tools.docs.evidence_page docs``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np

from simkit.data import BANDS, ENGLAND, attribution, authority, bands
from simkit.framework.check import load
from simkit.model.inputs.published_rates import LAST_USABLE_YEAR
from simkit.study.calibrate.priors import NATIONAL
from simkit.study.evidence.evidence import SIBLINGS, LocalYear, local_years, piles
from simkit.study.evidence.exempt import (
    ExemptYear,
    counterfactuals,
    exempt_years,
    held_elsewhere,
    nearest_retention,
    retention_support,
    supported_retention,
)
from simkit.study.evidence.explained import AS_GOOD, FACTORS, explained, pull_against_span
from simkit.study.evidence.panel import OUTCOMES, PRESSURES
from simkit.study.evidence.published_changes import (
    PublishedEffect,
    Reading,
    Support,
    published_effects,
    published_sizes,
)
from simkit.study.experiment import experiment, run_experiment
from simkit.study.result import HEADLINE

_RETENTIONS = (0.0, 0.25, 0.5, 0.75, 1.0)
_ISLINGTON_YEAR, _ISLINGTON_REPLICATIONS = 2023, 8


def page() -> str:
    """The text of the page."""
    template = (Path(__file__).parent / "templates" / "evidence_page.md").read_text(encoding="utf-8")
    parts = {
        "pile": _pile(),
        "exempt": _exempt(),
        "islington": _islington(),
        "local": _local(),
        "unknown": _unknown(),
        "all": _all(),
        "changed": _changed(),
    }
    return template.format(**{f"{p}_{key}": text for p, part in parts.items() for key, text in part.items()})


def figures() -> dict[str, bytes]:
    """The page's figures by file name."""
    from simkit.output.figures import evidence as drawn
    from simkit.output.figures.style import image

    return {
        "evidence-pile.svg": image(drawn.pile_spread(), "svg", drawn.pile_spread_alt()),
        "evidence-staff.svg": image(drawn.staff_and_timeliness(), "svg", drawn.staff_and_timeliness_alt()),
        "evidence-correlations.svg": image(drawn.correlations(), "svg", drawn.correlations_alt()),
    }


def _pile() -> dict[str, object]:
    rows = []
    with_authorities = {each.year for each in piles() if each.area != ENGLAND}
    every = sorted((each for each in piles() if each.year in with_authorities), key=lambda each: each.year)
    of_england = [each for each in every if each.area == ENGLAND]
    for year, group in groupby(every, key=lambda each: each.year):
        each = list(group)
        england = next(p for p in each if p.area == ENGLAND)
        others = [p for p in each if p.area != ENGLAND]
        low, middle, high = np.percentile([p.excess for p in others], [10, 50, 90])
        rows.append(
            (
                year,
                f"{england.share:.1f}%",
                f"{england.smooth:.1f}%",
                f"{england.excess:+.1f}",
                len(others),
                f"{low:+.1f}",
                f"{middle:+.1f}",
                f"{high:+.1f}",
                sum(p.low > 0 for p in others),
            )
        )
    return {
        "siblings": SIBLINGS,
        "rows": _rows(rows),
        "first": of_england[0].excess,
        "first_year": of_england[0].year,
        "last": of_england[-1].excess,
        "last_year": of_england[-1].year,
    }


def _exempt() -> dict[str, object]:
    every = exempt_years()
    known = [each for each in every if each.known_exempt]
    rows = [
        (
            each.name,
            each.year,
            f"{each.over_45:.1f}%",
            f"{each.near_over_45:.1f}%",
            f"{each.over_45_kept:.0f}% ({each.kept_low:.0f} to {each.kept_high:.0f})",
            f"{each.over_45_gone:.0f}% ({each.gone_low:.0f} to {each.gone_high:.0f})",
            f"{each.width:.0f}",
            f"{each.rank_kept:.2f}",
            f"{each.rank_gone:.2f}",
            "-" if each.at_41_45 is None else f"{each.at_41_45:.1f}%",
            "-" if math.isnan(each.near_at_41_45) else f"{each.near_at_41_45:.1f}%",
            "-" if each.pile is None else f"{each.pile.excess:+.1f} ({_span(each.pile.low, each.pile.high)})",
        )
        for each in known
    ]
    supports = [retention_support(retention) for retention in _RETENTIONS]
    years = sorted({each.year for each in every})
    cells = {(each.name, each.year): each for each in every if not each.known_exempt}
    others = [
        (name, *(f"{cells[name, year].over_45:.1f}%" if (name, year) in cells else "" for year in years))
        for name in dict.fromkeys(each.name for each in every)
    ]
    return {
        "rows": _rows(rows),
        "count": _exempt_count(known),
        "piles": _exempt_piles(known),
        "support": _exempt_support(),
        "retentions": _rows(
            (
                f"{each.retention:g}",
                f"{each.rank:.2f}",
                f"{each.held} of {each.years}",
                "yes" if each.is_supported else "no",
            )
            for each in supports
        ),
        "reach": f"within {supports[0].reach:.2f} of it in 95% of cases",
        "authorities": supports[0].authorities,
        "years": " | ".join(map(str, years)),
        "rule": "|".join("---" for _ in years),
        "others": _rows(others),
        **_exempt_later(known),
    }


def _exempt_later(known: Sequence[ExemptYear]) -> dict[str, object]:
    """What calibrations of the latest year say of the same authorities without the limit."""
    shares: dict[str, list[float]] = {}
    for each in known:
        shares.setdefault(each.area, []).append(each.over_45)
    last = max(year for _, year in counterfactuals())
    latest = {area: counterfactuals()[area, last] for area in shares}
    below = [authority(area).name for area, each in latest.items() if max(shares[area]) < each.gone_low]
    return {
        "latest": last,
        "later": _rows(
            (
                authority(area).name,
                " to ".join(dict.fromkeys(f"{s:.0f}%" for s in (min(shares[area]), max(shares[area])))),
                f"{each.over_45:.0f}%",
                f"{each.gone:.0f}% ({each.gone_low:.0f} to {each.gone_high:.0f})",
            )
            for area, each in latest.items()
        ),
        "later_reading": (
            f"In {len(below)} of {len(latest)} ({', '.join(below)}) every exempt year lies below it."
            if below
            else "In none of them do all exempt years lie below that interval."
        ),
    }


def _exempt_count(known: Sequence[ExemptYear]) -> str:
    inside, elsewhere = held_elsewhere(sorted({each.year for each in known}))
    width = np.median([each.width for each in known])
    return (
        f"Of the {len(known)} years known to be exempt ({len({each.name for each in known})} authorities), "
        f"{sum(each.within_range for each in known)} lie inside the range with the intervals of both ends. "
        f"The range is {width:.0f} points wide at the median, so that says little: ranges made in the same "
        f"way for authorities that were never exempt contain {inside} of their {elsewhere} years. Without "
        f"the intervals, {sum(each.within_band for each in known)} years lie between the two estimates, "
        f"{sum(each.over_45 > each.over_45_gone for each in known)} above both and "
        f"{sum(each.over_45 < each.over_45_kept for each in known)} below."
    )


def _exempt_piles(known: Sequence[ExemptYear]) -> str:
    piled = [each.pile for each in known if each.pile is not None]
    return (
        f"Of the {len(piled)} years whose bands allow it, {sum(each.low > 0 for each in piled)} have a pile "
        "at 41 to 45 days whose interval is above 0: completions still piled up before day 45."
    )


def _exempt_support() -> str:
    (low, high), nearest = supported_retention(), nearest_retention()
    excluded = "so they rule out none" if (low, high) == (0, 1) else "so they are evidence against the rest"
    return (
        f"The published years fit best with a retention of {nearest:.0%}, and are consistent with "
        f"{low:.0%} to {high:.0%}: {excluded}. Every result without the limit is shown over the whole range."
    )


def _islington() -> dict[str, object]:
    tried = experiment("trials/islington", year=_ISLINGTON_YEAR)

    def over_45(pull: float) -> str:
        framework = tried.framework.with_numbers({"practice.pull_review": pull})
        changed = replace(tried, framework=framework, setting=replace(tried.setting, framework=framework))
        run = run_experiment(changed, replications=_ISLINGTON_REPLICATIONS, seed=1)
        share = run.measures[HEADLINE]
        return f"{share.value:.0f}% ({share.low:.0f} to {share.high:.0f})"

    national = load(NATIONAL).number("practice.pull_national_limit")
    return {
        "none": over_45(0.0),
        "half": over_45(0.5),
        "national": over_45(national),
        "national_pull": f"{national:.0%}",
        "year": f"practice and caseload of the year to March {_ISLINGTON_YEAR}",
        "replications": _ISLINGTON_REPLICATIONS,
        "seed": 1,
    }


def _local() -> dict[str, object]:
    years = local_years()
    rows = [
        (
            each.name,
            each.year,
            f"{each.before:.1f}",
            f"{each.after:.1f}",
            f"{each.ratio:.2f} ({each.low:.2f} to {each.high:.2f})",
            f"{each.near:.2f}",
            f"{each.near_low:.2f} to {each.near_high:.2f}",
            f"{each.greater} of {each.near_number}",
            "-" if each.excess is None else f"{each.excess:+.1f}",
        )
        for each in years
    ]
    at_45 = bands(ENGLAND, LAST_USABLE_YEAR)
    assert at_45 is not None

    def count(*names: str) -> float:
        return sum(at_45.counts[BANDS.index(name)] or 0.0 for name in names)

    wide = count("days_31_40", "days_41_45") / count("days_46_50", "days_51_60")
    return {
        "rows": _rows(rows),
        "reading": _local_reading(years),
        "england": f"{count('days_41_45') / count('days_46_50'):.1f}",
        "england_wide": f"{wide:.1f}",
        "england_year": at_45.year,
    }


def _local_reading(years: Sequence[LocalYear]) -> str:
    parts = []
    for name, group in groupby(years, key=lambda each: each.name):
        own_years = list(group)
        first = [str(each.year) for each in own_years if each.greater == 0]
        above = sum(each.ratio > each.near for each in own_years)
        text = f"{name}'s ratio is above its neighbours' median in {above} of {len(own_years)} years"
        parts.append(
            text + (f" and the greatest in {' and '.join(first)}" if first else " and never the greatest")
        )
    return "; ".join(parts) + "."


def _unknown() -> dict[str, object]:
    correlations = explained()
    years = sorted({each.year for each in correlations})
    by_factor = {f: [each for each in correlations if each.factor == f] for f in FACTORS}
    rows = [
        (FACTORS[f], *(f"{each.value:+.2f} ({each.low:+.2f} to {each.high:+.2f})" for each in own))
        for f, own in by_factor.items()
    ]
    caseload = [each.explained for each in by_factor["caseload_per_fte"]]
    pulls = pull_against_span()
    alike = [each for each in pulls if each.distance <= AS_GOOD]
    return {
        "years": " | ".join(map(str, years)),
        "rule": "|".join("---" for _ in years),
        "rows": _rows(rows),
        "least": min(caseload),
        "most": max(caseload),
        "vacancies": max(each.explained for each in by_factor["vacancy_rate_fte"]),
        "year": LAST_USABLE_YEAR,
        "pulls": _rows(
            (
                f"{each.pull:.2f}",
                f"{each.span_median:.1f}",
                f"{each.span_sigma:.2f}",
                f"{each.slip:.2f}",
                f"{each.distance:.3f}",
                f"{each.over_45:.1f}%",
                f"{each.over_45_without:.1f}%",
            )
            for each in pulls
        ),
        "low_pull": alike[0].pull,
        "high_pull": alike[-1].pull,
        "as_good": AS_GOOD,
        "low": min(each.over_45_without for each in alike),
        "high": max(each.over_45_without for each in alike),
    }


def _changed() -> dict[str, object]:
    effects = published_effects()
    referrals = [each for each in effects if each.pressure == "referrals"]
    share = {each.reading: each for each in referrals if each.outcome == "within_45_days"}
    return {
        "from": min(each.from_year for each in effects),
        "to": max(each.to_year for each in effects),
        "staff_from": share[Reading.STAFF_HELD].from_year,
        **{
            pressure: _effects(effects, pressure)
            for pressure in ("referrals", "vacancies", "staff", "sickness")
        },
        "rises": _effect(share[Reading.RISES]),
        "held": _effect(share[Reading.STAFF_HELD]),
        "sizes": _rows((PRESSURES[pressure].title, *_sizes(pressure)) for pressure in PRESSURES),
    }


def _effects(effects: Sequence[PublishedEffect], pressure: str) -> str:
    mine = {(each.outcome, each.reading): each for each in effects if each.pressure == pressure}
    columns = (Reading.YEAR, Reading.TWO_YEARS)
    return _rows(
        (OUTCOMES[outcome].title, *(_effect(mine[outcome, reading]) for reading in columns))
        for outcome in OUTCOMES
        if (outcome, Reading.YEAR) in mine
    )


def _effect(each: PublishedEffect) -> str:
    unit = "%" if each.unit == "%" else f" {each.unit}"
    value, low, high = (round(number, 1) + 0.0 for number in (each.value, each.low, each.high))  # no -0.0
    return f"{value:+.1f}{unit} ({_span(low, high)}; {each.changes:,} changes)"


def _sizes(pressure: str) -> tuple[str, ...]:
    """Seldom below, usual, seldom above: from which change to which."""
    times, unit = (100, "%") if PRESSURES[pressure].relative else (1, " points")
    usual = [size for size in published_sizes(pressure) if size.support is Support.USUAL]
    seldom = [size for size in published_sizes(pressure) if size.support is Support.RARE]
    first, last = usual[0].low, usual[-1].high
    lowest, highest = min(first, *(size.low for size in seldom)), max(last, *(size.high for size in seldom))
    edges = (lowest, first, last, highest)
    return tuple(
        "-" if low == high else f"{times * low:+g} to {times * high:+g}{unit}"
        for low, high in pairwise(edges)
    )


def _all() -> dict[str, object]:
    every = {(each.area, each.year): each for each in piles()}
    years = sorted({year for _, year in every})
    areas = sorted({area for area, _ in every}, key=lambda area: (area != ENGLAND, area))
    rows = []
    for area in areas:
        cells = [every.get((area, year)) for year in years]
        texts = ("-" if p is None else f"{p.excess:+.1f} ({_span(p.low, p.high)})" for p in cells)
        rows.append(("England" if area == ENGLAND else authority(area).name, *texts))
    return {
        "years": " | ".join(map(str, years)),
        "rule": "|".join("---" for _ in years),
        "rows": _rows(rows),
        "attribution": attribution(),
    }


def _span(low: float, high: float) -> str:
    return f"{low:+.1f} to {high:+.1f}"


def _rows(rows: Iterable[Iterable[object]]) -> str:
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)


if __name__ == "__main__":
    import sys

    from simkit.common.atomic_files import write_all

    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for file in write_all(folder, {"evidence.md": page().encode("utf-8"), **figures()}):
        sys.stdout.write(f"Written: {file}\n")

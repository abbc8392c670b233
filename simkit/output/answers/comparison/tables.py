"""A comparison as plain data and as tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from simkit.data import attribution
from simkit.framework.wording import whose
from simkit.output.answers.comparison.headline import answer, question
from simkit.output.answers.comparison.sentences import cautions
from simkit.output.answers.result.data import difference_data, estimate_data
from simkit.output.answers.result.tables import measure_and_route, numbers, with_place
from simkit.output.answers.wording import QUALITY, time_period
from simkit.study.compare.compare import Comparison
from simkit.study.compare.ranking import Ranking
from simkit.study.compare.robustness import Range
from simkit.version import __version__

if TYPE_CHECKING:
    import pandas as pd


def data(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain data. What has no value is None."""
    host = comparison.host
    return {
        "simkit": "comparison-result/1",
        "title": comparison.title,
        "question": question(comparison),
        "answer": answer(comparison),
        "authority": host.profile.name,
        "la_code": host.framework.la_code,
        "gss_code": host.profile.gss_code,
        "host_framework": host.framework.name,
        "year": host.profile.year,
        "time_period": time_period(host.profile.year),
        "replications": comparison.replications,
        "seed": comparison.seed,
        "engine": comparison.engine,
        "convention": comparison.convention.value,
        "paired": True,
        "sides": [
            {
                "label": arm.label,
                "framework": arm.experiment.framework.name,
                "framework_words": whose(arm.experiment.framework),
                "scenario": arm.experiment.scenario.name,
                "scenario_changes": list(arm.experiment.scenario.changes),
                "caption": arm.experiment.scenario.caption,
                "calibrated": arm.label not in comparison.not_calibrated,
                "settled": result.settled,
                "measures": {name: estimate_data(each) for name, each in result.measures.items()},
                "narrowing": {route: estimate_data(each) for route, each in narrowing.items()},
                "chance_of_fewest_over_45_days": chance,
            }
            for arm, result, narrowing, chance in zip(
                comparison.arms,
                comparison.results,
                comparison.narrowing,
                comparison.ranking.chances,
                strict=True,
            )
        ],
        "differences": {
            arm.label: {name: difference_data(each) for name, each in by_measure.items()}
            for arm, by_measure in zip(comparison.arms[1:], comparison.paired_differences, strict=True)
        },
        "in_words": [each.to_json() for each in comparison.differences],
        "all_pairs": _pairs(comparison, comparison.ranking),
        "not_known": [_range(comparison, each) for each in comparison.ranges],
        "settled_by_evidence": comparison.settled_by_evidence,
        "fewest_over_45_days": None
        if comparison.lowest is None
        else comparison.arms[comparison.lowest].label,
        "notes": list(cautions(comparison)),
        "command": comparison.command,
        "attribution": attribution(),
        "quality": QUALITY,
        "version": __version__,
    }


def _pairs(comparison: Comparison, ranking: Ranking) -> list[dict[str, Any]]:
    labels = [arm.label for arm in comparison.arms]
    return [
        {"first": labels[p.first], "second": labels[p.second], "value": p.value, "low": p.low, "high": p.high}
        for p in ranking.pairs
    ]


def _range(comparison: Comparison, assumed_range: Range) -> dict[str, Any]:
    arms = comparison.arms[1:]
    return {
        "title": assumed_range.title,
        "numbers": list(assumed_range.paths),
        "holds": {arm.label: assumed_range.holds(number) for number, arm in enumerate(arms)},
        "changes_sign_at": {
            arm.label: list(assumed_range.crossings(number)) for number, arm in enumerate(arms)
        },
        "points": [
            {
                "share_of_range": point.share,
                "words": point.words,
                "levels": {
                    a.label: estimate_data(e) for a, e in zip(comparison.arms, point.levels, strict=True)
                },
                "differences": {
                    s.label: difference_data(g) for s, g in zip(arms, point.paired_differences, strict=True)
                },
                "chances": dict(zip((s.label for s in comparison.arms), point.ranking.chances, strict=True)),
            }
            for point in assumed_range.points
        ],
    }


def _differences(comparison: Comparison) -> pd.DataFrame:
    """Every difference of every side from the first, a row a measure and route."""

    import pandas as pd

    rows = []
    for arm, by_measure in zip(comparison.arms[1:], comparison.paired_differences, strict=True):
        place = {"side": arm.label, "against": comparison.arms[0].label}
        for difference in by_measure.values():
            rows.append({**place, **measure_and_route(difference.measure), **difference_data(difference)})
    return with_place(comparison.host, pd.DataFrame(rows))


def _levels(comparison: Comparison) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {"side": arm.label, **measure_and_route(level.name), **estimate_data(level)}
        for arm, result in zip(comparison.arms, comparison.results, strict=True)
        for level in result.measures.values()
    ]
    return with_place(comparison.host, pd.DataFrame(rows))


def _not_known(comparison: Comparison) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for each in comparison.ranges:
        for point in each.points:
            for arm, difference in zip(comparison.arms[1:], point.paired_differences, strict=True):
                place = {"not_known": each.title, "share_of_range": point.share, "words": point.words}
                rows.append(
                    {**place, "side": arm.label, "against": comparison.arms[0].label, **asdict(difference)}
                )
    return with_place(comparison.host, pd.DataFrame(rows))


def _all_pairs(comparison: Comparison) -> pd.DataFrame:
    import pandas as pd

    return with_place(comparison.host, pd.DataFrame(_pairs(comparison, comparison.ranking)))


def tables(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """The tables of a comparison by the name of their file."""
    frames = {
        "measures": _levels(comparison),
        "differences": _differences(comparison),
        "all_pairs": _all_pairs(comparison),
        "assumptions": numbers(comparison.host.framework),
    }
    if comparison.ranges:
        frames["not_known"] = _not_known(comparison)
    return frames

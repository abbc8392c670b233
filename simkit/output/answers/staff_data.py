"""What a target needs, as plain data and tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from simkit.output.answers.result.data import plain_answer
from simkit.output.answers.result.tables import numbers, placed
from simkit.output.answers.staff import answer_words, caution_words
from simkit.study.staff.staff import Need, Staffed

__all__ = ["staffed_dict", "staffed_tables"]


def staffed_dict(found: Staffed) -> dict[str, Any]:
    """The answer as plain data. Changes are in percent of the assessment time of now."""
    body = {
        "target": found.target.said,
        "target_words": str(found.target),
        "target_amount": found.target.amount,
        "unit": found.target.unit,
        "confidence": found.confidence,
        "reachable_by_staff": found.reachable,
        "now": {**asdict(found.now), "years_kept_pct": found.now_kept},
        "floor": {**asdict(found.floor), "years_kept_pct": found.floor_kept},
        "needs": [_need(each) for each in found.needs],
        "over_range_pct": found.over_range,
        "curve": asdict(found.curve),
        "levers": [{**asdict(each), "effect": asdict(each.effect)} for each in found.levers],
    }
    return plain_answer("staff", found, answer_words(found), caution_words(found), body)


def _need(each: Need) -> dict[str, Any]:
    return {
        "share_of_time_filled": each.filled,
        "change_pct": each.change,
        "low_pct": each.low,
        "high_pct": each.high,
        "now": each.now,
        "or_less": each.at_most,
    }


def staffed_tables(found: Staffed) -> dict[str, pd.DataFrame]:
    """The tables of the answer by the name of their file."""
    made = {
        "curve": pd.DataFrame(asdict(found.curve)).rename(
            columns={"change": "assessment_time_change_pct", "kept": "years_kept_pct"}
        ),
        "needs": pd.DataFrame([_need(each) for each in found.needs]),
        "practice": pd.DataFrame(
            [
                {
                    "path": each.path,
                    "title": each.title,
                    "unit": each.unit,
                    "now": each.before,
                    "better_end": each.after,
                    "difference": each.effect.value,
                    "low": each.effect.low,
                    "high": each.effect.high,
                    "reaches": each.reaches,
                    "enough": each.enough,
                }
                for each in found.levers
            ]
        ),
    }
    tables = {name: placed(found.case, frame) for name, frame in made.items() if len(frame)}
    return {**tables, "assumptions": numbers(found.case.framework)}

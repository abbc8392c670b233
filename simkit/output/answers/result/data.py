"""A result as plain data, for JSON: numbers, text, lists and maps, nothing else."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from simkit.common.arguments import checked_arguments
from simkit.common.json_data import finite
from simkit.data import attribution
from simkit.framework.framework import Number
from simkit.framework.wording import whose
from simkit.model.measures.day_counts import Convention
from simkit.output.answers.result.published import beside, own_bands, peers
from simkit.output.answers.wording import QUALITY, standing, time_period
from simkit.study.estimate import Estimate
from simkit.study.result import Experiment, Result
from simkit.version import __version__

__all__ = ["plain_answer", "to_dict", "to_json"]


class Answered(Protocol):
    """What every answer of a study has."""

    @property
    def experiment(self) -> Experiment: ...
    @property
    def replications(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def engine(self) -> str: ...
    @property
    def convention(self) -> Convention: ...
    @property
    def command(self) -> str: ...


def plain_answer(
    kind: str, answer_value: Answered, answer: str, notes: Iterable[str], body: Mapping[str, Any]
) -> dict[str, Any]:
    """The answer of a study as plain data: whose it is, ``body``, and how it came about.

    ``kind`` is that of the study (``staff``). What has no value is None.
    """
    framework, profile = answer_value.experiment.framework, answer_value.experiment.profile
    data: dict[str, Any] = finite(
        {
            "simkit": f"{kind}-result/1",
            "authority": profile.name,
            "la_code": framework.la_code,
            "gss_code": profile.gss_code,
            "framework": framework.name,
            "framework_words": whose(framework),
            "year": profile.year,
            "time_period": time_period(profile.year),
            "scenario": answer_value.experiment.scenario.name,
            "answer": answer,
            **body,
            "replications": answer_value.replications,
            "seed": answer_value.seed,
            "engine": answer_value.engine,
            "convention": answer_value.convention.value,
            "notes": list(notes),
            "command": answer_value.command,
            "attribution": attribution(),
            "quality": QUALITY,
            "version": __version__,
        }
    )
    return data


@checked_arguments
def to_json(result: Result) -> str:
    """The result as one JSON object, ending in a new line."""
    return json.dumps(to_dict(result), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


@checked_arguments
def to_dict(result: Result) -> dict[str, Any]:
    """The result as plain data. What has no value is None; shares of ``bands`` run from 0 to 1."""
    framework, profile, scenario = (
        result.experiment.framework,
        result.experiment.profile,
        result.experiment.scenario,
    )
    return {
        "authority": profile.name if framework.authority is None else framework.authority,
        "la_code": framework.la_code,
        "gss_code": profile.gss_code,
        "framework": framework.name,
        "framework_title": framework.title,
        "framework_status": framework.status,
        "framework_words": whose(framework),
        "year": result.experiment.simulated_year,
        "time_period": time_period(result.experiment.simulated_year),
        "caseload_year": profile.year,
        "scenario": scenario.name,
        "scenario_title": scenario.title,
        "scenario_changes": list(scenario.changes),
        "caption": scenario.caption,
        "replications": result.replications,
        "seed": result.seed,
        "engine": result.engine,
        "convention": result.convention.value,
        "convention_words": result.convention.text,
        "settled": result.settled if result.replications > 1 else None,
        "practice": standing(result),
        "measures": {name: _measure(estimate) for name, estimate in result.measures.items()},
        "bands": {name: _number(estimate.value / 100) for name, estimate in result.bands.items()},
        "bands_intervals": {
            name: [_number(estimate.low / 100), _number(estimate.high / 100)]
            for name, estimate in result.bands.items()
        },
        "published": _published(result),
        "assumptions": [_assumption(number) for number in result.assumptions],
        "notes": list(result.notes),
        "command": result.command,
        "attribution": attribution(),
        "quality": QUALITY,
        "version": __version__,
    }


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _measure(estimate: Estimate) -> dict[str, Any]:
    return {
        "title": estimate.title,
        "unit": estimate.unit,
        "of": estimate.of,
        "value": _number(estimate.value),
        "low": _number(estimate.low),
        "high": _number(estimate.high),
        "year_low": _number(estimate.year_low),
        "year_high": _number(estimate.year_high),
        "replications": estimate.replications,
    }


def _assumption(number: Number) -> dict[str, Any]:
    return {
        "path": number.path,
        "title": number.title,
        "value": _number(number.value),
        "unit": number.unit,
        "low": _number(number.low),
        "high": _number(number.high),
        "reason": number.note,
        "file": number.origin.file,
        "line": number.origin.line,
    }


def _published(result: Result) -> dict[str, Any]:
    who, bands = peers(result), own_bands(result)
    return {
        "year": who.year,
        "authority": who.own_name,
        "region": who.region_name,
        "neighbours": list(who.neighbours),
        "measures": {
            row.estimate.name: {
                "authority": _number(row.own),
                "own_return": _number(row.own_return),
                "neighbours_median": _number(row.neighbours),
                "neighbours_known": row.known,
                "region": _number(row.region),
                "england": _number(row.england),
            }
            for row in beside(result)
        },
        "bands": None if bands is None else dict(zip(result.bands, bands.shares, strict=True)),
    }

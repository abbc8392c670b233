"""A result as plain data, for JSON: numbers, text, lists and maps, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from simkit.data import attribution
from simkit.framework.framework import Number
from simkit.framework.wording import whose
from simkit.output.answers.result.not_known import range_data
from simkit.output.answers.result.published import own_bands, peers, published_measures
from simkit.output.answers.wording import QUALITY, standing, time_period
from simkit.study.compare.paired_difference import PairedDifference
from simkit.study.estimate import Estimate
from simkit.study.result import Result
from simkit.version import __version__


def data(result: Result) -> dict[str, Any]:
    """The result as plain data. What has no value is None; shares of ``bands`` run from 0 to 1."""
    experiment = result.experiment
    framework, profile, scenario = experiment.framework, experiment.profile, experiment.scenario
    return {
        "authority": profile.name if framework.authority is None else framework.authority,
        "la_code": framework.la_code,
        "gss_code": profile.gss_code,
        "framework": framework.name,
        "framework_title": framework.title,
        "framework_status": framework.status,
        "framework_words": whose(framework),
        "year": experiment.simulated_year,
        "time_period": time_period(experiment.simulated_year),
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
        "measures": {name: estimate_data(estimate) for name, estimate in result.measures.items()},
        "since": result.since,
        "without_response": _measures_beside(result.without_response),
        "as_published": _measures_beside(result.as_published),
        "section_47_exempt": _measures_beside(result.section_47_exempt),
        "change": None if result.change is None else difference_data(result.change),
        "change_without_response": None
        if result.change_without_response is None
        else difference_data(result.change_without_response),
        "not_known": range_data(result),
        "price": {
            "measures": list(result.price),
            "agency_cover_fte": result.agency_cover if result.without_response else None,
        },
        "published_changes": list(result.published_changes.sentences),
        "bands": {name: estimate.value / 100 for name, estimate in result.bands.items()},
        "bands_intervals": {
            name: [estimate.low / 100, estimate.high / 100] for name, estimate in result.bands.items()
        },
        "published": _published(result),
        "assumptions": [_assumption(number) for number in result.assumptions],
        "notes": list(result.notes),
        "command": result.command,
        "attribution": attribution(),
        "quality": QUALITY,
        "version": __version__,
    }


def estimate_data(estimate: Estimate) -> dict[str, Any]:
    """Everything about a measure but its name."""
    data = asdict(estimate)
    del data["name"]
    return data


def _measures_beside(measures: Mapping[str, Estimate] | None) -> dict[str, Any] | None:
    """The same measures of other runs on the same simulated years; None where there are none."""
    return None if measures is None else {name: estimate_data(each) for name, each in measures.items()}


def difference_data(difference: PairedDifference) -> dict[str, Any]:
    """A difference with its verdict, without the name of its measure."""
    values = asdict(difference)
    del values["measure"]
    return {**values, "verdict": difference.verdict}


def number_data(number: Number) -> dict[str, Any]:
    """A modelling number with its range."""
    fields = ("path", "title", "value", "unit", "low", "high")
    return {field: getattr(number, field) for field in fields}


def _assumption(number: Number) -> dict[str, Any]:
    return {
        **number_data(number),
        "reason": number.note,
        "file": number.origin.file,
        "line": number.origin.line,
    }


def _published(result: Result) -> dict[str, Any]:
    who, bands = peers(result), own_bands(result)
    return {
        "year": who.of_durations,
        "authority": who.own_name,
        "region": who.region_name,
        "neighbours": list(who.neighbours),
        "measures": {
            row.estimate.name: {
                "year": row.year,
                "authority": row.own,
                "own_return": row.own_return,
                "neighbours_median": row.neighbours,
                "neighbours_known": row.known,
                "region": row.region,
                "england": row.england,
            }
            for row in published_measures(result)
        },
        "bands": None if bands is None else dict(zip(result.bands, bands.shares, strict=True)),
    }

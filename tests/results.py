"""Small results that several test files look at: one tiny run, what could be made of it, and its files."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from simkit.data import bands
from simkit.framework.check import load
from simkit.model.inputs.scenario import load_scenario
from simkit.study.experiment import run
from simkit.study.notes import notes_of
from simkit.study.result import Result


def noted(result: Result) -> Result:
    """A changed result with the notes that belong to it now."""
    return replace(result, notes=notes_of(result))


@cache
def tiny() -> Result:
    """The Isles of Scilly, five replications: no band of theirs is published."""
    return run("isles-of-scilly", year=2023, replications=5, engine="simpy", workers=1)


@cache
def with_bands() -> Result:
    """The same numbers told of Hackney, whose bands are published."""
    published = bands("204", 2023)
    profile = replace(tiny().experiment.profile, name="Hackney", la_code="204", published=published)
    own = load("hackney")
    changed = replace(tiny().experiment, framework=own, without_scenario=own, profile=profile)
    return noted(replace(tiny(), experiment=changed))


@cache
def what_if() -> Result:
    """Hackney's under the scenario that takes the national limit away."""
    scenario = load_scenario("no-national-limit")
    framework = load("hackney", scenario.source)
    changed = replace(with_bands().experiment, framework=framework, scenario=scenario)
    return noted(replace(with_bands(), experiment=changed))


@cache
def wordy() -> Result:
    """The longest name and words that a figure has to find room for."""
    framework = load("bournemouth-christchurch-and-poole")
    title = "Bournemouth, Christchurch and Poole with all of its partners, working together for its children"
    profile = replace(with_bands().experiment.profile, name=title)
    longer = replace(framework, authority=f"{title} and of the county around it", status="documented")
    changed = replace(what_if().experiment, framework=longer, profile=profile)
    return noted(replace(what_if(), experiment=changed, settled=False))


_SAVED = TemporaryDirectory(prefix="simkit-results-")


@cache
def folder_of(result: Result) -> Path:
    """The folder of a result, saved once for all tests: they read it, or change a copy of it."""
    folder = Path(_SAVED.name) / str(id(result))
    result.save(folder)
    return folder


@cache
def workbook_of(result: Result) -> Any:
    """The workbook of a result, made once for all tests, which read it."""
    openpyxl = pytest.importorskip("openpyxl")
    file = Path(_SAVED.name) / f"{id(result)}.xlsx"
    result.save(file)
    return openpyxl.load_workbook(file)

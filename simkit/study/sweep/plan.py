"""The plan of a sweep: which frameworks, scenarios and years are run, and how often."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from simkit.common.errors import SimkitError
from simkit.data import ENGLAND, UnknownAuthorityError, authorities, authority
from simkit.framework import library
from simkit.framework.check import load
from simkit.framework.problem import FrameworkError, Problems
from simkit.framework.rules.plan import framework_file, plan_problems, scenario_file
from simkit.framework.yaml.source import Source, read
from simkit.model.inputs.published_rates import latest_usable_year


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A framework or scenario of a plan: its name there, and its file. ``own``: not shipped with simkit."""

    name: str
    path: Path
    own: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """One framework under one scenario in one year: simulated, stored and counted as one.

    ``year`` is None where no published figures could be found for the framework; running it says why.
    """

    framework: PlanEntry
    scenario: PlanEntry
    year: int | None

    @property
    def file(self) -> str:
        """The name of its file in the folder of results."""
        parts = (_file_part(self.framework), _file_part(self.scenario), str(self.year))
        return f"{'_'.join(parts)}.parquet"

    def __str__(self) -> str:
        return f"{self.framework.name}, {self.scenario.name}, {self.year or 'no year'}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sweep runs: every framework under every scenario in every year, ``replications`` times each.

    ``every``: the frameworks are those of all authorities that there were in the year. ``years`` is empty
    where the latest published figures are taken. ``name`` is the plan as the user gave it.
    """

    name: str
    title: str
    frameworks: tuple[PlanEntry, ...]
    every: bool
    scenarios: tuple[PlanEntry, ...]
    years: tuple[int, ...]
    replications: int
    seed: int
    engine: str
    convention: str

    def pieces(self) -> tuple[Piece, ...]:
        """What there is to simulate, in the order of the plan."""
        return tuple(self._pieces())

    def _pieces(self) -> Iterator[Piece]:
        now = latest_usable_year(ENGLAND)
        for scenario in self.scenarios:
            for framework in self.frameworks:
                for year in self.years or (_latest(framework),):
                    # Of all, those that there are in the year; some published nothing of the latest.
                    if not self.every or authority(framework.name).existed(
                        year if self.years and year else now
                    ):
                        yield Piece(framework, scenario, year)

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain data."""
        return {
            "title": self.title,
            "frameworks": "all" if self.every else [each.name for each in self.frameworks],
            "scenarios": [each.name for each in self.scenarios],
            "years": list(self.years),
            "replications": self.replications,
            "seed": self.seed,
            "engine": self.engine,
            "convention": self.convention,
        }


def load_plan(name: str | Path) -> Plan:
    """The plan of a file, or of one that came with simkit.

    Raises NameNotFound for an unknown name, FrameworkError with every problem of the file.
    """
    path = library.find_plan(str(name))
    return _plan(read(path, library.display_path(path)), str(name))


def plan_of(data: Mapping[str, Any]) -> Plan:
    """The plan that plain data describes, in the form of the file: for use from Python.

    ``plan_of({"frameworks": ["hackney"], "scenarios": ["as-published"], "replications": 30, "seed": 1})``.
    Raises FrameworkError.
    """
    return _plan(Source("plan", {"simkit": "sweep/1", **data}), "plan")


def _plan(source: Source, name: str) -> Plan:
    problems = Problems(plan_problems(source))
    if not problems.ok:
        raise FrameworkError(problems)
    data = source.data
    beside = source.path.parent if source.path is not None else Path()
    every = data["frameworks"] == "all"
    listed = _of_authorities() if every else data["frameworks"]
    return Plan(
        name=name,
        title=str(data.get("title", Path(name).stem)),
        frameworks=tuple(_entry(each, framework_file(each, beside)) for each in listed),
        every=every,
        scenarios=tuple(_entry(each, scenario_file(each, beside)) for each in data["scenarios"]),
        years=tuple(data.get("years", ())),
        replications=data["replications"],
        seed=data["seed"],
        engine=str(data.get("engine", "auto")),
        convention=str(data.get("convention", "day_0")),
    )


def _of_authorities() -> Iterator[str]:
    """The frameworks of the authorities, one for each file, in the order of their codes."""
    shipped = set(library.names("authorities"))
    return (each.slug for each in authorities() if each.slug in shipped)


def _entry(written: object, path: Path) -> PlanEntry:
    """What is shipped goes by its own name, what is the user's by the one that the plan gives it."""
    with suppress(OSError, ValueError):
        inside = path.resolve().relative_to(library.root().resolve())
        if inside.parts[0] == "frameworks":
            return PlanEntry(library.name_of(path), path, own=False)
        if inside.parts[0] == "scenarios":
            return PlanEntry(path.stem, path, own=False)
    return PlanEntry(str(written).replace("\\", "/"), path, own=True)


def _latest(framework: PlanEntry) -> int | None:
    """The latest year with published figures for the framework; None where it can't be told."""
    try:
        if not framework.own:
            with suppress(UnknownAuthorityError):
                return latest_usable_year(authority(framework.name).la_code)
        return latest_usable_year(load(framework.path).la_code or ENGLAND)
    except (SimkitError, LookupError):
        return None


def _file_part(named: PlanEntry) -> str:
    """A name as a part of a file name. Of the user's own names, two can be the same once they are plain."""
    plain = re.sub(r"[^a-z0-9]+", "-", named.name.lower().removesuffix(".yaml")).strip("-")[-60:]
    return f"{plain}-{sha256(named.name.encode()).hexdigest()[:8]}" if named.own else plain

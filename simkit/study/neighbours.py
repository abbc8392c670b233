"""An authority beside its statistical neighbours, its region and England, each on its own caseload.

Nothing is paired here: every authority has its own framework, caseload, staff and practice, so differences
between them have the intervals of two samples that have nothing to do with each other (Welch's).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simkit.common.arguments import checked_arguments
from simkit.common.arrays import Floats
from simkit.common.display import Answer
from simkit.common.errors import SimkitError
from simkit.common.progress import Progress, with_progress
from simkit.common.shell import command_line
from simkit.data import all_neighbours, authorities, region_of
from simkit.data import authority as known_authority
from simkit.framework.check import DEFAULT_EDITION, GivenFramework
from simkit.model.measures.day_counts import Convention
from simkit.study.compare.paired_difference import PairedDifference, unpaired_difference
from simkit.study.estimate import Estimate, definitions_of, estimate_of
from simkit.study.experiment import LEAST, experiment
from simkit.study.indicators import published_within_45
from simkit.study.result import HEADLINE, Experiment
from simkit.study.runner import Job, open_runner, tasks_of

SHARES: Mapping[str, str] = {
    HEADLINE: "cohort_assessments",
    "published_within_45_days_pct": "published_assessments",
}
"""The measures compared, and the count of children that each is a share of: areas are pooled by it."""

_OF_REGION = 10  # replications of the region's other authorities, which come in as one


@dataclass(frozen=True, slots=True)
class Area:
    """An authority, or several pooled by their children.

    ``kind``: own, neighbour, region or england. ``measures``: simulated; ``gaps``: what it has more than the
    authority itself, unpaired, empty for that. ``published``: the published share within 45
    working days in percent, None where there is none. ``authorities``: how many it is made of.
    """

    kind: str
    name: str
    la_code: str | None
    framework: str
    measures: Mapping[str, Estimate]
    gaps: Mapping[str, PairedDifference]
    published: float | None
    authorities: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An authority that could not be simulated. ``kind``: neighbour, or region for another one of it."""

    kind: str
    name: str
    why: str

    @property
    def words(self) -> str:
        """As a sentence."""
        return f"{self.name} is left out: {self.why}"


@dataclass(frozen=True, eq=False)
class Neighbourhood(Answer):
    """An authority first, then its neighbours, nearest first, its region and England's average authority.

    ``left_out``: those that could not be simulated, and why.
    """

    experiment: Experiment
    areas: tuple[Area, ...]
    left_out: tuple[LeftOut, ...]
    replications: int
    seed: int
    engine: str
    convention: Convention

    @property
    def command(self) -> str:
        """The command that repeats it."""
        year = str(self.experiment.profile.year)
        words = ["simkit", "compare", self.experiment.name, "--neighbours", "--year", year]
        words += ["--replications", str(self.replications), "--seed", str(self.seed)]
        words += ["--engine", self.engine, "--convention", self.convention.value]
        return command_line(*words)

    def __repr__(self) -> str:
        return f"Neighbourhood({self.areas[0].name!r}, {len(self.areas) - 1} areas beside it)"


@checked_arguments
@with_progress("Simulating years")
def beside_neighbours(
    name: GivenFramework,
    *,
    replications: int | None = None,
    seed: int = 1,
    engine: str = "auto",
    convention: Convention | str | None = None,
    year: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Neighbourhood:
    """Simulate an authority and those it is usually compared with, each as it is, in the same year.

    Raises SimkitError for a framework that is no authority's.
    """
    count = LEAST if replications is None else replications
    own = experiment(name, year=year)
    code = own.framework.la_code
    if code is None:
        raise SimkitError(f"{name} is no authority's framework, so it has no neighbours. Name an authority.")
    year = own.profile.year
    left_out: list[LeftOut] = []
    near = [each for each in all_neighbours(code, year) if each != code]
    region, region_name = region_of(code)
    in_region = [a.la_code for a in authorities() if a.region_code == region and a.existed(year)]
    experiments = {code: own}
    for each in dict.fromkeys((*near, *in_region)):
        if each not in experiments:
            try:
                experiments[each] = experiment(each, year=year)
            except SimkitError as error:
                kind = "neighbour" if each in near else "region"
                left_out.append(LeftOut(kind, known_authority(each).name, str(error.__cause__ or error)))
    england = experiment(DEFAULT_EDITION, year=year)
    plan = [(code, own, count)]
    plan += [(each, experiments[each], count) for each in near if each in experiments]
    planned = {each for each, _, _ in plan}
    few = min(count, _OF_REGION)
    plan += [
        (each, experiments[each], few) for each in in_region if each in experiments and each not in planned
    ]
    plan += [("england", england, count)]
    counting = Convention.of(convention, (each.framework for _, each, _ in plan[:1]))
    runs, engine_name = _run(plan, seed, counting, engine, workers, progress)
    own_values = {measure: _values(runs[code], measure) for measure in SHARES}

    def area(
        kind: str, title: str, which: Sequence[str], first: Experiment | None, few: int | None = None
    ) -> Area:
        values = {measure: _pooled([runs[each][:few] for each in which], measure) for measure in SHARES}
        defined = definitions_of(own.framework)
        return Area(
            kind=kind,
            name=title,
            la_code=which[0] if kind in ("own", "neighbour") else None,
            framework="" if first is None else first.framework.name,
            measures={m: estimate_of(defined[m], v) for m, v in values.items()},
            gaps={}
            if kind == "own"
            else {m: unpaired_difference(defined[m], own_values[m], v) for m, v in values.items()},
            published=published_within_45(region if kind == "region" else which[0], year),
            authorities=len(which),
        )

    region_measured = [each for each in in_region if each in runs]
    areas = [area("own", own.profile.name, [code], own)]
    areas += [
        area("neighbour", experiments[n].profile.name, [n], experiments[n]) for n in near if n in experiments
    ]
    areas += [area("region", region_name, region_measured, None, few)]
    areas += [area("england", england.profile.name, ["england"], england)]
    return Neighbourhood(
        experiment=own,
        areas=tuple(areas),
        left_out=tuple(left_out),
        replications=count,
        seed=seed,
        engine=engine_name,
        convention=counting,
    )


def _run(
    plan: Sequence[tuple[str, Experiment, int]],
    seed: int,
    convention: Convention,
    engine: str,
    workers: int | None,
    progress: Progress | None,
) -> tuple[Mapping[str, Sequence[Mapping[str, float]]], str]:
    """What is compared in each run of each area, by code, and the name of the engine."""
    codes = [code for code, _, count in plan for _ in range(count)]
    jobs = (Job(each.setting, seed, n, convention) for _, each, count in plan for n in range(count))
    measured: dict[str, list[Mapping[str, float]]] = {code: [] for code, _, _ in plan}
    work = sum(tasks_of(each.setting, count) for _, each, count in plan)
    with open_runner(engine, work, workers) as runner:
        for code, each in zip(
            codes, runner.values((*SHARES, *SHARES.values()), jobs, len(codes), progress), strict=True
        ):
            measured[code].append(each)
        return measured, runner.engine.name


def _values(runs: Sequence[Mapping[str, float]], measure: str) -> Floats:
    return np.array([each[measure] for each in runs])


def _pooled(runs: Sequence[Sequence[Mapping[str, float]]], measure: str) -> Floats:
    """The share of all the areas' children together, replication by replication."""
    shares = np.array([_values(each, measure) for each in runs])
    weights = np.array([_values(each, SHARES[measure]) for each in runs])
    weights[np.isnan(shares)] = 0
    total = weights.sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(total > 0, np.nansum(shares * weights, axis=0) / total, np.nan))

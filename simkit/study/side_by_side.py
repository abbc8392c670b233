"""Scenarios of one framework side by side on the same simulated children, run a step at a time.

Each side has the figures of ``run``, and together they have those of ``compare``: the years that both need
are simulated once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from simkit.common.arguments import checked_arguments
from simkit.common.errors import SimkitError
from simkit.framework.check import GivenFramework, load
from simkit.model.inputs.calibration import Calibration
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.scenario import AS_PUBLISHED, GivenScenario, load_scenario
from simkit.model.measures.day_counts import Convention
from simkit.model.measures.measures import RunMeasures
from simkit.model.workload.sample import Setting
from simkit.study.compare.arms import ArmPlan
from simkit.study.compare.compare import FEWEST, Comparison, Sides, Tally, command_name, sides_of
from simkit.study.compare.plan_file import Plan
from simkit.study.compare.same_work import same_work
from simkit.study.experiment import LEAST, experiment, settings_beside, summary
from simkit.study.pulled import Engines, Pulled
from simkit.study.result import Experiment, Result
from simkit.study.runner import Job, measured, tasks_of

MOST_SIDES = 4


class Years:
    """Simulated years by setting, so that none is run twice."""

    def __init__(self) -> None:
        self._settings: list[Setting] = []
        self._runs: list[list[RunMeasures]] = []
        self._early: dict[tuple[int, int], RunMeasures] = {}

    def of(self, settings: Sequence[Setting]) -> list[list[RunMeasures]]:
        """The years of each setting, to be read and added to; settings with the same work have the same."""
        found = []
        for setting in settings:
            *_, number = same_work((*self._settings, setting))
            if number == len(self._settings):
                self._settings.append(setting)
                self._runs.append([])
            found.append(self._runs[number])
        return found

    def place(self, runs: list[RunMeasures], number: int) -> tuple[int, int]:
        """Where the year of that number is in ``runs``, which ``of`` gave. Same work, same place."""
        return next(at for at, each in enumerate(self._runs) if each is runs), number

    def has(self, place: tuple[int, int]) -> bool:
        """Whether the year of that place was simulated."""
        setting, number = place
        return number < len(self._runs[setting]) or place in self._early

    def add(self, place: tuple[int, int], year: RunMeasures) -> None:
        """Add a simulated year; one that comes before its turn waits until those before it are there."""
        if self.has(place):
            return
        setting, _ = place
        self._early[place] = year
        runs = self._runs[setting]
        while (setting, len(runs)) in self._early:
            runs.append(self._early.pop((setting, len(runs))))


@checked_arguments
def side_by_side(
    name: GivenFramework,
    *scenarios: GivenScenario,
    replications: int = LEAST,
    seed: int = 1,
    engine: str = "auto",
    convention: Convention | str | None = None,
    year: int | None = None,
    caseload: Profile | str | Path | None = None,
    calibration: Calibration | str | Path | None = None,
) -> SideBySide:
    """Begin to run a framework as it is and under each scenario, on the same simulated children.

    Nothing is run until it is asked for: ``for results in side_by_side("hackney", "winter-surge"): ...``
    gives the ``Result`` of each side after one simulated year, then after two, and so on. The last have the
    figures of ``run``, and ``comparison()`` those of ``compare``. ``step()`` runs the least that can be run
    at a time. The engine is chosen as by ``pull``. Raises as ``run``, and SimkitError for more than three
    scenarios.
    """
    if len(scenarios) >= MOST_SIDES:
        raise SimkitError(f"At most {MOST_SIDES} sides are run together, one of them without any change.")
    framework = load(name)
    chosen = [load_scenario(each) for each in scenarios]
    every = [
        experiment(framework, each, year=year, caseload=caseload, calibration=calibration)
        for each in (AS_PUBLISHED, *chosen)
    ]
    plans = tuple(ArmPlan(framework, each) for each in (AS_PUBLISHED, *chosen))
    names = (command_name(name), *(command_name(each) for each in chosen))
    plan = Plan("Comparison on the same simulated cases", "", plans, None, names)
    return SideBySide(every, plan, replications=replications, seed=seed, engine=engine, convention=convention)


class SideBySide(Pulled[tuple[Result, ...]]):
    """Sides that are run a step at a time, made by ``side_by_side``.

    ``experiments``: one for each side, the first without any change; ``plan`` has the same sides.
    ``years``: what is simulated already, from earlier sides with the same seed and convention.
    """

    def __init__(
        self,
        experiments: Sequence[Experiment],
        plan: Plan,
        *,
        replications: int = LEAST,
        seed: int = 1,
        engine: str = "auto",
        convention: Convention | str | None = None,
        years: Years | None = None,
    ) -> None:
        self.experiments = tuple(experiments)
        self.seed = seed
        self.plan = plan
        self.expected = replications
        """Simulated years of each side in all."""
        self.years = years or Years()
        self._sides: Sides | None = None
        if len(self.experiments) > 1:
            self._sides = sides_of(plan, self.experiments[0], convention)
            self.convention = self._sides.convention
        else:
            self.convention = Convention.of(convention, (self.experiments[0].framework,))
        self._settings = self._wanted()
        self._runs = self.years.of(self._settings)
        distinct = len({id(each) for each in self._runs})
        super().__init__(Engines(engine, distinct * tasks_of(self._settings[0], replications)))
        self._engine = self._engines.engine.name

    def _wanted(self) -> list[Setting]:
        """Every setting, those of the sides first: with them there is something to show."""
        own = [each.setting for each in self.experiments]
        beside = [each for one in self.experiments for each in settings_beside(one)]
        varied = [self._sides.variants.settings[n] for n in self._sides.tried] if self._sides else []
        return [*own, *beside, *varied]

    @property
    def done(self) -> int:
        """Years simulated of everything."""
        return min(self.expected, *(len(each) for each in self._runs))

    @property
    def begun(self) -> int:
        """Years simulated of the sides themselves, which come first."""
        return min(len(each) for each in self._runs[: len(self.experiments)])

    @property
    def finished(self) -> bool:
        """Whether all years that are expected are simulated."""
        return self.done >= self.expected

    def step(self) -> bool:
        """Simulate one year of one setting; False where there was nothing left to do, or after ``stop``."""
        for place, job in self.jobs():
            engine = self._engines.now()
            self.years.add(place, measured(job, engine))
            self._engine = engine.name
            return True
        return False

    def jobs(self) -> Iterator[tuple[tuple[int, int], Job]]:
        """What is still to be simulated, in the order that figures need, each with its place in ``years``.

        Jobs may be run anywhere, and their measures added to ``years`` in any order. None after ``stop``.
        """
        if self._stopped:
            return
        seen = set()
        for number in range(self.done, self.expected):
            for setting, runs in zip(self._settings, self._runs, strict=True):
                place = self.years.place(runs, number)
                if place not in seen and not self.years.has(place):
                    seen.add(place)
                    yield place, Job(setting, self.seed, number, self.convention)

    def __next__(self) -> tuple[Result, ...]:
        """The results of all years so far and of one more."""
        number = self.done
        while self.done == number:
            if not self.step():
                self.stop()
                raise StopIteration
        return self.results()

    def results(self) -> tuple[Result, ...]:
        """The result of each side so far; empty before there is any.

        In the first year a change of caseload or staff comes without what is run beside it.
        """
        return self.results_after(self.done)

    def results_after(self, done: int) -> tuple[Result, ...]:
        """As ``results``, after so many years. Another thread may add years meanwhile."""
        count = done or min(1, self.begun)
        if not count:
            return ()
        results, at = [], len(self.experiments)
        for each, runs in zip(self.experiments, self._runs, strict=False):
            more = len(settings_beside(each))
            beside = [other[:count] for other in self._runs[at : at + more]] if done else []
            at += more
            results.append(
                summary(
                    each,
                    runs[:count],
                    beside,
                    seed=self.seed,
                    engine=self._engine,
                    convention=self.convention,
                )
            )
        return tuple(results)

    def comparison(self) -> Comparison | None:
        """The comparison of the sides so far; None of one side alone, or after fewer than 5 years."""
        return self.comparison_after(self.done)

    def comparison_after(self, done: int) -> Comparison | None:
        """As ``comparison``, after so many years. Another thread may add years meanwhile."""
        if self._sides is None or done < FEWEST:
            return None
        tally = Tally(self._sides, done)
        varied = self._runs[len(self._runs) - len(self._sides.tried) :]
        for which, runs in zip(self._sides.tried, varied, strict=True):
            for number in range(done):
                tally.add(which, number, runs[number])
        return tally.comparison(self.seed, self._engine)

"""The runs of one framework file, side by side, and the own return that was read for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from simkit.common.shell import command_line
from simkit.designer.running.turn import Turn
from simkit.designer.running.what_if import AS_IT_IS, WhatIf
from simkit.framework.framework import Framework
from simkit.model.inputs.calibration import Calibration
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.scenario import AS_PUBLISHED
from simkit.returns.result import Return
from simkit.study.compare.arms import ArmPlan
from simkit.study.compare.compare import Comparison
from simkit.study.compare.plan_file import Plan
from simkit.study.experiment import LEAST, experiment
from simkit.study.result import Experiment, Result
from simkit.study.side_by_side import SideBySide, Years

CASELOAD_FILE, PRACTICE_FILE = "caseload.json", "practice.yaml"
ENGINE = "auto"


@dataclass(frozen=True, slots=True, eq=False)
class OwnReturn:
    """A return as counts, with the practice fitted to it; None until then."""

    counts: Return
    practice: Calibration | None = None


@dataclass(frozen=True, slots=True)
class Caseload:
    """Whose caseload a run has: ``kind`` is published, return or hand; published is without a profile.

    ``counts``: the return that it comes from.
    """

    kind: str = "published"
    profile: Profile | None = None
    practice: Calibration | None = None
    counts: Return | None = field(default=None, compare=False)

    @property
    def words(self) -> str:
        """Whose it is, in words."""
        return {"return": "our own return", "hand": "our own figures"}.get(
            self.kind, "the published caseload"
        )


def experiment_of(framework: Framework, file: str, what_if: WhatIf, caseload: Caseload) -> Experiment:
    """What one side simulates, with the names of the files that repeat it. Raises SimkitError."""
    made = experiment(
        framework,
        what_if.scenario(framework),
        caseload=caseload.profile,
        calibration=caseload.practice,
    )
    options: tuple[str, ...] = ()
    if caseload.profile is not None:
        options += ("--caseload", CASELOAD_FILE)
    if caseload.practice is not None:
        options += ("--practice", PRACTICE_FILE)
    name = AS_PUBLISHED.name if what_if == WhatIf() else what_if.file
    return replace(made, name=file, scenario_name=name, command_options=options)


class Runs:
    """The runs of one framework file, side by side on the same simulated children.

    ``version`` is that of the ``file``. The first of ``what_ifs`` changes nothing; the others are compared
    with it.
    """

    def __init__(self, framework: Framework, file: str, version: str, caseload: Caseload) -> None:
        self.framework, self.file, self.version, self.caseload = framework, file, version, caseload
        self.what_ifs: tuple[WhatIf, ...] = (WhatIf(),)
        self.years = Years()
        self.sides = self._sides(self.what_ifs, LEAST)
        self._turn = Turn()
        self._compared: tuple[int, SideBySide, Comparison | None] | None = None

    def _sides(self, what_ifs: Sequence[WhatIf], years: int) -> SideBySide:
        experiments = [experiment_of(self.framework, self.file, each, self.caseload) for each in what_ifs]
        arms = tuple(ArmPlan(self.framework, e.scenario, _label(e)) for e in experiments)
        files = tuple(each.scenario_name for each in experiments[1:])
        plan = Plan("Comparison on the same simulated cases", "", arms, None, (self.file, *files))
        return SideBySide(experiments, plan, replications=years, engine=ENGINE, years=self.years)

    def set(self, what_ifs: Sequence[WhatIf], years: int | None = None) -> None:
        """Run these; what is simulated already is kept. Raises SimkitError, and goes on as before."""
        made = self._sides(what_ifs, years or self.sides.expected)
        self.sides.stop()
        self.what_ifs, self.sides = tuple(what_ifs), made

    def more(self) -> None:
        """Go on after a stop; where all years are simulated, with as many again."""
        expected = self.sides.expected
        self.set(self.what_ifs, expected + LEAST if self.sides.finished else expected)

    def work(self, seconds: float) -> None:
        """Run for so long, at least one step, or to the first figures."""
        sides = self.sides
        first = not sides.begun

        def step() -> bool:
            return sides.step() and not (first and sides.begun)

        self._turn.take(step, seconds)
        if sides.finished:
            sides.stop()

    @property
    def going(self) -> bool:
        """Whether there is something left to run that nobody has stopped."""
        return not self.sides.stopped and not self.sides.finished

    def results(self) -> tuple[Result, ...]:
        """The results so far."""
        return self.sides.results()

    def comparison(self) -> Comparison | None:
        """The comparison so far."""
        return self._comparison_after(self.sides, self.sides.done)

    def so_far(self) -> tuple[tuple[Result, ...], Comparison | None]:
        """The results and their comparison, after the same years, even if another page adds some."""
        sides, done = self.sides, self.sides.done
        return sides.results_after(done), self._comparison_after(sides, done)

    def _comparison_after(self, sides: SideBySide, done: int) -> Comparison | None:
        """The comparison, worked out once for each number of years."""
        kept = self._compared
        if kept is None or kept[0] != done or kept[1] is not sides:
            kept = (done, sides, sides.comparison_after(done))
            self._compared = kept
        return kept[2]

    def command(self, compared: Comparison | None) -> str:
        """The command that repeats the comparison; empty where it can't name the caseload."""
        if compared is None or self.caseload.profile is not None:
            return ""
        words = ["simkit", "compare", *compared.names, "--authority", self.file]
        words += ["--year", str(compared.host.profile.year), "--replications", str(compared.replications)]
        words += ["--seed", str(compared.seed), "--engine", compared.engine]
        return command_line(*words, "--convention", compared.convention.value)


def _label(made: Experiment) -> str:
    return AS_IT_IS if made.scenario is AS_PUBLISHED else made.scenario.title

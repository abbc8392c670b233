"""One replication with its events: what happened to each case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simkit.common.arguments import checked_arguments
from simkit.framework.check import GivenFramework
from simkit.model.inputs.scenario import AS_PUBLISHED, GivenScenario
from simkit.model.measures import event_log
from simkit.model.measures.day_counts import Convention
from simkit.model.measures.measures import RunMeasures, measure
from simkit.model.outcome import Outcome
from simkit.model.workload.workload import Workload
from simkit.study.experiment import experiment
from simkit.study.result import Experiment
from simkit.study.runner import chosen_engine, simulated, tasks_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Replay:
    """One replication of an experiment: ``workload`` is what was drawn, ``outcome`` what happened.

    Nobody in it exists: every row of its tables says that it is simulated.
    """

    experiment: Experiment
    seed: int
    replication: int
    workload: Workload
    outcome: Outcome

    def log(self) -> pd.DataFrame:
        """Every task done, one a row, as an event log in the columns of the XES standard.

        See ``simkit.model.measures.event_log.to_log``. ``pm4py`` opens it as it is.
        """
        return event_log.to_log(self.workload, self.outcome)

    def children(self) -> pd.DataFrame:
        """Every child referred, one a row, with dates under the names of the children in need census.

        See ``simkit.model.measures.event_log.case_table``.
        """
        return event_log.case_table(self.workload, self.outcome)

    def measured(self, convention: Convention | str = Convention.DAY_0) -> RunMeasures:
        """The measures of this replication alone: one of the values that a Result is the mean of."""
        return measure(self.workload, self.outcome, Convention(convention))

    def __repr__(self) -> str:
        name = f"{self.experiment.framework.title!r}, {self.experiment.scenario.name}"
        return f"Replay({name}, replication {self.replication} of seed {self.seed}, {self.outcome!r})"


@checked_arguments
def replay(
    name: GivenFramework,
    scenario: GivenScenario = AS_PUBLISHED,
    *,
    replication: int = 0,
    seed: int = 1,
    engine: str = "auto",
    year: int | None = None,
) -> Replay:
    """Run one replication of a framework and keep what happened to each case.

    Its cases, people and draws are those of replication number ``replication``, the first being 0, of
    ``run`` with the same name, scenario, year and seed. Raises SimkitError for input that can't be run.
    """
    replayed = experiment(name, scenario, year=year)
    fitting = chosen_engine(engine, tasks_of(replayed.setting, 1))
    return Replay(replayed, seed, replication, *simulated(replayed.setting, seed, replication, fitting))

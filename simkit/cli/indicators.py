"""``simkit indicators``: the published indicators, computed for simulated years."""

from __future__ import annotations

from simkit.cli.options import AnswerOptions, ModelOptions, Name, ScenarioName, SimulatedYears, Workers
from simkit.cli.show_answer import check_destination, show


def indicators(
    name: Name,
    scenario: ScenarioName = "as-published",
    replications: SimulatedYears = None,
    *,
    model: ModelOptions,
    workers: Workers = None,
    answer: AnswerOptions,
) -> None:
    """The published timeliness indicators of simulated years, beside the published figures."""
    from simkit.study import experiment
    from simkit.study.indicators import indicators as indicators_of

    check_destination(answer.out)
    result = experiment.run(name, scenario, replications=replications, workers=workers, **model.arguments())
    show(indicators_of(result), answer.out, answer.format, full=answer.full)

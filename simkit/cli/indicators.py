"""``simkit indicators``: the published indicators, computed for simulated years."""

from __future__ import annotations

from simkit.cli.options import AnswerOptions, ModelOptions, Name, ScenarioName, SimulatedYears, Workers
from simkit.cli.show_answer import check_destination, show

__all__ = ["indicators"]


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
    from simkit.output.answers.indicators import indicators_dict, indicators_table, report_of_indicators
    from simkit.study import experiment
    from simkit.study.indicators import indicators as indicators_of

    check_destination(answer.out)
    result = experiment.run(name, scenario, replications=replications, workers=workers, **model.arguments())
    values = indicators_of(result)
    report = report_of_indicators(result, values)
    data = indicators_dict(result, values)
    show(report, lambda: report, data, lambda: {"indicators": indicators_table(result, values)}, answer)

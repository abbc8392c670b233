"""The figure of any answer: the one picture that says most of it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from simkit.common.arguments import checked_arguments
from simkit.output.figures import described

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simkit.output.answers.survey.survey import Survey
    from simkit.study.compare.compare import Comparison
    from simkit.study.result import Result
    from simkit.study.sensitivity import Sensitivity
    from simkit.study.staff.staff import Staffed

__all__ = ["alt", "figure"]

_FIGURES = {
    "Comparison": ("answers.comparison.figures", "gaps_figure"),
    "Result": ("figures", "durations"),
    "Sensitivity": ("answers.sensitivity", "sensitivity_figure"),
    "Staffed": ("answers.staff", "staff_figure"),
    "Survey": ("figures", "survey_figure"),
}


@checked_arguments
def figure(answer: Comparison | Result | Sensitivity | Staffed | Survey) -> Figure:
    """The main figure of an answer: durations, differences, a staffing curve, assumptions over their range,
    a survey.

    ``simkit.figures`` has the others. Raises TypeError for a value that has none.
    """
    kind = type(answer).__name__
    if kind not in _FIGURES:
        raise TypeError(f"There is no figure of a {kind}; there are figures of {', '.join(_FIGURES)}.")
    home, name = _FIGURES[kind]
    drawn: Figure = getattr(import_module(f"simkit.output.{home}"), name)(answer)
    return drawn


@checked_arguments
def alt(answer: Comparison | Result | Sensitivity | Staffed | Survey) -> str:
    """The main figure of an answer in one line of text."""
    return described(figure(answer))

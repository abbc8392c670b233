"""Every kind of answer, and the functions that give its report, data, tables, figure, text and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simkit.common.arguments import checked_arguments

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from simkit.model.inputs.calibration import Calibration
    from simkit.output.answers.survey.survey import Survey
    from simkit.returns.result import Return
    from simkit.study.compare.compare import Comparison
    from simkit.study.neighbours import Neighbourhood
    from simkit.study.result import Result
    from simkit.study.sensitivity import Sensitivity
    from simkit.study.staff.staff import StaffAnswer

__all__ = ["KINDS", "Kind", "alt", "answer_dict", "figure", "form", "function_of", "save", "tables"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer: its module or folder in ``answers``, and the functions there that give its forms.

    A form is empty where a kind does not have it. ``report`` is a Report, ``text`` a rich renderable,
    ``html`` a piece of HTML; ``save`` writes the files of a kind that has its own.
    """

    home: str
    report: str = ""
    data: str = ""
    tables: str = ""
    figure: str = ""
    text: str = ""
    html: str = ""
    save: str = ""


KINDS: Mapping[str, Kind] = {
    "Backtest": Kind("projection", text="backtest_text"),
    "Calibration": Kind("calibration", text="calibration_words", save="save_calibration"),
    "Comparison": Kind(
        "comparison",
        report="report.report_of_comparison",
        data="tables.comparison_dict",
        tables="tables.comparison_tables",
        figure="figures.differences_figure",
    ),
    "Difference": Kind("framework", html="difference_html"),
    "Framework": Kind("framework", text="overview", html="framework_html"),
    "Neighbourhood": Kind(
        "neighbours", report="report_of_neighbours", data="neighbours_dict", tables="neighbours_tables"
    ),
    "Problems": Kind("framework", html="problems_html"),
    "Projections": Kind("projection", text="projections_text"),
    "Result": Kind(
        "result",
        data="data.to_dict",
        tables="tables.result_tables",
        figure="report.durations_figure",
        text="report.result_text",
        html="report.html",
        save="files.save",
    ),
    "Results": Kind("sweep", report="report_of_sweep", data="sweep_dict"),
    "Return": Kind(
        "own_return", data="return_dict", tables="return_tables", text="return_text", save="save_return"
    ),
    "Sensitivity": Kind(
        "sensitivity",
        report="report_of_sensitivity",
        data="sensitivity_dict",
        tables="sensitivity_tables",
        figure="sensitivity_figure",
    ),
    "StaffAnswer": Kind(
        "staff",
        report="report_of_staff",
        data="staff_dict",
        tables="staff_tables",
        figure="staff_figure",
    ),
    "Survey": Kind("survey", figure="files.survey_figure", text="survey.survey_text"),
}
"""Kinds of answer by the name of their class."""


def function_of(kind: str, form: str) -> str:
    """The full name of the function that gives a form of a kind of answer; empty where there is none."""
    entry = KINDS[kind]
    name = getattr(entry, form)
    return f"simkit.output.answers.{entry.home}.{name}" if name else ""


def form(answer: object, name: str, *options: object) -> Any:
    """An answer in one of its forms, such as ``report``; None where its kind has no such form."""
    function = function_of(type(answer).__name__, name)
    if not function:
        return None
    module, _, attribute = function.rpartition(".")
    return getattr(import_module(module), attribute)(answer, *options)


@checked_arguments
def tables(
    answer: Comparison | Neighbourhood | Sensitivity | StaffAnswer | Result | Return,
) -> dict[str, pd.DataFrame]:
    """The pandas tables of an answer by name: measures, differences, curve and what else it has."""
    frames: dict[str, pd.DataFrame] = form(answer, "tables")
    return frames


@checked_arguments
def answer_dict(answer: Comparison | Neighbourhood | Sensitivity | StaffAnswer) -> dict[str, Any]:
    """An answer as plain data: numbers, text, lists and maps. What has no value is None."""
    data: dict[str, Any] = form(answer, "data")
    return data


@checked_arguments
def save(
    answer: Comparison | Neighbourhood | Sensitivity | StaffAnswer | Calibration | Result | Return,
    out: str | Path,
) -> tuple[Path, ...]:
    """Write a result or an answer to a folder, or to an Excel file; gives the files. Raises OutputError.

    A calibration goes into a folder of its year, as the file that ``simkit run --practice`` takes.
    """
    files: tuple[Path, ...] | None = form(answer, "save", out)
    if files is not None:
        return files
    from simkit.output.render.terminal import save_answer

    return save_answer(form(answer, "report"), form(answer, "data"), form(answer, "tables"), out)


@checked_arguments
def figure(answer: Comparison | Result | Sensitivity | StaffAnswer | Survey) -> Figure:
    """The main figure of an answer: durations, differences, a staffing curve, assumptions over their range,
    a survey.

    ``simkit.figures`` has the others. Raises TypeError for a value that has none.
    """
    main: Figure = form(answer, "figure")
    return main


@checked_arguments
def alt(answer: Comparison | Result | Sensitivity | StaffAnswer | Survey) -> str:
    """The main figure of an answer in one line of text."""
    from simkit.output.figures import described

    return described(figure(answer))

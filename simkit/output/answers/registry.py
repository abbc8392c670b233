"""Every kind of answer in its forms: report, plain data, tables, files."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simkit.common.arguments import checked_arguments
from simkit.model.inputs.calibration import Calibration
from simkit.output.answers.calibration import destined, written
from simkit.output.answers.own_return import return_tables
from simkit.output.answers.result.files import save as save_result
from simkit.output.render.terminal import save_answer
from simkit.returns.result import Return
from simkit.study.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from simkit.study.compare.compare import Comparison
    from simkit.study.neighbours import Neighbourhood
    from simkit.study.sensitivity import Sensitivity
    from simkit.study.staff.staff import Staffed

    Answer = Comparison | Neighbourhood | Sensitivity | Staffed

__all__ = ["answer_dict", "save", "tables"]

_FORMS = {
    "Comparison": (
        "answers.comparison.report.report_of_comparison",
        "answers.comparison.tables.comparison_dict",
        "answers.comparison.tables.comparison_tables",
    ),
    "Neighbourhood": (
        "answers.neighbours.report_of_neighbours",
        "answers.neighbours.neighbours_dict",
        "answers.neighbours.neighbours_tables",
    ),
    "Sensitivity": (
        "answers.sensitivity.report_of_sensitivity",
        "answers.sensitivity.sensitivity_dict",
        "answers.sensitivity.sensitivity_tables",
    ),
    "Staffed": (
        "answers.staff.report_of_staffed",
        "answers.staff_data.staffed_dict",
        "answers.staff_data.staffed_tables",
    ),
}
_REPORT, _DICT, _TABLES = range(3)


@checked_arguments
def tables(
    answer: Comparison | Neighbourhood | Sensitivity | Staffed | Result | Return,
) -> dict[str, pd.DataFrame]:
    """The pandas tables of an answer by name: measures, differences, curve and what else it has."""
    if isinstance(answer, Result):
        from simkit.output.answers.result import tables as of_result

        names = ("measures", "bands", "beside", "survival", "weekly", "assumptions", "sources")
        return {name: getattr(of_result, name)(answer) for name in names}
    if isinstance(answer, Return):
        return return_tables(answer)
    found: dict[str, pd.DataFrame] = _made(answer, _TABLES)
    return found


@checked_arguments
def answer_dict(answer: Comparison | Neighbourhood | Sensitivity | Staffed) -> dict[str, Any]:
    """An answer as plain data: numbers, text, lists and maps. What has no value is None."""
    found: dict[str, Any] = _made(answer, _DICT)
    return found


@checked_arguments
def save(
    answer: Comparison | Neighbourhood | Sensitivity | Staffed | Calibration | Result, out: str | Path
) -> tuple[Path, ...]:
    """Write a result or an answer to a folder, or to an Excel file; gives the files. Raises OutputError.

    A calibration goes into a folder of its year, as the file that ``simkit run --practice`` takes.
    """
    if isinstance(answer, Result):
        return save_result(answer, out)
    if isinstance(answer, Calibration):
        folder = Path(out)
        destined(folder)
        return (written(answer, folder),)
    return save_answer(_made(answer, _REPORT), answer_dict(answer), tables(answer), out)


def _made(answer: Answer, form: int) -> Any:
    home, function = _FORMS[type(answer).__name__][form].rsplit(".", 1)
    return getattr(import_module(f"simkit.output.{home}"), function)(answer)

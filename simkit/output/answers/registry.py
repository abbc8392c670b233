"""Every kind of answer, and the one road from it to any form: report, data, tables, figure and files.

A kind is a module of this folder with the functions ``report``, ``data``, ``tables`` and ``figure``, each of
one answer, and a line in ``KINDS``. Without ``figure`` amounts of its report are drawn as bars. Two more are
allowed: ``files`` gives the files of a folder beside tables and report, in place of ``result.json``;
``folder`` all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simkit.common.atomic_files import csv_bytes, destination, write_all
from simkit.common.errors import SimkitError
from simkit.common.json_data import finite, json_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simkit.output.report.blocks import Report

KINDS: dict[str, str] = {
    "AtHomes": "comparison.at_home",
    "AuthorityYears": "authority_years",
    "Backtest": "backtest",
    "Calibration": "calibration",
    "Comparison": "comparison.report",
    "Difference": "difference",
    "Framework": "framework",
    "Indicators": "indicators",
    "Nation": "nation",
    "Neighbourhood": "neighbours",
    "Problems": "problems",
    "Projections": "projections",
    "Result": "result.report",
    "Results": "sweep",
    "Return": "own_return",
    "Sensitivity": "sensitivity",
    "StaffAnswer": "staff",
    "Survey": "survey.report",
}
"""The module of each kind of answer, by the name of its class."""


def _form(answer: object, name: str) -> Callable[[Any], Any] | None:
    """The function that gives an answer in one of its forms; None where its kind has none."""
    module = import_module(f"simkit.output.answers.{KINDS[type(answer).__name__]}")
    form: Callable[[Any], Any] | None = getattr(module, name, None)
    return form


def _given(answer: object, name: str) -> Any:
    form = _form(answer, name)
    assert form is not None, f"{type(answer).__name__} has no {name}"
    return form(answer)


def report_of(answer: object) -> Report:
    """What an answer says, in blocks."""
    report: Report = _given(answer, "report")
    return report


def data_of(answer: object) -> dict[str, Any]:
    """An answer as plain data: numbers, text, lists and maps. What has no value is None."""
    data: dict[str, Any] = finite(_given(answer, "data"))
    return data


def tables_of(answer: object) -> dict[str, pd.DataFrame]:
    """The pandas tables of an answer by name, the main one first."""
    frames: dict[str, pd.DataFrame] = _given(answer, "tables")
    return frames


def figure_of(answer: object, ax: Axes | None = None) -> Figure:
    """The main figure of an answer, or the same drawn into axes. Raises SimkitError where there is none.

    Of a kind without a figure of its own it is the first column of amounts in its report, as bars.
    """
    from simkit.output.answers.report_figure import bars_of_report
    from simkit.output.figures import drawn_into

    form = _form(answer, "figure")
    main: Figure | None = bars_of_report(report_of(answer)) if form is None else form(answer)
    if main is None:
        raise SimkitError(f"A {type(answer).__name__} has no figure: it is shown in words and tables.")
    return main if ax is None else drawn_into(ax, main)


def save_answer(answer: object, out: str | Path) -> tuple[Path, ...]:
    """Write an answer to a folder or a file; gives the files. Raises OutputError."""
    where = destination(out)
    folder = where.path.absolute().parent if where.ending else where.path
    return write_all(folder, contents_of(answer, where.path.name, where.ending))


def contents_of(answer: object, name: str, ending: str = "") -> dict[str, bytes]:
    """The file ``name`` with an ``ending`` of ``destination``; without one, all files of a folder."""
    match ending:
        case "":
            whole = _form(answer, "folder")
            return _folder(answer) if whole is None else whole(answer)
        case ".json":
            return {name: json_text(data_of(answer)).encode()}
        case ".csv":
            return {name: csv_bytes(next(iter(tables_of(answer).values())))}
        case ".xlsx":
            from simkit.output.render.excel import workbook

            return {name: workbook(report_of(answer), tables_of(answer))}
        case ".png" | ".svg":
            from simkit.output.figures import described, image

            main = figure_of(answer)
            return {name: image(main, "svg" if ending == ".svg" else "png", described(main))}
    from simkit.output.render.report_file import report_bytes

    return {name: report_bytes(report_of(answer), ending)}


def _folder(answer: object) -> dict[str, bytes]:
    """Data, tables, report with its figures, and what else the kind has; names say what is internal."""
    from simkit.output.report.stored import INTERNAL, report_files

    report, more = report_of(answer), _form(answer, "files")
    own = {"result.json": json_text(data_of(answer)).encode()} if more is None else more(answer)
    tables = {f"{name}.csv": csv_bytes(frame) for name, frame in tables_of(answer).items()}
    main = {f"{each.name}.png": each.png for each in report.pictures()[:1]}
    beside = own | tables | main
    files = beside | report_files(report, beside)
    return {f"{INTERNAL if report.stamp else ''}{name}": content for name, content in files.items()}

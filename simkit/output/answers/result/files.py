"""The files of a result: a folder of tables, JSON and a report, or one Excel file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simkit.common.atomic_files import csv_bytes, destination, write_all
from simkit.study.result import Result

__all__ = ["save"]


def save(result: Result, out: str | Path) -> tuple[Path, ...]:
    """Write a result to a folder, or to an Excel file; gives the files written. Raises OutputError."""
    where = destination(out)
    if where.workbook:
        from simkit.output.answers.result.workbook import workbook_bytes

        return write_all(where.path.absolute().parent, {where.path.name: workbook_bytes(result)})
    return write_all(where.path, _contents(result))


def _contents(result: Result) -> dict[str, bytes]:
    from simkit.output.answers.result import tables
    from simkit.output.answers.result.data import to_json
    from simkit.output.answers.result.report import report_of
    from simkit.output.figures import durations, durations_alt, image
    from simkit.output.report.stored import report_files

    made: dict[str, Callable[[], bytes]] = {
        "result.json": lambda: to_json(result).encode("utf-8"),
        "measures.csv": lambda: csv_bytes(tables.measures(result)),
        "bands.csv": lambda: csv_bytes(tables.bands(result)),
        "beside.csv": lambda: csv_bytes(tables.beside(result)),
        "survival.csv": lambda: csv_bytes(tables.survival(result)),
        "weekly.csv": lambda: csv_bytes(tables.weekly(result)),
        "assumptions.csv": lambda: csv_bytes(tables.assumptions(result)),
        "durations.png": lambda: image(durations(result), "png", durations_alt(result)),
    }
    return {name: make() for name, make in made.items()} | report_files(report_of(result))

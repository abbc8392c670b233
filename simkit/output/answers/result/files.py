"""The files of a result: a folder of tables, JSON and a report, or one Excel file."""

from __future__ import annotations

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
    from simkit.output.answers.result.report import report_of_result
    from simkit.output.figures import durations, durations_alt, image
    from simkit.output.report.stored import report_files

    frames = {name: frame for name, frame in tables.result_tables(result).items() if name != "sources"}
    return {
        "result.json": to_json(result).encode("utf-8"),
        **{f"{name}.csv": csv_bytes(frame) for name, frame in frames.items()},
        "durations.png": image(durations(result), "png", durations_alt(result)),
        **report_files(report_of_result(result)),
    }

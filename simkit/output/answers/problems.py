"""The problems of a check as a report, plain data and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Section, Table
from simkit.framework.problem import Problems
from simkit.output.report.blocks import Report

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = {"errors": ("error", "errors"), "queries": ("query", "queries"), "notes": ("note", "notes")}


def report(problems: Problems) -> Report:
    """Each problem with its place and its fix."""
    counts = []
    for group, (one, many) in _NUMBERS.items():
        number = len(getattr(problems, group))
        counts.append(f"{number} {one if number == 1 else many}")
    rows = tuple(
        (f"{p.severity.value} {p.code}", str(p.place), "\n".join(filter(None, (p.message, p.hint))))
        for p in problems
    )
    table = Table("Problems", ("Problem", "Where", "What to do"), rows)
    return Report(
        kind="check",
        title="What is wrong, and what to do",
        answer=f"{', '.join(counts)}." if problems else "No problems.",
        sections=(Section("Problems", (table,)),) if problems else (),
    )


def data(problems: Problems) -> dict[str, Any]:
    """The problems as plain data."""
    return {
        "ok": problems.ok,
        **{group: len(getattr(problems, group)) for group in _NUMBERS},
        "problems": problems.to_json(),
    }


def tables(problems: Problems) -> dict[str, pd.DataFrame]:
    """One row a problem."""
    import pandas as pd

    columns = ("severity", "code", "file", "line", "message", "hint")
    rows = [(p.severity.value, p.code, p.place.file, p.place.line, p.message, p.hint) for p in problems]
    return {"problems": pd.DataFrame(rows, columns=list(columns))}

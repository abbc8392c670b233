"""What differs between two frameworks, as a report, plain data and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Section, Table
from simkit.common.marked_words import marked_words
from simkit.common.text import listed
from simkit.framework.difference import Difference, what_differs
from simkit.output.report.blocks import Report

if TYPE_CHECKING:
    import pandas as pd

_HEADINGS: Mapping[str, str] = {
    "timescale": "Timescales",
    "review": "Reviews",
    "priority": "Priorities",
    "protocol element": "The protocol",
    "role": "Roles",
    "framework": "The framework",
    "model": "For the simulation only",
}
_AT_A_RUN = (
    "Not compared here: caseload, staff, and practice calibrated to published durations. A run takes those "
    "of each authority."
)


def difference_tables(difference: Difference, labels: tuple[str, str]) -> dict[str, Table]:
    """A table of what differs by heading: commitments, then the numbers of the simulation."""
    grouped = {}
    for kind, title in _HEADINGS.items():
        rows = [row for row in (*difference.rows, *difference.model) if row.kind == kind]
        if rows:
            cells = tuple((row.what, row.before, row.after) for row in rows)
            grouped[title] = Table(title, ("What", *labels), cells)
    return grouped


def report(difference: Difference) -> Report:
    """Differences in commitments, then in the simulation's numbers, then what is not known."""
    tables_ = difference_tables(difference, difference.labels)
    one_file = difference.names[0] == difference.names[1]
    unknown = tuple(
        f"Also not known about {label}: {listed(name.replace('_', ' ') for name in names)}."
        for label, names in zip(difference.labels, difference.not_known, strict=True)
        if names and not one_file
    )
    known = "No difference" if one_file or not any(difference.not_known) else "No difference is known"
    same = "" if difference.model else " Both files assume the same for the simulation."
    none = f"{known} in timescales, reviews, priorities, roles or protocol."
    return Report(
        kind="diff",
        title=f"From {difference.labels[0]} to {difference.labels[1]}",
        subtitle=f"From: {difference.descriptions[0]}. To: {difference.descriptions[1]}.",
        answer=(what_differs(difference.rows) if difference.rows else none) + same,
        sections=(
            *(Section(title, (table,)) for title, table in tables_.items()),
            *_changed_texts(difference),
        ),
        cautions=(*unknown, _AT_A_RUN),
    )


def _changed_texts(difference: Difference) -> tuple[Section, ...]:
    """The texts that both have in other words, with every changed word marked."""
    rows = tuple((row.what, marked_words(*row.texts)) for row in difference.rows if any(row.texts))
    title = "Texts, with the changed words marked"
    table = Table(title, ("Element", f"From {difference.labels[0]} to {difference.labels[1]}"), rows)
    return (Section(title, (table,), appendix=True),) if rows else ()


def data(difference: Difference) -> dict[str, Any]:
    """The differences as plain data."""
    return difference.to_json()


def tables(difference: Difference) -> dict[str, pd.DataFrame]:
    """One row a difference: the commitments, and the numbers of the simulation."""
    import pandas as pd

    columns = ("kind", "what", "before", "after")
    return {
        name: pd.DataFrame([(r.kind, r.what, r.before, r.after) for r in rows], columns=list(columns))
        for name, rows in (("differences", difference.rows), ("simulation", difference.model))
    }

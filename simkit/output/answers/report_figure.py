"""The figure of a kind of answer that has none of its own."""

from __future__ import annotations

import math

from matplotlib.figure import Figure

from simkit.common.amounts import amount_in
from simkit.common.blocks import Table, words_of
from simkit.output.figures import Caption, bars
from simkit.output.report.blocks import Report


def bars_of_report(report: Report) -> Figure | None:
    """The first column of amounts in a report as bars, and the next where it has the same unit.

    None where no table has amounts of one unit.
    """

    import pandas as pd

    for block in (block for section in report.sections for block in section.blocks):
        if not isinstance(block, Table) or not block.numbers:
            continue
        columns: dict[str, list[float]] = {}
        unit: str | None = None
        for column in range(len(block.heads) - block.numbers, len(block.heads)):
            amounts = [amount_in(words_of(row[column])) for row in block.rows]
            known = [amount for amount in amounts if amount is not None]
            unit = known[0].unit if known and unit is None else unit
            values = [a.value if a is not None and a.unit == unit else math.nan for a in amounts]
            if not all(map(math.isnan, values)) and len(columns) < 2:
                columns[block.heads[column]] = values
        if columns:
            names = [words_of(row[0]) for row in block.rows]
            table = pd.DataFrame(columns, index=names).dropna(how="all")
            measured = {"%": "percent", "": next(iter(columns))}.get(str(unit), str(unit).strip())
            words = Caption(
                block.caption or report.title, report.standing or report.title, report.cautions[:2]
            )
            return bars(table, measured, words)
    return None

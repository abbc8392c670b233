"""Make the packaged tables of statistics: ``python -m tools.data.published_tables FOLDER``.

FOLDER holds the tidy published tables as CSV, a row for each area and year, named as the packaged ones.
A packaged table keeps the columns that it has, with one code for the area in place of six columns. No cell is
changed: a cell that was not published stays empty, with the symbols that stood in it. The years that
``sources.csv`` gives are brought up to date.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

import simkit.data
from simkit.cli.terminal import emit
from simkit.data import ENGLAND

_PACKAGED = Path(simkit.data.__file__).parent
_CODES = {"region": "region_code", "local_authority": "la_code"}
"""The column that holds an area's code, by geographic level; England has none."""


def main(
    published: Annotated[Path, typer.Argument(help="The folder with the published tables.", exists=True)],
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.")] = _PACKAGED,
) -> None:
    """Write the packaged tables of figures by area and year from the published ones."""
    sources = _rows(_PACKAGED / "sources.csv")
    for source in sources:
        name = source["table"]
        columns = list(_rows(_PACKAGED / f"{name}.csv")[0])
        if "area" not in columns:
            continue  # a list, not figures by area and year
        rows = [packaged_row(row, columns) for row in _rows(published / f"{name}.csv")]
        _write(out / f"{name}.csv", columns, rows)
        years = [int(row["year"]) for row in rows]
        source |= {"from_year": str(min(years)), "to_year": str(max(years))}
        emit(f"{name}: {len(rows)} rows, {min(years)} to {max(years)}\n")
    _write(out / "sources.csv", list(sources[0]), sources)


def packaged_row(row: Mapping[str, str], columns: Iterable[str]) -> dict[str, str]:
    """A published row with the packaged columns. Raises KeyError for a column that isn't published."""
    code = _CODES.get(row["geographic_level"])
    area = ENGLAND if code is None else row[code]
    return {column: area if column == "area" else row[column] for column in columns}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, columns: list[str], rows: Iterable[Mapping[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    typer.run(main)

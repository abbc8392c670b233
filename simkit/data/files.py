"""Reads the packaged CSV files."""

from __future__ import annotations

import csv
from pathlib import Path

_FOLDER = Path(__file__).parent


def cells(name: str) -> tuple[list[str], list[list[str]]]:
    """The heading and the other lines of one packaged file, every cell as text.

    Raises LookupError for an unknown name.
    """
    path = _FOLDER / f"{name}.csv"
    if not path.is_file():
        raise LookupError(f"There is no packaged table called {name!r}.")
    with path.open(encoding="utf-8", newline="") as file:
        heading, *lines = filter(None, csv.reader(file))
    return heading, lines


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one packaged file by the names of their columns. Raises as ``cells``."""
    heading, lines = cells(name)
    return [dict(zip(heading, line, strict=True)) for line in lines]

"""Reads the packaged CSV files."""

from __future__ import annotations

import csv
from pathlib import Path

_FOLDER = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one packaged file, every cell as text. Raises LookupError for an unknown name."""
    path = _FOLDER / f"{name}.csv"
    if not path.is_file():
        raise LookupError(f"There is no packaged table called {name!r}.")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

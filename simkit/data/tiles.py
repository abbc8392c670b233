"""A tile map of England: one tile for each authority, roughly where it lies. The table is our own work."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from simkit.data.directory import authorities

_TABLE = Path(__file__).parent / "tables" / "tile_grid.csv"


@dataclass(frozen=True, slots=True)
class Tile:
    """The tile of an authority: ``row`` from the north, ``column`` from the west, both from 0.

    ``short_name`` fits into a tile. An abolished authority has the tile of a successor: no two that existed
    in one year share a tile.
    """

    la_code: str
    row: int
    column: int
    short_name: str


@cache
def _all() -> tuple[Tile, ...]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Tile(each["la_code"], int(each["row"]), int(each["column"]), each["short_name"])
            for each in csv.DictReader(file)
        )


def tiles(year: int | None = None) -> tuple[Tile, ...]:
    """The tiles of the authorities in the statistics of a year, by code; without one, of the latest."""
    listed = {a.la_code for a in authorities() if (a.in_2025_list if year is None else a.existed(year))}
    return tuple(tile for tile in _all() if tile.la_code in listed)

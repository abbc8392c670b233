"""The tile map: every authority once, none over another in any year, regions in one piece."""

from __future__ import annotations

from itertools import combinations

import pytest

from simkit.data import authorities, region_of
from simkit.data.tiles import Tile, tiles

YEARS = range(2013, 2026)

TOUCH = (
    ("East of England", "London"),
    ("South East", "London"),
    ("South East", "South West"),
    ("South East", "East of England"),
    ("South West", "West Midlands"),
    ("West Midlands", "North West"),
    ("West Midlands", "East Midlands"),
    ("East Midlands", "East of England"),
    ("East Midlands", "Yorkshire and The Humber"),
    ("North West", "Yorkshire and The Humber"),
    ("North East", "Yorkshire and The Humber"),
    ("North East", "North West"),
)
APART = (
    ("London", "South West"),
    ("London", "West Midlands"),
    ("North East", "East Midlands"),
    ("South West", "East of England"),
    ("North West", "South East"),
)


def beside(a: Tile, b: Tile) -> bool:
    return max(abs(a.row - b.row), abs(a.column - b.column)) <= 1


def of_region(name: str) -> list[Tile]:
    return [tile for tile in tiles() if region_of(tile.la_code)[1] == name]


def touch(one: str, other: str) -> bool:
    return any(beside(a, b) for a in of_region(one) for b in of_region(other))


def test_every_current_authority_has_exactly_one_tile() -> None:
    current = sorted(a.la_code for a in authorities() if a.in_2025_list)
    assert [tile.la_code for tile in tiles()] == current


@pytest.mark.parametrize("year", YEARS)
def test_in_every_year_each_authority_has_a_tile_of_its_own(year: int) -> None:
    shown = tiles(year)
    assert {tile.la_code for tile in shown} == {a.la_code for a in authorities() if a.existed(year)}
    assert len({(tile.row, tile.column) for tile in shown}) == len(shown)
    assert len({tile.short_name for tile in shown}) == len(shown)


@pytest.mark.parametrize("region", sorted({a.region_name for a in authorities()}))
def test_a_region_is_in_one_piece(region: str) -> None:
    left = of_region(region)
    piece = [left.pop()]
    for tile in piece:
        near = [other for other in left if beside(tile, other)]
        piece += near
        left = [other for other in left if other not in near]
    assert not left


@pytest.mark.parametrize(("one", "other"), TOUCH)
def test_regions_that_touch_do_so_here(one: str, other: str) -> None:
    assert touch(one, other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_regions_that_lie_apart_do_so_here(one: str, other: str) -> None:
    assert not touch(one, other)


def test_north_is_up_and_west_is_left() -> None:
    at = {tile.la_code: tile for tile in tiles()}
    northumberland, cornwall, kent, cumberland = (at[code] for code in ("929", "908", "886", "942"))
    assert northumberland.row == min(tile.row for tile in at.values())
    assert cornwall.row > cumberland.row and cornwall.column < kent.column
    assert cumberland.column < northumberland.column
    newcastle, gateshead = at["391"], at["390"]
    assert newcastle.row < gateshead.row


def test_all_pairs_of_tiles_are_apart() -> None:
    assert all((a.row, a.column) != (b.row, b.column) for a, b in combinations(tiles(), 2))

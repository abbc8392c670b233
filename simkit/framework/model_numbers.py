"""The numbers of a framework's model: their values, units and ranges, and the steps of work with theirs.

Only for data without errors, as in ``build``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from simkit.common.text import plain_title
from simkit.framework.amount import Amount, parse_amount
from simkit.framework.framework import ROUTES, Basis, Number, Spread, Step
from simkit.framework.inheritance import Tree
from simkit.framework.problem import Path

_BASES: tuple[Basis, ...] = ("source", "assumption", "fitted")
_VALUE_RANGE = re.compile(r"([\d.]+)(%?) to ([\d.]+)(%?)(?: +(.+))?")


def parse_value(written: object) -> tuple[float, str]:
    """A modelling value and its unit: ``38%`` is (0.38, "share"), ``3`` is (3.0, "number").

    Raises ValueError for anything else.
    """
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        return float(written), "number"
    text = str(written).strip()
    if text.endswith("%"):
        return float(text[:-1]) / 100, "share"
    amount = parse_amount(text)
    return amount.number, amount.unit.value


def parse_number_range(written: str) -> tuple[float, float, str]:
    """Low, high and unit of ``25% to 45%``, ``2 to 4`` or ``5 to 10 working days``.

    Raises ValueError for anything else.
    """
    match = _VALUE_RANGE.fullmatch(written.strip())
    if match is None or match[2] != match[4]:
        raise ValueError(f"{written!r} is not a range such as '25% to 45%'")
    if match[2]:
        return float(match[1]) / 100, float(match[3]) / 100, "share"
    if match[5] is None:
        return float(match[1]), float(match[3]), "number"
    unit = parse_amount(f"1 {match[5]}").unit.value
    return float(match[1]), float(match[3]), unit


def shares_of_priorities(written: Mapping[str, Any], priorities: Iterable[str]) -> dict[str, float]:
    """Each priority's share, 0 to 1; ``the rest`` and priorities without a share divide the remainder."""
    shares = {key: float(value[:-1]) / 100 for key, value in written.items() if value != "the rest"}
    others = [key for key in priorities if key not in shares]
    rest = max(0.0, 1 - sum(shares.values()))
    return {key: shares[key] if key in shares else rest / len(others) for key in priorities}


def _basis(entry: Mapping[str, Any]) -> tuple[Basis, str]:
    basis = next((each for each in _BASES if each in entry), None)
    return (basis, str(entry[basis])) if basis else ("assumption", "")


def _number(tree: Tree, path: Path, entry: Mapping[str, Any], title: str) -> Number:
    value, unit = parse_value(entry["value"])
    low, high, _ = parse_number_range(entry["range"]) if "range" in entry else (value, value, unit)
    basis, note = _basis(entry)
    return Number(
        path=".".join(str(part) for part in path[1:]),
        title=str(entry.get("title", title)),
        value=value,
        unit=unit,
        low=low,
        high=high,
        basis=basis,
        note=note,
        origin=tree.origin((*path, "value"), path),
    )


def _spread(tree: Tree, path: Path, entry: Mapping[str, Any], title: str) -> Spread:
    typical, high = parse_amount(entry["typical"]), parse_amount(entry["high"])
    basis, note = _basis(entry)
    low_end, high_end = typical.number, typical.number
    if "range" in entry:
        low_end, high_end, _ = parse_number_range(entry["range"])

    def number(key: str, words: str, amount: Amount, low: float, top: float) -> Number:
        return Number(
            ".".join(str(part) for part in (*path[1:], key)),
            f"{title}: {words}",
            amount.number,
            amount.unit.value,
            low,
            top,
            basis,
            note,
            tree.origin((*path, key), path),
        )

    return Spread(
        number("typical", "typical", typical, low_end, high_end),
        number("high", "one in ten takes longer", high, high.number, high.number),
    )


def steps_of(tree: Tree) -> dict[str, Step]:
    steps: dict[str, Step] = {}
    for name, entry in (tree.get("model", "steps") or {}).items():
        path: Path = ("model", "steps", name)
        title = str(entry.get("title", plain_title(name)))
        effort, wait, share = entry.get("effort"), entry.get("wait"), entry.get("share")
        steps[name] = Step(
            id=name,
            title=title,
            by=entry["by"],
            origin=tree.origin(path),
            routes=tuple(entry.get("routes", ROUTES)),
            follows=entry.get("follows"),
            effort=_spread(tree, (*path, "effort"), effort, f"{title}, effort") if effort else None,
            wait=_spread(tree, (*path, "wait"), wait, f"{title}, wait") if wait else None,
            wait_after=wait.get("after") if wait else None,
            marks=tuple(entry.get("marks", ())),
            held_until=entry.get("held_until"),
            only_if=entry.get("only_if"),
            share=_number(tree, (*path, "share"), share, f"{title}, share") if share else None,
        )
    return steps


def numbers_of(tree: Tree) -> dict[str, Number]:
    numbers: dict[str, Number] = {}
    model = tree.section("model")
    for group, entries in model.items():
        if group in ("based_on", "assumptions", "steps", "priority_share"):
            continue
        for name, entry in entries.items():
            number = _number(tree, ("model", group, name), entry, plain_title(name))
            numbers[number.path] = number
    shares = shares_of_priorities(model.get("priority_share") or {}, tree.section("priorities"))
    for key, share in shares.items():
        path: Path = ("model", "priority_share", key)
        dotted = f"priority_share.{key}"
        note = "Chosen for the simulation; no published figure."
        title = f"Share of cases with the priority '{plain_title(key).lower()}'"
        origin = tree.origin(path)
        numbers[dotted] = Number(dotted, title, share, "share", share, share, "assumption", note, origin)
    for step in steps_of(tree).values():
        for spread in (step.effort, step.wait):
            if spread is not None:
                numbers[spread.typical.path] = spread.typical
                numbers[spread.high.path] = spread.high
        if step.share is not None:
            numbers[step.share.path] = step.share
    return numbers

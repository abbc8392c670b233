"""Build a ``Framework``, with its typed values, from the merged data of its layers.

Only for data without errors: the form and the rules were checked before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from simkit.framework.amount import Amount, parse_amount, parse_amount_range
from simkit.framework.framework import (
    ROUTES,
    Basis,
    Framework,
    Number,
    Origin,
    Review,
    Spread,
    Step,
    Timescale,
)
from simkit.framework.inheritance import ONE_OF, Tree, is_current
from simkit.framework.problem import Path

__all__ = ["build", "parse_number_range", "parse_value", "shares_of_priorities"]

_KINDS = ONE_OF["timescales"][0]
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


def _frozen(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(data))


def _texts(section: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
    return _frozen(
        {
            key: _frozen({name: str(value) for name, value in entry.items()})
            for key, entry in section.items()
            if isinstance(entry, dict)
        }
    )


def build(name: str, data: Mapping[str, Any], tree: Tree, *, today: date) -> Framework:
    """The framework of a file (``data``) with its layers (``tree``). ``today`` decides what is past."""
    in_force = data.get("in_force") or {}
    protocol = {k: v for k, v in tree.section("protocol").items() if k != "more"}
    protocol |= tree.get("protocol", "more") or {}
    priorities = tree.section("priorities")
    timescales = {key: _timescale(tree, key) for key in tree.section("timescales")}
    current = {key for key, entry in tree.section("timescales").items() if is_current(data, entry, today)}
    return Framework(
        name=name,
        title=str(data.get("title", name)),
        status=str(data.get("status", "draft")),
        layers=tree.layers,
        authority=data.get("authority"),
        la_code=str(data["la_code"]) if "la_code" in data else None,
        gss_code=data.get("gss_code"),
        in_force=_frozen({key: str(value) for key, value in in_force.items()}),
        timescales=_frozen({key: each for key, each in timescales.items() if key in current}),
        historical=_frozen({key: each for key, each in timescales.items() if key not in current}),
        set_aside=_frozen({key: _set_aside(tree, key) for key in tree.set_aside}),
        reviews=_frozen({key: _review(tree, key, priorities) for key in tree.section("reviews")}),
        priorities=_texts(priorities),
        roles=_texts(tree.section("roles")),
        protocol=_texts(protocol),
        sources=_texts(tree.section("sources")),
        dispensations=_frozen(data.get("dispensations") or {}),
        departures=_texts(data.get("departures") or {}),
        agreed=_frozen({key: str(value) for key, value in (data.get("agreed") or {}).items()}),
        threshold_document=_frozen(
            {key: str(value) for key, value in (data.get("threshold_document") or {}).items()}
        ),
        more=_frozen(data.get("more") or {}),
        not_known=tuple(str(each) for each in data.get("not_known", ())),
        numbers=_frozen(_numbers(tree)),
        steps=_frozen(_steps(tree)),
        origins=_frozen({".".join(map(str, path)): origin for path, origin in tree.origins.items()}),
    )


def _origin(tree: Tree, *paths: Path) -> Origin:
    for path in paths:
        if path in tree.origins:
            return tree.origins[path]
    place = tree.place(paths[-1])
    return Origin(place.file, place.line, place.column) if place else Origin("", 1, 1)


def _strength(tree: Tree, entry: Mapping[str, Any]) -> str | None:
    strength = entry.get("strength")
    if strength is None:
        strength = tree.get("sources", str(entry.get("source")), "strength")
    return str(strength) if strength is not None else None


def _set_aside(tree: Tree, name: str) -> Timescale:
    return _timescale_of(tree, name, tree.set_aside[name], "national/", Origin("", 1, 1))


def _timescale(tree: Tree, name: str) -> Timescale:
    entry = tree.section("timescales")[name]
    path: Path = ("timescales", name)
    kind = next((each for each in _KINDS if each in entry), "no_number")
    origin = _origin(tree, (*path, kind), path)
    return _timescale_of(tree, name, entry, tree.first_layer.get(path, ""), origin)


def _timescale_of(tree: Tree, name: str, entry: Mapping[str, Any], layer: str, origin: Origin) -> Timescale:
    kind: Any = next((each for each in _KINDS if each in entry), "no_number")
    lower: Amount | None = None
    amount: Amount | None = None
    if kind == "between":
        lower, amount = parse_amount_range(entry[kind])
    elif kind != "no_number":
        amount = parse_amount(entry[kind])
    return Timescale(
        id=name,
        title=entry.get("title", _title(name)),
        start=entry["from"],
        end=entry["to"],
        kind=kind,
        layer=layer,
        origin=origin,
        amount=amount,
        lower=lower,
        words=entry.get("no_number"),
        routes=tuple(entry.get("routes", ())),
        unless=entry.get("unless"),
        only_if=entry.get("only_if"),
        decided_by=entry.get("decided_by"),
        set_by=entry.get("set_by"),
        good_practice=entry.get("good_practice"),
        as_printed=entry.get("as_printed"),
        force=entry.get("force", "local"),
        source=entry.get("source"),
        strength=_strength(tree, entry),
        assumptions=tuple(entry.get("assumptions", ())),
        note=entry.get("note"),
        in_force=_frozen({key: str(value) for key, value in (entry.get("in_force") or {}).items()}),
    )


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _review(tree: Tree, name: str, priorities: Mapping[str, Any]) -> Review:
    entry = tree.section("reviews")[name]
    path: Path = ("reviews", name)
    at = entry.get("at")
    by_priority: dict[str, Amount] = {}
    if at == "set by priority":
        key = f"{name}_review"
        by_priority = {p: parse_amount(e[key]) for p, e in priorities.items() if key in e}
    every = entry.get("at_most_every")
    return Review(
        id=name,
        title=entry.get("title", f"{_title(name)} review"),
        by=entry["by"],
        layer=tree.first_layer.get(path, ""),
        origin=_origin(tree, (*path, "at"), (*path, "at_most_every"), (*path, "no_number"), path),
        start=entry.get("from"),
        after=entry.get("after"),
        at=parse_amount(at) if at is not None and at != "set by priority" else None,
        by_priority=_frozen(by_priority),
        at_most_every=parse_amount(every) if every is not None else None,
        until=entry.get("until", "authorised"),
        only_if=entry.get("only_if"),
        routes=tuple(entry.get("routes", ())),
        as_printed=entry.get("as_printed"),
        force=entry.get("force", "local"),
        source=entry.get("source"),
        strength=_strength(tree, entry),
        assumptions=tuple(entry.get("assumptions", ())),
        words=entry.get("no_number"),
        note=entry.get("note"),
    )


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
        origin=_origin(tree, (*path, "value"), path),
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
            _origin(tree, (*path, key), path),
        )

    return Spread(
        number("typical", "typical", typical, low_end, high_end),
        number("high", "one in ten takes longer", high, high.number, high.number),
    )


def _steps(tree: Tree) -> dict[str, Step]:
    steps: dict[str, Step] = {}
    for name, entry in (tree.get("model", "steps") or {}).items():
        path: Path = ("model", "steps", name)
        title = str(entry.get("title", _title(name)))
        effort, wait, share = entry.get("effort"), entry.get("wait"), entry.get("share")
        steps[name] = Step(
            id=name,
            title=title,
            by=entry["by"],
            origin=_origin(tree, path),
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


def _numbers(tree: Tree) -> dict[str, Number]:
    numbers: dict[str, Number] = {}
    model = tree.section("model")
    for group, entries in model.items():
        if group in ("based_on", "assumptions", "steps", "priority_share"):
            continue
        for name, entry in entries.items():
            number = _number(tree, ("model", group, name), entry, _title(name))
            numbers[number.path] = number
    shares = shares_of_priorities(model.get("priority_share") or {}, tree.section("priorities"))
    for key, share in shares.items():
        path: Path = ("model", "priority_share", key)
        dotted = f"priority_share.{key}"
        note = "Chosen for the simulation; no published figure."
        title = f"Share of cases with the priority '{_title(key).lower()}'"
        origin = _origin(tree, path)
        numbers[dotted] = Number(dotted, title, share, "share", share, share, "assumption", note, origin)
    for step in _steps(tree).values():
        for spread in (step.effort, step.wait):
            if spread is not None:
                numbers[spread.typical.path] = spread.typical
                numbers[spread.high.path] = spread.high
        if step.share is not None:
            numbers[step.share.path] = step.share
    return numbers

"""Build a ``Framework``, with its typed values, from the merged data of its layers.

Only for data without errors: the form and the rules were checked before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from simkit.framework.amount import Amount, parse_amount, parse_amount_range, parse_share
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
from simkit.framework.vocabulary import ANSWERS, EVENTS

if TYPE_CHECKING:
    from simkit.data import Authority

_KINDS = ONE_OF["timescales"][0]
_REVIEW_KINDS = ONE_OF["reviews"][0]
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


def _council(data: Mapping[str, Any]) -> Authority | None:
    """The authority that the file names, so that nobody has to look up its codes."""
    from simkit.data import UnknownAuthorityError, authority

    named = data.get("authority") or data.get("gss_code")
    with suppress(UnknownAuthorityError):
        return authority(str(named)) if named else None
    return None


def build(name: str, data: Mapping[str, Any], tree: Tree, *, today: date) -> Framework:
    """The framework of a file (``data``) with its layers (``tree``). ``today`` decides what is past."""
    in_force = data.get("in_force") or {}
    protocol = {k: v for k, v in tree.section("protocol").items() if k != "more"}
    protocol |= tree.get("protocol", "more") or {}
    priorities = tree.section("priorities")
    names = _names(tree)
    timescales = {key: _timescale(tree, key, names) for key in tree.section("timescales")}
    reviews = {key: _review(tree, key, priorities, names) for key in tree.section("reviews")}
    current = {key for key, entry in tree.section("timescales").items() if is_current(data, entry, today)}
    council = _council(data)
    return Framework(
        name=name,
        title=str(data.get("title", name)),
        status=str(data.get("status", "draft")),
        layers=tree.layers,
        authority=data.get("authority"),
        la_code=str(data["la_code"]) if "la_code" in data else council.la_code if council else None,
        gss_code=data.get("gss_code") or (council.gss_code if council else None),
        in_force=_frozen({key: str(value) for key, value in in_force.items()}),
        timescales=_frozen({key: each for key, each in timescales.items() if key in current}),
        historical=_frozen({key: each for key, each in timescales.items() if key not in current}),
        set_aside=_frozen({key: _set_aside(tree, key) for key in tree.set_aside}),
        reviews=_frozen(reviews),
        implied=_frozen(
            {
                each.id: each
                for each in (
                    *_sooner(timescales[key] for key in timescales if key in current),
                    *_included(reviews.values()),
                )
            }
        ),
        answers=_frozen(_answers(data, tree)),
        edition_not_known=tree.edition.not_known,
        counting=_frozen(
            {key: str(value) for key, value in tree.section("counting").items() if key != "assumptions"}
        ),
        routes=_texts(tree.section("routes")),
        events=_texts(tree.section("events")),
        conditions=_texts(tree.section("conditions")),
        priorities=_texts(priorities),
        roles=_texts(tree.section("roles")),
        protocol=_texts(protocol),
        sources=_texts(tree.section("sources")),
        dispensations=_frozen(data.get("dispensations") or {}),
        departures=_texts(data.get("departures") or {}),
        agreed=_frozen({key: str(value) for key, value in (data.get("agreed") or {}).items()}),
        threshold_document=_frozen(
            {key: str(value) for key, value in _map(data.get("threshold_document")).items()}
        ),
        more=_frozen(data.get("more") or {}),
        not_known=tuple(str(each) for each in data.get("not_known", ())),
        numbers=_frozen(_numbers(tree)),
        steps=_frozen(_steps(tree)),
        origins=_frozen({".".join(map(str, path)): origin for path, origin in tree.origins.items()}),
    )


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _names(tree: Tree) -> Mapping[str, str]:
    """The words for the routes, events and conditions that a file defines."""
    names: dict[str, str] = {}
    for section in ("routes", "conditions", "events"):
        for key, entry in tree.section(section).items():
            if isinstance(entry, dict):
                title = str(entry.get("title", key.replace("_", " ")))
                names[f"{section}.{key}"] = title
                if section == "events":
                    moment = entry.get("moment", title[:1].lower() + title[1:])
                    names[f"moments.{key}"] = str(moment)
    return _frozen(names)


def _answers(data: Mapping[str, Any], tree: Tree) -> dict[str, str]:
    answers = {".".join(map(str, path)): answer for path, answer in tree.answers.items()}
    written = data.get("threshold_document")
    if isinstance(written, str) and written in ANSWERS:
        answers["threshold_document"] = written
    return answers


def _sooner(timescales: Iterable[Timescale]) -> Iterator[Timescale]:
    """The second limits of timescales with two, each as a limit of its own."""
    for t in timescales:
        if t.sooner is not None:
            start, amount = t.sooner
            title = f"{t.title}, the other limit"
            yield replace(
                t, id=f"{t.id}_or_sooner", title=title, start=start, amount=amount, sooner=None, part_of=t.id
            )


def _included(reviews: Iterable[Review]) -> Iterator[Timescale]:
    """What has to have happened by a review, as limits from the event that the review counts from."""
    for r in reviews:
        for event in r.includes if r.start is not None and r.at is not None else ():
            yield Timescale(
                id=f"{r.id}_review_{event}",
                title=f"{EVENTS[event].title if event in EVENTS else _title(event)}, by: {r.title}",
                start=r.start or "",
                end=event,
                kind="within",
                layer=r.layer,
                origin=r.origin,
                amount=r.at,
                routes=r.routes,
                only_if=r.only_if,
                starting_day=r.starting_day,
                force=r.force,
                authority=r.authority,
                source=r.source,
                strength=r.strength,
                year=r.year,
                assumptions=tuple(key for key in r.assumptions if key in ("from", "within", "at", "routes")),
                part_of=r.id,
                names=r.names,
            )


def _posts(written: Any) -> tuple[str, ...]:
    """One post or several."""
    return tuple(written) if isinstance(written, list) else (str(written),) if written is not None else ()


def _starting_day(written: Any) -> int | None:
    return int(str(written)[-1]) if written is not None else None


def _year(tree: Tree, entry: Mapping[str, Any]) -> int | None:
    source = tree.get("sources", str(_source(entry)))
    if not isinstance(source, dict):
        return None
    written = source.get("year") or str(source.get("date", ""))[:4]
    return int(written) if str(written).isdigit() else None


def _source(entry: Mapping[str, Any]) -> str | None:
    return entry.get("read_in") or entry.get("source")


def _origin(tree: Tree, *paths: Path) -> Origin:
    for path in paths:
        if path in tree.origins:
            return tree.origins[path]
    place = tree.place(paths[-1])
    return Origin(place.file, place.line, place.column) if place else Origin("", 1, 1)


def _strength(tree: Tree, entry: Mapping[str, Any]) -> str | None:
    strength = entry.get("strength")
    if strength is None:
        strength = tree.get("sources", str(_source(entry)), "strength")
    return str(strength) if strength is not None else None


def _set_aside(tree: Tree, name: str) -> Timescale:
    return _timescale_of(tree, name, tree.set_aside[name], "national/", Origin("", 1, 1), {})


def _timescale(tree: Tree, name: str, names: Mapping[str, str]) -> Timescale:
    entry = tree.section("timescales")[name]
    path: Path = ("timescales", name)
    kind = next((each for each in _KINDS if each in entry), "no_number")
    origin = _origin(tree, (*path, kind), path)
    return _timescale_of(tree, name, entry, tree.first_layer.get(path, ""), origin, names)


def _timescale_of(
    tree: Tree, name: str, entry: Mapping[str, Any], layer: str, origin: Origin, names: Mapping[str, str]
) -> Timescale:
    kind: Any = next((each for each in _KINDS if each in entry), "no_number")
    lower: Amount | None = None
    amount: Amount | None = None
    if kind in ("between", "expected_within") and " to " in entry[kind]:
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
        decided_by=_posts(entry.get("decided_by")),
        set_by=_posts(entry.get("set_by")),
        varied_by=_posts(entry.get("varied_by")),
        target=parse_share(entry["target"]) if "target" in entry else None,
        sooner=_second_limit(entry.get("or_if_sooner")),
        also_on=tuple(entry.get("also_on", ())),
        good_practice=entry.get("good_practice"),
        as_printed=entry.get("as_printed"),
        starting_day=_starting_day(entry.get("starting_day")),
        force=entry.get("force", "local"),
        authority=entry.get("authority"),
        source=_source(entry),
        strength=_strength(tree, entry),
        year=_year(tree, entry),
        assumptions=tuple(entry.get("assumptions", ())),
        carried_over=entry.get("carried_over"),
        note=entry.get("note"),
        names=names,
        in_force=_frozen({key: str(value) for key, value in (entry.get("in_force") or {}).items()}),
    )


def _second_limit(written: Any) -> tuple[str, Amount] | None:
    return (written["from"], parse_amount(written["within"])) if isinstance(written, dict) else None


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _review(tree: Tree, name: str, priorities: Mapping[str, Any], names: Mapping[str, str]) -> Review:
    entry = tree.section("reviews")[name]
    path: Path = ("reviews", name)
    kind: Any = next((each for each in _REVIEW_KINDS if each in entry), "no_number")
    at = entry[kind] if kind in ("at", "within") else None
    by_priority: dict[str, Amount] = {}
    if at == "set by priority":
        key = f"{name}_review"
        by_priority = {p: parse_amount(e[key]) for p, e in priorities.items() if key in e}
    every = entry.get("at_most_every")
    return Review(
        id=name,
        title=entry.get("title", f"{_title(name)} review"),
        by=_posts(entry["by"]),
        layer=tree.first_layer.get(path, ""),
        origin=_origin(tree, (*path, kind), path),
        kind=kind,
        start=entry.get("from"),
        after=entry.get("after"),
        at=parse_amount(at) if at is not None and at != "set by priority" else None,
        by_priority=_frozen(by_priority),
        at_most_every=parse_amount(every) if every is not None else None,
        until=entry.get("until", "authorised"),
        only_if=entry.get("only_if"),
        includes=tuple(entry.get("includes", ())),
        varied_by=_posts(entry.get("varied_by")),
        routes=tuple(entry.get("routes", ())),
        as_printed=entry.get("as_printed"),
        starting_day=_starting_day(entry.get("starting_day")),
        force=entry.get("force", "local"),
        authority=entry.get("authority"),
        source=_source(entry),
        strength=_strength(tree, entry),
        year=_year(tree, entry),
        assumptions=tuple(entry.get("assumptions", ())),
        carried_over=entry.get("carried_over"),
        names=names,
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

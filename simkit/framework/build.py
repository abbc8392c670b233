"""Build a ``Framework``, with its typed values, from the merged data of its layers.

Only for data without errors: the form and the rules were checked before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from simkit.common.text import lower_first, plain_title
from simkit.framework.amount import Amount, parse_amount, parse_amount_range, parse_share
from simkit.framework.framework import (
    Framework,
    Origin,
    Review,
    Timescale,
)
from simkit.framework.inheritance import ONE_OF, Tree, is_current
from simkit.framework.model_numbers import numbers_of, steps_of
from simkit.framework.problem import Path
from simkit.framework.vocabulary import ANSWERS, EVENTS

if TYPE_CHECKING:
    from simkit.data import Authority

_KINDS = ONE_OF["timescales"][0]
_REVIEW_KINDS = ONE_OF["reviews"][0]


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
        numbers=_frozen(numbers_of(tree)),
        steps=_frozen(steps_of(tree)),
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
                    moment = entry.get("moment", lower_first(title))
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
                title=f"{EVENTS[event].title if event in EVENTS else plain_title(event)}, by: {r.title}",
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
    origin = tree.origin((*path, kind), path)
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
        title=entry.get("title", plain_title(name)),
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
        title=entry.get("title", f"{plain_title(name)} review"),
        by=_posts(entry["by"]),
        layer=tree.first_layer.get(path, ""),
        origin=tree.origin((*path, kind), path),
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

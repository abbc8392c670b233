"""Random changes of frameworks, and what every change must leave as it was."""

from __future__ import annotations

from random import Random
from typing import Any

from simkit.framework.editing.edit import edit
from simkit.framework.editing.fields import Field, Fields
from simkit.framework.editing.form import PathNotFound, path_of
from simkit.framework.editing.scalars import EditError
from simkit.framework.problem import Path
from simkit.framework.text_edit import offset
from simkit.framework.vocabulary import ANSWERS
from simkit.framework.yaml.source import Source, plain_text, read_text

WORDS = (
    *(
        "Head of Service",
        "Team 7: duty",
        "a #1 place",
        "no",
        "yes",
        "12",
        "3.50",
        "-",
        "- a",
        "[draft]",
        "{x}",
    ),
    *("'til", '"so"', "it's", "“so”", "C:\\new", "x # y", "true", "null", "~", "*star", "&and", "!bang", "%"),
    *("@home", "é ü 家", "a, b", "key: value", " in front", "behind ", "2025-04-01", "...", "---", "?", ""),
    *("Always\nin two lines", "A\n\n  further in\n# no comment", "  first further in\nthen not", "end\n\n\n"),
    *("one: two\nthree:", "a\u00a0b", "tab\there"),
)
AMOUNTS = ("5 working days", "1 working day", "24 hours", "1.5 weeks", "3 calendar days", "2 months")
ENTRIES: dict[str, dict[str, Any]] = {
    "timescales": {"title": "Visit: new", "from": "allocated", "to": "child_seen", "within": "7 weeks"},
    "reviews": {"title": "A review", "by": "team_manager", "from": "allocated", "at": "10 working days"},
    "roles": {"title": "Duty #1"},
    "sources": {"title": 'The "plan"', "year": 2024, "strength": "verified"},
    "events": {"title": "Panel", "moment": "the panel"},
    "more": {"title": "Office", "text": "Room 4\nTown hall"},
}  # fmt: skip
NAMES = ("first", "visit", "panel", "a1", "under_one")


def random_value(field: Field, random: Random) -> Any:
    """A value that the field may have, by its kind; sometimes none, or one of the answers."""
    if random.random() < 0.2:
        return None
    if field.kind in ("group", "entries"):
        return random.choice([*ANSWERS, None])
    if field.several and random.random() < 0.8:
        some = list(field.choices) or list(NAMES)
        return random.sample(some, min(len(some), random.randint(1, 4)))
    if field.choices:
        return random.choice(list(field.choices))
    match field.kind:
        case "time":
            return random.choice(AMOUNTS)
        case "time range":
            return random.choice(("3 to 5 working days", "12 to 16 weeks"))
        case "amount" | "amount range":
            return random.choice((field.example, "30%", "20% to 40%", "5 minutes"))
        case "date":
            return random.choice(("2025-04-01", "2025-04", 2025, "2026"))
        case "number" | "whole number" | "code":
            return random.choice((7, "2015", 16, 12.5, "0.25"))
    return random.choice(WORDS)


def random_change(known: Fields, random: Random) -> tuple[str, Any]:
    """A path and a value for it: mostly of a field, sometimes a new entry."""
    if random.random() < 0.15:
        section = random.choice(list(ENTRIES))
        return f"{section}.{random.choice(NAMES)}", ENTRIES[section]
    set_ones = [field for field in known.values() if field.layer == known.own]
    field = random.choice(set_ones if set_ones and random.random() < 0.5 else list(known.values()))
    return field.path, random_value(field, random)


def changed(text: str, path: str, value: Any) -> str | None:
    """The text after a change, None where it is refused; everything else is held to be as it was."""
    try:
        after = edit(text, path, value)
    except (EditError, PathNotFound):
        return None
    assert_only_that_changed(text, after, path_of(path), value)
    return after


def assert_only_that_changed(text: str, after: str, path: Path, value: Any) -> None:
    """All bytes before and after the place of the value are the same, and every other value."""
    before, now = read_text(text, ""), read_text(after, "")
    assert len(now.problems) <= len(before.problems), now.problems
    below = len(path)
    old = {each: _plain(before, each) for each in before.values if each[:below] != path and each != ()}
    for each, was in old.items():
        answered = each == path[: len(each)]  # an answer, in whose place something is written now
        if isinstance(was, (dict, list)) or _list_changed(each, path) or answered:
            continue
        assert each in now.values and _plain(now, each) == was, (each, path)
    assert list(_without(now, path)) == [each for each in _without(before, path) if each in now.keys]
    front = _common(text, after)
    back = _common(text[front:][::-1], after[front:][::-1])
    start, end = front, len(text) - back
    if start < end:
        first, last = _region(text, before, path, value)
        assert after.startswith(text[:first]) and after.endswith(text[last:]), (path, value, text[start:end])


def _plain(source: Source, path: Path) -> Any:
    value: Any = source.data
    for key in path:
        value = value[key]
    return value.rstrip("\n") if isinstance(value, str) else value


def _list_changed(each: Path, path: Path) -> bool:
    return bool(each) and isinstance(each[-1], int) and each[:-1] in (path, path[:-1])


def _without(source: Source, path: Path) -> list[Path]:
    above = {path[:end] for end in range(len(path) + 1)}
    return [each for each in source.keys if each[: len(path)] != path and each not in above]


def _common(one: str, other: str) -> int:
    shorter = min(len(one), len(other))
    return next((n for n in range(shorter) if one[n] != other[n]), shorter)


def _region(text: str, source: Source, path: Path, value: Any) -> tuple[int, int]:
    """Where the old text of a change can lie: from the line of its name to the end of the line of its value.

    Of what is taken out, with what is empty without it, and of a section with the empty line above it.
    """
    at = path
    while at not in source.keys and at not in source.values and at:
        at = at[:-1]
    while value is None and len(at) > 1 and len(_plain(source, at[:-1])) == 1:
        at = at[:-1]
    start = source.keys.get(at) or source.values[at]
    if isinstance(at[-1], int):
        start = source.keys[at[:-1]]
        at = at[:-1]
    end = source.value_ends.get(at) or source.key_ends[at]
    last_line = plain_text(text).split("\n")[end[0] - 1]
    last = offset(text, end[0], len(last_line) + 1)
    above = plain_text(text).split("\n")[start[0] - 2] if start[0] > 2 else "text"
    gap = value is None and len(at) == 1 and not above.strip()
    first = offset(text, start[0] - gap, 1)
    return first - 2, last + 2  # with the line ends, of which there may be two characters

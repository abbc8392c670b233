"""Where a name belongs that is too far to the right or left, or comes from another kind of file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simkit.framework.problem import Path, excerpt
from simkit.framework.vocabulary import PROTOCOL_ELEMENTS, PROTOCOL_EXTRAS
from simkit.framework.yaml.layout import LEAVES, SECTIONS, TOP, line_numbers

if TYPE_CHECKING:
    from simkit.framework.yaml.source import Source

_FORMS = {
    "scenario": "a scenario. Give it to a command with `--scenario`",
    "sweep": "a plan of a sweep. Give it to `simkit sweep`",
    "comparison": "a comparison. Give it to `simkit compare`",
}
_OF_SCENARIO = ("demand", "workforce", "horizon", "since")
_ENTRIES = (
    "timescales",
    "reviews",
    "priorities",
    "roles",
    "sources",
    "departures",
    "dispensations",
    "protocol",
)
_OF_FRAMEWORK = ("based_on", "authority", "timescales", "reviews", "protocol", "roles")


def other_form(data: Mapping[str, Any]) -> tuple[str, str] | None:
    """Message and hint for a file that is no framework but another of simkit's; None for a framework."""
    form = str(data.get("simkit", "")).partition("/")[0]
    if form in _FORMS:
        return f"This file is {_FORMS[form].partition('.')[0]}, not a framework.", _FORMS[form].partition(
            ". "
        )[2] + "."
    found = [key for key in _OF_SCENARIO if key in data]
    if found and not any(key in data for key in _OF_FRAMEWORK):
        message = f"This is a scenario, not a framework: it has `{found[0]}:`."
        return message, "Write `simkit: scenario/1` as its first line, and give it with `--scenario`."
    return None


def misplaced(source: Source, path: Path, value: Any) -> tuple[str, str] | None:
    """Message and hint for a name that is known, and stands in another place than its own; else None."""
    key, above = str(path[-1]), [str(part) for part in path[:-1]]
    if "more" in above[:2] or "model" in above[:1]:
        return None
    if not above and key in _OF_SCENARIO:
        message = f"`{key}:` belongs to a scenario, and this is a framework."
        return message, (
            "Move it to a file of its own that starts with `simkit: scenario/1` and a `title`. Give it "
            "to a command with `--scenario`."
        )
    line, last = _lines(source, path)
    lines = line_numbers(list(range(line, last + 1)))
    column = source.place(path, at_key=True).column - 1
    fields = set(value) if isinstance(value, dict) else set()
    if above and (key in SECTIONS or key in TOP - LEAVES) and key != "note":
        message = f"`{excerpt(key)}:` is too far to the right: here it is part of `{above[-1]}`."
        return message, f"It belongs at the left edge. Take away the {_spaces(column)} in front of {lines}."
    if len(above) == 2 and above[0] in _ENTRIES and fields & LEAVES:
        wanted = source.place(path[:-1], at_key=True).column - 1
        message = f"`{excerpt(key)}:` is too far to the right: here it is part of `{above[-1]}`."
        return message, (
            f"It belongs beside `{above[-1]}`. Take away {_spaces(max(1, column - wanted))} in front of "
            f"{lines}."
        )
    if above:
        return None
    section = _section_of(key, fields, value)
    if section:
        begun = source.keys.get((section,))
        where = f"`{section}:` (line {begun[0]})" if begun else f"a line `{section}:`"
        message = f"`{excerpt(key)}:` is too far to the left: it belongs under {where}."
        move = f" Move {lines} there." if begun and not _follows(source, section, line) else ""
        first = "" if begun else f"Write the line `{section}:` above line {line}. "
        return message, f"{first}Put 2 spaces in front of {lines}.{move}"
    if key in LEAVES and not isinstance(value, dict):
        message = f"`{key}:` is too far to the left: it belongs to an entry of `timescales:` or `reviews:`."
        return message, f"Put 4 spaces in front of line {line}, below the name of its entry."
    return None


def of_another_section(source: Source, path: Path) -> tuple[Path, str, str] | None:
    """Place, message and hint for an entry (``path``) whose lines are those of another section; else None.

    Where several entries are of another section, they lack one line, above the first of them.
    """
    section, other = str(path[0]), _foreign(source, str(path[0]), str(path[1]))
    if not other:
        return None
    first = next(name for name in source.data[section] if _foreign(source, section, name) == other)
    line = source.place((section, first), at_key=True).line
    message = f"`{first}` has the lines of an entry of `{other}:`, but it is under `{section}:`."
    hint = f"The line `{other}:` is missing. Write it above line {line}, at the left edge."
    return (section, first), message, hint


def _foreign(source: Source, section: str, name: str) -> str:
    entry = (source.data.get(section) or {}).get(name)
    if section not in ("timescales", "reviews") or not isinstance(entry, dict):
        return ""
    other = _section_of(name, set(entry), entry)
    known = other in ("timescales", "reviews") and other != section and other not in source.data
    return other if known else ""


def _section_of(key: str, fields: set[str], value: Any) -> str:
    """The section in which an entry with these fields belongs; empty if that is not clear."""
    if key in PROTOCOL_ELEMENTS or key in PROTOCOL_EXTRAS:
        return "protocol"
    if not isinstance(value, dict):
        return ""
    if {"from", "to"} <= fields:
        return "timescales"
    if "by" in fields and fields & {"at", "within", "at_most_every", "after"}:
        return "reviews"
    if "text" in fields and "owner" in fields:
        return "protocol"
    return "sources" if "strength" in fields else ""


def _follows(source: Source, section: str, line: int) -> bool:
    """Whether no other section begins between the section and the line."""
    begun = source.keys[(section,)][0]
    return not any(begun < at[0] < line for path, at in source.keys.items() if len(path) == 1)


def _lines(source: Source, path: Path) -> tuple[int, int]:
    """First and last line of a name with everything below it."""
    size = len(path)
    places = [at[0] for each, at in (*source.keys.items(), *source.values.items()) if each[:size] == path]
    return source.place(path, at_key=True).line, max(places, default=source.place(path, at_key=True).line)


def _spaces(number: int) -> str:
    return "1 space" if number == 1 else f"{number} spaces"

"""Lines that YAML reads, or nearly reads, as something else than was meant: examples taken up by half, lines
without their spaces, texts without their sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from simkit.common.text import listed
from simkit.framework.problem import excerpt
from simkit.framework.yaml.layout import (
    KEY,
    LEAVES,
    OPENS,
    SECTIONS,
    TOP,
    LineProblem,
    Plain,
    indent_of,
    is_bare,
    line_numbers,
)

_EXAMPLE = re.compile(r"^# ?(?P<indent> *)(?P<name>[a-z_][a-z0-9_]*):\s*$")
_TEXT = re.compile(
    r"^(?P<indent> *)(?P<name>text|note|reason|words):(?P<rest> +(?P<text>[^\s|>\"'\[{].*))?\s*$"
)
_BLOCK = re.compile(r"^(?P<indent> *)(?:- +)?(?P<name>[A-Za-z_]\w*):\s+[|>][-+0-9]*\s*(#.*)?$")
_ID = re.compile(r"^(?P<indent> *)(?P<name>[a-z_][a-z0-9_]*):(?P<rest>\s.*|)$")
_OF_ENTRIES = frozenset(
    {"timescales", "reviews", "roles", "protocol", "priorities", "sources", "departures", "dispensations"}
)
_WITH_LINES = frozenset({"in_force", "agreed", "counting", "threshold_document"})
_ENDS_FLAT = frozenset({"simkit", "authority", "la_code", "gss_code", "based_on", "status", "not_known"})
_TOO_DEEP = _OF_ENTRIES - {"sources", "dispensations"} | {"threshold_document", "agreed"}
_RULE = re.compile(r"(?:-{3,}|\.{3}|`{3,}.*|~{3,}.*|={3,})\s*")
_DASHED = re.compile(r"^(?P<indent> *)- +(?P<name>[A-Za-z_]\w*):\s*(?:#.*)?$")
_FENCE = re.compile(r"(?:`{3,}|~{3,})\w*\s*")
_FEWEST_CAPITALS = 3
_SHOWN = 12  # lines of a hint that shows how to write them


def half_taken_up(lines: list[str], plain: Plain) -> LineProblem | None:
    """A name that still has the # of an example, above lines that have lost theirs."""
    for at, line in enumerate(lines):
        example = _EXAMPLE.match(line)
        if example is None:
            continue
        below = _next_line(lines, at)
        key = KEY.match(lines[below]) if below is not None else None
        indent = len(example["indent"])
        if below is None or key is None or len(key["indent"]) <= indent:
            continue
        above = next((n for n in range(at - 1, -1, -1) if not is_bare(lines[n])), None)
        opened = above is not None and OPENS.match(lines[above]) is not None
        if indent == 0:
            lost = example["name"] in SECTIONS and not opened
        else:
            twice = key["name"] in _names_above(lines, at, len(key["indent"]))
            lost = key["name"] in LEAVES and (opened or twice)
        if not lost:
            continue
        name = example["name"]
        message = (
            f"`{name}:` on line {at + 1} still has its # in front, so it is not read, and the lines below it "
            "belong to nothing."
        )
        written = f"{example['indent']}{name}:"
        hint = f"Delete the # and the one space after it on line {at + 1}, so that the line is `{written}`."
        return LineProblem("Y035", at + 1, 1, message, hint, lines=((at + 1, written),))
    return None


def _next_line(lines: list[str], at: int) -> int | None:
    """The next line if it is no example itself; explanations (``##``) and empty lines are passed over."""
    for number in range(at + 1, len(lines)):
        words = lines[number].strip()
        if words and not words.startswith("##"):
            return None if words.startswith("#") else number
    return None


def _names_above(lines: list[str], at: int, indent: int) -> set[str]:
    names: set[str] = set()
    for line in reversed(lines[:at]):
        if is_bare(line):
            continue
        if indent_of(line) < indent:
            break
        key = KEY.match(line)
        if key is not None and len(key["indent"]) == indent:
            names.add(key["name"])
    return names


def flat(lines: list[str], plain: Plain) -> LineProblem | None:
    """Sections whose lines all begin at the left edge, as if the spaces had been stripped."""
    sections = {
        at: below
        for at, line in enumerate(lines)
        if (opens := OPENS.match(line)) and not opens["indent"] and opens["name"] in _OF_ENTRIES | _WITH_LINES
        if (below := list(_flat_lines(lines, at)))
    }
    entries = [at for at in sections if lines[at].strip().rstrip(":") in _OF_ENTRIES]
    if not entries or not any(text.startswith("    ") for at in entries for _, text in sections[at]):
        return None
    at = next(iter(sections))
    name = lines[at].strip().rstrip(":")
    message = (
        f"The spaces at the start of the lines are missing: nothing shows what belongs to `{name}:` (line "
        f"{at + 1})."
    )
    shown = [lines[entries[0]], *(text for _, text in sections[entries[0]])]
    rest = "" if len(shown) <= _SHOWN else "\n  ..."
    names = {each: f"`{lines[each].strip()}` (line {each + 1})" for each in sections if each != entries[0]}
    others = listed(names[each] for each in entries[1:]) if entries[1:] else ""
    direct = (
        listed(names[each] for each in sections if each not in entries)
        if len(sections) > len(entries)
        else ""
    )
    also = f" Do the same under {others}." if others else ""
    also += f" Under {direct} put 2 spaces before each line." if direct else ""
    hint = (
        f"Put 2 spaces before the name of each entry and 4 before its lines, as shown here.{also}\n"
        + "\n".join(shown[:_SHOWN])
        + rest
    )
    repairs = tuple(repair for below in sections.values() for repair in below)
    return LineProblem("Y013", repairs[0][0], 1, message, hint, lines=repairs)


def _flat_lines(lines: list[str], at: int) -> Iterator[tuple[int, str]]:
    """The lines below a section, each with its number from 1 and as it has to be."""
    of_entries = lines[at].strip().rstrip(":") in _OF_ENTRIES
    in_text = in_entry = False
    for number in range(at + 1, len(lines)):
        line = lines[number]
        if is_bare(line):
            continue
        key = _ID.match(line)
        opened = key is not None and not key["rest"].strip()
        if key is None:
            if not in_text:
                return
            yield number + 1, f"      {line.strip()}"
            continue
        if key["indent"] or key["name"] in _ENDS_FLAT or (opened and key["name"] in SECTIONS):
            return
        if of_entries and opened and key["name"] not in LEAVES:
            in_text, in_entry = False, True
            yield number + 1, f"  {line}"
        elif of_entries and not in_entry:
            return
        else:
            in_text = _BLOCK.match(line) is not None
            yield number + 1, f"{'    ' if of_entries else '  '}{line}"


def too_deep(lines: list[str], plain: Plain) -> LineProblem | None:
    """A section of a framework that is written as a part of what is above it."""
    if not any(line.startswith("simkit: framework") for line in lines[:20]):
        return None
    for place, (at, line) in enumerate(plain):
        opens = OPENS.match(line)
        if opens is None or not opens["indent"] or opens["name"] not in _TOO_DEEP:
            continue
        indent = len(opens["indent"])
        rest = [number for number, _ in plain[place + 1 :]]
        ends = next((number for number in rest if indent_of(lines[number]) <= indent), len(lines))
        last = max(
            (n for n in range(at, ends) if lines[n].strip() and not lines[n].startswith("#")), default=at
        )
        above = _above(lines, at, indent)
        numbers = list(range(at + 1, last + 2))
        part = f": here it is part of `{above}`" if above else ""
        message = f"`{opens['name']}:` is too far to the right{part}."
        spaces = "1 space" if indent == 1 else f"{indent} spaces"
        hint = f"It belongs at the left edge. Take away {spaces} in front of {line_numbers(numbers)}."
        repairs = tuple((n, lines[n - 1][min(indent, indent_of(lines[n - 1])) :]) for n in numbers)
        return LineProblem("Y013", at + 1, indent + 1, message, hint, lines=repairs)
    return None


def _above(lines: list[str], at: int, indent: int) -> str:
    """The name of which a line with this indent is a part."""
    for line in reversed(lines[:at]):
        key = KEY.match(line)
        if key is not None and len(key["indent"]) < indent:
            return key["name"]
    return ""


def one_space_off(lines: list[str], plain: Plain) -> LineProblem | None:
    """Neighbouring lines with one space too many: the # of an example went and its space stayed."""
    indents = [(number, indent_of(line)) for number, line in plain]
    odd = [place for place, (_, indent) in enumerate(indents) if indent % 2]
    if len(odd) < 2 or len(odd) > len(indents) // 2 or odd[-1] - odd[0] != len(odd) - 1:
        return None
    numbers = [indents[place][0] + 1 for place in odd]
    message = f"There is one space too many in front of {line_numbers(numbers)}."
    hint = "Delete one space in front of each. To use an example, delete the space after its # too."
    column = indents[odd[0]][1] + 1
    repairs = tuple((number, lines[number - 1][1:]) for number in numbers)
    return LineProblem("Y013", numbers[0], column, message, hint, lines=repairs)


def nameless(lines: list[str], plain: Plain) -> LineProblem | None:
    """Lines of an entry right below the name of its section, without the name of the entry."""
    for place, (at, line) in enumerate(plain[:-1]):
        opens = OPENS.match(line)
        if opens is None or opens["indent"] or opens["name"] not in _OF_ENTRIES:
            continue
        number, below = plain[place + 1]
        key = KEY.match(below)
        if key is None or not key["indent"] or key["name"] not in LEAVES or OPENS.match(below):
            continue
        name = opens["name"]
        indent = indent_of(below)
        ends = next(
            (
                n
                for n, each in plain[place + 1 :]
                if indent_of(each) < indent or (OPENS.match(each) and n > number)
            ),
            len(lines),
        )
        last = max(n for n in range(number, ends) if lines[n].strip())
        own = {"reviews": "first", "roles": "service_manager", "protocol": "young_carers"}.get(
            name, "child_visited"
        )
        message = (
            f"The name of an entry is missing between `{name}:` (line {at + 1}) and `{key['name']}:` (line "
            f"{number + 1})."
        )
        hint = (
            f"Write a name with a colon on a line of its own above line {number + 1}, with 2 spaces in "
            "front, such "
            f"as `  {own}:`. Its lines have 4 spaces in front."
        )
        gone = tuple((n + 1, "") for n in range(number, last + 1))
        return LineProblem("Y037", number + 1, indent + 1, message, hint, lines=gone)
    return None


def text_without_sign(lines: list[str], plain: Plain) -> LineProblem | None:
    """A text that goes on over further lines, with something in them that YAML does not read as text."""
    for at, line in plain:
        text = _TEXT.match(line)
        if text is None:
            continue
        indent = len(text["indent"])
        below = [n for n in _rest_of_text(lines, at, indent) if lines[n].strip()]
        odd = [n for n in below if indent_of(lines[n]) <= indent or re.search(r":(\s|$)|\s#", lines[n])]
        if not below or (not odd and not (text["rest"] and ": " in text["text"])):
            continue
        name, space = text["name"], " " * (indent + 2)
        words = (
            [text["text"], *(lines[n].strip() for n in below)]
            if text["rest"]
            else [lines[n].strip() for n in below]
        )
        message = f"The text of `{name}:` goes over several lines, and there is no | after the colon."
        shown = "\n".join([f"{text['indent']}{name}: |", *(f"{space}{each}" for each in words[:_SHOWN])])
        hint = (
            f"Write `{name}: |` alone on its line and the words on the lines below it, each with "
            f"{indent + 2} "
            f"spaces in front:\n{shown}"
        )
        first = f"{text['indent']}{name}: |"
        repairs = [(at + 1, first), *((n + 1, f"{space}{lines[n].strip()}") for n in below)]
        return LineProblem("Y036", at + 1, indent + 1, message, hint, lines=tuple(repairs))
    return None


def _rest_of_text(lines: list[str], at: int, indent: int) -> Iterator[int]:
    """The lines that go on with the text of the line ``at``."""
    for number in range(at + 1, len(lines)):
        line = lines[number]
        if not line.strip():
            yield number
            continue
        if line.lstrip().startswith("#"):
            return
        key = _ID.match(line)
        if key is not None:
            deeper = len(key["indent"]) > indent
            if not key["rest"].strip() or not deeper or key["name"] in LEAVES:
                return
        elif OPENS.match(line) and indent_of(line) <= indent:
            return
        yield number


def text_too_far_left(lines: list[str], plain: Plain) -> LineProblem | None:
    """Lines of a text below ``text: |`` that do not stand as far in as its first line."""
    for at, line in enumerate(lines):
        block = _BLOCK.match(line)
        if block is None:
            continue
        indent = len(block["indent"])
        content = next((n for n in range(at + 1, len(lines)) if lines[n].strip()), None)
        if content is None:
            continue
        wanted = max(indent_of(lines[content]), indent + 2)
        stray: list[int] = []
        apart = False  # whether they stand at the left edge, below an empty line: may be no part of it
        for number in range(content, len(lines)):
            text = lines[number]
            if not text.strip():
                continue
            if text.lstrip().startswith("#") and indent_of(text) < wanted:
                break
            key = _ID.match(text)
            if key is not None and len(key["indent"]) <= indent:
                break
            if _RULE.fullmatch(text):
                break
            if indent_of(text) < wanted:
                if OPENS.match(text) and indent_of(text) <= indent:
                    break
                apart = apart or (not stray and not indent_of(text) and not lines[number - 1].strip())
                stray.append(number)
        if stray:
            numbers = [number + 1 for number in stray]
            message = (
                f"'{excerpt(lines[stray[0]])}' belongs to the text of `{block['name']}:` (line {at + 1}), "
                "and it is "
                "too far to the left."
            )
            hint = f"Put {wanted} spaces in front of {line_numbers(numbers)}, as before the rest of the text."
            repairs = tuple((n + 1, " " * wanted + lines[n].strip()) for n in stray)
            if apart:
                where = line_numbers(numbers)
                message = (
                    f"'{excerpt(lines[stray[0]])}' is at the left edge and has no name with a colon, so it "
                    "is not clear what it is."
                )
                hint = (
                    f"If it does not belong in the framework, such as a signature, delete {where}. If it "
                    f"belongs to the text of `{block['name']}:` (line {at + 1}), put {wanted} spaces in "
                    f"front of {where}."
                )
                repairs = tuple((n + 1, "") for n in stray)
            return LineProblem(
                "Y013", numbers[0], indent_of(lines[stray[0]]) + 1, message, hint, lines=repairs
            )
    return None


def dashed_names(lines: list[str], plain: Plain) -> LineProblem | None:
    """Entries whose names have a dash in front, as in a list."""
    section, repairs = "", []
    for at, line in plain:
        opens = OPENS.match(line)
        if opens is not None and not opens["indent"]:
            section = opens["name"]
        dashed = _DASHED.match(line)
        if dashed is not None and section in _OF_ENTRIES and dashed["name"] not in LEAVES:
            repairs.append((at + 1, f"  {dashed['name']}:"))
    if not repairs:
        return None
    first, shown = repairs[0]
    names = line_numbers([number for number, _ in repairs])
    message = f"There is a dash in front of a name: '{excerpt(lines[first - 1])}'."
    hint = f"Delete the dash on {names}, so that the name has 2 spaces in front, as in `{shown}`."
    column = indent_of(lines[first - 1]) + 1
    return LineProblem("Y013", first, column, message, hint, lines=tuple(repairs))


def fences(lines: list[str], plain: Plain) -> LineProblem | None:
    """Marks of a block of code, as a chat or a web page puts them around a text."""
    numbers = [number for number, line in enumerate(lines, 1) if _FENCE.fullmatch(line)]
    if not numbers:
        return None
    message = f"There are marks of a copied block of text on {line_numbers(numbers)}: {lines[numbers[0] - 1]}"
    hint = f"Delete {line_numbers(numbers)}."
    return LineProblem("Y017", numbers[0], 1, message, hint, lines=tuple((n, "") for n in numbers))


def capitals(lines: list[str], plain: Plain) -> LineProblem | None:
    """Names that an editor has begun with a capital, as Word does at the start of a line."""
    repairs, known = [], 0
    for at, line in plain:
        key = KEY.match(line)
        if key is None or key["name"] == key["name"].lower():
            continue
        known += key["name"].lower() in LEAVES | TOP
        if key["name"].lower() not in LEAVES | TOP and OPENS.match(line) is None:
            continue
        start = len(key["indent"])
        written = f"{line[:start]}{key['name'].lower()}{line[start + len(key['name']) :]}"
        repairs.append((at + 1, written))
    if known < _FEWEST_CAPITALS:
        return None
    first = repairs[0][0]
    name = lines[first - 1].strip().split(":")[0]
    numbers = line_numbers([number for number, _ in repairs])
    message = f"Names before a colon have small letters, but here is `{name}`."
    hint = f"Write `{name.lower()}:`, and do the same on {numbers}."
    column = indent_of(lines[first - 1]) + 1
    return LineProblem("S001", first, column, message, hint, lines=tuple(repairs))

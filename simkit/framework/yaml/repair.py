"""Translate YAML's syntax errors into a manager's words, and repair the line so that reading can go on.

Repairs serve one purpose: one wrong line should not hide the others. A repaired text is never used
for anything but finding further problems.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simkit.framework.problem import excerpt
from simkit.framework.yaml.layout import (
    LEAVES,
    PAIR,
    SECTIONS,
    TOP,
    LineProblem,
    alignment_problem,
    indent_of,
    indent_problem,
    is_bare,
    plain_lines,
    tab_problem,
    unclosed_quote,
)
from simkit.framework.yaml.misplaced import (
    capitals,
    dashed_names,
    fences,
    flat,
    half_taken_up,
    nameless,
    one_space_off,
    text_too_far_left,
    text_without_sign,
    too_deep,
)
from simkit.framework.yaml.other_kinds import other_kind, second_authority

if TYPE_CHECKING:
    from yaml import YAMLError

__all__ = ["LineProblem", "layout_problem", "repaired_text", "syntax_problem"]


def _quoted(text: str) -> str:
    """The text between quotes that it doesn't contain itself, where there are such.

    Curly quotes around the whole text count as quotes.
    """
    if len(text) > 1 and text[0] in "“”„‟‘’‚‛" and text[-1] in "“”„‟‘’‚‛":
        text = text[1:-1]
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def _inside(value: str) -> str:
    """The text inside the quotes of a value that starts with one."""
    quote = value[0]
    if len(value) > 1 and value.endswith(quote):
        return value[1:-1]
    return value if value.count(quote) > 1 else value[1:]


def syntax_problem(error: YAMLError, text: str) -> LineProblem:
    """The problem behind an error of YAML's parser, with the line to change.

    The words and places of the compiled parser and of that in Python differ; the problem is the same.
    """
    lines = text.split("\n")
    mark = getattr(error, "problem_mark", None)
    start = getattr(error, "context_mark", None)
    complaint = f"{getattr(error, 'context', '') or ''} {getattr(error, 'problem', '') or ''}"
    number = min(mark.line, len(lines) - 1) if mark is not None else 0
    column = mark.column + 1 if mark is not None else 1
    start_line = min(start.line, len(lines) - 1) if start is not None else number
    tab = tab_problem(lines)
    if tab is not None and any(start_line < n <= number + 2 for n, _ in tab.lines):
        return tab
    open_line = unclosed_quote(lines)
    if open_line is not None and open_line <= number:
        return _unclosed(lines, open_line)
    if _MARKED_UP.fullmatch(lines[number].strip()) and _with_colon(lines[number]):
        instead = _with_colon(lines[number])
        message = f"'{excerpt(lines[number])}' has stars in it, as from a text in bold type."
        hint = f"Write {excerpt(instead.strip())}"
        return LineProblem("Y014", number + 1, column, message, hint, lines=((number + 1, instead),))
    for at in dict.fromkeys((number, start_line, number - 1)):
        problem = _by_value(lines, at) if 0 <= at < len(lines) else None
        if problem is not None:
            return problem
    if "mapping values are not allowed" in complaint:
        return _second_colon(lines, number, column)
    if "escape" in complaint:
        message = "There is a backslash between double quotes, where it means something else."
        hint = "Use single quotes around the text, or a forward slash."
        at = (
            lines[number].rfind("\\", 0, column) + 1
        )  # the parsers differ in which of the two signs they name
        return LineProblem("Y018", number + 1, at, message, hint)
    if "quoted scalar" in complaint:
        message = "The quotes that start here are not closed."
        return LineProblem("Y018", start_line + 1, (start.column if start else 0) + 1, message)
    if "flow" in complaint:
        line = lines[number]
        twice = re.search(r"(?<=[^\s,\[{]), *(?=,)|(?<=[\[{]) *,", line)
        if twice is not None:
            message = f"There is a comma too many: '{excerpt(line.strip())}'."
            repaired = line[: twice.start()] + line[twice.end() :]
            return LineProblem(
                "Y019", number + 1, twice.start() + 1, message, "Delete it.", lines=((number + 1, repaired),)
            )
        at = (start.column if start else 0) + 1
        return LineProblem("Y019", start_line + 1, at, "The bracket that opens here is not closed.")
    if "could not find expected ':'" in complaint:
        return _no_colon(lines, start_line if start_line < number or not lines[number].strip() else number)
    if "<document start>" in complaint:
        message = f"'{excerpt(lines[number])}' is further to the left than the first line of the file."
        return LineProblem("Y013", number + 1, column, message)
    line = lines[number]
    if line.count("]") + line.count("}") > line.count("[") + line.count("{"):
        return LineProblem("Y019", number + 1, column, f"There is one bracket too many: '{excerpt(line)}'.")
    if (
        "expected key" in complaint
        or "block end" in complaint
        or "block mapping" in complaint
        or ("indentation" in complaint and "indicators" not in complaint)
    ):
        problem = alignment_problem(lines, number)
        message = f"'{excerpt(lines[number])}' does not line up with the lines around it."
        return problem or LineProblem("Y013", number + 1, column, message)
    first = lines[number].lstrip()[:1]
    if first and first in "@`%>|":
        at = len(lines[number]) - len(lines[number].lstrip()) + 1
        return LineProblem("Y017", number + 1, at, f"A line can't start with {first}.", "Leave it out.")
    return LineProblem("Y010", number + 1, column, f"This line can't be read: '{excerpt(lines[number])}'.")


def _unclosed(lines: list[str], at: int) -> LineProblem:
    pair = PAIR.match(lines[at])
    if pair is None:
        return LineProblem("Y018", at + 1, 1, f"The quote that starts on line {at + 1} is not closed.")
    value, column = pair["text"], len(pair["before"]) + 1
    message = f"The quote that starts on line {at + 1} is not closed: {excerpt(value)}."
    if value.count(value[0]) > 1:
        message = f"There is a quote inside the quotes: {excerpt(value)}."
    instead = f"Write {pair['before'].strip()} {excerpt(_quoted(_inside(value)))}"
    return LineProblem("Y018", at + 1, column, message, instead, True)


def _by_value(lines: list[str], at: int) -> LineProblem | None:
    """The problem that the first letter of a line's value shows."""
    pair = PAIR.match(lines[at])
    if pair is None:
        return None
    value, column = pair["text"], len(pair["before"]) + 1
    if re.match(r"[|>] +[^#\s]", value):
        name = pair["before"].strip()
        message = f"There is text after the {value[0]}: {excerpt(value[1:].strip())}."
        hint = (
            f"Delete the {value[0]}, or keep `{name} {value[0]}` alone on the line and write the text below "
            "it."
        )
        return LineProblem("Y010", at + 1, column, message, hint, True)
    if re.fullmatch(r"\?+", value):
        name = pair["before"].strip()
        message = f"`{name} {value}` has no value yet."
        hint = f"Write what applies. If it is not decided yet, put a # in front of line {at + 1}."
        return LineProblem("Y017", at + 1, column, message, hint, lines=((at + 1, f"# {lines[at]}"),))
    instead = f"Write {pair['before'].strip()} {excerpt(_quoted(value))}"
    for signs, code in (("*", "Y015"), ("&!", "Y016"), ("@`%}],", "Y017")):
        if value[0] in signs or (code == "Y017" and re.match(r"[-?]( |$)|[|>][^-+0-9#\s]", value)):
            called = "a star" if value[0] == "*" else value[0]
            message = f"A text can't start with {called}: {excerpt(value)}."
            return LineProblem(code, at + 1, column, message, instead, True)
    if value[0] in "'\"" and not re.fullmatch(r"'([^']|'')*'( +#.*)?|\"([^\"\\]|\\.)*\"( +#.*)?", value):
        inside = _inside(value)
        closed = value.endswith(value[0]) and len(value) > 1
        message = (
            f"There is a quote inside the quotes: {excerpt(value)}."
            if closed or value.count(value[0]) > 1
            else f"The quote that starts this text is not closed: {excerpt(value)}."
        )
        instead = f"Write {pair['before'].strip()} {excerpt(_quoted(inside))}"
        return LineProblem("Y018", at + 1, column, message, instead, True)
    if value[0] in "[{" and value.count("[") + value.count("{") == value.count("]") + value.count("}"):
        after = re.sub(r"\s+#.*", "", value)
        if after and after[-1] not in "]}":
            message = f"A text can't start with a bracket: {excerpt(value)}."
            return LineProblem("Y019", at + 1, column, message, instead, True)
    return None


_TWO_NAMES = re.compile(r"(?P<text>\S+(?: \S+){0,3}?)[,;]? +(?P<name>[a-z_]+): +(?P<rest>\S.*)")


def _second_colon(lines: list[str], number: int, column: int) -> LineProblem:
    line = lines[number]
    pair = PAIR.match(line)
    section = pair["before"].strip().rstrip(":").strip().lower() if pair is not None else ""
    if section in SECTIONS and not line.startswith(" "):
        message = f"`{section}:` has to be alone on its line, but there is text after it."
        hint = (
            f"Write `{section}:` alone. Below it write the name of each entry, with 2 spaces in front, such "
            f"as `first:`, and below that its lines ({SECTIONS[section]}), with 4 spaces in front."
        )
        below = next((each for each in lines[number + 1 :] if each.strip()), "")
        instead = f"{section}:" if below.startswith(" ") else f"# {line}"
        return LineProblem("Y012", number + 1, 1, message, hint, lines=((number + 1, instead),))
    two = _TWO_NAMES.fullmatch(pair["text"]) if pair is not None else None
    if pair is not None and two is not None and two["name"] in LEAVES:
        first = f"{pair['before'].rstrip()} {two['text']}"
        message = f"There are two names on one line: `{pair['before'].strip()}` and `{two['name']}:`."
        second = f"{' ' * indent_of(line)}{two['name']}: {two['rest']}"
        hint = f"Write each on a line of its own:\n{first}\n{second}"
        return LineProblem("Y012", number + 1, 1, message, hint, lines=((number + 1, first),))
    if pair is not None and re.search(r":(\s|$)", pair["text"]):
        place = len(pair["before"]) + 1
        message = f"There is a second colon in the text: {excerpt(pair['text'])}"
        return LineProblem(
            "Y012",
            number + 1,
            max(place, column),
            message,
            f"Write {pair['before'].strip()} {excerpt(_quoted(pair['text']))}",
            True,
        )
    above = next((n for n in range(number - 1, -1, -1) if lines[n].strip()), None)
    if above is not None and not re.search(r":(\s|$)", lines[above]):
        return _no_colon(lines, above)
    indent = len(line) - len(line.lstrip())
    message = f"'{excerpt(line)}' is further to the right than the line above, which already has a text."
    if above is None:
        return LineProblem("Y013", number + 1, indent + 1, message)
    hint = (
        f"Line up lines {above + 1} and {number + 1}: line {number + 1} is too far to the right, or line "
        f"{above + 1} too far to the left."
    )
    return LineProblem("Y013", number + 1, indent + 1, message, hint)


def _no_colon(lines: list[str], at: int) -> LineProblem:
    line = lines[at]
    above = next((each for each in reversed(lines[:at]) if each.strip()), "")
    if re.search(r":\s+[|>][-+0-9]*\s*$", above):
        name = above.strip().split(":")[0]
        column = len(line) - len(line.lstrip()) + 1
        message = f"'{excerpt(line)}' belongs under `{name}:` and should be further to the right."
        return LineProblem(
            "Y013", at + 1, column, message, "Put 2 more spaces in front of each line of the text."
        )
    column = len(line) - len(line.lstrip()) + 1
    instead = _with_colon(line)
    if instead:
        message = f"'{excerpt(line)}' needs a colon followed by a space."
        hint = f"Write {excerpt(instead.strip())}"
        return LineProblem("Y014", at + 1, column, message, hint, lines=((at + 1, instead),))
    before = next((n for n in range(at - 1, -1, -1) if not is_bare(lines[n])), None)
    on = ""
    if before is not None and PAIR.match(lines[before]) is not None:
        on = f"If it goes on with line {before + 1}, put it at the end of that line."
    message = f"'{excerpt(line)}' has no name with a colon, so it is not clear what it is."
    hint = (
        "If it does not belong in the framework, such as a page number or a signature, delete line "
        f"{at + 1}. "
        f"{on or 'Otherwise write `name: text`, with a colon and a space between.'}"
    )
    return LineProblem("Y014", at + 1, column, message, hint, lines=((at + 1, ""),))


_KNOWN_NAMES = LEAVES | TOP
_MARKED_UP = re.compile(r"(?:\*\*|__|\*|_)(?P<name>\w+?):?(?:\*\*|__|\*|_):?\s*(?P<text>.*)")
_OTHER_SIGN = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*(?:=|;|：|->|=>|–|—|-)+\s+(?P<text>\S.*)")
_SPACE_ONLY = re.compile(r"(?P<name>[A-Za-z_]\w*) +(?P<text>\S.*)")


def _with_colon(line: str) -> str:
    """The line as `name: text`, where it begins with a known name and another sign; else an empty text."""
    indent, words = line[: len(line) - len(line.lstrip())], line.strip()
    glued = re.fullmatch(r"(?P<name>[a-z][a-z0-9_]*):(?P<text>\S.*)", words)
    if glued is not None:
        return f"{indent}{glued['name']}: {glued['text']}"
    for form in (_MARKED_UP, _OTHER_SIGN, _SPACE_ONLY):
        named = form.fullmatch(words)
        if named is not None and named["name"].lower() in _KNOWN_NAMES:
            return f"{indent}{named['name'].lower()}: {named['text']}".rstrip()
    alone = re.fullmatch(r"(?P<name>[a-z][a-z0-9_]*)[;.]?", words)
    return f"{indent}{alone['name']}:" if alone is not None else ""


_FINDERS = (
    fences,
    capitals,
    dashed_names,
    half_taken_up,
    flat,
    text_without_sign,
    text_too_far_left,
    one_space_off,
    too_deep,
    nameless,
    indent_problem,
)


def layout_problem(text: str) -> LineProblem | None:
    """The first problem of a text that shows in its lines, whether YAML can read it or not."""
    problem = other_kind(text) or second_authority(text)
    if problem is not None:
        return problem
    lines = text.split("\n")
    plain = list(plain_lines(lines))
    tab = tab_problem(lines) if "\n\t" in text else None
    return tab or next((found for each in _FINDERS if (found := each(lines, plain)) is not None), None)


def repaired_text(text: str, problem: LineProblem) -> str | None:
    """The text with the problem's line repaired, or None if there is no repair."""
    lines = text.split("\n")
    if problem.lines:
        for number, line in problem.lines:
            lines[number - 1] = line
        return "\n".join(lines)
    if not problem.quote_value:
        return None
    pair = PAIR.match(lines[problem.line - 1])
    if pair is None:
        return None
    value = pair["text"]
    inside = _inside(value) if value[0] in "'\"" else value
    line = pair["before"] + _quoted(inside)
    if line == lines[problem.line - 1]:
        return None
    lines[problem.line - 1] = line
    return "\n".join(lines)

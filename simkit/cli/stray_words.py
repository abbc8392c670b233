"""What to write in place of a word that a command can't use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from simkit.common.errors import SimkitError
from simkit.common.shell import command_line
from simkit.common.text import listed

_EDITION = re.compile(r"(?:national/)?working-together-(\d{4})")


def stray_words(
    command: str, arguments: Sequence[str], stray: Sequence[str], metavars: Mapping[str, str]
) -> str:
    """Which words are too many, and the command that was probably meant.

    ``command``: such as ``simkit run``; ``arguments``: all words after it. ``metavars``: of its options, by
    flag.
    """
    many = "this word" if len(stray) == 1 else "these words"
    said = f"{command} can't use {many}: {' '.join(stray)}"
    return f"{said}\n{_advice(command, arguments, stray, metavars)}".rstrip()


def _advice(command: str, arguments: Sequence[str], stray: Sequence[str], metavars: Mapping[str, str]) -> str:
    start, program = arguments.index(stray[0]), command.split()
    before = arguments[start - 1] if start else ""
    together = " ".join((before, *arguments[start : start + len(stray)]))
    two = _is_framework(before) and _is_framework(" ".join(stray))
    if before[:1].isalpha() and not two and _is_framework(together):
        rest = (*arguments[: start - 1], together, *arguments[start + len(stray) :])
        return f"Put quotation marks around a name of several words: {command_line(*program, *rest)}"
    options = {word: option for word in stray if (option := _option(word, metavars)) is not None}
    if options:
        words = [each for word in arguments for each in options.get(word, (word,))]
        return f"Did you mean: {command_line(*program, *words)}"
    named = [each for each in arguments if _is_framework(each)]
    return _one_at_a_time(command, named, metavars) if len(named) > 1 and stray[0] in named else ""


def _option(word: str, metavars: Mapping[str, str]) -> tuple[str, str] | None:
    """The option that a word is a value of, and the value."""
    edition = _EDITION.fullmatch(word.lower())
    if "--edition" in metavars and edition is not None:
        return "--edition", edition[1]
    if "--scenario" in metavars and _is_scenario(word):
        return "--scenario", word
    if re.fullmatch(r"20\d\d", word):
        return next(((flag, word) for flag in ("--year", "--edition") if flag in metavars), None)
    fitting = (flag for flag, values in metavars.items() if word.lower() in values.strip("<>").split("|"))
    return next(((flag, word.lower()) for flag in fitting), None)


def _one_at_a_time(command: str, names: Iterable[str], metavars: Mapping[str, str]) -> str:
    if command.endswith(" diff"):
        return f"It takes two. For more, side by side: {command_line('simkit', 'survey', *names)}"
    if "--scenario" in metavars:
        return f"It takes one at a time. To compare them: {command_line('simkit', 'compare', *names)}"
    return f"It takes one at a time: write the command once for {listed(names, 'and once for')}."


def _is_scenario(word: str) -> bool:
    from simkit.framework.library import find_scenario, is_scenario

    try:
        return is_scenario(find_scenario(word).read_text(encoding="utf-8-sig", errors="replace"))
    except (SimkitError, OSError):
        return False


def _is_framework(word: str) -> bool:
    from simkit.framework.library import find, kind_of

    try:
        path = find(word)
    except SimkitError:
        return False
    return kind_of(path) != "own" or (path.suffix.lower() in (".yaml", ".yml") and path.is_file())


def metavars_of(parameters: Iterable[object]) -> Iterator[tuple[str, str]]:
    """The flags of the options among a command's parameters, each with the words for its value."""
    for each in parameters:
        for flag in getattr(each, "opts", ()):
            if flag.startswith("--") and not getattr(each, "is_flag", False):
                yield flag, getattr(each, "metavar", None) or ""

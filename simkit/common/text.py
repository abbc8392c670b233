"""Words in sentences: lists, first letters, ordinal numbers; text alternatives; what a text is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import shorten

_LONGEST_ALTERNATIVE = 150

NO_WIDTH = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Characters that are no space and can't be seen. Websites put them where a word may be broken, and
Windows in front of a date."""


def listed(parts: Iterable[str], last: str = "and") -> str:
    """``a, b and c``."""
    words = list(parts)
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def year_spans(years: Iterable[int]) -> str:
    """Ascending years in short: ``2015 to 2018, 2020``."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(str(each[0]) if len(each) == 1 else f"{each[0]} to {each[-1]}" for each in spans)


def plain_title(name: str) -> str:
    """The words of a name in a file: ``first_review`` gives ``First review``."""
    return name.replace("_", " ").capitalize()


def lower_first(text: str) -> str:
    """The text with a small first letter, for the middle of a sentence."""
    return text[:1].lower() + text[1:]


def in_sentence(title: str) -> str:
    """A title as it is written within a sentence: ``Team Manager`` is ``team manager``, and IRO stays."""
    return re.sub(r"\b[A-Z](?=[a-z’']*\b)(?:[a-z’']+)", lambda word: word[0].lower(), title)


def upper_first(text: str) -> str:
    """The text with a capital first letter, for the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def ordinal(number: int) -> str:
    """``1st``, ``12th``, ``23rd``."""
    teen = number % 100 // 10 == 1
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def text_alternative(title: str) -> str:
    """A figure's title as its text alternative: to the end of a word, in at most 150 characters."""
    return shorten(title, _LONGEST_ALTERNATIVE, placeholder="...")


def is_text(given: object) -> bool:
    """Whether something is the text of a file and not its name: it has a line end."""
    return isinstance(given, str) and ("\n" in given or "\r" in given)


def is_web_address(words: str) -> bool:
    """Whether a text is the whole address of a page on the web: nothing else may become a link."""
    begins = words.lower().startswith(("https://", "http://"))
    return begins and not re.search(r"[\s<>\"]", words.strip())

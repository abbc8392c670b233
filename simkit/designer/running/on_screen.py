"""Words of a result as the screen shows them: they name no command and no page of the documentation.

Nobody can type a command into the screen, and the documentation is not beside it. A sentence that only says
what to type is replaced by where to look, or left out.
"""

from __future__ import annotations

import re

from simkit.study.notes import EACH_ASSUMPTION, RANGE_NOTE

_INSTEAD = (
    (
        re.compile(rf"{re.escape(EACH_ASSUMPTION)}.*", re.DOTALL),
        "The report under “Download and repeat” gives the range and reason of each.",
    ),
    (re.compile(re.escape(RANGE_NOTE)), "The range is shown after more simulated years."),
    (re.compile(r" \([^()]*docs/[^()]*\)"), ""),  # figures that only the page explains
)
COMMANDS = (
    "calibrate",
    "check",
    "compare",
    "design",
    "diff",
    "document",
    "export",
    "indicators",
    "list",
    "nation",
    "new",
    "project",
    "read-return",
    "report",
    "run",
    "sensitivity",
    "show",
    "staff",
    "survey",
    "sweep",
    "synthetic-return",
)
_TYPED = re.compile(rf"\bsimkit (?:{'|'.join(COMMANDS)})\b|(?<![\w-])--[a-z]|\bdocs/|\w\.md\b")
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[^a-z\s])")


def on_screen(words: str) -> str:
    """The words without commands and pages; empty where they say nothing else."""
    for typed, instead in _INSTEAD:
        words = typed.sub(instead, words)
    return " ".join(each for each in _SENTENCE.split(words) if not _TYPED.search(each))

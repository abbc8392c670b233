"""A command line quoted for any shell."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[\w.:/\\+-]+")  # safe in every shell; a comma is a list in PowerShell


def command_line(*words: object) -> str:
    """The words in a line, quoted if a shell could read them as something else."""
    return " ".join(word if _PLAIN.fullmatch(word) else f'"{word}"' for word in map(str, words))

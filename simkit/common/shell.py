"""A command as somebody would type it, in any of the shells."""

from __future__ import annotations

import re

__all__ = ["command_line"]

_PLAIN = re.compile(r"[\w.:/\\+-]+")  # what no shell reads as anything else; a comma is a list in PowerShell


def command_line(*words: object) -> str:
    """The words in a line, those in quotation marks that a shell could read as something else."""
    return " ".join(word if _PLAIN.fullmatch(word) else f'"{word}"' for word in map(str, words))

"""A command as somebody would type it, in any of the shells."""

from __future__ import annotations

__all__ = ["command_line"]

_MEANS_SOMETHING = frozenset(" <>=%&|;()'*?$")


def command_line(*words: object) -> str:
    """The words in a line, those in quotation marks that a shell would read as something else."""
    written = map(str, words)
    return " ".join(f'"{word}"' if not word or _MEANS_SOMETHING & set(word) else word for word in written)

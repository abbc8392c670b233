"""The style of pages: what all of them share on screen, their own, and what all of them share on paper."""

from __future__ import annotations

from simkit.common.paths import PACKAGE

__all__ = ["stylesheet"]

_TEMPLATES = PACKAGE / "output" / "templates"


def stylesheet(kind: str) -> str:
    """The style of a kind of page, ``document`` or ``report``; rules for paper come last and win."""
    files = (_TEMPLATES / "sheet.css", _TEMPLATES / kind / "page.css", _TEMPLATES / "paper.css")
    return "".join(file.read_text(encoding="utf-8") for file in files)

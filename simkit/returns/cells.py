"""The text of a cell as it is compared: without what nobody sees."""

from __future__ import annotations

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))


def visible(text: str) -> str:
    """A text without the characters of no width that web pages and other programs leave in cells."""
    return text if text.isascii() else text.translate(_INVISIBLE)

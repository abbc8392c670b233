"""The text of a cell as it is compared: without what nobody sees."""

from __future__ import annotations

import re

from simkit.common.text import NO_WIDTH

# A soft hyphen and what joins letters or keeps them apart too: no id, date or answer needs them.
_INVISIBLE = re.compile(f"{NO_WIDTH.pattern}|[\\u00ad\\u200c\\u200d]")


def visible(text: str) -> str:
    """A text without the characters of no width that web pages and other programs leave in cells."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def cell_text(cell: object) -> str:
    """The visible text of a cell with single spaces; empty for None."""
    return "" if cell is None else " ".join(visible(str(cell)).split())

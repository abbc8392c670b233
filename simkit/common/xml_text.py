"""Text without the characters that XML forbids."""

from __future__ import annotations

import re

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    """The text without the characters that XML, and so Word, forbids."""
    return _NOT_XML.sub("", text)

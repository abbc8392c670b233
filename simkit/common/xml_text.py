"""Words that XML can hold."""

from __future__ import annotations

import re

__all__ = ["xml_text"]

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(words: str) -> str:
    """The words without the characters that no XML file, and so no Word file, may hold."""
    return _NOT_XML.sub("", words)

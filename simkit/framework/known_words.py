"""The known word that was meant by another one, and words as an id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from simkit.framework.yaml.suggestions import is_opposite

_LONGEST = 100  # letters of a word that is compared with known ones

# Words that people use for the names of the format.
_OTHER_WORDS = {
    "clocks": "timescales",
    "deadlines": "timescales",
    "limits": "timescales",
    "time_limits": "timescales",
    "review_points": "reviews",
    "priority": "priorities",
    "deadline": "within",
    "limit": "within",
    "time": "within",
    "start": "from",
    "starts": "from",
    "end": "to",
    "ends": "to",
    "who": "by",
    "reviewer": "by",
    "when": "at",
    "day": "at",
    "name": "title",
    "council": "authority",
    "local_authority": "authority",
    "approved": "agreed",
    "adopted": "agreed",
    "signed_off": "agreed",
}


def nearest(word: object, known: Mapping[str, Any] | list[str] | tuple[str, ...]) -> str:
    """The known word that was probably meant, or an empty text."""
    unmarked = re.sub(r"^\W+(?=\w)", "", str(word).strip())  # a bullet or a dash that Word puts in front
    written = unmarked.lower().replace(" ", "_").replace("-", "_")
    written = _OTHER_WORDS.get(written, written)
    by_plain = {k.lower(): k for k in known}
    if written in by_plain:
        return by_plain[written]
    longer = [plain for plain in by_plain if len(written) >= 3 and plain.startswith(written)]
    if len(longer) == 1:
        return by_plain[longer[0]]
    matches = get_close_matches(written, by_plain, n=3, cutoff=0.72) if len(written) < _LONGEST else []
    return next((by_plain[each] for each in matches if not is_opposite(written, each)), "")


_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def plain_id(words: str) -> str:
    """The words as an id: ``Child seen`` is ``child_seen``."""
    words = re.sub(r"(?i)^\s*([1-9])(?:st|nd|rd|th)\b", lambda match: _ORDINALS[int(match[1]) - 1], words)
    unnumbered = re.sub(r"^\s*\d+\s*[.)]\s*(?=\S)", "", words.lower())  # 1. First review
    plain = re.sub(r"[^a-z0-9]+", "_", unnumbered).strip("_")
    return plain if re.match("[a-z]", plain) else f"n_{plain}" if plain else "a_name"

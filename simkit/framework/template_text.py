"""The example words of a new framework file, and how they are recognised where nobody has replaced them.

Examples are made so that no authority would write them: no post, day or address among them could be real.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

POST = "The name of a post"
PARTNERS = "The names of your safeguarding partners"
DAY = "2099-01-01"
REVIEW_DAY = "2099-12-31"
TEXT = "What you do, in as many lines as it takes."
HEADING = "A heading of your own"
MORE = "What you want to say."
THRESHOLDS = "The title of your threshold document"
THRESHOLDS_LINK = "https://www.example.gov.uk/levels-of-need"
COMPLAINTS_LINK = "https://www.example.gov.uk/complaints"
REASON = "why you depart from the guidance, in your own words"
AGREED_BY = "who agreed to it"

_EXAMPLES = frozenset(
    " ".join(each.lower().split()).rstrip(".")
    for each in (
        *(POST, PARTNERS, DAY, REVIEW_DAY, TEXT, HEADING, MORE, THRESHOLDS, REASON, AGREED_BY),
        *("the day, as in 2026-04-01", "what you do", "your words, as many lines as you like"),
    )
)
_ADDRESS = re.compile(r"(?i)\bexample\.(?:gov\.uk|org\.uk|co\.uk|com|org|net)\b")


def is_template_text(words: object) -> bool:
    """Whether the words, or a line of them, are still those of the template or an example's address."""
    text = str(words)
    if _ADDRESS.search(text):
        return True
    return any(" ".join(line.lower().split()).rstrip(".") in _EXAMPLES for line in text.split("\n"))


def without_template_text(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry without what is still the template's; what remains is the authority's own."""
    return {key: value for key, value in entry.items() if not is_template_text(value)}

"""Numbers as people write them, in digits: in words, with fractions, with commas, and as other programs type
them."""

from __future__ import annotations

import re
import unicodedata

_IN_WORDS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = {
    **{word: number for number, word in enumerate(_IN_WORDS, 1)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
    **{
        f"{tens}{joint}{word}": 10 * number + one
        for number, tens in enumerate(_TENS, 2)
        for one, word in enumerate(_IN_WORDS[:9], 1)
        for joint in ("-", " ")
    },
}
_WORDED = re.compile(rf"(?i)\b({'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\b")

FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "1/2": 0.5, "1/4": 0.25, "3/4": 0.75}
"""The parts of one that people write, as a sign or with a stroke."""
_SIGN = re.compile(r"(?:(\d+) *)?([½¼¾])")
_SLASH = re.compile(
    r"\b(\d+)(?: +and)? +(1/2|1/4|3/4)(?= +[A-Za-z])"
)  # 1 1/2 weeks: 1/2 alone may be a choice
_HALF = re.compile(r"(?i)^half(?: of)?(?: an?)? +(?=[a-z])")
_AND_A_HALF = re.compile(r"(?i)\b(\d+|an?) +((?:[a-z]+ +){0,2})and +a +half\b")
_THOUSANDS = re.compile(r"(?<![\d,.])(\d{1,3}(?:,\d{3})+)(?![\d,])")


def in_digits(text: str) -> str:
    """The text with its numbers in digits: ``ten working days`` is ``10 working days``."""
    return _WORDED.sub(lambda match: str(_NUMBERS[match[1].lower()]), text)


def plain_numbers(text: str) -> str:
    """The text with its numbers as a file has them: ``1½ weeks`` is ``1.5 weeks``, ``1,000`` is ``1000``."""
    text = _SIGN.sub(lambda match: f"{int(match[1] or 0) + FRACTIONS[match[2]]:g}", text)
    text = in_digits(unicodedata.normalize("NFKC", text).replace("\N{SOFT HYPHEN}", ""))
    text = re.sub(r"(?i)\b(\d+)(?:st|nd|rd|th)\b", r"\1", text)
    text = _SLASH.sub(lambda match: f"{int(match[1]) + FRACTIONS[match[2]]:g}", text)
    text = _THOUSANDS.sub(lambda match: match[1].replace(",", ""), text)
    return _AND_A_HALF.sub(_with_half, _HALF.sub("0.5 ", text))


def _with_half(match: re.Match[str]) -> str:
    number = int(match[1]) if match[1].isdigit() else 1
    return f"{number + 0.5:g} {match[2]}".rstrip()

"""Recognise placeholders in answers: ``tbc``, ``n/a``, ``not known``."""

from __future__ import annotations

import re

_PLACEHOLDER = re.compile(
    r"(?ix)[\W_]*(?:"
    r"tb[acd] | n\W?a | n\W?k | to \s be \s (?:confirmed|completed|added|agreed|decided|filled \s in)"
    r" | (?:not|un) \W? (?:yet \s)? (?:applicable|known|decided|agreed|sure|clear|set|available|stated)"
    r" | un(?:known|decided|sure|clear) | not \s yet | (?:i \s)? do(?:n['’]?t|\s not) \s know | dunno"
    r" | none | nil | null | nobody | no \W? one | nothing | no | yes | maybe | open | pending | vacant"
    r" | soon | later | asap | as \s soon \s as \s possible | various | someone | somebody | anyone | depends"
    r" | it \s depends | whoever | same | as \s above | same \s as \s above | to \W? do | x+ | \?+"
    r")[\W_]*"
)


def is_placeholder(words: object) -> bool:
    """Whether the words are a placeholder, or say that the answer is not known."""
    return bool(_PLACEHOLDER.fullmatch(str(words).strip()))

"""Recognise a person's name where the name of a post is expected."""

from __future__ import annotations

import re

_STYLED = re.compile(r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Cllr|Councillor|Sir|Dame)\.? [A-Z]")
_NAME = re.compile(r"[A-Z][\w'’-]*\.?(?: [A-Z][\w'’-]*\.?){1,2}")
_OF_POSTS = re.compile(  # posts and bodies of two or three words have one of these among them
    r"(?ix)\b(?: advis[eo]r | agency | assistant | assurance | authority | board | care | chair | chief"
    r" | child | children | commissioner | committee | consultant | coordinator | council | dcs |"
    r" delivery | deputy | designated | director | directorate | duty | education | executive | family |"
    r" group | head | health | help | hub | improvement | independent | law | leads? | leader | legal |"
    r" lscb | lscp | managers? | mash | member | office | officer | panel | partners? | partnership |"
    r" police | policy | practice | practitioner | principal | protection | quality | reviewing |"
    r" safeguarding | secretary | section | senior | services? | social | staff | strategic | strategy |"
    r" supervisor | support | team | unit | worker | youth )\b"
)


def is_person_name(words: str) -> bool:
    """Two or three words with capitals and no word of a post, or a form of address and a name.

    What follows a comma or a bracket is not looked at: ``Jane Smith (ext. 4411)`` is a name.
    """
    first = re.split(r"\s*[,(;/]|\s+[-–]\s", words.strip())[0]
    return bool(_STYLED.match(first) or _NAME.fullmatch(first)) and not _OF_POSTS.search(first)

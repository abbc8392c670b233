"""Which names of sheets may be shown: some systems name a sheet after a worker or a child."""

from __future__ import annotations

import re

from simkit.framework.person_names import is_person_name

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MONTHS = re.compile(rf"(?i){_MONTH}(?: {_MONTH})*")
_DAY = re.compile(
    rf"(?i)(?<![a-z\d])\d{{1,2}}(?:st|nd|rd|th)?(?:[-–_. ]+\d{{1,2}}|[-–_. ]*{_MONTH})[-–_. ]+\d{{2,4}}"
)
_YEARS = re.compile(r"(?<!\d)20\d\d(?:\s?[-–_]\s?(?:20)?\d\d)?(?!\d|[-–_. ]\d)")
_NUMBER = re.compile(r"\d{4}|@")
_NO_WORD = re.compile(r"[\W\d_]+(?<!['’])")
_WORDS = (  # hardly anybody's name
    "about after all and annex annual archive archived as assessment assessments at before begun by cases "
    "chart cin cla closed completed conference conferences contact contacts count counts cp current data "
    "date dates detail details dictionary ended enquiries enquiry episode episodes export exported "
    "extract figures final first for form from front half icpc icpcs in instructions list lists look "
    "lookup lookups me meeting meetings month monthly new not note notes of old on one open part pivot "
    "plan plans previous qtr quarter quarterly raw referral referrals report reports result results "
    "return returns s second sheet since single summary table tables the third three to total totals two "
    "until ups visit visits week weekly with without year yearly"
)
_OF_SHEETS = frozenset(_WORDS.split())


def may_be_shown(name: str) -> bool:
    """Whether a sheet's name contains no person's name, id, address or day.

    A year may be shown: ``2023-24``. So may ``Open Cases``, but not ``Jane Smith's cases``.
    """
    words = _YEARS.sub(" ", name)
    if _NUMBER.search(words) or _DAY.search(name):
        return False
    left = " ".join(word for word in _NO_WORD.sub(" ", words).split() if word.lower() not in _OF_SHEETS)
    return bool(_MONTHS.fullmatch(left)) or not is_person_name(left)

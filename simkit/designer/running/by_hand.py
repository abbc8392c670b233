"""A caseload that somebody writes by hand: the published one with other numbers in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from simkit.model.inputs.profile import Profile, ProfileError

if TYPE_CHECKING:
    from simkit.designer.sent import Sent

_SHARE = "%"
_MANY = 1_000_000
_NOT_ALL = 95  # as in a scenario: at 100% nothing would be left


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a caseload that can be written by hand: its field of ``Profile`` and what it is called.

    ``least`` and ``most``: the range that a profile allows, in the form's unit.
    """

    field: str
    label: str
    unit: str = _SHARE
    hint: str = ""
    least: float = 0
    most: float = 100

    @property
    def id(self) -> str:
        """The field of the form."""
        return f"hand-{self.field}"

    def shown(self, profile: Profile) -> str:
        """What the profile has, as the form shows it."""
        value = float(getattr(profile, self.field))
        return f"{round(100 * value, 1):g}" if self.unit == _SHARE else f"{round(value, 1):g}"


FIGURES = (
    Figure("referrals", "Referrals in a year", "", "Re-referrals included", least=1, most=_MANY),
    Figure("nfa_share", "Referrals closed at the front door", most=_NOT_ALL),
    Figure("rereferral_share", "Referrals within 12 months of an earlier one"),
    Figure("section_47_share", "Section 47 enquiries, of assessments"),
    Figure("conference_share", "Conferences, of section 47 enquiries"),
    Figure("case_holders_fte", "Social workers who hold cases", "full-time", least=0.1, most=_MANY),
    Figure("vacancy_rate", "Posts vacant", most=_NOT_ALL),
    Figure("agency_cover_rate", "Vacant posts covered by agency staff"),
    Figure("turnover_rate", "Social workers who leave in a year"),
    Figure("absence_rate", "Working days lost to sickness", most=_NOT_ALL),
)


def by_hand(form: Sent, published: Profile) -> Profile:
    """The published caseload with the figures of a form; mistakes go into ``form.errors``."""
    values: dict[str, Any] = {}
    for each in FIGURES:
        if form.text(each.id) in ("", each.shown(published)):
            continue
        sign = _SHARE if each.unit == _SHARE else ""
        number = form.number(each.id, each.least, each.most, name=each.label, sign=sign)
        if number is not None:
            values[each.field] = number / 100 if each.unit == _SHARE else number
    if form.errors:
        return published
    try:
        changed = replace(published, **values)
        assessed = changed.referrals * (1 - changed.nfa_share)
        return replace(
            changed,
            assessments=assessed * (changed.assessed_share + changed.repeat_share),
            notes=("Figures of the caseload were written by hand.", *published.notes),
        )
    except ProfileError as error:
        form.errors[FIGURES[0].id] = str(error)
        return published

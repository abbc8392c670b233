"""When a change of caseload and staff begins, and what there was before it.

Changes of rules hold for the whole run, so that comparisons compare settled states. Changes of caseload and
staff begin on a day, most often the first of the measured year: what comes and who works until then is as it
was, draw by draw.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from simkit.model.inputs.profile import Profile
from simkit.model.inputs.staffing import CASE_HOLDER, Staffing

__all__ = ["EMPTYING_DAYS", "LATE_COVER_DAYS", "Before", "Posts"]

EMPTYING_DAYS = 63
"""Working days, a quarter of a year, over which posts fall vacant, one leaver after the other."""

LATE_COVER_DAYS = (126, 253)
"""Working days after a rise in referrals in which agency staff come for it: six to twelve months."""


@dataclass(frozen=True, slots=True)
class Posts:
    """Case holders' posts after a change, in full-time equivalents of people in post.

    ``kept``: filled as they were. ``covered``: fallen vacant and filled by agency staff when the post falls
    vacant. ``late``: agency staff who come for a rise in referrals, months after it begins. Together they
    are the case holders of the staffing after the change.
    """

    kept: float
    covered: float = 0.0
    late: float = 0.0

    @property
    def all(self) -> float:
        """Everybody in post once all of it has happened."""
        return self.kept + self.covered + self.late

    def times(self, factor: float) -> Posts:
        """The same with ``factor`` times the assessment time."""
        return Posts(self.kept * factor, self.covered * factor, self.late * factor)


@dataclass(frozen=True, slots=True)
class Before:
    """The caseload and staff until ``since``, the first day of a change, and the ``posts`` after it."""

    since: date
    profile: Profile
    staffing: Staffing
    posts: Posts

    def with_case_holders(self, factor: float) -> Before:
        """The same with ``factor`` times the assessment time of case holders, before and after."""
        staffing = self.staffing.with_case_holders(factor)
        return replace(self, staffing=staffing, posts=self.posts.times(factor))

    @property
    def case_holders(self) -> float:
        """Full-time case holders in assessment work before the change."""
        return self.staffing.fte[CASE_HOLDER]

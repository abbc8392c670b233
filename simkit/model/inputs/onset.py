"""The onset of a change of caseload and staff: its first day, and the caseload and staff before it.

Changes of rules apply to the whole run, so that comparisons are of settled states. Changes of caseload and
staff begin on a day, usually the first of the measured year; arrivals and workers until then are those of the
run without the change, draw by draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from simkit.model.inputs.profile import Profile
from simkit.model.inputs.staffing import CASE_HOLDER, Staffing

EMPTYING_DAYS = 63
"""Working days (a quarter of a year) over which posts fall vacant, one leaver after another."""

LATE_COVER_DAYS = (126, 253)
"""Working days after a rise in referrals within which agency staff start: six to twelve months."""


@dataclass(frozen=True, slots=True)
class Posts:
    """Case holders after a change, in full-time equivalents in post.

    ``filled``: in posts filled as before. ``covered``: agency staff in posts that fall vacant, from that day.
    ``late``: agency staff for a rise in referrals, who start months after it. Their ``total`` is the case
    holders of the staffing after the change.
    """

    filled: float
    covered: float = 0.0
    late: float = 0.0

    @property
    def total(self) -> float:
        """Case holders in post once the change is complete."""
        return self.filled + self.covered + self.late

    def agency_after(self, days: int) -> float:
        """The agency staff among them who have come so many working days after the change, on average."""
        soonest, latest = LATE_COVER_DAYS
        fallen, come = days / EMPTYING_DAYS, (days - soonest) / (latest - soonest)
        return self.covered * min(max(fallen, 0.0), 1.0) + self.late * min(max(come, 0.0), 1.0)

    def times(self, factor: float) -> Posts:
        """The same with ``factor`` times the full-time equivalents."""
        return Posts(self.filled * factor, self.covered * factor, self.late * factor)


@dataclass(frozen=True, slots=True)
class Onset:
    """Caseload and staffing until ``since``, the first day of a change, and the ``posts`` after it."""

    since: date
    profile: Profile
    staffing: Staffing
    posts: Posts

    def scaled(self, factors: Mapping[str, float]) -> Onset:
        """The same with as many times the full-time equivalents of each role, before and after."""
        posts = self.posts.times(factors.get(CASE_HOLDER, 1.0))
        return replace(self, staffing=self.staffing.scaled(factors), posts=posts)

    @property
    def case_holders(self) -> float:
        """Full-time case holders in assessment work before the change."""
        return self.staffing.fte[CASE_HOLDER]

"""Notes on the staff of an experiment."""

from __future__ import annotations

from collections.abc import Mapping

from simkit.common.text import listed
from simkit.framework.framework import Framework, Review
from simkit.framework.wording import role_title
from simkit.model.inputs.review_points import is_scheduled
from simkit.model.inputs.staffing import CASE_HOLDER, Staffing


def staff_notes(
    framework: Framework, staff: Staffing, authority: str, reviewed: Mapping[str, Review]
) -> tuple[str, ...]:
    """A sentence each where case holders are as few as a role may have, and where reviews come on top.

    ``reviewed``: the review points that the staff has time for.
    """
    notes = []
    least = framework.number("staff.least_people")
    if staff.fte[CASE_HOLDER] <= least:
        roles = listed([role_title(framework, role) for role, people in staff.fte.items() if people <= least])
        notes.append(
            f"The caseload would fill fewer than {least:g} full-time people as {roles}. Each role has at "
            f"least {least:g}. That is an assumption, not {authority}'s own staff, and with so few people "
            "the result depends on it."
        )
    timings = {_when(review) for review in reviewed.values()}
    added = [r.title for r in framework.reviews.values() if is_scheduled(r) and _when(r) not in timings]
    if added:
        notes.append(
            f"No staff are added for new review points ({listed(added)}): they take time from existing "
            "staff. Staff are worked out from the caseload, with the reviews in force in the caseload's year."
        )
    return tuple(notes)


def _when(review: Review) -> tuple[object, ...]:
    by_priority = tuple(sorted((name, str(amount)) for name, amount in review.by_priority.items()))
    return review.at, by_priority, review.at_most_every, review.after, review.only_if, review.routes

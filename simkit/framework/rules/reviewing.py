"""Family C, order: reviews and the visit to the child compared with the limits that contain them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from simkit.framework.amount import Amount
from simkit.framework.problem import Finding, Path, Severity
from simkit.framework.rules.context import (
    BY_PRIORITY,
    RuleContext,
    as_long,
    limit_of,
    longest,
    national_limit,
    number_path,
    review_key,
    share_routes,
)
from simkit.framework.rules.registry import rule

_QUERY = Severity.QUERY

_USUAL = (
    "timescales:\n  usual:\n    title: Assessment\n    from: referral\n    to: authorised\n"
    "    within: 30 working days\n"
)
_REVIEW = "reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: {at} working days\n"
_ORDER = ("first", "second", "third", "fourth", "fifth")


def _review_time(full: dict[str, Any]) -> Amount | None:
    """The time of a review that is counted from an event, None for other reviews."""
    return longest(full.get(review_key(full))) if full.get("from") is not None else None


@rule(
    "C010",
    _QUERY,
    "A review after the end",
    why="By then the assessment should be finished, so there is nothing to review.",
    remedy="Set it earlier. If it is for assessments that are still open then, add `only_if: still_open`.",
    fails="reviews:\n  first:\n    by: team_manager\n    from: referral\n    at: 50 working days\n",
    passes="reviews:\n  first:\n    by: team_manager\n    from: referral\n    at: 10 working days\n",
)
def review_too_late(context: RuleContext) -> Iterator[Finding]:
    whole = [
        limit_of(entry)
        for entry in context.current_section("timescales").values()
        if entry.get("from") == "referral" and entry.get("to") == "authorised"
    ]
    limit = max((each for each in whole if each), key=lambda each: each.working_days, default=None)
    if limit is None:
        return
    most = limit.working_days
    national = national_limit(context)
    hint = "Set it earlier." if national is not None and national.working_days >= most else ""
    for name, entry, full in context.merged_entries("reviews"):
        if full.get("only_if"):
            continue
        for path, late in _written_times(context, name, entry, full):
            if late.working_days > most:
                message = f"`{name}` is set for {late}, after the limit of {limit}."
                yield Finding(path, message, hint)
        every = longest(entry.get("at_most_every"))
        if (
            every is not None
            and every.working_days > most
            and full.get("until", "authorised") == "authorised"
        ):
            message = f"`{name}` takes place every {every}, and the limit is {limit}: it is never reached."
            yield Finding(("reviews", name, "at_most_every"), message, "Write a shorter time.")


def _written_times(
    context: RuleContext, name: str, entry: dict[str, Any], full: dict[str, Any]
) -> Iterator[tuple[Path, Amount]]:
    """The times that the file writes for a review counted from an event, those of the priorities included."""
    key = review_key(full)
    if full.get("from") is None:
        return
    amount = longest(entry.get(key))
    if amount is not None:
        yield ("reviews", name, key), amount
    if full.get(key) == BY_PRIORITY:
        for priority, values in context.own_entries("priorities"):
            amount = longest(values.get(f"{name}_review"))
            if amount is not None:
                yield ("priorities", priority, f"{name}_review"), amount


@rule(
    "C011",
    _QUERY,
    "Two reviews at the same time",
    why="Both are counted from the same event and fall on the same day for the same cases.",
    remedy="Delete one, or move it to another day.",
    fails="reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: 10 working days\n"
    "  second:\n    by: team_manager\n    from: allocated\n    at: 10 working days\n",
    passes="reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: 10 working days\n"
    "  second:\n    by: team_manager\n    from: allocated\n    at: 20 working days\n",
)
def same_review(context: RuleContext) -> Iterator[Finding]:
    seen: list[tuple[str, dict[str, Any]]] = []
    for name, _, full in context.merged_entries("reviews"):
        for other, entry in seen:
            same = all(full.get(key) == entry.get(key) for key in ("by", "from", "after", "only_if"))
            times = [longest(each.get(review_key(each))) for each in (full, entry)]
            if same and as_long(*times) and share_routes(full, entry):
                place = context.source.place(("reviews", other), at_key=True)
                message = f"`{other}` and `{name}` take place at the same time, {full[review_key(full)]}."
                yield Finding(("reviews", name), message, at_key=True, related=(place,))
        seen.append((name, full))


def _usual_limits(context: RuleContext, review: dict[str, Any]) -> Iterator[tuple[str, Amount]]:
    for name, _, full in context.current_entries("timescales"):
        whole = (full.get("from"), full.get("to")) == ("referral", "authorised")
        limit = limit_of(full)
        if whole and limit and "only_if" not in full and "between" not in full and share_routes(full, review):
            yield name, limit


@rule(
    "C021",
    _QUERY,
    "A review after the usual limit",
    why="By then most assessments are finished, so this review will hardly ever take place.",
    remedy="Set it before the usual limit. If it is for assessments that are still open, add the line "
    "`only_if: still_open`.",
    fails=_USUAL + _REVIEW.format(at=35),
    passes=_USUAL + _REVIEW.format(at=10),
)
def after_usual_limit(context: RuleContext) -> Iterator[Finding]:
    national = national_limit(context)
    for name, entry, full in context.merged_entries("reviews"):
        at = _review_time(full)
        if at is None or review_key(full) not in entry or full.get("only_if"):
            continue
        if national is not None and at.working_days > national.working_days:
            continue  # C010 reports it
        for other, limit in _usual_limits(context, full):
            if at.working_days > limit.working_days:
                message = f"`{name}` is set for {at}, after the usual limit of {limit} (`{other}`)."
                yield Finding(("reviews", name, review_key(full)), message)
                break


@rule(
    "C022",
    _QUERY,
    "A second review before the first",
    why="The names say one order and the times another.",
    remedy="Check the two times, or swap the names.",
    fails=_REVIEW.format(at=20) + _REVIEW.format(at=10)[9:].replace("first", "second"),
    passes=_REVIEW.format(at=10) + _REVIEW.format(at=20)[9:].replace("first", "second"),
)
def out_of_order(context: RuleContext) -> Iterator[Finding]:
    reviews = {
        name: (full, _review_time(full))
        for name, _, full in context.merged_entries("reviews")
        if name in _ORDER
    }
    for before, after in pairwise(_ORDER):
        if before not in reviews or after not in reviews:
            continue
        (one, early), (two, late) = reviews[before], reviews[after]
        same = one.get("from") == two.get("from") and share_routes(one, two)
        if same and early and late and late.working_days < early.working_days:
            message = f"`{after}` ({late}) comes before `{before}` ({early})."
            related = (context.place(("reviews", before)),)
            yield Finding(("reviews", after, review_key(two)), message, related=related)


@rule(
    "C023",
    _QUERY,
    "A review after the national limit",
    why="By then every assessment should be finished, so the review only sees those that are already late.",
    remedy="Set it before the national limit.",
    fails=_REVIEW.format(at=50) + "    only_if: still_open\n",
    passes=_REVIEW.format(at=25) + "    only_if: still_open\n",
)
def past_national_limit(context: RuleContext) -> Iterator[Finding]:
    national = national_limit(context)
    if not context.local or national is None:
        return
    for name, entry, full in context.merged_entries("reviews"):
        at = _review_time(full)
        # without a condition it is C010
        if (
            review_key(full) in entry
            and at
            and full.get("only_if")
            and at.working_days > national.working_days
        ):
            message = f"`{name}` is set for {at}, after the national limit of {national}."
            yield Finding(("reviews", name, review_key(full)), message)


@rule(
    "C024",
    _QUERY,
    "The child is seen after the assessment should be over",
    why="Seeing the child is part of the assessment, so it can't take longer than the assessment.",
    remedy="Check the number and its unit.",
    fails="timescales:\n  visit:\n    title: Child seen\n    from: allocated\n    to: child_seen\n"
    "    within: 50 working days\n",
    passes="timescales:\n  visit:\n    title: Child seen\n    from: allocated\n    to: child_seen\n"
    "    within: 5 working days\n",
)
def seen_too_late(context: RuleContext) -> Iterator[Finding]:
    national = national_limit(context)
    if not context.local or national is None:
        return
    begun = ("referral", "decided", "allocated", "assessment_started")
    for name, _, full in context.current_entries("timescales"):
        limit = limit_of(full)
        seen = full.get("from") in begun and full.get("to") == "child_seen"
        if seen and limit and limit.working_days > national.working_days:
            message = f"`{name}` allows {limit}. The national limit for the whole assessment is {national}."
            yield Finding(number_path(full, name), message)

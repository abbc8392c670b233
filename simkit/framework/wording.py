"""The wording of commitments, shared by the terminal, the survey, differences and reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from simkit.common.text import listed
from simkit.framework.amount import Amount
from simkit.framework.framework import Framework, Review, Timescale
from simkit.framework.vocabulary import CONDITIONS, EVENTS

__all__ = [
    "ROUTE_TITLES",
    "dates_words",
    "event_title",
    "length_words",
    "moment_words",
    "review_words",
    "role_title",
    "routes_words",
    "status_words",
    "strength_words",
    "terms_words",
    "timescale_words",
    "whose",
]

ROUTE_TITLES: Mapping[str, str] = {
    "section_17": "section 17",
    "disabled_children": "disabled children",
    "section_47": "section 47",
    "brief": "brief assessment",
}

_STRENGTHS = {
    "verified": "read in the source",
    "secondary": "read in an account of the source",
    "recalled": "known but not read",
}


def event_title(event: str) -> str:
    """An event as a heading: ``Child seen by a social worker``."""
    return EVENTS[event].title if event in EVENTS else event.replace("_", " ").capitalize()


def moment_words(event: str) -> str:
    """An event inside a sentence: ``the referral``."""
    return EVENTS[event].moment if event in EVENTS else event.replace("_", " ")


def role_title(framework: Framework, role: str) -> str:
    """A role inside a sentence: ``team manager``. Titles that are names keep their capitals."""
    title = framework.roles.get(role, {}).get("title", role.replace("_", " "))
    plain = title[1:] == title[1:].lower()
    return title[:1].lower() + title[1:] if plain else title


def routes_words(routes: Iterable[str]) -> str:
    """``section 17 and disabled children``; nothing where all routes are meant."""
    return listed(ROUTE_TITLES.get(route, route.replace("_", " ")) for route in routes)


def dates_words(dates: Mapping[str, str]) -> str:
    """``from 2010-10 until 2013-04-15``."""
    return " ".join(f"{key} {dates[key]}" for key in ("from", "until") if key in dates)


def strength_words(strength: str | None) -> str:
    """What the strength of a source means."""
    return _STRENGTHS.get(strength or "", strength or "strength of the source not given")


def length_words(timescale: Timescale) -> str:
    """How long: ``within 7 working days``, ``at least every 6 weeks``, or the words used instead."""
    amount = timescale.amount
    match timescale.kind:
        case "within":
            return f"within {amount}"
        case "expected_within":
            return f"expected within {amount}"
        case "every":
            return f"at least every {_period(amount)}"
        case "between":
            return f"within {_range(timescale.lower, amount)}, set for each case"
        case "at_least_before":
            return f"at least {amount} before"
        case _:
            return timescale.words or "no number is set"


def _period(amount: Amount | None) -> str:
    return str(amount).removeprefix("1 ")


def _range(low: Amount | None, high: Amount | None) -> str:
    if low is None or high is None or low.unit is not high.unit:
        return f"{low} to {high}"
    return f"{str(low).split(' ', 1)[0]} to {high}"


def timescale_words(timescale: Timescale) -> str:
    """How long and from when: ``within 7 working days of allocation``."""
    length = length_words(timescale)
    match timescale.kind:
        case "within" | "expected_within":
            return f"{length} of {moment_words(timescale.start)}"
        case "between":
            limits = length.removesuffix(", set for each case")
            return f"{limits} of {moment_words(timescale.start)}, set for each case"
        case "every" if timescale.start != timescale.end:
            return f"{length} from {moment_words(timescale.start)}"
        case "at_least_before":
            return f"{length} {moment_words(timescale.end)}"
        case _:
            return length


def terms_words(framework: Framework, timescale: Timescale) -> tuple[str, ...]:
    """What else belongs to a timescale: for whom, unless what, who decides, good practice."""
    terms: list[str] = []
    if timescale.routes:
        terms.append(f"for {routes_words(timescale.routes)}")
    if timescale.set_by:
        terms.append(f"set by the {role_title(framework, timescale.set_by)}")
    if timescale.unless:
        terms.append(f"except {CONDITIONS.get(timescale.unless, timescale.unless)}")
    if timescale.only_if:
        terms.append(f"only {CONDITIONS.get(timescale.only_if, timescale.only_if)}")
    if timescale.decided_by:
        terms.append(f"decided by the {role_title(framework, timescale.decided_by)}")
    if timescale.good_practice:
        terms.append(f"good practice {timescale.good_practice}")
    return tuple(terms)


def review_words(framework: Framework, review: Review) -> str:
    """When a review is held: ``10 working days after the referral``, ``set by priority: ...``."""
    start = _review_start(framework, review)
    if review.at is not None:
        text = f"{review.at} after {start}"
    elif review.by_priority:
        days = listed((f"{n} ({_priority(framework, p)})" for p, n in review.by_priority.items()), "or")
        text = f"set by priority, after {start}: {days}"
    elif review.at_most_every is not None:
        until = moment_words(review.until)
        text = f"at least every {_period(review.at_most_every)} after {start}, until {until}"
    else:
        text = review.words or "no number is set"
    return text + (f", {CONDITIONS.get(review.only_if, review.only_if)}" if review.only_if else "")


def _review_start(framework: Framework, review: Review) -> str:
    if review.start is not None:
        return moment_words(review.start)
    after = framework.reviews.get(review.after or "")
    if after is None:
        return f"the review {review.after}"
    title = after.title[:1].lower() + after.title[1:]
    return title if title.startswith(("the ", "manager")) else f"the {title}"


def _priority(framework: Framework, priority: str) -> str:
    title = framework.priorities.get(priority, {}).get("title", priority.replace("_", " "))
    return title[:1].lower() + title[1:]


_STATUS = {
    "starter": "starter: national rules, local framework not known",
    "documented": "documented: compiled from published sources, neither written nor agreed by the authority",
    "draft": "draft: not agreed",
    "consultation": "consultation: not agreed",
    "superseded": "superseded: no longer in force",
    "in_force": "in force",
}


def status_words(framework: Framework) -> str:
    """What a status means, so that nothing reads as written or agreed by somebody who has not."""
    if framework.status != "agreed":
        return _STATUS.get(framework.status, framework.status)
    by, on = framework.agreed.get("by"), framework.agreed.get("on")
    return "agreed" + (f" by {by}" if by else "") + (f" on {on}" if on else "")


def whose(framework: Framework) -> str:
    """Whose framework it is and what it rests on, in one line."""
    if framework.name.startswith("national/"):
        return f"{framework.title}, national edition, {status_words(framework)}"
    label = framework.authority if framework.authority and "/" not in framework.name else framework.title
    return f"{label}, {status_words(framework)}"

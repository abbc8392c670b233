"""The wording of commitments, shared by the terminal, the survey, differences and reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from simkit.common.text import listed, lower_first, plain_title
from simkit.framework.amount import Amount
from simkit.framework.dates import date_words, when_words
from simkit.framework.framework import Framework, Review, Timescale
from simkit.framework.vocabulary import CONDITIONS, EVENTS, ROUTE_TITLES

_STRENGTHS = {
    "verified": "read in the source",
    "secondary": "read in an account of the source",
    "recalled": "known but not read",
}


Names = Mapping[str, str]
"""The words for ids that a file itself defines: ``Timescale.names``."""

_NO_NAMES: Names = {}


def number_words(value: float, unit: str) -> str:
    """A modelling number as people write it, about three figures: ``38%``, ``444 minutes``."""
    if unit == "share":
        return f"{_short(100 * value)}%"
    if unit == "number":
        return _short(value)
    return f"{_short(value)} {unit.removesuffix('s') if value == 1 else unit}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"


def event_title(event: str, names: Names = _NO_NAMES) -> str:
    """An event as a heading: ``Child seen by a social worker``."""
    if event in EVENTS:
        return EVENTS[event].title
    return names.get(f"events.{event}", plain_title(event))


def moment_words(event: str, names: Names = _NO_NAMES) -> str:
    """An event inside a sentence: ``the referral``."""
    if event in EVENTS:
        return EVENTS[event].moment
    return names.get(f"moments.{event}", event.replace("_", " "))


def condition_words(condition: str, names: Names = _NO_NAMES) -> str:
    """A condition as the end of a sentence: ``if the assessment is still open``."""
    if condition in CONDITIONS:
        return CONDITIONS[condition]
    return names.get(f"conditions.{condition}", condition.replace("_", " "))


def role_title(framework: Framework, posts: str | tuple[str, ...]) -> str:
    """A post inside a sentence: ``team manager``, several with or. Names keep their capitals."""

    def one(post: str) -> str:
        title = framework.roles.get(post, {}).get("title", post.replace("_", " "))
        plain = title[1:] == title[1:].lower()
        return lower_first(title) if plain else title

    return listed(map(one, (posts,) if isinstance(posts, str) else posts), "or")


def routes_words(routes: Iterable[str], names: Names = _NO_NAMES) -> str:
    """``section 17 and disabled children``; nothing where all routes are meant."""
    return listed(
        ROUTE_TITLES.get(route) or names.get(f"routes.{route}", route.replace("_", " ")) for route in routes
    )


def counting_words(counting: Mapping[str, str]) -> str:
    """How an authority counts days, such as ``the starting day is day 0``; empty where it says nothing."""
    words = []
    if "starting_day" in counting:
        words.append(f"the starting day is {counting['starting_day']}")
    if "bank_holidays" in counting:
        words.append(f"bank holidays are {counting['bank_holidays']}")
    if "after_hours" in counting:
        closes = f"after {counting['office_closes']}" if "office_closes" in counting else "after hours"
        words.append(f"what comes {closes} counts on the {counting['after_hours']}")
    return ", ".join(words)


def dates_words(dates: Mapping[str, str]) -> str:
    """``from October 2010 until 15 April 2013``."""
    return " ".join(f"{key} {date_words(str(dates[key]))}" for key in ("from", "until") if key in dates)


def strength_words(strength: str | None) -> str:
    """What the strength of a source means."""
    return _STRENGTHS.get(strength or "", strength or "strength of the source not given")


def length_words(timescale: Timescale) -> str:
    """How long: ``within 7 working days``, ``at least every 6 weeks``, or the words used instead."""
    amount = timescale.amount
    match timescale.kind:
        case "within" if timescale.target is not None:
            return f"{100 * timescale.target:g}% within {amount}"
        case "within":
            return f"within {amount}"
        case "expected_within":
            return f"expected within {amount if timescale.lower is None else _range(timescale.lower, amount)}"
        case "at_most":
            return f"within {amount}, set for each case"
        case "every":
            return f"at least every {_period(amount)}"
        case "between":
            return f"within {_range(timescale.lower, amount)}, set for each case"
        case "at_least":
            return f"at least {amount}"
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
    length, names = length_words(timescale), timescale.names
    start = moment_words(timescale.start, names)
    match timescale.kind:
        case "within" if timescale.sooner is not None:
            other, amount = timescale.sooner
            second = f"within {amount} of {moment_words(other, names)}"
            return f"{length} of {start} or {second}, whichever is sooner"
        case "within" | "expected_within":
            return f"{length} of {start}"
        case "between" | "at_most":
            limits = length.removesuffix(", set for each case")
            return f"{limits} of {start}, set for each case"
        case "every":
            text = length if timescale.start == timescale.end else f"{length} from {start}"
            also = listed((moment_words(event, names) for event in timescale.also_on), "or")
            return f"{text}, and on {also}" if also else text
        case "at_least":
            return f"{length} after {start}"
        case "at_least_before":
            return f"{length} {moment_words(timescale.end, names)}"
        case _:
            return length


def terms_words(framework: Framework, timescale: Timescale) -> tuple[str, ...]:
    """What else belongs to a timescale: for whom, unless what, who decides, good practice."""
    terms: list[str] = []
    names = timescale.names
    if timescale.routes:
        terms.append(f"for {routes_words(timescale.routes, names)}")
    if timescale.set_by:
        terms.append(f"set by the {role_title(framework, timescale.set_by)}")
    if timescale.unless:
        terms.append(f"except {condition_words(timescale.unless, names)}")
    if timescale.only_if:
        terms.append(f"only {condition_words(timescale.only_if, names)}")
    if timescale.decided_by:
        terms.append(f"decided by the {role_title(framework, timescale.decided_by)}")
    if timescale.varied_by:
        terms.append(f"may be varied by the {role_title(framework, timescale.varied_by)}")
    if timescale.starting_day is not None:
        terms.append(f"the starting day is day {timescale.starting_day}")
    if timescale.good_practice:
        terms.append(f"good practice {timescale.good_practice}")
    if timescale.carried_over:
        terms.append(f"carried over: {timescale.carried_over}")
    return tuple(terms)


def review_words(framework: Framework, review: Review) -> str:
    """When a review is held: ``10 working days after the referral``, ``set by priority: ...``."""
    start, names = _review_start(framework, review), review.names
    latest = review.kind == "within"
    if review.at is not None:
        text = f"within {review.at} of {start}" if latest else f"{review.at} after {start}"
    elif review.by_priority:
        days = listed((f"{n} ({_priority(framework, p)})" for p, n in review.by_priority.items()), "or")
        text = f"set by priority, {'at the latest ' if latest else ''}after {start}: {days}"
    elif review.at_most_every is not None:
        until = moment_words(review.until, names)
        text = f"at least every {_period(review.at_most_every)} after {start}, until {until}"
    else:
        text = review.words or "no number is set"
    if review.only_if:
        text += f", {condition_words(review.only_if, names)}"
    if review.includes:
        text += f" (by then: {listed(event_title(e, names).lower() for e in review.includes)})"
    if review.varied_by:
        text += f", may be varied by the {role_title(framework, review.varied_by)}"
    if review.starting_day is not None:
        text += f", the starting day is day {review.starting_day}"
    return text + (f", carried over: {review.carried_over}" if review.carried_over else "")


def _review_start(framework: Framework, review: Review) -> str:
    if review.start is not None:
        return moment_words(review.start, review.names)
    after = framework.reviews.get(review.after or "")
    if after is None:
        return f"the review {review.after}"
    title = lower_first(after.title)
    return title if title.startswith(("the ", "manager")) else f"the {title}"


def _priority(framework: Framework, priority: str) -> str:
    title = framework.priorities.get(priority, {}).get("title", priority.replace("_", " "))
    return lower_first(title)


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
    return "agreed" + (f" by {by}" if by else "") + (f" {when_words(str(on))}" if on else "")


def whose(framework: Framework) -> str:
    """Whose framework it is and what it rests on, in one line."""
    if framework.name.startswith("national/"):
        return f"{framework.title}, national edition, {status_words(framework)}"
    label = framework.authority if framework.authority and "/" not in framework.name else framework.title
    return f"{label}, {status_words(framework)}"

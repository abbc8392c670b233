"""Family C, guidance: local timescales against the nation's, and what answers for a difference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simkit.framework import template_text as example
from simkit.framework.amount import Amount
from simkit.framework.dates import in_force_on
from simkit.framework.inheritance import dates_of_effect
from simkit.framework.problem import Finding, Severity
from simkit.framework.rules.context import (
    RuleContext,
    is_looser,
    limit_of,
    longest,
    number_path,
    share_routes,
)
from simkit.framework.rules.registry import rule
from simkit.framework.vocabulary import NONE_SET

_ERROR, _QUERY, _NOTE = Severity.ERROR, Severity.QUERY, Severity.NOTE


_HEAD = "simkit: framework/1\ntitle: An example\nstatus: draft\nbased_on: national/working-together-2023\n"


_DECISION = "timescales:\n  front_door:\n    title: Front door\n    from: referral\n    to: decided\n"


_OURS = "timescales:\n  ours:\n    title: Assessment\n    from: referral\n    to: authorised\n"


rule(
    "C001",
    _ERROR,
    "A local framework changes a national timescale",
    why="Every authority inherits the national timescales. It can add its own, but can't change the "
    "national ones.",
    remedy="Give your timescale another id. A scenario can change it with `what_if: yes`.",
    source="Children Act 1989; Working Together (statutory guidance)",
    fails="timescales:\n  assessment:\n    within: 60 working days\n",
    passes=_OURS + "    within: 30 working days\n",
)


def _timed(review: dict[str, Any]) -> bool:
    return any(key in review for key in ("at", "within", "at_most_every"))


def _against_nation(
    context: RuleContext, force: str
) -> Iterator[tuple[str, dict[str, Any], Amount, Amount, str]]:
    """The file's timescales that are looser than a national one of this force between the same events."""
    if not context.local:
        return
    for name, _, full in context.current_entries("timescales"):
        limit = limit_of(full) or longest(full.get("expected_within"))
        if limit is None or context.tree.national("timescales", name):
            continue
        for other, national in context.lower.section("timescales").items():
            if (
                other == name
                or other in context.tree.set_aside
                or not context.lower.national("timescales", other)
            ):
                continue
            same = (full.get("from"), full.get("to")) == (national.get("from"), national.get("to"))
            allowed = limit_of(national)
            if same and national.get("force") == force and allowed and share_routes(full, national):
                comparable = national.get("only_if") in (None, full.get("only_if"))
                if comparable and is_looser(limit, allowed):
                    yield name, full, limit, allowed, other


@rule(
    "C002",
    _ERROR,
    "Longer than the law allows",
    why="A local framework can't allow more time than an Act does.",
    remedy="Write a time no longer than the statutory one, or delete the line.",
    source="Children Act 1989",
    fails="timescales:\n  police:\n    title: Police protection\n    from: police_protection_started\n"
    "    to: police_protection_ended\n    within: 96 hours\n",
    passes="timescales:\n  police:\n    title: Police protection\n    from: police_protection_started\n"
    "    to: police_protection_ended\n    within: 48 hours\n",
)
def looser_than_statute(context: RuleContext) -> Iterator[Finding]:
    for name, full, limit, allowed, other in _against_nation(context, "statute"):
        place = context.lower.place(("timescales", other))
        message = f"`{name}` allows {limit}. The law allows {allowed} (`{other}`)."
        yield Finding(number_path(full, name), message, related=(place,) if place else ())


@rule(
    "C003",
    _QUERY,
    "Longer than the statutory guidance",
    why="An authority may depart from statutory guidance only for a good reason, and should record the "
    "reason.",
    remedy="Shorten it; or, under `departures:`, add an entry with this id and the lines `reason`, "
    "`agreed_by` and `on`; or a dispensation in force.",
    source="Working Together (statutory guidance); Local Authority Social Services Act 1970, section 7",
    fails=_DECISION + "    within: 2 working days\n",
    passes=_DECISION
    + "    within: 2 working days\ndepartures:\n  front_door:\n    reason: Two offices share one front door\n"
    + "    agreed_by: Safeguarding partners\n    on: 2025-04-01\n",
)
def looser_than_guidance(context: RuleContext) -> Iterator[Finding]:
    departures = context.own("departures")
    for name, full, limit, allowed, other in _against_nation(context, "statutory_guidance"):
        if name in departures:
            continue
        editions = [each for each in context.lower.layers if each.startswith("national/working-together")]
        edition = editions[-1] if editions else "the national edition"
        allows = "expects up to" if "expected_within" in full else "allows"
        message = (
            f"`{name}` {allows} {limit}. The statutory guidance says {allowed} (`{other}` in {edition})."
        )
        yield Finding(number_path(full, name), message, _departure_to_write(context, name, allowed))


def _departure_to_write(context: RuleContext, name: str, allowed: Amount) -> str:
    """What to do about it, with lines to copy."""
    where = "add under `departures:`" if context.own("departures") else "add"
    lines = [
        *([] if context.own("departures") else ["departures:"]),
        f"  {name}:",
        f"    reason: {example.REASON}",
        f"    agreed_by: {example.AGREED_BY}",
        "    on: the day, as in 2026-04-01",
    ]
    return (
        f"Write {allowed} or less. If you depart from the guidance for a good reason, {where}:\n"
        + "\n".join(lines)
    )


@rule(
    "C004",
    _QUERY,
    "Every assessment at the longest time allowed",
    why="If every assessment may take the longest time, nobody looks at one before then. A shorter usual "
    "time, review points or a time set for each case prevents that.",
    remedy="Set a shorter usual limit, with the longer one for exceptional cases; or review points; or let "
    "a manager set the time for each case (`between` and `set_by`).",
    source="Design choice; no guidance says so",
    fails=_OURS + "    within: 45 working days\n",
    passes=_OURS
    + "    within: 45 working days\nreviews:\n  first:\n    by: team_manager\n    from: allocated\n"
    + "    at: 10 working days\n",
)
def all_at_the_maximum(context: RuleContext) -> Iterator[Finding]:
    reviews = context.tree.section("reviews").values()
    if not context.local or any(_timed(review) for review in reviews):
        return
    national = context.lower.section("timescales").get("assessment")
    allowed = limit_of(national) if national and context.lower.national("timescales", "assessment") else None
    if national is None or allowed is None:
        return
    ours = [
        (name, full)
        for name, _, full in context.current_entries("timescales")
        if full.get("to") == national.get("to")
        and not {"between", "at_most"} & full.keys()
        and name != "assessment"
    ]
    limits = {name: limit_of(full) for name, full in ours}
    expected = any("expected_within" in full for _, full in ours)
    if expected or any(limit and limit.working_days < allowed.working_days for limit in limits.values()):
        return
    for name, full in ours:
        if limits[name] == allowed and full.get("only_if") is None:
            yield Finding(number_path(full, name), f"`{name}` gives every assessment {allowed}.")


_OF_THE_AUTHORITY = ("draft", "consultation", "agreed")


@rule(
    "C005",
    _QUERY,
    "No internal review point",
    why="The local protocol says how internal review points are managed. Without one, nobody has to look at "
    "an assessment before day 45.",
    remedy="Add a review under `reviews:`, with `by`, `from` and `at`. If you decided to have none, write "
    "`reviews: none set`.",
    source="Published protocols that follow the guidance (Solihull 2015); drafts of June 2012",
    fails=_HEAD.replace("status: draft", "status: consultation"),
    passes=_HEAD.replace("status: draft", "status: consultation")
    + "reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: 10 working days\n",
)
def no_review_point(context: RuleContext) -> Iterator[Finding]:
    if (
        not context.local
        or context.status not in ("consultation", "agreed")
        or ("reviews",) in context.unusable
        or context.answer("reviews") == NONE_SET
    ):
        return
    reviews = context.tree.section("reviews").values()
    if not any(_timed(review) for review in reviews):
        yield Finding(("status",), "No internal review point has a time.", at_key=True)


@rule(
    "C014",
    _NOTE,
    "A departure that is not needed",
    why="The timescale it is about is no longer than the statutory guidance.",
    remedy="Delete the departure, or check the number.",
    fails=_DECISION
    + "    within: 1 working day\ndepartures:\n  front_door:\n    reason: Two offices share one front door\n"
    + "    agreed_by: Safeguarding partners\n    on: 2025-04-01\n",
    passes=_DECISION
    + "    within: 2 working days\ndepartures:\n  front_door:\n    reason: Two offices share one front door\n"
    + "    agreed_by: Safeguarding partners\n    on: 2025-04-01\n",
)
def needless_departure(context: RuleContext) -> Iterator[Finding]:
    looser = {name for name, *_ in _against_nation(context, "statutory_guidance")} | {
        name for name, *_ in _later_start(context)
    }
    known = context.tree.section("timescales")
    for name, _ in context.own_entries("departures"):
        if name in known and name not in looser:
            yield Finding(("departures", name), f"`{name}` is within the guidance.", at_key=True)


@rule(
    "C015",
    _QUERY,
    "A dispensation that is not in force",
    why="It does not cover the time of this framework, so it sets nothing aside.",
    remedy="Check its dates and `in_force`, or delete it.",
    source="Department for Education, The trial authorities, 16 April 2013",
    fails="dispensations:\n  trial:\n    title: Trial\n    sets_aside: [assessment]\n    from: 2011-03\n"
    "    until: 2013-04-15\n",
    passes="dispensations:\n  trial:\n    title: Trial\n    sets_aside: [assessment]\n    from: 2011-03\n"
    "    until: open\n",
)
def dispensation_over(context: RuleContext) -> Iterator[Finding]:
    when = dates_of_effect(context.data, context.today)
    for name, entry in context.own_entries("dispensations"):
        if not in_force_on(when, entry.get("from"), entry.get("until")):
            runs = f"from {entry.get('from', 'an unknown day')} until {entry.get('until', 'an unknown day')}"
            message = f"The dispensation `{name}` runs {runs}; the framework starts on {when[0]}."
            yield Finding(("dispensations", name), message, at_key=True)


@rule(
    "C016",
    _QUERY,
    "A dispensation without dates or source",
    why="An authority that relies on an exemption should be able to show it and say when it ends.",
    remedy="Add `from`, `until` (write `open` if it has no end) and `source`.",
    source="Local Authority Social Services Act 1970, section 7A, as cited by the Department for Education",
    fails="dispensations:\n  trial:\n    title: Trial\n    sets_aside: [assessment]\n",
    passes="sources:\n  letter:\n    title: Letter from the Department\n    strength: verified\n"
    "dispensations:\n  trial:\n    title: Trial\n    sets_aside: [assessment]\n    from: 2011-03\n"
    "    until: open\n    source: letter\n",
)
def dispensation_unproven(context: RuleContext) -> Iterator[Finding]:
    if context.status not in _OF_THE_AUTHORITY:
        return
    for name, entry in context.own_entries("dispensations"):
        absent_keys = [
            f"`{key}`"
            for key in ("from", "until", "source")
            if context.lacks(entry, ("dispensations", name), key)
        ]
        if absent_keys:
            message = f"The dispensation `{name}` has no {' and no '.join(absent_keys)}."
            yield Finding(("dispensations", name), message, at_key=True)


_LATER = ("decided", "allocated", "assessment_started")


def _later_start(context: RuleContext) -> Iterator[tuple[str, dict[str, Any], Amount, Amount]]:
    national = context.lower.section("timescales").get("assessment") or {}
    allowed = limit_of(national)
    if allowed is None or "assessment" in context.tree.set_aside or national.get("from") != "referral":
        return
    for name, _, full in context.current_entries("timescales"):
        limit = limit_of(full)
        ends = full.get("to") == national.get("to") and full.get("from") in _LATER
        if limit is not None and ends and limit.working_days >= allowed.working_days:
            yield name, full, limit, allowed


@rule(
    "C017",
    _QUERY,
    "The clock starts later than in the guidance",
    why="The guidance counts from the referral. The same number of days from a later event ends later.",
    remedy="Count from the referral, allow less time, or add a departure with its reason.",
    source="Working Together (statutory guidance): from the point of referral",
    fails=_OURS.replace("from: referral", "from: allocated") + "    within: 45 working days\n",
    passes=_OURS.replace("from: referral", "from: allocated") + "    within: 40 working days\n",
)
def later_start(context: RuleContext) -> Iterator[Finding]:
    if not context.local:
        return
    for name, full, limit, allowed in _later_start(context):
        if name in context.own("departures"):
            continue
        message = (
            f"`{name}` allows {limit} from `{full['from']}`. The guidance allows {allowed} from the referral."
        )
        yield Finding(("timescales", name, "from"), message)

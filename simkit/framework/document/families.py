"""One page for families: what happens, by when, and how to challenge it, in plain words."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from simkit.common.blocks import Block, Cell, Items, Section, Table, Text
from simkit.common.text import in_sentence, upper_first
from simkit.framework.amount import Amount, Unit
from simkit.framework.document.blocks import cell, gap, line, sentences
from simkit.framework.document.inputs import DocumentInputs, linked
from simkit.framework.document.phrases import either, is_distinct, joined, ordered, review_words
from simkit.framework.document.texts import text_blocks
from simkit.framework.equivalence import answer
from simkit.framework.framework import Review, Timescale
from simkit.framework.vocabulary import CONDITIONS, NONE_SET
from simkit.framework.wording import condition_words, moment_words, routes_words

# Events in words for a family, in this order. The other events are work inside the services.
_HAPPENS = {
    "referral_acknowledged": "The council tells the person who contacted it that the message has arrived",
    "decided": "The council decides what should happen next",
    "referrer_told": "The council tells the person who contacted it what it decided",
    "allocated": "Your child is given a social worker",
    "family_told": "You are told how the assessment will work",
    "child_seen": "A social worker sees your child",
    "reviewed": "A manager checks progress",
    "initial_assessment_completed": "The first, short assessment is finished",
    "core_assessment_completed": "The full assessment is finished",
    "authorised": "The assessment is finished and a manager signs it",
    "overrun_reason_recorded": "If it takes longer, the reason is written down",
    "next_visit": "If your child was not seen alone: the next visit",
    "strategy_discussion": "If a child may be at serious risk: the services meet and decide what to do",
    "enquiry_concluded": "If a child may be at serious risk: the enquiry is finished",
    "report_shared": "You get the report for the conference",
    "conference": "The first child protection conference, if one is needed",
    "core_group": "If there is a child protection plan: the group that works on it with you first meets",
    "review_conference": "If there is a child protection plan: the plan is reviewed at a conference",
    "plan_visit": "If there is a plan: a social worker sees your child at home",
    "plan_reviewed": "If there is a plan: it is reviewed",
    "early_help_visit": "If you have early help: a visit",
}
_ALWAYS = ("decided", "child_seen", "reviewed", "authorised")

_FROM = {
    "referral": "the referral",
    "decided": "the decision",
    "allocated": "your child being given a social worker",
    "assessment_started": "the start of the assessment",
    "initial_assessment_completed": "the first assessment",
    "strategy_discussion": "the meeting between services",
    "strategy_discussion_decided": "the decision to meet",
    "conference": "the first conference",
    "not_seen_alone": "that visit",
    "birth": "birth",
    "expected_birth": "the date the baby is due",
}

_ROUTES = {
    "section_17": "children in need",
    "disabled_children": "disabled children",
    "section_47": "if a child may be at serious risk",
    "brief": "short assessments",
}

_CONDITIONS = {
    ("unless", "exceptional"): "normally",
    ("only_if", "exceptional"): "in exceptional cases",
    ("only_if", "still_open"): "if it is still going on",
    ("only_if", "going_beyond"): "if it will take longer than that",
    ("only_if", "complex"): "if there is a lot to find out",
    ("unless", "specialist_assessment"): "normally",
    ("only_if", "specialist_assessment"): "if a specialist is asked",
    ("unless", "unfit_to_attend"): "normally",
    ("only_if", "unfit_to_attend"): "if the mother is not well enough to come",
    ("only_if", "pre_birth"): "if the plan was made before birth",
    ("only_if", "referrer_is_teacher"): "if it was a teacher",
}


_WHICH_DAYS = "the source does not say which days"
_HOW = "Ask the social worker or the council how to complain, and who to contact if you are still not happy."


def families(inputs: DocumentInputs) -> Section:
    """The page for families."""
    blocks: list[Block] = [*sentences(_opening(inputs))]
    heads = ("What happens", "By when")
    table = Table("What happens, and by when", heads, tuple(_rows(inputs)))
    blocks += [table, *_words_used(inputs)]
    challenge = inputs.framework.protocol.get("challenge", {})
    challenge_blocks: list[Block] = []
    if challenge.get("text"):
        challenge_blocks += text_blocks(challenge["text"])
    elif inputs.national:
        challenge_blocks += sentences(
            "How to challenge an assessment is part of each council's own protocol.", _HOW
        )
    elif answer(inputs.framework, "protocol", "challenge") == NONE_SET:
        says_none = "The local protocol says nothing about how to challenge an assessment."
        challenge_blocks += sentences(says_none, _HOW)
    elif inputs.own and challenge.get("link"):
        challenge_blocks += sentences(_HOW)
    else:
        challenge_blocks += sentences(line("How to challenge an assessment: ", inputs.unwritten))
        challenge_blocks += sentences(_HOW)
    if challenge.get("link"):
        challenge_blocks += sentences(line("More: ", linked(challenge["link"])))
    agree = Section("If you do not agree", tuple(challenge_blocks), id="families-challenge")
    return Section(
        "For children and families", tuple(blocks), id="families", sections=(agree,), own_page=True
    )


def _opening(inputs: DocumentInputs) -> str:
    if inputs.national:
        return "These are the times in the national rules. Each council may add its own."
    if inputs.own:
        return f"What {inputs.authority} does when someone asks for help for your child, and by when."
    if inputs.framework.status == "starter":
        return (
            "These are the times in the national rules. We do not know what times "
            f"{inputs.authority} adds. {inputs.authority} did not write this page: "
            "ask your social worker which times apply to you."
        )
    return (
        f"These are the national times and those published about {inputs.authority}. "
        f"{inputs.authority} did not write this page: "
        "ask your social worker which times apply to you."
    )


def _rows(inputs: DocumentInputs) -> Iterator[tuple[Cell, ...]]:
    framework = inputs.framework
    clocks = framework.timescales.values()
    by_reviews = (t for t in inputs.by_reviews if not any(_is_sooner(c, t) for c in clocks))
    every = ordered((*clocks, *by_reviews))
    for event, happens in _HAPPENS.items():
        timescales = [t for t in every if (t.start if t.kind == "at_least_before" else t.end) == event]
        lines: list[str | Text] = list(
            dict.fromkeys(_when(inputs, t, timescales) for t in _ours_first(timescales))
        )
        if event == "reviewed":
            lines += _reviews(inputs)
        elif lines and all(t.national for t in timescales):
            lines += _open_still(inputs, event)
        if not lines and event in _ALWAYS:
            missing = inputs.unset("timescales", event)
            lines = [Text("No time set") if missing.words == "None set" else missing]
        if lines:
            yield cell(happens), cell(*lines)


def _open_still(inputs: DocumentInputs, event: str) -> Iterator[Text]:
    """That a council writing its own document has yet to decide its time, beside the nation's."""
    missing = inputs.unset("timescales", event)
    if missing.gap and inputs.own and not inputs.as_nationally(event):
        yield gap(f"The council's own time: {missing.words.lower()}")


def _is_sooner(t: Timescale, other: Timescale) -> bool:
    """Whether a local limit for every child makes another one for the same needless to tell."""
    same = (t.start, t.end, t.kind) == (other.start, other.end, "within")
    plain = not (t.national or t.routes or t.unless or t.only_if or t.target)
    if not (same and plain and t.amount and other.amount):
        return False
    return t.amount.working_days <= other.amount.working_days


def _ours_first(timescales: list[Timescale]) -> list[Timescale]:
    return sorted(timescales, key=lambda t: t.national)


def _when(inputs: DocumentInputs, t: Timescale, timescales: list[Timescale]) -> str:
    words = _amount(inputs, t)
    hints = []
    if t.routes and t.end not in ("conference", "core_group"):
        hints.append(joined(_ROUTES.get(route) or routes_words((route,), t.names) for route in t.routes))
    for key, name in (("unless", t.unless), ("only_if", t.only_if)):
        if name and (key, name) in _CONDITIONS:
            hints.append(_CONDITIONS[key, name])
        elif name and name not in CONDITIONS:
            but = "except " if key == "unless" else ""
            hints.append(f"{but}{condition_words(name, t.names)}")
    if t.amount is not None and _days_open(t.amount, t.kind, t.assumptions):
        hints.append(_WHICH_DAYS)
    if t.carried_over:
        hints.append("as in the earlier national rules")
    if t.national and any(not other.national for other in timescales):
        hints.append("the national rule")
    if not is_distinct(t, timescales):
        words = f"{t.title}: {words}"
    return upper_first(f"{words} ({'; '.join(hints)})" if hints else words)


def _amount(inputs: DocumentInputs, t: Timescale) -> str:
    if t.amount is None:
        return t.words or "no number is set"
    after = _FROM.get(t.start)
    of = f" of {after}" if after else ""
    if t.kind == "every":
        return f"at least every {_plain(t.amount)}"
    if t.kind == "at_least":
        return f"not before {_plain(t.amount)}{f' after {after}' if after else ' have passed'}"
    if t.kind == "at_least_before":
        met = t.end in ("conference", "review_conference", "core_group")
        until = "it meets" if met else _FROM.get(t.end) or moment_words(t.end, t.names)
        return f"at least {_plain(t.amount)} before {until}"
    if t.kind == "between" and t.lower is not None:
        set_by = _set_by(inputs, t)
        start = f" after {after}" if after else ""
        return f"between {t.lower.number:g} and {_plain(t.amount)}{start}{set_by}"
    if t.kind == "at_most":
        return f"within {_plain(t.amount)}{of}{_set_by(inputs, t)}"
    if t.target is not None:
        return f"for {100 * t.target:g}% of children within {_plain(t.amount)}{of}"
    if t.sooner is not None:
        start, amount = t.sooner
        second = f"within {_plain(amount)} of {_FROM.get(start) or moment_words(start, t.names)}"
        first = f"within {_plain(t.amount)} of {after or moment_words(t.start, t.names)}"
        return f"{first} or {second}, whichever is sooner"
    if t.kind == "expected_within" and t.lower is not None:
        return f"expected within {t.lower.number:g} to {_plain(t.amount)}{of}"
    if t.kind == "expected_within":
        return f"expected within {_plain(t.amount)}{of}"
    return f"within {_plain(t.amount)}{of}"


def _set_by(inputs: DocumentInputs, t: Timescale) -> str:
    return f", set by the {in_sentence(inputs.role(t.set_by))} for each child" if t.set_by else ""


def _plain(amount: Amount) -> str:
    weeks = amount.number / 5
    if amount.unit is Unit.WORKING_DAYS and weeks == int(weeks) and weeks >= 2:
        return f"{amount} (about {weeks:g} weeks)"
    return str(amount)


def _reviews(inputs: DocumentInputs) -> list[str | Text]:
    every = inputs.framework.reviews.values()
    local = [r for r in every if not r.layer.startswith("national/")]
    if local or inputs.national:
        return [_review(inputs, r) for r in local or every]
    missing = inputs.unset("reviews")
    return [Text("No time set") if missing.words == "None set" else missing]


def _review(inputs: DocumentInputs, r: Review) -> str:
    after = _FROM.get(r.start or "", "")
    says = review_words(r, inputs.framework.reviews)
    if r.at is not None:
        latest = r.kind == "within"
        says = f"{_plain(r.at)} after {after}" if after else f"after {_plain(r.at)}"
        if latest:
            says = f"within {_plain(r.at)}{f' of {after}' if after else ''}"
    elif r.by_priority:
        says = f"after {either(r.by_priority.values())}, by how urgent it is"
    elif r.at_most_every is not None:
        says = f"then at least every {_plain(r.at_most_every)}, until the end"
    hints = [_CONDITIONS[key] for key in [("only_if", r.only_if or "")] if key in _CONDITIONS]
    if r.at is not None and _days_open(r.at, r.kind, r.assumptions):
        hints.append(_WHICH_DAYS)
    says = f"{says}, by the {in_sentence(inputs.role(r.by))}"
    return upper_first(f"{says} ({'; '.join(hints)})" if hints else says)


def _days_open(amount: Amount, kind: str, assumptions: Collection[str]) -> bool:
    """Whether the source says a number of days, and not which days."""
    return kind in assumptions and amount.unit is Unit.WORKING_DAYS


def _words_used(inputs: DocumentInputs) -> tuple[Block, ...]:
    lines = [
        line("Referral: someone asks the council to help a child, or tells it about a worry about a child."),
        line("Assessment: the council finds out what a child and the family need."),
        line("Working days: Monday to Friday, without bank holidays."),
    ]
    if any(t.start == "conference" or t.end == "conference" for t in inputs.framework.timescales.values()):
        lines.append(line("Conference: a meeting to decide whether a child needs a plan to be safe."))
    return (Items(tuple(lines)),)

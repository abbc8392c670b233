"""Family M, steps: whether the simulated pathway starts, continues and ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simkit.framework.amount import parse_amount
from simkit.framework.framework import ROUTES
from simkit.framework.known_words import nearest
from simkit.framework.problem import Finding, Path, Severity
from simkit.framework.rules.context import RuleContext
from simkit.framework.rules.numbers import own_spreads, own_steps
from simkit.framework.rules.registry import rule
from simkit.framework.rules.structure import cycle_from
from simkit.framework.vocabulary import EVENTS

_ERROR, _QUERY, _NOTE = Severity.ERROR, Severity.QUERY, Severity.NOTE


STAFF = ("front_door", "social_worker", "team_manager", "conference_chair", "allocation")


_STEP = "model:\n  steps:\n    panel:\n      title: Panel\n      by: team_manager\n"


_EFFORT = (
    "      effort:\n        typical: 60 minutes\n        high: 120 minutes\n        range: 30 to 90 minutes\n"
)


_GUESS = "        assumption: Our own estimate.\n"


_WAIT = (
    "      wait:\n        typical: 2 working days\n        high: 5 working days\n"
    "        range: 1 to 5 working days\n" + _GUESS
)


@rule(
    "M011",
    _ERROR,
    "An incomplete effort or wait",
    why="Work and waits vary from case to case, so simkit needs a typical time and the time that one case "
    "in ten exceeds.",
    remedy="Add `typical:` and `high:`, both in the same unit.",
    fails=_STEP + "      effort:\n        typical: 60 minutes\n" + _GUESS,
    passes=_STEP + _EFFORT + _GUESS,
    needs_framework=True,
)
def incomplete_spread(context: RuleContext) -> Iterator[Finding]:
    for path, _, full in own_spreads(context):
        absent_keys = [f"`{key}`" for key in ("typical", "high") if context.lacks(full, path, key)]
        if absent_keys:
            message = f"The {path[-1]} of `{path[2]}` has no {' and no '.join(absent_keys)}."
            yield Finding(path, message, at_key=True)


@rule(
    "M012",
    _ERROR,
    "Typical is more than high",
    why="Half of cases exceed `typical`, and one in ten exceeds `high`. Both are above zero and in the same "
    "unit.",
    remedy="Check both numbers and their units.",
    fails=_STEP + _EFFORT.replace("high: 120", "high: 50") + _GUESS,
    passes=_STEP + _EFFORT + _GUESS,
)
def typical_above_high(context: RuleContext) -> Iterator[Finding]:
    for path, _, full in own_spreads(context):
        try:
            typical, high = parse_amount(full["typical"]), parse_amount(full["high"])
        except (KeyError, ValueError):
            continue
        if typical.unit is not high.unit:
            yield Finding(
                (*path, "high"), f"`typical` is in {typical.unit.value} and `high` in {high.unit.value}."
            )
        elif typical.number > high.number:
            yield Finding((*path, "typical"), f"`typical` ({typical}) is more than `high` ({high}).")
        elif typical.number == 0:
            yield Finding((*path, "typical"), f"Typical is {typical}. Leave the {path[-1]} out instead.")


@rule(
    "M013",
    _ERROR,
    "A step that nobody can do",
    why="The simulation has front door workers, social workers, team managers and conference chairs.",
    remedy=f"Write `by:` with one of: {', '.join(STAFF)}.",
    fails=_STEP.replace("team_manager", "clinician") + _EFFORT + _GUESS,
    passes=_STEP + _EFFORT + _GUESS,
    needs_framework=True,
)
def no_staff(context: RuleContext) -> Iterator[Finding]:
    for name, _, full in own_steps(context):
        path: Path = ("model", "steps", name)
        if context.lacks(full, path, "by"):
            yield Finding(path, f"The step `{name}` has no `by`.", at_key=True)
        elif "by" in full and full["by"] not in STAFF:
            message = f"The simulation has no staff called `{full['by']}`."
            yield Finding((*path, "by"), message, instead=nearest(full["by"], STAFF))


def _follows(full: dict[str, Any]) -> tuple[Any, ...]:
    wait = full.get("wait")
    return (full.get("follows"), wait.get("after") if isinstance(wait, dict) else None)


@rule(
    "M014",
    _ERROR,
    "A step after an unknown one",
    why="`follows` and `after` name the step that comes before.",
    remedy="Name one of the steps.",
    fails=_STEP + "      follows: frist_visit\n" + _EFFORT + _GUESS,
    passes=_STEP + "      follows: first_visit\n" + _EFFORT + _GUESS,
    needs_framework=True,
)
def unknown_step(context: RuleContext) -> Iterator[Finding]:
    steps = context.tree.get("model", "steps") or {}
    own = {name for name, *_ in own_steps(context)}
    changed = any(name not in steps for name in (context.own("model").get("steps") or {}))
    for name, full in steps.items():
        if not isinstance(full, dict) or not (name in own or changed):
            continue
        path: Path = ("model", "steps", name)
        for where, other in zip(((*path, "follows"), (*path, "wait", "after")), _follows(full), strict=True):
            if other is not None and other not in steps:
                message = f"The step `{name}` comes after `{other}`, which does not exist."
                yield Finding(where, message, instead=nearest(other, steps))


@rule(
    "M015",
    _ERROR,
    "Steps that wait for each other",
    why="None of them would ever start, and no case would end.",
    remedy="Make one of them follow a different step.",
    fails=_STEP + "      follows: panel\n" + _EFFORT + _GUESS,
    passes=_STEP + "      follows: first_visit\n" + _EFFORT + _GUESS,
)
def step_circle(context: RuleContext) -> Iterator[Finding]:
    steps = {name: _follows(each) for name, each in _all_steps(context).items()}
    for name, *_ in own_steps(context):
        cycle = cycle_from(name, steps)
        if cycle:
            before = ", that for ".join(f"`{each}`" for each in (*cycle[1:], name))
            path: Path = ("model", "steps", name)
            yield Finding(path, f"The step `{name}` waits for {before}.", at_key=True)


def _all_steps(context: RuleContext) -> dict[str, dict[str, Any]]:
    steps = context.tree.get("model", "steps") or {}
    return {name: step for name, step in steps.items() if isinstance(step, dict)}


def _changes_steps(context: RuleContext) -> bool:
    return bool(context.own("model").get("steps"))


@rule(
    "M016",
    _ERROR,
    "No step ends the assessment",
    why="A case ends with the step that marks `authorised`. Without one it stays open for ever.",
    remedy="Add `marks: [authorised]` to the step in which the manager signs, for each route.",
    fails="model:\n  steps:\n    sign_off: remove\n",
    passes=_STEP + _EFFORT + _GUESS,
    needs_framework=True,
)
def never_authorised(context: RuleContext) -> Iterator[Finding]:
    if not _changes_steps(context):
        return
    steps = _all_steps(context).values()
    lacking = [
        route
        for route in ROUTES
        if not any(
            "authorised" in step.get("marks", ()) and route in step.get("routes", ROUTES) for step in steps
        )
    ]
    if lacking:
        message = f"No step marks `authorised` on the route {', '.join(lacking)}."
        yield Finding(("model", "steps"), message, at_key=True)


@rule(
    "M017",
    _ERROR,
    "An event that happens twice",
    why="Clocks run between events. If an event happens twice on a route, nobody knows which one counts.",
    remedy="Let only one step mark it.",
    fails=_STEP + "      marks: [authorised]\n" + _EFFORT + _GUESS,
    passes=_STEP + _EFFORT + _GUESS,
)
def marked_twice(context: RuleContext) -> Iterator[Finding]:
    steps = _all_steps(context)
    for name, step, full in own_steps(context):
        if "marks" not in step and "routes" not in step:
            continue
        for event in full.get("marks", ()):
            others = [
                other
                for other, each in steps.items()
                if other != name
                and event in each.get("marks", ())
                and set(each.get("routes", ROUTES)) & set(full.get("routes", ROUTES))
            ]
            if others:
                message = f"`{name}` and `{others[0]}` both mark `{event}`."
                place = context.place(("model", "steps", others[0]))
                yield Finding(("model", "steps", name), message, at_key=True, related=(place,))


@rule(
    "M018",
    _ERROR,
    "A step that can never start",
    why="It follows a step that its cases never reach, so they would wait for ever.",
    remedy="Make it follow a step that has the same `routes`.",
    fails=_STEP + "      follows: enquiry\n      routes: [section_17]\n" + _EFFORT + _GUESS,
    passes=_STEP + "      follows: first_visit\n      routes: [section_17]\n" + _EFFORT + _GUESS,
)
def never_starts(context: RuleContext) -> Iterator[Finding]:
    steps = _all_steps(context)
    for name, _, full in own_steps(context):
        other = full.get("follows")
        before = steps.get(other) if isinstance(other, str) else None
        if before is None:
            continue
        lost = [route for route in full.get("routes", ROUTES) if route not in before.get("routes", ROUTES)]
        if lost:
            message = f"`{name}` comes after `{other}`, which is not on the route {', '.join(lost)}."
            yield Finding(("model", "steps", name, "follows"), message)


@rule(
    "M028",
    _ERROR,
    "A wait after something that may not have happened",
    why="A case would wait for an answer that was asked for at a later step, or at a step on another path.",
    remedy="Make it wait `after` one of the steps that it follows.",
    fails=_STEP + "      follows: first_visit\n" + _EFFORT + _GUESS + _WAIT + "        after: sign_off\n",
    passes=_STEP + "      follows: first_visit\n" + _EFFORT + _GUESS + _WAIT + "        after: planning\n",
)
def wait_elsewhere(context: RuleContext) -> Iterator[Finding]:
    if not _changes_steps(context):
        return
    steps = _all_steps(context)
    for name, after in ((name, _follows(full)[1]) for name, _, full in own_steps(context)):
        for route in ROUTES:
            on = {each: full for each, full in steps.items() if route in full.get("routes", ROUTES)}
            if name in on and after in on and after not in _before(name, on):
                message = f"On the route {route}, `{name}` waits after `{after}`, which it does not follow."
                yield Finding(("model", "steps", name, "wait", "after"), message)
                break


def _before(name: str, steps: dict[str, dict[str, Any]]) -> set[str]:
    """The steps of a route on the way to one of them: those it follows, or all above on the main line."""
    follows = steps[name].get("follows")
    if isinstance(follows, str) and follows in steps:
        return {follows, *_before(follows, {each: full for each, full in steps.items() if each != name})}
    above = list(steps)[: list(steps).index(name)]
    return {each for each in above if not steps[each].get("follows")}


_ON_CALL = ("sent_back", "review_point")  # done when they are called for, whatever their position


@rule(
    "M029",
    _ERROR,
    "A case without a social worker, or with two",
    why="On each route one step gives the case its social worker, before that worker does anything.",
    remedy="Let one step of each route have `by: allocation`, for all cases and before the social worker's "
    "first step.",
    fails=_STEP.replace("team_manager", "allocation"),
    passes=_STEP + _EFFORT + _GUESS,
)
def not_one_worker(context: RuleContext) -> Iterator[Finding]:
    if not _changes_steps(context):
        return
    own = {name for name, *_ in own_steps(context)}
    steps = _all_steps(context)
    for route in ROUTES:
        earlier = ""
        for name, full in steps.items():
            if route not in full.get("routes", ROUTES):
                continue
            message = ""
            if full.get("by") == "allocation":
                if earlier:
                    message = (
                        f"On the route {route}, `{earlier}` and `{name}` both give the case a social worker."
                    )
                elif "share" in full or "only_if" in full:
                    message = f"`{name}` gives a social worker to some of the cases only."
                earlier = name
            elif full.get("by") == "social_worker" and not earlier and full.get("only_if") not in _ON_CALL:
                message = f"On the route {route} no step before `{name}` gives the case its social worker."
            if message:
                place = ("model", "steps", name) if name in own else ("model", "steps")
                yield Finding(place, message, at_key=True)
                return  # the next route would repeat it


@rule(
    "M019",
    _NOTE,
    "Stored and printed, not simulated",
    why="The simulation has no step for these events, can't tell when `only_if` holds, or does not time what "
    "repeats, what must be early enough or what lies between two values. So it can't say how often they are "
    "on time.",
    remedy="No action needed.",
    fails="timescales:\n  told:\n    title: Referrer told\n    from: referral\n    to: referrer_told\n"
    "    within: 1 working day\n",
    passes="timescales:\n  visit:\n    title: Child seen\n    from: allocated\n    to: child_seen\n"
    "    within: 7 working days\n",
)
def not_simulated(context: RuleContext) -> Iterator[Finding]:
    if not context.local:
        return
    names = [
        name
        for name, _, full in context.merged_entries("timescales")
        if any(key in full and not _is_simulated(full[key]) for key in ("from", "to"))
        or not _simulated_routes(full)
        or not _simulated_form(full)
    ]
    if names:
        listed_names = ", ".join(f"`{name}`" for name in names)
        message = f"The document prints these; the simulation does not use them: {listed_names}."
        yield Finding(("timescales", names[0]), message, at_key=True)


def _is_simulated(event: str) -> bool:
    return event in EVENTS and EVENTS[event].simulated


def _simulated_routes(full: Mapping[str, Any]) -> bool:
    return "routes" not in full or bool(set(full["routes"]) & set(ROUTES))


def _simulated_form(full: Mapping[str, Any]) -> bool:
    """Whether the simulation feels or measures a limit of this form, between events that it has."""
    limits = {"between"} if full.get("to") == "authorised" else set()
    return not (_NOT_TIMED - limits) & full.keys()


_NOT_TIMED = {"only_if", "every", "between", "at_least", "at_least_before"}

_REVIEW = "reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: 10 working days\n"


@rule(
    "M027",
    _NOTE,
    "A review that the simulation follows only in part",
    why="The simulation knows whether an assessment is still open, has a conference or goes on after a "
    "first stage. A review can depend on nothing else there. Reviews go on until the assessment is "
    "authorised.",
    remedy="No action needed. The document prints the review as you wrote it.",
    fails=_REVIEW + "    only_if: exceptional\n",
    passes=_REVIEW + "    only_if: still_open\n",
)
def review_not_followed(context: RuleContext) -> Iterator[Finding]:
    for name, entry, full in context.merged_entries("reviews"):
        path: Path = ("reviews", name)
        if "only_if" in entry and full.get("only_if") not in (None, *_KNOWN):
            yield Finding(
                (*path, "only_if"),
                f"The document prints the review `{name}`; the simulation does not use it.",
            )
        if "until" in entry and full.get("until", "authorised") != "authorised":
            message = f"The review `{name}` is simulated until the assessment is authorised."
            yield Finding((*path, "until"), message)


@rule(
    "M031",
    _NOTE,
    "Simulated more simply than it is written",
    why="Nothing published says how much shorter a limit is set, or how much earlier a review takes place, "
    "so the simulation uses the longest time.",
    remedy="No action needed. The document prints it as you wrote it.",
    fails="timescales:\n  ours:\n    title: Assessment\n    from: referral\n    to: authorised\n"
    "    at_most: 35 working days\n",
    passes="timescales:\n  ours:\n    title: Assessment\n    from: referral\n    to: authorised\n"
    "    within: 35 working days\n",
)
def simply(context: RuleContext) -> Iterator[Finding]:
    for name, entry, full in context.merged_entries("timescales"):
        path: Path = ("timescales", name)
        if not all(key in full and _is_simulated(full[key]) for key in ("from", "to")):
            continue
        if "at_most" in entry and "at_most" in full:
            message = f"`{name}` is simulated as {full['at_most']} for every case."
            yield Finding((*path, "at_most"), message)
        if "target" in entry:
            message = f"`{name}` is simulated as a limit. Results show how many keep it beside the target."
            yield Finding((*path, "target"), message)
        if "varied_by" in entry:
            yield Finding((*path, "varied_by"), f"In the simulation nobody varies `{name}`.")
    for name, entry in context.own_entries("reviews"):
        if "within" in entry:
            message = f"In the simulation the review `{name}` takes place on its last day."
            yield Finding(("reviews", name, "within"), message)
        if "varied_by" in entry:
            yield Finding(("reviews", name, "varied_by"), f"In the simulation nobody varies `{name}`.")
    counting = context.own("counting")
    if counting.get("bank_holidays") == "counted":
        yield Finding(("counting", "bank_holidays"), "In the simulation bank holidays are not working days.")
    if counting.get("after_hours") == "same day":
        message = "In the simulation what arrives after hours counts on the next working day."
        yield Finding(("counting", "after_hours"), message)


_KNOWN = ("still_open", "going_beyond", "conference", "second_stage")

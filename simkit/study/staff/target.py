"""A target in a manager's words: ``over 45 days <= 10%``, ``child seen within 5 days >= 95%``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np

from simkit.common.arrays import Floats
from simkit.common.errors import SimkitError
from simkit.framework.amount import Amount, Unit
from simkit.framework.framework import ROUTES, Framework, Origin, Timescale
from simkit.framework.vocabulary import ROUTE_TITLES
from simkit.model.measures.measures import LIMIT_DAYS, Definition
from simkit.study.estimate import definitions_of

_CLOCK = "target"  # id of the clock that is set up where no measure has the days asked for
_AT_MOST = ("<=", "=<", "<", "≤", "at most", "no more than", "not more than", "below", "under")
_AT_LEAST = (">=", "=>", ">", "≥", "at least", "no less than", "not less than", "above")
_SENTENCE = re.compile(
    rf"^\s*(?P<what>.+?)\s*(?P<sign>{'|'.join(map(re.escape, (*_AT_MOST, *_AT_LEAST)))})\s*"
    r"(?P<amount>\d+(?:\.\d+)?)\s*(?P<unit>%|per ?cent|percent|points|(?:working )?days?|times)?\s*$",
    re.IGNORECASE,
)
_DAYS = r"(?P<days>\d+) *(?:wd|(?:working )?days?)"
_LATE = re.compile(rf"^(?:assessments? )?(?:over|past|beyond|later than|more than|longer than) {_DAYS}$")
_WITHIN = re.compile(
    rf"^(?P<who>[a-z0-9 '’]*?) ?(?:with)?in {_DAYS}(?: (?:of|from|after) (?P<start>[a-z ]+))?$"
)
_EVENTS = {
    "authorised": (
        "",
        "assessment",
        "assessments",
        "authorised",
        "completed",
        "concluded",
        "done",
        "in time",
    ),
    "child_seen": ("child seen", "children seen", "child visited", "first visit", "visited", "seen", "visit"),
    "conference": ("conference", "conferences", "child protection conference", "icpc", "initial conference"),
    "decided": ("decision", "decided", "referral decided"),
    "allocated": ("allocated", "allocation", "case allocated"),
    "enquiry_concluded": ("enquiry", "section 47 enquiry", "enquiry concluded", "enquiries"),
    "strategy_discussion": ("strategy discussion", "strategy discussions"),
}
_STARTS = {
    "referral": ("referral", "the referral"),
    "decided": ("decision", "the decision"),
    "allocated": ("allocation", "the allocation"),
    "assessment_started": ("start", "the start", "assessment start", "the start of the assessment"),
    "strategy_discussion": ("strategy discussion", "the strategy discussion"),
}
_USUAL_START = {"conference": "strategy_discussion", "enquiry_concluded": "strategy_discussion"}
_NAMED = {
    "median": "cohort_median_days",
    "median days": "cohort_median_days",
    "median duration": "cohort_median_days",
    "reviews late": "cohort_reviews_late_pct",
    "late reviews": "cohort_reviews_late_pct",
    "idle": "cohort_drift_idle_pct",
}
_ROUTE = re.compile(
    rf"[, ]*(?:for|on|of|\.)? ?(?P<route>{'|'.join(ROUTES)}|{'|'.join(ROUTE_TITLES[r] for r in ROUTES)})$"
)
_HEADS = re.compile(
    r"\b(caseloads?|cases per|children per|children_per_case_holder|heads?|headcount|posts?|fte|workers)\b"
)
_EXAMPLES = "Write it as in `over 45 days <= 10%`, `child seen within 5 days >= 95%` or `median <= 35 days`"


class TargetError(SimkitError, ValueError):
    """A target can't be read or can't be; the text says why and what to write."""


@dataclass(frozen=True, slots=True)
class Target:
    """A measure and what it is to be: at most, or at least, ``amount`` (in ``unit``, % for shares).

    ``said``: as it was written. ``title``: what is measured, in words. ``clock``: a clock that has to run for
    the measure to be there; it is nobody's limit and changes nothing. ``rest``: whether 100% less
    the measure is meant. ``route``: of one route only.
    """

    text: str
    title: str
    measure: str
    at_most: bool
    amount: float
    unit: str
    of: str
    clock: Timescale | None = None
    rest: bool = False

    def on(self, framework: Framework) -> Framework:
        """The framework with the clock that the target needs."""
        if self.clock is None:
            return framework
        return replace(framework, timescales={**framework.timescales, self.clock.id: self.clock})

    def value(self, measured: Mapping[str, float]) -> float:
        """What the target is about, in a run: ``measured`` has its measure by name."""
        figure = measured[self.measure]
        return 100 - figure if self.rest else figure

    def is_met(self, value: float) -> bool:
        """Whether a value keeps the target."""
        return value <= self.amount if self.at_most else value >= self.amount

    def worst(self, values: Floats, confidence: float) -> float:
        """The value that this share of the years is no worse than; NaN where no year has one."""
        finite = values[~np.isnan(values)]
        if len(finite) == 0:
            return float("nan")
        return float(np.quantile(finite, confidence if self.at_most else 1 - confidence))

    @property
    def wanted(self) -> str:
        """The target's second half: ``at most 10%``."""
        sign = "%" if self.unit == "%" else f" {self.unit}"
        return f"{'at most' if self.at_most else 'at least'} {self.amount:g}{sign}"

    def __str__(self) -> str:
        return f"{self.title}: {self.wanted}"


def target_of(text: str, framework: Framework) -> Target:
    """Read a target, for runs under a framework. Days are working days.

    Without another start, days count from the referral; those of conferences and enquiries from the
    strategy discussion. Any measure can stand by its name. Raises TargetError.
    """
    match = _SENTENCE.match(text)
    if match is None:
        raise TargetError(f"The target '{text}' can't be read. {_EXAMPLES}.")
    what = " ".join(match["what"].lower().replace("*", "").split())
    if _HEADS.search(what):
        raise TargetError(
            f"The target '{text}' is a headcount or a caseload, and simkit names none to aim for: nobody "
            f"knows "
            f"a safe one. Say what is to be in time. {_EXAMPLES}."
        )
    at_most = match["sign"].lower() in _AT_MOST
    what, route = _route_off(what)
    framed = _of_days(text, what, route, at_most) or _of_measure(text, what, route, at_most, framework)
    return _with_amount(framed, text, float(match["amount"]), (match["unit"] or "").lower(), framework)


def _route_off(what: str) -> tuple[str, str]:
    """The route that stands at the end of the words, taken off."""
    match = _ROUTE.search(what)
    if match is None or not what[: match.start()].strip():
        return what, ""
    code = {ROUTE_TITLES[route]: route for route in ROUTES}.get(match["route"], match["route"])
    return what[: match.start()].rstrip(" ,."), f".{code}"


def _of_days(text: str, what: str, route: str, at_most: bool) -> Target | None:
    """A target about a share before or after a number of days; None for any other."""
    late, within = _LATE.match(what), _WITHIN.match(what)
    if late is None and within is None:
        return None
    days = int((late or within or {})["days"])  # type: ignore[index]
    if late is not None:
        who, start = "authorised", "referral"
    else:
        assert within is not None
        who = _event(text, within["who"].strip(), _EVENTS)
        start = (
            _event(text, within["start"].strip(), _STARTS)
            if within["start"]
            else _USUAL_START.get(who, "referral")
        )
    if (late is not None) != at_most:
        other = f"over {days} days <= 10%" if late else f"{what} >= 90%"
        raise TargetError(
            f"The target '{text}' asks for more to be late, not fewer. Did you mean `{other}`, "
            "with your own number?"
        )
    if days < 1 or days > 250:
        raise TargetError(
            f"The target '{text}' counts {days} days. A number of working days from 1 to 250 is needed."
        )
    if who == "authorised" and start == "referral" and days == LIMIT_DAYS:
        measure, rest, clock = "cohort_over_45_days_pct", late is None, None
    else:
        measure, rest, clock = f"cohort_clock_{_CLOCK}_pct", late is not None, _clock(who, start, days)
    return Target(text, "", measure + route, at_most, 0.0, "%", "", clock, rest)


def _event(text: str, words: str, events: dict[str, tuple[str, ...]]) -> str:
    for event, names in events.items():
        if words in (*names, event, event.replace("_", " ")):
            return event
    choices = ", ".join(names[0] or names[1] for names in events.values())
    raise TargetError(f"The target '{text}' can't be read: '{words}' is none of {choices}. {_EXAMPLES}.")


def _clock(end: str, start: str, days: int) -> Timescale:
    """A clock that the model measures and that changes nothing: an expectation, not a limit."""
    return Timescale(
        id=_CLOCK,
        title="The target",
        start=start,
        end=end,
        kind="expected_within",
        layer="national/target",
        origin=Origin("target", 1, 1),
        amount=Amount(days, Unit.WORKING_DAYS),
    )


def _of_measure(text: str, what: str, route: str, at_most: bool, framework: Framework) -> Target:
    name = _NAMED.get(what, what.replace(" ", "_")) + route
    defined = definitions_of(framework)
    if name not in defined:
        suggestions = get_close_matches(name, defined, n=3, cutoff=0.6)
        hint = f" Did you mean {' or '.join(suggestions)}?" if suggestions else ""
        raise TargetError(
            f"The target '{text}' can't be read: no measure is called '{what}'.{hint} {_EXAMPLES}."
        )
    if defined[name].unit.startswith("children"):
        raise TargetError(
            f"The target '{text}' is a number of children. A target is a share, a number of working days or "
            f"a "
            f"ratio: what is to be in time, not how many. {_EXAMPLES}."
        )
    return Target(text, "", name, at_most, 0.0, defined[name].unit, "")


def _with_amount(target: Target, text: str, amount: float, unit: str, framework: Framework) -> Target:
    """The target with its number checked, and with its words."""
    said_share = unit.startswith(("%", "per"))
    if target.unit == "%":
        if "day" in unit or unit in ("times", "points"):
            raise TargetError(f"The target '{text}' is about a share: write a percentage, such as 10%.")
        if amount > 100:
            raise TargetError(f"The target '{text}' can't be: a share is at most 100%.")
        if 0 < amount < 1 and not said_share:
            raise TargetError(
                f"The target '{text}' says {amount:g}. Did you mean {100 * amount:g}%, or {amount:g}%?"
            )
    elif said_share:
        raise TargetError(f"The target '{text}' is about {target.unit}, not a share: leave out the %.")
    definition = definitions_of(target.on(framework))[target.measure]
    return replace(target, amount=amount, title=_title(target, definition), of=definition.of)


def _title(target: Target, definition: Definition) -> str:
    if target.clock is None:
        return f"Within {LIMIT_DAYS} working days from referral" if target.rest else definition.title
    words = definition.title.replace("In time: The target, ", "")
    events = {
        "authorised": "Assessments authorised",
        "child_seen": "Children seen",
        "conference": "Conferences held",
        "decided": "Referrals decided",
        "allocated": "Cases allocated",
        "enquiry_concluded": "Enquiries concluded",
        "strategy_discussion": "Strategy discussions held",
    }
    starts = {
        event: names[-1] if names[-1].startswith("the") else names[0] for event, names in _STARTS.items()
    }
    amount, _, route = words.partition(", ")
    days = f"{target.clock.amount} of {starts[target.clock.start]}"
    first = f"Over {days}" if target.rest else f"{events[target.clock.end]} within {days}"
    return f"{first}, {route}" if route and amount else first

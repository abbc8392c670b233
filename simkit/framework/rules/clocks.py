"""Family C: clocks and guidance. Local timescales against the national ones, and against sense."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from simkit.framework.amount import Amount, Unit, parse_amount, parse_amount_range
from simkit.framework.case import Case
from simkit.framework.dates import in_force_on
from simkit.framework.framework import ROUTES
from simkit.framework.layers import ONE_OF, when_in_force
from simkit.framework.problem import Severity
from simkit.framework.rules import Finding, Path, declare, rule

_ERROR, _QUERY, _NOTE = Severity.ERROR, Severity.QUERY, Severity.NOTE
_NUMBERS = ONE_OF["timescales"][0]
_LIMITS = ("within", "every", "between")

_HEAD_2018 = (
    "simkit: framework/1\ntitle: An example\nstatus: draft\nbased_on: national/working-together-2018\n"
)
_DECISION = "timescales:\n  front_door:\n    title: Front door\n    from: referral\n    to: decided\n"
_OURS = "timescales:\n  ours:\n    title: Assessment\n    from: referral\n    to: authorised\n"
_VISIT = "timescales:\n  visit:\n    title: Child seen\n    from: allocated\n    to: child_seen\n"

_WORKING_DAYS = {
    Unit.MINUTES: 1 / (24 * 60),
    Unit.HOURS: 1 / 24,
    Unit.WORKING_DAYS: 1.0,
    Unit.CALENDAR_DAYS: 5 / 7,
    Unit.WEEKS: 5.0,
    Unit.MONTHS: 5 / 7 * 365.25 / 12,
    Unit.YEARS: 5 / 7 * 365.25,
}

declare(
    "C001",
    _ERROR,
    "A national timescale changed by a local framework",
    why="National timescales are inherited. An authority adds its own beside them; it can't rewrite the "
    "nation's.",
    remedy="Give your timescale an id of its own. In a scenario, `what_if: yes` allows it.",
    source="Children Act 1989; Working Together (statutory guidance)",
    fails="timescales:\n  assessment:\n    within: 60 working days\n",
    passes=_OURS + "    within: 30 working days\n",
)


def working_days(amount: Amount) -> float:
    """The amount in working days, a working week being five of seven days and 24 hours a day."""
    return amount.number * _WORKING_DAYS[amount.unit]


def longest(entry: dict[str, Any]) -> Amount | None:
    """The limit of a timescale as it stands in a file: the upper end where it is set for each case."""
    for key in _LIMITS:
        if key in entry:
            try:
                return parse_amount_range(entry[key])[1] if key == "between" else parse_amount(entry[key])
            except ValueError:
                return None
    return None


def _looser(local: Amount, national: Amount) -> bool:
    if local.unit is national.unit:
        return local.number > national.number
    return working_days(local) > working_days(national) * 1.02


def _share_routes(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(set(one.get("routes", ROUTES)) & set(other.get("routes", ROUTES)))


def _against_nation(case: Case, force: str) -> Iterator[tuple[str, dict[str, Any], Amount, Amount, str]]:
    """The file's timescales that are looser than a national one of this force between the same events."""
    if not case.local:
        return
    for name, _, full in case.whole("timescales"):
        limit = longest(full)
        if limit is None or case.tree.national("timescales", name):
            continue
        for other, national in case.lower.section("timescales").items():
            if other == name or other in case.tree.set_aside or not case.lower.national("timescales", other):
                continue
            same = (full.get("from"), full.get("to")) == (national.get("from"), national.get("to"))
            allowed = longest(national)
            if same and national.get("force") == force and allowed and _share_routes(full, national):
                comparable = national.get("only_if") in (None, full.get("only_if"))
                if comparable and _looser(limit, allowed):
                    yield name, full, limit, allowed, other


def _number_path(full: dict[str, Any], name: str) -> Path:
    key = next((each for each in _NUMBERS if each in full), "within")
    return ("timescales", name, key)


@rule(
    "C002",
    _ERROR,
    "Longer than the law allows",
    why="A local framework can't allow more time than an act does.",
    remedy="Write a limit that is no longer than the statutory one, or take the line out.",
    source="Children Act 1989",
    fails="timescales:\n  police:\n    title: Police protection\n    from: police_protection_started\n"
    "    to: police_protection_ended\n    within: 96 hours\n",
    passes="timescales:\n  police:\n    title: Police protection\n    from: police_protection_started\n"
    "    to: police_protection_ended\n    within: 48 hours\n",
)
def looser_than_statute(case: Case) -> Iterator[Finding]:
    for name, full, limit, allowed, other in _against_nation(case, "statute"):
        place = case.lower.place(("timescales", other))
        message = f"`{name}` allows {limit}; the law allows {allowed} (`{other}`)."
        yield Finding(_number_path(full, name), message, related=(place,) if place else ())


@rule(
    "C003",
    _QUERY,
    "Longer than the statutory guidance",
    why="Statutory guidance may be departed from only for good reason, and the reason should be on record.",
    remedy="Shorten it, or add under `departures:` an entry with this id and `reason`, `agreed_by` and `on`; "
    "or a dispensation in force.",
    source="Working Together (statutory guidance); Local Authority Social Services Act 1970, section 7",
    fails=_DECISION + "    within: 2 working days\n",
    passes=_DECISION
    + "    within: 2 working days\ndepartures:\n  front_door:\n    reason: Two offices share one front door\n"
    + "    agreed_by: Safeguarding partners\n    on: 2025-04-01\n",
)
def looser_than_guidance(case: Case) -> Iterator[Finding]:
    departures = case.own("departures")
    for name, full, limit, allowed, other in _against_nation(case, "statutory_guidance"):
        if name in departures:
            continue
        place = case.lower.place(("timescales", other))
        message = f"`{name}` allows {limit}; the statutory guidance says {allowed} (`{other}`)."
        yield Finding(_number_path(full, name), message, related=(place,) if place else ())


@rule(
    "C004",
    _QUERY,
    "Every assessment at the longest time allowed",
    why="Setting every assessment at the maximum is called an obvious but wrong answer: set as little "
    "time as a "
    "sensible assessment needs, and revise it.",
    remedy="Set a shorter usual limit with the longer one for exceptional cases, or review points, or let a "
    "manager set the time for each case (`between` and `set_by`).",
    source="Ask the expert: single assessments, Children and Young People Now",
    fails=_OURS + "    within: 45 working days\n",
    passes=_OURS
    + "    within: 45 working days\nreviews:\n  first:\n    by: team_manager\n    from: allocated\n"
    + "    at: 10 working days\n",
)
def all_at_the_maximum(case: Case) -> Iterator[Finding]:
    reviews = case.tree.section("reviews").values()
    if not case.local or any("at" in review or "at_most_every" in review for review in reviews):
        return
    national = case.lower.section("timescales").get("assessment")
    allowed = longest(national) if national and case.lower.national("timescales", "assessment") else None
    if national is None or allowed is None:
        return
    ours = [
        (name, full)
        for name, _, full in case.whole("timescales")
        if full.get("to") == national.get("to") and "between" not in full and name != "assessment"
    ]
    limits = {name: longest(full) for name, full in ours}
    expected = any("expected_within" in full for _, full in ours)
    if expected or any(limit and working_days(limit) < working_days(allowed) for limit in limits.values()):
        return
    for name, full in ours:
        if limits[name] == allowed and full.get("only_if") is None:
            yield Finding(_number_path(full, name), f"`{name}` gives every assessment {allowed}.")


_OF_THE_AUTHORITY = ("draft", "consultation", "agreed")


@rule(
    "C005",
    _QUERY,
    "No internal review point",
    why="The local protocol says how internal review points are managed. Without one, day 45 is the "
    "first look.",
    remedy="Add a review under `reviews:`, with `by`, `from` and `at`.",
    source="Published protocols that follow the guidance (Solihull 2015); drafts of June 2012",
    fails=_HEAD_2018.replace("status: draft", "status: consultation"),
    passes=_HEAD_2018.replace("status: draft", "status: consultation")
    + "reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: 10 working days\n",
)
def no_review_point(case: Case) -> Iterator[Finding]:
    if not case.local or case.status not in ("consultation", "agreed") or ("reviews",) in case.wrong:
        return
    reviews = case.tree.section("reviews").values()
    if not any("at" in review or "at_most_every" in review for review in reviews):
        yield Finding(("status",), "No internal review point with a time is set.", at_key=True)


@rule(
    "C006",
    _QUERY,
    "Which days?",
    why="The source says 'days' without saying working or calendar days; the kind was chosen.",
    remedy="Say so: add the key of the number to `assumptions`, such as `assumptions: [within]`.",
    source="Design choice: what a source leaves open is marked",
    fails=_VISIT + "    within: 10 working days\n    as_printed: 10 days\n",
    passes=_VISIT + "    within: 10 working days\n    as_printed: 10 days\n    assumptions: [within]\n",
)
def which_days(case: Case) -> Iterator[Finding]:
    for section in ("timescales", "reviews"):
        for name, entry, full in case.whole(section):
            printed = str(entry.get("as_printed", "")).lower()
            if not re.search(r"\d+ +days?\b", printed):
                continue
            keys = [key for key in (*_NUMBERS, "at", "at_most_every") if key in full and key != "no_number"]
            if keys and not set(keys) & set(full.get("assumptions", ())):
                message = f"The source of `{name}` says '{entry['as_printed']}', and not which days."
                hint = f"Add the line `assumptions: [{keys[0]}]`."
                yield Finding((section, name, "as_printed"), message, hint)


@rule(
    "C007",
    _NOTE,
    "Hours are measured in working days",
    why="The simulation knows working time only. Response at night and at weekends is not modelled.",
    remedy="Nothing to do. The document prints the hours as written.",
    source="Design choice",
    fails=_VISIT + "    within: 24 hours\n",
    passes=_VISIT + "    within: 1 working day\n",
)
def hours_as_days(case: Case) -> Iterator[Finding]:
    if not case.local:
        return
    hours = [
        name
        for name, entry in case.entries("timescales")
        if any(re.fullmatch(r"[\d.]+ +(hours?|minutes?)", str(entry.get(key))) for key in ("within", "every"))
    ]
    if hours:
        said = ", ".join(f"`{name}`" for name in hours)
        message = (
            f"Limits in hours ({said}) are measured as 'by the next working day' or in whole working days."
        )
        yield Finding(("timescales", hours[0]), message, at_key=True)


@rule(
    "C008",
    _ERROR,
    "No time at all",
    why="Nothing happens within no time.",
    remedy="Write the time, such as `1 working day` for 'the same or the next day'.",
    fails=_VISIT + "    within: 0 working days\n",
    passes=_VISIT + "    within: 1 working day\n",
)
def no_time(case: Case) -> Iterator[Finding]:
    for path, amount in _own_amounts(case):
        if amount.number == 0:
            yield Finding(path, f"`{path[-1]}` is {amount}.")


def _own_amounts(case: Case) -> Iterator[tuple[Path, Amount]]:
    for section, keys in (
        ("timescales", ("within", "expected_within", "every", "at_least_before")),
        ("reviews", ("at", "at_most_every")),
        ("priorities", None),
    ):
        for name, entry in case.entries(section):
            for key in keys or [each for each in entry if each.endswith("_review")]:
                if key in entry and entry[key] != "set by priority":
                    try:
                        yield (section, name, key), parse_amount(entry[key])
                    except ValueError:
                        continue


@rule(
    "C009",
    _QUERY,
    "Longer than anything seen",
    why="No published limit inside an assessment is longer than half a year. It may be a slip of the "
    "keyboard.",
    remedy="Check the number and its unit.",
    fails=_OURS + "    within: 300 working days\n",
    passes=_OURS + "    within: 30 working days\n",
)
def very_long(case: Case) -> Iterator[Finding]:
    inside = ("decided", "allocated", "child_seen", "authorised", "enquiry_concluded", "conference")
    for path, amount in _own_amounts(case):
        full = case.tree.get(*path[:2]) or {}
        if path[0] == "timescales" and full.get("to") not in inside:
            continue
        if working_days(amount) > 131:
            yield Finding(path, f"`{path[-1]}` is {amount}.")


@rule(
    "C010",
    _QUERY,
    "A review after the end",
    why="A review that comes after the limit of the assessment looks at nothing.",
    remedy="Hold it earlier, or add `only_if: still_open`.",
    fails="reviews:\n  first:\n    by: team_manager\n    from: referral\n    at: 50 working days\n",
    passes="reviews:\n  first:\n    by: team_manager\n    from: referral\n    at: 10 working days\n",
)
def review_too_late(case: Case) -> Iterator[Finding]:
    limits = [
        (working_days(limit), limit)
        for entry in case.tree.section("timescales").values()
        if entry.get("from") == "referral" and entry.get("to") == "authorised"
        for limit in (longest(entry),)
        if limit
    ]
    if not limits:
        return
    most, limit = max(limits, key=lambda pair: pair[0])
    for name, entry, full in case.whole("reviews"):
        at = full.get("at")
        if "at" not in entry or at == "set by priority" or full.get("from") is None or full.get("only_if"):
            continue
        try:
            late = parse_amount(str(at))
        except ValueError:
            continue
        if working_days(late) > most:
            yield Finding(("reviews", name, "at"), f"`{name}` is held at {late}, the limit is {limit}.")


@rule(
    "C011",
    _QUERY,
    "Two reviews at one time",
    why="They are counted from the same event and held on the same day for the same cases.",
    remedy="Take one out, or hold it on another day.",
    fails="reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: 10 working days\n"
    "  second:\n    by: team_manager\n    from: allocated\n    at: 10 working days\n",
    passes="reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: 10 working days\n"
    "  second:\n    by: team_manager\n    from: allocated\n    at: 20 working days\n",
)
def same_review(case: Case) -> Iterator[Finding]:
    seen: list[tuple[str, dict[str, Any]]] = []
    for name, _, full in case.whole("reviews"):
        for other, entry in seen:
            same = all(full.get(key) == entry.get(key) for key in ("by", "from", "after", "at", "only_if"))
            if same and full.get("at") not in (None, "set by priority") and _share_routes(full, entry):
                place = case.source.place(("reviews", other), at_key=True)
                message = f"`{other}` and `{name}` are held at the same time, {full['at']}."
                yield Finding(("reviews", name), message, at_key=True, related=(place,))
        seen.append((name, full))


@rule(
    "C012",
    _QUERY,
    "Good practice beyond the limit",
    why="What is good practice should lie within the limit.",
    remedy="Check both numbers.",
    fails=_VISIT + "    within: 7 working days\n    good_practice: 8 to 10 working days\n",
    passes=_VISIT + "    within: 7 working days\n    good_practice: 3 to 5 working days\n",
)
def good_practice_too_long(case: Case) -> Iterator[Finding]:
    for name, entry, full in case.whole("timescales"):
        limit = longest(full)
        good = _amount_or_range(entry.get("good_practice"))
        if limit is not None and good is not None and working_days(good) > working_days(limit):
            message = f"Good practice for `{name}` is up to {good}, beyond the limit of {limit}."
            yield Finding(("timescales", name, "good_practice"), message)


def _amount_or_range(written: object) -> Amount | None:
    for read in (parse_amount, lambda text: parse_amount_range(text)[1]):
        try:
            return read(str(written))
        except ValueError:
            continue
    return None


@rule(
    "C013",
    _ERROR,
    "A range the wrong way round",
    why="A range goes from the smaller to the larger number.",
    remedy="Swap the two numbers.",
    fails=_VISIT + "    between: 7 to 3 working days\n    set_by: team_manager\n",
    passes=_VISIT + "    between: 3 to 7 working days\n    set_by: team_manager\n",
)
def range_reversed(case: Case) -> Iterator[Finding]:
    for name, entry in case.entries("timescales"):
        if "between" in entry:
            try:
                parse_amount_range(entry["between"])
            except ValueError:
                path = ("timescales", name, "between")
                yield Finding(path, f"'{entry['between']}' doesn't go from the smaller to the larger number.")


@rule(
    "C014",
    _NOTE,
    "A departure that is not needed",
    why="What it is for is no longer than the statutory guidance.",
    remedy="Take the departure out, or check the number.",
    fails=_DECISION
    + "    within: 1 working day\ndepartures:\n  front_door:\n    reason: Two offices share one front door\n"
    + "    agreed_by: Safeguarding partners\n    on: 2025-04-01\n",
    passes=_DECISION
    + "    within: 2 working days\ndepartures:\n  front_door:\n    reason: Two offices share one front door\n"
    + "    agreed_by: Safeguarding partners\n    on: 2025-04-01\n",
)
def needless_departure(case: Case) -> Iterator[Finding]:
    looser = {name for name, *_ in _against_nation(case, "statutory_guidance")} | {
        name for name, *_ in _later_start(case)
    }
    known = case.tree.section("timescales")
    for name, _ in case.entries("departures"):
        if name in known and name not in looser:
            yield Finding(("departures", name), f"`{name}` is no longer than the guidance.", at_key=True)


@rule(
    "C015",
    _QUERY,
    "A dispensation that is not in force",
    why="It does not cover the time from which the framework holds, so it sets nothing aside.",
    remedy="Check its dates and `in_force`, or take it out.",
    source="Department for Education, The trial authorities, 16 April 2013",
    fails="dispensations:\n  trial:\n    title: Trial\n    sets_aside: [assessment]\n    from: 2011-03\n"
    "    until: 2013-04-15\n",
    passes="dispensations:\n  trial:\n    title: Trial\n    sets_aside: [assessment]\n    from: 2011-03\n"
    "    until: open\n",
)
def dispensation_over(case: Case) -> Iterator[Finding]:
    when = when_in_force(case.data, case.today)
    for name, entry in case.entries("dispensations"):
        if not in_force_on(when, entry.get("from"), entry.get("until")):
            runs = (
                f"from {entry.get('from', 'a day not known')} until {entry.get('until', 'a day not known')}"
            )
            message = f"The dispensation `{name}` runs {runs}; the framework holds from {when[0]}."
            yield Finding(("dispensations", name), message, at_key=True)


@rule(
    "C016",
    _QUERY,
    "A dispensation without dates or source",
    why="Who relies on an exemption should be able to show it, and know when it ends.",
    remedy="Add `from`, `until` (`open` where it has no end) and `source`.",
    source="Local Authority Social Services Act 1970, section 7A, as cited by the Department for Education",
    fails="dispensations:\n  trial:\n    title: Trial\n    sets_aside: [assessment]\n",
    passes="sources:\n  letter:\n    title: Letter from the Department\n    strength: verified\n"
    "dispensations:\n  trial:\n    title: Trial\n    sets_aside: [assessment]\n    from: 2011-03\n"
    "    until: open\n    source: letter\n",
)
def dispensation_unproven(case: Case) -> Iterator[Finding]:
    if case.status not in _OF_THE_AUTHORITY:
        return
    for name, entry in case.entries("dispensations"):
        lacks = [
            f"`{key}`"
            for key in ("from", "until", "source")
            if case.missing(entry, ("dispensations", name), key)
        ]
        if lacks:
            message = f"The dispensation `{name}` has no {' and no '.join(lacks)}."
            yield Finding(("dispensations", name), message, at_key=True)


_LATER = ("decided", "allocated", "assessment_started")


def _later_start(case: Case) -> Iterator[tuple[str, dict[str, Any], Amount, Amount]]:
    national = case.lower.section("timescales").get("assessment") or {}
    allowed = longest(national)
    if allowed is None or "assessment" in case.tree.set_aside or national.get("from") != "referral":
        return
    for name, _, full in case.whole("timescales"):
        limit = longest(full)
        ends = full.get("to") == national.get("to") and full.get("from") in _LATER
        if limit is not None and ends and working_days(limit) >= working_days(allowed):
            yield name, full, limit, allowed


@rule(
    "C017",
    _QUERY,
    "The clock starts later than the guidance's",
    why="The guidance counts from the referral. The same number of days from a later event ends later.",
    remedy="Count from the referral, or allow less time, or add a departure with its reason.",
    source="Working Together 2013 (tri.x glossary: from the point of referral)",
    fails=_OURS.replace("from: referral", "from: allocated") + "    within: 45 working days\n",
    passes=_OURS.replace("from: referral", "from: allocated") + "    within: 40 working days\n",
)
def later_start(case: Case) -> Iterator[Finding]:
    if not case.local:
        return
    for name, full, limit, allowed in _later_start(case):
        if name in case.own("departures"):
            continue
        message = (
            f"`{name}` allows {limit} from `{full['from']}`; the guidance allows {allowed} from the referral."
        )
        yield Finding(("timescales", name, "from"), message)


@rule(
    "C018",
    _QUERY,
    "Two limits for one thing",
    why="Both hold for the same events and the same cases, and nobody knows which counts.",
    remedy="Keep one; or say when each holds with `routes`, or `unless: exceptional` and `only_if: "
    "exceptional`.",
    fails=_VISIT
    + "    within: 7 working days\n"
    + "  visit_too:\n    title: Seen\n    from: allocated\n    to: child_seen\n    within: 9 working days\n",
    passes=_VISIT
    + "    within: 7 working days\n    routes: [section_17]\n"
    + "  visit_too:\n    title: Seen\n    from: allocated\n    to: child_seen\n    within: 1 working day\n"
    + "    routes: [section_47]\n",
)
def two_limits(case: Case) -> Iterator[Finding]:
    seen: list[tuple[str, dict[str, Any]]] = []
    for name, _, full in case.whole("timescales"):
        if "within" not in full or case.tree.national("timescales", name):
            continue
        for other, entry in seen:
            same = all(full.get(key) == entry.get(key) for key in ("from", "to", "unless", "only_if"))
            # a limit that names its routes replaces the one for all routes
            both = ("routes" in full) == ("routes" in entry) and _share_routes(full, entry)
            if same and both and full["within"] != entry["within"]:
                place = case.place(("timescales", other))
                message = f"`{other}` and `{name}` set {entry['within']} and {full['within']} for the same."
                yield Finding(_number_path(full, name), message, related=(place,))
        seen.append((name, full))


@rule(
    "C019",
    _QUERY,
    "An exception shorter than the rule",
    why="What is allowed in exceptional cases should be longer than what is usual.",
    remedy="Check both numbers.",
    fails=_OURS
    + "    within: 30 working days\n    unless: exceptional\n    decided_by: team_manager\n"
    + "  longer:\n    title: Exceptional\n    from: referral\n    to: authorised\n    within: 20 "
    "working days\n" + "    only_if: exceptional\n",
    passes=_OURS
    + "    within: 30 working days\n    unless: exceptional\n    decided_by: team_manager\n"
    + "  longer:\n    title: Exceptional\n    from: referral\n    to: authorised\n    within: 45 "
    "working days\n" + "    only_if: exceptional\n",
)
def short_exception(case: Case) -> Iterator[Finding]:
    entries = [(name, full) for name, _, full in case.whole("timescales")]
    for name, rare in entries:
        for usual_name, usual in entries:
            condition = usual.get("unless")
            same = (rare.get("from"), rare.get("to")) == (usual.get("from"), usual.get("to"))
            if (
                condition is None
                or rare.get("only_if") != condition
                or not same
                or not _share_routes(rare, usual)
            ):
                continue
            short, long = longest(rare), longest(usual)
            if short and long and working_days(short) <= working_days(long):
                message = f"`{name}` allows {short} by exception, `{usual_name}` {long} as a rule."
                yield Finding(_number_path(rare, name), message)


@rule(
    "C020",
    _QUERY,
    "An exception that nobody decides on",
    why="If nobody is named, every case can become an exception.",
    remedy="Add `decided_by:` with a role, such as `decided_by: team_manager`.",
    fails=_OURS + "    within: 30 working days\n    unless: exceptional\n",
    passes=_OURS + "    within: 30 working days\n    unless: exceptional\n    decided_by: team_manager\n",
)
def undecided_exception(case: Case) -> Iterator[Finding]:
    if case.status not in _OF_THE_AUTHORITY:
        return
    deciders = {
        full.get("only_if")
        for full in case.tree.section("timescales").values()
        if "decided_by" in full and full.get("only_if")
    }
    for name, entry, full in case.whole("timescales"):
        condition = entry.get("unless")
        if condition is None or condition in deciders:
            continue
        if case.missing(full, ("timescales", name), "decided_by"):
            message = f"`{name}` has an exception, and nobody is named who decides on it."
            yield Finding(("timescales", name, "unless"), message)

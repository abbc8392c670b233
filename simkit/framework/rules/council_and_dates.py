"""Family A, authority and dates: whose framework it is, and when it is in force."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from simkit.common.text import listed
from simkit.framework.dates import date_words, span, when_words
from simkit.framework.inheritance import dates_of_effect, is_current
from simkit.framework.problem import Finding, Path, Severity
from simkit.framework.rules.context import RuleContext
from simkit.framework.rules.registry import rule
from simkit.framework.template_text import DAY
from simkit.framework.wording import dates_words
from simkit.framework.yaml.suggestions import date_suggestion

if TYPE_CHECKING:
    from simkit.data import Authority


_ERROR, _QUERY, _NOTE = Severity.ERROR, Severity.QUERY, Severity.NOTE


_LIST = "Published statistics, children in need, local authorities of 2013 to 2025"


_HEAD = "simkit: framework/1\ntitle: An example\nstatus: {status}\nbased_on: national/working-together-2018\n"


_FIRST_YEAR, _LAST_YEAR = 1900, 2100  # as of sources
_TIME = re.compile(r"\b(\d{1,2})(?!\d)(?:[:.](\d+))?(?:\s*([ap]\.?m\b))?", re.I)
_YEARS_AHEAD = 20  # from today: an assumption, beyond which a date is most likely a slip


_HACKNEY = "authority: Hackney\nla_code: 204\ngss_code: E09000012\n"


_VISIT = (
    "timescales:\n  visit:\n    title: Child seen\n    from: allocated\n    to: child_seen\n"
    "    within: 7 working days\n"
)


def _authority(name: str) -> Authority | None:
    from simkit.data import UnknownAuthorityError, authority

    try:
        return authority(name)
    except UnknownAuthorityError:
        return None


def _authority_named(context: RuleContext) -> Authority | None:
    """The authority that the file names, by its name; by its code where the name is unknown."""
    for key in ("authority", "la_code", "gss_code"):
        if key in context.data:
            council = _authority(str(context.data[key]))
            if council is not None:
                return council
    return None


@rule(
    "A001",
    _ERROR,
    "An unknown authority",
    why="simkit finds the published statistics by the authority's name or code.",
    remedy="Write the name that the Department for Education uses, such as `Bristol, City of`.",
    source=_LIST,
    fails="authority: Hackny\n",
    passes=_HACKNEY,
)
def unknown_authority(context: RuleContext) -> Iterator[Finding]:
    name = context.data.get("authority")
    if not isinstance(name, str) or _authority(name) is not None:
        return
    from simkit.data import nearest_authorities

    near = [each.name for each in nearest_authorities(name, 2)]
    hint = f"Did you mean {' or '.join(near)}?" if near else ""
    parts = map(_authority, re.split(r"\s*(?:[,;/&+]|\band\b)\s*", name))
    several = dict.fromkeys(council.name for council in parts if council is not None)
    if len(several) > 1:
        both = listed(several)
        hint = f"One file is one authority's framework. Write a file for each of {both}."
    instead = near[0] if len(near) == 1 and len(several) < 2 else ""
    yield Finding(("authority",), f"No authority in England is called '{name}'.", hint, instead=instead)


@rule(
    "A002",
    _ERROR,
    "The code of another authority",
    why="With the wrong code the simulation would use another authority's children and staff.",
    remedy="Correct the code or the name. You can also leave the code out: simkit finds it from the name.",
    source=_LIST,
    fails="authority: Hackney\nla_code: 205\n",
    passes=_HACKNEY,
)
def wrong_code(context: RuleContext) -> Iterator[Finding]:
    named = _authority(str(context.data.get("authority", "")))
    code = context.data.get("la_code")
    if code is None:
        return
    owner = _authority(str(code))
    if owner is None:
        hint = f"The code of {named.name} is {named.la_code}." if named else ""
        yield Finding(("la_code",), f"No authority has the DfE code {code}.", hint)
    elif named is not None and owner.name != named.name:
        hint = f"The code of {named.name} is {named.la_code}."
        yield Finding(("la_code",), f"{code} is the code of {owner.name}, not of {named.name}.", hint)


@rule(
    "A003",
    _ERROR,
    "The ONS code of another authority",
    why="With the wrong code the simulation would use another authority's children and staff.",
    remedy="Correct the code or the name. You can also leave the code out: simkit finds it from the name.",
    source=_LIST,
    fails="authority: Hackney\ngss_code: E09000013\n",
    passes=_HACKNEY,
)
def wrong_ons_code(context: RuleContext) -> Iterator[Finding]:
    named = _authority_named(context)
    codes = [(("gss_code",), context.data.get("gss_code"))]
    paths: list[tuple[Path, Any]] = [*codes]
    paths += [(("former_codes", n), code) for n, code in enumerate(context.data.get("former_codes", ()))]
    for path, code in paths:
        if code is None:
            continue
        owner = _authority(str(code))
        hint = f"The ONS code of {named.name} is {named.gss_code}." if named else ""
        if owner is None:
            yield Finding(path, f"No authority has the code {code}.", hint)
        elif named is not None and owner.name != named.name:
            yield Finding(path, f"{code} is the code of {owner.name}, not of {named.name}.", hint)


@rule(
    "A004",
    _NOTE,
    "No authority named",
    why="You can check and print the framework, but a run uses England's average caseload.",
    remedy="Add `authority:` with its name, or name a caseload when you run it.",
    fails=_VISIT,
    passes=_HACKNEY + _VISIT,
)
def no_authority(context: RuleContext) -> Iterator[Finding]:
    if context.kind in ("national", "scenario") or not context.writes(("based_on",)):
        return
    if context.lacks(context.data, (), "authority", "la_code", "gss_code"):
        yield Finding((), "The file names no `authority`.")


@rule(
    "A005",
    _QUERY,
    "The authority did not exist then",
    why="The authority was abolished before the framework starts, or created after it.",
    remedy="Check the date, or name the authority that replaced it.",
    source=_LIST,
    fails="authority: Cumbria\nla_code: 909\nin_force:\n  from: 2024-04-01\n",
    passes="authority: Cumbria\nla_code: 909\nin_force:\n  from: 2018-07-01\n",
)
def no_longer(context: RuleContext) -> Iterator[Finding]:
    council = _authority_named(context)
    when = context.own("in_force").get("from")
    days = span(when) if when is not None else None
    if council is None or days is None:
        return
    if not council.in_2025_list and days[0] > date(council.last_year, 3, 31):
        from simkit.data import authority

        after = " and ".join(authority(code).name for code in council.successors)
        hint = f"{after} replaced it." if after else ""
        message = f"{council.name} is in the statistics up to the year ending March {council.last_year}."
        yield Finding(("in_force", "from"), message, hint)
    elif council.first_year > 2013 and days[1] < date(council.first_year - 1, 4, 1):
        message = f"{council.name} is in the statistics only from April {council.first_year - 1}."
        yield Finding(("in_force", "from"), message)


@rule(
    "A006",
    _QUERY,
    "In force before its national edition",
    why="The framework would follow guidance that had not been published.",
    remedy="Correct the date, or name in `based_on` the edition that was in force then.",
    fails="in_force:\n  from: 2014-04-01\n",
    passes="in_force:\n  from: 2024-04-01\n",
)
def before_the_edition(context: RuleContext) -> Iterator[Finding]:
    edition, dates = context.lower.edition.name, context.lower.edition.in_force
    start = dates.get("from")
    own_start = context.own("in_force").get("from")
    days, first = (
        (span(own_start) if own_start is not None else None),
        (span(start) if start is not None else None),
    )
    if context.local and context.status != "starter" and days and first and days[1] < first[0]:
        message = (
            f"The framework starts {when_words(str(own_start))}, before the edition {edition} "
            f"({date_words(str(start))})."
        )
        yield Finding(("in_force", "from"), message)


@rule(
    "A007",
    _ERROR,
    "A day that does not exist",
    why="There is no such day in the calendar.",
    remedy="Check the day and the month. Write year, month, day, as in 2027-04-01.",
    fails="in_force:\n  from: 2025-02-30\n",
    passes="in_force:\n  from: 2025-02-28\n",
)
def no_such_day(context: RuleContext) -> Iterator[Finding]:
    for path, written in _dates(context):
        days = span(written) if written != "open" else None
        if days is not None and not _FIRST_YEAR <= days[0].year <= _LAST_YEAR:
            message = f"The year in {written} can't be right."
            hint = f"Write it with four digits, from {_FIRST_YEAR} to {_LAST_YEAR}, as in 2027-04-01."
            yield Finding(path, message, hint)
        elif written != "open" and days is None:
            meant = date_suggestion(str(written))
            hint = f"Did you mean {meant}?" if meant else ""
            yield Finding(path, f"There is no day {written}.", hint, instead=meant)


@rule(
    "A023",
    _QUERY,
    "A date far ahead",
    why="Figures in a year are easily swapped, as in 2062 for 2026.",
    remedy="Check the year.",
    fails="in_force:\n  from: 2062-04-01\n",
    passes="in_force:\n  from: 2026-04-01\n",
)
def far_ahead(context: RuleContext) -> Iterator[Finding]:
    first, example = context.today.year + _YEARS_AHEAD + 1, int(DAY[:4])  # other rules ask about examples
    for path, written in _dates(context):
        days = span(written) if written != "open" else None
        if days is not None and first <= days[0].year <= _LAST_YEAR and days[0].year != example:
            yield Finding(path, f"{written} is more than {_YEARS_AHEAD} years ahead.")


@rule(
    "A024",
    _ERROR,
    "A time of day that does not exist",
    why="Nobody can tell from when a referral is after hours.",
    remedy="Write the time as `5 pm` or `17:00`.",
    fails='counting:\n  office_closes: "25:00"\n',
    passes="counting:\n  office_closes: 5 pm\n",
)
def no_such_time(context: RuleContext) -> Iterator[Finding]:
    written = str(context.own("counting").get("office_closes", "")).strip()
    for match in _TIME.finditer(written):
        hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
        if not half and ":" not in match[0] and match[0] != written:
            continue  # perhaps the day of a date
        late = not 0 < hour <= 12 if half else 60 * hour + minute > 24 * 60
        if late or minute > 59:
            yield Finding(("counting", "office_closes"), f"There is no time {written}.")
            return


def _dates(context: RuleContext) -> Iterator[tuple[Path, Any]]:
    for section, keys in (
        ("in_force", ("from", "until")),
        ("agreed", ("on", "review_on")),
        ("threshold_document", ("date",)),
    ):
        for key in keys:
            if key in context.own(section):
                yield (section, key), context.own(section)[key]
    for section, keys in (
        ("dispensations", ("from", "until")),
        ("departures", ("on",)),
        ("sources", ("date",)),
    ):
        for name, entry in context.own_entries(section):
            for key in keys:
                if key in entry:
                    yield (section, name, key), entry[key]
    for name, entry in context.own_entries("timescales"):
        for key, written in (entry.get("in_force") or {}).items():
            yield ("timescales", name, "in_force", key), written


@rule(
    "A008",
    _ERROR,
    "It ends before it starts",
    why="The two dates contradict each other.",
    remedy="Check both dates.",
    fails="in_force:\n  from: 2025-04-01\n  until: 2024-04-01\n",
    passes="in_force:\n  from: 2024-04-01\n  until: 2025-04-01\n",
)
def ends_before(context: RuleContext) -> Iterator[Finding]:
    runs: list[tuple[Path, dict[str, Any]]] = [(("in_force",), context.own("in_force"))]
    runs += [(("dispensations", name), entry) for name, entry in context.own_entries("dispensations")]
    runs += [
        (("timescales", name, "in_force"), entry.get("in_force") or {})
        for name, entry in context.own_entries("timescales")
    ]
    for path, entry in runs:
        first, last = span(entry.get("from", "")), span(entry.get("until", ""))
        if first and last and last[1] < first[0]:
            start, end = when_words(str(entry["from"])), when_words(str(entry["until"]))
            message = f"It starts {start} and ends {end}."
            yield Finding((*path, "until"), message)


@rule(
    "A009",
    _QUERY,
    "The national edition has been replaced",
    why="Another edition is in force when the framework starts.",
    remedy="Name in `based_on` the edition that is in force, or correct the date in `in_force`.",
    fails=_HEAD.format(status="consultation") + "in_force:\n  from: 2024-04-01\n",
    passes=_HEAD.format(status="consultation") + "in_force:\n  from: 2019-04-01\n",
)
def superseded(context: RuleContext) -> Iterator[Finding]:
    own = context.status in ("draft", "consultation", "agreed")
    if context.kind in ("national", "scenario") or not (own or "from" in context.own("in_force")):
        return
    name, dates = context.lower.edition.name, context.lower.edition.in_force
    if context.lower.edition.followed_by:
        return  # A021 says it
    until = dates.get("until")
    ended = span(until) if until is not None else None
    when = dates_of_effect(context.data, context.today)
    if ended and when[0] > ended[1]:
        path: Path = ("in_force", "from") if "from" in context.own("in_force") else ("based_on",)
        yield Finding(
            path,
            f"The edition {name} ended {when_words(str(until))}. The framework starts "
            f"{when_words(str(when[0]))}.",
        )


@rule(
    "A021",
    _NOTE,
    "There is a newer national edition",
    why="The national edition has been replaced, and simkit has not read the new one.",
    remedy="Read the newer edition before you publish. To base the file on it, name it in `based_on`: times "
    "that simkit carries over from the edition before are then marked.",
    fails=_HEAD.format(status="draft").replace("2018", "2023") + "in_force:\n  from: 2027-04-01\n",
    passes=_HEAD.format(status="draft").replace("2018", "2026") + "in_force:\n  from: 2027-04-01\n",
)
def newer_edition(context: RuleContext) -> Iterator[Finding]:
    edition = context.lower.edition
    until = edition.in_force.get("until")
    ended = span(until) if until is not None else None
    if (context.kind != "authorities" and context.kind != "own") or not edition.followed_by or ended is None:
        return
    past = span(context.own("in_force").get("until", "")) if context.own("in_force") else None
    latest = max(dates_of_effect(context.data, context.today)[1], context.today)
    if context.status == "superseded" or (past and past[0] <= ended[1]) or latest < ended[0]:
        return
    following = edition.followed_by["edition"]
    message = f"{edition.name} was replaced {when_words(str(until))}; simkit has not read its successor."
    hint = f"Read the new edition before you publish. To base the file on it, write `based_on: {following}`."
    yield Finding(("based_on",), message, hint)


@rule(
    "A019",
    _NOTE,
    "A timescale from another time",
    why="Its dates do not cover the time of this framework. The document shows it as history, and no "
    "simulation uses it.",
    remedy="No action needed if you meant this. If it still applies, take `in_force` out of the timescale.",
    fails=_VISIT + "    in_force:\n      until: 2013-04-15\n",
    passes=_VISIT + "    in_force:\n      from: 2013-04-15\n",
)
def of_another_time(context: RuleContext) -> Iterator[Finding]:
    for name, _, full in context.merged_entries("timescales"):
        if not is_current(context.data, full, context.today):
            period = dates_words(full["in_force"])
            message = f"`{name}` applied {period}. The document shows it as history; no simulation uses it."
            yield Finding(("timescales", name, "in_force"), message, at_key=True)

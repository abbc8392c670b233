"""The shipped frameworks say what their sources say, and nothing more.

What is protected: one file per authority under its right name and codes; every documented number
as its source prints it, with that source; no local number in a starter; the national clocks of
each edition; and in the trials nothing that was not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from paths import ROOT

from simkit import data
from simkit.framework.check import check, load
from simkit.framework.framework import Framework
from simkit.framework.library import find
from simkit.model.workload.sample import clocks

FRAMEWORKS = ROOT / "frameworks"
AUTHORITIES = sorted((FRAMEWORKS / "authorities").glob("*.yaml"))
TRIALS = sorted((FRAMEWORKS / "trials").glob("*.yaml"))
NATIONAL = sorted(path for path in (FRAMEWORKS / "national").glob("*.yaml") if path.stem != "assumptions")

# Successors of authorities of the 2013 list, with the first day of the new authority.
BEGAN = {
    "bournemouth-christchurch-and-poole": "2019-04-01",
    "north-northamptonshire": "2021-04-01",
    "west-northamptonshire": "2021-04-01",
    "cumberland": "2023-04-01",
    "westmorland-and-furness": "2023-04-01",
}
ENDED = {
    "bournemouth": "2019-04-01",
    "poole": "2019-04-01",
    "northamptonshire": "2021-04-01",
    "cumbria": "2023-04-01",
}

SET_BY_MANAGER = "timescales.assessment_set_by_manager"
BEFORE_REVIEW = "timescales.report_before_review_conference"

OXFORDSHIRE = "maximum of 35 working days in the most complex cases"
TEES = "10 working days after birth or 3 months after the initial conference, whichever is sooner"

# The local clocks and reviews that published sources give, as they print them:
# authority, timescale or review, the key that carries the number, the number.
DOCUMENTED = [
    ("barnsley", "timescales.assessment_expected", "expected_within", "20 working days"),
    ("bedford", "timescales.child_in_need_meeting_held", "within", "20 working days"),
    (
        "bedford",
        "timescales.child_in_need_meeting_held",
        "as_printed",
        "at a maximum period of 20 days following referral decision",
    ),
    ("bexley", "timescales.contact_decision", "within", "1 working day"),
    ("bexley", "timescales.contact_decision_in_hub", "within", "24 hours"),
    ("bexley", "timescales.strategy_discussion_held", "within", "3 working days"),
    ("bexley", "timescales.strategy_discussion_held", "as_printed", "must take place within 3 days"),
    ("bexley", "timescales.significant_information_recorded", "within", "24 hours"),
    ("bexley", "timescales.records_updated", "within", "72 hours"),
    ("blackburn-with-darwen", "timescales.transfer_conference_held", "within", "15 working days"),
    (
        "blackburn-with-darwen",
        "timescales.transfer_conference_held",
        "as_printed",
        "within 15 days of the receipt of the documentation supporting the request",
    ),
    (
        "blackpool",
        "timescales.referrer_told",
        "no_number",
        "a referral outcome letter or email is sent, with the contact details of the allocated worker",
    ),
    ("bradford", "timescales.contact_decision", "within", "1 working day"),
    ("bristol-city-of", "timescales.contact_decision", "within", "24 hours"),
    ("calderdale", "timescales.contact_decision", "within", "24 hours"),
    ("camden", "timescales.child_protection_visits", "every", "10 working days"),
    ("camden", "timescales.child_protection_visits", "as_printed", "at home at least every 10 days"),
    ("central-bedfordshire", "timescales.child_protection_visits", "every", "10 working days"),
    ("city-of-london", "timescales.assistant_director_told", "within", "24 hours"),
    ("cumberland", "timescales.unallocated_child_seen", "every", "4 weeks"),
    ("cumberland", "timescales.unallocated_reviewed", "every", "1 week"),
    ("cumberland", "timescales.unallocated_escalated", "within", "2 weeks"),
    ("derby", "timescales.strategy_discussion_held", "within", "24 hours"),
    ("derby", "timescales.enquiry_concluded_local", "within", "15 working days"),
    ("derby", "timescales.assessment_done_again", "every", "12 months"),
    (
        "derbyshire",
        "timescales.long_plans_looked_at",
        "no_number",
        "once a plan has run for longer than 6 months",
    ),
    ("doncaster", "timescales.child_seen_local", "no_number", "as soon as possible following a referral"),
    ("doncaster", "timescales.strategy_discussion_held", "no_number", "as soon as possible"),
    ("ealing", "timescales.mash_feedback_given", "within", "24 hours"),
    ("haringey", "timescales.help_ends", "expected_within", "3 to 6 months"),
    (
        "harrow",
        "timescales.referrer_told",
        "no_number",
        "after the multi-agency safeguarding hub has confirmed receipt and reviewed the form",
    ),
    (
        "hertfordshire",
        "timescales.help_after_a_protection_plan",
        "no_number",
        "for at least three months, usually",
    ),
    ("hillingdon", "timescales.transfer_to_disabilities_team", "within", "24 hours"),
    ("islington", "timescales.pre_birth_conference", "at_least_before", "10 weeks"),
    ("islington", "timescales.manager_told_of_harm", "no_number", "immediately"),
    ("kingston-upon-thames", "timescales.contact_decision", "within", "24 hours"),
    ("kirklees", "timescales.pre_birth_allocation", "no_number", "at the first trimester"),
    (
        "lancashire",
        "timescales.plan_after_a_protection_plan",
        "no_number",
        "for a minimum of three months, likely to be necessary",
    ),
    ("wirral", "reviews.first", "at", "5 working days"),
    ("wirral", "reviews.second", "as_printed", "if an assessment is going to extend beyond 15 working days"),
    ("wirral", "reviews.second", "within", "15 working days"),
    ("wirral", "reviews.second", "only_if", "going_beyond"),
    ("wirral", "timescales.assessment_normal", "within", "30 working days"),
    ("wirral", "timescales.assessment_normal", "as_printed", "at most 30 days"),
    ("wirral", "timescales.assessment_normal", "unless", "exceptional"),
    ("wirral", "timescales.assessment_exceptional", "within", "45 working days"),
    ("gloucestershire", "priorities.urgent_child_protection", "first_review", "3 working days"),
    ("gloucestershire", "priorities.potential_child_protection", "first_review", "5 working days"),
    ("gloucestershire", "priorities.likely_child_in_need", "first_review", "10 working days"),
    ("gloucestershire", "reviews.further", "at_most_every", "10 working days"),
    ("gloucestershire", "timescales.child_visited", "within", "7 working days"),
    ("gloucestershire", "timescales.child_visited", "good_practice", "3 to 5 working days"),
    ("gloucestershire", "timescales.child_visited_section_47", "within", "24 hours"),
    ("torbay", "reviews.first", "within", "10 working days"),
    ("torbay", "reviews.second", "at", "20 working days"),
    ("torbay", "timescales.assessment_signed_off", "within", "45 working days"),
    ("torbay", "timescales.front_door_decision_and_feedback", "within", "2 working days"),
    ("torbay", "timescales.child_visited_section_47", "within", "1 working day"),
    ("torbay", "timescales.early_help_visits", "every", "20 working days"),
    ("torbay", "timescales.front_door_decision_and_feedback", "from", "contact"),
    ("torbay", "timescales.assessment_updated", "every", "12 months"),
    ("torbay", "timescales.assessment_updated", "also_on", ["significant_change", "cared_for"]),
    ("torbay", "timescales.work_completed", "expected_within", "12 to 16 weeks"),
    ("bath-and-north-east-somerset", SET_BY_MANAGER, "between", "15 to 45 working days"),
    ("bath-and-north-east-somerset", SET_BY_MANAGER, "as_printed", "between 15 and 45 days"),
    ("bath-and-north-east-somerset", SET_BY_MANAGER, "set_by", "team_manager"),
    ("bath-and-north-east-somerset", "timescales.front_door_decision", "within", "24 hours"),
    ("knowsley", "timescales.assessment_normal", "within", "30 working days"),
    ("knowsley", "timescales.assessment_normal", "as_printed", "30 days"),
    ("knowsley", "timescales.assessment_normal", "unless", "exceptional"),
    ("knowsley", "timescales.child_visited", "as_printed", "3 days"),
    ("knowsley", "timescales.child_visited", "from", "referral"),
    ("knowsley", "timescales.child_visited_section_47", "within", "24 hours"),
    ("knowsley", "timescales.child_visited_section_47", "from", "referral"),
    ("oxfordshire", "reviews.first", "as_printed", "within 10 days"),
    ("oxfordshire", "reviews.first", "includes", ["child_seen"]),
    ("oxfordshire", "timescales.assessment_set_by_complexity", "at_most", "35 working days"),
    ("oxfordshire", "timescales.assessment_set_by_complexity", "as_printed", OXFORDSHIRE),
    ("oxfordshire", "timescales.contact_rated", "within", "1 working day"),
    ("oxfordshire", "timescales.enquiry_decided_red", "within", "4 hours"),
    ("oxfordshire", "timescales.enquiry_decided_amber", "within", "1 working day"),
    ("oxfordshire", "timescales.enquiry_decided_green", "within", "3 working days"),
    ("knowsley", "timescales.strategy_discussion_held", "within", "24 hours"),
    ("herefordshire-county-of", "timescales.assessment_expected", "expected_within", "45 working days"),
    ("herefordshire-county-of", "timescales.assessment_expected", "as_printed", "up to 45 days"),
    ("herefordshire-county-of", "timescales.assessment_mostly", "expected_within", "10 working days"),
    ("coventry", "timescales.initial_assessment_local", "within", "7 working days"),
    ("devon", "timescales.core_assessment_local", "within", "35 working days"),
    ("devon", "timescales.core_assessment_specialist", "within", "42 working days"),
    ("luton", "timescales.referral_acknowledged", "within", "1 working day"),
    *[
        (name, f"timescales.{clock}", "within", "1 working day")
        for name in ("east-sussex", "west-sussex", "brighton-and-hove", "cambridgeshire", "peterborough")
        for clock in ("front_door_decision", "referral_acknowledged")
    ],
    ("wokingham", "timescales.child_visited", "within", "5 working days"),
    ("wokingham", "timescales.child_visited_section_47", "within", "24 hours"),
    ("liverpool", "timescales.allocation_after_transfer", "within", "24 hours"),
    ("bolton", "timescales.conference_requested", "within", "1 working day"),
    ("walsall", "timescales.child_in_need_visits", "every", "6 weeks"),
    ("walsall", "timescales.child_in_need_plan_reviews", "every", "12 weeks"),
    ("walsall", "timescales.not_seen_alone_discussed", "within", "48 hours"),
    ("walsall", "timescales.not_seen_alone_next_visit", "within", "5 working days"),
    ("bromley", "timescales.pre_birth_review", "as_printed", "10 days"),
    ("bromley", "timescales.pre_birth_review_unfit_to_attend", "as_printed", "20 days"),
    *[
        (name, "timescales.pre_birth_review", key, value)
        for name in ("hartlepool", "middlesbrough", "redcar-and-cleveland", "stockton-on-tees")
        for key, value in (
            ("within", "10 working days"),
            ("or_if_sooner", {"from": "conference", "within": "3 months"}),
            ("as_printed", TEES),
        )
    ],
    ("east-riding-of-yorkshire", "timescales.report_before_conference", "at_least_before", "48 hours"),
    ("east-riding-of-yorkshire", BEFORE_REVIEW, "at_least_before", "3 working days"),
    ("lewisham", "timescales.strategy_follow_up_meeting", "within", "5 working days"),
    ("lewisham", "timescales.strategy_follow_up_meeting", "only_if", "first_by_telephone"),
    ("lincolnshire", "timescales.assessing_team_decided", "within", "24 hours"),
    ("manchester", "timescales.contact_decision", "within", "24 hours"),
    ("merton", "timescales.urgent_contact_decision", "within", "1 hour"),
    ("merton", "timescales.urgent_contact_acknowledged", "within", "1 hour"),
    ("newcastle-upon-tyne", "timescales.feedback_to_referrer", "within", "1 working day"),
    ("newcastle-upon-tyne", "timescales.written_feedback_to_referrer", "within", "2 working days"),
    *[
        ("newcastle-upon-tyne", f"timescales.{report}_before_conference", "as_printed", words)
        for report, words in (
            ("report_to_manager", "Team Manager: a minimum of 4 days before Conference"),
            ("report_to_chair", "Conference Chair: a minimum of 3 days before Conference"),
            ("report", "Parents and young people: a minimum of 3 days before Conference"),
        )
    ],
    *[
        (f"{part}-northamptonshire", f"timescales.{clock}", "within", amount)
        for part in ("north", "west")
        for clock, amount in (("contact_decision", "24 hours"), ("child_visited_county", "5 working days"))
    ],
    ("north-tyneside", "timescales.contact_decision", "within", "1 working day"),
    ("north-yorkshire", "reviews.first", "as_printed", "The manager will review the case by day 10"),
    ("north-yorkshire", "reviews.first", "within", "10 working days"),
    *[
        ("north-yorkshire", f"timescales.{clock}", key, value)
        for clock, amount, words in (
            ("child_and_family_plan_meeting", "20 working days", "the meeting will be held by day 20"),
            ("support_plan", "14 working days", "will be created by day 14"),
            (
                "child_in_need_meeting_held",
                "20 working days",
                "first Child In Need Meeting will be convened by day 20",
            ),
        )
        for key, value in (("within", amount), ("as_printed", words))
    ],
    ("north-yorkshire", "timescales.child_in_need_meeting_after_enquiry", "within", "10 working days"),
    ("north-yorkshire", "timescales.child_in_need_meeting_after_strategy", "within", "10 working days"),
    ("northumberland", "timescales.contact_decision", "within", "1 working day"),
    *[
        (name, "timescales.child_protection_medical", key, value)
        for name in ("nottingham", "nottinghamshire")
        for key, value in (
            ("within", "5 working days"),
            ("as_printed", "increase this from 3 days to 5 days"),
        )
    ],
    ("nottinghamshire", "timescales.referral_screening", "within", "24 hours"),
    ("nottinghamshire", "timescales.referral_rating", "within", "24 hours"),
    ("richmond-upon-thames", "timescales.contact_decision", "within", "24 hours"),
    ("sheffield", "timescales.contact_decision", "within", "24 hours"),
    ("sheffield", "timescales.child_in_need_meeting_held", "within", "10 working days"),
    ("sheffield", "timescales.child_in_need_meeting_held", "from", "assessment_started"),
    ("sheffield", "timescales.child_in_need_meeting_after_allocation", "within", "10 working days"),
    (
        "sheffield",
        "timescales.child_in_need_meeting_after_allocation",
        "as_printed",
        "held within 10 days of allocation",
    ),
    ("sheffield", "timescales.later_child_in_need_meetings", "every", "40 working days"),
    ("shropshire", "timescales.referral_dealt_with", "expected_within", "24 hours"),
    ("swindon", "timescales.contact_decision", "within", "24 hours"),
    ("swindon", "timescales.child_in_need_meeting_held", "within", "10 working days"),
    ("thurrock", "timescales.child_in_need_plan_reviews", "every", "6 months"),
    ("tower-hamlets", "timescales.contact_decision", "within", "24 hours"),
    ("west-berkshire", "timescales.length_of_assessment", "within", "10 working days"),
    (
        "west-berkshire",
        "timescales.length_of_assessment",
        "as_printed",
        "by day 10 after a referral has been received",
    ),
    ("york", "timescales.contact_decision", "within", "24 hours"),
    ("york", "timescales.child_in_need_plan_reviews", "every", "12 weeks"),
    ("york", "timescales.child_in_need_plan_reviews_disabled", "every", "26 weeks"),
]

# Published protocols of which only headings or contents were read: recorded, without a number.
HEADINGS_ONLY = {
    "barnet",
    "bracknell-forest",
    "cheshire-west-and-chester",
    "cornwall",
    "county-durham",
    "croydon",
    "darlington",
    "enfield",
    "essex",
    "greenwich",
    "hammersmith-and-fulham",
    "hampshire",
    "havering",
    "hounslow",
    "isle-of-wight",
    "kent",
    "kingston-upon-hull-city-of",
    "leeds",
    "leicester",
    "leicestershire",
    "medway",
    "norfolk",
    "portsmouth",
    "reading",
    "rotherham",
    "rutland",
    "salford",
    "slough",
    "solihull",
    "south-gloucestershire",
    "southampton",
    "southwark",
    "st-helens",
    "stockport",
    "suffolk",
    "surrey",
    "sutton",
    "telford-and-wrekin",
    "wakefield",
    "waltham-forest",
    "warrington",
    "warwickshire",
    "westmorland-and-furness",
    "wigan",
}

# Starters of which only history was seen, a page of another time or of a predecessor, or contents that list a
# protocol still to follow: told, and no rule.
SEEN_WITHOUT_A_RULE = {"bournemouth-christchurch-and-poole", "buckinghamshire", "milton-keynes"}

NUMBERS = (
    "within",
    "expected_within",
    "every",
    "between",
    "at_most",
    "at_least_before",
    "at",
    "at_most_every",
)


def leaves_the_kind_of_day_open(entry: dict[str, Any]) -> bool:
    """Whether its source prints days without saying which."""
    return re.search(r"(?<!working )(?<!calendar )\bdays?\b", entry.get("as_printed", "")) is not None


def text_of(path: Path) -> dict[str, Any]:
    """The file as maps, lists and text alone."""
    found = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    assert isinstance(found, dict)
    return found


def written(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every timescale and review that the file itself writes, by dotted path."""
    content = text_of(path)
    for group in ("timescales", "reviews"):
        for name, entry in content.get(group, {}).items():
            if entry != "remove":
                yield f"{group}.{name}", entry


def at(content: dict[str, Any], path: str) -> Any:
    for part in path.split("."):
        content = content[part]
    return content


def kind_and_name(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def ids(paths: list[Path]) -> list[str]:
    return [path.stem for path in paths]


# -- one file per authority ------------------------------------------------------------------


def test_every_authority_of_2013_and_its_five_successors_has_one_file() -> None:
    listed = {a.la_code: a for a in data.authorities()}
    codes = [text_of(path)["la_code"] for path in AUTHORITIES]
    assert len(AUTHORITIES) == 157
    assert len(set(codes)) == 157
    # Dorset's one file stands for both of its codes.
    assert set(codes) == set(listed) - {"835"}
    of_2013 = {a.la_code for a in listed.values() if a.in_2013_list}
    assert len(set(codes) - of_2013 - {"838"}) == 5


@pytest.mark.parametrize("path", AUTHORITIES, ids=ids(AUTHORITIES))
def test_file_name_name_and_codes_are_those_of_the_statistics(path: Path) -> None:
    content = text_of(path)
    listed = data.authority(content["la_code"])
    assert content["authority"] == listed.name
    assert path.stem == listed.slug == data.slug_of(listed.name)
    assert content["gss_code"] == listed.gss_codes[-1]
    former = content.get("former_codes", [])
    assert former == ["835", "E10000009"] if path.stem == "dorset" else former == list(listed.gss_codes[:-1])


def test_every_name_and_code_old_ones_included_finds_its_file() -> None:
    for path in AUTHORITIES:
        content = text_of(path)
        names = [path.stem, content["authority"], content["la_code"], content["gss_code"]]
        for name in names + content.get("former_codes", []):
            assert find(name) == path, name


def test_authorities_that_began_or_ended_carry_the_day() -> None:
    contents = {path.stem: text_of(path) for path in AUTHORITIES}
    starters = {
        name: c["in_force"] for name, c in contents.items() if c["status"] == "starter" and "in_force" in c
    }
    dates = {n: {"from": d} for n, d in BEGAN.items()} | {n: {"until": d} for n, d in ENDED.items()}
    assert starters == {name: each for name, each in dates.items() if name in starters}
    documented = {name: contents[name]["in_force"] for name in dates if name not in starters}
    for name, each in documented.items():  # no rule of a new authority is older than the authority
        assert each["from"] >= BEGAN[name], name
    for name, day in ENDED.items():  # the statistics' last year ends the day before
        listed = data.authority(text_of(FRAMEWORKS / "authorities" / f"{name}.yaml")["la_code"])
        assert day == f"{listed.last_year}-04-01"


# -- nothing made up -------------------------------------------------------------------------


def test_documented_are_those_with_a_published_source_and_no_others() -> None:
    documented = {path.stem for path in AUTHORITIES if text_of(path)["status"] == "documented"}
    with_values = {name for name, *_ in DOCUMENTED}
    assert documented == with_values | HEADINGS_ONLY
    assert {path.stem for path in AUTHORITIES if any(written(path))} == with_values


def test_a_starter_says_nothing_local() -> None:
    allowed = {"simkit", "authority", "la_code", "gss_code", "former_codes", "title", "based_on", "status"}
    for path in AUTHORITIES:
        content = text_of(path)
        if content["status"] == "starter":
            seen = {"sources", "more"} & set(content)
            assert len(seen) == (2 if path.stem in SEEN_WITHOUT_A_RULE else 0), path.stem
            assert set(content) <= allowed | {"in_force", "not_known"} | seen, path.stem
            assert {"timescales", "reviews", "protocol"} <= set(content["not_known"]), path.stem


@pytest.mark.parametrize(("name", "path", "key", "value"), DOCUMENTED)
def test_documented_value_is_as_its_source_prints_it(name: str, path: str, key: str, value: Any) -> None:
    assert at(text_of(FRAMEWORKS / "authorities" / f"{name}.yaml"), path)[key] == value


def test_no_file_has_a_number_beside_those_of_the_table() -> None:
    by_hand = ("gloucestershire", "reviews.first", "at", "set by priority")
    known = {each for each in DOCUMENTED if isinstance(each[3], str)} | {by_hand}
    for path in AUTHORITIES:
        for name, entry in written(path):
            keys = ["as_printed"] if leaves_the_kind_of_day_open(entry) else NUMBERS
            numbers = {(path.stem, name, key, entry[key]) for key in keys if key in entry}
            assert numbers <= known


@pytest.mark.parametrize("path", AUTHORITIES + TRIALS + NATIONAL, ids=kind_and_name)
def test_every_clock_names_a_source_whose_strength_is_given(path: Path) -> None:
    content = text_of(path)
    sources = dict(content.get("sources", {}))
    below = content.get("based_on")
    while below:
        layer = text_of(FRAMEWORKS / f"{below}.yaml")
        sources = layer.get("sources", {}) | sources
        below = layer.get("based_on")
    for name, entry in written(path):
        if entry == "remove" or set(entry) <= {"carried_over", "authority"}:
            continue  # its value and where it was read are those of the edition before
        assert entry.get("read_in", entry.get("source")) in sources, name
        assert path.parent.name != "national" or entry["authority"], name
    for name, source in sources.items():
        assert source["strength"] in {"verified", "secondary", "recalled"}, name
        assert source["title"], name


@pytest.mark.parametrize("path", AUTHORITIES + TRIALS, ids=kind_and_name)
def test_days_of_an_unstated_kind_are_marked(path: Path) -> None:
    for name, entry in written(path):
        if leaves_the_kind_of_day_open(entry):
            number = next(key for key in NUMBERS if key in entry)
            assert number in entry["assumptions"], name


def test_authorities_exempt_in_2018_do_not_claim_to_know_their_dispensations() -> None:
    unknown = {path.stem for path in AUTHORITIES if "dispensations" in text_of(path)["not_known"]}
    assert unknown == {
        "hackney",
        "hammersmith-and-fulham",
        "hartlepool",
        "kensington-and-chelsea",
        "wandsworth",
        "westminster",
    }


# -- the nation's clocks ---------------------------------------------------------------------

NATIONAL_CLOCKS = {
    "working-together-2006": {
        "initial_assessment": "7 working days",
        "core_assessment": "35 working days",
        "first_review_conference": "3 months",
        "later_review_conference": "6 months",
        "police_protection": "72 hours",
    },
    "working-together-2010": {
        "decision": "1 working day",
        "initial_assessment": "10 working days",
        "core_assessment": "35 working days",
        "conference": "15 working days",
        "core_group": "10 working days",
        "first_review_conference": "3 months",
        "later_review_conference": "6 months",
    },
    "consultation-drafts-2012": {
        "decision": "1 working day",
        "child_seen": None,
        "family_told": None,
        "assessment": None,
        "serious_case_review": "6 months",
    },
    "working-together-2013": {
        "decision": "1 working day",
        "assessment": "45 working days",
        "overrun_reason_recorded": None,
        "conference": "15 working days",
        "core_group": "10 working days",
        "first_review_conference": "3 months",
        "later_review_conference": "6 months",
    },
    "working-together-2015": {"assessment": "45 working days", "incident_notified": "5 working days"},
    "working-together-2018": {"assessment": "45 working days", "incident_notified": "5 working days"},
    "working-together-2023": {
        "assessment": "45 working days",
        "conference": "15 working days",
        "incident_notified": "5 working days",
        "rapid_review": "15 working days",
        "local_review": "6 months",
    },
}


def amount(framework: Framework, name: str) -> str | None:
    found = framework.timescales[name].amount
    return None if found is None else str(found)


@pytest.mark.parametrize("edition", NATIONAL_CLOCKS)
def test_national_clocks(edition: str) -> None:
    framework = load(f"national/{edition}")
    assert {name: amount(framework, name) for name in NATIONAL_CLOCKS[edition]} == NATIONAL_CLOCKS[edition]
    assert all(clock.force in {"statute", "statutory_guidance"} for clock in framework.timescales.values())
    assert all(clock.strength for clock in framework.timescales.values())


@pytest.mark.parametrize(
    ("name", "past"),
    [
        ("coventry", {"initial_assessment_local": "2013-04-15"}),
        ("devon", {"core_assessment_local": "2013-04-15", "core_assessment_specialist": "2013-04-15"}),
    ],
)
def test_rules_of_the_two_stages_are_history_and_todays_are_the_nations(
    name: str, past: dict[str, str]
) -> None:
    framework = load(name)
    assert {key: clock.in_force["until"] for key, clock in framework.historical.items()} == past
    assert framework.layers[-2] == "national/working-together-2023"
    assert all(clock.national for clock in framework.timescales.values())
    assert all(clock.source and clock.strength == "verified" for clock in framework.historical.values())
    assert past.keys() <= {p.path.split(".")[1] for p in check(name).notes if p.code == "A019"}
    simulated = {clock.id for clock in clocks(framework)}
    assert simulated == {clock.id for clock in clocks(load("hackney"))}


NOT_READ = {
    "working-together-2006": {"decision", "conference", "core_group"},
    "consultation-drafts-2012": {
        *("conference", "core_group", "first_review_conference", "later_review_conference"),
    },
    "working-together-2018": {"core_group"},
    "working-together-2023": {"core_group", "overrun_reason_recorded", "incident_notified"},
}


@pytest.mark.parametrize("path", NATIONAL, ids=ids(NATIONAL))
def test_what_was_not_read_of_an_edition_stands_there_as_carried_over(path: Path) -> None:
    framework = load(f"national/{path.stem}")
    carried = {each.id for each in framework.carried_over}
    if path.stem == "working-together-2026":
        statute = {t.id for t in framework.timescales.values() if t.force == "statute"}
        assert carried == (set(framework.timescales) | set(framework.reviews)) - statute
    else:
        assert carried == NOT_READ.get(path.stem, set())
    assert not carried & set(framework.not_known), "what is known by another edition is not in the list"


@pytest.mark.parametrize("path", NATIONAL, ids=ids(NATIONAL))
def test_the_acts_limits_hold_under_every_edition(path: Path) -> None:
    framework = load(f"national/{path.stem}")
    assert amount(framework, "police_protection") == "72 hours"
    assert amount(framework, "emergency_protection_order") == "8 calendar days"
    assert not {each.id for each in framework.carried_over} & {
        "police_protection",
        "emergency_protection_order",
    }


def test_no_document_would_cite_where_somebody_read_the_law() -> None:
    for path in NATIONAL:
        framework = load(f"national/{path.stem}")
        for each in (*framework.timescales.values(), *framework.reviews.values()):
            assert each.authority and each.authority.startswith(
                ("Working", "Children Act", "Consultation")
            ), each.id


def test_two_stages_end_in_2013_and_nowhere_stand_beside_the_single_assessment() -> None:
    stages = {"initial_assessment", "core_assessment"}
    for edition in NATIONAL_CLOCKS:
        clocks = set(load(f"national/{edition}").timescales)
        assert (stages <= clocks) == (edition in {"working-together-2006", "working-together-2010"})
        assert ("assessment" in clocks) == (not stages & clocks)


def test_the_limit_runs_from_the_referral() -> None:
    clock = load("national/working-together-2023").timescales["assessment"]
    assert (clock.start, clock.end) == ("referral", "authorised")


def test_review_points_are_asked_for_without_a_number_from_the_drafts_on() -> None:
    for edition in NATIONAL_CLOCKS:
        reviews = load(f"national/{edition}").reviews
        if edition in {"working-together-2006", "working-together-2010"}:
            assert not reviews
        else:
            review = reviews["internal"]
            assert review.at is None and review.at_most_every is None and not review.by_priority


def test_each_edition_begins_on_the_day_the_last_one_ends() -> None:
    editions = [text_of(path) for path in NATIONAL if path.stem.startswith("working-together")]
    dates = [content["in_force"] for content in editions]
    assert [d["until"] for d in dates[:-1]] == [d["from"] for d in dates[1:]]
    assert "until" not in dates[-1]
    assert dates[2]["from"] == "2013-04-15"
    assert [content["status"] for content in editions] == ["superseded"] * 6 + ["in_force"]


def test_the_drafts_were_never_in_force() -> None:
    drafts = text_of(FRAMEWORKS / "national" / "consultation-drafts-2012.yaml")
    assert drafts["status"] == "consultation"
    assert "in_force" not in drafts


# -- the trials ------------------------------------------------------------------------------

MARCH = {"cumbria", "knowsley", "hackney", "westminster"}
SEPTEMBER = {"hammersmith-and-fulham", "islington", "kensington-and-chelsea", "wandsworth"}


def test_eight_trials_began_in_march_and_september_2011() -> None:
    started = {path.stem: text_of(path)["dispensations"]["two_stage_assessment"]["from"] for path in TRIALS}
    assert started == dict.fromkeys(MARCH, "2011-03") | dict.fromkeys(SEPTEMBER, "2011-09")


@pytest.mark.parametrize("path", TRIALS, ids=ids(TRIALS))
def test_only_the_two_stages_are_set_aside_and_no_other_exemption_is_assigned(path: Path) -> None:
    dispensations = text_of(path)["dispensations"]
    assert [d["sets_aside"] for d in dispensations.values()] == [["initial_assessment", "core_assessment"]]
    framework = load(f"trials/{path.stem}")
    assert not {"initial_assessment", "core_assessment"} & set(framework.timescales)
    assert framework.timescales["assessment"].kind == "no_number"
    assert "no_number" in framework.timescales["assessment"].assumptions
    assert amount(framework, "conference") == "15 working days"
    assert amount(framework, "core_group") == "10 working days"


def test_only_islington_has_numbers_of_its_own() -> None:
    numbers = {
        (path.stem, name, entry[key])
        for path in TRIALS
        for name, entry in written(path)
        for key in NUMBERS
        if key in entry
    }
    assert numbers == {
        ("islington", "timescales.child_visited", "10 working days"),
        ("islington", "reviews.managers_review", "45 working days"),
    }


# -- all of it together ----------------------------------------------------------------------


def test_every_shipped_file_passes_without_errors_or_queries() -> None:
    problems = check([str(path) for path in AUTHORITIES + TRIALS + NATIONAL])
    assert not problems.errors, str(problems)
    assert not problems.queries, str(problems)


def test_local_frameworks_inherit_the_clocks_of_their_edition() -> None:
    hackney = load("hackney")
    assert hackney.status == "starter"
    assert all(clock.national for clock in hackney.timescales.values())
    assert amount(hackney, "assessment") == "45 working days"
    wirral = load("wirral")
    assert amount(wirral, "assessment") == "45 working days"
    assert amount(wirral, "assessment_normal") == "30 working days"

"""The published examples that stand in nobody's file can be said in the format all the same.

One is a board's procedure whose area the text doesn't name, one is from outside England: neither may be
put down to an English authority. All others are in their authority's file, where
``test_shipped_frameworks`` looks at them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from simkit.framework.check import check, load
from simkit.framework.wording import review_words, terms_words, timescale_words

HEAD = (
    "simkit: framework/1\ntitle: An example\nstatus: documented\nbased_on: national/working-together-2023\n"
    "sources:\n  leaflet:\n    title: A published procedure\n    strength: verified\n"
)
REFERRER_TOLD = """\
timescales:
  referrer_contacted:
    title: Referrer contacted with the decision
    from: referral
    to: referrer_told
    within: 24 hours
    unless: referrer_is_teacher
    source: leaflet
  referrer_contacted_teacher:
    title: Teacher contacted with the decision
    from: referral
    to: referrer_told
    no_number: by the end of the school day where possible
    only_if: referrer_is_teacher
    source: leaflet
"""
SHORTEST = """\
timescales:
  plan_lasts:
    title: A plan lasts at least three months
    from: plan_made
    to: case_closed
    at_least: 3 months
    source: leaflet
"""
TOGETHER = """\
roles:
  both_managers:
    title: Team manager and service manager together
events:
  pregnancy_began:
    title: Pregnancy began
    moment: the beginning of the pregnancy
timescales:
  liaison:
    title: Social worker named before birth
    from: pregnancy_began
    to: allocated
    within: 16 weeks
    unless: exceptional
    decided_by: both_managers
    source: leaflet
"""
LATER_CORE_GROUPS = """\
timescales:
  later_core_groups:
    title: Later core groups
    routes: [section_47]
    from: core_group
    to: core_group
    every: 6 weeks
    source: leaflet
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SHORTEST, ["at least 3 months after the plan being made"]),
        (
            TOGETHER,
            [
                "within 16 weeks of the beginning of the pregnancy; except in exceptional circumstances; "
                "decided by the team manager and service manager together"
            ],
        ),
        (
            REFERRER_TOLD,
            [
                "within 24 hours of the referral; except if the referrer is a teacher",
                "by the end of the school day where possible; only if the referrer is a teacher",
            ],
        ),
        (LATER_CORE_GROUPS, ["at least every 6 weeks; for section 47"]),
    ],
)
def test_examples_of_nobodys(text: str, said: list[str], tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    problems = check(path, today=date(2026, 11, 22))
    assert not problems.errors and not problems.queries, str(problems)
    framework = load(path)
    own = [clock for clock in framework.timescales.values() if not clock.national]
    assert ["; ".join((timescale_words(c), *terms_words(framework, c))) for c in own] == said


# What real protocols say, in the words of the survey of them: each can be said, and is told back.

SEEN = "title: Seen\n    source: leaflet\n    from: {start}\n    to: {end}\n    {how}"
SAID = [
    (
        "decision on a contact",
        ("contact", "contact_decided", "within: 1 working day"),
        "within 1 working day of the contact",
    ),
    (
        "from and including the day of the visit",
        ("plan_visit", "plan_reviewed", "within: 5 working days\n    starting_day: day 1"),
        "within 5 working days of the visit under the plan; the starting day is day 1",
    ),
    (
        "up to a value alone, sooner in simple cases",
        (
            "referral",
            "authorised",
            "at_most: 35 working days\n    decided_by: [team_manager, practice_supervisor]",
        ),
        "within 35 working days of the referral, set for each case; decided by the team manager or "
        "practice supervisor or manager, qualified in social work",
    ),
    (
        "12 to 16 weeks",
        ("allocated", "case_closed", "expected_within: 12 to 16 weeks"),
        "expected within 12 to 16 weeks of allocation",
    ),
    (
        "whichever is sooner",
        (
            "birth",
            "review_conference",
            "within: 10 working days\n    or_if_sooner:\n      from: conference\n      within: 3 months",
        ),
        "within 10 working days of the birth or within 3 months of the initial conference, "
        "whichever is sooner",
    ),
    (
        "several triggers of one repeat",
        (
            "assessment_updated",
            "assessment_updated",
            "every: 12 months\n    also_on: [cared_for, significant_change]\n    varied_by: team_manager",
        ),
        "at least every 12 months, and on the child becoming cared for or a significant change; "
        "may be varied by the team manager",
    ),
    (
        "90% within 40 days",
        ("referral", "authorised", "within: 40 working days\n    target: 90%"),
        "90% within 40 working days of the referral",
    ),
    (
        "a route of one's own",
        ("referral", "child_seen", "within: 5 working days\n    routes: [under_one]"),
        "within 5 working days of the referral; for children under one year",
    ),
    (
        "an event and a condition of one's own",
        ("panel_held", "plan_made", "within: 1.5 weeks\n    only_if: rural"),
        "within 1.5 weeks of the panel; only where the family lives far away",
    ),
]
OWN = (
    "routes:\n  under_one:\n    title: children under one year\n"
    "events:\n  panel_held:\n    title: Panel held\n    moment: the panel\n"
    "conditions:\n  rural:\n    title: where the family lives far away\n"
)


@pytest.mark.parametrize(("timescale", "said"), [each[1:] for each in SAID], ids=[each[0] for each in SAID])
def test_what_protocols_say_of_time_is_told_back(
    timescale: tuple[str, str, str], said: str, tmp_path: Path
) -> None:
    start, end, how = timescale
    path = tmp_path / "example.yaml"
    entry = SEEN.format(start=start, end=end, how=how)
    path.write_text(f"{HEAD}{OWN}timescales:\n  ours:\n    {entry}\n", encoding="utf-8")
    problems = check(path, today=date(2026, 11, 22))
    assert not problems.errors and not problems.queries, str(problems)
    framework = load(path)
    ours = framework.timescales["ours"]
    assert "; ".join((timescale_words(ours), *terms_words(framework, ours))) == said


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (
            "from: allocated\n    within: 10 working days\n    includes: [child_seen]",
            "within 10 working days of allocation (by then: child seen by a social worker)",
        ),
        (
            "from: referral\n    at: 15 working days\n    only_if: going_beyond",
            "15 working days after the referral, if the assessment is expected to go beyond it",
        ),
        (
            "from: referral\n    at_most_every: 10 working days\n    varied_by: team_manager",
            "at least every 10 working days after the referral, until the manager's authorisation, "
            "may be varied by the team manager",
        ),
    ],
)
def test_what_protocols_say_of_reviews_is_told_back(how: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    head = f"{HEAD}reviews:\n  ours:\n    by: [team_manager, practice_supervisor]\n    source: leaflet\n"
    path.write_text(f"{head}    {how}\n", encoding="utf-8")
    assert not check(path, today=date(2026, 11, 22)).errors
    framework = load(path)
    assert review_words(framework, framework.reviews["ours"]) == said

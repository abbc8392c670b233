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
from simkit.framework.wording import terms_words, timescale_words

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

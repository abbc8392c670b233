"""Frameworks broken as people break them: the message alone says which line to change, and into what.

Every file in ``broken`` is sound but for one slip. The table has the line that a reader of the message
changes, and what it becomes; what the message must say for that is in ``told``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from simkit.framework.check import check, check_text
from simkit.framework.problem import Severity

FOLDER = Path(__file__).parent / "broken"
TODAY = date(2026, 11, 22)


class Slip(NamedTuple):
    file: str
    code: str
    line: int
    """Where the problem is reported."""
    told: tuple[str, ...]
    """What message and hint together have to say."""
    fix: str
    """What the line becomes. Empty: the line goes."""
    fixed_line: int | None = None
    """The line to change, where it is not the one reported."""


SLIPS = [
    Slip("days_of_which_kind.yaml", "S005", 20, ("'5 working days'",), "    within: 5 working days"),
    Slip(
        "nothing_behind.yaml",
        "Y020",
        34,
        ("`at:`", "Write the time, as in `at: 10 working days`"),
        "    at: 10 working days",
    ),
    Slip("second_colon.yaml", "Y012", 31, ('title: "Review: day 10"',), '    title: "Review: day 10"'),
    Slip("tab.yaml", "Y011", 36, ("line 36", "type spaces"), "    title: Second review"),
    Slip("misspelt_name.yaml", "S001", 25, ("`witin`", "`within`"), "    within: 30 working days"),
    Slip("post_not_listed.yaml", "R005", 37, ("`service_manager`",), "    by: service_manager"),
    Slip("national_limit_changed.yaml", "C001", 21, ("`assessment_local`",), "  assessment_local:"),
    Slip("longer_than_guidance.yaml", "C003", 25, ("45 working days",), "    within: 45 working days"),
    Slip(
        "quotes_from_word.yaml",
        "Y024",
        4,
        ("straight quotes", "or none at all"),
        "title: An invented framework, for the tests alone",
    ),
    Slip("section_twice.yaml", "Y021", 42, ("lines 14 and 42", "move those under the one you keep"), ""),
    Slip("date_as_in_a_letter.yaml", "S005", 8, ("2026-04-01?",), "  from: 2026-04-01"),
    Slip(
        "team_number.yaml",
        "Y022",
        12,
        ('"Service manager, team #3"',),
        '    title: "Service manager, team #3"',
    ),
    Slip(
        "two_spaces_missing.yaml",
        "Y013",
        39,
        ("lines 38 and 39", "too far to the left"),
        "    after: first",
        38,
    ),
    Slip("agreed_by_nobody.yaml", "A010", 5, ("`status: draft`",), "status: draft"),
    Slip("event_in_words.yaml", "S005", 19, ("`child_seen`",), "    to: child_seen"),
]

JARGON = (
    "instance",
    "validator",
    "$ref",
    "NoneType",
    "mapping",
    "scalar",
    "token",
    "parse",
    "schema",
    "boolean",
)


def test_every_broken_file_is_in_the_table() -> None:
    assert {slip.file for slip in SLIPS} == {path.name for path in FOLDER.glob("*.yaml")}
    assert len(SLIPS) >= 10


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.file)
def test_the_message_names_the_line_and_the_remedy(slip: Slip) -> None:
    problems = check(FOLDER / slip.file, today=TODAY)
    worst = problems.errors or problems.queries
    assert [(problem.code, problem.line) for problem in worst] == [(slip.code, slip.line)]
    words = f"{worst[0].message} {worst[0].hint}"
    for piece in slip.told:
        assert piece in words
    assert not [word for word in JARGON if word in words]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.file)
def test_a_change_that_settles_it_is_the_one_in_the_table(slip: Slip) -> None:
    path = FOLDER / slip.file
    text = path.read_text(encoding="utf-8")
    worst = check_text(text, path, today=TODAY)
    fixes = [problem.fix for problem in worst if problem.code == slip.code and problem.fix]
    for fix in fixes:
        line = fix.apply(text).split("\n")[(slip.fixed_line or slip.line) - 1]
        assert line.replace('"', "") == slip.fix.replace('"', "")


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.file)
def test_the_fix_mends_the_file(slip: Slip) -> None:
    path = FOLDER / slip.file
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[(slip.fixed_line or slip.line) - 1] = slip.fix
    if slip.file == "section_twice.yaml":  # what stood under the second goes under the first
        end = lines.index("protocol:")
        moved = lines[slip.line : end]
        lines = [*lines[:14], *moved, *lines[14 : slip.line - 1], *lines[end:]]
    problems = check_text("\n".join(lines), path, today=TODAY)
    assert not [problem for problem in problems if problem.severity is not Severity.NOTE], str(problems)

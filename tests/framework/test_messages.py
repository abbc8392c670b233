"""Each message is enough by itself: it says what is wrong, and gives the words or lines to write instead."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from simkit.framework.check import check_text
from simkit.framework.problem import Problem, Severity

TODAY = date(2026, 1, 15)
HEAD = (
    "simkit: framework/1\nauthority: Wirral\ntitle: An example\nstatus: draft\n"
    "based_on: national/working-together-2023\n"
)
VISIT = (
    "timescales:\n  visit:\n    title: Seen\n    from: allocated\n    to: child_seen\n"
    "    within: 5 working days\n"
)
FIRST = (
    "reviews:\n  first:\n    title: First\n    by: team_manager\n    from: allocated\n"
    "    at: 10 working days\n"
)
DUTY = "roles:\n  duty_manager:\n    title: Duty manager\n"
BY_PRIORITY = FIRST.replace("10 working days", "set by priority") + "priorities:\n"
BOTH = "  urgent:\n    first_review: 3 working days\n  usual:\n    first_review: 9 working days\n"
LONG = VISIT.replace("allocated", "referral").replace("child_seen", "authorised").replace("5 w", "60 w")


def found(body: str, code: str) -> Problem:
    problems = [p for p in check_text(HEAD + body, Path("x.yaml"), today=TODAY) if p.code == code]
    assert len(problems) == 1, problems
    return problems[0]


@pytest.mark.parametrize(
    ("body", "code", "line", "told"),
    [
        (VISIT.replace(" 5 working days", ""), "Y020", 11, "Write the time, as in `within: 5 working days`"),
        (VISIT.replace("5 working", "# 5 working"), "Y020", 11, "delete the # and the space after it"),
        (VISIT.replace("5 working days", "30"), "S002", 11, "30 working days or 30 calendar days?"),
        (VISIT.replace("5 working", "5-7 working"), "S005", 11, "Which one do you mean"),
        (VISIT.replace("5 working", "up to 5 working"), "S005", 11, "Did you mean '5 working days'?"),
        (VISIT.replace("child_seen", "child_visited"), "R004", 10, "`child_seen`"),
        (VISIT.replace("child_seen", "assessment_completed"), "R004", 10, "`authorised`"),
        (VISIT.replace("Seen", "Seen by team # 3"), "Y023", 8, 'write "Seen by team # 3", with the quotes'),
        (FIRST + FIRST[9:], "Y021", 12, "give the second another name"),
        ("reviews:\n  - title: First\n    by: team_manager\n", "S002", 7, "the dash on line 7"),
        (BY_PRIORITY + BOTH.replace("first_", "first ", 1), "S001", 14, "Did you mean `first_review`?"),
        ("in_force:\n  from: 31 April 2026\n", "S005", 7, "No calendar has that day"),
        ("in_force:\n  from: 26\n", "A007", 7, "four digits"),
        ("in_force:\n  from: 20260401\n", "A007", 7, "Did you mean 2026-04-01?"),
        (VISIT + "    target: 0.9\n", "S002", 12, "Did you mean `target: 90%`?"),
        (VISIT + "    starting_day: 1\n", "S002", 12, "Did you mean `starting_day: day 1`?"),
        (VISIT + "    routes: all\n", "S002", 12, "delete the line"),
        (VISIT.replace("5 working", "more than 5 working"), "S005", 11, "write `at_least: 5 working days`"),
        (VISIT.replace("5 working days", "n/a"), "S005", 11, "write `child_seen: none set`"),
        (VISIT.replace("5 working days", "TBC"), "S005", 11, "Write `child_seen: not decided`"),
        (VISIT.replace("5 working", "7-5 working"), "S005", 11, "`between: 5 to 7 working days`"),
        (VISIT.replace("5 working days", "48 hours"), "C007", 7, "within 2 working days"),
        (FIRST.replace("10 w", "every 10 w"), "S005", 11, "write `at_most_every: 10 working days`"),
        ("la_code: 344.0\n", "S002", 6, "Did you mean `la_code: 344`?"),
        ("sources:\n  a:\n    title: A\n    year: '2024'\n", "S002", 9, "Did you mean `year: 2024`?"),
        ("counting:\n  office_closes: 17.30\n", "S002", 7, '"17.30"'),
        ("model:\n  staff:\n    other_work:\n      value: 0.2\n      assumption: A.\n", "M021", 9, "`20%`"),
        (VISIT + VISIT[12:].replace("visit", "Visit"), "S006", 12, "`visit` is there already, on line 7"),
        (VISIT.replace("within", "• within"), "S001", 11, "Did you mean `within`?"),
        ('timescales: {"visit": null}\n', "Y020", 6, "`visit:` is empty"),
        (VISIT + "demand:\n  referrals: +20%\n", "S001", 12, "starts with `simkit: scenario/1`"),
        (
            VISIT + "    routes:\n      section_17\n      section_47\n",
            "S002",
            13,
            "`routes: [section_17, section_47]`",
        ),
        ("left_as_is:\n  c010:\n    file: We know.\n", "S006", 7, "Did you mean `C010`?"),
        (
            FIRST.replace("10 working days", "set by priorities"),
            "S005",
            11,
            "Did you mean 'set by priority'?",
        ),
        (VISIT.replace("Seen", '"C:\\temp\\new"'), "Y018", 8, "Use single quotes"),
        (VISIT.replace("Seen", '"C:\\new"'), "Y018", 8, "Use single quotes"),
        (VISIT.replace("    to:", " to:"), "Y013", 10, "Line it up with `from` (line 9): 4 spaces before it"),
        (VISIT.replace("    to:", "   to:"), "Y013", 10, "4 spaces before it"),
        ("not_known: [reviews, , protocol]\n", "Y019", 6, "a comma too many"),
        (
            "timescales:\n  visit:\n    - title: Seen\n    - from: allocated\n    - to: child_seen\n",
            "S002",
            8,
            "Delete the dash and the one space after it on lines 8 to 10",
        ),
        ("roles:\n  tbc:\n    title: TBC\n", "P004", 8, "'TBC' is not a post"),
        ("agreed:\n  owner: n/a\n", "P004", 7, "'n/a' is a placeholder"),
        ("in_force:\n  from: 1/4/24\n", "S005", 7, "Did you mean 2024-04-01?"),
        (DUTY + FIRST.replace("team_manager", "Duty Manager"), "S005", 12, "Did you mean `duty_manager`?"),
        (FIRST.replace("team_manager", "Duty Manager"), "S005", 9, "a post of your own write `duty_manager`"),
        (FIRST.replace("team_manager", "duty_manager"), "R005", 9, "To add this post, write:"),
        (
            VISIT,
            "P001",
            4,
            "At the left edge: `threshold_document:` and `agreed:`",
        ),
    ],
)
def test_the_message_says_what_to_write(body: str, code: str, line: int, told: str) -> None:
    problem = found(body, code)
    assert problem.line == line
    assert told in f"{problem.message} {problem.hint}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (FIRST.replace("team_manager", "service_manager"), "R005"),
        (BY_PRIORITY + BOTH, "M004"),
        (LONG, "C003"),
    ],
)
def test_the_lines_of_a_hint_can_be_pasted(body: str, code: str) -> None:
    problem = found(body, code)
    lines = problem.hint.split("\n", 1)[1].replace("the day, as in 2026-04-01", "2026-04-01")
    assert lines in str(problem).replace("the day, as in 2026-04-01", "2026-04-01").split("\n", 2)[2]
    fixed = check_text(HEAD + body + lines + "\n", Path("x.yaml"), today=TODAY)
    assert fixed.ok and code not in {p.code for p in fixed}


AGREED = HEAD.replace("draft", "agreed") + "agreed:\n"
AGREEMENT = {
    "by": "  by: Safeguarding partners\n",
    "on": "  on: 2025-03-14\n",
    "owner": "  owner: Head of Service\n",
    "review_on": "  review_on: 2099\n",
}
CLOCK = {
    "from": "    from: allocated\n",
    "to": "    to: child_seen\n",
    "within": "    within: 5 working days\n",
}
POINT = {
    "by": "    by: team_manager\n",
    "from": "    from: allocated\n",
    "at": "    at: 10 working days\n",
}


@pytest.mark.parametrize(
    ("code", "head", "lines"),
    [
        ("A010", AGREED, AGREEMENT),
        ("R007", HEAD + "timescales:\n  visit:\n    title: Seen\n", CLOCK),
        ("R010", HEAD + "reviews:\n  first:\n    title: First\n", POINT),
    ],
)
def test_a_hint_names_no_line_that_is_there(code: str, head: str, lines: dict[str, str]) -> None:
    """Whoever adds what it says is not told of a name that is there twice."""
    for there in (set(each) for n in range(1, len(lines)) for each in combinations(lines, n)):
        text = head + "".join(line for name, line in lines.items() if name in there)
        (problem,) = [p for p in check_text(text, Path("x.yaml"), today=TODAY) if p.code == code]
        named = {name for name in lines if f"`{name}`" in problem.hint or f" {name}," in problem.hint}
        assert named == set(lines) - there, problem.hint
        added = text + "".join(lines[name] for name in lines if name in named)
        assert check_text(added, Path("x.yaml"), today=TODAY).ok, problem.hint


def test_a_line_that_the_check_gave_is_not_called_one_of_the_template_s_again() -> None:
    """It was never behind a # in this file."""
    lines = "departures:\n  visit:\n    reason: why you depart from the guidance, in your own words\n"
    problem = found(LONG + lines, "P010")
    assert problem.hint.startswith("Write your own in its place.") and "again" not in problem.hint


def test_what_came_with_simkit_is_named_and_not_given_as_a_path() -> None:
    assert "national/working-together-2023" in found(LONG, "C003").message
    changed = found("timescales:\n  assessment:\n    within: 60 working days\n", "C001")
    assert "frameworks/" not in str(changed)


@pytest.mark.parametrize("hidden", ["\u200b", "\u2060", "\ufeff", "\u200e", "\u202a"])
@pytest.mark.parametrize("word", ["within", "5 working", "working", "visit", "timescales"])
def test_what_can_not_be_seen_is_told_once_and_taken_out(hidden: str, word: str) -> None:
    """It is no space: with one in its place a name or a number would be another one."""
    text = HEAD + VISIT.replace(word, word[:1] + hidden + word[1:], 1)
    told = [each for each in check_text(text, today=TODAY) if each.severity is Severity.ERROR]
    assert [each.code for each in told] == ["Y025"]
    assert told[0].fix is not None
    assert told[0].fix.apply(text) == HEAD + VISIT


def test_curly_quotes_are_told_once() -> None:
    told = check_text(HEAD + VISIT.replace("5 working days", "“5 working days”"), today=TODAY).errors
    assert [each.code for each in told] == ["Y024"]

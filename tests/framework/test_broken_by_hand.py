"""Files broken by somebody who has never seen one: the first message alone names the slip and the remedy.

What a reader of the message then writes is in ``fixed``; with it nothing is wrong any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from simkit.framework.check import check, check_text

FOLDER = Path(__file__).parent / "broken" / "by_hand"
TODAY = date(2026, 11, 22)


class Told(NamedTuple):
    file: str
    code: str
    line: int
    told: tuple[str, ...]
    """What the message and its hint together say."""
    fixed: Mapping[int, str | None] | None = None
    """Lines by their number and what they become; None for a line that goes."""
    further: int = 0
    """How many more problems there are: slips of their own, not consequences."""


FILES = [
    Told(
        "bold_type.yaml",
        "Y014",
        16,
        ("stars", "title: The child is seen"),
        {16: "    title: The child is seen"},
    ),
    Told(
        "dashes.yaml",
        "S002",
        30,
        ("dash on line 30", "`first:`"),
        {30: "  first:\n    title: First review", 34: "  second:\n    title: Second review"},
    ),
    Told(
        "days_in_words.yaml",
        "S005",
        20,
        ("'5 working days' or '5 calendar days'",),
        {20: "    within: 5 working days"},
    ),
    Told("email.yaml", "Y033", 1, ("an e-mail, not a framework", "simkit new")),
    Told("email_on_top.yaml", "Y033", 1, ("lines 1 to 6",), dict.fromkeys(range(1, 7))),
    Told("entry_in_entry.yaml", "S001", 35, ("too far to the right", "lines 35 to 40")),
    Told("entry_too_far_left.yaml", "S001", 35, ("too far to the left", "`reviews:`", "lines 35 to 40")),
    Told("equals_sign.yaml", "Y014", 20, ("within: 5 working days",), {20: "    within: 5 working days"}),
    Told("event_that_is_none.yaml", "S005", 19, ("child_seen", "authorised"), {19: "    to: child_seen"}),
    Told(
        "events_swapped.yaml",
        "C025",
        18,
        ("usually comes before", "`from: allocated` and `to: child_seen`"),
        {18: "    from: allocated", 19: "    to: child_seen"},
    ),
    Told("first_line_missing.yaml", "S008", 1, ("`simkit: framework/1` as the first line",)),
    Told("flat.yaml", "Y013", 8, ("spaces at the start", "`timescales:`", "  service_manager:")),
    Told(
        "hash_before_line.yaml",
        "R007",
        21,
        ("`from:` is on line 23", "Delete the #"),
        {23: "    from: referral"},
    ),
    Told("hash_before_name.yaml", "Y035", 15, ("`child_visited:`", "Delete the #"), {15: "  child_visited:"}),
    Told("hash_before_section.yaml", "Y035", 14, ("`timescales:`", "Delete the #"), {14: "timescales:"}),
    Told("letter.yaml", "Y033", 1, ("ordinary text",)),
    Told(
        "line_wrapped.yaml",
        "Y014",
        5,
        ("line 4", "end of that line"),
        {4: "title: An invented framework, for the tests alone", 5: None},
    ),
    Told(
        "name_deleted.yaml",
        "Y037",
        15,
        ("name of an entry is missing", "above line 15"),
        {14: "timescales:\n  child_visited:"},
    ),
    Told("no_space_after_colon.yaml", "Y014", 32, ("by: team_manager",), {32: "    by: team_manager"}),
    Told("numbered.yaml", "S006", 30, ("`first`",), {30: "  first:"}),
    Told("page_number.yaml", "Y014", 10, ("page number", "delete line 10"), {10: None}),
    Told("question_mark.yaml", "Y017", 34, ("no value yet",), {34: "    at: 10 working days"}),
    Told(
        "routes_in_words.yaml",
        "S002",
        17,
        ("`routes: [section_17, disabled_children]`",),
        {17: "    routes: [section_17, disabled_children]"},
    ),
    Told(
        "scenario_as_framework.yaml", "S008", 1, ("a scenario, not a framework",), {1: "simkit: scenario/1"}
    ),
    Told(
        "section_line_deleted.yaml",
        "S001",
        29,
        ("`reviews:` is missing", "above line 29"),
        {29: "reviews:\n  first:"},
    ),
    Told("section_too_deep.yaml", "Y013", 29, ("left edge", "lines 29 to 40")),
    Told(
        "semicolons.yaml",
        "Y014",
        18,
        ("from: allocated",),
        {18: "    from: allocated", 19: "    to: child_seen"},
        further=1,
    ),
    Told(
        "share_in_a_time.yaml",
        "S005",
        20,
        ("share", "`note`", "`target: 90%`"),
        {20: "    within: 5 working days\n    target: 90%"},
    ),
    Told("space_after_hash_kept.yaml", "Y013", 29, ("one space too many", "lines 29 to 31")),
    Told("spreadsheet.yaml", "Y033", 1, ("spreadsheet",)),
    Told("tab_from_word.yaml", "Y011", 20, ("tabs", "4 on line 20"), {20: "    within: 5 working days"}),
    Told("ten_in_words.yaml", "S005", 20, ("'10 working days'",), {20: "    within: 10 working days"}),
    Told("text_too_far_left.yaml", "Y013", 47, ("too far to the left", "6 spaces")),
    Told("text_without_bar.yaml", "Y036", 45, ("`text: |`", "each with 6 spaces")),
    Told("time_of_day.yaml", "S005", 20, ("'5 working days'", "`note:`"), {20: "    within: 5 working days"}),
    Told("two_authorities.yaml", "Y034", 42, ("two authorities", "Bury", "Bolton", "a file of their own")),
    Told("two_councils_in_a_line.yaml", "A001", 2, ("a file for each",), {2: "authority: Bury"}),
    Told(
        "two_numbers.yaml",
        "S005",
        20,
        ("Which one", "'5 working days' or '10 working days'"),
        {20: "    within: 5 working days"},
    ),
    Told(
        "two_on_a_line.yaml",
        "Y012",
        18,
        ("two names on one line", "to: child_seen"),
        {18: "    from: allocated\n    to: child_seen"},
    ),
    Told("web_page.yaml", "Y033", 1, ("web page",)),
    Told("answered_email.yaml", "Y033", 1, ("> in front of lines 1 to 47", "one space after it")),
    Told("capitals.yaml", "S001", 1, ("small letters", "`simkit:`", "lines 1, 2, 3")),
    Told(
        "condition_in_words.yaml",
        "S005",
        40,
        ("`still_open` (if the assessment is still open)",),
        {40: "    only_if: still_open"},
    ),
    Told("copied_block.yaml", "Y017", 1, ("Delete lines 1 and 49",), dict.fromkeys((1, 49))),
    Told(
        "dash_before_name.yaml",
        "Y013",
        15,
        ("dash on line 15", "`  child_visited:`"),
        {15: "  child_visited:"},
    ),
    Told("day_before_month.yaml", "S005", 8, ("Did you mean 2026-04-15?",), {8: "  from: 2026-04-15"}),
    Told("draft_with_a_remark.yaml", "S004", 5, ("Did you mean `draft`?",), {5: "status: draft"}),
    Told(
        "from_and_to_on_a_line.yaml",
        "S005",
        18,
        ("two lines: `from: allocated` and `to: child_seen`",),
        {18: "    from: allocated\n    to: child_seen"},
    ),
    Told(
        "link_without_https.yaml",
        "P012",
        45,
        ("`link: https://www.bury.gov.uk/complaints`",),
        {45: "    link: https://www.bury.gov.uk/complaints"},
    ),
    Told("monthly.yaml", "S005", 20, ("'1 month'",)),
    Told("not_applicable.yaml", "S002", 29, ("`reviews: none set`",), {29: "reviews: none set"}),
    Told(
        "number_alone.yaml",
        "S002",
        34,
        ("working days or 10 calendar days",),
        {34: "    at: 10 working days"},
    ),
    Told(
        "person_as_post.yaml",
        "S005",
        32,
        ("the post, not the person: `team_manager`",),
        {32: "    by: team_manager"},
    ),
    Told("post_by_letters.yaml", "S005", 32, ("`team_manager`",), {32: "    by: team_manager"}),
    Told(
        "post_not_listed_in_words.yaml",
        "S005",
        27,
        ("`head_of_service`", "under `roles:`", "title: Head of Service"),
        {
            10: "roles:\n  head_of_service:\n    title: Head of Service",
            27: "    decided_by: head_of_service",
        },
    ),
    Told(
        "posts_on_lines.yaml",
        "S005",
        33,
        ("`by: [team_manager, service_manager]`", "any one"),
        {32: "    by: [team_manager, service_manager]", 33: None, 34: None},
    ),
    Told(
        "posts_with_commas.yaml",
        "S005",
        32,
        ("`by: [team_manager, service_manager]`",),
        {32: "    by: [team_manager, service_manager]"},
    ),
    Told(
        "posts_with_or.yaml",
        "S005",
        27,
        ("`decided_by: [team_manager, service_manager]`",),
        {27: "    decided_by: [team_manager, service_manager]"},
    ),
    Told("review_as_event.yaml", "R004", 38, ("`after: first`",), {38: "    after: first"}),
    Told(
        "role_on_one_line.yaml",
        "S002",
        11,
        ("  service_manager:\n    title: Service manager",),
        {11: "  service_manager:\n    title: Service manager"},
    ),
    Told(
        "signature.yaml",
        "Y013",
        49,
        ("If it does not belong", "delete lines 49 to 50", "6 spaces"),
        dict.fromkeys((49, 50)),
    ),
    Told(
        "start_on_one_line.yaml",
        "S002",
        7,
        ("in_force:\n  from: 2026-04-01",),
        {7: "in_force:\n  from: 2026-04-01"},
    ),
    Told(
        "text_on_the_name.yaml",
        "S002",
        43,
        ("owner:", "text: |\n      You can ask"),
        {43: "  challenge:\n    owner: Head of Safeguarding\n    text: |\n      You can ask the manager."},
    ),
    Told(
        "two_events.yaml",
        "S005",
        23,
        ("`referral` and `decided`", "Keep only the one"),
        {23: "    from: referral"},
    ),
    Told("year_of_two_digits.yaml", "S005", 8, ("2026-04-03",), {8: "  from: 2026-04-03"}),
    Told(
        "yes_as_condition.yaml", "R020", 40, ("no condition", "still_open"), {40: "    only_if: still_open"}
    ),
]


def test_every_file_is_in_the_table() -> None:
    assert {each.file for each in FILES} == {path.name for path in FOLDER.glob("*.yaml")}
    assert len(FILES) >= 20


@pytest.mark.parametrize("each", FILES, ids=lambda each: each.file)
def test_the_first_message_names_the_slip_and_nothing_follows_from_it(each: Told) -> None:
    problems = check(FOLDER / each.file, today=TODAY)
    worst = problems.errors or problems.queries
    assert next(iter(problems)) == worst[0], "the worst comes first"
    assert (worst[0].code, worst[0].line) == (each.code, each.line)
    assert len(worst) == 1 + each.further, str(worst)
    words = f"{worst[0].message} {worst[0].hint}"
    assert not [piece for piece in each.told if piece not in words], words


@pytest.mark.parametrize("each", [each for each in FILES if each.fixed], ids=lambda each: each.file)
def test_what_the_message_says_mends_the_file(each: Told) -> None:
    assert each.fixed is not None
    lines = (FOLDER / each.file).read_text(encoding="utf-8").split("\n")
    changed = [each.fixed.get(number, line) for number, line in enumerate(lines, 1)]
    text = "\n".join(line for line in changed if line is not None)
    problems = check_text(text, FOLDER / each.file, today=TODAY)
    assert problems.ok and not problems.queries, str(problems)


def test_a_suggestion_never_changes_who_decides_or_what_starts_a_time() -> None:
    """Two posts are not one, a person is not a post, and of two events nobody chooses one."""
    for name in ("posts_with_commas", "posts_with_or", "person_as_post", "two_events", "signature"):
        (problem,) = check(FOLDER / f"{name}.yaml", today=TODAY).errors
        assert "Did you mean" not in problem.hint
        if problem.fix is not None:
            assert problem.fix.text in ("team_manager", "[team_manager, service_manager]")


MOVED = {
    "section_too_deep.yaml": (29, 40, -2),
    "entry_too_far_left.yaml": (35, 40, 2),
    "entry_in_entry.yaml": (35, 40, -2),
}


@pytest.mark.parametrize("name", MOVED)
def test_lines_moved_as_the_message_says_are_right(name: str) -> None:
    first, last, spaces = MOVED[name]
    lines = (FOLDER / name).read_text(encoding="utf-8").split("\n")
    for number in range(first - 1, last):
        line = lines[number]
        lines[number] = (
            " " * spaces + line if spaces > 0 else line[min(-spaces, len(line) - len(line.lstrip())) :]
        )
    problems = check_text("\n".join(lines), FOLDER / name, today=TODAY)
    assert problems.ok and not problems.queries, str(problems)

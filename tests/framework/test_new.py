"""A new local framework: valid as written and with every example taken up, asked for in plain words."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.cli import main
from simkit.common.blocks import Facts
from simkit.common.errors import SimkitError
from simkit.data import Authority, authorities, authority
from simkit.framework.check import check, check_text, load
from simkit.framework.library import find
from simkit.framework.new.file import authority_of, target_file, write_new
from simkit.framework.new.questions import QUESTIONS, check_answer
from simkit.framework.new.template import new_text, role_of
from simkit.framework.problem import Severity
from simkit.framework.yaml.source import read, read_text
from simkit.output.document.file import compose

TODAY = date(2026, 11, 22)
OURS = authority("Bristol, City of")
ANSWERS = {
    "child_seen": "5 working days",
    "first_review": "10 working days",
    "second_review": "20 working days",
    "limit": "30 working days",
    "signs_off": "Service manager",
    "allocates": "Team manager",
    "allocated_within": "1 working day",
    "owner": "Head of Safeguarding",
    "in_force": "2027-04-01",
    "review_on": "2029",
}


def taken_up(text: str) -> str:
    """The text with every example in use: one # and one space less."""
    modeline, *lines = text.split("\n")
    return "\n".join([modeline, *(line[2:] if line.startswith("# ") else line for line in lines)])


def codes(text: str, severity: Severity | None = None) -> set[str]:
    problems = check_text(text, Path("new.yaml"), today=TODAY)
    return {p.code for p in problems if severity is None or p.severity is severity}


@cache
def of(answers: tuple[tuple[str, str], ...]) -> str:
    return new_text(OURS, dict(answers), file="new.yaml")


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, *arguments: str, typed: str = "") -> int:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8"))
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return int(left.value.code or 0)


NOW = [a for a in authorities() if a.in_2025_list]


@pytest.mark.parametrize("ours", [a for a in NOW if "," in a.name or "." in a.name] + NOW[::25])
def test_only_filling_in_is_left(ours: Authority) -> None:
    assert codes(new_text(ours, {}, file="new.yaml")) == {"A021", "P001"}


@settings(max_examples=15, deadline=None)
@given(st.sets(st.sampled_from(sorted(ANSWERS))))
def test_any_answers_leave_only_filling_in_and_examples_that_hold(answered: set[str]) -> None:
    text = of(tuple((key, ANSWERS[key]) for key in sorted(answered)))
    assert codes(text) <= {"A021", "P001"}
    assert codes(taken_up(text)) <= {"A021", "C019", "M019", "P010"} and "P001" not in codes(taken_up(text))


def test_answers_are_what_the_framework_says(tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    path.write_text(of(tuple(ANSWERS.items())), encoding="utf-8")
    framework = load(path, today=TODAY)
    assert str(framework.timescales["child_visited"].amount) == "5 working days"
    assert framework.timescales["allocation"].decided_by == ("team_manager",)
    assert framework.timescales["assessment_normal"].decided_by == ("service_manager",)
    assert framework.roles["service_manager"]["title"] == "Service manager"
    assert str(framework.reviews["second"].at) == "20 working days"
    assert str(framework.timescales["assessment_normal"].amount) == "30 working days"
    assert dict(framework.agreed) == {"owner": "Head of Safeguarding", "review_on": "2029"}
    assert framework.in_force["from"] == "2027-04-01" and framework.status == "draft"


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(QUESTIONS), st.text(max_size=40))
def test_no_answer_breaks_the_file(question: object, typed: str) -> None:
    assert isinstance(question, type(QUESTIONS[0]))
    written = typed.strip(" \t\r\n\ufeff")
    if not written:
        return
    try:
        answer = check_answer(question, written, {}, OURS, today=TODAY)
    except ValueError as error:
        assert str(error)
        return
    assert not codes(of(((question.id, answer),)), Severity.ERROR)


@pytest.mark.parametrize(
    ("question", "typed", "said"),
    [
        ("child_seen", "5 days", "'5 working days' or '5 calendar days'"),
        ("child_seen", "5", "'5 working days' or '5 calendar days'"),
        ("child_seen", "0 working days", "the same or the next day"),
        ("first_review", "10 wd", "'10 working days'?"),
        ("second_review", "10 working days", "has to be later"),
        ("limit", "45 working days", "applies anyway"),
        ("limit", "60 working days", "statutory guidance"),
        ("limit", "45.5 working days", "statutory guidance"),
        ("signs_off", "###", "not the name of a post"),
        ("child_seen", "1", "'1 working day' or '1 calendar day'?"),
        ("in_force", "1 April 2027", "Did you mean 2027-04-01?"),
        ("in_force", "1/4/27", "Did you mean 2027-04-01?"),
        ("in_force", "01/04/2027", "Did you mean 2027-04-01?"),
        ("in_force", "2027-02-30", "not a date"),
        ("in_force", "2020", "working-together-2023"),
        ("review_on", "2025-01-01", "review date has passed"),
        ("owner", "Head of Caf\ufffd", "type it again"),
    ],
)
def test_a_wrong_answer_is_told_in_a_sentence(question: str, typed: str, said: str) -> None:
    known: Mapping[str, str] = {"first_review": "10 working days"}
    asked = next(q for q in QUESTIONS if q.id == question)
    with pytest.raises(ValueError, match=r"\S") as caught:
        check_answer(asked, typed, known if question == "second_review" else {}, OURS, today=TODAY)
    assert said in str(caught.value)


@pytest.mark.parametrize("said_nothing", ["n/a", "N.A.", "not known", "tbc", "None", "soon", "?", "TBD"])
def test_a_placeholder_is_no_answer(said_nothing: str) -> None:
    for question in QUESTIONS:
        with pytest.raises(ValueError, match="Leave it empty to decide later"):
            check_answer(question, said_nothing, {}, OURS, today=TODAY)


@pytest.mark.parametrize(
    "typed", ["5-7", "20–30 working days", "5 to 7 days", "between 5 and 7 working days"]
)
def test_a_range_is_asked_back_and_never_made_one_number(typed: str) -> None:
    with pytest.raises(ValueError, match="Which one do you mean"):
        check_answer(QUESTIONS[0], typed, {}, OURS, today=TODAY)


@pytest.mark.parametrize("typed", ["at least 10 working days", "more than 5 working days"])
def test_a_shortest_time_is_not_taken_for_the_longest(typed: str) -> None:
    with pytest.raises(ValueError, match="is a shortest time"):
        check_answer(QUESTIONS[0], typed, {}, OURS, today=TODAY)


@pytest.mark.parametrize(
    "typed", ["up to 10 working days", "within 10 working days", "no later than 10 working days"]
)
def test_words_before_a_limit_are_understood(typed: str) -> None:
    assert check_answer(QUESTIONS[0], typed, {}, OURS, today=TODAY) == "10 working days"


FILE_WORDS = ("`", "within`", "only_if", "still_open", "status", "departures", "_review", "assessment_normal")


@pytest.mark.parametrize(
    ("question", "typed", "known"),
    [
        ("first_review", "0 working days", {}),
        ("first_review", "60 working days", {}),
        ("second_review", "60 working days", {}),
        ("first_review", "40 working days", {"limit": "30 working days"}),
        ("limit", "20 working days", {"first_review": "40 working days"}),
        ("limit", "60 working days", {}),
        ("limit", "10 weeks", {}),
        ("child_seen", "400 working days", {}),
        ("review_on", "2020", {}),
        ("in_force", "2012", {}),
    ],
)
def test_a_refused_answer_is_told_without_the_files_own_words(
    question: str, typed: str, known: Mapping[str, str]
) -> None:
    asked = next(q for q in QUESTIONS if q.id == question)
    with pytest.raises(ValueError, match=r"\S") as caught:
        check_answer(asked, typed, known, OURS, today=TODAY)
    assert not [word for word in FILE_WORDS if word in str(caught.value)], caught.value


def made_of(**answers: str) -> Mapping[str, object]:
    return read_text(of(tuple(answers.items())), "new.yaml").data


def test_what_was_not_answered_is_not_written() -> None:
    limit = made_of(limit="30 working days")["timescales"]
    assert limit == {
        "assessment_normal": {
            "title": "Assessment concluded, usual limit",
            "from": "referral",
            "to": "authorised",
            "within": "30 working days",
        }
    }
    who = made_of(signs_off="Team manager", allocates="Service manager")
    assert set(who["timescales"]) == {"sign_off"}
    assert who["more"] == {
        "who_allocates": {"title": "Who allocates the case to a social worker", "text": "Service manager"},
    }


@pytest.mark.parametrize("limit", [{}, {"limit": "30 working days"}])
def test_one_place_says_who_signs_and_the_document_reads_it(limit: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    path.write_text(of(tuple({**limit, "signs_off": "Service manager"}.items())), encoding="utf-8")
    deciders = next(each for each in compose(path).all_sections() if each.id == "deciders")
    rows = {row[0]: row[1] for block in deciders.blocks if isinstance(block, Facts) for row in block.rows}
    assert [text.words for text in rows["Signs the assessment: a manager"][0]] == ["Service manager"]
    assert "Service manager" not in str(load(path, today=TODAY).more)


def test_the_priorities_of_the_template_can_be_taken_up() -> None:
    source = read_text(taken_up(of(())), "new.yaml")
    assert source.data["reviews"]["priority_check"]["at"] == "set by priority"
    assert source.data["model"]["priority_share"] == {"urgent": "10%", "usual": "the rest"}
    assert not codes(taken_up(of(())), Severity.ERROR) and "M004" not in codes(taken_up(of(())))


def test_capitals_and_singulars_are_no_mistake() -> None:
    assert check_answer(QUESTIONS[0], "1 Working Day", {}, OURS, today=TODAY) == "1 working day"


def test_one_of_two_posts_is_two_posts(tmp_path: Path) -> None:
    """As published protocols say it: "team manager or assistant team manager"."""
    made = made_of(limit="30 working days", signs_off="Team manager or Assistant team manager")
    assert made["timescales"]["assessment_normal"]["decided_by"] == ["team_manager", "assistant_team_manager"]
    assert made["roles"] == {"assistant_team_manager": {"title": "Assistant team manager"}}
    signed = made_of(signs_off="team manager / service manager")["timescales"]["sign_off"]
    assert signed["decided_by"] == ["team_manager", "service_manager"]


def test_posts_become_ids_that_hold() -> None:
    assert role_of("the Team Manager").id == "team_manager" and role_of("team manager").title is None
    assert role_of("Head of Children's Services (north)").id == "head_of_children_s_services_north"
    with pytest.raises(ValueError, match="post"):
        role_of("123")


def test_written_with_its_schemas_and_never_over_a_file(tmp_path: Path) -> None:
    made = write_new(OURS, {}, target_file(OURS, tmp_path))
    assert made.file.name == "bristol-city-of.yaml"
    assert {path.name for path in made.created} == {path.name for path in tmp_path.iterdir()}
    assert json.loads((tmp_path / "framework.schema.json").read_text(encoding="utf-8"))["title"]
    before = made.file.read_bytes()
    with pytest.raises(SimkitError, match="already"):
        target_file(OURS, tmp_path)
    with pytest.raises(SimkitError):
        write_new(OURS, {}, made.file)
    assert made.file.read_bytes() == before
    (tmp_path / "framework.schema.json").write_text("{}", encoding="utf-8")
    again = write_new(OURS, {}, tmp_path / "other.yaml")
    assert [path.name for path in again.created] == ["other.yaml"]
    assert [path.name for path in again.different] == ["framework.schema.json"]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_where_a_new_file_cannot_go_is_said_by_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SimkitError, match=r"name ends in \.yaml"):
        target_file(OURS, tmp_path / "x.docx")

    def refused(*_: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", f"{options['dir']}/.hidden")

    monkeypatch.setattr("tempfile.mkstemp", refused)
    with pytest.raises(SimkitError) as caught:
        write_new(OURS, {}, tmp_path / "new.yaml")
    assert str(tmp_path) in str(caught.value) and ".hidden" not in str(caught.value)


def test_a_folder_may_end_as_a_file_does_and_a_link_to_nothing_is_a_file(tmp_path: Path) -> None:
    """Nobody is told that a folder is a file, or that a folder is closed when only the name is taken."""
    folder = tmp_path / "drafts.yaml"
    folder.mkdir()
    assert target_file(OURS, folder) == folder / "bristol-city-of.yaml"
    link = tmp_path / "link.yaml"
    try:
        link.symlink_to("nowhere.yaml")
    except OSError:  # Windows without the right to make links
        pytest.skip("no links here")
    with pytest.raises(SimkitError, match="already exists"):
        target_file(OURS, link)
    with pytest.raises(SimkitError, match="already exists"):
        write_new(OURS, {}, link)


DOCUMENTED = [a for a in NOW if read(find(a.slug)).data.get("status") == "documented"]


@pytest.mark.parametrize("ours", [authority("Rutland"), *DOCUMENTED[::12]], ids=lambda ours: ours.slug)
def test_the_command_that_a_new_file_names_shows_all_that_is_published(
    ours: Authority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The headings of a protocol too, which have no place among timescales and reviews."""
    text = write_new(ours, {}, tmp_path / "new.yaml").file.read_text(encoding="utf-8")
    assert f"## What is published about {ours.name}:  simkit show {ours.slug}" in text
    with pytest.raises(SystemExit):
        main(["show", ours.slug])
    shown = " ".join(capsys.readouterr().out.split())
    framework = load(ours.slug)
    assert ours.slug != "rutland" or "specialist_pathways" in framework.more
    for entry in (*framework.more.values(), *framework.protocol.values()):
        words = " ".join(str(entry.get("text") or entry.get("note") or "").split())
        assert all(word in shown for word in (*entry.get("title", "").split(), *words.split())), words


def test_windows_line_ends_are_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    path.write_bytes(of(tuple(ANSWERS.items())).replace("\n", "\r\n").encode("utf-8-sig"))
    assert {p.code for p in check(path, today=TODAY)} == {"A021", "P001"}


def test_abolished_authorities_are_named_with_what_took_their_place() -> None:
    with pytest.raises(SimkitError, match="Cumberland and Westmorland and Furness"):
        authority_of("Cumbria")
    with pytest.raises(SimkitError, match="Hackney"):
        authority_of("hackny")


def test_asked_from_a_pipe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    typed = "5 days\r\n5 working days\r\n\n\n30 working days\n"
    assert run(monkeypatch, tmp_path, "new", "wirral", "--ask", typed=typed) == 0
    framework = load(tmp_path / "wirral.yaml")
    own = {key for key, clock in framework.timescales.items() if not clock.national}
    assert own == {"child_visited", "assessment_normal"}
    text = (tmp_path / "wirral.yaml").read_text(encoding="utf-8")
    assert "simkit show wirral" in text and text.startswith("# yaml-language-server: $schema=framework")


def test_stopped_with_ctrl_c_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(prompt: str = "") -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", stop)
    assert run(monkeypatch, tmp_path, "new", "wirral", "--ask") == 1
    assert list(tmp_path.iterdir()) == []
    assert "nothing was written" in capsys.readouterr().err.lower()


def test_the_new_file_can_be_compared_and_surveyed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path, "new", "wirral", "--ask", typed="5 working days\n") == 0
    capsys.readouterr()
    assert run(monkeypatch, tmp_path, "diff", "wirral", "wirral.yaml", "--format", "json") == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert ("The child is seen", "not known") in {(row["what"], row["before"]) for row in rows}
    assert run(monkeypatch, tmp_path, "survey", "wirral.yaml", "wirral", "--out", "s.csv") == 0
    assert (tmp_path / "s.csv").read_bytes().startswith(b"\xef\xbb\xbfla_code,")
    assert run(monkeypatch, tmp_path, "survey", "wirral.yaml", "--out", "none/s.csv") == 1
    assert run(monkeypatch, tmp_path, "diff", "wirral", "nowhere") == 1


@pytest.mark.parametrize("agreed", ["", "yes", "Y", "ok"])
def test_a_suggestion_is_taken_with_enter_or_yes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, agreed: str
) -> None:
    assert run(monkeypatch, tmp_path, "new", "wirral", "--ask", typed=f"10 wd\n{agreed}\n") == 0
    framework = load(tmp_path / "wirral.yaml")
    assert str(framework.timescales["child_visited"].amount) == "10 working days"


def test_nothing_that_was_typed_is_lost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What could not be used is in the file as a comment; Ctrl-C keeps the answers so far."""
    assert (
        run(monkeypatch, tmp_path, "new", "wirral", "--ask", typed="when it suits\n\n10 working days\n") == 0
    )
    text = (tmp_path / "wirral.yaml").read_text(encoding="utf-8")
    assert "is the child seen? when it suits" in text and "at: 10 working days" in text
    assert check(tmp_path / "wirral.yaml").ok
    answers = iter(["5 working days"])

    def stopped(prompt: str = "") -> str:
        try:
            return next(answers)
        except StopIteration:
            raise KeyboardInterrupt from None

    (tmp_path / "wirral.yaml").unlink()
    monkeypatch.setattr("builtins.input", stopped)
    assert run(monkeypatch, tmp_path, "new", "wirral", "--ask") == 0
    assert "within: 5 working days" in (tmp_path / "wirral.yaml").read_text(encoding="utf-8")

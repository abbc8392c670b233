"""Reading a file: what stays text, where things stand, and every trap between Notepad and YAML."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.framework.library import names
from simkit.framework.library import root as library_root
from simkit.framework.problem import Problem
from simkit.framework.rules.registry import all_rules
from simkit.framework.yaml.source import BY_HAND, Source, read, read_text

MOST_BYTES = BY_HAND.most_bytes
BROKEN = Path(__file__).parent / "broken"


def only(source: Source) -> Problem:
    assert len(source.problems) == 1, source.problems
    return source.problems[0]


def written(tmp_path: Path, content: bytes, name: str = "wirral.yaml") -> Source:
    path = tmp_path / name
    path.write_bytes(content)
    return read(path, name)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("off", "off"),
        ("9:30", "9:30"),
        ("17:00", "17:00"),
        ("012", "012"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("1e9", "1e9"),
        ("2025-04-01", "2025-04-01"),
        ("2025-04", "2025-04"),
        ("+20%", "+20%"),
        ("+5", "+5"),
        (".nan", ".nan"),
        ("NaN", "NaN"),
        (".inf", ".inf"),
        ("45 working days", "45 working days"),
        ('"45"', "45"),
        ("'true'", "true"),
        ("true", True),
        ("false", False),
        ("45", 45),
        ("-3", -3),
        ("0", 0),
        ("0.81", 0.81),
        ("3.0", 3.0),
    ],
)
def test_plain_values_mean_what_they_look_like(text: str, value: object) -> None:
    source = read_text(f"a: {text}\n", "f.yaml")
    assert source.problems == ()
    assert source.data["a"] == value
    assert type(source.data["a"]) is type(value)


HEAD = "simkit: framework/1\ntitle: An example\n"


@pytest.mark.parametrize(
    ("text", "code", "line", "told"),
    [
        # a quote without its partner, told where it starts and not where the next one stands
        (
            f'{HEAD[:20]}title: "Kirklees: ours\nmore:\n  a: 1\n## a "word"\n  b: 2\n',
            "Y018",
            2,
            "starts on line 2",
        ),
        (f'{HEAD}more:\n  a: "x\n  b: "y"\n', "Y018", 4, 'Write a: "x"'),
        # a group written on one line
        (f"{HEAD}Reviews: day 5: team manager\n", "Y012", 3, "`reviews:` has to be alone"),
        (f"{HEAD}reviews: day 5:\n", "Y012", 3, "title, by, from, at"),
        # tabs, with the spaces that belong in their place
        (f"{HEAD}reviews:\n  first:\n\t\ttitle: x\n  \tby: y\n", "Y011", 5, "4 on line 5, 4 on line 6"),
        (f"{HEAD}reviews:\n  first:\n\ttitle: x\n    by: y\n", "Y011", 5, "4 on line 5"),
        # a group whose lines stand no further in
        (
            f"{HEAD}reviews:\nfirst:\n  title: x\nstatus: draft\n",
            "Y013",
            4,
            "Put 2 spaces in front of lines 4 to 5",
        ),
        (f"{HEAD}reviews:\n  first:\n  title: x\n  by: y\n", "Y013", 5, "2 spaces in front of lines 5 to 6"),
        # a name between two levels
        (
            f"{HEAD}reviews:\n  first:\n    by: y\n   second:\n    by: y\n",
            "Y013",
            6,
            "`first` (line 4): 2 spaces",
        ),
        (
            f"{HEAD}reviews:\n  first:\n    by: y\n second:\n    by: y\n",
            "Y013",
            6,
            "`first` (line 4): 2 spaces",
        ),
        (f"{HEAD}reviews:\n  first:\n    by: y\n  second\n    by: y\n", "Y014", 6, "Write second:"),
        # quotes from Word around a colon
        (f"{HEAD}more:\n  a: “Review: day 5”\n", "Y012", 4, 'Write a: "Review: day 5"'),
    ],
)
def test_a_line_that_stands_wrong_is_told_where_and_how(text: str, code: str, line: int, told: str) -> None:
    problem = only(read_text(text, "f.yaml"))
    assert (problem.code, problem.line) == (code, line)
    assert told in f"{problem.message} {problem.hint}"


def test_quotes_over_several_lines_and_long_texts_are_left_alone() -> None:
    text = HEAD + 'more:\n  a: "one\n    two"\n  b: |\n    c: "x\n    reviews:\n    first:\n  d: 1\n'
    assert read_text(text, "f.yaml").problems == ()
    problem = only(read_text(text + "  e: f: g\n", "f.yaml"))
    assert (problem.code, problem.line) == ("Y012", 11)


def test_every_key_and_value_has_its_place() -> None:
    source = read_text("a:\n  b:   [x, yy]\n  c: 5 working days\n", "f.yaml")
    assert source.data == {"a": {"b": ["x", "yy"], "c": "5 working days"}}
    assert source.keys[("a", "b")] == (2, 3)
    assert source.values[("a", "b", 1)] == (2, 12)
    assert str(source.place(("a", "c"))) == "f.yaml:3:6"
    assert str(source.place(("a", "c"), at_key=True)) == "f.yaml:3:3"
    assert str(source.place(("a", "missing"))) == "f.yaml:1:1"


def test_a_part_of_a_file_keeps_its_places() -> None:
    part = read_text("title: x\nframework:\n  reviews:\n    first: remove\n", "s.yaml").below("framework")
    assert part.data == {"reviews": {"first": "remove"}}
    assert str(part.place(("reviews", "first"))) == "s.yaml:4:12"


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
def test_line_ends_of_every_system(ends: str) -> None:
    source = read_text(f"a: 1{ends}b:{ends}  c: 2{ends}", "f.yaml")
    assert source.data == {"a": 1, "b": {"c": 2}}
    assert source.values[("b", "c")] == (3, 6)


TRAPS = [
    # text, code, line, column, a piece of the message or remedy
    ("a: Reviews: day 5\nb: 1\n", "Y012", 1, 11, 'a: "Reviews: day 5"'),
    ("a: *Important*\nb: 1\n", "Y015", 1, 4, "star"),
    ("a: *Important\nb: 1\n", "Y015", 1, 4, "star"),
    ("a: &b text\nb: 1\n", "Y016", 1, 4, "&b"),
    ("a: !text x\nb: 1\n", "Y016", 1, 4, "exclamation mark"),
    ("a: @office\nb: 1\n", "Y017", 1, 4, "@office"),
    ("a: 'Children's plan'\nb: 1\n", "Y018", 1, 4, 'a: "Children\'s plan"'),
    ('a: "Plan\nb: 1\n', "Y018", 1, 4, "not closed"),
    ("a: [draft] text\nb: 1\n", "Y019", 1, 4, "bracket"),
    ("a: [x, y\nb: 1\n", "Y019", 1, 4, "not closed"),
    ("a: [x]]\nb: 1\n", "Y019", 1, 7, "too many"),
    ("a: }\nb: 1\n", "Y017", 1, 4, "can't start with }"),
    ("a: - x\nb: 1\n", "Y017", 1, 4, 'a: "- x"'),
    ("a: |x\nb: 1\n", "Y017", 1, 4, 'a: "|x"'),
    ("b: 1\n%a: x\n", "Y017", 2, 1, "can't start with %"),
    ("  a: 1\nb: 1\n", "Y013", 2, 1, "further to the left"),
    ('a: "C:\\dir"\nb: 1\n', "Y018", 1, 7, "backslash"),
    ("a: |5x\nb: 1\n", "Y010", 1, 6, "name: text"),
    ("a:\nb: 1\n", "Y020", 1, 1, "is empty"),
    ("a: ~\nb: 1\n", "Y020", 1, 1, "remove"),
    ("a: null\nb: 1\n", "Y020", 1, 1, "remove"),
    ("a: #3 team\nb: 1\n", "Y020", 1, 1, "hash"),
    ("b: 1\na: x\na: y\n", "Y021", 3, 1, "lines 2 and 3"),
    ("a: Team #3\nb: 1\n", "Y022", 1, 9, "#3"),
    ("a: Team # 3\nb: 1\n", "Y023", 1, 9, "comment"),
    ("a: “Plan”\nb: 1\n", "Y024", 1, 4, "straight"),
    ("“a”: Plan\nb: 1\n", "Y024", 1, 1, "straight"),
    ("a: Head\u00a0of Service\nb: 1\n", "Y025", 1, 8, "Line 1"),
    ("a: {b: Agreed in March, by the board}\nb: 1\n", "Y026", 1, 25, "comma"),
    ("a: 1\n---\nb: 1\n", "Y027", 2, 1, "dashes"),
    ("a:\n\tb: 1\n", "Y011", 2, 1, "line 2"),
    ("a: 5\tworking days\nb: 1\n", "Y011", 1, 4, "tab"),
    ("a: 1\n  b: 2\n", "Y013", 2, 3, "further to the right"),
    ("a:\n  b: 1\n c: 2\n", "Y013", 3, 2, "line up"),
    ("a:1\nb: 1\n", "Y014", 1, 1, "Write a: 1"),
    ("a 1\nb: 1\n", "Y014", 1, 1, "colon"),
    ("{a: b}: c\n", "Y030", 1, 1, "before a colon"),
    ("a: 12345678901234567890\nb: 1\n", "Y031", 1, 4, "digits"),
    ("- a\n- b\n", "Y029", 1, 1, "name: text"),
    ("text\n", "Y029", 1, 1, "name: text"),
    ("", "Y009", 1, 1, "empty"),
    ("# only a comment\n", "Y009", 1, 1, "empty"),
    ("\ufeff", "Y009", 1, 1, "empty"),
    ("a: x\0y\n", "Y008", 1, 5, "number 0"),
    ("a: x\x07y\n", "Y008", 1, 5, "number 7"),
]


@pytest.mark.parametrize(("text", "code", "line", "column", "piece"), TRAPS)
def test_each_trap_is_one_problem_with_its_place(
    text: str, code: str, line: int, column: int, piece: str
) -> None:
    problem = only(read_text(text, "f.yaml"))
    assert (problem.code, problem.line, problem.column) == (code, line, column), problem
    assert piece in problem.message + problem.hint


def test_both_parsers_of_yaml_show_the_same_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiled one is not there on every platform; what it and the one in Python say differs."""
    texts = [text for text, *_ in TRAPS]
    texts += [path.read_text(encoding="utf-8") for path in sorted(BROKEN.rglob("*.yaml"))]
    texts += [rule.fails for rule in all_rules() if rule.fails]
    compiled = [read_text(text, "f.yaml") for text in texts]
    monkeypatch.delattr("yaml.CSafeLoader")
    for text, source in zip(texts, compiled, strict=True):
        other = read_text(text, "f.yaml")
        assert other.problems == source.problems, text
        assert (other.keys, other.values) == (source.keys, source.values), text


@pytest.mark.slow
def test_both_parsers_take_a_tab_anywhere_in_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (BROKEN / "by_hand" / "tab_from_word.yaml").read_text(encoding="utf-8").replace("\t", "  ")
    texts = [f"{text[:at]}\t{text[at:]}" for at in range(0, len(text), 3)]
    compiled = [read_text(each, "f.yaml") for each in texts]
    monkeypatch.delattr("yaml.CSafeLoader")
    for each, source in zip(texts, compiled, strict=True):
        other = read_text(each, "f.yaml")
        assert (other.problems, other.data, other.keys) == (source.problems, source.data, source.keys), each


def test_a_fix_is_one_of_the_text_as_it_is_and_never_of_a_repaired_one() -> None:
    """A tab in a line that was moved to the right by a repair before: its columns are of another text."""
    text = "simkit: framework/1\ntimescales:\n  a:\n  title: x\n  within: 5\tdays\n  b:\n   title: y\n"
    for problem in read_text(text, "a.yaml").problems:
        if problem.fix is not None:
            assert len(problem.fix.apply(text).split("\n")) == len(text.split("\n"))


def test_reading_goes_on_behind_what_can_be_fixed() -> None:
    text = "a: Reviews: day 5\nb: *Important*\nc: 'Children's plan'\nd:\ne: Team #3\nf: [draft] x\ng: 9\n"
    source = read_text(text, "f.yaml")
    assert sorted(p.code for p in source.problems) == ["Y012", "Y015", "Y018", "Y019", "Y020", "Y022"]
    assert source.data["a"] == "Reviews: day 5"
    assert source.data["g"] == 9
    assert "d" not in source.data and ("d",) in source.empty


def test_both_places_of_a_name_that_stands_twice() -> None:
    problem = only(read_text("x:\n  a: 1\n  b: 2\n  a: 3\n", "f.yaml"))
    assert problem.line == 4
    assert [str(place) for place in problem.related] == ["f.yaml:2:3"]
    assert problem.path == "x.a"


@pytest.mark.parametrize(
    "text",
    [
        "a: b  # a comment\n",
        "# note\na: b\n#note\n",
        "a: https://example.gov.uk/page#part\n",
        'a: "Team #3"\n',
        "a: |\n  “Curly quotes” and - dashes: here * too # fine\n  second line\n",
        "a: ‘Working Together’ says so\n",
        "a: Children’s Services\n",
        "a: >\n  folded\n  text\n",
        "---\na: b\n",
        "a: b\n...\n",
    ],
)
def test_what_is_no_trap(text: str) -> None:
    assert read_text(text, "f.yaml").problems == ()


def test_a_mark_at_the_start_of_the_file_is_no_problem(tmp_path: Path) -> None:
    source = written(tmp_path, b"\xef\xbb\xbfa: caf\xc3\xa9\r\n")
    assert source.problems == ()
    assert source.data == {"a": "café"}


def test_saved_as_ansi(tmp_path: Path) -> None:
    problem = only(written(tmp_path, "a: x\nb: Children’s £5\n".encode("cp1252")))
    assert (problem.code, problem.line, problem.column) == ("Y006", 2, 12)
    assert "In Notepad: Save As, Encoding UTF-8" in problem.hint
    assert "’" in problem.message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_saved_as_utf_16(tmp_path: Path, encoding: str) -> None:
    problem = only(written(tmp_path, "a: b\n".encode(encoding)))
    assert problem.code == "Y007"
    assert "Encoding UTF-8" in problem.hint


def test_a_name_that_notepad_made(tmp_path: Path) -> None:
    problem = only(written(tmp_path, b"a: b\n", "wirral.yaml.txt"))
    assert problem.code == "Y004"
    assert ".yaml.txt" in problem.message and "All files" in problem.hint


def test_missing_folder_and_unreadable(tmp_path: Path) -> None:
    assert only(read(tmp_path / "none.yaml")).code == "Y001"
    assert only(read(tmp_path)).code == "Y002"
    assert only(read(tmp_path / ("x" * 5000 + ".yaml"))).code in ("Y001", "Y003")
    assert only(read(Path("a\0b.yaml"))).code in ("Y001", "Y003")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a device file")
def test_not_an_ordinary_file() -> None:
    assert only(read(Path("/dev/null"))).code == "Y003"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs file rights")
def test_no_right_to_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: b\n", encoding="utf-8")
    path.chmod(0)
    assert only(read(path)).code == "Y003"


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    assert only(read(path)).code == "Y005"
    assert len(read_text("a: " + "x" * (MOST_BYTES - 10), "f.yaml").data["a"]) == MOST_BYTES - 10


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_stops_early(opening: str) -> None:
    source = read_text("a:\n  " + opening * 20_000, "f.yaml")
    assert source.problems and source.data in ({}, {"a": []})


def test_references_are_never_followed() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    source = read_text("\n".join(lines), "f.yaml")
    assert {p.code for p in source.problems} == {"Y015", "Y016"}
    assert source.data["a11"] == ["*a10"] * 9


def test_too_many_values_stop_early() -> None:
    source = read_text("a: [" + "x, " * 100_000 + "x]", "f.yaml")
    assert only(source).code == "Y028"
    assert source.data == {}


NOISE = st.text(
    alphabet=st.one_of(
        st.sampled_from(" \t\n\r:-#*&!|>'\"%@`[]{},?~ab01.\u00a0“’\0\ufeff\u2028"), st.characters()
    ),
    max_size=80,
)


@settings(max_examples=300, deadline=None)
@given(NOISE)
def test_any_text_gives_data_or_problems(text: str) -> None:
    source = read_text(text, "f.yaml")
    assert source.problems or source.data
    for problem in source.problems:
        assert problem.line >= 1 and problem.column >= 1 and problem.hint
        str(problem)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_data_or_problems(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "f.yaml"
    path.write_bytes(content)
    source = read(path)
    assert source.problems or source.data


@pytest.mark.parametrize("name", names("national") + names("trials"))
def test_shipped_files_are_read_without_problems(name: str) -> None:
    assert read(library_root() / "frameworks" / f"{name}.yaml").problems == ()


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"PK\x03\x04....word/document.xml", "protocol.docx", "a Word document"),
        (b"PK\x03\x04....word/document.xml", "protocol.yaml", "a Word document"),
        (b"PK\x03\x04....word/document.xml" + bytes(2_000_000), "long.docx", "a Word document"),
        (b"PK\x03\x04....xl/workbook.xml", "plan.xlsx", "an Excel workbook"),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.text", "plan.odt", "LibreOffice Writer"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old.doc", "a Word document"),
        (b"%PDF-1.7 plain words", "protocol.pdf", "a PDF"),
    ],
)
def test_a_document_is_called_what_it_is_and_its_words_are_to_be_copied(
    content: bytes, name: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    (problem,) = read(tmp_path / name).problems
    assert problem.code == "Y008" and told in problem.message
    assert "simkit new" in problem.hint and "copy the words" in problem.hint


@pytest.mark.parametrize("blank", ['""', "''", '"  "', "|", "|\n\n", ">-\n    "])
def test_a_text_without_words_is_no_text(blank: str) -> None:
    """Else an agreement by nobody or an element of the protocol that nobody wrote would pass as written."""
    source = read_text(f"agreed:\n  by: {blank}\n  owner: Head\n", "x.yaml")
    assert source.data == {"agreed": {"owner": "Head"}}
    assert [(each.code, each.line) for each in source.problems] == [("Y020", 2)]


@pytest.mark.parametrize(
    "written", [r'"a\nb"', r'"say \"x\""', r'"a\\temp"', r'"caf\u00e9"', "'C:\\temp'", "C:\\temp"]
)
def test_a_backslash_that_says_what_is_written_is_taken(written: str) -> None:
    """The first are how `edit` and JSON write a text, the last are no escapes at all."""
    assert not read_text(f"more:\n  a: {written}\n", "x.yaml").problems

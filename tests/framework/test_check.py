"""Checking and loading: everything shipped is sound, everything broken is told, nothing is raised."""

from __future__ import annotations

import json
import pickle
import random
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simkit.framework import library
from simkit.framework.check import check, check_text, load
from simkit.framework.framework import ROUTES
from simkit.framework.library import NameNotFound, find, find_scenario, names
from simkit.framework.problem import FrameworkError, Place, Problem, Problems, Severity
from simkit.framework.yaml.source import Source, read

TODAY = date(2026, 1, 15)
AUTHORITIES = names("authorities")
SHIPPED = (*AUTHORITIES, *names("national"), *names("trials"))
FILES = [find(name) for name in SHIPPED] + [find_scenario(name) for name in names("scenarios")]


def test_everything_shipped_has_neither_error_nor_query() -> None:
    problems = check(FILES, today=TODAY)
    assert not problems.errors and not problems.queries, str(problems)


@pytest.mark.slow
def test_starters_have_hardly_a_note() -> None:
    per_file: dict[str, int] = {}
    for problem in check(AUTHORITIES, today=TODAY):
        per_file[problem.file] = per_file.get(problem.file, 0) + 1
    whole = "oxfordshire.yaml"  # a whole protocol, with a note for each part that is not simulated
    assert max(count for file, count in per_file.items() if not file.endswith(whole)) <= 3
    starters = [path for path in map(find, AUTHORITIES) if read(path).data["status"] == "starter"]
    assert len(check(starters, today=TODAY)) <= len(starters)


@pytest.mark.parametrize(
    "name", [*names("national"), *names("trials"), "hackney", "wirral", "gloucestershire"]
)
def test_shipped_frameworks_load(name: str) -> None:
    framework = load(name, today=TODAY)
    assert framework.name == name
    assert framework.numbers and framework.steps
    for route in ROUTES:
        marked = {event for step in framework.steps.values() if route in step.routes for event in step.marks}
        assert {"decided", "allocated", "authorised"} <= marked
    for number in framework.numbers.values():
        assert number.low <= number.value <= number.high, number.path
    assert hash(framework.name) and str(framework.timescales)


def test_gloucestershire_as_documented() -> None:
    framework = load("gloucestershire", today=TODAY)
    first = framework.reviews["first"]
    assert sorted(amount.number for amount in first.by_priority.values()) == [3, 5, 10]
    shares = [
        number.value for path, number in framework.numbers.items() if path.startswith("priority_share.")
    ]
    assert len(shares) == 3 and sum(shares) == pytest.approx(1)


def test_all_problems_of_all_files_in_one_go(tmp_path: Path) -> None:
    head = "simkit: framework/1\ntitle: An example\nstatus: draft\nbased_on: national/working-together-2018\n"
    texts = {
        "b.yaml": head + "roles:\n  x:\n    title:\nreveiws:\n  y: z\n",
        "a.yaml": head + "timescales:\n  t:\n    from: allocatd\n    to: child_seen\n    within: 5 days\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    problems = check([tmp_path / "b.yaml", tmp_path / "a.yaml", tmp_path / "none.yaml"], today=TODAY)
    said = [(Path(p.file).name, p.line, p.code) for p in problems.errors]
    assert said == [
        ("a.yaml", 7, "R004"),
        ("a.yaml", 9, "S005"),
        ("b.yaml", 7, "Y020"),
        ("b.yaml", 8, "S001"),
        ("none.yaml", 1, "Y001"),
    ]


def test_load_raises_all_problems_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("simkit: framework/1\ntitle:\n", encoding="utf-8")
    with pytest.raises(FrameworkError) as caught:
        load(path)
    assert len(caught.value.problems.errors) >= 2
    assert "Y020" in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


def test_an_unknown_name_gets_suggestions() -> None:
    with pytest.raises(NameNotFound, match="hackney"):
        check(["hackny"])
    with pytest.raises(NameNotFound):
        load("nowhere at all")


def test_a_scenario_file_is_checked_as_one(tmp_path: Path) -> None:
    path = tmp_path / "surge.yaml"
    path.write_text(
        "simkit: scenario/1\ntitle: Surge\ndemand:\n  referrals: lots\nframework:\n  reviews:\n"
        "    first:\n      at: 10 working days\n  timescales:\n    assessment: remove\n",
        encoding="utf-8",
    )
    assert [p.code for p in check([path], today=TODAY).errors] == ["M101", "C001"]


def test_a_deep_or_huge_or_binary_file_is_one_problem(tmp_path: Path) -> None:
    contents = {
        "deep.yaml": b"a: " + b"[" * 100_000,
        "huge.yaml": b"a: b\n" * 400_000,
        "binary.yaml": bytes(range(256)) * 10,
        "bomb.yaml": b"a: &a [x, x]\nb: &b [*a, *a]\n",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        problems = check([tmp_path / name], today=TODAY)
        assert problems.errors
        assert all(problem.hint for problem in problems)


def test_each_layer_is_read_once_in_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    from simkit.framework import check as module

    files: list[str] = []
    plain = module.read

    def counted(path: Path, shown: str | None = None) -> Source:
        files.append(shown or str(path))
        return plain(path, shown)

    monkeypatch.setattr(module, "read", counted)
    check(FILES, today=TODAY)
    assert len(files) == len(set(files))


def test_problems_are_sorted_once_each_and_plain_data() -> None:
    one = Problem("Y001", Severity.ERROR, "m", "h", "b.yaml", 2)
    two = Problem("C001", Severity.QUERY, "m", "h", "a.yaml", 9, related=(Place("c.yaml", 1, 2),))
    problems = Problems([one, two, one])
    assert list(problems) == [one, two]
    assert (len(problems.errors), len(problems.queries), len(problems.notes)) == (1, 1, 0)
    assert not problems.ok and Problems([two]).ok
    assert json.loads(json.dumps(problems.to_json()))[1]["related"] == [
        {"file": "c.yaml", "line": 1, "column": 2}
    ]
    assert str(problems).endswith("a.yaml:9:1: query C001: m\n    h\n    See also c.yaml:1:2")
    assert str(Problems()) == "No problems."


# What a slip of the hand does to a file: every one must end in problems or in a framework.
LINES = [path.read_text(encoding="utf-8") for path in FILES]
SCRAPS = [
    ": ", "#", " #x", "- ", "*a", "&a ", "!x ", "[", "]", "{", "}", "'", '"', "\t", "  ", "|", ">", "%", "@",
    "\n", "\n\n", ",", "remove", "true", "12", "0", "99999", "45 working days", "5 days", "-1", "x: y",
    "\u00a0", "“", "\0", "é", "the rest", "set by priority", "national/working-together-2006",
    "2025-02-30", "[x, y]",
]  # fmt: skip


def mutated(text: str, random_: random.Random) -> str:
    for _ in range(random_.randint(1, 4)):
        lines = text.split("\n")
        at = random_.randrange(len(lines))
        match random_.randrange(8):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[random_.randrange(len(lines))])
            case 2:
                lines[at] = " " * random_.randrange(4) + lines[at]
            case 3:
                lines[at] = lines[at].lstrip()
            case 4:
                lines[at] = lines[at].split(":")[0] + ":"
            case 5:
                lines[at] = lines[at].split(":")[0] + ": " + random_.choice(SCRAPS)
            case 6:
                cut = random_.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:cut] + random_.choice(SCRAPS) + lines[at][cut:]
            case _:
                other = random_.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
        text = "\n".join(lines)
    return text


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(LINES) - 1), st.integers(0, 2**32))
def test_a_changed_shipped_file_gives_problems_or_a_framework(
    tmp_path_factory: pytest.TempPathFactory, which: int, seed: int
) -> None:
    path = tmp_path_factory.mktemp("changed") / "f.yaml"
    path.write_bytes(mutated(LINES[which], random.Random(seed)).encode("utf-8"))
    problems = check([path], today=TODAY)
    for problem in problems:
        assert problem.hint and problem.line >= 1 and problem.column >= 1
        assert "Traceback" not in problem.message
    if problems.ok and "scenario/1" not in LINES[which]:
        assert load(path, today=TODAY).numbers


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.recursive(
        st.one_of(
            st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(SCRAPS)
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(
                    ["timescales", "reviews", "model", "steps", "from", "at", "within", "effort", "a"]
                ),
                inner,
                max_size=4,
            ),
        ),
        max_leaves=12,
    ),
    st.sampled_from(
        ["timescales", "reviews", "priorities", "protocol", "model", "dispensations", "in_force", "agreed"]
    ),
)
def test_any_content_of_a_section_gives_problems(
    tmp_path_factory: pytest.TempPathFactory, content: object, section: str
) -> None:
    head = "simkit: framework/1\ntitle: x\nstatus: draft\nbased_on: national/working-together-2018\n"
    path = tmp_path_factory.mktemp("any") / "f.yaml"
    text = head + f"{section}: {json.dumps(content)}\n"
    path.write_bytes(text.encode("utf-8", "replace"))
    problems = check([path], today=TODAY)
    if problems.ok:
        assert load(path, today=TODAY).numbers


def test_a_kept_national_layer_is_what_it_would_be_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The examined national layers are kept between checks, until one of their files or the day changes."""
    from simkit.framework import kept_layers

    text = find("wirral").read_text(encoding="utf-8")
    kept_layers._KEPT.clear()
    cold = check_text(text, today=TODAY)
    assert kept_layers._KEPT
    assert check_text(text, today=TODAY) == cold
    assert load(text, today=TODAY) == load(text, today=TODAY)
    shutil.copytree(find("wirral").parent.parent, tmp_path / "frameworks")
    monkeypatch.setattr(library, "root", lambda: tmp_path)
    assert check_text(text, today=TODAY).ok
    edition = tmp_path / "frameworks" / "national" / "working-together-2015.yaml"
    assert "based_on: national/working-together-2015" in text
    whole = edition.read_text(encoding="utf-8")
    edition.write_text(whole.replace("within:", "wihtin:", 1), encoding="utf-8")
    broken = check_text(text, today=TODAY)
    assert [problem.code for problem in broken.errors] == ["S001"]
    assert check_text(text, today=TODAY) == broken
    edition.write_text(whole, encoding="utf-8")
    assert check_text(text, today=TODAY) == cold
    another_day = check_text(text, today=date(2050, 1, 1))
    kept_layers._KEPT.clear()
    assert check_text(text, today=date(2050, 1, 1)) == another_day


def test_the_codes_of_an_authority_follow_from_its_name(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    for name in ("Wirral", "Wirral Council", "wirral"):
        file.write_text(
            f"simkit: framework/1\nauthority: {name}\ntitle: X\nstatus: draft\n"
            "based_on: national/working-together-2023\n",
            encoding="utf-8",
        )
        framework = load(file)
        assert (framework.la_code, framework.gss_code) == ("344", "E08000015")


@pytest.mark.parametrize(
    ("key", "code"), [("demand: {referrals: ", "M105"), ("workforce: {case_holders: ", "M111")]
)
def test_two_ways_to_say_none_have_one_verdict(key: str, code: str) -> None:
    for none in ("0", "-100%", "0.0"):
        found = check_text(f"simkit: scenario/1\ntitle: None\n{key}{none}}}\n")
        assert [problem.code for problem in found] == [code]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("expected_within: 16 to 12 weeks", "C013"),
        ("expected_within: 0 to 0 weeks", "C008"),
        ("between: 0 to 0 working days\n    set_by: team_manager", "C008"),
        ("within: 5 working days\n    target: 120%", "C026"),
        ("within: 5 working days\n    target: 0%", "C026"),
        ("within: 5 working days\n    good_practice: 0 working days", "C008"),
        ("within: 5 working days\n    good_practice: 5 to 3 working days", "C013"),
        ("within: 5 working days\n    or_if_sooner:\n      from: decided\n      within: 0 weeks", "C008"),
    ],
)
def test_every_amount_that_no_clock_can_have_is_an_error(lines: str, code: str) -> None:
    """What passes the check can be loaded: none of these may reach the place where it is built."""
    head = "simkit: framework/1\ntitle: An example\nstatus: draft\nbased_on: national/working-together-2023\n"
    visit = "timescales:\n  visit:\n    title: Seen\n    from: allocated\n    to: child_seen\n    "
    found = check_text(f"{head}{visit}{lines}\n")
    assert [problem.code for problem in found.errors] == [code]


_HEAD = "simkit: framework/1\ntitle: An example\nstatus: draft\nbased_on: national/working-together-2023\n"
_FIRST = "reviews:\n  first:\n    by: team_manager\n    from: referral\n    at: {}\n"
_SECOND = "  second:\n    by: team_manager\n"
_SEEN = (
    "timescales:\n  visit:\n    title: Seen\n    from: allocated\n    to: child_seen\n"
    "    within: 5 working days\n"
)
_SEEN_TOO = "  too:\n    title: Seen too\n    from: allocated\n    to: child_seen\n"


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        (
            _FIRST.format("10 working days") + _SECOND + "    from: referral\n    at: 2 weeks\n",
            "C011",
            "second",
        ),
        (
            _FIRST.format("10 working days") + _SECOND + "    from: referral\n    within: 10 working days\n",
            "C011",
            "second",
        ),
        (
            _FIRST.format("10 working days")
            + _SECOND
            + "    after: first\n    at_most_every: 60 working days\n",
            "C010",
            "second.at_most_every",
        ),
        (
            _FIRST.format("set by priority") + "priorities:\n  usual:\n    first_review: 50 working days\n",
            "C010",
            "usual.first_review",
        ),
        (_SEEN + _SEEN_TOO + "    at_most: 20 working days\n", "C018", "too.at_most"),
        (_SEEN + "  child_seen: none set\n", "R032", "child_seen"),
        ("not_known: [child_seen]\n" + _SEEN, "R023", "not_known.0"),
        (
            _SEEN + "    or_if_sooner:\n      from: allocated\n      within: 9 working days\n",
            "C018",
            "or_if_sooner",
        ),
        (
            _SEEN + "    or_if_sooner:\n      from: child_seen\n      within: 9 working days\n",
            "R015",
            "or_if_sooner.from",
        ),
        (
            _SEEN.replace("allocated", "referral")
            .replace("child_seen", "authorised")
            .replace("within: 5", "expected_within: 60"),
            "C003",
            "visit.expected_within",
        ),
    ],
)
def test_lines_that_contradict_each_other_are_asked_about(body: str, code: str, path: str) -> None:
    """The same in another unit, under another name or for each priority is the same."""
    found = check_text(_HEAD + body)
    assert [each.path for each in found if each.code == code and each.path.endswith(path)]


@pytest.mark.parametrize(
    "body",
    [
        _SEEN + _SEEN_TOO + "    within: 1 week\n",
        _SEEN.replace("    within", "    routes: [section_47]\n    within") + "  child_seen: none set\n",
    ],
)
def test_lines_that_can_stand_together_are_not_asked_about(body: str) -> None:
    assert not {each.code for each in check_text(_HEAD + body)} & {"C018", "R032"}


def test_a_review_after_the_national_limit_gets_a_remedy_that_settles_it() -> None:
    """A review of open assessments may be past a local limit; past the nation's it is asked about as well."""
    late = next(each for each in check_text(_HEAD + _FIRST.format("50 working days")) if each.code == "C010")
    assert "still_open" not in late.hint


@pytest.mark.parametrize("written", ["working-together-2023", "Working Together 2023", "WT 2023"])
def test_an_edition_is_meant_by_its_year(written: str) -> None:
    found = check_text(_HEAD.replace("national/working-together-2023", written) + _SEEN).errors
    assert [(each.code, each.fix is not None and each.fix.text) for each in found] == [
        ("R001", "national/working-together-2023")
    ]


def test_a_file_of_assumptions_alone_is_no_national_edition() -> None:
    """A framework based on it has no national limit, and would be simulated without one."""
    found = check_text(_HEAD.replace("working-together-2023", "assumptions") + _SEEN).errors
    assert [each.code for each in found] == ["R003"]


def test_a_suggestion_can_be_written_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ours.yaml").write_text(_HEAD + _SEEN)
    found = check_text(_HEAD.replace("national/working-together-2023", "ours") + _SEEN).errors
    assert found[0].fix is not None and found[0].fix.text == "ours.yaml"


@pytest.mark.parametrize("sign", ["*a", "&a x", "|", ">", '""', "[]", "{a: b}", "10:30"])
def test_every_fix_is_a_range_of_the_text(sign: str) -> None:
    for written in (_HEAD.replace("framework/1", sign), _HEAD + _SEEN.replace("5 working days", sign)):
        for problem in check_text(written):
            if problem.fix is not None:
                assert problem.fix.apply(written) != written

"""Where things are in a text, and the changes that settle a problem."""

from __future__ import annotations

import json
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from paths import ROOT

from simkit.framework.check import check_text
from simkit.framework.library import find, names
from simkit.framework.problem import Problem
from simkit.framework.rules.registry import EXAMPLE_HEAD, all_rules
from simkit.framework.text_edit import TextEdit, offset
from simkit.framework.yaml.source import plain_text, read_text

TODAY = date(2026, 1, 15)
SHIPPED = [find(name).read_text(encoding="utf-8") for kind in ("authorities", "national", "trials")
           for name in names(kind)]  # fmt: skip
BROKEN = [
    path.read_bytes().decode("utf-8", "replace")
    for path in sorted((ROOT / "tests" / "framework" / "broken").glob("*.yaml"))
]
EXAMPLES = [
    rule.fails if rule.fails.startswith("simkit") else EXAMPLE_HEAD + rule.fails
    for rule in all_rules()
    if rule.fails
]


def text_from_to(text: str, start: tuple[int, int], end: tuple[int, int]) -> str:
    return text[offset(text, *start) : offset(text, *end)]


@pytest.mark.slow
def test_what_lies_at_a_place_is_the_value() -> None:
    for text in SHIPPED:
        source = read_text(text, "f.yaml")
        assert source.values.keys() | {()} == source.value_ends.keys()
        assert source.keys.keys() == source.key_ends.keys()
        for path, start in source.values.items():
            if not path:
                continue
            written = text_from_to(plain_text(text), start, source.value_ends[path])
            value: object = source.data
            for part in path:
                value = value[part]  # type: ignore[index]
            indent = " " * (start[1] - 1)
            again = yaml.load(indent + written, Loader=yaml.BaseLoader)
            if not isinstance(value, (dict, list)):
                assert str(again).strip() == str(value).strip() or again == f"{value:.2f}", path
            elif isinstance(value, dict):
                assert list(again) == list(value), path
        for path, start in source.keys.items():
            assert text_from_to(plain_text(text), start, source.key_ends[path]).strip("\"'") == path[-1]


def test_both_parsers_of_yaml_find_the_same_places(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*SHIPPED[::10], *BROKEN, *EXAMPLES]
    fast = [read_text(text, "f.yaml") for text in texts]
    monkeypatch.setattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for text, source in zip(texts, fast, strict=True):
        other = read_text(text, "f.yaml")
        assert other.value_ends == source.value_ends, text
        assert other.key_ends == source.key_ends, text
        assert other.problems == source.problems, text


def key(problem: Problem) -> tuple[str, str]:
    return problem.code, problem.path


def test_every_problem_has_an_end_in_the_text_and_every_fix_settles_it() -> None:
    fixes = 0
    for text in [*BROKEN, *EXAMPLES]:
        problems = check_text(text, "f.yaml", today=TODAY)
        for problem in problems:
            assert (problem.line, problem.column) <= (problem.end_line, problem.end_column), problem
            if problem.file == "f.yaml":
                text_from_to(text, (problem.line, problem.column), (problem.end_line, problem.end_column))
            if problem.fix is None:
                continue
            fixes += 1
            after = check_text(problem.fix.apply(text), "f.yaml", today=TODAY)
            before = [key(each) for each in problems if key(each) == key(problem)]
            assert [key(each) for each in after].count(key(problem)) < len(before), (problem, text)
            unread = [each for each in after if each.code.startswith("Y") and each not in problems]
            assert not unread or problem.code.startswith("Y"), (problem, unread)
    assert fixes > 25
    json.dumps(problems.to_json())


def test_a_change_keeps_line_ends_and_the_byte_order_mark() -> None:
    change = TextEdit(2, 4, 2, 5, "x\ny")
    assert change.apply("\ufeffa: b\r\nc: d\r\n") == "\ufeffa: b\r\nc: x\r\ny\r\n"
    with pytest.raises(ValueError, match="no line 2"):
        change.apply("a: b")
    with pytest.raises(ValueError, match="no column 9"):
        TextEdit(1, 9, 1, 9, "").apply("a: b\n")


@given(st.text())
def test_any_text_gives_problems_and_no_exception(text: str) -> None:
    problems = check_text(text, today=TODAY)
    assert problems.errors
    assert all(problem.hint for problem in problems)

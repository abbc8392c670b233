"""Every rule finds what it is for, leaves the rest alone, and keeps its code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from simkit.framework.check import check
from simkit.framework.problem import Problems
from simkit.framework.rules.registry import EXAMPLE_HEAD, FAMILIES, Rule, every

TODAY = date(2026, 1, 15)

# A code never changes its meaning: add to this list, never reuse.
CODES = [
    f"{family}{number:03}"
    for family, last in {"A": 20, "C": 24, "M": 29, "P": 8, "R": 27, "S": 10, "Y": 31}.items()
    for number in range(1, last + 1)
] + [*(f"M{number}" for number in range(101, 109)), *(f"R{number}" for number in range(101, 104))]

# These are about the file itself, not its text: test_source and test_check show them.
WITHOUT_EXAMPLE = {"Y001", "Y002", "Y003", "Y004", "Y005", "Y006", "Y007", "Y008", "Y009", "R002"}

RULES = every()


def problems_of(text: str, folder: Path) -> Problems:
    """The problems of a file with this text; the head of the examples is put before it if it has none."""
    whole = text if text.startswith("simkit") else EXAMPLE_HEAD + text
    path = folder / "example.yaml"
    path.write_text(whole, encoding="utf-8")
    return check([path], today=TODAY)


def codes_of(problems: Problems) -> set[str]:
    return {problem.code for problem in problems}


def test_codes_are_the_listed_ones() -> None:
    assert [rule.code for rule in RULES] == sorted(CODES)


def test_every_rule_is_explained() -> None:
    for rule in RULES:
        assert rule.family in FAMILIES
        assert rule.title and not rule.title.endswith(".")
        assert rule.why.endswith(".")
        assert rule.remedy
        assert not {"instance", "validator", "NoneType", "$ref", "mapping", "scalar"} & set(rule.why.split())


def test_only_files_themselves_have_no_example() -> None:
    assert {rule.code for rule in RULES if not rule.fails} == WITHOUT_EXAMPLE


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.fails], ids=lambda rule: rule.code)
def test_rule_finds_its_failing_example(rule: Rule, tmp_path: Path) -> None:
    found = [problem for problem in problems_of(rule.fails, tmp_path) if problem.code == rule.code]
    assert found
    for problem in found:
        assert problem.severity is rule.severity
        assert problem.message.endswith((".", "?")) or problem.hint
        assert problem.hint
        assert problem.line >= 1 and problem.column >= 1
        assert "None" not in problem.message and "{" not in problem.message.replace("{title", "")


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.passes], ids=lambda rule: rule.code)
def test_rule_leaves_its_passing_example(rule: Rule, tmp_path: Path) -> None:
    problems = problems_of(rule.passes, tmp_path)
    assert rule.code not in codes_of(problems)
    assert problems.ok, str(problems)

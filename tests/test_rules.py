"""Every rule finds what it is for, leaves the rest alone, and keeps its code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from simkit.framework.check import check
from simkit.framework.problem import Problems
from simkit.framework.rules import EXAMPLE_HEAD, FAMILIES, Rule, every

TODAY = date(2026, 1, 15)

# A code never changes its meaning: add to this list, never reuse.
CODES = """
A001 A002 A003 A004 A005 A006 A007 A008 A009 A010 A011 A012 A013 A014 A015 A016 A017 A018
C001 C002 C003 C004 C005 C006 C007 C008 C009 C010 C011 C012 C013 C014 C015 C016 C017 C018 C019 C020
M001 M002 M003 M004 M005 M006 M007 M008 M009 M010 M011 M012 M013 M014 M015 M016 M017 M018 M019 M020
M021 M022 M023
M101 M102 M103 M104 M105 M106 M107
P001 P002 P003 P004 P005 P006 P007
R001 R002 R003 R004 R005 R006 R007 R008 R009 R010 R011 R012 R013 R014 R015 R016 R017 R018 R019 R020
R021 R022 R023 R024 R025 R026 R027
S001 S002 S003 S004 S005 S006 S007 S008 S009
Y001 Y002 Y003 Y004 Y005 Y006 Y007 Y008 Y009 Y010 Y011 Y012 Y013 Y014 Y015 Y016 Y017 Y018 Y019 Y020
Y021 Y022 Y023 Y024 Y025 Y026 Y027 Y028 Y029 Y030 Y031
""".split()

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

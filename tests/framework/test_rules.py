"""Every rule finds what it is for, leaves the rest alone, and keeps its code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from simkit.framework import rules
from simkit.framework.check import check, check_text
from simkit.framework.problem import Problems
from simkit.framework.rules import registry
from simkit.framework.rules.registry import EXAMPLE_HEAD, FAMILIES, Rule, all_rules

TODAY = date(2026, 1, 15)

# A code never changes its meaning: add to this list, never reuse.
CODES = [
    f"{family}{number:03}"
    for family, last in {"A": 24, "C": 28, "M": 31, "P": 12, "R": 32, "S": 10, "Y": 37}.items()
    for number in range(1, last + 1)
] + [
    *(f"M{number}" for number in range(101, 113)),
    *(f"R{number}" for number in range(101, 104)),
]

# These are about the file itself, not its text: test_source and test_check show them.
WITHOUT_EXAMPLE = {"Y001", "Y002", "Y003", "Y004", "Y005", "Y006", "Y007", "Y008", "Y009", "Y032", "R002"}

RULES = all_rules()


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


NEW_RULES = """
from simkit.framework.problem import Finding, Severity
from simkit.framework.rules.registry import rule


@rule("R998", Severity.QUERY, "Needs the framework", why="W.", remedy="R.", needs_framework=True)
@rule("R999", Severity.QUERY, "Does not", why="W.", remedy="R.")
def broken(context):
    yield Finding((), "Broken.")
"""


@pytest.fixture
def module_with_new_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A further module in the package of rules; the registry has read none yet, as in a new process."""
    (tmp_path / "new_rules.py").write_text(NEW_RULES, encoding="utf-8")
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path)])
    monkeypatch.setattr(registry, "_RULES", dict(registry._RULES))
    registry._import_rules.cache_clear()
    yield
    sys.modules.pop("simkit.framework.rules.new_rules", None)
    registry._import_rules.cache_clear()


@pytest.mark.usefixtures("module_with_new_rules")
def test_a_new_rule_is_written_down_once(tmp_path: Path) -> None:
    """Its module is found without a list of modules, and it says itself whether it needs a framework."""
    assert {"R998", "R999"} <= {rule.code for rule in all_rules()}
    assert {"R998", "R999"} <= codes_of(problems_of("", tmp_path))
    changes = "framework:\n  reviews:\n    first:\n      at: 5 working days\n"
    scenario = f"simkit: scenario/1\ntitle: An example\n{changes}"
    codes = codes_of(problems_of(scenario, tmp_path))
    assert "R999" in codes and "R998" not in codes


def test_a_code_is_registered_once() -> None:
    with pytest.raises(ValueError, match="R004 is registered twice"):
        registry.rule("R004", RULES[0].severity, "Again", why="W.", remedy="R.")


@pytest.mark.parametrize(
    ("closes", "exists"),
    [
        ("5 pm", True),
        ("17:00 from 31 March 2027", True),
        ("5 pm, on Fridays 4.30 pm", True),
        ("24:30", False),
        ("13 pm", False),
        ("5 pm, on Fridays 25:10", False),
    ],
)
def test_the_day_of_a_date_is_no_time_of_day(closes: str, exists: bool) -> None:
    """A framework that gave a day beside the time was refused."""
    text = f'{EXAMPLE_HEAD}counting:\n  office_closes: "{closes}"\n'
    codes = {problem.code for problem in check_text(text, Path("x.yaml"), today=TODAY)}
    assert ("A024" not in codes) == exists

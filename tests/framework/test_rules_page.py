"""The page of rules is the one the rules make, and every example on it gives the code it stands under."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from paths import ROOT

from simkit.framework.check import check
from simkit.framework.rules.registry import EXAMPLE_HEAD, all_rules
from tools.docs.rules_page import main, page

DOCS = ROOT / "docs" / "rules.md"
SECTION = re.compile(r'^<a id="([a-z]\d{3})"></a>\n### (.*?)(?=^<a id=|\Z)', re.M | re.S)
BLOCK = re.compile(r"```yaml\n(.*?)```", re.S)

SECTIONS = {match[1].upper(): match[2] for match in SECTION.finditer(page())}
EXAMPLES = [
    (code, BLOCK.findall(text)[0]) for code, text in SECTIONS.items() if f"This gives {code}:" in text
]


def test_the_committed_page_is_current() -> None:
    assert DOCS.read_text(encoding="utf-8") == page(), "python -m tools.docs.rules_page docs/rules.md"


def test_every_code_has_its_section() -> None:
    assert list(SECTIONS) == sorted(SECTIONS, key=lambda code: ("YSRCPAM".index(code[0]), code))
    assert set(SECTIONS) == {rule.code for rule in all_rules()}


@pytest.mark.parametrize(("code", "example"), EXAMPLES, ids=[code for code, _ in EXAMPLES])
def test_an_example_gives_its_code(code: str, example: str, tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    text = example if example.startswith("simkit") else EXAMPLE_HEAD + example
    path.write_text(text, encoding="utf-8")
    found = [problem for problem in check(path) if problem.code == code]
    assert found
    assert f" {code}: " in str(found[0]), "the message names the code, so that the section is found"


def test_the_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "rules.md")]) == 0
    assert (tmp_path / "rules.md").read_bytes() == page().encode("utf-8")
    assert main([]) == 0 and capsys.readouterr().out == page()
    assert main(["a", "b"]) == 2

"""The page of forms is right: every example passes the check, and every word of the format stands in one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from paths import ROOT

from simkit.framework.check import check
from simkit.framework.schemas import schema

PAGE = (ROOT / "docs" / "framework-files.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
HEAD = "simkit: framework/1\ntitle: An example\nstatus: draft\nbased_on: national/working-together-2023\n"


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_example_has_no_error(number: int, tmp_path: Path) -> None:
    text = EXAMPLES[number]
    path = tmp_path / "example.yaml"
    path.write_text(text if text.startswith("simkit:") else HEAD + text, encoding="utf-8")
    assert not check(path).errors


def words_of(written: Any) -> Iterator[str]:
    if isinstance(written, dict):
        for key, value in written.items():
            yield key
            yield from words_of(value)


def test_every_word_of_timescales_and_reviews_is_shown() -> None:
    shown = {word for text in EXAMPLES for word in words_of(yaml.load(text, Loader=yaml.BaseLoader))}
    parts = schema("framework")["properties"]
    forms = {name: parts[name]["additionalProperties"] for name in ("timescales", "reviews")}
    told_in_words = {"force", "in_force", "carried_over", "note"}
    for section, form in {**forms, "counting": parts["counting"]}.items():
        assert set(form["properties"]) - told_in_words <= shown, section

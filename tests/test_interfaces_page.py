"""The page for whoever builds on simkit: its examples do what they show."""

from __future__ import annotations

import doctest
import re

import pytest
from paths import ROOT

import simkit

PAGE = ROOT / "docs" / "interfaces.md"


@pytest.mark.slow
def test_every_example_of_the_page_does_what_it_shows() -> None:
    flags = doctest.ELLIPSIS
    done = doctest.testfile(str(PAGE), module_relative=False, optionflags=flags, encoding="utf-8")
    assert done.attempted > 30 and done.failed == 0


def test_the_page_names_what_is_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in set(re.findall(r"simkit\.([a-z_]+)\(", text)):
        assert name in simkit.__all__, name
    problem = simkit.check_text("a: b\n")[0].to_json()
    table = text[text.index("| `code`") : text.index("Lines end where")]
    first_cells = [row.split("|")[1] for row in table.strip().splitlines()]
    assert {key for cell in first_cells for key in re.findall(r"`(\w+)`", cell)} == set(problem)
    field = simkit.fields("\n")["title"]
    attributes = text[text.index("| `path`, `title`") : text.index("A second argument")]
    assert set(re.findall(r"`(\w+)`", attributes)) >= {each for each in dir(field) if each[0] != "_"}

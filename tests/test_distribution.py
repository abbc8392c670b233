"""The distribution refers to itself by its own name: `simkit` on the package index is another project."""

from __future__ import annotations

import re
import tomllib

import pytest
from paths import ROOT

STRANGER = re.compile(r"(?<![\w-])simkit\[|pip install (-U )?simkit\b(?!`)")
TEXTS = {".md", ".py", ".toml", ".txt", ".yaml", ".cff", ".jinja", ""}
ROOMS = ("simkit", "docs", "notebooks", "benchmarks", "tools", "scripts", ".ci", "tests")


@pytest.mark.slow
def test_no_text_asks_for_the_other_project() -> None:
    files = [*ROOT.glob("*.*"), *(file for room in ROOMS for file in (ROOT / room).rglob("*"))]
    asking = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in files
        if file.is_file() and file.suffix in TEXTS and file.name != "test_distribution.py"
        for match in STRANGER.finditer(file.read_text(encoding="utf-8"))
    ]
    assert asking == []


def test_every_extra_refers_to_this_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    own = {name: [need for need in needs if "simkit" in need] for name, needs in extras.items()}
    for name, needs in own.items():
        for need in needs:
            inner = re.fullmatch(re.escape(project["name"]) + r"\[([\w,]+)\]", need)
            assert inner is not None, f"{name}: {need}"
            assert set(inner[1].split(",")) <= extras.keys()


def test_makers_scripts_are_not_shipped() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["simkit"]

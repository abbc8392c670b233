"""A release names one version and one date everywhere."""

from __future__ import annotations

import re
import tomllib

import yaml
from paths import ROOT

from simkit.version import __version__

CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
HEADING = re.compile(
    r"^## (?P<version>[\d.]+)(?:, (?P<date>\d+ \w+ \d{4})| \(not yet released\))$", re.MULTILINE
)


def test_the_version_is_the_same_wherever_it_is_named() -> None:
    newest = HEADING.search((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert newest is not None
    assert CITATION["version"] == newest["version"] == __version__
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "simkit/version.py"


def test_the_date_of_a_release_is_the_same_in_notes_and_citation() -> None:
    newest = HEADING.search((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert newest is not None
    told = CITATION.get("date-released")
    assert (told is None) == (newest["date"] is None)
    assert told is None or f"{told.day} {told:%B %Y}" == newest["date"]


def test_a_citation_has_what_its_format_requires() -> None:
    assert {"cff-version", "message", "title", "authors"} <= CITATION.keys()
    assert CITATION["license"] == PROJECT["project"]["license"]

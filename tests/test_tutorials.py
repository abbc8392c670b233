"""The tutorials do what they say: each is followed from the top, and what it shows is what comes."""

from __future__ import annotations

import re
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import pytest
from paths import ROOT
from tutorials import (
    KINDS,
    SCREEN,
    TUTORIALS,
    Block,
    Reader,
    TutorialError,
    arguments,
    blocks,
    excerpt,
    follow,
    read,
)

NUMBER = re.compile(r"\d+\.\d+")
NAMES = ("manager", "analyst", "comparer", "dataset")
FITS = "analyst"
"""Fits a practice on the spot, by a random walk that takes other steps with another numpy or scipy."""
IN_THE_BROWSER = "designer"
"""Without commands to follow: tests/designer holds it against the pages."""
AFRESH = "To write what comes into the tutorials: python tests/tutorials.py --write"


def tutorial(name: str) -> Path:
    return TUTORIALS / f"{name}.md"


def test_there_is_one_for_each_kind_of_user() -> None:
    assert {file.stem for file in TUTORIALS.glob("*.md")} == {*NAMES, IN_THE_BROWSER}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.slow
def test_what_it_shows_is_what_comes(name: str, tmp_path: Path) -> None:
    """Every command leaves with the exit code said, every slip is found, every number is of this run."""
    came, shown = follow(tutorial(name), tmp_path).splitlines(), read(tutorial(name)).splitlines()
    if not on_tested_versions():
        if name == FITS:
            return  # followed to its end; what it says of its figures hangs on them
        came = [same if close(line, same) else line for line, same in zip(came, shown, strict=True)]
    assert came == shown, AFRESH


def on_tested_versions() -> bool:
    """Whether numpy and scipy are those of constraints.txt: with others a last digit may differ."""
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return all(f"{package}=={version(package)}" in pinned for package in ("numpy", "scipy"))


def close(line: str, other: str) -> bool:
    """Whether two lines have the same words, and numbers that differ by at most one in their last digit."""
    if NUMBER.sub("", line) != NUMBER.sub("", other):
        return False
    pairs = zip(NUMBER.findall(line), NUMBER.findall(other), strict=True)
    return all(
        len(a.partition(".")[2]) == len(b.partition(".")[2])
        and abs(Decimal(a) - Decimal(b)) <= Decimal(1).scaleb(-len(a.partition(".")[2]))
        for a, b in pairs
        if a != b
    )


def test_numbers_are_close_within_one_of_their_last_digit() -> None:
    assert close("of 48.5%  38.3% to 58.9%", "of 48.5%  38.2% to 58.9%")
    assert not close("of 48.5%  38.4% to 58.9%", "of 48.5%  38.2% to 58.9%")
    assert not close("of 48.5%", "for 48.5%") and not close("48.5%", "48.50%")


@pytest.mark.parametrize("name", NAMES)
def test_every_block_is_followed_or_shown(name: str) -> None:
    found = list(blocks(read(tutorial(name))))
    assert {block.kind for block in found} <= KINDS
    assert all(block.lines for block in found)
    assert max(len(line) for block in found if block.kind == "text" for line in block.lines) <= SCREEN


@pytest.mark.parametrize("name", (*NAMES, IN_THE_BROWSER))
def test_its_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)", read(tutorial(name)))
    assert links
    assert all((TUTORIALS / link).exists() for link in links)


@pytest.mark.parametrize("name", (*NAMES, IN_THE_BROWSER))
def test_it_keeps_the_cautions(name: str) -> None:
    """Time is not quality, and nothing is a forecast: said in each tutorial, in its own words."""
    text = " ".join(read(tutorial(name)).split())
    assert "about time" in text
    assert "quality" in text or "in time and poor" in text or "on time and still be poor" in text
    assert "forecast" in text or "foretell" in text


@pytest.mark.parametrize(
    "odd",
    [
        "simkit check a.yaml",
        "py -m simkit check 'a.yaml'",
        "py -m simkit check a.yaml > b",
        "py -m simkit check a.yaml && dir",
        "py -m simkit check a\\b.yaml",
        "py -m simkit check $HOME",
        "py -m simkit check *.yaml",
        "py -m simkit check %USERPROFILE%",
    ],
)
def test_commands_that_shells_read_differently_are_refused(odd: str) -> None:
    with pytest.raises(TutorialError):
        arguments(odd)


def test_double_quotes_are_read_alike() -> None:
    assert arguments('py -m simkit new "north somerset"') == ["new", "north somerset"]


def block(kind: str, *lines: str, **options: str) -> Block:
    return Block(1, kind, options, lines)


def test_an_edit_needs_its_place_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    reader = Reader()
    reader.do(block("yaml", "a: 1", "b: 1", file=str(file)))
    reader.do(block("yaml", "a: 1", find=str(file)))
    reader.do(block("yaml", "a: 2", instead=""))
    assert file.read_text(encoding="utf-8") == "a: 2\nb: 1\n"
    reader.do(block("yaml", "a: 1", find=str(file)))
    with pytest.raises(TutorialError, match="0 times"):
        reader.do(block("yaml", "a: 3", instead=""))


def test_another_exit_code_is_told() -> None:
    with pytest.raises(TutorialError, match="exit code 2 and not 0"):
        Reader().do(block("shell", "py -m simkit check --nothing"))


def test_the_last_line_of_python_shows_its_value() -> None:
    reader = Reader()
    assert reader.do(block("python", "a = 1", "print('so')", "a + 1")) == "so\n2\n"
    assert reader.do(block("python", "a")) == "1\n"


def test_the_part_that_is_shown() -> None:
    said = "one\ntwo\nthree\n\nfour\n"
    assert excerpt(said, block("text")) == ("one", "two", "three", "", "four")
    assert excerpt(said, block("text", **{"from": "two", "to": "blank"})) == ("two", "three")
    assert excerpt(said, block("text", **{"from": "two", "to": "four"})) == ("two", "three", "", "four")
    assert excerpt(said, block("text", **{"from": "two", "lines": "1"})) == ("two",)
    with pytest.raises(TutorialError, match="holds 'five'"):
        excerpt(said, block("text", **{"from": "five"}))

"""Values show themselves: tables and figures in a notebook, plain text when printed."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from own import census_file
from results import tiny, what_if, with_bands

import simkit
from simkit.common.blocks import Section, Table, Text
from simkit.common.display import Answer
from simkit.common.errors import SimkitError
from simkit.framework.check import check_text, load
from simkit.framework.difference import difference
from simkit.framework.library import find
from simkit.framework.problem import FrameworkError, Problems
from simkit.model.inputs.calibration import calibration
from simkit.output.render.html import report_html
from simkit.output.report.blocks import Report
from simkit.returns.read import read_return
from simkit.study.projection.project import project

BAD = """\
simkit: framework/1
title: Ours <b>&
status: draft
based_on: national/working-together-2023
timescale: 3
"""


class Tags(HTMLParser):
    """Fails where a tag is not closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.alts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.alts.append(str(dict(attrs)["alt"]))
        elif tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def shown(value: Answer) -> str:
    text = value._repr_html_()
    assert Tags(text).open == []
    assert "<script" not in text and "javascript:" not in text
    return text


def problems() -> Problems:
    return check_text(BAD, find("hackney").parent / "ours.yaml")


def test_a_framework_shows_what_it_says_about_time() -> None:
    text = shown(load("gloucestershire"))
    assert "neither written nor agreed by the authority" in text
    assert "within 7 working days of allocation" in text
    assert "whether there are other local reviews" in text
    assert "Framework  Gloucestershire, documented" in str(load("gloucestershire"))
    assert repr(load("hackney")).startswith("Framework('hackney'")
    assert len(repr(load("hackney"))) < 120


def test_problems_show_code_place_message_and_hint() -> None:
    found = problems()
    assert found
    text = shown(found)
    for each in found:
        assert each.code in text and each.severity.value in text
    assert "No problems" in shown(Problems())
    assert str(found) == "\n".join(str(each) for each in found)


def test_problems_are_escaped() -> None:
    text = shown(problems())
    assert "<b>" not in text


def test_a_result_shows_its_answer_figures_and_tables() -> None:
    text = shown(with_bands())
    breach = with_bands().measures["cohort_over_45_days_pct"]
    assert f"{breach.value:.1f}%" in text.split("<img")[0]
    (alt,) = Tags(text).alts
    assert alt.startswith("Hackney: ") and "days 41 to 45" in alt and len(alt) <= 150
    assert "Where the time went, by route, in words" in text
    assert with_bands().command in text
    assert "Assessment drift" in str(with_bands()) and "<" not in str(with_bands()).replace("<=", "")
    assert repr(with_bands()).count("\n") == 0


def test_a_what_if_carries_its_caption_in_a_notebook_too() -> None:
    assert "This changes national timescales that are in force" in shown(what_if())


def test_a_difference_shows_both_sides() -> None:
    text = shown(difference(load("hackney"), load("gloucestershire")))
    assert "<th" in text and "Gloucestershire" in text and "Hackney" in text
    assert "No difference in timescales" in shown(difference(load("hackney"), load("hackney")))


def test_any_report_can_be_shown() -> None:
    made = tiny().report()
    text = report_html(made)
    assert Tags(text).open == [] and len(Tags(text).alts) == 1
    assert text.count(", in words</summary>") == len(made.pictures())
    assert "nan" not in text.replace("tenant", "").lower().split("base64")[0]


def test_cells_are_escaped_and_only_web_addresses_lead_somewhere() -> None:
    rows = [
        ("<i>", Text("a", link="https://example.org/?a=1&b=2")),
        ("x", Text("b", link="javascript:alert(1)")),
    ]
    made = Table("<c>", ("<h>", "B"), tuple(rows), 1)
    text = report_html(Report("run", "T", sections=(Section("<s>", (made,)),)))
    assert "<i>" not in text and "<c>" not in text and "<h>" not in text and "javascript" not in text
    assert 'href="https://example.org/?a=1&amp;b=2"' in text


def others(folder: Path) -> dict[str, Answer]:
    """Values that are shown in a notebook with the same parts as in a terminal."""
    return {
        "calibration": calibration("204", 2023),
        "projections": project(2022, 2023, ["hackney", "wirral"]),
        "return": read_return("cin-census", census_file(folder, 400)),
    }


@pytest.mark.parametrize("name", ["calibration", "projections", "return"])
@pytest.mark.slow
def test_what_has_no_page_of_its_own_shows_the_parts_of_its_text(name: str, tmp_path: Path) -> None:
    value = others(tmp_path)[name]
    text, html = str(value), shown(value)
    assert "<table" in html and "nan" not in text.replace("tenant", "").lower()
    words = unescape(re.sub(r"<[^>]+>", " ", html))
    assert "<li>" in html or name == "calibration"
    assert set(re.findall(r"[\w.%]+", text)) - {"Answer"} <= set(re.findall(r"[\w.%]+", words))
    assert len(repr(value)) < 150 and "\n" not in repr(value)


def test_a_calibration_is_shown_in_words() -> None:
    text = str(calibration("204", 2023))
    assert "Median natural span, nobody watching the clock" in text and "span_median" not in text


@pytest.mark.parametrize("columns", [60, 80, 200])
@pytest.mark.slow
def test_printed_text_is_no_wider_than_the_terminal(
    columns: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for value in (with_bands(), load("gloucestershire"), *others(tmp_path).values()):
        assert max(map(len, str(value).splitlines())) <= min(columns, 110)


@pytest.mark.parametrize("value", [problems(), load("gloucestershire"), with_bands()])
def test_words_keep_the_notebook_s_own_colour(value: Answer) -> None:
    """Its ground may be light or dark: a colour of our own would be hard to read on one of them."""
    styles = " ".join(re.findall(r'style="([^"]*)"', value._repr_html_()))
    assert not re.search(r"(?<![\w-])(?:color|background(?:-color)?):", styles)


def test_an_error_shows_its_text_and_no_traceback() -> None:
    with pytest.raises(FrameworkError) as caught:
        raise FrameworkError(problems())
    assert caught.value._render_traceback_()[0].startswith("FrameworkError: ")
    with pytest.raises(SimkitError) as other:
        simkit.load("nowhere-at-all")
    assert "nowhere-at-all" in other.value._render_traceback_()[0]


def test_showing_a_framework_brings_in_no_figures() -> None:
    """What lies above is named and not imported: a framework alone stays light."""
    code = (
        "import sys, simkit; f = simkit.load('hackney'); "
        "assert not [m for m in sys.modules if m.startswith('simkit.output')], 'imported upwards'; "
        "str(f); f._repr_html_(); assert 'matplotlib' not in sys.modules and 'simpy' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

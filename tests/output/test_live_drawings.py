"""Figures of a run that is still going on: figures of the result, as SVG that a page can show."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from paths import ROOT

from simkit.framework.library import find
from simkit.output.drawings import NARROW, WIDE, durations_svg, timeline_svg, weeks_svg
from simkit.study.pulled import pull
from simkit.study.result import Result


@pytest.fixture(scope="module")
def results() -> list[Result]:
    return list(pull("rutland", replications=2, engine="simpy"))


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("draw", [durations_svg, weeks_svg])
def test_every_result_so_far_can_be_drawn_on_any_page(
    results: list[Result], draw: object, width: float
) -> None:
    for result in results:
        svg = draw(result, width, "here")  # type: ignore[operator]
        root = ElementTree.fromstring(svg)
        _, _, right, bottom = map(float, root.attrib["viewBox"].split())
        assert (right, root.attrib["aria-labelledby"]) == (width, "here-title here-desc")
        assert "nan" not in svg and "inf" not in svg
        for name, most in (
            ("x", right),
            ("x1", right),
            ("x2", right),
            ("y", bottom),
            ("y1", bottom),
            ("y2", bottom),
        ):
            for found in re.findall(rf' {name}="([-\d.]+)"', svg):
                assert -1 <= float(found) <= most + 1
        for pairs in re.findall(r'points="([^"]+)"', svg):
            for pair in pairs.split():
                x, y = map(float, pair.split(","))
                assert -1 <= x <= right + 1 and -1 <= y <= bottom + 1


def test_the_bars_are_as_long_as_the_shares(results: list[Result]) -> None:
    result = results[-1]
    root = ElementTree.fromstring(durations_svg(result))
    bars = [
        float(each.attrib["width"])
        for each in root.iter("{http://www.w3.org/2000/svg}rect")
        if each.attrib["height"] == "9" and each.attrib["x"] != "0"
    ]
    values = [band.value for band in result.bands.values()]
    assert len(bars) == len(values) == 9
    scale = max(bars) / max(values)  # lengths are rounded to a tenth, that of the longest too
    assert bars == pytest.approx([value * scale for value in values], abs=0.1)
    for value in values:
        assert f">{value:.1f}<" in durations_svg(result)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_weeks_are_told_by_months_as_in_the_figure_of_the_command(
    results: list[Result], width: float
) -> None:
    """The axis went from "first week" to "week 50": no year has 50 weeks, unless they have 5 working days."""
    svg = weeks_svg(results[-1], width)
    months = re.findall(r">([A-Z][a-z]{2})<", svg)
    assert months[0] == "Apr" and len(months) == (12 if width == WIDE else 6)
    assert ">2023<" in svg and ">2024<" in svg and "week of 5 working days<" in svg
    assert "April 2023 to March 2024" in svg, "in words too"


def test_what_somebody_wrote_is_text_in_every_drawing(results: list[Result]) -> None:
    evil = "<img src=x onerror=alert(1)>"
    experiment = results[0].experiment
    scenario = replace(experiment.scenario, name="x", title=evil)
    profile = replace(experiment.profile, name=evil)
    result = replace(results[0], experiment=replace(experiment, scenario=scenario, profile=profile))
    text = find("wirral").read_text(encoding="utf-8").replace("Wirral's single assessment", evil)
    for svg in (durations_svg(result), weeks_svg(result), timeline_svg(text)):
        assert "<img" not in svg
        ElementTree.fromstring(svg)


LIGHT = """
import sys
import simkit
from simkit.output import drawings
text = open(sys.argv[1], encoding="utf-8").read()
simkit.check_text(text)
simkit.fields(text)
simkit.suggest(simkit.edit(text, "title", "A title"), 3, 5)
simkit.difference("hackney", text)
drawings.timeline_svg(text)
simkit.document(text)
simkit.load(text)._repr_html_()
heavy = ("numpy", "pandas", "scipy", "matplotlib", "PIL", "docx", "numba")
print(*(name for name in heavy if name in sys.modules))
"""

LIVE = """
import sys
import simkit
from simkit.output import drawings
result = next(simkit.pull("rutland", engine="simpy", replications=1))
drawings.durations_svg(result), drawings.weeks_svg(result)
print(*(name for name in ("pandas", "matplotlib", "PIL", "docx", "numba") if name in sys.modules))
"""


@pytest.mark.parametrize("code", [LIGHT, LIVE])
@pytest.mark.slow
def test_a_light_page_loads_nothing_heavy(code: str) -> None:
    """Checks, forms, drawings and documents need no numpy, and live figures no matplotlib."""
    command = [sys.executable, "-c", code, str(find("wirral"))]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "\n"

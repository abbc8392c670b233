"""A report is short on a screen and whole on paper; a workbook shows the figure beside the answer."""

from __future__ import annotations

import io
import re

import pytest
from results import with_bands

pytest.importorskip("jinja2")
openpyxl = pytest.importorskip("openpyxl")

from simkit.output.render.excel import workbook  # noqa: E402
from simkit.output.render.report_page import page  # noqa: E402


@pytest.mark.slow
def test_appendices_are_folded_on_a_screen_and_open_on_paper() -> None:
    report = with_bands().report()
    text = page(report)
    appendices = sum(section.appendix for section in report.sections)
    assert appendices and text.count('<details class="folded">') == appendices
    paper = "".join(text.split("@media print")[1:])
    assert "details.folded { display: block; }" in paper
    assert ".folded::details-content { content-visibility: visible; }" in paper


@pytest.mark.slow
def test_a_figure_names_its_topic_once() -> None:
    text = page(with_bands().report())
    assert "figcaption>" not in text
    assert all(len(alt) <= 150 for alt in re.findall(r'aria-label="([^"]*)"', text))


def test_the_summary_of_a_workbook_has_the_figure_under_the_answer() -> None:
    report = with_bands().report()
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(report, {})))["Summary"]
    (picture,) = sheet._images
    above = [sheet.cell(row, 1).value for row in range(1, picture.anchor._from.row + 1)]
    assert report.title in above and report.answer.splitlines()[0] in above
    rows = picture.anchor.ext.height // (20 * 9525)  # of 20 pixels
    covered = range(picture.anchor._from.row + 1, picture.anchor._from.row + 1 + rows)
    assert all(sheet.cell(row, 1).value is None for row in covered)

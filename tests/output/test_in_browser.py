"""Every page that simkit makes, in a real browser at desktop and phone width: WCAG 2.2 AA by axe-core."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from browser import DESKTOP, SIZES, chromium, judged, shown
from paths import ROOT
from results import what_if, with_bands

import simkit
from simkit.data import authority
from simkit.framework.new.template import new_text
from simkit.output.document.file import compose
from simkit.output.render.report_page import page as report_page
from simkit.output.report.blocks import Report

pytest.importorskip("jinja2")

from simkit.output.document import html

pytestmark = pytest.mark.long

SMALL = "isles-of-scilly"
FRAMEWORKS = (
    "hackney",
    "wirral",
    "gloucestershire",
    "torbay",
    "walsall",
    "national/working-together-2013",
    "trials/islington",
)
NEW = {"child_seen": "5 working days", "first_review": "10 working days", "limit": "30 working days"}
NOTEBOOKS = ROOT / "notebooks"
NAMES = [path.stem for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))]
IMAGES_AND_TABLES = ("image-alt", "svg-img-alt", "td-headers-attr", "th-has-data-cells", "scope-attr-valid")


def compared(folder: Path) -> Report:
    return simkit.compare(SMALL, "as-published", "no-national-limit", replications=5, workers=1).report()


def neighbours(folder: Path) -> Report:
    return simkit.beside_neighbours(SMALL, replications=2, workers=1).report()


def indicators(folder: Path) -> Report:
    return simkit.indicators(with_bands()).report()


def staffed(folder: Path) -> Report:
    return simkit.staff(SMALL, "over 45 days <= 17%", replications=10, workers=1).report()


def sensitive(folder: Path) -> Report:
    return simkit.sensitivity(SMALL, replications=3, trajectories=0, workers=1).report()


def swept(folder: Path) -> Report:
    plan = {
        "frameworks": [SMALL, "national/working-together-2023"],
        "scenarios": ["as-published"],
        "replications": 2,
        "seed": 1,
    }
    return simkit.sweep(plan, folder / "swept", workers=1).report()


REPORTS: dict[str, Callable[[Path], Report]] = {
    "nation": lambda folder: simkit.nation(year=2024).report(),
    "merged authority": lambda folder: simkit.authority_years("bcp").report(),
    "run": lambda folder: with_bands().report(),
    "what-if": lambda folder: what_if().report(),
    "compare": compared,
    "neighbours": neighbours,
    "indicators": indicators,
    "staff": staffed,
    "sensitivity": sensitive,
    "sweep": swept,
}


@pytest.fixture(scope="module", params=REPORTS)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of each kind of report."""
    return report_page(REPORTS[request.param](tmp_path_factory.mktemp("made")))


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wrong_with_a_report(report: str, size: str, tmp_path: Path) -> None:
    found = judged(report, tmp_path, size)
    assert found["bad"] == [] and found["good"] > 20
    assert not found["wide"] and found["unloaded"] == 0 and found["reached"] == []


def test_no_script_in_a_page_is_run(tmp_path: Path) -> None:
    """Whatever got into a page: its policy forbids scripts, and everything from elsewhere."""
    script = "<p id='here'>as written</p><script>document.getElementById('here').textContent='run'</script>"
    pages = {"report": report_page(what_if().report()), "document": html.page(compose(SMALL))}
    for name, page in pages.items():
        before, end, after = page.rpartition("</body>")
        folder = tmp_path / name
        folder.mkdir()
        assert "as written</p>" in shown(before + script + end + after, folder)
        free = page.replace("default-src 'none'; ", "", 1).rpartition("</body>")[0]
        (folder / "free").mkdir()
        assert ">run</p>" in shown(free + script + end + after, folder / "free"), "it would run without it"


@pytest.mark.parametrize("size", SIZES)
def test_what_is_wrong_would_be_found(size: str, tmp_path: Path) -> None:
    wide = '</h1><div style="width:2000px">x</div><img src="x.png">'
    bad = report_page(with_bands().report()).replace("</h1>", wide)
    found = judged(bad, tmp_path, size)
    assert found["wide"] and found["unloaded"] == 1 and "image-alt" in [name for name, _ in found["bad"]]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", FRAMEWORKS)
def test_nothing_is_wrong_with_a_framework_document(name: str, size: str, tmp_path: Path) -> None:
    found = judged(html.page(compose(name)), tmp_path, size)
    assert found["bad"] == [] and found["good"] > 20
    assert not found["wide"] and found["unloaded"] == 0 and found["reached"] == []


@pytest.mark.parametrize("name", ["a new file", "gloucestershire"])
def test_a_printed_document_has_no_page_nearly_empty_and_no_head_without_its_row(
    name: str, tmp_path: Path
) -> None:
    """A page may be short only before what begins on a page of its own."""
    browser, reader = chromium(), shutil.which("pdftotext")
    if browser is None or reader is None:
        pytest.skip("needs Chromium and pdftotext")
    if name == "a new file":
        new = tmp_path / "wirral.yaml"
        new.write_text(new_text(authority("Wirral"), NEW, file=new.name), encoding="utf-8")
        name = str(new)
    (tmp_path / "page.html").write_text(html.page(compose(name)), encoding="utf-8")
    printed = [f"--print-to-pdf={tmp_path / 'page.pdf'}", (tmp_path / "page.html").as_uri()]
    quiet = {"check": True, "capture_output": True}
    subprocess.run([browser, "--headless=new", "--no-sandbox", "--disable-gpu", *printed], **quiet)  # type: ignore[call-overload]
    told = subprocess.run([reader, "-layout", tmp_path / "page.pdf", "-"], **quiet).stdout.decode()  # type: ignore[call-overload]
    pages = [[line.strip() for line in each.splitlines() if line.strip()] for each in told.split("\f")[:-1]]
    assert len(pages) > 4
    for sheet, after in pairwise(pages):
        assert len(sheet) > 20 or {"For children and families"} & {*after[:5]}, sheet
        assert not sheet[-2].endswith(("source", "exception", "By when", "Was it read?")), sheet


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_as_a_page_has_words_for_its_pictures_and_heads_on_its_tables(
    name: str, tmp_path: Path
) -> None:
    nbconvert = pytest.importorskip("nbconvert")
    made, _ = nbconvert.HTMLExporter().from_filename(str(NOTEBOOKS / f"{name}.ipynb"))
    found = judged(made, tmp_path, DESKTOP, IMAGES_AND_TABLES)
    assert found["bad"] == [] and found["good"] > 0

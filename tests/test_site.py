"""The site builds without a warning, and a link that leads nowhere is one; everybody can use its pages."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from browser import SIZES, judged
from paths import ROOT

import simkit
import simkit.output.figures
from tools.site.gallery import run_entries
from tools.site.links import broken_links

sphinx = pytest.importorskip("sphinx")
pytest.importorskip("myst_nb")
pytest.importorskip("furo")

pytestmark = pytest.mark.long

PAGES = (
    "",
    "docs/tutorials/manager",
    "docs/rules",
    "docs/evidence",
    "gallery",
    "nation",
    "standards",
    "docs/how-to/own-caseload",
    "reference/commands",
    "reference/python-study",
    "reference/format-framework",
    "reference/assumptions",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "tools.site", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return folder


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wrong_with_a_page(site: Path, name: str, size: str) -> None:
    page = site / name / "index.html"
    found = judged(page.read_text(encoding="utf-8"), page.parent, size)
    assert found["bad"] == []
    assert not found["wide"]
    assert all(address.startswith("file://") for address in found["reached"])


def test_every_public_name_has_its_place(site: Path) -> None:
    pages = "".join(
        path.read_text(encoding="utf-8") for path in (site / "reference").glob("python-*/index.html")
    )
    for name in ("run", "compare", "staff", "check_text", "Result", "nation", "export", "read_return"):
        assert hasattr(simkit, name)
        assert f'id="simkit.{name}"' in pages


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wrong_with_an_authoritys_page(site: Path, size: str, tmp_path: Path) -> None:
    page = (site / "authorities" / "cumberland.html").read_text(encoding="utf-8")
    found = judged(page, tmp_path, size)
    assert found["bad"] == [] and not found["wide"] and found["reached"] == []


def test_the_gallery_has_every_figure() -> None:
    drawing = {
        name
        for module in iter_modules(simkit.output.figures.__path__)
        for name, value in vars(import_module(f"simkit.output.figures.{module.name}")).items()
        if hasattr(value, "__wrapped__") and value.__annotations__.get("return") == "Figure"
    }
    assert len(drawing) > 20
    seen = {each.made_by for _, shown in run_entries() for each in shown}
    assert drawing <= seen


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html#here">b</a> <a href="https://example.org">out</a>')
    (tmp_path / "b.html").write_text('<p id="here"></p><a href="a.html#gone"></a><img src="no.svg">')
    assert broken_links(tmp_path) == ["b.html: a.html#gone", "b.html: no.svg"]


def test_it_can_be_searched_without_a_network(site: Path) -> None:
    assert "drift" in (site / "searchindex.js").read_text(encoding="utf-8")

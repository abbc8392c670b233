"""The site builds without a warning, and a link that leads nowhere is one; everybody can use its pages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from browser import SIZES, judged
from paths import ROOT

import simkit

sphinx = pytest.importorskip("sphinx")
pytest.importorskip("myst_nb")
pytest.importorskip("furo")

pytestmark = pytest.mark.long

PAGES = (
    "",
    "docs/tutorials/manager",
    "docs/rules",
    "docs/evidence",
    "how-to/own-caseload",
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


def test_it_can_be_searched_without_a_network(site: Path) -> None:
    assert "drift" in (site / "searchindex.js").read_text(encoding="utf-8")

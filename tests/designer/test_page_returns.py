"""A return in the page without a server: nothing of a child stays, and the practice is fitted to it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from tab import Tab
from without_a_server import INSIDE, brought, download, files_of, follow, note, opened, settled

import simkit

pytest.importorskip("flask")

from designing import as_database, secrets

from simkit.designer.edition.export import SINGLE
from simkit.framework.library import find
from simkit.model.inputs.calibration import calibration_text

pytestmark = pytest.mark.long

AUTHORITY = "rutland"
MARKS = re.compile(r"SYN-[\w-]+|\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}")
STORES = """async () => {
  const asked = async (names) => { try { return await names(); } catch { return []; } };
  const root = await asked(() => navigator.storage.getDirectory());
  return {
    local: Object.entries(localStorage), session: Object.entries(sessionStorage), cookie: document.cookie,
    databases: await asked(async () => (await indexedDB.databases()).map((each) => each.name)),
    caches: await asked(() => caches.keys()),
    files: await asked(() => Array.fromAsync(root.keys())),
  };
}"""
NOTHING = {"local": [], "session": [], "cookie": "", "databases": [], "caches": [], "files": []}


def returns(folder: Path) -> list[Path]:
    """A return of each kind, of children who don't exist."""
    names = {
        "cin-census": "return.xml",
        "annex-a": "lists.xlsx",
        "assessments": "extract.csv",
        "ssd": "dataset",
    }
    for kind, name in names.items():
        simkit.synthetic_return(kind, "hackney", folder / name, year=2024)
    return [
        *(folder / name for name in names.values()),
        as_database(folder / "dataset", folder / "dataset.db"),
    ]


def read(tab: Tab, file: Path) -> None:
    tab.page.locator("#folder" if file.is_dir() else "#file").set_input_files(file)
    tab.page.get_by_role("button", name="Read it").click()
    tab.page.wait_for_selector("[data-live=reading] :text('What was read')", timeout=60_000)


def at_its_return(tab: Tab, authority: str) -> None:
    brought(tab, find(authority))
    follow(tab, "link", "Try it out")
    tab.page.get_by_text("Our own return", exact=True).click()
    follow(tab, "link", "Read your return")


def written(file: Path) -> str:
    """All that a download has in it."""
    if not zipfile.is_zipfile(file):
        return file.read_text("utf-8")
    with zipfile.ZipFile(file) as archive:
        return " ".join(archive.read(name).decode("latin1") for name in archive.namelist())


def test_nothing_of_a_return_is_left_anywhere(chrome: Any, address: str, tmp_path: Path) -> None:
    """No id and no date of a child on a screen, in a store, a log, a download or a file of any worker."""
    framework = find("authorities/hackney").read_text("utf-8")
    with opened(chrome, address, scripts=[INSIDE]) as one:
        at_its_return(one, "authorities/hackney")
        for file in returns(tmp_path):
            hidden = secrets(file) - {*MARKS.findall(framework)}
            read(one, file)
            said = [one.page.content()]
            follow(one, "link", "Run the framework on it")
            said.append(one.page.content())
            follow(one, "button", "Run")
            one.page.wait_for_selector(".side .loud", timeout=60_000)
            one.page.get_by_role("button", name="Stop").click()
            settled(one)
            one.page.locator("summary", has_text="Download and repeat").first.click()
            for words in ("Report", "Excel workbook", "Caseload file"):
                said.append(written(download(one, "link", words, tmp_path)))
            held: dict[str, str] = {}
            for number, worker in enumerate(one.page.workers):
                held |= {f"{number}: {path}": content for path, content in files_of(worker).items()}
            assert any("hackney.yaml" in path for path in held), "the files of the workers are seen"
            assert [path for path in held if "/mail/" in path or path.endswith(".db")] == []
            assert one.page.evaluate(STORES) == NOTHING
            for words in (*said, *held.values(), *held, *one.said):
                assert hidden & set(MARKS.findall(words)) == set()
            follow(one, "link", "Read another return")


CHANCE = ("draws", "counterfactuals")
"""Of a practice, what is drawn by chance: the page draws others from the same distribution."""


def test_the_practice_is_fitted_in_the_page_as_it_is_elsewhere(
    chrome: Any, built: Path, tmp_path: Path
) -> None:
    """Begun, stopped, left for another screen and gone on with, it finds what ``--calibrate`` finds."""
    file = tmp_path / "extract.csv"
    simkit.synthetic_return("assessments", AUTHORITY, file, year=2024)
    with opened(chrome, (built / SINGLE).as_uri()) as one:
        at_its_return(one, AUTHORITY)
        read(one, file)
        one.page.get_by_role("button", name="Fit the practice to it").click()
        one.page.wait_for_selector("#run-years:text-matches('[1-9][0-9]* of ')", timeout=60_000)
        assert "fast engine" not in one.page.inner_text("main"), "there is none here"
        one.page.get_by_role("button", name="Stop").click()
        settled(one)
        follow(one, "link", "Timescales")
        follow(one, "link", "Try it out")
        one.page.get_by_text("Our own return", exact=True).click()
        follow(one, "link", "Read another return")
        one.page.get_by_role("button", name="Continue").click()
        one.page.get_by_text("The practice is fitted to your durations").wait_for(timeout=300_000)
        assert one.page.url.startswith(one.start), "the page is still there"
        assert "stopped" not in note(one)
        follow(one, "link", "Run the framework on it")
        follow(one, "button", "Run")
        one.page.wait_for_selector(".side .loud", timeout=60_000)
        one.page.get_by_role("button", name="Stop").click()
        settled(one)
        one.page.locator("summary", has_text="Download and repeat").first.click()
        practice = download(one, "link", "Practice file", tmp_path)
    counts = simkit.read_return("assessments", file, authority=AUTHORITY)
    here = yaml.safe_load(calibration_text(simkit.calibrate_to_return(counts)))
    there = yaml.safe_load(practice.read_text("utf-8"))
    for name, each in here["counterfactuals"].items():
        assert each["low"] < there["counterfactuals"][name]["value"] < each["high"]
    assert len(there["draws"]["values"]) == len(here["draws"]["values"])
    fitted, expected = without_chance(there), without_chance(here)
    assert fitted.keys() == expected.keys()
    assert [(at, fitted[at], each) for at, each in expected.items() if not near(fitted[at], each)] == []


def near(there: Any, here: Any) -> bool:
    numbers = isinstance(here, float | int) and not isinstance(here, bool)
    return bool(there == (pytest.approx(here, rel=1e-5, abs=1e-5) if numbers else here))


def without_chance(practice: dict[str, Any]) -> dict[str, Any]:
    """What is fitted, each value by where it is. A search ends where it gains less than a millionth."""
    found: dict[str, Any] = {}

    def look(value: Any, at: str) -> None:
        if isinstance(value, dict | list):
            for key, each in value.items() if isinstance(value, dict) else enumerate(value):
                look(each, f"{at}/{key}")
        else:
            found[at] = value

    look({key: value for key, value in practice.items() if key not in CHANCE}, "")
    return found

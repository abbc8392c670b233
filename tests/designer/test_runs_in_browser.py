"""Runs and own returns in a real browser: by keyboard, in every state by axe-core, and stopped at once."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from typing import Any

import pytest
from browsing import WIDTHS, Served, server, tab
from tab import Tab

import simkit
from simkit.framework.library import find

pytest.importorskip("flask")

pytestmark = pytest.mark.long
__all__ = ["server"]  # a fixture

RUN, RETURN = "f/hackney.yaml/run", "f/hackney.yaml/return"


@pytest.fixture
def hackney(tmp_path: Path) -> Path:
    (tmp_path / "hackney.yaml").write_bytes(find("hackney").read_bytes())
    (tmp_path / "rutland.yaml").write_bytes(find("rutland").read_bytes())
    return tmp_path


def extract(folder: Path) -> Path:
    """An extract of children who don't exist, below headings that no system has."""
    simkit.synthetic_return("assessments", "hackney", folder / "extract.csv", year=2024)
    head, *rows = csv.reader((folder / "extract.csv").read_text(encoding="utf-8-sig").splitlines())
    odd = {"Assessment Start Date": "Opened by the team", "Assessment Authorised Date": "Off the list"}
    out = io.StringIO()
    csv.writer(out).writerows([[odd.get(each, each) for each in head], *rows])
    file = folder / "odd.csv"
    file.write_text(out.getvalue(), encoding="utf-8")
    return file


def look(one: Tab, state: str, wrong: dict[str, Any]) -> None:
    found = one.judged()
    if found or one.too_wide():
        wrong[state] = found or "too wide"


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wrong_with_a_run_in_any_state(
    chrome: Any, hackney: Path, server: Served, width: int
) -> None:
    """Before it, refused, going, stopped, several side by side, folded open, without a response."""
    wrong: dict[str, Any] = {}
    with tab(chrome, server.address, width) as one:
        one.open("f/rutland.yaml/run")
        look(one, "form", wrong)
        for each in ("#caseload-return", "#caseload-hand", "#limit-own", "#review-day"):
            one.page.check(each)
            look(one, each, wrong)
        one.page.check("#caseload-published")
        one.page.fill("#referrals", "many")
        one.page.click("text=Run >> nth=-1")
        look(one, "refused", wrong)
        one.page.fill("#referrals", "20")
        one.page.fill("#review_day", "10")
        one.page.check("#limit-as_it_is")
        one.page.click("button:text-is('Run')")
        one.page.wait_for_selector(".side", timeout=300_000)
        look(one, "going", wrong)
        one.page.click("[data-does=stop]")
        one.page.wait_for_selector("[data-does=more]:visible")
        look(one, "stopped", wrong)
        one.page.click("[data-does=more]")
        one.page.wait_for_selector(".loud.unsettled, .loud.settled", timeout=300_000)
        one.page.click("[data-does=stop]")
        one.page.wait_for_selector("[data-does=more]:visible")
        one.page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true; })")
        look(one, "open", wrong)
        one.page.click("text=Show it if nobody responds")
        look(one, "nobody responds", wrong)
        messages = [each for each in one.said if "status of 4" not in each]
    assert wrong == {} and messages == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_return_that_nobody_prepared(chrome: Any, hackney: Path, server: Served, width: int) -> None:
    """Odd headings: it says so, keeps the chosen file, and reads it once they are named. Then it runs."""
    wrong: dict[str, Any] = {}
    file = extract(hackney)
    with tab(chrome, server.address, width) as one:
        one.open(RETURN)
        look(one, "form", wrong)
        one.page.set_input_files("#file", str(file))
        one.page.click("text=Read it")
        one.page.wait_for_selector("#reading [role=alert]", timeout=300_000)
        assert "Off the list" in one.page.inner_text("#reading")
        look(one, "not understood", wrong)
        one.page.fill("[id='column-assessments-start']", "Opened by the team")
        one.page.fill("[id='column-assessments-end']", "Off the list")
        one.page.click("text=Read it")
        one.page.wait_for_selector("text=What was read", timeout=300_000)
        look(one, "read", wrong)
        one.page.click("text=Fit the practice to it")
        one.page.wait_for_function("() => document.querySelector('progress').value >= 3", timeout=300_000)
        look(one, "fitting", wrong)
        one.page.click("[data-does=stop]")
        one.page.wait_for_selector("[data-does=more]:visible")
        look(one, "fit stopped", wrong)
        one.page.click("[data-does=more]")
        one.page.wait_for_selector("text=The practice is fitted to your durations", timeout=300_000)
        look(one, "fitted", wrong)
        one.page.click("text=Run the framework on it")
        assert one.page.is_checked("#caseload-return")
        one.page.click("button:text-is('Run')")
        one.page.wait_for_selector(".side", timeout=300_000)
        look(one, "run on it", wrong)
        kept = one.page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert "SYN-" not in kept
    assert wrong == {} and [each for each in one.said if "status of 4" not in each] == []


def test_a_whole_run_by_keyboard_alone(chrome: Any, hackney: Path, server: Served) -> None:
    with tab(chrome, server.address, accept_downloads=True) as one:
        one.open("f/rutland.yaml/")
        one.follow("What may it do?")
        one.to("Referrals: slider")
        one.press(*["ArrowRight"] * 20)
        assert one.page.input_value("#referrals") == "20"
        one.to("As it is: no review on a set day")
        one.press("ArrowDown")
        one.to("Day of the first review")
        one.to("Day of the first review")
        one.type("10")
        one.follow("Run")
        one.page.wait_for_function("() => document.querySelector('progress').value >= 5", timeout=300_000)
        one.to("Stop")
        one.press("Enter")
        one.page.wait_for_function("() => document.activeElement.dataset.does === 'more'")
        one.to("Download and repeat")
        one.press("Enter")
        one.to("Report (web page)")
        with one.page.expect_download() as download:
            one.press("Enter")
        assert download.value.suggested_filename.endswith(".html")


def test_without_javascript_it_runs(chrome: Any, hackney: Path, server: Served) -> None:
    with tab(chrome, server.address, java_script_enabled=False) as one:
        one.open("f/rutland.yaml/run")
        one.page.fill("#referrals", "20")
        one.page.click("button:text-is('Run')")
        for _ in range(100):
            if not one.page.is_visible("text=Show the next years"):
                break
            one.page.click("text=Show the next years")
        assert one.page.is_visible(".loud.unsettled, .loud.settled")
        one.page.click("text=Simulate more years")
        one.page.click("text=Stop")
        assert one.page.is_visible("text=Go on")


def test_stop_is_answered_within_a_second_and_ends_the_process_that_compiles(
    chrome: Any, hackney: Path, server: Served
) -> None:
    with tab(chrome, server.address) as one:
        one.open(RUN)
        one.page.click("button:text-is('Run')")
        one.page.wait_for_selector(".side", timeout=300_000)
        began = time.monotonic()
        one.page.click("[data-does=stop]")
        one.page.wait_for_selector("[data-does=more]:visible")
        assert time.monotonic() - began <= 1
        one.page.wait_for_timeout(2500)  # the step that was begun is ended
        years = one.page.inner_text("#run-years")
        one.page.wait_for_timeout(2500)
        assert one.page.inner_text("#run-years") == years, "nothing more is simulated"

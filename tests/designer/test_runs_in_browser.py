"""Runs and own returns in a real browser: by keyboard, in every state by axe-core, and stopped at once."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import WIDTHS, Served, free_port, served, server, tab
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
    """An extract of children who don't exist, with headings and codes that no system has."""
    simkit.synthetic_return("assessments", "hackney", folder / "extract.csv", year=2024)
    head, *rows = csv.reader((folder / "extract.csv").read_text(encoding="utf-8-sig").splitlines())
    odd = {"Assessment Start Date": "Opened by the team", "Assessment Authorised Date": "Off the list"}
    out = io.StringIO()
    coded = [["HAND" if each == "true" else each for each in row] for row in rows]
    csv.writer(out).writerows([[odd.get(each, each) for each in head], *coded])
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
        one.page.click("button:text-is('Read it')")
        one.page.wait_for_selector("[data-live=refused] [role=alert]", timeout=300_000)
        assert "Off the list" in one.page.inner_text("[data-live=refused]")
        look(one, "not understood", wrong)
        one.page.fill("[id='column-assessments-start']", "Opened by the team")
        one.page.fill("[id='column-assessments-end']", "Off the list")
        one.page.click("text=Read it with these details")
        one.page.wait_for_selector("text=What the answers mean", timeout=300_000)
        look(one, "answers not understood", wrong)
        for column in one.page.get_by_label("HAND").all():
            column.select_option("yes")
        one.page.click("text=Read it with these answers")
        one.page.wait_for_function("() => !document.querySelector('.asked').textContent.includes(' times')")
        one.page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true; })")
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
        one.follow("Try it out")
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


def test_what_is_typed_for_a_run_is_there_on_coming_back(chrome: Any, hackney: Path, server: Served) -> None:
    """The form itself leads to the return and back; a number that was put back again stays so."""
    with tab(chrome, server.address) as one:
        one.open("f/rutland.yaml/run")
        for number in ("20", "25"):
            with one.page.expect_response(lambda answer: answer.url.endswith("/run/typed")):
                one.page.fill("#referrals", number)
        with one.page.expect_response(lambda answer: answer.url.endswith("/run/typed")):
            one.page.check("#caseload-return")
        one.page.click("text=Read your return")
        one.page.click("nav >> text=Try it out")
        assert one.page.input_value("#referrals") == "25" and one.page.is_checked("#caseload-return")
        for number in ("30", "25"):
            with one.page.expect_response(lambda answer: answer.url.endswith("/run/typed")):
                one.page.fill("#referrals", number)
        one.page.reload()
        assert one.page.input_value("#referrals") == "25" and not one.page.is_visible("#kept-note")


def test_without_javascript_it_runs(chrome: Any, hackney: Path, server: Served) -> None:
    with tab(chrome, server.address, java_script_enabled=False) as one:
        one.open("f/rutland.yaml/run")
        one.page.fill("#referrals", "20")
        one.page.click("button:text-is('Run')")
        for _ in range(100):
            if not one.page.is_visible("text=Show the next years"):
                break
            one.page.click("text=Show the next years")
        assert one.page.input_value("#referrals") == "20", "the answer stands above its question"
        assert one.page.is_visible(".loud.unsettled, .loud.settled")
        one.page.click("text=Simulate more years")
        one.page.click("text=Stop")
        assert one.page.is_visible("text=Continue")


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


@pytest.fixture
def cold(hackney: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The designer on a computer that has never compiled the fast engine."""
    empty = tmp_path_factory.mktemp("cache")
    with served(hackney, free_port(), NUMBA_CACHE_DIR=str(empty)) as made:
        yield made


def compiles(server: Served) -> bool:
    """Whether a process that compiles is running."""
    found = subprocess.run(
        ["ps", "--ppid", str(server.process.pid), "-o", "args="], capture_output=True, text=True, check=False
    )
    return "compile_kernel" in found.stdout


def stopped_in(one: Tab) -> float:
    """Seconds until the designer has answered that it stopped."""
    began = time.monotonic()
    with one.page.expect_response(lambda response: response.url.endswith("/stop")) as answer:
        one.page.click("[data-does=stop]")
    answer.value.finished()
    one.page.wait_for_selector("[data-does=more]:visible")
    return time.monotonic() - began


@pytest.mark.skipif(sys.platform == "win32", reason="ps lists the processes")
def test_a_cold_computer_shows_figures_while_it_compiles(chrome: Any, cold: Served) -> None:
    """The first figure of Hackney within 8 s by SimPy; Stop answers within 1 s and ends the compiling."""
    with tab(chrome, cold.address) as one:
        one.open(RUN)
        one.page.click("button:text-is('Run')")
        one.page.wait_for_selector("#answer")
        assert compiles(cold) and stopped_in(one) <= 1, "before there is any figure"
        assert not compiles(cold)
        one.page.click("[data-does=more]")
        began = time.monotonic()
        one.page.wait_for_selector(".side", timeout=300_000)
        first = time.monotonic() - began
        assert first <= 8 and compiles(cold), f"the first figure after {first:.1f} s"
        assert stopped_in(one) <= 1 and not compiles(cold), "while it compiles"


@pytest.mark.skipif(sys.platform == "win32", reason="ps lists the processes")
def test_a_fit_is_prepared_and_stopped_on_a_cold_computer(chrome: Any, hackney: Path, cold: Served) -> None:
    simkit.synthetic_return("assessments", "hackney", hackney / "extract.csv", year=2024)
    with tab(chrome, cold.address) as one:
        one.open(RETURN)
        one.page.set_input_files("#file", str(hackney / "extract.csv"))
        one.page.click("button:text-is('Read it')")
        one.page.click("text=Fit the practice to it", timeout=300_000)
        one.page.wait_for_selector("text=Preparing the fast engine")
        one.page.wait_for_timeout(1500)
        assert compiles(cold) and one.judged() == []
        assert stopped_in(one) <= 1 and not compiles(cold)
        one.page.wait_for_timeout(1000)
        assert not compiles(cold), "nothing begins again by itself"
        one.page.click("[data-does=more]")
        one.page.wait_for_function("() => document.querySelector('progress').value >= 1", timeout=600_000)
        assert stopped_in(one) <= 1, "while it fits"

"""The workers of the page without a server: several have the figures of one, and any of them may end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from platforms import alike
from tab import Tab
from without_a_server import INSIDE, READY, answer_of, brought, follow, note, opened, settled, stored

pytest.importorskip("flask")

from simkit.designer.edition.export import SINGLE
from simkit.designer.running.runs import Caseload, Runs
from simkit.designer.running.what_if import WhatIf
from simkit.framework.check import load
from simkit.framework.library import find
from simkit.output.answers.registry import data_of

pytestmark = pytest.mark.long

STOPPED = "html[data-lacking]"
RESTARTED = "has been started again"
MACHINE = """
Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => %d });
Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => 8 });
"""
NO_MEMORY = """
const before = window.Blob;
let workers = 0;
window.Blob = class extends before {
  constructor(parts, how) {
    const fails = how?.type === 'text/javascript' && ++workers > %d;
    const head = "WebAssembly.instantiate = async () => { throw new RangeError('Out of memory'); };";
    super(fails ? [head, ...parts] : parts, how);
  }
};
"""
PAGES, RUNS = 0, 1
"""The place of a worker in the page's list, in the order in which they begin; those for years follow."""


@contextmanager
def at_its_runs(chrome: Any, address: str, *scripts: str, authority: str = "rutland") -> Iterator[Tab]:
    with opened(chrome, address, scripts=[INSIDE, *scripts]) as one:
        brought(one, find(authority))
        follow(one, "link", "Try it out")
        yield one


def run(tab: Tab) -> None:
    follow(tab, "button", "Run")
    tab.page.wait_for_selector(".side .loud", timeout=60_000)


def years(tab: Tab, least: int) -> None:
    """Wait until so many years are simulated."""
    tab.page.wait_for_function(
        "(least) => parseInt(document.getElementById('run-years').textContent) >= least",
        arg=least,
        timeout=120_000,
    )


_RESULTS = """
import json
from pathlib import Path
from simkit.output.answers.registry import data_of
runs = inside.MEMORY.runs["rutland.yaml"]
Path("/mail/result").write_text(json.dumps([data_of(each) for each in (*runs.results(), runs.comparison())]))
"""


def test_several_workers_have_the_figures_of_an_installed_simkit(
    chrome: Any, address: str, tmp_path: Path
) -> None:
    """Of two runs and their comparison: whole numbers and words exactly, others to 12 digits."""
    with at_its_runs(chrome, address, MACHINE % 8) as one:
        one.page.locator("#referrals").fill("20")
        run(one)
        years(one, 6)
        assert len(one.page.workers) == 5, "for pages, for runs, and three for years"
        one.page.get_by_role("button", name="Stop").click()
        settled(one)
        there = json.loads(answer_of(one.page.workers[RUNS], _RESULTS))
    file = tmp_path / "rutland.yaml"
    file.write_bytes(find("rutland").read_bytes())
    here = Runs(load(file), file.name, "", Caseload())
    here.set((WhatIf(), WhatIf(referrals=20.0)), there[0]["replications"])
    while not here.sides.finished:
        here.work(60)
    text = json.dumps([data_of(each) for each in (*here.results(), here.comparison())])
    made = json.loads(text.replace(str(file), f"/work/{file.name}"))
    for one_side, other in zip(there, made, strict=True):
        for each in (one_side, other):
            del each["engine"], each["command"]
        assert one_side.keys() == other.keys()
        assert [(one_side[key], other[key]) for key in other if not alike(one_side[key], other[key])] == []


@pytest.mark.parametrize("how", ["while nothing is asked", "while it answers"])
def test_a_worker_for_pages_that_ends_silently_is_replaced_and_what_was_typed_stays(
    chrome: Any, address: str, how: str
) -> None:
    with opened(chrome, address) as one:
        brought(one, find("rutland"))
        follow(one, "link", "The file")
        box = one.page.locator("#text")
        box.focus()
        one.press("Control+End")
        one.page.keyboard.type("reviewz: none\n")
        one.page.wait_for_selector("#state:text('Kept')")
        (worker,) = one.page.workers
        if how == "while it answers":
            worker.evaluate("() => { self.onmessage = () => self.close(); }")
            one.page.keyboard.type("# and more\n")
            one.page.wait_for_selector(f"#strip-note:text('{RESTARTED}')")
            assert "reviewz" in box.input_value() and "# and more" in box.input_value()
            one.page.wait_for_selector("#state:text('Kept')")
        else:
            worker.evaluate("self.close()")
        follow(one, "link", "Timescales")
        assert RESTARTED in note(one)
        follow(one, "link", "The file")
        assert "reviewz" in box.input_value()
        assert stored(one) == {}


def test_the_form_of_runs_keeps_what_was_asked_and_what_is_typed(chrome: Any, address: str) -> None:
    with at_its_runs(chrome, address) as one:
        box = one.page.locator("#referrals")
        box.fill("20")
        run(one)
        assert box.input_value() == "20"
        box.fill("25")
        one.page.wait_for_timeout(2000)  # it is kept after a moment
        follow(one, "link", "Timescales")
        follow(one, "link", "Try it out")
        assert box.input_value() == "25"
        follow(one, "button", "Undo all changes")
        assert box.input_value() == "0"


def test_a_worker_for_runs_that_ends_is_told_and_one_can_run_again(chrome: Any, address: str) -> None:
    with at_its_runs(chrome, address) as one:
        run(one)
        one.page.workers[RUNS].evaluate("self.close()")
        one.page.wait_for_selector("#run-years:text('has stopped')", timeout=60_000)
        assert RESTARTED in note(one)
        run(one)
        years(one, 2)


def test_a_worker_for_years_that_ends_costs_no_figure(chrome: Any, address: str) -> None:
    with at_its_runs(chrome, address, MACHINE % 8) as one:
        run(one)
        one.page.workers[RUNS + 1].evaluate("self.close()")
        one.page.wait_for_selector("#strip-note:text('one year at a time')", timeout=60_000)
        done = int(one.page.inner_text("#run-years").split()[0])
        years(one, done + 2)
        for _ in range(100):  # the browser tells a moment later that a worker has ended
            if len(one.page.workers) == 3:
                break
            one.page.wait_for_timeout(100)
        assert len(one.page.workers) == 3, "one at a time"


@pytest.mark.parametrize("screen", ["The file", "Try it out"])
def test_a_page_loaded_again_opens_at_its_first_screen_where_the_last_is_gone(
    chrome: Any, address: str, screen: str
) -> None:
    with opened(chrome, address) as one:
        brought(one, find("rutland"))
        follow(one, "link", screen)
        one.page.reload()
        one.page.wait_for_selector(READY, state="attached", timeout=60_000)
        assert one.page.get_by_role("link", name="Start a new framework").is_visible()


def test_where_no_year_fits_into_memory_it_is_said_and_writing_goes_on(chrome: Any, address: str) -> None:
    with at_its_runs(chrome, address, NO_MEMORY % 2) as one:
        one.page.get_by_role("button", name="Run", exact=True).click()
        one.page.wait_for_selector("#strip-note:text('could not be simulated')", timeout=60_000)
        assert "has stopped" in one.page.inner_text("#run-years")
        follow(one, "link", "Timescales")
        assert one.page.inner_text("h1") == "Our timescales"


def test_a_computer_with_little_memory_simulates_one_year_at_a_time(chrome: Any, address: str) -> None:
    with at_its_runs(chrome, address, MACHINE % 4) as one:
        run(one)
        years(one, 2)
        assert "This computer has little memory" in note(one)
        assert len(one.page.workers) == 3


LACKING = {
    "no WebAssembly": ("delete window.WebAssembly", "does not run WebAssembly"),
    "WebAssembly is forbidden": (
        "WebAssembly.compileStreaming = async () => { throw new WebAssembly.CompileError('blocked'); }",
        "or it is forbidden here",
    ),
    "an old browser": ("delete window.DecompressionStream", "too old"),
    "old WebAssembly": ("WebAssembly.validate = () => false", "too old"),
    "too little memory": (NO_MEMORY % 0, "too little memory"),
}


@pytest.mark.parametrize("lacks", LACKING)
def test_what_a_browser_lacks_is_said_and_what_still_works_is_offered(
    chrome: Any, address: str, lacks: str
) -> None:
    script, words = LACKING[lacks]
    with opened(chrome, address, wanted=STOPPED, scripts=[script]) as one:
        assert words in one.page.inner_text("#opening-words")
        for link, heading in (
            ("read the national framework", "Working Together"),
            ("What is in this page", "What a computer needs"),
        ):
            with one.page.context.expect_page() as told:
                one.page.get_by_text(link).click(modifiers=["Shift"] if "http" in address else [])
            told.value.wait_for_load_state()
            assert heading in told.value.inner_text("body")


def test_the_folder_opened_from_a_drive_leads_to_the_single_file(chrome: Any, built: Path) -> None:
    context = chrome.new_context()
    page = context.new_page()
    page.goto((built / "index.html").as_uri())
    page.wait_for_selector(READY, state="attached", timeout=60_000)
    assert page.url.split("#")[0].endswith(SINGLE)
    context.close()

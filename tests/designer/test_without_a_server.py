"""The designer as a page without a server, in Chromium: on an intranet and from a shared drive.

The page is built by ``simkit design --export``, which fetches its packages.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from paths import ROOT
from platforms import close, examples_in
from without_a_server import (
    READY,
    begun,
    brought,
    download,
    follow,
    note,
    opened,
    served,
    settled,
    stored,
    text_of,
)

from simkit.framework.library import find

pytest.importorskip("flask")

from simkit.designer.edition.export import SINGLE, export
from simkit.designer.edition.scripts import joined
from tools.webassembly import facts

pytestmark = pytest.mark.long

AUTHORITIES = ("isles-of-scilly", "rutland", "hackney", "wirral", "oxfordshire")
SCENARIOS = ("as-published", "winter-surge", "no-national-limit")


def test_two_builds_have_equal_bytes(built: Path, tmp_path: Path) -> None:
    export(tmp_path, lambda _: None)
    one, other = (
        {path.relative_to(each).as_posix(): path.read_bytes() for path in each.rglob("*") if path.is_file()}
        for each in (built, tmp_path)
    )
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_a_manager_writes_checks_and_publishes_with_nothing_but_the_page(
    chrome: Any, address: str, tmp_path: Path
) -> None:
    """And goes on another day, in a page opened anew, with the file that was saved."""
    with opened(chrome, address) as one:
        begun(one)
        follow(one, "link", "The file")
        one.page.locator("#text").focus()
        one.press("Control+End")
        one.page.keyboard.type("reviewz: none\n")
        one.page.wait_for_selector("[data-live=problems] :text('reviewz')")
        follow(one, "button", "Go back to the saved file")
        follow(one, "link", "Timescales")
        one.page.get_by_role("link", name="Answer").first.click()
        settled(one)
        one.page.get_by_role("radio", name="A number", exact=True).check()
        one.page.locator("[name=number]").fill("2")
        follow(one, "button", "Save")
        follow(one, "link", "See it")
        one.page.frame_locator("iframe.paper").get_by_role("heading", level=1).wait_for()
        assert download(one, "link", "for Word", tmp_path).read_bytes().startswith(b"PK")
        word = download(one, "button", "Download for Word", tmp_path)
        page = download(one, "link", "Download as a web page", tmp_path)
        assert word.name in one.said or note(one)
        saved = download(one, "button", "Save it to a file", tmp_path)
        assert saved.name == "oxfordshire.yaml"
        assert "downloads" in note(one)
        assert "Open a framework file" in note(one), "how to open it again"
        follow(one, "link", "The file")
        assert saved.read_text("utf-8") == text_of(one)
        assert stored(one) == {}, "nothing is stored where nobody asks for it"
    assert word.read_bytes().startswith(b"PK")
    assert "<h1" in page.read_text("utf-8")
    assert re.search(r"within: 2 working days", saved.read_text("utf-8"))
    with opened(chrome, address) as other:
        brought(other, saved)
        assert "only in this page" not in other.page.inner_text("#strip"), "it is in the file that was chosen"
        follow(other, "link", "The file")
        assert text_of(other) == saved.read_text("utf-8")


def test_a_manager_simulates_and_stops_and_other_screens_never_wait(
    chrome: Any, address: str, tmp_path: Path
) -> None:
    """The first figure of Hackney within 15 s, Stop and any other screen within 1 s."""
    with opened(chrome, address) as one:
        brought(one, find("authorities/hackney"))
        follow(one, "link", "Try it out")
        begin = time.perf_counter()
        one.page.get_by_role("button", name="Run", exact=True).click()
        one.page.wait_for_selector(".side .loud", timeout=60_000)
        assert time.perf_counter() - begin <= 15
        assert "in 100" in one.page.inner_text(".side .loud")
        begin = time.perf_counter()
        one.page.get_by_role("button", name="Stop").click()
        one.page.wait_for_selector("form[data-when=still]:not([hidden])")
        assert time.perf_counter() - begin <= 1
        settled(one)
        begin = time.perf_counter()
        one.page.get_by_role("button", name="Continue").click()
        follow(one, "link", "Timescales")
        assert time.perf_counter() - begin <= 1, "a year is being simulated meanwhile"
        follow(one, "link", "Try it out")
        one.page.get_by_role("button", name="Stop").click()
        settled(one)
        one.page.locator("#referrals").fill("20")
        begin = time.perf_counter()
        one.page.get_by_role("button", name="Run", exact=True).click()
        one.page.wait_for_selector(".side:nth-of-type(2) .loud", timeout=60_000)
        assert time.perf_counter() - begin <= 5 + 15, "the workers that were stopped are there again"
        one.page.get_by_role("button", name="Stop").click()
        settled(one)
        one.page.locator("summary", has_text="Download and repeat").first.click()
        book = download(one, "link", "Excel workbook", tmp_path)
        assert book.read_bytes().startswith(b"PK")


def test_what_is_kept_in_the_browser_is_kept_only_if_somebody_asks(chrome: Any, address: str) -> None:
    with opened(chrome, address) as one:
        begun(one)
        assert stored(one) == {}
        one.page.get_by_label("Keep my frameworks in this browser too").check()
        (kept,) = stored(one).values()
        assert "Oxfordshire" in kept
        one.page.reload()
        one.page.wait_for_selector(READY, state="attached", timeout=60_000)
        follow(one, "link", "simkit designer")
        assert "oxfordshire.yaml" in one.page.inner_text("main")
        one.page.get_by_label("Keep my frameworks in this browser too").uncheck()
        assert stored(one) == {}


def test_a_title_stays_text_on_every_screen(chrome: Any, address: str, tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    text = find("authorities/hackney").read_text("utf-8")
    bad = "<img src=x onerror=alert(1)>"
    file.write_text(re.sub(r"(?m)^title: .*$", f'title: "{bad}"', text), encoding="utf-8")
    with opened(chrome, address) as one:
        shown = []
        one.page.on("dialog", lambda dialog: shown.append(dialog.message))
        brought(one, file)
        for screen in ("Timescales", "See it", "Compare", "The file", "What to do"):
            follow(one, "link", screen)
            assert one.page.locator("img[src=x]").count() == 0
        assert bad in one.page.content() or "&lt;img" in one.page.content()
        assert shown == []


def test_the_page_is_fast_enough(chrome: Any, built: Path) -> None:
    """Usable within 10 s from an intranet and 30 s from a drive; a key to its problems within 250 ms."""
    with served(built) as intranet:
        for place, most in ((intranet, 10), ((built / SINGLE).as_uri(), 30)):
            begin = time.perf_counter()
            with opened(chrome, place):
                assert time.perf_counter() - begin < most
    with opened(chrome, (built / SINGLE).as_uri()) as one:
        brought(one, find("authorities/hackney"))
        follow(one, "link", "The file")
        took: list[float] = one.page.evaluate(
            """async () => {
            const box = document.getElementById('text'), took = [];
            const place = document.querySelector('[data-live=problems]');
            for (let n = 0; n < 21; n++) {
              const begin = performance.now();
              const told = new Promise((resolve) => {
                new MutationObserver((_, seen) => { seen.disconnect(); resolve(); })
                  .observe(place, { childList: true });
              });
              box.value += n % 2 ? 'x' : '\\nwrong_' + n + ': 1';
              box.dispatchEvent(new Event('input', { bubbles: true }));
              await told;
              took.push(performance.now() - begin);
              await new Promise((resolve) => setTimeout(resolve, 60));
            }
            return took; }"""
        )
        assert median(took) <= 250, took


@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_can_be_used_by_everybody(chrome: Any, built: Path, width: int) -> None:
    with opened(chrome, (built / SINGLE).as_uri(), width) as one:
        assert (one.judged(), one.too_wide()) == ([], False)
        begun(one)
        for screen in ("Timescales", "The file", "See it"):
            follow(one, "link", screen)
            assert (one.judged(), one.too_wide()) == ([], False), screen
        one.page.get_by_role("button", name="Save it to a file").focus()
        assert one.page.evaluate("() => document.activeElement.checkVisibility()")


def in_the_page(chrome: Any, built: Path, files: dict[str, str], code: str) -> Any:
    """Run code in the page's Python; gives what it wrote to /mail/result as JSON."""
    (built / "empty.html").write_text("<!doctype html><title>empty</title>", encoding="utf-8")
    names = [path.stem for path in sorted((built / "parts").glob("*.bin")) if path.stem != "python"]
    with served(built) as place:
        page = chrome.new_context().new_page()
        page.goto(f"{place}empty.html")
        page.set_default_timeout(900_000)
        answer = page.evaluate(
            """async ([script, names, files, code]) => {
            const packed = (await fetch('parts/python.bin')).body;
            const stream = packed.pipeThrough(new DecompressionStream('gzip'));
            const headers = { 'Content-Type': 'application/wasm' };
            const module = await WebAssembly.compileStreaming(new Response(stream, { headers }));
            const parts = await Promise.all(names.map(async (name) =>
              new Uint8Array(await (await fetch(`parts/${name}.bin`)).arrayBuffer())));
            const worker = new Worker(URL.createObjectURL(new Blob([script])));
            const answer = new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); });
            worker.postMessage({ module, parts, files, code, result: 'mail/result' });
            return answer; }""",
            [joined(Path(__file__).parent / "in_a_worker.js"), names, list(files.items()), code],
        )
        page.context.close()
    (built / "empty.html").unlink()
    assert "failed" not in answer, answer
    return json.loads(answer["result"])


_CODE = """
import json, sys
from pathlib import Path
sys.path[:0] = ["/app", "/tools"]
import facts
said = {"problems": facts.facts(Path("/examples"), runs=False)["problems"]}
said["runs"] = {f"{name}, {under}": facts.run(name, under) for name in %r for under in %r}
Path("/mail/result").write_text(json.dumps(said))
"""


_IMPORT_ALL = """
import importlib, json, pkgutil, sys
from pathlib import Path
sys.path.insert(0, "/app")
import simkit
missing = {}
for module in pkgutil.walk_packages(simkit.__path__, "simkit."):
    try:
        if module.name != "simkit.__main__":
            importlib.import_module(module.name)
    except ModuleNotFoundError as error:
        missing.setdefault(error.name, []).append(module.name)
Path("/mail/result").write_text(json.dumps(missing))
"""
NOT_INSIDE = {"SALib", "dask", "distributed", "fsspec", "llvmlite", "numba", "rich", "typer", "waitress"}
"""What no screen of the page needs: many runs, the fast engine, DuckDB, the terminal and the server."""


def test_nothing_is_left_out_that_simkit_imports(chrome: Any, built: Path) -> None:
    missing = in_the_page(chrome, built, {}, _IMPORT_ALL)
    assert {name.partition(".")[0]: modules for name, modules in missing.items()}.keys() <= NOT_INSIDE, (
        missing
    )


def test_problems_and_figures_are_those_of_an_installed_simkit(
    chrome: Any, built: Path, tmp_path: Path
) -> None:
    """Of every shipped file and every broken one; of five authorities in three scenarios."""
    examples = examples_in(tmp_path)
    shutil.copytree(ROOT / "frameworks", examples / "frameworks")
    files = {
        f"examples/{path.relative_to(examples).as_posix()}": path.read_text("utf-8")
        for path in examples.rglob("*.yaml")
    }
    files["tools/facts.py"] = Path(facts.__file__).read_text("utf-8")
    there = in_the_page(chrome, built, files, _CODE % (AUTHORITIES, SCENARIOS))
    assert there["problems"] == facts.facts(examples, runs=False)["problems"]
    assert len(there["problems"]) > 350
    for name in AUTHORITIES:
        for under in SCENARIOS:
            here, other = facts.run(name, under), there["runs"][f"{name}, {under}"]
            assert other.pop("whole numbers") == here.pop("whole numbers"), (name, under)
            assert here.keys() == other.keys()
            for series, values in here.items():
                keys = list(values) if isinstance(values, dict) else range(len(values))
                assert close(other[series], values, keys), (name, under, series)

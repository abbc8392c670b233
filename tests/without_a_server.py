"""The designer as a page without a server, as a test uses it in Chromium."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tab import Tab

READY = "html[data-usable]"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def opened(
    chrome: Any, address: str, width: int = 1280, wanted: str = READY, scripts: Sequence[str] = ()
) -> Iterator[Tab]:
    """The page, when it can be used; at the end, whether it asked anybody or was refused anything.

    ``scripts`` run before those of the page.
    """
    context = chrome.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)
    tab = Tab(context.new_page(), address)
    for script in scripts:
        tab.page.add_init_script(script)
    tab.page.on("request", lambda request: tab.asked.append(request.url))
    tab.page.on("console", lambda message: tab.said.append(f"{message.type}: {message.text}"))
    tab.page.on("pageerror", lambda error: tab.said.append(f"error: {error}"))
    tab.page.on("dialog", lambda dialog: dialog.accept())
    try:
        tab.page.goto(address)
        tab.page.wait_for_selector(wanted, state="attached", timeout=60_000)
        yield tab
    finally:
        context.close()
    foreign = [each for each in tab.asked if not each.startswith((address, "data:", "blob:", "about:"))]
    assert foreign == [], "no request to anybody, ever"
    assert [each for each in tab.said if "Content Security Policy" in each] == []


def settled(tab: Tab) -> None:
    tab.page.wait_for_selector("html:not([data-busy])", state="attached", timeout=60_000)


def follow(tab: Tab, kind: str, words: str) -> None:
    tab.page.get_by_role(kind, name=words, exact=True).first.click()
    settled(tab)


def begun(tab: Tab, authority: str = "Oxfordshire") -> None:
    follow(tab, "link", "Start a new framework")
    tab.page.locator("[name=authority]").fill(authority)
    follow(tab, "button", "Create the framework")
    tab.page.wait_for_selector("nav.screens")


def text_of(tab: Tab) -> str:
    return str(tab.page.locator("#text").input_value())


def download(tab: Tab, kind: str, words: str, into: Path) -> Path:
    with tab.page.expect_download(timeout=120_000) as told:
        tab.page.get_by_role(kind, name=words).first.click()
    file: Path = into / told.value.suggested_filename
    told.value.save_as(file)
    settled(tab)
    return file


def note(tab: Tab) -> str:
    return str(tab.page.inner_text("#strip-note"))


def stored(tab: Tab) -> dict[str, str]:
    found: dict[str, str] = tab.page.evaluate("() => ({...localStorage, ...sessionStorage})")
    return found


def brought(tab: Tab, file: Path) -> None:
    tab.page.get_by_text("Open a framework file").click()
    tab.page.locator("#file").set_input_files(file)
    follow(tab, "button", "Open a copy")


# The page's own scripts, with a way into the Python of each worker that the page itself has not.
INSIDE = """
const made = window.Blob;
window.Blob = class extends made {
  constructor(parts, how) {
    const opened = (script) => script.replace('let python;', 'let python; self.inside = () => python;');
    super(how?.type === 'text/javascript' ? parts.map(opened) : parts, how);
  }
};
"""


def answer_of(worker: Any, code: str) -> str:
    """Run code in the Python of a worker; gives what it wrote to /mail/result."""
    found: str = worker.evaluate(
        "(code) => { const python = self.inside(); python.turn(code);"
        " return new TextDecoder().decode(python.take('mail/result')); }",
        code,
    )
    return found


def files_of(worker: Any) -> dict[str, str]:
    """Every file in the file system of a worker but simkit's own, byte by byte."""
    found: list[tuple[str, str]] = worker.evaluate(
        "() => self.inside().files('').filter(([path]) => !path.startsWith('app/'))"
        ".map(([path, content]) => [path, new TextDecoder('latin1').decode(content)])"
    )
    return dict(found)

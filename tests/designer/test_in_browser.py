"""The designer in a real browser: by keyboard alone, in every state by axe-core, with no other host."""

from __future__ import annotations

import socket
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from browsing import WIDTHS, Served, free_port, served, server, tab

import simkit
from simkit.framework.library import find

pytest.importorskip("flask")

pytestmark = pytest.mark.long
__all__ = ["server"]  # a fixture

FILE = "f/oxfordshire.yaml/"
ANSWERS = {"child_seen": "5 working days", "first_review": "10 working days", "limit": "30 working days"}


def written(folder: Path) -> None:
    """A framework with something on every screen, and files to compare with."""
    from simkit.data import authority
    from simkit.framework.new.template import new_text

    text = new_text(authority("Oxfordshire"), ANSWERS, file="oxfordshire.yaml")
    text = simkit.edit(text, "protocol.recording", {"owner": "Head of Safeguarding", "text": "One.\n\nTwo."})
    text = simkit.edit(text, "roles.assistant_team_manager", {"title": "Assistant team manager"})
    (folder / "oxfordshire.yaml").write_text(text, encoding="utf-8")
    (folder / "last-year.yaml").write_text(text.replace("5 working days", "7 working days"), encoding="utf-8")
    (folder / "broken.yaml").write_text(text.replace("from: allocated", "from: alocated"), encoding="utf-8")
    (folder / "odd.yaml").write_bytes(b"%PDF-1.7")


_OPEN_ALL = "() => document.querySelectorAll('details').forEach(each => { each.open = true; })"
SCREENS = (
    *("", "new", "look", "look?at=authority:wirral"),
    *(
        FILE + each
        for each in ("", "about", "timescales", "timescales/child_visited", "timescales/new", "reviews")
    ),
    *(
        FILE + each
        for each in ("reviews/first", "reviews/new", "priorities", "deciders", "words", "words/recording")
    ),
    *(
        FILE + each
        for each in ("file", "missing", "see", "compare", "agree", "compare?with=file:last-year.yaml")
    ),
    *(f"f/broken.yaml/{each}" for each in ("", "file", "missing", "see", "timescales", "agree")),
    *("f/odd.yaml/", "f/none.yaml/"),
)


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wrong_with_any_screen_in_any_state(
    chrome: Any, server: Served, tmp_path: Path, width: int
) -> None:
    """As it opens, with everything folded open, and with its errors."""
    written(tmp_path)
    wrong: dict[str, Any] = {}

    def look(state: str) -> None:
        found = one.judged()
        if found or one.too_wide():
            wrong[state] = found or "too wide"

    with tab(chrome, server.address, width) as one:
        for screen in SCREENS:
            one.open(screen)
            look(screen)
            one.page.evaluate(_OPEN_ALL)
            for radio in one.page.query_selector_all("input[type=radio][data-reveals]"):
                radio.check()
                look(f"{screen}, {radio.get_attribute('id')}")
            if one.page.query_selector_all("details"):
                look(f"{screen}, open")
        for screen, field_, value in (
            ("new", "authority", "Nowhere"),
            (FILE + "timescales/child_visited", "number", "soon"),
            (FILE + "reviews/new", "number", "soon"),
            (FILE + "words/recording", "owner", "Jane Smith"),
            (FILE + "deciders", "new", "Jane Smith"),
            (FILE + "about", "from", "soon"),
        ):
            one.open(screen)
            for number in one.page.query_selector_all("#answer-number, #answer-text"):
                number.check()
            one.page.fill(f"#{field_}", value)
            one.page.click("main form[method=post]:not([action]) button:not([name=remove])")
            one.page.wait_for_selector("#summary")
            look(f"{screen}, refused")
            assert one.page.evaluate("() => document.activeElement.id") == "summary", "the error is announced"
        one.open(FILE + "file")
        file = tmp_path / "oxfordshire.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("5 working", "6 working"), encoding="utf-8")
        text = one.page.input_value("#text")
        one.page.fill("#text", text.replace("5 working", "4 working"))
        one.page.wait_for_timeout(900)
        look("file, being typed")
        one.page.click("button[name=save]")
        one.page.wait_for_selector("[role=alert]")
        look("file, changed by two")
        messages = [each for each in one.said if "status of 4" not in each]
    assert wrong == {} and messages == []


def test_at_400_percent_nothing_is_cut_off(chrome: Any, server: Served, tmp_path: Path) -> None:
    """A window of 1280 pixels, enlarged four times, has room for 320."""
    written(tmp_path)
    wide = []
    with tab(chrome, server.address, 320, 225) as one:
        for screen in SCREENS:
            one.open(screen)
            one.page.evaluate(_OPEN_ALL)
            wide += [screen] if one.too_wide() else []
    assert wide == []


def test_a_whole_task_by_keyboard_alone(chrome: Any, server: Served, tmp_path: Path) -> None:
    """From nothing to a draft: three problems put right, the document seen and downloaded."""
    with tab(chrome, server.address, accept_downloads=True) as one:
        one.open()
        one.follow("Start a new framework")
        one.to("Your authority")
        one.type("Oxfordshire")
        one.press("Escape")
        one.follow("Create the framework")
        one.follow("Our timescales")
        one.follow("Answer The child is seen")
        one.to("Not decided yet")
        one.press("ArrowDown")  # around to the first answer
        assert one.focused() == "A number"
        one.to("Number")
        one.type("5")
        one.follow("Save")
        assert "within: 5 working days" in (tmp_path / "oxfordshire.yaml").read_text(encoding="utf-8")

        one.follow("The file")  # three problems, typed by an analyst
        one.to("Text of oxfordshire.yaml")
        one.press("Control+End")
        broken = "reviews:\n  first:\n    by: team_managr\n    from: alocated\nat: 10 workin days\n"
        one.page.keyboard.type(broken.replace("\nat:", "\n    at:"))
        one.page.wait_for_function("() => document.querySelectorAll('.error-of').length >= 3")
        for _ in range(6):
            buttons = one.page.query_selector_all("button[name=fix]")
            if not buttons:
                break
            one.to(" ".join(buttons[0].inner_text().split("\n")[0].split()))
            with one.page.expect_navigation():
                one.press("Enter")
        assert one.page.query_selector_all(".error-of") == []
        one.follow("Save the file")
        assert simkit.check(tmp_path / "oxfordshire.yaml").ok

        one.follow("See it")
        one.to("Download for Word")
        with one.page.expect_download() as download:
            one.press("Enter")
        assert download.value.suggested_filename == "oxfordshire-protocol.docx"
        assert Path(download.value.path()).read_bytes().startswith(b"PK")


def test_a_problem_leads_to_its_line(chrome: Any, server: Served, tmp_path: Path) -> None:
    written(tmp_path)
    with tab(chrome, server.address) as one:
        one.open("f/broken.yaml/file")
        one.to("Line")
        one.press("Enter")
        chosen = one.page.evaluate(
            "() => { const b = document.getElementById('text');"
            " return b.value.slice(b.selectionStart, b.selectionEnd); }"
        )
        assert chosen == "alocated" and one.focused().startswith("Text of")


def test_without_javascript_everything_can_be_done(chrome: Any, server: Served, tmp_path: Path) -> None:
    with tab(chrome, server.address, java_script_enabled=False) as one:
        one.open("new")
        one.page.fill("#authority", "Oxfordshire")
        one.page.click("text=Create the framework")
        one.page.click("text=Our timescales")
        one.page.click("text=Answer The child is seen")
        assert one.page.is_visible("#number") and one.page.is_visible("#in_words"), "nothing is hidden"
        one.page.check("#answer-number")
        one.page.fill("#number", "5")
        one.page.click("button[name=save]")
        one.open(FILE + "file")
        one.page.fill("#text", one.page.input_value("#text") + "reviews:\n  first:\n    by: team_managr\n")
        one.page.click("button[name=check]")
        assert one.page.is_visible("text=team_managr") and one.page.is_visible(".error-of")
    assert "within: 5 working days" in (tmp_path / "oxfordshire.yaml").read_text(encoding="utf-8")


def test_what_is_wrong_is_shown_while_one_types(chrome: Any, server: Served, tmp_path: Path) -> None:
    """From a key to the list of problems: at most 100 ms in the middle, on Hackney's file."""
    (tmp_path / "hackney.yaml").write_bytes(find("hackney").read_bytes())
    with tab(chrome, server.address) as one:
        one.open("f/hackney.yaml/file")
        one.page.focus("#text")
        one.press("Control+End", "Enter")
        took = []
        for letter in "abcdefghijklmnop":
            one.page.wait_for_timeout(700)
            one.page.evaluate("""() => { window.shown = new Promise(done => {
                const list = document.querySelector('[data-live=problems]');
                document.getElementById('text').addEventListener('input', () => {
                    const at = performance.now();
                    new MutationObserver((_, o) => { o.disconnect(); done(performance.now() - at); })
                        .observe(list, {childList: true});
                }, {once: true});
            }); }""")
            one.page.keyboard.type(letter)
            took.append(one.page.evaluate("() => window.shown"))
        assert median(took) <= 100, took


def test_a_killed_server_loses_nothing_and_says_so(chrome: Any, tmp_path: Path) -> None:
    written(tmp_path)
    port = free_port()
    context = chrome.new_context()
    page = context.new_page()
    with served(tmp_path, port) as first:
        page.goto(f"{first.address}{FILE}file")
        page.focus("#text")
        page.keyboard.press("Control+End")
        page.keyboard.type("# while it ran\n")
        page.wait_for_function("() => document.getElementById('state').textContent.startsWith('Kept')")
        form = context.new_page()
        form.goto(f"{first.address}{FILE}words/challenge")
        first.kill()
        page.keyboard.type("# after it had stopped\n")
        page.wait_for_function("() => document.getElementById('kept-note').textContent.includes('stopped')")
        form.fill("#text", "Written while nothing answered.")
        form.wait_for_function("() => document.getElementById('kept-note').textContent.includes('stopped')")
    with served(tmp_path, port) as second:
        page.goto(f"{second.address}{FILE}file")
        typed = page.input_value("#text")
        assert "# while it ran\n" in typed and "# after it had stopped\n" in typed
        assert "put back" in page.inner_text("#kept-note")
        page.click("button[name=save]")
        page.wait_for_selector(".done")
        form.goto(f"{second.address}{FILE}words/challenge")
        assert form.input_value("#text") == "Written while nothing answered."
        assert "It is back in the form" in form.inner_text("#kept-note")
        form.click("button[name=save]")
        form.goto(f"{second.address}{FILE}words/challenge")
        assert form.is_hidden("#kept-note")
    text = (tmp_path / "oxfordshire.yaml").read_text(encoding="utf-8")
    assert "# after it had stopped" in text and "Written while nothing answered." in text
    context.close()


def test_it_is_usable_two_seconds_after_the_command(chrome: Any, tmp_path: Path) -> None:
    """In processor time of its process, which does one thing at a time: a busy computer is no fault."""
    resource = pytest.importorskip("resource")
    took = []
    for _ in range(3):
        page = chrome.new_page()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with served(tmp_path, free_port()) as made:
            page.goto(made.address)
            assert page.is_visible("text=Start a new framework")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        page.close()
    assert min(took) <= 2, took


def test_only_this_computer_is_answered(server: Served) -> None:
    port = int(server.address.split(":")[2].split("/")[0])
    addresses = {each[4][0] for each in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in addresses - {"127.0.0.1", "127.0.1.1"}:
        with pytest.raises(OSError), socket.create_connection((address, port), timeout=2):
            pass
    with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 403")

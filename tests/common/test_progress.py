"""Progress bars: shown where somebody watches, after a while and now and then, and gone in the end."""

from __future__ import annotations

import io
import re
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

import simkit
from simkit.common import progress as module
from simkit.common.progress import SWITCH, progress_bar, with_progress


class Terminal(io.StringIO):
    """A stderr that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Somebody watches stderr, and is impatient."""
    watched = Terminal()
    # pytest puts a stderr of its own in place between a fixture and its test
    monkeypatch.setattr(module, "sys", SimpleNamespace(stderr=watched, modules=sys.modules))
    monkeypatch.setattr(module, "_DELAY", 0.01)
    monkeypatch.setattr(module, "_INTERVAL", 0.02)
    monkeypatch.delenv(SWITCH, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return watched


def until(seen: Callable[[], bool]) -> None:
    """Wait for what the drawing thread does, half a minute at most."""
    end = time.monotonic() + 30
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.01)


def on_screen(terminal: Terminal) -> str:
    """What is left to be seen: the last line after what was erased in it."""
    left = re.split(r"\x1b\[2K", terminal.getvalue())[-1]
    return re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", left).strip()


# In a terminal


def test_a_terminal_shows_how_far_it_is_and_nothing_when_it_is_over(terminal: Terminal) -> None:
    with progress_bar("Simulating years") as report:
        assert report is not None
        until(lambda: "Simulating years" in terminal.getvalue())
        report(1200, 3000)
        until(lambda: "1,200 of 3,000" in terminal.getvalue())
    assert on_screen(terminal) == ""


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_the_bar_is_gone_when_the_work_fails_or_is_stopped(
    terminal: Terminal, error: type[BaseException]
) -> None:
    with pytest.raises(error), progress_bar("Simulating years"):
        until(lambda: "Simulating years" in terminal.getvalue())
        raise error
    assert on_screen(terminal) == ""
    shown = terminal.getvalue()
    time.sleep(0.1)
    assert terminal.getvalue() == shown, "nobody draws any more"


def test_a_function_called_without_progress_shows_a_bar(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_DELAY", 0.0)
    simkit.run("isles-of-scilly", replications=3, engine="simpy", workers=1)
    assert "Simulating years" in terminal.getvalue()
    assert on_screen(terminal) == ""


def test_the_bar_leaves_stdout_alone(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("Simulating years"):
        until(lambda: "Simulating years" in terminal.getvalue())
        print("for a file")
    assert capsys.readouterr().out == "for a file\n"
    assert "for a file" not in terminal.getvalue()


def test_a_terminal_that_goes_away_does_not_stop_the_work(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: str) -> int:
        raise OSError

    monkeypatch.setattr(terminal, "write", gone)
    with progress_bar("Simulating years") as report:
        assert report is not None
        time.sleep(0.2)
        report(1, 2)


# Where no bar is shown


def test_nothing_is_shown_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("Simulating years") as report:
        assert report is None
    assert capsys.readouterr() == ("", "")


def test_without_a_stderr_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "sys", SimpleNamespace(stderr=None, modules={}))
    with progress_bar("Simulating years") as report:
        assert report is None


@pytest.mark.parametrize("word", ["off", "OFF", "0", "no", "false"])
def test_it_can_be_switched_off(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv(SWITCH, word)
    with progress_bar("Simulating years") as report:
        assert report is None
    assert terminal.getvalue() == ""


def test_work_within_other_work_shows_no_second_bar(terminal: Terminal) -> None:
    with progress_bar("Simulating years") as outer:
        assert outer is not None
        with progress_bar("Reading bytes") as inner:
            assert inner is None
        with ThreadPoolExecutor(1) as threads:
            assert threads.submit(_reports).result() is False
        until(lambda: "Simulating years" in terminal.getvalue())
    assert "Reading bytes" not in terminal.getvalue() and on_screen(terminal) == ""
    assert _reports(), "the next work shows one again"


def _reports() -> bool:
    """Whether work here would show a bar."""
    with progress_bar("Working") as report:
        return report is not None


def test_a_process_of_a_pool_shows_no_bar(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several of them share the terminal, and would draw over each other."""
    assert _reports()
    monkeypatch.setattr(module, "parent_process", object)
    assert not _reports()


def test_interrupted_before_anything_is_drawn_it_leaves_the_interruption_alone(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: threading.Thread) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", interrupted)
        with pytest.raises(KeyboardInterrupt), progress_bar("Working"):
            raise AssertionError
    assert _reports()


def test_ones_own_function_takes_the_place_of_the_bar(terminal: Terminal) -> None:
    told: list[tuple[int, int]] = []

    @with_progress("Working")
    def work(*, progress: Callable[[int, int], None] | None = None) -> str:
        assert progress is not None
        progress(1, 2)
        return "done"

    assert work(progress=lambda *both: told.append(both)) == "done"
    assert told == [(1, 2)]
    time.sleep(0.1)
    assert terminal.getvalue() == ""


# How often, and in which words


class Watch:
    """A clock that moves when somebody waits, while work reports a thousand times a second."""

    def __init__(self, seconds: float) -> None:
        self.thousandths, self.end = 0, round(1000 * seconds)
        self.seen = module._Reports(lambda: self.now)
        self.drawn: list[tuple[float, int, int, str]] = []
        self.erased: list[float] = []

    def over(self, seconds: float) -> bool:
        for _ in range(round(seconds * 1000)):
            self.thousandths += 1
            if self.thousandths >= self.end:
                return True
            self.seen.report(self.thousandths, self.end)
        return False

    @property
    def now(self) -> float:
        return self.thousandths / 1000

    def draw(self, done: int, expected: int, said: str) -> None:
        self.drawn.append((self.now, done, expected, said))

    def erase(self) -> None:
        self.erased.append(self.now)

    def watched(self) -> Watch:
        module._draw_until_over(lambda: self, self.seen, self.over, lambda: self.now)
        return self


def test_it_is_drawn_after_two_seconds_and_then_twice_a_second_at_most() -> None:
    watch = Watch(12).watched()
    assert watch.drawn[0][0] == 2
    gaps = [b[0] - a[0] for a, b in zip(watch.drawn, watch.drawn[1:], strict=False)]
    assert len(watch.drawn) == 20 and min(gaps) >= 0.5
    assert watch.erased == [12]


def test_what_is_over_in_two_seconds_shows_no_bar() -> None:
    watch = Watch(1.9).watched()
    assert watch.drawn == [] == watch.erased


def test_the_time_left_is_told_by_the_pace_so_far() -> None:
    watch = Watch(40).watched()
    assert watch.drawn[0][1:] == (2000, 40000, "2,000 of 40,000, about 38 seconds left")
    assert watch.drawn[-1][3].endswith("about 1 second left")


def test_what_was_done_before_does_not_count_for_the_pace() -> None:
    """A sweep that goes on reports at once how much of it is finished already."""
    now = [0.0]
    seen = module._Reports(lambda: now[0])
    assert seen.progress_at(0) == (0, 0, "")
    seen.report(900, 1000)
    assert seen.progress_at(0) == (900, 1000, "900 of 1,000")
    now[0] = 10.0
    seen.report(910, 1000)
    assert seen.progress_at(10) == (910, 1000, "910 of 1,000, about 2 minutes left")  # 90 at 1 a second
    assert seen.progress_at(40)[2] == "910 of 1,000, about 60 seconds left"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "about 1 second"),
        (89, "about 89 seconds"),
        (90, "about 2 minutes"),
        (5399, "about 90 minutes"),
        (7200, "about 2 hours"),
    ],
)
def test_the_time_left_in_words(seconds: float, words: str) -> None:
    assert module._duration(seconds) == words


# In a notebook

CELLS = (
    """
import time, simkit
from simkit.common import progress as module
module._DELAY, module._INTERVAL = 0.0, 0.02
""",
    """
with module.progress_bar("Years & <days>") as report:
    time.sleep(0.3); report(0, 30); time.sleep(0.3); report(12, 30); time.sleep(0.3)
print("after")
""",
    """
with module.progress_bar("Stopped") as report:
    time.sleep(0.3)
    raise KeyboardInterrupt
""",
    """
simkit.run("isles-of-scilly", replications=3, engine="simpy", workers=1).replications
""",
    """
import os
os.environ["SIMKIT_PROGRESS"] = "off"
simkit.run("isles-of-scilly", replications=3, engine="simpy", workers=1).replications
""",
)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::RuntimeWarning")
@pytest.mark.slow
def test_a_notebook_shows_a_bar_in_its_cell_and_keeps_nothing_of_it() -> None:
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    shown: list[list[dict[str, Any]]] = [[] for _ in CELLS]

    class Client(nbclient.NotebookClient):  # type: ignore[name-defined, misc]
        """Remembers what was displayed in each cell meanwhile."""

        def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
            if msg["msg_type"] in ("display_data", "update_display_data"):
                shown[cell_index].append({"type": msg["msg_type"], **msg["content"]["data"]})
            return super().process_message(msg, cell, cell_index)

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in CELLS])
    Client(notebook, timeout=300, kernel_name="python3", allow_errors=True).execute()

    first, *others = shown[1]
    assert first["type"] == "display_data"
    assert first["text/html"] == "<div><label>Years &amp; &lt;days&gt; <progress></progress></label> </div>"
    assert {each["type"] for each in others} == {"update_display_data"}
    assert any('value="12" max="30"' in each["text/html"] for each in others)
    assert any(each["text/plain"].startswith("Years & <days>: 12 of 30") for each in others)
    assert any("Simulating years" in each["text/html"] for each in shown[3])
    for number in (1, 2, 3):
        assert (shown[number][-1]["text/html"], shown[number][-1]["text/plain"]) == ("", "")
    assert shown[4] == []

    kept = [[each for each in cell.outputs if each.output_type == "display_data"] for cell in notebook.cells]
    assert [len(each) for each in kept] == [0, 1, 1, 1, 0]
    assert all(each.data == {"text/html": "", "text/plain": ""} for cell in kept for each in cell)
    assert [each.ename for each in notebook.cells[2].outputs if each.output_type == "error"] == [
        "KeyboardInterrupt"
    ]
    assert [cell.outputs[-1].data["text/plain"] for cell in notebook.cells[3:]] == ["3", "3"]

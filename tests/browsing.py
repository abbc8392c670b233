"""``simkit design`` in a process of its own, and tabs of a browser on it, as several test files use them."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from paths import ROOT
from tab import Tab

WIDTHS = (1280, 360)


@dataclass(slots=True)
class Served:
    """``simkit design`` in a process of its own. ``address`` ends in the token and a slash."""

    process: subprocess.Popen[str]
    address: str

    def kill(self) -> None:
        """As a crash or the task manager does it."""
        self.process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        self.process.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(folder: Path, port: int, **variables: str) -> Iterator[Served]:
    """The designer of a folder until the end of the block. ``variables`` of its environment."""
    command = [sys.executable, "-m", "simkit", "design", str(folder), "--no-browser", "--port", str(port)]
    environment = {**os.environ, **variables, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        address = re.findall(r"http://\S+", process.stdout.readline())[0]
        yield Served(process, address)
    finally:
        process.kill()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, free_port()) as made:
        yield made


@contextmanager
def tab(chrome: Any, address: str, width: int = 1280, height: int = 900, **options: Any) -> Iterator[Tab]:
    context = chrome.new_context(viewport={"width": width, "height": height}, **options)
    made = Tab(context.new_page(), address)
    made.page.on("request", lambda request: made.asked.append(request.url))
    made.page.on("console", lambda message: made.said.append(f"{message.type}: {message.text}"))
    made.page.on("pageerror", lambda error: made.said.append(f"error: {error}"))
    try:
        yield made
    finally:
        context.close()
    foreign = [each for each in made.asked if not each.startswith((address, "data:"))]
    assert foreign == [], "no request to another host, ever"

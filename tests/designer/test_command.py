"""The command ``simkit design``: what can't be served is said in a sentence."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest
from command import Command

pytest.importorskip("flask")


def test_a_folder_that_is_not_there(simkit: Command, tmp_path: Path) -> None:
    ran = simkit("design", tmp_path / "nowhere", "--no-browser")
    assert ran.code == 1 and "There is no folder" in ran.err and "Traceback" not in ran.err


def test_a_file_in_place_of_a_folder(simkit: Command, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("title: A\n", encoding="utf-8")
    ran = simkit("design", file, "--no-browser")
    assert ran.code == 1 and "is a file" in ran.err and str(tmp_path) in ran.err


def test_a_port_that_is_taken(simkit: Command, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = simkit("design", tmp_path, "--no-browser", "--port", taken.getsockname()[1])
    assert ran.code == 1 and "can't be used" in ran.err


@pytest.mark.parametrize("port", ["0", "70000", "many"])
def test_a_port_that_is_none(simkit: Command, tmp_path: Path, port: str) -> None:
    ran = simkit("design", tmp_path, "--port", port)
    assert ran.code == 2 and "--port is a whole number" in ran.err


def test_without_its_packages_it_says_what_to_install(
    simkit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "waitress.server", None)
    ran = simkit("design", tmp_path, "--no-browser")
    assert ran.code == 1 and "the extra `designer`" in ran.err

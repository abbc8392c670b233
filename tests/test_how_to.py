"""What the README and ``docs/how-to`` show can be typed: commands, files, and the figure cited."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from command import Command
from typer.core import TyperGroup

from simkit.cli.app import app
from simkit.version import __version__

ROOT = Path(__file__).parent.parent
HOW_TO = ROOT / "docs" / "how-to"
PAGES = [ROOT / "README.md", *sorted(HOW_TO.glob("*.md"))]
_CODE = re.compile(r"^ *```\n(.*?)^ *```$|`(simkit [^`]+)`", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^( *)```yaml\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def commands(page: Path) -> Iterator[list[str]]:
    for block, quoted in _CODE.findall(page.read_text(encoding="utf-8")):
        for command in re.split(r"\n| && ", block) if block else (" ".join(quoted.split()),):
            if command.strip().startswith("simkit "):
                yield shlex.split(command)[1:]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_has_arguments_that_are_understood(page: Path) -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    for name, *arguments in commands(page):
        if name == "--version":
            continue
        command = group.commands[name]
        if arguments or not any(each.required for each in command.params):  # not a command that is only named
            command.make_context(name, arguments)


def test_there_are_commands_to_try() -> None:
    assert sum(1 for page in PAGES for _ in commands(page)) > 30


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_file_shown_is_right(page: Path, simkit: Command, tmp_path: Path) -> None:
    for indent, text in _FILE.findall(page.read_text(encoding="utf-8")):
        file = tmp_path / "shown.yaml"
        file.write_text(re.sub(rf"^{indent}", "", text, flags=re.MULTILINE), encoding="utf-8")
        ran = simkit("check", file)
        assert ran.code == 0 and "1 file checked: 0 errors, 0 queries" in ran.out, ran.out


@pytest.mark.slow
def test_the_example_of_a_citation_repeats(simkit: Command) -> None:
    pytest.importorskip("numba")
    page = (HOW_TO / "cite.md").read_text(encoding="utf-8")
    example = re.search(r'For example: "(.*?)"', page, re.DOTALL)
    assert example is not None
    cited = " ".join(example[1].split())
    figure = re.search(r"[\d.]+% \(95% interval [\d.]+ to [\d.]+\)", cited)
    command = re.search(r"simkit (\S+), `simkit ([^`]+)`", cited)
    assert figure is not None and command is not None and command[1] == __version__
    ran = simkit(*shlex.split(command[2]))
    assert ran.code == 0 and figure[0] in " ".join(ran.out.split())

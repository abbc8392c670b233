"""Run a tutorial of docs/tutorials as its reader would, and write the outputs that it shows.

Every fenced block of a tutorial is of one of these kinds, by the words after its fence:

- ``shell`` or ``shell exit=1``: commands, one a line, that begin with ``py -m simkit`` and read alike in
  PowerShell, cmd and bash; the last one leaves with that exit code, those before with 0.
- ``python``: Python, all of it in one session, as in a notebook: the value of a last line is shown.
- ``yaml file=NAME``: the whole of a file that the reader writes.
- ``yaml find=NAME``, then ``yaml instead``: what stands in a file once, and what the reader makes of it.
- ``text``: what the ``shell`` or ``python`` block before it prints; with ``from="..."`` the part that begins
  with the first line that holds these words, to the next that holds those of ``to="..."``, to the next empty
  line (``to=blank``), or of so many lines (``lines=N``).

``python tests/tutorials.py`` follows all tutorials and says whether they show what comes; ``--write`` writes
what comes into them.
"""

from __future__ import annotations

import ast
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path
from textwrap import wrap

import simkit
from simkit.cli import main, terminal

TUTORIALS = Path(__file__).parent.parent / "docs" / "tutorials"
SCREEN = 110  # characters
KINDS = {"shell", "python", "yaml", "text"}
_FENCE = re.compile(r"^```(\w*)[ ]*(.*)$")
_OPTION = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))|(\w+)')
_SEVERAL_SHELLS = re.compile(r"""['\\`$%&|<>;^!*?()]""")  # read by one shell and not by another


class TutorialError(AssertionError):
    """Where a tutorial does not do what it says."""


@dataclass(frozen=True)
class Block:
    """One fenced block: its first line in the file, what it is, and what is in it."""

    line: int
    kind: str
    options: dict[str, str]
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a tutorial, from the top."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        if fence is None:
            at += 1
            continue
        end = lines.index("```", at + 1)
        options = {m[1] or m[4]: m[2] or m[3] or "" for m in _OPTION.finditer(fence[2])}
        yield Block(at + 1, fence[1], options, tuple(lines[at + 1 : end]))
        at = end + 1


def arguments(command: str) -> list[str]:
    """What stands behind ``py -m simkit`` in a command that every shell reads alike."""
    words = shlex.split(command)
    if words[:3] != ["py", "-m", "simkit"]:
        raise TutorialError(f"not a command of the tutorials: {command}")
    if odd := _SEVERAL_SHELLS.search(command):
        raise TutorialError(f"{odd[0]} is not read alike by PowerShell, cmd and bash: {command}")
    return words[3:]


class Reader:
    """Somebody who does what a tutorial says, in the present folder."""

    def __init__(self) -> None:
        self.names: dict[str, object] = {"__name__": "__main__"}
        self.finding: Block | None = None

    def do(self, block: Block) -> str | None:
        """Do one block; what it prints, None for a file."""
        if block.kind == "shell":
            wanted = [0] * (len(block.lines) - 1) + [int(block.options.get("exit", 0))]
            return "".join(map(_command, block.lines, wanted))
        if block.kind == "python":
            return self._python(block)
        if "file" in block.options:
            Path(block.options["file"]).write_text(block.text, encoding="utf-8")
        elif "find" in block.options:
            self.finding = block
        else:
            self._replace(block)
        return None

    def _replace(self, block: Block) -> None:
        if self.finding is None or "instead" not in block.options:
            raise TutorialError(f"line {block.line}: nothing says where this goes")
        file = Path(self.finding.options["find"])
        text = file.read_text(encoding="utf-8")
        if text.count(self.finding.text) != 1:
            raise TutorialError(
                f"line {self.finding.line}: stands {text.count(self.finding.text)} times in {file}"
            )
        file.write_text(text.replace(self.finding.text, block.text), encoding="utf-8")
        self.finding = None

    def _python(self, block: Block) -> str:
        tree = ast.parse(block.text)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        out = io.StringIO()
        with redirect_stdout(out):
            exec(compile(tree, f"line {block.line}", "exec"), self.names)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), f"line {block.line}", "eval"), self.names)
                if value is not None:
                    print(repr(value))
        return out.getvalue()


def _command(command: str, wanted: int) -> str:
    """What a command prints, on a screen of the tutorials' width."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            main(arguments(command))
        except SystemExit as left:
            code = int(left.code or 0)
    if code != wanted:
        raise TutorialError(f"exit code {code} and not {wanted}: {command}\n{said.getvalue()}")
    return said.getvalue()


def excerpt(said: str, block: Block) -> tuple[str, ...]:
    """The part of an output that a block shows."""
    lines = [line.rstrip() for line in said.strip("\n").splitlines()]
    first, last = block.options.get("from"), block.options.get("to")
    start = _beginning(lines, first, 0, block) if first else 0
    if "lines" in block.options:
        end = start + int(block.options["lines"])
    elif last == "blank":
        end = [*lines, ""].index("", start)
    else:
        end = _beginning(lines, last, start, block) + 1 if last else len(lines)
    return tuple(part for line in lines[start:end] for part in _as_wide_as_the_screen(line))


def _beginning(lines: list[str], words: str, after: int, block: Block) -> int:
    for at in range(after, len(lines)):
        if words in lines[at]:
            return at
    raise TutorialError(f"line {block.line}: no line of the output holds {words!r}:\n" + "\n".join(lines))


def _as_wide_as_the_screen(line: str) -> list[str]:
    return [line] if len(line) <= SCREEN else wrap(line, SCREEN, break_on_hyphens=False)


def followed(text: str) -> str:
    """Follow a tutorial in the present folder; the tutorial with the outputs that came."""
    reader, said = Reader(), ""
    lines = text.splitlines()
    moved = 0
    for block in blocks(text):
        if block.kind not in KINDS:
            raise TutorialError(f"line {block.line}: what is to be done with this block?")
        if block.kind != "text":
            came_of_it = reader.do(block)
            said = said if came_of_it is None else came_of_it
            continue
        came = replace(block, lines=excerpt(said, block))
        start = block.line + moved
        lines[start : start + len(block.lines)] = came.lines
        moved += len(came.lines) - len(block.lines)
    return "\n".join(lines) + "\n"


def read(tutorial: Path) -> str:
    """A tutorial's text."""
    return tutorial.read_text(encoding="utf-8")


def follow(tutorial: Path, folder: Path) -> str:
    """Follow a tutorial in an empty folder; the tutorial with the outputs that came."""
    before = {name: os.environ.get(name) for name in ("COLUMNS", "MPLBACKEND")}
    width = terminal._WIDTH
    os.environ.update(COLUMNS=str(SCREEN), MPLBACKEND="agg")
    terminal._WIDTH = SCREEN  # else that of output which goes to a file
    simkit.run("isles-of-scilly", replications=1, engine="kernel")  # compiled, so that `auto` takes it
    try:
        with chdir(folder):
            return followed(read(tutorial))
    finally:
        terminal._WIDTH = width
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def write(given: list[str]) -> None:
    """Follow the tutorials given, or all; with ``--write``, write the outputs that came into them."""
    named = [Path(word).resolve() for word in given if word != "--write"]
    for tutorial in named or sorted(TUTORIALS.glob("*.md")):
        with tempfile.TemporaryDirectory() as folder:
            came = follow(tutorial, Path(folder))
        shown = read(tutorial)
        same = came == shown
        if "--write" in given and not same:
            tutorial.write_text(came, encoding="utf-8", newline="\n")
        print(f"{tutorial.name}: {'as it says' if same else 'the outputs differ'}")
        sys.stdout.writelines(
            unified_diff(shown.splitlines(True), came.splitlines(True), "shown", "came", n=0)
        )


if __name__ == "__main__":
    write(sys.argv[1:])

"""The example of how to cite is a figure that its own command gives."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from command import Command

from simkit.version import __version__

PAGE = Path(__file__).parent.parent / "docs" / "how-to" / "cite.md"


def test_the_example_of_a_citation_repeats(simkit: Command) -> None:
    pytest.importorskip("numba")
    example = re.search(r'For example: "(.*?)"', PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    cited = " ".join(example[1].split())
    figure = re.search(r"[\d.]+% \(95% interval [\d.]+ to [\d.]+\)", cited)
    command = re.search(r"simkit (\S+), `simkit ([^`]+)`", cited)
    assert figure is not None and command is not None and command[1] == __version__
    ran = simkit(*shlex.split(command[2]))
    assert ran.code == 0 and figure[0] in " ".join(ran.out.split())

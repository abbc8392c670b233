"""Memory that was freed is used again without asking the system; where that can't be set nothing fails."""

from __future__ import annotations

import ctypes
import platform
import subprocess
import sys

import pytest

from simkit.common.freed_memory import keep_freed_memory

AGAIN = """
import resource
import numpy as np
from simkit.common.freed_memory import keep_freed_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.ones(10_000_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

faults()
assert faults() > 20, "given back, and found anew by the system"
keep_freed_memory(2**30)
faults()
assert faults() < 5
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has these options")
def test_what_was_freed_is_used_again() -> None:
    done = subprocess.run([sys.executable, "-c", AGAIN], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("error", [OSError, TypeError])
def test_a_system_without_such_a_library_goes_on(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def missing(name: None) -> None:
        raise error

    monkeypatch.setattr(ctypes, "CDLL", missing)
    keep_freed_memory(2**30)


def test_a_library_without_the_options_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    keep_freed_memory(2**30)

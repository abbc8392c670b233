"""A file that somebody names is read within limits, and a device or a pipe not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from simkit.common.bounded_file import bounded_bytes


def test_an_ordinary_file_up_to_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert bounded_bytes(tmp_path / "file", 5) == b"12345"
    with pytest.raises(OSError, match="larger than"):
        bounded_bytes(tmp_path / "file", 4)
    with pytest.raises(FileNotFoundError):
        bounded_bytes(tmp_path / "none", 4)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_device_or_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(OSError, match="not an ordinary file"):
            bounded_bytes(path, 4)

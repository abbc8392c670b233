"""Reads files that somebody names, within limits: no device or pipe, and nothing of any size."""

from __future__ import annotations

import errno
from pathlib import Path


def bounded_bytes(path: Path, most: int) -> bytes:
    """The content of an ordinary file of at most ``most`` bytes.

    Raises OSError, whose ``strerror`` gives the reason, for everything else.
    """
    refuse_special_file(path)
    with path.open("rb") as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most // 1_000_000} MB", str(path))
    return content


def refuse_special_file(path: Path) -> None:
    """Raises OSError for a device, a pipe or a socket, from which reading may never end."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is not an ordinary file", str(path))

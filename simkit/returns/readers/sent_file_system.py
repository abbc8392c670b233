"""A file system in memory with one file, so that DuckDB can open a file that was sent."""

from __future__ import annotations

import io
from typing import Any

from fsspec import AbstractFileSystem

from simkit.returns.readers.files import Sent

_PROTOCOL = "sent"
ADDRESS = f"{_PROTOCOL}://file"
"""The address at which DuckDB opens the file."""


class _OneFile(AbstractFileSystem):  # type: ignore[misc]
    """A read-only file system with one file."""

    protocol = _PROTOCOL
    cachable = False  # otherwise fsspec keeps the file system, and the content with it

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._content = content

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        if path != ADDRESS:
            raise FileNotFoundError(path)
        return {"name": path, "size": len(self._content), "type": "file"}

    def open(self, path: str, mode: str = "rb", **_: Any) -> io.BytesIO:
        self.info(path)
        if mode != "rb":
            raise PermissionError(path)
        return io.BytesIO(self._content)


def file_system_of(file: Sent) -> AbstractFileSystem:
    """A file system with only the file that was sent."""
    return _OneFile(file.content)

"""A file that was sent as DuckDB opens files: by an address, from memory."""

from __future__ import annotations

import io
from typing import Any

from fsspec import AbstractFileSystem

from simkit.returns.readers.files import Sent

_PROTOCOL = "sent"
ADDRESS = f"{_PROTOCOL}://file"
"""The address of the file."""


class _OneFile(AbstractFileSystem):  # type: ignore[misc]
    """A file system of one file, which can be read alone."""

    protocol = _PROTOCOL
    cachable = False  # fsspec would keep it, and so the content

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
    """The file system of a file that was sent."""
    return _OneFile(file.content)

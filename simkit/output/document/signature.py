"""Whether a document is still as simkit wrote it: a digest of its content goes into the file."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from pathlib import Path

_COMMENT = re.compile(rb"<!-- Written by simkit: ([0-9a-f]{64}) -->\n\Z")
_TEXT = "word/document.xml"
_NOTE = "customXml/simkit.xml"
_NOTED = re.compile(rb"<simkit>([0-9a-f]{64})</simkit>")
_MOST = 50_000_000  # bytes of a file that is looked at


def signed(content: bytes, kind: str) -> bytes:
    """The content of a file (``word``, or HTML) with the digest of what was written."""
    if kind != "word":
        return content + f"<!-- Written by simkit: {_digest(content)} -->\n".encode()
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer) as archive:
        digest = _digest(archive.read(_TEXT))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(_NOTE, (1980, 1, 1, 0, 0, 0))
        archive.writestr(entry, f"<simkit>{digest}</simkit>")
    return buffer.getvalue()


def is_as_written(path: Path) -> bool:
    """Whether simkit wrote the file and nobody has changed its text since."""
    try:
        if path.stat().st_size > _MOST:
            return False
        content = path.read_bytes()
        if path.suffix.lower() != ".docx":
            comment = _COMMENT.search(content.replace(b"\r\n", b"\n"))
            body = content.replace(b"\r\n", b"\n")
            return comment is not None and comment[1].decode() == _digest(body[: comment.start()])
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            noted = _NOTED.search(archive.read(_NOTE))
            return noted is not None and noted[1].decode() == _digest(archive.read(_TEXT))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return False


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

"""Opens a file given as a return, and refuses one of another type or of simulated children."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, NoReturn, cast

from simkit.common.bounded_file import refuse_special_file
from simkit.returns.errors import ReturnError

SIMULATED = "SIM-"
"""The ids of children in a simulated case table begin with this."""
SYNTHETIC = "SYN-"
"""The ids of children in a synthetic return begin with this."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXTS = ("xml", "csv")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent by its content, or a folder by its ``files``, and never touches the disk.

    It answers what readers ask of a path. Its text is its name.
    """

    name: str
    content: bytes = b""
    files: tuple[Sent, ...] = ()

    def __str__(self) -> str:
        return self.name

    @property
    def suffix(self) -> str:
        """The ending of its name."""
        return PurePosixPath(self.name).suffix

    @property
    def stem(self) -> str:
        """Its name without the ending."""
        return PurePosixPath(self.name).stem

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return bool(self.files)

    def is_file(self) -> bool:
        """Whether it is a file."""
        return not self.files

    def iterdir(self) -> Iterator[Sent]:
        """The files of a folder."""
        return iter(sorted(self.files, key=str))

    def open(self, mode: str = "r", encoding: str | None = None, newline: str | None = None) -> IO[Any]:
        """Its content, open for reading."""
        raw = io.BytesIO(self.content)
        return raw if "b" in mode else io.TextIOWrapper(raw, encoding=encoding, newline=newline)


ReturnFile = Path | Sent
"""A return on this computer, or one that was sent."""


def size_of(file: ReturnFile) -> int:
    """The bytes in a file."""
    return len(file.content) if isinstance(file, Sent) else file.stat().st_size


@contextmanager
def open_return(path: ReturnFile, kind: str) -> Iterator[BinaryIO]:
    """The file, open for reading. Raises ReturnError where there is none, or nothing in it."""
    if path.is_dir():
        raise ReturnError(f"{path} is a folder. Give the file of the {kind} return.")
    try:
        if isinstance(path, Path):
            refuse_special_file(path)
        file = path.open("rb")
    except FileNotFoundError:
        raise ReturnError(f"There is no file {path}.") from None
    except OSError as error:
        raise ReturnError(f"{path} can't be read: {error.strerror or 'the system refuses it'}.") from None
    with file:
        if not file.read(1):
            raise ReturnError(f"{path} is empty. Export the return again.")
        file.seek(0)
        yield cast(BinaryIO, file)


def type_mismatch(head: bytes, wanted: str) -> str | None:
    """What a file's first bytes say it is where that isn't what is ``wanted``: xml, csv or xlsx."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(_OLE):
        return None if wanted == "xlsx" else "this is an old Excel or Word file. " + _advice(wanted)
    if head.startswith(b"PK\x03\x04"):
        return None if wanted == "xlsx" else "this is an Excel workbook or a zip file. " + _advice(wanted)
    if head.startswith(b"%PDF"):
        return "this is a PDF, which holds a picture of data and not the data. " + _advice(wanted)
    lower = start[:512].lower()
    if lower.startswith((b"<!doctype html", b"<html")) or b"<html" in lower:
        return "this is a web page, as some systems export it under another name. " + _advice(wanted)
    if start.startswith(b"<") or _begins_in_utf16(head, "<"):
        return None if wanted == "xml" else "this is XML. " + _advice(wanted)
    if wanted == "xml":
        return "this is not XML. " + _advice(wanted)
    if wanted == "xlsx":
        return "this is not an Excel workbook, though it may be called one. " + _advice(wanted)
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "this is not a text file. " + _advice(wanted)
    return None


def _begins_in_utf16(head: bytes, letter: str) -> bool:
    return head[:4] in (b"\xff\xfe" + letter.encode("utf-16-le"), b"\xfe\xff" + letter.encode("utf-16-be"))


def _advice(kind: str) -> str:
    return {
        "xml": "The children in need census is an XML file, as it is loaded to the department.",
        "csv": "Save the extract as CSV (UTF-8) or as an Excel workbook (.xlsx).",
        "xlsx": "Open it in Excel and save it as an Excel workbook (.xlsx).",
    }[kind]


def refuse_simulated(where: object) -> NoReturn:
    """Say that a simulated case table is nobody's return."""
    raise ReturnError(
        f"{where}: this is a table of simulated children that simkit made, and not a return. Reading it as "
        "an authority's own data would feed the model its own output."
    )

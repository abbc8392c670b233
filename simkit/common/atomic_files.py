"""Writes a set of files completely or not at all.

All files are written under temporary names in the target folder and renamed together, so a full disk or
Ctrl-C leaves no partial result.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from simkit.common.errors import SimkitError
from simkit.common.paths import LONGEST_ON_WINDOWS, called_like_a_file, reserved_on_windows
from simkit.common.patience import patiently
from simkit.common.text import listed

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = (".xlsx", ".docx", ".html", ".json", ".csv", ".png", ".svg")
"""The endings of the files that an answer can be written to."""

PARTS = (".csv", ".png", ".svg")
"""Those of them that have one table or one figure, not the whole answer."""

_PACKAGES = {
    ".xlsx": ("openpyxl", "Excel files need one more package: install openpyxl (the extra `returns`)."),
    ".docx": ("docx", "Word files need one more package: install python-docx (the extra `report`)."),
    ".html": ("jinja2", "Web pages need one more package: install jinja2 (the extra `report`)."),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class OutputError(SimkitError):
    """A file or folder can't be written; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Destination:
    """The target of an answer: a folder, or one file with its ``ending`` (of ``ENDINGS``)."""

    path: Path
    ending: str


def destination(out: str | Path) -> Destination:
    """The target that ``out`` names, checked to be writable; nothing is left there. Raises OutputError."""
    if not str(out).strip() or not str(out).isprintable():
        raise OutputError(f"{str(out)!r} can't be the name of a folder or file.")
    path = Path(out)
    if reserved_on_windows(path):
        raise OutputError(f"{path.name} is the name of a device on Windows. Give another name.")
    try:
        return _checked_destination(path)
    except OSError as error:
        raise _output_error(error, path) from error


def _checked_destination(path: Path) -> Destination:
    ending = path.suffix.lower() if path.suffix.lower() in ENDINGS else ""
    one_file = f"one file that ends in {listed(ENDINGS, 'or')}"
    if ending and path.is_dir():
        raise OutputError(f"{path} is a folder, and a file of that name can't be made.")
    package, missing = _PACKAGES.get(ending, ("", ""))
    if package and find_spec(package) is None:
        raise OutputError(missing)
    if not ending and path.is_file():
        raise OutputError(f"{path} is a file. Give a folder, or {one_file}.")
    if not ending and called_like_a_file(path):
        raise OutputError(f"{path}: a result goes to a folder, or to {one_file}.")
    parent = path if path.is_dir() else path.absolute().parent
    if not parent.is_dir():
        raise OutputError(f"The folder {parent} does not exist, so {path} can't be made in it.")
    handle, name = tempfile.mkstemp(prefix=".simkit-", dir=parent)
    os.close(handle)
    Path(name).unlink()
    return Destination(path, ending)


def existing_files(place: str | Path) -> frozenset[Path]:
    """The absolute paths of the files in a folder, or of the one file at a path if it exists."""
    path = Path(place).absolute()
    return frozenset(path.iterdir()) if path.is_dir() else frozenset([path] if path.exists() else [])


def written_message(file: Path, before: frozenset[Path]) -> str:
    """The line that says that a file was written, or that it replaced one of those ``before``."""
    return f"{'Replaced' if file.absolute() in before else 'Written'}: {file}"


def write_all(folder: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write all of the files or none, replacing existing ones; gives their paths. Raises OutputError."""
    new = not folder.exists()
    staged: dict[Path, Path] = {}
    target = folder
    try:
        folder.mkdir(exist_ok=True)
        for name, content in contents.items():
            target = folder / name
            target.parent.mkdir(exist_ok=True)
            _stage(target, content, staged)
        for target in staged.values():
            if target.exists():
                patiently(
                    partial(target.replace, target)
                )  # on Windows a file that is open refuses this, before any is replaced
        for temporary, target in list(staged.items()):
            patiently(partial(temporary.replace, target))
            del staged[temporary]
    except BaseException as error:
        for temporary in staged:
            with suppress(OSError):
                temporary.unlink()
        if new:
            with suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError):
            raise _output_error(error, target) from error
        raise
    return tuple(folder / name for name in contents)


def _stage(target: Path, content: bytes, staged: dict[Path, Path]) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    staged[Path(name)] = target
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if hasattr(os, "umask") and os.name == "posix":
        # mkstemp gives permissions to the owner alone; these get those of any other file
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)


def _output_error(error: OSError, path: Path) -> OutputError:
    """An error of the system as one in plain words."""
    number = error.errno
    if number in (errno.ENOSPC, errno.EDQUOT):
        return OutputError(f"The disk is full: {path} was not written.")
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return OutputError(
            f"{path} can't be written: there is no permission, or the file is open in another program."
        )
    if number == errno.ENAMETOOLONG:
        return OutputError(f"The name {path.name[:40]}... is too long for a file or folder.")
    if number in (errno.ENOENT, errno.EINVAL) and len(str(path.absolute())) > LONGEST_ON_WINDOWS:
        return OutputError(
            f"{path} can't be written: with its folders it has more than {LONGEST_ON_WINDOWS} letters, which "
            "Windows does not allow. Give a folder nearer to the root, such as C:\\work\\out."
        )
    if number == errno.ENOENT:
        return OutputError(f"{path} can't be written: no file can be made in the folder {path.parent}.")
    if number == errno.ENOTDIR:
        return OutputError(f"{path} can't be made: a part of that path is a file, not a folder.")
    return OutputError(f"{path} can't be written: {error.strerror or error}.")


def csv_bytes(frame: object) -> bytes:
    """A pandas table as CSV that Excel reads rightly: UTF-8 with BOM, and no text that acts as a formula."""
    import pandas as pd

    assert isinstance(frame, pd.DataFrame)
    text = safe_cells(frame).to_csv(index=False, lineterminator="\r\n", float_format="%.6g")
    return str(text).encode("utf-8-sig")


def safe_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with no text that a spreadsheet takes for a formula."""
    return frame.map(lambda cell: safe_text(cell) if isinstance(cell, str) else cell)


def safe_text(text: str) -> str:
    """The text, quoted where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text

"""The framework files of a folder as the designer works on them: versions, what was typed, and saving.

Nothing is lost. A page sends the version that it was made from; where the file has changed since, in another
tab or outside, both changes are put together, or both are shown. What was typed but not saved is kept, and
so is every version that was saved.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from simkit.common.errors import SimkitError
from simkit.designer.folder import FileRefused, Folder
from simkit.designer.lines import merge

_MOST_VERSIONS = 200


class Gone(SimkitError):  # noqa: N818
    """There is no file of this name in the folder."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"The file {name} is no longer here. It was moved, renamed or deleted.")


class Changed(SimkitError):  # noqa: N818
    """The file was changed meanwhile, in the same place. ``clashes`` are the passages: mine and theirs."""

    def __init__(self, name: str, clashes: tuple[tuple[str, str], ...]) -> None:
        self.clashes = clashes
        super().__init__(f"{name} has been changed in the same place. Nothing was overwritten.")


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file. ``version`` names it; ``bom`` and ``encoding`` are how the file is stored."""

    name: str
    text: str
    version: str
    bom: bool = False
    encoding: str = "utf-8"

    def bytes_of(self, text: str) -> bytes:
        """Another text as this file would store it, always as UTF-8."""
        return ("\ufeff" if self.bom else "").encode("utf-8") + text.encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed on a screen and not saved: its fields, and the version they were made from."""

    fields: Mapping[str, Any]
    version: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The file as it is now. ``merged``: a change of somebody else is in it too."""

    text: Text
    merged: bool = False


def version_of(content: bytes) -> str:
    """The name of a version: the first 16 digits of the SHA-256 of its bytes."""
    return sha256(content).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Workspace:
    """The files of a ``folder``. ``today`` gives the day."""

    folder: Folder
    today: Callable[[], date]
    lock: threading.RLock = field(default_factory=threading.RLock, compare=False, repr=False)

    def open(self, name: str) -> Text | None:
        """The file as it is now, None where there is none. Raises FileRefused for what is no text."""
        content = self.folder.read(name)
        return None if content is None else _decoded(name, content)

    def latest(self, name: str) -> Text | None:
        """The file as it is now; of one that was deleted outside, the last version that was kept."""
        now = self.open(name)
        if now is not None:
            return now
        log, at = self._log(name)
        return self.version_text(name, log[at]) if log else None

    def create(self, name: str, text: str) -> Text:
        """A new file. Raises FileRefused where there is one of that name."""
        with self.lock:
            if self.folder.read(name) is not None:
                raise FileRefused(f"A file called {name} already exists. Give the new one another name.")
            content = text.encode("utf-8")
            self._remember(name, "", content)
            self.folder.write(name, content)
            return _decoded(name, content)

    def bring(self, name: str, content: bytes) -> None:
        """A copy of a file from elsewhere. Raises FileRefused where there is one of that name, or no text."""
        with self.lock:
            if self.folder.read(name) is not None:
                raise FileRefused(
                    f"A file called {name} already exists and was not changed. Rename yours first."
                )
            _decoded(name, content)
            self.folder.write(name, content)

    def save(self, name: str, seen: str, change: Callable[[str], str]) -> Saved:
        """Change the version that was ``seen``, put together with what the file holds now, and write that.

        Raises Gone where there is no such file, Changed where the two can't be put together, OutputError
        where the file can't be written; the file is then as it was.
        """
        with self.lock:
            now = self.latest(name)
            before = self.version_text(name, seen)
            if now is None:
                raise Gone(name)
            if now.version == seen:
                return Saved(self._write(now, change(now.text)))
            if before is None:
                raise Changed(name, ((change(now.text), now.text),))
            mine = change(before.text)
            merged = merge(before.text, mine, now.text)
            if merged.text is None:
                raise Changed(name, merged.clashes)
            return Saved(self._write(now, merged.text), merged=merged.text != mine)

    def version_text(self, name: str, version: str) -> Text | None:
        """A version that was saved or opened here, None where it isn't kept any more."""
        now = self.open(name)
        if now is not None and now.version == version:
            return now
        if len(version) != 16 or not version.isalnum():
            return None
        content = self.folder.read_kept(f"{name}.{version}.version")
        return None if content is None else _decoded(name, content)

    def see(self, text: Text) -> None:
        """Keep a version that a page is made from, so that a change of it can be put together later.

        In a folder that can't be written, nothing is kept: saving says why.
        """
        key = f"{text.name}.{text.version}.version"
        if text.encoding == "utf-8" and self.folder.read_kept(key) is None:
            with self.lock, suppress(SimkitError):
                self._remember(text.name, "", text.bytes_of(text.text))

    def _write(self, now: Text, text: str) -> Text:
        content = now.bytes_of(text)
        if version_of(content) != now.version or self.folder.read(now.name) is None:
            self._remember(now.name, now.version, content)
            self.folder.write(now.name, content)
        return _decoded(now.name, content)

    # --- versions

    def can_undo(self, name: str, version: str) -> bool:
        """Whether there is a version before this one."""
        log, at = self._log(name)
        return at > 0 and log[at] == version

    def can_redo(self, name: str, version: str) -> bool:
        """Whether this version was gone back to."""
        log, at = self._log(name)
        return at + 1 < len(log) and log[at] == version

    def step(self, name: str, seen: str, by: int) -> Text | None:
        """Go back (-1) or forward (1) by one version. None where there is none, or the file has changed."""
        with self.lock:
            log, at = self._log(name)
            now = self.open(name)
            if now is None or now.version != seen or not 0 <= at + by < len(log) or log[at] != seen:
                return None
            content = self.folder.read_kept(f"{name}.{log[at + by]}.version")
            if content is None:
                return None
            self._write_log(name, log, at + by)
            self.folder.write(name, content)
            return _decoded(name, content)

    def _log(self, name: str) -> tuple[list[str], int]:
        data = _json(self.folder.read_kept(f"{name}.versions.json"))
        log = [each for each in data.get("versions", []) if isinstance(each, str)]
        at = data.get("at", 0)
        return log, at if isinstance(at, int) and 0 <= at < len(log) else len(log) - 1

    def _write_log(self, name: str, log: list[str], at: int) -> None:
        data = json.dumps({"versions": log, "at": at})
        self.folder.write_kept(f"{name}.versions.json", data.encode("utf-8"))

    def _remember(self, name: str, before: str, content: bytes) -> None:
        """Keep a version as the one after ``before`` in the log of the file."""
        version = version_of(content)
        self.folder.write_kept(f"{name}.{version}.version", content)
        log, at = self._log(name)
        log = log[: at + 1]
        if before and (not log or log[-1] != before):
            log.append(before)
        if not log or log[-1] != version:
            log.append(version)
        for old in set(log[:-_MOST_VERSIONS]) - set(log[-_MOST_VERSIONS:]):
            self.folder.remove_kept(f"{name}.{old}.version")
        log = log[-_MOST_VERSIONS:]
        self._write_log(name, log, len(log) - 1)

    # --- what was typed

    def keep(self, name: str, screen: str, typed: Typed) -> None:
        """Keep what was typed on a screen. Raises OutputError where it can't be kept."""
        with self.lock:
            kept = self._typed(name)
            kept[screen] = {"fields": dict(typed.fields), "version": typed.version}
            self.folder.write_kept(f"{name}.typed.json", json.dumps(kept).encode("utf-8"))

    def forget(self, name: str, screen: str) -> None:
        """Forget what was typed on a screen, since it is saved or given up."""
        with self.lock, suppress(SimkitError):
            kept = self._typed(name)
            if kept.pop(screen, None) is None:
                return
            if kept:
                self.folder.write_kept(f"{name}.typed.json", json.dumps(kept).encode("utf-8"))
            else:
                self.folder.remove_kept(f"{name}.typed.json")

    def kept(self, name: str) -> Mapping[str, Typed]:
        """What was typed on screens of a file and not saved, by the screen."""
        return {
            screen: Typed(each["fields"], each["version"])
            for screen, each in self._typed(name).items()
            if isinstance(each, dict) and isinstance(each.get("fields"), dict) and "version" in each
        }

    def _typed(self, name: str) -> dict[str, Any]:
        return _json(self.folder.read_kept(f"{name}.typed.json"))


def _json(content: bytes | None) -> dict[str, Any]:
    try:
        data = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _decoded(name: str, content: bytes) -> Text:
    """The text of a file in any encoding that Notepad writes. Raises FileRefused for what is no text."""
    version = version_of(content)
    if content.startswith((b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise FileRefused(
            f"{name} is a document, not a text file. Copy the text out of it into a new framework."
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Text(name, content.decode("utf-16", "replace"), version, encoding="utf-16")
    bom = content.startswith(b"\xef\xbb\xbf")
    try:
        text, encoding = content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = content.decode("cp1252", "replace"), "ANSI"
    if "\0" in text:
        raise FileRefused(f"{name} is not a text file, so it can't be shown here.")
    return Text(name, text, version, bom, encoding)

"""Changes of single values of a file, as forms make them: every other byte of the text stays."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from simkit.common.errors import SimkitError
from simkit.designer.workspace import Changed, Gone, Saved, Workspace
from simkit.framework.editing.edit import edit
from simkit.framework.editing.scalars import EditError
from simkit.framework.yaml.source import read_text

Value = str | list[str] | dict[str, Any]
"""What a form writes: a text, several, or a whole entry."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that becomes another one; None where there is none.

    ``path`` is dotted, or its names where one of them has a dot in it.
    """

    path: str | tuple[str, ...]
    before: Any
    value: Value | None


def differences(path: str, before: Mapping[str, Any], wanted: Mapping[str, Value | None]) -> list[Change]:
    """The changes from an entry to what a form wants in it. Names that are not ``wanted`` stay.

    An entry that is not there yet is one change.
    """
    if not before:
        entry = {key: value for key, value in wanted.items() if value is not None}
        return [Change(path, None, entry)] if entry else []
    return [
        Change(f"{path}.{key}", before.get(key), value)
        for key, value in wanted.items()
        if not same(before.get(key), value)
    ]


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same: 2025 and '2025', a post and a list of one post."""
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return str(value[0]) if len(value) == 1 else [str(each) for each in value]
    return None if value is None else str(value).strip()


def value_at(data: Mapping[str, Any], path: str | tuple[str, ...]) -> Any:
    """The value at a path, None where there is none."""
    value: Any = data
    for part in path.split(".") if isinstance(path, str) else path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


class CantChange(SimkitError):  # noqa: N818
    """A value can't be written; the text says why. ``path`` is that of the value."""

    def __init__(self, path: str, why: str) -> None:
        self.path = path
        super().__init__(why)


def applied(text: str, changes: Iterable[Change], where: Path, today: date) -> str:
    """The text of the file at ``where`` with the changes. Raises CantChange where one can't be made.

    What is added comes first, so that no entry is empty in between.
    """
    for change in sorted(changes, key=lambda each: each.value is None):
        try:
            text = edit(text, change.path, change.value, name=where, today=today)
        except EditError as error:
            raise CantChange(str(change.path), str(error)) from error
    return text


def save(workspace: Workspace, name: str, changes: list[Change]) -> Saved:
    """Make the changes in the file as it is now.

    Raises Gone where there is no such file, Changed where one of the values became a third one meanwhile,
    OutputError where the file can't be written.
    """
    with workspace.lock:
        now = workspace.latest(name)
        if now is None:
            raise Gone(name)
        data = read_text(now.text, name).data
        clashes = tuple(
            (_shown(change.value), _shown(value_at(data, change.path)))
            for change in changes
            if not any(same(value_at(data, change.path), each) for each in (change.before, change.value))
        )
        if clashes:
            raise Changed(name, clashes)
        where, today = workspace.folder.path / name, workspace.today()
        return workspace.save(name, now.version, lambda text: applied(text, changes, where, today))


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

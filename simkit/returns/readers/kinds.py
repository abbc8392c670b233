"""Recognises the kind of a return by its beginning, and refuses a file given as another kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from simkit.common.shell import command_line
from simkit.returns.errors import ReturnError
from simkit.returns.readers.annex_a import LISTS, list_sheets
from simkit.returns.readers.assessments import FIELDS
from simkit.returns.readers.columns import Field, heading_row, match_columns
from simkit.returns.readers.files import ReturnFile, open_return, type_mismatch
from simkit.returns.readers.sheets import Sheet, sheets
from simkit.returns.readers.ssd_source import is_dataset, is_table
from simkit.returns.result import KINDS
from simkit.returns.wording import in_command_line

_HEAD = 4096
_MESSAGE = re.compile(rb"<(?:[\w.-]+:)?message[\s/>]", re.I)


def kind_of_file(path: ReturnFile) -> str:
    """The kind of return that a file looks like: a table of no known kind is read as an extract."""
    if path.is_dir():
        return "ssd"
    kinds = _kinds(path)
    return kinds[0] if kinds else "assessments"


def refuse_another_kind(path: ReturnFile, kind: str) -> None:
    """Raise ReturnError, with the command to write, where a file is plainly of another kind than ``kind``.

    A file that can't be opened, or is of no known kind, is left to the reader of ``kind``.
    """
    try:
        kinds = _kinds(path)
    except ReturnError:
        return
    if kinds and kind not in kinds:
        raise ReturnError(
            f"{path} is not of the kind {kind} ({KINDS[kind]}): it looks like {kinds[0]} "
            f"({KINDS[kinds[0]]}). {_right_way(kinds[0], path)}"
        )


def _right_way(kind: str, path: ReturnFile) -> str:
    if not isinstance(path, Path):
        return "Choose that kind, or let simkit tell it."
    if in_command_line():
        return f"Write: {command_line('simkit', 'read-return', kind, path)}"
    return f'Write: simkit.read_return("{kind}", "{path.as_posix()}")'


def _kinds(path: ReturnFile) -> tuple[str, ...]:
    """The kinds as which the beginning of a file can be read, the likeliest first."""
    if is_dataset(path) or is_table(path):
        return ("ssd",)
    with open_return(path, "") as file:
        head = file.read(_HEAD)
    if type_mismatch(head, "xml") is None:
        return ("cin-census",) if _MESSAGE.search(head.replace(b"\x00", b"")) else ()
    with sheets(path, "") as every:
        tables = [sheet for sheet in every if not sheet.hidden]
        lists = [number for number in LISTS if _is_list(tables, number)]
        if 4 in lists and len(lists) > 1:
            return ("annex-a",)
        one = ("assessments",) if any(_has(sheet, FIELDS) for sheet in tables) else ()
        return (*one, "annex-a") if 4 in lists or len(lists) > 1 else one


def _is_list(tables: Sequence[Sheet], number: int) -> bool:
    return any(_has(sheet, LISTS[number][1]) for sheet in list_sheets(tables, number))


def _has(sheet: Sheet, fields: Sequence[Field]) -> bool:
    """Whether a sheet has a column for each field that is needed."""
    _, headings = heading_row(sheet.rows(), fields, {})
    try:
        match_columns(headings, fields, {}, "")
    except ReturnError:
        return False
    return True

"""Reads CSV files, the visible sheets of workbooks, and tables of pandas, row by row.

A workbook is opened for reading alone: macros, links and formulas in it are not followed, and one whose
parts declare a document type or unfold to more than two gigabytes is refused.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import statistics
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from simkit.common.text import listed
from simkit.returns.errors import ReturnError
from simkit.returns.readers.files import ReturnFile, open_return, type_mismatch
from simkit.returns.readers.sheet_names import may_be_shown

if TYPE_CHECKING:
    import pandas as pd

_MOST_BYTES = 2 << 30
_MOST_COLUMNS = 1000
_OLE = b"\xd0\xcf\x11\xe0"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_DELIMITERS = (",", ";", "\t", "|")
_FIRST_LINES = 60  # of a CSV file, which tell its delimiter
_ROWS_BEFORE = 10  # are compared with the last row of a file: an assumption
_LONGEST_TAG = 200  # bytes of one part that are looked at again with the next
_MOST_MERGED = 200_000
_MOST_UNSIZED_BYTES = 24 << 20  # openpyxl reads a sheet that doesn't say its size to the end, to learn it
_MOST_NAMES = 10  # of sheets in a sentence
_MOST_ROW_CHUNKS = 8  # of a megabyte without the end of a row
_FORMULA = re.compile(rb"<f[ />]")
_SIZE = re.compile(rb"<(?:\w+:)?dimension[ />]")
_CELL = re.compile(rb"<(?:\w+:)?c[ />]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row [^>]*\bhidden="(?:1|true)"')
_ROW_END = re.compile(rb"</(?:\w+:)?row>")

Rows = Iterator[tuple[object, ...]]
_Merged = dict[int, list[tuple[int, int]]]  # by first row: the column from 0, and the last row


@dataclass(frozen=True, slots=True)
class _Scanned:
    """A sheet's part: whether it holds formulas and hidden rows, and its cells that are merged downwards."""

    formulas: bool = False
    hidden_rows: bool = False
    merged: _Merged = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file: its name (empty for CSV) and a way to read its rows from the first.

    ``hidden``: a sheet that Excel doesn't show. ``lost``: for each row, which cells hold a formula without
    the value that Excel keeps beside it; None where the workbook has no formulas. ``place``: its place from
    the left among the sheets that Excel shows, with charts; below 0 for a hidden one. ``number_offset``:
    days to add to a day number, where the workbook counts days from 1904 and not from 1900. ``hidden_rows``:
    whether Excel hides some of its rows.
    """

    name: str
    rows: Callable[[], Rows]
    hidden: bool = False
    lost: Callable[[], Iterator[tuple[bool, ...]]] | None = None
    place: int = 0
    number_offset: int = 0
    hidden_rows: bool = False

    @property
    def shown_name(self) -> str:
        """Its name, empty where it may not be shown or there is none."""
        return " ".join(self.name.split()) if may_be_shown(self.name) else ""

    @property
    def words(self) -> str:
        """Its name in quotation marks, or its place if the name may not be shown."""
        if self.shown_name:
            return f"'{self.shown_name}'"
        return f"no. {self.place}" if self.place > 0 else "(hidden, its name is not shown)"


def sheet_words(these: Sequence[Sheet]) -> str:
    """``the sheet 'A'``, ``the sheets 'A', 'B' and no. 5``: the first ten, and how many more."""
    names = [sheet.words for sheet in these[:_MOST_NAMES]]
    if more := len(these) - len(names):
        names.append(f"{more} more")
    return f"the sheet{'s' if these[1:] else ''} {listed(names)}"


def frame_sheet(frame: pd.DataFrame) -> Sheet:
    """A table of pandas as a sheet: its columns as headings, and what is missing in it as empty cells."""
    import pandas as pd

    def rows() -> Rows:
        yield tuple(str(column) for column in frame.columns)
        filled = frame.astype(object).where(frame.notna(), None)
        for row in filled.itertuples(index=False, name=None):
            yield tuple(cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell for cell in row)

    return Sheet("", rows)


@contextmanager
def sheets(path: ReturnFile, kind: str, *, workbook: bool | None = None) -> Iterator[tuple[Sheet, ...]]:
    """The tables of a file. ``workbook``: whether it must be one; None goes by what the file is.

    Raises ReturnError for files that are something else than they say, protected, or broken.
    """
    with open_return(path, kind) as file:
        head = file.read(4096)
        file.seek(0)
        is_book = head.startswith((b"PK\x03\x04", _OLE)) if workbook is None else workbook
        if is_book:
            if mismatch := type_mismatch(head, "xlsx"):
                raise ReturnError(f"{path}: {mismatch}")
            with _workbook(path, file, head) as tables:
                yield tables
            return
        if mismatch := type_mismatch(head, "csv"):
            raise ReturnError(f"{path}: {mismatch}")
        encoding = _encoding(path, head)
        yield (Sheet("", lambda: _csv_rows(path, encoding)),)


@contextmanager
def _workbook(path: ReturnFile, file: BinaryIO, head: bytes) -> Iterator[tuple[Sheet, ...]]:
    if head.startswith(_OLE):
        raise ReturnError(_old_or_protected(path, file))
    try:
        import openpyxl
    except ImportError:
        raise ReturnError(
            "Excel files need one more package: install openpyxl (the extra `returns`)."
        ) from None
    scanned = _look_inside(path, file)
    has_formulas = any(part.formulas for part in scanned.values())
    file.seek(0)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        as_written = (
            openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
            if has_formulas
            else None
        )
    except Exception:
        # openpyxl raises whatever it stumbles over, and its words may quote a cell
        raise ReturnError(_broken(path)) from None
    places = _places(book)
    try:
        yield tuple(
            Sheet(
                sheet.title,
                _reader(path, sheet, scanned.get(sheet._worksheet_path, _Scanned()).merged),
                sheet.sheet_state != "visible",
                None if as_written is None else _lost(sheet, as_written[sheet.title]),
                places[sheet.title],
                (book.epoch - dt.datetime(1899, 12, 30)).days,
                scanned.get(sheet._worksheet_path, _Scanned()).hidden_rows,
            )
            for sheet in book.worksheets
        )
    finally:
        book.close()
        if as_written is not None:
            as_written.close()


def _places(book: Any) -> dict[str, int]:
    """The place of each sheet from the left, by its name; hidden ones count down from -1."""
    places: dict[str, int] = {}
    for hidden, step in ((False, 1), (True, -1)):
        these = [name for name in book.sheetnames if (book[name].sheet_state != "visible") is hidden]
        places |= {name: step * number for number, name in enumerate(these, 1)}
    return places


def _reader(path: ReturnFile, sheet: object, merged: _Merged) -> Callable[[], Rows]:
    """The rows of a sheet. A cell merged downwards has its value in each of its rows."""

    def rows() -> Rows:
        held: dict[int, tuple[int, object]] = {}
        try:
            sheet.reset_dimensions()  # type: ignore[attr-defined]
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1):  # type: ignore[attr-defined]
                yield _narrow(path, number, _filled(number, row, merged, held) if merged else row)
        except ReturnError:
            raise
        except Exception:
            raise ReturnError(_broken(path)) from None

    return rows


def _filled(
    number: int, row: Sequence[object], merged: _Merged, held: dict[int, tuple[int, object]]
) -> Sequence[object]:
    """A row with what merged cells of rows above it hold; ``held`` by column, with the last row."""
    cells = list(row)
    for column, (last, value) in held.items():
        if number <= last:
            cells += [None] * (column + 1 - len(cells))
            cells[column] = value
    for column, last in merged.get(number, ()):
        held[column] = (last, cells[column] if column < len(cells) else None)
    return cells


def _narrow(path: ReturnFile, number: int, row: Sequence[object]) -> tuple[object, ...]:
    """The cells of a row without the empty ones far to the right, which formatting leaves behind."""
    if any(cell not in (None, "") for cell in row[_MOST_COLUMNS:]):
        raise ReturnError(
            f"{path}, row {number}: it has more than {_MOST_COLUMNS:,} columns, which no return has, so the "
            "file is not read. Export the list again, or delete the columns that are not needed."
        )
    return tuple(row[:_MOST_COLUMNS])


def _lost(values: Any, formulas: Any) -> Callable[[], Iterator[tuple[bool, ...]]]:
    """An empty text that a formula gives is a value (``str``); nothing at all means that none was kept."""

    def rows() -> Iterator[tuple[bool, ...]]:
        for sheet in (values, formulas):
            sheet.reset_dimensions()
        for kept, written in zip(values.iter_rows(), formulas.iter_rows(), strict=True):
            yield tuple(
                cell.value is None and cell.data_type != "str" and formula.data_type == "f"
                for cell, formula in zip(kept, written, strict=True)
            )

    return rows


def _broken(path: ReturnFile) -> str:
    return f"{path}: the workbook is damaged. Open it in Excel, save it again as .xlsx and read that."


def _old_or_protected(path: ReturnFile, file: BinaryIO) -> str:
    file.seek(0)
    while chunk := file.read(1 << 20):
        if _PROTECTED in chunk:
            return (
                f"{path}: the workbook is protected with a password, so nothing in it can be read. Open it "
                "in Excel, take the password off (File, Info, Protect Workbook) and save it."
            )
        if len(chunk) == 1 << 20:
            file.seek(-len(_PROTECTED), io.SEEK_CUR)
    return (
        f"{path}: this is a workbook of the old kind (.xls), whatever its name ends in. Open it in Excel and "
        "save it as an Excel workbook (.xlsx)."
    )


def _look_inside(path: ReturnFile, file: BinaryIO) -> dict[str, _Scanned]:
    """What the part of each sheet holds, by its name.

    Refuses what is not a workbook, is cut off, or could do harm.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            if "xl/workbook.xml" not in packed.namelist():
                raise ReturnError(f"{path}: {_other_package(packed.namelist())}")
            if sum(part.file_size for part in parts) > _MOST_BYTES:
                raise ReturnError(
                    f"{path}: the workbook would unfold to more than 2 gigabytes, so it is not read. Save "
                    "the lists that are needed as CSV."
                )
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    with packed.open(part) as content:
                        start = content.read(4096)
                    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                        raise ReturnError(
                            f"{path}: a part of the workbook declares a document type, which Excel never "
                            "does. It is not read."
                        )
            tables = [part for part in parts if part.filename.startswith("xl/worksheets/")]
            return {part.filename: _scanned(path, packed, part) for part in tables}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
        raise ReturnError(_broken(path)) from None
    except ReturnError:
        raise
    except Exception:
        raise ReturnError(_broken(path)) from None


def _other_package(parts: Sequence[str]) -> str:
    """What a zip file is, if not an .xlsx workbook, and what to do."""
    save = "save it as an Excel workbook (.xlsx)."
    if "xl/workbook.bin" in parts:
        return f"this is a binary workbook (.xlsb). Open it in Excel and {save}"
    if "mimetype" in parts and "content.xml" in parts:
        return f"this is an OpenDocument file (.ods), for example from LibreOffice. Open it there and {save}"
    return "this is a zip file, not an Excel workbook. Unpack it first."


def _scanned(path: ReturnFile, packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> _Scanned:
    """What a sheet holds that has to be known before its cells are read.

    Raises ReturnError for one that would take minutes or much memory.
    """
    end, found, without_row_end, hidden_rows = b"", False, 0, False
    merged: _Merged = {}
    with packed.open(part) as content:
        while chunk := content.read(1 << 20):
            if not end and part.file_size > _MOST_UNSIZED_BYTES and not _SIZE.search(chunk):
                raise ReturnError(
                    f"{path}: a large sheet does not say how large it is, so reading it would take minutes. "
                    "Open the workbook in Excel, save it again as .xlsx, and read that."
                )
            found = found or _FORMULA.search(end + chunk) is not None
            hidden_rows = hidden_rows or _HIDDEN_ROW.search(end + chunk) is not None
            for column, first, last in _MERGED.findall(end + chunk):
                if first != last:
                    merged.setdefault(int(first), []).append((_column(column), int(last)))
            if len(merged) > _MOST_MERGED:
                raise ReturnError(
                    f"{path}: a sheet has far more merged cells than a list would have, so the file is not "
                    "read. Unmerge the cells, and save it again."
                )
            ends = _ROW_END.search(chunk) or not _CELL.search(chunk)
            without_row_end = 0 if ends else without_row_end + 1
            if without_row_end >= _MOST_ROW_CHUNKS:
                raise ReturnError(
                    f"{path}: a row of the workbook is longer than any return has, so the file is not read. "
                    "Export the list again."
                )
            end = chunk[-_LONGEST_TAG:]
    return _Scanned(found, hidden_rows, merged)


def _column(letters: bytes) -> int:
    """The number of a column, from 0, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _encoding(path: ReturnFile, head: bytes) -> str:
    """UTF-8 if all of the file is, UTF-16 if its first bytes say so, else Excel's encoding in England."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        with path.open(encoding="utf-8-sig") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _csv_rows(path: ReturnFile, encoding: str) -> Rows:
    number = 0
    try:
        with path.open(encoding=encoding, newline="") as text:
            first = [text.readline(1 << 16) for _ in range(_FIRST_LINES)]
            text.seek(0)
            if first[0].lower().startswith("sep="):  # Excel's own first line
                delimiter = text.readline().rstrip("\r\n")[4:5] or ","
            else:
                delimiter = _delimiter(first)
            lines: list[str] = []
            before: deque[list[str]] = deque(maxlen=_ROWS_BEFORE)
            for row in csv.reader(_kept(text, lines), delimiter=delimiter):
                if len(lines) > 1:  # an unclosed quotation mark swallows the rows below
                    list(csv.reader(lines, delimiter=delimiter, strict=True))
                number += 1
                if not lines[-1].endswith(("\n", "\r")) and _is_cut(row, before):
                    raise ReturnError(
                        f"{path}, row {number}: the file ends in the middle of a row, so a part of it is "
                        "missing. Copy or export it again."
                    )
                lines.clear()
                before.append(row)
                yield _narrow(path, number, row)
    except UnicodeError:
        raise ReturnError(
            f"{path}, after row {number}: some letters are in an unknown encoding. In Excel: "
            "Save As, CSV UTF-8."
        ) from None
    except csv.Error:
        raise ReturnError(
            f"{path}, after row {number}: a cell never ends, or holds what no cell can. Look for a quotation "
            "mark that isn't closed, and export the extract again."
        ) from None


def refuse_surplus(where: str, number: int, row: Sequence[object], headings: int) -> None:
    """Raise ReturnError for a row of CSV with more cells than headings: a delimiter has moved its cells."""
    if any(str(cell).strip() for cell in row[headings:]):
        raise ReturnError(
            f"{where}, row {number}: it has more cells than there are headings, so its cells may be under "
            "the wrong ones. Look for a text that contains a delimiter and isn't in quotation marks. Export "
            "it again, if possible in another format than CSV."
        )


def _is_cut(row: Sequence[str], before: Sequence[Sequence[str]]) -> bool:
    """Whether the last row of a file, which no line break ends, is shorter than those before it."""
    if len(before) < 2 or not row:
        return False
    if len(row) < min(map(len, before)):
        return len(row) > 1 or re.fullmatch(r"\w{1,20}", row[0]) is not None
    lengths = {len(each[len(row) - 1]) for each in before if len(each) == len(row) and each[-1]}
    is_date = re.fullmatch(r"\d+([-/.])\d+\1\d*", row[-1]) is not None
    return is_date and len(lengths) == 1 and len(row[-1]) < max(lengths)


def _kept(text: Iterable[str], lines: list[str]) -> Iterator[str]:
    """The lines of a text, each kept in ``lines`` too."""
    for line in text:
        lines.append(line)
        yield line


def _delimiter(lines: list[str]) -> str:
    """The delimiter that is most often in a usual line of the later half: titles above may hold any."""
    filled = [line for line in lines if line.strip()]
    filled = filled[len(filled) // 2 :]
    return max(_DELIMITERS, key=lambda each: statistics.median([line.count(each) for line in filled] or [0]))

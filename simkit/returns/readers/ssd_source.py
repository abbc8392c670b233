"""Opens the tables of a Standard Safeguarding Dataset: a folder of CSV or Parquet files, or a database file.

Everything is opened for reading alone and read row by row. A DuckDB file may hold views on other files or on
addresses in a network: it is opened without access to either.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from simkit.common.text import listed
from simkit.returns.cells import visible
from simkit.returns.errors import ReturnError
from simkit.returns.readers.columns import quotable
from simkit.returns.readers.files import ReturnFile, Sent, open_return, size_of
from simkit.returns.readers.sheets import refuse_surplus, sheets
from simkit.returns.readers.ssd_layout import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = Sequence[object]

_SQLITE = b"SQLite format 3\x00"
_DUCKDB = b"DUCK"  # after a checksum of 8 bytes
_BATCH = 10_000
_NAMES = {table.name for table in TABLES}
_ENDINGS = (".csv", ".parquet")
_OTHER_ENDINGS = (".txt", ".tsv", ".xlsx", ".xls", ".xlsm", ".json", ".zip", ".gz")
_ROWS_SAID = re.compile(r"\(?\d+ rows?(?: affected)?\)?", re.I)
_PART = re.compile(r"[^a-z]*(?:(?:part|copy|v|export|extract|final)[^a-z]*)*")


@dataclass(frozen=True, slots=True)
class TableSource:
    """A table: where it is, in words, its columns in small letters, and how its rows are read.

    ``rows`` gives the cells of the columns asked for, row by row. ``size``: bytes of its file, for progress.
    """

    where: str
    columns: tuple[str, ...]
    rows: Callable[[Sequence[str]], Iterator[Row]]
    size: int


def is_dataset(path: ReturnFile) -> bool:
    """Whether this is a folder with tables of the dataset, or a file of SQLite or DuckDB."""
    if path.is_dir():
        return bool(_table_files(path))
    try:
        with open_return(path, "") as file:
            head = file.read(16)
    except ReturnError:
        return False
    return _is_sqlite(head) or _is_duckdb(head)


def is_table(path: ReturnFile) -> bool:
    """Whether a file has the name of one of the tables."""
    return path.suffix.lower() in _ENDINGS and _is_named(path)


def _is_named(path: ReturnFile) -> bool:
    return _table_name(path) in _NAMES


def _table_name(file: ReturnFile) -> str:
    """The name of the table in a file: ``ssd_contacts.csv``, also with a schema before it or a number after.

    So a second part, such as ``ssd_contacts (2).csv``, is not overlooked.
    """
    stem = file.stem.lower()
    stem = stem[max(stem.find("ssd_"), 0) :]
    named = (name for name in _NAMES if stem.startswith(name) and _PART.fullmatch(stem[len(name) :]))
    return next(named, stem)


def _is_sqlite(head: bytes) -> bool:
    return head.startswith(_SQLITE)


def _is_duckdb(head: bytes) -> bool:
    return head[8:12] == _DUCKDB


@contextmanager
def open_dataset(path: ReturnFile) -> Iterator[Mapping[str, TableSource]]:
    """The tables of a dataset by name. Raises ReturnError where there is none that is known."""
    with ExitStack() as opened:
        if path.is_dir():
            found = _folder(path, opened)
        else:
            with open_return(path, "Standard Safeguarding Dataset") as file:
                head = file.read(16)
            if is_table(path):
                raise ReturnError(
                    f"{path} is one table of the Standard Safeguarding Dataset. Give the folder that holds "
                    "all of them."
                )
            if _is_sqlite(head):
                found = _sqlite(path, opened)
            elif _is_duckdb(head):
                found = _duckdb(path, opened)
            elif head.startswith(b"PK\x03\x04"):
                raise ReturnError(f"{path}: this is a zip file. Unpack it, and give the folder.")
            else:
                raise ReturnError(
                    f"{path}: this is neither a folder nor a file of SQLite or DuckDB. Give the folder that "
                    "holds the tables, such as ssd_cin_assessments.csv."
                )
        if not found:
            raise ReturnError(
                f"{path}: there is no table of the Standard Safeguarding Dataset in it. Its tables have "
                f"names such as {listed(t.name for t in TABLES[:3])}; in a folder they are files that end in "
                ".csv or .parquet."
            )
        yield found


def _folder(path: ReturnFile, opened: ExitStack) -> dict[str, TableSource]:
    by_table = _table_files(path)
    for name, several in by_table.items():
        if several[1:]:
            raise ReturnError(
                f"{path}: the table {name} is there {len(several)} times, as "
                f"{listed(file.name for file in several)}. Leave the one that counts in the folder."
            )
    others = (file for file in path.iterdir() if file.suffix.lower() in _OTHER_ENDINGS)
    unlike = [file.name for file in others if _is_named(file)]
    if unlike:
        raise ReturnError(
            f"{path}: simkit can't read {listed(sorted(unlike))} there. Save each such table as CSV "
            "(UTF-8) or Parquet, or move it to another folder if it doesn't belong to the dataset."
        )
    return {
        name: _parquet(file, opened) if file.suffix.lower() == ".parquet" else _csv(file, opened)
        for name, (file,) in by_table.items()
    }


def _table_files(path: ReturnFile) -> dict[str, list[ReturnFile]]:
    """Files of a folder by the name of the table."""
    by_table: dict[str, list[ReturnFile]] = {}
    try:
        files: list[ReturnFile] = sorted(path.iterdir(), key=str)
    except OSError as error:
        raise ReturnError(f"{path} can't be read: {error.strerror or 'the system refuses it'}.") from None
    for file in files:
        if is_table(file) and file.is_file():
            by_table.setdefault(_table_name(file), []).append(file)
    return by_table


def _csv(file: ReturnFile, opened: ExitStack) -> TableSource:
    (sheet,) = opened.enter_context(sheets(file, "table", workbook=False))
    first = next((row for row in sheet.rows() if any(row)), ())
    heads = _heads(first)
    names = set(heads)
    twice = sorted({head for head in heads if head and heads.count(head) > 1})
    if twice:
        raise ReturnError(
            f"{file}: more than one column has the heading {listed(map(repr, quotable(twice)), 'or')}. Keep "
            "only one of them."
        )

    def rows(columns: Sequence[str]) -> Iterator[Row]:
        places = [heads.index(column) for column in columns]
        last = max(places)
        for number, row in enumerate(sheet.rows(), 1):
            is_again = row and _heads(row[:1])[0] in names and _is_again(file, number, row, heads)
            if is_again or _is_no_record(row):
                continue
            if len(row) > len(heads):
                refuse_surplus(str(file), number, row, len(heads))
            if len(row) > last:
                yield [row[place] for place in places]
            elif any(row):
                yield [row[place] if place < len(row) else None for place in places]

    return TableSource(file.name, heads, rows, size_of(file))


def _heads(row: Row) -> tuple[str, ...]:
    """The headings in a row, in small letters."""
    return tuple(visible(str(cell or "")).strip().lower() for cell in row)


def _is_again(file: ReturnFile, number: int, row: Row, heads: Sequence[str]) -> bool:
    """Whether a row repeats the headings. Raises ReturnError where they are in another order."""
    again = _heads(row)
    if again != heads and len(set(again) & set(heads)) > 1:
        raise ReturnError(
            f"{file}, row {number}: there are headings again, in another order, as if this were two exports, "
            "one below the other. Export the table again."
        )
    return again == heads


def _is_no_record(row: Row) -> bool:
    """Whether a row is a rule of dashes, or says how many rows there are, as database tools write it."""
    words = "".join(map(str, row)).strip()
    return not any(map(str.isalnum, words)) or _ROWS_SAID.fullmatch(words) is not None


def _parquet(file: ReturnFile, opened: ExitStack) -> TableSource:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise ReturnError(
            f"{file}: Parquet files need one more package: install pyarrow (the extra `store`), or give CSV."
        ) from None
    broken = ReturnError(f"{file}: this is not a whole Parquet file. Export it again.")
    try:
        content = opened.enter_context(file.open("rb"))
        table = opened.enter_context(parquet.ParquetFile(content))
    except (arrow.ArrowException, OSError):
        raise broken from None
    names = table.schema_arrow.names

    def rows(columns: Sequence[str]) -> Iterator[Row]:
        chosen = [next(name for name in names if name.lower() == column) for column in columns]
        try:
            for batch in table.iter_batches(_BATCH, columns=chosen):
                cells = [batch.column(name).to_pylist() for name in chosen]
                yield from zip(*cells, strict=True)
        except (arrow.ArrowException, OSError):
            raise broken from None

    return TableSource(file.name, tuple(name.lower() for name in names), rows, size_of(file))


def _sqlite(path: ReturnFile, opened: ExitStack) -> dict[str, TableSource]:
    for ending in ("-wal", "-journal"):
        beside = None if isinstance(path, Sent) else path.with_name(path.name + ending)
        if beside is not None and beside.exists() and beside.stat().st_size:
            raise ReturnError(
                f"{path}: another program is writing to it, or was stopped while it did ({beside.name} is "
                "beside it). Close that program, or export the tables as CSV."
            )
    broken = ReturnError(f"{path}: this is not a whole SQLite file. Export it again.")
    try:
        database = opened.enter_context(closing(_connected(path)))
        database.execute("PRAGMA trusted_schema = OFF")
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        names = [
            str(name)
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        ]
        columns = {
            name: [row[0] for row in database.execute(f"SELECT * FROM {_name(name)} LIMIT 0").description]
            for name in _known(path, names)
        }
    except sqlite3.Error:
        raise broken from None

    def reader(name: str) -> Callable[[Sequence[str]], Iterator[Row]]:
        def rows(wanted: Sequence[str]) -> Iterator[Row]:
            try:
                yield from database.execute(_select(name, columns[name], wanted))
            except sqlite3.Error:
                raise broken from None

        return rows

    return _of_database(path, columns, reader)


def _connected(path: ReturnFile) -> sqlite3.Connection:
    """The database, for reading alone."""
    if isinstance(path, Sent):
        database = sqlite3.connect(":memory:")
        database.deserialize(path.content)
        database.execute("PRAGMA temp_store = MEMORY")
        return database
    address = f"file:{quote(path.absolute().as_posix())}?mode=ro&immutable=1"
    return sqlite3.connect(address, uri=True)


def _duckdb(path: ReturnFile, opened: ExitStack) -> dict[str, TableSource]:
    try:
        import duckdb

        database = opened.enter_context(closing(_attached(path)))
    except ImportError:
        raise ReturnError(
            f"{path}: files of DuckDB can't be read here, as a package for them is missing. Export the "
            "tables as CSV, or read it where simkit is installed with the extra `store`."
        ) from None
    except duckdb.Error:
        raise _not_opened(path) from None
    try:
        names = [
            str(name)
            for (name,) in database.execute("SELECT table_name FROM information_schema.tables").fetchall()
        ]
        columns = {
            name: [row[0] for row in database.execute(f"SELECT * FROM {_name(name)} LIMIT 0").description]
            for name in _known(path, names)
        }
    except duckdb.Error:
        raise _not_opened(path) from None

    def reader(name: str) -> Callable[[Sequence[str]], Iterator[Row]]:
        def rows(wanted: Sequence[str]) -> Iterator[Row]:
            try:
                cursor = database.execute(_select(name, columns[name], wanted))
                while batch := cursor.fetchmany(_BATCH):
                    yield from batch
            except duckdb.Error:
                raise ReturnError(
                    f"{path}: the table {name.lower()} can't be read. Export it again."
                ) from None

        return rows

    return _of_database(path, columns, reader)


def _attached(path: ReturnFile) -> DuckDBPyConnection:
    """A connection to a file of DuckDB, or to one that was sent; no other file is touched."""
    import duckdb

    limits = {"memory_limit": "512MB", "threads": "1"}
    if isinstance(path, Path):
        return duckdb.connect(str(path), read_only=True, config={**limits, "enable_external_access": "false"})
    from simkit.returns.readers.sent_file_system import ADDRESS, file_system_of

    database = duckdb.connect(":memory:", config={**limits, "temp_directory": ""})
    database.register_filesystem(file_system_of(path))
    database.execute(f"ATTACH '{ADDRESS}' AS sent (READ_ONLY)")
    database.execute("SET enable_external_access = false")
    database.execute("USE sent")
    return database


def _not_opened(path: ReturnFile) -> ReturnError:
    return ReturnError(
        f"{path}: DuckDB can't open it: it is open in another program, not whole, or of a newer version than "
        "the package here. Export the tables as CSV or Parquet."
    )


def _known(path: ReturnFile, names: Sequence[str]) -> list[str]:
    """The names that are those of tables of the dataset, however their letters are written."""
    known = [name for name in names if name.lower() in _NAMES]
    twice = sorted({name.lower() for name in known if sum(n.lower() == name.lower() for n in known) > 1})
    if twice:
        raise ReturnError(f"{path}: there are several tables called {listed(twice)}. Leave one of them.")
    return known


def _of_database(
    path: ReturnFile,
    columns: Mapping[str, Sequence[str]],
    reader: Callable[[str], Callable[[Sequence[str]], Iterator[Row]]],
) -> dict[str, TableSource]:
    size = size_of(path) // max(len(columns), 1)
    return {
        name.lower(): TableSource(
            f"{path.name}, {name.lower()}", tuple(each.lower() for each in heads), reader(name), size
        )
        for name, heads in columns.items()
    }


def _select(table: str, heads: Sequence[str], wanted: Sequence[str]) -> str:
    chosen = ", ".join(_name(next(head for head in heads if head.lower() == column)) for column in wanted)
    return f"SELECT {chosen} FROM {_name(table)}"


def _name(name: Any) -> str:
    return '"' + str(name).replace('"', '""') + '"'

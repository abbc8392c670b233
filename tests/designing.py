"""The designer as a test asks it: one folder, requests as its pages send them."""

from __future__ import annotations

import csv
import logging
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from simkit.designer.application import application
from simkit.designer.memory import Memory

logging.getLogger("simkit.designer").setLevel(logging.DEBUG)  # faults, where a test fails

TOKEN = "a-token"
HOST = "127.0.0.1:4712"
TODAY = date(2026, 11, 29)

_FIELD = re.compile(r"<(input|select|textarea)\b([^>]*)>(?:([^<]*)</textarea>)?", re.S)
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


@dataclass(frozen=True, slots=True)
class Designer:
    """A client of the designer of a ``folder``."""

    folder: Path
    client: Client
    memory: Memory

    def get(self, path: str, **headers: str) -> TestResponse:
        """A page, by its address below the token."""
        return self.client.get(f"/{TOKEN}{path}", headers={"Host": HOST, **headers})

    def post(self, path: str, data: dict[str, Any], **headers: str) -> TestResponse:
        """A form, as the browser sends it. Where it leads must be a page that opens."""
        sent = {"Host": HOST, "Origin": f"http://{HOST}", **headers}
        answer = self.client.post(f"/{TOKEN}{path}", data=data, headers=sent)
        if answer.status_code == 303:
            then = answer.headers["Location"]
            assert self.client.get(then, headers={"Host": HOST}).status_code in (200, 303), then
        return answer

    def json(self, path: str, data: dict[str, Any]) -> TestResponse:
        """A message of the page's own script."""
        return self.client.post(f"/{TOKEN}{path}", json=data, headers={"Host": HOST})

    def form(self, path: str) -> dict[str, list[str]]:
        """The fields of the form on a page, as a browser would send them untouched."""
        page = self.get(path).text
        form = max(re.findall(r'<form method="post".*?</form>', page, re.S), key=len)
        fields: dict[str, list[str]] = {}
        for found in _FIELD.finditer(form):
            attributes = {name: unescape(value) for name, value in _ATTRIBUTE.findall(found[2])}
            name = attributes.get("name")
            if not name or attributes.get("type") == "file":
                continue
            if found[1] == "select":
                chosen = re.search(
                    r"<option(?: value=\"([^\"]*)\")? selected>([^<]*)",
                    form[found.end() :].split("</select>")[0],
                )
                value = "" if chosen is None else unescape(chosen[1] if chosen[1] is not None else chosen[2])
            elif found[1] == "textarea":
                value = unescape(found[3] or "").removeprefix("\n").replace("\n", "\r\n")
            elif attributes.get("type") in ("radio", "checkbox") and "checked" not in attributes:
                continue
            else:
                value = attributes.get("value", "")
            fields.setdefault(name, []).append(value)
        return fields

    def change(self, path: str, **values: Any) -> TestResponse:
        """The form of a page with other values in some fields, sent."""
        return self.post(path, {**self.form(path), **values})

    def text(self, name: str) -> str:
        """What a file of the folder holds, with its own line ends."""
        return (self.folder / name).read_bytes().decode("utf-8")


def designer(folder: Path, *, today: date = TODAY) -> Designer:
    """The designer of a folder."""
    memory = Memory()
    return Designer(folder, Client(application(folder, lambda: today, TOKEN, memory=memory)), memory)


def words_of(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def secrets(file: Path) -> set[str]:
    """Every id of a child, and every date as the file writes it."""
    found: set[str] = set()
    file = file.with_name("dataset") if file.suffix in (".duckdb", ".db") else file
    for each in sorted(file.iterdir()) if file.is_dir() else [file]:
        if each.suffix == ".xlsx":
            import openpyxl

            cells = (
                c for s in openpyxl.load_workbook(each) for row in s.iter_rows(values_only=True) for c in row
            )
            text = " ".join(str(cell) for cell in cells)
        else:
            text = each.read_text(encoding="utf-8-sig")
        found |= set(re.findall(r"SYN-[\w-]+|\b\d{4}-\d\d-\d\d\b|\b\d\d/\d\d/\d{4}\b", text))
    assert len(found) > 500
    return found - {"01/04/2025"}  # an example on the form


def as_database(folder: Path, file: Path) -> Path:
    """The tables of a dataset in one file of SQLite or DuckDB, by its ending."""
    duckdb: Any = pytest.importorskip("duckdb") if file.suffix == ".duckdb" else None
    with closing(duckdb.connect(str(file)) if duckdb else sqlite3.connect(file)) as database:
        for table in folder.glob("*.csv"):
            if duckdb:
                rows = f"read_csv('{table.as_posix()}', all_varchar = true)"
                database.execute(f"CREATE TABLE {table.stem} AS SELECT * FROM {rows}")
                continue
            head, *cells = csv.reader(table.read_text(encoding="utf-8-sig").splitlines())
            database.execute(f"CREATE TABLE {table.stem} ({', '.join(head)})")
            marks = ", ".join("?" * len(head))
            database.executemany(f"INSERT INTO {table.stem} VALUES ({marks})", cells)
        database.commit()
    return file

"""The open data: columns described, cells of their types, keys unique, files as their checksums say."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simkit.cli.app import app
from simkit.data import value
from simkit.output.open_data import TABLES, DataTable, package

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return package()


def _rows(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode("utf-8"))))


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_every_cell_is_of_its_columns_type(files: dict[str, bytes], table: DataTable) -> None:
    rows = _rows(files, table.name)
    assert rows
    types = {"integer": int, "number": float, "string": str}
    for row in rows:
        assert list(row) == [column.name for column in table.columns]
        for column in table.columns:
            if row[column.name]:
                types[column.type](row[column.name])


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_no_two_rows_share_a_key(files: dict[str, bytes], table: DataTable) -> None:
    keys = [tuple(row[name] for name in table.key) for row in _rows(files, table.name)]
    assert not table.key or len(set(keys)) == len(keys)
    assert all(all(key) for key in keys)


def test_programs_find_each_file_as_it_is_described(files: dict[str, bytes]) -> None:
    descriptor = json.loads(files["datapackage.json"])
    assert {each["path"] for each in descriptor["resources"]} == {
        name for name in files if name.endswith(".csv")
    }
    for each in descriptor["resources"]:
        content = files[each["path"]]
        assert each["bytes"] == len(content)
        assert each["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert not content.startswith(b"\xef\xbb\xbf")


def test_people_find_every_column_explained(files: dict[str, bytes]) -> None:
    text = files["README.md"].decode()
    for table in TABLES:
        part = text.split(f"## {table.name}.csv", 1)[1].split("\n## ", 1)[0]
        assert all(
            f"| `{column.name}` | {column.type} | {column.description} |" in part for column in table.columns
        )


def test_what_is_not_published_is_no_row_and_no_zero(files: dict[str, bytes]) -> None:
    hackney = [
        row["year"]
        for row in _rows(files, "published_measures")
        if (row["la_name"], row["measure"]) == ("Hackney", "over_45_days_pct")
    ]
    assert {"2021", "2022"}.isdisjoint(hackney)
    suppressed = [row for row in _rows(files, "duration_bands") if row["days_1_10"] == ""]
    assert suppressed
    for row in suppressed:
        assert value("assessments_duration", row["la_code"], int(row["year"]), "days_1_10") is None


def test_the_same_version_gives_the_same_bytes(files: dict[str, bytes]) -> None:
    assert package() == files


def test_the_command_writes_all_or_says_why_not(
    tmp_path: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simkit.output.open_data.package", lambda: files)  # making them takes half a minute
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(app, ["export", str(taken)])
    assert result.exit_code == 1
    assert taken.read_text(encoding="utf-8") == "mine"
    assert CliRunner().invoke(app, ["export", str(tmp_path / "data")]).exit_code == 0
    assert {file.name: file.read_bytes() for file in (tmp_path / "data").iterdir()} == files

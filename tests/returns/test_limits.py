"""What no return has is refused in a sentence, within seconds, however large it is."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import openpyxl
import pytest

from simkit.returns.errors import ReturnError
from simkit.returns.read import read_return
from simkit.returns.readers.sheets import sheets


def refused(kind: str, path: Path, said: str) -> None:
    start = time.perf_counter()
    with pytest.raises(ReturnError, match=said) as caught:
        read_return(kind, path)
    assert "fault of its own" not in str(caught.value)
    assert time.perf_counter() - start < 10


def test_a_million_columns(tmp_path: Path) -> None:
    file = tmp_path / "wide.csv"
    head = ",".join(f"c{n}" for n in range(1_000_000))
    file.write_text(f"{head}\n" + ("," * 1_000_000 + "\n") * 20, encoding="utf-8")
    refused("assessments", file, r"row 1: it has more than 1,000 columns")


def test_a_row_filled_to_the_last_column(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["heading"] * 16_384)
    book.save(tmp_path / "full.xlsx")
    refused("assessments", tmp_path / "full.xlsx", r"row 1: it has more than 1,000 columns")


def test_empty_columns_far_to_the_right_are_not_missed(tmp_path: Path) -> None:
    """Formatting to the last column leaves empty cells, and CSV of it leaves commas."""
    (tmp_path / "x.csv").write_text("a,b" + "," * 16_000 + "\n1,2" + "," * 16_000 + "\n", encoding="utf-8")
    with sheets(tmp_path / "x.csv", "assessments") as (sheet,):
        assert [row[:3] for row in sheet.rows()] == [("a", "b", ""), ("1", "2", "")]


@pytest.mark.parametrize("encoding", ["utf-7", "utf-32", "big5", "base64", "no-such"])
def test_a_census_in_an_encoding_that_no_system_writes(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "census.xml"
    file.write_bytes(f'<?xml version="1.0" encoding="{encoding}"?>\n<Message>+ADw-</Message>'.encode())
    refused("cin-census", file, "the encoding named in the first line")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("kind", ["cin-census", "assessments", "annex-a"])
def test_a_device_is_no_return(kind: str) -> None:
    refused(kind, Path("/dev/urandom"), "not an ordinary file")

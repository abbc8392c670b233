"""What no return has is refused in a sentence, within seconds, however large it is."""

from __future__ import annotations

import io
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from simkit.returns.errors import ReturnError
from simkit.returns.read import read_return
from simkit.returns.readers.sheets import sheets


def refused(kind: str, path: Path, said: str) -> None:
    start = time.process_time()  # of work: other programs may keep this one waiting
    with pytest.raises(ReturnError, match=said) as caught:
        read_return(kind, path)
    assert "fault in simkit" not in str(caught.value)
    assert time.process_time() - start < 10


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


def workbook(path: Path, before: str, row: str, rows: int) -> Path:
    """A workbook as other programs than Excel write it: ``before`` its cells, and the same row many times."""
    source = io.BytesIO()
    openpyxl.Workbook().save(source)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != "xl/worksheets/sheet1.xml":
                new.writestr(name, old.read(name))
        with new.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{space}">{before}<sheetData>'.encode())
            for _ in range(rows):
                sheet.write(row.encode())
            sheet.write(b"</sheetData></worksheet>")
    return path


CELLS = '<c t="inlineStr"><is><t>x</t></is></c>'


@pytest.mark.parametrize("kind", ["assessments", "annex-a"])
@pytest.mark.slow
def test_three_million_cells_without_a_size(tmp_path: Path, kind: str) -> None:
    file = workbook(tmp_path / "large.xlsx", "", f"<row>{CELLS * 30}</row>", 100_000)
    refused(kind, file, "does not say how large it is")


def test_millions_of_cells_in_one_row(tmp_path: Path) -> None:
    file = workbook(tmp_path / "row.xlsx", '<dimension ref="A1"/>', f"<row>{CELLS * 1_000_000}</row>", 1)
    refused("assessments", file, "longer than any return has")


def test_a_small_sheet_without_a_size_is_read(tmp_path: Path) -> None:
    file = workbook(tmp_path / "small.xlsx", "", f"<row>{CELLS}</row>", 3)
    with sheets(file, "assessments") as (sheet,):
        assert list(sheet.rows()) == [("x",)] * 3


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

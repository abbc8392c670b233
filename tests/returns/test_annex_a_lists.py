"""Annex A whose sheets have other names, whose lists are empty, or whose children can't be joined."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from own import annex_file

from simkit.returns.read import read_return
from simkit.returns.result import Return


def changed(folder: Path, change: object = None) -> Return:
    file = annex_file(folder)
    book = openpyxl.load_workbook(file)
    if callable(change):
        change(book)
    book.save(file)
    return read_return("annex-a", file, authority="hackney", internal=True)


def sheet_of(book: openpyxl.Workbook, number: int) -> openpyxl.worksheet.worksheet.Worksheet:
    return next(sheet for sheet in book if str(number) in sheet.title)


@pytest.mark.parametrize(
    "name", ["{} - list", "{}. List", "L{}", "{}", "Annex A 2023 List {}", "AnnexA-{}", "List {} 2022-23"]
)
def test_sheets_are_found_by_their_numbers_however_they_are_named(tmp_path: Path, name: str) -> None:
    def rename(book: openpyxl.Workbook) -> None:
        for number in (3, 4, 5):
            sheet_of(book, number).title = f"x{number}"
        for number in (3, 4, 5):
            sheet_of(book, number).title = name.format(number)

    (tmp_path / "plain").mkdir()
    assert changed(tmp_path, rename).counts() == changed(tmp_path / "plain").counts()


@pytest.mark.parametrize("number", [3, 5])
@pytest.mark.parametrize("row", [[], ["None in these months"]])
def test_an_empty_list_is_asked_about(tmp_path: Path, number: int, row: list[str]) -> None:
    def empty(book: openpyxl.Workbook) -> None:
        sheet = sheet_of(book, number)
        sheet.delete_rows(2, sheet.max_row)
        sheet.append(row)

    asked = changed(tmp_path, empty).questions
    assert any(f"List {number}" in question and "has no rows" in question for question in asked)


def test_a_list_without_the_childs_number_is_asked_about(tmp_path: Path) -> None:
    def rename(book: openpyxl.Workbook) -> None:
        sheet_of(book, 4).cell(1, 1).value = "Forename"

    asked = changed(tmp_path, rename).questions
    assert any(
        "no column with the child's number" in question and "4.child" in question for question in asked
    )


def test_children_with_other_numbers_in_another_list_are_asked_about(tmp_path: Path) -> None:
    def other(book: openpyxl.Workbook) -> None:
        for (cell,) in sheet_of(book, 4).iter_rows(min_row=2, max_col=1):
            cell.value = f"X{cell.value}"

    asked = changed(tmp_path, other).questions
    assert sum("Hardly any child in List" in question for question in asked) == 2


def test_small_and_capital_letters_of_a_number_are_the_same(tmp_path: Path) -> None:
    def small(book: openpyxl.Workbook) -> None:
        for (cell,) in sheet_of(book, 4).iter_rows(min_row=2, max_col=1):
            cell.value = str(cell.value).lower()

    (tmp_path / "plain").mkdir()
    assert changed(tmp_path, small).counts() == changed(tmp_path / "plain").counts()

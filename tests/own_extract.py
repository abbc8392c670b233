"""An invented extract of assessments, as tests write it to a file and read it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

from simkit.model.inputs.calendar import holidays
from simkit.returns.read import read_return
from simkit.returns.result import Return

FIRST = dt.date(2022, 4, 1)
HEADINGS = ("Child ID", "Assessment start date", "Assessment authorisation date")


def invented(number: int = 240, seed: int = 3) -> list[tuple[int, dt.date, dt.date]]:
    """Assessments begun through a year, each of its own child: number, start and end."""
    rng = np.random.default_rng(seed)
    starts = np.datetime64(FIRST) + np.sort(rng.integers(0, 270, number))
    ends = np.busday_offset(starts, rng.integers(0, 61, number), roll="forward", holidays=holidays())
    return [
        (1000 + n, start, end)
        for n, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True))
    ]


def table(
    folder: Path, rows: list[tuple[object, ...]], headings: tuple[str, ...] = HEADINGS, **sheet: str
) -> Path:
    book = openpyxl.Workbook()
    book.active.title = sheet.get("title", "Assessments")
    for row in (headings, *rows):
        book.active.append(row)
    file = folder / "extract.xlsx"
    book.save(file)
    return file


def text(folder: Path, *lines: str) -> Path:
    file = folder / "extract.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def extract(file: Path | pd.DataFrame, **options: object) -> Return:
    chosen = {"authority": "rutland", "year": 2023, "internal": True, **options}
    return read_return("assessments", file, **chosen)  # type: ignore[arg-type]


def in_time(returned: Return) -> tuple[int | None, int | None]:
    return returned.count("within_45_days"), returned.count("assessments_completed")

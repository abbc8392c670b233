"""A report in the terminal, and an answer's files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from simkit.common.atomic_files import csv_bytes, destination, write_all
from simkit.common.json_data import json_text
from simkit.output.render.terminal_tables import bullets, grid, pairs, stack
from simkit.output.report.blocks import Block, Items, Link, Paragraph, Picture, Report, Table
from simkit.output.report.stored import report_files

__all__ = ["render", "save_answer"]

Frames = Mapping[str, pd.DataFrame]


def render(report: Report) -> Group:
    """A report without its figures and appendices: the answer first."""
    parts: list[RenderableType] = [
        Group(
            Text(report.title, style="bold"),
            Text(report.subtitle),
            *((Text(report.question, style="italic"),) if report.question else ()),
        ),
        pairs([("Answer", report.answer)]),
    ]
    for section in report.sections:
        if not section.appendix:
            for number, block in enumerate(section.blocks):
                parts += _block(section.title if number == 0 else "", block)
    parts.append(bullets("To know beside this", report.cautions))
    closing = (f"To repeat it: {report.command}", report.attribution, report.quality)
    parts.append(Group(*(Text(sentence) for sentence in closing)))
    return stack(*parts)


def _block(title: str, block: Block) -> list[RenderableType]:
    match block:
        case Paragraph(text):
            return [Group(Text(title, style="bold"), Text(text))] if title else [Text(text)]
        case Items(lines):
            return [bullets(title, lines)] if title else [pairs(("-", line) for line in lines)]
        case Table(caption, heads, rows, numbers):
            cells = [[cell.words if isinstance(cell, Link) else cell for cell in row] for row in rows]
            if not any(heads):
                return [Group(Text(caption or title, style="bold"), pairs((row[0], row[1]) for row in cells))]
            return [grid(caption or title, heads, cells, right=numbers)]
        case Picture():
            return []


def save_answer(
    report: Report, plain: Mapping[str, Any], frames: Frames, out: str | Path
) -> tuple[Path, ...]:
    """Write an answer to a folder (tables, ``result.json``, its report and figures) or to an Excel file.

    Gives the files written. Raises OutputError.
    """
    where = destination(out)
    if where.workbook:
        return write_all(where.path.absolute().parent, {where.path.name: _workbook(report, frames)})
    files = {"result.json": json_text(plain).encode("utf-8")}
    files |= {f"{name}.csv": csv_bytes(frame) for name, frame in frames.items()}
    return write_all(where.path, {**files, **report_files(report)})


def _workbook(report: Report, frames: Frames) -> bytes:
    """Summary, a sheet for each table, and how to repeat it."""
    from simkit.output.render.excel import book_bytes, lines, new_book, table

    book = new_book(report.title)
    answer = report.answer.splitlines()
    lines_first = (report.subtitle, report.standing, report.question, *answer, *report.cautions)
    lines(book.create_sheet("Summary"), report.title, (line for line in lines_first if line))
    for name, frame in frames.items():
        title = name.replace("_", " ").replace("-", " ").capitalize()[:31]
        table(book.create_sheet(title), frame)
    how = (report.command, f"simkit {report.version}", report.attribution, report.quality)
    lines(book.create_sheet("How to repeat"), "How to repeat it", how)
    return book_bytes(book)

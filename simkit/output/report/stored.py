"""A report as files of a result folder, and back: ``report.json`` with its figures as SVG beside it.

Nothing is simulated again to show it, and nothing in the folder is run: figures are shown as images.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from simkit.common.bounded_file import bounded_bytes
from simkit.common.errors import SimkitError
from simkit.framework.made_files import MadeFileError, read_made
from simkit.output.report.blocks import Block, Items, Link, Paragraph, Picture, Report, Section, Table

__all__ = ["REPORT_FILE", "ReportError", "read_report", "report_files"]

REPORT_FILE = "report.json"
_FORM = "report/2"
_NARROW = "-narrow"  # after the name of a figure: its drawing for a telephone
_LARGEST = 20_000_000  # bytes: far more than simkit writes
_AGAIN = "Run the command that made the folder again."


class ReportError(SimkitError):
    """A folder has no readable report; the text says what is missing and what to do."""


def report_files(report: Report) -> dict[str, bytes]:
    """The files of a report by name: hand them to ``write_all`` with the other files of a result."""
    plain = {
        "simkit": _FORM,
        **{name: getattr(report, name) for name in _TEXTS},
        "cautions": list(report.cautions),
        "sections": [
            {"title": s.title, "appendix": s.appendix, "blocks": [_plain(block) for block in s.blocks]}
            for s in report.sections
        ],
    }
    text = json.dumps(plain, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return {
        REPORT_FILE: text.encode("utf-8"),
        **{f"{picture.name}.svg": picture.svg for picture in report.pictures()},
        **{f"{picture.name}{_NARROW}.svg": picture.narrow for picture in report.pictures()},
    }


_TEXTS = (
    "kind",
    "title",
    "subtitle",
    "standing",
    "question",
    "answer",
    "command",
    "attribution",
    "quality",
    "version",
)


def _plain(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph(text):
            return {"paragraph": text}
        case Items(lines):
            return {"items": list(lines)}
        case Table(caption, heads, rows, numbers):
            cells = [[_cell(cell) for cell in row] for row in rows]
            return {"table": caption, "heads": list(heads), "rows": cells, "numbers": numbers}
        case Picture(name, title, alt):
            return {"picture": name, "title": title, "alt": alt}


def _cell(cell: str | Link) -> Any:
    return cell if isinstance(cell, str) else {"words": cell.words, "address": cell.address}


def read_report(folder: str | Path) -> Report:
    """The report of a result folder. Raises ReportError where there is none, or only a part of one."""
    place = Path(folder)
    if place.is_file():
        raise ReportError(
            f"{place} is a file. A report is made from a folder of results: "
            "run again with --out and the name of a folder, and give that."
        )
    if not place.is_dir():
        raise ReportError(f"There is no folder {place}. Give the folder that was written with --out.")
    if not (place / REPORT_FILE).exists():
        raise ReportError(_no_report(place))
    try:
        data = read_made(place / REPORT_FILE, "report")
        return _report(data, lambda name: _svg(place, name))
    except MadeFileError as error:
        raise ReportError(str(error)) from error


def _no_report(place: Path) -> str:
    return (
        f"The folder {place} holds no {REPORT_FILE}: it was not written by simkit, or by an older version, "
        "or a part of it was deleted. Write it again, for instance: simkit run hackney --out "
        f"{place.name or place}"
    )


def _svg(place: Path, name: str) -> bytes:
    """The drawing of a figure. Raises ReportError."""
    file = place / f"{name}.svg"
    try:
        content = bounded_bytes(file, _LARGEST)
    except FileNotFoundError as error:
        raise ReportError(
            f"The figure {file} is missing: a part of the folder was deleted. {_AGAIN}"
        ) from error
    except OSError as error:
        raise ReportError(f"{file} can't be read: {error.strerror or error}.") from error
    if b"<svg" not in content[:2000]:
        raise ReportError(f"{file} holds no figure. {_AGAIN}")
    return content


def _report(data: Mapping[str, Any], svg: Callable[[str], bytes]) -> Report:
    """The report of data that its schema has checked."""
    return Report(
        **{name: data[name] for name in _TEXTS},
        cautions=tuple(data["cautions"]),
        sections=tuple(
            Section(
                section["title"],
                tuple(_block(block, svg) for block in section["blocks"]),
                section["appendix"],
            )
            for section in data["sections"]
        ),
    )


def _block(data: Mapping[str, Any], svg: Callable[[str], bytes]) -> Block:
    if "paragraph" in data:
        return Paragraph(data["paragraph"])
    if "items" in data:
        return Items(tuple(data["items"]))
    if "table" in data:
        heads = tuple(data["heads"])
        rows = tuple(tuple(_linked(cell) for cell in row) for row in data["rows"])
        if any(len(row) != len(heads) for row in rows):
            raise ReportError(
                f"{REPORT_FILE} can't be used as a report: the table {data['table']!r} has rows of other "
                f"lengths than its heads. {_AGAIN}"
            )
        return Table(data["table"], heads, rows, data["numbers"])
    name = data["picture"]
    return Picture(name, data["title"], data["alt"], svg(name), svg(f"{name}{_NARROW}"))


def _linked(cell: str | Mapping[str, str]) -> str | Link:
    return cell if isinstance(cell, str) else Link(cell["words"], cell["address"])

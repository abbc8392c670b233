"""A report as files of a result folder, and back: ``report.json`` with its figures as SVG beside it.

Nothing is simulated again to show it, and nothing in the folder is run: figures are shown as images.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from simkit.common.errors import SimkitError
from simkit.output.report.blocks import Block, Items, Link, Paragraph, Picture, Report, Section, Table

__all__ = ["REPORT_FILE", "ReportError", "read_report", "report_files"]

REPORT_FILE = "report.json"
_FORM = "report/2"
_NARROW = "-narrow"  # after the name of a figure: its drawing for a telephone
_LARGEST = 20_000_000  # bytes: far more than simkit writes


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
    text = _read(place / REPORT_FILE, _no_report(place)).decode("utf-8", "replace")
    try:
        data = json.loads(text)
    except ValueError as error:
        raise _damaged(place, f"it is no JSON ({error})") from error
    if not isinstance(data, dict) or data.get("simkit") != _FORM:
        form = data.get("simkit") if isinstance(data, dict) else None
        raise ReportError(
            f"{place / REPORT_FILE} is {form!r}, and this version of simkit reads {_FORM!r}. "
            "Run the command that made the folder again."
        )
    try:
        return _report(data, lambda name: _svg(place, name))
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(place, f"{type(error).__name__}: {error}") from error


def _read(path: Path, missing: str) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise ReportError(f"{path} is far larger than anything simkit writes: it was not read.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ReportError(missing) from error
    except OSError as error:
        raise ReportError(f"{path} can't be read: {error.strerror or error}.") from error


def _no_report(place: Path) -> str:
    return (
        f"The folder {place} holds no {REPORT_FILE}: it was not written by simkit, or by an older version, "
        "or a part of it was deleted. Write it again, for instance: simkit run hackney --out "
        f"{place.name or place}"
    )


def _damaged(place: Path, why: str) -> ReportError:
    return ReportError(
        f"{place / REPORT_FILE} is not as simkit wrote it: {why}. Run the command that made the folder again."
    )


def _svg(place: Path, name: str) -> bytes:
    if Path(name).name != name or not name:
        raise ValueError(f"{name!r} is no file name")
    file = place / f"{name}.svg"
    content = _read(
        file,
        f"The figure {file} is missing: a part of the folder was deleted. "
        "Run the command that made the folder again.",
    )
    if b"<svg" not in content[:2000]:
        raise ValueError(f"{name}.svg holds no figure")
    return content


def _report(data: Mapping[str, Any], svg: Callable[[str], bytes]) -> Report:
    return Report(
        **{name: _text(data[name]) for name in _TEXTS},
        cautions=_texts(data["cautions"]),
        sections=tuple(
            Section(
                _text(section["title"]),
                tuple(_block(block, svg) for block in section["blocks"]),
                bool(section["appendix"]),
            )
            for section in data["sections"]
        ),
    )


def _block(data: Mapping[str, Any], svg: Callable[[str], bytes]) -> Block:
    if "paragraph" in data:
        return Paragraph(_text(data["paragraph"]))
    if "items" in data:
        return Items(_texts(data["items"]))
    if "table" in data:
        heads = _texts(data["heads"])
        rows = tuple(tuple(_linked(cell) for cell in row) for row in data["rows"])
        if any(len(row) != len(heads) for row in rows):
            raise ValueError(f"the table {data['table']!r} has rows of other lengths than its heads")
        return Table(_text(data["table"]), heads, rows, int(data["numbers"]))
    name = _text(data["picture"])
    title, alt = _text(data["title"]), _text(data["alt"])
    return Picture(name, title, alt, svg(name), svg(f"{name}{_NARROW}"))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} should be text")
    return value


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(f"{values!r} should be a list")
    return tuple(_text(value) for value in values)


def _linked(cell: object) -> str | Link:
    if isinstance(cell, dict):
        return Link(_text(cell["words"]), _text(cell["address"]))
    return _text(cell)

"""A report as files of a result folder, and back: ``report.json`` with its figures as SVG beside it.

Nothing is simulated again to show it, and nothing in the folder is run: figures are shown as images.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from simkit import version
from simkit.common.blocks import Cell, Facts, Items, Paragraph, Section, Table, Text, Verbatim
from simkit.common.bounded_file import bounded_bytes
from simkit.common.errors import SimkitError
from simkit.common.text import listed
from simkit.framework.made_files import MadeFileError, read_made
from simkit.output.report.blocks import Picture, Report

REPORT_FILE = "report.json"
INTERNAL = "internal-"
"""Before the name of every file of an answer that may not be passed on."""

_FORM = "report/3"
_NARROW = "-narrow"  # after the name of a figure: its drawing for a telephone
_LARGEST = 20_000_000  # bytes: far more than simkit writes
_LARGEST_BESIDE = 500_000_000  # bytes of a table or the data
_AGAIN = "Run the command that made the folder again."


class ReportError(SimkitError):
    """A folder has no readable report; the text says what is missing and what to do."""


def report_files(report: Report, beside: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """The files of a report by name: hand them to ``write_all`` with the other files of a result.

    ``beside``: those other files, so that the report knows its folder again.
    """
    drawings = {
        **{f"{picture.name}.svg": picture.svg for picture in report.pictures()},
        **{f"{picture.name}{_NARROW}.svg": picture.narrow for picture in report.pictures()},
    }
    plain = {
        "simkit": _FORM,
        **{name: getattr(report, name) for name in _TEXTS},
        "doubts": list(report.doubts),
        "cautions": list(report.cautions),
        "stamp": report.stamp,
        "files": {name: _digest(content) for name, content in {**(beside or {}), **drawings}.items()},
        "sections": [
            {"title": s.title, "appendix": s.appendix, "blocks": [_plain(block) for block in s.blocks]}
            for s in report.sections
        ],
    }
    text = json.dumps(plain, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return {REPORT_FILE: text.encode("utf-8"), **drawings}


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


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


def _plain(block: object) -> dict[str, Any]:
    match block:
        case Paragraph(text):
            return {"paragraph": _cell(text)}
        case Verbatim(text):
            return {"verbatim": text}
        case Items(lines):
            return {"items": [_cell(line) for line in lines]}
        case Facts(caption, rows):
            return {"facts": caption, "rows": [[label, _cell(value)] for label, value in rows]}
        case Table(caption, heads, rows, numbers, notes):
            cells = [[_cell(cell) for cell in row] for row in rows]
            plain = {"table": caption, "heads": list(heads), "rows": cells, "numbers": numbers}
            return {**plain, "notes": list(notes)}
        case Picture():
            names = ("title", "alt", "words")
            return {"picture": block.name, **{name: getattr(block, name) for name in names}}
    raise TypeError(f"A {type(block).__name__} can't be stored.")


def _cell(cell: Cell) -> Any:
    if isinstance(cell, Text):
        return {"words": cell.words, "address": cell.link or ""}
    assert isinstance(cell, str)  # several lines and gaps are for documents, which are not stored
    return cell


def prefix_in(folder: Path) -> str:
    """What the names of a folder's files begin with: ``internal-`` where they may not be passed on."""
    internal = not (folder / REPORT_FILE).exists() and (folder / f"{INTERNAL}{REPORT_FILE}").exists()
    return INTERNAL if internal else ""


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
    file = place / f"{prefix_in(place)}{REPORT_FILE}"
    if not file.exists():
        raise ReportError(_no_report(place))
    try:
        data = read_made(file, "report")
    except MadeFileError as error:
        raise ReportError(str(error)) from error
    digests = data.get("files", {})
    prefix = prefix_in(place)
    return _report(data, lambda name: _svg(place / f"{prefix}{name}.svg", digests.get(f"{name}.svg")))


def folder_notes(folder: Path, report: Report) -> tuple[str, ...]:
    """What is to be said of a report's folder: another version made it, or other files lie in it."""
    notes = []
    if report.version != version.__version__:
        notes.append(
            f"{folder} was made by simkit {report.version}, and this is {version.__version__}: its figures "
            "and sentences are from that version."
        )
    prefix = prefix_in(folder)
    digests = read_made(folder / f"{prefix}{REPORT_FILE}", "report").get("files", {})
    changed = [
        file.name
        for file in sorted(folder.iterdir())
        if (digest := digests.get(file.name.removeprefix(prefix))) and _is_other(file, digest)
    ]
    if changed:
        notes.append(
            f"{listed(changed)} in {folder} {'is' if len(changed) == 1 else 'are'} not as written with this "
            "report: changed since, or from another run."
        )
    return tuple(notes)


def _is_other(file: Path, digest: str) -> bool:
    try:
        return _digest(bounded_bytes(file, _LARGEST_BESIDE)) != digest
    except OSError:
        return True


def _no_report(place: Path) -> str:
    return (
        f"The folder {place} holds no {REPORT_FILE}: it was not written by simkit, or by an older version, "
        "or a part of it was deleted. Write it again, for instance: simkit run hackney --out "
        f"{place.name or place}"
    )


def _svg(file: Path, digest: str | None) -> bytes:
    """The drawing of a figure; its ``digest`` where the report has one. Raises ReportError."""
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
    if digest is not None and _digest(content) != digest:
        raise ReportError(
            f"{file} is not the figure that was written with the report: it was changed, or files of two "
            f"runs lie in this folder. {_AGAIN}"
        )
    return content


def _report(data: Mapping[str, Any], svg: Callable[[str], bytes]) -> Report:
    """The report of data that its schema has checked."""
    return Report(
        **{name: data[name] for name in _TEXTS},
        stamp=data.get("stamp", ""),
        doubts=tuple(data.get("doubts", ())),
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


def _block(data: Mapping[str, Any], svg: Callable[[str], bytes]) -> object:
    match data:
        case {"paragraph": text}:
            return Paragraph(_linked(text))
        case {"verbatim": text}:
            return Verbatim(text)
        case {"items": lines}:
            return Items(tuple(map(_linked, lines)))
        case {"facts": caption, "rows": rows}:
            return Facts(caption, tuple((str(label), _linked(value)) for label, value in rows))
        case {"table": caption, "heads": heads, "rows": rows}:
            if any(len(row) != len(heads) for row in rows):
                raise ReportError(
                    f"{REPORT_FILE} can't be used as a report: the table {caption!r} has rows of other "
                    f"lengths than its heads. {_AGAIN}"
                )
            cells = tuple(tuple(map(_linked, row)) for row in rows)
            return Table(caption, tuple(heads), cells, data["numbers"], tuple(data.get("notes", ())))
    name, alt = data["picture"], data["alt"]
    return Picture(name, data["title"], alt, svg(name), svg(f"{name}{_NARROW}"), data.get("words", alt))


def _linked(cell: str | Mapping[str, str]) -> Cell:
    return cell if isinstance(cell, str) else Text(cell["words"], link=cell["address"] or None)

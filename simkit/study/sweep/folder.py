"""The folder of a sweep: its manifest, the pieces that can be reused, and the final tables."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simkit import version
from simkit.common.atomic_files import write_all
from simkit.common.errors import SimkitError
from simkit.common.folder_lock import LOCK
from simkit.common.paths import called_like_a_file, reserved_on_windows
from simkit.common.shell import command_line
from simkit.study.sweep.piece import FailedPiece
from simkit.study.sweep.plan import Piece, Plan
from simkit.study.sweep.results import FORMAT, MANIFEST, PART, PIECES, read_manifest, write_whole
from simkit.study.sweep.tables import (
    DamagedError,
    StrangeError,
    about,
    assumptions_of,
    frame_of,
    notes_of,
    piece_table,
    rows,
)

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

TABLES = ("measures", "bands")
"""The tables of estimates that a sweep leaves beside its pieces, as CSV and as Parquet."""

_MADE_FROM = {
    "version": "by simkit {0}, and this is simkit {1}",
    "code": "by a simkit {version} whose code, data or shipped frameworks differ from those of this one",
    "numpy": "with numpy {0}, and this is numpy {1}",
    "framework": "from another text of its framework",
    "scenario": "from another text of its scenario",
    "year": "for the year {0}, and now it is {1}",
    "replications": "with {0} replications, and the plan asks for {1}",
    "seed": "with seed {0}, and the plan says {1}",
    "convention": "counting by {0}, and the plan says {1}",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class FolderContent:
    """The content of a folder: the finished pieces, and the names of damaged files and of strangers' ones."""

    finished: frozenset[Piece]
    damaged: tuple[str, ...]
    strange: tuple[str, ...]


def prepare(folder: Path) -> None:
    """Make the folder of a sweep, or see that what is there is one. Raises SimkitError."""
    if not str(folder).strip() or not str(folder).isprintable():
        raise SimkitError(f"{str(folder)!r} can't be the name of a folder.")
    if reserved_on_windows(folder):
        raise SimkitError(f"{folder.name} is the name of a device on Windows. Give another name.")
    if folder.exists() and not folder.is_dir():
        raise SimkitError(f"{folder} is a file. Give a folder for the results of the sweep.")
    if called_like_a_file(folder):
        raise SimkitError(
            f"{folder} is called like a file, and the results of a sweep are a folder of files. Give a name "
            f"without {folder.suffix}."
        )
    if not folder.exists() and not folder.absolute().parent.is_dir():
        raise SimkitError(
            f"The folder {folder.absolute().parent} does not exist, so {folder} can't be made in it."
        )
    try:
        strange = [
            file.name
            for file in (folder.iterdir() if folder.is_dir() else ())
            if file.name not in (PIECES, LOCK, MANIFEST) and not file.name.endswith(PART)
        ]
        if strange and not (folder / MANIFEST).exists() and not (folder / PIECES).is_dir():
            raise SimkitError(
                f"{folder} holds other things ({sorted(strange)[0]}) and no sweep. Nothing was changed: give "
                "a new folder."
            )
        (folder / PIECES).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SimkitError(
            f"{error.filename or folder} can't be made or read: {error.strerror or error}."
        ) from error


def finished_pieces(folder: Path, pieces: Mapping[Piece, Mapping[str, str | int]]) -> FolderContent:
    """What is finished of ``pieces``, each given with what it is to be made from. Under the lock.

    Raises SimkitError, and changes nothing, where the folder holds anything else: other pieces, or
    pieces made from something else, or has another file where a piece goes. Damaged files count as not there.
    """
    read_manifest(folder)
    pieces_by_file = {piece.file: piece for piece in pieces}
    finished, damaged, strange = set(), [], []
    for file in sorted((folder / PIECES).iterdir()):
        piece = pieces_by_file.get(file.name)
        if file.name.startswith("."):
            continue
        try:
            metadata = about(piece_table(file).schema, file) if file.suffix == ".parquet" else None
        except DamagedError:
            if piece is None:
                strange.append(file.name)
            else:
                damaged.append(file.name)
            continue
        except StrangeError as error:
            if piece is not None:
                raise SimkitError(
                    f"{error} The sweep would write there. Nothing was changed: move it away, or give "
                    "another folder."
                ) from error
            strange.append(file.name)
            continue
        if metadata is None:
            strange.append(file.name)
            continue
        if piece is None:
            raise SimkitError(
                f"{folder} holds the results of another plan: {metadata['framework']} under "
                f"{metadata['scenario']}, {metadata['year']}, is not in this one. Nothing was changed: give "
                "another folder, or that plan. (A plan that only adds frameworks, scenarios or years goes on "
                "with what is there.)"
            )
        difference = _changed_origin(metadata["made_from"], pieces[piece])
        if difference:
            raise SimkitError(
                f"{folder} holds other results: {piece} was made {difference}. Figures of the two are not "
                "mixed. Nothing was changed: give another folder."
            )
        finished.add(piece)
    for folder_ in (folder, folder / PIECES):
        for remnant in folder_.glob(f".*{PART}"):
            with suppress(OSError):
                remnant.unlink()
    return FolderContent(frozenset(finished), tuple(damaged), tuple(strange))


def _changed_origin(stored: Mapping[str, Any], current: Mapping[str, str | int]) -> str:
    """In what a piece was made differently, in words; empty where it was not."""
    for key, words in _MADE_FROM.items():
        if stored.get(key) != current[key]:
            return words.format(stored.get(key), current[key], version=stored.get("version"))
    return ""


def write_manifest(folder: Path, plan: Plan, pieces: Sequence[Piece], failed: Sequence[FailedPiece]) -> None:
    """Say what the sweep in the folder is. Raises SimkitError."""
    manifest = {
        "simkit": FORMAT,
        "version": version.__version__,
        "plan": plan.to_dict(),
        "command": command_line("simkit", "sweep", plan.name, "--out", folder.as_posix()),
        "pieces": [piece.file for piece in pieces],
        "failed": [
            {
                "framework": each.piece.framework.name,
                "scenario": each.piece.scenario.name,
                "year": each.piece.year,
                "problem": each.problem,
            }
            for each in failed
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    write_whole(folder / MANIFEST, text.encode())


def write_tables(folder: Path, pieces: Sequence[Piece]) -> tuple[Path, ...]:
    """Make all of the tables from the files of the pieces, in this order, or none. Gives the files.

    Nothing is written where no piece is finished. Raises SimkitError.
    """
    files = [folder / PIECES / piece.file for piece in pieces]
    if not files:
        return ()
    written_tables = {name: rows(files, name) for name in TABLES}
    written_tables["pieces"] = notes_of(files)
    written_tables["assumptions"] = assumptions_of(files)
    contents: dict[str, bytes] = {}
    for name, table in written_tables.items():
        contents[f"{name}.csv"] = _csv(table)
        if name in TABLES:
            contents[f"{name}.parquet"] = _parquet(table)
    return write_all(folder, contents)


def write_frame(folder: Path, name: str, frame: pd.DataFrame) -> tuple[Path, ...]:
    """Write a table as CSV and as Parquet, both or neither. Raises SimkitError."""
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False)
    return write_all(folder, {f"{name}.csv": _csv(table), f"{name}.parquet": _parquet(table)})


def _parquet(table: pa.Table) -> bytes:
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def _csv(table: pa.Table) -> bytes:
    """CSV that Excel reads rightly: UTF-8 with BOM, codes as they are, and no text that acts as a formula."""
    frame = frame_of(table)
    safe = frame.map(lambda cell: f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell)
    return str(safe.to_csv(index=False, lineterminator="\r\n", float_format="%.6g")).encode("utf-8-sig")

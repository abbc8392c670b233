"""The results of a sweep: tables and SQL queries over the finished pieces.

``manifest.json`` says what the sweep is; ``pieces/`` holds one Parquet file for each finished piece; the
tables beside it (CSV and Parquet) are made from the pieces, in the order of the plan.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simkit.common.arguments import checked_arguments
from simkit.common.display import Answer
from simkit.common.errors import SimkitError
from simkit.common.patience import patiently
from simkit.framework.made_files import read_made
from simkit.study.sweep.differences import differences
from simkit.study.sweep.piece import need_pyarrow
from simkit.study.sweep.tables import (
    VIEWS,
    DamagedError,
    StrangeError,
    about,
    assumptions_of,
    checked,
    every_value,
    frame_of,
    notes_of,
    rows,
)

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "sweep-results/1"
MANIFEST, PIECES = "manifest.json", "pieces"
PART = ".part"  # the ending of what is being written


@dataclass(frozen=True, eq=False)
class Results(Answer):
    """The results of a sweep, finished or not. Made by ``simkit.results``.

    ``pieces``: the files of the finished pieces, in the order of the plan. ``planned``: how many there will
    be. ``failed``: what could not be simulated, with the reason. ``command`` repeats the sweep.
    """

    folder: Path
    plan: Mapping[str, Any]
    version: str
    command: str
    pieces: tuple[Path, ...]
    planned: int
    failed: tuple[Mapping[str, Any], ...]

    def sql(self, query: str) -> pd.DataFrame:
        """The answer to a query in SQL (DuckDB), as a pandas table.

        Tables: ``measures``, ``bands``, ``survival``, ``weekly`` (estimates with their intervals) and
        ``replications`` (every figure in every replication). Raises SimkitError for a query that can't be
        answered, with DuckDB's words.
        """
        if find_spec("duckdb") is None:
            raise SimkitError("Queries in SQL need duckdb: install it (the extra `store`).")
        import duckdb

        self._some()
        from pyarrow import ArrowException, dataset

        # no extension is fetched from anywhere: nothing here uses the network
        config: dict[str, Any] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        with duckdb.connect(":memory:", config=config) as connection:
            try:
                for file in self.pieces:
                    checked(file, file.stat().st_mtime_ns)
                connection.register("figures", dataset.dataset([str(file) for file in self.pieces]))
            except (ArrowException, OSError, DamagedError, StrangeError) as error:
                raise SimkitError(
                    f"A piece in {self.folder / PIECES} can't be read. Start the sweep again with the same "
                    f"plan, and it is simulated anew. {error}"
                ) from error
            for name, select in VIEWS.items():
                connection.execute(f"create view {name} as {select}")
            if not isinstance(query, str) or not query.strip(" \t\r\n;"):
                raise SimkitError("There is no query. Ask for instance: select * from measures")
            try:
                frame: pd.DataFrame = connection.execute(query).df()
            except duckdb.Error as error:
                raise SimkitError(f"The query can't be answered. {error}") from error
        return frame

    def measures(self) -> pd.DataFrame:
        """Every measure of every piece: a row each, with its interval, in the order of the plan."""
        return self._frame("measures")

    def bands(self) -> pd.DataFrame:
        """The nine duration bands in percent, with those published of the authority."""
        return self._frame("bands")

    def survival(self) -> pd.DataFrame:
        """Share still open after each working day from referral, in percent."""
        return self._frame("survival")

    def weekly(self) -> pd.DataFrame:
        """Children with an open assessment at the end of each week, and those past day 45."""
        return self._frame("weekly")

    def replications(self, measure: str | None = None) -> pd.DataFrame:
        """Every figure in every replication, counted from 0; of one measure where it is named.

        Raises SimkitError for a measure that no piece has.
        """
        self._some()
        frame = frame_of(every_value(self.pieces, measure))
        if measure is not None and frame.empty:
            suggestions = get_close_matches(str(measure), self.measures()["measure"].unique(), n=3)
            hint = f" Did you mean {' or '.join(suggestions)}?" if suggestions else ""
            raise SimkitError(f"No piece has a measure called {measure!r}.{hint}")
        return frame

    def differences(self, measure: str) -> pd.DataFrame:
        """By how much a measure differs between the plan's first scenario and each other one.

        A row a framework and year, over all routes: the mean of the differences replication by replication
        (``value``), its 95% interval (``low``, ``high``) and the number of ``replications`` that both sides
        have. Where a side is missing, because its piece failed or is not finished, all of them are. Raises
        SimkitError for a measure no piece has.
        """
        return differences(self.replications(measure), self.plan["scenarios"])

    def main_differences(self) -> pd.DataFrame:
        """``differences`` of each of ``MAIN_MEASURES``; no row with one scenario."""
        import pandas as pd

        frames = []
        for measure in MAIN_MEASURES:
            frame = self.differences(measure)
            frame.insert(0, "measure", measure)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def notes(self) -> pd.DataFrame:
        """A row a piece: whose framework it is, whether it is settled, and what must be said beside it."""
        self._some()
        return frame_of(notes_of(self.pieces))

    def assumptions(self) -> pd.DataFrame:
        """Every number behind the figures that no source gives, with the number of pieces that rest on it."""
        self._some()
        return frame_of(assumptions_of(self.pieces))

    def _frame(self, name: str) -> pd.DataFrame:
        self._some()
        return frame_of(rows(self.pieces, name))

    def _some(self) -> None:
        if not self.pieces:
            raise SimkitError(f"No piece of the sweep in {self.folder} is finished yet.")

    def __repr__(self) -> str:
        failed = f", {len(self.failed)} failed" if self.failed else ""
        return (
            f"Results({self.plan['title']!r}, {len(self.pieces)} of {self.planned} pieces finished{failed})"
        )


MAIN_MEASURES = (
    "cohort_over_45_days_pct",
    "published_within_45_days_pct",
    "cohort_median_days",
    "cohort_child_seen_days",
    "cohort_drift_idle_pct",
    "cohort_drift_slip_days",
)
"""The measures that a sweep shows first, and of which it writes the differences between scenarios."""


@checked_arguments
def results(folder: str | Path) -> Results:
    """The results in a folder that ``simkit sweep`` wrote, finished or not.

    Raises SimkitError where the folder holds none, or was written in another form.
    """
    need_pyarrow()
    path = Path(folder)
    manifest = read_manifest(path)
    if manifest is None:
        problem = "There is no folder" if not path.is_dir() else f"There is no {MANIFEST} in"
        raise SimkitError(f"{problem} {path}, so it holds no results of a sweep. `simkit sweep` makes them.")
    planned = [path / PIECES / name for name in manifest["pieces"]]
    _refuse_mixed(path, [file for file in planned if file.is_file()], manifest)
    return Results(
        folder=path,
        plan=manifest["plan"],
        version=manifest["version"],
        command=manifest["command"],
        pieces=tuple(file for file in planned if file.is_file()),
        planned=len(planned),
        failed=tuple(manifest["failed"]),
    )


_SAME = ("version", "code", "numpy", "replications", "seed", "convention")


def _refuse_mixed(folder: Path, files: Sequence[Path], manifest: Mapping[str, Any]) -> None:
    """Raises SimkitError where the pieces are not of one run. Damaged ones are told of when they are read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    plan = manifest["plan"]
    first: tuple[Path, Mapping[str, Any]] | None = None
    for file in files:
        try:
            made_from = about(pq.read_schema(file), file)["made_from"]
        except (OSError, pa.ArrowException):
            continue
        said = {key: plan[key] for key in ("replications", "seed", "convention")}
        for where, other in ((folder / MANIFEST, said), first or (file, made_from)):
            different = [key for key in _SAME if key in other and other[key] != made_from.get(key)]
            if different:
                raise SimkitError(
                    f"{folder} holds results of different runs: {file.name} and {where.name} differ in "
                    f"{', '.join(different)}. Their figures are not put into one table: move {file.name} "
                    "away, or run the sweep again into another folder."
                )
        first = first or (file, made_from)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """What a folder says about its sweep; None where it says nothing. Raises SimkitError."""
    path = folder / MANIFEST
    return read_made(path, "manifest") if path.exists() else None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, in place of one that is there. Raises SimkitError."""
    passing = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        with passing.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        patiently(partial(passing.replace, path))
    except OSError as error:
        raise SimkitError(
            f"{path} can't be written: {error.strerror or error}. The pieces that are finished are kept; the "
            "same command goes on with them."
        ) from error
    finally:
        with suppress(OSError):
            passing.unlink()

"""A piece of a sweep: simulated by one worker and stored as one Parquet file.

A file has a row for each figure, with its estimate and, in ``values``, what it was in each replication.
Its metadata say what it was made from, so that a file answers for itself wherever it lies.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from simkit import version
from simkit.common.arrays import Floats
from simkit.common.errors import SimkitError
from simkit.common.paths import PACKAGE
from simkit.data import PublishedBands
from simkit.framework import library
from simkit.framework.wording import whose
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.scenario import Scenario
from simkit.model.measures.day_counts import Convention
from simkit.model.measures.measures import RunMeasures
from simkit.study.estimate import Estimate
from simkit.study.experiment import experiment, summary
from simkit.study.result import Experiment, Result
from simkit.study.runner import Job, open_runner, tasks_of
from simkit.study.sweep.plan import Piece

if TYPE_CHECKING:
    import pyarrow as pa

META = "simkit"  # the key of what a file says about itself
PIECE = "piece/3"  # the form of a file

_READ = ("framework/**/*", "model/**/*", "data/**/*")
_STUDY = ("estimate", "experiment", "result", "runner", "sweep/plan", "sweep/piece")
_KINDS = (".py", ".json", ".csv", ".yaml")


@dataclass(frozen=True, slots=True)
class PieceTask:
    """A piece with everything needed to simulate it anywhere.

    ``experiment``: what is simulated; None where the worker makes it from ``scenario`` and shipped files.
    ``origin``: what decides on its figures, in words and digests.
    """

    piece: Piece
    scenario: Scenario
    experiment: Experiment | None
    replications: int
    seed: int
    engine: str
    convention: str
    origin: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class FinishedPiece:
    """A piece that was simulated: the content of its file."""

    piece: Piece
    content: bytes


@dataclass(frozen=True, slots=True)
class FailedPiece:
    """A piece that could not be simulated, and why."""

    piece: Piece
    problem: str


def need_pyarrow() -> None:
    """Raises SimkitError where Parquet can't be written or read."""
    if find_spec("pyarrow") is None:
        raise SimkitError(
            "A sweep keeps its results as Parquet files, which needs pyarrow and duckdb: install them "
            "(the extra `store`)."
        )


@cache
def fingerprint() -> str:
    """A digest of everything in simkit that decides on figures: code, published data, shipped files.

    The same on every computer with the same simkit, whatever its line ends.
    """
    files = [file for pattern in _READ for file in PACKAGE.glob(pattern)]
    files += [PACKAGE / "study" / f"{name}.py" for name in _STUDY]
    named = [(file.relative_to(PACKAGE).as_posix(), file) for file in files]
    for folder in ("frameworks", "scenarios"):
        root = library.root() / folder
        named += [(f"{folder}/{file.relative_to(root).as_posix()}", file) for file in root.glob("**/*")]
    digest = sha256()
    for name, file in sorted(named):
        if file.suffix in _KINDS:
            digest.update(f"{name}\0".encode())
            digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


def numpy_version() -> str:
    """The version of numpy without its last part: between others, random numbers may differ."""
    return ".".join(np.__version__.split(".")[:2])


def run_task(task: PieceTask) -> FinishedPiece | FailedPiece:
    """Simulate a piece. What keeps it from being simulated is told and not raised: the others go on."""
    try:
        need_pyarrow()
        if (task.origin["code"], task.origin["numpy"]) != (fingerprint(), numpy_version()):
            raise SimkitError(
                f"The worker has another simkit ({version.__version__}) or numpy ({numpy_version()}) than "
                "the run that asked it: install the same on both."
            )
        return FinishedPiece(task.piece, _content(task))
    except SimkitError as error:
        return FailedPiece(task.piece, str(error))
    except MemoryError:
        return FailedPiece(task.piece, "There was not enough memory for it.")
    except Exception as error:  # a fault of ours in one piece must not lose the others
        return FailedPiece(task.piece, f"This is a fault in simkit ({type(error).__name__}: {error}).")


def _content(task: PieceTask) -> bytes:
    """The file of a piece."""
    import pyarrow.parquet as pq

    piece = task.piece
    simulated = task.experiment or experiment(piece.framework.name, task.scenario, year=piece.year)
    convention = Convention(task.convention)
    with open_runner(task.engine, tasks_of(simulated.setting, task.replications), 1) as runner:
        jobs = (Job(simulated.setting, task.seed, number, convention) for number in range(task.replications))
        runs = list(runner.map(jobs))
    result = summary(simulated, runs, seed=task.seed, engine=runner.engine.name, convention=convention)
    stream = io.BytesIO()
    table = _table(result, runs, piece)
    # no statistics: a query would trust them, and the digest doesn't cover them. No copy of the schema in
    # Arrow's own form: it would repeat all that the file says about itself.
    options: dict[str, Any] = {"write_page_checksum": True, "write_statistics": False, "store_schema": False}
    with pq.ParquetWriter(stream, table.schema, compression="zstd", **options) as file:
        file.write_table(table)
        metadata = _about(task, result)
        metadata["content"] = content_digest(table, metadata)
        file.add_key_value_metadata({META: json.dumps(metadata)})
    return stream.getvalue()


def _table(result: Result, runs: Sequence[RunMeasures], piece: Piece) -> pa.Table:
    import pyarrow as pa

    framework, profile = result.experiment.framework, result.experiment.profile
    rows = list(_rows(result, runs))
    number = len(rows)
    place = {
        "framework": piece.framework.name,
        "framework_title": framework.title,
        "status": framework.status,
        "scenario": piece.scenario.name,
        "scenario_title": result.experiment.scenario.title,
        "la_code": framework.la_code or "",
        "gss_code": profile.gss_code or "",
        "la_name": profile.name,
    }
    text = pa.dictionary(pa.int32(), pa.string())
    columns: dict[str, pa.Array] = {
        name: pa.array([value] * number, pa.string()).cast(text) for name, value in place.items()
    }
    columns["year"] = pa.array([profile.year] * number, pa.int16())
    period = f"{profile.year - 1}{profile.year % 100:02d}"
    columns["time_period"] = pa.array([period] * number, pa.string()).cast(text)
    for name in ("series", "measure", "route"):
        columns[name] = pa.array([row[name] for row in rows], pa.string()).cast(text)
    columns["step"] = pa.array([row["step"] for row in rows], pa.int16())
    for name in ("title", "unit", "of"):
        columns[name] = pa.array([row[name] for row in rows], pa.string()).cast(text)
    for name in ("value", "low", "high", "year_low", "year_high"):
        columns[name] = pa.array([row[name] for row in rows], pa.float64(), from_pandas=True)
    columns["replications"] = pa.array([row["replications"] for row in rows], pa.int32())
    columns["published"] = pa.array([row["published"] for row in rows], pa.float64(), from_pandas=True)
    columns["published_year"] = pa.array([row["published_year"] for row in rows], pa.int16())
    flat = np.concatenate([row["values"] for row in rows])
    offsets = np.arange(number + 1, dtype=np.int32) * len(runs)
    columns["values"] = pa.ListArray.from_arrays(offsets, pa.array(flat, pa.float64(), from_pandas=True))
    return pa.table(columns)


def _rows(result: Result, runs: Sequence[RunMeasures]) -> Iterator[dict[str, Any]]:
    figures = _published(result.experiment.profile)
    for estimate in result.measures.values():
        measure, _, route = estimate.name.partition(".")
        values = np.array([each.values[estimate.name] for each in runs])
        yield _row("measure", estimate, values, figures.get(estimate.name), measure, route or "all")
    shares = 100 * np.array([each.bands for each in runs])
    for column, estimate in enumerate(result.bands.values()):
        yield _row("band", estimate, shares[:, column], figures.get(f"band {column}"), estimate.name)
    for name, title, unit, of, first, scale in (
        ("survival", "Still open after so many working days from referral", "%", _COHORT, 0, 100.0),
        ("open_by_week", "Open assessments", "children", _WEEK, 1, 1.0),
        ("over_45_by_week", "Open past day 45", "children", _WEEK, 1, 1.0),
    ):
        yield from _series(name, title, unit, of, first, getattr(result, name), _stacked(runs, name, scale))


_COHORT = "assessments of children referred in the year"
_WEEK = "children with an open assessment at the end of the week"


def _stacked(runs: Sequence[RunMeasures], name: str, scale: float) -> Floats:
    stacked: Floats = scale * np.array([getattr(each, name) for each in runs])
    return stacked


def _series(
    name: str, title: str, unit: str, of: str, first: int, spans: Floats, values: Floats
) -> Iterator[dict[str, Any]]:
    nan = float("nan")
    most = 100.0 if unit == "%" else np.inf
    for step, (value, low, high) in enumerate(np.clip(spans, 0.0, most)):
        finite = int(np.sum(~np.isnan(values[:, step])))
        estimate = Estimate(name, title, unit, of, value, low, high, nan, nan, finite)
        yield {**_row(name, estimate, values[:, step], None, name), "step": step + first}


def _row(
    series: str,
    estimate: Estimate,
    values: Floats,
    published: tuple[float | None, int] | None,
    measure: str,
    route: str = "all",
) -> dict[str, Any]:
    share, year = published or (None, None)
    return {
        **asdict(estimate),
        "series": series,
        "measure": measure,
        "route": route,
        "step": None,
        "published": share,
        "published_year": None if share is None else year,
        "values": values,
    }


def _published(profile: Profile) -> dict[str, tuple[float | None, int]]:
    """The authority's own published figures by measure, shares in percent, each with its year."""
    conferences = None if "icpc_within_15_share" in profile.filled else profile.icpc_within_15_share
    figures: dict[str, tuple[float | None, int]] = {
        "published_icpc_within_15_days_pct": (_percent(conferences), profile.year)
    }
    if profile.share_in_time is not None:
        share, year = profile.share_in_time
        figures["published_within_45_days_pct"] = (_percent(share), year)
    known_bands: PublishedBands | None = profile.published
    if known_bands is None:
        return figures
    for quartile in ("p25", "median", "p75"):
        figures[f"published_{quartile}_days"] = (getattr(known_bands, f"{quartile}_days"), known_bands.year)
    return figures | {
        f"band {n}": (_percent(share), known_bands.year) for n, share in enumerate(known_bands.shares)
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def content_digest(table: pa.Table, metadata: Mapping[str, Any]) -> str:
    """A digest of every figure and word of a piece, the same however Parquet keeps them.

    ``metadata``: what the piece says about itself; its own ``content`` is left out.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    said = {key: value for key, value in metadata.items() if key != "content"}
    digest = sha256(json.dumps(said, sort_keys=True).encode())
    for name, column in zip(table.column_names, table.columns, strict=True):
        digest.update(f"{name}\0{len(column)}\0".encode())
        flat = pc.list_flatten(column) if pa.types.is_list(column.type) else column
        if pa.types.is_dictionary(flat.type):
            flat = flat.cast(pa.string())
        if pa.types.is_string(flat.type):
            digest.update(json.dumps(flat.to_pylist()).encode())
        else:
            digest.update(np.asarray(flat.to_numpy(zero_copy_only=False), dtype="<f8").tobytes())
    return digest.hexdigest()[:16]


def _about(task: PieceTask, result: Result) -> dict[str, Any]:
    """What a file says about itself, without the digest of its content."""
    return {
        "simkit": PIECE,
        "file": task.piece.file,
        "made_from": dict(task.origin),
        "framework": task.piece.framework.name,
        "scenario": task.piece.scenario.name,
        "year": result.experiment.profile.year,
        "whose": whose(result.experiment.framework),
        "convention": result.convention.value,
        "settled": result.settled if result.replications > 1 else None,
        "caption": result.experiment.scenario.caption,
        "notes": list(result.notes),
        "assumptions": [
            {
                "path": number.path,
                "title": number.title,
                "value": _number(number.value),
                "unit": number.unit,
                "low": _number(number.low),
                "high": _number(number.high),
                "reason": number.note,
            }
            for number in result.assumptions
        ],
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None

"""Reading the files of finished pieces: whole tables, and the views for queries."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simkit.common.errors import SimkitError
from simkit.common.whole_numbers import repeated
from simkit.study.sweep.piece import META, PIECE, content_digest

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_PLACE = (
    "framework, framework_title, status, scenario, scenario_title, "
    "la_code, gss_code, la_name, year, time_period"
)
_ESTIMATE = "title, unit, of, value, low, high, year_low, year_high, replications"
VIEWS = {
    "measures": f"select {_PLACE}, measure, route, {_ESTIMATE}, published, published_year "
    "from figures where series = 'measure'",
    "bands": f"select {_PLACE}, measure as band, {_ESTIMATE}, published, published_year "
    "from figures where series = 'band'",
    "survival": f"select {_PLACE}, step as working_day, unit, of, value, low, high, replications "
    "from figures where series = 'survival'",
    "weekly": f"select {_PLACE}, series as measure, step as week, unit, of, value, low, high, replications "
    "from figures where series in ('open_by_week', 'over_45_by_week')",
    "replications": f"select {_PLACE}, series, measure, route, step, unit, "
    "unnest(range(len(values))) as replication, unnest(values) as value from figures",
}
_SERIES = {
    "measures": ["measure"],
    "bands": ["band"],
    "survival": ["survival"],
    "weekly": ["open_by_week", "over_45_by_week"],
}


class DamagedError(SimkitError):
    """A file of a piece can't be read, or its figures are not those that were written."""


class StrangeError(SimkitError):
    """A whole file that is not the piece its name says: somebody else's, another version's, or copied."""


def piece_table(path: Path) -> pa.Table:
    """The table of a piece, every byte and figure of it checked. Raises DamagedError or StrangeError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path, page_checksum_verification=True, partitioning=None)
    except (OSError, pa.ArrowException, ValueError) as error:
        raise DamagedError(f"{path} can't be read: {error}") from error
    metadata = about(table.schema, path)
    try:
        digest = content_digest(table, metadata)
    except (pa.ArrowException, ValueError) as error:  # bytes that are no text, a column of another type
        raise DamagedError(f"{path} can't be read: {error}") from error
    if metadata.get("content") != digest:
        raise DamagedError(f"{path} holds other figures or words than were written.")
    return table


@lru_cache(maxsize=100_000)
def checked(path: Path, modified: int) -> None:
    """Check a piece once for each time it was ``modified``. Raises as ``piece_table``."""
    piece_table(path)


def about(schema: pa.Schema, path: Path) -> dict[str, Any]:
    """What the file of a piece says about itself. Raises StrangeError where it is not that of its name."""
    try:
        metadata: dict[str, Any] = json.loads((schema.metadata or {})[META.encode()])
        form, file = metadata["simkit"], metadata["file"]
    except (KeyError, ValueError, TypeError):
        raise StrangeError(f"{path} is not a piece of a sweep.") from None
    if form != PIECE:
        raise StrangeError(f"{path} was written by another version of simkit, in the form {form}.")
    if file != path.name:
        raise StrangeError(f"{path} holds the results of another piece, {file}: it was copied or renamed.")
    return metadata


def rows(files: Iterable[Path], name: str) -> pa.Table:
    """The rows of a view, in the order of the files. Codes and names are text. Raises DamagedError."""
    import pyarrow as pa
    import pyarrow.compute as pc

    series = pa.array(_SERIES[name])
    parts = []
    for file in files:
        table = without_metadata(piece_table(file).drop_columns(["values"]))
        parts.append(table.filter(pc.is_in(table["series"], series)))
    whole_table = pa.concat_tables(parts)
    return whole_table.select([source for source, _ in _columns(name)]).rename_columns(
        [column for _, column in _columns(name)]
    )


def without_metadata(table: pa.Table) -> pa.Table:
    """The table with text in place of codes for texts, and without what it says about itself."""
    import pyarrow as pa

    fields = [
        pa.field(field.name, pa.string() if pa.types.is_dictionary(field.type) else field.type)
        for field in table.schema
    ]
    return table.cast(pa.schema(fields)).replace_schema_metadata(None)


def frame_of(table: pa.Table) -> pd.DataFrame:
    """A table for pandas; whole numbers stay whole where some are missing."""
    frame: pd.DataFrame = table.to_pandas()
    if "published_year" in frame:
        frame["published_year"] = frame["published_year"].astype("Int16")
    return frame


def every_value(files: Iterable[Path], measure: str | None = None) -> pa.Table:
    """Every figure in every replication, or those of one measure, in the order of the files."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = []
    for file in files:
        table = without_metadata(piece_table(file))
        if measure is not None:
            table = table.filter(pc.equal(table["measure"], measure))
        count = len(table["values"][0]) if len(table) else 0
        long = table.select([*_PLACE.split(", "), "series", "measure", "route", "step", "unit"])
        long = long.take(repeated(np.arange(len(table)), count))
        numbers = pa.array(np.tile(np.arange(count, dtype=np.int32), len(table)))
        long = long.append_column("replication", numbers)
        parts.append(long.append_column("value", pc.list_flatten(table["values"])))
    return pa.concat_tables(parts)


def notes_of(files: Iterable[Path]) -> pa.Table:
    """A row a piece: whose framework it is, whether it is settled, and what must be said beside it."""
    import pyarrow as pa

    place = ("la_code", "gss_code", "la_name", "time_period", "status")
    notes = []
    for file in files:
        table = piece_table(file)
        first, metadata = table.slice(0, 1).to_pylist()[0], about(table.schema, file)
        notes.append(
            {
                **{key: metadata[key] for key in ("framework", "scenario", "year")},
                **{key: first[key] for key in place},
                "whose": metadata["whose"],
                "replications": metadata["made_from"]["replications"],
                "seed": metadata["made_from"]["seed"],
                "convention": metadata["convention"],
                "settled": {True: "yes", False: "no", None: ""}[metadata["settled"]],
                "caption": metadata["caption"] or "",
                "notes": " ".join(metadata["notes"]),
            }
        )
    return pa.Table.from_pylist(notes)


def assumptions_of(files: Iterable[Path]) -> pa.Table:
    """Every number behind the figures that no source gives, with the number of pieces that rest on it."""
    import pyarrow as pa

    each = (number for file in files for number in about(piece_table(file).schema, file)["assumptions"])
    counted = Counter(tuple(number.items()) for number in each)
    kinds = {"path": pa.string(), "title": pa.string(), "value": pa.float64(), "unit": pa.string()}
    kinds |= {"low": pa.float64(), "high": pa.float64(), "reason": pa.string(), "pieces": pa.int32()}
    listed = [{**dict(number), "pieces": count} for number, count in counted.items()]
    return pa.Table.from_pylist(listed, schema=pa.schema(list(kinds.items())))


def _columns(name: str) -> list[tuple[str, str]]:
    """The columns of a view: what each is called in the files, and in the view."""
    listed = VIEWS[name].removeprefix("select ").partition(" from ")[0]
    return [(each.partition(" ")[0], each.rpartition(" ")[2]) for each in listed.split(", ")]

"""Make the packaged table of simulated changes: ``python -m tools.data.simulated_changes``.

It takes some minutes on one core. What is already in the file is kept, so that it can be stopped and begun
again; ``--afresh`` begins anew. Replications and seed stand in the file beside it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import simkit.data
from simkit.cli.terminal import emit
from simkit.common.progress import progress_bar

if TYPE_CHECKING:
    from simkit.study.projection.simulated_change import SimulatedChange

_FOLDER = Path(simkit.data.__file__).parent / "simulated"
_HEADS = ("area", "from_year", "to_year", "before", "after")
_EVERY = 50  # pairs of years after which what is there is written
# Years from which is simulated, by years ahead: what the back-test fits on and the projections need.
_FIRST_YEARS = {1: tuple(range(2016, 2025)), 2: tuple(range(2016, 2024))}


def main(
    replications: Annotated[int, typer.Option(min=1, max=1000, help="Simulated years of each case.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="Random numbers.")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="How many at once.")] = 1,
    afresh: Annotated[bool, typer.Option("--afresh", help="Simulate what is there again.")] = False,
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.")] = _FOLDER,
) -> None:
    """Simulate what each authority's change of referrals and staff does to its share in time."""
    from simkit.model.inputs.calibration import calibration
    from simkit.study.projection.history import published
    from simkit.study.projection.simulated_change import MEASURE, SimulatedChange, pairs_needed, simulate

    file = out / "changes.csv"
    changes: dict[tuple[str, int, int], SimulatedChange] = {}
    if file.is_file() and not afresh:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                each = SimulatedChange(
                    row["area"],
                    int(row["from_year"]),
                    int(row["to_year"]),
                    float(row["before"]),
                    float(row["after"]),
                )
                changes[each.area, each.first, each.target] = each
    pairs = [pair for ahead, years in _FIRST_YEARS.items() for pair in pairs_needed(years, [ahead])]
    remaining = [pair for pair in pairs if pair not in changes]
    fitted = {(area, first): calibration(area, first) is not None for area, first, _ in pairs}
    provenance = {
        "replications": replications,
        "seed": seed,
        "measure": MEASURE,
        "calibrated": round(sum(fitted.values()) / len(fitted), 3),
    }
    with progress_bar("Simulating changes") as report:
        new_changes = simulate(
            remaining, published(), replications=replications, seed=seed, workers=workers, progress=report
        )
        for number, each in enumerate(new_changes):
            changes[each.area, each.first, each.target] = each
            if number % _EVERY == _EVERY - 1:
                _write(out, changes.values(), provenance)
    for path in _write(out, changes.values(), provenance):
        emit(f"Written: {path}\n")


def _write(
    folder: Path, changes: Iterable[SimulatedChange], provenance: Mapping[str, object]
) -> tuple[Path, ...]:
    from simkit.common.atomic_files import write_all

    page = io.StringIO()
    table = csv.writer(page, lineterminator="\n")
    table.writerow(_HEADS)
    for each in sorted(changes, key=lambda change: (change.first, change.target, change.area)):
        table.writerow((each.area, each.first, each.target, f"{each.before:.2f}", f"{each.after:.2f}"))
    contents = {
        "changes.csv": page.getvalue().encode("utf-8"),
        "made.json": (json.dumps(provenance, indent=2) + "\n").encode("utf-8"),
    }
    return write_all(folder, contents)


if __name__ == "__main__":
    typer.run(main)

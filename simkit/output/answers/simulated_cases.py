"""The children and events of a simulated run as files, marked as simulated by name and in every row."""

from __future__ import annotations

from pathlib import Path

from simkit.common.atomic_files import csv_bytes, write_all
from simkit.model.measures.event_log import case_table, to_log
from simkit.model.outcome import Outcome
from simkit.model.workload.workload import Workload

CASES, EVENTS = "simulated-cases.csv", "simulated-events.csv"


def save_simulated(workload: Workload, outcome: Outcome, folder: str | Path) -> tuple[Path, ...]:
    """Write the children of a run and its event log to a folder. Raises OutputError."""
    tables = {CASES: case_table(workload, outcome), EVENTS: to_log(workload, outcome)}
    return write_all(Path(folder), {name: csv_bytes(table) for name, table in tables.items()})

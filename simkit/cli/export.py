"""``simkit export``: open data of every authority, with a dictionary of every column."""

from __future__ import annotations

from typing import Annotated

import typer

from simkit.cli.terminal import notify


def export(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The folder to write to.")],
) -> None:
    """Write open data of every authority to a folder: CSV files as a Frictionless data package.

    Published measures and durations, framework files, local values with their sources, fitted practice and
    projections. README.md in the folder says what every column means.
    """
    from simkit.common.atomic_files import existing_files, written_message
    from simkit.output.open_data import export as export_to

    before = existing_files(folder)
    for file in export_to(folder):
        notify(written_message(file, before))

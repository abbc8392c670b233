"""Writes the HTML page of a result folder."""

from __future__ import annotations

from pathlib import Path

from simkit.common.arguments import checked_arguments
from simkit.common.atomic_files import OutputError, write_all
from simkit.output.render.report_page import page
from simkit.output.report.stored import read_report

__all__ = ["write_report"]

_NAME = "report.html"


@checked_arguments
def write_report(folder: str | Path, out: str | Path | None = None) -> Path:
    """Write the report of a result folder; gives the file.

    Raises ReportError, OutputError, or MissingPackageError where jinja2 is not installed.
    """
    target = Path(folder) / _NAME if out is None else Path(out)
    content = page(read_report(folder)).encode("utf-8")
    if target.is_dir():
        target = target / _NAME
    if target.suffix.lower() not in (".html", ".htm"):
        raise OutputError(f"{target} must end in .html: a report is a web page.")
    if not target.absolute().parent.is_dir():
        raise OutputError(f"The folder {target.parent} does not exist, so {target} can't be written.")
    write_all(target.absolute().parent, {target.name: content})
    return target

"""A report as the content of a file, and the page of a result folder."""

from __future__ import annotations

from pathlib import Path

from simkit.common.arguments import checked_arguments
from simkit.common.atomic_files import OutputError, write_all
from simkit.output.report.blocks import Report
from simkit.output.report.stored import prefix_in, read_report

_NAME = "report.html"


def report_bytes(report: Report, ending: str) -> bytes:
    """A web page, or for ``.docx`` a Word file. Raises MissingPackageError."""
    if ending == ".docx":
        from simkit.output.render.word_blocks import word

        return word(report)
    from simkit.output.render.report_page import page

    return page(report).encode("utf-8")


def save_report(report: Report, out: str | Path) -> Path:
    """Write a report as a web page or for Word, by the ending; gives the file. Raises OutputError."""
    target = Path(out)
    ending = target.suffix.lower()
    if ending not in (".html", ".htm", ".docx"):
        raise OutputError(f"{target} must end in .html or .docx: a report is a web page, or a file for Word.")
    if not target.absolute().parent.is_dir():
        raise OutputError(f"The folder {target.parent} does not exist, so {target} can't be written.")
    write_all(target.absolute().parent, {target.name: report_bytes(report, ending)})
    return target


@checked_arguments
def write_report(folder: str | Path, out: str | Path | None = None) -> Path:
    """Write the report of a result folder as a web page; gives the file.

    Raises ReportError, OutputError, or MissingPackageError where jinja2 is not installed.
    """
    report, name = read_report(folder), f"{prefix_in(Path(folder))}{_NAME}"
    target = Path(folder) / name if out is None else Path(out)
    target = target / name if target.is_dir() else target
    if target.suffix.lower() not in (".html", ".htm"):
        raise OutputError(f"{target} must end in .html: a report is a web page.")
    return save_report(report, target)

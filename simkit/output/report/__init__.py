"""Reports: what a service manager reads in ten minutes, made from the folder of a result."""

from simkit.output.report.page import page
from simkit.output.report.parts import Block, Items, Link, Paragraph, Picture, Report, Section, Table
from simkit.output.report.stored import REPORT_FILE, ReportError, read_report, report_files

__all__ = [
    "REPORT_FILE",
    "Block",
    "Items",
    "Link",
    "Paragraph",
    "Picture",
    "Report",
    "ReportError",
    "Section",
    "Table",
    "page",
    "read_report",
    "report_files",
]

"""The folder of the package, and what a path for output may be."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
"""The folder of the package, with its data, schemas and templates."""

_TEXTS = frozenset([".csv", ".htm", ".html", ".json", ".md", ".txt", ".tsv", ".xml", ".yaml", ".yml"])
_DOCUMENTS = frozenset([".doc", ".docx", ".ods", ".odt", ".pdf", ".pptx", ".xls", ".xlsb", ".xlsm", ".xlsx"])
_OTHERS = frozenset([".parquet", ".png", ".svg", ".zip"])
_FILES = _TEXTS | _DOCUMENTS | _OTHERS


def called_like_a_file(path: Path) -> bool:
    """Whether a path has a file's extension and is not an existing folder."""
    return path.suffix.lower() in _FILES and not path.is_dir()


LONGEST_ON_WINDOWS = 259
"""Letters of a path, with its drive and folders."""

_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10))]
)


def reserved_on_windows(path: Path) -> bool:
    """Whether a part of the path is the name of a device there, with any ending: ``con``, ``nul.xlsx``."""
    return any(part.partition(".")[0].rstrip().lower() in _DEVICES for part in path.parts)

"""The folder of the package, and whether an output path looks like a file."""

from __future__ import annotations

from pathlib import Path

__all__ = ["PACKAGE", "called_like_a_file"]

PACKAGE = Path(__file__).resolve().parent.parent
"""The folder of the package, with its data, schemas and templates."""

_TEXTS = frozenset([".csv", ".htm", ".html", ".json", ".md", ".txt", ".tsv", ".xml", ".yaml", ".yml"])
_DOCUMENTS = frozenset([".doc", ".docx", ".ods", ".odt", ".pdf", ".pptx", ".xls", ".xlsb", ".xlsm", ".xlsx"])
_OTHERS = frozenset([".parquet", ".png", ".svg", ".zip"])
_FILES = _TEXTS | _DOCUMENTS | _OTHERS


def called_like_a_file(path: Path) -> bool:
    """Whether a path has a file's extension and is not an existing folder."""
    return path.suffix.lower() in _FILES and not path.is_dir()

"""``Answer``: base of every kind of answer, which shows, tabulates, draws and saves itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Both lie in a layer above this one, so they are imported by name, and only when an answer is looked at.
_REGISTRY, _DISPLAY = "simkit.output.answers.registry", "simkit.output.render.display"
_REPORT_FILE = "simkit.output.render.report_file"


class Shown:
    """What has a report shows it in a notebook (``_repr_html_``) and when printed."""

    __slots__ = ()

    def report(self) -> Any:
        """What it says, in blocks: prints itself, shows itself in a notebook, and ``save`` writes it."""
        return import_module(_REGISTRY).report_of(self)

    def save(self, path: str | Path) -> Any:
        """Write the report as a web page (``.html``) or for Word (``.docx``). Raises OutputError."""
        return import_module(_REPORT_FILE).save_report(self.report(), path)

    def _repr_html_(self) -> str:
        """The HTML for a notebook."""
        return str(import_module(_DISPLAY).html_of(self.report()))

    def __str__(self) -> str:
        """The text for a terminal."""
        return str(import_module(_DISPLAY).text_of(self.report()))


class Answer(Shown):
    """A kind of answer, in every form that ``simkit.output.answers`` has for it."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data for programs: numbers, text, lists and maps. What has no value is None."""
        data: dict[str, Any] = import_module(_REGISTRY).data_of(self)
        return data

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every pandas table of the answer, by name, the main one first."""
        frames: dict[str, pd.DataFrame] = import_module(_REGISTRY).tables_of(self)
        return frames

    def to_frame(self) -> pd.DataFrame:
        """The main pandas table of the answer."""
        return next(iter(self.tables().values()))

    def figure(self, ax: Axes | None = None) -> Figure:
        """The main figure of the answer, drawn into ``ax`` where one is given.

        Raises SimkitError for a kind that has none.
        """
        main: Figure = import_module(_REGISTRY).figure_of(self, ax)
        return main

    def save(self, path: str | Path) -> tuple[Path, ...]:
        """Write it to a folder, or to one file by its ending; gives the files.

        Endings: .xlsx, .docx, .html, .json, .csv (the main table), .png and .svg (the main figure). Raises
        OutputError.
        """
        files: tuple[Path, ...] = import_module(_REGISTRY).save_answer(self, path)
        return files

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and equal(vars_of(self), vars_of(other))

    def __hash__(self) -> int:
        return hash(repr(self))


def vars_of(value: Any) -> dict[str, Any]:
    """The fields of a dataclass by name."""
    return {field.name: getattr(value, field.name) for field in fields(value) if field.compare}


def equal(one: Any, other: Any) -> bool:
    """Whether two values are equal at any depth: NaN equals NaN, and arrays go by their values."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return one == other or (one != one and other != other)
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(equal(value, other[key]) for key, value in one.items())
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(equal, one, other))
    if hasattr(one, "dtype"):
        return bool(
            one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
        )
    if is_dataclass(one) and not isinstance(one, type):
        return equal(vars_of(one), vars_of(other))
    return bool(one == other)

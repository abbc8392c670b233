"""The templates and styles of pages: what all of them share on screen, their own, and on paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import leads_somewhere, lines_of
from simkit.common.errors import SimkitError
from simkit.common.paths import PACKAGE
from simkit.output.look import custom_properties

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES = PACKAGE / "output" / "templates"
_INTERVAL = re.compile(r"\([-+]?[\d.,]+%? to [-+]?[\d.,]+%?\)")


class MissingPackageError(SimkitError):
    """A package that only documents need is not installed; the text says how to install it."""

    def __init__(self) -> None:
        super().__init__(
            "Documents need two more packages: install jinja2 and python-docx (the extra `report`)."
        )


def template(kind: str, name: str, **names: Any) -> Template:
    """The template ``name`` of a kind of page, ``document`` or ``report``, which may use these ``names``.

    Raises MissingPackageError where jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise MissingPackageError from error
    environment = Environment(
        loader=FileSystemLoader([_TEMPLATES / kind, _TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.globals |= {
        "kind": lambda block: type(block).__name__,
        "kept": _unbroken,
        "leads": leads_somewhere,
        "lines_of": lines_of,
        **names,
    }
    return environment.get_template(name)


def stylesheet(kind: str) -> str:
    """The style of a kind of page, ``document`` or ``report``; rules for paper come last and win."""
    files = (_TEMPLATES / "sheet.css", _TEMPLATES / kind / "page.css", _TEMPLATES / "paper.css")
    return custom_properties() + "".join(file.read_text(encoding="utf-8") for file in files)


def _unbroken(text: str) -> str:
    """Intervals in brackets with no-break spaces."""
    return _INTERVAL.sub(lambda match: match[0].replace(" ", "\N{NO-BREAK SPACE}"), text)

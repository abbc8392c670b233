"""The page's scripts as one: every module becomes a function, and no browser has to fetch another file."""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r"^import (\{[^}]*\}) from '([^']+)';\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) ?(\w+))", re.MULTILINE)


def joined(first: Path) -> str:
    """A module and those that it imports, in the order in which they begin."""
    order: list[Path] = []
    _visit(first.resolve(), order)
    names = {path: f"m{number}" for number, path in enumerate(order)}
    return "'use strict';\n" + "".join(_as_function(path, names) for path in order)


def _visit(path: Path, order: list[Path]) -> None:
    for _, other in _IMPORT.findall(path.read_text("utf-8")):
        _visit((path.parent / other).resolve(), order)
    if path not in order:
        order.append(path)


def _as_function(path: Path, names: dict[Path, str]) -> str:
    text = path.read_text("utf-8")
    exported = [found[1] for found in _EXPORT.finditer(text)]

    def bound(found: re.Match[str]) -> str:
        return f"const {found[1].replace(' as ', ': ')} = {names[(path.parent / found[2]).resolve()]};\n"

    body = _EXPORT.sub("", _IMPORT.sub(bound, text))
    return f"const {names[path]} = (() => {{\n{body}return {{ {', '.join(exported)} }};\n}})();\n"

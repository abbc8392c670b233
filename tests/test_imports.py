"""Imports run one way between the rooms of the package, and no modules import each other in a circle.

Imports under TYPE_CHECKING count: a circle that only a type checker sees is still one for a reader.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "simkit"

BELOW: Mapping[str, frozenset[str]] = {}
ROOMS = (
    {"version"},
    {"common"},
    {"data"},
    {"framework"},
    {"model"},
    {"returns"},
    {"study"},
    {"output"},
    {"designer"},
    {"cli"},
    {"__main__"},
)
FLOOR = {room: floor for floor, rooms in enumerate(ROOMS) for room in rooms}


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in PACKAGE.rglob("*.py")}


def imported(name: str, path: Path) -> Iterator[str]:
    """The modules of simkit that a module imports, wherever in it the import is."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in MODULES else node.module


IMPORTS = {name: set(imported(name, path)) - {name} for name, path in MODULES.items()}


def room(module: str) -> str:
    return module.split(".")[1]


def test_imports_run_one_way_between_rooms() -> None:
    upward = [
        f"{name} imports {other}"
        for name, others in IMPORTS.items()
        if name != "simkit"
        for other in others
        if other == "simkit" or FLOOR[room(other)] > FLOOR[room(name)]
    ]
    assert upward == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    """What is left after taking away, again and again, the modules that import nothing that is left."""
    left = {name: set(others) for name, others in IMPORTS.items()}
    while True:
        free = {name for name, others in left.items() if not others & left.keys()}
        if not free:
            break
        left = {name: others for name, others in left.items() if name not in free}
    needed = {other for others in left.values() for other in others}
    assert sorted(left.keys() & needed) == []

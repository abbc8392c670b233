"""``simkit design --export``: builds the page, as a folder for an intranet and as one file for a shared drive."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from simkit.common.atomic_files import write_all
from simkit.designer.edition import contents
from simkit.designer.edition.bytecode import with_bytecode
from simkit.designer.edition.packages import RUNTIME, Package, fetched
from simkit.designer.edition.parts import compressed, packed, without_remarks
from simkit.designer.edition.scripts import joined

_HERE = Path(__file__).parent
_HOST = _HERE / "host"
_STATIC = _HERE.parent / "static"

SINGLE = "simkit.html"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page. ``first``: it is there before the first screen."""

    name: str
    content: bytes
    first: bool = True


def export(folder: Path, told: Callable[[str], None]) -> None:
    """Build the page into a folder; ``told`` hears what is being done. Raises SimkitError."""
    with tempfile.TemporaryDirectory(prefix="simkit-") as work:
        wheels = Path(work) / "wheels"
        wheels.mkdir()
        told("Fetching the packages\n")
        packages = fetched(wheels)
        told("Compiling (some minutes the first time)\n")
        parts = _parts(packages, Path(work))
    told("Writing\n")
    about = "about.html"
    files = {f"parts/{part.name}.gz": part.content for part in parts}
    files["index.html"] = _page(parts, (), about)
    files[SINGLE] = _page(parts, parts, about)
    write_all(folder, files)


def _parts(packages: tuple[Package, ...], work: Path) -> tuple[Part, ...]:
    (runtime,) = (each for each in packages if each.name == RUNTIME)
    library, numbers = contents.library(runtime)
    compiled = with_bytecode(contents.application(packages), packages, work)
    app = {f"app/{path}": content for path, content in compiled.items()}
    simpy = {path: app.pop(path) for path in [*app] if path.startswith("app/simpy")}
    return (
        Part("python", compressed(without_remarks(contents.interpreter(runtime)))),
        Part("library", packed(library)),
        Part("simkit", packed(app)),
        Part("numbers", packed(numbers | contents.calibrations() | simpy), first=False),
    )


def _page(parts: tuple[Part, ...], held: tuple[Part, ...], about: str) -> bytes:
    first, script = (_HOST / "first.js").read_text("utf-8"), joined(_HOST / "opening.js")
    plan = [{"name": each.name, "size": len(each.content), "first": each.first} for each in parts]
    text = (
        Environment(loader=FileSystemLoader(_HOST), autoescape=False)
        .get_template("page.html.jinja")
        .render(
            policy=policy((first, script), connect="'none'" if held else "'self'"),
            styles=(_STATIC / "designer.css").read_text("utf-8") + (_HOST / "frame.css").read_text("utf-8"),
            first_size=round(sum(len(each.content) for each in parts if each.first) / 1e6),
            about=about,
            plan=json.dumps({"parts": plan}),
            worker=joined(_HOST / "worker.js"),
            held=[(each.name, base64.b64encode(each.content).decode()) for each in held],
            first=first,
            script=script,
        )
    )
    return text.encode()


def policy(scripts: tuple[str, ...], connect: str) -> str:
    """What the browser lets the page do: run its own scripts by their hash, and ask nobody for anything."""
    hashes = " ".join(f"'sha256-{base64.b64encode(sha256(each.encode()).digest()).decode()}'" for each in scripts)
    rules: Mapping[str, str] = {
        "default-src": "'none'",
        "script-src": f"{hashes} 'wasm-unsafe-eval'",
        "worker-src": "blob:",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "connect-src": connect,
        "form-action": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())

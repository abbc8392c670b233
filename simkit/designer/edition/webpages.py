"""The page's own HTML: the page itself, and what it says of itself to IT."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from simkit.designer.edition.scripts import joined

_HOST = Path(__file__).parent / "host"
_STATIC = Path(__file__).parent.parent / "static"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page, as it travels. ``first``: it is there before the first screen."""

    name: str
    content: bytes
    first: bool = True

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """The hash of its bytes."""
        return sha256(self.content).hexdigest()


def page(parts: Sequence[Part], held: Mapping[str, bytes]) -> bytes:
    """The page. ``held`` is in the page itself, by name: all of it for the single file, else nothing."""
    scripts = _scripts()
    whole = sum(each.size for each in parts if each.first)
    plan = [{"name": each.name, "size": each.size, "first": each.first} for each in parts]
    return _rendered(
        "page.html.jinja",
        policy=_page_policy(whole_file=bool(held)),
        styles=_styles(),
        first_size=round(whole / 1e6),
        plan=Markup(json.dumps({"parts": plan})),
        worker=Markup(joined(_HOST / "worker.js")),
        held=[(name, base64.b64encode(content).decode()) for name, content in held.items()],
        first=Markup(scripts[0]),
        script=Markup(scripts[1]),
    )


def about(parts: Sequence[Part], single_size: int, licences: str | None, **names: Any) -> bytes:
    """The page for IT. ``licences`` are in it, or None where they are a file beside it."""
    return _rendered(
        "about.html.jinja",
        policy=Markup("default-src 'none'; style-src 'unsafe-inline'; img-src data:"),
        page_policy=_page_policy(whole_file=licences is not None),
        styles=_styles(),
        parts=parts,
        single_size=round(single_size / 1e6),
        licences=licences,
        **names,
    )


def _rendered(template: str, **names: Any) -> bytes:
    environment = Environment(loader=FileSystemLoader(_HOST), autoescape=True, trim_blocks=True)
    return environment.get_template(template).render(**names).encode()


def _styles() -> Markup:
    return Markup((_STATIC / "designer.css").read_text("utf-8") + (_HOST / "frame.css").read_text("utf-8"))


def _scripts() -> tuple[str, str]:
    return (_HOST / "first.js").read_text("utf-8"), joined(_HOST / "opening.js")


def _page_policy(*, whole_file: bool) -> Markup:
    """What the browser lets the page do: run its own scripts by their hash, and ask nobody else."""
    hashes = (base64.b64encode(sha256(each.encode()).digest()).decode() for each in _scripts())
    rules = {
        "default-src": "'none'",
        "script-src": " ".join([*(f"'sha256-{each}'" for each in hashes), "'wasm-unsafe-eval'"]),
        "worker-src": "blob:",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "connect-src": "'none'" if whole_file else "'self'",
        "form-action": "'none'",
        "base-uri": "'none'",
    }
    return Markup("; ".join(f"{name} {value}" for name, value in rules.items()))

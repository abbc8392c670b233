"""Links between the finished pages of the site."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LINK = re.compile(r'(?:href|src)="([^"]*)"')
_PLACE = re.compile(r'(?:id|name)="([^"]+)"')


def broken_links(folder: Path) -> list[str]:
    """The links of every page in a folder that lead to no file, or to no place in it, one a line."""
    pages = {page: page.read_text(encoding="utf-8") for page in sorted(folder.rglob("*.html"))}
    places = {page: set(_PLACE.findall(text)) for page, text in pages.items()}
    broken = []
    for page, text in pages.items():
        for link in dict.fromkeys(_LINK.findall(text)):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or link in ("", "#"):
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            target = target / "index.html" if target.is_dir() else target
            missing = parts.fragment and target in places and unquote(parts.fragment) not in places[target]
            if not target.exists() or missing:
                broken.append(f"{page.relative_to(folder)}: {link}")
    return broken

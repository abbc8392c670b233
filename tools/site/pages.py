"""The sources of the site: the pages of the repository and the generated reference."""

from __future__ import annotations

import re
import shutil
from html import escape
from pathlib import Path

from simkit.data import authorities
from simkit.output.nation_pages import file_of
from simkit.output.nation_pages import pages as nation_pages
from tools.site.gallery import write_gallery
from tools.site.reference import assumptions_page, commands_page, formats_pages, python_pages

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs" / "site"

_COPIED = {
    "docs": ("*.md", "*.png", "*.svg"),
    "docs/tutorials": ("*.md",),
    "docs/how-to": ("*.md",),
    "docs/pictures": ("*",),
    "notebooks": ("*.ipynb", "README.md"),
}
_SINGLE = ("CHANGELOG.md", "CONTRIBUTING.md")
_FILES = re.compile(
    r"\[([^\]]*)\]\((?:\.\./)*(LICENSE|README\.md|frameworks/[^)#]+|scripts/[^)#]+|\.ci/[^)#]+)\)"
)
_PLACE = re.compile(r'^<a id="([\w-]+)"></a>$', re.MULTILINE)


def write_sources(folder: Path) -> None:
    """Write every source of the site, as Sphinx reads them."""
    shutil.copytree(SITE, folder)
    for room, patterns in _COPIED.items():
        target = folder / room
        target.mkdir(parents=True, exist_ok=True)
        for path in sorted({path for pattern in patterns for path in (ROOT / room).glob(pattern)}):
            _copy(path, target / path.name, depth=1 + room.count("/"))
    for name in _SINGLE:
        _copy(ROOT / name, folder / name, depth=0)
    listed = "\n".join(path.stem for path in sorted((folder / "notebooks").glob("*.ipynb")))
    with (folder / "notebooks" / "README.md").open("a", encoding="utf-8") as file:
        file.write(f"\n```{{toctree}}\n:hidden:\n\n{listed}\n```\n")
    write_gallery(folder)
    _write_nation(folder)
    reference = folder / "reference"
    reference.mkdir(exist_ok=True)
    pages = {"commands.md": commands_page(), "assumptions.md": assumptions_page()}
    for name, text in (pages | formats_pages() | python_pages()).items():
        (reference / name).write_text(text, encoding="utf-8")


def _write_nation(folder: Path) -> None:
    """The pages of every authority as they are, and a page of the site that leads to each."""
    extra = folder / "extra" / "authorities"
    extra.mkdir(parents=True)
    for name, content in nation_pages().items():
        (extra / name).write_bytes(content)
    lines = [
        "# Every authority",
        "",
        "A page for each authority: the published share of assessments that took over 45 working days, year",
        "by year, with intervals, mergers and editions. `simkit nation --pages DIR` writes the same pages.",
        "",
        '<p><a href="../authorities/index.html">All authorities in a table</a>, and',
        '<a href="../authorities/england.html">maps, ranking and funnel plot</a>.</p>',
        "",
    ]
    for region in sorted({each.region_name for each in authorities()}):
        places = [each for each in authorities() if each.region_name == region and each.in_2025_list]
        links = "".join(
            f'<li><a href="../authorities/{file_of(each)}">{escape(each.name)}</a></li>'
            for each in sorted(places, key=lambda each: each.name)
        )
        lines += [f"## {region}", "", f"<ul>{links}</ul>", ""]
    (folder / "nation.md").write_text("\n".join(lines), encoding="utf-8")


def _copy(path: Path, target: Path, depth: int) -> None:
    if path.suffix == ".md":
        target.write_text(_on_site(path.read_text(encoding="utf-8"), depth), encoding="utf-8")
    else:
        shutil.copyfile(path, target)


def _on_site(text: str, depth: int) -> str:
    """A page's text for the site, ``depth`` folders below its start.

    A link to the README leads to the start, one to another file of the repository becomes its name, and
    places that a page names in HTML are named as Sphinx does.
    """

    def linked(match: re.Match[str]) -> str:
        name = match.group(2)
        return (
            f"[{match.group(1)}]({'../' * depth}index.md)"
            if name == "README.md"
            else f"{match.group(1)} (`{name}`)"
        )

    return _PLACE.sub(r"(\1)=", _FILES.sub(linked, text))

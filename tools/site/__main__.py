"""Build the site: ``python -m tools.site DIR``. Needs the extra ``site``; no network.

Pages are those of ``docs/``, the notebooks as they were executed, and the reference, which is made of the
package itself: commands, Python names, file formats, assumptions. A link that leads nowhere ends the build.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from sphinx.cmd.build import build_main

from tools.site.links import broken_links
from tools.site.pages import write_sources


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.site", description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="DIR", type=Path, help="where the pages go")
    out = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary) / "source"
        write_sources(source)
        code = build_main(["-W", "--keep-going", "-q", "-E", "-b", "dirhtml", str(source), str(out)])
        shutil.rmtree(out / ".doctrees", ignore_errors=True)
    for page in out.rglob("*.html"):
        page.write_text(_accessible(page.read_text(encoding="utf-8")), encoding="utf-8")
    broken = broken_links(out)
    for line in broken:
        print(line, file=sys.stderr)
    sys.exit(code or bool(broken))


def _accessible(page: str) -> str:
    """What Sphinx leaves out: a level for the headings of its menu, and a way to what scrolls by keyboard."""
    page = page.replace('role="heading">', 'role="heading" aria-level="2">').replace(
        "<pre>", '<pre tabindex="0">'
    )
    return page.replace('<div class="table-wrapper', '<div tabindex="0" class="table-wrapper')


if __name__ == "__main__":
    main()

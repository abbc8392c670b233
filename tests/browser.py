"""A page in a real browser: Chromium without a window, and axe-core to judge it.

Where either is missing a test is skipped, or fails where the environment variable SIMKIT_BROWSER says
``required``.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

DESKTOP, PHONE = "1200,900", "500,900"  # a window can't be narrower than 500, the page in it can
_PHONE_WIDTH = 360
SIZES = (DESKTOP, PHONE)

WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}

_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
_NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND"

_RUN = """<script>%s</script><script>
const room = %d || window.innerWidth;
document.documentElement.style.width = room + 'px';
axe.run(document, {runOnly: %s})
  .then(r => { document.body.textContent = 'AXE' + JSON.stringify({
    bad: r.violations.map(v => [v.id, v.nodes[0].html]), good: r.passes.length,
    wide: Math.max(document.body.scrollWidth, document.documentElement.offsetWidth) > room,
    unloaded: [...document.images].filter(i => !(i.complete && i.naturalWidth)).length,
    reached: performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith('data:'))
  }) + 'AXE'; });
</script></body>"""


def axe() -> Path | None:
    """axe-core where SIMKIT_AXE says, below node_modules, or in the package axe-playwright-python."""
    places = [os.environ.get("SIMKIT_AXE", ""), "node_modules/axe-core/axe.min.js"]
    found = [Path(place) for place in places if place]
    found += [place / "axe.min.js" for place in found if place.is_dir()]
    try:
        package = distribution("axe-playwright-python")
    except PackageNotFoundError:
        pass
    else:
        found.append(Path(str(package.locate_file("axe_playwright_python/axe.min.js"))))
    return next((place for place in found if place.is_file()), None)


def chromium() -> str | None:
    """The browser's path, where there is one."""
    return next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)


def needed(found: T | None, name: str) -> T:
    """What was found of axe-core or the browser; skips or fails without it."""
    if found is not None:
        return found
    told = f"needs {name}: install Chromium, and axe-playwright-python or axe-core where SIMKIT_AXE says"
    if os.environ.get("SIMKIT_BROWSER") == "required":
        pytest.fail(told)
    pytest.skip(told)


def judged(page: str, folder: Path, size: str, rules: tuple[str, ...] = ()) -> dict[str, Any]:
    """What axe-core and the browser find of a page in a window of this size, without a network.

    By WCAG 2.2 AA, or by these of axe-core's rules alone.
    """
    judge = needed(axe(), "axe-core")
    source = judge.read_text(encoding="utf-8").replace("</script", "<\\/script")
    asked = json.dumps({"type": "rule", "values": rules} if rules else WCAG)
    run = _RUN % (source, _PHONE_WIDTH if size == PHONE else 0, asked)
    # the policy of a page forbids scripts, axe-core's too
    page = page.replace("default-src 'none'", "default-src 'none'; script-src 'unsafe-inline'", 1)
    before, end, after = page.rpartition("</body>")
    assert end, "a page has a body"
    found = re.search(r"AXE(\{.*\})AXE", shown(f"{before}{run}{after}", folder, size), re.S)
    assert found, "axe-core has judged the page"
    result: dict[str, Any] = json.loads(html.unescape(found[1]))
    return result


def shown(page: str, folder: Path, size: str = DESKTOP, place: str = "") -> str:
    """The page as it is once the browser has loaded it at a ``place`` of it, as HTML."""
    browser = needed(chromium(), "Chromium")
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    command = [browser, *_FLAGS.split(), _NO_NETWORK, "--virtual-time-budget=20000", "--dump-dom"]
    command += [f"--user-data-dir={folder / 'user'}", f"--window-size={size}", file.as_uri() + place]
    told = subprocess.run(command, capture_output=True, timeout=180, check=False)
    return told.stdout.decode("utf-8", "replace")

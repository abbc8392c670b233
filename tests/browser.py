"""A page in a real browser: Chromium without a window, and axe-core to judge it."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

DESKTOP, PHONE = "1200,900", "500,900"  # a window can't be narrower than 500, the page in it can
_PHONE_WIDTH = 360
SIZES = (DESKTOP, PHONE)

_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)

_RUN = """<script>%s</script><script>
const room = %d || window.innerWidth;
document.documentElement.style.width = room + 'px';
axe.run(document, {runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}})
  .then(r => { document.body.textContent = 'AXE' + JSON.stringify({
    bad: r.violations.map(v => [v.id, v.nodes[0].html]), good: r.passes.length,
    wide: Math.max(document.body.scrollWidth, document.documentElement.offsetWidth) > room,
    unloaded: [...document.images].filter(i => !(i.complete && i.naturalWidth)).length,
    reached: performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith('data:'))
  }) + 'AXE'; });
</script></body>"""


def axe() -> Path | None:
    """axe-core where SIMKIT_AXE says, or below node_modules."""
    places = [os.environ.get("SIMKIT_AXE", ""), "node_modules/axe-core/axe.min.js"]
    found = [Path(place) for place in places if place]
    found += [place / "axe.min.js" for place in found if place.is_dir()]
    return next((place for place in found if place.is_file()), None)


def chromium() -> str | None:
    """The browser's path, where there is one."""
    return next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)


def judged(page: str, folder: Path, size: str) -> dict[str, Any]:
    """What axe-core and the browser find of a page in a window of this size; skips without them."""
    judge, browser = axe(), chromium()
    if judge is None or browser is None:
        pytest.skip("needs Chromium, and axe-core in node_modules or where SIMKIT_AXE says")
    source = judge.read_text(encoding="utf-8").replace("</script", "<\\/script")
    file = folder / "page.html"
    file.write_text(
        page.replace("</body>", _RUN % (source, _PHONE_WIDTH if size == PHONE else 0)), encoding="utf-8"
    )
    command = [browser, *_FLAGS.split(), "--virtual-time-budget=20000", "--dump-dom"]
    command += [f"--user-data-dir={folder / 'user'}", f"--window-size={size}", file.as_uri()]
    told = subprocess.run(command, capture_output=True, timeout=180, check=False)
    found = re.search(r"AXE(\{.*\})AXE", told.stdout.decode("utf-8", "replace"), re.S)
    assert found, told.stderr.decode("utf-8", "replace")[-500:]
    result: dict[str, Any] = json.loads(html.unescape(found[1]))
    return result

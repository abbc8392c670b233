"""What the tests of the designer in a browser share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import chromium, needed
from tab import NO_NETWORK, playwright
from without_a_server import served


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    """Chromium, which finds no host but this one."""
    client = needed(playwright(), "Playwright's Python client")
    with client() as driver:
        browser = driver.chromium.launch(
            executable_path=needed(chromium(), "Chromium"),
            args=["--no-sandbox", "--disable-quic", NO_NETWORK],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, built where there is a browser to try it in."""
    from simkit.designer.edition.export import export

    needed(chromium(), "Chromium")
    folder = tmp_path_factory.mktemp("page")
    export(folder, lambda _: None)
    return folder


@pytest.fixture(params=["intranet", "drive"])
def address(request: pytest.FixtureRequest, built: Path) -> Iterator[str]:
    """The page on an intranet, and the single file on a shared drive."""
    from simkit.designer.edition.export import SINGLE

    if request.param == "drive":
        yield (built / SINGLE).as_uri()
    else:
        with served(built) as found:
            yield found

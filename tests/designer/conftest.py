"""What the tests of the designer in a browser share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser import chromium, needed
from tab import NO_NETWORK, playwright


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

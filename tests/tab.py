"""A page of the browser as a test uses it: by keyboard, judged by axe-core, with what it asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from browser import WCAG, axe, needed

NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"


@dataclass(slots=True)
class Tab:
    """A page of the browser; ``asked`` are the addresses it asked for, ``said`` what its console said."""

    page: Any
    start: str
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def open(self, path: str = "") -> None:
        self.page.goto(self.start + path)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def focused(self) -> str:
        """What has the focus: its label, words or name."""
        words: str = self.page.evaluate(
            """() => { const at = document.activeElement; if (!at || at === document.body) return '';
            const label = at.labels && at.labels.length ? at.labels[0].textContent : '';
            const words = label || at.getAttribute('aria-label') || at.textContent || '';
            return words.replace(/\\s+/g, ' ').trim(); }"""
        )
        return words

    def to(self, words: str, key: str = "Tab", most: int = 120) -> None:
        """Go on by Tab until what has these words has the focus."""
        for _ in range(most):
            self.press(key)
            if self.focused().startswith(words):
                seen = self.page.evaluate(
                    "() => [document.activeElement, document.activeElement.parentElement].some(each => {"
                    " const s = getComputedStyle(each);"
                    " return s.outlineStyle !== 'none' || s.boxShadow !== 'none'; })"
                )
                assert seen, f"the focus on {words!r} can be seen"
                return
        pytest.fail(f"{words!r} is not reached by Tab on {self.page.url}")

    def type(self, words: str) -> None:
        self.press("Control+A")
        self.page.keyboard.type(words)

    def follow(self, words: str, key: str = "Enter") -> None:
        """Reach a link or button by Tab and use it."""
        self.to(words)
        with self.page.expect_navigation():
            self.press(key)

    def judged(self) -> list[tuple[str, str]]:
        """What axe-core finds wrong with the page as it is now."""
        source = needed(axe(), "axe-core").read_text(encoding="utf-8")
        self.page.wait_for_load_state()  # with its style sheet
        self.page.evaluate(source)
        found = self.page.evaluate(
            f"() => axe.run(document, {{runOnly: {json.dumps(WCAG)}, iframes: false}})"
        )
        assert len(found["passes"]) >= 8
        return [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]]

    def too_wide(self) -> bool:
        wide: bool = self.page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth")
        return wide


def playwright() -> Callable[[], Any] | None:
    """Playwright's client, where it is installed."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    return sync_playwright

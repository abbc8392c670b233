"""What is held against each other on two platforms, and when figures are the same."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from paths import ROOT

from simkit.framework.rules.registry import EXAMPLE_HEAD, all_rules


def examples_in(folder: Path) -> Path:
    """Every file that is broken on purpose, and what each rule gives as an example."""
    shutil.copytree(ROOT / "tests" / "framework" / "broken", folder / "broken")
    for rule in all_rules():
        for name, text in (("fails", rule.fails), ("passes", rule.passes)):
            if text:
                whole = text if text.startswith("simkit") else EXAMPLE_HEAD + text
                (folder / f"{rule.code}-{name}.yaml").write_text(whole, encoding="utf-8")
    return folder


def close(there: Any, here: Any, keys: Sequence[Any]) -> bool:
    """Whether figures are the same to twelve digits; one that does not exist (None) must not exist there."""
    sides = [[math.nan if side[key] is None else side[key] for key in keys] for side in (there, here)]
    return len(there) == len(here) and sides[0] == pytest.approx(sides[1], rel=1e-12, abs=1e-12, nan_ok=True)


def alike(there: Any, here: Any) -> bool:
    """Whether plain data are the same: figures to twelve digits, everything else exactly."""
    if isinstance(here, dict) and isinstance(there, dict):
        return there.keys() == here.keys() and all(alike(there[key], value) for key, value in here.items())
    if isinstance(here, list) and isinstance(there, list):
        return len(there) == len(here) and all(map(alike, there, here))
    if isinstance(here, float) and isinstance(there, float):
        return close([there], [here], [0])
    return type(there) is type(here) and bool(there == here)

"""Prints the lowest version of every package that pyproject.toml allows, as constraints for pip.

``python tools/lowest_versions.py > lowest.txt && python -m pip install -c lowest.txt ".[test]"``
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_BOUND = re.compile(r"(?P<name>[A-Za-z0-9_.-]+)(?:\[[^]]*\])?\s*>=\s*(?P<version>[0-9][0-9.]*)")


def lowest_versions(pyproject: str) -> dict[str, str]:
    """The lower bound of each package by its name. Raises ValueError where one has none."""
    project = tomllib.loads(pyproject)["project"]
    extras = project["optional-dependencies"]
    lowest: dict[str, str] = {}
    for requirement in (*project["dependencies"], *(each for extra in extras.values() for each in extra)):
        if requirement.startswith(project["name"]):
            continue
        bound = _BOUND.match(requirement)
        if bound is None:
            raise ValueError(f"{requirement} has no lower bound")
        lowest[bound["name"]] = bound["version"]
    return lowest


if __name__ == "__main__":
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    for name, version in lowest_versions(text).items():
        print(f"{name}=={version}")

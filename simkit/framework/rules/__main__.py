"""Write the page of all rules: ``python -m simkit.framework.rules docs/rules.md`` (or to the screen)."""

from __future__ import annotations

import sys
from pathlib import Path

from simkit.framework.rules.page import page


def main(arguments: list[str]) -> int:
    """Write the page to the file that is named, else print it."""
    if len(arguments) > 1:
        sys.stderr.write("Usage: python -m simkit.framework.rules [docs/rules.md]\n")
        return 2
    if arguments:
        Path(arguments[0]).write_text(page(), encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(page())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

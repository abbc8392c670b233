"""The speed figures, side by side in one run: ``python benchmarks/run.py [SUBJECT ...] [--times N]``.

Subjects: replication, engines, scale, queues, start, nation, answers. All where none is named; ``--against
FOLDER`` adds ``earlier``, whole commands against an earlier checkout. ``pip install ".[bench]"`` brings the
libraries that simkit is compared with; rows of those not installed are left out.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

import earlier
from timing import Row, machine

SUBJECTS = ("replication", "engines", "scale", "queues", "start", "nation", "answers")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(SUBJECTS))
    parser.add_argument("--times", type=int, default=5, help="rounds, of which the median counts")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="an earlier checkout")
    arguments = parser.parse_args()
    unknown = set(arguments.subjects) - set(SUBJECTS)
    if unknown:
        parser.error(f"no subject is called {', '.join(sorted(unknown))}: choose from {', '.join(SUBJECTS)}")
    print(machine())
    print(f"Processor time, the median of {arguments.times} rounds; of ratios also the least and the most.\n")
    print("| | time | ratio | wanted | met |\n|---|---|---|---|---|")
    for subject in arguments.subjects or SUBJECTS:
        for row in importlib.import_module(subject).rows(arguments.times):
            print(line(row), flush=True)
    if arguments.against is not None:
        for row in earlier.rows_against(arguments.times, arguments.against.resolve()):
            print(line(row), flush=True)


def line(row: Row) -> str:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    what = row.what.replace("  ", "&nbsp;&nbsp;", 1) if row.what.startswith("  ") else row.what
    return f"| {what} | {row.figure} | {ratio} | {row.target} | {row.verdict} |"


if __name__ == "__main__":
    main()

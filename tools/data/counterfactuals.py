"""Make the table of counterfactuals from the packaged calibrations: ``python -m tools.data.counterfactuals``.

It takes some seconds. The shares stand in each calibration's file too; in one table they are read at once.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import simkit.data
from simkit.common.atomic_files import write_all
from simkit.model.inputs.calibration import SHIPPED, Calibration, calibration_file
from simkit.study.evidence.exempt import TABLE, Counterfactual


def table() -> bytes:
    """The table's file."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(Counterfactual.__slots__)
    writer.writerows(sorted(_row(each) for each in _packaged()))
    return page.getvalue().encode("utf-8")


def _packaged() -> Iterator[Calibration]:
    return map(calibration_file, sorted(SHIPPED.glob("*/*.yaml")))


def _row(calibration: Calibration) -> tuple[object, ...]:
    shares = calibration.counterfactuals
    half, gone = shares["over_45_retention_half"], shares["over_45_retention_0"]
    percents = (shares["over_45"].value, half.value, half.low, half.high, gone.value, gone.low, gone.high)
    return (
        calibration.la_code,
        calibration.year,
        calibration.data["assessments"],
        *(f"{100 * share:.2f}" for share in percents),
    )


if __name__ == "__main__":
    for file in write_all(Path(simkit.data.__file__).parent, {f"{TABLE}.csv": table()}):
        sys.stdout.write(f"Written: {file}\n")

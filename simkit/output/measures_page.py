"""The page of all measures, ``docs/measures.md``: ``python -m simkit.output.measures_page > docs/measures.md``."""

from __future__ import annotations

from simkit.model.measures import definitions
from simkit.model.sample import clocks, pools_of

__all__ = ["page"]

_HEAD = """# Measures

Written by `python -m simkit.output.measures_page` from the definitions in `simkit/model/measures.py`.

Two families, never mixed. `published_*`: assessments authorised inside the measured year, whenever begun, counted from
their start, as the published statistics do; for calibration and for comparison with them. `cohort_*`: families
referred in the year, followed to the end, counted from referral, open cases included; for answers.

- Every case counts with its children, as in the published figures.
- A duration is a difference of working days: one that ends on the day it began is 0 days. Quartiles of the `cohort_*`
  family are Kaplan-Meier where cases are open.
- A limit is counted by a named convention: the starting day is day 0 (`day_0`, the default) or day 1 (`day_1`).
- A case still open when the run ends is late if its limit has passed; if it has not, the case is left out of that
  measure, and `cohort_open_at_end_pct` says how many are open.
- A measure with an empty denominator has no value in that replication and takes no part in means. Weeks with nothing
  open count as nought in means over weeks.
- `value`: mean over replications, `low` and `high` its 95% t interval; `year_low` and `year_high`: 10th and 90th percentile over
  replications, what one year may look like.
- Measures that are given by route too have the route behind a full stop: `cohort_over_45_days_pct.section_17`.
- Each local timescale between two events that the model has gets a measure `cohort_clock_ID_pct` like those shown.
- *Assessment drift* has three readings. *Stretch*: duration over the duration with every person free at once, the plan
  kept, so a queue effect only. *Idle*: 10 or more working days on end with no work and no outside answer awaited. *Slip*: days past
  the planned day. None of them is an official measure, and "drift" also names another tool's referral-to-plan measure.

| name | what it is | unit | of | by route |
|---|---|---|---|---|
"""


def page() -> str:
    """The text of the page, for the measures of the 2023 edition's framework."""
    from simkit.framework.check import load

    framework = load("national/working-together-2023")
    every = definitions(clocks(framework), pools_of(framework))
    routed = {d.name.partition(".")[0] for d in every if "." in d.name}
    rows = [
        f"| `{d.name}` | {d.title} | {d.unit} | {d.of} | {'yes' if d.name in routed else ''} |"
        for d in every
        if "." not in d.name
    ]
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(page())

"""The page of all measures: ``python -m tools.docs.measures_page > docs/measures.md`` writes it."""

from __future__ import annotations

from simkit.model.measures.measures import definitions
from simkit.model.workload.sample import clocks, pools_of

_HEAD = """# Measures

Written by `python -m tools.docs.measures_page` from `simkit/model/measures/definitions.py`.

There are two families, never mixed. `published_*`: assessments authorised inside the measured year, whenever
begun, counted from their start, as the published statistics do; for calibration and for comparison with them.
`cohort_*`: families referred in the year, followed to the end, counted from referral, open cases included;
for answers.

- Every case counts with its children, as in the published figures. Reviews count one by one.
- A further assessment of a case already open has no referral of its own: it counts as referred, and as begun,
  on the day it comes, and not among the referrals of `cohort_rereferral_pct`.
- What was open when the run began is in neither family, because the run does not contain how long it had been
  open. It is in the numbers of open assessments.
- A duration is a difference of working days: one that ends on the day it began is 0 days. Quartiles of the
  `cohort_*` family, and the time to the child being seen, are Kaplan-Meier where cases are open.
- A referral after hours, or on a day when offices are closed, counts from the next working day in every
  measure. The table of children (`simkit.replay(...).children()`) keeps its own date, from which some
  durations are a day longer.
- A limit is counted by a named convention: the starting day is day 0 (`day_0`, the default) or day 1
  (`day_1`). One day is worth several points of the share in time, more where many assessments
  end in the last days before the limit.
- A case still open when the run ends is late if its limit has passed; if it has not, the case is left out of
  that measure, and `cohort_open_at_end_pct` says how many are open. A review that was due and not held when
  the assessment or the run ended is late if its day was over.
- A measure with an empty denominator has no value in that replication and takes no part in means. A year
  without a breach has 0, and is part of every mean. Weeks with nothing open, and empty waiting lists, count
  as 0 in means over weeks.
- Weeks are five working days, counted from the year's first. Numbers are those at the end of each week, cases
  from before the year included. What is still open at the end of day 45 counts as open past it; the census
  query asks for what began more than 45 days before, so it finds it a day later.
- `value`: mean over replications, `low` and `high` its 95% t interval, kept within what the unit allows;
  `year_low` and `year_high`: 10th and 90th percentile over replications, what one year may look like. A
  few slow years can lift a mean quartile over 45 days although more than three in four are in time: a note
  says so.
- In 94 or 95 of 100 sets of 30 replications the interval contains the long-run mean, for shares, medians and
  means of common things. For rare ones, which are 0 in most years (assessments open past day 45, or at the
  end, in a small authority), it does in 84 to 90. If all years are alike, no interval is shown. Nor is there
  one for the difference between two sides in something rare that is alike on both in every year.
- Not steady: the run says so where `open_change` is clearly not 0 and more than a twentieth of
  `open_assessments`.
- Measures that are also given by route have the route after a full stop:
  `cohort_over_45_days_pct.section_17`.
- Each local timescale between two events that the model has gets a measure `cohort_clock_ID_pct` like those
  shown. A decision is timed for referrals closed at the front door too. Hours are counted in working days,
  because weekend and out-of-hours response is not modelled.
- *Assessment drift* has three measures. *Stretch*: duration over the duration with every person free at once,
  the plan kept, so a queue effect only. *Idle*: 10 or more working days on end with no work and no outside
  answer awaited. *Slip*: days past the planned day. None of them is an official measure, and another tool
  uses "drift" for a referral-to-plan measure.
- The parts of *where the time went* add up to the mean duration of the ended assessments, from referral.
- The two census queries are those that the children in need census raises on a return, at the end of the
  year. The stock "awaiting assessment" that is published is not the number of open assessments.
- Whether a reason was recorded for a breach is not simulated, so no measure covers it.

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

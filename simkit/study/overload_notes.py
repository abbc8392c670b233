"""Notes on overload: assessments unfinished, staff time all in use, hardly any case of one kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simkit.common.text import listed
from simkit.framework.framework import Framework
from simkit.framework.wording import role_title
from simkit.model.workload.sample import pools_of
from simkit.study.estimate import Estimate

_LEFT_OPEN = 5.0  # % of a year's assessments; where staff have time to spare it is one or two
ALL_IN_USE = 95.0
"""Per cent of the time of a role: from there queues grow for as long as a run lasts."""

_ALL_BRIEF = 0.95  # of the assessments outside section 47


def all_in_use(framework: Framework, measures: Mapping[str, Estimate]) -> list[str]:
    """The roles whose time is all in use, by their titles."""
    return [
        role_title(framework, role)
        for role in pools_of(framework)
        if measures[f"utilisation_{role}_pct"].value > ALL_IN_USE
    ]


def most_in_use(framework: Framework, values: Mapping[str, float]) -> float:
    """Per cent in use of the time of the role that has least to spare, of one run."""
    return max(values[f"utilisation_{role}_pct"] for role in pools_of(framework))


def overload_notes(framework: Framework, measures: Mapping[str, Estimate]) -> Iterator[str]:
    """A sentence for each thing that makes levels of this run say little."""
    busy = all_in_use(framework, measures)
    unfinished = measures["cohort_open_at_end_pct"].value
    if unfinished > _LEFT_OPEN:
        whose = f" All in use: the time of {', '.join(busy)}." if busy else ""
        yield (
            f"Not finished: {unfinished:.0f}% of the year's assessments were still open when the runs "
            "ended, because there is more work than the staff can do, work that nobody can do, or "
            f"assessments longer than the run.{whose}"
        )
    elif busy:
        yield (
            f"All of the assessment time of {listed(busy)} is in use, so waits grow for as long as it "
            "lasts. How much time there is is an assumption."
        )


def one_kind_note(measures: Mapping[str, Estimate]) -> Iterator[str]:
    """That hardly any case is left between brief ones and section 47 enquiries."""
    counts = {
        route: measures[f"cohort_assessments.{route}"].value
        for route in ("brief", "section_17", "disabled_children")
    }
    if counts["brief"] > _ALL_BRIEF * sum(counts.values()) > 0:
        yield (
            "Nearly every assessment outside section 47 enquiries is a brief one here, because the "
            "practice was fitted to durations alone. The tables by route say little."
        )

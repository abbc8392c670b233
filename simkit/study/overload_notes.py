"""Notes on overload: assessments unfinished, staff time all in use, hardly any case of one kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simkit.common.text import listed
from simkit.framework.framework import Framework
from simkit.framework.wording import role_title
from simkit.model.workload.sample import pools_of
from simkit.study.estimate import Estimate

_LEFT_OPEN = 5.0  # % of a year's assessments; where staff have time to spare it is one or two
_ALL_IN_USE = 95.0  # % of the time of a role: queues grow without end from there
_ALL_BRIEF = 0.95  # of the assessments outside section 47


def all_in_use(framework: Framework, measures: Mapping[str, Estimate]) -> list[str]:
    """The roles whose time is all in use, by their titles."""
    return [
        role_title(framework, role)
        for role in pools_of(framework)
        if measures[f"utilisation_{role}_pct"].value > _ALL_IN_USE
    ]


def overload_notes(framework: Framework, measures: Mapping[str, Estimate]) -> Iterator[str]:
    """A sentence for each thing that makes levels of this run say little."""
    busy = all_in_use(framework, measures)
    unfinished = measures["cohort_open_at_end_pct"].value
    if unfinished > _LEFT_OPEN:
        whose = f" All in use: the time of {', '.join(busy)}." if busy else ""
        yield (
            f"Not finished: {unfinished:.0f}% of the year's assessments were still open when the runs ended. "
            "There is more work than the staff can do, or work that nobody can do, or a practice with "
            f"assessments longer than the run.{whose}"
        )
    elif busy:
        yield (
            f"The time of {listed(busy)} for assessments is all in use. How much of it there is is an "
            "assumption, and here the waits hang on it."
        )
    yield from _one_kind(measures)


def _one_kind(measures: Mapping[str, Estimate]) -> Iterator[str]:
    """That hardly any case is left between brief ones and section 47 enquiries."""
    counts = {
        route: measures[f"cohort_assessments.{route}"].value
        for route in ("brief", "section_17", "disabled_children")
    }
    if counts["brief"] > _ALL_BRIEF * sum(counts.values()) > 0:
        yield (
            "Nearly every assessment outside section 47 enquiries is a brief one here: the practice, fitted "
            "to durations alone, makes them so. What is shown by route says little."
        )

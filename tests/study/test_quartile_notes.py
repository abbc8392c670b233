"""A quartile over the limit beside a share within it is explained, and nothing is said where they agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from results import noted, tiny

from simkit.model.measures.day_counts import Convention
from simkit.study.estimate import Estimate, estimate
from simkit.study.quartile_notes import FROM_REFERRAL, FROM_START, Family, quartile_notes, route_notes
from simkit.study.result import Result

SLOW = [40.0] * 8 + [120.0] * 2  # working days of ten years: their mean is 56


def told(days: list[float], share: float, family: Family = FROM_START) -> Result:
    """A result with these upper quartiles and this share within 45 days in every year."""

    def changed(name: str, values: list[float]) -> Estimate:
        found = tiny().measures[name]
        return estimate(name, found.title, found.unit, found.of, np.array(values))

    share = 100 - share if family.late else share
    quartile = changed(f"{family.prefix}_p75_days", days)
    lower = {
        n: replace(quartile, value=1.0) for n in (f"{family.prefix}_{p}_days" for p in ("p25", "median"))
    }
    changes = {quartile.name: quartile, **lower, family.share: changed(family.share, [share] * len(days))}
    return noted(replace(tiny(), measures={**tiny().measures, **changes}))


@pytest.mark.parametrize(("family", "since"), [(FROM_START, "the start"), (FROM_REFERRAL, "referral")])
def test_a_mean_quartile_over_the_limit_beside_more_in_time_is_explained(family: Family, since: str) -> None:
    result = told(SLOW, 80, family)
    (note,) = quartile_notes(result.measures, family, result.convention)
    assert note == (
        f"The upper quartile (56.0 days from {since}) is a mean of simulated years that differ: 40.0 to "
        "120.0 days in 8 of 10. So it can be over 45 although 80.0% of assessments take 45 days or less."
    )
    assert note in result.notes


def test_a_mean_quartile_within_the_limit_beside_fewer_in_time_is_too() -> None:
    result = told([20.0, 20.0, 80.0], 70)
    (note,) = quartile_notes(result.measures, FROM_START, result.convention)
    assert note.startswith("The upper quartile (40.0 days from the start)") and " in most." in note
    assert "So it can be within 45 although only 70.0% of assessments take 45 days or less." in note


def test_of_a_route_only_the_median_is_shown_and_explained() -> None:
    measures = dict(told([20.0], 80).measures)
    for part in ("p25", "median", "p75"):
        name = f"cohort_{part}_days.section_17"
        measures[name] = replace(measures[name], value=50.0, year_low=20.0, year_high=90.0, replications=10)
    late = "cohort_over_45_days_pct.section_17"
    measures[late] = replace(measures[late], value=40.0)
    (note,) = route_notes(measures, FROM_REFERRAL, Convention.DAY_0, "section_17")
    assert note == (
        "The median of section 17 (50.0 days from referral) is a mean of simulated years that differ: "
        "20.0 to 90.0 days in 8 of 10. So it can be over 45 although 60.0% of assessments take 45 days or "
        "less."
    )


@pytest.mark.parametrize(("days", "share"), [(56.0, 70), (44.0, 80), (45.0, 75), (45.04, 80), (56.0, 75.04)])
def test_nothing_is_said_where_they_agree_as_shown(days: float, share: float) -> None:
    result = told([days] * 10, share)
    assert not [*quartile_notes(result.measures, FROM_START, result.convention)]


def test_with_the_first_day_as_day_1_the_limit_is_44_days_after_it() -> None:
    result = told([45.0] * 10, 80)
    assert [*quartile_notes(result.measures, FROM_START, Convention.DAY_1)]
    assert not [*quartile_notes(result.measures, FROM_START, Convention.DAY_0)]

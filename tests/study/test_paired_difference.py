"""Many differences looked at together: how many of them are called sure by chance alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from simkit.model.measures.definitions import definitions
from simkit.output.answers.comparison.sentences import difference_words
from simkit.study.compare.paired_difference import (
    PairedDifference,
    clear_differences,
    paired_difference,
    unpaired_difference,
    without_rare_interval,
)

SHARE = next(d for d in definitions((), ()) if d.name == "cohort_over_45_days_pct")


def nothing(draws: np.random.Generator, count: int) -> list[PairedDifference]:
    return [paired_difference(SHARE, draws.normal(20, 3, 30), draws.normal(20, 3, 30)) for _ in range(count)]


def test_the_chance_is_that_of_the_paired_t_test() -> None:
    draws = np.random.default_rng(3)
    first, second = draws.normal(20, 3, 12), draws.normal(21, 3, 12)
    assert paired_difference(SHARE, first, second).chance == pytest.approx(
        stats.ttest_rel(second, first).pvalue
    )


def test_beyond_95_percent_the_chance_of_an_unpaired_difference_is_no_less_than_welch_s() -> None:
    draws = np.random.default_rng(4)
    for shift in (3, 4, 6):
        first, second = draws.normal(20, 3, 12), draws.normal(20 + shift, 6, 12)
        welch = stats.ttest_ind(second, first, equal_var=False).pvalue
        found = unpaired_difference(SHARE, first, second)
        assert (found.low > 0) == (welch < 0.05) == (found.chance < 0.05)
        if welch < 0.05:
            assert found.chance >= welch


def test_of_many_differences_that_are_nothing_some_are_called_sure_in_one_of_twenty_families() -> None:
    draws = np.random.default_rng(5)
    families = [nothing(draws, 12) for _ in range(400)]
    alone = np.mean([any(each.verdict in ("lower", "higher") for each in found) for found in families])
    together = np.mean([any(clear_differences(found)) for found in families])
    assert alone > 0.3, "each for itself"
    assert together < 0.08


def test_holm_s_steps() -> None:
    draws = np.random.default_rng(6)
    base = draws.normal(20, 3, 30)
    clear = paired_difference(SHARE, base, base + draws.normal(1, 0.2, 30))
    same = paired_difference(SHARE, base, base)
    unknown = paired_difference(SHARE, base[:1], base[:1])
    # Chances of 0.03 each: sure alone, and beside another that is surer; not two of them together.
    wide = next(g for g in nothing(draws, 2000) if 0.027 < g.chance < 0.033)
    assert clear_differences([wide]) == (True,)
    assert clear_differences([wide, clear]) == (True, True)
    assert clear_differences([wide, wide]) == (False, False)
    assert clear_differences([same, clear, unknown]) == (False, True, False)
    assert clear_differences([]) == ()


@pytest.mark.parametrize(
    ("unit", "years", "tells"),
    [
        ("children", [0.0] * 10, False),
        ("children", [0.0, 1.0] * 5, False),
        ("children", [40.0, 41.0] * 5, True),
        ("%", [100.0] * 10, False),
        ("%", [12.5, 13.0] * 5, True),
        ("working days", [2.0] * 10, True),  # a median of many children
        ("%", [np.nan, np.nan], False),
    ],
)
def test_rare_things_that_happen_to_be_alike_are_not_called_the_same(
    unit: str, years: list[float], tells: bool
) -> None:
    """Ten small years without a difference have no interval of no width."""
    first = np.array(years)
    found = without_rare_interval(paired_difference(replace(SHARE, unit=unit), first, first), first)
    assert (found.verdict == "same") == tells
    if found.value == 0 and not tells:
        assert difference_words(found) == "too few years to tell"
    other = paired_difference(SHARE, first, first + np.arange(len(first)))
    assert without_rare_interval(other, first) is other

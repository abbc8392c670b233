"""An authority beside its neighbours: the answer, its figure and few children."""

from __future__ import annotations

from dataclasses import replace

from figure_checks import said
from results import with_bands

from simkit.model.measures.day_counts import Convention
from simkit.study.compare.paired_difference import PairedDifference
from simkit.study.experiment import experiment
from simkit.study.neighbours import Area, LeftOut, Neighbourhood
from simkit.study.result import HEADLINE, IN_TIME

ALONE = (-20.0, 19.0)  # a difference, and half of its interval: 0 is outside, but not where many are tested


def area(kind: str, difference: tuple[float, float] | None = None) -> Area:
    """An area with 41.2% late, by so many points and half of their interval from the authority itself."""
    late = replace(with_bands().measures[HEADLINE], value=41.2, low=22.2, high=60.2, replications=5)
    gaps = {}
    if difference is not None:
        value, half = difference
        ends = (value - half, value + half)
        gap = PairedDifference(HEADLINE, "", "points", "", value, *ends, 5, None, paired=False)
        gaps = {HEADLINE: gap, IN_TIME: gap}
    return Area(kind, kind, None, "", {HEADLINE: late, IN_TIME: late}, gaps, None, 1)


def beside(name: str, *neighbours: tuple[float, float]) -> Neighbourhood:
    near = (replace(area("neighbour", each), name=f"No. {n}") for n, each in enumerate(neighbours))
    areas = (area("own"), *near, area("region", ALONE), area("england", (3.0, 19.0)))
    return Neighbourhood(experiment(name), areas, (), 5, 1, "simpy", Convention.DAY_0)


def test_the_figure_counts_as_the_answer_does() -> None:
    """Of seven neighbours whose own interval leaves out 0 one is clear when all are tested together.

    The figure counted each interval by itself, the region and England too: 8 of 11 fewer, where the answer
    beside it said 1 of 9.
    """
    alone = ((-20.0 - number, 19.0) for number in range(1, 7))
    found = beside("isles-of-scilly", (-38.0, 12.0), *alone, (1.0, 19.0), (-2.0, 19.0))
    assert (
        "0 clearly have more, 1 clearly has fewer (No. 0), and 8 are not clearly different"
        in found.report().answer
    )
    words = said(found.figure())
    assert "own: 0 of 9 statistical neighbours clearly have more children past day 45, 1 fewer" in words
    assert words.count("not settled") == 10


def test_a_mark_beside_zero_is_called_not_settled_for_the_reason_that_holds() -> None:
    """The legend said "Settled: zero is outside", and of hollow marks zero was outside too.

    On the first screen eight could not be told apart above rows whose interval left out 0.
    """
    found = beside("isles-of-scilly", (-38.0, 12.0), *[(-20.0 - n, 19.0) for n in range(1, 7)])
    words = said(found.figure())
    assert "Settled: all tested together" in words and "zero is outside" not in words
    answer = found.report().answer
    assert "This tests all of them together; each interval below is for one on its own." in answer
    assert "0 clearly have more, 1 clearly has fewer (No. 0)" in answer
    assert found.report().sections[0].title == "Side by side"


def test_few_children_are_not_told_in_a_hundred() -> None:
    """About 16 children are assessed a year on the Isles of Scilly."""
    few, many = (beside(name, ALONE).report().answer for name in ("isles-of-scilly", "rutland"))
    assert few.startswith(
        "In own, 41.2% (22.2 to 60.2) of about 16 children assessed in a year wait more than"
    )
    assert many.startswith(
        "In own about 41 in 100 children wait more than 45 working days from referral (41.2% ("
    )


def test_a_neighbour_that_is_left_out_is_named_with_the_reason() -> None:
    """Hampshire has no figures of 2024: "Of its 9 statistical neighbours" hid that there are ten."""
    alike = [(1.0, 19.0)] * 10
    whole = beside("isles-of-scilly", *alike)
    assert "Its 10 statistical neighbours were compared: 0 clearly have" in whole.report().answer
    without = LeftOut("neighbour", "Hampshire", "no referrals are published for it.")
    other = LeftOut("region", "Torbay", "no referrals are published for it.")
    found = replace(beside("isles-of-scilly", *alike[1:]), left_out=(without, other))
    answer = found.report().answer
    assert "9 of its 10 statistical neighbours were compared: 0 clearly have" in answer
    assert "Hampshire is left out: no referrals are published for it." in answer and "Torbay" not in answer
    assert "Torbay is left out: no referrals are published for it." in found.report().cautions
    assert "Hampshire is left out: no referrals are published for it." in said(found.figure())

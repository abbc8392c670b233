"""No small count is shown, and none can be worked out from what is."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.returns.disclosure import SMALL, at_most, counts_to_withhold, sums_to


def could_be(name: str, counts: dict[str, int], parts: tuple[str, ...], out: frozenset[str]) -> set[int]:
    """All values of one part that fit what is shown of parts and total, by trying every one."""
    hidden = [part for part in parts if part in out]
    assert "total" not in out
    rest = counts["total"] - sum(counts[part] for part in parts if part not in out)
    fits = set()
    for values in itertools.product(range(1, rest + 1), repeat=len(hidden) - 1):
        last = rest - sum(values)
        if last >= 1:
            fits.add(dict(zip(hidden, (*values, last), strict=True))[name])
    return fits


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 14), min_size=2, max_size=4))
def test_no_small_part_can_be_told_from_the_total_and_the_others(numbers: list[int]) -> None:
    parts = tuple(f"p{n}" for n in range(len(numbers)))
    counts = dict(zip(parts, numbers, strict=True)) | {"total": sum(numbers)}
    out = counts_to_withhold(counts, [sums_to("total", parts)])
    small = [name for name in counts if 0 < counts[name] <= SMALL]
    assert set(small) <= out
    for name in small:
        if "total" not in out and name != "total":
            assert max(could_be(name, counts, parts, out)) > SMALL


def test_a_lone_small_count_takes_the_smallest_beside_it_along() -> None:
    counts = {"a": 3, "b": 40, "c": 9, "d": 0, "all": 52}
    assert counts_to_withhold(counts, [sums_to("all", ("a", "b", "c", "d"))]) == {"a", "c"}


def test_two_counts_of_one_take_a_third_along() -> None:
    counts = {"a": 1, "b": 1, "c": 30, "all": 32}
    assert counts_to_withhold(counts, [sums_to("all", ("a", "b", "c"))]) == {"a", "b", "c"}


def test_nought_is_shown_and_gives_nothing_away() -> None:
    assert counts_to_withhold({"a": 0, "b": 20, "all": 20}, [sums_to("all", ("a", "b"))]) == frozenset()


def test_a_total_that_is_small_is_withheld_itself() -> None:
    assert counts_to_withhold({"a": 2, "b": 0, "all": 2}, [sums_to("all", ("a", "b"))]) == {"a", "all"}


def test_a_second_sum_can_give_a_count_away_that_the_first_does_not() -> None:
    """a is hidden among a and b; but b + c is shown elsewhere with c, so b must not be all that hides a."""
    counts = {"a": 3, "b": 7, "c": 50, "ab": 10, "bc": 57}
    out = counts_to_withhold(counts, [sums_to("ab", ("a", "b")), sums_to("bc", ("b", "c"))])
    assert "a" in out
    assert out & {"ab", "c", "bc"}, "the total of b and c less c would give b, and the rest of ab is a"


def test_a_difference_that_nobody_shows_is_protected_too() -> None:
    """97 of 100 would say that 3 are not."""
    counts = {"late": 97, "not_late": 3, "all": 100}
    assert counts_to_withhold(counts, [sums_to("all", ("late", "not_late"))], never_shown=("not_late",)) == {
        "late"
    }


def test_sums_that_do_not_hold_are_refused() -> None:
    with pytest.raises(ValueError, match="doesn't hold"):
        counts_to_withhold({"a": 1, "all": 2}, [sums_to("all", ("a",))])


def test_a_part_that_leaves_a_few_is_withheld() -> None:
    """31 of 33 open ones from before the year would say that 2 are not."""
    counts = {"open": 33, "from_before": 31, "others": 2}
    assert counts_to_withhold(counts, [sums_to("open", ("from_before", "others"))], ["others"])


def test_a_bound_can_give_a_count_away_that_no_sum_does() -> None:
    """The small count is at most another that is shown: so the other is taken out as well."""
    counts = {"late": 4, "open": 9, "young": 5, "from_before": 4}
    rules = [sums_to("open", ("late", "young")), at_most(("late",), ("from_before",))]
    assert {"late", "young", "from_before"} <= counts_to_withhold(counts, rules)

"""Who comes: as many children as published, when they come, and the same ones in every scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest
from kit import YEAR, council, with_numbers

from simkit.framework.framework import ROUTES, Framework
from simkit.model.inputs.calendar import holidays
from simkit.model.inputs.horizon import Horizon, horizon
from simkit.model.inputs.profile import Profile
from simkit.model.workload.arrivals import (
    FIRST,
    MOST_CHILDREN,
    REPEAT,
    REREFERRAL,
    STOCK,
    Families,
    arriving_families,
    mean_children,
    route_shares,
)
from simkit.model.workload.random_streams import Draws
from simkit.model.workload.workload import CLOSED

LARGE = council(6000.0)
PUBLISHED = (1.0,) * 12
SURGE = tuple(1.2 if month in (7, 8, 9) else 1.0 for month in range(12))  # November to January
REPLICATIONS = 20


def drawn(
    framework: Framework, profile: Profile = LARGE, factors: Sequence[float] = PUBLISHED, replication: int = 0
) -> Families:
    h = horizon(framework, *YEAR)
    return arriving_families(framework, profile, factors, h.calendar, h.last_arrival, Draws(11, replication))


def rows(came: Families, which: np.ndarray) -> Families:
    return Families(**{f.name: getattr(came, f.name)[which] for f in fields(Families)})


def in_year(came: Families) -> Families:
    return rows(came, (came.date >= np.datetime64(YEAR[0])) & (came.date <= np.datetime64(YEAR[1])))


@pytest.fixture(scope="module")
def years(framework: Framework) -> Families:
    """The measured years of several replications, one after the other."""
    parts = [in_year(drawn(framework, replication=k)) for k in range(REPLICATIONS)]
    return Families(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Families)})


@pytest.fixture(scope="module")
def span(framework: Framework) -> Horizon:
    return horizon(framework, *YEAR)


def close(share: float, expected: float, number: float) -> bool:
    """Within four standard deviations of a share of ``number`` independent cases."""
    return abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / number) + 1e-12


# How many


def test_children_referred_in_a_year_are_the_published_ones(framework: Framework, years: Families) -> None:
    """Sums over families of a Poisson stream have the variance rate x mean square."""
    referred = years.children[years.kind != REPEAT]
    expected = LARGE.referrals * REPLICATIONS
    further = framework.number("demand.further_sibling")
    square = float((referred.astype(float) ** 2).mean())
    deviation = np.sqrt(expected / mean_children(further) * square)
    assert abs(referred.sum() - expected) < 3 * deviation
    assert deviation / expected < 0.005


def test_assessments_in_a_year_are_the_published_ones(years: Families) -> None:
    """Assessed share of those not closed, and repeat assessments on top."""
    assessed = years.children[years.route != CLOSED].sum() / REPLICATIONS
    expected = LARGE.referrals * (1 - LARGE.nfa_share) * (LARGE.assessed_share + LARGE.repeat_share)
    assert assessed == pytest.approx(expected, rel=0.015)


def test_family_sizes_are_geometric_up_to_six(framework: Framework, years: Families) -> None:
    further = framework.number("demand.further_sibling")
    sizes = np.bincount(years.children, minlength=MOST_CHILDREN + 1) / len(years)
    for size in range(1, MOST_CHILDREN):
        assert close(sizes[size], further ** (size - 1) * (1 - further), len(years))
    assert close(sizes[MOST_CHILDREN], further ** (MOST_CHILDREN - 1), len(years))
    assert sizes[0] == 0 and len(sizes) == MOST_CHILDREN + 1
    assert years.children.mean() == pytest.approx(mean_children(further), rel=0.01)


def test_mean_children_by_hand() -> None:
    assert mean_children(0.0) == 1
    assert mean_children(0.5) == 1 + 1 / 2 + 1 / 4 + 1 / 8 + 1 / 16 + 1 / 32


def test_nobody_has_siblings_where_the_chance_is_none(framework: Framework) -> None:
    came = drawn(with_numbers(framework, {"demand.further_sibling": 0.0}))
    assert (came.children == 1).all()


# What kind, which route


def test_route_shares_among_assessments(framework: Framework, years: Families) -> None:
    assessed = years.route[years.route != CLOSED]
    shares = route_shares(framework, LARGE)
    assert sum(shares.values()) == pytest.approx(1)
    for code, route in enumerate(ROUTES):
        assert close((assessed == code).mean(), shares[route], len(assessed)), route


def test_closed_at_the_front_door_or_passed_to_early_help(years: Families) -> None:
    referred = years.route[years.kind != REPEAT]
    expected = 1 - (1 - LARGE.nfa_share) * LARGE.assessed_share
    assert close((referred == CLOSED).mean(), expected, len(referred))


def test_rereferrals_are_the_published_share_of_referrals(years: Families) -> None:
    referred = years.kind[years.kind != REPEAT]
    assert close((referred == REREFERRAL).mean(), LARGE.rereferral_share, len(referred))


def test_repeat_assessments_are_on_open_cases_and_never_closed(years: Families) -> None:
    again = years.route[years.kind == REPEAT]
    assert (again != CLOSED).all()
    per_referral = len(again) / (years.kind != REPEAT).sum()
    assert per_referral == pytest.approx((1 - LARGE.nfa_share) * LARGE.repeat_share, rel=0.05)


def test_everything_assessed_on_section_47(framework: Framework) -> None:
    """The other shares give way; none of them goes below 0."""
    profile = replace(LARGE, section_47_share=1.0)
    assert min(route_shares(framework, profile).values()) >= 0
    came = drawn(framework, profile)
    assert set(came.route[came.kind == REPEAT]) == {ROUTES.index("section_47")}


# When


def test_months_have_their_published_shares(framework: Framework) -> None:
    shape = np.array([6, 9, 8, 9, 5, 9, 9, 10, 7, 9, 9, 10], dtype=float)
    profile = replace(LARGE, by_month=tuple((shape / shape.sum()).tolist()))
    counts = np.zeros(12)
    for k in range(REPLICATIONS):
        month = in_year(drawn(framework, profile, replication=k)).date.astype("datetime64[M]").astype(int)
        counts += np.bincount((month - 3) % 12, minlength=12)
    for month in range(12):
        assert close(counts[month] / counts.sum(), profile.by_month[month], counts.sum()), month


def test_in_hours_out_of_hours_and_closed_days(framework: Framework, years: Families, span: Horizon) -> None:
    """Everybody keeps the date of coming; who comes after hours is there when the next day opens."""
    length = span.calendar.day_minutes
    working = np.is_busday(years.date, holidays=holidays())
    day = span.calendar.date(years.arrival)
    today = day == years.date
    opens = years.arrival % length == 0
    next_day = span.calendar.days[np.searchsorted(span.calendar.days, years.date, side="right")]
    assert (working | ~today).all()
    assert (day[~today] == next_day[~today]).all()
    assert opens[~today].all()
    closed = framework.number("demand.weekend_share")
    assert close((~working).mean(), closed, len(years))
    evening = framework.number("demand.evening_share")
    assert close((working & ~today).sum() / working.sum(), evening, working.sum())
    minutes = years.arrival[today] % length
    assert minutes.mean() == pytest.approx((length - 1) / 2, rel=0.01)
    assert minutes.min() == 0 and minutes.max() == length - 1


def test_nobody_comes_out_of_hours_where_the_shares_are_none(framework: Framework, span: Horizon) -> None:
    came = drawn(with_numbers(framework, {"demand.weekend_share": 0.0, "demand.evening_share": 0.0}))
    assert (span.calendar.date(came.arrival) == came.date).all()


def test_families_come_from_the_first_day_to_the_last(framework: Framework, span: Horizon) -> None:
    came = drawn(framework)
    assert came.date.min() >= span.calendar.days[0]
    assert came.date.max() < span.last_arrival
    assert (np.diff(came.arrival[came.block == 0]) >= 0).all()
    assert len(np.unique(came.id)) == len(came)


# The same families in every scenario


def by_id(came: Families) -> dict[int, tuple[object, ...]]:
    columns = (came.arrival, came.date, came.children, came.route, came.kind)
    return {i: values for i, *values in zip(came.id.tolist(), *(c.tolist() for c in columns), strict=True)}


@pytest.mark.parametrize("factors", [(1.2,) * 12, SURGE, (2.7,) * 12], ids=["+20%", "surge", "2.7 times"])
def test_more_demand_adds_families_and_changes_none(framework: Framework, factors: tuple[float, ...]) -> None:
    base, more = by_id(drawn(framework)), by_id(drawn(framework, factors=factors))
    assert base.items() <= more.items()
    assert len(more) > len(base)


def test_less_demand_leaves_families_out_and_changes_none(framework: Framework) -> None:
    base, less = by_id(drawn(framework)), by_id(drawn(framework, factors=(0.8,) * 12))
    assert less.items() < base.items()
    assert close(len(less) / len(base), 0.8, len(base))


def test_each_smaller_demand_is_part_of_each_larger(framework: Framework) -> None:
    nested = [by_id(drawn(framework, factors=(f,) * 12)) for f in (0.3, 0.8, 1.0, 1.1, 1.6, 2.0, 2.1)]
    for small, large in pairwise(nested):
        assert small.items() < large.items()


def test_a_surge_adds_families_in_its_months_only(framework: Framework) -> None:
    base, more = (rows(c, c.kind != STOCK) for c in (drawn(framework), drawn(framework, factors=SURGE)))
    added = more.date[~np.isin(more.id, base.id)]
    months = set((added.astype("datetime64[M]").astype(int) % 12 + 1).tolist())
    assert months == {11, 12, 1}
    in_months = np.isin(base.date.astype("datetime64[M]").astype(int) % 12 + 1, [11, 12, 1]).sum()
    assert len(added) / in_months == pytest.approx(0.2, rel=0.15)


def test_the_scaled_demand_has_its_size(framework: Framework) -> None:
    for factor in (0.8, 1.2, 2.5):
        counts = [
            (drawn(framework, factors=(factor,) * 12, replication=k).kind < REPEAT).sum() for k in range(6)
        ]
        base = [(drawn(framework, replication=k).kind < REPEAT).sum() for k in range(6)]
        assert sum(counts) / sum(base) == pytest.approx(factor, rel=0.02)


@pytest.mark.parametrize("section_47", [0.0, 0.3, 0.9, 1.0])
def test_of_a_rise_a_part_is_turned_away_and_no_enquiry_is(framework: Framework, section_47: float) -> None:
    """Neither of the referrals nor of the further assessments, of which nobody turns an enquiry away.

    It is the part of all assessments that the rise would bring, as far as others than enquiries reach.
    """
    profile, part = replace(LARGE, repeat_share=0.5, section_47_share=section_47), 0.15
    h = horizon(framework, *YEAR)
    all_of, fewer = (
        arriving_families(
            framework, profile, (2.0,) * 12, h.calendar, h.last_arrival, Draws(11, 0), turned_away=away
        )
        for away in (0.0, part)
    )
    assert by_id(fewer).keys() <= by_id(all_of).keys()
    kept = fewer.id[fewer.route != CLOSED]
    lost = rows(all_of, (all_of.route != CLOSED) & ~np.isin(all_of.id, kept))
    assert not (lost.route == ROUTES.index("section_47")).any()
    assert (lost.block > 1).all()  # of what comes on top alone
    for repeat in (False, True):
        of_kind = (all_of.kind == REPEAT) == repeat
        came = of_kind & (all_of.route != CLOSED) & (all_of.kind != STOCK) & (all_of.block > 1)
        number = int(came.sum())
        assert close(((lost.kind == REPEAT) == repeat).sum() / number, min(part, 1 - section_47), number)


def test_no_demand_is_nobody(framework: Framework) -> None:
    assert len(drawn(framework, factors=(0.0,) * 12)) == 0


@pytest.mark.parametrize("values", [{"nfa_share": 0.3}, {"section_47_share": 0.6}, {"rereferral_share": 0.5}])
def test_another_share_changes_what_families_are_and_not_who_comes(
    framework: Framework, values: dict[str, float]
) -> None:
    """Closing more at the front door must not bring other children."""
    base, other = drawn(framework), drawn(framework, replace(LARGE, **values))
    first, second = rows(base, base.kind < REPEAT), rows(other, other.kind < REPEAT)
    for name in ("id", "arrival", "date", "children"):
        assert np.array_equal(getattr(first, name), getattr(second, name)), name
    again = rows(base, np.isin(base.id, other.id) & (base.kind >= REPEAT))
    same = rows(other, other.kind >= REPEAT)
    for name in ("id", "arrival", "children", "days_open"):
        assert np.array_equal(getattr(again, name), getattr(same, name)), name


def test_replications_are_different_people(framework: Framework) -> None:
    first, second = drawn(framework), drawn(framework, replication=1)
    assert not np.array_equal(first.arrival[:100], second.arrival[:100])
    assert set(first.kind.tolist()) == {FIRST, REREFERRAL, REPEAT, STOCK}


# Draws of families


def test_some_families_draw_what_all_would(framework: Framework) -> None:
    """Whoever asks for fewer families gets the same draws for them, at once or later."""
    came, draws = drawn(framework), Draws(11, 0)
    whole, some = draws.of(came), np.arange(3, len(came), 7)
    for key in ((), (1,)):
        everybody = came.uniform(draws, "effort", *key)
        assert np.array_equal(draws.of(came).of(some, "effort", *key), everybody[some])
        for _ in range(2):
            assert np.array_equal(whole.of(np.arange(len(came)), "effort", *key), everybody)
            assert np.array_equal(whole.of(some, "effort", *key), everybody[some])
    assert len(whole.of(some[:0], "effort")) == 0


def test_a_draw_belongs_to_a_block_and_a_place_in_it(framework: Framework) -> None:
    came, draws = drawn(framework), Draws(11, 0)
    values = came.uniform(draws, "span")
    for row in (0, len(came) // 2, len(came) - 1):
        block, place = int(came.block[row]), int(came.position[row])
        assert values[row] == draws.uniform("span", place + 1, block)[place]

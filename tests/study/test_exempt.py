"""Authorities once exempt: which years count, a range that has not seen them, and what it supports."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from simkit.data import neighbours, within_45_share
from simkit.data.files import rows
from simkit.study.compare.unknowns import UNKNOWNS
from simkit.study.evidence import exempt
from simkit.study.evidence.exempt import (
    EXEMPT,
    TABLE,
    Counterfactual,
    UnseenRange,
    counterfactuals,
    exempt_years,
    held_elsewhere,
    nearest_retention,
    retention_support,
    supported_retention,
    unseen_range,
)
from tools.data.counterfactuals import table


def test_the_exempt_are_those_of_the_sources() -> None:
    assert {each.la_code for each in EXEMPT if each.in_2018} == {"204", "205", "805", "207", "212", "213"}
    assert {each.la_code for each in EXEMPT if not each.in_2018} == {"909", "206", "340"}


def test_a_year_counts_as_exempt_only_where_that_is_known() -> None:
    found = {(each.area, each.year): each for each in exempt_years()}
    assert found["205", 2018].known_exempt and found["205", 2016].known_exempt
    assert not found["205", 2019].known_exempt  # when it ended was not found
    assert found["805", 2018].known_exempt and not found["805", 2017].known_exempt  # nor when this began
    assert not any(each.known_exempt for (area, _), each in found.items() if area in ("909", "206", "340"))


def test_the_published_year_stands_beside_its_range() -> None:
    for each in exempt_years():
        share = within_45_share(each.area, each.year)
        assert share is not None and each.over_45 == pytest.approx(100 * (1 - share))
        assert each.kept_low < each.over_45_kept < each.kept_high
        assert each.gone_low < each.over_45_gone < each.gone_high
        assert each.over_45_kept < each.over_45_gone
        assert each.rank_gone <= each.rank_kept
        assert each.width == pytest.approx(each.gone_high - each.kept_low)


def test_hackneys_first_years_are_in() -> None:
    years = {each.year for each in exempt_years() if each.area == "204" and each.known_exempt}
    assert years == {2016, 2017, 2018}


@pytest.mark.slow
def test_the_packaged_table_is_what_the_calibrations_say() -> None:
    made = list(csv.DictReader(io.StringIO(table().decode("utf-8"))))
    assert made == rows(TABLE), "python -m tools.data.counterfactuals"
    for each in counterfactuals().values():
        assert each.half_low <= each.half <= each.half_high
        assert each.gone_low <= each.gone <= each.gone_high


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every authority with 10% over 45 days and 30% without the limit, known exactly."""
    alike = {
        key: Counterfactual(*key, 1000.0, 10.0, 20.0, 20.0, 20.0, 30.0, 30.0, 30.0)
        for key in counterfactuals()
    }
    clear = (exempt._differences, exempt._neighbours_mean)
    for cached in clear:
        cached.cache_clear()
    monkeypatch.setattr(exempt, "counterfactuals", lambda: alike)
    yield
    for cached in clear:
        cached.cache_clear()


def test_a_range_where_everybody_is_alike_is_two_numbers(invented: None) -> None:
    found = unseen_range("204", 2018)
    assert found is not None
    assert found.kept == pytest.approx(np.full(len(found.kept), 0.1))
    assert found.gone == pytest.approx(np.full(len(found.gone), 0.3))
    assert found.at(0.5) == pytest.approx(np.full(len(found.kept), 0.2))
    assert (found.rank(0.21, 0.5), found.rank(0.19, 0.5)) == (1.0, 0.0)


def test_a_range_does_not_depend_on_the_authoritys_own_durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of an exempt authority nor of one that is itself among those that ranges are made from."""
    place = neighbours("204", 2018)[0]
    for area in ("204", place):
        known = dict(counterfactuals())
        before = unseen_range(area, 2018)
        changed = Counterfactual(area, 2018, 5000.0, 60.0, 70.0, 69.0, 71.0, 80.0, 79.0, 81.0)
        exempt._differences.cache_clear()
        exempt._neighbours_mean.cache_clear()
        with monkeypatch.context() as patched:
            patched.setattr(exempt, "counterfactuals", lambda k=known, a=area, c=changed: {**k, (a, 2018): c})
            after = unseen_range(area, 2018)
        exempt._differences.cache_clear()
        exempt._neighbours_mean.cache_clear()
        assert before is not None and after is not None
        if area == "204":
            assert after.kept == pytest.approx(before.kept)
        else:  # it is a neighbour of others, whose distance from their neighbours' mean it changes
            assert np.median(after.kept) == pytest.approx(np.median(before.kept), abs=0.02)


def test_an_end_is_a_straight_line_in_between() -> None:
    found = UnseenRange(np.array([0.1, 0.2]), np.array([0.3, 0.6]))
    assert found.at(1).tolist() == [0.1, 0.2]
    assert found.at(0).tolist() == [0.3, 0.6]
    assert found.at(0.5) == pytest.approx([0.2, 0.4])
    assert found.rank(0.3, 0.5) == 0.5


def test_what_is_supported_follows_from_the_ranks() -> None:
    low, high = supported_retention()
    assert 0 <= low <= nearest_retention() <= high <= 1
    assert retention_support(low).is_supported and retention_support(high).is_supported
    assert retention_support(0).rank < retention_support(0.5).rank < retention_support(1).rank
    assert retention_support(0).authorities == 6 and retention_support(0).years == 16


def test_authorities_never_exempt_lie_inside_their_ranges_as_often_as_the_width_says() -> None:
    """They were under the limit: the range's lower end alone should hold 97.5% and its upper end the rest."""
    inside, number = held_elsewhere([2018])
    assert number > 120
    assert 0.88 < inside / number <= 1


def test_answers_say_where_the_published_years_lie() -> None:
    """The sentence beside a comparison without the limit has the figures of the page."""
    (retention,) = (each for each in UNKNOWNS if each.path == "practice.retention")
    known, (low, high) = retention_support(0), supported_retention()
    assert f"{known.years} published years of {known.authorities} authorities" in retention.evidence
    assert f"fit best with {nearest_retention():.0%} of" in retention.evidence
    assert f"nothing from {low:.0%} to {high:.0%}" in retention.evidence

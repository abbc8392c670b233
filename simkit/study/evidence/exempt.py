"""Authorities once exempt from national limits, beside the range that practice elsewhere gives for them.

A range that an authority's own durations had made would hold them by construction. So its two ends, all of
the limit's pull and none of it, come from the calibrations of authorities that were never exempt: the mean of
the authority's statistical neighbours, as far away from it as others lie from the mean of theirs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median

import numpy as np

from simkit.common.arguments import checked_arguments
from simkit.common.arrays import Floats
from simkit.common.special import expit, logit, ndtri
from simkit.data import BANDS, neighbours
from simkit.data.files import rows
from simkit.study.evidence.evidence import Pile, pile
from simkit.study.projection.history import TOO_SMALL, published

TABLE = "simulated/counterfactuals"
"""The packaged calibrations' shares over 45 days, in one table."""

_FEWEST = 300  # assessments of an authority that others are judged by
_FEW_NEIGHBOURS = 3
_NORMAL = ndtri((np.arange(9) + 0.5) / 9)  # equally likely errors of a share without the limit
_Z = 1.959964
_LEAST, _MOST = 0.002, 0.998  # shares are kept within, so that a logit is finite
_RETENTIONS = np.linspace(0, 1, 101)


@dataclass(frozen=True, slots=True)
class ExemptAuthority:
    """An authority that was once exempt from national limits, and when it is known to have been.

    ``since``: the month in which the exemption began, None where not found. ``in_2018``: whether it was on
    the list of January 2018. When each exemption ended was not found.
    """

    la_code: str
    since: str | None
    in_2018: bool


EXEMPT = (
    ExemptAuthority("204", "March 2011", True),
    ExemptAuthority("205", "September 2011", True),
    ExemptAuthority("805", None, True),
    ExemptAuthority("207", "September 2011", True),
    ExemptAuthority("212", "September 2011", True),
    ExemptAuthority("213", "March 2011", True),
    ExemptAuthority("909", "March 2011", False),
    ExemptAuthority("206", "September 2011", False),
    ExemptAuthority("340", "March 2011", False),
)
"""Department for Education, trial authorities of 2011, and its answer to a parliamentary question on 18
January 2018, which names the six still exempt."""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """An authority's calibrated shares over 45 working days in a year, in percent.

    With the limit, with half of its pull gone and with all of it gone, the latter two with 95% intervals.
    """

    area: str
    year: int
    assessments: float
    over_45: float
    half: float
    half_low: float
    half_high: float
    gone: float
    gone_low: float
    gone_high: float


@cache
def counterfactuals() -> Mapping[tuple[str, int], Counterfactual]:
    """The packaged table, by area and year."""
    names = list(Counterfactual.__slots__)[2:]
    each = (
        Counterfactual(row["area"], int(row["year"]), **{name: float(row[name]) for name in names})
        for row in rows(TABLE)
    )
    return {(one.area, one.year): one for one in each}


@dataclass(frozen=True, eq=False)
class UnseenRange:
    """What practice elsewhere gives for an authority and year.

    Equally likely pairs of its share over 45 working days (0 to 1): with all and with none of the pull.
    """

    kept: Floats
    gone: Floats

    def at(self, retention: float) -> Floats:
        """The shares with this part of the pull kept, of which they are a straight line."""
        return np.asarray(self.gone + retention * (self.kept - self.gone))

    def rank(self, share: float, retention: float) -> float:
        """The chance of a smaller share than this one, were this part of the pull kept."""
        return float(np.mean(self.at(retention) < share))


def unseen_range(area: str, year: int) -> UnseenRange | None:
    """The range for an authority from others never exempt; None with fewer than three neighbours."""
    middle = _neighbours_mean(area, year)
    if middle is None:
        return None
    away = [
        (difference + np.array([0.0, 1.0]) * error[:, np.newaxis])
        for other, difference, error in _differences(year)
        if other != area
    ]
    kept, gone = expit(middle + np.concatenate(away)).T
    return UnseenRange(kept, np.maximum(gone, kept))


@cache
def _differences(year: int) -> tuple[tuple[str, Floats, Floats], ...]:
    """Each never exempt authority, how far its two ends are from its neighbours' mean, and the errors of the
    second, all as log odds."""
    found = []
    for (area, of), each in counterfactuals().items():
        middle = _neighbours_mean(area, year) if of == year and _is_judge(each) else None
        if middle is not None:
            spread = float(_odds(each.gone_high) - _odds(each.gone_low)) / (2 * _Z)
            found.append((area, _ends(each) - middle, spread * _NORMAL))
    return tuple(found)


def _is_judge(each: Counterfactual) -> bool:
    """Whether others are judged by an authority: never exempt, and not small."""
    return each.area not in _ONCE and each.area not in TOO_SMALL and each.assessments >= _FEWEST


_ONCE = {each.la_code for each in EXEMPT}


@cache
def _neighbours_mean(area: str, year: int) -> Floats | None:
    near = (counterfactuals().get((code, year)) for code in neighbours(area, year))
    ends = [_ends(each) for each in near if each is not None and _is_judge(each)]
    return np.mean(ends, axis=0) if len(ends) >= _FEW_NEIGHBOURS else None


def _ends(each: Counterfactual) -> Floats:
    return np.array([_odds(each.over_45), _odds(each.gone)])


def _odds(pct: float) -> float:
    return float(logit(min(_MOST, max(_LEAST, pct / 100))))


@dataclass(frozen=True, slots=True)
class ExemptYear:
    """One published year of a once exempt authority beside the range for it; shares in percent.

    ``over_45`` and ``at_41_45`` are published; ``near_over_45`` and ``near_at_41_45`` are the medians of the
    statistical neighbours that were never exempt. ``over_45_kept``: the share over 45 days that practice
    elsewhere gives with all of the limit's pull (retention 1), ``kept_low`` to ``kept_high`` its 95%
    interval; ``over_45_gone`` with none of it (retention 0), ``gone_low`` to ``gone_high``. ``rank_kept`` and
    ``rank_gone``: the chance (0 to 1) of a smaller share than the published one at either end.
    ``known_exempt``: whether the exemption is known to have held in the year: from its start to the list of
    January 2018.
    """

    area: str
    name: str
    year: int
    assessments: float
    over_45: float
    at_41_45: float | None
    pile: Pile | None
    near_over_45: float
    near_at_41_45: float
    over_45_kept: float
    kept_low: float
    kept_high: float
    over_45_gone: float
    gone_low: float
    gone_high: float
    rank_kept: float
    rank_gone: float
    known_exempt: bool

    @property
    def within_band(self) -> bool:
        """Whether the published share over 45 days lies between the estimates at retention 1 and 0."""
        return self.over_45_kept <= self.over_45 <= self.over_45_gone

    @property
    def within_range(self) -> bool:
        """The same with the intervals of both ends."""
        return self.kept_low <= self.over_45 <= self.gone_high

    @property
    def width(self) -> float:
        """Points from the lower end's lower bound to the upper end's upper bound."""
        return self.gone_high - self.kept_low


@cache
def exempt_years() -> tuple[ExemptYear, ...]:
    """Every published year of the once exempt authorities beside the range from retention 1 to 0."""
    return tuple(year for each in EXEMPT for year in _exempt_years(each))


def _exempt_years(each: ExemptAuthority) -> Iterator[ExemptYear]:
    record = published()
    at = BANDS.index("days_41_45")
    for year in record.years:
        own = record.figures.get((each.la_code, year))
        unseen = unseen_range(each.la_code, year)
        if own is None or own.within_45_share is None or unseen is None:
            continue
        near = [record.figures.get((c, year)) for c in neighbours(each.la_code, year) if c not in _ONCE]
        over = [
            100 * (1 - n.within_45_share) for n in near if n is not None and n.within_45_share is not None
        ]
        at_limit = [100 * c / n.total for n in near if n is not None and (c := n.counts[at]) is not None]
        own_at = own.counts[at]
        share = 1 - own.within_45_share
        kept, gone = (100 * np.percentile(unseen.at(r), (50, 2.5, 97.5)) for r in (1, 0))
        yield ExemptYear(
            area=each.la_code,
            name=own.name,
            year=year,
            assessments=own.total,
            over_45=100 * share,
            at_41_45=None if own_at is None else 100 * own_at / own.total,
            pile=pile(own),
            near_over_45=median(over) if over else math.nan,
            near_at_41_45=median(at_limit) if at_limit else math.nan,
            over_45_kept=float(kept[0]),
            kept_low=float(kept[1]),
            kept_high=float(kept[2]),
            over_45_gone=float(gone[0]),
            gone_low=float(gone[1]),
            gone_high=float(gone[2]),
            rank_kept=unseen.rank(share, 1),
            rank_gone=unseen.rank(share, 0),
            known_exempt=each.in_2018 and (year == 2018 or (year < 2018 and each.since is not None)),
        )


@dataclass(frozen=True, slots=True)
class Support:
    """What the years known to be exempt say of one retention, if exempt authorities are else like others.

    ``rank``: the mean rank (0 to 1) of the published shares among those expected, each authority with the
    mean of its years: a half, where the retention is right. ``held``: years inside the middle 80%.
    """

    retention: float
    rank: float
    held: int
    years: int
    authorities: int

    @property
    def reach(self) -> float:
        """How far from a half a mean of so many ranks lies in 95% of cases, the years of one being as one."""
        return _Z * math.sqrt(1 / 12 / self.authorities)

    @property
    def is_supported(self) -> bool:
        """Whether the mean rank is within reach of a half."""
        return abs(self.rank - 0.5) <= self.reach


@checked_arguments
def retention_support(retention: float, years: Sequence[ExemptYear] = ()) -> Support:
    """What the years known to be exempt say about a retention. ``years``: use these in their place."""
    chosen = years or [each for each in exempt_years() if each.known_exempt]
    ranks: dict[str, list[float]] = {}
    for each in chosen:
        unseen = unseen_range(each.area, each.year)
        assert unseen is not None
        ranks.setdefault(each.area, []).append(unseen.rank(each.over_45 / 100, retention))
    every = [rank for of_one in ranks.values() for rank in of_one]
    return Support(
        retention=retention,
        rank=float(np.mean([np.mean(of_one) for of_one in ranks.values()])),
        held=sum(0.1 <= rank <= 0.9 for rank in every),
        years=len(every),
        authorities=len(ranks),
    )


@cache
def supported_retention() -> tuple[float, float]:
    """The least and the greatest retention that the years known to be exempt support, 0 to 1."""
    supported = [float(r) for r in _RETENTIONS if retention_support(float(r)).is_supported]
    return (min(supported), max(supported)) if supported else (math.nan, math.nan)


@cache
def nearest_retention() -> float:
    """The retention at which the mean rank of the years known to be exempt is nearest to a half."""
    return min(map(float, _RETENTIONS), key=lambda retention: abs(retention_support(retention).rank - 0.5))


def held_elsewhere(years: Sequence[int]) -> tuple[int, int]:
    """How many years of never exempt authorities lie inside ranges made for them so, of how many.

    These were under the limit: what the range holds of them says how much its width alone holds.
    """
    inside = number = 0
    for year in years:
        for (area, of), each in counterfactuals().items():
            unseen = unseen_range(area, year) if of == year and _is_judge(each) else None
            own = published().figures.get((area, year))
            if unseen is None or own is None or own.within_45_share is None:
                continue
            share = 1 - own.within_45_share
            inside += bool(np.percentile(unseen.kept, 2.5) <= share <= np.percentile(unseen.gone, 97.5))
            number += 1
    return inside, number

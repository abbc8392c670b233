"""The published timeliness indicators, computed from simulated runs under the names and years the sector
knows.

No indicator has a number here that was not read or is not said to be recalled. An indicator belongs to a
regime: under rules without its limit it is not computed, and says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, overload

from simkit.common.arguments import checked_arguments
from simkit.common.display import Answer
from simkit.data import ENGLAND, value, within_45_share
from simkit.framework.amount import Unit
from simkit.framework.framework import FIRST_STAGE, Framework, Timescale
from simkit.study.estimate import Estimate
from simkit.study.result import Result

Strength = Literal["published", "verified", "recalled"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of one result.

    ``number``: that of the national indicator set, empty where it has none. ``series`` and ``years``: where
    and when it was or is reported. ``strength``: whether it is published with the statistics packaged here,
    or how its number and title are known. ``measure``: the simulated measure it is read from, ``estimate``
    its value, None with a reason in ``missing``, which is empty otherwise. ``own`` and ``england``: published
    figures in percent of ``year``, None where none.
    """

    title: str
    number: str
    series: str
    years: str
    strength: Strength
    definition: str
    measure: str
    estimate: Estimate | None
    missing: str
    own: float | None = None
    england: float | None = None
    year: int | None = None


@dataclass(frozen=True, eq=False)
class Indicators(Answer, Sequence[Indicator]):
    """The indicators of a result, those of its regime first."""

    result: Result
    each: tuple[Indicator, ...]

    @overload
    def __getitem__(self, index: int) -> Indicator: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Indicator, ...]: ...
    def __getitem__(self, index: int | slice) -> Indicator | tuple[Indicator, ...]:
        return self.each[index]

    def __len__(self) -> int:
        return len(self.each)

    def __repr__(self) -> str:
        return f"Indicators({self.result!r}, {len(self.each)})"


_NOT_READ = "published by authority to the year to March 2014, not found in a readable form"


@checked_arguments
def indicators(result: Result) -> Indicators:
    """The indicators of a result, those of its regime first."""
    every = map(_reason_only_without_value, (*_of_today(result), *_of_two_stages(result)))
    return Indicators(result, tuple(sorted(every, key=lambda each: each.estimate is None)))


def _reason_only_without_value(indicator: Indicator) -> Indicator:
    """The indicator; if it has a value, without a reason for a missing one."""
    return indicator if indicator.estimate is None else replace(indicator, missing="")


def _of_today(result: Result) -> Iterator[Indicator]:
    framework = result.experiment.framework
    area, year = _area(result), _year(result)
    two_stages = _first_stage(framework) is not None
    yield Indicator(
        title="Assessments completed within 45 working days",
        number="",
        series="Children in need statistics, Department for Education, table C2",
        years="from the single assessment of 2013 on; by authority for the years to March 2014 to 2025",
        strength="published",
        definition="Share of assessments completed in the year, from their start to authorisation.",
        measure="published_within_45_days_pct",
        estimate=None if two_stages else _known(result, "published_within_45_days_pct"),
        missing="These rules assess in two stages: the indicator counts single assessments."
        if two_stages
        else "No assessment was completed in any simulated year.",
        own=published_within_45(area, year),
        england=published_within_45(ENGLAND, year),
        year=year,
    )
    yield Indicator(
        title="Initial child protection conferences held within 15 working days",
        number="",
        series="Children in need statistics, Department for Education, table C4",
        years="years to March 2013 on",
        strength="published",
        definition="Share of conferences held in the year, from the strategy discussion of the enquiry.",
        measure="published_icpc_within_15_days_pct",
        estimate=_known(result, "published_icpc_within_15_days_pct"),
        missing="No conference was held in any simulated year.",
        own=value("section47_icpc", area, year, "icpc_within_15_days_pct"),
        england=value("section47_icpc", ENGLAND, year, "icpc_within_15_days_pct"),
        year=year,
    )
    yield Indicator(
        title="Referrals within 12 months of an earlier referral",
        number="",
        series="Children in need statistics, Department for Education, table C1",
        years="years to March 2013 on",
        strength="published",
        definition="Share of children referred in the year. It is put into the simulation as published.",
        measure="cohort_rereferral_pct",
        estimate=_known(result, "cohort_rereferral_pct"),
        missing="No child was referred.",
        own=value("referrals", area, year, "rereferrals_12m_pct"),
        england=value("referrals", ENGLAND, year, "rereferrals_12m_pct"),
        year=year,
    )


def _of_two_stages(result: Result) -> Iterator[Indicator]:
    framework = result.experiment.framework
    first, second = _first_stage(framework), _second_stage(framework)
    limits: tuple[tuple[int, Strength, str], ...] = (
        (7, "recalled", f"the national indicator set, under Working Together 2006; {_NOT_READ}"),
        (10, "verified", "kept locally under Working Together 2010, read for 2011/12"),
    )
    for days, strength, years in limits:
        applies = first is not None and _days(first) == days
        yield Indicator(
            title=f"Initial assessments completed within {days} working days of referral",
            number="NI 59",
            series="National indicators",
            years=years,
            strength=strength,
            definition="Share of children referred in the year and assessed, from referral to sign-off.",
            measure="" if first is None else f"cohort_clock_{first.id}_pct",
            estimate=_known(result, f"cohort_clock_{first.id}_pct")
            if first is not None and applies
            else None,
            missing=f"These rules have no initial assessment within {days} working days.",
        )
    applies = second is not None and _days(second) == 35
    yield Indicator(
        title="Core assessments completed within 35 working days",
        number="NI 60",
        series="National indicators",
        years=f"under Working Together 2006 and 2010; {_NOT_READ}",
        strength="recalled",
        definition="Share of children who go on to a core assessment, from the initial one's end.",
        measure="" if second is None else f"cohort_clock_{second.id}_pct",
        estimate=_known(result, f"cohort_clock_{second.id}_pct") if second is not None and applies else None,
        missing="These rules have no core assessment within 35 working days.",
    )


def _first_stage(framework: Framework) -> Timescale | None:
    """The national limit on an initial assessment."""
    return next((t for t in framework.timescales.values() if t.national and t.end == FIRST_STAGE), None)


def _second_stage(framework: Framework) -> Timescale | None:
    """The national limit on a core assessment."""
    return next((t for t in framework.timescales.values() if t.national and t.start == FIRST_STAGE), None)


def _days(timescale: Timescale) -> float | None:
    amount = timescale.amount
    return amount.number if amount is not None and amount.unit is Unit.WORKING_DAYS else None


def _known(result: Result, measure: str) -> Estimate | None:
    estimate = result.measures.get(measure)
    return estimate if estimate is not None and estimate.replications else None


def _area(result: Result) -> str:
    published = result.experiment.profile.published
    return published.area if published is not None else result.experiment.profile.la_code


def _year(result: Result) -> int:
    return result.experiment.profile.year


def published_within_45(area: str, year: int) -> float | None:
    """The published share of assessments completed within 45 working days, in percent."""
    share = within_45_share(area, year)
    return None if share is None else 100 * share

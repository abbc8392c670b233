"""Conditional projections: an authority's timeliness in a later year, given that year's referrals and staff.

A projection looks at the published durations up to its first year and at the later year's referrals and
social workers, and at nothing else: durations that are published for later years are cut off before it
begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simkit.common.arguments import checked_arguments
from simkit.common.arrays import Floats
from simkit.common.display import Answer
from simkit.common.errors import SimkitError
from simkit.common.shell import command_line
from simkit.data import ENGLAND, Authority, authorities, authority
from simkit.study.projection.history import (
    TOO_SMALL,
    History,
    LastKnown,
    existed,
    is_complete,
    latest_list,
    origin_names,
    published,
)
from simkit.study.projection.predictors import (
    QUANTILES,
    Changes,
    Fit,
    KnownFigures,
    Predictor,
    fit,
    known_figures,
    past_pairs,
)
from simkit.study.projection.simulated_change import simulated_changes

ENGLAND_PART = 0.1
"""Part of England's durations in the shape of an authority's: an assumption."""

WITHIN = 6  # so many of the bands lie within 45 working days


@dataclass(frozen=True, slots=True)
class Projection:
    """One authority's share in time and bands in a later year; shares in percent of assessments completed.

    ``p10``, ``p50``, ``p90``: percentiles of the share within 45 working days. ``bands``: the nine published
    bands at ``p50``, which they add up to; ``bands_low``, ``bands_high``: 10th and 90th percentile of
    each. ``last_year``: the latest year with a published share up to ``first``. ``simulated``: simulated
    change of the share in points, None where the way to project does not use it.
    """

    la_code: str
    name: str
    first: int
    target: int
    last_year: int
    last_pct: float
    p10: float
    p50: float
    p90: float
    bands: tuple[float, ...]
    bands_low: tuple[float, ...]
    bands_high: tuple[float, ...]
    referrals_change_pct: float
    staff_change_pct: float
    simulated: float | None
    notes: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.name}, year to 31 March {self.target}: {self.p50:.1f}% within 45 working days "
            f"({self.p10:.1f} to {self.p90:.1f}), projected from {self.last_year} ({self.last_pct:.1f}%)"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Projections(Answer):
    """Projections of one year from another, and how they were made.

    ``pairs``: authority-years that the model was fitted on. ``coefficients``: of each percentile (10, 50,
    90) by column. ``left_out``: authorities without any published share, by name. ``names``: those asked
    for, none for all.
    """

    first: int
    target: int
    predictor: Predictor
    pairs: int
    coefficients: tuple[tuple[str, tuple[float, float, float]], ...]
    projections: tuple[Projection, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]
    names: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """The command that repeats it."""
        words = ["simkit", "project", *(self.names or ("--all",))]
        return command_line(
            *words, "--from", str(self.first), "--to", str(self.target), "--predictor", self.predictor.value
        )

    def __repr__(self) -> str:
        return (
            f"<Conditional projections of the year to 31 March {self.target} from {self.first}: "
            f"{len(self.projections)} {'authority' if len(self.projections) == 1 else 'authorities'}, "
            f"{self.predictor.words}>"
        )


@checked_arguments
def project(
    first: int,
    target: int,
    names: str | Sequence[str] = (),
    *,
    predictor: Predictor | str = Predictor.REGRESSION,
    history: History | None = None,
    changes: Changes | None = None,
) -> Projections:
    """Project the share in time and the bands of year ``target`` from what is published up to ``first``.

    ``names``: authorities by name or code, all of the later year where empty. ``history`` and ``changes``
    are the published durations and the simulated changes, the packaged ones unless given; of ``history``
    nothing after ``first`` is used. Raises
    UnknownAuthorityError, or SimkitError for years or authorities that can't be projected.

    Example::

        simkit.project(2024, 2025, ["hackney"])
    """
    method = Predictor(predictor)
    record = published() if history is None else history
    _years_can_be(record, first, target)
    past = record.until(first)
    simulated = simulated_changes() if changes is None else changes
    named = [_present(authority(name), target) for name in ((names,) if isinstance(names, str) else names)]
    projected = list(dict.fromkeys(named)) or [each for each in authorities() if existed(each, target)]
    _simulated_where_asked(method, simulated, first, target)
    cases, shares, years = past_pairs(past, first, target - first, simulated)
    model = fit(method, cases, shares)
    errors = band_errors(past, cases, model.shares(cases)[1], years, target - first)
    projections, left_out = [], []
    for each in projected:
        case = known_figures(past, each.la_code, first, target, simulated)
        if case is None:
            left_out.append(each.name)
        else:
            projections.append(_projection(each, case, model, errors, past, first, target))
    return Projections(
        first=first,
        target=target,
        predictor=method,
        pairs=model.pairs,
        coefficients=tuple(
            (name, (float(low), float(middle), float(high)))
            for name, (low, middle, high) in zip(model.columns, model.coefficients.T, strict=True)
        ),
        projections=tuple(projections),
        left_out=tuple(left_out),
        notes=_common(record, first, target, left_out),
        names=tuple(each.slug for each in dict.fromkeys(named)),
    )


@dataclass(frozen=True, slots=True)
class BandErrors:
    """10th and 90th percentile of the errors of each band's log odds, in pairs of years of the past."""

    low: tuple[float, ...]
    high: tuple[float, ...]

    def around(self, shares: Sequence[float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The bands' 10th and 90th percentile (0 to 1) around projected shares."""
        odds = _odds(np.asarray(shares))
        low, high = (1 / (1 + np.exp(-(odds + np.array(errors)))) for errors in (self.low, self.high))
        return tuple(map(float, low)), tuple(map(float, high))


def band_errors(
    history: History, cases: Sequence[KnownFigures], middle: Floats, years: Sequence[int], ahead: int
) -> BandErrors:
    """How far bands came out from those projected for the pairs of years that a model was fitted on."""
    errors = []
    pasts = {year: history.until(year - ahead) for year in set(years)}
    for case, share, year in zip(cases, middle, years, strict=True):
        later = history.figures[case.area, year]
        before = shape(pasts[year], case.area, float(share))
        if is_complete(later):
            observed = np.array([s or 0.0 for s in later.shares])
            errors.append(_odds(observed) - _odds(np.array(before)))
    low, high = np.quantile(np.array(errors), [QUANTILES[0], QUANTILES[2]], axis=0)
    return BandErrors(tuple(map(float, low)), tuple(map(float, high)))


def shape(history: History, area: str, share: float) -> tuple[float, ...]:
    """The nine bands (0 to 1) with ``share`` of assessments in time, in the shape last published.

    Nine tenths the area's latest complete bands, one tenth England's of the last year; those within 45
    working days and those beyond are each scaled to their part. England's alone where the area has none.
    """
    england = _shares(history.last_complete(ENGLAND))
    own = history.last_complete(area)
    mixed = england if own is None else (1 - ENGLAND_PART) * _shares(own) + ENGLAND_PART * england
    within, beyond = mixed[:WITHIN], mixed[WITHIN:]
    return (*(share * within / within.sum()).tolist(), *((1 - share) * beyond / beyond.sum()).tolist())


def _shares(latest: LastKnown | None) -> Floats:
    if latest is None:
        raise SimkitError("No durations of England are published up to that year.")
    return np.array([share or 0.0 for share in latest.bands.shares])


def _odds(shares: Floats) -> Floats:
    bounded = np.clip(shares, 0.0005, 0.9995)
    return np.asarray(np.log(bounded / (1 - bounded)))


def _projection(
    each: Authority,
    case: KnownFigures,
    model: Fit,
    errors: BandErrors,
    past: History,
    first: int,
    target: int,
) -> Projection:
    low, middle, high = (float(100 * share) for share in model.shares([case])[:, 0])
    nine = shape(past, each.la_code, middle / 100)
    below, above = errors.around(nine)
    last = past.last(each.la_code)
    assert last is not None
    return Projection(
        la_code=each.la_code,
        name=each.name,
        first=first,
        target=target,
        last_year=last.year,
        last_pct=100 * case.last_share,
        p10=low,
        p50=middle,
        p90=high,
        bands=tuple(100 * share for share in nine),
        bands_low=tuple(100 * share for share in below),
        bands_high=tuple(100 * share for share in above),
        referrals_change_pct=float(100 * np.expm1(case.conditions.referrals)),
        staff_change_pct=float(100 * np.expm1(case.conditions.staff)),
        simulated=_simulated(case, model),
        notes=_notes(each, case, model, past, last, first),
    )


def _simulated(case: KnownFigures, model: Fit) -> float | None:
    if case.change is None or "simulated" not in model.columns:
        return None
    return case.change.after - case.change.before


def _notes(
    each: Authority, case: KnownFigures, model: Fit, past: History, last: LastKnown, first: int
) -> tuple[str, ...]:
    notes = list(case.conditions.notes)
    if last.areas != (each.la_code,):
        notes.insert(0, f"Its history is that of {origin_names(each.la_code)}.")
    if last.year != first:
        notes.insert(0, f"The latest published share is of the year to 31 March {last.year}.")
    complete = past.last_complete(each.la_code)
    if complete is None:
        notes.append("No year of its bands is published in full: their shape is England's.")
    elif complete.year != last.year:
        notes.append(f"The shape of its bands is of the year to 31 March {complete.year}, the last in full.")
    if each.la_code in TOO_SMALL:
        notes.append(
            "Too few assessments a year to be back-tested: p10 to p90 are those of larger authorities."
        )
    if "simulated" in model.columns and case.change is None:
        notes.append("Its change was not simulated: taken as none.")
    return tuple(notes)


def _common(record: History, first: int, target: int, left_out: Sequence[str]) -> tuple[str, ...]:
    notes = [
        "Conditional projection: what past years suggest for such a history, given the later year's "
        "referrals and staff as far as they are published. It does not forecast decisions, inspections or "
        "new rules."
    ]
    if target in record.years:
        notes.append(f"The durations published for {target} were not used.")
    if target > latest_list():
        notes.append(
            f"Referrals and staff are known up to {latest_list()}. What is missing for {target} is assumed "
            "unchanged, and so is the list of authorities."
        )
    if left_out:
        notes.append(f"No share in time is published up to {first} for {', '.join(left_out)}: left out.")
    return tuple(notes)


def _years_can_be(record: History, first: int, target: int) -> None:
    if target <= first:
        raise SimkitError(
            f"{target} does not come after {first}. Give the last year to learn from, then a later one to "
            "project: --from 2023 --to 2024."
        )
    known_years = record.years
    if first > known_years[-1]:
        raise SimkitError(
            f"Durations are published here up to the year to 31 March {known_years[-1]}, so {first} can't be "
            f"projected from. Project from {known_years[-1]} or an earlier year."
        )
    earliest = known_years[0] + target - first
    if first < earliest:
        ahead = "1 year" if target - first == 1 else f"{target - first} years"
        further = (
            f"The first that can is {earliest}."
            if earliest <= known_years[-1]
            else f"The furthest ahead is {known_years[-1] - known_years[0]} years."
        )
        raise SimkitError(
            f"Nothing can be learnt from years up to {first} about {ahead} ahead: the first usable year is "
            f"{known_years[0]}. {further}"
        )


def _simulated_where_asked(method: Predictor, changes: Changes, first: int, target: int) -> None:
    if method not in (Predictor.SIMULATION, Predictor.BOTH):
        return
    if not any(key[1:] == (first, target) for key in changes):
        raise SimkitError(
            f"The change of referrals and staff from {first} to {target} was not simulated beforehand, so it "
            "can't be projected with the simulation. Leave out --predictor."
        )


def _present(each: Authority, target: int) -> Authority:
    if existed(each, target):
        return each
    if target < each.first_year:
        raise SimkitError(f"{each.name} is in the statistics from {each.first_year}, so it has no {target}.")
    heirs = " and ".join(authority(code).name for code in each.successors)
    raise SimkitError(
        f"{each.name} is in the statistics up to {each.last_year}, so it has no {target}. Project {heirs}."
    )

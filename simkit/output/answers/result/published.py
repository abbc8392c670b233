"""The published figures compared with a result: the authority's, its neighbours', its region's, England's."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from simkit.common.text import listed, lower_first
from simkit.data import ENGLAND, Authority, PublishedBands, all_neighbours, authority, bands, region_of, value
from simkit.model.inputs.profile import Profile
from simkit.model.measures.day_counts import BANDS
from simkit.output.answers.wording import left_out_of_median, return_words
from simkit.study.estimate import Estimate
from simkit.study.indicators import published_within_45
from simkit.study.notes import own_figures
from simkit.study.result import IN_TIME, Result

Reading = Callable[[str, int], float | None]
OfBands = Callable[[PublishedBands], float | None]


@dataclass(frozen=True, slots=True)
class Peers:
    """The areas that a result is compared with, and the years of the published figures.

    ``year``: of the caseload. ``of_durations``: of the latest durations published by then, maybe an earlier
    one. ``own`` and ``region`` are areas of the published tables or None; ``neighbours`` are the codes of the
    statistical neighbours, empty for England.
    """

    year: int
    of_durations: int
    own: str
    own_name: str
    region: str | None
    region_name: str | None
    neighbours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """One simulated measure with its published figures, in the same unit; None where not published.

    ``known``: number of neighbours with a published figure. ``own_return``: the authority's own figure, where
    its caseload or the practice fitted to its return has one.
    """

    estimate: Estimate
    year: int
    own: float | None
    neighbours: float | None
    known: int
    region: float | None
    england: float | None
    own_return: float | None


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """One published measure of ``Peers``; None where it isn't published.

    ``known``: neighbours with it; ``absent``: those without.
    ``year``: of all of them. It is the caseload's where the authority's own is published for it, as the share
    in time is before the durations are.
    """

    year: int
    own: float | None
    neighbours: float | None
    known: int
    absent: tuple[Authority, ...]
    region: float | None
    england: float | None


def peers(result: Result) -> Peers:
    """The areas that the result's authority is compared with."""
    return peers_of(result.experiment.profile)


def peers_of(profile: Profile) -> Peers:
    """The areas that an authority is compared with, and the years of its published figures."""
    year = profile.year
    of_durations = profile.published.year if profile.published is not None else year
    # a new authority has the figures of its predecessor
    own = profile.published.area if profile.published is not None else profile.la_code
    if own == ENGLAND:
        return Peers(year, of_durations, ENGLAND, "England", None, None, ())
    code, name = region_of(own)
    near = all_neighbours(own, of_durations)
    return Peers(year, of_durations, own, authority(own).name, code, name, near)


def own_bands(result: Result) -> PublishedBands | None:
    """The authority's published durations, None where any band of them is not published."""
    published = result.experiment.profile.published
    return published if published is not None and published.complete else None


def from_own_return(result: Result) -> bool:
    """Whether the published durations come from the authority's own caseload."""
    own, published = result.experiment.own_caseload, result.experiment.profile.published
    return own and published is not None and published != bands(published.area, published.year)


def durations_from(result: Result) -> str:
    """Where the durations beside the simulated ones come from: a return, or the published statistics."""
    return return_words(result.experiment) if from_own_return(result) else "Published"


def published_measures(result: Result) -> tuple[PublishedFigures, ...]:
    """The simulated measures that have a published counterpart."""
    durations = (
        _with_published(result, result.measures[name], _READINGS[name], read)
        for name, read in _OF_DURATIONS.items()
    )
    return (*durations, _with_published(result, result.measures[_CONFERENCES], _READINGS[_CONFERENCES]))


def year_of_all(figures: Iterable[PublishedFigures]) -> int | None:
    """The year of the published figures, None where they are of several."""
    years = {figure.year for figure in figures}
    return years.pop() if len(years) == 1 else None


def published_columns(result: Result) -> dict[str, str]:
    """The columns of published figures: the name of each and its field of ``PublishedFigures``."""
    experiment = result.experiment
    has_own = own_figures(experiment) or from_own_return(result)
    own = {return_words(experiment, experiment.profile.name): "own_return"} if has_own else {}
    return {**own, **area_names(peers(result))}


def area_names(who: Peers) -> dict[str, str]:
    """The name of each area and its field of ``AreaFigures``."""
    if who.own == ENGLAND:
        return {who.own_name: "own"}
    region = who.region_name or "Region"
    return {
        who.own_name: "own",
        "Neighbours, median": "neighbours",
        region: "region",
        "England": "england",
    }


def only_published(result: Result) -> str:
    """A note where the caseload is the authority's own and its own durations are not known."""
    if not result.experiment.own_caseload or own_figures(result.experiment) or from_own_return(result):
        return ""
    return (
        f"These are published figures: the caseload came without {result.experiment.profile.name}'s own "
        "durations. To compare with them, calibrate the practice to your return (simkit calibrate)."
    )


def published_bands(result: Result) -> tuple[PublishedFigures, ...]:
    """The nine duration bands in percent, simulated and published."""
    return tuple(
        _with_published(result, result.bands[name], _of_bands(_band(number)), _band(number))
        for number, (name, _) in enumerate(BANDS)
    )


def _with_published(
    result: Result, estimate: Estimate, read: Reading, own_durations: OfBands | None = None
) -> PublishedFigures:
    areas = _of_areas(peers(result), read)
    return PublishedFigures(
        estimate=estimate,
        year=areas.year,
        own=areas.own,
        neighbours=areas.neighbours,
        known=areas.known,
        region=areas.region,
        england=areas.england,
        own_return=_own_return(result, estimate.name, own_durations),
    )


def _of_areas(who: Peers, read: Reading) -> AreaFigures:
    year = who.of_durations if read(who.own, who.year) is None else who.year
    figures = {code: read(code, year) for code in who.neighbours}
    near = [figure for figure in figures.values() if figure is not None]
    return AreaFigures(
        year=year,
        own=read(who.own, year),
        neighbours=median(near) if near else None,
        known=len(near),
        absent=tuple(authority(code) for code, figure in figures.items() if figure is None),
        region=read(who.region, year) if who.region is not None else None,
        england=read(ENGLAND, year),
    )


def area_figures(who: Peers) -> dict[str, AreaFigures]:
    """What is published for the areas, by the measure that it is the counterpart of."""
    return {name: _of_areas(who, read) for name, read in _READINGS.items()}


def left_out(who: Peers, rows: Mapping[str, str]) -> str:
    """Which neighbours the medians leave out, as a sentence; empty for none. ``rows``: titles by measure."""
    every = area_figures(who)
    reasons: dict[str, dict[str, list[str]]] = {}
    for measure, title in rows.items():
        for place in every[measure].absent:
            existed = place.existed(every[measure].year)
            why = "no figure for that year is published" if existed else "they began later"
            reasons.setdefault(why, {}).setdefault(place.name, []).append(lower_first(title))
    return " ".join(
        left_out_of_median(
            why, (n if len(of) == len(rows) else f"{n} ({listed(of)})" for n, of in named.items())
        )
        for why, named in reasons.items()
    )


def _own_return(result: Result, name: str, read: OfBands | None) -> float | None:
    """The authority's own figure: that of its own durations, else what its practice was fitted to."""
    durations = result.experiment.profile.published
    if read is not None and durations is not None and from_own_return(result):
        return read(durations)
    return own_figures(result.experiment).get(name)


def _of_bands(read: OfBands) -> Reading:
    def reading(area: str, year: int) -> float | None:
        published = bands(area, year)
        return None if published is None else read(published)

    return reading


def _percent(share: float | None) -> float | None:
    return None if share is None or math.isnan(share) else 100 * share


def _band(number: int) -> OfBands:
    return lambda published: _percent(published.shares[number])


def _of_days(measure: str) -> Reading:
    column = measure.removeprefix("published_")
    return lambda area, year: value("assessments_duration", area, year, column)


def _conferences(area: str, year: int) -> float | None:
    return value("section47_icpc", area, year, "icpc_within_15_days_pct")


_OF_DURATIONS: dict[str, OfBands] = {
    IN_TIME: lambda found: _percent(found.within_45_share),
    "published_median_days": lambda found: found.median_days,
    "published_p25_days": lambda found: found.p25_days,
    "published_p75_days": lambda found: found.p75_days,
}
_CONFERENCES = "published_icpc_within_15_days_pct"
_READINGS: dict[str, Reading] = {
    IN_TIME: published_within_45,
    **{name: _of_days(name) for name in _OF_DURATIONS if name != IN_TIME},
    _CONFERENCES: _conferences,
}

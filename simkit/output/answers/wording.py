"""Words that all outputs share: whose framework, how days count, amounts, intervals."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from simkit.common.text import listed
from simkit.framework.framework import ROUTES
from simkit.framework.wording import whose

if TYPE_CHECKING:
    from simkit.framework.framework import Framework
    from simkit.study.estimate import Estimate
    from simkit.study.result import Experiment, Result

QUALITY = "This is about time only. An assessment can be on time and still be poor, or late and good."

INTERNAL = "INTERNAL: counts of 1 to 5 children are shown. Not to be published or passed on."
"""The note on an own return with small counts shown, as ``simkit.returns`` writes it."""

HUNDRED = 100
"""Children a simulated year from which a share is given as "in 100"."""

_ENOUGH = 10  # replications needed to rely on a result, and for the range of one year

GROUPS = ("", *(f".{route}" for route in ROUTES))
"""The suffixes of a measure's name: all cases, then each route."""

_ROUTES = {
    "": "All",
    "section_17": "Section 17",
    "disabled_children": "Disabled children",
    "section_47": "Section 47",
    "brief": "Brief",
}

_SETTLED = {
    True: "steady (the number of open assessments stayed about the same)",
    False: "not steady: the number of open assessments was still changing when the year began",
    None: "too few replications to tell whether it was steady",
}


def route_title(route: str) -> str:
    """The title of a route; the empty one is all cases."""
    return _ROUTES.get(route.removeprefix("."), route)


def counting(result: Result) -> str:
    """How the days of a limit are counted."""
    return f"working days elapsed; for limits {result.convention.text}"


def kind_of_caseload(experiment: Experiment) -> str:
    """``published``, ``own``, or ``synthetic``: read from a return that simkit made up."""
    from simkit.model.inputs.own_numbers import SYNTHETIC_DATA

    if not experiment.own_caseload:
        return "published"
    made_up = any(each["from"] == SYNTHETIC_DATA for each in experiment.profile.own.values())
    return "synthetic" if made_up else "own"


def return_words(experiment: Experiment, whose: str = "") -> str:
    """The return that a caseload comes from: ``Own return``, or ``Synthetic return`` that simkit made up.

    ``whose``: named before an own return.
    """
    if kind_of_caseload(experiment) == "synthetic":
        return "Synthetic return"
    return f"{whose}'s own return" if whose else "Own return"


def caseload_words(experiment: Experiment) -> str:
    """Whose caseload it is and of which year: ``the published caseload of the year to 31 March 2023``."""
    which = {
        "published": "the published caseload of",
        "own": "the authority's own caseload, as given, of",
        "synthetic": "a synthetic caseload of",
    }[kind_of_caseload(experiment)]
    text, simulated = f"{which} the {year_words(experiment.profile.year)}", simulated_words(experiment)
    return f"{text} (simulated: {simulated})" if simulated else text


def simulated_words(experiment: Experiment) -> str:
    """The days simulated, ``1 April 2023 to 31 March 2024``; empty where they are the caseload's own year."""
    year, horizon = experiment.profile.year, experiment.setting.horizon
    if (horizon.start, horizon.end) == (dt.date(year - 1, 4, 1), dt.date(year, 3, 31)):
        return ""
    return " to ".join(f"{day.day} {day:%B %Y}" for day in (horizon.start, horizon.end))


def is_a_year(experiment: Experiment) -> bool:
    """Whether the days simulated are a year, whichever; a scenario may give more or fewer."""
    horizon = experiment.setting.horizon
    return (horizon.end - horizon.start).days + 1 in (365, 366)


def in_time_simulated(experiment: Experiment) -> str:
    """When what was counted happened: ``in a year``, or the days where more or fewer are simulated."""
    return "in a year" if is_a_year(experiment) else f"from {simulated_words(experiment)}"


def subtitle(experiment: Experiment) -> str:
    """The line below an answer's title: whose framework, which caseload, which scenario."""
    caseload = caseload_words(experiment)
    return f"{whose(experiment.framework)}. {caseload[0].upper()}{caseload[1:]}. {experiment.scenario.title}."


def stamp(result: Result) -> str:
    """The warning on every page of a result that may not be passed on; else empty."""
    return next((note for note in result.notes if note == INTERNAL), "")


def subject(result: Result) -> str:
    """Whose framework, and under which scenario where it changes anything."""
    from simkit.model.inputs.scenario import AS_PUBLISHED

    scenario = result.experiment.scenario
    under = "" if scenario.name == AS_PUBLISHED.name else f". Scenario: {scenario.title}"
    return f"{stamp(result)} {whose(result.experiment.framework)}{under}".lstrip()


def runs(result: Result) -> str:
    """Replications, seed and engine, and whether open assessments were steady."""
    times = "1 replication" if result.replications == 1 else f"{result.replications} replications"
    engine = {"simpy": "SimPy", "kernel": "numba kernel"}.get(result.engine, result.engine)
    parts = [f"{times}, seed {result.seed}, engine {engine}"]
    if few(result):
        parts.append("too few replications to rely on")
    if result.replications > 1 and result.experiment.setting.open_cases is None:
        parts.append(_steadiness(result))
    return "; ".join(parts)


def _steadiness(result: Result) -> str:
    """Whether the run was steady; nothing is called so where the time of a role is all in use."""
    from simkit.study.overload_notes import (
        all_in_use,
    )  # loads the simulation, which a framework alone does not need

    if result.settled is not False and all_in_use(result.experiment.framework, result.measures):
        return "not steady: the time of a role is all in use"
    return _SETTLED[result.settled]


def few(result: Result) -> bool:
    """Whether there are too few replications to rely on, or for the range of one year."""
    return result.replications < _ENOUGH


def standing(result: Result) -> str:
    """What the simulated practice was fitted to."""
    calibration = result.experiment.calibration
    if practice_fits(result.experiment.framework):
        if calibration is not None:
            return f"practice calibrated to {calibration.basis}"
        return "simulated with the national practice set, not calibrated to this authority"
    return (
        "not calibrated: the practice set was fitted where assessments had one limit of 45 working days, "
        "which these rules don't have"
    )


def practice_fits(framework: Framework) -> bool:
    """Whether the practice set fits these rules: they set one limit for the assessment."""
    limit = framework.timescales.get("assessment")
    return limit is not None and limit.amount is not None


def not_known_words(framework: Framework, name: str) -> str:
    """What is not known; "whether there are other" where the framework has some."""
    has_some = {
        "timescales": any(not t.national for t in framework.timescales.values()),
        "reviews": any(not r.layer.startswith("national/") for r in framework.reviews.values()),
        "priorities": bool(framework.priorities),
        "protocol": bool(framework.protocol),
        "dispensations": bool(framework.dispensations),
    }
    plain = name.replace("_", " ")
    if name in ("timescales", "reviews", "priorities"):
        plain = f"local {plain}"
    return f"whether there are other {plain}" if has_some.get(name) and name != "protocol" else plain


def year_words(year: int) -> str:
    """A statistical year, named by the one it ends in."""
    return f"year to 31 March {year}"


def time_period(year: int) -> str:
    """The year as the published tables write it: 2023 is 202223."""
    return f"{year - 1}{year % 100:02d}"


def amount(value: float, unit: str) -> str:
    """A value with its unit; ``-`` where it is NaN."""
    if math.isnan(value):
        return "-"
    if unit == "%":
        return f"{value:z.1f}%"
    if unit == "working days":
        return f"{value:z.1f} days"
    if unit == "times":
        return f"{value:z.2f} times"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:z.1f}"


def in_hundred(percent: float) -> str:
    """A share of children as people say it: ``about 14 in 100``."""
    if 0 < percent <= 0.5:
        return "fewer than 1 in 100"
    if 99.5 <= percent < 100:
        return "more than 99 in 100"
    return f"{'no' if percent == 0 else 'about ' + format(percent, '.0f') + ' in 100'}"


def two_ends(low: float, high: float) -> tuple[str, str]:
    """Two ends of a range as whole numbers, with a decimal if they would otherwise be the same."""
    places = 0 if f"{low:.0f}" != f"{high:.0f}" else 1
    return f"{low:.{places}f}", f"{high:.{places}f}"


def left_out_of_median(why: str, named: Iterable[str]) -> str:
    """Which neighbours a median leaves out, and ``why`` in a clause."""
    return f"Left out of the neighbours' median, as {why}: {listed(named)}."


THE_SAME = ", the same in every simulated year"
"""What follows a paired difference that is none at all."""


def chance_words(low: float, high: float) -> str:
    """What follows a paired difference with this interval: whether it may be chance, or is none at all."""
    if low == high == 0:
        return THE_SAME
    return ", which may be chance" if low <= 0 <= high else ""


def range_of(estimate: Estimate, *, year: bool = False) -> str:
    """The 95% interval, or the range of one year, without the unit.

    ``-`` where replications are all alike or fewer than ``LEAST_YEARS``: they say nothing about others.
    """
    from simkit.study.estimate import shows_interval  # loads the simulation, which a framework can do without

    low, high = (estimate.year_low, estimate.year_high) if year else (estimate.low, estimate.high)
    if not shows_interval(low, estimate.replications) or (low == high and not year):
        return "-"
    counted = estimate.unit.startswith("children")  # also a change in their number
    places = 2 if estimate.unit == "times" else 0 if counted and max(abs(low), abs(high)) >= 100 else 1
    return f"{low:z,.{places}f} to {high:z,.{places}f}"


def has_interval(estimate: Estimate) -> bool:
    """Whether it is shown with its 95% interval, in a table as in a figure."""
    return range_of(estimate) != "-"


def value_and_interval(estimate: Estimate) -> str:
    """A value, with its 95% interval in brackets where it has one."""
    interval = range_of(estimate)
    value = amount(estimate.value, estimate.unit)
    return value if interval == "-" else f"{value} ({interval})"

"""A result as tidy pandas tables, one row a figure, with the codes and year of the authority."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from simkit.data import sources as published_sources
from simkit.framework.framework import Framework
from simkit.model.measures.measures import WEEK_DAYS
from simkit.output.answers.result.data import estimate_data, number_data
from simkit.output.answers.result.published import (
    PublishedFigures,
    peers,
    published_bands,
    published_measures,
)
from simkit.output.answers.wording import time_period
from simkit.study.notes import own_figures
from simkit.study.result import Experiment, Result

if TYPE_CHECKING:
    import pandas as pd


def measures(result: Result) -> pd.DataFrame:
    """Every measure: ``measure`` and ``route`` together are its name; ``route`` is ``all`` for all cases."""

    import pandas as pd

    rows = [{**measure_and_route(each.name), **estimate_data(each)} for each in result.measures.values()]
    return with_place(result.experiment, pd.DataFrame(rows))


def measure_and_route(name: str) -> dict[str, str]:
    """A measure's name as two columns; the route is ``all`` for all cases."""
    measure, _, route = name.partition(".")
    return {"measure": measure, "route": route or "all"}


def tables(result: Result) -> dict[str, pd.DataFrame]:
    """Every table of a result by the name of its file."""
    functions = (measures, bands, beside, survival, weekly, assumptions, sources)
    every = {function.__name__: function(result) for function in functions}
    return {**every, "numbers": numbers(result.experiment.framework)}


def bands(result: Result) -> pd.DataFrame:
    """The nine duration bands in percent, simulated and published."""
    rows = [{"band": row.estimate.name, **_published_fields(row)} for row in published_bands(result)]
    return _published_for(result, rows)


def beside(result: Result) -> pd.DataFrame:
    """The measures with published figures: the authority's, neighbours' median, region's and England's.

    ``own_return`` is a column where practice was fitted to the authority's own return.
    """
    rows = [{"measure": row.estimate.name, **_published_fields(row)} for row in published_measures(result)]
    frame = _published_for(result, rows)
    if own := own_figures(result.experiment):
        frame["own_return"] = frame["measure"].map(own)
    return frame


def survival(result: Result) -> pd.DataFrame:
    """Share still open after each working day from referral, in percent."""

    import pandas as pd

    frame = pd.DataFrame(result.survival, columns=["value", "low", "high"])
    frame.insert(0, "working_day", range(len(frame)))
    return with_place(result.experiment, frame)


def weekly(result: Result) -> pd.DataFrame:
    """Children with an open assessment at the end of each week, and those past day 45."""

    import pandas as pd

    names = ("value", "low", "high")
    frame = pd.DataFrame(
        {f"open_{name}": result.open_by_week[:, number] for number, name in enumerate(names)}
        | {f"over_45_{name}": result.over_45_by_week[:, number] for number, name in enumerate(names)}
    )
    frame.insert(0, "week", range(1, len(frame) + 1))
    frame.insert(1, "week_ending", _week_endings(result, len(frame)))
    return with_place(result.experiment, frame)


def _week_endings(result: Result, weeks: int) -> list[dt.date]:
    """The last working day of each simulated week: every fifth working day of the year."""
    horizon = result.experiment.setting.horizon
    days, first = horizon.calendar.days, horizon.calendar.day_index(horizon.start)
    return [days[first + WEEK_DAYS * (week + 1) - 1].item() for week in range(weeks)]


def numbers(framework: Framework) -> pd.DataFrame:
    """Every modelling number that acts, with its range and basis: assumption, fitted or source."""

    import pandas as pd

    rows = [
        {
            **number_data(number),
            "basis": number.basis,
            "reason": _titled(framework, number.note) if number.basis == "source" else number.note,
            "file": number.origin.file,
            "line": number.origin.line,
        }
        for number in framework.acting_numbers()
    ]
    return pd.DataFrame(rows)


def assumptions(result: Result) -> pd.DataFrame:
    """The modelling numbers of a result that have no source."""
    frame = numbers(result.experiment.framework)
    paths = [number.path for number in result.assumptions]
    return frame[frame["path"].isin(paths)].reset_index(drop=True)


def sources(result: Result) -> pd.DataFrame:
    """Where the framework's values and the published figures come from."""

    import pandas as pd

    rows = [
        {"kind": "framework", "id": key, "title": source.get("title", key), **_citation(source)}
        for key, source in result.experiment.framework.sources.items()
    ]
    rows += [
        {
            "kind": "published figures",
            "id": source["table"],
            "title": f"{source['publication']}, table {source['published_table']}",
            "publisher": source["publisher"],
            "year": f"{source['from_year']} to {source['to_year']}",
            "strength": "verified",
            "link": source["read_from"],
            "licence": source["licence"],
        }
        for source in published_sources()
    ]
    return pd.DataFrame(rows).fillna("")


def _citation(source: Any) -> dict[str, str]:
    return {key: source.get(key, "") for key in ("publisher", "year", "strength", "link")}


def _titled(framework: Framework, source: str) -> str:
    return framework.sources.get(source, {}).get("title", source)


def _published_for(result: Result, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows with the area of their published figures: a new authority has its predecessor's."""

    import pandas as pd

    return with_place(
        result.experiment, pd.DataFrame([{"published_for": peers(result).own_name, **r} for r in rows])
    )


def _published_fields(row: PublishedFigures) -> dict[str, Any]:
    estimate = row.estimate
    return {
        "title": estimate.title,
        "unit": estimate.unit,
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "year_low": estimate.year_low,
        "year_high": estimate.year_high,
        "published_year": row.year,
        "published": row.own,
        "neighbours_median": row.neighbours,
        "neighbours_known": row.known,
        "region": row.region,
        "england": row.england,
    }


def with_place(experiment: Experiment, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the authority and year in its first columns.

    The year is the simulated one: a run that starts with own open assessments is of the year after its
    caseload's.
    """
    profile = experiment.profile
    place: dict[str, str | int] = {
        "la_code": experiment.framework.la_code or "",
        "gss_code": profile.gss_code or "",
        "la_name": profile.name,
        "year": experiment.simulated_year,
        "time_period": time_period(experiment.simulated_year),
    }
    for position, (column, text) in enumerate(place.items()):
        frame.insert(position, column, text)
    return frame

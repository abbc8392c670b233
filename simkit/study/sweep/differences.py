"""Differences between the scenarios of a sweep, replication by replication, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simkit.study.estimate import interval

if TYPE_CHECKING:
    import pandas as pd

_KEY = ["framework", "la_name", "year"]


def differences(values: pd.DataFrame, scenarios: Sequence[str]) -> pd.DataFrame:
    """By how much a measure is more under each other scenario than under the first: a row a framework, year.

    ``values``: the measure in every replication (``Results.replications``). The same replication has the same
    cases and luck under every scenario, so the difference is taken in each; ``value`` is its mean, ``low``
    and ``high`` its 95% t interval, ``replications`` how many both sides have. Where a side is missing there
    are none, and no value.
    """
    import pandas as pd

    first, *others = scenarios
    both = _paired(values, first)
    groups = dict(iter(both.groupby([*_KEY, "scenario"], sort=False)))
    rows = []
    for key in dict.fromkeys(map(tuple, _all_routes(values)[_KEY].to_numpy())):
        for scenario in others:
            found = groups.get((*key, scenario))
            numbers = np.array([]) if found is None else np.asarray(found["value"], float)
            estimate = interval(numbers) if len(numbers) else (np.nan, np.nan, np.nan)
            rows.append((*key, scenario, first, *estimate, len(numbers)))
    columns = [*_KEY, "scenario", "against", "value", "low", "high", "replications"]
    return pd.DataFrame(rows, columns=columns)


def average(values: pd.DataFrame, first: str) -> list[tuple[str, int, tuple[float, float, float], int, int]]:
    """Scenario, year, and the mean over frameworks of those differences with its interval.

    Then over how many frameworks that is, and how many are missing for want of one of the two sides.
    """
    frame = _all_routes(values)
    both = _paired(values, first)
    found = []
    for (scenario, year), each in both.groupby(["scenario", "year"], sort=False):
        count = each["framework"].nunique()
        sides = frame[(frame["year"] == year) & frame["scenario"].isin([first, scenario])]
        estimate = interval(np.asarray(each.groupby("replication")["value"].mean(), float))
        missing = sides["framework"].nunique() - count
        found.append((str(scenario), int(str(year)), estimate, int(count), int(missing)))
    return found


def _all_routes(values: pd.DataFrame) -> pd.DataFrame:
    return values[values["route"] == "all"].fillna({"la_name": ""})


def _paired(values: pd.DataFrame, first: str) -> pd.DataFrame:
    """The difference in every replication that both scenarios have."""
    all_routes = _all_routes(values)
    base, others = all_routes[all_routes["scenario"] == first], all_routes[all_routes["scenario"] != first]
    both = others.merge(base, on=[*_KEY, "replication"], suffixes=("", "_first"))
    return both.assign(value=both["value"] - both["value_first"]).dropna(subset=["value"])

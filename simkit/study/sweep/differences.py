"""Differences between the scenarios of a sweep, replication by replication, with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simkit.study.estimate import interval

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["average", "differences"]

_KEY = ["framework", "la_name", "year"]


def differences(values: pd.DataFrame, first: str) -> pd.DataFrame:
    """By how much a measure is more under each other scenario than under ``first``: a row a framework, year.

    ``values``: the measure in every replication (``Results.replications``). The same replication has the same
    cases and luck under every scenario, so the difference is taken in each; ``value`` is its mean, ``low``
    and ``high`` its 95% t interval.
    """
    import pandas as pd

    rows = [
        (*key, first, *interval(np.asarray(each["value"], float)))
        for key, each in _paired(values, first).groupby([*_KEY, "scenario"], sort=False)
    ]
    return pd.DataFrame(rows, columns=[*_KEY, "scenario", "against", "value", "low", "high"])


def average(values: pd.DataFrame, first: str) -> list[tuple[str, int, tuple[float, float, float]]]:
    """Scenario, year, and the mean over frameworks of those differences with its interval."""
    return [
        (
            str(scenario),
            int(str(year)),
            interval(np.asarray(each.groupby("replication")["value"].mean(), float)),
        )
        for (scenario, year), each in _paired(values, first).groupby(["scenario", "year"], sort=False)
    ]


def _paired(values: pd.DataFrame, first: str) -> pd.DataFrame:
    """The difference in every replication that both scenarios have."""
    all_routes = values[values["route"] == "all"].fillna({"la_name": ""})
    base, others = all_routes[all_routes["scenario"] == first], all_routes[all_routes["scenario"] != first]
    both = others.merge(base, on=[*_KEY, "replication"], suffixes=("", "_first"))
    return both.assign(value=both["value"] - both["value_first"]).dropna(subset=["value"])

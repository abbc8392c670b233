"""Whoever knows all that is printed of a small return can still take each count shown as c for 6 or more.

The attacker here writes down all that is known of the counts without looking into the program: sums, parts,
the days that quartiles lie on, shares with their denominators. An integer programme then asks of each ``c``
whether it could be 6. The truth, read with ``internal``, has to fit what the attacker wrote, or the attack
would be none.
"""

from __future__ import annotations

import datetime as dt
import json
import pickle
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from own import LAST
from scipy.optimize import Bounds, LinearConstraint, milp

from simkit.data import BANDS
from simkit.returns.errors import ReturnError
from simkit.returns.read import read_return
from simkit.returns.result import Return
from simkit.returns.synthetic.children import Parameters, children
from simkit.returns.synthetic.file_formats import annex_a_workbook, assessments_csv, census_xml

INFEASIBLE = 2
ICPC = ("icpc_days_0_10", "icpc_days_11_15", "icpc_days_16_20", "icpc_days_21_plus")
TOPS = {"assessments": (0, 10, 20, 30, 40, 45, 50, 60, 10**9), "conferences": (10, 15, 20, 10**9)}
QUARTERS = {"p25_days": 1, "median_days": 2, "p75_days": 3}
MONTHS = ("apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "jan", "feb", "mar")
PARTS = (
    ("open_from_before", "open_assessments"),
    ("open_45_and_over", "open_assessments"),
    ("open_over_45", "open_assessments"),
    ("two_open", "open_assessments"),
    ("future_end", "open_assessments"),
    ("referrals_assessed", "referrals_not_nfa"),
)
"""Counts that are parts of others, both of children: the rest is a count of children as well."""


class Knowledge:
    """Linear facts about counts, of which some are shown."""

    def __init__(self, shown: Mapping[str, int | None]) -> None:
        self.shown = shown
        self.names = [*shown, "open_at_45"]
        self.rows: list[np.ndarray] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def fact(self, terms: Iterable[tuple[str, float]], low: float, high: float) -> None:
        """``low`` <= the sum of the terms <= ``high``; left out where the return has no such count."""
        terms = list(terms)
        if any(name not in self.names for name, _ in terms):
            return
        row = np.zeros(len(self.names))
        for name, factor in terms:
            row[self.names.index(name)] += factor
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def sum(self, total: str, parts: Iterable[str]) -> None:
        self.fact([(total, -1), *((part, 1) for part in parts)], 0, 0)

    def most(self, parts: Iterable[str], wholes: Iterable[str], times: float = 1) -> None:
        self.fact([*((part, 1) for part in parts), *((whole, -times) for whole in wholes)], -np.inf, 0)

    def allows(self, least: Mapping[str, float]) -> bool:
        """Whether counts of at least so many fit all the facts; of the others c is at least 1."""
        low, high = np.zeros(len(self.names)), np.full(len(self.names), np.inf)
        for number, name in enumerate(self.names):
            value = self.shown.get(name, -1)
            if value is None:
                low[number] = least.get(name, 1)
            elif value >= 0:
                low[number] = high[number] = value
        answer = milp(
            np.zeros(len(self.names)),
            integrality=np.ones(len(self.names)),
            bounds=Bounds(low, high),
            constraints=LinearConstraint(np.array(self.rows), self.low, self.high),
        )
        return int(answer.status) != INFEASIBLE

    def fits(self, counts: Mapping[str, int]) -> bool:
        """Whether the true counts fit the facts; a count that nothing shows is taken to fit."""
        for row, low, high in zip(self.rows, self.low, self.high, strict=True):
            used = [name for name, factor in zip(self.names, row, strict=True) if factor]
            if any(name not in counts for name in used):
                continue
            value = sum(factor * counts.get(name, 0) for name, factor in zip(self.names, row, strict=True))
            if not low - 1e-6 <= value <= high + 1e-6:
                return False
        return True


def knowledge_of(returned: Return) -> Knowledge:
    """All that somebody can write down who has every output of a return."""
    printed = json.loads(json.dumps(returned.to_dict()))
    known = Knowledge(dict(returned.shown))
    _of_assessments(known, printed["durations"])
    _of_open_cases(known)
    _of_referrals(known, returned)
    if "conferences" in printed:
        known.sum("icpcs_within_15", ICPC[:2])
        known.sum("icpcs_over_15", ICPC[2:])
        known.sum("icpcs", ("icpcs_within_15", "icpcs_over_15", "icpcs_without_time"))
        _quartiles(known, printed["conferences"], ICPC, TOPS["conferences"])
    return known


def _of_assessments(known: Knowledge, rows: list[dict[str, object]]) -> None:
    known.sum("within_45_days", BANDS[:6])
    known.sum("over_45_days", BANDS[6:])
    known.sum("assessments_completed", ("within_45_days", "over_45_days"))
    _quartiles(known, rows, BANDS, TOPS["assessments"])
    for row in rows:  # a share to one decimal, of those completed
        if row["pct"] is not None and row["measure"] in known.names and "completed in" in str(row["method"]):
            share, total = float(str(row["pct"])) / 100, "assessments_completed"
            known.fact([(str(row["measure"]), 1), (total, -share - 0.0005)], -np.inf, 1e-6)
            known.fact([(str(row["measure"]), 1), (total, -share + 0.0005)], -1e-6, np.inf)
    every = ("assessments_completed", "open_assessments")
    for part in ("likely_siblings", "overlap", "assessments_begun", "assessments_further"):
        known.most((part,), every)
    known.most(("referrals_assessed", "assessments_further"), every)
    known.most(("unreadable_end",), ("unreadable_date",))


def _of_open_cases(known: Knowledge) -> None:
    cells = [name for name in known.names if name.startswith("open.")]

    def of_age(*ages: str) -> list[str]:
        return [name for name in cells if name.rpartition(".")[2] in ages]

    known.sum("open_assessments", cells)
    known.sum("open_over_45", of_age("46_60", "61_90", "91_plus"))
    known.sum("open_45_and_over", ("open_over_45", "open_at_45"))
    known.most(("open_at_45",), of_age("31_45"))
    known.most(("open_from_before",), of_age("91_plus"))
    known.most(("two_open",), ("overlap",), times=2)
    for part, whole in PARTS:
        known.most((part,), (whole,))


def _of_referrals(known: Knowledge, returned: Return) -> None:
    known.sum("referrals", [f"referrals_{month}" for month in MONTHS])
    known.sum("referrals", ("referrals_nfa", "referrals_not_nfa", "referrals_nfa_unknown"))
    known.sum("referrals", ("rereferrals", "referrals_first", "rereferrals_unknown"))
    profile, own = returned.profile, lambda name: name not in returned.from_published
    if own("nfa_share"):
        share = profile.nfa_share
        known.fact([("referrals_nfa", 1 - share), ("referrals_not_nfa", -share)], -1e-6, 1e-6)
    if own("conference_share") and profile.conference_share < 1:  # it is kept from passing 1
        known.fact([("icpcs", 1), ("section47_enquiries", -profile.conference_share)], -1e-6, 1e-6)


def _quartiles(
    known: Knowledge, rows: list[dict[str, object]], names: tuple[str, ...], tops: tuple[int, ...]
) -> None:
    """Fewer than a quarter ended before the first band of the days shown, at least a quarter by the last."""
    for row in rows:
        quarter = QUARTERS.get(str(row["measure"]))
        if quarter is None or "completed in" not in str(row["method"]) or row["shown"] == "withheld":
            continue
        days = [int(each) for each in re.findall(r"\d+", str(row["shown"]))]
        first = int(np.searchsorted(tops, days[0]))
        last = len(tops) - 1 if "or more" in str(row["shown"]) else int(np.searchsorted(tops, days[-1]))

        def share(before: int, of: int = quarter) -> list[tuple[str, float]]:
            return [(name, (4 if n < before else 0) - of) for n, name in enumerate(names)]

        known.fact(share(first), -np.inf, -1 if first else 0)
        known.fact(share(last + 1), 0, np.inf)


def small_return(kind: str, assessments: int, seed: int, folder: Path) -> tuple[Return, Return]:
    """A random return of about so many assessments, some of them amiss, as shown and as it is."""
    rng = np.random.default_rng([seed, assessments])
    table = children(
        Parameters(assessments / 0.88, section_47_share=float(rng.uniform(0.1, 0.6))), 2023, seed
    )
    left_open = rng.random(len(table)) < rng.choice([0.0, 0.03, 0.15])
    table.loc[left_open, "AssessmentAuthorisationDate"] = np.datetime64("NaT", "s")
    early = rng.random(len(table)) < rng.choice([0.0, 0.02])
    table.loc[early, "AssessmentActualStartDate"] = table["CINreferralDate"] - np.timedelta64(3, "D")
    if rng.random() < 0.5:
        table = table.loc[np.repeat(np.arange(len(table)), 1 + (rng.random(len(table)) < 0.05))]
    lists = ["open", "both", "completed", "begun", "begun-and-completed"]
    if kind == "cin-census":
        file = folder / "return.xml"
        file.write_text("".join(census_xml(table, "857", 2023)), encoding="utf-8")
    elif kind == "annex-a":
        file = folder / "return.xlsx"
        file.write_bytes(annex_a_workbook(table, LAST, 182 if rng.random() < 0.5 else 365, lists[seed % 5]))
    else:
        file = folder / "return.csv"
        file.write_bytes(assessments_csv(table))
    year = {"year": 2023} if kind == "assessments" and rng.random() < 0.5 else {}
    made = [read_return(kind, file, authority="rutland", internal=exact, **year) for exact in (False, True)]
    return made[0], made[1]


def attack(returned: Return, exact: Return) -> int:
    """Attack a return; gives how many counts it withholds."""
    truth = {name: number for name, number in exact.shown.items() if number is not None}
    known = knowledge_of(returned)
    assert known.fits(truth), "the attacker knows something that isn't so"
    withheld = [name for name, number in returned.shown.items() if number is None]
    assert {name for name in withheld if truth[name] == 0} == set(), "zero is never withheld"
    for name in returned.shown:
        assert (name in withheld) or not 0 < truth[name] <= 5, f"{name} is shown"
    given_away = [name for name in withheld if not known.allows({name: 6})]
    assert not given_away
    for part, whole in PARTS:
        if returned.shown.get(part) is not None and returned.shown.get(whole) is not None:
            assert not 0 < truth[whole] - truth[part] <= 5, f"{whole} less {part}"
    return len(withheld)


KINDS = ("cin-census", "annex-a", "assessments")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.slow
def test_no_output_of_a_small_return_narrows_a_withheld_count(kind: str, tmp_path: Path) -> None:
    withheld = [attack(*small_return(kind, assessments, 7, tmp_path)) for assessments in (30, 60, 120)]
    assert min(withheld) > 0


@pytest.mark.long
@pytest.mark.parametrize("assessments", [30, 60, 120])
@pytest.mark.parametrize("kind", KINDS)
def test_none_of_sixty_small_returns_gives_a_count_away(kind: str, assessments: int, tmp_path: Path) -> None:
    for seed in range(20):
        attack(*small_return(kind, assessments, 100 + seed, tmp_path))


def messy(rng: np.random.Generator, number: int) -> pd.DataFrame:
    """A table of random days, some missing, unreadable or the wrong way round; some columns are left out."""

    def day(filled: float) -> object:
        if rng.random() > filled:
            return rng.choice([None, None, "Open", "rubbish"], p=[0.5, 0.4, 0.08, 0.02])
        return LAST - dt.timedelta(days=int(rng.integers(-20, 700)))

    def column(*words: str) -> list[str]:
        return [str(word) for word in rng.choice(words, number)]

    columns: dict[str, list[object]] = {
        "Person ID": [int(each) for each in rng.integers(1, number, number)],
        "Referral date": [day(0.9) for _ in range(number)],
        "Start date": [day(0.95) for _ in range(number)],
        "End date": [day(0.8) for _ in range(number)],
        "S47 start": [day(0.4) for _ in range(number)],
        "ICPC date": [day(0.3) for _ in range(number)],
        "Closure date": [day(0.5) for _ in range(number)],
        "ICPC not required": list(column("y", "n", "")),
        "NFA": list(column("Yes", "No", "")),
        "Disabled": list(column("Yes", "No", "Unknown")),
    }
    needed = ("Start date", "End date")
    return pd.DataFrame(
        {name: cells for name, cells in columns.items() if name in needed or rng.random() > 0.2}
    )


def attack_messy_table(seed: int) -> bool:
    """Whether it was read: some are too messy, and are refused."""
    rng = np.random.default_rng(seed)
    table, year = messy(rng, int(rng.integers(20, 150))), 2023 if rng.random() < 0.5 else None
    holds = str(rng.choice(["open", "both", "completed", "begun", "begun-and-completed"]))
    try:
        made = [
            read_return(table, authority="857", year=year, holds=holds, internal=i) for i in (False, True)
        ]
    except ReturnError:
        return False
    attack(made[0], made[1])
    return True


@pytest.mark.slow
def test_no_output_of_a_messy_table_narrows_a_withheld_count() -> None:
    assert sum(map(attack_messy_table, range(5))) >= 3


@pytest.mark.long
def test_none_of_sixty_messy_tables_gives_a_count_away() -> None:
    assert sum(map(attack_messy_table, range(100, 160))) >= 40


def test_the_attack_finds_a_count_that_a_median_gives_away() -> None:
    """28, c, 10 and c of 60, and half of them by day 21: fewer than 30 before it, so the first c is one."""
    numbers = dict.fromkeys(BANDS, 0)
    numbers |= {"days_1_10": 28, "days_21_30": 10, "assessments_completed": 60}
    shown: dict[str, int | None] = {**numbers, "days_11_20": None, "days_31_40": None}
    shown |= {"within_45_days": 60, "over_45_days": 0}
    rows: list[dict[str, object]] = [
        {"measure": "median_days", "pct": None, "shown": "21 days", "method": "completed in the window"}
    ]
    known = Knowledge(shown)
    _of_assessments(known, rows)
    assert not known.allows({"days_11_20": 2}) and known.allows({"days_11_20": 1})
    rows[0]["shown"] = "11 to 40 days"
    known = Knowledge(shown)
    _of_assessments(known, rows)
    assert known.allows({"days_11_20": 6}) and known.allows({"days_31_40": 6})


def test_a_median_is_shown_as_bands_where_its_day_would_narrow_a_count(tmp_path: Path) -> None:
    from own import episode, written

    from simkit.model.inputs.calendar import holidays

    took = [5] * 28 + [15] + [21] * 10 + [35] * 21
    day = np.datetime64("2022-06-06")
    rows = [episode(str(day), str(day), str(np.busday_offset(day, n, holidays=holidays()))) for n in took]
    found = read_return(written(tmp_path, *rows))
    exact = read_return(written(tmp_path, *rows), internal=True)
    assert exact.durations is not None and exact.durations.median_days == 21
    assert found.durations is not None and found.durations.median_days is None
    assert found.count("days_11_20") is None and found.count("assessments_completed") == 60
    assert "to" in str(found.durations.quartiles[1])
    assert attack(found, exact) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_pickled_return_holds_what_may_be_shown_and_nothing_else(kind: str, tmp_path: Path) -> None:
    returned, exact = small_return(kind, 60, 11, tmp_path)
    again = pickle.loads(pickle.dumps(returned))
    assert again.shown == returned.shown and again.to_dict() == returned.to_dict()
    small = {name for name, number in exact.shown.items() if number is not None and 0 < number <= 5}
    assert small and all(again.shown[name] is None for name in small)
    held = set(pickle.dumps(returned).split(b"\x8c"))  # names of the classes and fields in the pickle
    assert not any(b"simkit.returns.counts" in each or b"simkit.returns.records" in each for each in held)

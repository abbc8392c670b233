"""Synthetic children, who don't exist: for tests and demonstrations in place of a real return.

They are drawn from stated parameters, or taken from a simulated run. The files made of them
(``file_formats``) say that they are synthetic, and so does a ``Return`` read from such a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Ints
from simkit.common.whole_numbers import repeated, sums_of
from simkit.data import BANDS
from simkit.model.inputs.calendar import holidays
from simkit.model.inputs.profile import Profile
from simkit.returns.dates import year_window
from simkit.returns.enquiries import CONFERENCE_BANDS
from simkit.returns.errors import ReturnError
from simkit.returns.readers.files import SIMULATED, SYNTHETIC

if TYPE_CHECKING:
    import pandas as pd

Dates = NDArray[np.datetime64]

RECORD_TYPE = "synthetic return"
COLUMNS = (
    "record_type",
    "LAchildID",
    "CINreferralDate",
    "ReferralSource",
    "ReferralNFA",
    "CINclosureDate",
    "Disabled",
    "AssessmentActualStartDate",
    "AssessmentAuthorisationDate",
    "S47ActualStartDate",
    "ICPCnotRequired",
    "DateOfInitialCPC",
)
_SOURCES = np.array(["1A", "1B", "2A", "3A", "3E", "4", "5A", "6", "8"], dtype=object)
_LONGEST = {"days_61_plus": 120, "icpc_days_21_plus": 40}
_TOPS = (0, 10, 20, 30, 40, 45, 50, 60, 120)
_IN_TIME = 6  # of the bands, those up to day 45
_MOST_CHILDREN = 6
_NONE = np.datetime64("NaT", "s")


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters from which synthetic children are drawn. Shares run from 0 to 1.

    ``referrals`` of children a year, evenly by ``by_month`` (April first). ``bands``: shares of assessments
    by published band of duration, even within a band. ``conference_bands``: the same of conferences by
    working days from the start of the enquiry. ``further_sibling``: the chance of one more child in a family.
    ``closing``: the share of cases closed within sixty days of their assessment; the others stay open.
    ``years`` of referrals are drawn before the return ends, so that it begins with cases in every state.
    ``weekend_share``: referrals on days when offices are closed, None for as many as on other days.
    ``month_spread``: standard deviation of the logarithm of each month's referrals around ``by_month``, and
    ``late_with_load``: by how many points the share within 45 days falls where a month has 1% more.
    """

    referrals: float
    by_month: tuple[float, ...] = (1 / 12,) * 12
    nfa_share: float = 0.07
    rereferral_share: float = 0.2
    assessed_share: float = 0.95
    section_47_share: float = 0.35
    conference_share: float = 0.35
    bands: tuple[float, ...] = (0.02, 0.14, 0.11, 0.13, 0.22, 0.19, 0.06, 0.06, 0.07)
    conference_bands: tuple[float, ...] = (0.35, 0.45, 0.1, 0.1)
    further_sibling: float = 0.38
    disabled_share: float = 0.1
    closing: float = 0.8
    years: int = 3
    weekend_share: float | None = None
    month_spread: float = 0.0
    late_with_load: float = 0.0

    def __post_init__(self) -> None:
        wrong = [
            name
            for name, length in (
                ("by_month", 12),
                ("bands", len(BANDS)),
                ("conference_bands", len(CONFERENCE_BANDS)),
            )
            if len(getattr(self, name)) != length or abs(sum(getattr(self, name)) - 1) > 1e-6
        ]
        if wrong or self.referrals <= 0:
            raise ReturnError(f"Nothing can be drawn: {', '.join(wrong) or 'referrals'} can't be as given.")


def parameters_of(profile: Profile) -> Parameters:
    """The parameters that follow from a profile."""
    within = 0.8 if profile.icpc_within_15_share is None else profile.icpc_within_15_share
    return Parameters(
        referrals=profile.referrals,
        by_month=tuple(month / sum(profile.by_month) for month in profile.by_month),
        nfa_share=profile.nfa_share,
        rereferral_share=profile.rereferral_share,
        assessed_share=profile.assessed_share,
        section_47_share=profile.section_47_share,
        conference_share=profile.conference_share,
        bands=_bands(profile),
        conference_bands=(within * 0.45, within * 0.55, (1 - within) / 2, (1 - within) / 2),
    )


def _bands(profile: Profile) -> tuple[float, ...]:
    """The published bands. Where small counts are withheld: usual ones, as many in time as published."""
    published, usual = profile.published, Parameters(profile.referrals).bands
    if published is None:
        return usual
    known = tuple(share for share in published.shares if share is not None)
    if len(known) == len(BANDS):
        return known
    if published.within_45_share is None:
        return usual
    in_time, within = sum(usual[:_IN_TIME]), published.within_45_share
    return tuple(
        share * (within / in_time if band < _IN_TIME else (1 - within) / (1 - in_time))
        for band, share in enumerate(usual)
    )


def children(parameters: Parameters, year: int, seed: int = 1) -> pd.DataFrame:
    """Synthetic children referred in the years up to 31 March ``year``, one row a child and referral.

    The columns are those of a simulated case table. What happens after the last day is left empty.
    """
    rng = np.random.default_rng([seed, year])
    loads = _loads(parameters, np.random.default_rng([seed, year, 1]))
    families = _families(parameters, year, rng, loads)
    size = len(families["date"])
    number = np.minimum(1 + rng.geometric(1 - parameters.further_sibling, size) - 1, _MOST_CHILDREN)
    last = np.datetime64(int(year_window(year)[1]), "D")
    chance = rng.random(size)
    nfa = chance < parameters.nfa_share
    assessed = ~nfa & (rng.random(size) < parameters.assessed_share)
    start = _after(families["date"], rng.integers(0, 2, size))
    took = _days_in_bands(rng, parameters.bands, _TOPS, size)
    if parameters.late_with_load:
        load = _load(parameters, families["date"], number[_first_rows(families["family"])])
        took = _with_load(parameters, load, took, np.random.default_rng([seed, year, 2]))
    end = _after(start, took)
    has_enquiry = assessed & (rng.random(size) < parameters.section_47_share)
    enquiry_start = _after(start, rng.integers(0, 4, size))
    has_conference = has_enquiry & (rng.random(size) < parameters.conference_share)
    tops = (*(top for _, top in CONFERENCE_BANDS[:-1]), _LONGEST["icpc_days_21_plus"])
    conference = _after(enquiry_start, _days_in_bands(rng, parameters.conference_bands, tops, size))
    closing = end + rng.integers(0, 60, size).astype("timedelta64[D]")
    closed = np.where(nfa, start, np.where(rng.random(size) < parameters.closing, closing, _NONE))
    closed = np.where(~nfa & ~assessed, start, closed)
    decision = _after(enquiry_start, np.full(size, 8))
    columns = {
        "CINreferralDate": families["date"],
        "ReferralSource": _SOURCES[rng.integers(0, len(_SOURCES), size)],
        "ReferralNFA": np.where(nfa, "true", "false"),
        "CINclosureDate": _until(closed, last),
        # a child's own: the first draw of its family
        "Disabled": np.where(
            rng.random(size)[families["family"]] < parameters.disabled_share, "true", "false"
        ),
        "AssessmentActualStartDate": _until(np.where(assessed, start, _NONE), last),
        "AssessmentAuthorisationDate": _until(np.where(assessed, end, _NONE), last),
        "S47ActualStartDate": _until(np.where(has_enquiry, enquiry_start, _NONE), last),
        "ICPCnotRequired": np.where(
            has_enquiry & (enquiry_start <= last),
            np.where(~has_conference & (decision <= last), "true", "false"),
            "",
        ),
        "DateOfInitialCPC": _until(np.where(has_conference, conference, _NONE), last),
    }
    return _table(families["family"], number, columns)


def from_cases(cases: pd.DataFrame) -> pd.DataFrame:
    """A simulated case table as synthetic children: the same dates under ids of their own.

    A further assessment of an open case, which has no referral in the table, is put under an earlier
    referral of the same child where there is one, else under one of the day before the table begins.
    """
    if set(cases["record_type"].unique()) - {"simulated"}:
        raise ReturnError("A synthetic return is made from a simulated case table, and from no other.")
    table = cases.copy()
    table["record_type"] = RECORD_TYPE
    table["LAchildID"] = table["LAchildID"].str.replace(SIMULATED, SYNTHETIC, n=1)
    table["ReferralSource"] = "1A"
    table["Disabled"] = np.where(table["route"] == "disabled_children", "true", "false")
    further = table["kind"] == "further assessment"
    first = table.loc[~further].groupby("LAchildID")["CINreferralDate"].min()
    earlier = table["CINreferralDate"].min() - np.timedelta64(1, "D")
    own = table.loc[further, "LAchildID"].map(first)
    late = own.isna() | (own > table.loc[further, "CINreferralDate"])
    table.loc[further, "CINreferralDate"] = own.where(~late, earlier)
    return table[list(COLUMNS)]


def _loads(parameters: Parameters, rng: np.random.Generator) -> NDArray[np.float64]:
    """The logarithm of each month's referrals around the usual, a row a year, the last year first."""
    shape = (parameters.years, 12)
    return rng.normal(0, parameters.month_spread, shape) if parameters.month_spread else np.zeros(shape)


def _load(parameters: Parameters, date: Dates, children: Ints) -> NDArray[np.float64]:
    """The logarithm of the children referred in the month of each referral, around those expected in it."""
    month = date.astype("datetime64[M]").astype(np.int64)
    number = sums_of(month - month.min(), children)[month - month.min()]
    expected = parameters.referrals * np.array(parameters.by_month)[(month - 3) % 12]
    return np.asarray(np.log(number / expected))


def _first_rows(family: Ints) -> Ints:
    """The first row of each row's family, which has the number of its children."""
    families, first = np.unique(family, return_index=True)
    return np.asarray(first[np.searchsorted(families, family)], dtype=np.int64)


def _with_load(
    parameters: Parameters, load: NDArray[np.float64], took: Ints, rng: np.random.Generator
) -> Ints:
    """Durations of which some pass day 45, or some fewer do, where more or fewer were referred."""
    change = parameters.late_with_load * load  # of the share in time
    in_time, limit = took <= _TOPS[_IN_TIME - 1], _TOPS[_IN_TIME - 1]
    share = sum(parameters.bands[:_IN_TIME])
    chance = np.where(in_time, np.clip(change, 0, None) / share, np.clip(-change, 0, None) / (1 - share))
    moved = rng.random(len(took)) < chance
    other = np.where(in_time, rng.integers(limit + 1, 61, len(took)), rng.integers(21, limit + 1, len(took)))
    return np.where(moved, other, took)


def _families(
    parameters: Parameters, year: int, rng: np.random.Generator, loads: NDArray[np.float64]
) -> dict[str, Any]:
    """Referrals of families by day, in their order, and which family each is of."""
    mean = sum(parameters.further_sibling**k for k in range(_MOST_CHILDREN))
    days: list[Dates] = []
    for past in range(parameters.years):
        for month, share in enumerate(parameters.by_month):
            first = np.datetime64(f"{year - 1 - past}-04") + np.timedelta64(month, "M")
            every = np.arange(
                first.astype("datetime64[D]"), (first + np.timedelta64(1, "M")).astype("datetime64[D]")
            )
            count = rng.poisson(parameters.referrals * share * np.exp(loads[past, month]) / mean)
            days.append(np.asarray(rng.choice(every, count)))
    date = np.concatenate(days)
    if parameters.weekend_share is not None:
        date = _on_working_days(date, parameters.weekend_share, rng)
    date = np.sort(date)
    family = np.arange(len(date))
    again = rng.random(len(date)) < parameters.rereferral_share
    since = np.searchsorted(date, date - np.timedelta64(364, "D"))
    before = np.searchsorted(date, date)
    for row in np.flatnonzero(again & (before > since)).tolist():
        family[row] = family[int(rng.integers(since[row], before[row]))]
    return {"date": date, "family": family}


def _on_working_days(date: Dates, weekend_share: float, rng: np.random.Generator) -> Dates:
    """Referrals of which all but a share come on working days: the others on the next."""
    closed = ~np.is_busday(date, holidays=holidays())
    stays = rng.random(len(date)) < weekend_share / max(float(closed.mean()), 1e-9)
    return np.where(closed & ~stays, _after(date, np.zeros(len(date), dtype=np.int64)), date)


def _table(family: Ints, number: Ints, columns: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    size = number[_first_rows(family)]
    row = repeated(np.arange(len(family)), size)
    child = np.arange(len(row)) - repeated(np.cumsum(size) - size, size) + 1
    ids = [f"{SYNTHETIC}{f + 1:06}-{c}" for f, c in zip(family[row].tolist(), child.tolist(), strict=True)]
    table = {"record_type": RECORD_TYPE, "LAchildID": ids}
    return pd.DataFrame(table | {name: column[row] for name, column in columns.items()})[list(COLUMNS)]


def _days_in_bands(
    rng: np.random.Generator, shares: tuple[float, ...], tops: tuple[int, ...], size: int
) -> Ints:
    """Working days drawn from bands: the band by its share, then evenly within it."""
    bottoms = np.array([-1, *tops[:-1]]) + 1
    band = rng.choice(len(shares), size, p=np.array(shares) / sum(shares))
    return np.asarray(rng.integers(bottoms[band], np.array(tops)[band] + 1), dtype=np.int64)


def _after(dates: Dates, working_days: Ints) -> Dates:
    """The working day so many after each date, or after the first working day that follows it."""
    moved = np.busday_offset(dates.astype("datetime64[D]"), working_days, roll="forward", holidays=holidays())
    return np.asarray(moved)


def _until(dates: Dates, last: np.datetime64) -> Dates:
    return np.where(dates <= last, dates, _NONE).astype("datetime64[s]")

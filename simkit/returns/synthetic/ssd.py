"""Synthetic children as a Standard Safeguarding Dataset: the same children as in the other returns.

What the other returns don't hold (contacts, visits, allocations, workers) is drawn from stated parameters.
Ids of children and workers begin with ``SYN-``, and a file beside the tables says what they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Bools, Ints
from simkit.model.inputs.calendar import holidays
from simkit.returns.readers.files import SYNTHETIC
from simkit.returns.synthetic.file_formats import NOTICE

if TYPE_CHECKING:
    import pandas as pd

_DAY = "datetime64[D]"
_TEAMS = ("North Assessment Team", "South Assessment Team", "East Assessment Team", "West Assessment Team")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class CaseworkParameters:
    """Parameters of what the other returns don't hold. Shares run from 0 to 1, times are in working days.

    ``contact``: referrals with a contact before them, ``contact_days`` apart in the mean, and
    ``other_contacts`` of other children for each referral. ``allocation_days``: mean from referral to
    allocation; ``unallocated``: cases without an allocation that is recorded. ``visit_days``: mean from
    allocation to the first visit; ``further_visit``: the chance of another, two weeks later, while the
    assessment runs. ``seen`` and ``alone``: of visits. ``handover``: assessments that change hands once.
    ``referrals_per_worker`` a year; ``part_time``: workers at 0.6; ``agency``: workers from agencies.
    """

    contact: float = 0.9
    contact_days: float = 1.5
    other_contacts: float = 0.8
    allocation_days: float = 2.0
    unallocated: float = 0.03
    visit_days: float = 5.0
    further_visit: float = 0.6
    seen: float = 0.85
    alone: float = 0.6
    handover: float = 0.15
    referrals_per_worker: float = 50.0
    part_time: float = 0.25
    agency: float = 0.2
    teams: tuple[str, ...] = _TEAMS


def dataset_tables(
    children: pd.DataFrame, last: np.datetime64, seed: int = 1, parameters: CaseworkParameters | None = None
) -> dict[str, pd.DataFrame]:
    """The tables of a dataset by name, as of the day ``last``; ``children``: as they are drawn."""
    p = CaseworkParameters() if parameters is None else parameters
    return _Maker(children, last.astype(_DAY), np.random.default_rng([seed, 19]), p).tables()


def dataset_files(tables: Mapping[str, pd.DataFrame]) -> dict[str, bytes]:
    """The tables as CSV files, and a text that says what they are."""
    files = {
        f"{name}.csv": table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
        for name, table in tables.items()
    }
    return {**files, "README.txt": f"{NOTICE}\r\n".encode()}


class _Maker:
    """Makes the tables; families are drawn once, and each of their children has the same dates."""

    def __init__(
        self,
        children: pd.DataFrame,
        last: np.datetime64,
        rng: np.random.Generator,
        parameters: CaseworkParameters,
    ) -> None:
        rows = children.loc[children["CINreferralDate"] <= last.astype("datetime64[s]")]
        self.rows = rows.drop_duplicates(["LAchildID", "CINreferralDate"]).reset_index(drop=True)
        self.last, self.rng, self.p = last, rng, parameters
        self.child = self.rows["LAchildID"].to_numpy(dtype=object)
        family = self.rows["LAchildID"].str.rpartition("-")[0] + self.rows["CINreferralDate"].astype(str)
        self.family = np.unique(family.to_numpy(dtype=object), return_inverse=True)[1]
        self.families = int(self.family.max()) + 1
        days = {
            name: self.rows[name].to_numpy().astype(_DAY) for name in map(str, self.rows) if "Date" in name
        }
        self.referred, self.closed = days["CINreferralDate"], days["CINclosureDate"]
        self.start, self.end = days["AssessmentActualStartDate"], days["AssessmentAuthorisationDate"]
        self.enquiry, self.conference = days["S47ActualStartDate"], days["DateOfInitialCPC"]
        self.nfa = self.rows["ReferralNFA"].to_numpy() == "true"
        self.referral = np.array([f"R{number + 1}" for number in range(len(self.rows))], dtype=object)

    def tables(self) -> dict[str, pd.DataFrame]:
        import pandas as pd

        workers = self._workers()
        made: dict[str, dict[str, object]] = {
            "ssd_cin_episodes": {
                "cine_referral_id": self.referral,
                "cine_person_id": self.child,
                "cine_referral_date": _text(self.referred),
                "cine_close_date": _text(self.closed),
                "cine_referral_nfa": np.where(self.nfa, "Y", "N"),
                "cine_referral_source_code": self.rows["ReferralSource"].to_numpy(),
            },
            "ssd_cin_assessments": self._assessments(workers),
            "ssd_s47_enquiry": self._enquiries(),
            "ssd_initial_cp_conference": self._conferences(),
            "ssd_disability": self._disabilities(),
            "ssd_contacts": self._contacts(),
            "ssd_cin_visits": self._visits(),
            "ssd_involvements": self._involvements(workers),
            "ssd_professionals": workers.table(),
            "ssd_department": {
                "dept_team_id": [f"T{n + 1}" for n in range(len(self.p.teams))],
                "dept_team_name": list(self.p.teams),
            },
        }
        return {name: pd.DataFrame(columns) for name, columns in made.items()}

    def _each(self, drawn: NDArray[np.generic]) -> NDArray[np.generic]:
        """What was drawn for families, for each of their children."""
        return np.asarray(drawn[self.family])

    def _chance(self, share: float) -> Bools:
        return np.asarray(self._each(self.rng.random(self.families) < share), dtype=bool)

    def _wait(self, mean: float) -> Ints:
        """Working days with this mean: geometric, from 0 up."""
        days = self.rng.geometric(1 / (1 + mean), self.families) - 1
        return np.asarray(self._each(np.minimum(days, _LONGEST)), dtype=np.int64)

    def _workers(self) -> _Workers:
        years = max(1.0, float((self.last - self.referred.min()).astype(np.int64)) / 365)
        size = max(12, round(len(self.rows) / years / self.p.referrals_per_worker))
        part_time, agency = (self.rng.random(size) < share for share in (self.p.part_time, self.p.agency))
        return _Workers(
            team=np.arange(size) % len(self.p.teams),
            fte=np.where(part_time, 0.6, 1.0),
            agency=agency,
            of_family=self.rng.integers(0, size, self.families),
            second=self.rng.integers(0, size, self.families),
        )

    def _allocated(self) -> NDArray[np.datetime64]:
        """The day of allocation of each case, NaT for those without one; drawn once."""
        if not hasattr(self, "_days_allocated"):
            day = _after(self.referred, self._wait(self.p.allocation_days))
            has_one = ~self.nfa & ~np.isnat(self.start) & ~self._chance(self.p.unallocated)
            self._days_allocated = np.where(has_one & (day <= self.last), day, np.datetime64("NaT", "D"))
        return self._days_allocated

    def _assessments(self, workers: _Workers) -> dict[str, object]:
        rows = ~np.isnat(self.start)
        worker = self._each(workers.of_family)[rows].astype(np.int64)
        return {
            "cina_assessment_id": [f"A{n + 1}" for n in range(int(rows.sum()))],
            "cina_person_id": self.child[rows],
            "cina_referral_id": self.referral[rows],
            "cina_assessment_start_date": _text(self.start[rows]),
            "cina_assessment_auth_date": _text(self.end[rows]),
            "cina_assessment_team": [f"T{workers.team[n] + 1}" for n in worker],
            "cina_assessment_worker_id": [workers.id(n) for n in worker],
        }

    def _enquiries(self) -> dict[str, object]:
        rows = ~np.isnat(self.enquiry)
        needless = self.rows["ICPCnotRequired"].to_numpy()[rows] == "true"
        held = ~np.isnat(self.conference[rows])
        ended = _after(self.enquiry[rows], np.full(int(rows.sum()), 8))
        over = (needless | held) & (ended <= self.last)
        return {
            "s47e_s47_enquiry_id": [f"E{each[1:]}" for each in self.referral[rows]],
            "s47e_referral_id": self.referral[rows],
            "s47e_person_id": self.child[rows],
            "s47e_s47_start_date": _text(self.enquiry[rows]),
            "s47e_s47_end_date": _text(np.where(over, ended, np.datetime64("NaT", "D"))),
            "s47e_s47_outcome_json": [
                '{"NFA_FLAG": "N", "CP_CONFERENCE_FLAG": "' + ("N" if each else "Y") + '"}'
                for each in needless.tolist()
            ],
        }

    def _conferences(self) -> dict[str, object]:
        rows = ~np.isnat(self.conference)
        return {
            "icpc_icpc_id": [f"C{each[1:]}" for each in self.referral[rows]],
            "icpc_s47_enquiry_id": [f"E{each[1:]}" for each in self.referral[rows]],
            "icpc_referral_id": self.referral[rows],
            "icpc_person_id": self.child[rows],
            "icpc_icpc_date": _text(self.conference[rows]),
        }

    def _disabilities(self) -> dict[str, object]:
        disabled = self.rows.loc[self.rows["Disabled"] == "true", "LAchildID"].unique()
        return {
            "disa_table_id": [f"D{n + 1}" for n in range(len(disabled))],
            "disa_person_id": disabled,
            "disa_disability_code": ["DDA"] * len(disabled),
        }

    def _contacts(self) -> dict[str, object]:
        rows = self._chance(self.p.contact)
        before = _before(self.referred, self._wait(self.p.contact_days))[rows]
        others = int(self.p.other_contacts * len(self.rows))
        days = self.referred[self.rng.integers(0, len(self.rows), others)]
        child = [f"{SYNTHETIC}N{n + 1:06}" for n in range(others)]
        dates = np.concatenate([before, days])
        return {
            "cont_contact_id": [f"K{n + 1}" for n in range(len(dates))],
            "cont_person_id": [*self.child[rows], *child],
            "cont_contact_date": _text(dates),
        }

    def _visits(self) -> dict[str, object]:
        first = _after(self._allocated(), self._wait(self.p.visit_days))
        until = np.where(np.isnat(self.end), self.last, self.end)
        days, going = [first], np.ones(len(first), dtype=bool)
        for _ in range(4):
            going = going & self._chance(self.p.further_visit)
            later = _after(days[-1], np.full(len(first), 10))
            days.append(np.where(going, later, np.datetime64("NaT", "D")))
        child, date = [], []
        for day in days:
            there = ~np.isnat(day) & (day <= until) & (day <= self.last)
            child.append(self.child[there])
            date.append(day[there])
        size = sum(map(len, date))
        seen = self.rng.random(size) < self.p.seen
        alone = seen & (self.rng.random(size) < self.p.alone)
        return {
            "cinv_cin_visit_id": [f"V{n + 1}" for n in range(size)],
            "cinv_person_id": np.concatenate(child),
            "cinv_cin_visit_date": _text(np.concatenate(date)),
            "cinv_cin_visit_seen": np.where(seen, "Y", "N"),
            "cinv_cin_visit_seen_alone": np.where(alone, "Y", "N"),
        }

    def _involvements(self, workers: _Workers) -> dict[str, object]:
        day = self._allocated()
        there = ~np.isnat(day)
        first, second = (self._each(each).astype(np.int64) for each in (workers.of_family, workers.second))
        over = np.where(np.isnat(self.closed), np.datetime64("NaT", "D"), self.closed)
        change = _after(day, 5 + self._wait(8.0))
        changes = there & self._chance(self.p.handover) & (first != second) & (change <= self.last)
        changes &= np.isnat(self.end) | (change < self.end)
        one = {"worker": first, "start": day, "end": np.where(changes, change, over), "rows": there}
        two = {"worker": second, "start": change, "end": over, "rows": changes}
        parts = [{k: each[k][each["rows"]] for k in ("worker", "start", "end")} for each in (one, two)]
        rows = [each["rows"] for each in (one, two)]
        worker = np.concatenate([part["worker"] for part in parts])
        size = len(worker)
        return {
            "invo_involvements_id": [f"I{n + 1}" for n in range(size)],
            "invo_professional_id": [workers.id(n) for n in worker],
            "invo_professional_role_id": ["CW"] * size,
            "invo_involvement_start_date": _text(np.concatenate([part["start"] for part in parts])),
            "invo_involvement_end_date": _text(np.concatenate([part["end"] for part in parts])),
            "invo_person_id": np.concatenate([self.child[each] for each in rows]),
            "invo_referral_id": np.concatenate([self.referral[each] for each in rows]),
        }


@dataclass(frozen=True, eq=False)
class _Workers:
    """Workers who don't exist, and which of them each family has, and has after a hand-over."""

    team: Ints
    fte: NDArray[np.float64]
    agency: Bools
    of_family: Ints
    second: Ints

    @staticmethod
    def id(number: int) -> str:
        return f"{SYNTHETIC}W{number + 1:04}"

    def table(self) -> dict[str, object]:
        return {
            "prof_professional_id": [self.id(n) for n in range(len(self.fte))],
            "prof_full_time_equivalency": self.fte,
            "prof_agency_worker_flag": np.where(self.agency, "Y", "N"),
        }


def _after(days: NDArray[np.datetime64], working_days: Ints) -> NDArray[np.datetime64]:
    """The working day so many after each day; NaT stays."""
    there = ~np.isnat(days)
    moved = np.full(len(days), np.datetime64("NaT", "D"), dtype=_DAY)
    moved[there] = np.busday_offset(
        days[there].astype(_DAY), working_days[there], roll="forward", holidays=holidays()
    )
    return moved


def _before(days: NDArray[np.datetime64], working_days: Ints) -> NDArray[np.datetime64]:
    """The working day so many before each day, or the day itself where it is 0."""
    moved = np.busday_offset(days.astype(_DAY), -working_days, roll="backward", holidays=holidays())
    return np.asarray(np.where(working_days == 0, days.astype(_DAY), moved))


def _text(days: NDArray[np.datetime64]) -> NDArray[np.str_]:
    """Dates as a database exports them; empty ones are empty."""
    days = days.astype(_DAY)
    text = np.datetime_as_string(np.where(np.isnat(days), np.datetime64("1970-01-01"), days), unit="D")
    return np.where(np.isnat(days), "", np.char.add(text, " 00:00:00"))

"""The event log and the table of children: right to the minute, and plainly simulated."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from kit import always, council, setting, together, workload
from paths import ROOT

from simkit.framework.framework import Framework
from simkit.model.inputs.calendar import holidays
from simkit.model.measures.event_log import RECORD_TYPE, case_table, to_log
from simkit.model.measures.measures import measure
from simkit.model.outcome import MISSING, Outcome
from simkit.model.workload.arrivals import REPEAT, REREFERRAL, STOCK
from simkit.model.workload.sample import sample
from simkit.model.workload.workload import ALLOCATION, CLOSED, OWN_WORKER, Workload
from simkit.output.answers.simulated_cases import CASES, EVENTS, save_simulated

pytestmark = pytest.mark.slow

DAY = 444  # 9:00 to 16:24
POOLS = ("social_worker", "team_manager")
MANAGER = 1
STEPS = ("screening", "allocation", "visit", "sign_off")
MARKS = {
    "decided": (0,),
    "assessment_started": (0,),
    "allocated": (1,),
    "child_seen": (2,),
    "authorised": (3,),
}


def moment(text: str) -> pd.Timestamp:
    return pd.Timestamp(f"2000-01-{text}")


def told(*ends: int | None, came: int = 60) -> tuple[Workload, Outcome]:
    """One case screened, allocated, visited, signed off: each begun where the one before it ended."""
    staff = together(always(OWN_WORKER, 2, 20, DAY), always(MANAGER, 1, 20, DAY, 2))
    tasks = {
        "case": [0] * 4,
        "step": [0, 1, 2, 3],
        "pool": [MANAGER, ALLOCATION, OWN_WORKER, MANAGER],
        "parent": [-1, 0, 1, 2],
        "closes": [False, False, False, True],
    }
    work = workload([came], tasks, staff, day=DAY, pools=POOLS, children=[2], steps=STEPS, marks=MARKS)
    end = np.array([MISSING if e is None else e for e in ends], dtype=np.int64)
    begin = np.array([came, *end[:-1]])
    run = Outcome(
        arrival=work.cases.arrival,
        ready=begin,
        queued=begin,
        start=begin,
        end=end,
        worker=np.where(end == MISSING, MISSING, [2, 1, 1, 2]),
        handover=np.zeros(4, dtype=np.int64),
        effort=work.tasks.effort,
        stopped=work.final_minute,
        ending="final minute",
    )
    return work, run


# By hand


def test_minutes_lie_on_the_day_from_nine() -> None:
    """Comes on the first day at minute 60; screened by 100, allocated at once, seen on the second day."""
    log = to_log(*told(100, 100, DAY + 30, None))
    assert log["case:concept:name"].tolist() == ["SIM-000001"] * 3
    assert log["concept:name"].tolist() == ["screening", "allocation", "visit"]
    assert log["org:resource"].tolist() == ["team_manager 1", "social_worker 2", "social_worker 2"]
    assert log["org:role"].tolist() == ["team_manager", "social_worker", "social_worker"]
    assert log["start_timestamp"].tolist() == [moment("03 10:00"), moment("03 10:40"), moment("03 10:40")]
    assert log["time:timestamp"].tolist() == [moment("03 10:40"), moment("03 10:40"), moment("04 09:30")]
    assert (log["ready_timestamp"] == log["start_timestamp"]).all()
    assert (log["case:children"] == 2).all()


def test_what_ends_with_the_day_ends_on_it_and_what_begins_then_begins_on_the_next() -> None:
    log = to_log(*told(DAY, DAY, 2 * DAY, 2 * DAY + 1))
    assert log["time:timestamp"].tolist() == [
        moment("03 16:24"),
        moment("04 09:00"),  # of no length, on the minute that opens the day
        moment("04 16:24"),
        moment("05 09:01"),
    ]
    assert log["start_timestamp"].tolist()[1:] == [moment("04 09:00"), moment("04 09:00"), moment("05 09:00")]


def test_a_row_a_child_with_the_dates_of_the_case() -> None:
    table = case_table(*told(DAY + 10, DAY + 10, 2 * DAY + 5, 4 * DAY))
    assert table["LAchildID"].tolist() == ["SIM-000001-1", "SIM-000001-2"]
    for _, row in table.iterrows():
        assert row["CINreferralDate"] == moment("03")
        assert row["ReferralNFA"] == "false"
        assert row["AssessmentActualStartDate"] == moment("04")
        assert row["AssessmentAuthorisationDate"] == moment("06")  # the minute that opens the 7th
        for name in (
            "CINclosureDate",
            "AssessmentInternalReviewDate",
            "S47ActualStartDate",
            "DateOfInitialCPC",
        ):
            assert pd.isna(row[name])
        assert row["ICPCnotRequired"] == ""


def test_what_has_not_happened_is_empty() -> None:
    table = case_table(*told(None, None, None, None))
    assert table["AssessmentActualStartDate"].isna().all()
    assert table["AssessmentAuthorisationDate"].isna().all()
    table = case_table(*told(100, 100, 300, None))
    assert table["AssessmentActualStartDate"].notna().all()
    assert table["AssessmentAuthorisationDate"].isna().all()


def test_a_referral_keeps_its_own_date() -> None:
    """It came on the Saturday before the run's first working day."""
    work, run = told(100, 100, 300, 400, came=0)
    own = replace(work.cases, date=np.array(["2000-01-01"], dtype="datetime64[D]"))
    assert (case_table(replace(work, cases=own), run)["CINreferralDate"] == pd.Timestamp("2000-01-01")).all()


def test_a_referral_closed_at_the_front_door_is_closed_with_the_decision() -> None:
    work, run = told(DAY + 10, None, None, None)
    work = replace(work, cases=replace(work.cases, route=np.array([CLOSED])))
    table = case_table(work, run)
    assert (table["ReferralNFA"] == "true").all()
    assert (table["CINclosureDate"] == moment("04")).all()
    assert table["AssessmentActualStartDate"].isna().all()
    undecided = case_table(work, told(None, None, None, None)[1])
    assert (undecided["ReferralNFA"] == "false").all() and undecided["CINclosureDate"].isna().all()


def test_a_child_who_comes_back_is_the_same_child() -> None:
    """The second case follows from the first, the third from the second; the fourth is another family."""
    staff = always(OWN_WORKER, 1, 20, DAY)
    tasks = {"case": [0, 1, 2, 3], "closes": True, "pool": OWN_WORKER}
    work = workload([0, 10, 10, 5], tasks, staff, day=DAY, pools=POOLS)
    kind = np.array([0, REREFERRAL, REPEAT, 0])
    work = replace(work, cases=replace(work.cases, source=np.array([-1, 0, 1, -1]), kind=kind))
    nothing = np.full(4, MISSING)
    run = Outcome(
        np.array([0, 50, 90, 5]), *([nothing] * 5), np.zeros(4), np.zeros(4), stopped=100, ending="finished"
    )
    table = case_table(work, run)
    assert table["case"].tolist() == ["SIM-000001", "SIM-000002", "SIM-000003", "SIM-000004"]
    assert table["LAchildID"].tolist() == ["SIM-000001-1"] * 3 + ["SIM-000004-1"]
    assert table["kind"].tolist() == ["referral", "re-referral", "further assessment", "referral"]
    assert to_log(work, run).empty


# On a whole council


@pytest.fixture(scope="module")
def council_run(framework: Framework, fastest: Callable[[Workload], Outcome]) -> tuple[Workload, Outcome]:
    work = sample(setting(framework, council(300.0)), 5, 0)
    return work, fastest(work)


@pytest.fixture(scope="module")
def log(council_run: tuple[Workload, Outcome]) -> pd.DataFrame:
    return to_log(*council_run)


@pytest.fixture(scope="module")
def table(council_run: tuple[Workload, Outcome]) -> pd.DataFrame:
    return case_table(*council_run)


def test_one_row_for_each_task_done(council_run: tuple[Workload, Outcome], log: pd.DataFrame) -> None:
    work, run = council_run
    assert len(log) == (run.end != MISSING).sum()
    assert log["case:concept:name"].nunique() == len(np.unique(work.tasks.case[run.end != MISSING]))
    assert set(log["concept:name"]) <= set(work.steps)


def test_everything_happens_in_order_in_working_hours(log: pd.DataFrame) -> None:
    assert (log["ready_timestamp"] <= log["start_timestamp"]).all()
    assert (log["start_timestamp"] <= log["time:timestamp"]).all()
    assert log.groupby("case:concept:name")["time:timestamp"].is_monotonic_increasing.all()
    for name in ("ready_timestamp", "start_timestamp", "time:timestamp"):
        at = log[name]
        clock = at.dt.hour * 60 + at.dt.minute
        assert clock.between(9 * 60, 16 * 60 + 24).all()
        days = at.to_numpy().astype("datetime64[D]")
        assert np.is_busday(days, holidays=holidays()).all()


def test_nobody_in_the_log_does_two_things_at_once(log: pd.DataFrame) -> None:
    done = log[log["concept:name"] != "allocation"].sort_values(["org:resource", "start_timestamp"])
    before = done.groupby("org:resource")["time:timestamp"].shift()
    assert (done["start_timestamp"] >= before)[before.notna()].all()


def test_every_row_says_that_it_is_simulated(log: pd.DataFrame, table: pd.DataFrame) -> None:
    assert (log["record_type"] == RECORD_TYPE).all() and (table["record_type"] == RECORD_TYPE).all()
    assert log["case:concept:name"].str.fullmatch(r"SIM-\d{6}").all()
    assert table["LAchildID"].str.fullmatch(r"SIM-\d{6}-\d").all()


def test_every_child_referred_has_a_row(council_run: tuple[Workload, Outcome], table: pd.DataFrame) -> None:
    work, run = council_run
    came = (run.arrival != MISSING) & (work.cases.kind != STOCK)
    assert len(table) == work.cases.children[came].sum()
    assert not table.duplicated(["case", "LAchildID"]).any()
    weekend = table["CINreferralDate"].dt.day_of_week >= 5
    assert 0 < weekend.mean() < 0.15
    late = table["AssessmentActualStartDate"] >= table["CINreferralDate"]
    assert late[table["AssessmentActualStartDate"].notna()].all()


def test_no_further_action_goes_with_no_other_date(table: pd.DataFrame) -> None:
    """The census refuses a return with both."""
    none = table[table["ReferralNFA"] == "true"]
    assert len(none) > 0
    for name in ("AssessmentActualStartDate", "S47ActualStartDate", "DateOfInitialCPC"):
        assert none[name].isna().all()


def working_days(table: pd.DataFrame, start: str, end: str) -> np.ndarray:
    """Working days between two dates of each row, by the calendar alone."""
    first, last = (table[name].to_numpy().astype("datetime64[D]") for name in (start, end))
    return np.busday_count(first, last, holidays=holidays())


def inside(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table[table[name].between("2022-04-01", "2023-03-31")]


def test_the_dates_give_the_measures_again(
    council_run: tuple[Workload, Outcome], table: pd.DataFrame
) -> None:
    """Timeliness counted from the table, as from a return, is what the run was measured at."""
    found = measure(*council_run).values
    ended = inside(table, "AssessmentAuthorisationDate")
    days = working_days(ended, "AssessmentActualStartDate", "AssessmentAuthorisationDate")
    assert len(ended) == found["published_assessments"]
    assert 100 * (days <= 45).mean() == pytest.approx(found["published_within_45_days_pct"])
    assert np.sort(days)[(len(days) - 1) // 2] == found["published_median_days"]
    held = inside(table, "DateOfInitialCPC")
    days = working_days(held, "S47ActualStartDate", "DateOfInitialCPC")
    assert 100 * (days <= 15).mean() == pytest.approx(found["published_icpc_within_15_days_pct"])


def test_a_conference_not_required_was_not_held(table: pd.DataFrame) -> None:
    enquiry = table["S47ActualStartDate"].notna()
    assert set(table["ICPCnotRequired"][~enquiry]) == {""}
    assert set(table["ICPCnotRequired"][enquiry]) == {"true", "false"}
    assert table["DateOfInitialCPC"][table["ICPCnotRequired"] == "true"].isna().all()


def test_the_log_and_the_table_speak_of_the_same_cases(log: pd.DataFrame, table: pd.DataFrame) -> None:
    signed = log[log["concept:name"] == "sign_off"].groupby("case:concept:name")["time:timestamp"].max()
    ended = table.drop_duplicates("case").set_index("case")["AssessmentAuthorisationDate"].dropna()
    assert (signed.reindex(ended.index).dt.normalize() == ended).all()


# Other programs


def test_files_say_in_their_names_that_they_are_simulated(
    council_run: tuple[Workload, Outcome], table: pd.DataFrame, tmp_path: Path
) -> None:
    paths = save_simulated(*council_run, tmp_path / "run")
    assert [p.name for p in paths] == [CASES, EVENTS] == ["simulated-cases.csv", "simulated-events.csv"]
    read = pd.read_csv(paths[0], dtype=str, keep_default_na=False)
    assert list(read.columns) == list(table.columns) and len(read) == len(table)
    assert read["CINreferralDate"].str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    assert (read["AssessmentAuthorisationDate"] == "").sum() == table[
        "AssessmentAuthorisationDate"
    ].isna().sum()
    events = pd.read_csv(paths[1])
    assert pd.to_datetime(events["time:timestamp"]).notna().all()


def test_outcomes_do_not_bring_in_pandas() -> None:
    """It is for those who ask for a log."""
    code = (
        "import sys, simkit.model.outcome, simkit.model.measures.event_log; sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


@pytest.fixture(scope="module")
def pm4py() -> ModuleType:
    """Process mining; its own imports warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: ModuleType = pytest.importorskip("pm4py")
    return found


@pytest.mark.filterwarnings("ignore")
def test_process_mining_opens_the_log(pm4py: ModuleType, log: pd.DataFrame, tmp_path: Path) -> None:
    """Read as it is, without renaming: cases, activities, who follows whom; and back from an XES file."""
    edges, first, last = pm4py.discover_dfg(log)
    assert sum(first.values()) == sum(last.values()) == log["case:concept:name"].nunique()
    assert sum(edges.values()) == len(log) - log["case:concept:name"].nunique()
    assert max(first, key=first.get) == "screening"
    pm4py.write_xes(log, str(tmp_path / "simulated-events.xes"))
    again = pm4py.convert_to_dataframe(pm4py.read_xes(str(tmp_path / "simulated-events.xes")))
    assert len(again) == len(log)
    assert set(again["record_type"]) == {RECORD_TYPE}
    assert pm4py.get_event_attribute_values(again, "org:role") == log["org:role"].value_counts().to_dict()

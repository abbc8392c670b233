"""What is measured in a dataset is what was put into it: counted with pandas, apart from the readers."""

from __future__ import annotations

import math
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from own_dataset import as_csv, tables

from simkit.model.inputs.calendar import holidays
from simkit.returns.casework.response import own_response
from simkit.returns.read import read_return
from simkit.returns.readers.ssd import read_dataset
from simkit.returns.readers.ssd_dataset import Dataset
from simkit.returns.result import Return
from simkit.returns.synthetic.children import Parameters, children
from simkit.returns.synthetic.ssd import dataset_tables

FIRST, LAST = pd.Timestamp(2022, 4, 1), pd.Timestamp(2023, 3, 31)


def days_between(start: pd.Series, end: pd.Series) -> np.ndarray:
    """Working days: a start on a closed day is moved to the next open one, an end to the last before."""
    first = np.busday_offset(start.to_numpy().astype("datetime64[D]"), 0, "forward", holidays=holidays())
    last = np.busday_offset(end.to_numpy().astype("datetime64[D]"), 0, "backward", holidays=holidays())
    return np.maximum(np.busday_count(first, last, holidays=holidays()), 0)


def median(days: np.ndarray) -> float:
    return float(np.quantile(days, 0.5, method="inverted_cdf"))


@cache
def typed() -> dict[str, pd.DataFrame]:
    """The tables with dates as dates."""
    result = {}
    for name, table in tables().items():
        copy = table.copy()
        for column in [each for each in copy if each.endswith("_date")]:
            copy[column] = pd.to_datetime(copy[column].replace("", None))
        result[name] = copy
    return result


@cache
def completed() -> pd.DataFrame:
    """Assessments completed in the year beside their referral, a row each."""
    work = typed()["ssd_cin_assessments"].merge(
        typed()["ssd_cin_episodes"], left_on="cina_referral_id", right_on="cine_referral_id"
    )
    done = work["cina_assessment_auth_date"].between(FIRST, LAST)
    return work[done].reset_index(drop=True)


@cache
def truth() -> dict[str, float]:
    """Every figure of casework, with pandas alone."""
    all_, done = typed(), completed()
    found: dict[str, float] = {}

    visits = all_["ssd_cin_visits"].merge(
        done[["cina_assessment_id", "cine_person_id", "cine_referral_date", "cina_assessment_auth_date"]],
        left_on="cinv_person_id",
        right_on="cine_person_id",
    )
    visits = visits[
        visits["cinv_cin_visit_date"].between(
            visits["cine_referral_date"], visits["cina_assessment_auth_date"]
        )
    ]
    kinds = {
        "visit": visits,
        "seen": visits[visits["cinv_cin_visit_seen"] == "Y"],
        "seen_alone": visits[visits["cinv_cin_visit_seen_alone"] == "Y"],
    }
    for name, rows in kinds.items():
        first = rows.groupby("cina_assessment_id")[["cine_referral_date", "cinv_cin_visit_date"]].min()
        found[f"referral_to_{name}_days"] = median(
            days_between(first["cine_referral_date"], first["cinv_cin_visit_date"])
        )
        found[f"{name}_share"] = len(first) / len(done)
    number = visits.groupby("cina_assessment_id").size().reindex(done["cina_assessment_id"], fill_value=0)
    found["visits_mean"] = float(number.mean())
    found["further_visit_share"] = float((number > 1).mean())

    given = all_["ssd_involvements"].merge(done, left_on="invo_referral_id", right_on="cine_referral_id")
    given = given[given["invo_involvement_start_date"] <= given["cina_assessment_auth_date"]]
    first = given.groupby("cina_assessment_id")[["cine_referral_date", "invo_involvement_start_date"]].min()
    found["referral_to_allocation_days"] = median(
        days_between(first["cine_referral_date"], first["invo_involvement_start_date"])
    )
    inside = given["invo_involvement_start_date"] > given["cina_assessment_start_date"]
    second = given["invo_involvements_id"].str[1:].astype(int) > int(
        len(all_["ssd_involvements"]) - _second_allocations()
    )
    changed = given[inside & second].groupby("cina_assessment_id").size()
    found["handover_share"] = len(changed) / len(first)
    found["handovers_mean"] = float(changed.sum()) / len(first)

    referrals = all_["ssd_cin_episodes"]
    referrals = referrals[referrals["cine_referral_date"].between(FIRST, LAST)]
    contacts = all_["ssd_contacts"]
    pairs = referrals.merge(contacts, left_on="cine_person_id", right_on="cont_person_id")
    near = pairs["cont_contact_date"].between(
        pairs["cine_referral_date"] - pd.Timedelta(days=30), pairs["cine_referral_date"]
    )
    latest = pairs[near].groupby("cine_referral_id")[["cine_referral_date", "cont_contact_date"]].max()
    found["contact_to_referral_days"] = median(
        days_between(latest["cont_contact_date"], latest["cine_referral_date"])
    )
    asked = contacts[contacts["cont_contact_date"].between(FIRST, LAST - pd.Timedelta(days=30))]
    asked = asked.drop_duplicates(["cont_person_id", "cont_contact_date"])
    after = asked.merge(all_["ssd_cin_episodes"], left_on="cont_person_id", right_on="cine_person_id")
    led = after["cine_referral_date"].between(
        after["cont_contact_date"], after["cont_contact_date"] + pd.Timedelta(days=30)
    )
    found["contact_referred_share"] = after[led]["cont_contact_id"].nunique() / len(asked)
    when = referrals["cine_referral_date"].to_numpy().astype("datetime64[D]")
    found["weekend_share"] = float((~np.is_busday(when, holidays=holidays())).mean())

    enquired = done["cine_referral_id"].isin(all_["ssd_s47_enquiry"]["s47e_referral_id"])
    disabled = done["cine_person_id"].isin(all_["ssd_disability"]["disa_person_id"])
    found["disabled_share"] = float(disabled[~enquired].mean())
    return found | _workers()


def _second_allocations() -> int:
    """How many involvements follow another of the same referral: they stand after all the first ones."""
    return int(typed()["ssd_involvements"]["invo_referral_id"].duplicated().sum())


def _workers() -> dict[str, float]:
    """Figures of workers at the twelve month ends."""
    all_ = typed()
    staff = all_["ssd_professionals"].set_index("prof_professional_id")
    rows = []
    for day in pd.date_range(FIRST, LAST, freq="ME"):
        work = all_["ssd_cin_assessments"]
        is_open = (work["cina_assessment_start_date"] <= day) & ~(work["cina_assessment_auth_date"] <= day)
        in_assessment = set(work[is_open]["cina_referral_id"])
        held = all_["ssd_involvements"]
        held = held[
            (held["invo_involvement_start_date"] <= day) & ~(held["invo_involvement_end_date"] <= day)
        ]
        held = held.drop_duplicates(["invo_professional_id", "invo_referral_id"])
        cases = held.groupby("invo_professional_id").size()
        busy = held[held["invo_referral_id"].isin(in_assessment)].groupby("invo_professional_id").size()
        fte, agency = staff.loc[busy.index].iloc[:, 0], staff.loc[busy.index].iloc[:, 1] == "Y"
        mine = cases[busy.index]
        rows.append(
            {
                "people_assessing": len(busy),
                "fte_assessing": fte.sum(),
                "fte_in_assessment": (fte * busy / mine).sum(),
                "agency_share": fte[agency].sum() / fte.sum(),
                "part_time_share": (fte < 1).mean(),
                "part_time_fte": fte[fte < 1].mean(),
                "cases_per_fte": mine.sum() / fte.sum(),
                "other_cases_per_fte": (mine.sum() - busy.sum()) / fte.sum(),
                "unallocated_share": len(in_assessment - set(held["invo_referral_id"])) / len(in_assessment),
            }
        )
    return {name: float(value) for name, value in pd.DataFrame(rows).mean().items()}


@cache
def own(folder: Path) -> Return:
    return read_return("ssd", as_csv(folder, tables()), authority="hackney", year=2023, internal=True)


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> Return:
    return own(tmp_path_factory.mktemp("dataset"))


def test_every_figure_is_right_to_the_digit(returned: Return) -> None:
    assert returned.casework is not None
    found = {each.name: each.value for each in returned.casework.figures}
    expected = {name: value for name, value in truth().items() if name in found}
    assert set(found) == set(expected)
    assert found == pytest.approx(expected, abs=1e-12)


def test_routes_and_teams_are_right_to_the_digit(returned: Return) -> None:
    assert returned.casework is not None
    done = completed()
    took = days_between(done["cina_assessment_start_date"], done["cina_assessment_auth_date"])
    names = tables()["ssd_department"].set_index("dept_team_id")["dept_team_name"]
    team = done["cina_assessment_team"].map(names)
    for each in returned.casework.teams:
        mine = took[(team == each.name).to_numpy()]
        assert (each.completed, each.within_45, each.median) == (
            len(mine),
            (mine <= 45).mean(),
            median(mine),
        )
    enquired = done["cine_referral_id"].isin(typed()["ssd_s47_enquiry"]["s47e_referral_id"]).to_numpy()
    disabled = done["cine_person_id"].isin(typed()["ssd_disability"]["disa_person_id"]).to_numpy()
    masks = {
        "section_47": enquired,
        "disabled_children": disabled & ~enquired,
        "section_17": ~disabled & ~enquired,
    }
    assert {each.name for each in returned.casework.routes} == set(masks)
    for each in returned.casework.routes:
        mine = took[masks[each.name]]
        assert (each.completed, each.within_45, each.median) == (
            len(mine),
            (mine <= 45).mean(),
            median(mine),
        )


@pytest.mark.parametrize("points_per_percent", [0.0, 0.3])
@pytest.mark.slow
def test_the_effect_of_referrals_is_found_within_its_interval(points_per_percent: float) -> None:
    """The share in time falls by so many points for each 1% of referrals: a known truth, by two seeds."""
    for seed in (1, 2):
        dataset = loaded(points_per_percent, seed)
        effects = {each.name: each for each in own_response(dataset)}
        told = effects["in_time_on_referrals"]
        truth = -100 * points_per_percent * math.log(1.2)
        assert told.low <= truth <= told.high
        assert (told.high < 0) == (points_per_percent > 0)
        door = effects["front_door"]
        assert door.low - 0.02 <= 0 <= door.high + 0.02  # none of a rise is closed there


@cache
def loaded(points_per_percent: float, seed: int) -> Dataset:
    drawn = Parameters(
        3000,
        years=6,
        month_spread=0.1,
        late_with_load=points_per_percent,
        weekend_share=0.05,
        closing=0.99,
    )
    table = children(drawn, 2023, seed)
    with tempfile.TemporaryDirectory() as folder:
        return read_dataset(as_csv(Path(folder), dataset_tables(table, np.datetime64("2023-03-31"), seed)))


def test_too_few_months_say_nothing_of_a_response(tmp_path: Path) -> None:
    assert own_response(read_dataset(as_csv(tmp_path, tables(300, 2)))) == ()

"""Nothing of a child or a worker is in any output: each is searched, and small counts are looked for."""

from __future__ import annotations

import json
import pickle
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from own_dataset import as_csv, as_sqlite, tables

from simkit.model.inputs.calibration import calibration, calibration_text
from simkit.returns.read import read_return
from simkit.returns.result import Return
from simkit.returns.synthetic.ssd import CaseworkParameters, dataset_tables

TOKEN = "QZX"
"""Stands in every id of a child, referral, worker and team, and in no word of any output."""


def marked(made: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with ids that can be searched for, and names in columns that are not read."""
    result = {}
    for name, table in made.items():
        each = table.copy()
        for column in [c for c in each if c.endswith("_id") and "role" not in c]:
            each[column] = TOKEN + each[column].astype(str)
        result[name] = each
    workers = result["ssd_professionals"]
    workers["prof_professional_name"] = [f"{TOKEN} Smith {n}" for n in range(len(workers))]
    episodes = result["ssd_cin_episodes"]
    episodes["cine_referral_outcome_json"] = f'{{"COMMENTS": "{TOKEN}"}}'
    result["ssd_person"] = pd.DataFrame({"pers_person_id": [TOKEN], "pers_forename": [TOKEN]})
    return result


def everything_of(own: Return, folder: Path) -> str:
    """All that a return gives, in every form, as one text."""
    folder.mkdir()
    texts = [repr(own), str(own), json.dumps(own.to_dict()), str(pickle.dumps(own)), repr(own.casework)]
    for file in own.save(folder / "out"):
        texts.append(file.read_bytes().decode("utf-8", "replace"))
    for file in own.save(folder / "own.xlsx"):
        with zipfile.ZipFile(file) as packed:
            texts += [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
    for ending in ("html", "json", "csv"):
        texts += [file.read_text(encoding="utf-8") for file in own.save(folder / f"own.{ending}")]
    return "\n".join(texts)


@pytest.mark.parametrize("internal", [False, True])
@pytest.mark.parametrize("referrals", [60, 1500])
@pytest.mark.slow
def test_no_id_or_name_is_in_any_output(tmp_path: Path, referrals: float, internal: bool) -> None:
    place = as_csv(tmp_path, marked(tables(referrals)))
    own = read_return("ssd", place, authority="hackney", year=2023, internal=internal)
    text = everything_of(own, tmp_path / "all")
    assert TOKEN not in text
    days = set(re.findall(r"\b20\d\d-\d\d-\d\d\b|\b\d\d/\d\d/20\d\d\b", text))
    assert not days
    assert "Smith" not in text


def test_no_id_is_in_a_message(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from simkit.cli import main

    made = marked(tables(60))
    made["ssd_cin_assessments"]["cina_assessment_start_date"] = "31.31.2022"
    database = as_sqlite(tmp_path, made)
    with pytest.raises(SystemExit):
        main(["read-return", "ssd", str(database), "--authority", "hackney"])
    out, err = capfd.readouterr()
    assert TOKEN not in out + err and "31.31.2022" not in out + err


@pytest.mark.slow
def test_no_id_is_in_a_practice_file(tmp_path: Path) -> None:
    from dataclasses import replace

    from simkit.framework.check import load
    from simkit.study.calibrate.own_numbers import own_numbers

    own = read_return("ssd", as_csv(tmp_path, marked(tables())), authority="hackney")
    base = calibration("204", 2023)
    assert own.casework is not None and base is not None
    measured, said = own_numbers(own.casework, own.profile, base.applied(load("hackney")))
    text = calibration_text(replace(base, measured=measured, gaps=said))
    assert TOKEN not in text and "measured:" in text


@pytest.mark.parametrize("referrals", [30, 60, 100, 200, 400])
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.slow
def test_no_small_count_stands_anywhere(tmp_path: Path, referrals: float, seed: int) -> None:
    """Neither a count of 1 to 5, nor a share with one above or beside it."""
    own = read_return("ssd", as_csv(tmp_path, tables(referrals, 6, seed)), authority="rutland", year=2023)
    assert own.casework is not None
    for name, count in own.counts().items():
        assert count is None or not 0 < count <= 5, name
    for each in own.casework.figures:
        if each.n is None or each.of == "month ends":
            continue
        assert not 0 < each.n <= 5
        total = each.n / (1 - each.missing) if each.missing not in (None, 1.0) else each.n  # type: ignore[operator]
        assert not 0 < round(total - each.n) <= 5, each.name
        if each.unit == "share" and each.value is not None:
            part = round(each.value * each.n)
            assert not 0 < part <= 5 and not 0 < each.n - part <= 5, each.name
    for group in (*own.casework.routes, *own.casework.teams):
        if group.completed is not None and group.within_45 is not None:
            part = round(group.within_45 * group.completed)
            assert not 0 < part <= 5 and not 0 < group.completed - part <= 5, group.name
    if own.casework.open_list is not None:
        for month, total_, past in own.casework.open_list.trend:
            assert not any(each is not None and 0 < each <= 5 for each in (total_, past)), month


@pytest.mark.parametrize("workers", [1, 3, 5])
@pytest.mark.slow
def test_nothing_is_said_of_few_workers(tmp_path: Path, workers: int) -> None:
    """Five people or fewer in all, or in a team: no figure of them."""
    made = {name: each.copy() for name, each in tables().items()}
    staff = made["ssd_professionals"]["prof_professional_id"].tolist()
    few = {worker: staff[n % workers] for n, worker in enumerate(staff)}
    for table, column in (
        ("ssd_involvements", "invo_professional_id"),
        ("ssd_cin_assessments", "cina_assessment_worker_id"),
    ):
        made[table][column] = made[table][column].map(few)
    own = read_return("ssd", as_csv(tmp_path, made), authority="hackney", year=2023, internal=True)
    assert own.casework is not None and own.casework.teams == ()
    figures = {each.name: each for each in own.casework.figures}
    for name in ("people_assessing", "fte_assessing", "cases_per_fte", "agency_share", "part_time_share"):
        assert figures[name].value is None and figures[name].n is None
    assert own.casework.open_list is not None and len(own.casework.open_list.groups) == 1


@pytest.mark.slow
def test_a_team_named_after_somebody_gets_a_number(tmp_path: Path) -> None:
    made = dict(tables())
    made["ssd_department"] = made["ssd_department"].assign(
        dept_team_name=["Jane Doe", "Mrs Jones", "East Assessment Team", "West Assessment Team"]
    )
    own = read_return("ssd", as_csv(tmp_path, made), authority="hackney", year=2023)
    text = everything_of(own, tmp_path / "all")
    assert "Jane Doe" not in text and "Jones" not in text and "East Assessment Team" in text


@pytest.mark.slow
def test_agency_staff_of_few_are_not_told(tmp_path: Path) -> None:
    from own_dataset import LAST, people

    made = dataset_tables(people(1500), LAST, 1, CaseworkParameters(referrals_per_worker=25, agency=0.03))
    own = read_return("ssd", as_csv(tmp_path, made), authority="hackney", year=2023, internal=True)
    figures = {each.name: each for each in own.casework.figures} if own.casework else {}
    assert figures["agency_share"].value is None and figures["fte_assessing"].value is not None


@pytest.mark.slow
@pytest.mark.parametrize(("referrals", "seed"), [(140, 6), (90, 2), (90, 9), (60, 5)])
def test_a_withheld_route_is_told_by_no_other_count(tmp_path: Path, referrals: int, seed: int) -> None:
    """The share of disabled children outside section 47 rests on the routes' own counts: the same numbers."""
    own = read_return("ssd", as_csv(tmp_path, tables(referrals, 6, seed)), authority="rutland", year=2023)
    assert own.count("route.disabled_children") is None
    assert own.count("completed_disabled") is None
    completed, outside = own.count("assessments_completed"), own.count("completed_outside_47")
    if own.count("route.section_47") is None:
        assert completed is None or outside is None
    if own.count("route.section_17") is not None:
        assert outside is None


@pytest.mark.slow
def test_a_mean_of_visits_does_not_tell_how_few_had_another(tmp_path: Path) -> None:
    """The mean times the assessments is the number of visits; less the first and second, 4 third visits."""
    own = read_return("ssd", as_csv(tmp_path, tables(40, 6, 12)), authority="rutland", year=2023)
    assert own.casework is not None and own.count("visits_later") is None
    (mean,) = [each for each in own.casework.figures if each.name == "visits_mean"]
    assert (mean.value, mean.n, mean.why) == (None, None, "withheld")

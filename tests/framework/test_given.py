"""Wherever a framework is asked for, a name, a path, a text, an authority or a loaded framework will do."""

from __future__ import annotations

from dataclasses import replace

import pytest

import simkit
import simkit.data
from simkit.common.errors import SimkitError
from simkit.framework.check import check, load, load_each
from simkit.framework.library import find, find_scenario
from simkit.model.inputs.calibration import SHIPPED
from simkit.model.inputs.scenario import load_scenario
from simkit.study.experiment import experiment

TEXT = find("wirral").read_text(encoding="utf-8")
SURGE = load_scenario("winter-surge")


def test_a_text_and_its_framework_are_loaded_like_the_file() -> None:
    from_file, from_text = load("wirral"), load(TEXT)
    assert replace(from_text, name="wirral", layers=from_file.layers, origins={}) != from_file
    assert from_text.title == from_file.title and dict(from_text.timescales) != {}
    assert load(find("wirral")) == load(simkit.authority("wirral")) == load(from_file) == from_file
    assert load(from_text) is from_text


def test_a_framework_from_text_takes_a_scenario() -> None:
    later = load_scenario("reviews-10-and-20")
    assert load(load(TEXT), later.source) == load(TEXT, later.source)
    changed = replace(load(TEXT), title="Another")
    with pytest.raises(SimkitError, match="changed in Python"):
        load(changed, later.source)


def test_several_texts_are_several_files() -> None:
    one, other = load_each([TEXT, TEXT.replace("30 working days", "31 working days")])
    assert one.name != other.name
    assert len(simkit.difference(one, other).rows) == 1
    assert len(check([TEXT, TEXT])) == 2 * len(check(TEXT))


def test_difference_document_and_survey_take_texts() -> None:
    draft = TEXT.replace("30 working days", "31 working days")
    rows = simkit.difference("wirral", draft).rows
    assert [row.after for row in rows] != []
    page = simkit.document(draft)
    assert isinstance(page, str) and "31 working days" in page
    assert len(simkit.survey([draft, "hackney", find("kent")]).rows) == 3


def test_what_a_page_shows_of_a_title_is_text() -> None:
    page = simkit.document(TEXT.replace("Wirral's single assessment", "<img src=x onerror=alert(1)>"))
    assert isinstance(page, str) and "<img" not in page


@pytest.mark.slow
def test_texts_are_compared_and_told_apart() -> None:
    review = "reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: 10 working days\n"
    head = "simkit: framework/1\ntitle: Rutland\nauthority: Rutland\nla_code: 857\nstatus: draft\n"
    before = head + "based_on: national/working-together-2018\nreviews: none set\n"
    after = before.replace("reviews: none set\n", review)
    comparison = simkit.compare(before, load(after), replications=5, engine="simpy", year=2023, workers=1)
    assert [arm.label for arm in comparison.arms] == ["Rutland (draft), text 1", "Rutland (draft), text 2"]
    assert comparison.differences[0].rows
    assert comparison.host.framework.name == "rutland"
    run = simkit.run(load(before), replications=1, engine="simpy", year=2023, workers=1)
    assert run.experiment.name == "FRAMEWORK.yaml"


@pytest.mark.parametrize(
    "name", ["LB Hackney", "204 Hackney", "hackney", "London Borough of Hackney", "E09000012"]
)
def test_a_name_as_returns_have_it_means_the_same_everywhere(name: str) -> None:
    hackney = simkit.authority(name)
    assert simkit.load(name) == simkit.load(hackney) == simkit.load("hackney")
    assert simkit.profile(name) == simkit.profile(hackney)
    assert simkit.neighbours(name) == simkit.neighbours(hackney)
    assert simkit.bands(name, 2023) == simkit.bands(hackney, 2023)
    assert simkit.calibration(name, 2023) == simkit.calibration(hackney, 2023)
    text = TEXT.replace("authority: Wirral", f"authority: {name}").replace("344", "204")
    text = text.replace("E08000015", "E09000012")
    assert check(text).ok


@pytest.mark.parametrize("name", ["Hackny", "Brighton and Hov"])
def test_a_wrong_name_gets_the_same_suggestion_everywhere(name: str) -> None:
    near = simkit.data.nearest_authorities(name)[0]
    with pytest.raises(SimkitError, match=near.name):
        simkit.profile(name)
    with pytest.raises(SimkitError, match=near.slug):
        simkit.load(name)
    problems = check(TEXT.replace("authority: Wirral", f"authority: {name}"))
    assert near.name in problems.errors[0].hint


def test_a_scenario_and_a_practice_are_given_as_texts_too() -> None:
    path = SHIPPED / "2023" / "rutland.yaml"
    practice = path.read_text(encoding="utf-8")
    surge = find_scenario("winter-surge").read_text(encoding="utf-8")
    given = experiment("rutland", surge, year=2023, calibration=practice)
    from_files = experiment("rutland", "winter-surge", year=2023, calibration=path)
    assert given.calibration is not None and from_files.calibration is not None
    assert replace(given.calibration, file="") == replace(from_files.calibration, file="")
    assert given.profile == from_files.profile
    assert given.setting.practices == from_files.setting.practices
    assert "\n" not in given.scenario_name + " ".join(given.command_options)
    with pytest.raises(SimkitError, match="The calibration"):
        experiment("rutland", calibration="a: b\n")
    with pytest.raises(SimkitError):
        experiment("rutland", caseload="{\n}")

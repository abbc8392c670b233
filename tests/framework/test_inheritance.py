"""Layers: maps merge, `remove` removes, anything else replaces; the nation's timescales stay."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from simkit.framework.amount import Amount, Unit
from simkit.framework.check import check, check_scenario, load
from simkit.framework.dates import in_force_on, overlap, span
from simkit.framework.inheritance import Tree, add_layer
from simkit.framework.library import names
from simkit.framework.problem import FrameworkError, Problems
from simkit.framework.yaml.source import Source, read_text

TODAY = date(2026, 1, 15)
HEAD = "simkit: framework/1\ntitle: An example\nstatus: draft\nbased_on: national/working-together-2023\n"
VISIT = (
    "timescales:\n  visit:\n    title: Child seen\n    from: allocated\n    to: child_seen\n    within: {}\n"
)


def own_file(folder: Path, text: str, name: str = "ours.yaml") -> Path:
    path = folder / name
    path.write_text(text if text.startswith("simkit") else HEAD + text, encoding="utf-8")
    return path


def scenario(text: str) -> Source:
    return read_text("simkit: scenario/1\ntitle: A what-if\n" + text, "scenario.yaml")


def laid(lower: Tree, text: str, name: str = "upper") -> tuple[Tree, list[str]]:
    source = read_text(text, f"{name}.yaml")
    tree, found = add_layer(lower, source, source.data, name, may_change_nation=True, today=TODAY)
    return tree, [code for code, _ in found]


LOWER, _ = laid(
    Tree(),
    "reviews:\n  first:\n    by: a\n    from: allocated\n    at: 10 working days\n    as_printed: 10 days\n"
    "  second:\n    by: b\n    after: first\n    at: 5 working days\nroles:\n  a:\n    title: A\n",
    "lower",
)


def test_maps_merge_and_values_replace() -> None:
    tree, codes = laid(LOWER, "reviews:\n  first:\n    by: c\nroles:\n  d:\n    title: D\n")
    assert codes == []
    assert tree.get("reviews", "first", "by") == "c"
    assert tree.get("reviews", "first", "at") == "10 working days"
    assert tree.section("roles") == {"a": {"title": "A"}, "d": {"title": "D"}}
    assert LOWER.get("reviews", "first", "by") == "a", "layers below are left as they were"


def test_remove_removes_with_all_its_places() -> None:
    tree, codes = laid(LOWER, "reviews:\n  second: remove\n  first:\n    as_printed: remove\n")
    assert codes == []
    assert list(tree.section("reviews")) == ["first"]
    assert tree.get("reviews", "first", "as_printed") is None
    assert not [path for path in tree.origins if path[:2] == ("reviews", "second")]


def test_removing_nothing_is_a_problem() -> None:
    assert laid(LOWER, "reviews:\n  third: remove\n")[1] == ["R013"]


def test_of_keys_that_exclude_each_other_the_upper_one_stays() -> None:
    tree, _ = laid(LOWER, "reviews:\n  first:\n    at_most_every: 2 weeks\n")
    first = tree.get("reviews", "first")
    assert first["at_most_every"] == "2 weeks" and "at" not in first and "as_printed" not in first
    tree, _ = laid(LOWER, "reviews:\n  second:\n    from: decided\n")
    assert tree.get("reviews", "second") == {"by": "b", "at": "5 working days", "from": "decided"}


def test_each_value_knows_its_place_and_each_entry_its_layer() -> None:
    tree, _ = laid(LOWER, "reviews:\n  first:\n    by: c\n  third:\n    by: a\n")
    assert str(tree.place(("reviews", "first", "by"))) == "upper.yaml:3:9"
    assert str(tree.place(("reviews", "first", "at"))) == "lower.yaml:5:9"
    assert tree.first_layer[("reviews", "first")] == "lower"
    assert tree.first_layer[("reviews", "third")] == "upper"
    assert tree.layers == ("lower", "upper")


def test_a_local_framework_has_the_nations_and_its_own(tmp_path: Path) -> None:
    framework = load(own_file(tmp_path, VISIT.format("7 working days")))
    assert framework.timescales["assessment"].amount == Amount(45, Unit.WORKING_DAYS)
    assert framework.timescales["assessment"].national
    visit = framework.timescales["visit"]
    assert visit.amount == Amount(7, Unit.WORKING_DAYS) and not visit.national
    assert visit.origin.file.endswith("ours.yaml") and visit.origin.line == 10
    assert framework.origins["timescales.assessment.within"].file.startswith("frameworks/national/")
    assert framework.layers[0] == "national/assumptions"
    assert "steps.write_up.effort.typical" in framework.numbers


@pytest.mark.parametrize("change", ["    within: 60 working days\n", "    title: Ours\n"])
def test_national_timescales_cannot_be_changed(tmp_path: Path, change: str) -> None:
    problems = check([own_file(tmp_path, "timescales:\n  assessment:\n" + change)]).errors
    (problem,) = problems
    assert problem.code == "C001" and problem.line == 6
    assert problem.related[0].file == "frameworks/national/working-together-2013.yaml"


def test_national_timescales_cannot_be_removed(tmp_path: Path) -> None:
    (problem,) = check([own_file(tmp_path, "timescales:\n  assessment: remove\n")]).errors
    assert problem.code == "C001"


def test_only_a_what_if_changes_the_nations_timescales() -> None:
    change = "framework:\n  timescales:\n    assessment: remove\n"
    framework = load("hackney", scenario("what_if: yes\n" + change))
    assert "assessment" not in framework.timescales and framework.what_if
    assert framework.scenario == "A what-if"
    with pytest.raises(FrameworkError) as caught:
        load("hackney", scenario(change))
    (problem,) = caught.value.problems.errors
    assert (problem.code, problem.file, problem.line) == ("C001", "scenario.yaml", 5)
    assert problem.path == "framework.timescales.assessment"
    assert "what_if: yes" in problem.hint


def test_a_changed_national_limit_stays_the_nations() -> None:
    text = "what_if: yes\nframework:\n  timescales:\n    assessment:\n      within: 30 working days\n"
    limit = load("hackney", scenario(text)).timescales["assessment"]
    assert limit.amount == Amount(30, Unit.WORKING_DAYS) and limit.national
    assert str(limit.origin) == "scenario.yaml:7"


def test_a_scenario_changes_reviews_and_numbers() -> None:
    text = (
        "framework:\n  reviews:\n    first:\n      by: team_manager\n      from: allocated\n"
        "      at: 10 working days\n  model:\n    staff:\n      other_work:\n        value: 35%\n"
        "        assumption: A what-if.\n"
    )
    framework = load("hackney", scenario(text))
    assert framework.reviews["first"].at == Amount(10, Unit.WORKING_DAYS)
    number = framework.numbers["staff.other_work"]
    assert (number.value, number.basis, number.note) == (0.35, "assumption", "A what-if.")
    assert (number.low, number.high) == (0.2, 0.4)


def test_problems_of_a_scenario_name_its_file() -> None:
    text = (
        "framework:\n  reviews:\n    first:\n      by: team_manger\n      from: allocated\n      at: 1 week\n"
    )
    (problem,) = check_scenario(scenario(text), "hackney").errors
    assert (problem.code, problem.file, problem.line) == ("R005", "scenario.yaml", 6)


def codes(problems: Problems) -> list[str]:
    return [problem.code for problem in problems if problem.severity != "note"]


LOOSE = (
    "timescales:\n  front_door:\n    title: Front door\n    from: referral\n    to: decided\n    within: {}\n"
)
DEPARTURE = "departures:\n  front_door:\n    reason: Two offices\n    agreed_by: Partners\n    on: 2024-04\n"
EXEMPT = (
    "sources:\n  letter:\n    title: Letter\n    strength: verified\ndispensations:\n  exempt:\n"
    "    title: Exempt\n    sets_aside: [decision]\n    from: 2018-07\n    until: {}\n    source: letter\n"
)


def test_looser_than_guidance_is_a_query_that_can_be_answered(tmp_path: Path) -> None:
    two_days = LOOSE.format("2 working days")
    assert codes(check([own_file(tmp_path, two_days)], today=TODAY)) == ["C003"]
    assert codes(check([own_file(tmp_path, two_days + DEPARTURE)], today=TODAY)) == []
    assert codes(check([own_file(tmp_path, two_days + EXEMPT.format("open"))], today=TODAY)) == []
    over = check([own_file(tmp_path, two_days + EXEMPT.format("2020"))], today=TODAY)
    assert sorted(codes(over)) == ["C003", "C015"]
    assert codes(check([own_file(tmp_path, LOOSE.format("1 working day"))], today=TODAY)) == []
    assert codes(check([own_file(tmp_path, LOOSE.format("24 hours"))], today=TODAY)) == []
    assert codes(check([own_file(tmp_path, LOOSE.format("48 hours"))], today=TODAY)) == ["C003"]


def test_a_dispensation_in_force_sets_aside(tmp_path: Path) -> None:
    text = EXEMPT.format("open").replace("decision", "assessment")
    framework = load(own_file(tmp_path, text), today=TODAY)
    assert "assessment" not in framework.timescales
    assert framework.set_aside["assessment"].amount == Amount(45, Unit.WORKING_DAYS)
    ours = "timescales:\n  assessment:\n    from: referral\n    to: authorised\n    no_number: none\n"
    framework = load(own_file(tmp_path, text + ours), today=TODAY)
    assert framework.timescales["assessment"].words == "none"
    assert not framework.timescales["assessment"].national
    framework = load(own_file(tmp_path, text.replace("open", "2020")), today=TODAY)
    assert "assessment" in framework.timescales and not framework.set_aside


def test_the_trials_are_without_two_stages() -> None:
    for name in names("trials"):
        framework = load(name)
        assert {"initial_assessment", "core_assessment"} <= set(framework.set_aside)
        assert "conference" in framework.timescales


def test_problems_of_a_layer_below_name_both_places(tmp_path: Path) -> None:
    own_file(
        tmp_path, "reviews:\n  first:\n    by: nobody\n    from: allocated\n    at: 1 week\n", "base.yaml"
    )
    top = own_file(tmp_path, HEAD.replace("national/working-together-2023", "base.yaml"))
    (problem,) = check([top]).errors
    assert problem.code == "R005" and problem.file.endswith("base.yaml")
    assert [(place.file.endswith("ours.yaml"), place.line) for place in problem.related] == [(True, 4)]
    with pytest.raises(FrameworkError):
        load(top)


@pytest.mark.parametrize("files", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": "a"}])
def test_files_that_stand_on_each_other(tmp_path: Path, files: dict[str, str]) -> None:
    for name, base in files.items():
        own_file(tmp_path, HEAD.replace("national/working-together-2023", f"{base}.yaml"), f"{name}.yaml")
    assert "R002" in {p.code for p in check([tmp_path / "a.yaml"]).errors}


@pytest.mark.parametrize("base", ["nowhere.yaml", "national/working-together-2081", ".", "hackny", "''"])
def test_a_base_that_is_not_there(tmp_path: Path, base: str) -> None:
    path = own_file(tmp_path, HEAD.replace("national/working-together-2023", base))
    problems = check([path], today=TODAY).errors
    codes = {"Y020"} if base == "''" else {"R001", "Y001", "Y002"}
    assert problems and {p.code for p in problems} <= codes
    assert any("ours.yaml" in place.file for p in problems for place in (p.place, *p.related))


def test_own_assumptions_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    own_file(
        tmp_path,
        "simkit: framework/1\ntitle: Our assumptions\nstatus: draft\nbased_on: national/assumptions\nmodel:\n"
        "  staff:\n    other_work:\n      value: 30%\n      assumption: Our diary.\n",
        "diary.yaml",
    )
    framework = load(own_file(tmp_path, "model:\n  based_on: diary.yaml\n"))
    assert framework.numbers["staff.other_work"].value == 0.3
    assert framework.numbers["staff.utilisation"].value > 0
    assert "assessment" in framework.timescales


def test_dates_are_as_exact_as_written() -> None:
    assert span("2025-04-01") == (date(2025, 4, 1), date(2025, 4, 1))
    assert span("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert span(2015) == (date(2015, 1, 1), date(2015, 12, 31))
    for wrong in ("2025-02-30", "2025-13", "soon", "", "20250-1-1", "2025-04-01-01", "0", "-1"):
        assert span(wrong) is None, wrong
    year = (date(2011, 1, 1), date(2011, 12, 31))
    assert overlap(year, (date(2011, 12, 31), date(2012, 1, 1)))
    assert in_force_on(year, "2011-03", None) and in_force_on(year, None, "open")
    assert not in_force_on(year, "2012", None) and not in_force_on(year, None, "2010-12")

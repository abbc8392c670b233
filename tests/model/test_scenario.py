"""Scenarios: how changes are written, what is refused and where, what they do to a profile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from command import Command
from hypothesis import given
from hypothesis import strategies as st

from simkit.framework.change import Change, parse_change
from simkit.framework.check import load
from simkit.framework.library import NameNotFound, names
from simkit.framework.problem import FrameworkError
from simkit.framework.rules.registry import Rule, all_rules
from simkit.framework.rules.scenario import COUNTS, SHARES
from simkit.model.inputs.profile import MONTHS, Profile
from simkit.model.inputs.scenario import (
    AS_PUBLISHED,
    Scenario,
    apply_to_profile,
    case_holder_factor,
    demand_factors,
    load_scenario,
    other_work,
    period,
    scenario_of,
)

PROFILE = Profile(
    name="Anyshire",
    la_code="",
    year=2023,
    referrals=4000,
    by_month=(1 / 12,) * 12,
    nfa_share=0.1,
    rereferral_share=0.2,
    assessed_share=0.9,
    repeat_share=0.0,
    assessments=3240,
    section_47_share=0.3,
    conference_share=0.35,
    case_holders_fte=120.0,
    vacancy_rate=0.2,
    turnover_rate=0.16,
    agency_cover_rate=0.7,
    absence_rate=0.03,
    cases_per_fte=16.0,
)


def codes(error: FrameworkError) -> list[str]:
    return [p.code for p in error.problems]


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("+20%", 100, 120),
        ("-10%", 100, 90),
        ("+5 points", 0.2, 0.25),
        ("-5 points", 0.2, 0.15),
        ("+1 point", 0.2, 0.21),
        ("25%", 0.9, 0.25),
        ("0%", 0.9, 0),
        ("12.5%", 0.9, 0.125),
        (5000, 100, 5000),
        ("5000", 100, 5000),
        (120.5, 100, 120.5),
    ],
)
def test_signed_changes_and_unsigned_replaces(text: str | float, before: float, after: float) -> None:
    assert parse_change(text).of(before) == pytest.approx(after)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a quarter",
        "20 %",
        "+20",
        "-3",
        "5 points",
        "+5point",
        "++5%",
        "%",
        "1e3",
        "1,000",
        "nan",
        True,
        "+20 %",
    ],
)
def test_what_is_no_change_is_refused(text: str | bool) -> None:
    with pytest.raises(ValueError):
        parse_change(text)


@given(st.integers(0, 900), st.floats(0.001, 1e6))
def test_a_percentage_up_and_the_same_share_of_it_add_up(percent: int, before: float) -> None:
    up = parse_change(f"+{percent}%").of(before)
    assert up - before == pytest.approx(before * percent / 100)
    assert parse_change(f"{percent}%").replaces


def test_every_shipped_scenario_loads() -> None:
    shipped = names("scenarios")
    assert {"as-published", "winter-surge", "quarter-vacant", "no-national-limit"} <= set(shipped)
    for name in shipped:
        scenario = load_scenario(name)
        assert scenario.name == name
        assert scenario.title in str(scenario)


def test_as_published_changes_nothing() -> None:
    scenario = load_scenario("as-published")
    assert apply_to_profile(PROFILE, scenario) is PROFILE
    assert demand_factors(scenario, PROFILE) == (1.0,) * 12
    assert case_holder_factor(scenario, PROFILE) == 1
    assert other_work(scenario, 0.27) == 0.27
    assert scenario.framework == {}
    assert scenario.caption is None
    assert replace(scenario, note=None) == AS_PUBLISHED


def test_winter_surge_is_a_fifth_more_in_three_months() -> None:
    factors = demand_factors(load_scenario("winter-surge"), PROFILE)
    by_name = dict(zip(MONTHS, factors, strict=True))
    assert {m for m, f in by_name.items() if f != 1} == {"november", "december", "january"}
    assert by_name["december"] == pytest.approx(1.2)
    after = apply_to_profile(PROFILE, load_scenario("winter-surge"))
    assert after.referrals == PROFILE.referrals
    assert "+20% in November, December and January" in after.notes[-1]
    assert after.notes[-1].startswith("Changed: ")
    assert "compared with the caseload without this change" in after.notes[-1]


def test_quarter_vacant_scales_case_holders_by_what_the_census_left_out() -> None:
    """20% vacant in the census, which counts those in post: (1 - 0.25) / (1 - 0.2)."""
    scenario = load_scenario("quarter-vacant")
    assert case_holder_factor(scenario, PROFILE) == pytest.approx(0.75 / 0.8)
    after = apply_to_profile(PROFILE, scenario)
    assert after.case_holders_fte == pytest.approx(112.5)
    assert after.vacancy_rate == 0.25
    assert any("25.0% in place of 20.0%, the profile's" in note for note in after.notes)


def test_a_vacancy_rate_from_neighbours_is_said() -> None:
    filled = replace(PROFILE, filled=("vacancy_rate",))
    after = apply_to_profile(filled, load_scenario("quarter-vacant"))
    assert any("the mean of statistical neighbours" in note for note in after.notes)


def test_no_national_limit_is_a_what_if_with_a_caption() -> None:
    scenario = load_scenario("no-national-limit")
    assert scenario.what_if
    assert scenario.framework == {"timescales": {"assessment": "remove"}}
    assert scenario.caption is not None and "What if" in scenario.caption
    assert apply_to_profile(PROFILE, scenario) is PROFILE


def test_each_change_reaches_the_field_it_names() -> None:
    scenario = Scenario(
        "all",
        "All at once",
        demand={
            "closed_at_front_door": parse_change("+10 points"),
            "rereferrals": parse_change("30%"),
            "section_47": parse_change("+10%"),
            "conferences": parse_change("-5 points"),
        },
        workforce={
            "turnover": parse_change("+5 points"),
            "sickness": parse_change("4%"),
            "agency_cover": parse_change("50%"),
            "case_holders": parse_change("-10%"),
            "other_work": parse_change("35%"),
        },
    )
    after = apply_to_profile(PROFILE, scenario)
    assert after.nfa_share == pytest.approx(0.2)
    assert after.assessments == pytest.approx(4000 * 0.8 * 0.9)
    assert after.rereferral_share == pytest.approx(0.3)
    assert after.section_47_share == pytest.approx(0.33)
    assert after.conference_share == pytest.approx(0.3)
    assert after.turnover_rate == pytest.approx(0.21)
    assert after.absence_rate == pytest.approx(0.04)
    assert after.agency_cover_rate == pytest.approx(0.5)
    assert after.case_holders_fte == pytest.approx(108)
    assert other_work(scenario, 0.27) == pytest.approx(0.35)
    assert len(scenario.changes) == 9


def test_shares_stay_shares() -> None:
    up = Scenario("up", "Up", demand={"section_47": Change("times", 9.0, "+800%")})
    assert apply_to_profile(PROFILE, up).section_47_share == 1
    down = Scenario("down", "Down", workforce={"turnover": parse_change("-50 points")})
    assert apply_to_profile(PROFILE, down).turnover_rate == 0
    everyone = Scenario("e", "E", workforce={"vacancies": parse_change("+90 points")})
    assert apply_to_profile(PROFILE, everyone).case_holders_fte > 0


def test_counts_can_be_replaced() -> None:
    scenario = scenario_of(
        {"title": "Counts", "demand": {"referrals": 5000}, "workforce": {"case_holders": 90}}
    )
    assert demand_factors(scenario, PROFILE) == pytest.approx((1.25,) * 12)
    assert apply_to_profile(PROFILE, scenario).case_holders_fte == pytest.approx(90)


def test_the_time_measured_is_the_scenarios_or_the_profiles_year() -> None:
    assert period(AS_PUBLISHED, PROFILE) == (date(2022, 4, 1), date(2023, 3, 31))
    scenario = scenario_of({"title": "Later", "horizon": {"from": "2024-04-01", "to": "2025-03-31"}})
    assert period(scenario, PROFILE) == (date(2024, 4, 1), date(2025, 3, 31))


@pytest.mark.parametrize(
    ("section", "key", "text", "code"),
    [
        ("workforce", "vacancies", "a quarter", "M101"),
        ("workforce", "vacancies", "100%", "M102"),
        ("workforce", "turnover", "+100 points", "M102"),
        ("demand", "section_47", "140%", "M102"),
        ("demand", "referrals", "+5 points", "M103"),
        ("demand", "referrals", "25%", "M104"),
        ("workforce", "turnover", "25", "M104"),
        ("demand", "referrals", "+5000%", "M105"),
        ("demand", "referrals", "-150%", "M105"),
        ("demand", "referrals", "0", "M105"),
        ("demand", "referrals", "-100%", "M105"),
        ("workforce", "case_holders", "0", "M111"),
        ("workforce", "case_holders", "-100%", "M111"),
    ],
)
def test_a_change_that_cannot_be_is_refused_at_its_line(
    tmp_path: Path, section: str, key: str, text: str, code: str
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"simkit: scenario/1\ntitle: Mine\n{section}:\n  {key}: {text}\n", encoding="utf-8")
    with pytest.raises(FrameworkError) as caught:
        load_scenario(file)
    found = [p for p in caught.value.problems if p.code == code]
    assert [(p.line, p.path) for p in found] == [(4, f"{section}.{key}")]
    assert found[0].hint


@pytest.mark.parametrize(
    "text",
    [
        "demand:\n  months: [november]\n",
        "demand:\n  referrals: 5000\n  months: [november]\n",
    ],
)
def test_months_need_a_change_of_referrals(tmp_path: Path, text: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"simkit: scenario/1\ntitle: Mine\n{text}", encoding="utf-8")
    with pytest.raises(FrameworkError) as caught:
        load_scenario(file)
    assert "M106" in codes(caught.value)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2025-04-01", "2024-03-31"),
        ("2024-04-01", "2024-04-01"),
        ("2024-02-30", "2024-04-01"),
        ("1999-04-01", "2000-03-31"),
        ("2015-04-01", "2025-03-31"),
    ],
)
def test_a_time_that_cannot_be_simulated_is_refused(tmp_path: Path, start: str, end: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        f"simkit: scenario/1\ntitle: Mine\nhorizon:\n  from: {start}\n  to: {end}\n", encoding="utf-8"
    )
    with pytest.raises(FrameworkError) as caught:
        load_scenario(file)
    assert "M107" in codes(caught.value)


def test_a_time_without_a_working_day_is_refused_and_one_with_a_single_day_is_not() -> None:
    """The jubilee of 2022: Thursday and Friday were bank holidays."""
    jubilee = {"title": "A day", "horizon": {"from": "2022-06-02", "to": "2022-06-05"}}
    with pytest.raises(FrameworkError, match="There is no working day") as caught:
        scenario_of(jubilee)
    assert codes(caught.value) == ["M107"]
    longer = {**jubilee, "horizon": {"from": "2022-06-02", "to": "2022-06-06"}}
    assert scenario_of(longer).start == date(2022, 6, 2)


def test_some_months_may_be_without_referrals() -> None:
    assert scenario_of({"title": "Closed", "demand": {"referrals": "-100%", "months": ["august"]}}).months


@pytest.mark.parametrize(
    "text",
    [
        "demand: {referrals: -100%}",
        "workforce: {case_holders: 0}",
        "horizon: {from: 2022-06-02, to: 2022-06-05}",
        "framework: {model: {staff: {sickness: {value: 5%, assumption: Ours.}}}}",
    ],
)
def test_check_and_run_say_the_same(simkit: Command, tmp_path: Path, text: str) -> None:
    """Two ways of asking, one verdict: the problem with its line and its remedy, before anything is run."""
    file = tmp_path / "mine.yaml"
    file.write_text(f"simkit: scenario/1\ntitle: Mine\n{text}\n", encoding="utf-8")
    checked, ran = simkit("check", file), simkit("run", "rutland", "--scenario", file)
    assert (checked.code, ran.code) == (1, 1)
    problem, remedy = checked.out.splitlines()[:2]
    assert ":3:" in problem and problem in ran.err + ran.out and remedy in ran.err + ran.out


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "simkit: scenario/1\ntitle: Mine\n"
        "demand:\n  referrals: lots\n  colour: red\nworkforce:\n  turnover: 7\n",
        encoding="utf-8",
    )
    with pytest.raises(FrameworkError) as caught:
        load_scenario(file)
    assert {"M101", "S001"} <= set(codes(caught.value))
    assert len({p.line for p in caught.value.problems}) >= 3


def test_a_framework_is_not_a_scenario(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("simkit: framework/1\ntitle: Mine\n", encoding="utf-8")
    with pytest.raises(FrameworkError, match="scenario/1"):
        load_scenario(file)


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(NameNotFound, match="winter-surge"):
        load_scenario("winter-surg")


def test_a_scenario_prints_what_it_changes() -> None:
    text = str(load_scenario("winter-surge"))
    assert text == "Winter surge (winter-surge)\n  referrals +20% in November, December and January"


def test_the_frameworks_part_goes_on_top_of_the_framework() -> None:
    before, after = load("hackney"), load("hackney", load_scenario("no-national-limit").source)
    assert "assessment" in before.timescales
    assert "assessment" not in after.timescales
    assert load("hackney", AS_PUBLISHED.source) == before


def test_a_scenario_from_plain_data_reaches_the_framework_too() -> None:
    half = {"value": "50%", "assumption": "Half of the pull stays."}
    scenario = scenario_of({"title": "Half", "framework": {"model": {"practice": {"retention": half}}}})
    assert load("hackney", scenario.source).number("practice.retention") == pytest.approx(0.5)


def test_a_what_if_that_changes_no_rule_says_nothing_of_rules() -> None:
    data = {"title": "More", "what_if": "yes", "demand": {"referrals": "+20%"}}
    assert scenario_of(data).caption is None


def test_national_limits_stay_without_what_if() -> None:
    scenario = scenario_of({"title": "No limit", "framework": {"timescales": {"assessment": "remove"}}})
    with pytest.raises(FrameworkError):
        load("hackney", scenario.source)


@pytest.mark.parametrize("rule", [r for r in all_rules() if r.code.startswith("M10")], ids=lambda r: r.code)
def test_each_rules_examples_show_it(rule: Rule, tmp_path: Path) -> None:
    file = tmp_path / "example.yaml"
    file.write_text(rule.fails, encoding="utf-8")
    with pytest.raises(FrameworkError) as caught:
        load_scenario(file)
    assert codes(caught.value) == [rule.code]
    file.write_text(rule.passes, encoding="utf-8")
    assert load_scenario(file).title == "An example"


def test_every_number_that_only_sizes_the_staff_is_refused_with_what_to_write_instead() -> None:
    """It is read before the scenario, and would change nothing without a word."""
    sizes = ("utilisation", "manager_utilisation", "front_door_utilisation", "chair_utilisation")
    for name in (*sizes, "least_people", "other_work"):
        changes = {"model": {"staff": {name: {"value": "30%"}}}}
        with pytest.raises(FrameworkError) as caught:
            scenario_of({"title": "Other staff", "framework": changes})
        (problem,) = caught.value.problems
        assert (problem.code, problem.path) == ("M108", f"framework.model.staff.{name}")
        assert "`workforce:`" in problem.hint
    kept = {"model": {"staff": {"handover": {"value": "60 minutes"}}}}
    scenario_of({"title": "Handover", "framework": kept})


def test_what_can_be_changed_is_what_the_format_knows() -> None:
    """The schema of the file, the rules and the words of the output name the same things."""
    from simkit.framework.schemas import schema

    for section in ("demand", "workforce"):
        known = set(schema("scenario")["properties"][section]["properties"]) - {"months"}
        assert known == {*COUNTS[section], *SHARES[section]}

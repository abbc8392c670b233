"""The answer to a change of caseload or staff: with and without a response, and what published places did."""

from __future__ import annotations

import io
from functools import cache

import pytest
from rich.console import Console

import simkit
from simkit.model.inputs.onset import EMPTYING_DAYS, LATE_COVER_DAYS, Posts
from simkit.model.inputs.scenario import scenario_of
from simkit.output.answers.result.headline import answer
from simkit.output.answers.result.measures import sections
from simkit.output.answers.wording import chance_words
from simkit.output.render.terminal import SCREEN, FirstScreen
from simkit.study.result import Result

WITHIN = "published_within_45_days_pct"


@cache
def changed(title: str, referrals: str, months: tuple[str, ...] = ()) -> Result:
    demand = {"referrals": referrals, **({"months": [*months]} if months else {})}
    scenario = scenario_of({"title": title, "demand": demand})
    return simkit.run("isles-of-scilly", scenario, replications=2, engine="simpy", workers=1)


def printed(result: Result) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(str(result))
    return " ".join(console.file.getvalue().split())  # type: ignore[attr-defined]


def test_it_gives_both_figures_the_year_without_the_change_and_the_price() -> None:
    result = changed("A fifth more referrals", "+20%")
    text = answer(result)
    assert result.without_response is not None and result.as_published is not None
    for measures in (result.measures, result.without_response, result.as_published):
        assert f"{measures[WITHIN].value:.1f}% in time" in text
    assert text.index("responds as services did in 2016 to 2023") < text.index("If nobody responded")
    assert result.change_without_response is not None
    assert f"a change of {result.change_without_response.value:+.1f} points" in text
    assert "less time" in text and "open assessment at the year's end" in text


def test_who_gets_less_is_shown_at_both_ends_of_what_is_not_known() -> None:
    result = changed("Half as much again", "+50%")
    together, exempt = (
        {row.title: row.estimate.value for row in section.rows}
        for section in sections(result)
        if section.title.startswith("Who gets less")
    )
    assert exempt.get("Section 47", 100.0) == 100.0
    assert exempt["Section 17"] <= together["Section 17"] < 100.0
    assert result.to_dict()["section_47_exempt"] is not None


def test_the_sentence_on_published_places_is_in_every_form() -> None:
    result = changed("A fifth more referrals", "+20%")
    (sentence,) = result.published_changes.sentences
    assert "referrals rose by 15% to 25% within a year" in sentence
    assert sentence in result.notes
    assert sentence in result.to_dict()["published_changes"]
    assert sentence in result._repr_html_()
    assert sentence in printed(result)


def test_what_no_published_place_shows_is_said_first() -> None:
    result = changed("A surge of two months", "+20%", ("december", "january"))
    text = answer(result)
    assert text.startswith("Nothing published shows a change of some months")
    assert "whole years. If nobody responded" in text


def test_the_change_is_paired_with_the_same_years_without_it() -> None:
    result = changed("A fifth more referrals", "+20%")
    assert result.change is not None and result.as_published is not None
    difference = result.measures[WITHIN].value - result.as_published[WITHIN].value
    assert abs(result.change.value - difference) < 1e-9
    assert result.to_dict()["change"]["unit"] == "points"


def test_a_year_without_a_change_of_caseload_that_has_other_rules_is_not_called_the_year_as_it_is() -> None:
    review = {"title": "Review", "by": "team_manager", "from": "referral", "at": "10 working days"}
    rules = {"framework": {"reviews": {"first": review}}, "demand": {"referrals": "+20%"}}
    scenario = scenario_of({"title": "More referrals and a review", **rules})
    result = simkit.run("isles-of-scilly", scenario, replications=2, engine="simpy", workers=1)
    text = answer(result)
    assert "With only the rules changed: " in text and "without the change" not in text.lower()


def test_a_change_that_takes_load_away_has_no_price() -> None:
    result = changed("A fifth fewer referrals", "-20%")
    text = answer(result)
    assert result.without_response is not None
    assert result.measures[WITHIN] == result.without_response[WITHIN]
    assert "responds" not in text and "price" not in text
    assert "Without the change" in text


def test_one_simulated_year_has_no_interval() -> None:
    scenario = scenario_of({"title": "A fifth more", "demand": {"referrals": "+20%"}})
    text = answer(simkit.run("isles-of-scilly", scenario, replications=1, engine="simpy", workers=1))
    assert "(-)" not in text and "nan" not in text


def test_without_a_change_there_is_one_figure() -> None:
    result = simkit.run("isles-of-scilly", replications=2, engine="simpy", workers=1)
    assert result.without_response is None
    assert result.published_changes.sentences == ()
    assert "responds" not in answer(result)


@pytest.mark.parametrize("width", [100, 120, 200])
@pytest.mark.parametrize("months", [(), ("december", "january")])
@pytest.mark.slow
def test_the_first_screen_of_a_change_has_twenty_lines_at_most(width: int, months: tuple[str, ...]) -> None:
    console = Console(width=width, file=io.StringIO())
    more = "More: {things}all tables and sources: add --full, or --out FOLDER to keep them."
    console.print(FirstScreen(changed("A fifth more referrals", "+20%", months).report(), more))
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert len(lines) <= SCREEN
    assert lines[0].startswith("How long assessments take") and any(
        line.startswith("More: ") for line in lines
    )


def in_days(since: str, start: str = "2023-04-01", end: str = "2024-03-31", **change: str) -> Result:
    data = {"since": since, "horizon": {"from": start, "to": end}}
    data |= {"demand": change} if "referrals" in change else {"workforce": change}
    scenario = scenario_of({"title": "A change", **data})
    return simkit.run("rutland", scenario, replications=2, engine="simpy", workers=1)


def test_agency_staff_who_come_after_the_time_simulated_are_said_to() -> None:
    """Those for a rise in referrals come six to twelve months after it.

    Of a rise in its last month an answer said that they come, beside figures without them.
    """
    for since, words in (("2023-04-01", "come;"), ("2024-03-05", "come, but after the time simulated;")):
        assert f"full-time agency staff {words}" in answer(in_days(since, referrals="+60%")), since
    late = answer(in_days("2024-02-20", vacancies="60%"))
    assert "agency staff come, not all of them within the time simulated;" in late


def test_agency_staff_have_come_by_the_days_on_which_they_do() -> None:
    posts = Posts(filled=10.0, covered=2.0, late=1.0)
    days = (0, EMPTYING_DAYS, LATE_COVER_DAYS[0], LATE_COVER_DAYS[1], 1000)
    assert [posts.agency_after(day) for day in days] == [0.0, 2.0, 2.0, 3.0, 3.0]
    assert posts.agency_after(-5) == 0.0


def test_a_change_that_changes_nothing_is_not_called_chance() -> None:
    """An answer said "+0.0 points (+0.0 to +0.0), which may be chance" of years that were the same."""
    scenario = scenario_of({"title": "None", "demand": {"referrals": "+0%"}})
    text = answer(simkit.run("rutland", scenario, replications=2, engine="simpy", workers=1))
    assert "the same in every simulated year" in text and "chance" not in text
    assert chance_words(0.0, 0.0) == ", the same in every simulated year"
    assert chance_words(0.0, 1.0) == chance_words(-1.0, 0.0) == ", which may be chance"
    assert chance_words(0.1, 1.0) == chance_words(-1.0, -0.1) == ""


def test_what_is_counted_in_fewer_days_than_a_year_is_not_said_to_be_a_years() -> None:
    """Of one week simulated an answer said that about 70 children are assessed in a year."""
    week = {"from": "2024-02-28", "to": "2024-03-05"}
    result = simkit.run(
        "rutland",
        scenario_of({"title": "A week", "horizon": week}),
        replications=2,
        engine="simpy",
        workers=1,
    )
    assert "children assessed from 28 February 2024 to 5 March 2024," in answer(result)
    half = in_days("2023-11-01", "2023-08-30", "2024-02-29", referrals="+20%")
    assert "open assessment at the end of the time simulated" in answer(half)
    assert "Open assessments at the end of the time simulated" in half._repr_html_()


def test_no_figure_of_too_few_children_is_shown_elsewhere() -> None:
    """Of Isles of Scilly 2018 one table said "too few"; a caution and another gave a median of 48 days."""
    result = simkit.run("isles-of-scilly", replications=5, year=2018, engine="simpy", workers=1)
    assert "too few to say" in answer(result)
    assert not any("does not reproduce" in note for note in (*result.notes, *result.report().doubts))
    shown = {row.estimate.name for section in sections(result) for row in section.rows}
    assert shown == {"cohort_assessments", "published_assessments"}, "its table gave 75% in time"

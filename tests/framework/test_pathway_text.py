"""The pathway in words: every commitment is drawn, in the order of the work, and nothing of the model."""

from __future__ import annotations

import pytest

from simkit.common.text import listed
from simkit.framework.check import load
from simkit.framework.library import names
from simkit.framework.pathway_text import off_route_timescales, pathway_text, pathways, steps_text
from simkit.framework.vocabulary import EVENTS
from simkit.framework.wording import review_words, terms_words, timescale_words

NAMES = ("wirral", "gloucestershire", "torbay", "walsall", "trials/islington", *names("national")[1:])


@pytest.mark.parametrize("name", NAMES)
def test_every_timescale_and_review_is_drawn(name: str) -> None:
    framework = load(name)
    ways = pathways(framework)
    drawn = {clock.id for way in ways for stop in way.stops for clock in stop.timescales}
    assert drawn | {clock.id for clock in off_route_timescales(framework)} == set(framework.timescales)
    assert {r.id for way in ways for stop in way.stops for r in stop.reviews} == set(framework.reviews)
    assert not [line for line in pathway_text(framework).splitlines() if len(line) > 92]


@pytest.mark.parametrize("name", NAMES)
def test_a_clock_ends_after_it_starts(name: str) -> None:
    for way in pathways(load(name)):
        order = [stop.event for stop in way.stops]
        assert order[0] == "referral" and len(order) == len(set(order))
        for stop in way.stops:
            for clock in stop.timescales:
                assert clock.start == clock.end or order.index(clock.start) < order.index(clock.end)


def test_nothing_of_the_model_is_in_it() -> None:
    framework = load("wirral")
    text = pathway_text(framework)
    assert not [step.title for step in framework.steps.values() if f"{step.title} (" in text]
    assert "typically" not in text and "typically" in steps_text(framework)


def test_an_initial_assessment_stands_only_where_the_rules_have_one() -> None:
    for name in ("halton", "wirral", "coventry", "national/working-together-2023"):
        framework = load(name)
        drawn = pathway_text(framework) + " ".join(steps_text(framework).split())
        assert "nitial assessment" not in drawn, name
    two_stages = load("national/working-together-2010")
    assert "o  Initial assessment completed" in pathway_text(two_stages)
    assert "if it did not end with an initial assessment" in " ".join(steps_text(two_stages).split())


def test_a_limit_for_exceptions_says_so() -> None:
    wirral = load("wirral")
    usual, rare = wirral.timescales["assessment_normal"], wirral.timescales["assessment_exceptional"]
    assert timescale_words(usual) == "within 30 working days of the referral"
    assert terms_words(wirral, usual) == ("except in exceptional circumstances",)
    assert terms_words(wirral, rare) == ("only in exceptional circumstances",)


@pytest.mark.parametrize(
    ("name", "clock", "words"),
    [
        ("gloucestershire", "child_visited_section_47", "within 24 hours of allocation"),
        ("walsall", "child_in_need_visits", "at least every 6 weeks"),
        (
            "torbay",
            "assessment_updated",
            "at least every 12 months, and on a significant change or the child becoming cared for",
        ),
        (
            "bath-and-north-east-somerset",
            "assessment_set_by_manager",
            "within 15 to 45 working days of the referral, set for each case",
        ),
        ("herefordshire-county-of", "assessment_mostly", "expected within 10 working days of the referral"),
        (
            "east-riding-of-yorkshire",
            "report_before_conference",
            "at least 48 hours before the initial conference",
        ),
    ],
)
def test_kinds_of_timescale_in_words(name: str, clock: str, words: str) -> None:
    assert timescale_words(load(name).timescales[clock]) == words


def test_reviews_in_words() -> None:
    wirral, gloucestershire = load("wirral"), load("gloucestershire")
    said = "within 15 working days of the referral, if the assessment is expected to go beyond it"
    assert review_words(wirral, wirral.reviews["second"]) == said
    assert review_words(gloucestershire, gloucestershire.reviews["first"]).startswith(
        "set by priority, after allocation: 3 working days (urgent child protection), "
    )
    further = review_words(gloucestershire, gloucestershire.reviews["further"])
    assert (
        further == "at least every 10 working days after the first review, until the manager's authorisation"
    )


def test_every_event_can_stand_in_a_sentence() -> None:
    assert all(event.moment and event.moment[0].islower() for event in EVENTS.values())


def test_lists_of_words() -> None:
    assert [listed("a"), listed("ab"), listed("abc", "or")] == ["a", "a and b", "a, b or c"]

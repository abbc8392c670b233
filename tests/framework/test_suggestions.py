"""A suggestion is what was written in other words, and never something else."""

from __future__ import annotations

import pytest

from simkit.framework.event_names import event_meant
from simkit.framework.known_words import nearest
from simkit.framework.vocabulary import EVENTS, comes_before
from simkit.framework.yaml.suggestions import (
    amount_hint,
    amount_suggestion,
    date_suggestion,
    value_suggestion,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("refferal", "referral"),
        ("alocated", "allocated"),
        ("child_visited", "child_seen"),
        ("child is seen", "child_seen"),
        ("assessment_completed", "authorised"),
        ("signed_off", "authorised"),
        ("contact_received", "contact"),
        ("strategy meeting", "strategy_discussion"),
        ("s47_completed", "enquiry_concluded"),
    ],
)
def test_an_event_in_other_words_is_known(written: str, meant: str) -> None:
    assert event_meant(written, EVENTS) == meant


@pytest.mark.parametrize(
    "written",
    [
        *("chronology_completed", "front_door_contact", "unallocated", "not_allocated", "plan_completed"),
        *(
            "core_assessment_concluded",
            "initial visit completed",
            "rereferral",
            "referral_closed",
            "mash_decision",
        ),
    ],
)
def test_an_event_that_is_another_one_is_not_guessed(written: str) -> None:
    assert event_meant(written, EVENTS) == ""


def test_the_opposite_of_a_word_is_not_suggested() -> None:
    assert nearest("not agreed", ["draft", "agreed"]) == ""
    assert nearest("unverified", ["verified", "secondary", "recalled"]) == ""
    assert nearest("verifed", ["verified", "secondary", "recalled"]) == "verified"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ten working days", "10 working days"),
        ("twenty-five working days", "25 working days"),
        ("ten (10) working days", "10 working days"),
        ("10 business days", "10 working days"),
        ("10wd", "10 working days"),
        ("up to 10 working days", "10 working days"),
        ("a fortnight", "2 weeks"),
        ("24hrs", "24 hours"),
        ("1½ weeks", "1.5 weeks"),
        ("½ working day", "0.5 working days"),
        ("1 1/2 weeks", "1.5 weeks"),
        ("two and a half weeks", "2.5 weeks"),
        ("a week and a half", "1.5 weeks"),
        ("half a working day", "0.5 working days"),
        ("1,000 working days", "1000 working days"),
        ("１０ working days", "10 working days"),
        ("10 weekdays", "10 working days"),
        ("10 days working", "10 working days"),
        ("10 consecutive days", "10 calendar days"),
        ("the 10th working day", "10 working days"),
        ("fortnight", "2 weeks"),
        ("about 10 working days", "10 working days"),
    ],
)
def test_one_amount_is_understood(written: str, meant: str) -> None:
    assert amount_suggestion(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        *(
            "5 10 working days",
            "5-7 working days",
            "10 days",
            "10",
            "five days",
            "same day",
            "10 school days",
        ),
        *("5 working days in 90% of cases", "10 working days (20 if complex)", "2 weeks or 10 working days"),
        *("more than 10 working days", "at least 10 working days", "10+ working days", "10 weekends"),
        *("10 non-working days", "1,5 working days", "1/2 working day", "1e3 working days", "half a day"),
        *("2026-04-01", "1 April 2026", "10:30", "-5 working days", "not less than 5 working days"),
        *("10 working days or more", "over 10 working days"),
        *("as soon as possible", "9" * 400 + " working days", "1 working day or 24 hours"),
    ],
)
def test_what_could_be_two_things_is_asked_back(written: str) -> None:
    assert amount_suggestion(written) == ""
    assert amount_hint(written, "Write a number and a unit.")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("04/13/2026", "2026-04-13"),
        ("Apr-26", "2026-04"),
        ("1 April 26", "2026-04-01"),
        ("Wednesday 1 April 2026", "2026-04-01"),
        ("2026–04–01", "2026-04-01"),
        ("2026-04-01 09:00", "2026-04-01"),
        ("20260401", "2026-04-01"),
        ("1st of April 2026", "2026-04-01"),
        ("31 April 2026", ""),
        ("2026/27", ""),
        ("Spring 2026", ""),
    ],
)
def test_a_date_as_programs_and_letters_write_it_is_understood(written: str, meant: str) -> None:
    assert date_suggestion(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("20 %", "20%"),
        ("20 per cent", "20%"),
        ("20,5%", "20.5%"),
        ("20-40%", "20% to 40%"),
        ("20% - 40%", "20% to 40%"),
        ("2-10 working days", "2 to 10 working days"),
        ("-5%", ""),
        ("a fifth", ""),
    ],
)
def test_a_number_of_the_simulation_is_not_taken_for_a_limit(written: str, meant: str) -> None:
    assert value_suggestion(written) == meant


def test_events_have_an_order_without_circles() -> None:
    for one in EVENTS:
        assert not comes_before(one, one)
        for other in EVENTS:
            assert not (comes_before(one, other) and comes_before(other, one)), (one, other)

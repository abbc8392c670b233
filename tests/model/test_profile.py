"""Profiles from the published statistics: what is computed, what is filled, what is said."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.common.errors import SimkitError
from simkit.data import UnknownAuthorityError, authorities, bands, table, value
from simkit.model.inputs import published_rates
from simkit.model.inputs.profile import Profile, ProfileError, england_average, profile
from simkit.model.inputs.published_rates import LAST_USABLE_YEAR

EVEN = (1 / 12,) * 12

BY_HAND = Profile(
    name="Anyshire",
    la_code="",
    year=2023,
    referrals=4000,
    by_month=EVEN,
    nfa_share=0.1,
    rereferral_share=0.2,
    assessed_share=0.9,
    repeat_share=0.0,
    assessments=3240,
    section_47_share=0.3,
    conference_share=0.35,
    case_holders_fte=120.0,
    vacancy_rate=0.15,
    turnover_rate=0.16,
    agency_cover_rate=0.7,
    absence_rate=0.03,
    cases_per_fte=16.0,
)


def test_hackney_2023_worked_by_hand() -> None:
    """Referrals 4,148, closed 249, re-referrals 413, assessments 3,998, enquiries 1,326, conferences 318;
    staff of September 2022."""
    p = profile("hackney", 2023)
    assert (p.year, p.la_code, p.gss_code, p.name) == (2023, "204", "E09000012", "Hackney")
    assert p.referrals == 4148
    assert p.nfa_share == pytest.approx(249 / 4148)
    assert p.rereferral_share == pytest.approx(413 / 4148)
    assert p.assessments == 3998
    assert p.assessed_share == 1
    assert p.repeat_share == pytest.approx(3998 / (4148 - 249) - 1)
    assert p.section_47_share == pytest.approx(1326 / 3998)
    assert p.conference_share == pytest.approx(318 / 1326)
    assert p.by_month[0] == pytest.approx(355 / 4148)  # April first
    assert p.by_month[11] == pytest.approx(404 / 4148)
    assert p.case_holders_fte == value("social_work_workforce", "204", 2022, "case_holders_fte")
    assert p.vacancy_rate == pytest.approx(0.296)
    assert p.agency_cover_rate == pytest.approx(0.947)  # of vacancies, not of agency staff
    assert p.published == bands("204", 2023)
    assert p.notes == ()
    assert p.filled == ()


def test_fewer_assessments_than_referrals_lower_the_assessed_share() -> None:
    """Westminster 2023: 1,609 assessments of the referrals not closed, fewer than one each."""
    p = profile("Westminster", 2023)
    assert p.assessed_share < 1
    assert p.repeat_share == 0
    assert p.assessed_share == pytest.approx(1609 / (1837 * (1 - p.nfa_share)))


@pytest.mark.parametrize("code", [a.la_code for a in authorities()])
def test_every_authority_has_a_profile_whose_parts_agree(code: str) -> None:
    """Referrals not closed, times assessed and repeated, are the assessments: nothing is lost."""
    p = profile(code)
    assert p.referrals * (1 - p.nfa_share) * (p.assessed_share + p.repeat_share) == pytest.approx(
        p.assessments
    )
    assert sum(p.by_month) == pytest.approx(1)
    assert len(p.notes) >= len(set(p.filled) - {"assessed_share", "repeat_share"})
    assert all(hasattr(p, name) for name in p.filled)
    assert 0 < p.section_47_share <= 0.9
    assert p.published is not None
    assert Profile.from_dict(json.loads(json.dumps(p.to_dict()))) == p


def test_the_year_is_the_latest_with_assessments() -> None:
    years = {a.la_code: profile(a.la_code).year for a in authorities()}
    # Hampshire and Herefordshire published no referrals of 2024.
    assert years.pop("850") == years.pop("884") == 2023
    abolished = {a.la_code: a.last_year for a in authorities() if not a.in_2025_list}
    assert {code: years[code] for code in abolished} == abolished
    assert {year for code, year in years.items() if code not in abolished} == {LAST_USABLE_YEAR} == {2024}


def test_what_was_published_since_the_latest_year_stands_beside_it() -> None:
    assert profile("hackney").notes[-1] == (
        "Published since: 90.4% within 45 working days in the year to 31 March 2025."
    )
    assert profile("hackney", 2023).notes == ()  # asked for: nothing is said of other years
    assert profile("hampshire").notes[-1] == (
        "Hampshire's referrals or durations of 2024 are not published: 2023 is the latest year."
    )
    assert any("96.4%" in note and "2025" in note for note in profile("hampshire").notes)


def test_of_a_year_without_durations_it_says_what_is_published_and_what_stands_for_the_rest() -> None:
    """The share in time of 2025 is published, Hackney's bands and numbers only up to 2024."""
    hackney, city = profile("hackney", 2025), profile("city-of-london", 2025)
    assert hackney.share_in_time == (0.904, 2025) and "published 90.4%" in " ".join(str(hackney).split())
    assert (
        "Of Hackney's assessments in the year to 31 March 2025 only the share within 45 working days is "
        "published (90.4%), not how many there were or how long they took."
    ) in hackney.notes
    assert "Bands and quartiles are compared with Hackney's of the year to 31 March 2024." in hackney.notes
    assert city.share_in_time == (0.818, 2024) and "published for 2024 81.8%" in " ".join(str(city).split())
    assert (
        "Nothing is published about City of London's assessments in the year to 31 March 2025." in city.notes
    )
    assert not any("not published" in note or "Nothing is" in note for note in profile("hackney").notes)
    assert profile("hackney").share_in_time == (0.82, 2024)
    assert profile("england").notes[-1] == (
        "Published since: 85.7% within 45 working days in the year to 31 March 2025."
    )


def test_years_after_an_authority_ended_are_not_called_unpublished() -> None:
    """Northamptonshire's "2022 and 2023 and 2024 are not published": it had ended in 2021."""
    notes = profile("northamptonshire").notes
    since = "North Northamptonshire and West Northamptonshire"
    assert notes[-1] == f"Northamptonshire's last year is 2021. Since then: {since}."
    assert not any("not published: 2021 is the latest year" in note for note in notes)


def test_an_authority_made_since_takes_assessments_from_the_one_it_came_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Cumbria 2023: 3,806 assessments of 2,989 referrals; Cumberland has its own referrals and staff.

    As it was before Cumberland's own durations were published.
    """
    own = published_rates.table("assessments_duration")
    without = replace(own, numbers={k: row for k, row in own.numbers.items() if k[0] != "942"})
    tables = {"assessments_duration": without}
    monkeypatch.setattr(published_rates, "bands", lambda a, y: None if a == "942" else bands(a, y))
    monkeypatch.setattr(published_rates, "table", lambda name: tables.get(name) or table(name))
    published_rates.rates_of.cache_clear()
    p, cumbria = profile("Cumberland", 2024), profile("Cumbria")
    published_rates.rates_of.cache_clear()
    assert p.referrals == 2375
    assert p.case_holders_fte == 129.9
    ratio = cumbria.assessments / (cumbria.referrals * (1 - cumbria.nfa_share))
    assert p.assessments == pytest.approx(ratio * 2375 * (1 - p.nfa_share))
    assert p.section_47_share == pytest.approx(881 / p.assessments)
    assert p.published == bands("909", 2023)
    assert any("Cumbria's" in note and "31 March 2023" in note for note in p.notes)


def test_suppressed_figures_are_filled_from_neighbours_and_never_nought() -> None:
    p = profile("Isles of Scilly", 2023)
    assert p.referrals == 10
    assert p.assessments == 15
    assert p.section_47_share > 0.1
    assert p.conference_share > 0.1
    assert 0 < p.vacancy_rate < 0.5  # published: 100% of two posts
    assert {"section_47_share", "conference_share", "vacancy_rate", "turnover_rate", "by_month"} <= set(
        p.filled
    )
    assert any("fewer than 20 posts" in note for note in p.notes)
    assert profile("City of London").conference_share > 0.1


def test_the_mean_of_the_neighbours_is_what_fills() -> None:
    """Gateshead's turnover was not published for September 2022."""
    from simkit.data import neighbours

    p = profile("Gateshead", 2023)
    assert p.filled == ("icpc_within_15_share", "turnover_rate")
    pcts = [value("social_work_workforce", n, 2022, "turnover_rate_fte") for n in neighbours("390", 2023)]
    known = [x for x in pcts if x]
    assert p.turnover_rate == pytest.approx(sum(known) / len(known) / 100)


def test_nought_leavers_in_a_large_authority_is_a_figure_not_returned() -> None:
    assert value("social_work_workforce", "352", 2022, "turnover_rate_fte") == 0
    p = profile("Manchester", 2023)
    assert p.turnover_rate > 0.05
    assert any("returned as 0" in note for note in p.notes)


def test_suppressed_months_share_what_the_others_leave() -> None:
    """Westminster 2023: August and October are suppressed, the other ten and the total are not."""
    p = profile("Westminster", 2023)
    april = value("referrals_by_month", "213", 2023, "referrals_apr")
    assert april is not None
    assert p.by_month[0] == pytest.approx(april / 1837)
    assert "by_month" in p.filled


def test_an_odd_number_of_case_holders_is_replaced_and_said() -> None:
    """Cumbria, September 2018: 29.2 case holders between 136.4 and 192.4."""
    p = profile("Cumbria", 2019)
    assert p.case_holders_fte == pytest.approx((136.4 + 192.4) / 2)
    assert any("29.2 published" in note for note in p.notes)
    assert profile("Cumbria", 2020).case_holders_fte == 192.4


def test_a_missing_number_of_case_holders_comes_from_the_census_beside_it() -> None:
    """Birmingham returned none in September 2024."""
    p = profile("Birmingham", 2025)
    assert p.case_holders_fte > 300
    assert any("Case holders in September 2024: not published" in note for note in p.notes)


def test_before_the_first_census_the_first_is_used_and_said() -> None:
    p = profile("Knowsley", 2016)
    assert p.case_holders_fte == 58.3
    assert any("first census" in note for note in p.notes)


def test_a_joint_row_of_the_census_is_said() -> None:
    one, other = profile("Kingston upon Thames", 2023), profile("Richmond upon Thames", 2023)
    assert one.case_holders_fte + other.case_holders_fte == pytest.approx(114.1)
    assert one.vacancy_rate == other.vacancy_rate == pytest.approx(0.327)
    assert any("as one" in note for note in one.notes)


def test_a_year_without_assessments_takes_its_own_of_the_year_before() -> None:
    p = profile("Camden", 2025)
    assert p.referrals == value("referrals", "202", 2025, "referrals")
    assert p.published == bands("202", 2024)
    assert any("Camden's for each referral not closed" in note for note in p.notes)


def test_england_and_its_average_authority() -> None:
    whole, average = profile("England", 2023), england_average(2023)
    assert whole.referrals == 640430
    assert average.name == "England, average authority"
    assert average.referrals == pytest.approx(640430 / 152)
    assert average.assessments == pytest.approx(655540 / 152)
    assert average.case_holders_fte == pytest.approx(20206.0 / 152)
    assert average.repeat_share == whole.repeat_share
    assert average.published == bands("england", 2023)
    assert england_average(2020).notes[0] == "England's totals divided by its 151 authorities."


@pytest.mark.parametrize(
    ("code", "year", "words"),
    [
        ("Hackney", 2022, "no referrals are published"),
        ("Hackney", 2014, "years before 2016 can't be used"),
        ("Cumbria", 2025, "Since then: Cumberland and Westmorland and Furness."),
        ("Cumberland", 2023, "Cumberland's first year is 2024. Before that: Cumbria"),
        ("838", 2019, "Before that: Dorset"),
        ("Camden", 1, "years before 2016"),
    ],
)
def test_a_year_that_cannot_be_used_is_refused_in_words(code: str, year: int, words: str) -> None:
    with pytest.raises(ProfileError, match=words):
        profile(code, year)


def test_an_unknown_authority_is_refused_with_suggestions() -> None:
    with pytest.raises(UnknownAuthorityError, match="Knowsley"):
        profile("Knowsly")


def test_a_profile_is_a_value() -> None:
    assert replace(BY_HAND) == BY_HAND
    assert replace(BY_HAND, referrals=5000).referrals == 5000
    with pytest.raises(FrozenInstanceError):
        BY_HAND.referrals = 1  # type: ignore[misc]
    assert BY_HAND.gss_code is None
    assert profile("204") == profile("Hackney")


def test_every_value_that_cannot_be_is_named_at_once() -> None:
    with pytest.raises(ProfileError) as caught:
        replace(BY_HAND, referrals=0, nfa_share=1.0, section_47_share=40, absence_rate=-0.1, by_month=(1.0,))
    text = str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, SimkitError)
    for words in (
        "Anyshire",
        "referrals is 0, and must be more than 0",
        "nfa_share is 1, which leaves nothing",
        "section_47_share is 40, and must lie between 0 and 1 (20% is written 0.2)",
        "absence_rate is -0.1",
        "twelve numbers",
    ):
        assert words in text


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), "many", None, True])
def test_what_is_no_number_is_refused(bad: object) -> None:
    with pytest.raises(ProfileError, match="referrals"):
        replace(BY_HAND, referrals=bad)  # type: ignore[arg-type]


@given(
    share=st.floats(-1, 2, allow_nan=False),
    field=st.sampled_from(["nfa_share", "rereferral_share", "conference_share", "vacancy_rate"]),
)
@settings(max_examples=50, deadline=None)
def test_shares_are_kept_between_nought_and_one(share: float, field: str) -> None:
    top = share < 1 if field in ("nfa_share", "vacancy_rate") else share <= 1
    if share >= 0 and top:
        assert getattr(replace(BY_HAND, **{field: share}), field) == share  # type: ignore[arg-type]
    else:
        with pytest.raises(ProfileError, match=field):
            replace(BY_HAND, **{field: share})  # type: ignore[arg-type]


def test_plain_data_that_is_no_profile_is_refused() -> None:
    with pytest.raises(ProfileError, match="`nonsense` is not known"):
        Profile.from_dict({**BY_HAND.to_dict(), "nonsense": 1})
    short = BY_HAND.to_dict()
    del short["referrals"]
    with pytest.raises(ProfileError, match="referrals"):
        Profile.from_dict(short)


def test_a_profile_prints_its_figures_and_its_notes() -> None:
    text = str(profile("Gateshead", 2023))
    assert text.startswith("Gateshead, year to 31 March 2023\n")
    assert "2,060" in text
    assert "Note: Turnover rate: not published for September 2022" in text

"""The children in need census: read in every layout, counted as by hand, and synthetic returns given back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kit import council, setting
from own import PARAMETERS, SAMPLES, census_file, episode, synthetic, written

from simkit.data import BANDS
from simkit.framework.framework import ROUTES, Framework
from simkit.model.inputs.profile import MONTHS, Profile
from simkit.model.inputs.profile import profile as published_profile
from simkit.model.measures.day_counts import BANDS as TOPS
from simkit.model.measures.event_log import case_table
from simkit.model.measures.measures import measure
from simkit.model.outcome import Outcome
from simkit.model.workload.sample import sample
from simkit.model.workload.workload import Workload
from simkit.returns.read import read_return
from simkit.returns.readers.cin_census import read_census
from simkit.returns.records import NO, UNKNOWN, YES
from simkit.returns.result import Return
from simkit.returns.synthetic.children import RECORD_TYPE, Parameters, children, from_cases, parameters_of
from simkit.returns.synthetic.file_formats import LAYOUTS, census_xml, in_census

FIRST, LAST = pd.Timestamp("2022-04-01"), pd.Timestamp("2023-03-31")


def read(file: Path, **options: object) -> Return:
    return read_return("cin-census", file, internal=True, **options)  # type: ignore[arg-type]


def found(returned: Return, rule: str) -> int | None:
    return next(each.count for each in returned.quality if each.rule == rule)


# Synthetic returns give back what they were made of


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_read_and_told(tmp_path: Path, layout: str) -> None:
    returned = read(census_file(tmp_path, 300, layout=layout))
    assert returned.layout == f"layout of {layout}"
    assert returned.count("unknown_element") == returned.count("stray_text") == 0
    assert returned.synthetic
    assert "no child in it exists" in returned.notes[1]


def test_the_counts_are_those_of_the_table_exactly(tmp_path: Path) -> None:
    returned = read(census_file(tmp_path))
    table = in_census(synthetic(), 2023)
    referred = table[(table["CINreferralDate"] >= FIRST) & (table["CINreferralDate"] <= LAST)]
    referred = referred.drop_duplicates(["LAchildID", "CINreferralDate"])
    assert returned.count("referrals") == len(referred)
    assert returned.count("referrals_nfa") == int((referred["ReferralNFA"] == "true").sum())
    by_month = referred["CINreferralDate"].dt.month.value_counts()
    for position, name in enumerate(MONTHS):
        assert returned.count(f"referrals_{name[:3]}") == by_month[(position + 3) % 12 + 1]
    work = table.dropna(subset=["AssessmentActualStartDate"]).drop_duplicates(
        ["LAchildID", "AssessmentActualStartDate", "AssessmentAuthorisationDate"]
    )
    ended = work[
        (work["AssessmentAuthorisationDate"] >= FIRST) & (work["AssessmentAuthorisationDate"] <= LAST)
    ]
    assert returned.count("assessments_completed") == len(ended)
    assert len(returned.open_cases) == int(work["AssessmentAuthorisationDate"].isna().sum())


def test_bands_and_times_to_conference_are_those_of_the_table(tmp_path: Path) -> None:
    """Counted with pandas' own business days, apart from anything in the reader."""
    from pandas.tseries.offsets import CustomBusinessDay

    from simkit.model.inputs.calendar import holidays

    working_day = CustomBusinessDay(holidays=list(holidays()))

    def between(start: pd.Timestamp, end: pd.Timestamp) -> int:
        return len(pd.date_range(start, end, freq=working_day)) - 1

    returned = read(census_file(tmp_path, 500))
    table = in_census(synthetic(500), 2023)
    ended = table[(table["AssessmentAuthorisationDate"] >= FIRST)].drop_duplicates(
        ["LAchildID", "AssessmentActualStartDate", "AssessmentAuthorisationDate"]
    )
    took = [
        between(row.AssessmentActualStartDate, row.AssessmentAuthorisationDate) for row in ended.itertuples()
    ]
    counts = np.bincount(np.searchsorted([top for _, top in TOPS], took), minlength=9)
    assert [number for _, number, _ in returned.bands()] == counts.tolist()
    assert returned.durations is not None
    assert returned.durations.counts == pytest.approx(counts)
    assert returned.durations.median_days == float(np.sort(took)[int(np.ceil(len(took) / 2)) - 1])
    held = table[table["DateOfInitialCPC"] >= FIRST].drop_duplicates(["LAchildID", "S47ActualStartDate"])
    waited = [between(row.S47ActualStartDate, row.DateOfInitialCPC) for row in held.itertuples()]
    assert returned.conferences is not None
    assert returned.conferences.within_15_share == pytest.approx(np.mean(np.array(waited) <= 15))


@pytest.mark.slow
def test_the_parameters_are_recovered_within_four_standard_errors(tmp_path: Path) -> None:
    """Brothers and sisters come together, so a standard error is that of so many families."""
    file = tmp_path / "large.xml"
    parameters = Parameters(12_000)
    file.write_text("".join(census_xml(children(parameters, 2023, 5), "204", 2023)), encoding="utf-8")
    returned = read(file)
    profile = returned.profile

    def near(value: float, truth: float, children: int, slack: float = 0.0) -> None:
        error = np.sqrt(truth * (1 - truth) / (children / 2.4)) + slack
        assert abs(value - truth) < 4 * error, (value, truth, error)

    referrals = returned.count("referrals") or 0
    ended = returned.count("assessments_completed") or 0
    assert abs(referrals - parameters.referrals) < 4 * np.sqrt(2.4 * parameters.referrals)
    near(profile.nfa_share, parameters.nfa_share, referrals)
    near(profile.assessed_share, parameters.assessed_share, referrals)
    near(profile.section_47_share, parameters.section_47_share, ended)
    # the look back over a return that doesn't hold the year before costs about half of the information
    near(profile.rereferral_share, parameters.rereferral_share, referrals // 2)
    assert returned.durations is not None and returned.conferences is not None
    for share, truth in zip(returned.durations.shares, parameters.bands, strict=True):
        near(share, truth, ended)
    held = returned.count("icpcs") or 0
    near(returned.conferences.within_15_share or 0, sum(parameters.conference_bands[:2]), held)


def test_a_simulated_run_is_read_back_as_it_was_measured(
    tmp_path: Path, framework: Framework, fastest: Callable[[Workload], Outcome]
) -> None:
    """The road there and back: a run, its case table, a census of it, and the bands that were measured."""
    work = sample(setting(framework, council(1500)), 1, 0)
    outcome = fastest(work)
    run = measure(work, outcome)
    table = from_cases(case_table(work, outcome))
    assert set(table["record_type"]) == {RECORD_TYPE}
    file = tmp_path / "run.xml"
    file.write_text("".join(census_xml(table, "204", 2023)), encoding="utf-8")
    returned = read(file)
    assert returned.durations is not None
    # cases open when the run began aren't in the table; after 18 months there are a handful of them
    assert np.abs(np.array(returned.durations.shares) - run.bands).max() < 0.004
    within = returned.durations.shown.within_45_share
    assert within == pytest.approx(run.values["published_within_45_days_pct"] / 100, abs=0.004)


def test_parameters_follow_a_profile() -> None:
    parameters = parameters_of(council(900))
    assert (parameters.referrals, parameters.nfa_share) == (900, 0.08)
    assert sum(parameters.bands) == pytest.approx(1)


def test_as_many_are_in_time_as_published_where_small_bands_are_withheld() -> None:
    published = published_profile("857", 2023).published  # Rutland: two bands are withheld
    assert published is not None and not published.complete
    bands = parameters_of(published_profile("857", 2023)).bands
    assert sum(bands) == pytest.approx(1)
    assert sum(bands[:6]) == pytest.approx(published.within_45_share)


# By hand


def test_one_assessment_by_hand(tmp_path: Path) -> None:
    done = episode(
        referred="2022-05-03",
        start="2022-05-04",
        end="2022-05-25",
        enquiry="2022-05-05",
        conference="2022-05-26",
    )
    returned = read(written(tmp_path, done))
    assert {name: number for name, number, _ in returned.bands() if number} == {"days_11_20": 1}
    assert returned.durations is not None and returned.durations.median_days == 15
    assert returned.conferences is not None and returned.conferences.quartiles[1].day == 15
    assert returned.conferences.within_15_share == 1.0


def test_open_cases_by_route_and_age(tmp_path: Path) -> None:
    returned = read(
        written(
            tmp_path,
            episode(referred="2023-03-01", start="2023-03-31"),
            episode(referred="2023-03-01", start="2023-01-25", enquiry="2023-01-26"),
        )
    )
    assert returned.open_cases.days_open.tolist() == [0, 47]
    assert [ROUTES[code] for code in returned.open_cases.route] == ["section_17", "section_47"]
    assert found(returned, "open_over_45") == 1


@pytest.mark.parametrize(
    ("start", "day_0", "day_1"),
    # 27 January to 31 March 2023 are nine weeks without a bank holiday, 45 working days
    [("2023-01-26", 1, 1), ("2023-01-27", 0, 1), ("2023-01-30", 0, 0)],
)
def test_the_query_on_open_assessments_under_both_ways_of_counting(
    tmp_path: Path, start: str, day_0: int, day_1: int
) -> None:
    returned = read(written(tmp_path, episode(referred="2023-01-10", start=start)))
    assert (found(returned, "open_over_45"), found(returned, "open_45_and_over")) == (day_0, day_1)


@pytest.mark.parametrize(
    ("start", "conference", "not_required", "count"),
    # 31 March 2023 is working day 15 from 10 March, and 16 from the 9th
    [
        ("2023-03-09", "", "false", 1),
        ("2023-03-10", "", "false", 0),
        ("2023-03-09", "", "true", 0),
        ("2023-03-09", "2023-03-31", "false", 0),
    ],
)
def test_the_query_on_enquiries_without_a_conference(
    tmp_path: Path, start: str, conference: str, not_required: str, count: int
) -> None:
    one = episode(referred="2023-03-01", enquiry=start, conference=conference, not_required=not_required)
    assert found(read(written(tmp_path, one)), "enquiry_waiting") == count


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ("missing_start", episode(end="2022-06-01")),
        ("end_before_start", episode(start="2022-06-02", end="2022-06-01")),
        ("unreadable_end", episode(start="2022-06-02", end="soon")),
        ("unreadable_date", episode(start="2022-06-02", end="31/31/2022")),
        ("future_start", episode(start="2023-06-02")),
        ("future_end", episode(start="2022-06-02", end="2023-06-02")),
        ("ended_before", episode(referred="2021-05-01", start="2021-06-02", end="2021-07-02")),
        ("start_before_referral", episode(referred="2022-05-03", start="2022-05-02")),
        ("closed_but_open", episode(start="2022-05-03", closed="2022-06-03")),
        ("open_from_before", episode(referred="2022-01-04", start="2022-01-05")),
        ("closed_but_worked_on", episode(start="2022-05-03", end="2022-05-20", nfa="true")),
        ("referral_missing_date", episode(referred="")),
        ("referral_future", episode(referred="2023-04-02")),
        ("enquiry_missing_start", episode(conference="2022-06-01")),
        ("conference_before", episode(enquiry="2022-06-02", conference="2022-06-01")),
        ("conference_weekend", episode(enquiry="2022-06-01", conference="2022-06-11")),
        ("conference_future", episode(enquiry="2023-03-30", conference="2023-04-05")),
        ("stray_text", episode() + "PersonBirthDate"),
        ("unknown_element", episode() + "<Nickname>x</Nickname>"),
        ("referral_duplicate", episode() + episode()),
        (
            "duplicate_assessment",
            episode(start="2022-05-04", end="2022-05-05") + episode(start="2022-05-04", end="2022-05-05"),
        ),
    ],
)
def test_each_rule_finds_its_one_case_and_a_clean_return_has_none(
    tmp_path: Path, rule: str, broken: str
) -> None:
    clean = episode(
        start="2022-05-03",
        end="2022-05-20",
        enquiry="2022-05-04",
        conference="2022-05-12",
        closed="2022-07-01",
    )
    assert not found(read(written(tmp_path, clean)), rule)
    assert found(read(written(tmp_path, clean, broken)), rule) == 1


def test_siblings_are_noticed(tmp_path: Path) -> None:
    both = episode(start="2022-05-03", end="2022-05-20")
    alone = episode(referred="2022-05-02", start="2022-05-03", end="2022-05-20")
    assert found(read(written(tmp_path, both, both, alone)), "likely_siblings") == 2


def test_two_open_assessments_in_one_episode(tmp_path: Path) -> None:
    one = "<Assessments><AssessmentActualStartDate>2023-03-0{}</AssessmentActualStartDate></Assessments>"
    both = one.format(1) + one.format(2)
    twice = f"<CINdetails><CINreferralDate>2023-03-01</CINreferralDate>{both}</CINdetails>"
    assert found(read(written(tmp_path, twice)), "two_open") == 2


def test_a_child_that_stands_twice_is_one_child(tmp_path: Path) -> None:
    file = written(tmp_path, episode(), episode())
    file.write_text(file.read_text(encoding="utf-8").replace("K1", "K0"), encoding="utf-8")
    returned = read(file)
    assert (found(returned, "duplicate_child"), found(returned, "referral_duplicate")) == (1, 1)
    assert returned.count("referrals") == 1


@pytest.mark.parametrize("text", ["NULL", "nan", "Not known"])
def test_children_without_a_number_are_not_one_child(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, episode(), episode())
    plain = file.read_text(encoding="utf-8")
    file.write_text(plain.replace("K0", text).replace("K1", text), encoding="utf-8")
    returned = read(file)
    assert (found(returned, "missing_child_id"), found(returned, "duplicate_child")) == (2, 0)
    assert returned.count("referrals") == 2


@pytest.mark.parametrize(
    ("codes", "means"),
    [
        *((["HAND"], YES), (["NONE"], NO), ([""], UNKNOWN), ([], UNKNOWN)),
        *((["", "MOB"], YES), (["NULL", "NONE"], NO)),
    ],
)
def test_a_disability_is_known_only_where_a_code_says_so(
    tmp_path: Path, codes: list[str], means: int
) -> None:
    inside = "".join(f"<Disability>{code}</Disability>" for code in codes)
    child = f"<ChildCharacteristics><Disabilities>{inside}</Disabilities></ChildCharacteristics>"
    census = read_census(written(tmp_path, child + episode(start="2022-05-04")))
    assert census.records.assessments.disabled.tolist() == [means]
    assert ("disabled" in census.records.contents) == (means != UNKNOWN)


def test_namespaces_and_other_encodings_change_nothing(tmp_path: Path) -> None:
    plain = written(tmp_path, episode(start="2022-05-04", end="2022-05-20"))
    text = plain.read_text(encoding="utf-8")
    expected = list(read(plain).bands())
    for encoding, name in (("utf-16", "utf-16"), ("cp1252", "windows-1252"), ("utf-8-sig", "utf-8")):
        file = tmp_path / f"{name}.xml"
        body = text.replace("<Message>", '<Message xmlns="urn:x">').replace("K0", "Kö")
        file.write_text(f'<?xml version="1.0" encoding="{name}"?>{body}', encoding=encoding)
        assert list(read(file).bands()) == expected


# Year and authority


def test_the_reference_date_counts_over_the_year_and_an_option_over_both(tmp_path: Path) -> None:
    head = "<Collection>CIN</Collection><Year>2022</Year><ReferenceDate>2023-03-31</ReferenceDate>"
    file = written(tmp_path, episode(), head=head)
    assert read(file).year == 2023 and any("names the year 2022" in note for note in read(file).notes)
    assert read(file, year=2022).year == 2022


def test_a_reference_date_that_is_no_31_march_gives_way_to_the_year(tmp_path: Path) -> None:
    head = "<Collection>CIN</Collection><Year>2022</Year><ReferenceDate>2022-07-21</ReferenceDate>"
    assert read(written(tmp_path, episode(), head=head)).year == 2022


def test_a_year_without_published_figures_is_filled_from_the_latest(tmp_path: Path) -> None:
    returned = read(written(tmp_path, episode(referred="2026-02-03"), year=2026))
    assert returned.profile.year == 2026
    assert any(
        "No profile is published for the year to 31 March 2026" in note for note in returned.profile.notes
    )


def test_the_profile_can_be_written_and_read_and_run(tmp_path: Path) -> None:
    profile = read(census_file(tmp_path, 300)).profile
    assert Profile.from_dict(profile.to_dict()) == profile
    assert profile.name == "Hackney"
    assert profile.published == published_profile("hackney", 2023).published, (
        "own durations aren't published ones"
    )


def test_referrals_without_assessments_keep_the_published_ratio(tmp_path: Path) -> None:
    """An authority's own referrals beside published assessments would make a ratio that is nobody's."""
    several = [episode(referred=f"2022-05-{day:02}") for day in range(3, 23)]
    returned = read(written(tmp_path, *several))
    profile = returned.profile
    assert profile.referrals == 20
    assert profile.assessments < 30 and profile.repeat_share < 0.5
    assert any("is the return that of the whole authority" in question for question in returned.questions)


# The sector's own samples


needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample returns are not here")


@needs_samples
@pytest.mark.parametrize(
    ("name", "layout", "year"),
    [
        ("CIN_Census_2021.xml", "2021", 2023),
        ("CIN_Census_2024.xml", "2024", 2024),
        ("CIN_Census_2026.xml", "2026", 2024),
        ("CIN2rows.xml", "2021", 2024),
        ("cin-2022.xml", "2021", 2022),
    ],
)
def test_the_sample_returns_are_read(name: str, layout: str, year: int) -> None:
    returned = read(SAMPLES / "cin_census_samples" / name)
    assert (returned.layout, returned.year, returned.name) == (f"layout of {layout}", year, "City of London")
    assert found(returned, "unknown_element") == 0
    assert found(returned, "stray_text") == (0 if name == "cin-2022.xml" else 1)


@needs_samples
def test_the_large_sample_has_referrals_and_no_assessments() -> None:
    returned = read(SAMPLES / "cin_census_samples" / "fake_CIN_data.xml", authority="hackney")
    assert returned.count("closed_but_worked_on") == 350
    assert returned.count("assessments_completed") == 0 and returned.durations is None


@needs_samples
def test_every_element_of_the_published_layout_is_known() -> None:
    from simkit.returns.readers.cin_layout import GROUPS, VALUES

    layout = pd.read_csv(SAMPLES / "cin_census_layout.csv")
    assert set(layout["element"]) <= GROUPS | VALUES
    groups = set(layout.loc[layout["type"] == "group", "element"])
    assert groups <= GROUPS and not groups & VALUES


def test_the_names_of_the_bands_are_the_published_ones() -> None:
    assert len(BANDS) == len(PARAMETERS.bands) == len(TOPS)


def test_of_two_referrals_of_a_child_on_one_day_the_one_taken_on_counts(tmp_path: Path) -> None:
    """Whichever stands first in the file: the child was referred once, and assessed."""
    closed, taken_on = episode(nfa="true"), episode(start="2022-05-04", end="2022-06-01")
    others = [*[taken_on] * 10, *[episode(start="2023-03-01")] * 10]
    for twins in (closed + taken_on, taken_on + closed):
        found = read_return(written(tmp_path, *others, twins), internal=True)
        assert (found.count("referrals"), found.count("referrals_nfa")) == (21, 0)
        assert (found.count("referrals_assessed"), found.count("referral_duplicate")) == (21, 1)


def test_a_conference_that_stands_with_a_referral_is_counted_once(tmp_path: Path) -> None:
    """Also where a child with all that is recorded stands in the return twice."""
    plain = episode(start="2022-05-04", end="2022-06-01")
    held = plain.replace("<Assessments>", "<DateOfInitialCPC>2022-05-20</DateOfInitialCPC><Assessments>")
    file = written(tmp_path, *[held] * 12)
    text = file.read_text(encoding="utf-8")
    children = text.partition("<Children>")[2].partition("</Children>")[0]
    file.write_text(text.replace("</Children>", f"{children}</Children>"), encoding="utf-8")
    found = read_return(file, internal=True)
    assert (found.count("duplicate_child"), found.count("referrals"), found.count("icpcs")) == (12, 12, 12)


def test_an_enquiry_without_any_date_puts_no_assessment_under_section_47(tmp_path: Path) -> None:
    empty = "<Section47><S47ActualStartDate/><DateOfInitialCPC/></Section47><ReferralNFA>"
    rows = [episode(start="2023-03-01").replace("<ReferralNFA>", empty)] * 9
    found = read_return(written(tmp_path, *rows), internal=True)
    open_ = {route: number for route, age, number in found.open_by_route_and_age() if age == "21_30"}
    assert open_["section_47"] == 0 and open_["section_17"] == 9
    assert found.count("enquiry_missing_start") == 9

"""What is made of a result: tables, plain data, workbook, HTML; and that files are whole or not there."""

from __future__ import annotations

import csv
import errno
import io
import json
import math
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median

import pandas as pd
import pytest
from results import noted, tiny, what_if, with_bands, workbook_of
from rich.console import Console

from simkit.common.atomic_files import OutputError, csv_bytes, destination, write_all
from simkit.common.json_data import json_text
from simkit.data import bands as published_bands
from simkit.data import neighbours
from simkit.framework.check import load, load_file
from simkit.framework.framework import ROUTES
from simkit.framework.wording import whose
from simkit.model.inputs.calibration import calibration
from simkit.model.inputs.profile import profile
from simkit.model.inputs.staffing import expected_children
from simkit.output.answers.catalogue import entries
from simkit.output.answers.provenance import under, values
from simkit.output.answers.result import by_route, tables
from simkit.output.answers.result.by_route import ROUTED
from simkit.output.answers.result.headline import answer, question
from simkit.output.answers.result.measures import heading, sections
from simkit.output.answers.result.published import left_out, peers_of
from simkit.output.answers.wording import GROUPS, amount, in_hundred, range_of, runs, standing, time_period
from simkit.output.render.excel import workbook
from simkit.output.render.terminal import render
from simkit.study.estimate import Estimate
from simkit.study.experiment import experiment, run_experiment
from simkit.study.notes import doubts, level
from simkit.study.result import Result

FILES = {
    "result.json",
    "report.json",
    *(
        f"{name}.csv"
        for name in ("measures", "bands", "beside", "survival", "weekly", "assumptions", "sources", "numbers")
    ),
    "durations.png",
    *(
        f"{name}{narrow}.svg"
        for name in ("durations", "survival", "where_time_went", "drift", "open_by_week")
        for narrow in ("", "-narrow")
    ),
}


def estimate(value: float, unit: str = "%", replications: int = 30) -> Estimate:
    return Estimate("m", "M", unit, "all", value, value - 1, value + 1, value - 3, value + 3, replications)


# Words


def test_none_and_all_of_a_hundred_are_said_of_none_and_all_alone() -> None:
    """One child of 200 is 0.5%, which rounds to "about 0 in 100"."""
    said = {0.0: "no", 0.5: "fewer than 1 in 100", 0.51: "about 1 in 100", 99.49: "about 99 in 100"}
    said |= {99.5: "more than 99 in 100", 100.0: "about 100 in 100"}
    assert {share: in_hundred(share) for share in said} == said


def test_a_starter_never_reads_as_written_by_the_authority() -> None:
    assert whose(load("hackney")) == "Hackney, starter: national rules, local framework not known"


def test_a_documented_file_says_that_the_authority_neither_wrote_nor_agreed_it() -> None:
    assert "neither written nor agreed by the authority" in whose(load("gloucestershire"))


def test_a_trial_is_not_taken_for_the_authority_of_today() -> None:
    assert whose(load("trials/hackney")).startswith("Hackney, trial of 2011 to 2013")


def test_a_national_edition_says_whether_it_is_in_force() -> None:
    assert whose(load("national/working-together-2026")).endswith("national edition, in force")
    assert "no longer in force" in whose(load("national/working-together-2013"))


def test_agreed_says_by_whom_and_when() -> None:
    agreed = replace(load("hackney"), status="agreed", agreed={"by": "the partners", "on": "2025-04-01"})
    assert whose(agreed) == "Hackney, agreed by the partners on 1 April 2025"


@pytest.mark.parametrize(
    ("name", "calibrated"),
    [
        ("hackney", True),
        ("national/working-together-2006", False),
        ("national/consultation-drafts-2012", False),
    ],
)
def test_only_one_limit_of_45_days_stands_on_a_fitted_practice(name: str, calibrated: bool) -> None:
    result = replace(tiny(), experiment=replace(tiny().experiment, framework=load(name), calibration=None))
    assert standing(result).startswith("simulated with the national practice set") == calibrated
    assert "not calibrated" in standing(result)


def test_a_calibrated_practice_says_to_what() -> None:
    found = calibration("204", 2023)
    assert found is not None
    experiment = replace(with_bands().experiment, calibration=found)
    assert standing(replace(with_bands(), experiment=experiment)) == (
        "practice calibrated to Hackney's published durations of the year to March 2023"
    )
    far = replace(levels(82.0, 40.0), experiment=experiment)
    assert level(far)[0].startswith("The simulation does not reproduce the share")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (82.46, "%", "82.5%"),
        (33.0, "working days", "33.0 days"),
        (1.264, "times", "1.26 times"),
        (7816.4, "children", "7,816"),
        (8.04, "children", "8.0"),
        (math.nan, "%", "-"),
    ],
)
def test_amounts(value: float, unit: str, text: str) -> None:
    assert amount(value, unit) == text


def test_ranges() -> None:
    assert range_of(estimate(50.0)) == "49.0 to 51.0"
    assert range_of(estimate(50.0), year=True) == "47.0 to 53.0"
    assert range_of(estimate(50.0, replications=1)) == "-"
    assert range_of(estimate(math.nan)) == "-"


def test_a_change_of_children_is_rounded_as_children_are() -> None:
    change = replace(estimate(-250.0), unit="children more or fewer", low=-300.4, high=-199.6)
    assert range_of(change) == "-300 to -200"
    assert amount(-250.4, change.unit) == "-250"


def test_few_replications_are_not_to_rely_on_and_one_cannot_settle() -> None:
    many = replace(tiny(), replications=10, settled=True)
    assert runs(many).endswith("; steady (the number of open assessments stayed about the same)")
    assert "too few" not in runs(many)
    assert "too few replications to rely on; steady" in runs(replace(many, replications=9))
    one = noted(replace(many, replications=1, settled=False))
    assert any("Not steady" in note for note in noted(replace(many, settled=False)).notes)
    assert runs(one).endswith("too few replications to rely on")
    assert not [note for note in one.notes if "steady" in note]
    assert one.to_dict()["settled"] is None


def printed(result: Result) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(render(result.report()))
    return console.export_text()


def test_the_range_of_one_year_needs_ten_replications() -> None:
    assert "One year" not in printed(replace(tiny(), replications=9))
    assert "One year: 8 in 10" in printed(replace(tiny(), replications=10))
    assert "One year" not in replace(with_bands(), replications=9)._repr_html_()


def test_every_share_has_its_number_of_children_beside_it() -> None:
    assert {"cohort_assessments", "published_assessments"} <= set(ROUTED)
    first = sections(tiny())[0]
    assert [row.estimate.unit for row in first.rows] == ["children", "children"]
    said = dict(heading(tiny()))
    assert f"{tiny().experiment.profile.referrals:,.0f} referrals" in said["Caseload"]
    assert "scenario" not in said["Caseload"]
    for fte in tiny().experiment.setting.staffing.fte.values():
        assert f"{fte:.1f}" in said["Staff"]


def test_a_scenario_s_referrals_stand_beside_the_published() -> None:
    setting = replace(tiny().experiment.setting, factors=(1.5,) * 12)
    more = replace(tiny(), experiment=replace(tiny().experiment, setting=setting))
    assert (
        f"{tiny().experiment.profile.referrals * 1.5:,.0f} in this scenario"
        in dict(heading(more))["Caseload"]
    )


def test_nobody_reads_the_staff_as_the_authority_s_own() -> None:
    """It is worked out from the caseload: an assumption, which the question and the line of staff say."""
    assert "staff worked out by the model" in question(with_bands())
    staff = dict(heading(with_bands()))["Staff"]
    assert "worked out by the model from" in staff and "not the staff of Hackney" in staff
    assert "caseload and staff that Hackney had" not in question(with_bands())


def test_counts_and_shares_say_that_a_child_counts_at_each_assessment() -> None:
    """Assessments of a case already open have no referral: more children are assessed than referred."""
    shown = {section.title: section for section in sections(with_bands())}
    counts = shown["Children in the simulated year, counted at each assessment"]
    assert any("more assessments than referrals" in note for note in counts.notes)
    for title, section in shown.items():
        if title.startswith(("Children referred in the year", "Where the time went", "Assessment drift")):
            assert section.notes[0].startswith("Of children referred in the year"), title
            assert "counted again when referred again" in section.notes[0], title
    for name, each in with_bands().measures.items():
        if name.startswith("cohort_") and name != "cohort_rereferral_pct" and "reviews" not in name:
            assert "again" in each.of, name


def test_the_terminal_begins_with_the_answer_of_the_report_and_what_is_doubtful() -> None:
    said = " ".join(str(with_bands()).split())
    assert " ".join(answer(with_bands()).split()) in said
    for doubt in doubts(with_bands()):
        assert said.count(doubt) == 1
        assert said.index(doubt) < said.index("Children in the simulated year")


def test_the_answer_counts_in_a_hundred_only_where_there_are_as_many() -> None:
    number = with_bands().measures["cohort_assessments"]
    assert f"Of about {number.value:.0f} children" in answer(with_bands())
    assert "in 100" not in answer(with_bands())
    many = {**with_bands().measures, "cohort_assessments": replace(number, value=100.0)}
    assert answer(replace(with_bands(), measures=many)).startswith("About ")


def test_a_wide_interval_is_a_doubt_and_a_narrow_one_none() -> None:
    breach = with_bands().measures["cohort_over_45_days_pct"]

    def told(half: float) -> bool:
        near = replace(breach, value=30.0, low=30.0 - half, high=30.0 + half)
        changed = {**with_bands().measures, breach.name: near}
        enough = replace(with_bands(), measures=changed, replications=10)
        return any("interval is wide" in each for each in doubts(enough))

    assert told(2.1) and not told(2.0)


def test_a_route_with_hardly_a_child_has_its_number_and_no_more() -> None:
    """A median of a child in five years is not a median: five children a year are the least shown.

    A year of the caseload, not of the simulated ones, so that every run withholds the same.
    """

    def column(children: float) -> dict[str, str]:
        case = with_bands().experiment
        now = expected_children(case.framework, case.profile)["brief"]
        profile = replace(case.profile, referrals=case.profile.referrals * children / now)
        result = replace(with_bands(), experiment=replace(case, profile=profile))
        assert by_route.few_note(result) or children >= 5
        drawn = ".brief" in by_route.groups_with_values(result, "cohort_drift_stretch")
        assert drawn == (children >= 5), "and no bar or point in a figure"
        assert drawn or "left out" in by_route.left_out_note(result, "cohort_drift_stretch")
        return {row[0]: row[-1] for row in by_route.rows(result)}

    scarce, enough = column(4.9), column(5.1)
    counts = {with_bands().measures[n].title for n in ("cohort_assessments", "published_assessments")}
    assert {title for title, said in scarce.items() if said != by_route.TOO_FEW} == counts
    assert by_route.TOO_FEW not in enough.values()


def test_reviews_held_late_are_not_under_a_heading_of_shares_in_time() -> None:
    for section in sections(tiny()):
        names = {row.estimate.name for row in section.rows}
        assert "cohort_reviews_late_pct" not in names or "in time" not in section.title


def levels(within_45: float, median_days: float, quartiles: tuple[float, float] = (30.0, 49.0)) -> Result:
    """With these figures; without others for the quartiles they are those published for Hackney in 2023."""
    found = dict(with_bands().measures)
    for name, value in (
        ("published_within_45_days_pct", within_45),
        ("published_median_days", median_days),
        ("published_p25_days", quartiles[0]),
        ("published_p75_days", quartiles[1]),
    ):
        found[name] = replace(found[name], value=value)
    experiment = replace(with_bands().experiment, calibration=None)
    return noted(replace(with_bands(), experiment=experiment, measures=found))


def with_published_bands(result: Result) -> Result:
    """The same with the bands that are published for Hackney."""
    published = published_bands("204", 2023)
    assert published is not None
    found = {
        name: replace(each, value=100 * share)
        for (name, each), share in zip(result.bands.items(), published.shares, strict=True)
    }
    return replace(result, bands=found)


def test_a_practice_fitted_to_an_own_return_is_held_against_that_return() -> None:
    """Published for Hackney are 69.1% in time; the return says 81%, and the run that follows it is near."""
    own = calibration("204", 2023)
    assert own is not None
    own = replace(
        own,
        fitted_to="cin-census",
        fit={**own.fit, "within_45_own_pct": 81.0, "median_own_days": 40.0},
    )
    near = levels(82.0, 40.0)
    assert level(replace(near, experiment=replace(near.experiment, calibration=own))) == ()
    far = levels(70.0, 40.0)
    (said,) = level(replace(far, experiment=replace(far.experiment, calibration=own)))
    assert "(70% simulated, 81% in Hackney's own durations)" in said


def test_a_level_far_from_the_published_one_is_said_plainly() -> None:
    """Hackney, year to March 2023: 69.1% in time, median 41 working days."""
    (said,) = level(levels(82.0, 40.0))
    assert said == (
        "The simulation does not reproduce the share within 45 working days (82% simulated, 69% published "
        "for Hackney): read differences between "
        "scenarios, not levels."
    )
    assert "the median (35 working days" in level(levels(70.0, 35.0))[0]
    assert "the upper quartile (55 working days simulated, 49" in level(levels(70.0, 40.0, (30.0, 55.0)))[0]
    assert "the lower quartile (24 working days simulated, 30" in level(levels(70.0, 40.0, (24.0, 49.0)))[0]
    (said_of_bands,) = level(levels(70.0, 40.0))
    assert "within 40 working days (83% simulated, 48% published for Hackney)" in said_of_bands
    assert level(with_published_bands(levels(70.0, 40.0))) == ()
    assert levels(82.0, 40.0).notes[0] == said
    assert levels(82.0, 40.0).to_dict()["notes"][0] == said
    changed = replace(what_if(), measures=levels(82.0, 40.0).measures)
    assert level(changed) == ()


def test_years_that_are_all_alike_have_no_interval() -> None:
    """None of 30 years with a breach does not say that there will be none."""
    alike = replace(tiny().measures["cohort_over_45_days_pct"], replications=30, value=0.0, low=0.0, high=0.0)
    assert range_of(alike) == "-"
    assert range_of(replace(alike, high=1.5)) == "0.0 to 1.5"


def test_a_year_is_written_as_in_the_published_tables() -> None:
    assert time_period(2023) == "202223"
    assert time_period(2010) == "200910"


def test_the_summary_shows_only_measures_that_have_a_value() -> None:
    rows = [row for section in sections(tiny()) for row in section.rows]
    assert len(rows) > 15
    assert all(row.estimate.replications > 0 for row in rows)


def test_the_time_by_cause_adds_up_to_no_more_than_is_shown() -> None:
    section = next(s for s in sections(tiny()) if s.title.startswith("Where the time went"))
    assert len(section.rows) == 8


def test_a_local_clock_is_marked_as_local() -> None:
    framework = load("gloucestershire")
    found = dict(tiny().measures)
    for name in ("cohort_clock_child_visited_pct", "cohort_clock_child_visited_section_47_pct"):
        found[name] = replace(estimate(60.0), name=name)
    result = replace(tiny(), experiment=replace(tiny().experiment, framework=framework), measures=found)
    titles = [row.title for section in sections(result) for row in section.rows]
    assert "The child is visited, 7 working days (local)" in titles
    below = [note for section in sections(result) for note in section.notes]
    assert any(note.startswith("The child is visited, 7 working days (local): of ") for note in below)


# Tables


def test_every_measure_is_in_the_table_once() -> None:
    frame = tables.measures(tiny())
    names = [m if r == "all" else f"{m}.{r}" for m, r in zip(frame["measure"], frame["route"], strict=True)]
    assert names == list(tiny().measures)
    assert set(frame["route"]) == {"all", *ROUTES}


def test_codes_are_text_and_the_year_is_told_twice() -> None:
    row = tables.measures(with_bands()).iloc[0]
    assert (row["la_code"], row["gss_code"], row["la_name"]) == ("204", "E09000012", "Hackney")
    assert (row["year"], row["time_period"]) == (2023, "202223")


def test_published_bands_stand_beside_the_simulated() -> None:
    frame = tables.bands(with_bands())
    published = published_bands("204", 2023)
    assert published is not None
    assert list(frame["published"]) == pytest.approx([100 * s for s in published.shares if s is not None])
    assert frame["value"].sum() == pytest.approx(100)
    assert frame["england"].sum() == pytest.approx(100)
    assert list(frame["band"])[:2] == ["same_day", "1_10"]


def test_the_neighbours_that_a_median_leaves_out_are_named() -> None:
    """Hampshire has no figures of the year to March 2024. Others lack one of conferences alone."""
    rows = {"published_within_45_days_pct": "Within 45 days", "published_median_days": "Median"}
    said = left_out(peers_of(profile("rutland", 2024)), rows)
    assert said == "Left out of the neighbours' median, as no figure for that year is published: Hampshire."
    assert left_out(peers_of(profile("england", 2024)), rows) == ""
    later = "Left out of the neighbours' median, as they began later: West Northamptonshire and North"
    assert later in left_out(peers_of(profile("bedford", 2019)), rows)
    rows |= {"published_icpc_within_15_days_pct": "Conferences"}
    said = left_out(peers_of(profile("halton", 2024)), rows)
    assert said.endswith(": Sunderland (conferences) and Redcar and Cleveland (conferences).")


def test_the_neighbours_median_is_the_median_of_the_neighbours() -> None:
    frame = tables.beside(with_bands()).set_index("measure")
    found = (published_bands(code, 2023) for code in neighbours("204", 2023))
    shares = [100 * b.within_45_share for b in found if b is not None and b.within_45_share is not None]
    row = frame.loc["published_within_45_days_pct"]
    assert row["neighbours_median"] == pytest.approx(median(shares))
    assert row["neighbours_known"] == len(shares)
    assert row["england"] == pytest.approx(82.5, abs=0.05)


def test_a_band_that_is_not_published_is_missing_and_not_nought() -> None:
    assert tables.bands(tiny())["published"].isna().all()


def test_the_assumptions_table_holds_the_assumptions_of_the_result() -> None:
    frame = tables.assumptions(tiny())
    assert list(frame["path"]) == [number.path for number in tiny().assumptions]
    assert frame["reason"].str.len().gt(0).all()
    everything = tables.numbers(tiny().experiment.framework)
    assert set(everything["basis"]) == {"assumption", "fitted", "source"}


def test_sources_name_the_licence_of_the_published_figures() -> None:
    frame = tables.sources(tiny())
    published = frame[frame["kind"] == "published figures"]
    assert published["licence"].str.contains("Open Government Licence").all()
    assert "assessments_duration" in set(published["id"])
    assert not frame.isna().any().any()


def test_weekly_and_survival_tables() -> None:
    weekly, survival = tables.weekly(tiny()), tables.survival(tiny())
    assert len(weekly) == len(tiny().open_by_week)
    assert list(weekly["week"])[:2] == [1, 2]
    assert survival["value"].is_monotonic_decreasing


# Plain data


def test_json_has_no_number_that_json_does_not_know() -> None:
    data = json.loads(json_text(tiny().to_dict()), parse_constant=lambda constant: pytest.fail(constant))
    missing = [name for name, e in tiny().measures.items() if math.isnan(e.value)]
    assert missing
    assert all(data["measures"][name]["value"] is None for name in missing)


def test_the_bands_of_json_are_shares_that_sum_to_one() -> None:
    bands = with_bands().to_dict()["bands"]
    assert len(bands) == 9
    assert sum(bands.values()) == pytest.approx(1)


def test_json_says_where_each_assumption_is_written() -> None:
    first = tiny().to_dict()["assumptions"][0]
    assert first["file"] == "frameworks/national/assumptions.yaml"
    assert first["line"] > 1 and first["reason"]


def test_json_of_a_what_if_carries_its_caption() -> None:
    data = what_if().to_dict()
    assert data["scenario"] == "no-national-limit"
    assert data["caption"].startswith("What if:")


# HTML


def test_html_shows_text_as_text() -> None:
    profile = replace(tiny().experiment.profile, name="<script>alert(1)</script>", notes=("a < b & c",))
    nasty = noted(replace(tiny(), experiment=replace(tiny().experiment, profile=profile)))
    page = nasty._repr_html_()
    assert "<script" not in page
    assert "a &lt; b &amp; c" in page


def test_html_needs_nothing_from_outside_and_has_a_text_alternative() -> None:
    page = with_bands()._repr_html_()
    assert "http" not in page
    assert 'alt="Hackney: ' in page
    assert page.count("<table") == page.count("</table>") > 4


# CSV and workbook


def test_csv_opens_in_excel_as_it_is() -> None:
    content = csv_bytes(tables.measures(with_bands()))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0]["la_code"] == "204"
    assert b"\r\n" in content and b"\r\r\n" not in content


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_text_of_a_csv_acts_as_a_formula(text: str) -> None:
    content = csv_bytes(pd.DataFrame({"title": [text, "plain"], "value": [-1.5, 2.0]}))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[1] == [f"'{text}", "-1.5"]


@pytest.mark.slow
def test_the_workbook_has_its_sheets_with_frozen_headings() -> None:
    book = workbook_of(with_bands())
    tabled = ["Measures", "Bands", "Beside", "Survival", "Weekly", "Assumptions", "Sources", "Numbers"]
    assert book.sheetnames == ["Summary", *tabled, "How to repeat"]
    assert all(sheet.freeze_panes == "A2" for sheet in book)


def test_codes_of_the_workbook_are_text_and_numbers_are_numbers() -> None:
    sheet = workbook_of(with_bands())["Measures"]
    heads = [cell.value for cell in sheet[1]]
    row = dict(zip(heads, sheet[3], strict=True))
    assert (row["la_code"].value, row["la_code"].data_type) == ("204", "s")
    assert (row["time_period"].value, row["time_period"].data_type) == ("202223", "s")
    assert row["value"].data_type == "n"


def test_dates_of_the_workbook_are_dates() -> None:
    book = workbook_of(with_bands())
    weeks = [row for row in book["Weekly"].iter_rows() if row[6].is_date]
    assert weeks[0][6].number_format == "d mmm yyyy" and len(weeks) == len(with_bands().open_by_week)


def test_weeks_end_on_every_fifth_working_day() -> None:
    """The year to March 2023 begins on a Friday, so its first week ends on the Thursday after."""
    ends = list(tables.weekly(tiny())["week_ending"])
    assert tiny().experiment.setting.horizon.start == date(2022, 4, 1)
    assert ends[0] == date(2022, 4, 7)
    assert all(b > a for a, b in pairwise(ends))


def test_the_workbook_prints_across_in_print_that_can_be_read() -> None:
    """A page of A4 across has 842 points less the margins; 11 points at 73% are 8."""
    utils = pytest.importorskip("openpyxl.utils")
    for sheet in workbook_of(with_bands()):
        assert sheet.page_setup.orientation == "landscape" and sheet.print_title_rows == "$1:$1"
        assert sheet.oddFooter.right.text == "&A, page &P of &N"
        start, end = utils.range_boundaries(sheet.print_area.split("!")[-1])[0::2]
        letters = [utils.get_column_letter(number) for number in range(start, end + 1)]
        wide = sum(sheet.column_dimensions[letter].width for letter in letters)
        assert sheet.page_setup.fitToWidth == 1 and sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert wide * 5.25 * 0.73 <= 842 - 2 * 0.4 * 72


def test_what_is_the_same_in_each_row_stands_at_the_foot_of_the_page() -> None:
    sheet = workbook_of(with_bands())["Measures"]
    assert sheet.print_area.split("!")[-1].startswith("$F$1:")
    assert sheet.oddFooter.left.text == "204, E09000012, Hackney, 2023, 202223"


def test_a_table_too_wide_for_a_page_goes_on_with_its_names_again() -> None:
    pytest.importorskip("openpyxl")
    from simkit.output.render.excel import new_book, table

    sheet = new_book("wide").create_sheet("Wide")
    frame = pd.DataFrame({f"column_{n}": ["some words " * 4, "other words"] for n in range(40)})
    table(sheet, frame, names=2)
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.scale == 73
    assert sheet.print_title_cols == "$B:$B" and sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.pageOrder == "overThenDown"


def test_the_workbook_has_neighbours_region_and_england_beside_the_authority() -> None:
    sheet = workbook_of(with_bands())["Summary"]
    heads = [None, "Simulated", "Hackney", "Neighbours, median", "London", "England"]
    rows = [[cell.value for cell in row][:6] for row in sheet.iter_rows()]
    assert heads in rows and answer(with_bands()).splitlines()[0] in [row[0] for row in rows]
    at = rows.index(heads) + 2
    shown, read = sheet.cell(at, 2), with_bands().measures["published_within_45_days_pct"].value
    assert shown.value == pytest.approx(read, abs=0.05) and shown.number_format == '0.0"%"'


@pytest.mark.slow
def test_no_cell_of_the_workbook_can_become_a_formula() -> None:
    profile = replace(
        with_bands().experiment.profile, name='=HYPERLINK("http://x","y")', notes=("=1+1", "\x07bell")
    )
    nasty = noted(replace(with_bands(), experiment=replace(with_bands().experiment, profile=profile)))
    book = workbook_of(nasty)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    texts = {cell.value for cell in cells if cell.quotePrefix}
    assert "=1+1" in texts and '=HYPERLINK("http://x","y")' in texts


def test_an_answer_s_workbook_has_its_words_first_and_its_tables_after(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    report = with_bands().report()
    frame = pd.DataFrame({"la_code": ["204", "204"], "side": ["=1+1", "b"], "value": [1.5, math.nan]})
    book = openpyxl.load_workbook(io.BytesIO(workbook(report, {"all_pairs": frame})))
    assert book.sheetnames == ["Summary", "All pairs", "How to repeat"]
    assert set(report.answer.splitlines()) <= {cell.value for cell in book["Summary"]["A"]}
    assert report.command in [cell.value for cell in book["How to repeat"]["A"]]
    sheet = book["All pairs"]
    code, side, value = sheet[2]
    assert (code.value, code.data_type, code.number_format) == ("204", "s", "@")
    assert (side.value, side.data_type, side.quotePrefix) == ("=1+1", "s", True)
    assert value.value == 1.5 and sheet["C3"].value is None
    assert all(each.freeze_panes == "A2" for each in book)


@pytest.mark.slow
def test_the_workbook_says_how_to_repeat_it_and_that_time_is_not_quality() -> None:
    book = workbook_of(tiny())
    words = "\n".join(
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value
    )
    assert tiny().command in words
    assert "can be on time and still be poor" in words
    assert "Open Government Licence" in words


# Files


@pytest.mark.slow
def test_a_folder_gets_all_of_its_files(tmp_path: Path) -> None:
    written = with_bands().save(tmp_path / "out")
    assert {path.name for path in written} == FILES == {p.name for p in (tmp_path / "out").iterdir()}
    data = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert data["authority"] == "Hackney"


@pytest.mark.slow
def test_an_existing_folder_keeps_what_else_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    tiny().save(tmp_path)
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def failing_after(monkeypatch: pytest.MonkeyPatch, good: int, error: BaseException) -> None:
    """Let the disk take ``good`` files and fail at the next."""
    done: list[int] = []

    def sync(handle: int) -> None:
        done.append(handle)
        if len(done) > good:
            raise error

    monkeypatch.setattr(os, "fsync", sync)


FAILURES: tuple[Callable[[], BaseException], ...] = (
    lambda: OSError(errno.ENOSPC, "No space left on device"),
    lambda: OSError(errno.EACCES, "Permission denied"),
    KeyboardInterrupt,
    MemoryError,
)


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("good", [0, 1, 2])
def test_files_are_written_all_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Callable[[], BaseException], good: int
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    failing_after(monkeypatch, good, failure())
    with pytest.raises((OutputError, KeyboardInterrupt, MemoryError)):
        write_all(tmp_path, {"a": b"new", "b": b"new", "c": b"new"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old"}


def test_a_folder_that_was_made_for_nothing_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing_after(monkeypatch, 1, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(OutputError, match="disk is full"):
        write_all(tmp_path / "new", {"a": b"1", "b": b"2"})
    assert list(tmp_path.iterdir()) == []


def test_writing_replaces_and_can_be_read_by_others(tmp_path: Path) -> None:
    write_all(tmp_path, {"a": b"1"})
    write_all(tmp_path, {"a": b"2"})
    assert (tmp_path / "a").read_bytes() == b"2"
    if os.name == "posix":
        plain = tmp_path / "plain"
        plain.write_bytes(b"")
        assert (tmp_path / "a").stat().st_mode == plain.stat().st_mode


def test_looking_at_a_destination_leaves_nothing_behind(tmp_path: Path) -> None:
    destination(tmp_path / "out")
    destination(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("missing/out", "does not exist"),
        ("file", "is a file"),
        ("file/out", "does not exist"),
        ("out.pdf", "folder, or to one file that ends in"),
        ("out.xls", "folder, or to one file that ends in"),
        ("folder.xlsx", "is a folder"),
        ("x" * 300, "too long"),
        ("a\0b", "can't be the name"),
        ("a\nb", "can't be the name"),
    ],
)
def test_a_destination_that_can_not_be(tmp_path: Path, out: str, words: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(OutputError, match=words):
        tiny().save(tmp_path / out)


# Frameworks


def test_the_catalogue_lists_every_authority_with_its_region() -> None:
    found = entries("authorities")
    assert len(found) == 157
    assert all(entry["region"] and entry["gss_code"] and entry["status"] for entry in found)
    assert {entry["name"] for entry in entries("scenarios")} >= {"as-published", "winter-surge"}


@pytest.mark.parametrize("name", ["hackney", "gloucestershire", "trials/hackney"])
def test_every_value_stands_in_the_line_that_is_named(name: str) -> None:
    from simkit.framework.library import root

    lines: dict[str, list[str]] = {}
    for value in values(load_file(name)):
        file = value.origin.file
        text = lines.setdefault(file, (root() / file).read_text(encoding="utf-8").splitlines())
        start = value.value.split("\n")[0].split(",")[0]
        assert start in text[value.origin.line - 1], value


def test_a_path_narrows_to_what_is_below_it() -> None:
    found = under(load_file("hackney"), "timescales.assessment")
    assert {value.path.rpartition(".")[0] for value in found} == {"timescales.assessment"}
    assert "45 working days" in {value.value for value in found}
    assert under(load_file("hackney"), "timescales.assessment.within")[0].value == "45 working days"


def test_routed_measures_are_those_that_have_routes() -> None:
    assert all(name + group in tiny().measures for name in ROUTED for group in GROUPS)


def test_a_small_authority_is_told_that_its_staff_is_assumed() -> None:
    small = run_experiment(experiment("rutland"), replications=3, seed=1, engine="simpy")
    (note,) = [each for each in small.notes if "fewer than 4 full-time people" in each]
    assert "social worker" in note and "not Rutland's own staff" in note
    assert experiment("halton").staff_notes == ()


def test_shares_and_numbers_of_children_stay_possible_with_their_intervals() -> None:
    few = run_experiment(experiment("city-of-london"), replications=5, seed=1, engine="simpy")
    assert few.survival.min() >= 0
    assert few.survival.max() <= 100
    assert min(few.open_by_week.min(), few.over_45_by_week.min()) >= 0


@pytest.mark.slow
def test_a_file_that_is_open_in_excel_leaves_all_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to rename an open file or to put another in its place; no other is replaced then."""
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(b"as it was")
    rename = Path.replace

    def renamed(self: Path, target: Path) -> Path:
        if "b.csv" in (self.name, target.name):
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", renamed)
    with pytest.raises(OutputError, match=r"b\.csv can't be written: .* open in another program"):
        write_all(tmp_path, {"a.csv": b"new", "b.csv": b"new"})
    found = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert found == {"a.csv": b"as it was", "b.csv": b"as it was"}

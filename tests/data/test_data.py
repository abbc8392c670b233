"""The packaged tables: their totals, their traps, and that they are what was published."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from paths import ROOT

from simkit import data
from simkit.data import BANDS, ENGLAND
from tools.data import published_tables

SHARED = ROOT.parent / "shared" / "data"
PACKAGED = Path(data.__file__).parent

TABLES = (
    "referrals",
    "referrals_by_month",
    "assessments_duration",
    "assessments_timeliness",
    "section47_icpc",
    "children_in_need",
    "social_work_workforce",
    "population_0_17",
)

# By how much the authorities fall short of England, in percent: those that returned nothing, whom
# England's totals include by an estimate or an earlier year, and cells that are suppressed.
SHORT = {
    ("referrals", "referrals"): {2013: 1.45, 2014: 0.91, 2015: 0.25, 2021: 0.84, 2022: 0.77, 2024: 5.03},
    ("section47_icpc", "section47_enquiries"): {2013: 1.45, 2021: 0.47, 2022: 0.42, 2024: 3.76},
    ("section47_icpc", "icpcs"): {2013: 1.45, 2021: 0.60, 2022: 0.60, 2024: 2.31},
    ("children_in_need", "cin_at_31_march"): {2013: 2.82, 2014: 0.91, 2021: 0.80, 2022: 0.77, 2024: 2.35},
    ("assessments_duration", "assessments_completed"): {
        2021: 0.79,
        2022: 0.76,
        2024: 4.38,
        2025: 100.0,  # of England and regions alone
    },
    ("social_work_workforce", "case_holders_fte"): {2024: 1.60, 2025: 0.52},
    ("social_work_workforce", "cases"): {2024: 1.81, 2025: 0.39},
    ("social_work_workforce", "inpost_fte"): {2025: 0.91},
    ("population_0_17", "population_0_17"): dict.fromkeys(range(2012, 2019), 1.21),
}


def codes(year: int) -> list[str]:
    return [a.la_code for a in data.authorities() if a.existed(year)]


@pytest.mark.parametrize(("name", "column"), SHORT)
def test_authorities_sum_to_england(name: str, column: str) -> None:
    """A row lost or doubled in a table shows here; joint rows count once."""
    table = data.table(name)
    for year in table.years(ENGLAND):
        cells = [table.value(a.la_code, year, column) for a in data.authorities()]
        total = sum(c for c in cells if c is not None)
        england = table.value(ENGLAND, year, column)
        assert england is not None
        short = SHORT[name, column].get(year, 0.0)
        assert (1 - total / england) * 100 == pytest.approx(short, abs=0.1), year


def test_the_nine_regions_sum_to_england_and_london_is_not_counted_twice() -> None:
    table = data.table("referrals")
    regions = {a.region_code for a in data.authorities()}
    assert len(regions) == 9
    for year in table.years(ENGLAND):
        total = sum(table.value(r, year, "referrals") or 0 for r in regions)
        assert total == pytest.approx(table.value(ENGLAND, year, "referrals"), abs=50)
        halves = sum(table.value(r, year, "referrals") or 0 for r in ("E13000001", "E13000002"))
        assert halves == pytest.approx(table.value("E12000007", year, "referrals"), abs=20)


def test_bands_sum_to_the_total_but_for_the_known_twelve() -> None:
    """Up to 34 assessments in twelve authority-years have no usable duration."""
    short = {}
    for area, year in data.table("assessments_duration").numbers:
        found = data.bands(area, year)
        if found is None or not found.complete or not area.isdigit():
            continue
        missing = found.total - sum(c for c in found.counts if c is not None)
        if missing:
            short[area, year] = missing
        assert sum(s for s in found.shares if s is not None) == pytest.approx(1)
    assert len(short) == 12
    assert all(0 < missing <= 34 for missing in short.values())


def test_months_sum_to_the_years_referrals() -> None:
    table = data.table("referrals_by_month")
    for area, year in table.numbers:
        row = table.row(area, year)
        total = row.pop("referrals")
        if None in row.values() or total is None:
            continue
        slack = 0 if area.isdigit() else 70
        assert sum(v for v in row.values() if v is not None) == pytest.approx(total, abs=slack), (area, year)


def test_england_in_time_is_the_published_indicator() -> None:
    published = {
        2016: 83.4,
        2017: 82.9,
        2018: 82.7,
        2019: 83.1,
        2020: 83.8,
        2021: 87.6,
        2022: 84.5,
        2023: 82.5,
        2024: 84.5,
        2025: 85.7,
    }
    for year, pct in published.items():
        found = data.bands(ENGLAND, year)
        assert found is not None
        assert found.within_45_share == pytest.approx(pct / 100)
        assert found.within_45_source == "published"
    before = data.bands(ENGLAND, 2015)
    assert before is not None and before.within_45_source == "computed"


def test_the_last_share_of_an_authority_is_published_before_its_bands() -> None:
    assert data.bands("204", 2025) is None
    assert data.within_45_share("204", 2025) == pytest.approx(0.904)
    assert data.within_45_share("204", 2022) is None  # not available


def test_the_packaged_tables_are_made_from_the_published_ones(tmp_path: Path) -> None:
    """The maker gives the packaged file again, cell by cell, from rows with the published columns."""
    columns = ["year", "area", "within_45_days_pct", "pct_source"]
    published = {"year": "2024", "la_name": "Hackney", "within_45_days_pct": "82", "pct_source": "published"}
    for level, code in (("local_authority", "204"), ("region", "E12000007"), ("england", "england")):
        row = published_tables.packaged_row(
            published | {"geographic_level": level, "la_code": "204", "region_code": "E12000007"}, columns
        )
        assert list(row.values()) == ["2024", code, "82", "published"]
    if SHARED.is_dir():
        published_tables.main(SHARED, tmp_path)
        for made in tmp_path.iterdir():
            assert made.read_bytes() == (PACKAGED / made.name).read_bytes()


def test_the_share_in_time_is_there_where_bands_are_suppressed() -> None:
    """From 2016 the indicator is published for authorities whose bands are not."""
    found = data.bands("202", 2023)
    assert found is not None
    assert not found.complete
    assert found.shares == (None,) * 9
    assert found.within_45_share is not None


def test_unknown_is_none_and_never_nought() -> None:
    assert data.value("section47_icpc", "420", 2023, "section47_enquiries") is None  # suppressed
    assert data.value("referrals", "204", 2021, "referrals") is None  # not available
    assert data.value("referrals", "999", 2021, "referrals") is None  # no such row
    assert data.value("referrals", "420", 2023, "referrals_nfa") == 0  # nought as published
    assert data.bands("204", 2022) is None


def test_authorities_and_their_dates() -> None:
    found = data.authorities()
    assert len(found) == 158
    assert sum(a.in_2013_list for a in found) == 152
    assert {a.la_code for a in found if not a.in_2013_list} == {"838", "839", "940", "941", "942", "943"}
    by_year = {year: len(codes(year)) for year in range(2013, 2026)}
    assert by_year == {
        **dict.fromkeys(range(2013, 2020), 152),
        **dict.fromkeys((2020, 2021), 151),
        **dict.fromkeys((2022, 2023), 152),
        **dict.fromkeys((2024, 2025), 153),
    }
    assert len({a.slug for a in found}) == 158
    assert len({a.la_code for a in found}) == 158


def test_successors_and_predecessors_name_each_other_and_follow_without_a_gap() -> None:
    for each in data.authorities():
        for code in each.successors:
            after = data.authority(code)
            assert each.la_code in after.predecessors
            assert after.first_year == each.last_year + 1
        for code in each.predecessors:
            assert each.la_code in data.authority(code).successors


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("204", "204"),
        ("E09000012", "204"),
        ("HACKNEY", "204"),
        (" hackney ", "204"),
        ("St. Helens", "342"),
        ("st-helens", "342"),
        ("St Helens", "342"),
        ("Bristol, City of", "801"),
        ("bristol", "801"),
        ("City of Bristol", "801"),
        ("Herefordshire", "884"),
        ("Kensington & Chelsea", "207"),
        ("kensington-and-chelsea", "207"),
        ("Dorset", "838"),
        ("835", "835"),
        ("dorset-to-2019", "835"),
        ("Bournemouth", "837"),
        ("Westmorland and Furness", "943"),
        ("Hull", "810"),
        ("Hull City Council", "810"),
        ("BCP", "839"),
        ("RBKC", "207"),
        ("London Borough of Hackney", "204"),
        ("Royal Borough of Windsor & Maidenhead", "868"),
        ("Durham", "840"),
        ("Durham County Council", "840"),
        ("Derby City Council", "831"),
        ("Barking", "301"),
        ("City of London Corporation", "201"),
        ("204.0", "204"),
        (" E09000012 ", "204"),
        ("204 - Hackney", "204"),
        ("Hackney (E09000012)", "204"),
        ("E06000048", "929"),
    ],
)
def test_an_authority_is_found_as_people_write_it(text: str, code: str) -> None:
    assert data.authority(text).la_code == code


def test_an_unknown_authority_gets_the_nearest_names() -> None:
    with pytest.raises(data.UnknownAuthorityError, match="Did you mean Hackney"):
        data.authority("Hackny")
    with pytest.raises(data.UnknownAuthorityError):
        data.authority("")


def test_a_name_of_several_and_a_code_beside_anothers_name_are_not_guessed() -> None:
    with pytest.raises(data.UnknownAuthorityError, match="Kingston upon Thames or Kingston"):
        data.authority("Kingston")
    for text in ("204 Camden", "London", "Cheshire", "2041"):
        with pytest.raises(data.UnknownAuthorityError):
            data.authority(text)


def test_every_authority_is_found_by_its_name_with_the_words_of_a_council() -> None:
    for each in data.authorities():
        if each.in_2025_list:
            for text in (f"{each.name} Council", f"London Borough of {each.name}", f"{each.la_code}.0"):
                assert data.authority(text) == each


def test_old_ons_codes_still_find_the_authority() -> None:
    """Barnsley and Sheffield have newer codes in the workforce census."""
    assert all(data.authority(gss) == a for a in data.authorities() for gss in a.gss_codes)


def test_neighbours_follow_the_edition_of_the_year_and_exist_in_it() -> None:
    assert data.neighbours("204", 2023)[:2] == ("210", "208")
    assert data.neighbours("204", 2024)[:2] == ("210", "206")
    assert data.neighbours("204") == data.neighbours("204", 2025)
    assert data.neighbours("942", 2020) == data.neighbours("942", 2025)[1:]  # in one edition only
    for each in data.authorities():
        for year in range(each.first_year, each.last_year + 1):
            near = data.neighbours(each.la_code, year)
            assert 7 <= len(near) <= 10
            assert each.la_code not in near
            assert all(data.authority(code).existed(year) for code in near)
        assert all(data.authority(code).in_2025_list for code in data.neighbours(each.la_code))


@pytest.mark.parametrize("pair", [("314", "318"), ("940", "941")])
def test_joint_rows_of_the_census_are_shared_out_by_children(pair: tuple[str, str]) -> None:
    one, other = pair
    rows = [data.table("social_work_workforce").row(code, 2022) for code in pair]
    people = [data.value("population_0_17", code, 2022, "population_0_17") or 0 for code in pair]
    joint = {"314": 114.1, "940": 224.9}[one]
    assert [row["case_holders_fte"] for row in rows] == pytest.approx(
        [joint * p / sum(people) for p in people]
    )
    assert rows[0]["vacancy_rate_fte"] == rows[1]["vacancy_rate_fte"]
    assert rows[0]["caseload_per_fte"] == rows[1]["caseload_per_fte"]
    note = data.workforce_note(one, 2022)
    assert note is not None and "in proportion to children" in note
    assert data.workforce_note(other, 2022) == note
    assert data.workforce_note("204", 2022) is None


def test_bank_holidays_are_the_ones_people_remember() -> None:
    days = {day: (title, source) for day, title, source in data.bank_holidays()}
    assert len(days) == len(data.bank_holidays()) == 173
    assert "Platinum" in days[date(2022, 6, 3)][0]
    assert date(2023, 5, 8) in days  # the coronation
    assert days[date(2024, 12, 25)][1] == "gov.uk"
    assert all(day.weekday() < 5 for day in days)


def test_every_table_has_its_source_and_licence() -> None:
    named = {row["table"] for row in data.sources()}
    packaged = {p.stem for p in PACKAGED.glob("*.csv")} - {"sources"}
    assert named == packaged
    for row in data.sources():
        assert row["licence"] == "Open Government Licence v3.0"
        assert all(row.values())
    for row in data.sources():
        if row["table"] in TABLES:
            years = {year for _, year in data.table(row["table"]).numbers}
            assert (int(row["from_year"]), int(row["to_year"])) == (min(years), max(years))
    assert data.attribution() == (
        "Contains public sector information licensed under the Open Government Licence v3.0 "
        "(Department for Education; GOV.UK; Office for National Statistics)."
    )


def test_files_are_utf8_with_unix_lines() -> None:
    for path in PACKAGED.glob("*.csv"):
        raw = path.read_bytes()
        raw.decode("utf-8")
        assert not raw.startswith(b"\xef\xbb\xbf")


def test_wrong_questions_get_an_answer_in_words() -> None:
    with pytest.raises(LookupError, match="no packaged table called 'nonsense'"):
        data.table("nonsense")
    with pytest.raises(LookupError, match="not a table of figures"):
        data.table("sources")
    with pytest.raises(LookupError, match="no column 'nonsense'"):
        data.value("referrals", ENGLAND, 2023, "nonsense")


def test_importing_reads_nothing() -> None:
    """Start-up must not pay for tables that nobody asked for."""
    code = (
        "import sys, simkit.data, simkit.data.published as p, simkit.data.directory as d;"
        "assert not p.table.cache_info().currsize and not d.authorities.cache_info().currsize;"
        "assert not {'pandas', 'numpy', 'yaml'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the full published tables are not beside the repository")
@pytest.mark.parametrize("name", TABLES)
def test_packaged_cells_are_the_published_ones(name: str) -> None:
    """No cell was changed when columns were dropped and areas given one code."""
    area = {"england": ENGLAND, "region": "region_code", "local_authority": "la_code"}
    with (SHARED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        theirs = {(r["year"], r.get(area[r["geographic_level"]], ENGLAND)): r for r in csv.DictReader(file)}
    with (PACKAGED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        ours = list(csv.DictReader(file))
    assert theirs.keys() == {(row["year"], row["area"]) for row in ours}
    for row in ours:
        published = theirs[row.pop("year"), row.pop("area")]
        assert row == {column: published[column] for column in row}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the full published tables are not beside the repository")
@pytest.mark.parametrize("name", ["local_authorities", "statistical_neighbours", "bank_holidays_england"])
def test_packaged_lists_are_the_published_ones(name: str) -> None:
    with (SHARED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        theirs = list(csv.DictReader(file))
    with (PACKAGED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        ours = list(csv.DictReader(file))
    assert ours == [{column: row[column] for column in ours[0]} for row in theirs]


def test_bands_print_what_they_are() -> None:
    found = data.bands("204", 2023)
    assert str(found) == "Hackney, year to 31 March 2023: 3998 assessments, in time 69.1%"
    assert len(BANDS) == 9
    inner = data.bands("E13000001", 2023)
    assert inner is not None and inner.name == "Inner London"


def test_the_documents_example_is_true() -> None:
    """Each line of the example with a value behind its hash gives that value."""
    text = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    lines = text.split("```python\n")[1].split("```")[0].splitlines()
    shown = [line.split("  #") for line in lines if "  #" in line and "codes," not in line]
    assert len(shown) == 3
    for code, value in shown:
        assert eval(code, {"data": data}) == eval(value)


def test_the_document_names_every_table_and_the_licence() -> None:
    text = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    assert all(f"`{row['table']}`" in text for row in data.sources())
    assert "Contains public sector information licensed under the [Open Government Licence v3.0]" in text


def test_bands_take_a_name_or_a_code_and_refuse_what_is_neither() -> None:
    assert data.bands("rutland", 2023) == data.bands("857", 2023) is not None
    assert data.bands("Rutland", 1990) is None
    with pytest.raises(data.UnknownAuthorityError):
        data.bands("atlantis", 2023)

"""The report: what it says, that a folder gives it back, and bad folders."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import typer
from command import Command
from figure_checks import said
from results import folder_of, noted, tiny, what_if, with_bands, wordy
from typer.testing import CliRunner

from simkit.cli.report import report as command
from simkit.common.atomic_files import OutputError
from simkit.common.blocks import Items, Paragraph, Section, Table, Text
from simkit.framework.check import load
from simkit.framework.difference import difference
from simkit.framework.wording import number_words
from simkit.model.inputs.calibration import calibration
from simkit.model.inputs.scenario import scenario_of
from simkit.output import figures
from simkit.output.answers import wording
from simkit.output.answers.difference import difference_tables
from simkit.output.answers.result.report import checks
from simkit.output.figures import NARROW as NARROW_PAPER
from simkit.output.figures import WIDE
from simkit.output.render.report_file import save_report, write_report
from simkit.output.render.report_page import page as report_page
from simkit.output.report.blocks import Picture, Report
from simkit.output.report.sections import (
    assumptions_section,
    sources_section,
)
from simkit.output.report.stored import ReportError, read_report, report_files
from simkit.study.experiment import run
from simkit.study.result import Result

REVIEW = {"title": "First review", "by": "team_manager", "from": "referral", "at": "5 working days"}
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
NARROW = SVG.replace(b'"9"', b'"5"')
EVIL = b"<svg><script>alert(2)</script></svg>"


def whole(*blocks: Any, **changes: Any) -> Report:
    """A small report with these blocks."""
    made = Report(
        kind="run",
        title="A title",
        subtitle="Under it",
        standing="Nobody's framework.",
        question="How many?",
        answer="About one in ten (95% interval 8 to 12).",
        cautions=("One caution.",),
        sections=(Section("A section", blocks), Section("Behind", (), appendix=True)),
        command="simkit run hackney",
        attribution="Open Government Licence",
        quality="Time alone.",
    )
    return replace(made, **changes)


@cache
def folder_report() -> Report:
    return with_bands().report()


def written(folder: Path, report: Report) -> Path:
    for name, content in report_files(report).items():
        (folder / name).write_bytes(content)
    return folder


# There and back


def test_a_report_comes_back_from_its_files_as_it_was(tmp_path: Path) -> None:
    linked = Table("T", ("A", "B"), (("a", Text("words", link="https://example.org")), ("b", "2")), numbers=1)
    made = whole(Paragraph("p"), Items(("x", "y")), linked, Picture("fig", "F", "A figure.", SVG, NARROW))
    assert read_report(written(tmp_path, made)) == made


def test_a_result_s_report_comes_back_as_it_was(tmp_path: Path) -> None:
    assert read_report(written(tmp_path, folder_report())) == folder_report()


@pytest.mark.slow
def test_save_writes_what_the_report_needs() -> None:
    assert read_report(folder_of(with_bands())) == folder_report()


# What it says


@pytest.mark.parametrize("result", [tiny, with_bands, what_if, wordy])
def test_a_report_has_question_answer_figures_assumptions_checks_and_command(
    result: Callable[[], Result],
) -> None:
    made = result().report()
    assert made.question.endswith("?")
    breach = result().measures["cohort_over_45_days_pct"]
    assert f"{breach.value:.1f}%" in made.answer
    assert "95% interval 0.0 to " in made.answer
    assert [p.name for p in made.pictures()] == [
        "durations",
        "survival",
        "where_time_went",
        "drift",
        "open_by_week",
    ]
    titles = [section.title for section in made.sections]
    assert "The checks that were made" in titles and "Sources" in titles
    assert f"Assumptions: {len(result().assumptions)}" in titles
    assert made.command == result().command
    assert "neither" in made.standing or "starter" in made.standing


def test_one_replication_has_no_interval_and_the_answer_says_so() -> None:
    measures = {
        name: replace(e, low=float("nan"), high=float("nan"), replications=min(1, e.replications))
        for name, e in with_bands().measures.items()
    }
    alone = replace(with_bands(), measures=measures, replications=1)
    assert "nothing says how sure this is" in alone.report().answer
    assert "nan" not in report_page(alone.report())


def test_every_assumption_stands_in_it_with_value_range_and_reason() -> None:
    framework = with_bands().experiment.framework
    table = assumptions_section(framework).blocks[1]
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == [number.title for number in framework.assumed()]
    assert all(row[1] and row[2] and " to " in str(row[3]) for row in table.rows)


def test_numbers_are_said_as_people_write_them() -> None:
    assert number_words(0.38, "share") == "38%"
    assert number_words(444.0, "minutes") == "444 minutes"
    assert number_words(0.8, "number") == "0.8"
    assert number_words(52.2147, "working days") == "52.2 working days"
    assert number_words(0.6704, "share") == "67%"


def test_sources_are_those_that_something_names() -> None:
    framework = load("gloucestershire")
    table = sources_section(framework).blocks[0]
    assert isinstance(table, Table)
    said = [str(row[0]) for row in table.rows]
    assert "Gloucestershire's Single Assessment, 2015" in said
    assert len(said) == len(set(said)) < len(framework.sources)


def test_differences_between_frameworks_are_said_in_words() -> None:
    found = difference(load("hackney"), load("gloucestershire"))
    table = difference_tables(found, found.labels)["Timescales"]
    assert table.heads == ("What", "Hackney", "Gloucestershire")
    assert any("7 working days" in str(row[2]) for row in table.rows)


@pytest.mark.slow
def test_a_scenario_that_changes_the_framework_says_what_it_changes() -> None:
    titles = [section.title for section in what_if().report().sections]
    assert titles[:2] == ["Simulated and published", "What the scenario changes in the framework"]
    assert "What the scenario changes in the framework" not in [
        section.title for section in folder_report().sections
    ]
    text = report_page(what_if().report())
    assert "For the simulation only" not in text
    assert "within 45 working days of the referral" in text
    assert "What if: No national limit. This changes national timescales that are in force." in text


@pytest.mark.slow
def test_a_scenario_does_not_change_what_the_practice_was_fitted_to() -> None:
    """Oxfordshire's practice is fitted to its durations; the scenario moves a review and sets one number."""
    scenario = {
        "title": "Reviews and time away",
        "framework": {
            "reviews": {"first": REVIEW},
            "model": {"practice": {"slip": {"value": "25%", "assumption": "An example."}}},
        },
    }
    result = run("oxfordshire", scenario_of(scenario), year=2024, replications=2, engine="simpy", workers=1)
    (section,) = [s for s in result.report().sections if s.title.startswith("What the scenario changes")]
    fitted = calibration("oxfordshire", 2024)
    assert fitted is not None and fitted.practice["slip"].value != 0.25
    model = next(block for block in section.blocks if block.caption == "For the simulation only")
    ((_, before, after),) = model.rows
    assert (before, after) == (f"{100 * fitted.practice['slip'].value:.3g}%", "25%")
    assert any("5 working days" in str(row) for block in section.blocks for row in block.rows)


def test_checks_say_no_where_something_does_not_hold() -> None:
    sound = {check.what: check.passed for check in checks(with_bands())}
    assert sound["The duration bands add up"] and sound["Two ways of counting late assessments agree"]
    odd = replace(with_bands(), survival=with_bands().survival * 0.5, settled=False)
    found = {check.what: check.passed for check in checks(odd)}
    assert not found["Two ways of counting late assessments agree"]
    assert not found["Open assessments were steady before the year began"]


@pytest.mark.slow
def test_small_counts_are_stamped_on_everything(tmp_path: Path) -> None:
    """A result of an own return read with small counts shown says so wherever it goes."""
    openpyxl = pytest.importorskip("openpyxl")
    returned = pytest.importorskip("simkit.returns.result")
    assert wording.INTERNAL == returned.INTERNAL
    case = with_bands().experiment
    profile = replace(case.profile, notes=(wording.INTERNAL, *case.profile.notes))
    marked = noted(replace(with_bands(), experiment=replace(case, profile=profile)))
    assert marked.report().standing.startswith("INTERNAL: ")
    assert report_page(marked.report()).count("INTERNAL: counts of 1 to 5") >= 4
    assert "INTERNAL: counts of 1 to 5" in marked._repr_html_() and "INTERNAL: counts" in str(marked)
    marked.save(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert all(sheet.oddHeader.center.text == wording.INTERNAL for sheet in book)
    for name in ("durations", "survival", "where_time_went", "drift", "open_by_week"):
        assert "INTERNAL: counts of 1 to 5" in said(getattr(figures, name)(marked))
    assert "INTERNAL" not in report_page(folder_report())


@pytest.mark.slow
def test_a_synthetic_caseload_says_so_on_its_pages_and_figures() -> None:
    """A picture of children who do not exist can't pass for an authority's own on a slide."""
    case = with_bands().experiment
    profile = replace(case.profile, own={"referrals": {"from": "synthetic data", "n": 250}})
    made_up = replace(with_bands(), experiment=replace(case, own_caseload=True, profile=profile))
    text = report_page(made_up.report())
    assert "Synthetic caseload: no child in it exists" in text and "synthetic figures of the year" in text
    assert "Your own caseload" not in text and "your own figures" not in text
    for name in ("durations", "survival", "where_time_went", "drift", "open_by_week"):
        words = said(getattr(figures, name)(made_up))
        assert "synthetic caseload" in words and "own caseload" not in words
        assert "Data: synthetic caseload; the rest: Department for Education" in words


@pytest.mark.slow
def test_an_own_caseload_is_never_called_published() -> None:
    published = with_bands().experiment.profile.published
    assert published is not None
    own = replace(published, counts=tuple(10.0 for _ in published.counts))
    case = with_bands().experiment
    given = replace(case, own_caseload=True, profile=replace(case.profile, published=own))
    result = replace(with_bands(), experiment=given)
    text = report_page(result.report())
    assert "on the published caseload" not in text and "Your own caseload" in text
    words = said(figures.durations(result))
    assert "Own return, year to 31 March 2023" in words and "table C2" not in words
    assert "(own return 11.1%)" in figures.durations_alt(result)
    assert "your own figures of the year" in str(result)
    (table,) = result.report().sections[0].blocks
    assert isinstance(table, Table) and table.heads[2] == "Hackney's own return", "own figures come first"
    assert "Hackney's own return 69.1%, published for Hackney 69.1%" in result.report().answer


# The page


def test_the_page_needs_nothing_from_outside_and_runs_nothing() -> None:
    text = report_page(folder_report())
    assert "<script" not in text and "<link" not in text and "@import" not in text
    assert re.findall(r'src="(?!data:image/svg)', text) == []
    assert len(text.encode()) < 3_000_000


def test_a_report_without_a_standing_has_no_empty_banner(tmp_path: Path) -> None:
    """Projections, surveys and checks had an empty frame at the top and bottom of the page."""
    bare = whole(Paragraph("Words"), standing="", subtitle="")
    assert 'class="standing"' not in report_page(bare) and 'class="subtitle"' not in report_page(bare)
    assert report_page(replace(bare, subtitle="Under it")).count('<p class="standing">Under it</p>') == 2
    docx = pytest.importorskip("docx")
    for report, framed in ((bare, 0), (whole(), 1)):
        save_report(report, tmp_path / "made.docx")
        made = docx.Document(str(tmp_path / "made.docx"))
        assert len(made.element.body.findall(".//{*}pBdr")) == framed


def test_everything_on_the_page_is_escaped() -> None:
    bad = "<script>alert(1)</script>"
    made = whole(
        Paragraph(bad),
        Items((bad,)),
        Table(bad, (bad, "B"), ((bad, Text(bad, link="javascript:alert(1)")),)),
        Picture("fig", bad, f'"{bad}', EVIL, EVIL),
        title=bad,
        standing=bad,
        answer=bad,
        command=bad,
    )
    text = report_page(made)
    assert "<script" not in text and "javascript:" not in text and "alert(2)" not in text
    assert "&lt;script&gt;" in text


def test_headings_go_down_by_one_and_every_table_and_figure_is_named() -> None:
    text = report_page(folder_report())
    levels = [int(level) for level in re.findall(r"<h([1-6])", text)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert text.count("<table") == text.count("<caption") == text.count("<thead") + 1  # facts have none
    named = re.findall(
        r'role="img" aria-label="[^"]{20,150}">\s*<img [^>]+ alt="">\s*<img [^>]+ alt="">\s*</div>', text
    )
    assert len(named) == 5 and text.count("<img") == 10
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


def test_a_telephone_gets_the_narrow_drawing_and_paper_never_does() -> None:
    text = report_page(whole(Picture("fig", "F", "A figure.", SVG, NARROW)))
    for where, svg in (("on-page", SVG), ("on-phone", NARROW)):
        assert (
            f'<img class="{where}" src="data:image/svg+xml;base64,{b64encode(svg).decode()}" alt="">' in text
        )
    screen = re.search(r"@media screen and \(max-width: [\d.]+rem\) \{(.*?)\n\}", text, re.S)
    assert (
        screen and ".on-page { display: none; }" in screen[1] and ".on-phone { display: block;" in screen[1]
    )
    assert "\n.on-phone { display: none; }" in text and text.count("on-phone {") == 2
    assert text.count('role="img" aria-label="A figure."') == 1


def test_every_figure_of_a_report_has_a_drawing_for_a_telephone() -> None:
    def width(svg: bytes) -> float:
        found = re.search(rb'width="([\d.]+)pt"', svg)
        assert found
        return float(found[1]) / 72

    for each in folder_report().pictures():
        assert width(each.svg) == pytest.approx(WIDE.width)
        assert width(each.narrow) == pytest.approx(NARROW_PAPER.width)


def test_a_table_without_heads_has_no_empty_row() -> None:
    text = report_page(whole(Table("T", ("", ""), (("a", "b"),))))
    assert "<thead" not in text and '<th scope="row" role="rowheader">a</th>' in text


def test_on_a_telephone_each_row_is_a_block_with_the_heads_beside_its_values() -> None:
    """No column is cut off; what is laid out as blocks stays one table to whoever listens to it."""
    text = report_page(
        whole(Table("T", ("Measure", "Value", "95% interval", "Year"), (("a", "1", "0 to 2", "3"),), 3))
    )
    assert '<td role="cell" data-label="95% interval" class="number">0 to 2</td>' in text
    for role in ("table", "rowgroup", "row", "columnheader", "rowheader", "cell"):
        assert f'role="{role}"' in text
    screen = re.search(r"@media screen and \(max-width: [\d.]+rem\) \{(.*?)\n\}", text, re.S)
    assert screen and "content: attr(data-label)" in screen[1] and "min-width" not in screen[1]


def test_no_head_of_a_table_is_left_alone_at_the_foot_of_a_page() -> None:
    paper = report_page(whole(Table("T", ("A", "B"), (("a", "b"),)))).split("@media print", 1)[1]
    for rule in ("thead { break-after: avoid; }", "tbody tr:first-child { break-before: avoid; }"):
        assert rule in paper


def test_a_link_leads_to_a_source() -> None:
    table = Table("T", ("A", "B"), (("a", Text("A source", link="https://example.org/a?b=1&c=2")),))
    assert '<a href="https://example.org/a?b=1&amp;c=2">A source</a>' in report_page(whole(table))


# Bad folders


def test_a_folder_without_a_report_is_told_what_to_do(tmp_path: Path) -> None:
    for place, says in (
        (tmp_path / "none", "There is no folder"),
        (tmp_path, "holds no report.json"),
    ):
        with pytest.raises(ReportError, match=says):
            read_report(place)
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    with pytest.raises(ReportError, match="is a file"):
        read_report(tmp_path / "a.xlsx")


def test_a_half_deleted_folder_names_what_is_missing(tmp_path: Path) -> None:
    written(tmp_path, whole(Picture("fig", "F", "A figure.", SVG, NARROW)))
    for name in ("fig-narrow.svg", "fig.svg"):
        (tmp_path / name).unlink()
        with pytest.raises(ReportError, match=rf"{re.escape(name)} is missing"):
            read_report(tmp_path)


DAMAGES: tuple[Callable[[dict[str, Any]], object], ...] = (
    lambda data: data.pop("answer"),
    lambda data: data.update(answer=3),
    lambda data: data.update(cautions="one"),
    lambda data: data.update(sections=[{"title": "T"}]),
    lambda data: data["sections"][0]["blocks"][0].update(rows=[["only one"]]),
    lambda data: data["sections"][0]["blocks"][0].update(rows=3),
    lambda data: data["sections"][0]["blocks"][1].update(picture="../../fig"),
    lambda data: data["sections"][0].update(blocks=[{}]),
    lambda data: data["sections"][0].update(blocks=["text"]),
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_changed_report_is_refused_with_a_sentence(
    tmp_path: Path, damage: Callable[[dict[str, Any]], object]
) -> None:
    made = whole(Table("T", ("A", "B"), (("a", "b"),)), Picture("fig", "F", "A figure.", SVG, NARROW))
    written(tmp_path, made)
    data = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    damage(data)
    (tmp_path / "report.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ReportError, match="can't be used as a report"):
        read_report(tmp_path)


def test_text_that_is_no_report_or_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("{", encoding="utf-8")
    with pytest.raises(ReportError, match="This is not JSON"):
        read_report(tmp_path)
    (tmp_path / "report.json").write_text('{"simkit": "report/99"}', encoding="utf-8")
    with pytest.raises(ReportError, match="should be `simkit: report/3`, but it says 'report/99'"):
        read_report(tmp_path)
    (tmp_path / "report.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ReportError, match="This is not JSON"):
        read_report(tmp_path)


# The command


def test_the_command_writes_one_page_and_says_where(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(command)
    written(tmp_path, whole(Paragraph("p")))
    runner = CliRunner()
    told = runner.invoke(app, [str(tmp_path)])
    assert told.exit_code == 0 and told.stdout == f"Written: {tmp_path / 'report.html'}\n"
    assert runner.invoke(app, [str(tmp_path)]).stdout == f"Replaced: {tmp_path / 'report.html'}\n"
    other = tmp_path / "other.html"
    assert runner.invoke(app, [str(tmp_path), "--out", str(other)]).stdout == f"Written: {other}\n"
    assert other.read_bytes() == (tmp_path / "report.html").read_bytes()


@pytest.mark.slow
def test_a_figure_of_another_run_is_refused(tmp_path: Path) -> None:
    copytree(folder_of(with_bands()), tmp_path / "one")
    copied = (folder_of(wordy()) / "survival.svg").read_bytes()
    assert copied != (tmp_path / "one" / "survival.svg").read_bytes()
    (tmp_path / "one" / "survival.svg").write_bytes(copied)
    with pytest.raises(ReportError, match=r"survival\.svg is not the figure.*files of two runs"):
        read_report(tmp_path / "one")


def test_tables_of_another_run_and_another_version_are_said(
    simkit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copytree(folder_of(with_bands()), tmp_path / "out")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    assert simkit("report", folder).err == ""
    (folder / "measures.csv").write_text("of another run", encoding="utf-8")
    monkeypatch.setattr("simkit.version.__version__", "9.0.0")
    ran = simkit("report", folder)
    assert ran.code == 0
    assert "measures.csv in" in ran.err and "is not as written with this report" in ran.err
    assert "and this is 9.0.0" in ran.err


def test_a_place_that_can_t_be_written_gets_a_message(tmp_path: Path) -> None:
    written(tmp_path, whole(Paragraph("p")))
    with pytest.raises(OutputError, match=r"must end in \.html"):
        write_report(tmp_path, tmp_path / "report.pdf")
    with pytest.raises(OutputError, match="does not exist"):
        write_report(tmp_path, tmp_path / "none" / "report.html")


def test_one_of_a_unit_is_singular() -> None:
    assert [number_words(value, "working days") for value in (1.0, 1.5, 3.0)] == [
        "1 working day",
        "1.5 working days",
        "3 working days",
    ]
    assert (number_words(0.01, "share"), number_words(1.0, "number")) == ("1%", "1")

"""A page for each authority: every published figure, links that lead somewhere, no script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from figure_checks import check
from matplotlib.text import Text
from typer.testing import CliRunner

from simkit.cli.app import app
from simkit.common.blocks import Table
from simkit.data import authorities, value
from simkit.output.answers.nation import _by_year, _funnel
from simkit.output.drawings.shapes import Disc, Drawing, Label, Stroke, width_of
from simkit.output.drawings.years import years_drawing, years_words
from simkit.output.figures.alternative import narrowed
from simkit.output.look import SOFT
from simkit.output.nation_pages import ENGLAND_PAGE, INDEX, file_of, pages
from simkit.study.nation import MEASURES, authority_years, nation

pytestmark = pytest.mark.slow

pytest.importorskip("jinja2")


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return {name: content.decode() for name, content in pages().items()}


def test_every_authority_has_a_page_and_a_line_in_the_index(written: dict[str, str]) -> None:
    assert set(written) == {INDEX, ENGLAND_PAGE, *map(file_of, authorities())}
    for each in authorities():
        assert f'href="{file_of(each)}"' in written[INDEX]


def test_every_link_leads_to_a_page_of_the_folder(written: dict[str, str]) -> None:
    for name, page in written.items():
        leads = set(re.findall(r'href="([^"#]+)"', page))
        assert {INDEX, ENGLAND_PAGE} <= leads | {name}
        assert leads <= set(written)


def test_no_page_runs_a_script(written: dict[str, str]) -> None:
    assert all("<script" not in page and "default-src 'none'" in page for page in written.values())


def test_a_page_shows_every_published_year(written: dict[str, str]) -> None:
    for each in authorities()[::17]:
        page = written[file_of(each)]
        for year in range(max(2016, each.first_year), each.last_year + 1):
            within = value("assessments_timeliness", each.la_code, year, "within_45_days_pct")
            assert (f'<th scope="row" role="rowheader">{year}</th>' in page) == (within is not None)
            assert within is None or f">{100 - within:.1f}</td>" in page


def _words(drawing: Drawing) -> list[str]:
    return [shape.words for shape in drawing.shapes if isinstance(shape, Label)]


@pytest.mark.parametrize("width", [320.0, 720.0])
@pytest.mark.parametrize("each", authorities(), ids=lambda each: each.slug)
def test_a_drawing_stays_within_its_paper(each: object, width: float) -> None:
    drawing = years_drawing(authority_years(each), width)  # type: ignore[arg-type]
    for shape in drawing.shapes:
        if isinstance(shape, Label):
            assert shape.left >= 0 and shape.size >= 12
            assert shape.anchor != "start" or shape.left >= 10, "words touch the edge"
        if isinstance(shape, Disc):
            assert 0 <= shape.x <= width and 0 <= shape.y <= drawing.height


def test_mergers_and_editions_are_marked() -> None:
    words = _words(years_drawing(authority_years("Cumberland"), 720.0))
    assert {"begins", "Cumbria to 2023", "Working Together 2018", "Working Together 2023"} <= set(words)
    assert "ends" in _words(years_drawing(authority_years("Cumbria"), 720.0))
    assert "begins" not in _words(years_drawing(authority_years("Leeds"), 720.0))


@pytest.mark.parametrize("width", [320.0, 480.0, 720.0])
def test_editions_that_follow_each_other_are_not_printed_over_each_other(width: float) -> None:
    """Those of 2013 and 2015 are a year apart, and a name is longer than that."""
    drawing = years_drawing(authority_years("city-of-london", "icpc_over_15_days_pct"), width)
    names = [s for s in drawing.shapes if isinstance(s, Label) and re.match(r"W.* 20\d\d$", s.words)]
    assert len(names) == 4
    for number, one in enumerate(names):
        assert one.left + width_of(one.words, one.size) <= width
        for other in names[number + 1 :]:
            apart = abs(one.y - other.y) >= one.size
            first, second = sorted((one, other), key=lambda name: name.left)
            assert apart or first.left + width_of(first.words, first.size) < second.left
    drawn = [s.points for s in drawing.shapes if isinstance(s, Stroke) and s.dotted and s.colour == SOFT]
    for (x, top), _ in drawn:
        assert not any(n.left < x < n.left + 40 and top < n.y for n in names), "a line goes through a name"


def test_a_year_without_an_interval_is_a_hollow_dot_and_one_without_a_figure_none() -> None:
    years = authority_years("hackney")
    drawing = years_drawing(years, 720.0)
    key = [shape for shape in drawing.shapes if isinstance(shape, Disc)][:2]
    assert [dot.fill == "#FFFFFF" for dot in key] == [False, True], "the key has both"
    dots = [shape for shape in drawing.shapes if isinstance(shape, Disc)][2:]
    assert [dot.fill == "#FFFFFF" for dot in dots] == [f.low is None for f in years.figures]
    assert {"not published", "no interval"} <= set(_words(drawing))
    assert "2021" not in years_words(years).split(".")[0]


def test_a_key_names_no_dot_that_is_not_drawn() -> None:
    """No median has an interval, so that every dot is hollow, in the key too."""
    drawing = years_drawing(authority_years("leeds", "median_days"), 720.0)
    assert {shape.fill for shape in drawing.shapes if isinstance(shape, Disc)} == {"#FFFFFF"}
    assert "no interval" not in _words(drawing)


@pytest.mark.parametrize("name", ["cumberland", "bournemouth-christchurch-and-poole"])
def test_every_interval_of_the_tables_is_drawn(name: str) -> None:
    """Those of what an authority came from too: "Upright lines are 95% intervals" is said of the figure."""
    years = authority_years(name)
    with_interval = [
        f for series in (years.figures, *years.earlier.values()) for f in series if f.low is not None
    ]
    drawing = years_drawing(years, 720.0)
    colours = {shape.edge for shape in drawing.shapes if isinstance(shape, Disc)}
    upright = [
        shape
        for shape in drawing.shapes
        if isinstance(shape, Stroke)
        and not shape.dotted
        and shape.colour in colours
        and shape.points[0][0] == shape.points[1][0]
    ]
    assert len(upright) == len(with_interval)
    assert all(y >= 0 for shape in upright for _, y in shape.points)


def test_no_point_of_the_funnel_plot_is_cut_and_no_name_lies_on_one() -> None:
    """The Isles of Scilly and the largest authority lay on the edges, and a name over other dots."""
    every = nation(year=2024)
    figure = _funnel(every)
    for drawn in (figure, narrowed(figure)):
        (axes,) = drawn.axes
        drawn.canvas.draw()
        (dots,) = [line for line in axes.lines if line.get_label() == "An authority"]
        spots = axes.transData.transform(dots.get_xydata())
        room = axes.get_window_extent()
        assert len(spots) == len(every.standings)
        assert min(spots[:, 0]) > room.x0 + 4 and max(spots[:, 0]) < room.x1 - 4 and not dots.get_clip_on()
        names = [text.get_window_extent() for text in axes.texts]
        assert len(names) == 2 and not any(box.count_contains(spots) for box in names)
        check(drawn)


@pytest.mark.parametrize("name", ["rutland", "isles-of-scilly"])
def test_a_neighbour_without_a_figure_is_named_in_every_table(name: str) -> None:
    """No figure of Hampshire's year to March 2024 is published: nine rows and a median of nine hid that."""
    over_the_years, beside = (
        next(b for b in section.blocks if isinstance(b, Table))
        for section in authority_years(name).report().sections[:2]
    )
    assert len(beside.rows) == 1 + 9
    assert beside.notes == (
        "9 of its 10 neighbours are shown: no figure for that year is published for Hampshire.",
    )
    assert over_the_years.notes == (
        "Left out of the neighbours' median, as no figure is published: Hampshire (2024).",
    )


def test_a_neighbour_that_began_later_is_not_called_unpublished() -> None:
    years = authority_years("bedford")
    table = next(b for b in years.report().sections[0].blocks if isinstance(b, Table))
    both = "West Northamptonshire (2016 to 2021) and North Northamptonshire (2016 to 2021)"
    assert table.notes == (f"Left out of the neighbours' median, as they began later: {both}.",)


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_every_neighbour_is_counted_or_named(measure: str) -> None:
    """Ten each year: those that the median is of, and those it leaves out. A headline says how many."""
    for place in authorities():
        years = authority_years(place, measure)
        for year, (_, counted) in years.neighbours.items():
            assert counted + len(years.absent.get(year, ())) == 10, (place, year)
    some = authority_years("rutland", "referrals_nfa_pct").report().answer
    assert "the median of 9 of its 10 statistical neighbours" in some


def test_what_has_no_interval_has_no_column_for_one() -> None:
    days = authority_years("cumberland", "median_days").report()
    heads = {
        head for section in days.sections for b in section.blocks if isinstance(b, Table) for head in b.heads
    }
    assert "95% interval" not in heads and "England" in heads
    assert "assessments completed in the year" not in heads


def test_a_column_has_the_name_of_what_the_share_is_of() -> None:
    """Birmingham's 17,602 assessments stood under "children"."""
    for measure, head in (
        ("over_45_days_pct", "assessments completed in the year"),
        ("icpc_over_15_days_pct", "initial child protection conferences of the year"),
        ("rereferrals_12m_pct", "referrals of the year"),
    ):
        for report in (authority_years("birmingham", measure).report(), nation(measure, year=2023).report()):
            tables = [b for s in report.sections for b in s.blocks if isinstance(b, Table)]
            assert any(head in table.heads for table in tables)
            assert not any("children" in table.heads for table in tables)


def test_the_figure_over_the_years_names_all_of_them() -> None:
    """It covered 2016 to 2024 under "year to 31 March 2024"."""
    drawn = _by_year(nation("median_days", year=2024)).findobj(Text)
    assert any("years to March, 2016 to 2024" in each.get_text() for each in drawn)  # type: ignore[attr-defined]


def test_the_command_writes_all_and_takes_no_single_authority(
    tmp_path: Path, written: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def made_before(measure: str) -> dict[str, bytes]:  # making them takes half a minute
        assert measure == "over_45_days_pct"
        return {name: page.encode() for name, page in written.items()}

    monkeypatch.setattr("simkit.output.nation_pages.pages", made_before)
    refused = CliRunner().invoke(app, ["nation", "leeds", "--pages", str(tmp_path / "pages")])
    assert refused.exit_code == 2 and "leave out NAME" in refused.output
    assert not (tmp_path / "pages").exists()
    made = CliRunner().invoke(app, ["nation", "--pages", str(tmp_path / "pages")])
    assert made.exit_code == 0
    there = {file.name: file.read_bytes().decode() for file in (tmp_path / "pages").iterdir()}
    assert there == written

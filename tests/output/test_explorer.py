"""The page of a sweep to try combinations on: every number has its interval, what was not run says so."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import SIZES, judged, shown

pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")

import simkit
from simkit.output.explorer import explorer
from simkit.study.sweep.results import MAIN_MEASURES, Results

pytestmark = pytest.mark.slow

PLAN: dict[str, Any] = {
    "title": "Two <small> authorities & a surge",
    "frameworks": ["isles-of-scilly", "city-of-london"],
    "scenarios": ["as-published", "winter-surge"],
    "years": [2023],
    "replications": 5,
    "seed": 3,
    "engine": "simpy",
}
HEADLINE = MAIN_MEASURES[0]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return simkit.sweep(PLAN, tmp_path_factory.mktemp("swept") / "out", workers=1)


def rows_of(page: str) -> list[tuple[dict[str, str], list[str]]]:
    """The attributes and the cells of each row of the table."""
    rows = []
    for attributes, cells in re.findall(r'<tr (data-[^>]*)><th scope="row">(.*?)</tr>', page):
        given = {
            name: html.unescape(value) for name, value in re.findall(r'data-(\w+)="([^"]*)"', attributes)
        }
        rows.append((given, [html.unescape(each) for each in re.split(r"</t[hd]>(?:<td>)?", cells)[:-1]]))
    return rows


def test_every_combination_has_its_figure_and_interval(swept: Results) -> None:
    rows = rows_of(explorer(swept))
    frame = swept.measures()
    frame = frame[frame["route"] == "all"].set_index(["framework", "scenario", "measure"])
    assert len(rows) == 2 * 2 * len(MAIN_MEASURES)
    for given, cells in rows:
        row = frame.loc[(given["framework"], given["scenario"], given["measure"])]
        if row["value"] == row["value"]:
            assert f"({row['low']:z.1f} to {row['high']:z.1f})" in cells[4]
            assert float(given["value"]) == pytest.approx(row["value"], rel=1e-5, abs=1e-5)
            ends = f"{row['year_low']:z.1f} to {row['year_high']:z.1f}"
            assert cells[5] == ends + {"%": "%", "working days": " days"}[given["unit"]]


def test_the_command_of_a_combination_gives_its_figure(swept: Results) -> None:
    given, _ = next(
        (given, cells)
        for given, cells in rows_of(explorer(swept))
        if (given["framework"], given["scenario"], given["measure"])
        == ("city-of-london", "winter-surge", HEADLINE)
    )
    result = simkit.run("city-of-london", "winter-surge", year=2023, replications=5, seed=3)
    assert given["command"] in result.command.replace(f" --engine {result.engine}", "")
    assert float(given["value"]) == pytest.approx(result.measures[HEADLINE].value, rel=1e-5)


def test_a_combination_that_was_not_run_says_so(swept: Results) -> None:
    why = {"framework": "isles-of-scilly", "scenario": "winter-surge", "year": 2023, "problem": "No staff."}
    kept = tuple(piece for piece in swept.pieces if "isles-of-scilly_winter" not in piece.name)
    rows = rows_of(explorer(replace(swept, pieces=kept, failed=(why,))))
    missing = [(given, cells) for given, cells in rows if given["run"] == "no"]
    assert {(given["framework"], given["scenario"]) for given, _ in missing} == {
        ("isles-of-scilly", "winter-surge")
    }
    assert all(cells[4] == "Not run. No staff." for _, cells in missing)


def test_too_few_simulated_years_have_no_interval(swept: Results, tmp_path: Path) -> None:
    few = simkit.sweep(
        {**PLAN, "replications": 2, "frameworks": ["city-of-london"]}, tmp_path / "few", workers=1
    )
    for given, cells in rows_of(explorer(few)):
        assert {"low", "high", "from", "to"}.isdisjoint(given)
        assert " to " not in cells[4] and cells[5] == "-"


def test_its_policy_knows_its_own_script_and_style_alone(swept: Results) -> None:
    page = explorer(swept)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None and policy[1].startswith("default-src 'none'; ") and "unsafe" not in policy[1]
    for tag in ("script", "style"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.S)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert "Two &lt;small&gt; authorities &amp; a surge" in page


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES)
def test_in_a_browser_it_shows_the_combination_of_its_address(
    swept: Results, size: str, tmp_path: Path
) -> None:
    page = explorer(swept)
    place = "#framework=city-of-london&scenario=winter-surge&year=2023"
    seen = shown(page, tmp_path, size, place)
    cells = next(
        cells
        for given, cells in rows_of(page)
        if (given["framework"], given["scenario"], given["measure"])
        == ("city-of-london", "winter-surge", HEADLINE)
    )
    answer = re.search(r'id="answer">(.*?)</p>', seen)
    assert answer is not None and cells[4] in html.unescape(answer[1])
    assert seen.count("<circle") == 2
    assert "simkit run city-of-london --scenario winter-surge" in seen
    (tmp_path / "judged").mkdir()
    found = judged(page, tmp_path / "judged", size)
    assert found["bad"] == [] and not found["wide"] and found["reached"] == []


@pytest.mark.long
def test_in_a_browser_the_words_below_the_drawing_name_only_what_is_there(
    swept: Results, tmp_path: Path
) -> None:
    """They named a grey line where nothing is published, and a difference where none was shown."""

    def seen(scenario: str, measure: str) -> str:
        place = f"#framework=city-of-london&scenario={scenario}&year=2023&measure={measure}"
        return html.unescape(shown(page, tmp_path, SIZES[0], place))

    page = explorer(swept)
    first = seen("as-published", HEADLINE)
    assert "Against the first scenario:" not in first.partition("</ul>")[0]
    assert "by the difference above" not in _key(first) and "choose another scenario" in _key(first)
    assert "published" not in _key(first) and ">In %</text>" in first
    second = seen("winter-surge", HEADLINE)
    assert "by the difference above" in _key(second) and "choose another" not in _key(second)
    published = seen("as-published", "published_within_45_days_pct")
    assert "Upright grey line: published." in _key(published) and 'stroke="#767676"' in published
    assert ">In working days</text>" in seen("as-published", "cohort_median_days")


def _key(page: str) -> str:
    """The words below the drawing."""
    found = re.search(r'<p id="key">(.*?)</p>', page)
    assert found is not None and found[1]
    return found[1]

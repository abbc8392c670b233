"""The registry of answers: every kind has its forms, and a new one is a module and a line."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

import simkit
from simkit.common.amounts import amount_in
from simkit.common.atomic_files import ENDINGS
from simkit.common.blocks import Facts, Items, Paragraph, Section, Table, Text, Verbatim
from simkit.common.display import Answer
from simkit.output.answers.registry import KINDS
from simkit.output.figures import Caption, bars
from simkit.output.report.blocks import Report, picture
from simkit.output.report.stored import read_report


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_forms(kind: str) -> None:
    module = import_module(f"simkit.output.answers.{KINDS[kind]}")
    for form in ("report", "data", "tables"):
        assert callable(getattr(module, form))


def test_every_public_answer_has_a_kind() -> None:
    public = [getattr(simkit, name) for name in simkit.__all__]
    kinds = {each.__name__ for each in public if isinstance(each, type) and issubclass(each, Answer)}
    assert kinds <= KINDS.keys()


@dataclass(frozen=True, eq=False)
class Weather(Answer):
    """A kind that simkit does not have."""

    degrees: float


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch) -> Weather:
    """A kind added as a contributor would: a module and a line."""
    frame = pd.DataFrame({"degrees": [21.5]}, index=["Today"])
    module = ModuleType("simkit.output.answers.weather")
    figure = lambda answer: bars(frame, "degrees", Caption("It is 21.5 degrees", "Today", ()))  # noqa: E731
    blocks = (
        Paragraph("It is warm."),
        Verbatim("  o\n  |"),
        Items(("no rain", Text("the forecast", link="https://example.org"))),
        Facts("Facts", (("Wind", "none"),)),
        Table("Degrees", ("Day", "Degrees"), (("Today", "21.5"),), numbers=1, notes=("Measured.",)),
        picture("weather", "Degrees", lambda: figure(None)),
    )
    report = Report("weather", "The weather", answer="Warm.", sections=(Section("Today", blocks),))
    module.report = lambda answer: report  # type: ignore[attr-defined]
    module.data = lambda answer: {"degrees": answer.degrees}  # type: ignore[attr-defined]
    module.tables = lambda answer: {"weather": frame}  # type: ignore[attr-defined]
    module.figure = figure  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(KINDS, "Weather", "weather")
    return Weather(21.5)


def test_a_new_kind_has_every_form(weather: Weather, tmp_path: Path) -> None:
    for package in ("openpyxl", "docx", "jinja2"):
        pytest.importorskip(package)
    assert re.search(r"Today +21\.5", str(weather)) and "<td" in weather._repr_html_()
    assert weather.to_dict() == {"degrees": 21.5} and weather.to_frame()["degrees"].item() == 21.5
    assert weather == Weather(21.5) != Weather(20.0)
    folder = weather.save(tmp_path / "folder")
    names = {file.name for file in folder}
    assert names == {
        "result.json",
        "weather.csv",
        "report.json",
        "weather.png",
        "weather.svg",
        "weather-narrow.svg",
    }
    assert read_report(tmp_path / "folder") == weather.report()
    for ending in ENDINGS:
        (file,) = weather.save(tmp_path / f"file{ending}")
        assert file.stat().st_size > 10
    assert weather.report().save(tmp_path / "page.html").read_text(encoding="utf-8").count("Measured.") == 1


def test_a_figure_is_drawn_into_given_axes(weather: Weather) -> None:
    from matplotlib.figure import Figure

    own = Figure()
    left, right = own.subplots(1, 2)
    assert weather.figure(ax=right) is own
    assert right.get_title(loc="left").startswith("It is 21.5") and len(right.patches) == 1
    assert not left.patches


def test_text_alternatives_are_short_and_the_values_are_told_beside(weather: Weather) -> None:
    (drawn,) = weather.report().pictures()
    assert 0 < len(drawn.alt) <= 150 and "21.5" in drawn.words


def test_a_kind_without_a_figure_says_so() -> None:
    with pytest.raises(simkit.SimkitError, match="no figure"):
        simkit.check("hackney").figure()


def test_a_kind_without_a_figure_of_its_own_shows_the_amounts_of_its_report() -> None:
    figure = simkit.calibration("857", 2023).figure()  # type: ignore[union-attr]
    (axes,) = figure.axes
    labels = [label.get_text().replace("\n", " ") for label in axes.get_yticklabels()]
    assert "Pull of the 45 days" in labels and "Spread of the natural span" not in labels, "one unit alone"


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [("12.3%", 12.3, '0.0"%"'), ("-1,234", -1234.0, "+#,##0;-#,##0;#,##0"), ("45 days", 45.0, '0" days"')],
)
def test_an_amount_is_read_as_it_is_written(text: str, value: float, shown: str) -> None:
    amount = amount_in(text)
    assert amount is not None and (amount.value, amount.number_format) == (value, shown)
    assert amount_in("7 to 9") is None and amount_in("too few") is None and amount_in("-") is None


def test_functions_of_before_say_where_to_look() -> None:
    projections = simkit.project(2022, 2023, ["hackney"])
    with pytest.warns(DeprecationWarning, match=r"answer\.to_frame\(\)"):
        assert simkit.projections_table(projections).equals(projections.to_frame())

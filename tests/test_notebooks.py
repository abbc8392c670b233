"""Notebooks: the text and the notebook are the same, what is kept is whole, and every one of them runs."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent.parent / "notebooks"
NAMES = [path.stem for path in sorted(HERE.glob("[0-9]*.md"))]
QUICK = "01-first-run"
MOST_BYTES = 400_000

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("jupytext")
pytest.importorskip("nbclient")


def maker() -> ModuleType:
    """``notebooks/execute.py``."""
    spec = importlib.util.spec_from_file_location("notebooks_execute", HERE / "execute.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def kept(name: str) -> dict[str, Any]:
    """The notebook as it is kept."""
    content: dict[str, Any] = json.loads((HERE / f"{name}.ipynb").read_text(encoding="utf-8"))
    return content


def source(cell: dict[str, Any]) -> str:
    """The text of a cell, however its lines are kept."""
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)


def outputs(name: str) -> list[dict[str, Any]]:
    """All outputs that are kept of a notebook."""
    return [output for cell in kept(name)["cells"] for output in cell.get("outputs", [])]


def pictures(output: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The pictures of an output, each with its text alternative and its words."""
    html = "".join(output.get("data", {}).get("text/html", ""))
    found = re.findall(r'<img alt="([^"]*)" src="data:image/png;base64,([^"]*)"', html)
    assert len(found) == html.count("<img"), "every picture is here, with its text alternative"
    words = html.partition("<summary>The figure, in words</summary><p>")[2]
    return [(alternative, picture, words) for alternative, picture in found]


def test_there_is_a_notebook_for_each_question_and_each_has_its_text() -> None:
    assert len(NAMES) == 8
    assert [path.stem for path in sorted(HERE.glob("*.ipynb"))] == NAMES
    listed = re.findall(r"\]\(([\w-]+)\.ipynb\)", (HERE / "README.md").read_text(encoding="utf-8"))
    assert listed == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_text_and_notebook_hold_the_same_cells(name: str) -> None:
    made = maker().notebook_of(HERE / f"{name}.md")
    assert [(c["cell_type"], source(c)) for c in made.cells] == [
        (c["cell_type"], source(c)) for c in kept(name)["cells"]
    ]
    assert [c["id"] for c in made.cells] == [c["id"] for c in kept(name)["cells"]]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_kept_is_whole_and_names_nobody_and_no_place(name: str) -> None:
    notebook = kept(name)
    nbformat.validate(nbformat.from_dict(notebook))
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    counts = [c["execution_count"] for c in notebook["cells"] if c["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1)), "run from the first cell to the last, once"
    assert all(cell["metadata"] == {} for cell in notebook["cells"])
    assert all(output["output_type"] != "error" for output in outputs(name))
    assert all(output.get("name") != "stderr" for output in outputs(name))
    words = json.dumps(
        [c if c["cell_type"] != "code" else _without_pictures(c) for c in notebook["cells"]],
        ensure_ascii=False,
    )
    assert not re.search(r"(?<![\w.:/])/(?:home|root|tmp|work|usr|Users)/|[A-Z]:\\\\", words), (
        "absolute paths"
    )
    assert not re.search(r"0x[0-9a-f]{6,}", words), "addresses in memory differ between runs"
    assert (HERE / f"{name}.ipynb").stat().st_size <= MOST_BYTES


def _without_pictures(cell: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(cell)
    return dict(json.loads(re.sub(r"[A-Za-z0-9+/=]{200,}", "", text)))


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_comes_first(name: str) -> None:
    """One of the first two code cells shows a figure."""
    first = [c for c in kept(name)["cells"] if c["cell_type"] == "code"][:2]
    assert any(pictures(output) for cell in first for output in cell["outputs"])


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_has_a_text_alternative_with_its_numbers(name: str) -> None:
    """Whoever cannot see it gets the numbers in words; a chart drawn past simkit has none and fails here."""
    for output in outputs(name):
        assert not any(kind.startswith("image/") for kind in output.get("data", {})), (
            "a picture with its words"
        )
        for alternative, picture, words in pictures(output):
            assert base64.b64decode(picture)[:8] == b"\x89PNG\r\n\x1a\n"
            assert 20 < len(alternative) <= 150
            figure = "".join(output["data"]["text/html"]).startswith("<img")
            assert not figure or (
                "nan" not in words.split() and len(re.findall(r"\d+(?:\.\d+)?", words)) >= 2
            )


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_drawn_without_simkit_s_words(name: str) -> None:
    """The text draws no chart of its own, which would have no text alternative."""
    text = (HERE / f"{name}.md").read_text(encoding="utf-8")
    assert not re.search(r"\.plot\b|matplotlib|pyplot|seaborn", text)


@pytest.mark.parametrize("name", NAMES)
def test_only_public_names_are_used(name: str) -> None:
    import simkit

    code = "\n".join(source(c) for c in kept(name)["cells"] if c["cell_type"] == "code")
    assert not re.search(r"(?:from|import) simkit\.", code)
    assert set(re.findall(r"\bsimkit\.([a-z_]\w*)", code)) <= set(simkit.__all__)


def run(name: str) -> None:
    """Execute the text; an error in a cell is an error here."""
    made = maker()
    executed = made.executed(made.notebook_of(HERE / f"{name}.md"))
    found = [o for c in executed.cells for o in c.get("outputs", [])]
    assert all(o["output_type"] != "error" for o in found)
    assert not [o["text"] for o in found if o.get("name") == "stderr" and "Warning" in o["text"]]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::RuntimeWarning")
@pytest.mark.slow
def test_the_first_notebook_runs() -> None:
    run(QUICK)


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::RuntimeWarning")
@pytest.mark.parametrize("name", [name for name in NAMES if name != QUICK])
def test_the_others_run(name: str) -> None:
    run(name)

"""Execute the notebooks: each ``.md`` beside this file becomes the ``.ipynb`` of its name, with its outputs.

    python notebooks/execute.py              all of them
    python notebooks/execute.py 01 05        those whose names begin so

The text is what is edited and reviewed; the notebook is made from it and never edited by hand. The same text
and the same version of simkit give the same notebook: cells have numbers for ids, and no times are kept.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent
LONGEST = 900  # seconds that one cell may take, on a computer with much else to do


def texts(*beginnings: str) -> Iterator[Path]:
    """The texts of the notebooks, in order; those whose names begin so where any is given."""
    for path in sorted(HERE.glob("[0-9]*.md")):
        if not beginnings or path.name.startswith(beginnings):
            yield path


def notebook_of(text: Path) -> nbformat.NotebookNode:
    """The notebook that a text stands for, without outputs."""
    notebook = jupytext.read(text, fmt="md:myst")
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:02}"
        cell.metadata = nbformat.from_dict({})
    return notebook


def executed(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The same notebook with its outputs, run in an empty folder. Raises CellExecutionError.

    What goes to stderr is about the computer, as that the fast engine is compiled for the first time.
    """
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=LONGEST,
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": folder}},
        )
        client.execute(env={**os.environ, "SIMKIT_PROGRESS": "off"})  # nobody watches
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
    notebook.metadata["language_info"] = nbformat.from_dict({"name": "python"})
    return notebook


def as_kept(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook without what is about the computer on which it was run, and with each picture once.

    A figure shows itself as a page with its words, and as a bare picture: the page is what is kept.
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
            for output in cell.outputs:
                data = output.get("data", {})
                if "data:image/png" in data.get("text/html", ""):
                    data.pop("image/png", None)
                    output.metadata.pop("image/png", None)
    return notebook


def main(beginnings: list[str]) -> None:
    """Write the notebooks anew."""
    for text in texts(*beginnings):
        made = as_kept(executed(notebook_of(text)))
        content = nbformat.writes(made).rstrip("\n") + "\n"
        part = text.with_suffix(".ipynb.part")
        part.write_text(content, encoding="utf-8", newline="\n")
        part.replace(text.with_suffix(".ipynb"))
        print(f"{text.stem}: {len(content) / 1000:.0f} KB")


if __name__ == "__main__":
    main(sys.argv[1:])

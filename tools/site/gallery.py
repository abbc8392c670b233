"""The gallery: every figure of simkit with the code that draws it, made when the site is built.

Each entry is run as a reader would run it. What its last line gives is shown, with its words.
"""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from simkit.common.display import Answer
from simkit.output.figures import described, image, in_words
from simkit.output.figures.style import Drawing
from simkit.output.report.blocks import Picture


@dataclass(frozen=True, slots=True)
class Entry:
    """Code whose last line gives an answer, a figure or a drawing in SVG."""

    title: str
    words: str
    code: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure of the gallery: ``made_by`` is the function that drew it, empty for a drawing without one."""

    title: str
    alt: str
    words: str
    svg: bytes
    made_by: str = ""


ENTRIES = (
    Entry(
        "A run",
        "How long assessments take, where the time goes, and what is open.",
        """
result = simkit.run("rutland", replications=10, seed=1, workers=1)
result
""",
    ),
    Entry(
        "A comparison",
        "The same children under different rules; pale is what nobody knows, dark is chance.",
        """
simkit.compare("single-assessment", authority="rutland", replications=10, seed=1, workers=1)
""",
    ),
    Entry(
        "Staff",
        "What more or less assessment time does, against a target.",
        """
simkit.staff("rutland", "over 45 days <= 10%", replications=10, workers=1)
""",
    ),
    Entry(
        "Sensitivity",
        "Which assumptions the answer depends on.",
        """
simkit.sensitivity("isles-of-scilly", replications=5, trajectories=0, workers=1)
""",
    ),
    Entry(
        "Beside the neighbours",
        "An authority and its statistical neighbours, each on its own caseload.",
        """
simkit.beside_neighbours("rutland", replications=5, workers=1)
""",
    ),
    Entry(
        "A sweep",
        "Several frameworks under several scenarios.",
        """
plan = {
    "frameworks": ["rutland", "isles-of-scilly", "city-of-london"],
    "scenarios": ["as-published", "winter-surge"],
    "replications": 5,
    "seed": 1,
}
simkit.sweep(plan, "sweep-results", workers=1)
""",
    ),
    Entry(
        "The nation",
        "Published figures of every authority: maps, ranking, funnel plot, years.",
        """
simkit.nation(year=2024)
""",
    ),
    Entry(
        "One authority over the years",
        "Published figures beside the neighbours, with mergers and editions.",
        """
simkit.authority_years("cumberland")
""",
    ),
    Entry(
        "The survey",
        "What authorities set, in working days.",
        """
simkit.survey(simkit.names("authorities"))
""",
    ),
    Entry(
        "A framework",
        "Its timeline, with a lane for each starting event.",
        """
simkit.drawings.timeline_svg("wirral")
""",
    ),
    Entry(
        "A run that goes on",
        "Figures that are drawn again after every replication, without matplotlib.",
        """
simkit.drawings.durations_svg(result)
""",
    ),
    Entry(
        "Open work, while a run goes on",
        "Open assessments by week.",
        """
simkit.drawings.weeks_svg(result)
""",
    ),
    Entry(
        "Any table as bars",
        "A pandas table of one or two columns.",
        """
measures = result.to_frame().set_index("title")[["value"]]
days = measures[measures.index.str.startswith("Median")].head(4)
caption = simkit.figures.Caption("Medians of a run", "Rutland, simulated", ("10 simulated years.",))
simkit.figures.bars(days, "working days", caption)
""",
    ),
    Entry(
        "How well practice fits",
        "Published durations and those of the simulation, in nine bands.",
        """
published = simkit.bands("857", result.experiment.profile.year)
shares = tuple(100 * (share or 0) for share in published.shares)
simulated = tuple(band.value for band in result.bands.values())
apart = sum(abs(sum(shares[:n]) - sum(simulated[:n])) for n in range(2, 9)) / 100
fit = simkit.figures.Fit("Rutland", shares, simulated, apart)
caption = simkit.figures.Caption("Rutland's fit", "Share of assessments", ("10 simulated years.",))
simkit.figures.fits([fit], caption)
""",
    ),
    Entry(
        "The pile before day 45",
        "How far each authority's published durations pile up at the limit.",
        """
simkit.figures.pile_spread(2024)
""",
    ),
    Entry(
        "Staff and timeliness",
        "Published caseload and vacancies against timeliness.",
        """
simkit.figures.staff_and_timeliness(2024)
""",
    ),
    Entry(
        "The same over the years",
        "Correlations with their intervals.",
        """
simkit.figures.correlations()
""",
    ),
    Entry(
        "Authorities without the limit",
        "Published durations of exempt authorities.",
        """
simkit.figures.exempt_band()
""",
    ),
    Entry(
        "Local limits",
        "Whether anything piles up at a local limit.",
        """
simkit.figures.local_clocks()
""",
    ),
)


def write_gallery(folder: Path) -> None:
    """Write the page ``gallery.md`` and its figures into a folder of sources."""
    pictures = folder / "gallery"
    pictures.mkdir(exist_ok=True)
    lines = [
        "# Gallery",
        "",
        "Every figure, with the code that draws it. Begin with `import simkit`. The code was run when this",
        "page was made. It has few replications, to be fast: take more for figures that you quote.",
        "",
        "`.figure()` gives the main figure of an answer and `.save(FOLDER)` writes all of them.",
        "`.report().pictures()` has each one with its words.",
        "",
    ]
    for number, (entry, shown) in enumerate(run_entries(), start=1):
        lines += [f"## {entry.title}", "", entry.words, "", "```python", entry.code.strip(), "```", ""]
        for place, each in enumerate(shown, start=1):
            name = f"{number:02}-{place}.svg"
            (pictures / name).write_bytes(each.svg)
            lines += [f"![{_plain(each.alt)}](gallery/{name})", ""]
            words = f"{each.title}, in words" if each.title else "In words"
            folded = f"<summary>{escape(words)}</summary><p>{escape(each.words)}</p>"
            lines += [f"<details>{folded}</details>", ""]
    (folder / "gallery.md").write_text("\n".join(lines), encoding="utf-8")


def run_entries() -> Iterator[tuple[Entry, tuple[Shown, ...]]]:
    """Run the entries in one session, in an empty folder, and give the figures of each."""
    import simkit

    names: dict[str, Any] = {"simkit": simkit}
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for entry in ENTRIES:
            yield entry, tuple(_shown(_value(entry.code, names)))


def _value(code: str, names: dict[str, Any]) -> Any:
    """The value of the last line, after the lines before it."""
    tree = ast.parse(code)
    last = tree.body.pop()
    assert isinstance(last, ast.Expr)
    exec(compile(tree, "gallery", "exec"), names)
    return eval(compile(ast.Expression(last.value), "gallery", "eval"), names)


def _shown(value: Any) -> Iterator[Shown]:
    if isinstance(value, str):  # an SVG element
        title, words = (_inner(value, tag) for tag in ("title", "desc"))
        yield Shown("", title, words, value.encode())
    elif isinstance(value, Figure):
        alt = described(value)
        yield Shown("", alt, in_words(value), image(value, "svg", alt), _made_by(value))
    else:
        assert isinstance(value, Answer)
        for picture in value.report().pictures():
            yield Shown(picture.title, picture.alt, picture.words, picture.svg, _drawn_by(picture))


def _drawn_by(picture: Picture) -> str:
    return _made_by(getattr(picture, "figure", None))


def _made_by(figure: Figure | None) -> str:
    return figure.made_by if isinstance(figure, Drawing) else ""


def _inner(svg: str, tag: str) -> str:
    return unescape(svg.split(f"<{tag} ", 1)[1].split(">", 1)[1].split("<", 1)[0])


def _plain(words: str) -> str:
    """Words in one line that no Markdown changes."""
    line = " ".join(words.split())
    for sign in "\\[]*_`<$":
        line = line.replace(sign, f"\\{sign}")
    return line

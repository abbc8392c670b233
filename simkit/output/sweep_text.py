"""A finished sweep in the terminal, and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group
from rich.text import Text

from simkit.model.durations import Convention
from simkit.output.grid import bullets, grid, pairs, stack
from simkit.output.wording import QUALITY, amount, year_words
from simkit.study.experiment import HEADLINE
from simkit.study.store import Results

__all__ = ["render", "to_dict"]

_SHOWN = (HEADLINE, "published_within_45_days_pct", "cohort_median_days", "cohort_drift_idle_pct")
_HEADS = ("", "lowest", "lower quarter", "middle", "upper quarter", "highest")


def render(found: Results) -> Group:
    """What ``simkit sweep`` says when it is done."""
    plan = found.plan
    head = [
        ("Plan", str(plan["title"])),
        ("Finished", f"{len(found.pieces)} of {found.planned} pieces (framework, scenario, year)"),
        ("Each", f"{plan['replications']} replications, seed {plan['seed']}"),
        ("Counting", Convention(plan["convention"]).text),
        ("Folder", str(found.folder)),
        ("Repeat", found.command),
    ]
    return stack(
        pairs(head),
        *_tables(found),
        *_failed(found),
        Group(*(Text(sentence) for sentence in _closing(found))),
    )


def to_dict(found: Results) -> dict[str, Any]:
    """The state of a sweep as plain data."""
    return {
        "folder": str(found.folder),
        "plan": dict(found.plan),
        "command": found.command,
        "planned": found.planned,
        "finished": len(found.pieces),
        "failed": [dict(each) for each in found.failed],
        "version": found.version,
        "quality": QUALITY,
    }


def _tables(found: Results) -> Iterator[Group]:
    """For each scenario and year, how the measures lie over the frameworks."""
    if not found.pieces:
        return
    frame = found.measures()
    frame = frame[(frame["route"] == "all") & frame["measure"].isin(_SHOWN)]
    for (scenario, year), group in frame.groupby(["scenario", "year"], sort=False):
        rows = []
        for name in _SHOWN:
            of = group[group["measure"] == name]
            known = of["value"].dropna()
            if len(known):
                unit = str(of["unit"].iloc[0])
                cuts = (known.quantile(q) for q in (0, 0.25, 0.5, 0.75, 1))
                rows.append((str(of["title"].iloc[0]), *(amount(float(cut), unit) for cut in cuts)))
        count = group["framework"].nunique()
        title = f"{scenario}, {year_words(int(str(year)))}: {count} framework{'' if count == 1 else 's'}"
        yield grid(title, _HEADS, rows, right=len(_HEADS) - 1)


def _failed(found: Results) -> Iterator[Group]:
    if found.failed:
        yield bullets(f"Not simulated ({len(found.failed)})", [_told(each) for each in found.failed])


def _told(failed: Mapping[str, Any]) -> str:
    year = f", {failed['year']}" if failed["year"] else ""
    return f"{failed['framework']}, {failed['scenario']}{year}: {failed['problem']}"


def _closing(found: Results) -> Iterator[str]:
    if found.pieces:
        yield (
            "The tables show how the frameworks' means lie. Each framework's own value with its 95% interval "
            "is in measures.csv and measures.parquet, the durations in bands, what must be said beside each "
            "in pieces.csv, and every number that no source gives in assumptions.csv."
        )
        folder = found.folder.as_posix()
        yield f'Queries from Python: simkit.results("{folder}").sql("select ... from measures")'
    if found.failed:
        yield "The same command tries again what was not simulated, and keeps the rest."
    yield QUALITY

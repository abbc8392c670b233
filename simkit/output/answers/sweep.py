"""A sweep as a report: how the measures vary over frameworks, with a tile map of the nation."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Block, Items, Paragraph, Section, Table, filled
from simkit.common.json_data import finite, json_text
from simkit.data import attribution
from simkit.framework.wording import number_words
from simkit.model.measures.day_counts import Convention
from simkit.output.answers.wording import QUALITY, amount, chance_words, year_words
from simkit.output.report.blocks import Picture, Report, picture
from simkit.output.report.sections import sources_section
from simkit.study.compare.paired_difference import FEW
from simkit.study.estimate import LEAST_YEARS, shows_interval
from simkit.study.result import HEADLINE
from simkit.study.sweep.differences import average
from simkit.study.sweep.results import MAIN_MEASURES, Results

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from simkit.output.figures import Caption

_CUTS = {"lowest": 0.0, "lower quarter": 0.25, "middle": 0.5, "upper quarter": 0.75, "highest": 1.0}
_FEW_CUTS = {"lowest": 0.0, "middle": 0.5, "highest": 1.0}
_QUARTERED = 8  # frameworks from which quartiles mean something
_A_MAP = 20  # authorities from which a tile map says something
_MOST_ROWS, _MOST_ROWS_DRAWN = 400, 30


def report(results: Results) -> Report:
    """The report of a sweep, finished or not."""
    frame, standing = _measures(results), _standing(results)
    return Report(
        kind="sweep",
        title=str(results.plan["title"]),
        subtitle=f"{_repeated(results)} of each, seed {results.plan['seed']}. {standing}",
        standing=standing,
        question="How many children wait more than 45 working days from referral, under each framework?",
        answer=_answer(results, frame),
        cautions=tuple(_cautions(results)),
        sections=tuple(_sections(results, frame)),
        command=results.command,
        attribution=attribution(),
        quality=QUALITY,
        version=results.version,
    )


def data(results: Results) -> dict[str, Any]:
    """The state of a sweep as plain data."""
    return {
        "folder": str(results.folder),
        "plan": dict(results.plan),
        "command": results.command,
        "planned": results.planned,
        "finished": len(results.pieces),
        "failed": [dict(each) for each in results.failed],
        "version": results.version,
        "quality": QUALITY,
    }


def _measures(results: Results) -> pd.DataFrame:
    import pandas as pd

    if not results.pieces:
        return pd.DataFrame(columns=["scenario", "year", "measure", "framework"])
    frame = results.measures()
    return frame[(frame["route"] == "all") & frame["measure"].isin(MAIN_MEASURES)]


def _standing(results: Results) -> str:
    if not results.pieces:
        return "Nothing is simulated yet."
    notes = results.notes().drop_duplicates("framework")
    counts = notes["status"].value_counts()
    statuses = ", ".join(f"{count} {status}" for status, count in counts.items())
    number = "1 framework" if len(notes) == 1 else f"{len(notes)} frameworks"
    text = f"{number}: {statuses}."
    if {"starter", "documented"} & set(counts.index):
        text += (
            " Starter and documented files are compiled from published sources, neither written nor "
            "agreed by the authority."
        )
    return text


def _repeated(results: Results) -> str:
    count = results.plan["replications"]
    return "1 replication" if count == 1 else f"{count} replications"


def _answer(results: Results, frame: pd.DataFrame) -> str:
    done = (
        f"{len(results.pieces)} of {results.planned} pieces (framework, scenario, year) are simulated so far."
    )
    sentences: list[str] = []
    for (scenario, year), group in list(_groups(frame))[:4]:
        of = group[group["measure"] == HEADLINE]["value"].dropna()
        if len(of) == 1:
            alone = _interval(group[group["measure"] == HEADLINE].iloc[0].to_dict())
            sentences.append(
                f"{_under(scenario, year)}{alone} of children wait more than 45 working days from referral."
            )
        elif len(of):
            sentences.append(_spread_words(scenario, year, group[group["measure"] == HEADLINE]))
    sentences += _changes(results)
    if results.planned > len(results.pieces):
        sentences.append(done)
    if results.failed:
        sentences.append(f"Not simulated: {len(results.failed)}. {_failure_line(results.failed[0])}")
    return "\n".join(sentences)


def _under(scenario: str, year: int) -> str:
    words = "As published" if scenario == "as-published" else f"Under {scenario}"
    return f"{words}, {year_words(year)}: "


def _spread_words(scenario: str, year: int, rows: pd.DataFrame) -> str:
    """The middle of several frameworks, and which are lowest and highest, past what chance makes of them."""
    rows = rows.dropna(subset=["value"]).sort_values("value")
    values = rows["value"]
    names = [str(row["la_name"] or row["framework"]) for row in rows.to_dict("records")]
    half = ""
    if len(values) >= _QUARTERED:
        half = f"; half are between {values.quantile(0.25):.1f}% and {values.quantile(0.75):.1f}%"
    return (
        f"{_under(scenario, year)}in the middle one of {len(values)}, {values.median():.1f}% of children "
        f"wait more than 45 working days from referral{half}. The lowest is {names[0]} "
        f"({values.iloc[0]:.1f}%), the highest {names[-1]} ({values.iloc[-1]:.1f}%). Chance "
        "affects who comes first and last."
    )


def _changes(results: Results) -> list[str]:
    """What each scenario changes, paired by replication."""
    if not results.pieces or len(results.plan["scenarios"]) < 2:
        return []
    first, years = results.plan["scenarios"][0], int(results.plan["replications"])
    return [
        f"{scenario} compared with {first}, {year_words(year)}: {_points(*difference, years)} on average "
        f"over {_of(count, missing)}{_sure(*difference, years)}."
        for scenario, year, difference, count, missing in average(results.replications(HEADLINE), first)[:4]
    ]


def _sure(_: float, low: float, high: float, years: int) -> str:
    if years < LEAST_YEARS:
        return f", from {years} simulated years, too few to say how sure that is"
    return chance_words(low, high)


def _of(count: int, missing: int) -> str:
    if not missing:
        return "1 framework" if count == 1 else f"{count} frameworks"
    return f"{count} of {count + missing} frameworks, since the others have results on one side only"


def _groups(frame: pd.DataFrame) -> Iterator[tuple[tuple[str, int], pd.DataFrame]]:
    for (scenario, year), group in frame.groupby(["scenario", "year"], sort=False):
        yield (str(scenario), int(str(year))), group


def _cautions(results: Results) -> Iterator[str]:
    yield (
        "The folder has each framework's own value with its 95% interval (measures.csv), the differences "
        "between scenarios (differences.csv), durations in bands, and every assumption (assumptions.csv)."
    )
    if results.pieces and len(results.plan["scenarios"]) > 1:
        few = ", and these are few simulated years" if results.plan["replications"] <= FEW else ""
        yield (
            "Compare scenarios by their differences (differences.csv), not by the levels: in a small "
            f"authority chance can move a level by more than a scenario does{few}."
        )
    yield f"For limits {Convention(results.plan['convention']).text}."
    if results.pieces:
        notes = results.notes()
        moving = int((notes["settled"] == "no").sum())
        if moving:
            yield (
                f"Not steady in {moving} of {len(notes)} pieces: the number of open assessments was still "
                "changing when the year began. pieces.csv says which."
            )
        yield from (caption for caption in notes["caption"].unique() if caption)
        yield "pieces.csv has what you need to know about each framework."
    if results.failed:
        yield "The same command tries again what was not simulated, and keeps the rest."


def _sections(results: Results, frame: pd.DataFrame) -> Iterator[Section]:
    for number, ((scenario, year), group) in enumerate(_groups(frame)):
        count = group["framework"].nunique()
        title = f"{scenario}, {year_words(year)}: {count} framework{'' if count == 1 else 's'}"
        cuts = _CUTS if count >= _QUARTERED else _FEW_CUTS
        table = Table(title, ("", *cuts), tuple(_spread(group, tuple(cuts.values()))), numbers=len(cuts))
        drawn = tuple(_map(results, group, scenario, year))
        if not drawn and number == 0:
            drawn = (picture("frameworks", "Each framework", partial(figure, results)),)
        yield Section(title, (table, *drawn))
    if results.failed:
        yield Section(
            f"Not simulated: {len(results.failed)}",
            (Items(tuple(_failure_line(each) for each in results.failed)),),
        )
    if results.pieces:
        yield from _appendix(results, frame)


def _spread(group: pd.DataFrame, cuts: tuple[float, ...]) -> Iterator[tuple[str, ...]]:
    for name in MAIN_MEASURES:
        of = group[group["measure"] == name]
        values = of["value"].dropna()
        if len(values):
            unit = str(of["unit"].iloc[0])
            yield (str(of["title"].iloc[0]), *(amount(float(values.quantile(q)), unit) for q in cuts))


def _map(results: Results, group: pd.DataFrame, scenario: str, year: int) -> Iterator[Picture]:
    """The main measure as a tile map, where there are many authorities with one value each."""
    of = _of_authorities(group)
    if len(of):
        name = f"map-{re.sub(r'[^a-z0-9]+', '-', scenario.lower())}-{year}"
        title = f"{of['title'].iloc[0]}, in percent"
        yield picture(name, title, partial(_tile_map, results, of, scenario, year, title))


def _of_authorities(group: pd.DataFrame) -> pd.DataFrame:
    """The main measure of each authority that has a value; none if a map would show little."""
    of = group[(group["measure"] == HEADLINE) & (group["la_code"] != "") & group["value"].notna()]
    return of if len(of) >= _A_MAP and not of["la_code"].duplicated().any() else of.head(0)


def _tile_map(results: Results, of: pd.DataFrame, scenario: str, year: int, title: str) -> Figure:
    from simkit.output.figures import tile_map

    values = {str(code): float(value) for code, value in zip(of["la_code"], of["value"], strict=True)}
    ordered = of.sort_values("value")
    low, middle, high = (float(ordered["value"].quantile(share)) for share in (0, 0.5, 1))
    finding = (
        f"Past day 45 are from {low:.0f}% in {ordered['la_name'].iloc[0]} to {high:.0f}% in "
        f"{ordered['la_name'].iloc[-1]}, {middle:.0f}% in the middle"
    )
    return tile_map(values, title, year, _caption(results, finding, f"{scenario}, {year_words(year)}"))


def _caption(results: Results, title: str, under: str) -> Caption:
    from simkit.output.figures import caption

    return caption(
        title,
        under,
        simulated=f"{_repeated(results)} of each, seed {results.plan['seed']}",
        convention=Convention(results.plan["convention"]),
        assumptions=results.assumptions()["path"].nunique(),
    )


def files(results: Results) -> dict[str, bytes]:
    """The data, and the page to try combinations on."""
    from simkit.output.explorer import EXPLORER_FILE, explorer

    page = {EXPLORER_FILE: explorer(results).encode()} if results.pieces else {}
    return {"result.json": json_text(finite(data(results))).encode(), **page}


def figure(results: Results) -> Figure:
    """The share over 45 working days: a tile map under the first scenario, or of a few dots under each."""
    from simkit.output.figures import Span, dots

    (scenario, year), group = next(_groups(_measures(results)))
    of = group[group["measure"] == HEADLINE]
    mapped = _of_authorities(group)
    if len(mapped):
        return _tile_map(results, mapped, scenario, year, f"{of['title'].iloc[0]}, in percent")
    order = of.sort_values("value", ascending=False)["framework"].head(_MOST_ROWS_DRAWN)
    rows = _measures(results)
    rows = rows[(rows["measure"] == HEADLINE) & (rows["year"] == year)].set_index("framework")
    spans = [
        Span(str(row["la_name"] or name), float(row["value"]), *_interval_of(row), str(row["scenario"]))
        for name in order
        for row in rows.loc[[name]].to_dict("records")
    ]
    ends = f"{of['value'].min():.0f}% to {of['value'].max():.0f}%"
    title = f"{ends} of children wait more than 45 working days from referral, {scenario}"
    return dots(spans, "%, with 95% intervals", _caption(results, title, year_words(year)))


def _interval_of(row: Mapping[Any, Any]) -> tuple[float, float]:
    """The ends of a value's interval; NaN where it rests on too few simulated years."""
    shown = shows_interval(row["low"], row.get("replications", LEAST_YEARS))
    return (float(row["low"]), float(row["high"])) if shown else (float("nan"), float("nan"))


def tables(results: Results) -> dict[str, pd.DataFrame]:
    """The tables of the pieces that are finished."""
    names = ("measures", "bands", "survival", "weekly", "notes", "assumptions")
    differences = {"differences": results.main_differences()} if len(results.plan["scenarios"]) > 1 else {}
    return {**{name: getattr(results, name)() for name in names}, **differences}


def _failure_line(failure: Mapping[str, Any]) -> str:
    year = f", {failure['year']}" if failure["year"] else ""
    return f"{failure['framework']}, {failure['scenario']}{year}: {failure['problem']}"


def _appendix(results: Results, frame: pd.DataFrame) -> Iterator[Section]:
    wide = frame[frame["measure"].isin([HEADLINE, "published_within_45_days_pct"])]
    rows = [_row(group) for _, group in wide.groupby(["framework", "scenario", "year"], sort=False)]
    heads = ("Framework", "Scenario", "Year", "Over 45 days from referral", "Within 45 days", "published")
    blocks: list[Block] = [
        filled(Table("Each framework, with 95% intervals", heads, tuple(rows[:_MOST_ROWS]), numbers=3))
    ]
    differences = tuple(_difference_row(each) for each in results.differences(HEADLINE).to_dict("records"))
    if differences:
        less = f"Difference from {results.plan['scenarios'][0]}, with 95% intervals"
        names = (*heads[:3], "Over 45 days from referral, difference")
        blocks.append(Table(less, names, differences[:_MOST_ROWS], numbers=1))
    if len(rows) > _MOST_ROWS:
        blocks.append(Paragraph(f"The other {len(rows) - _MOST_ROWS} are in measures.csv."))
    yield Section("Each framework", tuple(blocks), appendix=True)
    numbers = results.assumptions()
    assumptions = tuple(
        (
            str(number["title"]),
            str(number["reason"]),
            number_words(float(number["value"]), str(number["unit"])),
            f"{_bound(number, 'low')} to {_bound(number, 'high')}",
            str(number["pieces"]),
        )
        for number in numbers.to_dict("records")
    )
    yield Section(
        f"Assumptions: {numbers['path'].nunique()}",
        (Table("Assumptions", ("Number", "Why", "Value", "Range", "Pieces"), assumptions, numbers=3),),
        appendix=True,
    )
    yield sources_section()


def _bound(number: Mapping[Any, Any], end: str) -> str:
    unit = "share" if number["unit"] == "share" else "number"
    return number_words(float(number[end]), unit)


def _row(group: pd.DataFrame) -> tuple[str, ...]:
    import pandas as pd

    by = {str(row["measure"]): row for row in group.to_dict("records")}
    over, within = by[HEADLINE], by["published_within_45_days_pct"]
    first = str(over["framework"])
    name = f"{over['la_name']} ({over['status']})" if over["la_code"] else first
    published = "-" if pd.isna(within["published"]) else amount(float(within["published"]), "%")
    return name, str(over["scenario"]), str(over["year"]), _interval(over), _interval(within), published


def _difference_row(difference: Mapping[Any, Any]) -> tuple[str, ...]:
    name = str(difference["la_name"] or difference["framework"])
    return (
        name,
        str(difference["scenario"]),
        str(difference["year"]),
        _points(*(difference[name] for name in ("value", "low", "high", "replications"))),
    )


def _points(value: float, low: float, high: float, years: int) -> str:
    import pandas as pd

    if pd.isna(value):
        return "not simulated on both sides"
    interval = f" ({low:+z.1f} to {high:+z.1f})" if shows_interval(low, years) else ""
    return f"{value:+z.1f} points{interval}"


def _interval(row: Mapping[Any, Any]) -> str:
    value, (low, high) = amount(float(row["value"]), "%"), _interval_of(row)
    return value if math.isnan(low) else f"{value} ({low:.1f} to {high:.1f})"

"""A survey as a report, plain data, a table and a figure."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, astuple, fields
from functools import partial
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Section, Table
from simkit.common.text import plain_title
from simkit.framework.vocabulary import NONE_SET, NOT_DECIDED, NOT_KNOWN
from simkit.output.answers.survey.finding import (
    MOST_SHOWN,
    distances,
    sentences,
    shown_columns,
    spreads,
)
from simkit.output.answers.survey.survey import Column, Survey, SurveyRow, SurveyValue
from simkit.output.report.blocks import Report, picture

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_FIXED = {
    "la_code": "DfE code",
    "gss_code": "ONS code",
    "la_name": "Authority",
    "framework": "Framework",
    "status": "Status",
    "edition": "National edition",
}
_GROUPS = {
    "timescales": "Local timescales",
    "reviews": "Local reviews",
    "past": "No longer in force",
    "national": "National timescales, as each edition has them",
}
_LIMITED = ("timescales", "reviews")
_AT_ONCE = 5
_NAMED = 3  # frameworks left out of a table that are named; more are counted
_ABOUT = (
    "A cell is a value, or one of these:",
    f"{NOT_KNOWN}: not found in what was read, or nothing was found to read. It does not mean "
    "that there is none.",
    f"{NONE_SET}: it was decided to set none.",
    f"{NOT_DECIDED}: the authority's own framework does not cover this yet.",
    "Columns are named by what a timescale or review is about. Authorities use different names for them.",
    "Compiled from published sources unless the status says otherwise; the authorities have neither "
    "written nor agreed these values.",
)


def report(survey: Survey) -> Report:
    """The headline, the tables, and what the words in them mean."""
    shown = shown_columns(survey)
    sections = [_differences(survey)] if len(survey.rows) > 1 and spreads(survey) else []
    for group, title in _GROUPS.items():
        columns = [c for c in survey.columns if c.group == group and (c.group not in _LIMITED or c in shown)]
        starts = range(0, len(columns), _AT_ONCE)
        tables_ = tuple(_table(survey, title, columns[start : start + _AT_ONCE]) for start in starts)
        sections += [Section(title, tables_)] if tables_ else []
    none = "" if sections else " No local timescale or review is known of any of them."
    drawn = picture("survey", "Who sets what", partial(figure, survey))
    return Report(
        kind="survey",
        title="Survey of frameworks",
        answer="\n".join(filter(None, (*sentences(survey), survey.headline() + none))),
        sections=(*sections, Section("Side by side", (drawn,))),
        cautions=tuple(filter(None, (*_ABOUT, _not_shown(survey, shown), survey.years_words()))),
    )


def _differences(survey: Survey) -> Section:
    """How much each commitment differs: lowest, middle and highest, and against the nation."""
    rows = tuple(
        (
            each.column.title,
            str(len(each.values)),
            *(_number(value) for value in (each.values[0], each.middle, each.values[-1])),
            "-" if each.nation is None else _number(each.nation),
            *(("-",) * 3 if each.nation is None else (str(each.stricter), str(each.same), str(each.looser))),
        )
        for each in spreads(survey)[:MOST_SHOWN]
    )
    heads = ("", "authorities", "lowest", "middle", "highest", "nation", "stricter", "same", "looser")
    title = "How much local times differ, in working days (authorities of today)"
    return Section("How much they differ", (Table(title, heads, rows, 8),))


def _number(days: float) -> str:
    return f"{days:.2g}" if days < 1 else f"{days:.0f}"


def _not_shown(survey: Survey, shown: tuple[Column, ...]) -> str:
    """The commitments that only the files have."""
    rest = [c.title for c in survey.columns if c.group in _LIMITED and c not in shown]
    if not rest:
        return ""
    return f"Not shown: {len(rest)} commitments that fewer authorities set. They are in survey.csv."


def data(survey: Survey) -> dict[str, Any]:
    """The survey as plain data."""
    columns = [{"id": c.id, "title": c.title, "group": c.group} for c in survey.columns]
    rows = survey.row_texts()
    years = {year: {"values": values, "frameworks": n} for year, (values, n) in survey.by_year().items()}
    head = {
        "finding": list(sentences(survey)),
        "headline": survey.headline(),
        "counts": survey.counts(),
        "by_year_of_source": years,
    }
    values = [asdict(value) for row in survey.rows for value in row.values]
    return {**head, "columns": columns, "rows": rows, "values": values}


def tables(survey: Survey) -> dict[str, pd.DataFrame]:
    """One row a framework, columns named by their ids; and every local value with its source. All is text."""
    import pandas as pd

    names = [*_FIXED, *(column.id for column in survey.columns)]
    frame = pd.DataFrame(survey.row_texts(), columns=names, dtype=str)
    frame.attrs["titles"] = [*_FIXED.values(), *(column.title for column in survey.columns)]
    every = [astuple(value) for row in survey.rows for value in row.values]
    values = pd.DataFrame(every, columns=[field.name for field in fields(SurveyValue)], dtype=str)
    values.attrs["titles"] = [plain_title(str(name)) for name in values]
    return {"survey": frame, "survey-values": values, **_finding_tables(survey)}


def _finding_tables(survey: Survey) -> dict[str, pd.DataFrame]:
    """How far each commitment and every two authorities differ; none where nothing is known of two."""
    import pandas as pd

    tables = {}
    if found := spreads(survey):
        tables["survey-differences"] = pd.DataFrame(
            [
                {
                    "commitment": each.column.id,
                    "title": each.column.title,
                    "authorities": len(each.values),
                    "distinct_values": each.distinct,
                    "lowest_working_days": each.values[0],
                    "middle_working_days": each.middle,
                    "highest_working_days": each.values[-1],
                    "national_working_days": each.nation,
                    "stricter": each.stricter,
                    "same": each.same,
                    "looser": each.looser,
                }
                for each in found
            ]
        )
    if pairs := distances(survey):
        tables["survey-distances"] = pd.DataFrame([asdict(each) for each in pairs])
    return tables


def figure(survey: Survey) -> Figure:
    """Who sets what: authorities down, commitments across."""
    from simkit.output import figures

    return figures.survey_figure(survey)


def _table(survey: Survey, title: str, columns: list[Column]) -> Table:
    places = [survey.columns.index(column) for column in columns]
    with_values = [row for row in survey.rows if any(row.cells[place].known for place in places)]
    rows = tuple(
        (row.authority, row.status_words, *(row.cells[place].text for place in places)) for row in with_values
    )
    heads = ("", "status", *(column.title for column in columns))
    others = [row for row in survey.rows if row not in with_values]
    note = _others(others, [r.cells[p].text for r in others for p in places])
    return Table(title, heads, rows, notes=(note,) if note else ())


def _others(rows: list[SurveyRow], texts: list[str]) -> str:
    """The frameworks left out of a table, named where they are few."""
    if not rows:
        return ""
    words = Counter(texts)
    reasons = " or ".join(text for text, _ in words.most_common())
    if len(rows) > _NAMED:
        return f"The other {len(rows)}: {reasons}."
    return f"{'; '.join(f'{row.authority} ({row.status_words})' for row in rows)}: {reasons}."

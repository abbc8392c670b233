"""A survey as a report, plain data, a table and a figure."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, astuple, fields
from functools import partial
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Section, Table
from simkit.framework.vocabulary import NONE_SET, NOT_DECIDED, NOT_KNOWN
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
_AT_ONCE = 5
_NAMED = 3  # frameworks left out of a table that are named; more are counted
_ABOUT = (
    "A cell is a value, or one of these:",
    f"{NOT_KNOWN}: not found in what was read, or nothing was found to read. It does not mean "
    "that there is none.",
    f"{NONE_SET}: somebody has decided to set nothing of the kind.",
    f"{NOT_DECIDED}: the authority wrote the framework, and it says nothing of it so far.",
    "Columns are what a timescale or review is about; authorities call them differently.",
    "Compiled from published sources unless the status says otherwise; the authorities have neither "
    "written nor agreed these values.",
)


def report(survey: Survey) -> Report:
    """The headline, the tables, and what the words in them mean."""
    sections = []
    for group, title in _GROUPS.items():
        columns = [column for column in survey.columns if column.group == group]
        starts = range(0, len(columns), _AT_ONCE)
        tables_ = tuple(_table(survey, title, columns[start : start + _AT_ONCE]) for start in starts)
        sections += [Section(title, tables_)] if tables_ else []
    none = "" if sections else " No local timescale or review is known of any of them."
    drawn = picture("survey", "Who sets what", partial(figure, survey))
    return Report(
        kind="survey",
        title="Survey of frameworks",
        answer="\n".join(filter(None, (survey.headline() + none, survey.years_words()))),
        sections=(*sections, Section("Side by side", (drawn,))),
        cautions=_ABOUT,
    )


def data(survey: Survey) -> dict[str, Any]:
    """The survey as plain data."""
    columns = [{"id": c.id, "title": c.title, "group": c.group} for c in survey.columns]
    rows = survey.row_texts()
    years = {year: {"values": values, "frameworks": n} for year, (values, n) in survey.by_year().items()}
    head = {"headline": survey.headline(), "counts": survey.counts(), "by_year_of_source": years}
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
    values.attrs["titles"] = [str(name).replace("_", " ").capitalize() for name in values]
    return {"survey": frame, "survey-values": values}


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

"""The survey in the terminal: a few columns at a time, and in each table those who set something in it."""

from __future__ import annotations

from collections import Counter

from rich.console import Group, RenderableType
from rich.text import Text

from simkit.output.answers.survey.survey import Column, Survey, SurveyRow
from simkit.output.render.terminal_tables import grid, stack

__all__ = ["survey_text"]

_AT_ONCE = 5
_NAMED = 3  # frameworks outside a table that are named; more are counted

_GROUPS = {
    "timescales": "Local timescales",
    "reviews": "Local reviews",
    "past": "No longer in force",
    "national": "National timescales, as each edition has them",
}


def survey_text(survey: Survey) -> Group:
    """The headline, the tables, and where to find the rest."""
    parts: list[RenderableType] = [Text(survey.headline(), style="bold")]
    for group, title in _GROUPS.items():
        columns = [column for column in survey.columns if column.group == group]
        for start in range(0, len(columns), _AT_ONCE):
            parts.append(_table(survey, title, columns[start : start + _AT_ONCE]))
    if len(parts) == 1:
        parts.append(Text("No local timescale or review is known of any of them."))
    parts.append(
        Text(
            "Not known means: not found in what was read, or nothing was found to read. It does not mean "
            "that there is none."
        )
    )
    return stack(*parts)


def _table(survey: Survey, title: str, columns: list[Column]) -> RenderableType:
    places = [survey.columns.index(column) for column in columns]
    shown = [row for row in survey.rows if any(row.cells[place].known for place in places)]
    rows = ((row.authority, row.status_words, *(row.cells[place].text for place in places)) for row in shown)
    heads = ("", "status", *(column.title for column in columns))
    others = [row for row in survey.rows if row not in shown]
    table = grid(title, heads, rows)
    return Group(table, Text(_others(others, [r.cells[p].text for r in others for p in places])))


def _others(rows: list[SurveyRow], texts: list[str]) -> str:
    """What is said of those that aren't in a table; by name where they are few."""
    if not rows:
        return ""
    words = Counter(texts)
    said = " or ".join(text for text, _ in words.most_common())
    if len(rows) > _NAMED:
        return f"The other {len(rows)}: {said}."
    return f"{'; '.join(f'{row.authority} ({row.status_words})' for row in rows)}: {said}."

"""A result in the terminal: rich renderables, and nothing that a plain text file can't hold."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text

from simkit.output.answers.result import by_route
from simkit.output.answers.result.headline import answer
from simkit.output.answers.result.measures import Section, closing, heading, sections
from simkit.output.answers.result.published import beside, columns, only_published, peers
from simkit.output.answers.wording import amount, few, range_of, year_words
from simkit.output.render.terminal_tables import bullets, grid, pairs, stack
from simkit.study.notes import doubts
from simkit.study.result import Result

__all__ = ["render"]


_INTERVAL = (
    "95% interval: how sure the mean over the simulated years is; - where they are all alike, or one alone."
)
_ONE_YEAR = "One year: 8 in 10 simulated years lie within."


def render(result: Result) -> Group:
    """Everything that ``simkit run`` says about a result."""
    said = doubts(result)
    return stack(
        pairs(heading(result)),
        pairs((("Answer", answer(result)), *(("Caution", doubt) for doubt in said))),
        *(_section(section, year=not few(result)) for section in sections(result)),
        *_ranges(result),
        _beside(result),
        _routes(result),
        bullets("To know beside this", (note for note in result.notes if note not in said)),
        Group(*(Text(sentence) for sentence in closing(result))),
    )


def _ranges(result: Result) -> tuple[Text, ...]:
    """What the columns of ranges mean, where there are any."""
    if result.replications < 2:
        return ()
    return (Text(_INTERVAL if few(result) else f"{_INTERVAL} {_ONE_YEAR}", style="dim"),)


def _section(section: Section, *, year: bool) -> Group:
    rows = (
        (
            row.title,
            amount(row.estimate.value, row.estimate.unit),
            range_of(row.estimate),
            *((range_of(row.estimate, year=True),) if year else ()),
        )
        for row in section.rows
    )
    heads = ("", "value", "95% interval", *(("one year",) if year else ()))
    table = grid(section.title, heads, rows, right=len(heads) - 1)
    return Group(table, *(Text(note, style="dim") for note in section.notes)) if section.notes else table


def _beside(result: Result) -> Group:
    named = columns(result)
    heads = ("", "simulated", *named)
    rows = []
    for row in beside(result):
        if row.own is None and row.england is None:
            continue
        unit, figures = row.estimate.unit, (getattr(row, name) for name in named.values())
        said = ("-" if value is None else amount(value, unit) for value in figures)
        rows.append((row.estimate.title, amount(row.estimate.value, unit), *said))
    title = f"Beside the published figures of the {year_words(peers(result).year)}"
    table, only = grid(title, heads, rows, right=len(heads) - 1), only_published(result)
    return Group(table, Text(only, style="dim")) if only else table


def _routes(result: Result) -> Group:
    table = grid(
        by_route.title(result), by_route.heads(), by_route.rows(result), right=len(by_route.heads()) - 1
    )
    return Group(table, *(Text(note, style="dim") for note in by_route.few_note(result)))

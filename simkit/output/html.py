"""A result as a piece of HTML, for notebooks: heading, measures, figure, notes. All text is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from simkit.output.figures import durations, durations_alt, image
from simkit.output.summary import closing, heading, notes, sections
from simkit.output.wording import amount, few, range_of
from simkit.study.experiment import Result

__all__ = ["html"]


def html(result: Result) -> str:
    """The result as HTML without scripts, styles of its own or anything from outside."""
    parts = [_table("", (), heading(result))]
    year = not few(result)
    for section in sections(result):
        estimates = ((row.title, row.estimate) for row in section.rows)
        rows = (
            (
                title,
                amount(e.value, e.unit),
                range_of(e),
                *((range_of(e, year=True),) if year else ()),
            )
            for title, e in estimates
        )
        heads = ("Measure", "Value", "95% interval", *(("One year",) if year else ()))
        parts.append(_table(section.title, heads, rows))
        parts += [f"<p>{escape(note)}</p>" for note in section.notes]
    parts.append(_figure(result))
    parts.append("<ul>" + "".join(f"<li>{escape(note)}</li>" for note in notes(result)) + "</ul>")
    parts += [f"<p>{escape(sentence)}</p>" for sentence in closing(result)]
    return f"<div>{''.join(parts)}</div>"


def _table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(_row(row) for row in rows)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}{f'<thead><tr>{head}</tr></thead>' if head else ''}<tbody>{body}</tbody></table>"


def _row(row: Iterable[str]) -> str:
    first, *rest = row
    return (
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'
    )


def _figure(result: Result) -> str:
    from base64 import b64encode

    text = durations_alt(result)
    data = b64encode(image(durations(result), "png", text)).decode("ascii")
    return f'<img alt="{escape(text)}" src="data:image/png;base64,{data}" width="800">'

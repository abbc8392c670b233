"""Reports as HTML for notebooks: no scripts, nothing from outside, all text escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from html import escape

from simkit.common.blocks import (
    Cell,
    Facts,
    Items,
    Paragraph,
    Table,
    Text,
    Verbatim,
    leads_somewhere,
    lines_of,
)
from simkit.output.report.blocks import TO_KNOW, Picture, Report

_LEFT, _RIGHT = ' style="text-align:left;vertical-align:top"', ' style="text-align:right;vertical-align:top"'


def report_html(report: Report) -> str:
    """A report for a notebook: the answer, what puts it in doubt, its main figure, and the rest folded.

    Further figures are told in words: each is a picture of 40 KB, which a notebook keeps.
    """
    main = next(iter(report.pictures()), None)
    parts = [f"<p><strong>{escape(report.title)}</strong>{_under(report.standing or report.subtitle)}</p>"]
    parts += [f"<p><em>{escape(report.question)}</em></p>"] if report.question else []
    parts += [f"<p><strong>{_cell(report.answer)}</strong></p>"] if report.answer else []
    parts += [_block(Paragraph(f"Caution: {doubt}")) for doubt in report.doubts]
    parts += [_block(main)] if main else []
    for section in report.sections:
        blocks = "".join(
            _words(b) if isinstance(b, Picture) else _block(b) for b in section.blocks if b is not main
        )
        parts += [_folded(section.title, blocks)] if blocks else []
    if report.cautions:
        parts.append(f"<p><strong>{TO_KNOW}</strong></p>{_block(Items(report.cautions))}")
    repeat = f"To repeat it: {report.command}" if report.command else ""
    parts += [_block(Paragraph(line)) for line in (repeat, report.attribution, report.quality) if line]
    return f"<div>{''.join(parts)}</div>"


def _under(line: str) -> str:
    return f"<br>{escape(line)}" if line else ""


def _folded(title: str, inside: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{inside}</details>"


def _words(picture: Picture) -> str:
    return _folded(f"{picture.title}, in words", _block(Paragraph(picture.words)))


def _block(block: object) -> str:
    """Any block."""
    match block:
        case Paragraph(text):
            return f"<p>{_cell(text)}</p>"
        case Verbatim(text):
            return f"<pre>{escape(text)}</pre>"
        case Items(lines):
            return "<ul>" + "".join(f"<li>{_cell(line)}</li>" for line in lines) + "</ul>"
        case Facts(caption, rows):
            return _table(Table(caption, ("", ""), rows))
        case Table():
            return _table(block)
        case Picture():
            small = block.small
            address = data_address(small, "png") if small else data_address(block.svg, "svg+xml")
            return f'<img alt="{escape(block.alt)}" src="{address}" width="800">{_words(block)}'
    raise TypeError(f"No HTML of {type(block).__name__}.")


def _table(table: Table) -> str:
    """A table; the first cell of a row is its head, columns of numbers are set to the right."""
    count = len(table.heads)
    styles = [_RIGHT if n >= count - table.numbers else _LEFT for n in range(count)]
    pairs = zip(table.heads, styles, strict=True)
    heads = "".join(f'<th scope="col"{style}>{escape(head)}</th>' for head, style in pairs)
    caption = f'<caption style="text-align:left;font-weight:bold">{escape(table.caption)}</caption>'
    head_row = f"<thead><tr>{heads}</tr></thead>" if any(table.heads) else ""
    body = "".join(_row(row, styles) for row in table.rows)
    notes = "".join(_block(Paragraph(note)) for note in table.notes)
    top = caption if table.caption else ""
    return f'<table style="margin-bottom:1em">{top}{head_row}<tbody>{body}</tbody></table>{notes}'


def _row(row: Iterable[Cell], styles: list[str]) -> str:
    tags = ('th scope="row"', *("td",) * len(styles))
    cells = (f"<{t}{s}>{_cell(c)}</{t[:2]}>" for t, s, c in zip(tags, styles, row, strict=False))
    return f"<tr>{''.join(cells)}</tr>"


def _cell(cell: Cell) -> str:
    return "<br>".join("".join(map(_text, line)) for line in lines_of(cell))


def _text(text: Text) -> str:
    words = escape(text.words)
    if leads_somewhere(text):
        return f'<a href="{escape(str(text.link))}">{words}</a>'
    if text.change:
        tag = "del" if text.change == "gone" else "ins"
        return f"<{tag}>{words}</{tag}>"
    return f"<strong>{words}</strong>" if text.gap else words


def data_address(content: bytes, kind: str) -> str:
    """A figure as the address of an image: what is in the file can't run there or reach out."""
    return f"data:image/{kind};base64,{b64encode(content).decode('ascii')}"

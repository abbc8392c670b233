"""Frameworks, differences and problems as pieces of HTML, for notebooks."""

from __future__ import annotations

from html import escape

from simkit.framework.difference import Difference
from simkit.framework.framework import Framework
from simkit.framework.problem import Problems, Severity
from simkit.framework.wording import whose
from simkit.output.render.html import block, items, paragraph, table
from simkit.output.report.sections import commitments_section

__all__ = ["difference_html", "framework_html", "problems_html"]

# Told apart by word first. The words keep the notebook's own colour, since its ground may be dark; the edge
# beside them stands out from a light ground and from a dark one.
_EDGES = {Severity.ERROR: "#d55e00", Severity.QUERY: "#b07d00", Severity.NOTE: "#2c8ccb"}


def framework_html(framework: Framework) -> str:
    """Whose framework it is, what it says about time, what is not known of it."""
    parts = [f"<p><strong>{escape(framework.title)}</strong><br>{escape(whose(framework))}</p>"]
    parts += [block(each) for each in commitments_section(framework).blocks]
    parts.append(
        paragraph(
            f"{len(framework.assumed())} numbers of its simulation are assumptions. Stands on: "
            f"{', '.join(framework.layers)}."
        )
    )
    return f"<div>{''.join(parts)}</div>"


def problems_html(problems: Problems) -> str:
    """Each problem with its place and what to write instead."""
    if not problems:
        return "<div><p>No problems.</p></div>"
    counts = ", ".join(
        f"{len(found)} {one if len(found) == 1 else many}"
        for found, one, many in (
            (problems.errors, "error", "errors"),
            (problems.queries, "query", "queries"),
            (problems.notes, "note", "notes"),
        )
    )
    top = "text-align:left;vertical-align:top"
    rows = "".join(
        "<tr>"
        f'<th scope="row" style="{top};border-left:4px solid {_EDGES[p.severity]}">'
        f"{escape(p.severity.value)} {escape(p.code)}</th>"
        f'<td style="{top}">{escape(str(p.place))}</td>'
        f'<td style="{top}">{escape(p.message)}'
        f'<br><span style="white-space:pre-wrap">{escape(p.hint)}</span></td>'
        "</tr>"
        for p in problems
    )
    heads = "".join(
        f'<th scope="col" style="text-align:left">{head}</th>' for head in ("Problem", "Where", "What to do")
    )
    return (
        f"<div><p><strong>{counts}</strong></p>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def difference_html(difference: Difference) -> str:
    """What differs in commitments, then in the simulation's numbers, then what is not known."""
    before, after = difference.labels
    parts = [paragraph(f"From: {difference.said[0]}. To: {difference.said[1]}.")]
    if difference.rows:
        rows = [(row.what, row.before, row.after) for row in difference.rows]
        parts.append(table("Commitments that differ", ("What", before, after), rows))
    else:
        parts.append(
            paragraph("No difference is known in timescales, reviews, priorities, roles or protocol.")
        )
    if difference.model:
        rows = [(row.what, row.before, row.after) for row in difference.model]
        parts.append(table("For the simulation only", ("What", before, after), rows))
    unknown = [
        f"Not known of {label}: {', '.join(name.replace('_', ' ') for name in names)}."
        for label, names in zip(difference.labels, difference.not_known, strict=True)
        if names
    ]
    if unknown:
        parts.append(items(unknown))
    return f"<div>{''.join(parts)}</div>"

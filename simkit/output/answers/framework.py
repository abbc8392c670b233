"""A framework in the terminal and in a notebook, with its problems and differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape

from rich.console import Group, RenderableType
from rich.text import Text

from simkit.framework.check import FrameworkFile
from simkit.framework.difference import Difference
from simkit.framework.framework import Framework, Number, Origin, Review, Timescale
from simkit.framework.pathway_text import pathway_text, steps_text
from simkit.framework.problem import Problems, Severity
from simkit.framework.vocabulary import EVENTS, PROTOCOL_ELEMENTS, PROTOCOL_EXTRAS
from simkit.framework.wording import (
    counting_words,
    dates_words,
    review_words,
    role_title,
    terms_words,
    timescale_words,
    whose,
)
from simkit.output.answers.provenance import under
from simkit.output.answers.wording import not_known_words
from simkit.output.render.html import block, items, paragraph, table
from simkit.output.render.terminal_tables import grid, pairs, stack
from simkit.output.report.sections import commitments_section

__all__ = ["difference_html", "framework_html", "overview", "part", "problems_html"]

_LONGEST = 200  # characters of a protocol's text
# A coloured edge marks the severity, visible on a light and a dark ground. Words keep the notebook's colour.
_EDGES = {Severity.ERROR: "#d55e00", Severity.QUERY: "#b07d00", Severity.NOTE: "#2c8ccb"}


def overview(framework: Framework) -> Group:
    """The whole framework, section by section, with the file and line of each value."""
    return stack(
        pairs(_head(framework)),
        _timescales(framework, "Timescales", framework.timescales.values()),
        *_others(framework),
        *_reviews(framework),
        *_priorities(framework),
        *_protocol(framework),
        Text("The pathway", style="bold"),
        Text(pathway_text(framework)),
        Text("The work that is simulated: assumptions, nobody's commitment", style="bold"),
        Text(steps_text(framework)),
        Text(_numbers_hint(framework)),
    )


def part(file: FrameworkFile, path: str) -> Group:
    """One part of it: every value at and below the path."""
    values, framework = under(file, path), file.framework
    prefix = path.strip().strip(".")
    title = f"{framework.title}: {prefix}"
    numbers = [n for n in framework.acting_numbers() if f"model.{n.path}.".startswith(f"{prefix}.")]
    if numbers:
        rows = ((n.title, _value(n), _range(n), _basis(framework, n), str(n.origin)) for n in numbers)
        return grid(title, ("number", "value", "range", "rests on", "from"), rows)
    return grid(title, ("path", "value", "from"), ((v.path, v.value, str(v.origin)) for v in values))


def _head(framework: Framework) -> list[tuple[str, str]]:
    lines = [
        ("Framework", whose(framework)),
        ("Title", framework.title),
        ("Codes", ", ".join(code for code in (framework.la_code, framework.gss_code) if code)),
        ("In force", dates_words(framework.in_force)),
        ("Counting", counting_words(framework.counting)),
        (
            "Answers",
            "; ".join(f"{path.replace('_', ' ')}: {word}" for path, word in framework.answers.items()),
        ),
        ("Stands on", ", ".join(layer for layer in framework.layers if layer != framework.name)),
        ("Not known", "; ".join(not_known_words(framework, name) for name in framework.not_known)),
    ]
    return [(label, text) for label, text in lines if text]


def _timescales(framework: Framework, title: str, timescales: Iterable[Timescale]) -> RenderableType:
    order = {event: number for number, event in enumerate(EVENTS)}
    last = len(order)  # events of the file's own
    rows = (
        (
            t.title,
            "; ".join((timescale_words(t), *terms_words(framework, t), *_dates(t))),
            "national" if t.national else "local",
            _rests_on(framework, t),
            _line(t.origin),
        )
        for t in sorted(timescales, key=lambda t: (order.get(t.start, last), order.get(t.end, last)))
    )
    return grid(title, ("", "", "set", "rests on", "line"), rows)


def _rests_on(framework: Framework, each: Timescale | Review) -> str:
    """The instrument or the source, and how far it was read and when it was published."""
    whose_law = each.authority or framework.sources.get(each.source or "", {}).get("title", "")
    if each.carried_over is not None:
        return f"{whose_law}; not read of this edition"
    read = " ".join(str(word) for word in (each.strength, each.year) if word)
    assumed = f"assumed: {', '.join(each.assumptions)}" if each.assumptions else ""
    return "; ".join(part for part in (whose_law, read, assumed) if part)


def _dates(timescale: Timescale) -> tuple[str, ...]:
    return (dates_words(timescale.in_force),) if timescale.in_force else ()


def _others(framework: Framework) -> list[RenderableType]:
    """Timescales that do not apply: past ones, and those that a dispensation sets aside."""
    groups = (
        ("Timescales of another time, not in force and not simulated", framework.historical),
        ("National timescales set aside by a dispensation", framework.set_aside),
    )
    return [_timescales(framework, title, timescales.values()) for title, timescales in groups if timescales]


def _reviews(framework: Framework) -> list[RenderableType]:
    rows = [
        (
            r.title,
            role_title(framework, r.by),
            review_words(framework, r),
            _rests_on(framework, r),
            _line(r.origin),
        )
        for r in framework.reviews.values()
    ]
    return [grid("Reviews", ("", "by", "when", "rests on", "line"), rows)] if rows else []


def _priorities(framework: Framework) -> list[RenderableType]:
    rows = []
    for name, entry in framework.priorities.items():
        reviews = (f"{key.replace('_', ' ')}: {text}" for key, text in entry.items() if key != "title")
        line = _line(framework.origins.get(f"priorities.{name}"))
        rows.append((entry.get("title", name), ", ".join(reviews), line))
    return [grid("Priorities", ("", "reviews", "line"), rows)] if rows else []


def _protocol(framework: Framework) -> list[RenderableType]:
    titles = {name: element.title for name, element in (*PROTOCOL_EXTRAS.items(), *PROTOCOL_ELEMENTS.items())}
    rows = []
    for name, entry in framework.protocol.items():
        text = " ".join((entry.get("text") or entry.get("note") or "").split())
        short = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
        title = entry.get("title") or titles.get(name, name.replace("_", " "))
        rows.append((title, short, entry.get("owner", ""), _line(framework.origins.get(f"protocol.{name}"))))
    return [grid("Protocol", ("", "text", "owner", "line"), rows)] if rows else []


def _numbers_hint(framework: Framework) -> str:
    numbers = framework.acting_numbers()
    count = Counter(number.basis for number in numbers)
    return (
        f"The simulation rests on {len(numbers)} numbers: {count['assumption']} assumptions, "
        f"{count['fitted']} fitted to published figures, {count['source']} with a source. "
        f"To see them: simkit show {framework.name} model"
    )


def _line(origin: Origin | None) -> str:
    """The file without its folder, and the line."""
    return f"{origin.file.rpartition('/')[2]}:{origin.line}" if origin is not None else ""


def _value(number: Number) -> str:
    if number.unit == "share":
        return f"{100 * number.value:g}%"
    if number.unit == "number":
        return f"{number.value:g}"
    return f"{number.value:g} {number.unit[:-1] if number.value == 1 else number.unit}"


def _range(number: Number) -> str:
    if number.unit == "share":
        return f"{100 * number.low:g}% to {100 * number.high:g}%"
    return f"{number.low:g} to {number.high:g}"


def _basis(framework: Framework, number: Number) -> str:
    if number.basis == "source":
        return f"Source: {framework.sources.get(number.note, {}).get('title', number.note)}"
    return f"{number.basis.capitalize()}: {number.note}"


def framework_html(framework: Framework) -> str:
    """The framework's owner, its timescales and reviews, and what is not known about it."""
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
    """Each problem with its place and its fix."""
    if not problems:
        return "<div><p>No problems.</p></div>"
    counts = ", ".join(
        f"{len(group)} {one if len(group) == 1 else many}"
        for group, one, many in (
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
    """Differences in commitments, then in the simulation's numbers, then what is not known."""
    before, after = difference.labels
    parts = [paragraph(f"From: {difference.descriptions[0]}. To: {difference.descriptions[1]}.")]
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

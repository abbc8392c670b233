"""A framework as a report, plain data, tables and a figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Facts, Paragraph, Section, Table, Verbatim
from simkit.common.display import vars_of
from simkit.framework.check import FrameworkFile
from simkit.framework.framework import Framework, Number, Origin, Review, Timescale
from simkit.framework.pathway_text import pathway_text, steps_text
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
from simkit.output.report.blocks import Report

if TYPE_CHECKING:
    import pandas as pd

_NOT_KNOWN = "Not known means not found in what was read: it does not mean that there is none."
_LONGEST = 400  # characters of a text


def report(framework: Framework) -> Report:
    """The whole framework, section by section, with the file and line of each value."""
    local = sum(not each.national for each in framework.timescales.values())
    sections = (
        Section("The framework", (Facts("The framework", tuple(_head(framework))),)),
        Section("Timescales", (_timescales(framework, "Timescales", framework.timescales.values()),)),
        *_others(framework),
        *_reviews(framework),
        *_priorities(framework),
        *_protocol(framework),
        *_more(framework),
        Section("The pathway", (Verbatim(pathway_text(framework)),)),
        Section(
            "The simulated work: assumptions, not commitments",
            (Verbatim(steps_text(framework)), Paragraph(_numbers_hint(framework))),
        ),
    )
    return Report(
        kind="show",
        title=framework.title,
        standing=f"{whose(framework)}.",
        answer=(
            f"{len(framework.timescales)} timescales, {local} of them local; "
            f"{len(framework.reviews)} review{'' if len(framework.reviews) == 1 else 's'}; "
            f"{len(framework.assumed())} numbers of its simulation are assumptions."
        ),
        sections=sections,
        cautions=(_NOT_KNOWN,) if framework.not_known else (),
    )


def data(framework: Framework) -> dict[str, Any]:
    """The framework as plain data, everything inherited included."""
    return vars_of(framework)


def tables(framework: Framework) -> dict[str, pd.DataFrame]:
    """Its timescales, its reviews and the numbers of its simulation."""
    import pandas as pd

    from simkit.output.answers.result.tables import numbers

    timescales = [
        {
            "id": each.id,
            "title": each.title,
            "words": timescale_words(each),
            "set": "national" if each.national else "local",
            "source": each.strength or "",
            "line": str(each.origin),
        }
        for each in framework.timescales.values()
    ]
    reviews = [
        {"id": name, "title": each.title, "by": each.by, "words": review_words(framework, each)}
        for name, each in framework.reviews.items()
    ]
    frames = {"timescales": pd.DataFrame(timescales), "reviews": pd.DataFrame(reviews)}
    return {**frames, "numbers": numbers(framework)}


def part(file: FrameworkFile, path: str) -> Table:
    """One part of it: every value at and below the path."""
    values, framework = under(file, path), file.framework
    prefix = path.strip().strip(".")
    title = f"{framework.title}: {prefix}"
    numbers = [n for n in framework.acting_numbers() if f"model.{n.path}.".startswith(f"{prefix}.")]
    if numbers:
        rows = ((n.title, _value(n), _range(n), _basis(framework, n), str(n.origin)) for n in numbers)
        return Table(title, ("number", "value", "range", "rests on", "from"), tuple(rows))
    return Table(title, ("path", "value", "from"), tuple((v.path, v.value, str(v.origin)) for v in values))


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
        ("Based on", ", ".join(layer for layer in framework.layers if layer != framework.name)),
        ("Not known", "; ".join(not_known_words(framework, name) for name in framework.not_known)),
    ]
    return [(label, text) for label, text in lines if text]


def _timescales(framework: Framework, title: str, timescales: Iterable[Timescale]) -> Table:
    order = {event: number for number, event in enumerate(EVENTS)}
    last = len(order)  # events of the file's own
    rows = tuple(
        (
            t.title,
            "; ".join((timescale_words(t), *terms_words(framework, t), *_dates(t))),
            "national" if t.national else "local",
            _rests_on(framework, t),
            _line(t.origin),
        )
        for t in sorted(timescales, key=lambda t: (order.get(t.start, last), order.get(t.end, last)))
    )
    return Table(title, ("", "", "set", "rests on", "line"), rows)


def _rests_on(framework: Framework, each: Timescale | Review) -> str:
    """The instrument or the source, and how far it was read and when it was published."""
    whose_law = each.authority or framework.sources.get(each.source or "", {}).get("title", "")
    if each.carried_over is not None:
        return f"{whose_law}; not read for this edition"
    read = " ".join(str(word) for word in (each.strength, each.year) if word)
    assumed = f"assumed: {', '.join(each.assumptions)}" if each.assumptions else ""
    return "; ".join(part for part in (whose_law, read, assumed) if part)


def _dates(timescale: Timescale) -> tuple[str, ...]:
    return (dates_words(timescale.in_force),) if timescale.in_force else ()


def _others(framework: Framework) -> list[Section]:
    """Timescales that do not apply: past ones, and those that a dispensation sets aside."""
    groups = (
        ("Timescales of another time, not in force and not simulated", framework.historical),
        ("National timescales set aside by a dispensation", framework.set_aside),
    )
    return [
        Section(title, (_timescales(framework, title, timescales.values()),))
        for title, timescales in groups
        if timescales
    ]


def _reviews(framework: Framework) -> list[Section]:
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
    return (
        [Section("Reviews", (Table("Reviews", ("", "by", "when", "rests on", "line"), tuple(rows)),))]
        if rows
        else []
    )


def _priorities(framework: Framework) -> list[Section]:
    rows = []
    for name, entry in framework.priorities.items():
        reviews = (f"{key.replace('_', ' ')}: {text}" for key, text in entry.items() if key != "title")
        line = _line(framework.origins.get(f"priorities.{name}"))
        rows.append((entry.get("title", name), ", ".join(reviews), line))
    return (
        [Section("Priorities", (Table("Priorities", ("", "reviews", "line"), tuple(rows)),))] if rows else []
    )


def _protocol(framework: Framework) -> list[Section]:
    titles = {name: element.title for name, element in (*PROTOCOL_EXTRAS.items(), *PROTOCOL_ELEMENTS.items())}
    rows = []
    for name, entry in framework.protocol.items():
        short = _short(entry.get("text") or entry.get("note") or "")
        title = entry.get("title") or titles.get(name, name.replace("_", " "))
        rows.append((title, short, entry.get("owner", ""), _line(framework.origins.get(f"protocol.{name}"))))
    return (
        [Section("Protocol", (Table("Protocol", ("", "text", "owner", "line"), tuple(rows)),))]
        if rows
        else []
    )


def _more(framework: Framework) -> list[Section]:
    """What has no section of its own, such as a protocol's headings; of many authorities, all we know."""
    title = "Further matters"
    rows = []
    for name, entry in framework.more.items():
        parts = entry if isinstance(entry, Mapping) else {"text": entry}
        said = "; ".join(_flat({k: v for k, v in parts.items() if k not in ("title", "source")}))
        rows.append((str(parts.get("title", name.replace("_", " "))), _short(said)))
    return [Section(title, (Table(title, ("", "text"), tuple(rows)),))] if rows else []


def _flat(value: object) -> Iterator[str]:
    """The texts of an entry, each after its name in the file, if it has one."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            ahead = "" if name in ("text", "note") else f"{str(name).replace('_', ' ')}: "
            yield f"{ahead}{'; '.join(_flat(inner))}"
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _flat(inner)
    else:
        yield str(value)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 3]}..."


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

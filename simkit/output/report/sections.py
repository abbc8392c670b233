"""Sections that reports of all kinds share: the framework, differences, checks, assumptions, sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simkit.data import sources as published_sources
from simkit.framework.difference import difference
from simkit.framework.framework import Framework, Number
from simkit.framework.wording import review_words, role_title, strength_words, terms_words, timescale_words
from simkit.output.answers.wording import not_known_words
from simkit.output.report.blocks import Block, Cell, Items, Link, Paragraph, Section, Table

__all__ = [
    "Check",
    "assumptions_section",
    "checks_section",
    "commitments_section",
    "difference_section",
    "number_words",
    "sources_section",
]


@dataclass(frozen=True, slots=True)
class Check:
    """A check of a result: what was checked, whether it passed, and the details."""

    what: str
    passed: bool
    details: str


def number_words(value: float, unit: str) -> str:
    """A modelling number as people write it, about three figures: ``38%``, ``444 minutes``."""
    if unit == "share":
        return f"{_short(100 * value)}%"
    if unit == "number":
        return _short(value)
    return f"{_short(value)} {unit.removesuffix('s') if value == 1 else unit}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"


def commitments_section(framework: Framework) -> Section:
    """What the framework says about time: its timescales and reviews, and whose each is."""
    rows: list[tuple[Cell, ...]] = [
        (
            clock.title,
            "; ".join((timescale_words(clock), *terms_words(framework, clock))),
            "national" if clock.national else "local",
        )
        for clock in framework.timescales.values()
    ]
    rows += [
        (
            review.title,
            f"{review_words(framework, review)}, by the {role_title(framework, review.by)}",
            "national" if review.layer.startswith("national/") else "local",
        )
        for review in framework.reviews.values()
    ]
    rows.sort(key=lambda row: row[-1] != "local")
    blocks: list[Block] = [
        Table(
            "Timescales and reviews that were simulated or checked", ("What", "Words", "Whose"), tuple(rows)
        )
    ]
    if framework.not_known:
        unknown = "; ".join(not_known_words(framework, name) for name in framework.not_known)
        blocks.append(
            Paragraph(f"Not known of this framework, which does not mean that there is none: {unknown}.")
        )
    return Section("The framework: what it says about time", tuple(blocks))


def difference_section(
    before: Framework, after: Framework, title: str = "What differs", labels: tuple[str, str] | None = None
) -> Section:
    """The differences between two frameworks in words. ``labels``: what to call the two."""
    differing = difference(before, after)
    labels = labels or differing.labels
    rows = tuple((row.what, row.before, row.after) for row in differing.rows)
    blocks: list[Block] = []
    if differing.descriptions[0] != differing.descriptions[1]:
        blocks.append(Paragraph(f"From: {differing.descriptions[0]}. To: {differing.descriptions[1]}."))
    if rows:
        blocks.append(Table("Commitments that differ", ("What", *labels), rows))
    else:
        blocks.append(
            Paragraph("No difference is known in timescales, reviews, priorities, roles or protocol.")
        )
    model = tuple((row.what, row.before, row.after) for row in differing.model)
    if model:
        blocks.append(Table("Numbers of the simulation that differ", ("What", *labels), model))
    unknown = tuple(
        f"Not known of {label}: {', '.join(name.replace('_', ' ') for name in names)}."
        for label, names in zip(labels, differing.not_known, strict=True)
        if names and differing.names[0] != differing.names[1]
    )
    if unknown:
        blocks.append(Items(unknown))
    return Section(title, tuple(blocks))


def checks_section(checks: Iterable[Check]) -> Section:
    """The checks with their results."""
    rows = tuple((check.what, "yes" if check.passed else "no", check.details) for check in checks)
    return Section(
        "The checks that were made", (Table("Checks", ("What was looked at", "Held", "Found"), rows),)
    )


def assumptions_section(framework: Framework) -> Section:
    """The numbers without a source, and those that are fitted or have one."""
    numbers = framework.numbers.values()
    assumed = tuple(_assumed(n, framework) for n in numbers if n.basis == "assumption")
    other = tuple(_assumed(n, framework) for n in numbers if n.basis != "assumption")
    blocks: list[Block] = [
        Paragraph(
            f"{len(assumed)} numbers behind the simulation rest on no source. Each has a range in which "
            "it may lie and the reason for its value. What an answer hangs on: simkit sensitivity."
        ),
        Table("Assumptions", ("Number", "Why", "Value", "Range"), assumed, numbers=2),
    ]
    if other:
        blocks.append(
            Table(
                "Numbers that have a source or were fitted to published figures",
                ("Number", "Source, or what it was fitted to", "Value", "Range"),
                other,
                numbers=2,
            )
        )
    return Section(f"Assumptions: {len(assumed)}", tuple(blocks), appendix=True)


def _assumed(number: Number, framework: Framework) -> tuple[Cell, ...]:
    why = number.note
    if number.basis == "source":
        why = framework.sources.get(number.note, {}).get("title", number.note)
    low = number_words(number.low, "share" if number.unit == "share" else "number")
    high = number_words(number.high, number.unit)
    return number.title, why, number_words(number.value, number.unit), f"{low} to {high}"


def sources_section(*frameworks: Framework) -> Section:
    """Where the frameworks' values and the published figures come from."""
    cited = {
        (key, framework.sources[key]["title"]): framework.sources[key]
        for framework in frameworks
        for key in _cited(framework)
        if "title" in framework.sources.get(key, {})
    }
    documents = tuple(
        (
            _leading(source["title"], source.get("link", "")),
            str(source.get("year", "")),
            strength_words(source.get("strength")),
        )
        for source in cited.values()
    )
    tables = tuple(
        (
            f"{source['publication']}, table {source['published_table']}",
            f"{source['from_year']} to {source['to_year']}",
            f"{source['publisher']}; {source['licence']}",
        )
        for source in published_sources()
    )
    blocks: list[Block] = []
    if documents:
        blocks.append(
            Table("Behind the framework's values", ("Source", "Year", "How it was used"), documents)
        )
    blocks.append(Table("Published figures", ("Table", "Years", "Publisher and licence"), tables))
    return Section("Sources", tuple(blocks), appendix=True)


def _cited(framework: Framework) -> tuple[str, ...]:
    """The sources that something in the framework names, each once."""
    used = [clock.source for clock in framework.timescales.values()]
    used += [review.source for review in framework.reviews.values()]
    used += [number.note for number in framework.numbers.values() if number.basis == "source"]
    return tuple(dict.fromkeys(key for key in used if key is not None))


def _leading(words: str, address: str) -> Cell:
    return Link(words, address) if address.startswith(("https://", "http://")) else words

"""Sections that reports of all kinds share: the framework, differences, checks, assumptions, sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simkit.common.blocks import Block, Cell, Paragraph, Section, Table, Text
from simkit.data import sources as published_sources
from simkit.framework.framework import Framework, Number
from simkit.framework.wording import (
    number_words,
    review_words,
    role_title,
    strength_words,
    terms_words,
    timescale_words,
)
from simkit.output.answers.wording import not_known_words


@dataclass(frozen=True, slots=True)
class Check:
    """A check of a result: what was checked, whether it passed, and the details."""

    what: str
    passed: bool
    details: str


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
    return Section("The framework: what it says about time", tuple(blocks), appendix=True)


def checks_section(checks: Iterable[Check]) -> Section:
    """The checks with their results."""
    rows = tuple((check.what, "yes" if check.passed else "no", check.details) for check in checks)
    table = Table("Checks", ("What was looked at", "Held", "Found"), rows)
    return Section("The checks that were made", (table,), appendix=True)


def assumptions_section(framework: Framework) -> Section:
    """The numbers without a source, and those that are fitted or have one."""
    numbers = framework.numbers.values()
    assumed = tuple(_assumed(n, framework) for n in framework.assumed())
    measured = tuple(_assumed(n, framework) for n in framework.measured())
    other = tuple(_assumed(n, framework) for n in numbers if n.basis not in ("assumption", "measured"))
    blocks: list[Block] = [
        Paragraph(
            f"{len(assumed)} numbers of the simulation have no source. Each has a range and a reason for "
            "its value. To see which of them an answer depends on: simkit sensitivity."
        ),
        Table("Assumptions", ("Number", "Why", "Value", "Range"), assumed, numbers=2),
    ]
    if measured:
        heads = ("Number", "Where it comes from", "Value", "95% interval")
        blocks.append(Table("Numbers from own data, no longer assumptions", heads, measured, numbers=2))
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
            Table("Sources of the framework's values", ("Source", "Year", "How it was used"), documents)
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
    return Text(words, link=address) if address.startswith(("https://", "http://")) else words

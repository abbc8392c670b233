"""Sides on their own authorities' caseloads, as a report, plain data, tables and a figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Cell, Paragraph, Section, Table, filled
from simkit.common.text import listed, lower_first, upper_first
from simkit.data import attribution
from simkit.output.answers.comparison.report import headline_cells
from simkit.output.answers.comparison.sentences import (
    ON_ITS_OWN,
    cautions,
    from_to,
    level_words,
    published_notes,
    span,
)
from simkit.output.answers.comparison.tables import data as comparison_data
from simkit.output.answers.comparison.tables import tables as comparison_tables
from simkit.output.answers.wording import QUALITY, year_words
from simkit.output.report.blocks import Report
from simkit.output.report.sections import assumptions_section, sources_section
from simkit.study.compare.at_home import AtHome, AtHomes
from simkit.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_OWN_PRACTICE = (
    "Each row has the caseload and practice of that authority in the year named, years after the trials: it "
    "is not "
    "what happened then."
)
_EACH = "each authority's"


def report(answer: AtHomes) -> Report:
    """The report: a row an authority."""
    first = answer.first.arms[0].label
    years = _years(answer)
    rows: list[tuple[Cell, ...]] = []
    for home in answer.homes:
        found = home.comparison
        published = "-" if home.published is None else f"{home.published:.1f}%"
        cells = headline_cells(found, 1)
        name = home.authority if len(years) == 1 else f"{home.authority}, {_year_of(home)}"
        rows.append((name, "-" if found.overfull[0] else level_words(found, 0), *cells, published))
    heads = (
        "",
        first,
        "its own rules",
        "difference, points",
        "varying what is not known",
        "",
        "published in time",
    )
    year = year_words(years[0]) if len(years) == 1 else "each authority's latest year to 31 March"
    title = f"Children over 45 working days from referral, {year}"
    if any(home.published is not None for home in answer.homes):
        title += "; last column: published within 45 working days"
    notes = dict.fromkeys(note for home in answer.homes for note in published_notes(home.comparison))
    table = filled(Table(title, heads, tuple(rows), 6, tuple(notes)))
    return Report(
        kind="compare",
        title=f"{answer.title}: each on its own authority's caseload",
        subtitle=f"{upper_first(year)}, staff worked out by the model",
        standing=f"{upper_first(year)}, staff worked out by the model, not the authorities' own",
        question=answer.question,
        answer=_answer(answer),
        cautions=(_OWN_PRACTICE, *answer.left_out, *_cautions(answer)),
        sections=(
            Section("Over 45 working days from referral", (table,)),
            _assumptions(answer),
            sources_section(*(home.comparison.host.framework for home in answer.homes)),
        ),
        command=answer.command,
        attribution=attribution(),
        quality=QUALITY,
    )


def _year_of(home: AtHome) -> int:
    return home.comparison.host.profile.year


def _years(answer: AtHomes) -> tuple[int, ...]:
    """The years of the caseloads, each once: the latest of an authority may be another's earlier one."""
    return tuple(sorted(set(map(_year_of, answer.homes))))


def _cautions(answer: AtHomes) -> Iterator[str]:
    """What a reader must know, each sentence once, with the authorities that it is about.

    A sentence names its authority, or says "each authority's" where the same is true of all.
    """
    if len(answer.homes) == 1:
        yield from _said(answer.homes[0])
        return
    told: dict[str, dict[str, str]] = {}
    places: dict[str, int] = {}
    for home in answer.homes:
        for place, words in enumerate(_said(home)):
            shared = _of_each(words, home)
            told.setdefault(shared, {})[home.authority] = words
            places[shared] = max(place, places.get(shared, 0))
    for shared in sorted(told, key=places.__getitem__):
        whose = told[shared]
        if len(whose) == len(answer.homes):
            yield shared
        elif len(whose) > 1:
            yield f"{listed(whose)}: {lower_first(shared)}"
        else:
            ((name, words),) = whose.items()
            yield words if name in words else f"{name}: {lower_first(words)}"


def _said(home: AtHome) -> Iterator[str]:
    """What a reader must know of one comparison, without the advice to do what was done here."""
    return (each.removesuffix(ON_ITS_OWN) for each in cautions(home.comparison))


def _of_each(words: str, home: AtHome) -> str:
    """A sentence about one authority, as it is said of each."""
    own = home.comparison.host.name
    return words.replace(f"{home.authority}'s", _EACH).replace(
        f"simkit sensitivity {own}", "simkit sensitivity NAME, with the name of an authority"
    )


def _assumptions(answer: AtHomes) -> Section:
    """The numbers of the first authority, and that it is the first's."""
    section = assumptions_section(answer.first.host.framework)
    if len(answer.homes) == 1:
        return section
    whose = Paragraph(
        f"These are the numbers for {answer.homes[0].authority}. Those fitted to published figures are "
        "others for each authority. To see them: simkit show NAME model."
    )
    return replace(section, blocks=(whose, *section.blocks))


def _answer(answer: AtHomes) -> str:
    homes, first = answer.homes, answer.first.arms[0].label
    settled = [home for home in homes if home.comparison.settled(0)]
    ends = [span(home.comparison, 0) for home in homes]
    known = [end for end in ends if end[0] == end[0]]
    if not known:
        return "No figure: there is more work than hours in every one of them."
    low, high = min(end[0] for end in known), max(end[1] for end in known)
    return (
        f"Evidence settles the difference from {first} for {len(settled)} of {len(homes)} authorities. Over "
        f"everything tried: {from_to(low, high)}."
    )


def data(answer: AtHomes) -> dict[str, Any]:
    """Every comparison as plain data, by the code of its authority."""
    return {
        "simkit": "comparisons-at-home/1",
        "title": answer.title,
        "question": answer.question,
        "answer": _answer(answer),
        "authorities": {
            home.la_code: {
                "authority": home.authority,
                "published_within_45_days_pct": home.published,
                "comparison": comparison_data(home.comparison),
            }
            for home in answer.homes
        },
        "left_out": list(answer.left_out),
        "command": answer.command,
        "attribution": attribution(),
        "quality": QUALITY,
        "version": __version__,
    }


def tables(answer: AtHomes) -> dict[str, pd.DataFrame]:
    """The tables of the comparisons, one below the other."""

    import pandas as pd

    every = [comparison_tables(home.comparison) for home in answer.homes]
    names = dict.fromkeys(name for tables_ in every for name in tables_)
    return {name: pd.concat([t[name] for t in every if name in t], ignore_index=True) for name in names}


def figure(answer: AtHomes) -> Figure:
    """The differences from the first side, a row an authority."""
    from simkit.output.answers.comparison.figures import captioned, spans_of
    from simkit.output.figures import differences

    spans = [
        replace(span, label=home.authority)
        for home in answer.homes
        for span in spans_of(home.comparison, ("",))
    ]
    settled, first = sum(span.settled for span in spans), answer.first.arms[0].label
    title = (
        f"Children over 45 working days from referral: {settled} of {len(spans)} differences from {first} "
    )
    under = "Each on its own authority's caseload, compared with its share under the first rules, in points"
    return differences(spans, "points", captioned(answer.first, f"{title}are settled", under))

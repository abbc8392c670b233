"""All authorities side by side: each local timescale and review as a value, ``none set`` or ``not known``.

Columns are what commitments are about, not what an authority calls them. National timescales can be added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from simkit.common.arguments import checked_arguments
from simkit.common.display import Answer
from simkit.data import authorities
from simkit.framework.amount import Amount, Unit
from simkit.framework.check import Names, given_each, load_each
from simkit.framework.equivalence import (
    Concept,
    answer,
    concept_of,
    is_local,
    review_concepts,
)
from simkit.framework.framework import Framework, Review, Timescale
from simkit.framework.vocabulary import ANSWERS, NONE_SET, NOT_KNOWN
from simkit.framework.wording import dates_words, review_words, terms_words, timescale_words

_PAST = Concept("no_longer_in_force", "No longer in force")
_STATUS = {
    "draft": "draft, not agreed",
    "consultation": "for consultation, not agreed",
    "superseded": "no longer in force",
}
_SHORT = {
    Unit.MINUTES: "min",
    Unit.HOURS: "h",
    Unit.WORKING_DAYS: "wd",
    Unit.CALENDAR_DAYS: "cd",
    Unit.WEEKS: "wk",
    Unit.MONTHS: "mth",
    Unit.YEARS: "yr",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that frameworks may set. ``group`` is timescales, reviews, national or past."""

    id: str
    title: str
    group: str
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cell:
    """What one framework sets: in words and, for a figure, short. Without a value ``text`` says why.

    ``days``: its numbers in working days, in their order. ``nation``: the national number of the same
    commitment, in working days, None where there is none.
    """

    text: str
    short: str = ""
    days: tuple[float, ...] = ()
    nation: float | None = None

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.text not in ANSWERS


@dataclass(frozen=True, slots=True)
class SurveyValue:
    """One local timescale or review: what it says, whose word it is, and where and how far that was read.

    ``assumed`` are the parts that its source leaves open, ``year`` is that of the source; all of it is text.
    """

    la_code: str
    la_name: str
    framework: str
    about: str
    value: str
    as_printed: str
    authority: str
    read_in: str
    strength: str
    year: str
    assumed: str


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One framework with its cells, in the order of the columns.

    ``values`` are its local timescales and reviews, each with its source.
    """

    name: str
    authority: str
    la_code: str
    gss_code: str
    status: str
    edition: str
    cells: tuple[Cell, ...]
    headings_only: bool = False
    values: tuple[SurveyValue, ...] = ()

    @property
    def former(self) -> bool:
        """Whether its authority no longer exists."""
        every = authorities()
        latest = max(each.last_year for each in every)
        return any(each.la_code == self.la_code and each.last_year < latest for each in every)

    @property
    def status_words(self) -> str:
        """Its status in words: ``draft, not agreed``."""
        return _STATUS.get(self.status, self.status.replace("_", " "))

    def has(self, columns: Iterable[Column], *groups: str) -> bool:
        """Whether it has a value in a column of one of these groups."""
        pairs = zip(columns, self.cells, strict=True)
        return any(cell.known for column, cell in pairs if column.group in groups)


@dataclass(frozen=True, eq=False)
class Survey(Answer):
    """Frameworks as rows, what they may set as columns."""

    columns: tuple[Column, ...]
    rows: tuple[SurveyRow, ...]

    def with_values(self) -> tuple[SurveyRow, ...]:
        """The rows with at least one local timescale or review, of today or of the past."""
        return tuple(row for row in self.rows if row.has(self.columns, "timescales", "reviews", "past"))

    def counts(self) -> dict[str, int]:
        """How many frameworks are known how well; each is in one group."""
        kinds = ("values", "past", "headings", "own", "drafts", "nothing", "starters")
        counts = dict.fromkeys(kinds, 0)
        for row in self.rows:
            counts[self._kind(row)] += 1
        return counts

    def _kind(self, row: SurveyRow) -> str:
        if row.status == "starter":
            return "starters"
        if row.status in ("draft", "consultation"):
            return "drafts"
        if row.status != "documented":
            return "own"
        if row.has(self.columns, "timescales", "reviews"):
            return "values"
        if row.has(self.columns, "past"):
            return "past"
        return "headings" if row.headings_only else "nothing"

    def by_year(self) -> dict[str, tuple[int, int]]:
        """What is known by the year of its source: local values, and frameworks with any, newest first.

        Undated sources come last, as ``undated``. Of authorities' own frameworks nothing is counted.
        """
        known = [row for row in self.rows if row.status in ("documented", "superseded")]
        values = Counter(each.year for row in known for each in row.values)
        frameworks = Counter(year for row in known for year in {each.year for each in row.values})
        return {year or "undated": (values[year], frameworks[year]) for year in sorted(values, reverse=True)}

    def years_words(self) -> str:
        """``by_year`` in a sentence; empty where nothing is known."""
        parts = [f"{year}: {values} ({n})" for year, (values, n) in self.by_year().items()]
        if not parts:
            return ""
        return f"Local values by the year of their source (number of authorities): {'; '.join(parts)}."

    def headline(self) -> str:
        """How much is known, in one sentence."""
        counts = self.counts()
        words = {
            "own": "the authority's own",
            "drafts": "drafts, not agreed",
            "values": "documented with local timescales or reviews",
            "past": "documented with past ones only",
            "headings": "documented with headings of a protocol only",
            "nothing": "documented with neither",
            "starters": "starters (local framework not known)",
        }
        one = {"drafts": "draft, not agreed", "starters": "starter (local framework not known)"}
        parts = [
            f"{counts[key]} {one.get(key, text) if counts[key] == 1 else text}"
            for key, text in words.items()
            if counts[key]
        ]
        many = f"{len(self.rows)} framework{'' if len(self.rows) == 1 else 's'}"
        former = sum(row.former for row in self.rows)
        also = f" ({former} of them of authorities that no longer exist)" if former else ""
        return f"{many}{also}: {'; '.join(parts)}."

    def row_texts(self) -> list[dict[str, str]]:
        """One dictionary a framework, keyed by column id; every value is text."""
        return [
            {
                "la_code": row.la_code,
                "gss_code": row.gss_code,
                "la_name": row.authority,
                "framework": row.name,
                "status": row.status,
                "edition": row.edition,
                **{column.id: cell.text for column, cell in zip(self.columns, row.cells, strict=True)},
            }
            for row in self.rows
        ]

    def __repr__(self) -> str:
        return f"<Survey of {len(self.rows)} frameworks>"


@checked_arguments
def survey(frameworks: Names, *, national: bool = False) -> Survey:
    """The frameworks side by side: loaded ones, names, codes, files or texts.

    With ``national`` each edition's timescales are columns too. Raises SimkitError for an unknown name.
    """
    items = tuple(given_each(frameworks))
    loaded = iter(load_each(each for each in items if not isinstance(each, Framework)))
    every = tuple(each if isinstance(each, Framework) else next(loaded) for each in items)
    columns = [*_timescale_columns(every), *_review_columns(every)]
    if any(f.historical for f in every):
        columns.append(Column(_PAST.id, _PAST.title, "past"))
    if national:
        columns += _national_columns(every)
    return Survey(tuple(columns), tuple(_row(framework, columns) for framework in every))


def _local(framework: Framework) -> Iterator[Timescale]:
    return (t for t in framework.limits.values() if not t.national)


def _timescale_columns(frameworks: tuple[Framework, ...]) -> list[Column]:
    names_by_concept: dict[Concept, set[str]] = {}
    for framework in frameworks:
        for timescale in _local(framework):
            names = names_by_concept.setdefault(concept_of(timescale), {timescale.end})
            names.add(timescale.id)
    ordered = sorted(names_by_concept, key=lambda concept: concept.order)
    return [Column(c.id, c.title, "timescales", frozenset(names_by_concept[c])) for c in ordered]


def _review_columns(frameworks: tuple[Framework, ...]) -> list[Column]:
    names_by_concept: dict[Concept, set[str]] = {}
    for framework in frameworks:
        for name, concept in review_concepts(framework).items():
            names_by_concept.setdefault(concept, {"reviewed"}).add(name)
    ordered = sorted(names_by_concept, key=lambda concept: concept.order)
    return [Column(c.id, c.title, "reviews", frozenset(names_by_concept[c])) for c in ordered]


def _national_columns(frameworks: tuple[Framework, ...]) -> list[Column]:
    timescales: dict[str, Timescale] = {}
    for framework in frameworks:
        for timescale in (*framework.timescales.values(), *framework.set_aside.values()):
            if timescale.national:
                timescales.setdefault(timescale.id, timescale)
    ordered = sorted(timescales.values(), key=lambda t: concept_of(t).order)
    return [Column(f"national_{t.id}", f"National: {t.title}", "national") for t in ordered]


def _row(framework: Framework, columns: list[Column]) -> SurveyRow:
    cells: dict[str, Callable[[Column], Cell]] = {
        "timescales": lambda column: _timescale_cell(framework, column),
        "reviews": lambda column: _review_cell(framework, column),
        "past": lambda column: _past_cell(framework),
        "national": lambda column: _national_cell(framework, column),
    }
    editions = [layer for layer in framework.layers if layer.startswith("national/")]
    return SurveyRow(
        framework.name,
        framework.authority or framework.title,
        framework.la_code or "",
        framework.gss_code or "",
        framework.status,
        editions[-1].removeprefix("national/") if editions else "",
        tuple(cells[column.group](column) for column in columns),
        bool(framework.protocol or framework.more),
        tuple(_values(framework)),
    )


def _values(framework: Framework) -> Iterator[SurveyValue]:
    """The local timescales and reviews of a framework, those of the past too, with their sources."""
    clocks = [t for t in (*_local(framework), *framework.historical.values()) if t.part_of is None]
    reviews = [review for review in framework.reviews.values() if is_local(review.layer)]
    words = {
        **{t.id: "; ".join((timescale_words(t), *terms_words(framework, t))) for t in clocks},
        **{f"review {r.id}": review_words(framework, r) for r in reviews},
    }
    every: list[Timescale | Review] = [*clocks, *reviews]
    for each, value in zip(every, words.values(), strict=True):
        read_in = framework.sources.get(each.source or "", {}).get("title", "")
        past = f" ({dates_words(each.in_force)})" if isinstance(each, Timescale) and each.in_force else ""
        yield SurveyValue(
            framework.la_code or "",
            framework.authority or framework.title,
            framework.name,
            each.title,
            value + past,
            each.as_printed or "",
            each.authority or read_in,
            read_in,
            each.strength or "",
            str(each.year or ""),
            ", ".join(each.assumptions),
        )


def _timescale_cell(framework: Framework, column: Column) -> Cell:
    timescales = [t for t in _local(framework) if concept_of(t).id == column.id]
    if not timescales:
        return _nothing(framework, "timescales", *column.names)
    several = len(timescales) > 1
    texts = [(f"{t.title}: " if several else "") + _timescale_text(framework, t) for t in timescales]
    days = tuple(round(t.amount.working_days, 4) for t in timescales if t.amount is not None)
    short = " / ".join(dict.fromkeys(_short(t) for t in timescales))
    return Cell("; ".join(texts), short, days, _nation(framework, column))


def _nation(framework: Framework, column: Column) -> float | None:
    """The national number of the same commitment, in working days."""
    national = (t for t in framework.timescales.values() if t.national and t.amount is not None)
    same = [t.amount for t in national if concept_of(t).id == column.id]
    return None if not same or same[0] is None else round(same[0].working_days, 4)


def _nothing(framework: Framework, section: str, *names: str) -> Cell:
    return Cell(answer(framework, section, *names))


def _timescale_text(framework: Framework, timescale: Timescale) -> str:
    """The timescale in words, without what the column's title says."""
    section_47 = timescale.routes == ("section_47",)
    terms = [
        term
        for term in terms_words(framework, timescale)
        if not term.startswith(("set by", "only")) and not (section_47 and term.startswith("for "))
    ]
    return ", ".join((timescale_words(timescale), *terms))


def _short(timescale: Timescale) -> str:
    if timescale.amount is None:
        return "words"
    if timescale.lower is not None:
        both = f"{timescale.lower.number:g}-{_amount(timescale.amount)}"
        return f"({both})" if timescale.kind == "expected_within" else both
    text = _amount(timescale.amount)
    if timescale.kind == "at_most":
        return f"to {text}"
    if timescale.target is not None:
        return f"{100 * timescale.target:g}% {text}"
    return f"({text})" if timescale.kind == "expected_within" else text


def _amount(amount: Amount) -> str:
    return f"{amount.number:g} {_SHORT[amount.unit]}"


def _review_cell(framework: Framework, column: Column) -> Cell:
    concepts = review_concepts(framework)
    reviews = [framework.reviews[name] for name, concept in concepts.items() if concept.id == column.id]
    if not reviews:
        return _nothing(framework, "reviews", *column.names)
    amounts = [a for r in reviews for a in (r.at, *r.by_priority.values(), r.at_most_every) if a is not None]
    return Cell(
        "; ".join(review_words(framework, r) for r in reviews),
        " / ".join(_short_review(r) for r in reviews),
        tuple(round(amount.working_days, 4) for amount in amounts),
    )


def _short_review(review: Review) -> str:
    if review.by_priority:
        numbers = sorted(review.by_priority.values(), key=lambda amount: amount.number)
        return "/".join(f"{n.number:g}" for n in numbers) + f" {_SHORT[numbers[-1].unit]}"
    amount = review.at or review.at_most_every
    return _amount(amount) if amount is not None else "words"


def _past_cell(framework: Framework) -> Cell:
    if not framework.historical:
        return _nothing(framework, "timescales")
    texts = [
        f"{t.title}: {_timescale_text(framework, t)} ({dates_words(t.in_force)})"
        for t in framework.historical.values()
    ]
    return Cell("; ".join(texts), " / ".join(_short(t) for t in framework.historical.values()))


def _national_cell(framework: Framework, column: Column) -> Cell:
    name = column.id.removeprefix("national_")
    timescale = framework.timescales.get(name)
    if timescale is not None and not is_local(timescale.layer):
        unread = "?" if timescale.carried_over is not None else ""
        return Cell(_timescale_text(framework, timescale), _short(timescale) + unread)
    if name in framework.set_aside:
        return Cell("set aside by a dispensation", "aside")
    return Cell(NOT_KNOWN if name in framework.edition_not_known else NONE_SET)

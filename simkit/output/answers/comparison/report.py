"""A comparison as a report: answer, routes, unknown numbers, causes of time, differences in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from simkit.common.blocks import Block, Cell, Facts, Items, Paragraph, Section, Table
from simkit.data import attribution
from simkit.model.measures.time_breakdown import CAUSES
from simkit.output.answers.comparison.figures import figure, pictures
from simkit.output.answers.comparison.headline import answer, question
from simkit.output.answers.comparison.sentences import (
    banner,
    cautions,
    difference_words,
    heading,
    range_words,
    share_words,
    shared_label,
    standing,
    unknown_of,
    unknown_span,
    verdict,
)
from simkit.output.answers.comparison.tables import data, tables
from simkit.output.answers.result.by_route import TOO_FEW, few_note, scarce
from simkit.output.answers.wording import GROUPS, QUALITY, route_title, value_and_interval
from simkit.output.report.blocks import Report
from simkit.output.report.sections import assumptions_section, sources_section
from simkit.study.compare.compare import NARROWING, Comparison
from simkit.study.compare.paired_difference import clear_differences
from simkit.study.compare.robustness import Range
from simkit.study.result import HEADLINE, Result

__all__ = ["caused_by", "data", "figure", "report", "tables"]

_OTHERS = (
    "published_within_45_days_pct",
    "cohort_median_days",
    "cohort_p75_days",
    "cohort_child_seen_days",
    "published_icpc_within_15_days_pct",
    "cohort_unallocated_days",
    "cohort_reviews_late_pct",
    "cohort_drift_idle_pct",
    "cohort_drift_slip_days",
    "open_over_45_days",
    "utilisation_social_worker_pct",
    "utilisation_team_manager_pct",
)
_FEW = 3  # sides after the first that get a column each
_MOST_ROWS, _MOST_ASSUMED = 14, 6  # of differences in words, and of those in assumptions


def report(comparison: Comparison) -> Report:
    """The report, with the assumptions and sources of the framework whose caseload it is."""
    framework, figures = comparison.host.framework, pictures(comparison)
    sections = (replace(s, blocks=(*s.blocks, *figures.get(s.title, ()))) for s in _sections(comparison))
    return Report(
        kind="compare",
        title=comparison.title,
        subtitle=standing(comparison),
        standing=banner(comparison),
        question=question(comparison),
        answer=answer(comparison),
        cautions=cautions(comparison),
        sections=(*sections, assumptions_section(framework), sources_section(framework)),
        command=comparison.command,
        attribution=attribution(),
        quality=QUALITY,
    )


def _sections(c: Comparison) -> Iterator[Section]:
    yield Section("What was compared", (Facts("What was compared", heading(c)),))
    yield Section("Over 45 working days from referral", (_headline(c), *_many_intervals_note(c)))
    yield Section("By route: does attention narrow to child protection?", tuple(_routes(c)))
    yield from _ranges(c)
    yield Section("Where the time went", tuple(_causes(c)))
    yield Section("Other measures that surely differ", tuple(_others(c)))
    yield Section("What differs, in words", tuple(_differences(c)))


def _headline(c: Comparison) -> Table:
    winners = c.ranked
    heads = ["", "over 45 days", "difference, points", "over what is not known", "what the runs say"]
    heads += ["chance of the fewest"] if winners else []
    rows: list[tuple[Cell, ...]] = []
    for number, arm in enumerate(c.arms):
        difference = None if number == 0 else c.headline[number - 1]
        row = [
            arm.label,
            value_and_interval(c.results[number].measures[HEADLINE]),
            "" if difference is None else difference_words(difference),
            "" if difference is None else unknown_span(c, number - 1),
            "compared with" if difference is None else verdict(difference),
        ]
        rows.append((*row, f"{100 * c.ranking.chances[number]:.0f}%") if winners else tuple(row))
    title = "Over 45 working days from referral, open assessments included, with 95% intervals"
    return Table(title, tuple(heads), _merged(rows), len(heads) - 1)


def _many_intervals_note(c: Comparison) -> Iterator[Paragraph]:
    """A warning about multiple comparisons: some intervals exclude nought by chance."""
    if len(c.paired_differences) > 1:
        yield Paragraph(
            "Each interval, and what the runs say, is for its own side: of many differences that are "
            "nothing, about one in twenty looks like one. The chance of the fewest and the sections on what "
            "surely differs look at all sides together."
        )


def _merged(rows: Iterable[tuple[Cell, ...]], what: str = "") -> tuple[tuple[Cell, ...], ...]:
    """One row a side; sides with the same cells share one. ``what`` follows their labels."""
    same: dict[tuple[Cell, ...], list[str]] = {}
    for label, *cells in rows:
        same.setdefault(tuple(cells), []).append(str(label))
    return tuple((shared_label(labels) + what, *cells) for cells, labels in same.items())


def _routes(c: Comparison) -> Iterator[Block]:
    heads, first = ("", *(route_title(group) for group in GROUPS)), c.results[0]
    for name, title in (
        (HEADLINE, "Over 45 working days, by route"),
        ("cohort_median_days", "Median working days from referral, by route"),
        ("cohort_child_seen_days", "Median working days to the child being seen, by route"),
    ):
        levels = (value_and_interval(first.measures[name + group]) for group in GROUPS)
        level = (c.arms[0].label, *_shown_cells(first, name, levels))
        others = (
            (arm.label, *_shown_cells(first, name, (difference_words(row[name + group]) for group in GROUPS)))
            for arm, row in zip(c.arms[1:], c.paired_differences, strict=True)
        )
        yield Table(title, heads, (level, *_merged(others, ", difference")), len(GROUPS))
    yield _narrowing(c)
    yield from (Paragraph(note) for note in few_note(first))


def _narrowing(c: Comparison) -> Table:
    first = c.results[0]
    rows: list[tuple[Cell, ...]] = []
    for number, arm in enumerate(c.arms):
        cells: list[str] = []
        for route, definition in NARROWING.items():
            level = value_and_interval(c.narrowing[number][route])
            more = "" if number == 0 else difference_words(c.paired_differences[number - 1][definition.name])
            scarce_ = any(scarce(first, HEADLINE, f".{each}") for each in (route, "section_47"))
            cells += (TOO_FEW, TOO_FEW if more else "") if scarce_ else (level, more)
        rows.append((arm.label, *cells))
    title = "Narrowing: share over 45 days of other routes less that of section 47, points"
    routes = ("section 17 less section 47", "disabled children less section 47")
    return Table(title, ("", *(head for route in routes for head in (route, "difference"))), _merged(rows), 4)


def _shown_cells(first: Result, name: str, cells: Iterable[str]) -> Iterator[str]:
    """The cells of all cases and each route; "too few" where a route has too few children."""
    return (
        TOO_FEW if scarce(first, name, group) else text for group, text in zip(GROUPS, cells, strict=True)
    )


def _ranges(c: Comparison) -> Iterator[Section]:
    for each in c.ranges:
        first, *others = c.arms
        level = (first.label, *(value_and_interval(point.levels[0]) for point in each.points))
        differences = (
            (arm.label, *(difference_words(point.paired_differences[number]) for point in each.points))
            for number, arm in enumerate(others)
        )
        rows = (level, *_merged(differences, ", difference"))
        heads = ("", *(point.words for point in each.points))
        title = f"Over 45 working days over what is not known: {each.title}"
        table = Table(title, heads, rows, len(heads) - 1)
        yield Section(title, (table, *_range_note(each), Items(tuple(range_words(c, each)))))


def _range_note(assumed_range: Range) -> Iterator[Paragraph]:
    """What the percentages in the table's heads are shares of."""
    unknown = unknown_of(assumed_range)
    if unknown is not None:
        most = "as many as at the national limit here" if unknown.of_pull else "all of it"
        yield Paragraph(
            f"In brackets over the columns: {share_words(assumed_range)}. Whole is the most that is thought "
            f"possible, {most}; half is half of that."
        )


def caused_by(c: Comparison) -> tuple[str, str]:
    """The name of the measures of where the time went, and whose: of late assessments where any are."""
    late = "cohort_late_time_{}_days"
    if all(late.format(cause) in each.measures for each in c.results for cause, _ in CAUSES):
        return late, "of assessments over 45 working days"
    return "cohort_time_{}_days", "of all assessments that ended"


def _causes(c: Comparison) -> Iterator[Block]:
    name, whose = caused_by(c)
    measures = {name.format(cause): title for cause, title in CAUSES}
    yield _measures_table(c, f"Where the time went, {whose}, working days", measures, _surely(c, measures))


def _others(c: Comparison) -> Iterator[Block]:
    first = c.results[0].measures
    sure = _surely(c, _OTHERS)
    measures = {name: first[name].title for name in _OTHERS if any(name in each for each in sure)}
    if measures:
        title = f"Other measures that surely differ, {len(_OTHERS)} looked at together"
        yield _measures_table(c, title, measures, sure)
    else:
        yield Items(("None of the other measures shown first surely differs. All are in the tables.",))


def _surely(c: Comparison, measures: Iterable[str]) -> tuple[frozenset[str], ...]:
    """The measures that surely differ of each side but the first; all sides are tested together."""
    tried = [(arm, name) for arm, row in enumerate(c.paired_differences) for name in measures if name in row]
    clear = clear_differences([c.paired_differences[arm][name] for arm, name in tried])
    sure = {each for each, yes in zip(tried, clear, strict=True) if yes}
    return tuple(frozenset(n for s, n in sure if s == arm) for arm in range(len(c.paired_differences)))


def _measures_table(
    c: Comparison, title: str, measures: Mapping[str, str], sure: Sequence[Set[str]]
) -> Table:
    """Measures of the first side with the differences of the others: a column a side where they are few.

    Of many sides only the sure differences, a row each.
    """
    first, *others = c.arms
    rows: list[tuple[Cell, ...]]
    if len(others) <= _FEW:
        rows = [
            (
                words,
                value_and_interval(c.results[0].measures[name]),
                *(difference_words(row.get(name)) for row in c.paired_differences),
            )
            for name, words in measures.items()
        ]
        heads = ("", first.label, *(f"{arm.label}, difference" for arm in others))
        return Table(title, heads, tuple(rows), len(heads) - 1)
    rows = [
        (words, value_and_interval(c.results[0].measures[name]), *row)
        for name, words in measures.items()
        for row in _merged(
            (arm.label, difference_words(by_measure.get(name)))
            for arm, by_measure, own in zip(others, c.paired_differences, sure, strict=True)
            if name in own
        )
    ]
    heads = ("", first.label, "side", "difference")
    return Table(f"{title}: what surely differs", heads, tuple(rows), 1)


def _differences(c: Comparison) -> Iterator[Block]:
    for arm, difference in zip(c.arms[1:], c.differences, strict=True):
        rows = (row for row in difference.rows if row.kind != "framework")
        lines = [f"{row.what}: {row.before} -> {row.after}" for row in rows]
        lines += arm.experiment.scenario.changes
        assumed = [f"for the simulation, {row.what}: {row.before} -> {row.after}" for row in difference.model]
        lines += assumed[:_MOST_ASSUMED]
        if len(assumed) > _MOST_ASSUMED:
            lines.append(f"and {len(assumed) - _MOST_ASSUMED} more for the simulation")
        if len(lines) > _MOST_ROWS:
            more = len(lines) - _MOST_ROWS
            names = f"{c.arms[0].experiment.name} {arm.experiment.name}"
            lines = [*lines[:_MOST_ROWS], f"and {more} more: simkit diff {names}"]
        unknown = difference.not_known[1]
        if unknown and difference.names[0] != difference.names[1]:
            lines.append(f"not known of {arm.label}: {', '.join(name.replace('_', ' ') for name in unknown)}")
        yield Items(
            tuple(f"{arm.label}: {line}" for line in lines) or (f"{arm.label}: nothing differs in words.",)
        )

"""A comparison as a report: answer, routes, unknown numbers, causes of time, differences in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import chain

from simkit.common.blocks import Block, Cell, Facts, Items, Paragraph, Section, Table, filled
from simkit.data import attribution
from simkit.framework.difference import Difference
from simkit.model.measures.time_breakdown import CAUSES
from simkit.output.answers.comparison.figures import BY_ROUTE, figure, pictures
from simkit.output.answers.comparison.headline import answer, question
from simkit.output.answers.comparison.sentences import (
    MORE_WORK,
    banner,
    cautions,
    difference_words,
    heading,
    label_list,
    level_words,
    published_notes,
    range_title,
    range_words,
    share_words,
    shared_label,
    standing,
    unknown_of,
    unknown_span,
    verdict,
)
from simkit.output.answers.comparison.tables import data, tables
from simkit.output.answers.result.by_route import SAME_PRACTICE, TOO_FEW, few_note, scarce
from simkit.output.answers.wording import GROUPS, QUALITY, route_title, value_and_interval
from simkit.output.report.blocks import Report
from simkit.output.report.sections import assumptions_section, sources_section
from simkit.study.compare.arms import Arm
from simkit.study.compare.compare import Comparison
from simkit.study.compare.paired_difference import PairedDifference, clear_differences
from simkit.study.compare.robustness import Point, Range
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
_FIRST = "baseline"
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
    yield Section("Over 45 working days from referral", (_headline(c),))
    yield Section(BY_ROUTE, tuple(_routes(c)))
    yield from _ranges(c)
    yield Section("Where the time went", tuple(_causes(c)))
    yield Section("Other measures with a clear difference", tuple(_others(c)))
    yield Section("What was compared", (Facts("What was compared", heading(c)),))
    yield Section("What differs, in words", tuple(_differences(c)))


def _headline(c: Comparison) -> Table:
    winners = c.ranked
    heads = ["", "over 45 days", "difference, points", "varying what is not known", ""]
    heads += ["chance of the fewest"] if winners else []
    rows: list[tuple[Cell, ...]] = []
    for number, arm in enumerate(c.arms):
        marked = arm.label + (" (not calibrated)" if arm.label in c.not_calibrated else "")
        row = [marked, *headline_cells(c, number)]
        chance = "" if number not in c.ranking.ranked else f"{100 * c.ranking.chances[number]:.0f}%"
        rows.append((*row, chance) if winners else tuple(row))
    title = "Children over 45 working days from referral (open assessments count), 95% intervals in brackets"
    notes = (*published_notes(c), *_many_intervals_note(c))
    return filled(Table(title, tuple(heads), _merged(rows), len(heads) - 1, notes))


def headline_cells(c: Comparison, number: int) -> tuple[str, str, str, str]:
    """A side's share, its difference from the first, that over all that is not known, and what can be said.

    A share that what is not known moves is given as the range of it alone, and so is a difference that
    evidence does not settle: the value under one assumption would be quoted as the answer.
    """
    share = "-" if c.overfull[number] else level_words(c, number)
    if number == 0:
        return share, "", "", _FIRST
    if c.overfull[number] or c.overfull[0]:
        return share, "-", "-", verdict(c, number - 1)
    difference = difference_words(c.headline[number - 1]) if c.settled(number - 1) else "-"
    return share, difference, unknown_span(c, number - 1), verdict(c, number - 1)


def _many_intervals_note(c: Comparison) -> tuple[str, ...]:
    """A warning about multiple comparisons: some intervals exclude 0 by chance."""
    return ("One difference in twenty will look real by chance.",) if len(c.paired_differences) > 1 else ()


def _merged(rows: Iterable[tuple[Cell, ...]], what: str = "") -> tuple[tuple[Cell, ...], ...]:
    """One row a side; sides with the same cells share one. ``what`` follows their labels."""
    same: dict[tuple[Cell, ...], list[str]] = {}
    for label, *cells in rows:
        same.setdefault(tuple(cells), []).append(str(label))
    return tuple((shared_label(labels) + what, *cells) for cells, labels in same.items())


def _routes(c: Comparison) -> Iterator[Block]:
    yield from _one_set(c)
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
            for arm, row in _with_hours(c)
        )
        yield Table(title + _if_assumed(c), heads, (level, *_merged(others, ", difference")), len(GROUPS))
    yield Paragraph(SAME_PRACTICE)
    yield from (Paragraph(note) for note in few_note(first))


def _shown_cells(first: Result, name: str, cells: Iterable[str]) -> Iterator[str]:
    """The cells of all cases and each route; "too few" where a route has too few children."""
    return (
        TOO_FEW if scarce(first, name, group) else text for group, text in zip(GROUPS, cells, strict=True)
    )


def _if_assumed(c: Comparison) -> str:
    """The end of the titles of tables that are for one set of assumptions, where that matters."""
    return "" if c.settled_by_evidence else " (under one set of assumptions)"


def _one_set(c: Comparison) -> Iterator[Paragraph]:
    """Which set of assumptions that is."""
    if not c.settled_by_evidence:
        yield Paragraph(
            "Under one set of assumptions means: nobody works to a local limit, a review point or a limit "
            "that is gone, and as many work to the limit of a second stage as to one of 45 days. What "
            "evidence does not settle above, such a table does not settle."
        )


def _with_hours(c: Comparison) -> Iterator[tuple[Arm, Mapping[str, PairedDifference]]]:
    """The sides but the first that have more hours than work, with their differences."""
    for number, arm in enumerate(c.arms[1:]):
        if not c.overfull[0] and not c.overfull[number + 1]:
            yield arm, c.paired_differences[number]


def _ranges(c: Comparison) -> Iterator[Section]:
    for each in c.ranges:
        title = range_title(each)
        table = _corners(c, each) if each.kind == "together" else _range(c, each)
        yield Section(title, (table, *_range_note(each), Items(tuple(range_words(c, each)))))


def _range(c: Comparison, each: Range) -> Table:
    """A column a value of the unknown, a row a side."""
    first, *others = c.arms

    def difference(point: Point, number: int) -> str:
        full = point.overfull[0] or point.overfull[number + 1]
        return MORE_WORK if full else difference_words(point.paired_differences[number])

    levels = (MORE_WORK if p.overfull[0] else value_and_interval(p.levels[0]) for p in each.points)
    differences = (
        (arm.label, *(difference(point, number) for point in each.points))
        for number, arm in enumerate(others)
    )
    rows = ((first.label, *levels), *_merged(differences, ", difference"))
    heads = ("", *(point.words for point in each.points))
    return Table(range_title(each), heads, rows, len(heads) - 1)


def _corners(c: Comparison, each: Range) -> Table:
    """The lowest and the highest difference of each side over all combinations, and where they are."""
    rows: list[tuple[Cell, ...]] = []
    for number, arm in enumerate(c.arms[1:]):
        known = [point for point in each.points if not math.isnan(point.paired_differences[number].low)]
        if not known:
            rows.append((arm.label, MORE_WORK, "", MORE_WORK, ""))
            continue
        ends = sorted(known, key=lambda point: point.paired_differences[number].value)
        rows.append(
            (arm.label, *chain.from_iterable(
                (point.words, difference_words(point.paired_differences[number])) for point in (ends[0],
                ends[-1])
            ))
        )  # fmt: skip
    heads = ("", "lowest with", "points", "highest with", "points")
    return Table(range_title(each), heads, _merged(rows, ", difference"), 0)


def _range_note(assumed_range: Range) -> Iterator[Paragraph]:
    """What the percentages in the table's heads are shares of."""
    unknown = unknown_of(assumed_range)
    if unknown is not None:
        most = "as many as at the national limit here" if unknown.of_pull else "all"
        yield Paragraph(
            f"In brackets: {share_words(assumed_range)}. 'Whole' is the most thought possible: {most}."
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
    sure = _surely(c, measures)
    if len(c.arms) - 1 > _FEW and not any(sure):
        yield Paragraph(f"No clear difference in where the time went, {whose}.")
    else:
        title = f"Where the time went, {whose}, working days{_if_assumed(c)}"
        yield _measures_table(c, title, measures, sure)


def _others(c: Comparison) -> Iterator[Block]:
    first = c.results[0].measures
    sure = _surely(c, _OTHERS)
    measures = {name: first[name].title for name in _OTHERS if any(name in each for each in sure)}
    if measures:
        title = f"Other measures with a clear difference, of {len(_OTHERS)} looked at{_if_assumed(c)}"
        yield _measures_table(c, title, measures, sure)
    else:
        yield Paragraph(f"No clear difference in {len(_OTHERS)} other measures. The folder has all of them.")


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
    with_hours = tuple(_with_hours(c))
    rows: list[tuple[Cell, ...]]
    if len(others) <= _FEW:
        by_name = {name: [difference_words(row.get(name)) for _, row in with_hours] for name in measures}
        rows = [
            (measures[name], value_and_interval(c.results[0].measures[name]), *differences)
            for name, differences in by_name.items()
            if any(map(_is_something, differences))
        ]
        heads = ("", first.label, *(f"{arm.label}, difference" for arm, _ in with_hours))
        return Table(title, heads, tuple(rows), len(heads) - 1)
    rows = [
        (words, value_and_interval(c.results[0].measures[name]), *row)
        for name, words in measures.items()
        for row in _merged(
            (arm.label, difference_words(by_measure.get(name)))
            for arm, by_measure, own in zip(others, c.paired_differences, sure, strict=True)
            if name in own and _is_something(difference_words(by_measure.get(name)))
        )
    ]
    heads = ("", first.label, "side", "difference")
    return Table(title, heads, tuple(rows), 1)


def _is_something(difference: str) -> bool:
    """Whether a difference is not zero as it is printed."""
    return any(digit in difference for digit in "123456789")


def _differences(c: Comparison) -> Iterator[Block]:
    """What differs from the first side, each line once with the sides that it is of; common lines first."""
    labels_by_line: dict[str, list[str]] = {}
    for arm, difference in zip(c.arms[1:], c.differences, strict=True):
        for line in _lines(c, arm, difference) or ("nothing differs in words",):
            labels_by_line.setdefault(line, []).append(arm.label)
    everybody = [arm.label for arm in c.arms[1:]]
    lines_by_label: dict[str, list[str]] = {}
    for line, labels in sorted(labels_by_line.items(), key=lambda pair: -len(pair[1])):
        whose = "Every other side" if labels == everybody and len(labels) > 2 else label_list(labels)
        lines_by_label.setdefault(whose, []).append(line)
    yield Items(tuple(f"{whose}: {line}." for whose, lines in lines_by_label.items() for line in lines))


def _lines(c: Comparison, arm: Arm, difference: Difference) -> list[str]:
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
        lines.append(f"not known: {', '.join(name.replace('_', ' ') for name in unknown)}")
    return lines

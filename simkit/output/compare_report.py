"""A comparison as a report: the answer, by route, what is not known, the causes, the differences in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from simkit.data import attribution
from simkit.model.timeline import CAUSES
from simkit.output.compare_words import (
    answer,
    cautions,
    gap_words,
    heading,
    range_words,
    standing,
    unknown_span,
    verdict,
)
from simkit.output.report.parts import Block, Cell, Items, Report, Section, Table
from simkit.output.report.sections import assumptions_section, sources_section
from simkit.output.wording import GROUPS, QUALITY, amount, range_of, route_title
from simkit.study.compare import NARROWING, Comparison
from simkit.study.estimate import Estimate
from simkit.study.experiment import HEADLINE

__all__ = ["caused_by", "report_of_comparison", "words_of_comparison"]

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
_MOST_ROWS = 14  # of differences in words


def words_of_comparison(comparison: Comparison) -> Report:
    """The report without figures, for the terminal."""
    return Report(
        kind="compare",
        title=comparison.title,
        subtitle=standing(comparison),
        standing=f"{standing(comparison)}.",
        question=comparison.question,
        answer=answer(comparison),
        cautions=cautions(comparison),
        sections=tuple(_sections(comparison)),
        command=comparison.command,
        attribution=attribution(),
        quality=QUALITY,
    )


def report_of_comparison(comparison: Comparison) -> Report:
    """The whole report, with its figures, assumptions and sources."""
    from simkit.output.compare_figures import pictures

    words = words_of_comparison(comparison)
    drawn = pictures(comparison)
    host = comparison.host.framework
    return replace(
        words,
        sections=(
            *(Section(s.title, (*s.blocks, *drawn.get(s.title, ())), s.appendix) for s in words.sections),
            assumptions_section(host),
            sources_section(host),
        ),
    )


def _sections(c: Comparison) -> Iterator[Section]:
    yield Section("What was compared", (Table("What was compared", ("", ""), heading(c)),))
    yield Section("Over 45 working days from referral", (_headline(c),))
    yield Section("By route: does attention narrow to child protection?", tuple(_routes(c)))
    yield from _ranges(c)
    yield Section("Where the time went", tuple(_causes(c)))
    yield Section("Other measures that surely differ", tuple(_others(c)))
    yield Section("What differs, in words", tuple(_differences(c)))


def _cells(estimate: Estimate) -> str:
    said = range_of(estimate)
    value = amount(estimate.value, estimate.unit)
    return value if said == "-" else f"{value} ({said})"


def _headline(c: Comparison) -> Table:
    winners = c.ranges == () or c.lowest is not None or c.settled_by_evidence
    heads = ["", "over 45 days", "difference, points", "over what is not known", "what the runs say"]
    heads += ["chance of the fewest"] if winners else []
    rows: list[tuple[Cell, ...]] = []
    for number, side in enumerate(c.sides):
        gap = None if number == 0 else c.headline[number - 1]
        row = [
            side.label,
            _cells(c.results[number].measures[HEADLINE]),
            "" if gap is None else gap_words(gap),
            "" if gap is None else unknown_span(c, number - 1),
            "compared with" if gap is None else verdict(gap),
        ]
        rows.append((*row, f"{100 * c.ranking.chances[number]:.0f}%") if winners else tuple(row))
    title = "Over 45 working days from referral, open assessments included, with 95% intervals"
    return Table(title, tuple(heads), tuple(rows), len(heads) - 1)


def _routes(c: Comparison) -> Iterator[Block]:
    heads = ("", *(route_title(group) for group in GROUPS))
    for name, title in (
        (HEADLINE, "Over 45 working days, by route"),
        ("cohort_median_days", "Median working days from referral, by route"),
        ("cohort_child_seen_days", "Median working days to the child being seen, by route"),
    ):
        rows: list[tuple[Cell, ...]] = [
            (c.sides[0].label, *(_cells(c.results[0].measures[name + group]) for group in GROUPS))
        ]
        for side, gaps in zip(c.sides[1:], c.gaps, strict=True):
            rows.append((f"{side.label}, difference", *(gap_words(gaps[name + group]) for group in GROUPS)))
        yield Table(title, heads, tuple(rows), len(GROUPS))
    rows = []
    for number, side in enumerate(c.sides):
        cells = []
        for route, definition in NARROWING.items():
            cells.append(_cells(c.narrowing[number][route]))
            cells.append("" if number == 0 else gap_words(c.gaps[number - 1][definition.name]))
        rows.append((side.label, *cells))
    named = ("section 17 less section 47", "difference", "disabled children less section 47", "difference")
    yield Table(
        "Narrowing: share over 45 days of other routes less that of section 47, points",
        ("", *named),
        tuple(rows),
        4,
    )


def _ranges(c: Comparison) -> Iterator[Section]:
    for each in c.ranges:
        rows: list[tuple[Cell, ...]] = []
        for point in each.points:
            level = point.levels[0]
            differences = (gap_words(gap) for gap in point.gaps)
            rows.append((point.said, _cells(level), *differences))
        heads = ("", c.sides[0].label, *(f"{side.label}, difference" for side in c.sides[1:]))
        title = f"Over 45 working days over what is not known: {each.title}"
        yield Section(
            title, (Table(title, heads, tuple(rows), len(heads) - 1), Items(tuple(range_words(c, each))))
        )


def caused_by(c: Comparison) -> tuple[str, str]:
    """The measures that say where the time went: of the late ones where there are such; and what to call
    it.
    """
    late = "cohort_late_time_{}_days"
    if all(late.format(cause) in each.measures for each in c.results for cause, _ in CAUSES):
        return late, "of assessments over 45 working days"
    return "cohort_time_{}_days", "of all assessments that ended"


def _causes(c: Comparison) -> Iterator[Block]:
    name, whose = caused_by(c)
    heads = ["", *(side.label if n == 0 else f"{side.label}, difference" for n, side in enumerate(c.sides))]
    rows: list[tuple[Cell, ...]] = []
    for cause, title in CAUSES:
        measure = name.format(cause)
        differences = (gap_words(gaps[measure]) for gaps in c.gaps)
        rows.append((title, _cells(c.results[0].measures[measure]), *differences))
    yield Table(f"Where the time went, {whose}, working days", tuple(heads), tuple(rows), len(heads) - 1)


def _others(c: Comparison) -> Iterator[Block]:
    heads = ["", *(side.label if n == 0 else f"{side.label}, difference" for n, side in enumerate(c.sides))]
    rows: list[tuple[Cell, ...]] = []
    for name in _OTHERS:
        if name not in c.results[0].measures:
            continue
        gaps = [each.get(name) for each in c.gaps]
        if not any(gap is not None and gap.verdict in ("lower", "higher") for gap in gaps):
            continue
        first = c.results[0].measures[name]
        rows.append((first.title, _cells(first), *("-" if gap is None else gap_words(gap) for gap in gaps)))
    if rows:
        yield Table("Other measures that surely differ", tuple(heads), tuple(rows), len(heads) - 1)
    else:
        yield Items(("None of the other measures shown first surely differs. All are in the tables.",))


def _differences(c: Comparison) -> Iterator[Block]:
    for side, found in zip(c.sides[1:], c.differences, strict=True):
        lines = [f"{row.what}: {row.before} -> {row.after}" for row in found.rows if row.kind != "framework"]
        lines += [f"{change}" for change in side.case.scenario.changes]
        assumed = [f"for the simulation, {row.what}: {row.before} -> {row.after}" for row in found.model]
        lines += (
            assumed
            if len(assumed) <= 6
            else [*assumed[:6], f"and {len(assumed) - 6} more for the simulation"]
        )
        if len(lines) > _MOST_ROWS:
            more = len(lines) - _MOST_ROWS
            lines = [
                *lines[:_MOST_ROWS],
                f"and {more} more: simkit diff {c.sides[0].case.name} {side.case.name}",
            ]
        unknown = found.not_known[1]
        if unknown and found.names[0] != found.names[1]:
            lines.append(
                f"not known of {side.label}: {', '.join(name.replace('_', ' ') for name in unknown)}"
            )
        yield Items(
            tuple(f"{side.label}: {line}" for line in lines) or (f"{side.label}: nothing differs in words.",)
        )

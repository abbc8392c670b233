"""The report of one framework's run: how long do assessments take, and how sure is that?"""

from __future__ import annotations

import math

from simkit.data import attribution
from simkit.framework.check import check, load
from simkit.framework.wording import whose
from simkit.model.measures.day_counts import Convention
from simkit.output.answers.result import by_route
from simkit.output.answers.result.headline import answer, question
from simkit.output.answers.result.measures import heading, sections
from simkit.output.answers.result.published import beside, columns, only_published, peers
from simkit.output.answers.wording import QUALITY, amount, caseload_words, few, range_of, stamp, year_words
from simkit.output.figures import drift, durations, open_by_week, survival, where_time_went
from simkit.output.report.blocks import Block, Cell, Paragraph, Picture, Report, Section, Table
from simkit.output.report.picture import picture
from simkit.output.report.sections import (
    Check,
    assumptions_section,
    checks_section,
    commitments_section,
    difference_section,
    sources_section,
)
from simkit.study.notes import level, precision, sure
from simkit.study.result import HEADLINE, Result

__all__ = ["checks", "figure", "measures", "report_of"]

_FIGURES = {
    "durations": (durations, "How long assessments take, beside the published figures"),
    "survival": (survival, "How many assessments are still open after each working day"),
    "where_time_went": (where_time_went, "Where the time went, by route"),
    "drift": (drift, "Assessment drift in three readings"),
    "open_by_week": (open_by_week, "Open assessments by week, and those past day 45"),
}


def report_of(result: Result) -> Report:
    """The report of a result."""
    case = result.case
    return Report(
        kind="run",
        title=f"How long assessments take: {case.profile.name}",
        subtitle=f"{case.framework.title}, on {caseload_words(case)}. {case.scenario.title}.",
        standing=f"{stamp(result)} {whose(case.framework)}.".lstrip(),
        question=question(result),
        answer=answer(result),
        cautions=_cautions(result),
        sections=(
            *_changed(result),
            _durations(result),
            _time(result),
            _drift(result),
            _weeks(result),
            _routes(result),
            _what_was_run(result),
            commitments_section(case.framework),
            checks_section(checks(result)),
            assumptions_section(case.framework),
            sources_section(case.framework),
        ),
        command=result.command,
        attribution=attribution(),
        quality=QUALITY,
    )


def _cautions(result: Result) -> tuple[str, ...]:
    """The caption of a what-if first, wherever else it stands."""
    caption = result.case.scenario.caption
    return tuple(dict.fromkeys((*([caption] if caption else []), *result.notes)))


def figure(result: Result, name: str) -> Picture:
    """One of the figures of a result, drawn."""
    draw, title = _FIGURES[name]
    return picture(name, title, draw(result))


def measures(result: Result, *titles: str) -> tuple[Block, ...]:
    """The tables of the summary whose title begins with one of these."""
    year = not few(result)
    heads = ("Measure", "Value", "95% interval", *(("One year",) if year else ()))
    blocks: list[Block] = []
    for section in sections(result):
        if not section.title.startswith(titles):
            continue
        rows = tuple(
            (
                row.title,
                amount(row.estimate.value, row.estimate.unit),
                range_of(row.estimate),
                *((range_of(row.estimate, year=True),) if year else ()),
            )
            for row in section.rows
        )
        blocks.append(Table(section.title, heads, rows, numbers=len(heads) - 1))
        blocks += [Paragraph(note) for note in section.notes]
    return tuple(blocks)


def _what_was_run(result: Result) -> Section:
    table = Table("What was simulated and how", ("What", "Words"), heading(result))
    return Section("What was simulated", (table,))


def _changed(result: Result) -> tuple[Section, ...]:
    """What a scenario changes in the framework, where it changes anything there."""
    case = result.case
    if not case.scenario.framework:
        return ()
    title, labels = "What the scenario changes in the framework", ("As it is", "In the scenario")
    return (difference_section(load(case.name), case.framework, title, labels),)


def _durations(result: Result) -> Section:
    return Section(
        "How long assessments take",
        (
            figure(result, "durations"),
            *measures(result, "Assessments authorised", "Children referred in the year, counted"),
            figure(result, "survival"),
            *_beside(result),
        ),
    )


def _beside(result: Result) -> tuple[Block, ...]:
    named = columns(result)
    rows: list[tuple[Cell, ...]] = []
    for row in beside(result):
        figures = (getattr(row, name) for name in named.values())
        said = ("-" if value is None else amount(value, row.estimate.unit) for value in figures)
        rows.append((row.estimate.title, amount(row.estimate.value, row.estimate.unit), *said))
    heads = ("Measure", "Simulated", *named)
    title = f"Beside the published figures of the {year_words(peers(result).year)}"
    only = only_published(result)
    return (
        Table(title, heads, tuple(rows), numbers=len(heads) - 1),
        *((Paragraph(only),) if only else ()),
    )


def _time(result: Result) -> Section:
    return Section(
        "Where the time went",
        (figure(result, "where_time_went"), *measures(result, "Where the time went")),
    )


def _drift(result: Result) -> Section:
    lead = Paragraph(
        "Drift is read in three ways, which are not one number: how much longer an assessment takes than "
        "it would with nobody waiting for anybody; whether nothing happened for ten working days on end; "
        "how far past the planned day it ended."
    )
    return Section("Assessment drift", (lead, figure(result, "drift"), *measures(result, "Assessment drift")))


def _weeks(result: Result) -> Section:
    return Section(
        "Through the year",
        (
            figure(result, "open_by_week"),
            *measures(result, "Other clocks", "Review points"),
        ),
    )


def _routes(result: Result) -> Section:
    lead = Paragraph("Whether attention narrows to child protection shows here: read across.")
    table = Table(by_route.title(result), ("Measure", *by_route.heads()[1:]), by_route.rows(result))
    return Section("By route", (lead, table, *(Paragraph(note) for note in by_route.few_note(result))))


def checks(result: Result) -> tuple[Check, ...]:
    """What was looked at before the numbers were believed."""
    problems = check([result.case.name])
    breach = result.measures[HEADLINE]
    last = 45 - (result.convention is Convention.DAY_1)
    open_then = float(result.survival[last, 0])
    bands = sum(band.value for band in result.bands.values())
    still = result.measures["cohort_open_at_end_pct"]
    far = level(result)
    return (
        Check(
            "The framework follows its rules",
            problems.ok,
            f"{len(problems.errors)} errors, {len(problems.queries)} queries, {len(problems.notes)} notes "
            "(simkit check lists them)",
        ),
        Check(
            "The duration bands add up",
            math.isclose(bands, 100, abs_tol=0.01),
            f"{amount(bands, '%')} of completed assessments are in one of the nine bands",
        ),
        Check(
            "Two ways of counting late assessments agree",
            math.isclose(open_then, breach.value, abs_tol=0.1),
            f"{amount(open_then, '%')} still open after working day {last} by the survival curve, "
            f"{amount(breach.value, '%')} over 45 working days by counting",
        ),
        Check(
            "The interval is narrow",
            sure(result),
            precision(result),
        ),
        _steady(result),
        Check(
            "The run-out was long enough",
            not still.value > 1,
            f"{amount(still.value, '%')} of the year's assessments were open when the run ended",
        ),
        _near(result, far),
    )


def _steady(result: Result) -> Check:
    what = "Open assessments were steady before the year began"
    if result.case.setting.open_cases is not None:
        return Check(what, True, "not asked: the year begins with the authority's own open assessments")
    steady = result.settled and result.replications > 1
    return Check(what, steady, "settled" if steady else "not settled, or not known")


def _near(result: Result, far: tuple[str, ...]) -> Check:
    what = "The caseload as it is gives the published timeliness"
    if result.case.scenario.changes:
        return Check(what, True, "not asked: the scenario changes something, and a difference is the point")
    return Check(what, not far, far[0] if far else "within five points and five working days")

"""The report of a run, with its text for a terminal and its HTML for a notebook."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from simkit.common.arguments import checked_arguments
from simkit.data import attribution
from simkit.framework.check import check, load
from simkit.framework.wording import whose
from simkit.model.measures.day_counts import Convention
from simkit.output.answers.result import by_route
from simkit.output.answers.result.headline import answer, further_notes, question
from simkit.output.answers.result.measures import Section as MeasureSection
from simkit.output.answers.result.measures import closing, heading, sections
from simkit.output.answers.result.published import (
    PublishedFigures,
    only_published,
    peers,
    published_columns,
    published_measures,
)
from simkit.output.answers.wording import QUALITY, amount, caseload_words, few, range_of, stamp, year_words
from simkit.output.render.html import block, details, drawing, items, paragraph, table
from simkit.output.render.terminal_tables import bullets, grid, pairs, stack
from simkit.output.report.blocks import Block, Paragraph, Picture, Report, Section, Table
from simkit.output.report.sections import (
    Check,
    assumptions_section,
    checks_section,
    commitments_section,
    difference_section,
    sources_section,
)
from simkit.study.notes import doubts, is_precise, level, precision
from simkit.study.result import HEADLINE, Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["checks", "durations_figure", "html", "report_of_result", "result_text"]

_FIGURES = {
    "durations": "How long assessments take, beside the published figures",
    "survival": "How many assessments are still open after each working day",
    "where_time_went": "Where the time went, by route",
    "drift": "Assessment drift in three readings",
    "open_by_week": "Open assessments by week, and those past day 45",
}
_INTERVAL = (
    "95% interval: how sure the mean over the simulated years is; - where they are all alike, or one alone."
)
_ONE_YEAR = "One year: 8 in 10 simulated years lie within."


def report_of_result(result: Result) -> Report:
    """The report of a result."""
    experiment = result.experiment
    return Report(
        kind="run",
        title=f"How long assessments take: {experiment.profile.name}",
        subtitle=(
            f"{experiment.framework.title}, on {caseload_words(experiment)}. {experiment.scenario.title}."
        ),
        standing=f"{stamp(result)} {whose(experiment.framework)}.".lstrip(),
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
            commitments_section(experiment.framework),
            checks_section(checks(result)),
            assumptions_section(experiment.framework),
            sources_section(experiment.framework),
        ),
        command=result.command,
        attribution=attribution(),
        quality=QUALITY,
    )


def _cautions(result: Result) -> tuple[str, ...]:
    """The caption of a what-if first, then the notes."""
    caption = result.experiment.scenario.caption
    return tuple(dict.fromkeys((*([caption] if caption else []), *further_notes(result))))


def _figure(result: Result, name: str) -> Picture:
    """One of the figures of a result; matplotlib is loaded here, not for the text alone."""
    from simkit.output import figures
    from simkit.output.report.picture import picture

    return picture(name, _FIGURES[name], getattr(figures, name)(result))


def durations_figure(result: Result) -> Figure:
    """The main figure of a result: how long assessments take, simulated and published."""
    from simkit.output.figures import durations

    return durations(result)


def _measures(result: Result, *titles: str) -> tuple[Block, ...]:
    """Tables of the measures whose section title begins with one of these."""
    heads = ("Measure", "Value", "95% interval", *(() if few(result) else ("One year",)))
    blocks: list[Block] = []
    for section in sections(result):
        if section.title.startswith(titles):
            rows = _measure_rows(result, section)
            blocks.append(Table(section.title, heads, rows, numbers=len(heads) - 1))
            blocks += [Paragraph(note) for note in section.notes]
    return tuple(blocks)


def _measure_rows(result: Result, section: MeasureSection) -> tuple[tuple[str, ...], ...]:
    """Title, value, 95% interval and, given enough replications, the range of one year."""
    return tuple(
        (
            row.title,
            amount(row.estimate.value, row.estimate.unit),
            range_of(row.estimate),
            *(() if few(result) else (range_of(row.estimate, year=True),)),
        )
        for row in section.rows
    )


def _what_was_run(result: Result) -> Section:
    table = Table("What was simulated and how", ("What", "Words"), heading(result))
    return Section("What was simulated", (table,))


def _changed(result: Result) -> tuple[Section, ...]:
    """What a scenario changes in the framework, if anything."""
    experiment = result.experiment
    if not experiment.scenario.framework:
        return ()
    title, labels = "What the scenario changes in the framework", ("As it is", "In the scenario")
    return (difference_section(load(experiment.name), experiment.framework, title, labels),)


def _durations(result: Result) -> Section:
    return Section(
        "How long assessments take",
        (
            _figure(result, "durations"),
            *_measures(
                result, "Assessments authorised", "Children referred in the year, counted", "Who gets less"
            ),
            _figure(result, "survival"),
            *_beside(result),
        ),
    )


def _beside(result: Result) -> tuple[Block, ...]:
    heads, only = ("Measure", "Simulated", *published_columns(result)), only_published(result)
    rows = _published_rows(result, published_measures(result))
    table = Table(_beside_title(result), heads, rows, numbers=len(heads) - 1)
    return (table, Paragraph(only)) if only else (table,)


def _beside_title(result: Result) -> str:
    return f"Beside the published figures of the {year_words(peers(result).year)}"


def _published_rows(result: Result, measures: Iterable[PublishedFigures]) -> tuple[tuple[str, ...], ...]:
    """Title and simulated value of each measure, then its published figures by column."""
    rows = []
    for measure in measures:
        unit = measure.estimate.unit
        figures = (getattr(measure, field) for field in published_columns(result).values())
        published = ("-" if value is None else amount(value, unit) for value in figures)
        rows.append((measure.estimate.title, amount(measure.estimate.value, unit), *published))
    return tuple(rows)


def _time(result: Result) -> Section:
    return Section(
        "Where the time went", (_figure(result, "where_time_went"), *_measures(result, "Where the time went"))
    )


def _drift(result: Result) -> Section:
    lead = Paragraph(
        "Drift is read in three ways, which are not one number: how much longer an assessment takes than "
        "it would with nobody waiting for anybody; whether nothing happened for ten working days on end; "
        "how far past the planned day it ended."
    )
    return Section(
        "Assessment drift", (lead, _figure(result, "drift"), *_measures(result, "Assessment drift"))
    )


def _weeks(result: Result) -> Section:
    return Section(
        "Through the year",
        (_figure(result, "open_by_week"), *_measures(result, "Other clocks", "Review points")),
    )


def _routes(result: Result) -> Section:
    lead = Paragraph("Whether attention narrows to child protection shows here: read across.")
    table = Table(by_route.title(result), ("Measure", *by_route.heads()[1:]), by_route.rows(result))
    return Section("By route", (lead, table, *(Paragraph(note) for note in by_route.few_note(result))))


def checks(result: Result) -> tuple[Check, ...]:
    """Checks of the result's plausibility."""
    problems = check([result.experiment.name])
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
        Check("The interval is narrow", is_precise(result), precision(result)),
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
    if result.experiment.setting.open_cases is not None:
        return Check(what, True, "not asked: the year begins with the authority's own open assessments")
    steady = bool(result.settled) and result.replications > 1
    return Check(what, steady, "settled" if steady else "not settled, or not known")


def _near(result: Result, far: tuple[str, ...]) -> Check:
    what = "The caseload as it is gives the published timeliness"
    if result.experiment.scenario.changes:
        return Check(what, True, "not asked: the scenario changes something, and a difference is the point")
    return Check(what, not far, far[0] if far else "within five points and five working days")


def result_text(result: Result) -> Group:
    """Everything that ``simkit run`` prints about a result."""
    cautions = doubts(result)
    return stack(
        pairs(heading(result)),
        pairs((("Answer", answer(result)), *(("Caution", caution) for caution in cautions))),
        *(_section_text(result, section) for section in sections(result)),
        *_ranges_text(result),
        _beside_text(result),
        _routes_text(result),
        bullets("To know beside this", (note for note in further_notes(result) if note not in cautions)),
        Group(*(Text(sentence) for sentence in closing(result))),
    )


def _ranges_text(result: Result) -> tuple[Text, ...]:
    """What the columns of intervals mean, where there are any."""
    if result.replications < 2:
        return ()
    return (Text(_INTERVAL if few(result) else f"{_INTERVAL} {_ONE_YEAR}", style="dim"),)


def _section_text(result: Result, section: MeasureSection) -> Group:
    heads = ("", "value", "95% interval", *(() if few(result) else ("one year",)))
    return _noted(
        grid(section.title, heads, _measure_rows(result, section), right=len(heads) - 1), section.notes
    )


def _beside_text(result: Result) -> Group:
    with_published = (
        row for row in published_measures(result) if row.own is not None or row.england is not None
    )
    heads, only = ("", "simulated", *published_columns(result)), only_published(result)
    table = grid(_beside_title(result), heads, _published_rows(result, with_published), right=len(heads) - 1)
    return _noted(table, (only,) if only else ())


def _routes_text(result: Result) -> Group:
    heads = by_route.heads()
    table = grid(by_route.title(result), heads, by_route.rows(result), right=len(heads) - 1)
    return _noted(table, by_route.few_note(result))


def _noted(table: Group, notes: tuple[str, ...]) -> Group:
    """A table with its notes, dimmed."""
    return Group(table, *(Text(note, style="dim") for note in notes)) if notes else table


@checked_arguments
def html(result: Result) -> str:
    """The result as HTML without scripts or anything from outside; all text is escaped."""
    from simkit.output.figures import durations, where_time_went

    experiment, mark, cautions = result.experiment, stamp(result), doubts(result)
    parts = [
        f"<p><strong>{escape(mark)}</strong></p>" if mark else "",
        f"<p><strong>{escape(experiment.profile.name)}</strong><br>{escape(whose(experiment.framework))}</p>",
        f"<p><strong>{'<br>'.join(map(escape, answer(result).splitlines()))}</strong></p>",
        *(paragraph(f"Caution: {caution}") for caution in cautions),
        *(drawing(figure(result)) for figure in (durations, where_time_went)),
        details("What was simulated", table("", ("", ""), heading(result))),
    ]
    for section in sections(result):
        parts.append(details(section.title, *(block(each) for each in _measures(result, section.title))))
    parts.append(items([note for note in further_notes(result) if note not in cautions]))
    parts += [paragraph(sentence) for sentence in closing(result)]
    return f"<div>{''.join(parts)}</div>"

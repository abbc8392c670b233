"""A run as a report, with its main figure; its data and tables are in the modules beside."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simkit.common.blocks import Facts, Paragraph, Section, Table
from simkit.data import attribution
from simkit.framework.check import check, check_text
from simkit.framework.difference import difference
from simkit.framework.framework import Framework
from simkit.framework.problem import Problems
from simkit.framework.wording import whose
from simkit.model.inputs.scenario import AS_PUBLISHED
from simkit.model.measures.measures import LIMIT_DAYS
from simkit.output.answers.difference import difference_tables
from simkit.output.answers.result import by_route
from simkit.output.answers.result.data import data
from simkit.output.answers.result.headline import answer, further_notes, question, without_change
from simkit.output.answers.result.measures import heading, sections
from simkit.output.answers.result.not_known import range_section
from simkit.output.answers.result.published import (
    left_out,
    only_published,
    peers,
    published_columns,
    published_measures,
    year_of_all,
)
from simkit.output.answers.result.tables import tables
from simkit.output.answers.wording import (
    QUALITY,
    amount,
    few,
    is_a_year,
    kind_of_caseload,
    range_of,
    simulated_words,
    stamp,
    year_words,
)
from simkit.output.report.blocks import Picture, Report, picture
from simkit.output.report.sections import (
    Check,
    assumptions_section,
    checks_section,
    commitments_section,
    sources_section,
)
from simkit.study.estimate import LEAST_YEARS
from simkit.study.notes import doubts, is_precise, level, precision
from simkit.study.result import HEADLINE, IN_TIME, NO_FILE, Experiment, Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["checks", "data", "figure", "report", "tables"]

_FIGURES = {
    "durations": "How long assessments take, beside the published figures",
    "survival": "How many assessments are still open after each working day",
    "where_time_went": "Where the time went, by route",
    "drift": "Assessment drift in three readings",
    "open_by_week": "Open assessments by week, and those past day 45",
}
_OF_A_CHANGE = {
    IN_TIME: "Completed within 45 working days of their start",
    HEADLINE: "Children over 45 working days from referral",
    "open_at_year_end": "Open assessments at the end of the year",
    "effort_used_pct": "Time given to each task, of what it usually takes",
    "utilisation_social_worker_pct": "Social workers' assessment time in use",
}
_SHORT_TITLES = {
    "published_within_45_days_pct": "Within 45 working days",
    "published_median_days": "Median, working days",
    "published_p25_days": "Lower quartile",
    "published_p75_days": "Upper quartile",
    "published_icpc_within_15_days_pct": "Conferences within 15 days",
}
_INTERVAL = (
    "95% interval: chance only, not whether the assumptions are right. '-': all simulated years are alike, "
    f"or fewer than {LEAST_YEARS}."
)
_ONE_YEAR = "One year: 8 in 10 simulated years are in this range."
_DRIFT = (
    "Drift is measured in three ways. Stretch: how much longer an assessment takes than it would if nobody "
    "waited for "
    "anybody. Idle: nothing happened for 10 working days in a row, not counting planned pauses, "
    "which are an assumption. Slip: days past the planned day."
)


def report(result: Result) -> Report:
    """The report of a result."""
    experiment = result.experiment
    beside = doubts(result)
    caption = (experiment.scenario.caption,) if experiment.scenario.caption else ()
    notes = (*caption, *(note for note in further_notes(result) if note not in beside))
    return Report(
        kind="run",
        title=f"How long assessments take: {experiment.profile.name}, {year_words(experiment.profile.year)}",
        subtitle=f"{whose(experiment.framework)}{_under(experiment)}.",
        standing=f"{stamp(result)} {whose(experiment.framework)}.".lstrip(),
        question=question(result),
        answer=answer(result),
        doubts=beside,
        cautions=tuple(dict.fromkeys(notes)),
        sections=(
            *_price_of_change(result),
            *((range_section(result),) if result.not_known else ()),
            Section("Simulated and published", (_beside(result),)),
            *_changed(result),
            _durations(result),
            Section(
                "Where the time went",
                (_figure(result, "where_time_went"), *_measures(result, "Where the time went")),
            ),
            Section(
                "Assessment drift",
                (Paragraph(_DRIFT), _figure(result, "drift"), *_measures(result, "Assessment drift")),
            ),
            Section(
                "Through the year",
                (_figure(result, "open_by_week"), *_measures(result, "Other clocks", "Review points")),
            ),
            _routes(result),
            Section("What was simulated", (Facts("What was simulated and how", tuple(_facts(result))),)),
            commitments_section(experiment.framework),
            checks_section(checks(result)),
            assumptions_section(experiment.framework),
            sources_section(experiment.framework),
        ),
        command=result.command,
        attribution=attribution(),
        quality=QUALITY,
        stamp=stamp(result),
    )


def _under(experiment: Experiment) -> str:
    scenario = (
        "" if experiment.scenario.name == AS_PUBLISHED.name else f". Scenario: {experiment.scenario.title}"
    )
    days = simulated_words(experiment)
    caseload = {
        "published": "",
        "own": ". Your own caseload",
        "synthetic": ". Synthetic caseload: no child in it exists",
    }[kind_of_caseload(experiment)]
    return f"{caseload}{scenario}{f'. Simulated: {days}' if days else ''}"


def _price_of_change(result: Result) -> tuple[Section, ...]:
    """What a change of caseload or staff does: without it, with the service's response, and with none."""
    if result.without_response is None or result.as_published is None:
        return ()
    columns = (result.as_published, result.measures, result.without_response)
    year = is_a_year(result.experiment)
    rows = tuple(
        (
            title if year else title.replace("of the year", "of the time simulated"),
            *(amount(each[name].value, each[name].unit) for each in columns),
        )
        for name, title in _OF_A_CHANGE.items()
    )
    heads = ("", without_change(result), "if services respond as they did", "if nobody responds")
    return (Section("What the change does", (Table("What the change does", heads, rows, 3),)),)


def _facts(result: Result) -> Iterator[tuple[str, str]]:
    yield from heading(result)
    horizon = result.experiment.setting.horizon
    yield "Simulated days", " to ".join(f"{day.day} {day:%B %Y}" for day in (horizon.start, horizon.end))
    written, given = _written(result.experiment).name, result.experiment.name
    layers = (given if each == written else each for each in result.experiment.framework.layers)
    yield "Framework layers", ", ".join(layers)


def figure(result: Result) -> Figure:
    """The main figure of a result: how long assessments take, simulated and published."""
    from simkit.output.figures import durations

    return durations(result)


def _figure(result: Result, name: str) -> Picture:
    """One of the figures of a result; matplotlib is loaded when it is drawn, not for the text alone."""

    def draw() -> Figure:
        from simkit.output import figures

        drawn: Figure = getattr(figures, name)(result)
        return drawn

    return picture(name, _FIGURES[name], draw)


def _measures(result: Result, *titles: str) -> tuple[Table, ...]:
    """Tables of the measures whose section title begins with one of these."""
    heads = ("Measure", "Value", "95% interval", *(() if few(result) else ("One year",)))
    return tuple(
        Table(
            section.title,
            heads,
            tuple(
                (
                    row.title,
                    amount(row.estimate.value, row.estimate.unit),
                    range_of(row.estimate),
                    *(() if few(result) else (range_of(row.estimate, year=True),)),
                )
                for row in section.rows
            ),
            numbers=len(heads) - 1,
            notes=section.notes,
        )
        for section in sections(result)
        if section.title.startswith(titles)
    )


def _changed(result: Result) -> tuple[Section, ...]:
    """What a scenario changes in the framework, if anything. Both sides have the same practice."""
    experiment = result.experiment
    if not experiment.scenario.framework or experiment.without_scenario is None:
        return ()
    changed = difference(experiment.without_scenario, experiment.framework)
    tables_ = difference_tables(changed, ("As it is", "In the scenario"))
    return (Section("What the scenario changes in the framework", tuple(tables_.values())),)


def _durations(result: Result) -> Section:
    families = ("Children in", "Assessments authorised", "Children referred in the year, counted", "Who gets")
    ranges = _INTERVAL if few(result) else f"{_INTERVAL} {_ONE_YEAR}"
    return Section(
        "How long assessments take",
        (
            _figure(result, "durations"),
            *((Paragraph(ranges),) if result.replications > 1 else ()),
            *_measures(result, *families),
            _figure(result, "survival"),
        ),
    )


def _beside(result: Result) -> Table:
    """Title and simulated value of each measure, then its published figures by column."""
    columns, only, rows = published_columns(result), only_published(result), []
    measures = published_measures(result)
    year = year_of_all(measures)
    for measure in measures:
        unit = measure.estimate.unit
        figures = (getattr(measure, field) for field in columns.values())
        published = ("-" if value is None else amount(value, unit) for value in figures)
        name, value = measure.estimate.name, amount(measure.estimate.value, unit)
        few_ = by_route.scarce(result, name, "")
        which = "" if year else f" ({measure.year})"
        rows.append((_SHORT_TITLES[name] + which, by_route.TOO_FEW if few_ else value, *published))
    when = f"the {year_words(year)}" if year else "the years to 31 March in brackets"
    title = f"Assessments completed, from their start: simulated, and published for {when}"
    heads = ("", "Simulated", *columns)
    titles = {each.estimate.name: _SHORT_TITLES[each.estimate.name] for each in measures}
    notes = tuple(note for note in (only, left_out(peers(result), titles)) if note)
    return Table(title, heads, tuple(rows), numbers=len(heads) - 1, notes=notes)


def _routes(result: Result) -> Section:
    heads, rows = ("Measure", *by_route.heads()[1:]), by_route.rows(result)
    table = Table(by_route.title(result), heads, rows, len(heads) - 1, by_route.few_note(result))
    less = (
        ("Who gets less time under pressure is in the table 'Who gets less'.",)
        if result.section_47_exempt
        else ()
    )
    return Section("By route", (table, *(Paragraph(text) for text in (by_route.SAME_PRACTICE, *less))))


def _written(experiment: Experiment) -> Framework:
    """The framework as it was written, before the scenario."""
    return experiment.as_written or experiment.framework


def _problems(written: Framework) -> Problems:
    """What the check finds in the framework: in the text that was run, since its file may be gone."""
    if written.name.endswith((".yaml", ".yml")):
        return check_text(written.text, written.name)
    return check(written.name)


def checks(result: Result) -> tuple[Check, ...]:
    """Checks of the result's plausibility."""
    has_file = result.experiment.name != NO_FILE
    problems = _problems(_written(result.experiment)) if has_file else Problems()
    breach = result.measures[HEADLINE]
    last = LIMIT_DAYS - result.convention.starting_day
    open_then = float(result.survival[last, 0])
    bands = sum(band.value for band in result.bands.values())
    still = result.measures["cohort_open_at_end_pct"]
    far = level(result)
    return (
        Check(
            "The framework follows its rules",
            problems.ok,
            f"{len(problems.errors)} errors, {len(problems.queries)} queries, {len(problems.notes)} notes "
            "(simkit check lists them)"
            if has_file
            else "checked when it was loaded in Python",
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
        return Check(what, True, "not checked: the year begins with the authority's own open assessments")
    steady = bool(result.settled) and result.replications > 1
    return Check(what, steady, "settled" if steady else "not settled, or not known")


def _near(result: Result, far: tuple[str, ...]) -> Check:
    what = "Without a change, the simulation gives the published timeliness"
    if result.experiment.scenario.changes:
        return Check(what, True, "not checked: the scenario changes something, so a difference is expected")
    return Check(what, not far, far[0] if far else "within five points and five working days")

"""What every answer of a study says besides its own figures, as a report and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from simkit.common.blocks import Section
from simkit.common.shell import command_line
from simkit.data import attribution
from simkit.framework.wording import whose
from simkit.output.answers.wording import QUALITY, subtitle, time_period
from simkit.output.report.blocks import Report
from simkit.output.report.sections import assumptions_section, sources_section
from simkit.study.notes import practice_notes, unknown_notes
from simkit.version import __version__

if TYPE_CHECKING:
    from simkit.model.measures.day_counts import Convention
    from simkit.study.result import Experiment


class StudyAnswer(Protocol):
    """What every answer of a study has."""

    @property
    def experiment(self) -> Experiment: ...
    @property
    def replications(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def engine(self) -> str: ...
    @property
    def convention(self) -> Convention: ...
    @property
    def command(self) -> str: ...


def study_report(
    kind: str,
    study: StudyAnswer,
    *,
    title: str,
    question: str,
    answer: str,
    cautions: Iterable[str],
    sections: Iterable[Section],
) -> Report:
    """The report of a study on one experiment, with its framework's assumptions and sources.

    ``kind`` is the command (``staff``).
    """
    framework, unknown = study.experiment.framework, tuple(unknown_notes(study.experiment))
    return Report(
        kind=kind,
        title=title,
        subtitle=subtitle(study.experiment),
        standing=f"{whose(framework)}.",
        question=question,
        answer=answer,
        doubts=unknown,
        cautions=tuple(each for each in cautions if each not in unknown),
        sections=(*sections, assumptions_section(framework), sources_section(framework)),
        command=study.command,
        attribution=attribution(),
        quality=QUALITY,
    )


def experiment_notes(experiment: Experiment) -> Iterator[str]:
    """What must be known of the practice, staff, scenario and caseload that were simulated."""
    yield from unknown_notes(experiment)
    yield from practice_notes(experiment)
    yield from experiment.staff_notes
    yield from experiment.scenario.captions
    yield from experiment.profile.notes


def assumptions_note(experiment: Experiment) -> str:
    """How many numbers are assumptions, and which command shows those that decide the answer."""
    framework = experiment.framework
    own = len(framework.measured())
    measured = f", {own} more come from own data" if own else ""
    return (
        f"{len(framework.assumed())} numbers are assumptions{measured}. To see which of them matter: "
        f"{command_line('simkit', 'sensitivity', experiment.name)}"
    )


def study_data(
    kind: str, study: StudyAnswer, answer: str, notes: Iterable[str], body: Mapping[str, Any]
) -> dict[str, Any]:
    """A study as plain data: whose it is, its own ``body``, and how it was run. What has no value is None.

    ``kind`` is the command (``staff``).
    """
    framework, profile = study.experiment.framework, study.experiment.profile
    return {
        "simkit": f"{kind}-result/1",
        "authority": profile.name,
        "la_code": framework.la_code,
        "gss_code": profile.gss_code,
        "framework": framework.name,
        "framework_words": whose(framework),
        "year": profile.year,
        "time_period": time_period(profile.year),
        "scenario": study.experiment.scenario.name,
        "answer": answer,
        **body,
        "replications": study.replications,
        "seed": study.seed,
        "engine": study.engine,
        "convention": study.convention.value,
        "notes": list(notes),
        "command": study.command,
        "attribution": attribution(),
        "quality": QUALITY,
        "version": __version__,
    }

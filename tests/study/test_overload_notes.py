"""What is said of a run whose levels say little: nobody has time, or one kind of case is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from results import tiny

from simkit.study.estimate import Estimate
from simkit.study.overload_notes import one_kind_note, overload_notes


def said(changes: Iterable[tuple[str, float]]) -> list[str]:
    found: dict[str, Estimate] = dict(tiny().measures)
    easy = [
        *((name, 80.0) for name in found if name.startswith("utilisation_")),
        ("cohort_open_at_end_pct", 1.0),
        ("cohort_assessments.brief", 10.0),
        ("cohort_assessments.section_17", 80.0),
        ("cohort_assessments.disabled_children", 4.0),
    ]
    for name, value in (*easy, *changes):
        found[name] = replace(found[name], value=value)
    return [*overload_notes(tiny().experiment.framework, found), *one_kind_note(found)]


def test_of_a_run_with_time_to_spare_nothing_is_said() -> None:
    assert said([]) == []


def test_a_role_without_time_is_named_though_the_year_s_cases_were_finished() -> None:
    (note,) = said([("utilisation_team_manager_pct", 99.8)])
    assert note.startswith("All of the assessment time of team manager is in use")


def test_what_is_left_open_says_whose_time_is_in_use_once() -> None:
    (note,) = said([("utilisation_team_manager_pct", 99.8), ("cohort_open_at_end_pct", 40.0)])
    assert note.startswith("Not finished: 40%")
    assert note.endswith("All in use: the time of team manager.")


def test_a_practice_that_makes_every_assessment_brief_is_said() -> None:
    few = [("cohort_assessments.section_17", 0.0), ("cohort_assessments.disabled_children", 0.0)]
    (note,) = said(few)
    assert note.startswith("Nearly every assessment outside section 47 enquiries is a brief one")
    assert said([*few, ("cohort_assessments.brief", 0.0)]) == [], "a year without assessments"

"""What the screen of runs says in place of commands and of pages of the documentation."""

from __future__ import annotations

from dataclasses import replace

from results import with_bands

from simkit.cli.app import app
from simkit.designer.running.on_screen import COMMANDS, on_screen
from simkit.model.inputs.calibration import calibration
from simkit.study.notes import EACH_ASSUMPTION, RANGE_NOTE, bad_fit, notes_of


def test_no_words_of_a_result_name_a_command_or_a_page_of_the_documentation() -> None:
    """A doubt about a fit sent people to docs/calibration.md, which is nowhere on the screen."""
    assert set(COMMANDS) == {each.name for each in app.registered_commands}
    for command in COMMANDS:
        assert on_screen(f"Both are shown. To see more: simkit {command} hackney.yaml") == "Both are shown."
        assert on_screen(f"To see it without a response as well, use `simkit {command}`.") == ""
    for kept in ("simkit has not read its text.", "In 2016 to 2023, as published, it rose. See “Compare”."):
        assert on_screen(kept) == kept
    assert on_screen("Days count from 0. To see it, add --convention day_1. That is all.") == (
        "Days count from 0. That is all."
    )
    assert on_screen(RANGE_NOTE) == "The range is shown after more simulated years."
    told = notes_of(with_bands())
    fitted = calibration("204", 2023)
    assert fitted is not None
    far = replace(fitted, fit={**fitted.fit, "distance": 1.0, "distance_expected": 0.1})
    doubted = replace(with_bands(), experiment=replace(with_bands().experiment, calibration=far))
    for note in (*told, *notes_of(doubted)):
        words = on_screen(note)
        assert words and "simkit " not in words and "docs/" not in words, note
    (caution,) = bad_fit(doubted.experiment)
    assert "docs/calibration.md" in caution
    assert on_screen(caution) == (
        "The simulated durations differ from Hackney's published durations of the year to March 2023 by more "
        "than twice what chance explains: read differences between scenarios, not levels."
    )
    assumed = next(note for note in told if EACH_ASSUMPTION in note)
    assert on_screen(f'{assumed.partition("simkit")[0]}simkit show "my. File.yaml" model').endswith(
        "numbers are assumptions. The report under “Download and repeat” gives the range and reason of each."
    )

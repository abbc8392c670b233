"""What is made from an own return tells no count that the return itself withholds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from command import Command
from own import episode, written

import simkit
from simkit.model.inputs.calendar import holidays
from simkit.model.inputs.calibration import CalibrationError, calibration_file
from simkit.returns.read import read_return
from simkit.returns.result import INTERNAL, Return

START = np.datetime64("2022-06-06")


def after(working_days: int, start: np.datetime64 = START) -> str:
    return str(np.busday_offset(start, working_days, roll="forward", holidays=holidays()))


def census(folder: Path, soon: int, late: int, ages: tuple[int, ...] = ()) -> Path:
    """Forty assessments of 36 days, some of 15 and a few of 48; and open ones of these ages."""
    days = [36] * 40 + [15] * soon + [48] * late
    ended = [episode("2022-06-06", "2022-06-06", after(each)) for each in days]
    last = np.datetime64("2023-03-31")
    began = [after(-age, last) for age in ages]
    folder.mkdir(exist_ok=True)
    return written(folder, *ended, *(episode(day, day) for day in began))


def read(folder: Path, *counts: object, internal: bool = False) -> Return:
    return read_return("cin-census", census(folder, *counts), internal=internal)  # type: ignore[arg-type]


def test_returns_that_differ_in_withheld_counts_alone_give_the_same_to_fit(tmp_path: Path) -> None:
    """So that no figure of a calibration can tell one from the other."""
    one, other = read(tmp_path / "a", 7, 4), read(tmp_path / "b", 9, 2)
    assert one.count("days_46_50") is None and one.count("assessments_completed") == 51
    assert one.durations == other.durations and one.durations is not None
    assert one.durations.counts == one.durations.shown.counts and None in one.durations.counts
    assert one.profile == other.profile and one.conferences == other.conferences
    assert "in time withheld" in str(one.durations)
    assert read(tmp_path / "c", 7, 4, internal=True).durations != one.durations


def test_counts_stay_exact_where_nothing_is_withheld(tmp_path: Path) -> None:
    found = read(tmp_path / "a", 7, 12).durations
    assert found is not None and found.within_45_share == 47 / 59
    assert sum(filter(None, found.counts)) == found.total == pytest.approx(59)


def test_open_cases_that_differ_in_withheld_counts_alone_begin_the_same_run(tmp_path: Path) -> None:
    young, old = tuple(range(1, 10)) * 3, (50, 52, 70)
    one = read(tmp_path / "a", 7, 12, (*young, *(15,) * 7, *old, 70)).open_cases
    other = read(tmp_path / "b", 7, 12, (*young, *(15,) * 8, *old)).open_cases
    exact = read(tmp_path / "c", 7, 12, (*young, *(15,) * 8, *old), internal=True).open_cases
    assert one is not None and other is not None and exact is not None
    assert one.days_open.tolist() == other.days_open.tolist() and one.route.tolist() == other.route.tolist()
    assert len(one) == len(exact) == 38, "the total is shown, so it is kept"
    assert sorted(exact.days_open)[-3:] == [50, 52, 70]
    assert (one.days_open <= 10).sum() == 27, "a group that is shown keeps its number"
    assert len(set(one.days_open[one.days_open <= 10].tolist())) == 11, "and not its days"
    assert (one.days_open > 45).sum() != 3 and (one.days_open > 45).sum() != 4


def test_a_total_of_open_cases_that_is_withheld_gives_no_start(tmp_path: Path) -> None:
    assert read(tmp_path / "a", 7, 12, (3, 50)).open_cases is None


def test_bands_that_are_withheld_need_a_total_beside_them() -> None:
    class Bare:
        counts = (1.0,) * 8 + (None,)
        p25_days = median_days = p75_days = None

    with pytest.raises(CalibrationError, match="`total`"):
        simkit.calibrate_to(Bare(), simkit.profile("hackney", 2023))


@pytest.mark.long
def test_no_output_of_a_calibration_or_a_run_with_it_tells_the_share(tmp_path: Path, simkit: Command) -> None:
    """47 of 51 in time is 92.157%: nowhere exact, and nowhere as an own share."""
    file = census(tmp_path / "r", 7, 4)
    out = tmp_path / "out"
    done = simkit("read-return", "cin-census", str(file), "--calibrate", "--out", str(out))
    assert done.code == 0, done.err
    (practice,) = out.rglob("2023/*.yaml")
    run = tmp_path / "run"
    ran = simkit(
        *("run", "hackney", "--year", "2023", "--practice", str(practice), "--replications", "2"),
        *("--out", str(run), "--format", "json"),
    )
    assert ran.code == 0, ran.err
    kept = yaml.safe_load(practice.read_text(encoding="utf-8"))
    assert "within_45_own_pct" not in kept["fit"] and "distance" not in kept["fit"]
    assert any("Own share in time withheld" in gap for gap in kept["gaps"])
    text = "".join(
        each.read_bytes().decode("utf-8", "replace")
        for folder in (out, run)
        for each in folder.rglob("*")
        if each.suffix in {".yaml", ".json", ".csv", ".html", ".txt", ".md"}
    )
    every = text + done.out + done.err + ran.out + ran.err
    assert len(text) > 10_000
    for told in ("92.157", "92.156", "0.92157", "0.92156", "own 92", "92% in Hackney's own durations"):
        assert told not in every
    assert "92.2" not in calibration_file(practice)._repr_html_()

    inside = tmp_path / "inside"
    shown = simkit("read-return", "cin-census", str(file), "--internal", "--calibrate", "--out", str(inside))
    assert shown.code == 0, shown.err
    (open_one,) = inside.rglob("2023/*.yaml")
    assert calibration_file(open_one).gaps[0] == INTERNAL, "what shows every count says so"


def test_the_range_of_a_quartile_is_the_same_wherever_it_lies(tmp_path: Path) -> None:
    """Of 11 in two withheld bands 7 or 8 in the first decide where the quartile lies.

    Days in the second used to be shown, and both bands together only where it lay in the first: so three at
    most were in the second.
    """
    shown = []
    for soon in (7, 8):
        held = [9] * soon + [13] * (11 - soon) + [18] * 11 + [25] * 9
        rows = [episode("2022-06-06", enquiry="2022-06-06", conference=after(n)) for n in held]
        rows += [episode("2022-06-06", "2022-06-06", after(36))] * 40
        (tmp_path / str(soon)).mkdir()
        conferences = read_return("cin-census", written(tmp_path / str(soon), *rows)).conferences
        assert conferences is not None and conferences.listed == (None, None, 11, 9)
        shown.append((str(conferences.quartiles[0]), conferences.within_15_share))
    assert shown[0] == shown[1] and shown[0][0] == "0 to 15 days"


@pytest.mark.parametrize("left", (2, 4))
def test_a_share_of_referrals_assessed_that_is_withheld_is_the_published_one(
    tmp_path: Path, left: int
) -> None:
    """With 4 of 1,604 not assessed, all were said to be, and the profile called that the return's own."""
    worked = [episode("2022-06-06", "2022-06-06", after(36))] * (60 - left)
    unworked = [episode("2022-06-06")] * left
    closed = [episode("2022-06-06", nfa="true")] * 10
    is_open = [episode("2023-03-27", "2023-03-27")] * 12
    file = written(tmp_path, *worked, *unworked, *closed, *is_open)
    shown, exact = read_return(file), read_return(file, internal=True)
    published = simkit.profile("hackney", 2023)
    assert shown.count("referrals_assessed") is None and shown.count("referrals_not_nfa") == 72
    assert shown.profile.assessed_share == published.assessed_share
    assert "assessed_share" in shown.from_published and "assessed_share" not in shown.profile.own
    assert any("referrals not closed that are assessed" in note for note in shown.profile.notes)
    assert shown.profile.repeat_share == exact.profile.repeat_share == 0, "it rests on counts that are shown"
    assert shown.profile.nfa_share == exact.profile.nfa_share == 10 / 82
    assert exact.profile.assessed_share == (72 - left) / 72 and "assessed_share" not in exact.from_published
    rows = shown.tables()["profile"].set_index("field")["from"]
    assert rows["assessed_share"] == "published statistics, 2023" and rows["repeat_share"] == "own return"


def test_a_return_that_cannot_say_which_referrals_were_assessed_says_what_is_assumed(tmp_path: Path) -> None:
    """Nothing is open, so nothing says which of the last referrals were assessed."""
    worked = [episode("2022-06-06", "2022-06-06", after(36))] * 60
    shown = read_return(written(tmp_path, *worked, *[episode("2022-06-06", nfa="true")] * 10))
    assert shown.profile.assessed_share == pytest.approx(1)
    assert any(
        "simkit assumes one assessment for each referral not closed" in note for note in shown.profile.notes
    )
    rows = shown.tables()["profile"].set_index("field")["from"]
    assert rows["assessed_share"] == "own return, by an assumption" and rows["nfa_share"] == "own return"
    assert "assessed_share" not in shown.profile.own


def test_a_withheld_number_of_assessments_is_not_called_too_few(tmp_path: Path, simkit: Command) -> None:
    """Annex A of Rutland: 86 of 92 were in the table, and "too few were completed to show anything"."""
    file = tmp_path / "annex-a.xlsx"
    assert simkit("synthetic-return", "annex-a", "rutland", "--out", str(file)).code == 0
    read = ("read-return", "annex-a", str(file), "--authority", "rutland", "--calibrate")
    ran = simkit(*read)
    assert ran.code != 0 and "Too few" not in ran.out + ran.err
    assert "How many assessments were completed is withheld" in " ".join(ran.out.split())
    said = " ".join(ran.err.split())
    assert "nothing to fit. How many assessments were completed is withheld" in said and "--internal" in said
    shown = read_return("annex-a", file, authority="rutland")
    assert shown.count("assessments_completed") is None and shown.durations is None
    assert "`internal=True`" in shown.durations_note
    exact = read_return("annex-a", file, authority="rutland", internal=True)
    assert exact.durations is not None and exact.count("assessments_completed") == 92


def test_the_report_says_of_each_figure_of_the_profile_where_it_comes_from(tmp_path: Path) -> None:
    """Own and published figures stood in one list without a mark, and a report lost what each was of."""
    worked = [episode("2022-06-06", "2022-06-06", after(36))] * 58 + [episode("2022-06-06")] * 2
    is_open = [episode("2023-03-27", "2023-03-27")] * 12
    shown = read_return(written(tmp_path, *worked, *is_open))
    lines = [" ".join(line.split()) for line in str(shown).splitlines()]
    assert "Referrals own return 72" in lines
    assert "Further assessments for each referral not closed own return 0.00" in lines
    assert any(
        line.startswith("Referrals not closed that are assessed published statistics, 2023") for line in lines
    )
    assert any(line.startswith("Posts vacant published statistics, 2023") for line in lines)
    assert (
        shown.tables()["profile"].set_index("field")["from"]["vacancy_rate"] == "published statistics, 2023"
    )
    shown.save(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'data-label="from">published statistics, 2023</td>' in page

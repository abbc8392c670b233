"""The command line as people meet it: what it prints, its exit codes, and every kind of bad input."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import NoReturn

import pytest
from command import Command, Ran
from paths import ROOT
from results import tiny

from simkit.cli import main


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every run give the one tiny result at once."""
    monkeypatch.setattr("simkit.study.experiment.run", lambda *_, **__: tiny())


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "simkit", *arguments],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )


def one_clear_message(ran: Ran) -> None:
    assert ran.code in (1, 2)
    said = ran.out + ran.err
    assert said.strip()
    assert "Traceback" not in said
    assert "fault in simkit" not in said


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("run hackney winter-surge --seed 2", "simkit run hackney --scenario winter-surge --seed 2"),
        ("staff hackney winter-surge", "simkit staff hackney --scenario winter-surge"),
        ("run hackney 2023 winter-surge", "simkit run hackney --year 2023 --scenario winter-surge"),
        ("new hackney national/working-together-2026", "simkit new hackney --edition 2026"),
        ("new hackney 2026", "simkit new hackney --edition 2026"),
        ("nation hackney 2023", "simkit nation hackney --year 2023"),
        ("list national", "simkit list --kind national"),
        ("run South Gloucestershire", 'simkit run "South Gloucestershire"'),
        ("sensitivity kensington and chelsea", 'simkit sensitivity "kensington and chelsea"'),
        ("run hackney islington", "To compare them: simkit compare hackney islington"),
        ("document hackney national/working-together-2018", "once for hackney and once for national/"),
        ("diff hackney islington rutland", "simkit survey hackney islington rutland"),
        ("design . hackney", "For help: simkit design --help"),
        ("run hackney nothing-known", "For help: simkit run --help"),
        ("run winter-surge", "It is a scenario: simkit run hackney --scenario winter-surge"),
    ],
)
def test_a_word_too_many_is_answered_with_what_to_write(simkit: Command, words: str, advice: str) -> None:
    """It said "Got unexpected extra argument(s)" of a scenario, a year, an edition or a second authority."""
    ran = simkit(*words.split())
    one_clear_message(ran)
    assert advice in ran.err and "extra argument" not in ran.err


# Fine input


def test_version(simkit: Command) -> None:
    from simkit.version import __version__

    assert simkit("--version") == Ran(0, f"simkit {__version__}\n", "")


def test_help_names_the_commands(simkit: Command) -> None:
    ran = simkit("--help")
    assert ran.code == 0
    assert all(f"  {name} " in ran.out for name in ("check", "list", "show", "run"))
    assert "..." not in ran.out.partition("Commands:")[2], "each is said in full"


def test_python_m_simkit_is_the_same(simkit: Command) -> None:
    done = process("--version")
    assert done.returncode == 0
    assert done.stdout.decode().split() == simkit("--version").out.split()


@pytest.mark.slow
def test_checking_everything_that_is_shipped(simkit: Command) -> None:
    ran = simkit("check")
    assert ran.code == 0, ran.out
    assert re.search(r"\d{3} files checked: 0 errors, 0 queries", ran.out)


@pytest.mark.slow
def test_check_says_what_came_with_simkit_and_how_to_check_ones_own(simkit: Command) -> None:
    assert "come with simkit" in simkit("check").out and "simkit check wirral.yaml" in simkit("check").out


def test_a_name_is_not_taken_for_the_file_of_that_name(
    simkit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("wirral.yaml", "kirklees-own.yaml"):
        (tmp_path / name).write_text("simkit: framework/1\n", encoding="utf-8")
    ran = simkit("check", "wirral")
    assert ran.code == 0 and "the framework of Wirral that comes with simkit" in ran.out
    assert "There is also a file wirral.yaml here: simkit check wirral.yaml" in ran.out
    assert "comes with simkit" not in simkit("check", "wirral.yaml").out
    ran = simkit("check", "kirklees-own")
    assert "Did you mean the file kirklees-own.yaml?" in ran.err
    ran = simkit("check", "nofolder")
    assert ran.err == (
        "There is no file, folder or framework called 'nofolder'. To see all names: simkit list\n"
    )


def test_check_as_json(simkit: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("simkit: framework/1\ntitel: x\n", encoding="utf-8")
    ran = simkit("check", tmp_path / "mine.yaml", "--format", "json")
    data = json.loads(ran.out)
    assert ran.code == 1
    assert not data["ok"] and data["files"] == 1
    assert data["errors"] == sum(p["severity"] == "error" for p in data["problems"]) > 0
    assert {"code", "file", "line", "column", "message", "hint"} <= set(data["problems"][0])


LOOSE = """\
simkit: framework/1
title: An example
status: draft
based_on: national/working-together-2023
authority: Hackney
la_code: 204
gss_code: E09000012
timescales:
  decided_here:
    title: Decision
    from: referral
    to: decided
    within: 3 working days
"""


def test_a_query_is_a_problem_only_when_strict(simkit: Command, tmp_path: Path) -> None:
    file = tmp_path / "loose.yaml"
    file.write_text(LOOSE, encoding="utf-8")
    assert simkit("check", file).code == 0
    ran = simkit("check", "--strict", file)
    assert ran.code == 1
    assert "loose.yaml:13:13: query C003" in ran.out


def test_a_folder_stands_for_its_files(simkit: Command, tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yml"):
        (tmp_path / name).write_text(LOOSE, encoding="utf-8")
    assert "2 files checked" in simkit("check", tmp_path).out


def test_list_has_a_line_for_every_authority(simkit: Command) -> None:
    ran = simkit("list")
    assert ran.out.startswith("157 authorities\n")
    hackney = next(line for line in ran.out.splitlines() if line.startswith("hackney "))
    assert hackney.split() == ["hackney", "Hackney", "204", "E09000012", "London", "starter"]


@pytest.mark.parametrize("kind", ["national", "trials", "scenarios"])
def test_list_of_another_kind(simkit: Command, kind: str) -> None:
    data = json.loads(simkit("list", "--kind", kind, "--format", "json").out)
    assert data and all(entry["name"] and entry["title"] for entry in data)


def test_show_lists_a_timescale_between_events_of_the_files_own(simkit: Command) -> None:
    assert "within 72 hours of the information becoming available" in simkit("show", "bexley").out


def test_show_says_where_each_value_comes_from(simkit: Command) -> None:
    out = simkit("show", "gloucestershire").out
    assert "neither written nor agreed by the authority" in out
    assert re.search(
        r"Assessment concluded +within 45 working days .* national .*working-together-2013.yaml:\d+", out
    )
    assert re.search(r"The child is visited +within 7 working days .* local .*gloucestershire.yaml:\d+", out)
    assert "The pathway" in out and "assumptions, not commitments" in out


def test_show_says_of_what_is_partly_known_that_there_may_be_others(simkit: Command) -> None:
    """``timescales`` in not_known above a list of timescales reads as a contradiction."""
    (told,) = [line for line in simkit("show", "wirral").out.splitlines() if line.startswith("Not known")]
    assert "whether there are other local timescales; whether there are other local reviews" in told
    (told,) = [line for line in simkit("show", "hackney").out.splitlines() if line.startswith("Not known")]
    assert "whether" not in told


def test_the_list_says_statuses_as_words(simkit: Command) -> None:
    assert "in_force" not in simkit("list", "--kind", "national").out
    assert '"in_force"' in simkit("list", "--kind", "national", "--format", "json").out


def test_show_of_a_part(simkit: Command) -> None:
    out = simkit("show", "hackney", "timescales.assessment").out
    lines = [line for line in out.splitlines() if line.startswith("timescales.")]
    assert lines and all(line.startswith("timescales.assessment.") for line in lines)
    assert all(re.search(r"frameworks/national/[a-z0-9-]+\.yaml:\d+$", line) for line in lines)


def test_show_of_the_model_lists_every_assumption(simkit: Command) -> None:
    out = simkit("show", "hackney", "model").out
    assert out.count("Assumption: ") == len(tiny().assumptions)


def test_show_names_events_and_conditions_of_a_file_s_own(simkit: Command) -> None:
    out = simkit("show", "newcastle-upon-tyne").out
    assert "  o  Referrer told in writing\n" in out
    assert "only if there is a safeguarding" in out


def test_show_tells_timescales_of_another_time_apart(simkit: Command) -> None:
    out = simkit("show", "coventry").out
    assert "Timescales of another time, not in force and not simulated" in out


# Runs


def test_run_as_json_is_one_object_and_nothing_else(simkit: Command) -> None:
    ran = simkit("run", "isles-of-scilly", "--replications", 2, "--engine", "simpy", "--format", "json")
    assert ran.code == 0
    assert ran.err == ""
    data = json.loads(ran.out)
    assert data["authority"] == "Isles of Scilly"
    assert data["framework_status"] == "starter"
    assert data["scenario"] == "as-published"
    assert (data["replications"], data["seed"], data["engine"]) == (2, 1, "simpy")
    assert data["convention"] == "day_0"
    assert data["settled"] is None, "two replications are too few to tell"
    assert len(data["assumptions"]) > 50
    assert len(data["bands"]) == 9
    for measure in data["measures"].values():
        assert {"value", "low", "high", "unit", "year_low", "year_high", "of", "title"} <= set(measure)
    assert "published_within_45_days_pct" in data["measures"]
    assert "cohort_over_45_days_pct.section_47" in data["measures"]


@pytest.mark.usefixtures("instant")
def test_run_says_whose_it_is_what_it_rests_on_and_what_it_is_not(simkit: Command) -> None:
    out = simkit("run", "isles-of-scilly", "--full").out
    for words in (
        "Isles of Scilly, starter: national rules, local framework not known",
        "year to 31 March",
        "for limits the starting day is day 0",
        "5 replications, seed 1, engine SimPy",
        "practice calibrated to Isles of Scilly's published durations",
        "95% interval",
        "Neighbours, median",
        "By route",
        "Where the time went",
        "Assessment drift: three readings",
        "numbers are assumptions",
        "simkit show isles-of-scilly model",
        "Open Government Licence",
        "To repeat it: simkit run isles-of-scilly",
        "can be on time and still be poor",
    ):
        assert words in out, words


@pytest.mark.usefixtures("instant")
def test_no_result_speaks_of_safe_caseloads_or_unlawful_overruns(simkit: Command) -> None:
    out = simkit("run", "isles-of-scilly").out.lower()
    assert not re.search(r"\bsafe\b|unlawful|illegal|\bbreach", out)


@pytest.mark.usefixtures("instant")
def test_output_to_a_file_has_no_control_codes_and_no_cut_words(simkit: Command) -> None:
    out = simkit("run", "isles-of-scilly").out
    assert "\x1b" not in out
    assert "…" not in out
    assert not [line for line in out.splitlines() if line != line.rstrip()]


@pytest.mark.usefixtures("instant")
@pytest.mark.slow
def test_run_writes_where_it_is_told(simkit: Command, tmp_path: Path) -> None:
    ran = simkit("run", "isles-of-scilly", "--out", tmp_path / "out", "--format", "json")
    assert json.loads(ran.out)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "assumptions.csv",
        "bands.csv",
        "beside.csv",
        "drift-narrow.svg",
        "drift.svg",
        "durations-narrow.svg",
        "durations.png",
        "durations.svg",
        "measures.csv",
        "numbers.csv",
        "open_by_week-narrow.svg",
        "open_by_week.svg",
        "report.json",
        "result.json",
        "sources.csv",
        "survival-narrow.svg",
        "survival.csv",
        "survival.svg",
        "weekly.csv",
        "where_time_went-narrow.svg",
        "where_time_went.svg",
    ]
    assert ran.err.count("Written: ") == 21


@pytest.mark.usefixtures("instant")
@pytest.mark.parametrize(
    ("name", "where"),
    [("out", "are in"), ("out.json", "are in"), ("out.png", "add --full"), ("out.CSV", "add --full")],
)
@pytest.mark.slow
def test_a_picture_is_not_said_to_have_all_tables(
    simkit: Command, tmp_path: Path, name: str, where: str
) -> None:
    out = " ".join(simkit("run", "isles-of-scilly", "--out", tmp_path / name).out.split())
    assert f"all tables and sources{':' * (where == 'add --full')} {where}" in out


@pytest.mark.usefixtures("instant")
@pytest.mark.slow
def test_what_was_there_before_is_said_to_be_replaced(simkit: Command, tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text("old", encoding="utf-8")
    ran = simkit("run", "isles-of-scilly", "--out", tmp_path)
    assert f"Replaced: {tmp_path / 'result.json'}" in ran.err
    assert (ran.err.count("Written: "), ran.err.count("Replaced: ")) == (20, 1)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which nothing can be made")
def test_a_folder_that_takes_no_files(simkit: Command) -> None:
    ran = simkit("run", "hackney", "--out", "/proc/x")
    assert (ran.code, ran.out) == (1, "")
    assert "/proc/x can't be written: no file can be made in the folder /proc." in ran.err


@pytest.mark.usefixtures("instant")
@pytest.mark.slow
def test_run_writes_a_workbook(simkit: Command, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    assert simkit("run", "isles-of-scilly", "--out", tmp_path / "out.xlsx").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]


def test_a_workbook_without_openpyxl_says_what_to_install(
    simkit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simkit.common.atomic_files.find_spec", lambda name: None)
    ran = simkit("run", "isles-of-scilly", "--out", tmp_path / "out.xlsx")
    assert ran == Ran(1, "", "Excel files need one more package: install openpyxl (the extra `returns`).\n")


# Bad input: names


@pytest.mark.parametrize("command", ["check", "show", "run"])
def test_an_unknown_name_gets_the_nearest_names(simkit: Command, command: str) -> None:
    ran = simkit(command, "hackny")
    assert ran.code == 1
    assert "hackney" in ran.err
    one_clear_message(ran)


def test_an_unknown_scenario_gets_the_nearest_names(simkit: Command) -> None:
    ran = simkit("run", "hackney", "--scenario", "winter")
    assert ran == Ran(1, "", "There is no scenario called 'winter'. Did you mean winter-surge?\n")


def test_an_unknown_path_gets_the_nearest_paths(simkit: Command) -> None:
    ran = simkit("show", "hackney", "timescales.asessment")
    assert ran.code == 1
    assert "timescales.assessment" in ran.err


@pytest.mark.parametrize("name", ["", " ", "a\0b", "x" * 5000, "../../etc/passwd", "nowhere/mine.yaml"])
@pytest.mark.parametrize("command", ["check", "show", "run"])
def test_names_that_are_none(simkit: Command, command: str, name: str) -> None:
    one_clear_message(simkit(command, name))


def test_a_folder_without_frameworks(simkit: Command, tmp_path: Path) -> None:
    one_clear_message(simkit("check", tmp_path))
    one_clear_message(simkit("check", tmp_path / "missing"))
    one_clear_message(simkit("show", tmp_path))
    one_clear_message(simkit("run", tmp_path))


# Bad input: files

HEAD = b"simkit: framework/1\ntitle: x\n"
BAD_FILES = {
    "broken": b"simkit: framework/1\ntitle: [x\n  y: z: w\n",
    "empty": b"",
    "only spaces": b"   \n\n",
    "binary": bytes(range(256)) * 40,
    "image": b"\x89PNG\r\n\x1a\n" + bytes(2000),
    "huge": HEAD + b"# " + b"x" * 1_100_000,
    "utf-16": "simkit: framework/1\ntitle: x\n".encode("utf-16"),
    "latin-1": "simkit: framework/1\ntitle: caf\u00e9\n".encode("latin-1"),
    "bomb": b"a: &a [x,x]\n"
    + b"".join(b"%c: &%c [*%c,*%c]\n" % (n + 1, n + 1, n, n) for n in range(97, 120)),
    "python tag": b"!!python/object/apply:os.system ['echo hacked']\n",
    "deep": b"a: " + b"[" * 5000,
    "deep maps": b"".join(b" " * n + b"a:\n" for n in range(800)),
    "several documents": HEAD + b"---\n" + HEAD,
    "a list": b"- a\n- b\n",
    "a number": b"42\n",
    "null": b"null\n",
}


@pytest.mark.parametrize("command", ["check", "show", "run"])
@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file(simkit: Command, tmp_path: Path, content: bytes, command: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)
    ran = simkit(command, file)
    one_clear_message(ran)
    assert ran.code == 1
    assert "bad.yaml:" in ran.out + ran.err
    assert len(ran.out + ran.err) < 100_000


def test_a_bad_scenario_file(simkit: Command, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("simkit: scenario/1\ntitle: x\ndemand:\n  referals: +20%\n", encoding="utf-8")
    ran = simkit("run", "hackney", "--scenario", file)
    one_clear_message(ran)
    assert "bad.yaml:4" in ran.err and "referrals" in ran.err


# Bad input: numbers and options


@pytest.mark.parametrize(
    "options",
    [
        ("--replications", "-3"),
        ("--replications", "0"),
        ("--replications", "many"),
        ("--replications", "1.5"),
        ("--replications", "99999999999"),
        ("--seed", "-1"),
        ("--seed", "x"),
        ("--workers", "0"),
        ("--year", "last"),
        ("--engine", "fast"),
        ("--convention", "day_2"),
        ("--format", "xml"),
        ("--replicatons", "3"),
    ],
)
def test_an_option_that_can_not_be_is_a_usage_error(simkit: Command, options: tuple[str, str]) -> None:
    ran = simkit("run", "hackney", *options)
    assert ran.code == 2
    assert ran.out == ""
    assert options[0] in ran.err
    one_clear_message(ran)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "--replications", "many"), "--replications is a whole number from 1 to 10000."),
        (("run", "--replications", "-3"), "--replications is a whole number from 1 to 10000."),
        (("run", "--year", "last"), "--year is a whole number."),
        (
            ("run", "--engine", "kernle"),
            "--engine is auto, simpy or kernel, not 'kernle'. Did you mean kernel?",
        ),
        (("document", "--format", "docx"), "--format is html or word, not 'docx'. Did you mean word?"),
        (("document", "--format", "pdf"), "save it as PDF"),
    ],
)
def test_what_an_option_takes_is_said_in_plain_words(
    simkit: Command, arguments: tuple[str, ...], words: str
) -> None:
    command, *options = arguments
    ran = simkit(command, "hackney", *options)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert not re.search(r"integer|Value error|Input should", ran.err)


def test_help_has_no_words_of_programmers(simkit: Command) -> None:
    assert "int" not in re.findall(r"<(\w+)", simkit("run", "--help").out)
    for command in ("check", "new", "diff", "document", "design", "show"):
        typed = re.findall(r"<(?:str|path|list)\b", simkit(command, "--help").out.partition("Options:")[0])
        assert not typed, command


def test_no_such_command(simkit: Command) -> None:
    assert simkit("simulate").code == 2
    assert simkit("run").code == 2


@pytest.mark.parametrize("year", ["1999", "2060", "-1", "99999999"])
def test_a_year_without_figures(simkit: Command, year: str) -> None:
    ran = simkit("run", "hackney", "--year", year)
    assert ran.code == 1
    assert year in ran.err
    one_clear_message(ran)


# Bad luck


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("missing/out", "does not exist"),
        ("out.pdf", "one file that ends in .xlsx"),
        ("file", "is a file"),
    ],
)
def test_a_place_that_can_not_be_written_is_told_before_the_simulation(
    simkit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str, words: str
) -> None:
    def simulated(*_: object, **__: object) -> NoReturn:
        pytest.fail("the simulation began")

    monkeypatch.setattr("simkit.study.experiment.run", simulated)
    (tmp_path / "file").write_text("", encoding="utf-8")
    ran = simkit("run", "hackney", "--out", tmp_path / out)
    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err


def test_a_folder_without_permission(
    simkit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", denied)
    ran = simkit("run", "hackney", "--out", tmp_path / "out")
    assert (ran.code, ran.out) == (1, "")
    assert "no permission" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("instant")
@pytest.mark.slow
def test_a_full_disk_leaves_nothing_half_written(
    simkit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    ran = simkit("run", "hackney", "--out", tmp_path / "out")
    assert (ran.code, ran.out) == (1, "")
    assert "The disk is full" in ran.err
    assert list(tmp_path.iterdir()) == []


def breaking(error: BaseException) -> Callable[..., NoReturn]:
    def run(*_: object, **__: object) -> NoReturn:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyboardInterrupt(), "Stopped; nothing was written."),
        (MemoryError(), "not enough memory"),
        (BrokenProcessPool("died"), "--workers 1"),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (OSError(errno.EACCES, "Permission denied", "x.yaml"), "x.yaml: Permission denied."),
        (UnicodeEncodeError("utf-8", "\udcc3", 0, 1, "surrogates not allowed"), "PYTHONUTF8"),
        (ZeroDivisionError("division by zero"), "--debug"),
    ],
)
def test_what_goes_wrong_within_is_one_sentence(
    simkit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, words: str
) -> None:
    monkeypatch.setattr("simkit.study.experiment.run", breaking(error))
    ran = simkit("run", "hackney", "--out", tmp_path / "out")
    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err
    assert list(tmp_path.iterdir()) == []


def test_an_unforeseen_fault_shows_itself_to_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simkit.study.experiment.run", breaking(ZeroDivisionError("division by zero")))
    with pytest.raises(ZeroDivisionError):
        main(["--debug", "run", "hackney"])


# Consoles


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp850"])
@pytest.mark.slow
def test_a_console_that_can_not_show_every_letter(encoding: str) -> None:
    for command in (("--help",), ("show", "gloucestershire"), ("show", "hackney", "model"), ("list",)):
        done = process(*command, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
        assert done.returncode == 0, done.stderr
        assert done.stdout.decode(encoding)


def test_a_plain_locale() -> None:
    done = process("check", "gloucestershire", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0, done.stderr


def test_who_reads_only_the_first_line_gets_no_complaint() -> None:
    command = [sys.executable, "-m", "simkit", "show", "hackney", "model"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()
    assert said == b""


def test_no_colour_where_none_is_wanted() -> None:
    assert b"\x1b" not in process("check", "gloucestershire", NO_COLOR="1").stdout


def test_a_command_says_that_it_took_the_framework_that_comes_with_simkit(
    simkit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a file of one's own with that name, nobody is to take one for the other."""
    monkeypatch.chdir(tmp_path)
    assert "comes with simkit" not in simkit("show", "wirral", "reviews").err
    assert simkit("new", "wirral").code == 0
    assert "To use the file wirral.yaml here, write wirral.yaml." in simkit("show", "wirral", "reviews").err
    assert "comes with simkit" not in simkit("show", "wirral.yaml", "reviews").err
    assert simkit("diff", "wirral", "wirral.yaml").err.count("comes with simkit") == 1


def test_check_reads_a_pipe(simkit: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "simkit: framework/1\ntitle: X\nstatus: draft\nbased_on: national/working-together-2023\nreviews:\n"
    )
    for content in (text, text.replace("\n", "\r\n")):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content.encode("utf-8-sig"))))
        ran = simkit("check", "-")
        assert ran.code == 1 and ran.out.startswith("pipe:5:1: error Y020")

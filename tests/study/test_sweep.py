"""A sweep: the same tables whoever works and whatever was stopped, and nothing lost to one failure."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")

import pandas as pd
from pandas.testing import assert_frame_equal

import simkit
from simkit.common.errors import SimkitError
from simkit.framework.problem import FrameworkError
from simkit.output.figures import in_words
from simkit.study.sweep.piece import FailedPiece, FinishedPiece, PieceTask, run_task
from simkit.study.sweep.plan import load_plan, plan_of
from simkit.study.sweep.sweep import sweep

PLAN: dict[str, Any] = {
    "frameworks": ["isles-of-scilly", "rutland"],
    "scenarios": ["as-published", "winter-surge"],
    "years": [2023],
    "replications": 2,
    "seed": 7,
    "engine": "simpy",
}
TABLES = ("measures.csv", "measures.parquet", "bands.csv", "bands.parquet", "pieces.csv", "assumptions.csv")


def tables(folder: Path) -> dict[str, bytes]:
    """The tables, and the pieces they are made from."""
    files = [*(folder / name for name in TABLES), *(folder / "pieces").iterdir()]
    return {file.name: file.read_bytes() for file in files}


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep that nothing interrupted, by one worker."""
    folder = tmp_path_factory.mktemp("whole") / "out"
    found = sweep(PLAN, folder, workers=1)
    assert len(found.pieces) == found.planned == 4 and not found.failed
    return folder


def written(folder: Path, **changes: Any) -> Path:
    """The plan as a file."""
    lines = {"simkit": "sweep/1", **PLAN, **changes}
    text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in lines.items())
    path = folder / "plan.yaml"
    path.write_text(text.replace('"', ""), encoding="utf-8")
    return path


# The same tables


@pytest.mark.slow
def test_a_sweep_gives_what_run_gives(whole: Path) -> None:
    frame = simkit.results(whole).measures()
    alone = simkit.run(
        "rutland", "winter-surge", year=2023, replications=2, seed=7, engine="simpy", workers=1
    )
    here = frame[(frame["framework"] == "rutland") & (frame["scenario"] == "winter-surge")]
    names = here["measure"] + here["route"].map(lambda route: "" if route == "all" else f".{route}")
    assert list(names) == list(alone.measures)
    for column in ("value", "low", "high", "year_low", "year_high", "replications"):
        expected = pd.Series([getattr(each, column) for each in alone.measures.values()], dtype=float)
        assert expected.equals(here[column].astype(float).reset_index(drop=True)), column
    assert list(here["of"]) == [each.of for each in alone.measures.values()]


@pytest.mark.slow
def test_threads_give_the_same_tables(whole: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as threads:
        sweep(PLAN, tmp_path / "out", executor=threads)
    assert tables(tmp_path / "out") == tables(whole)


@pytest.mark.slow
def test_processes_give_the_same_tables(whole: Path, tmp_path: Path) -> None:
    sweep(PLAN, tmp_path / "out", workers=2)
    assert tables(tmp_path / "out") == tables(whole)


def test_the_kernel_gives_the_same_tables(whole: Path, tmp_path: Path) -> None:
    pytest.importorskip("numba")
    sweep(PLAN, tmp_path / "out", workers=1, engine="kernel")
    assert tables(tmp_path / "out") == tables(whole)


# Stopped and begun again


class StopError(Exception):
    """Something unforeseen in the middle of a sweep."""


@pytest.mark.slow
def test_what_is_done_is_not_done_again(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def after_two(done: int, expected: int) -> None:
        if len(list((tmp_path / "out" / "pieces").glob("*.parquet"))) == 2:
            raise StopError

    with pytest.raises(StopError):
        sweep(PLAN, tmp_path / "out", workers=1, progress=after_two)
    ran: list[str] = []

    def counted(task: PieceTask) -> FinishedPiece | FailedPiece:
        ran.append(task.piece.file)
        return run_task(task)

    monkeypatch.setattr("simkit.study.sweep.workers.run_task", counted)
    said: list[str] = []
    sweep(PLAN, tmp_path / "out", workers=1, say=said.append)
    assert len(ran) == 2
    assert said == ["2 of 4 pieces are finished already; the others follow."]
    assert tables(tmp_path / "out") == tables(whole)


def command(plan: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "simkit", "sweep", str(plan), "--out", str(out), *more]


def wait_for(what: Any, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.02)


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
@pytest.mark.slow
def test_killed_and_begun_again_gives_the_same_tables(whole: Path, tmp_path: Path) -> None:
    plan, out = written(tmp_path), tmp_path / "out"
    run = subprocess.Popen(command(plan, out, "--workers", "1"), stderr=subprocess.DEVNULL)
    wait_for(lambda: list((out / "pieces").glob("*.parquet")) or run.poll() is not None)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert (out / ".lock").exists(), "it was killed while it worked"
    assert not (out / "measures.csv").exists()
    found = sweep(plan, out, workers=1)
    assert len(found.pieces) == 4
    assert tables(out) == tables(whole)
    left = {path.name for path in out.rglob("*") if path.name.startswith(".")}
    assert not left


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="stops by signal")
def test_stopped_by_ctrl_c_it_says_what_is_kept(whole: Path, tmp_path: Path) -> None:
    plan, out = written(tmp_path), tmp_path / "out"
    run = subprocess.Popen(
        command(plan, out, "--workers", "2"),
        stderr=subprocess.PIPE,
        text=True,
        # a shell that runs the tests in the background leaves them deaf to Ctrl-C
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait_for(lambda: list((out / "pieces").glob("*.parquet")) or run.poll() is not None)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "of 4 pieces are finished and kept" in said and "Traceback" not in said
    assert not (out / ".lock").exists()
    sweep(plan, out, workers=1)
    assert tables(out) == tables(whole)


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_killed_over_and_over_it_comes_to_an_end_and_leaves_no_process(whole: Path, tmp_path: Path) -> None:
    plan, out = written(tmp_path), tmp_path / "out"
    for kills in range(12):
        run = subprocess.Popen(command(plan, out, "--workers", "2"), stderr=subprocess.DEVNULL)
        try:
            run.wait(timeout=2 + 2 * kills)
            break
        except subprocess.TimeoutExpired:
            children = children_of(run.pid)
            run.send_signal(signal.SIGKILL)
            run.wait()
            wait_for(lambda alive=children: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in alive))
    assert run.returncode == 0
    assert tables(out) == tables(whole)


def children_of(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(each) for each in text.split()]


@pytest.mark.long
def test_a_worker_that_is_killed_loses_nothing(whole: Path, tmp_path: Path) -> None:
    said: list[str] = []
    killed: list[int] = []

    def kill_one(done: int, expected: int) -> None:
        import multiprocessing

        if done and not killed:
            killed.append(multiprocessing.active_children()[0].pid or 0)
            os.kill(killed[0], signal.SIGKILL)

    found = sweep(PLAN, tmp_path / "out", workers=2, progress=kill_one, say=said.append)
    assert killed and not found.failed
    assert tables(tmp_path / "out") == tables(whole)


@pytest.mark.slow
def test_a_script_without_a_guard_is_told_what_is_missing(tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    script.write_text(
        f"import simkit\nsimkit.sweep({PLAN!r}, {str(tmp_path / 'out')!r}, workers=2)\n", encoding="utf-8"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert 'put calls of simkit below `if __name__ == "__main__":`' in done.stderr.strip().splitlines()[-1]


# What can't be simulated


@pytest.mark.slow
def test_a_framework_that_cannot_run_does_not_lose_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = "simkit: framework/1\ntitle: Mine\nstatus: draft\nbased_on: national/working-together-2023\n"
    (tmp_path / "mine.yaml").write_text(own + "reveiws: x\n", encoding="utf-8")
    plan = written(tmp_path, frameworks=["isles-of-scilly", "mine.yaml"], scenarios=["as-published"])
    from simkit.cli import main

    with pytest.raises(SystemExit) as left:
        main(["sweep", str(plan), "--out", str(tmp_path / "out"), "--workers", "1"])
    out, err = capsys.readouterr()
    assert left.value.code == 1
    assert "1 of 2 pieces" in out and "Not simulated: 1" in out and "did you mean `reviews`" in out.lower()
    assert "Traceback" not in err
    assert set(simkit.results(tmp_path / "out").measures()["framework"]) == {"isles-of-scilly"}
    # fixed, the same command does what is left
    good = own + "authority: Rutland\nla_code: 857\n"
    (tmp_path / "mine.yaml").write_text(good, encoding="utf-8")
    found = sweep(plan, tmp_path / "out", workers=1)
    assert not found.failed and list(found.measures()["framework"].unique()) == [
        "isles-of-scilly",
        "mine.yaml",
    ]


@pytest.mark.slow
def test_a_sweep_has_a_report_and_shows_itself(whole: Path) -> None:
    from simkit.output.report.stored import report_files

    found = simkit.results(whole)
    report = found.report()
    assert "2 frameworks: " in report.standing
    assert "1 starter" in report.standing and "1 documented" in report.standing
    assert "neither written nor agreed by the authority" in report.standing
    assert "winter-surge compared with as-published" in report.answer, "levels invite a wrong comparison"
    assert "The lowest is Isles of Scilly" in report.answer or "the highest Isles of Scilly" in report.answer
    assert report.command.startswith("simkit sweep plan --out ")
    assert [each.name for each in report.pictures()] == ["frameworks"]
    drawn = in_words(found.figure())
    assert all(f"{name}, winter-surge: " in drawn for name in ("Isles of Scilly", "Rutland"))
    assert "(" not in drawn.split("Isles of Scilly, winter-surge")[1][:12], "no interval of two years"
    written = pd.read_parquet(whole / "differences.parquet")
    pd.testing.assert_frame_equal(written, found.main_differences())
    assert len(pd.read_csv(whole / "differences.csv")) == len(written) > 0
    assert set(written["scenario"]) == {"winter-surge"} and set(written["against"]) == {"as-published"}
    assert [section.title for section in report.sections if not section.appendix] == [
        "as-published, year to 31 March 2023: 2 frameworks",
        "winter-surge, year to 31 March 2023: 2 frameworks",
    ]
    assert report_files(report)["report.json"]
    assert "Isles of Scilly (starter)" in found._repr_html_()
    assert "neither written nor agreed" in str(found)


def test_a_year_without_figures_is_told(tmp_path: Path) -> None:
    found = sweep({**PLAN, "scenarios": ["as-published"], "years": [2013]}, tmp_path / "out", workers=1)
    assert {each["year"] for each in found.failed} == {2013}
    assert "2013" in found.failed[0]["problem"]


def test_a_fault_of_ours_in_one_piece_is_one_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from simkit.study.sweep import piece

    real = piece.experiment

    def faulty(name: str, *arguments: Any, **named: Any) -> Any:
        if name == "rutland":
            raise ZeroDivisionError("none")
        return real(name, *arguments, **named)

    monkeypatch.setattr("simkit.study.sweep.piece.experiment", faulty)
    found = sweep({**PLAN, "scenarios": ["as-published"]}, tmp_path / "out", workers=1)
    assert [each["framework"] for each in found.failed] == ["rutland"]
    assert "ZeroDivisionError" in found.failed[0]["problem"]
    assert len(found.pieces) == 1


# The plan


def test_the_shipped_plan_of_the_nation() -> None:
    pieces = load_plan("nation").pieces()
    assert len(pieces) == len({piece.file for piece in pieces}) == 153
    earlier = {piece.framework.name for piece in pieces if piece.year == 2023}
    assert earlier == {"hampshire", "herefordshire-county-of"}  # no referrals of 2024 are published
    assert {piece.year for piece in pieces} == {2023, 2024}


def test_all_are_those_of_the_year() -> None:
    def names(year: int) -> set[str]:
        plan = plan_of({**PLAN, "frameworks": "all", "years": [year]})
        return {piece.framework.name for piece in plan.pieces()}

    assert "cumberland" in names(2024) and "cumberland" not in names(2023)


def test_two_files_of_one_name_are_two_pieces(tmp_path: Path) -> None:
    text = "simkit: framework/1\ntitle: Mine\nstatus: draft\nbased_on: national/working-together-2023\n"
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "own.yaml").write_text(text, encoding="utf-8")
    plan = written(tmp_path, frameworks=["a/own.yaml", "b/own.yaml"], scenarios=["as-published"])
    assert len({piece.file for piece in load_plan(plan).pieces()}) == 2


def test_a_typo_in_a_plan_is_told_with_its_line(tmp_path: Path) -> None:
    plan = written(tmp_path, frameworks=["rutlnad"])
    with pytest.raises(FrameworkError, match=r"plan\.yaml:2:14: error R101.*\n.*rutland"):
        sweep(plan, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_scenario_with_problems_stops_before_anything_is_begun(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("simkit: scenario/1\ntitle: x\ndemand:\n  referrals: lots\n", "utf-8")
    with pytest.raises(FrameworkError, match="M101"):
        sweep(written(tmp_path, scenarios=["bad.yaml"]), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"engine": "fast"}, "no engine called 'fast'"),
        ({"workers": 0}, "from 1 to 1024, not 0"),
        ({"workers": 2, "cluster": "tcp://x:1"}, "Choose one"),
    ],
)
def test_wrong_use_is_told(named: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(SimkitError, match=said):
        sweep(PLAN, tmp_path / "out", **named)
    assert not (tmp_path / "out").exists()


def test_progress_counts_authority_years_up_to_all_of_them(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    sweep(
        {**PLAN, "scenarios": ["as-published"]},
        tmp_path / "out",
        workers=1,
        progress=lambda *n: told.append(n),
    )
    assert told[0] == (0, 4) and told[-1] == (4, 4) and told == sorted(told)


def test_without_pyarrow_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simkit.study.sweep.piece.find_spec", lambda _: None)
    with pytest.raises(SimkitError, match="`store`"):
        sweep(PLAN, tmp_path / "out")


def test_frames_have_codes_as_text(whole: Path) -> None:
    for name in ("measures", "bands"):
        read = pd.read_csv(whole / f"{name}.csv", dtype={"la_code": str}, encoding="utf-8-sig")
        stored = pd.read_parquet(whole / f"{name}.parquet")
        assert set(stored["la_code"]) == {"420", "857"} == set(read["la_code"])
        assert set(stored["time_period"]) == {"202223"}
        numbers = ["value", "low", "high"]
        assert_frame_equal(read[numbers], stored[numbers], rtol=1e-5)


def test_scenarios_differ_by_what_each_replication_changes(whole: Path) -> None:
    """By hand: two replications, so the mean and 12.706 standard errors of their differences."""
    found = simkit.results(whole)
    gap = found.differences("cohort_median_days").set_index("framework").loc["rutland"]
    runs = found.replications("cohort_median_days").query("route == 'all' and framework == 'rutland'")
    under = runs.pivot(index="replication", columns="scenario", values="value")
    one, two = under["winter-surge"] - under["as-published"]
    assert gap["value"] == pytest.approx((one + two) / 2)
    assert gap["high"] - gap["value"] == pytest.approx(12.7062 * abs(one - two) / 2, rel=1e-5)
    assert (gap["scenario"], gap["against"]) == ("winter-surge", "as-published")

"""Ten thousand spoilt files of every kind that simkit reads: each is used or refused in a sentence, in time.

A fault is any other exception, the words "a fault in simkit", or more than some seconds of work.
"""

from __future__ import annotations

import io
import json
import random
import shutil
import signal
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from own import annex_file, census_file, extract_file
from paths import ROOT
from results import what_if

import simkit
from simkit.common.errors import SimkitError
from simkit.common.folder_lock import lock
from simkit.framework.check import check, load
from simkit.framework.library import find, find_scenario, names
from simkit.model.inputs.calibration import SHIPPED, calibration_file
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.scenario import load_scenario
from simkit.output.answers.result.report import report
from simkit.output.render.report_page import page
from simkit.output.report.stored import read_report, report_files
from simkit.returns.read import read_return
from simkit.study.compare.plan_file import plan_named
from simkit.study.experiment import experiment, run_experiment
from simkit.study.sweep.plan import load_plan
from simkit.study.sweep.results import results
from simkit.study.sweep.sweep import sweep
from simkit.study.sweep.tables import piece_table

pytest.importorskip("pyarrow")
pytestmark = pytest.mark.long

INPUTS = 10_000
SECONDS = 20  # of work for one input, on a slow computer
SCILLY = "isles-of-scilly"

ABSURD = (
    *("1e999", "-1e999", "1e308", "5e-324", "-5", "0", "0.0000001", "3000000000", "9" * 400, "-" + "9" * 17),
    *("NaN", ".nan", ".inf", "Infinity", "null", "~", "true", "no", "[]", "{}", "[[[]]]", "{a: {b: {c: 1}}}"),
    *("!!python/object/apply:os.system [ls]", "!!binary x", "&a x", "*a", "<<: *a", "? x", "| ", "> "),
    *("2025-99-99", "0000-00-00", "9999-12-31", "31/12/2024", "../../../etc/passwd", "C:\\x", "CON"),
    *("\x00", "\x1b[2J", "\ufeff", "\u202e", "\u2028", "\u00a0", "\ud7ff", "😀", "²", "٣", "ﬁ", "İ", "ß"),
    *(
        '"',
        "'",
        "[",
        "]",
        "{",
        "}",
        ":",
        ": ",
        "#",
        " #",
        "- ",
        ",",
        "%",
        "@",
        "`",
        "\\",
        "\\ud800",
        "\\u0000",
    ),
    *("=1+1", "&lt;", "<x>", "]]>", "<!DOCTYPE x>", "5 working days", "999999999 years", "5 to 3 weeks"),
    *("200%", "+0%", "-100%", "+99999999%", "remove", "all", "england", "x" * 5000, " " * 200, "\t", "\n"),
    *("\r", "\n\n---\n", "---", "\\\\?\\x"),
)
CHANGES = "word word word word line line cut bytes key deep"


def spoilt(content: bytes, rng: random.Random) -> bytes:
    """The content with one to four changes such as hands, programs and disks make."""
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        content = rng.choice((_word, _word, _word, _word, _line, _line, _cut, _bytes, _key, _deep))(
            content, rng
        )
    return content


def _word(content: bytes, rng: random.Random) -> bytes:
    """A value becomes an absurd one."""
    words = [match for match in _spans(content) if match]
    if not words:
        return rng.choice(ABSURD).encode("utf-8", "surrogatepass")
    start, end = rng.choice(words)
    return content[:start] + rng.choice(ABSURD).encode("utf-8", "surrogatepass") + content[end:]


def _spans(content: bytes) -> Iterator[tuple[int, int]]:
    import re

    for match in re.finditer(rb'"[^"\n]*"|[-\w.%]+', content[:60_000]):
        yield match.span()


def _line(content: bytes, rng: random.Random) -> bytes:
    """A line goes, comes twice, moves, or is indented otherwise."""
    lines = content.split(b"\n")
    at = rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            lines.insert(rng.randrange(len(lines)), lines.pop(at))
        case _:
            lines[at] = b" " * rng.randrange(9) + lines[at].lstrip()
    return b"\n".join(lines)


def _cut(content: bytes, rng: random.Random) -> bytes:
    """The file ends early, or begins late."""
    at = rng.randrange(len(content) + 1)
    return content[:at] if rng.random() < 0.8 else content[at:]


def _bytes(content: bytes, rng: random.Random) -> bytes:
    """Some bytes are others: a broken disk, another encoding."""
    if rng.random() < 0.1:
        return content.decode("utf-8", "replace").encode(
            rng.choice(("utf-16", "utf-32", "cp1252", "utf-7")), "replace"
        )
    changed = bytearray(content)
    for _ in range(rng.choice((1, 3, 30))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _key(content: bytes, rng: random.Random) -> bytes:
    """A name before a colon becomes another one of the file, or goes."""
    import re

    keys = list(re.finditer(rb'"?[A-Za-z_]\w*"?(?=\s*:)', content[:60_000]))
    if not keys:
        return content
    one, other = rng.choice(keys), rng.choice(keys)
    new = other[0] if rng.random() < 0.7 else b"x" + one[0]
    return content[: one.start()] + new + content[one.end() :]


def _deep(content: bytes, rng: random.Random) -> bytes:
    """Brackets within brackets, or very many values."""
    spans = list(_spans(content)) or [(0, 0)]
    start, end = rng.choice(spans)
    count = rng.choice((30, 2_000, 50_000))
    new = rng.choice(
        (b"[" * count, b"{a: " * count, b'{"a":' * count, b"[" + b"1," * count + b"1]", b"x: " * count)
    )
    return content[:start] + new + content[end:]


class TooLongError(Exception):
    """An input took longer than it may."""


@contextmanager
def in_time() -> Iterator[None]:
    """Ends what hangs, where the system can; measures work and not waiting for other programs."""
    can_end = hasattr(signal, "SIGVTALRM")

    def end(*_: object) -> None:
        raise TooLongError

    if can_end:
        before = signal.signal(signal.SIGVTALRM, end)
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    start = time.process_time()
    try:
        yield
    finally:
        if can_end:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
    if time.process_time() - start > SECONDS:
        raise TooLongError


def of_framework(path: Path) -> None:
    if check([path]).ok:
        load(path)
        experiment(str(path))


def of_scenario(path: Path) -> None:
    if check([path]).ok:
        experiment(SCILLY, load_scenario(path))


def of_sweep(path: Path) -> None:
    check([path])
    load_plan(path).pieces()


def of_comparison(path: Path) -> None:
    check([path])
    plan_named(str(path))


def of_calibration(path: Path) -> None:
    calibration_file(path)
    experiment(SCILLY, calibration=path)


def of_caseload(path: Path) -> None:
    profile = Profile.read(path)
    if profile.la_code == "420":
        simulated = experiment(SCILLY, caseload=path)
        if profile.referrals < 100 and profile.case_holders_fte < 100:
            run_experiment(simulated, replications=1, engine="simpy", workers=1)


def of_report(path: Path) -> None:
    page(read_report(path.parent))


def of_manifest(path: Path) -> None:
    found = results(path.parent)
    found.measures()
    found.differences("cohort_over_45_days_pct")


def of_piece(path: Path) -> None:
    piece_table(path)


def of_lock(path: Path) -> None:
    with lock(path.parent) as held:
        held.check()


def of_return(kind: str) -> Callable[[Path], None]:
    def read(path: Path) -> None:
        read_return(kind, path)

    return read


def zipped(content: bytes, rng: random.Random) -> bytes:
    """A workbook with one part spoilt inside, or the file itself."""
    if rng.random() < 0.3:
        return spoilt(content, rng)
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        parts = old.namelist()
        chosen = rng.choice(parts)
        for part in parts:
            new.writestr(part, spoilt(old.read(part), rng) if part == chosen else old.read(part))
    return buffer.getvalue()


Spoil = Callable[[bytes, random.Random], bytes]


def kinds(folder: Path) -> Iterator[tuple[str, int, list[Path], Callable[[Path], None], Spoil]]:
    """Of each kind of file: name, share of the inputs, sound examples, what reads it and what spoils it."""
    own = ["hackney", "wirral", "torbay", "trials/islington", "national/working-together-2023"]
    scenarios = [find_scenario(name) for name in ("winter-surge", "reviews-10-and-20", "no-national-limit")]
    yield "framework", 30, [find(name) for name in own], of_framework, spoilt
    yield "scenario", 12, scenarios, of_scenario, spoilt
    yield "sweep", 6, sorted((ROOT / "sweeps").glob("*.yaml")), of_sweep, spoilt
    yield "comparison", 6, sorted((ROOT / "scenarios" / "comparisons").glob("*.yaml")), of_comparison, spoilt
    years = [SHIPPED / "2023" / f"{name}.yaml" for name in ("hackney", SCILLY)]
    yield "calibration", 12, [path for path in years if path.exists()], of_calibration, spoilt
    caseloads = []
    for number, name in enumerate((SCILLY, "hackney")):
        path = folder / f"profile{number}.json"
        path.write_text(json.dumps(simkit.profile(name).to_dict(), indent=number), encoding="utf-8")
        caseloads += [path] * (4 - 3 * number)
    yield "caseload", 12, caseloads, of_caseload, spoilt
    for name, content in report_files(report(what_if())).items():
        (folder / name).write_bytes(content)
    yield "report.json", 6, [folder / "report.json"], of_report, spoilt
    plan = {"frameworks": [SCILLY, "city-of-london"], "scenarios": ["as-published", "winter-surge"]}
    sweep({**plan, "replications": 2, "seed": 1, "engine": "simpy"}, folder / "sweep", workers=1)
    for place in ("pieces", "manifest.json"):
        source = folder / "sweep" / place
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / place)
    yield "manifest.json", 4, [folder / "manifest.json"], of_manifest, spoilt
    yield "piece.parquet", 3, sorted((folder / "pieces").iterdir())[:1], of_piece, spoilt
    lock_file = folder / ".lock"
    lock_file.write_text(
        '{"token": "x", "host": "y", "process": 1, "born": "", "since": "z"}', encoding="utf-8"
    )
    yield ".lock", 2, [lock_file], of_lock, spoilt
    for kind, make, share, spoil in (
        ("cin-census", census_file, 4, spoilt),
        ("assessments", extract_file, 2, spoilt),
        ("annex-a", annex_file, 1, zipped),
    ):
        (folder / kind).mkdir()
        yield kind, share, [make(folder / kind, referrals=40)], of_return(kind), spoil


def test_no_spoilt_file_ends_in_a_fault_or_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simkit.common.folder_lock._WAIT", 0.1)
    assert len(names("authorities")) > 100
    every = list(kinds(tmp_path))
    whole = sum(share for _, share, *_ in every)
    faults, read, used = [], 0, 0
    for name, share, examples, reads, spoil in every:
        contents = [path.read_bytes() for path in examples]
        source = examples[0]
        # what is read with what lies beside it stays in its place; the rest gets one of its own
        path = source if source.is_relative_to(tmp_path) else tmp_path / f"spoilt{source.suffix}"
        for number in range(-(-INPUTS * share // whole)):
            rng = random.Random(f"{name} {number}")
            content = spoil(rng.choice(contents), rng)
            path.write_bytes(content)
            read += 1
            try:
                with in_time():
                    reads(path)
                used += 1
            except SimkitError as error:
                if "fault in simkit" in str(error) or not str(error):
                    faults.append(f"{name} {number}: {error}")
            except TooLongError:
                faults.append(f"{name} {number}: more than {SECONDS} seconds")
            except Exception as error:
                faults.append(f"{name} {number}: {type(error).__name__}: {str(error)[:200]}")
    print(f"{read} inputs, {used} of them used", file=sys.stderr)
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:40])
    assert read >= INPUTS and used > INPUTS / 100

"""A return of any size is read as a stream: memory follows the records, not the size of the file."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from own import episode, synthetic, written
from own_dataset import as_csv, tables

from simkit.returns.read import read_return
from simkit.returns.readers.cin_census import read_census
from simkit.returns.synthetic.file_formats import census_xml

MEGABYTE = 1 << 20
LARGEST = 1024  # megabytes of memory that a return of 500 megabytes may take

# Prints the most memory of a process, in bytes. Linux begins ``ru_maxrss`` with that of the parent process.
MOST_MEMORY = """
import resource, sys
from pathlib import Path
status = Path("/proc/self/status")
if status.exists():
    print(1024 * int(status.read_text().split("VmHWM:")[1].split()[0]))
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


@pytest.mark.slow
def test_what_is_not_read_takes_no_memory(tmp_path: Path) -> None:
    """Twenty megabytes of elements that are of no use, in one episode."""
    plan = "<CINPlanDates><CINPlanStartDate>2022-05-04</CINPlanStartDate></CINPlanDates>" * 300_000
    read_return("cin-census", written(tmp_path, episode()))  # what is imported on the way isn't counted
    done = episode(start="2022-05-04", end="2022-05-20")
    file = written(tmp_path, done.replace("</CINdetails>", f"{plan}</CINdetails>"))
    assert file.stat().st_size > 20 * MEGABYTE
    tracemalloc.start()
    try:
        assert len(read_census(file).records.assessments) == 1
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * MEGABYTE


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    file = written(tmp_path, episode())
    read_return("cin-census", file, progress=lambda done, expected: told.append((done, expected)))
    assert told[-1] == (file.stat().st_size, file.stat().st_size)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="the system doesn't tell the most memory that was used")
def test_500_megabytes_are_read_in_under_a_gigabyte(tmp_path: Path) -> None:
    """About half a million referrals, more than ten times those of the largest authority."""
    text = "".join(census_xml(synthetic(6000), "204", 2023))
    head, rest = text.split("  <Children>\n", 1)
    body, tail = rest.rsplit("  </Children>", 1)
    file = tmp_path / "large.xml"
    with file.open("w", encoding="utf-8") as out:
        out.write(f"{head}  <Children>\n")
        copies = 0
        while out.tell() < 500 * MEGABYTE:
            copies += 1
            out.write(body.replace("SYN-", f"SYN-{copies}-"))
        out.write(f"  </Children>{tail}")
    code = (
        "import sys\nfrom simkit.returns.read import read_return\n"
        f"print(read_return('cin-census', sys.argv[1]).count('referrals'))\n{MOST_MEMORY}"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)
    referrals, memory = map(int, done.stdout.split())
    one = read_return("cin-census", _copy(tmp_path, text))
    assert referrals == copies * (one.count("referrals") or 0)
    assert memory < LARGEST * MEGABYTE


def _copy(folder: Path, text: str) -> Path:
    file = folder / "one.xml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="the system doesn't tell the most memory that was used")
def test_a_dataset_of_2_million_rows_is_read_in_under_a_gigabyte(tmp_path: Path) -> None:
    """Six years of the largest authorities: the tables of one are copied under other ids."""
    made = tables(6000)
    rows, copies = sum(map(len, made.values())), 0
    place = tmp_path / "large"
    place.mkdir()
    files = {name: (place / f"{name}.csv").open("w", encoding="utf-8", newline="") for name in made}
    keys = {name: [column for column in each if column.endswith("_id")] for name, each in made.items()}
    while copies * rows < 2_000_000:
        copies += 1
        for name, each in made.items():
            own = each.copy()
            for column in keys[name]:
                if "role" not in column:
                    own[column] = f"{copies}-" + own[column]
            own.to_csv(files[name], index=False, header=copies == 1)
    for file in files.values():
        file.close()
    code = (
        "import sys\nfrom simkit.returns.read import read_return\n"
        "own = read_return('ssd', sys.argv[1], authority='hackney', year=2023, internal=True)\n"
        f"print(own.count('referrals'))\n{MOST_MEMORY}"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(place)], capture_output=True, text=True, check=True
    )
    referrals, memory = map(int, done.stdout.split())
    one = read_return("ssd", as_csv(tmp_path, made), authority="hackney", year=2023, internal=True)
    assert referrals == copies * (one.count("referrals") or 0)
    assert memory < LARGEST * MEGABYTE

"""The folder of a sweep: what is in it can be asked, and what does not belong together is not mixed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")

import numpy as np
import pyarrow as pa

import simkit
from simkit.common.errors import SimkitError
from simkit.framework.wording import whose
from simkit.study.estimate import estimate
from simkit.study.sweep.sweep import sweep
from simkit.study.sweep.tables import DamagedError, StrangeError, piece_table

PLAN: dict[str, Any] = {
    "title": "Two small authorities",
    "frameworks": ["isles-of-scilly", "city-of-london"],
    "scenarios": ["as-published"],
    "years": [2023],
    "replications": 3,
    "seed": 1,
    "engine": "simpy",
}
SCILLY = "isles-of-scilly_as-published_2023.parquet"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "out"
    sweep(PLAN, folder, workers=1)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of a finished sweep, to be spoilt."""
    return Path(shutil.copytree(made, tmp_path / "out"))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(folder: Path, said: str, **changes: Any) -> None:
    """The plan is refused in these words, and nothing in the folder is touched."""
    before = contents(folder)
    with pytest.raises(SimkitError, match=said) as problem:
        sweep({**PLAN, **changes}, folder, workers=1)
    assert "Nothing was changed" in str(problem.value)
    assert contents(folder) == before


# Asking


def test_sql_and_pandas_agree(made: Path) -> None:
    found = simkit.results(made)
    frame = found.measures()
    rows = found.sql("select framework, measure, route, value, low, high from measures")
    keys = ["framework", "measure", "route"]
    left, right = (each.set_index(keys).sort_index() for each in (frame, rows))
    np.testing.assert_array_equal(left["value"], right["value"])
    assert len(left) == len(right) == len(frame)


def test_every_estimate_is_that_of_its_replications(made: Path) -> None:
    found = simkit.results(made)
    every = found.replications("cohort_median_days")
    assert sorted(every["replication"].unique()) == [0, 1, 2]
    frame = found.measures().query("measure == 'cohort_median_days'")
    for (framework, route), group in every.groupby(["framework", "route"]):
        row = frame[(frame["framework"] == framework) & (frame["route"] == route)].iloc[0]
        own = estimate("x", "x", "working days", "x", group["value"].to_numpy(dtype=float))
        np.testing.assert_equal(
            [row["value"], row["low"], row["high"], row["replications"]],
            [own.value, own.low, own.high, own.replications],
        )


def test_replications_in_sql_are_those_in_pandas(made: Path) -> None:
    found = simkit.results(made)
    query = "select * from replications where measure = 'cohort_median_days'"
    keys = ["framework", "route", "replication"]
    here = found.sql(query).set_index(keys).sort_index()
    there = found.replications("cohort_median_days").set_index(keys).sort_index()
    np.testing.assert_array_equal(here["value"].to_numpy(float), there["value"].to_numpy(float))


def test_bands_survival_and_weeks(made: Path) -> None:
    found = simkit.results(made)
    bands = found.bands().query("framework == 'city-of-london'")
    assert len(bands) == 9 and bands["value"].sum() == pytest.approx(100)
    survival = found.survival().query("framework == 'city-of-london'")
    assert list(survival["working_day"]) == list(range(121))
    assert (survival["value"].diff().dropna() <= 1e-9).all()
    assert survival["low"].isna().all(), "of three years there is no interval"
    assert set(found.weekly()["measure"]) == {"open_by_week", "over_45_by_week"}
    assert found.weekly()["week"].min() == 1


def test_published_figures_stand_beside(made: Path) -> None:
    own = simkit.bands("201", 2023)
    row = (
        simkit.results(made)
        .measures()
        .query(
            "framework == 'city-of-london' and measure == 'published_within_45_days_pct' and route == 'all'"
        )
    )
    assert own is not None and own.within_45_share is not None
    assert row["published"].item() == pytest.approx(100 * own.within_45_share)
    assert row["published_year"].item() == 2023


def test_a_query_that_is_wrong_is_told_in_the_databases_words(made: Path) -> None:
    with pytest.raises(SimkitError, match=r"can't be answered.*mesures"):
        simkit.results(made).sql("select * from mesures")
    for nothing in ("", " ; "):
        with pytest.raises(SimkitError, match="There is no query"):
            simkit.results(made).sql(nothing)
    with pytest.raises(SimkitError, match="Did you mean cohort_over_45_days_pct"):
        simkit.results(made).replications("cohort_over_45_day")


def test_a_query_on_a_damaged_piece_says_what_to_do(folder: Path) -> None:
    (folder / "pieces" / SCILLY).write_bytes(b"x")
    with pytest.raises(SimkitError, match="Start the sweep again"):
        simkit.results(folder).sql("select * from measures")


def test_results_say_what_they_are(made: Path) -> None:
    assert repr(simkit.results(made)) == "Results('Two small authorities', 2 of 2 pieces finished)"


def test_a_folder_without_results_is_told(tmp_path: Path) -> None:
    with pytest.raises(SimkitError, match="There is no folder"):
        simkit.results(tmp_path / "none")
    with pytest.raises(SimkitError, match=r"no manifest\.json"):
        simkit.results(tmp_path)


def test_assumptions_and_what_must_be_said_are_there(made: Path) -> None:
    import pandas as pd

    numbers = pd.read_csv(made / "assumptions.csv", encoding="utf-8-sig")
    assert numbers["reason"].notna().all() and numbers["pieces"].max() == 2
    pieces = pd.read_csv(made / "pieces.csv", encoding="utf-8-sig", dtype=str)
    frameworks = [simkit.load(name) for name in pieces["framework"]]
    assert list(pieces["whose"]) == [whose(framework) for framework in frameworks]


# What does not belong together


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seed": 2}, "with seed 1, and the plan says 2"),
        ({"replications": 4}, "with 3 replications, and the plan asks for 4"),
        ({"convention": "day_1"}, "counting by day_0, and the plan says day_1"),
        ({"frameworks": ["isles-of-scilly"]}, "another plan: city-of-london under as-published, 2023"),
        ({"years": [2022]}, "another plan"),
    ],
)
def test_results_of_another_plan_are_left_alone(folder: Path, changes: dict[str, Any], said: str) -> None:
    refused(folder, said, **changes)


def test_results_of_an_older_version_are_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simkit.version.__version__", "9.0.0")
    refused(folder, r"made by simkit \S+, and this is simkit 9\.0\.0")
    assert len(simkit.results(folder).measures()), "it can still be read"


def test_results_of_changed_code_are_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simkit.study.sweep.sweep.fingerprint", lambda: "another")
    refused(folder, "code, data or shipped frameworks differ")


def test_a_manifest_of_another_form_is_left_alone(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    text = json.dumps({**manifest, "simkit": "sweep-results/7"})
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    refused(folder, r"first line should be `simkit: sweep-results/1`, but it says 'sweep-results/7'")
    with pytest.raises(SimkitError, match="sweep-results/7"):
        simkit.results(folder)


def test_an_edited_framework_is_not_mixed_with_what_it_was(tmp_path: Path) -> None:
    head = "simkit: framework/1\nstatus: draft\nbased_on: national/working-together-2023\n"
    text = head + "title: Mine\nla_code: 420\n"
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "simkit: sweep/1\nframeworks: [mine.yaml]\nscenarios: [as-published]\nreplications: 2\nseed: 1\n",
        encoding="utf-8",
    )
    found = sweep(plan, tmp_path / "out", workers=1, engine="simpy")
    assert list(found.measures()["la_name"].unique()) == ["Isles of Scilly"]
    (tmp_path / "mine.yaml").write_text(text.replace("Mine", "Ours"), encoding="utf-8")
    with pytest.raises(SimkitError, match="from another text of its framework"):
        sweep(plan, tmp_path / "out", workers=1, engine="simpy")


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_bytes(b"x")
    refused(tmp_path, "holds other things")


def test_places_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(SimkitError, match="is a file"):
        sweep(PLAN, tmp_path / "file", workers=1)
    with pytest.raises(SimkitError, match="does not exist"):
        sweep(PLAN, tmp_path / "no" / "out", workers=1)
    for name in ("results.xlsx", "results.CSV", "plan.yaml"):
        with pytest.raises(SimkitError, match="called like a file"):
            sweep(PLAN, tmp_path / name, workers=1)
        assert not (tmp_path / name).exists()


# Pieces that are not what their names say


def edited(file: Path) -> None:
    """Every figure one higher, and all that the file says about itself as it was."""
    import pyarrow.parquet as pq

    table = pq.read_table(file, partitioning=None)
    number = table.schema.get_field_index("value")
    higher = pa.array(np.asarray(table["value"].to_numpy(zero_copy_only=False)) + 1, pa.float64())
    pq.write_table(table.set_column(number, "value", higher), file)


def inverted(content: bytes, start: int, count: int) -> bytes:
    end = start + count
    return content[:start] + bytes(255 - each for each in content[start:end]) + content[end:]


@pytest.mark.slow
def test_a_changed_byte_is_seen_or_is_one_that_nobody_reads(folder: Path) -> None:
    """Parquet has bytes that say nothing; every other one is of a checksum, the digest or the form."""
    file = folder / "pieces" / SCILLY
    content, whole = file.read_bytes(), piece_table(file)
    seen = 0
    for start in range(0, len(content), 101):
        file.write_bytes(inverted(content, start, 1 + start % 3))
        try:
            again = piece_table(file)
            # not with the metadata of fields: the name of what a list holds is one of those bytes
            assert again.equals(whole)
            assert again.schema.metadata == whole.schema.metadata
        except (DamagedError, StrangeError):
            seen += 1
    assert seen > 0.9 * len(content) / 101


def test_an_edited_note_is_seen(folder: Path) -> None:
    import pyarrow.parquet as pq

    file = folder / "pieces" / SCILLY
    table = pq.read_table(file, partitioning=None)
    metadata = {key: text.replace(b"assum", b"ASSUM") for key, text in table.schema.metadata.items()}
    assert metadata != table.schema.metadata
    pq.write_table(table.replace_schema_metadata(metadata), file)
    with pytest.raises(DamagedError, match="other figures or words"):
        piece_table(file)


def test_a_query_trusts_no_statistics_of_a_file(made: Path) -> None:
    """They decide which rows a query looks at, and no digest covers them."""
    import pyarrow.parquet as pq

    group = pq.read_metadata(made / "pieces" / SCILLY).row_group(0)
    assert not any(group.column(number).is_stats_set for number in range(group.num_columns))


def test_a_copied_piece_is_not_taken_for_another(folder: Path) -> None:
    london = folder / "pieces" / SCILLY.replace("isles-of-scilly", "city-of-london")
    shutil.copy(london, folder / "pieces" / SCILLY)
    refused(folder, f"{SCILLY} holds the results of another piece, {london.name}")
    with pytest.raises(SimkitError, match="another piece"):
        simkit.results(folder)


def test_swapped_pieces_are_not_taken(folder: Path) -> None:
    one, other = sorted((folder / "pieces").iterdir())
    one.rename(folder / "x")
    other.rename(one)
    (folder / "x").rename(other)
    refused(folder, "holds the results of another piece")


def test_an_edited_piece_is_simulated_again(folder: Path, made: Path) -> None:
    edited(folder / "pieces" / SCILLY)
    with pytest.raises(SimkitError, match="holds other figures or words than were written"):
        simkit.results(folder).measures()
    with pytest.raises(SimkitError, match="holds other figures or words than were written"):
        simkit.results(folder).sql("select * from measures")
    said: list[str] = []
    sweep(PLAN, folder, workers=1, say=said.append)
    assert any(f"{SCILLY} is damaged" in each for each in said)
    assert (folder / "pieces" / SCILLY).read_bytes() == (made / "pieces" / SCILLY).read_bytes()
    assert (folder / "measures.csv").read_bytes() == (made / "measures.csv").read_bytes()


@pytest.mark.parametrize("name", ["notes.txt", "other.parquet", "junk.parquet", "folder"])
def test_files_of_strangers_are_left_alone_and_named(folder: Path, made: Path, name: str) -> None:
    import pyarrow.parquet as pq

    file = folder / "pieces" / name
    if name == "folder":
        file.mkdir()
    elif name == "other.parquet":
        pq.write_table(pa.table({"a": [1]}), file)
    else:
        file.write_bytes(b"mine")
    said: list[str] = []
    sweep(PLAN, folder, workers=1, say=said.append)
    assert f"{file} is not of this sweep and was left alone." in said
    assert file.exists()
    assert (folder / "measures.csv").read_bytes() == (made / "measures.csv").read_bytes()


def test_a_strangers_file_is_not_written_over(folder: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": [1]}), folder / "pieces" / SCILLY)
    refused(folder, f"{SCILLY} is not a piece of a sweep")


def test_pieces_of_two_runs_are_not_put_into_one_table(folder: Path, tmp_path: Path) -> None:
    sweep({**PLAN, "seed": 2}, tmp_path / "two", workers=1)
    shutil.copy(tmp_path / "two" / "pieces" / SCILLY, folder / "pieces" / SCILLY)
    with pytest.raises(SimkitError, match=r"results of different runs.*differ in seed"):
        simkit.results(folder)


@pytest.mark.slow
def test_no_side_of_a_difference_is_dropped_without_a_word(tmp_path: Path) -> None:
    found = sweep({**PLAN, "scenarios": ["as-published", "winter-surge"]}, tmp_path / "out", workers=1)
    both = found.differences("cohort_over_45_days_pct")
    assert list(both["replications"]) == [3, 3] and both["value"].notna().all()
    (tmp_path / "out" / "pieces" / SCILLY.replace("as-published", "winter-surge")).unlink()
    one = simkit.results(tmp_path / "out").differences("cohort_over_45_days_pct")
    assert len(one) == 2
    missing = one[one["framework"] == "isles-of-scilly"].iloc[0]
    assert missing["replications"] == 0 and np.isnan(missing["value"])
    np.testing.assert_array_equal(
        one["value"].dropna(), both.set_index("framework")["value"]["city-of-london"]
    )


# Half of it deleted


def test_where_nothing_is_left_nothing_is_said_to_follow(folder: Path) -> None:
    said: list[str] = []
    sweep(PLAN, folder, workers=1, say=said.append)
    assert said == ["2 of 2 pieces are finished already."]


@pytest.mark.slow
def test_a_plan_with_more_goes_on_with_what_is_there(folder: Path) -> None:
    said: list[str] = []
    found = sweep({**PLAN, "scenarios": ["as-published", "winter-surge"]}, folder, workers=1, say=said.append)
    assert said == ["2 of 4 pieces are finished already; the others follow."]
    assert len(found.pieces) == 4


@pytest.mark.parametrize("gone", ["manifest.json", "measures.csv", f"pieces/{SCILLY}"])
def test_what_was_deleted_is_made_again(folder: Path, made: Path, gone: str) -> None:
    (folder / gone).unlink()
    sweep(PLAN, folder, workers=1)
    skipped = {"manifest.json"}  # it names its folder
    here, there = contents(folder), contents(made)
    assert {k: v for k, v in here.items() if k not in skipped} == {
        k: v for k, v in there.items() if k not in skipped
    }


def test_results_with_pieces_deleted_are_those_that_are_left(folder: Path) -> None:
    (folder / "pieces" / SCILLY).unlink()
    found = simkit.results(folder)
    assert (len(found.pieces), found.planned) == (1, 2)
    assert set(found.measures()["framework"]) == {"city-of-london"}
    shutil.rmtree(folder / "pieces")
    with pytest.raises(SimkitError, match="No piece"):
        simkit.results(folder).measures()


@pytest.mark.parametrize("spoil", ["cut", "changed", "empty"])
@pytest.mark.slow
def test_a_damaged_piece_is_simulated_again(folder: Path, made: Path, spoil: str) -> None:
    import pyarrow.parquet as pq

    file = folder / "pieces" / SCILLY
    content = file.read_bytes()
    column = pq.read_metadata(file).row_group(0).column(0)
    end = column.dictionary_page_offset + column.total_compressed_size  # of a page of data
    spoilt = {"cut": content[:2000], "changed": inverted(content, end - 4, 4), "empty": b""}
    file.write_bytes(spoilt[spoil])
    said: list[str] = []
    sweep(PLAN, folder, workers=1, say=said.append)
    assert any(f"{SCILLY} is damaged" in each for each in said)
    assert file.read_bytes() == (made / "pieces" / SCILLY).read_bytes()


def test_a_damaged_manifest_is_told(folder: Path) -> None:
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    refused(folder, r"manifest\.json can't be used as a manifest")
    refused(folder, "delete it and start the sweep again")


@pytest.mark.slow
def test_tables_are_written_all_or_none(folder: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from simkit.common import atomic_files

    real = atomic_files._stage

    def stage(target: Path, content: bytes, staged: dict[Path, Path]) -> None:
        if target.name == "bands.parquet":
            raise OSError(28, "No space left on device")
        real(target, content, staged)

    wider = {**PLAN, "scenarios": ["as-published", "winter-surge"]}
    tables = [
        name for name in contents(made) if name.endswith((".csv", ".parquet")) and "pieces/" not in name
    ]
    monkeypatch.setattr(atomic_files, "_stage", stage)
    with pytest.raises(SimkitError, match="The disk is full"):
        sweep(wider, folder, workers=1)
    monkeypatch.undo()
    assert {name: contents(folder)[name] for name in tables} == {
        name: contents(made)[name] for name in tables
    }
    assert len(sweep(wider, folder, workers=1).measures()["scenario"].unique()) == 2


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target.name.startswith("isles"):
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(SimkitError, match=r"No space left.*same command goes on"):
        sweep(PLAN, tmp_path / "out", workers=1)
    monkeypatch.undo()
    assert not list((tmp_path / "out").rglob("*.part"))
    assert len(sweep(PLAN, tmp_path / "out", workers=1).pieces) == 2


def test_the_map_leaves_out_an_authority_without_a_value() -> None:
    """In the folder's own figure it had the darkest tile, with "nan" in it."""
    from types import SimpleNamespace
    from typing import cast

    import pandas as pd
    from figure_checks import said

    from simkit.data import authorities
    from simkit.output.answers.sweep import figure
    from simkit.study.result import HEADLINE

    places = [each for each in authorities() if each.existed(2023)][:25]
    rows = [
        {
            "framework": each.slug,
            "la_code": each.la_code,
            "la_name": each.name,
            "scenario": "as-published",
            "year": 2023,
            "measure": HEADLINE,
            "route": "all",
            "title": "Over 45 working days",
            "value": float("nan") if number == 0 else 10.0 + number,
        }
        for number, each in enumerate(places)
    ]
    results = SimpleNamespace(
        pieces=("one",),
        plan={"replications": 10, "seed": 1, "convention": "day_0"},
        measures=lambda: pd.DataFrame(rows),
        assumptions=lambda: pd.DataFrame({"path": ["a"]}),
    )
    words = said(figure(cast(simkit.Results, results)))
    assert "nan" not in words.lower().split()
    assert "Past day 45 are from 11%" in words
    assert f"Without a value, white and hatched: {152 - 24} authorities" in words

"""Files that simkit writes and reads again: the JSON reader agrees with Python, and nothing else gets in."""

from __future__ import annotations

import json
import math
import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simkit
from simkit.framework.made_files import KINDS, MadeFileError, read_made
from simkit.framework.schemas import schema
from simkit.framework.yaml.json_text import JsonReader
from simkit.model.inputs.calibration import SHIPPED, CalibrationError, calibration_file
from simkit.model.inputs.profile import Profile, ProfileError

CASELOAD = json.dumps(simkit.profile("rutland", 2023).to_dict())
CALIBRATION = (SHIPPED / "2023" / "hackney.yaml").read_text(encoding="utf-8")

texts = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=8)
numbers = st.integers(-(10**14), 10**14) | st.floats(allow_nan=False, allow_infinity=False)
plain = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def read_json(text: str) -> JsonReader:
    reader = JsonReader(text, "f.json", 10_000)
    reader.read()
    return reader


@given(data=st.dictionaries(texts, plain, max_size=4), indent=st.sampled_from([None, 2]), ascii=st.booleans())
@settings(max_examples=300, deadline=None)
@pytest.mark.slow
def test_json_is_read_as_python_reads_it(data: dict[str, Any], indent: int | None, ascii: bool) -> None:
    reader = read_json(json.dumps(data, indent=indent, ensure_ascii=ascii))
    assert reader.problems == []
    assert reader.root == data


@given(text=st.text('{}[]",:01e.-+ntrufalse \\\n', max_size=30))
@settings(max_examples=1000, deadline=None)
@pytest.mark.slow
def test_what_python_refuses_is_refused_too(text: str) -> None:
    try:
        expected = json.loads("{" + text)
    except ValueError:
        expected = None
    reader = read_json("{" + text)
    assert (reader.root is None) == bool(reader.problems)
    if reader.root is not None:
        assert reader.root == expected


def test_places_are_those_of_the_text() -> None:
    text = '{"a": 1,\n "b": {"c": [10,\n   20]}}'
    reader = read_json(text)
    assert reader.keys[("b", "c")] == (2, 8)
    assert reader.values[("b", "c", 1)] == (3, 4)
    assert reader.values[("a",)] == (1, 7)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": NaN}', "Y032"),
        ('{"a": 1e999}', "Y031"),
        ('{"a": ' + "9" * 400 + "}", "Y031"),
        ('{"a": 1, "a": 2}', "Y021"),
        ('{"a": ' + "[" * 100_000, "Y028"),
        ('{"a": "\\ud800"}', "Y008"),
        ('{"a\\u001b[2J": 1}', "Y008"),
        ('{"a": 1} {}', "Y032"),
        ('{"a": 01}', "Y032"),
        ("{'a': 1}", "Y032"),
        ("[]", "Y032"),
        ("", "Y032"),
    ],
)
def test_what_json_does_not_have_or_nobody_needs_is_a_problem(text: str, code: str) -> None:
    assert [problem.code for problem in read_json(text).problems] == [code]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"year": 2023', '"year": -5', "`year` is -5; it should be from 2000 to 2100"),
        ('"year": 2023', '"year": 1.5', "`year` should be a whole number"),
        ('"referrals": 224.0', '"referrals": 3000000000', "it should be more than 0 to 2000000"),
        ('"case_holders_fte": 11.6', '"case_holders_fte": 1e9', "it should be more than 0 to 200000"),
        ('"turnover_rate": 0.336', '"turnover_rate": true', "`turnover_rate` should be a number"),
        ('"vacancy_rate": 0.11699999999999999', '"vacancy_rate": 1', "less than 1"),
        ('"notes": []', '"notes": {}', "`notes` should be a list"),
        ('"filled": []', '"fillled": []', "Did you mean `filled`"),
        ('"nfa_share": 0.15625, ', "", "There is no `nfa_share`"),
        ('"area": "857", ', "", r"There is no `area` in `published`"),
        ('"counts": [null, ', '"counts": [', "`counts` has nothing in it|`counts` has fewer than 9 entries"),
        (CASELOAD[-1], "", "This is not JSON"),
    ],
)
def test_a_changed_caseload_is_told_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in CASELOAD
    head, _, tail = CASELOAD.rpartition(old) if old == "}" else CASELOAD.partition(old)
    file = tmp_path / "profile.json"
    file.write_text(head + new + tail, encoding="utf-8")
    with pytest.raises(ProfileError, match=said) as caught:
        Profile.read(file)
    assert "Line 1, column" in str(caught.value)
    assert "read-return --out" in str(caught.value)


def test_a_caseload_is_read_as_it_was_written(tmp_path: Path) -> None:
    for name in ("rutland", "birmingham", "england"):
        profile = simkit.profile(name)
        (tmp_path / "profile.json").write_text(json.dumps(profile.to_dict(), indent=2), encoding="utf-8-sig")
        assert Profile.read(tmp_path / "profile.json") == profile
        assert Profile.from_dict(profile.to_dict()) == profile


def test_the_limits_of_a_caseload_hold_in_python_too() -> None:
    from dataclasses import replace

    profile = simkit.profile("rutland")
    for name, part in schema("caseload")["properties"].items():
        if part["type"] in ("number", "integer"):
            most = part.get("maximum", part.get("exclusiveMaximum"))
            with pytest.raises(ProfileError, match=name):
                replace(profile, **{name: most * 1.5})


def test_every_published_caseload_is_within_the_limits() -> None:
    for each in simkit.data.authorities():
        for year in (2018, 2023):
            try:
                profile = simkit.profile(each.la_code, year)
            except ProfileError as error:
                assert "can't be used as" not in str(error)
            else:
                assert Profile.from_dict(profile.to_dict()) == profile


@pytest.mark.slow
def test_every_shipped_calibration_is_read() -> None:
    for year in ("2019", "2023"):
        for file in (SHIPPED / year).iterdir():
            assert calibration_file(file).year == int(year)


def test_references_that_multiply_do_not_hang(tmp_path: Path) -> None:
    """The "billion laughs": a few lines that stand for three thousand million words."""
    lines = ["a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    for above, name in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{name}: &{name} [{', '.join(['*' + above] * 9)}]")
    file = tmp_path / "practice.yaml"
    file.write_text("simkit: calibration/1\n" + "\n".join(lines) + "\n", encoding="utf-8")
    start = time.perf_counter()
    with pytest.raises(CalibrationError, match="can't start with an ampersand"):
        calibration_file(file)
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("form", sorted(KINDS))
def test_a_file_that_is_not_there_empty_huge_or_no_file(form: Any, tmp_path: Path) -> None:
    kind = KINDS[form]
    file = tmp_path / "given"
    with pytest.raises(MadeFileError, match="There is no file"):
        read_made(file, form)
    with pytest.raises(MadeFileError, match="is a folder"):
        read_made(tmp_path, form)
    file.write_bytes(b"")
    with pytest.raises(MadeFileError):
        read_made(file, form)
    with file.open("wb") as stream:
        stream.truncate(kind.most_bytes + 1)
    with pytest.raises(MadeFileError, match="larger than"):
        read_made(file, form)
    if os.path.exists("/dev/zero"):  # noqa: PTH110
        with pytest.raises(MadeFileError, match="not an ordinary file"):
            read_made(Path("/dev/zero"), form)


def test_a_wide_and_deep_file_is_refused_in_bounded_time() -> None:
    start = time.perf_counter()
    assert read_json('{"a": [' + "1," * 400_000 + "1]}").problems[0].code == "Y028"
    assert read_json("{" + '"a": {' * 100_000).problems[0].code == "Y028"
    assert time.perf_counter() - start < 5


def test_no_schema_lets_an_infinite_number_in() -> None:
    def numbers_of(part: Any, path: str = "") -> None:
        if not isinstance(part, dict):
            return
        kinds = part.get("type", ())
        if {"number", "integer"} & set([kinds] if isinstance(kinds, str) else kinds):
            bounded = "enum" in part or {"maximum", "exclusiveMaximum"} & set(part)
            assert bounded or path.endswith((".seed", ".data.*", ".made.*", ".failed.items.year")), path
        for group in ("properties",):
            for key, inner in part.get(group, {}).items():
                numbers_of(inner, f"{path}.{key}")
        for group, name in (("additionalProperties", "*"), ("items", "items")):
            for inner in part.get(group, ()) if isinstance(part.get(group), list) else [part.get(group)]:
                numbers_of(inner, f"{path}.{name}")

    for form in KINDS:
        numbers_of(schema(form))
    assert math.isfinite(1e308)


@pytest.mark.parametrize("given", ["high", "low"])
def test_a_range_that_leaves_its_value_out_is_named_by_its_path(tmp_path: Path, given: str) -> None:
    number = {"high": "0.00001", "low": "99"}[given]
    file = tmp_path / "practice.yaml"
    text, changed = re.subn(rf"(  span_median: .*{given}: )[\d.]+", rf"\g<1>{number}", CALIBRATION)
    assert changed == 1
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CalibrationError, match=r"`practice\.span_median`"):
        calibration_file(file)


def test_an_empty_calibration_is_not_told_to_begin_as_a_framework(tmp_path: Path) -> None:
    file = tmp_path / "practice.yaml"
    file.write_text("", encoding="utf-8")
    with pytest.raises(CalibrationError) as error:
        calibration_file(file)
    assert "simkit calibrate" in str(error.value) and "simkit new" not in str(error.value)

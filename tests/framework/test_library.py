"""Names of frameworks and scenarios, and the files they stand for."""

from __future__ import annotations

import pickle
from contextlib import suppress
from pathlib import Path

import pytest

from simkit.framework import library
from simkit.framework.library import NameNotFound, display_path, find, find_scenario, kind_of, name_of, names


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("hackney", "authorities/hackney"),
        ("Hackney", "authorities/hackney"),
        ("204", "authorities/hackney"),
        ("E09000012", "authorities/hackney"),
        ("bristol-city-of", "authorities/bristol-city-of"),
        ("Bristol, City of", "authorities/bristol-city-of"),
        ("Hammersmith and Fulham", "authorities/hammersmith-and-fulham"),
        ("national/working-together-2018", "national/working-together-2018"),
        ("trials/islington", "trials/islington"),
        ("trials/islington.yaml", "trials/islington"),
        ("frameworks/trials/islington.yaml", "trials/islington"),
        ("authorities/wirral", "authorities/wirral"),
    ],
)
def test_a_name_stands_for_its_file(name: str, file: str) -> None:
    assert find(name) == library.root() / "frameworks" / f"{file}.yaml"


def test_every_shipped_name_is_found_and_comes_back() -> None:
    for kind in ("authorities", "national", "trials"):
        for name in names(kind):
            path = find(name)
            assert name_of(path) == name and kind_of(path) == kind
            assert display_path(path).startswith(f"frameworks/{kind}/")
    for name in names("scenarios"):
        assert find_scenario(name).stem == name


def test_there_is_a_file_for_every_authority_of_the_statistics() -> None:
    from simkit.data import authorities

    for authority in authorities():
        assert kind_of(find(authority.la_code)) == "authorities"


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("hackny", "hackney"),
        ("national/working-together-2019", "national/working-together-2018"),
        ("Glostershire", "gloucestershire"),
        ("working-together-2018", "national/working-together-2018"),
    ],
)
def test_a_wrong_name_gets_suggestions(name: str, suggestion: str) -> None:
    with pytest.raises(NameNotFound) as caught:
        find(name)
    assert suggestion in caught.value.suggestions
    assert name in str(caught.value) and suggestion in str(caught.value)


@pytest.mark.parametrize(
    "name", ["", "  ", "\0", "a\0b", "zzzzzzzz", "../../../etc", "x" * 10_000, "national/"]
)
def test_no_name_does_harm(name: str) -> None:
    for look in (find, find_scenario):
        with suppress(NameNotFound):
            assert isinstance(look(name), Path)


def test_a_path_is_taken_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "our own.yaml"
    own.write_text("simkit: framework/1\n", encoding="utf-8")
    assert find(str(own)) == own
    assert find("our own.yaml", beside=tmp_path) == own
    assert find(str(tmp_path / "none.yaml")) == tmp_path / "none.yaml"
    monkeypatch.chdir(tmp_path)
    assert find("our own.yaml") == Path("our own.yaml")
    assert kind_of(own) == "own"


def test_scenarios() -> None:
    assert find_scenario("Winter surge").stem == "winter-surge"
    with pytest.raises(NameNotFound, match="winter-surge") as caught:
        find_scenario("winter-serge")
    assert "scenario" in str(caught.value)
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)

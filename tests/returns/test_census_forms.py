"""A census whose elements stand in another order or place, twice, or under other names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from own import episode, written

from simkit.returns.errors import ReturnError
from simkit.returns.read import read_return
from simkit.returns.result import Return

_EPISODES = [
    episode(
        start="2022-05-04",
        end=f"2022-06-{day:02d}",
        enquiry="2022-05-05" if day % 2 else "",
        conference="2022-05-12" if day % 2 else "",
    )
    for day in range(1, 29)
] + [episode(start="2023-03-20")] * 3


def census(folder: Path, pattern: str = "", by: str = "", **options: object) -> Return:
    """The census with each match of a pattern replaced."""
    file = written(folder, *_EPISODES)
    disabled = "</ChildIdentifiers><Disabilities><Disability>HAND</Disability></Disabilities>"
    content = file.read_text(encoding="utf-8").replace("</ChildIdentifiers>", disabled)
    changed = re.sub(pattern, by, content) if pattern else content
    assert changed != content or not pattern
    file.write_text(changed, encoding="utf-8")
    return read_return("cin-census", file, internal=True, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pattern", "by"),
    [
        (r"(<ChildIdentifiers>.*?</ChildIdentifiers>)(.*?)(?=</Child>)", r"\2\1"),
        (r"(<Disabilities>.*?</Disabilities>)(.*?)(?=</Child>)", r"\2\1"),
        (r"AssessmentAuthorisationDate>", "assessmentauthorisationdate>"),
        (r"<(/?)CINdetails>", r"<\1CINDETAILS>"),
        (r"</AssessmentAuthorisationDate>", "</AssessmentAuthorisationDate><AssessmentAuthorisationDate/>"),
    ],
)
def test_order_capitals_and_empty_elements_change_nothing(tmp_path: Path, pattern: str, by: str) -> None:
    assert census(tmp_path, pattern, by).counts() == census(tmp_path).counts()


def test_a_census_is_told_by_its_root_with_a_prefix_or_in_other_capitals(tmp_path: Path) -> None:
    file = written(tmp_path, *_EPISODES)
    content = file.read_text(encoding="utf-8")
    for root in ("n:Message", "message"):
        changed = content.replace("<Message>", f'<{root} xmlns:n="urn:x">').replace(
            "</Message>", f"</{root}>"
        )
        file.write_text(changed, encoding="utf-8")
        assert read_return(file, internal=True).count("assessments_completed") == 28


@pytest.mark.parametrize(
    ("pattern", "by", "name"),
    [
        ("AssessmentAuthorisationDate>", "AssessmentAuthorizationDate>", "AssessmentAuthorizationDate"),
        (r"(<Assessments>.*?</Assessments>)(.*?</CINdetails>)", r"\2\1", "Assessments"),
        (r"</?Assessments>", "", "AssessmentActualStartDate"),
        ("</LAchildID>", "</LAchildID><LAchildID>7</LAchildID>", "LAchildID"),
    ],
)
def test_elements_that_are_not_read_are_asked_about_at_the_top(
    tmp_path: Path, pattern: str, by: str, name: str
) -> None:
    assert any(f"<{name}>" in question for question in census(tmp_path, pattern, by).questions)


def test_a_census_whose_episodes_have_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReturnError, match="no referral"):
        census(tmp_path, r"<(/?)CINdetails>", r"<\1Episode>")


def test_of_two_different_values_neither_is_taken(tmp_path: Path) -> None:
    again = (
        "</AssessmentAuthorisationDate><AssessmentAuthorisationDate>2023-01-09</AssessmentAuthorisationDate>"
    )
    with pytest.raises(ReturnError, match="authorisation of the assessment can't be read"):
        census(tmp_path, "</AssessmentAuthorisationDate>", again)


def test_numbers_that_a_spreadsheet_shortened_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReturnError, match="shortened"):
        census(tmp_path, r"<LAchildID>K\d+", "<LAchildID>1.23E+05")

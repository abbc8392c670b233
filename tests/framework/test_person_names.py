"""A post is not taken for a person, and a person's name is seen where a post is meant."""

from __future__ import annotations

import pytest

from simkit.framework.person_names import is_person_name


@pytest.mark.parametrize(
    "name",
    [
        "Jane Smith",
        "Mary O’Neill-Jones",
        "J. A. Smith",
        "Dr Jane Smith",
        "Cllr Ali",
        "Jane Smith (ext. 4411)",
    ],
)
def test_names_are_seen(name: str) -> None:
    assert is_person_name(name)


@pytest.mark.parametrize(
    "post",
    [
        "Head of Safeguarding",
        "Children’s Services",
        "Principal Social Worker",
        "Assistant Director",
        "Team manager",
        "DCS",
        "Safeguarding Partners",
        "Director of Children and Families",
        "",
    ],
)
def test_posts_and_bodies_are_no_persons(post: str) -> None:
    assert not is_person_name(post)

"""Who decides: the posts that a file may name, national ones and its own."""

from __future__ import annotations

import re
from collections.abc import Mapping

from simkit.common.text import plain_title
from simkit.designer.screens.frame import Opened, framework_or_none, nation_of
from simkit.framework.person_names import is_person_name

NO_NAMES = "That looks like a person's name. Write the post, such as Team manager: people change, posts stay."


def posts_of(about: Opened) -> dict[str, str]:
    """The title of every post by its name in the file, the file's own first."""
    own = {
        id_: str(entry.get("title", plain_title(id_)))
        for id_, entry in about.examined.section("roles").items()
        if isinstance(entry, Mapping)
    }
    framework = framework_or_none(about) or nation_of(about)
    inherited = {
        id_: str(role.get("title", plain_title(id_)))
        for id_, role in (framework.roles if framework else {}).items()
    }
    return {**own, **{id_: title for id_, title in inherited.items() if id_ not in own}}


def post_error(words: str) -> str:
    """What is wrong with the name of a post; empty where nothing is."""
    if is_person_name(words):
        return NO_NAMES
    if not re.search(r"[A-Za-z]", words) or len(words) > 80:
        return "Write the name of a post, such as Assistant team manager."
    return ""


def new_id(title: str, taken: Mapping[str, object]) -> str:
    """A name in the file for a new entry, made from its title."""
    plain = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:40] or "entry"
    plain = plain if plain[0].isalpha() else f"e_{plain}"
    number, id_ = 1, plain
    while id_ in taken:
        number += 1
        id_ = f"{plain}_{number}"
    return id_

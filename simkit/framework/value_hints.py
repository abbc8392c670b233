"""What to write in place of a value of the wrong form: posts, conditions, answers and groups on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from typing import Any

from simkit.framework.dates import span
from simkit.framework.known_words import nearest, plain_id
from simkit.framework.library import names
from simkit.framework.person_names import is_person_name
from simkit.framework.problem import Path
from simkit.framework.vocabulary import CONDITIONS, NONE_SET, NOT_DECIDED, NOT_KNOWN
from simkit.framework.yaml.suggestions import date_suggestion

Hint = tuple[str, str]
"""What a message says to write, and the one word that settles it; empty where somebody has to choose."""

NAMES_ARE = "A name here has small letters, digits and underscores only."
_ONE_OF = re.compile(r"(?i)\s+or\s+|\s*/\s*")
_SEVERAL = re.compile(r"(?i)\s*[,;&+]\s*|\s+and\s+")
_TOGETHER = re.compile(r"(?i)[&+]|\band\b")
_ARTICLE = re.compile(r"(?i)^(?:(?:the|an?|our|by|either)\s+)+")
_SAME = 0.9  # two names that are this alike differ by a slip of the keyboard


def post_hint(key: str, text: str, known: list[str], *, several: bool, begun: bool) -> Hint:
    """The post or posts that are meant. ``known`` are the names of posts; ``begun``: there is `roles:`.

    ``several``: a list of posts can stand there.
    """
    posts, strong = _posts(text, known)
    if several and len(posts) > 1:
        written = f"[{', '.join(posts)}]"
        hint = f"Write several posts in square brackets: `{key}: {written}`. It means any one of them."
        if _TOGETHER.search(text):
            hint += f" If they act together, they are one post, such as `{plain_id(text)}` under `roles:`."
        return hint, written if strong and all(post in known for post in posts) else ""
    person = _person_hint(text, known)
    if person is not None:
        return person
    bare = _bare(text)
    post = _post(bare, known)
    if not post:
        own = plain_id(bare)
        return f"Did you mean `{own}`? {NAMES_ARE} {added_post(own, bare, begun)}", own
    hint = f"Did you mean `{post}`? {NAMES_ARE}"
    if SequenceMatcher(None, post, plain_id(bare)).ratio() < _SAME and not bare.isupper():
        hint += f" For a post of your own write `{plain_id(bare)}`, and its title under `roles:`."
    return hint, post


def added_post(post: str, title: str, begun: bool) -> str:
    """How to add a post to the roles, with the lines to copy."""
    head = "" if begun else "roles:\n"
    where = " under `roles:`" if begun else ""
    return f"To add this post, write{where}:\n{head}  {post}:\n    title: {title}"


def _posts(text: str, known: list[str]) -> tuple[list[str], bool]:
    """The posts that a text names, and whether its words leave no doubt that they are several.

    A post can have a comma or "and" in its own name: these divide known posts only.
    """
    words = text.split()
    if len(words) > 1 and all(word in known for word in words):
        return words, True
    if _post(_bare(text), known) and not _ONE_OF.search(text):
        return [_post(_bare(text), known)], False
    parts = [part for piece in one_of(text) for part in _SEVERAL.split(piece) if part.strip()]
    posts = list(dict.fromkeys(_post(part, known) or plain_id(_bare(part)) for part in parts))
    strong = _ONE_OF.search(text) is not None
    if strong or all(post in known for post in posts):
        return posts, strong or not _TOGETHER.search(text)
    return [plain_id(text)], False


def one_of(words: str) -> list[str]:
    """Each of the posts between which there is "or", as any one of them may act."""
    return [part.strip() for part in _ONE_OF.split(words) if part.strip()]


def _post(words: str, known: list[str]) -> str:
    """The known post that is meant, by its name, a slip of it or its first letters; else an empty text."""
    bare = _bare(words)
    if re.fullmatch(r"[A-Z]{2,4}", bare):
        by_letters = [each for each in known if "".join(w[0] for w in each.split("_")) == bare.lower()]
        return by_letters[0] if len(by_letters) == 1 else ""
    return nearest(bare, known)


def _bare(words: str) -> str:
    """The words without an article, and without a name in brackets."""
    return _ARTICLE.sub("", re.sub(r"\s*\([^)]*\)\s*$", "", words.strip()))


def _person_hint(text: str, known: list[str]) -> Hint | None:
    """The post in place of a person's name; None where the text is not a name."""
    if not is_person_name(text):
        return None
    rest = re.split(r"\s*[,(;/]|\s+[-–]\s", text, maxsplit=1)[1:]
    post = _post(rest[0].strip(" )"), known) if rest else ""
    if post:
        return f"Write the post, not the person: `{post}`.", post
    return (
        "This looks like a person's name. Write the post, such as `team_manager`."
        f" If it is a post, write `{plain_id(text)}`, and its title under `roles:`.",
        "",
    )


_BEFORE_CONDITION = re.compile(r"(?i)^(?:only |except )*(?:if|when|where|in|unless|it is|it's|the)\b\s*")


def condition_hint(text: str, own: Iterable[str]) -> Hint:
    """The condition that is meant; all of them where that is not sure."""
    known = [*CONDITIONS, *own]
    plain = _BEFORE_CONDITION.sub("", text)
    words = set(re.split(r"[^a-z0-9]+", plain.lower()))
    named = [each for each in known if set(each.split("_")) <= words]
    meant = nearest(plain, known) or (named[0] if len(named) == 1 and "not" not in words else "")
    if meant:
        return f"Did you mean `{meant}`{f' ({CONDITIONS[meant]})' if meant in CONDITIONS else ''}?", meant
    return (
        f"The conditions are {', '.join(known)}. Add your own under `conditions:`, with a `title`, or "
        "explain it in a `note`.",
        "",
    )


_ANSWER_WORDS: Mapping[str, str] = {
    **dict.fromkeys(
        ("none", "no", "nil", "nothing", "n/a", "na", "not applicable", "none needed", "-"), NONE_SET
    ),
    **dict.fromkeys(
        ("tbc", "tbd", "tba", "to be confirmed", "to be decided", "to be agreed", "undecided", "open"),
        NOT_DECIDED,
    ),
    **dict.fromkeys(("unknown", "don't know", "not sure"), NOT_KNOWN),
}


def answer_hint(key: str, text: str) -> str:
    """What to write for a word that is an answer in other words; empty where it is none."""
    answer = _ANSWER_WORDS.get(text.strip().rstrip(".").lower(), "")
    if answer == NONE_SET:
        return f"If you decided to have none, write `{key}: {NONE_SET}`."
    return f"Write `{key}: {answer}`." if answer else ""


def text_of_number(value: float, part: Mapping[str, Any], path: Path) -> str:
    """The text that is meant by a number alone, where only one can be: a share, a word, an edition.

    ``part`` is what the schema says of the place. Empty for anything else.
    """
    pattern = str(part.get("pattern"))
    if isinstance(value, bool):
        return ""
    if "enum" in part:
        return next((str(word) for word in part["enum"] if str(word).split()[-1] == str(value)), "")
    if path == ("based_on",):
        return next((each for each in names("national") if each.endswith(f"working-together-{value}")), "")
    if path == ("authority",):
        from simkit.data import UnknownAuthorityError, authority

        with suppress(UnknownAuthorityError):
            return authority(str(value)).name
    if "%" in pattern and "working days?" not in pattern and 0 < value <= 100 and value != 1:
        return f"{100 * value if value < 1 else value:g}%"
    return ""


def number_of_text(value: object, *, fractions: bool) -> str:
    """The number that is meant by a text or a fraction, as ``'2024'`` or ``344.0``; else an empty text."""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    pattern = r"[1-9][0-9]{0,8}(\.[0-9]{1,8})?" if fractions else "[1-9][0-9]{0,8}"
    return value.strip() if isinstance(value, str) and re.fullmatch(pattern, value.strip()) else ""


_TITLED = frozenset({"roles", "routes", "events", "conditions", "sources", "priorities"})
_POST = '"The name of a post"'  # the template's, so that nobody forgets it
_AGREED = (
    "by: who agreed it",
    "on: the day, as in 2026-04-01",
    "owner: the post that owns it",
    "review_on: when it will be reviewed, as in 2028-04",
)


def group_lines(path: Path, text: str) -> str:
    """The lines for a group whose text was written after its name; empty where they can't be made."""
    section, name = str(path[0]), str(path[-1])
    title = f'"{text}"' if re.search(r": |:$| #|^[\W]", text) else text
    lines: Sequence[str] = ()
    if len(path) == 1:
        if section == "in_force" and (day := date_suggestion(text) or text) and span(day):
            lines = (f"from: {day}",)
        elif section == "agreed":
            lines = _AGREED
        elif section == "threshold_document":
            lines = ("title: its title", f"link: {text}") if "://" in text else (f"title: {title}",)
    elif len(path) == 2 and section in _TITLED:
        lines = (f"title: {title}",)
    elif len(path) == 2 and section == "protocol":
        lines = (f"owner: {_POST}", "text: |", f"  {text}")
    front = "  " * (len(path) - 1)
    return "\n".join([f"{front}{name}:", *(f"{front}  {line}" for line in lines)]) if lines else ""

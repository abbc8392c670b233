"""Who decides: the posts of the file, and what each of them decides, holds or owns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import Blueprint, request
from werkzeug.wrappers import Response

from simkit.designer.changes import Change, Value
from simkit.designer.entry import Refused, saved, sent
from simkit.designer.posts import new_id, post_error, posts_of
from simkit.designer.screens.frame import Opened, after, framework_or_none, opened, page
from simkit.designer.screens.timescales import listed

deciders = Blueprint("deciders", __name__)


@deciders.route("/f/<name>/deciders", methods=["GET", "POST"])
def index(name: str) -> tuple[str, int] | Response:
    """The posts with what they do; change one's name, or add one."""
    about = opened(name)
    if request.method == "GET":
        return _page(about, {}, {}, 200)
    form = sent()
    own = about.examined.section("roles")
    changes: list[Change] = []
    for key in form.values:
        if not key.startswith("post-") and key != "new":
            continue
        id_ = key.removeprefix("post-")
        title, was = form.text(key), form.text(f"was-{id_}")
        if title == was or (key == "new" and not title):
            continue
        wrong = post_error(title)
        known = {words.lower(): each for each, words in posts_of(about).items()}
        if not wrong and title.lower() in known and known[title.lower()] != id_:
            wrong = f"There is already a post called {title}."
        if wrong:
            form.errors[key] = wrong
        elif key == "new":
            value: Value = {"title": title}
            changes.append(Change(f"roles.{new_id(title, {**posts_of(about), **own})}", None, value))
        elif id_ in own:
            changes.append(Change(f"roles.{id_}.title", was, title))
    removed = request.form.get("remove", "")
    if removed in own:
        changes = [Change(f"roles.{removed}", own[removed], None)]
        form.errors.clear()
    refused = Refused(form.errors) if form.errors else saved(about, changes, {}, "new")
    if isinstance(refused, Refused):
        return _page(about, form.values, refused.errors, refused.status)
    done = "removed" if removed else "saved" if changes else "nothing"
    return after("deciders.index", done, name=name)


def _page(
    about: Opened, given: Mapping[str, list[str]], errors: Mapping[str, str], status: int
) -> tuple[str, int]:
    posts, own = posts_of(about), about.examined.section("roles")
    does: dict[str, list[tuple[str, str, str]]] = {id_: [] for id_ in posts}
    for post, words, endpoint, id_ in _deeds(about):
        does.setdefault(post, []).append((words, endpoint, id_))
    return page(
        "deciders.html.jinja",
        about,
        status=status,
        posts=posts,
        own=[id_ for id_ in own if isinstance(own[id_], Mapping)],
        does=does,
        given=given,
        errors=errors,
    )


def _deeds(about: Opened) -> Iterator[tuple[str, str, str, str]]:
    """What each post decides, sets or holds: the post, the words, and the screen with its entry."""
    framework = framework_or_none(about)
    for id_, entry in about.examined.section("timescales").items():
        if isinstance(entry, Mapping):
            title = str(entry.get("title", id_))
            for key, words in (
                ("decided_by", "decides or signs"),
                ("set_by", "sets the time"),
                ("varied_by", "may vary"),
            ):
                for post in listed(entry.get(key)):
                    yield post, f"{words}: {title}", "timescales.edit", id_
    for id_, entry in about.examined.section("reviews").items():
        if isinstance(entry, Mapping):
            for post in listed(entry.get("by")):
                yield post, f"holds: {entry.get('title', id_)}", "reviews.edit", id_
    for timescale in (framework.timescales if framework else {}).values():
        if timescale.national:
            for post in timescale.decided_by:
                yield post, f"decides or signs (national): {timescale.title}", "", ""

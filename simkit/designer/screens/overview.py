"""What to do: the parts of a framework, each with how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint

from simkit.designer.clocks import clocks, undecided
from simkit.designer.screens.frame import Opened, desk, framework_or_none, opened, page
from simkit.framework.vocabulary import NONE_SET, PROTOCOL_ELEMENTS

overview = Blueprint("overview", __name__)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the framework: its screen, what it is about, and how far it is in words and as a colour."""

    endpoint: str
    title: str
    hint: str
    standing: str
    colour: str


@overview.get("/f/<name>/")
def index(name: str) -> tuple[str, int]:
    """The list."""
    about = opened(name)
    return page("overview.html.jinja", about, parts_=_parts(about), unsaved=tuple(desk().kept(name)))


def _parts(about: Opened) -> list[Part]:
    examined = about.examined
    rows = [clock for each in clocks(examined, framework_or_none(about), None).values() for clock in each]
    open_ = sum(each.endpoint == "timescales.edit" for each in undecided(examined))
    set_ = sum(clock.standing in ("ours", "none") for clock in rows)
    reviews = examined.section("reviews")
    unwritten = len(examined.unwritten)
    dated = bool(examined.section("in_force").get("from"))
    thresholds = examined.data.get("threshold_document")
    own_posts = sum(isinstance(each, Mapping) for each in examined.section("roles").values())
    return [
        Part(
            "about.index",
            "About the framework",
            "Title, national guidance, start date, thresholds, how days are counted",
            *(("Done", "good") if dated and thresholds else ("Not finished", "open")),
        ),
        Part(
            "timescales.index",
            "Our timescales",
            "By when each step is taken, from contact to sign-off",
            *((f"{open_} not decided", "open") if open_ else (f"{set_} answered", "good")),
        ),
        Part(
            "reviews.index",
            "Reviews",
            "Who looks at an assessment that is still open, and when",
            *(
                (f"{len(reviews)} set", "good")
                if reviews
                else ("We set none", "good")
                if examined.data.get("reviews") == NONE_SET
                else ("Not decided", "open")
            ),
        ),
        Part(
            "deciders.index",
            "Who decides",
            "The posts that decide, review and sign",
            f"{own_posts} of your own" if own_posts else "Usual posts",
            "plain",
        ),
        Part(
            "words.index",
            "Our words",
            "What the local protocol says about each subject",
            *(
                (f"{unwritten} of {len(PROTOCOL_ELEMENTS)} to write", "open")
                if unwritten
                else ("Done", "good")
            ),
        ),
    ]

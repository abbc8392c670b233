"""The local protocol as a document: what must be in it, what must never be, and that all can read it."""

from __future__ import annotations

import io
import re
import typing
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from finished import FINISHED
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.common.atomic_files import OutputError
from simkit.common.blocks import Table, Text
from simkit.common.errors import SimkitError
from simkit.framework.amount import parse_amount
from simkit.framework.check import check, load, load_each
from simkit.framework.dates import date_words
from simkit.framework.document.blocks import Form, Lane, Mark, Row, Side, State, Timeline
from simkit.framework.document.document import Document, document, edition_of
from simkit.framework.document.families import _HAPPENS
from simkit.framework.document.phrases import PHASES, after, phase_of, place_name, timescale_words
from simkit.framework.document.texts import text_blocks
from simkit.framework.document.timeline import timeline
from simkit.framework.framework import Framework
from simkit.framework.library import names
from simkit.framework.vocabulary import EVENTS, PROTOCOL_ELEMENTS
from simkit.framework.wording import event_title
from simkit.output.document.file import compose, write_document
from simkit.output.drawings import NARROW, WIDE, drawings, timeline_svg
from simkit.output.drawings.shapes import Box, Drawing, Label, width_of
from simkit.output.drawings.svg import svg
from simkit.output.look import LOCAL, NATIONAL

jinja2 = pytest.importorskip("jinja2")
docx = pytest.importorskip("docx")

from simkit.output.document.html import fragment, page  # noqa: E402
from simkit.output.document.word import word  # noqa: E402
from simkit.output.render.word import TemplateError  # noqa: E402

SHAPES = {"svg", "title", "desc", "rect", "circle", "polyline", "text"}
SHOWN = ("hackney", "wirral", "gloucestershire", "torbay", "walsall", "national/working-together-2013")
EVERY_KIND = (*SHOWN, "trials/islington", "bath-and-north-east-somerset", "herefordshire-county-of", "devon")

AGREED = """\
simkit: framework/1
authority: Bristol, City of
la_code: 801
gss_code: E06000023
title: "Ours <script>alert(1)</script> & more"
based_on: national/working-together-2023
status: agreed
in_force:
  from: 2025-04
agreed:
  by: Safeguarding partners
  on: 2025-03-14
  owner: Head of Assessment & Safeguarding
  review_on: 2099
threshold_document:
  title: Levels of need
  link: https://www.bristol.gov.uk/thresholds
sources:
  own:
    title: "Assessment policy"
    year: 2025
    strength: verified
    link: "javascript:alert(1)"
roles:
  service_manager:
    title: Service manager
timescales:
  seen_47:
    title: Child seen, section 47
    routes: [section_47]
    from: allocated
    to: child_seen
    within: 24 hours
    source: own
  normal:
    title: Assessment concluded, normal limit
    from: referral
    to: authorised
    within: 30 working days
    unless: exceptional
    decided_by: team_manager
  exceptional:
    title: Assessment concluded, exceptional limit
    from: referral
    to: authorised
    within: 45 working days
    only_if: exceptional
    decided_by: service_manager
  late_conference:
    title: Conference in an unusual case
    routes: [section_47]
    from: strategy_discussion
    to: conference
    within: 20 working days
departures:
  late_conference:
    reason: "Too few chairs <b>now</b>"
    agreed_by: Safeguarding partners
    on: 2025-03
protocol:
  disabled_children:
    owner: Head of Disabled Children's Service
    text: |
      We begin with what the child can do. <img src=x onerror=alert(1)>

      - The child's own view
      - The family's view
  challenge:
    text: |
      Talk to us first.
more:
  office: "Town hall </w:t><script>alert(2)</script>"
"""


@cache
def made(name: str) -> Document:
    return compose(name)


@pytest.fixture(scope="module")
def agreed(tmp_path_factory: pytest.TempPathFactory) -> Document:
    file = tmp_path_factory.mktemp("own") / "ours.yaml"
    file.write_text(AGREED, encoding="utf-8")
    return compose(file)


def parts_of(what: object) -> Iterator[object]:
    """A piece of a document and all that is in it, down to its words."""
    yield what
    if isinstance(what, tuple):
        inside = what
    else:
        inside = tuple(getattr(what, name) for name in getattr(what, "__dataclass_fields__", ()))
    for each in inside:
        yield from parts_of(each)


def words_of(what: object) -> Iterator[str]:
    """Every word of a piece of a document, wherever it stands."""
    return (part for part in parts_of(what) if isinstance(part, str) and part)


def section(what: Document, place: str) -> str:
    """The words of one section, as one text."""
    found = next(each for each in what.all_sections() if each.id == place)
    return " | ".join(words_of(found))  # type: ignore[arg-type]


# The content


def test_every_event_can_be_said() -> None:
    """An id with a slip of the hand would drop an event from the tables or the last page."""
    for known in (PHASES, _HAPPENS):
        assert set(known) <= set(EVENTS)
    assert list(PHASES) == sorted(PHASES, key=list(EVENTS).index)
    assert not after("referral").startswith("“")


@pytest.mark.parametrize("name", EVERY_KIND)
def test_nothing_of_the_modelling_part_is_in_a_document(name: str) -> None:
    """The same framework without its model makes the same document; sources of the model aren't cited."""
    framework = load(name)
    edition = edition_of(framework)
    nation = load(edition) if edition else None
    bare = replace(framework, numbers={}, steps={}, origins={})
    assert document(framework, nation) == document(bare, nation)
    text = " ".join(words_of(document(framework, nation))).lower()
    for number in framework.numbers.values():
        assert number.path not in text
        assert number.note == "" or number.basis == "source" or number.note.lower() not in text


@pytest.mark.slow
def test_every_shipped_framework_makes_a_document() -> None:
    everything = [n for kind in ("national", "trials") for n in names(kind) if not n.endswith("assumptions")]
    everything += names("authorities")
    frameworks = dict(zip(everything, load_each(everything), strict=True))
    for framework in frameworks.values():
        edition = edition_of(framework)
        whole = document(framework, frameworks[edition] if edition else None)
        text = " ".join(words_of(whole)).lower()
        assert whole.title and whole.standing
        assert not re.search(r"unlawful|illegal|breach|complian|\bnone\b(?! set| recorded| given)", text)
        assert "24 hours" not in text or "1 working day (24" not in text


@pytest.mark.parametrize("name", ["hackney", "wirral", "trials/islington"])
def test_what_is_missing_is_shown_as_missing(name: str) -> None:
    """All twelve elements are there, in order, and none is dropped for want of a text."""
    whole = made(name)
    told = section(whole, "protocol")
    assert "Not known" in told
    titles = [told.index(element.title) for element in PROTOCOL_ELEMENTS.values()]
    assert titles == sorted(titles)
    unknown = next(cell for facts in whole.about for row, cell in facts.rows if row == "Not known")  # type: ignore[union-attr]
    assert unknown[0][0].gap
    for label in ("greed by", "wner (a post)", "eview date"):
        assert label in unknown[0][0].words
    assert "Not known" in section(whole, "families-challenge")


def test_an_authority_s_own_gaps_are_not_yet_written(agreed: Document) -> None:
    assert "Not yet written" in section(agreed, "protocol")
    assert PROTOCOL_ELEMENTS["young_carers"].title in section(agreed, "protocol")
    assert "Not known" not in section(agreed, "protocol")


@pytest.mark.parametrize("name", EVERY_KIND)
def test_nothing_reads_as_the_authority_s_own(name: str) -> None:
    whole = made(name)
    assert not whole.own
    assert "Compiled from published" in whole.standing
    assert "not the" in whole.standing


def test_an_agreed_document_says_by_whom_and_when(agreed: Document) -> None:
    assert agreed.own
    assert agreed.standing.endswith(" Agreed by Safeguarding partners, 14 March 2025.")


def test_agreed_with_parts_missing_says_so_on_every_page(agreed: Document) -> None:
    missing = "10 of the 12 elements of the local protocol"
    assert agreed.standing.startswith(f"City of Bristol. Agreed, with parts not yet written: {missing}. ")


@pytest.mark.parametrize("status", ["draft", "consultation"])
def test_what_a_draft_leaves_open_is_not_yet_written(tmp_path: Path, status: str) -> None:
    """Nobody may read a blank draft as a decision to set nothing."""
    file = tmp_path / "ours.yaml"
    file.write_text(
        "simkit: framework/1\nauthority: Bristol, City of\nla_code: 801\ntitle: Ours\n"
        f"based_on: national/working-together-2023\nstatus: {status}\nin_force:\n  from: 2026-04-01\n",
        encoding="utf-8",
    )
    whole = compose(file)
    for place in ("local-timescales", "reviews", "priorities", "families"):
        told = section(whole, place)
        assert "Not yet decided" in told or "Local review points: not yet decided" in told, place
    text = " | ".join(words_of(whole))
    assert not re.search(r"none set|no time set|no timescale|no local timescale", text, re.I)
    assert "Planned start | 1 April 2026" in text
    assert not [label for facts in whole.about for label, _ in facts.rows if label == "In force"]  # type: ignore[union-attr]


def test_what_an_agreed_document_does_not_set_is_not_yet_decided(agreed: Document) -> None:
    assert "Not yet decided" in section(agreed, "priorities")
    assert "Local review points: not yet decided" in section(agreed, "reviews")


def test_dates_are_as_exact_as_their_source(agreed: Document) -> None:
    about = " | ".join(words_of(agreed))
    assert "14 March 2025" in about and "From April 2025" in about and "2099" in about
    assert [date_words(d) for d in ("2025", "2025-04", "2025-04-01", "about 2025", "2025-13")] == [
        "2025",
        "April 2025",
        "1 April 2025",
        "about 2025",
        "2025-13",
    ]


def test_timescales_keep_their_units_and_stand_in_the_order_of_a_case() -> None:
    """24 hours stay 24 hours; the decision of 2010 stands before the reviews of 2006."""
    local = section(made("gloucestershire"), "local-timescales")
    assert "Within 24 hours of allocation to a social worker" in local
    assert "Good practice: 3 to 5 working days." in local
    national = section(made("wirral"), "national-timescales")
    assert national.index("type of response") < national.index("45 working days") < national.index("6 months")
    assert "Statutory guidance" in national and "Statute" in section(made("wirral"), "annex")


def test_national_and_local_stand_apart() -> None:
    whole = made("wirral")
    assert "30 working days" in section(whole, "local-timescales")
    assert "30 working days" not in section(whole, "national-timescales")


def test_exceptions_say_who_decides(agreed: Document) -> None:
    assert "Service manager" in section(agreed, "local-timescales")
    assert "Not known" in section(made("wirral"), "local-timescales")


def test_dispensations_and_departures_have_their_dates(agreed: Document) -> None:
    trial = section(made("trials/islington"), "departures")
    assert "September 2011" in trial and "Not known" in trial and "10 working days" in trial
    own = section(agreed, "departures")
    assert "Too few chairs" in own and "March 2025" in own


def test_timescales_of_another_time_stand_apart_with_their_dates() -> None:
    past = section(made("devon"), "no-longer-in-force")
    assert "In force until 15 April 2013." in past
    assert "42 working days" not in section(made("devon"), "local-timescales")


def test_families_read_plain_words() -> None:
    page_for_families = section(made("gloucestershire"), "families")
    assert "Within 45 working days (about 9 weeks) of the referral" in page_for_families
    assert "After 3, 5 or 10 working days, by how urgent it is, by the team manager" in page_for_families
    assert "Gloucestershire did not write this page" in page_for_families
    for hard in ("section 17", "authorised", "strategy discussion", "statutory", "ICPC"):
        assert hard.lower() not in page_for_families.lower()


def test_a_timescale_stands_with_its_like_even_where_it_ends_at_an_event_of_the_file() -> None:
    def table(name: str, clock: str) -> str:
        return phase_of(load(name).timescales[clock])

    assert table("lewisham", "strategy_follow_up_meeting") == "Child protection"
    assert table("nottinghamshire", "referral_screening") == "The front door"
    assert table("sheffield", "child_in_need_meeting_held") == "Plans and other help"


def test_families_read_conditions_and_doubts_with_a_time() -> None:
    for_families = section(made("newcastle-upon-tyne"), "families")
    assert "Within 1 working day of the referral (if there is a safeguarding concern)" in for_families
    assert "At least 3 working days before it meets" in for_families
    assert "the source does not say which days" in for_families
    review = (
        "Within 10 working days (about 2 weeks) of the referral, by the team manager (the source does not say"
    )
    assert review in section(made("north-yorkshire"), "families")
    assert "the source does not say which days" not in section(made("gloucestershire"), "families")


def test_families_read_before_what_something_is_to_happen() -> None:
    for_families = section(made("islington"), "families")
    assert "At least 10 weeks before the date the baby is due (children not yet born)" in for_families


def test_months_are_not_said_to_leave_the_kind_of_day_open() -> None:
    again = section(made("derby"), "local-timescales").split("Single assessment completed again")[1]
    assert "leaves it open: how its number is meant." in again.split("Strategy discussion held")[0]


def test_meeting_a_timescale_is_not_called_good() -> None:
    assert "can be on time and still be poor" in section(made("hackney"), "timescales")


def test_sources_are_numbered_and_say_how_far_they_were_read() -> None:
    whole = made("wirral")
    told = next(each for each in whole.all_sections() if each.id == "sources")
    table = next(block for block in told.blocks if isinstance(block, Table))
    assert table.anchors == tuple(f"source-{n}" for n in range(1, len(table.rows) + 1))
    links = {text for text in words_of(whole) if text.startswith("#source-")}
    assert {link[1:] for link in links} <= set(table.anchors)
    assert "SpeakCase" not in " ".join(words_of(whole)), "national times name their instrument"
    assert "Working Together to Safeguard Children 2015, chapter 1" in section(whole, "national-timescales")
    told = section(whole, "national-timescales") + section(whole, "annex")
    assert "(second-hand)" in told and "(not checked)" in told


def test_only_a_draft_tells_its_authors_what_nobody_checked(tmp_path: Path, agreed: Document) -> None:
    """A council's public document names its sources and does not tell how simkit came to know them."""
    file = tmp_path / "ours.yaml"
    file.write_text(
        "simkit: framework/1\ntitle: Ours\nbased_on: national/working-together-2023\nstatus: draft\n",
        encoding="utf-8",
    )
    draft = compose(file)
    list_ = section(draft, "before-publishing")
    assert "Police protection ends" in list_ and "Emergency protection order ends" in list_
    assert "Assessment concluded" not in list_, "its source was read"
    assert "No national number was found" in list_
    assert "before-publishing" not in {each.id for each in agreed.all_sections()}
    for whole in (draft, agreed):
        rest = " | ".join(
            section(whole, place) for place in ("timescales", "national-timescales", "deciders", "families")
        )
        assert not re.search(r"from memory|second-hand|not checked|was read|not read|not identified", rest)


def test_notes_name_sources_by_their_number() -> None:
    assert "(trix_rc)" not in " ".join(words_of(made("wirral")))


def test_a_repeated_visit_is_said_as_one() -> None:
    visits = load("walsall").timescales["child_in_need_visits"]
    assert timescale_words(visits) == "at most 6 weeks apart"
    assert "At least every 6 weeks (children in need and disabled children)" in section(
        made("walsall"), "families"
    )


def test_two_expectations_for_one_event_are_told_apart() -> None:
    """Herefordshire: up to 45 days, most within 10: the bare numbers would contradict each other."""
    whole = made("herefordshire-county-of")
    assert "Most assessments concluded: expected within 10 working days" in section(whole, "families")


def test_place_names_read_as_people_say_them() -> None:
    assert place_name("Herefordshire, County of") == "County of Herefordshire"
    assert place_name("Barnsley") == "Barnsley"


def test_an_authority_s_text_keeps_its_paragraphs_and_lists() -> None:
    kinds = [type(block).__name__ for block in text_blocks("One\ntwo\n\n- a\n- b\nThree")]
    assert kinds == ["Paragraph", "Items", "Paragraph"]


# The drawings


def some(most: int) -> st.SearchStrategy[str]:
    """Words of narrow and wide letters."""
    return st.text("ai W%m-1\u2434é", min_size=1, max_size=most)


def sides() -> st.SearchStrategy[Side]:
    days = st.lists(st.floats(0.1, 70), min_size=1, max_size=4).map(lambda d: tuple(sorted(d)))
    marks = st.lists(st.builds(Mark, st.sampled_from(typing.get_args(Form)), days), max_size=2).map(tuple)
    without = st.sampled_from([state for state in typing.get_args(State) if state != "value"])
    return st.builds(Side, without, some(30)) | st.builds(Side, st.just("value"), some(30), marks)


def timelines() -> st.SearchStrategy[Timeline]:
    def lanes_of(ours: st.SearchStrategy[Side | None]) -> st.SearchStrategy[tuple[Lane, ...]]:
        rows = st.builds(Row, some(90), st.lists(some(80), max_size=2).map(tuple), ours, sides())
        lane = st.builds(Lane, some(60) | st.just(""), st.lists(rows, min_size=1, max_size=4).map(tuple))
        return st.lists(lane, min_size=1, max_size=2).map(tuple)

    lanes = st.one_of(lanes_of(st.none()), lanes_of(sides()))
    return st.builds(Timeline, some(40), some(80), lanes, st.sampled_from([45, 60, 65]), some(80))


def assert_readable(drawing: Drawing) -> None:
    """No label is small, runs into another or off the picture, or lies on a dark bar."""
    boxes = []
    for shape in drawing.shapes:
        if isinstance(shape, Label) and shape.words.strip():
            assert shape.size >= 12
            right = shape.left + width_of(shape.words, shape.size, shape.bold)
            boxes.append((shape.left, shape.y - 0.75 * shape.size, right, shape.y + 0.2 * shape.size))
    for left, top, right, bottom in boxes:
        assert left >= -1 and top >= -1 and right <= drawing.width + 1 and bottom <= drawing.height + 1
    ordered = sorted(boxes, key=lambda b: b[1])
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if other[1] >= one[3]:
                break
            assert one[2] <= other[0] + 0.5 or other[2] <= one[0] + 0.5, (one, other)
    for bar in (s for s in drawing.shapes if isinstance(s, Box) and s.fill == LOCAL):
        for left, top, right, bottom in boxes:
            assert right <= bar.x or left >= bar.x + bar.width or bottom <= bar.y or top >= bar.y + bar.height


@pytest.mark.parametrize("name", EVERY_KIND)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_drawings_don_t_overlap(name: str, width: float) -> None:
    for each in made(name).all_sections():
        for block in each.blocks:
            if hasattr(block, "drawing"):
                for drawing in drawings(block.drawing, width):
                    assert_readable(drawing)
                    assert width < WIDE or drawing.height <= 1100


@settings(max_examples=25, deadline=None)
@given(timelines(), st.sampled_from([WIDE, NARROW]))
def test_no_timeline_overlaps(timeline: Timeline, width: float) -> None:
    for drawing in drawings(timeline, width):
        assert_readable(drawing)
        ET.fromstring(svg(drawing, "x", "d"))


def timeline_of(name: str) -> Timeline:
    sections = made(name).all_sections()
    return next(each for each in sections if each.id == "timeline-section").blocks[0].drawing  # type: ignore[union-attr]


def test_the_timeline_draws_what_the_framework_says() -> None:
    """Wirral: limits at 30 and 45, reviews at 5 and by 15, the national decision at 1, from the referral."""
    timeline = timeline_of("wirral")
    first = timeline.lanes[0]
    assert first.title == "From: Referral received"
    said = [
        [(mark.form, mark.days) for side in (row.local, row.national) if side for mark in side.marks]
        for row in first.rows
    ]
    assert said == [
        [("limit", (1.0,))],
        [("review", (5.0,))],
        [("latest", (15.0,))],
        [("limit", (30.0,)), ("exceptional", (45.0,)), ("limit", (45.0,))],
    ]
    bars = [s for s in drawings(timeline)[0].shapes if isinstance(s, Box) and s.height in (9, 18)]
    local, national = (max(s.width for s in bars if s.fill == fill) for fill in (LOCAL, NATIONAL))
    assert local / national == pytest.approx(30 / 45)


def test_the_drawing_says_the_finding_and_whose_it_is() -> None:
    assert timeline_of("wirral").title.endswith(
        "within 30 working days of the referral, 15 before the national limit"
    )
    assert "not its own document" in timeline_of("wirral").under
    assert timeline_of("halton").title == (
        "No local time for an assessment is known; nationally within 45 working days"
    )
    assert timeline_of("trials/hackney").title.startswith("No number of days")
    edition = timeline_of("national/working-together-2010")
    assert edition.title == "An initial assessment is to be completed within 10 working days of the referral"
    assert edition.heads == ("National",) and timeline_of("wirral").heads == ("Local", "National")


def test_what_a_trial_was_exempt_from_is_drawn_as_national_and_called_exempt() -> None:
    rows = [row for lane in timeline_of("trials/hackney").lanes for row in lane.rows]
    exempt = [(row.title, row.national.words) for row in rows if row.local and row.local.words == "exempt"]
    assert exempt == [("Initial assessment completed", "10"), ("Assessment authorised by a manager", "35")]


def test_a_missing_value_has_a_mark_and_a_word_and_no_length() -> None:
    """A starter must not look complete: what is not known shows in each row."""
    timeline = timeline_of("halton")
    rows = [row for lane in timeline.lanes for row in lane.rows]
    assert all(row.local is not None and not row.local.marks for row in rows)
    (drawing,) = drawings(timeline, page=None)
    said = [shape.words for shape in drawing.shapes if isinstance(shape, Label)]
    national_alone = sum(row.national.state == "not known" for row in rows)
    assert said.count("not known") == 2 * len(rows) + national_alone
    assert not [s for s in drawing.shapes if isinstance(s, Box) and s.fill == LOCAL]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_an_answer_never_lies_on_the_national_bar(width: float) -> None:
    """A bar that a word cuts in two looks like two bars."""
    long = Side("value", "45", (Mark("limit", (45.0,)),))
    row = Row("Assessment authorised by a manager", (), Side("none set", "none set"), long)
    (drawing,) = drawings(Timeline("Ours", "", (Lane("Referral received", (row,)),), 45), width, None)
    in_the_key, bar = [s for s in drawing.shapes if isinstance(s, Box) and s.fill == NATIONAL]
    labels = [s for s in drawing.shapes if isinstance(s, Label) and s.words == "none set"]
    (word,) = [label for label in labels if label.x < bar.x + 90]
    assert word.y - 12 > bar.y + bar.height and word.y < drawing.height
    over = [s for s in drawing.shapes if isinstance(s, Box) and s not in (in_the_key, bar)]
    assert not [s for s in over if s.y < bar.y + bar.height and bar.y < s.y + s.height]


def test_a_timeline_does_not_say_which_day_its_start_is() -> None:
    """Most frameworks leave open whether it is day 0 or day 1; the document says so."""
    for name in ("wirral", "halton"):
        for piece in drawings(timeline_of(name)):
            said = [shape.words for shape in piece.shapes if isinstance(shape, Label)]
            assert not [words for words in said if re.search(r"\bday [01]\b", words)]


def test_a_time_for_some_cases_lies_on_the_national_one_and_words_say_the_same() -> None:
    timeline = timeline_of("gloucestershire")
    lane = next(lane for lane in timeline.lanes if lane.start == "Social worker allocated")
    assert [(row.title, row.local.words if row.local else "") for row in lane.rows] == [
        ("Child seen by a social worker, section 47", "24 hours"),
        ("Child seen by a social worker, section 17 and disabled children", "7"),
        ("First review", "3, 5 or 10"),
    ]
    for lane in timeline.lanes:
        for row in lane.rows:
            assert any(lane.title in said and row.title in said for said in timeline.words)


def test_mark_up_in_a_title_stays_text_in_every_form_of_the_drawing() -> None:
    evil = "<img onerror=alert(1)>"
    row = Row(evil, (evil,), Side("value", evil), Side("unset", evil))
    what = Timeline(evil, evil, (Lane(evil, (row,)),), 45, evil)
    for width in (WIDE, NARROW):
        (drawing,) = drawings(what, width, None)
        mark_up = svg(drawing, "x", " ".join(what.words))
        assert "<img" not in mark_up and "&lt;img" in mark_up
        assert {each.tag.rpartition("}")[2] for each in ET.fromstring(mark_up).iter()} <= SHAPES


def test_one_call_gives_the_picture_with_its_name_for_screen_readers() -> None:
    root = ET.fromstring(timeline_svg(load("wirral"), 360, "here"))
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img" and root.get("aria-labelledby") == "here-title here-desc"
    title, described = (root.findtext(f"{space}{name}") or "" for name in ("title", "desc"))
    assert len(title) <= 150 and "local 30, national 45" in described


def test_a_drawing_longer_than_a_page_goes_on_under_its_headings() -> None:
    row = Row("A clock", (), Side("value", "5", (Mark("limit", (5.0,)),)), Side("unset", "no time"))
    long = Timeline("Long", "", (Lane("Referral received", (row,) * 60),), 45)
    pieces = drawings(long)
    assert len(pieces) > 2
    for piece in pieces:
        said = [shape.words for shape in piece.shapes if isinstance(shape, Label)]
        assert "Working days" in said and "From: Referral received" in said


@pytest.mark.parametrize("name", EVERY_KIND)
@pytest.mark.slow
def test_each_page_of_a_timeline_says_what_its_marks_mean_and_fits_in_word(name: str) -> None:
    for piece in drawings(timeline_of(name)):
        said = [shape.words for shape in piece.shapes if isinstance(shape, Label)]
        assert "Working days" in said and "National: limit" in said
    file = docx.Document(io.BytesIO(word(made(name))))
    room = file.sections[0].page_height - file.sections[0].top_margin - file.sections[0].bottom_margin
    assert all(shape.height < 0.9 * room for shape in file.inline_shapes)


# HTML


class Seen(HTMLParser):
    """What a page is made of, as a reader of its structure would find it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.refers: list[str] = []
        self.levels: list[int] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.tables: list[set[str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append(tag)
        self.attributes.append((tag, told))
        if tag not in ("meta", "br", "img", "link", "rect", "circle", "polyline"):
            self.open.append(tag)
        if told.get("id"):
            self.ids.append(str(told["id"]))
        if tag == "a":
            self.links.append(str(told.get("href")))
        for key in ("aria-labelledby", "aria-describedby"):
            self.refers += str(told.get(key) or "").split()
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "table":
            self.tables.append(set())
        if self.tables and tag in ("caption", "th"):
            self.tables[-1].add(tag)
        if tag == "th":
            assert told.get("scope") in ("row", "col")

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "circle", "polyline"):
            assert self.open.pop() == tag


@pytest.mark.parametrize("name", EVERY_KIND)
def test_a_page_is_well_built(name: str) -> None:
    """One h1, no heading level skipped, every table with caption and scopes, every link answered."""
    text = page(made(name))
    seen = Seen(text)
    assert text.startswith("<!DOCTYPE html>") and '<html lang="en-GB">' in text
    assert seen.open == [] and seen.levels.count(1) == 1
    assert all(b <= a + 1 for a, b in zip(seen.levels, seen.levels[1:], strict=False))
    assert len(seen.ids) == len(set(seen.ids))
    assert set(seen.refers) <= set(seen.ids)
    assert all(link[1:] in seen.ids for link in seen.links if link.startswith("#"))
    assert all(table == {"caption", "th"} for table in seen.tables)
    assert seen.links[0] == "#content"
    assert not {"script", "link", "iframe", "img", "object"} & set(seen.tags)
    assert not re.search(r'(?:src|href)="(?!#|https?://)|url\(|@import', text)
    for tag, told in seen.attributes:
        assert not any(key.startswith("on") for key in told)
        if tag == "svg":
            assert told["role"] == "img" and told["aria-labelledby"]


@pytest.mark.parametrize("name", EVERY_KIND)
def test_a_page_says_whose_it_is_not_at_top_bottom_and_on_each_printed_page(name: str) -> None:
    text = page(made(name))
    standing = made(name).standing.replace("'", "&#39;")
    assert text.count(standing) == 3
    running = text.index('<div class="running"')
    assert text.index(standing) - running < 80
    assert "display: table-header-group; break-inside: avoid" in text
    assert text.rindex(standing) > text.index("</main>")


@pytest.mark.parametrize("name", EVERY_KIND)
def test_a_fragment_fits_into_another_page(name: str) -> None:
    text = fragment(made(name))
    seen = Seen(text)
    assert seen.open == [] and min(seen.levels) == 2 and seen.levels[0] == 2
    assert not {"html", "head", "body", "script", "style", "h1", "main"} & set(seen.tags)
    assert len(seen.ids) == len(set(seen.ids)) and set(seen.refers) <= set(seen.ids)
    assert all(link[1:] in seen.ids for link in seen.links if link.startswith("#"))
    assert text.count(made(name).standing.replace("'", "&#39;")) == 2


def test_texts_of_an_authority_are_never_mark_up(agreed: Document) -> None:
    for text in (page(agreed), fragment(agreed)):
        seen = Seen(text)
        assert "script" not in seen.tags and "img" not in seen.tags and "b" not in seen.tags
        assert "javascript:alert(1)" not in seen.links
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in text
        assert "https://www.bristol.gov.uk/thresholds" in seen.links


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        full = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
        parts = [int(full[n : n + 2], 16) / 255 for n in (0, 2, 4)]
        red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_are_told_apart() -> None:
    """Text at 4.5 to 1 on white and on the pale ground; lines and the two kinds of bar at 3 to 1."""
    css = re.findall(r"--(\w+): (#\w+)", page(made("hackney")))
    colours = dict(css)
    for name in ("ink", "soft", "link", "gap"):
        for ground in ("#fff", colours["pale"]):
            assert _contrast(colours[name], ground) >= 4.5
    assert _contrast(colours["line"], "#fff") >= 3
    assert _contrast("#12365A", "#B4B4B4") >= 3


# Word


def opened(content: bytes) -> object:
    return docx.Document(io.BytesIO(content))


@cache
def file_of(name: str) -> bytes:
    return word(made(name))


@pytest.mark.parametrize("name", ["hackney", "wirral"])
@pytest.mark.slow
def test_word_says_whose_it_is_not_in_the_header_of_every_section(name: str) -> None:
    file = opened(file_of(name))
    for each in file.sections:  # type: ignore[attr-defined]
        assert made(name).standing in "\n".join(p.text for p in each.header.paragraphs)
        assert made(name).title in "\n".join(p.text for p in each.footer.paragraphs)


def test_word_has_headings_tables_pictures_and_language_as_assistive_tools_need_them() -> None:
    file = opened(file_of("wirral"))
    headings = [p.style.name for p in file.paragraphs if p.style.name.startswith("Heading")]  # type: ignore[attr-defined]
    titles = [p.text for p in file.paragraphs if p.style.name == "Heading 1"]  # type: ignore[attr-defined]
    assert headings[0] == "Heading 1" and set(headings) == {"Heading 1", "Heading 2"}
    assert titles == ["On one page", "About this document", *(each.title for each in made("wirral").sections)]
    parts = zipfile.ZipFile(io.BytesIO(file_of("wirral")))
    body, styles = (parts.read(f"word/{each}.xml").decode() for each in ("document", "styles"))
    assert set(re.findall(r'<w:lang [^>]*w:val="([^"]+)"', styles)) == {"en-GB"}
    pictures = re.findall(r"<wp:docPr [^>]*>", body)
    assert pictures
    assert all('descr="' in each and "title=" in each for each in pictures)
    assert "within 30 working days" in pictures[0]
    with_heads = [t for t in file.tables if len(t.columns) > 2]  # type: ignore[attr-defined]
    assert with_heads and all("tblHeader" in t.rows[0]._tr.xml for t in with_heads)
    assert file.core_properties.language == "en-GB"  # type: ignore[attr-defined]


@pytest.mark.slow
def test_word_keeps_texts_as_texts(agreed: Document) -> None:
    odd = replace(agreed, title="Ours <w:p/> & \x07bell \ud800")
    file = opened(word(odd))
    text = "\n".join(p.text for p in file.paragraphs)  # type: ignore[attr-defined]
    assert "Ours <w:p/> & bell" in text
    assert "Town hall </w:t><script>alert(2)</script>" in text
    related = zipfile.ZipFile(io.BytesIO(word(agreed))).read("word/_rels/document.xml.rels").decode()
    assert "javascript" not in related and "https://www.bristol.gov.uk/thresholds" in related


@pytest.mark.slow
def test_word_takes_the_council_s_styles_page_and_headers(tmp_path: Path) -> None:
    """Headers that the last section has from those before it stay; the template's own text goes."""
    council = docx.Document()
    council.styles["Heading 1"].font.name = "Georgia"
    council.styles["Caption"].delete()
    council.styles["Table Grid"].delete()
    council.styles["List Bullet"].delete()
    first = council.sections[0]
    first.different_first_page_header_footer = True
    first.first_page_header.paragraphs[0].add_run("Council, first page")
    first.header.paragraphs[0].add_run("Council")
    council.settings.odd_and_even_pages_header_footer = True
    council.add_paragraph("Old text")
    council.add_section()
    council.add_paragraph("More old text")
    council.save(tmp_path / "council.docx")
    file = opened(word(made("wirral"), tmp_path / "council.docx"))
    text = "\n".join(p.text for p in file.paragraphs)  # type: ignore[attr-defined]
    assert "ld text" not in text and "Wirral's single assessment" in text
    assert file.styles["Heading 1"].font.name == "Georgia"  # type: ignore[attr-defined]
    (only,) = file.sections  # type: ignore[attr-defined]
    for header, kept in (
        (only.header, "Council"),
        (only.first_page_header, "Council, first page"),
        (only.even_page_header, ""),
    ):
        told = "\n".join(p.text for p in header.paragraphs)
        assert kept in told and made("wirral").standing in told


def _protected(path: Path) -> None:
    file = docx.Document()
    mark = docx.oxml.OxmlElement("w:documentProtection")
    mark.set(docx.oxml.ns.qn("w:enforcement"), "1")
    file.settings.element.append(mark)
    file.save(path)


def test_a_bad_template_gets_one_clear_message(tmp_path: Path) -> None:
    (tmp_path / "text.docx").write_text("not a document", encoding="utf-8")
    (tmp_path / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with zipfile.ZipFile(tmp_path / "zip.docx", "w") as archive:
        archive.writestr("a.txt", "a")
    _protected(tmp_path / "protected.docx")
    (tmp_path / "folder.docx").mkdir()
    for name, says in (
        ("none.docx", "does not exist"),
        ("folder.docx", "is a folder"),
        ("text.docx", "is not a Word document"),
        ("zip.docx", "is not a Word document"),
        ("old.docx", "password"),
        ("protected.docx", "Stop Protection"),
    ):
        with pytest.raises(TemplateError, match=says) as error:
            word(made("hackney"), tmp_path / name)
        assert name in str(error.value) and "\n" not in str(error.value)


# Files and the command


@pytest.mark.slow
def test_a_document_is_written_where_it_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert write_document("hackney", "html") == Path("hackney-shipped-protocol.html")
    assert write_document("204", "fragment", out=tmp_path).name == "hackney-shipped-fragment.html"
    assert write_document("trials/islington", "word", out="a.docx").stat().st_size > 10_000
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "a.docx",
        "hackney-shipped-fragment.html",
        "hackney-shipped-protocol.html",
    ]


def test_a_place_that_can_t_be_written_gets_a_message(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"must end in \.docx"):
        write_document("hackney", "word", out=tmp_path / "a.html")
    with pytest.raises(OutputError, match="does not exist"):
        write_document("hackney", "html", out=tmp_path / "none" / "a.html")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(SimkitError, match=re.escape("install jinja2 and python-docx (the extra `report`)")):
        page(made("hackney"))


@pytest.mark.slow
def test_the_command_says_where_it_went(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import typer
    from typer.testing import CliRunner

    from simkit.cli.document import document as command

    app = typer.Typer()
    app.command()(command)
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    told = runner.invoke(app, ["hackney"])
    assert told.exit_code == 0 and told.stdout.endswith("Written: hackney-shipped-protocol.html\n")
    assert told.stdout.startswith("Written for 'hackney': the framework of Hackney that comes with simkit.\n")
    again = runner.invoke(app, ["hackney"])
    assert again.exit_code == 0 and again.stdout.endswith("\nReplaced: hackney-shipped-protocol.html\n")
    assert runner.invoke(app, ["hackney", "--out", "x.docx"]).stdout.endswith("Written: x.docx\n")
    assert runner.invoke(app, ["hackney", "--template", "x.docx"]).exit_code == 2
    assert runner.invoke(app, ["hackney", "--fragment", "--format", "word"]).exit_code == 2


def test_one_s_own_file_never_has_the_file_name_of_a_shipped_framework(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the document of a draft could take the place of the one compiled from published sources."""
    monkeypatch.chdir(tmp_path)
    Path("hackney.yaml").write_text(AGREED, encoding="utf-8")
    files = [write_document(name, "html").name for name in ("hackney", "trials/hackney", "hackney.yaml")]
    assert files == [
        "hackney-shipped-protocol.html",
        "trials-hackney-shipped-protocol.html",
        "hackney-protocol.html",
    ]


def test_amounts_for_a_framework_made_by_hand() -> None:
    """A framework without anything still makes a whole document."""
    bare = Framework("ours", "Ours", "draft", ("ours",))
    whole = document(bare)
    assert "Draft: not agreed." in whole.standing
    assert Seen(page(whole)).open == []
    assert parse_amount("24 hours").number == 24


def test_families_are_told_what_has_to_have_happened_by_a_review() -> None:
    page_for_families = section(made("oxfordshire"), "families")
    assert "A social worker sees your child | Within 10 working days (about 2 weeks)" in page_for_families


def test_how_an_authority_counts_is_printed_in_place_of_what_is_open(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    head = "simkit: framework/1\ntitle: Ours\nbased_on: national/working-together-2023\nstatus: draft\n"
    file.write_text(
        f"{head}counting:\n  starting_day: day 1\n  after_hours: next working day\n", encoding="utf-8"
    )
    told = section(compose(file), "timescales")
    assert "The day on which a time starts counts as day 1." in told
    assert "What arrives after office hours counts on the next working day." in told
    assert "do not say whether" not in told


def test_a_decision_to_set_nothing_is_printed_as_one(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    head = "simkit: framework/1\ntitle: Ours\nbased_on: national/working-together-2023\nstatus: draft\n"
    text = "timescales:\n  child_seen: none set\nreviews: none set\npriorities: none set\n"
    file.write_text(head + text, encoding="utf-8")
    whole = compose(file)
    none = "Decided to set none: child seen by a social worker; priorities."
    assert none in section(whole, "local-timescales")
    assert "Local review points: none set." in section(whole, "reviews")
    assert "priorities" not in {each.id for each in whole.all_sections()}, "said once"


NONE_AT_ALL = "".join(f"  {name}: none set\n" for name in PROTOCOL_ELEMENTS)


@pytest.mark.parametrize("protocol", [f"protocol:\n{NONE_AT_ALL}", "protocol: none set\n"])
def test_what_was_decided_not_to_be_written_is_no_gap(tmp_path: Path, protocol: str) -> None:
    """Each place of a document tells the same: a banner and a page for families call no decision a gap."""
    file = tmp_path / "ours.yaml"
    head, rest = AGREED.split("threshold_document:")
    decided = f"{head}threshold_document: none set\nreviews: none set\npriorities: none set\n"
    kept = rest.split("protocol:")[0].split("https://www.bristol.gov.uk/thresholds\n")[1]
    file.write_text(decided + kept + protocol, encoding="utf-8")
    whole = compose(file)
    assert whole.standing == "City of Bristol. Agreed by Safeguarding partners, 14 March 2025."
    assert "parts not yet written" not in timeline(load(file)).under
    assert "We have decided to write nothing about:" in section(whole, "protocol")
    assert "We have decided to publish none." in section(whole, "threshold")
    challenge = section(whole, "families-challenge")
    assert "The local protocol says nothing about how to challenge an assessment." in challenge
    assert "Ask the social worker or the council how to complain" in challenge
    for place in ("protocol", "threshold", "reviews", "families-challenge"):
        assert not gaps(whole, place), place


def test_an_element_with_a_link_alone_is_no_gap(tmp_path: Path) -> None:
    """The check accepts a link in place of a text, so the document does too."""
    file = tmp_path / "ours.yaml"
    link = "    owner: Head of Service\n    link: https://www.bristol.gov.uk/complaints\n"
    elements = "".join(f"  {name}:\n{link}" for name in PROTOCOL_ELEMENTS)
    file.write_text(f"{AGREED.split('protocol:')[0]}protocol:\n{elements}", encoding="utf-8")
    whole = compose(file)
    assert "parts not yet written" not in whole.standing
    assert "https://www.bristol.gov.uk/complaints" in section(whole, "families-challenge")
    assert not gaps(whole, "protocol") and not gaps(whole, "families-challenge")


def gaps(whole: Document, place: str) -> list[str]:
    """The words of a section that are marked as a gap."""
    parts = (part for each in whole.all_sections() if each.id == place for part in parts_of(each))
    return [part.words for part in parts if isinstance(part, Text) and part.gap]


@pytest.mark.parametrize("name", [name for name in EVERY_KIND if not name.startswith("national/")])
def test_no_time_is_said_of_the_nation_where_its_text_was_not_read(name: str) -> None:
    """The first page said "No national time" of a visit, where the timeline below said "not known"."""
    unread = load(name).edition_not_known
    page = next(each for each in made(name).all_sections() if each.id == "one-page")
    (table,) = page.blocks
    assert isinstance(table, Table)
    said = {words_in(row[0]): words_in(row[2]) for row in table.rows}
    for event in ("decided", "allocated", "child_seen", "authorised", "conference"):
        words = said.get(event_title(event), "")
        assert words != "No time found" or event in unread
        assert words != "No national time" or event not in unread


def rows_of(whole: Document, place: str) -> list[list[str]]:
    """The rows of the first table of a section, in words."""
    (found,) = [each for each in whole.all_sections() if each.id == place]
    table = next(each for each in found.blocks if isinstance(each, Table))
    return [[words_in(cell) for cell in row] for row in table.rows]


def words_in(cell: object) -> str:
    return " ".join(words_of(cell))


def test_what_was_carried_over_is_printed_as_such() -> None:
    told = section(made("national/working-together-2026"), "timescales")
    assert "Carried over from an earlier edition: its text was not read." in told
    assert "Children Act 1989, section 46" in section(made("national/working-together-2026"), "annex")


# What a director signs


def test_the_authority_s_own_commitments_come_before_the_nation_s(agreed: Document) -> None:
    ids = [each.id for each in agreed.all_sections()]
    order = [
        "one-page",
        "local-timescales",
        "element-disabled-children",
        "national-timescales",
        "annex",
        "families",
    ]
    assert sorted(order, key=ids.index) == order
    assert "Police protection" not in section(agreed, "national-timescales")
    assert "Police protection" in section(agreed, "annex")


def test_law_and_guidance_are_cited_and_never_an_account_of_them(agreed: Document) -> None:
    """A practitioner's page on which somebody read the guidance is not the guidance."""
    told = section(agreed, "sources")
    assert "Working Together to Safeguard Children 2023" in told and "Children Act 1989" in told
    assert "Assessment policy" in told, "the authority's own source"
    text = " ".join(words_of(agreed))
    for account in ("SpeakCase", "tri.x", "practitioner"):
        assert account not in text


@pytest.mark.parametrize("name", [*EVERY_KIND, "birmingham"])
def test_nothing_is_said_twice_and_no_cell_says_that_it_is_empty(name: str) -> None:
    text = " | ".join(words_of(made(name)))
    assert not re.search(r"None given|Nothing noted|Not stated|Nothing is recorded|none recorded", text)
    assert "At most six months" not in text


def test_what_is_left_of_the_template_is_never_printed(tmp_path: Path) -> None:
    from simkit.data import authority
    from simkit.framework import template_text as example
    from simkit.framework.new.template import new_text

    text = new_text(authority("halton"), {}, file="ours.yaml")
    lines = [
        line[2:] if line.startswith("# ") and "yaml-language" not in line else line
        for line in text.split("\n")
    ]
    file = tmp_path / "ours.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    printed = " | ".join(words_of(compose(file)))
    for left in (example.TEXT, example.POST, example.MORE, example.HEADING, "example.gov.uk", "2099"):
        assert left not in printed
    file.write_text("\n".join(lines).replace("status: draft", "status: agreed"), encoding="utf-8")
    with pytest.raises(SimkitError, match="P011"):
        compose(file)


@pytest.mark.parametrize("kind", ["html", "word"])
@pytest.mark.slow
def test_a_file_that_somebody_has_changed_is_never_replaced(tmp_path: Path, kind: str) -> None:
    name = "rutland.docx" if kind == "word" else "rutland.html"
    file = write_document("rutland", kind, out=tmp_path / name)  # type: ignore[arg-type]
    assert write_document("rutland", kind, out=file) == file  # type: ignore[arg-type]
    if kind == "word":
        changed = docx.Document(str(file))
        changed.add_paragraph("Seen by the board.")
        changed.save(str(file))
    else:
        file.write_text(
            file.read_text(encoding="utf-8").replace("Rutland", "Rutland County"), encoding="utf-8"
        )
    before = file.read_bytes()
    with pytest.raises(OutputError, match="was changed since simkit wrote it"):
        write_document("rutland", kind, out=file)  # type: ignore[arg-type]
    assert file.read_bytes() == before


@pytest.mark.parametrize("part", ["families", "one-page"])
def test_a_part_can_be_had_alone(tmp_path: Path, part: str) -> None:
    file = write_document("rutland", "html", out=tmp_path, part=part)
    text = file.read_text(encoding="utf-8")
    assert file.name == f"rutland-shipped-{part}.html"
    assert text.count("<h2") == (1 if part == "families" else 2) and "About this document" not in text
    assert "not the authority" in text
    assert write_document("rutland", "word", out=tmp_path, part=part).suffix == ".docx"


def test_the_command_says_which_framework_it_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import typer
    from typer.testing import CliRunner

    from simkit.cli.document import document as command

    app = typer.Typer()
    app.command()(command)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rutland.yaml").write_text(AGREED, encoding="utf-8")
    told = CliRunner().invoke(app, ["rutland"]).stdout
    assert "Written for 'rutland': the framework of Rutland that comes with simkit." in told
    assert "There is also a file rutland.yaml here: simkit document rutland.yaml" in told


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """A framework that answers every question, and with which no rule finds fault."""
    file = tmp_path / "oxfordshire.yaml"
    file.write_text(FINISHED, encoding="utf-8")
    problems = check(file)
    assert problems.ok and not problems.queries, str(problems)
    return file


def test_what_the_check_calls_finished_has_no_gap_in_any_part_of_its_document(finished: Path) -> None:
    words = "\n".join(section(compose(finished), each.id) for each in compose(finished).all_sections())
    for said in ("Not yet", "not yet", "not decided", "Not known", "Who agrees it"):
        assert said not in words, said
    sides = [side for lane in timeline(load(finished)).lanes for row in lane.rows for _, side in row.sides]
    assert "not decided" not in {side.state for side in sides}
    assert "as nationally" in {side.words for side in sides}


def test_a_draft_that_leaves_a_question_open_says_so_in_its_timeline(finished: Path) -> None:
    text = FINISHED.replace("status: agreed", "status: draft").replace("to: authorised", "to: case_closed")
    finished.write_text(text, encoding="utf-8")
    rows = {row.title: row for lane in timeline(load(finished)).lanes for row in lane.rows}
    assert dict(rows["Assessment authorised by a manager"].sides)["Local"].state == "not decided"
    assert dict(rows["Next action decided"].sides)["Local"].words == "as nationally"


def test_every_place_says_the_same_of_what_is_not_decided(tmp_path: Path) -> None:
    """On one page, in the timeline and for families: the nation's time is no answer to a question."""
    file = tmp_path / "wirral.yaml"
    file.write_text(
        "simkit: framework/1\nauthority: Wirral\nla_code: 344\ntitle: Ours\n"
        "based_on: national/working-together-2023\nstatus: draft\n",
        encoding="utf-8",
    )
    promised = {row[0]: row[1] for row in rows_of(compose(file), "one-page")}
    assert promised["Assessment authorised by a manager"] == "Not yet decided"
    assert promised["Assessment reviewed by a manager"] == "Not yet decided"
    assert promised["Next action decided"] == "As nationally", "no local time is expected"
    drawn = {row.title: row.local for lane in timeline(load(file)).lanes for row in lane.rows}
    assert (drawn["Assessment authorised by a manager"] or drawn[""]).words == "not decided"
    assert (drawn["Next action decided"] or drawn[""]).words == "as nationally"
    told = {row[0]: row[1] for row in rows_of(compose(file), "families")}
    assert "The council's own time: not yet decided" in told[_HAPPENS["authorised"]]
    assert "own time" not in told[_HAPPENS["decided"]]


@pytest.mark.parametrize(
    ("status", "written", "says"),
    [
        ("draft", "none set", "None set"),
        ("draft", "not decided", "Not yet decided"),
        ("agreed", "none set", "None set"),
        ("agreed", None, "Not yet decided"),
    ],
)
def test_an_answer_on_the_whole_assessment_is_printed_as_it_was_given(
    finished: Path, status: str, written: str | None, says: str
) -> None:
    """Also in an agreed document, where the check calls a question without an answer not decided."""
    text = FINISHED.replace("status: agreed", f"status: {status}").replace(
        "to: authorised", "to: case_closed"
    )
    if written is not None:
        text = text.replace("timescales:\n", f"timescales:\n  authorised: {written}\n")
    finished.write_text(text, encoding="utf-8")
    promised = {row[0]: row[1] for row in rows_of(compose(finished), "one-page")}
    assert promised["Assessment authorised by a manager"] == says
    drawn = {row.title: row.local for lane in timeline(load(finished)).lanes for row in lane.rows}
    side = drawn["Assessment authorised by a manager"]
    assert side is not None and side.words in says.lower().replace("yet ", "")
    own = "The council's own time: not yet decided"
    assert (own in section(compose(finished), "families")) is (says == "Not yet decided")


def test_who_sets_a_time_and_who_signs_are_told_apart(finished: Path) -> None:
    both = section(made("oxfordshire"), "one-page")
    setter = "assessment senior practitioner"
    assert f"set for each case by the {setter}, signed by the team manager or assistant team manager" in both
    assert f"set by the {setter} for each child" in section(made("oxfordshire"), "families")
    assert "team manager or assistant team manager signs" in " ".join(timeline_of("oxfordshire").words)
    column = section(made("oxfordshire"), "local-timescales")
    assert "Signs: Team manager or assistant team manager" in column
    assert "Set for each case by: Assessment senior practitioner" in column
    alone = section(made("bath-and-north-east-somerset"), "one-page")
    assert "between 15 and 45 working days of the referral, set for each case by the team manager" in alone
    signed = "set for each case, signed by the team manager or assistant team manager"
    assert signed in section(compose(finished), "one-page"), "nobody is named to set it"


def test_for_which_cases_never_says_every_case_and_a_condition() -> None:
    """One answer for each: every case, every case but some, or only some."""
    told = section(made("oxfordshire"), "local-timescales")
    assert "Only if rated amber" in told
    assert "except in exceptional circumstances" in section(made("wirral"), "local-timescales").lower()
    cells = {cell for name in names("authorities") for row in _cases(made(name)) for cell in row}
    assert {"Every case", "Every case, except in exceptional circumstances"} <= cells
    assert not [each for each in cells if each.startswith("Every case") and "nly" in each], cells


def _cases(whole: Document) -> Iterator[list[str]]:
    """The cells under "For which cases" of every table."""
    for table in parts_of(whole):
        if isinstance(table, Table) and "For which cases" in table.heads:
            yield [words_in(row[table.heads.index("For which cases")]) for row in table.rows]


def test_what_has_to_have_happened_by_a_review_is_a_promise_on_one_page(finished: Path) -> None:
    told = section(compose(finished), "one-page")
    assert "Within 10 working days of allocation to a social worker (by the first review)" in told
    assert "Within 35 working days of the referral, set for each case" in told


def test_families_read_one_time_for_seeing_the_child(finished: Path) -> None:
    """A visit that is sooner than the review by which it has to have happened is all there is to say."""
    visit = (
        "timescales:\n  visit:\n    title: The child is seen\n    from: allocated\n    to: child_seen\n"
        "    within: {} working days\n"
    )
    for days, later in ((5, False), (15, True)):
        finished.write_text(FINISHED.replace("timescales:\n", visit.format(days)), encoding="utf-8")
        told = section(compose(finished), "families")
        seen = told.partition("sees your child")[2].partition("checks progress")[0]
        assert f"ithin {days} working days" in seen and ("First review" in seen) is later


def test_each_body_that_agreed_has_a_line_to_sign_on(finished: Path) -> None:
    told = section(compose(finished), "signatures")
    assert [told.count(each) for each in ("Oxfordshire County Council |", "Thames Valley Police |")] == [1, 1]
    several = "Oxfordshire County Council, Thames Valley Police and the Integrated Care Board"
    board = "Buckinghamshire, Oxfordshire and Berkshire West Integrated Care Board"
    for one in (board, "Safeguarding partners"):
        text = FINISHED.replace(several, one)
        finished.write_text(text, encoding="utf-8")
        assert f"{one} |" in section(compose(finished), "signatures")


def test_a_post_within_a_sentence_has_small_letters_and_its_abbreviations(finished: Path) -> None:
    finished.write_text(FINISHED.replace("Assistant Team Manager", "MASH Manager"), encoding="utf-8")
    words = "\n".join(section(compose(finished), name) for name in ("one-page", "families", "reviews"))
    assert "by the team manager or MASH manager" in words
    assert "Team manager or MASH manager" in words
    assert "mash" not in words


def test_a_folder_that_is_not_there_yet_is_made(finished: Path, tmp_path: Path) -> None:
    written = write_document(finished, "html", out=tmp_path / "documents", part="families")
    assert written == tmp_path / "documents" / "oxfordshire-families.html" and written.exists()

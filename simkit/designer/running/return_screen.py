"""Our return: a file of the authority's own records, read in memory and kept as counts alone.

The file is in the memory of one request and nowhere else: no page, log, file or later request has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from simkit.common.blocks import Facts, Items, Paragraph, Section, Table, words_of
from simkit.common.errors import SimkitError
from simkit.common.text import upper_first
from simkit.designer.entry import sent
from simkit.designer.folder import FileRefused
from simkit.designer.running.beside import beside
from simkit.designer.running.fit import Fit
from simkit.designer.running.runs import OwnReturn
from simkit.designer.screens.frame import Opened, kept_for, memory, opened, page
from simkit.designer.sent import Sent as SentForm
from simkit.designer.sent import Values
from simkit.output.answers.own_return import PLEASE_CHECK, UNKNOWN_ANSWERS, report
from simkit.returns.errors import ReturnError
from simkit.returns.read import read_return
from simkit.returns.readers import annex_a, assessments, cin_census, ssd
from simkit.returns.readers.annex_a import LISTS
from simkit.returns.readers.answers import MEANINGS, OTHERS
from simkit.returns.readers.assessments import FIELDS
from simkit.returns.readers.files import Sent
from simkit.returns.readers.kinds import kind_of_file
from simkit.returns.result import KINDS, Return
from simkit.returns.wording import FIELDS as NAMES
from simkit.returns.wording import in_words_of

HOLDS = (
    ("", "As its dates show"),
    ("open", "Those open at some time in these days"),
    ("both", "Those begun or completed in them"),
    ("completed", "Those completed in them"),
    ("begun", "Those begun in them"),
    ("begun-and-completed", "Those begun and completed in them"),
)
_KIND_NAMES = {
    "": "Let simkit work it out",
    **{key: f"{words[:1].upper()}{words[1:]}" for key, words in KINDS.items()},
}
_COLUMNS = (
    ("assessments", "In an extract", tuple((f.name, f.title) for f in FIELDS[:-1])),
    *(
        (
            "annex-a",
            f"In List {number} ({topic.lower()})",
            tuple((f"{number}.{f.name}", f.title) for f in fields),
        )
        for number, (topic, fields) in LISTS.items()
    ),
)
_ANSWERS = {
    "cin-census": cin_census.ANSWERS,
    "annex-a": annex_a.ANSWERS,
    "assessments": assessments.ANSWERS,
    "ssd": ssd.ANSWERS,
}
_MEANINGS = (("", "Choose what it means"), *((each, upper_first(each)) for each in MEANINGS))
_MOST_FILES = 200
_SLICE = 0.8  # seconds that a script's request may fit
_LONG_SLICE = 3.0  # of a page without a script


@dataclass(frozen=True, slots=True)
class NotRead:
    """Why a file was not read, the kind it was read as, and the headings and sheets that could be named."""

    words: str
    kind: str = ""
    headings: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


def index(name: str) -> tuple[str, int] | Response:
    """Choose a file; then what is in it, as counts."""
    about = opened(name)
    if request.method == "GET":
        return _page(about, Values(), {})
    form = sent()
    refused = _read(about, form)
    if request.form.get("live") == "1":
        shown = {"about": about, "refused": refused, **_shown(memory().returns.get(name), form.values)}
        return jsonify(
            {
                "reading": render_template("return_read.html.jinja", **shown),
                "refused": render_template("return_refused.html.jinja", **shown),
                "ok": refused is None,
                "kind": refused.kind if refused else "",
            }
        )
    if refused is not None:
        return _page(about, form.values, {"file": refused.words}, refused)
    if any(_answers(form.values, kind) for kind in _ANSWERS):  # a redirect would lose them
        return _page(about, form.values, {})
    return redirect(url_for("returns.index", name=name, _anchor="reading"), code=303)


def _page(
    about: Opened,
    given: Mapping[str, list[str]],
    errors: Mapping[str, str],
    refused: NotRead | None = None,
) -> tuple[str, int]:
    return page(
        "return.html.jinja",
        about,
        status=422 if errors else 200,
        given=given,
        errors=errors,
        refused=refused,
        kinds=tuple(_KIND_NAMES.items()),
        holds=HOLDS,
        columns=_COLUMNS,
        names=NAMES,
        fit=memory().fits.get(about.name),
        fit_words=fit_words,
        fitted="fitted" in request.args,
        **_shown(memory().returns.get(about.name), given),
    )


def _shown(own: OwnReturn | None, given: Mapping[str, list[str]]) -> dict[str, Any]:
    if own is None:
        return {"own": None}
    said = report(own.counts)
    return {
        "own": own,
        "answer": said.answer,
        "sections": tuple(_parts(said.sections)),
        "beside": beside(own.counts.profile, own.counts),
        "answers": tuple(_asked(own.counts, given)),
        "meanings": _MEANINGS,
    }


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer to give a meaning to: its field in the form, its words, and the meaning chosen."""

    field: str
    words: str
    chosen: str


def _asked(counts: Return, given: Mapping[str, list[str]]) -> Iterator[tuple[str, tuple[Asked, ...]]]:
    """For each column, its title, the answers not understood, and those that were given a meaning."""
    unknown = {each.column: each for each in counts.unknown_answers}
    named = _answers(given, counts.kind)
    for column, title in _ANSWERS[counts.kind].items():
        times: dict[str, str] = {}
        if column in unknown:
            times = {answer: f", {number:,} times" for answer, number in unknown[column].answers}
            if (others := unknown[column].others) != 0:
                times[OTHERS] = ", 1 to 5 times" if others is None else f", {others:,} times"
        chosen = named.get(column, {})
        if every := (*(each for each in chosen if each not in times), *times):
            yield (
                title,
                tuple(
                    Asked(
                        f"answer:{counts.kind}:{column}:{each}",
                        ("Any other answer" if each == OTHERS else each) + times.get(each, ""),
                        chosen.get(each, ""),
                    )
                    for each in every
                ),
            )


def _answers(given: Mapping[str, list[str]], kind: str) -> dict[str, dict[str, str]]:
    """The meanings chosen on the form, by column and answer, for this kind of return."""
    found: dict[str, dict[str, str]] = {}
    for field, (meaning, *_) in given.items():
        what, _, rest = field.partition(":")
        of, _, rest = rest.partition(":")
        column, _, answer = rest.partition(":")
        if what == "answer" and of == kind and meaning:
            found.setdefault(column, {})[answer] = meaning
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the return's report: its blocks, each with its kind."""

    title: str
    blocks: tuple[tuple[str, Any], ...]


def _parts(sections: Sequence[Section]) -> Iterator[Part]:
    """The sections that the page shows folded, without those that need an answer: they are at the top."""
    for section in sections:
        if section.title not in (UNKNOWN_ANSWERS, PLEASE_CHECK):
            yield Part(section.title, tuple(_block(block) for block in section.blocks))


def _block(block: object) -> tuple[str, Any]:
    match block:
        case Table():
            rows = tuple(tuple(words_of(cell) for cell in row) for row in block.rows)
            return "table", replace(block, rows=rows)
        case Facts():
            return "facts", tuple((label, words_of(value)) for label, value in block.rows)
        case Items():
            return "items", tuple(words_of(line) for line in block.lines)
        case Paragraph():
            return "lines", words_of(block.text).splitlines()
    raise TypeError(type(block))


def _read(about: Opened, form: SentForm) -> NotRead | None:
    """Read the file that was sent and keep its counts. Returns why it can't be read, None if it can."""
    files = [each for field in ("file", "folder") for each in request.files.getlist(field) if each.filename]
    if not files:
        return NotRead("Choose a file or a folder first.")
    kind = ""
    try:
        with in_words_of("form"):
            given = _sent(files)
            kind = form.text("kind") if form.text("kind") in KINDS else kind_of_file(given)
            counts = read_return(
                kind,
                given,
                authority=_authority(about),
                year=_year(form),
                columns=_columns(form, kind) or None,
                answers=_answers(form.values, kind),
                sheet=form.text("sheet") or None,
                first=form.text("first") or None,
                last=form.text("last") or None,
                holds=form.text("holds") or None,
                allocated_role=form.text("allocated_role") or None,
                progress=_silent,
            )
    except ReturnError as error:
        return NotRead(str(error), kind, error.headings, error.sheets)
    except SimkitError as error:
        return NotRead(str(error), kind)
    _end_fit(about.name)
    memory().returns[about.name] = OwnReturn(counts)
    return None


def _silent(_done: int, _expected: int) -> None:
    """No progress is shown."""


def _authority(about: Opened) -> str | None:
    authority = about.examined.data.get("authority")
    return str(authority) if authority else None


def _sent(files: list[FileStorage]) -> Sent:
    """One file, or the files of a folder, as they were sent: in memory."""
    if len(files) > _MOST_FILES:
        raise FileRefused(f"That is more than {_MOST_FILES} files. Choose the folder of the return alone.")
    parts = tuple(Sent(_base_name(each.filename or ""), each.stream.read()) for each in files)
    return parts[0] if len(parts) == 1 and request.files.get("file") else Sent("The folder", b"", parts)


def _base_name(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2] or "The file"


def _year(form: SentForm) -> int | None:
    words = form.text("year")
    if not words:
        return None
    if not words.isdecimal() or not 2012 <= int(words) <= 2030:
        raise FileRefused(f"{NAMES['year']}: write a year such as 2025.")
    return int(words)


def _columns(form: SentForm, kind: str) -> dict[str, str]:
    """The headings that were named for the fields of this kind."""
    fields = [field for of, _, these in _COLUMNS if of == kind for field, _ in these]
    named = {field: form.text(f"column-{kind}-{field}") for field in fields}
    return {field: heading for field, heading in named.items() if heading}


def fit(name: str) -> Response:
    """Begin to fit the practice to the return that was read."""
    own = kept_for(name, memory().returns)
    _end_fit(name)
    memory().fits[name] = Fit(own.counts)
    return redirect(url_for("returns.index", name=name, _anchor="fit"), code=303)


def fit_on(name: str) -> tuple[str, int] | Response:
    """Fit for a while."""
    here = kept_for(name, memory().fits)
    try:
        here.work(_SLICE if request.form.get("live") == "1" else _LONG_SLICE)
    except SimkitError as error:
        _end_fit(name)
        if request.form.get("live") == "1":
            return jsonify({**_fit_data(here), "years": str(error), "going": False})
        return _page(opened(name), Values(), {"fit": str(error)})
    return _fit_answered(name, here)


def stop_fit(name: str) -> Response:
    """Fit no more. It can go on from there."""
    here = kept_for(name, memory().fits)
    here.stop()
    return _fit_answered(name, here)


def more_fit(name: str) -> Response:
    """Go on after a stop."""
    here = kept_for(name, memory().fits)
    here.more()
    return _fit_answered(name, here)


def _end_fit(name: str) -> None:
    here = memory().fits.pop(name, None)
    if here is not None:
        here.stop()


def _fit_answered(name: str, here: Fit) -> Response:
    """How far it is, for the page's script, or the page itself without one; once found, it is kept."""
    live = request.form.get("live") == "1"
    fitted = here.practice is not None
    if fitted:
        memory().returns[name] = OwnReturn(here.counts, here.practice)
        memory().fits.pop(name, None)
    back = url_for(
        "returns.index", name=name, fitted="yes" if fitted else None, _anchor="reading" if fitted else "fit"
    )
    if not live:
        return redirect(back, code=303)
    return jsonify({**_fit_data(here), **({"then": back} if fitted else {})})


def _fit_data(here: Fit) -> dict[str, Any]:
    return {
        "answer": "",
        "years": fit_words(here),
        "done": here.done,
        "expected": here.expected or 1,
        "going": here.going,
    }


def fit_words(here: Fit) -> str:
    """How far a fit is."""
    if here.prepares:
        return "Preparing the fast engine, once only: one or two minutes"
    if not here.expected:
        return "Starting"
    return f"{here.done} of {here.expected} steps"


def forget(name: str) -> Response:
    """Forget the counts too."""
    _end_fit(name)
    memory().returns.pop(name, None)
    return redirect(url_for("returns.index", name=name), code=303)

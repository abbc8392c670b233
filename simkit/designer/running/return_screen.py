"""Our return: a file of the authority's own records, read in memory and kept as counts alone.

The file is in the memory of one request and nowhere else: no page, log, file or later request has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import abort, jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from simkit.common.blocks import Facts, Items, Paragraph, Section, Table, words_of
from simkit.common.errors import SimkitError
from simkit.designer.entry import sent
from simkit.designer.folder import FileRefused
from simkit.designer.running.fit import Fit
from simkit.designer.running.runs import OwnReturn
from simkit.designer.screens.frame import Opened, memory, opened, page
from simkit.designer.sent import Sent as SentForm
from simkit.output.answers.own_return import report
from simkit.returns.read import read_return
from simkit.returns.readers.annex_a import LISTS
from simkit.returns.readers.assessments import FIELDS
from simkit.returns.readers.files import Sent
from simkit.returns.readers.kinds import kind_of_file
from simkit.returns.result import KINDS
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
    "": "simkit tells from the file",
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
_MOST_FILES = 200
_SLICE = 0.8  # seconds that a script's request may fit
_LONG_SLICE = 3.0  # of a page without a script


def index(name: str) -> tuple[str, int] | Response:
    """Choose a file; then what is in it, as counts."""
    about = opened(name)
    if request.method == "GET":
        return _page(about, {}, {})
    form = sent()
    errors = _read(about, form)
    if request.form.get("live") == "1":
        own = memory().returns.get(name)
        words = render_template("return_read.html.jinja", about=about, errors=errors, **_shown(own))
        return jsonify({"reading": words, "ok": not errors})
    if errors:
        return _page(about, form.values, errors)
    return redirect(url_for("returns.index", name=name, _anchor="reading"), code=303)


def _page(about: Opened, given: Mapping[str, list[str]], errors: Mapping[str, str]) -> tuple[str, int]:
    own = memory().returns.get(about.name)
    return page(
        "return.html.jinja",
        about,
        status=422 if errors else 200,
        given=given,
        errors=errors,
        kinds=tuple(_KIND_NAMES.items()),
        holds=HOLDS,
        columns=_COLUMNS,
        names=NAMES,
        authority=str(about.examined.data.get("authority", "")),
        fit=memory().fits.get(about.name),
        fit_words=fit_words,
        fitted="fitted" in request.args,
        **_shown(own),
    )


def _shown(own: OwnReturn | None) -> dict[str, Any]:
    return {"own": own, "parts_of_it": tuple(_parts(own)) if own else ()}


def _parts(own: OwnReturn) -> Iterator[tuple[str, str, Any]]:
    """The blocks of the return's report: the title of a section, the kind of block, and the block."""
    sections: tuple[Section, ...] = report(own.counts).sections
    for section in sections:
        for number, block in enumerate(section.blocks):
            title = section.title if number == 0 else ""
            match block:
                case Table():
                    rows = tuple(tuple(words_of(cell) for cell in row) for row in block.rows)
                    yield title, "table", (block.caption, block.heads, rows, block.notes)
                case Facts():
                    yield title, "facts", tuple((label, words_of(value)) for label, value in block.rows)
                case Items():
                    yield title, "items", tuple(words_of(line) for line in block.lines)
                case Paragraph():
                    yield title, "lines", words_of(block.text).splitlines()


def _read(about: Opened, form: SentForm) -> dict[str, str]:
    """Read what was sent and keep its counts; gives what is wrong."""
    files = [each for field in ("file", "folder") for each in request.files.getlist(field) if each.filename]
    if not files:
        return {"file": "Choose a file or a folder first."}
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
                sheet=form.text("sheet") or None,
                first=form.text("first") or None,
                last=form.text("last") or None,
                holds=form.text("holds") or None,
                allocated_role=form.text("allocated_role") or None,
                progress=_silent,
            )
    except SimkitError as error:
        return {"file": str(error)}
    _end_fit(about.name)
    memory().returns[about.name] = OwnReturn(counts)
    return {}


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
    own = memory().returns.get(name)
    if own is None:
        abort(404)
    _end_fit(name)
    memory().fits[name] = Fit(own.counts)
    return redirect(url_for("returns.index", name=name, _anchor="fit"), code=303)


def fit_on(name: str) -> tuple[str, int] | Response:
    """Fit for a while."""
    here = _fit(name)
    try:
        here.work(_SLICE if request.form.get("live") == "1" else _LONG_SLICE)
    except SimkitError as error:
        _end_fit(name)
        if request.form.get("live") == "1":
            return jsonify({**_fit_data(here), "years": str(error), "going": False})
        return _page(opened(name), {}, {"fit": str(error)})
    return _fit_answered(name, here)


def stop_fit(name: str) -> Response:
    """Fit no more. It can go on from there."""
    here = _fit(name)
    here.stop()
    return _fit_answered(name, here)


def more_fit(name: str) -> Response:
    """Go on after a stop."""
    here = _fit(name)
    here.more()
    return _fit_answered(name, here)


def _fit(name: str) -> Fit:
    here = memory().fits.get(name)
    if here is None:
        abort(404)
    return here


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
    return f"{here.done} of {here.expected} steps"


def forget(name: str) -> Response:
    """Forget the counts too."""
    _end_fit(name)
    memory().returns.pop(name, None)
    return redirect(url_for("returns.index", name=name), code=303)

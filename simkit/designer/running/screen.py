"""Try it out: runs of the framework, as it is and with changes, side by side on the same children.

Runs are pulled: a page asks for the next simulated years, and to stop is to ask no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

from flask import Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from simkit.common.errors import SimkitError
from simkit.common.json_data import json_text
from simkit.designer.entry import Filled, Refused, message, sent
from simkit.designer.publish import DOCUMENT_POLICY
from simkit.designer.running.by_hand import FIGURES, by_hand
from simkit.designer.running.on_screen import on_screen
from simkit.designer.running.runs import CASELOAD_FILE, PRACTICE_FILE, Caseload, Runs, experiment_of
from simkit.designer.running.view import run_view
from simkit.designer.running.what_if import (
    LIMIT,
    PULL,
    REVIEW,
    WhatIf,
    first_review,
    own_limit,
    sliders,
    unchanged,
    what_if_of,
)
from simkit.designer.screens.frame import Opened, desk, kept_for, memory, opened, page
from simkit.designer.sent import Sent
from simkit.framework.check import load_text
from simkit.framework.framework import Framework
from simkit.framework.problem import FrameworkError
from simkit.model.inputs.calibration import calibration_text
from simkit.study.result import Experiment
from simkit.study.side_by_side import MOST_SIDES

_SLICE = 0.8  # seconds that a script's request may run
_LONG_SLICE = 3.0  # of a page without a script
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DRAWING = Lock()  # matplotlib draws one figure at a time


def index(name: str) -> tuple[str, int] | AnyResponse:
    """The results so far, and the form for another run."""
    about = opened(name)
    try:
        framework = _framework(about)
    except FrameworkError:
        return page("run.html.jinja", about, ready=False)
    try:
        as_it_is = experiment_of(framework, name, WhatIf(), Caseload())
    except SimkitError as error:
        return page("run.html.jinja", about, ready=False, fault=_fault(error))
    if request.method == "GET":
        return _page(about, as_it_is)
    form = sent()
    if "unchanged" in request.form:
        without = {field: words for field, words in form.values.items() if field not in unchanged(as_it_is)}
        _keep(name, as_it_is, without)
        return redirect(url_for("runs.index", name=name, _anchor="what-if"), code=303)
    _keep(name, as_it_is, form.values)
    errors = _added(about, framework, as_it_is, form)
    if errors:
        return _page(about, as_it_is, Refused(errors))
    if "plain" in request.form:
        memory().runs[name].work(_LONG_SLICE)
    return redirect(url_for("runs.index", name=name, _anchor="answer"), code=303)


def _framework(about: Opened) -> Framework:
    """The framework of the file, on the day of `simkit run`. Raises FrameworkError."""
    return load_text(about.file.text, desk().folder.path / about.name)


def _added(about: Opened, framework: Framework, as_it_is: Experiment, form: Sent) -> Mapping[str, str]:
    """Put the run that a form asks for beside those that are there; gives what is wrong with the form."""
    caseload = _caseload(about.name, form, as_it_is)
    try:  # changes are from the chosen caseload, not the published one
        before = as_it_is if form.errors else experiment_of(framework, about.name, WhatIf(), caseload)
    except SimkitError as error:
        return {"run": _fault(error)}
    what_if = what_if_of(form, before)
    if form.errors:
        return form.errors
    here = memory().runs.get(about.name)
    kept = here.what_ifs if here is not None else (WhatIf(),)
    wanted = kept if what_if in kept else (*kept, what_if)
    if len(wanted) > MOST_SIDES:
        return {"run": f"There are {MOST_SIDES} runs side by side already. Take one away first."}
    try:
        if here is None or here.version != about.file.version or here.caseload != caseload:
            made = Runs(framework, about.name, about.file.version, caseload)
            if len(wanted) > 1:
                made.set(wanted)
            if here is not None:
                here.sides.stop()
            memory().runs[about.name] = made
        else:
            here.set(wanted)
    except SimkitError as error:
        return {"run": _fault(error)}
    return {}


def _fault(error: SimkitError) -> str:
    return on_screen(str(error)) or str(error)


def _caseload(name: str, form: Sent, as_it_is: Experiment) -> Caseload:
    match form.text("caseload"):
        case "return":
            own = memory().returns.get(name)
            if own is not None:
                return Caseload("return", own.counts.profile, own.practice, own.counts)
            form.errors["caseload"] = "Read your return first, or choose another caseload."
        case "hand":
            return Caseload("hand", by_hand(form, as_it_is.profile))
    return Caseload()


def typed(name: str) -> AnyResponse:
    """Keep what is being typed, for when somebody comes back to the form."""
    about = opened(name)
    framework = _framework(about)
    fields = message().get("fields")
    values = fields if isinstance(fields, dict) else {}
    lists = {f: [str(each) for each in words] for f, words in values.items() if isinstance(words, list)}
    _keep(name, experiment_of(framework, name, WhatIf(), Caseload()), lists)
    return jsonify({"kept": ""})


def _usual(as_it_is: Experiment) -> dict[str, list[str]]:
    """What the form shows at first: the published caseload, and no change."""
    hand = {each.id: [each.shown(as_it_is.profile)] for each in FIGURES}
    return {**unchanged(as_it_is), "caseload": ["published"], **hand}


def _keep(name: str, as_it_is: Experiment, values: Mapping[str, list[str]]) -> None:
    """Keep what somebody entered, but no usual values: they may be others once the framework changes."""
    usual = _usual(as_it_is)
    memory().asked[name] = {
        field: values[field] for field in usual if values.get(field, usual[field]) != usual[field]
    }


def _given(name: str, as_it_is: Experiment) -> dict[str, list[str]]:
    """What the form shows: what was entered last, whether or not it was run."""
    given = {**_usual(as_it_is), **memory().asked.get(name, {})}
    if "return" in request.args and name in memory().returns:
        given["caseload"] = ["return"]
    return given


def _page(about: Opened, as_it_is: Experiment, refused: Refused | None = None) -> tuple[str, int]:
    framework = as_it_is.framework
    form = Filled(_given(about.name, as_it_is), refused=refused)
    usual = unchanged(as_it_is)
    limit, review = own_limit(framework), first_review(framework)
    return page(
        "run.html.jinja",
        about,
        ready=True,
        **form.names,
        changes=any(form.given[field] != words for field, words in usual.items()),
        sliders=sliders(as_it_is),
        pull=PULL,
        limit=LIMIT,
        review=REVIEW,
        own_limit=limit,
        own_review=review,
        figures=FIGURES,
        own_return=memory().returns.get(about.name),
        profile=as_it_is.profile,
        **_so_far(about),
    )


def _so_far(about: Opened) -> dict[str, Any]:
    """What the answer is made of."""
    here = memory().runs.get(about.name)
    if here is None:
        return {"runs": None, "view": None}
    responds = request.values.get("response", "on") != "off"
    changed = here.version != about.file.version
    return {"runs": here, "view": run_view(here, responds=responds), "changed": changed}


def _there(name: str) -> Runs:
    return kept_for(name, memory().runs)


def _answered(name: str) -> AnyResponse:
    """The results so far for the page's script, or the page itself without one."""
    if request.form.get("live") != "1":
        response = "off" if request.form.get("response") == "off" else None
        return redirect(url_for("runs.index", name=name, response=response, _anchor="answer"), code=303)
    about = opened(name)
    found = _so_far(about)
    here = found["runs"]
    if here is None:
        abort(404)
    return jsonify(
        {
            "answer": render_template("run_answer.html.jinja", about=about, **found),
            "years": found["view"].years,
            "done": here.sides.done,
            "expected": here.sides.expected,
            "going": here.going,
        }
    )


def go_on(name: str) -> AnyResponse:
    """Run the next simulated years."""
    _there(name).work(_SLICE if request.form.get("live") == "1" else _LONG_SLICE)
    return _answered(name)


def so_far(name: str) -> AnyResponse:
    """The results so far. Nothing is run for it: a page without a server simulates in other workers."""
    _there(name)
    return _answered(name)


def stop(name: str) -> AnyResponse:
    """Run no more. What there is stays."""
    _there(name).sides.stop()
    return _answered(name)


def more(name: str) -> AnyResponse:
    """Go on after a stop, or with as many years again."""
    _there(name).more()
    return _answered(name)


def remove(name: str) -> AnyResponse:
    """Take one run away, or all of them with the first."""
    here = _there(name)
    number = request.form.get("side", "")
    kept = [each for at, each in enumerate(here.what_ifs) if str(at) != number]
    if number == "0":
        here.sides.stop()
        del memory().runs[name]
        return redirect(url_for("runs.index", name=name), code=303)
    here.set(kept)
    return redirect(url_for("runs.index", name=name, _anchor="answer"), code=303)


def download(name: str, number: int, kind: str) -> Response:
    """One run as a report or a workbook; its scenario, caseload or practice as a file."""
    here = _there(name)
    if number >= len(here.what_ifs):
        abort(404)
    what_if = here.what_ifs[number]
    if kind == "scenario" and number:
        return _file(what_if.file, what_if.text(here.framework).encode(), "text/plain; charset=utf-8")
    if kind == "caseload" and here.caseload.profile is not None:
        return _file(CASELOAD_FILE, json_text(here.caseload.profile.to_dict()).encode(), "application/json")
    if kind == "practice" and here.caseload.practice is not None:
        text = calibration_text(here.caseload.practice)
        return _file(PRACTICE_FILE, text.encode(), "text/plain; charset=utf-8")
    results = here.results()
    if not results:
        abort(404)
    stem = what_if.file.removeprefix("scenario-").removesuffix(".yaml")
    return _answer_file(results[number], f"run-{stem}", kind)


def comparison(name: str, kind: str) -> Response:
    """All runs side by side as a report or a workbook."""
    found = _there(name).comparison()
    if found is None:
        abort(404)
    return _answer_file(found, "runs-side-by-side", kind)


def _answer_file(answer: object, stem: str, kind: str) -> Response:
    from simkit.output.answers.registry import contents_of

    ending, media = {"report": (".html", "text/html; charset=utf-8"), "excel": (".xlsx", _EXCEL)}.get(
        kind, ("", "")
    )
    if not ending:
        abort(404)
    with _DRAWING:
        (content,) = contents_of(answer, f"{stem}{ending}", ending).values()
    return _file(f"{stem}{ending}", content, media)


def _file(name: str, content: bytes, media: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": DOCUMENT_POLICY,
    }
    return Response(content, content_type=media, headers=headers)

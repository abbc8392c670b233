"""A form for one entry of a file: what it was made from, what it wants, and what is wrong with that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request

from simkit.common.atomic_files import OutputError
from simkit.designer.changes import CantChange, Change, save
from simkit.designer.screens.frame import Opened, desk, with_changes
from simkit.designer.sent import Sent, Values
from simkit.designer.workspace import Changed, Saved
from simkit.framework.dates import date_words, span
from simkit.framework.problem import Problem
from simkit.framework.yaml.suggestions import date_suggestion


def date_error(name: str, words: str) -> str:
    """What is wrong with a field's date, and which date was probably meant; empty if it is fine.

    ``name``: the field's name on screen.
    """
    if not words or span(words) is not None:
        return ""
    meant = date_suggestion(words)
    if meant:
        return f"{name}: did you mean {meant} ({date_words(meant)})? If so, write it like that."
    return f"{name}: write a day as 2027-04-01, a month as 2027-04, or a year as 2027."


def sent() -> Sent:
    """What the form of this request sent."""
    return Sent(Values({key: request.form.getlist(key) for key in request.form}))


def message() -> dict[str, Any]:
    """What the page's script sent."""
    data = request.get_json(silent=True)
    return data if isinstance(data, dict) else {}


def base(before: Mapping[str, Any]) -> str:
    """The entry that a form is made from, to be sent with it."""
    return json.dumps(before, ensure_ascii=False)


def sent_base() -> dict[str, Any]:
    """The entry that the form was made from."""
    try:
        data = json.loads(request.form.get("base") or "{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a form was not saved: a sentence for each field, and what somebody else wrote in the same place."""

    errors: Mapping[str, str] = field(default_factory=dict)
    clashes: tuple[tuple[str, str], ...] = ()
    status: int = 422


@dataclass(frozen=True, slots=True)
class Filled:
    """A form with what its fields hold: as it opens, or as it was sent and why it was not saved.

    ``given``: the values by field. ``base``: the entry that it is made from, to be sent with it.
    """

    given: Mapping[str, list[str]]
    base: str = "{}"
    refused: Refused | None = None

    @property
    def names(self) -> dict[str, Any]:
        """What ``page`` and the template of the screen are given of it."""
        refused = self.refused or Refused(status=200)
        return {
            "given": self.given,
            "base": self.base,
            "errors": refused.errors,
            "clashes": refused.clashes,
            "status": refused.status,
        }


def saved(about: Opened, changes: list[Change], fields: Mapping[str, str], first: str) -> Saved | Refused:
    """Save the changes, unless they bring errors into the file that were not there.

    ``fields`` gives the field for the end of a problem's path; the ``first`` one gets the others.
    """
    try:
        after = with_changes(about.file, changes)
    except CantChange as error:
        return Refused({fields.get(error.path.rpartition(".")[2], first): str(error)})
    known = {_identity(each) for each in about.examined.problems.errors}
    new = [each for each in after.examined.problems.errors if _identity(each) not in known]
    if new:
        return Refused(errors_by_field(new, fields, first))
    try:
        made = save(desk(), about.name, changes)
        desk().forget(about.name, request.form.get("screen", ""))
        return made
    except Changed as error:
        return Refused({first: str(error)}, error.clashes, 409)
    except OutputError as error:
        return Refused({first: str(error)}, status=507)


def errors_by_field(problems: list[Problem], fields: Mapping[str, str], first: str) -> dict[str, str]:
    """A sentence for each field that problems are about."""
    errors: dict[str, str] = {}
    for problem in problems:
        name = fields.get(problem.path.rpartition(".")[2], first)
        hint = problem.hint if "\n" not in problem.hint else ""
        errors.setdefault(name, f"{problem.message} {hint}".strip())
    return errors


def _identity(problem: Problem) -> tuple[str, str, str]:
    return problem.code, problem.path, problem.message

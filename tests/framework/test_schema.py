"""The form of a file: schemas that document themselves, and their complaints in plain words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from paths import ROOT

from simkit.framework.framework import ROUTES
from simkit.framework.inheritance import INHERITED
from simkit.framework.known_words import nearest
from simkit.framework.library import find, find_scenario, names
from simkit.framework.problem import Problem
from simkit.framework.schema_check import check_form
from simkit.framework.schemas import schema
from simkit.framework.vocabulary import CONDITIONS, EVENTS, PROTOCOL_ELEMENTS, PROTOCOL_EXTRAS, ROUTE_TITLES
from simkit.framework.yaml.source import read, read_text

HEAD = "simkit: framework/1\ntitle: An example\nstatus: draft\nbased_on: national/working-together-2018\n"
FORMS: tuple[Any, ...] = ("framework", "scenario", "sweep", "comparison")


def problems_of(text: str, form: Any = "framework") -> tuple[Problem, ...]:
    source = read_text(text, "f.yaml")
    assert source.problems == ()
    return check_form(source, form).problems


def keys_of(part: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that a schema describes, with its description."""
    for group in ("properties", "patternProperties"):
        for key, inner in part.get(group, {}).items():
            yield f"{path}.{key}", inner
            yield from keys_of(inner, f"{path}.{key}")
    for group in ("additionalProperties", "items"):
        if isinstance(part.get(group), dict):
            yield f"{path}.*", part[group]
            yield from keys_of(part[group], f"{path}.*")


@pytest.mark.parametrize("form", FORMS)
def test_schemas_are_valid_draft_7(form: Any) -> None:
    from jsonschema import Draft7Validator

    Draft7Validator.check_schema(schema(form))


@pytest.mark.parametrize("form", FORMS)
def test_every_key_documents_itself(form: Any) -> None:
    for path, part in keys_of(schema(form)):
        if "$ref" not in part:
            assert part["title"] and part["description"].endswith("."), path
            assert part["examples"], path


@pytest.mark.parametrize("form", FORMS)
def test_examples_of_keys_hold_under_their_own_schema(form: Any) -> None:
    from jsonschema import Draft7Validator

    for path, part in keys_of(schema(form)):
        if "$ref" not in part and path != ".framework":
            for example in part["examples"]:
                errors = [error.message for error in Draft7Validator(part).iter_errors(example)]
                assert not errors, (path, example, errors)


@pytest.mark.parametrize("form", FORMS)
def test_only_what_editors_understand(form: Any) -> None:
    avoided = {"anyOf", "oneOf", "allOf", "not", "if", "const", "dependencies", "$id"}
    assert not avoided & {key for _, part in keys_of(schema(form)) for key in part}


# What yaml-language-server explains, completes and checks; patternErrorMessage is its own.
UNDERSTOOD = {
    "$ref", "$schema", "additionalProperties", "description", "enum", "examples", "items", "maxItems",
    "maxProperties", "maximum", "minItems", "minProperties", "minimum", "pattern", "patternErrorMessage",
    "patternProperties", "properties", "propertyNames", "required", "title", "type",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_whole_schema_stays_within_what_editors_understand(form: Any) -> None:
    def words(part: Any) -> Iterator[str]:
        if not isinstance(part, dict):
            return
        for word, inner in part.items():
            yield word
            if word in ("properties", "patternProperties"):
                for each in inner.values():
                    yield from words(each)
            elif word not in ("examples", "enum"):
                yield from words(inner)

    assert set(words(schema(form))) <= UNDERSTOOD


def test_every_shipped_file_has_its_form() -> None:
    for name in (*names("authorities"), *names("national"), *names("trials")):
        source = read(find(name))
        assert check_form(source, "framework").problems == (), name
    for name in names("scenarios"):
        assert check_form(read(find_scenario(name)), "scenario").problems == (), name


def test_references_stay_beside_the_file() -> None:
    text = json.dumps([schema(form) for form in FORMS])
    references = set(re.findall(r'"\$ref": "([^"#]*)', text))
    assert references <= {"", "framework.schema.json"}, "an editor finds only what lies beside the file"


def test_the_hook_runs_the_check() -> None:
    import yaml

    root = ROOT
    hooks = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["entry"] for hook in hooks] == ["simkit check", "simkit check --strict"]
    for hook in hooks:
        assert re.search(hook["files"], "frameworks/authorities/wirral.yaml")
        assert not re.search(hook["files"], ".github/workflows/test.yaml")


def test_lists_in_schema_and_code_agree() -> None:
    properties = schema("framework")["properties"]
    assert set(INHERITED) <= set(properties)
    elements = set(properties["protocol"]["properties"])
    assert elements == {*PROTOCOL_ELEMENTS, *PROTOCOL_EXTRAS, "more"}
    assert tuple(ROUTE_TITLES)[: len(ROUTES)] == ROUTES
    assert set(schema("scenario")["properties"]["framework"]["properties"]) == set(INHERITED) - {"sources"}


CASES = [
    # text below the head, code, line, column, pieces of message and remedy
    ("reveiws:\n  first:\n    at: x\n", "S001", 5, 1, ["`reveiws`", "Did you mean `reviews`?"]),
    ("reviews:\n  first:\n    by: team_manager\n    form: allocated\n", "S001", 8, 5, ["`from`?"]),
    ("timescales:\n  a:\n    within: 5 days\n", "S005", 7, 13, ["5 working days", "5 calendar days"]),
    ("timescales:\n  a:\n    within: 5 workingdays\n", "S005", 7, 13, ["'5 working days'?"]),
    ("timescales:\n  a:\n    within: 5 wd\n", "S005", 7, 13, ["'5 working days'?"]),
    ("timescales:\n  a:\n    within: 24 hrs\n", "S005", 7, 13, ["'24 hours'?"]),
    ("timescales:\n  a:\n    within: 5\n", "S002", 7, 13, ["5 working days or 5 calendar days?"]),
    ("timescales:\n  a:\n    within: -5 working days\n", "S005", 7, 13, ["'5 working days'"]),
    ("timescales:\n  a:\n    title: [draft]\n", "S002", 7, 12, ["a list", "Square brackets"]),
    ("timescales:\n  a:\n    title: {draft: x}\n", "S002", 7, 12, ["Curly brackets"]),
    ("timescales:\n  a:\n    title:\n      - x\n", "S002", 8, 7, ["dash"]),
    ("timescales:\n  a:\n    title: 2015\n", "S002", 7, 12, ['"2015"']),
    ("timescales:\n  a:\n    title: true\n", "S002", 7, 12, ['"true"']),
    ("timescales:\n  a: five days\n", "S002", 6, 6, ["lines below", "`title:`"]),
    ("timescales:\n  - a\n", "S002", 6, 3, ["a list", "dash on line 6"]),
    ("timescales: none\n", "S002", 5, 13, ["`timescales: none set`"]),
    ("timescales: weekly\n", "S002", 5, 13, ["lines below", "none set"]),
    ("not_known: protocol\n", "S002", 5, 12, ["[protocol]"]),
    ("not_known: []\nreviews:\n  a:\n    routes: []\n", "S007", 8, 13, ["nothing in it"]),
    ("timescales:\n  Child seen:\n    title: x\n", "S006", 6, 3, ["`child_seen`"]),
    ("timescales:\n  a:\n    routes: [Section 17]\n", "S005", 7, 14, ["`section_17`"]),
    ("timescales:\n  a: none\n", "S002", 6, 6, ["none set"]),
    ("timescales:\n  a:\n    target: most\n", "S005", 7, 13, ["90%"]),
    ("timescales:\n  a:\n    decided_by: 3\n", "S002", 7, 17, ["a text or a list"]),
    ("in_force:\n  from: 1 April 2025\n", "S005", 6, 9, ["2025-04-01"]),
    ("la_code: 9160\n", "S009", 5, 10, ["100 to 999"]),
    ("gss_code: E1\n", "S005", 5, 11, ["eight digits"]),
    ("sources:\n  a:\n    year: soon\n", "S002", 7, 11, ["whole number"]),
]


@pytest.mark.parametrize(("text", "code", "line", "column", "pieces"), CASES)
def test_complaints_in_plain_words_with_their_place(
    text: str, code: str, line: int, column: int, pieces: list[str]
) -> None:
    problems = problems_of(HEAD + text)
    assert [(p.code, p.line, p.column) for p in problems] == [(code, line, column)], problems
    said = problems[0].message + " " + problems[0].hint
    for piece in pieces:
        assert piece in said
    for word in ("instance", "validator", "$ref", "NoneType", "schema", "property", "pattern", "additional"):
        assert word not in said


def test_missing_lines_of_the_head() -> None:
    problems = problems_of("title: x\n")
    assert sorted(p.code for p in problems) == ["S003", "S008"]
    assert any("`status: starter`" in p.hint for p in problems)


def test_a_misspelt_line_is_not_also_called_missing() -> None:
    problems = problems_of(HEAD.replace("status:", "statsu:"))
    assert [(p.code, p.line) for p in problems] == [("S001", 3)]


def test_a_blank_line_is_not_also_called_missing() -> None:
    source = read_text(HEAD.replace("status: draft", "status:"), "f.yaml")
    assert [p.code for p in source.problems] == ["Y020"]
    assert check_form(source, "framework").problems == ()


def test_another_version() -> None:
    (problem,) = problems_of(HEAD.replace("framework/1", "framework/2"))
    assert problem.code == "S008" and "later version" in problem.hint
    (problem,) = problems_of("simkit: scenario/1\ntitle: x\nstatus: draft\n")
    assert problem.code == "S008"


def test_remove_can_stand_for_anything_inherited() -> None:
    text = (
        "roles:\n  lscb: remove\ntimescales:\n  a:\n    routes: remove\n    within: remove\n"
        "    title: remove\n"
        "    assumptions: remove\nprotocol:\n  young_carers: remove\nmodel:\n  staff:\n    handover: remove\n"
        "  steps:\n    planning: remove\n    write_up:\n      wait: remove\n      marks: remove\n"
    )
    assert problems_of(HEAD + text) == ()


def test_dates_and_codes_may_be_plain_numbers() -> None:
    assert problems_of(HEAD + "la_code: 916\nin_force:\n  from: 2015\n  until: 2018-07\n") == ()


def test_what_is_wrong_is_left_out_of_what_goes_on() -> None:
    text = HEAD + "timescales:\n  a:\n    title: [x]\n    within: 5 working days\n    routes: [Section 71]\n"
    result = check_form(read_text(text, "f.yaml"), "framework")
    assert result.data["timescales"]["a"] == {"within": "5 working days"}
    assert ("timescales", "a", "title") in result.unusable


def test_scenarios_have_a_form_of_their_own() -> None:
    head = "simkit: scenario/1\ntitle: Winter\n"
    assert problems_of(head + "what_if: yes\ndemand:\n  referrals: +20%\n", "scenario") == ()
    assert problems_of(head + "framework:\n  timescales:\n    assessment: remove\n", "scenario") == ()
    (problem,) = problems_of(head + "demand:\n  referals: +20%\n", "scenario")
    assert (problem.code, problem.line) == ("S001", 4)
    (problem,) = problems_of(head + "framework:\n  reviews:\n    first:\n      att: 1 week\n", "scenario")
    assert (problem.code, problem.line, problem.path) == ("S001", 6, "framework.reviews.first.att")
    (problem,) = problems_of(head + "demand:\n  months: [jan]\n", "scenario")
    assert "`january`" in problem.hint


def test_did_you_mean_is_careful() -> None:
    known = ["team_manager", "social_worker"]
    assert nearest("team manager", known) == "team_manager"
    assert nearest("Team-Manger", known) == "team_manager"
    assert nearest("chair", known) == ""


def test_editors_offer_every_event_and_condition() -> None:
    parts = schema("framework")["properties"]
    clock = parts["timescales"]["additionalProperties"]["properties"]
    for key in ("from", "to"):
        assert set(clock[key]["examples"]) == set(EVENTS)
    assert set(clock["unless"]["examples"]) == set(clock["only_if"]["examples"]) == set(CONDITIONS)
    assert set(parts["reviews"]["additionalProperties"]["properties"]["from"]["examples"]) == set(EVENTS)

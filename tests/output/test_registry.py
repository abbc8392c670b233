"""The registry of answers: every function it names is there, and every value that shows itself is in it."""

from __future__ import annotations

from importlib import import_module

import pytest

import simkit
from simkit.common.display import Displayable
from simkit.output.answers.registry import KINDS, function_of

FORMS = ("report", "data", "tables", "figure", "text", "html", "save")


@pytest.mark.parametrize("kind", KINDS)
def test_every_function_that_is_named_is_there(kind: str) -> None:
    functions = [name for form in FORMS if (name := function_of(kind, form))]
    assert functions
    for name in functions:
        module, _, attribute = name.rpartition(".")
        assert callable(getattr(import_module(module), attribute))


def test_every_value_that_shows_itself_has_a_form_to_show() -> None:
    public = [getattr(simkit, name) for name in simkit.__all__]
    shown = {each.__name__ for each in public if isinstance(each, type) and issubclass(each, Displayable)}
    assert shown <= KINDS.keys()
    assert all(any(function_of(name, form) for form in ("report", "text", "html")) for name in shown)

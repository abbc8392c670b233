"""Try it out, and our return: the addresses of the screens that simulate.

What answers them needs numpy and is imported when somebody first asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from flask import Blueprint

runs = Blueprint("runs", __name__)


def _later(module: str, name: str) -> Callable[..., Any]:
    def view(**values: Any) -> Any:
        return getattr(import_module(f"simkit.designer.running.{module}"), name)(**values)

    return view


for _address, _view, _methods in (
    ("", "index", ("GET", "POST")),
    ("/typed", "typed", ("POST",)),
    ("/next", "go_on", ("POST",)),
    ("/so-far", "so_far", ("POST",)),
    ("/stop", "stop", ("POST",)),
    ("/more", "more", ("POST",)),
    ("/remove", "remove", ("POST",)),
    ("/<int:number>/<kind>", "download", ("GET",)),
    ("/comparison/<kind>", "comparison", ("GET",)),
):
    runs.add_url_rule(f"/f/<name>/run{_address}", _view, _later("screen", _view), methods=_methods)

returns = Blueprint("returns", __name__)

for _address, _view, _methods in (
    ("", "index", ("GET", "POST")),
    ("/fit", "fit", ("POST",)),
    ("/fit/next", "fit_on", ("POST",)),
    ("/fit/stop", "stop_fit", ("POST",)),
    ("/fit/more", "more_fit", ("POST",)),
    ("/forget", "forget", ("POST",)),
):
    returns.add_url_rule(
        f"/f/<name>/return{_address}", _view, _later("return_screen", _view), methods=_methods
    )

"""The functions of answers under the names that they had before, kept for one release."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simkit.common.arguments import checked_arguments
from simkit.common.display import Answer
from simkit.common.json_data import json_text

__all__ = [
    *("alt", "answer_dict", "backtest_table", "figure", "html", "projections_table", "save", "table"),
    *("tables", "to_dict", "to_json"),
]


def _earlier(name: str, now: str, form: Callable[[Answer], Any]) -> Callable[..., Any]:
    """A function of an answer that gives one of its forms, and says what to write in its place."""

    def call(answer: Answer) -> Any:
        _warn(name, now)
        return form(answer)

    call.__name__, call.__doc__ = name, f"The earlier form of ``{now}``."
    return checked_arguments(call)


def _warn(name: str, now: str) -> None:
    text = f"simkit.{name} goes with the next release: write {now}."
    warnings.warn(text, DeprecationWarning, stacklevel=4)


@checked_arguments
def save(answer: Answer, out: str | Path) -> tuple[Path, ...]:
    """The earlier form of ``answer.save(out)``."""
    _warn("save", "answer.save(out)")
    return answer.save(out)


def _words(answer: Answer) -> str:
    from simkit.output.figures import in_words

    return in_words(answer.figure())


alt = _earlier("alt", "simkit.figures.in_words(answer.figure())", _words)
answer_dict = _earlier("answer_dict", "answer.to_dict()", Answer.to_dict)
figure = _earlier("figure", "answer.figure()", Answer.figure)
html = _earlier("html", "answer._repr_html_()", Answer._repr_html_)
table = _earlier("table", "answer.to_frame()", Answer.to_frame)
backtest_table = _earlier("backtest_table", "answer.to_frame()", Answer.to_frame)
projections_table = _earlier("projections_table", "answer.to_frame()", Answer.to_frame)
tables = _earlier("tables", "answer.tables()", Answer.tables)
to_dict = _earlier("to_dict", "answer.to_dict()", Answer.to_dict)
to_json = _earlier("to_json", "answer.to_dict()", lambda answer: json_text(answer.to_dict()))

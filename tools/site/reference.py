"""The reference, made of the package itself: commands, Python names, file formats, assumptions."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer

import simkit
from simkit.cli.app import app
from simkit.framework.check import load
from simkit.framework.framework import Number

_PACKAGE = Path(simkit.__file__).parent
_SCHEMAS = _PACKAGE / "framework" / "schema"

_ROOMS = {
    "framework": ("Frameworks", "Write, check, change and compare what an authority promises."),
    "data": ("Published figures", "Statistics, authorities and their neighbours."),
    "model": ("The model", "Caseload, scenario and practice that go into a run."),
    "study": ("Answers", "Run, compare, staff, sweep, project."),
    "returns": ("Own returns", "Read an authority's own return."),
    "output": ("Output", "Reports, figures and files."),
    "common": ("Errors", "What is raised when something can't be done."),
}
_FORMATS = {
    "framework": "Framework file",
    "scenario": "Scenario file",
    "sweep": "Sweep plan",
    "comparison": "Comparison file",
    "caseload": "Caseload file",
    "calibration": "Calibration file",
}


def commands_page() -> str:
    """Every command with its arguments and options, as ``--help`` has them."""
    group: Any = typer.main.get_command(app)
    lines = ["# Commands", "", "`simkit COMMAND --help` says the same in the terminal.", ""]
    for name, command in group.commands.items():
        context = command.make_context(name, [], resilient_parsing=True)
        usage = " ".join(command.collect_usage_pieces(context))
        lines += [f"## simkit {name}", "", (command.help or "").strip(), ""]
        lines += ["```text", f"simkit {name} {usage}", "```", ""]
        records = (parameter.get_help_record(context) for parameter in command.params)
        rows = [f"| `{_cell(record[0])}` | {_cell(record[1])} |" for record in records if record is not None]
        if rows:
            lines += ["| argument or option | meaning |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def python_pages() -> dict[str, str]:
    """A page for each room of the package, with its public names."""
    by_room: dict[str, list[str]] = {}
    for name, module in _public_names():
        by_room.setdefault(module.split(".")[0], []).append(name)
    pages = {}
    for room, names in by_room.items():
        if room not in _ROOMS:
            continue
        title, words = _ROOMS[room]
        blocks = [f"# {title}", "", words, "", "```{eval-rst}", ".. currentmodule:: simkit", ""]
        for name in sorted(names, key=str.lower):
            blocks += [*_directive(name), ""]
        pages[f"python-{room}.md"] = "\n".join([*blocks, "```", ""])
    links = "\n".join(
        f"- [{_ROOMS[room][0]}](python-{room}.md): {_ROOMS[room][1]}" for room in by_room if room in _ROOMS
    )
    toc = "\n".join(f"python-{room}" for room in by_room if room in _ROOMS)
    intro = "Everything public is a name of `simkit` itself: `import simkit`, then `simkit.run(...)`."
    pages["python.md"] = f"# Python\n\n{intro}\n\n{links}\n\n```{{toctree}}\n:hidden:\n\n{toc}\n```\n"
    return pages


def _public_names() -> Iterator[tuple[str, str]]:
    """Every public name and the module it comes from, from the stub that lists them."""
    tree = ast.parse((_PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                if node.module.split(".")[-1] != "earlier" and not alias.name.startswith("_"):
                    yield alias.asname or alias.name, node.module


def _directive(name: str) -> Iterator[str]:
    value = getattr(simkit, name)
    if isinstance(value, type):
        yield f".. autoclass:: {name}"
        if not issubclass(value, BaseException):
            yield "   :members:"
    elif callable(value):
        yield f".. autofunction:: {name}"


def formats_pages() -> dict[str, str]:
    """A page for each file format, from its schema."""
    pages = {}
    for name, title in _FORMATS.items():
        schema = json.loads((_SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
        lines = [f"# {title}", "", schema.get("description", ""), ""]
        lines += _section(schema, schema, 2)
        pages[f"format-{name}.md"] = "\n".join(lines) + "\n"
    toc = "\n".join(f"format-{name}" for name in _FORMATS)
    pages["formats.md"] = f"# File formats\n\n```{{toctree}}\n:maxdepth: 1\n\n{toc}\n```\n"
    return pages


def _section(part: Mapping[str, Any], schema: Mapping[str, Any], level: int) -> list[str]:
    """A table of the keys of a map, then a section for each key that is a map of its own."""
    keys = {key: _resolved(each, schema) for key, each in part.get("properties", {}).items()}
    if not keys:
        return []
    required = set(part.get("required", ()))
    lines = ["| key | what it is | example |", "|---|---|---|"]
    for key, each in keys.items():
        must = " Required." if key in required else ""
        words = each.get("description") or each.get("title", "")
        examples = [str(e) for e in each.get("examples", ()) if not isinstance(e, dict | list)]
        shown = f"`{_cell(examples[0])}`" if examples else ""
        lines.append(f"| `{key}` | {_cell(words)}{must} | {shown} |")
    lines.append("")
    for key, each in keys.items():
        inner = _inner(each, schema)
        if inner and level < 4:
            lines += [f"{'#' * level} `{key}`", "", *_section(inner, schema, level + 1)]
    return lines


def _inner(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The map below a key: its own keys, or those of each of its named entries."""
    for each in (part, part.get("additionalProperties"), *part.get("anyOf", ()), *part.get("oneOf", ())):
        if isinstance(each, dict):
            found = _resolved(each, schema)
            if found.get("properties"):
                return found
            more = found.get("additionalProperties")
            if isinstance(more, dict) and (deeper := _inner(more, schema)):
                return deeper
    return {}


def _resolved(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if not str(part.get("$ref", "")).startswith("#/"):  # of another file, which has a page of its own
        return part
    found: Any = schema
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return {**found, **{key: value for key, value in part.items() if key != "$ref"}}


def assumptions_page() -> str:
    """Every modelling number with its value, range, and source or reason."""
    framework = load("national/assumptions")
    lines = [
        "# Assumptions",
        "",
        "The modelling numbers of `national/assumptions`. A number without a source is an assumption. Every",
        "result lists those behind it, and `simkit sensitivity` says which of them the answer depends on.",
        "",
        "| number | value | range | what it rests on |",
        "|---|---|---|---|",
    ]
    lines += [_number_row(number, framework.sources) for number in framework.numbers.values()]
    return "\n".join(lines) + "\n"


def _number_row(number: Number, sources: Mapping[str, Mapping[str, str]]) -> str:
    title = f"{number.title} (`{number.path}`)"
    spread = (
        f"{_amount(number.low, number)} to {_amount(number.high, number)}"
        if number.low != number.high
        else ""
    )
    rests = sources[number.note].get("title", number.note) if number.basis == "source" else number.note
    return f"| {_cell(title)} | {_amount(number.value, number)} | {spread} | {number.basis}: {_cell(rests)} |"


def _amount(value: float, number: Number) -> str:
    unit = {"share": "%", "number": ""}.get(number.unit, f" {number.unit.replace('_', ' ')}")
    return f"{100 * value if number.unit == 'share' else value:g}{unit}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")

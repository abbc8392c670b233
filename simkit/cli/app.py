"""The ``simkit`` command and what all of its commands share."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from simkit.cli import (
    authoring,
    calibrate,
    compare,
    document,
    frameworks,
    indicators,
    own_returns,
    project,
    report,
    run,
    sensitivity,
    staff,
    sweep,
)
from simkit.cli.errors import Border, unexpected
from simkit.cli.terminal import complain, forgive_encoding
from simkit.version import __version__

__all__ = ["app", "main"]

app = typer.Typer(
    name="simkit",
    cls=Border,
    help="Local frameworks for assessing children in need: check them, simulate what they do to timeliness.",
    epilog="It is decision support about time. In time does not mean good, and no result is a promise.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("check")(frameworks.check)
app.command("list")(frameworks.list_)
app.command("show")(frameworks.show)
app.command("new")(authoring.new)
app.command("diff")(authoring.diff)
app.command("survey")(authoring.survey)
app.command("document")(document.document)
app.command("run")(run.run)
app.command("compare")(compare.compare)
app.command("staff")(staff.staff)
app.command("indicators")(indicators.indicators)
app.command("sensitivity")(sensitivity.sensitivity)
app.command("read-return")(own_returns.read_return)
app.command("synthetic-return")(own_returns.synthetic_return)
app.command("report")(report.report)
app.command("calibrate")(calibrate.calibrate)
app.command("project")(project.project)
app.command("sweep")(sweep.sweep)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"simkit {__version__}")
        raise typer.Exit


@app.callback()
def _all(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an unforeseen fault lies.")] = False,
) -> None:
    """Options before the command."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code: 0 fine, 1 problems, 2 wrong usage."""
    forgive_encoding()
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        app(args=given, prog_name="simkit")
    except Exception as error:
        if "--debug" in given:
            raise
        complain(unexpected(error))
    sys.exit(1)

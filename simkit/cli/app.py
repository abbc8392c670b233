"""The ``simkit`` command: the list of its commands, and the options before them."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, NoReturn

import typer

from simkit.cli.authoring import diff, new, survey
from simkit.cli.calibrate import calibrate
from simkit.cli.compare import compare
from simkit.cli.design import design
from simkit.cli.document import document
from simkit.cli.errors import CommandGroup, PlainCommand, unexpected_error_text
from simkit.cli.export import export
from simkit.cli.frameworks import check, list_, show
from simkit.cli.indicators import indicators
from simkit.cli.nation import nation
from simkit.cli.options import with_option_groups
from simkit.cli.own_returns import read_return, synthetic_return
from simkit.cli.project import project
from simkit.cli.report import report
from simkit.cli.run import run
from simkit.cli.sensitivity import sensitivity
from simkit.cli.staff import staff
from simkit.cli.sweep import sweep
from simkit.cli.terminal import notify, prepare_streams
from simkit.version import __version__

_OBJECTS = 500_000
"""How many objects a command makes before the interpreter looks for those that nothing uses.

Nearly all are what the command has loaded, which stays to its end. Looking through them as often as the
interpreter does otherwise, and once more at the end, takes a quarter of the time of `simkit run`.
"""

_COMMANDS: dict[str, tuple[Callable[..., None], str]] = {
    "check": (check, "Check frameworks and scenarios for mistakes."),
    "list": (list_, "List the frameworks that come with simkit."),
    "show": (show, "Show a framework with everything it inherits."),
    "new": (new, "Write a new framework file for an authority."),
    "diff": (diff, "Show what differs between two frameworks."),
    "survey": (survey, "Show the local rules of authorities side by side."),
    "document": (document, "Make the protocol as a web page or for Word."),
    "design": (design, "Write, agree and publish a framework in a browser."),
    "run": (run, "Simulate how long assessments take."),
    "compare": (compare, "Compare frameworks on the same simulated children."),
    "staff": (staff, "Find the staff or the practice that meets a target."),
    "indicators": (indicators, "Show the published indicators of simulated years."),
    "sensitivity": (sensitivity, "Show which assumptions the answer depends on."),
    "read-return": (read_return, "Read your own return, on this computer."),
    "synthetic-return": (synthetic_return, "Make a return of children who don't exist."),
    "report": (report, "Make one web page of a result."),
    "calibrate": (calibrate, "Fit how long assessments take to published years."),
    "project": (project, "Project timeliness in a later year."),
    "sweep": (sweep, "Simulate many frameworks and scenarios, as a plan."),
    "nation": (nation, "Show the published figures of every authority."),
    "export": (export, "Write the open data of every authority to a folder."),
}
"""The commands in the order in which --help lists them, each with what is said of it there."""

app = typer.Typer(
    name="simkit",
    cls=CommandGroup,
    help="Local frameworks for assessing children in need: check them, simulate what they do to timeliness.",
    epilog="It is decision support about time. On time does not mean good. Results are not promises.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _name, (_command, _short) in _COMMANDS.items():
    app.command(_name, cls=PlainCommand, short_help=_short)(with_option_groups(_command))


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"simkit {__version__}")
        raise typer.Exit


@app.callback()
def _common_options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop."),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an unexpected fault happened.")] = False,
) -> None:
    """Options before the command."""


def _keep_what_is_loaded() -> None:
    """Spare the interpreter its last search; but not where DuckDB is loaded, which lists what it kept."""
    if "duckdb" not in sys.modules:
        gc.freeze()


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code: 0 fine, 1 problems, 2 wrong usage."""
    gc.set_threshold(_OBJECTS)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # other threads of numpy would spin with nothing to do
    atexit.register(_keep_what_is_loaded)
    prepare_streams()
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        app(args=words, prog_name="simkit")
    except Exception as error:
        if "--debug" in words:
            raise
        notify(unexpected_error_text(error))
    sys.exit(1)

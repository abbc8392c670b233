"""Turns every error of a command into one sentence for the user and an exit code."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from simkit.cli.options import WrongUseError
from simkit.cli.stray_words import metavars_of, stray_words
from simkit.cli.terminal import CLOSED_PIPE, log_to_stderr, notify
from simkit.common.errors import SimkitError
from simkit.framework.problem import FrameworkError

_STOPPED = "Stopped; nothing was written."


class PlainCommand(TyperCommand):
    """A command whose help names its arguments without the types of Python that newer Typers add.

    A word too many is refused with what to write in its place.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words after the command."""
        words = list(args)
        ctx.allow_extra_args = True
        stray = super().parse_args(ctx, args)
        if stray and not ctx.resilient_parsing:
            metavars = dict(metavars_of(self.get_params(ctx)))
            raise WrongUseError(stray_words(ctx.command_path, words, stray, metavars))
        return stray

    def get_params(self, ctx: Any) -> Any:
        """Its arguments and options."""
        params = super().get_params(ctx)
        for param in params:
            if param.param_type_name == "argument" and hasattr(param, "display_type_rich"):
                param.display_type_rich = _no_type
        return params


def _no_type(**_: object) -> str:
    return ""


class CommandGroup(TyperGroup):
    """The commands, with one sentence and exit code 1 in place of a traceback for every expected error."""

    def invoke(self, ctx: Any) -> Any:
        """Run one command."""
        try:
            with log_to_stderr():
                result = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt:
            notify(_STOPPED)
            raise typer.Exit(1) from None
        except WrongUseError as error:
            notify(f"{error}\nFor help: {ctx.command_path} {ctx.invoked_subcommand or ''} --help")
            raise typer.Exit(2) from None
        except (SimkitError, OSError, MemoryError) as error:
            if isinstance(error, OSError) and error.errno in CLOSED_PIPE:
                _discard_stdout()
            else:
                notify(_sentence(error))
            raise typer.Exit(1) from None
        return result


def unexpected_error_text(error: BaseException) -> str:
    """The text for an error that nobody expected."""
    if isinstance(error, OSError):
        return _sentence(error)
    if isinstance(error, UnicodeEncodeError):
        return (
            "This computer's language settings can't read some letters of a name in the command. Nothing was "
            "written. Set the variable PYTHONUTF8 to 1 and run the command again."
        )
    if type(error).__name__ == "BrokenProcessPool":
        return (
            "Part of the simulation was stopped, most likely because memory ran out. Nothing was written. "
            "Try --workers 1."
        )
    return (
        f"This is a fault in simkit ({type(error).__name__}: {error}). Nothing was written. To find where "
        "it happened, so that you can report it, run: simkit --debug and the rest of the command."
    )


def _sentence(error: BaseException) -> str:
    if isinstance(error, FrameworkError):
        return f"This file has errors that must be fixed first:\n{error}"
    if isinstance(error, MemoryError):
        return "There is not enough memory for this; nothing was written. Try --workers 1."
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return "The disk is full; nothing was written."
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}."
    return str(error)


def _discard_stdout() -> None:
    """Send the rest of stdout nowhere: its reader has closed it, and Python flushes it once more at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

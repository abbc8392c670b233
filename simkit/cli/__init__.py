"""The command line: arguments in, text and exit codes out. Nothing is computed here."""

from simkit.cli.app import main

__all__ = ["main"]

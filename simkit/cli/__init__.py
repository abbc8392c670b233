"""The command line: arguments in, words and exit codes out. Nothing is worked out here."""

from simkit.cli.app import main

__all__ = ["main"]

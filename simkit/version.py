"""The version of simkit."""

__version__ = "0.2.0"

"""The version of simkit."""

__version__ = "0.1.0"

"""simkit: local frameworks for assessing children in need, checked and simulated."""

__version__ = "0.1.0"

"""The answer of a run."""

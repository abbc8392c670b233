"""The answer of a comparison."""

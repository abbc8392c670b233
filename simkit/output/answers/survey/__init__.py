"""The survey of all frameworks."""

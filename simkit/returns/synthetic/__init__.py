"""Invented returns, for tests and tutorials."""

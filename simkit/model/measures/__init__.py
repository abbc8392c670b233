"""Measures of a run's outcome, each with unit and denominator, and the event log."""

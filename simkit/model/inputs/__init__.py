"""Inputs of a run: caseload, staff, scenario, practice, calendar."""

"""What a run is made from: caseload, staff, scenario, practice, calendar."""

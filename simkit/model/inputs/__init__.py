"""What a run is drawn from: caseload, staff, practice and time, and what a scenario changes of them."""

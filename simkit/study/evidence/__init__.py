"""What the published statistics say about clocks, caseload and staff."""

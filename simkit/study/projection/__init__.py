"""Next year's share in time, and how well such projections did."""

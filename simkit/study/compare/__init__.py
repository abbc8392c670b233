"""Several frameworks or scenarios on the same cases: paired differences, ranking, robustness."""

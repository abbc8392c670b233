"""One run: profile and scenario in, a workload drawn, an outcome out, and the measures of it."""

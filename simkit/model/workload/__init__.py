"""The workload of a run, all random draws included: arrivals, planned dates, tasks, workers."""

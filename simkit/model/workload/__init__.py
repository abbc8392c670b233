"""Every random draw of a run, made beforehand: arrivals, tasks, workers, planned dates."""

"""One run: inputs, the workload drawn from them, the two engines, and the measures of the outcome."""

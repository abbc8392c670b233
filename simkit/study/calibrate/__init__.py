"""Practice fitted to published or own durations, with how sure it is."""

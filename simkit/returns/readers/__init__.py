"""One reader for each kind of return, and what they share."""

"""A framework's document as HTML and Word."""

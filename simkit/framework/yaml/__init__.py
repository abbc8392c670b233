"""The text of a file as data with the place of every value, and what is wrong with the text."""

"""The designer as a page that needs nothing installed: what is in it, how it is built, what runs there."""

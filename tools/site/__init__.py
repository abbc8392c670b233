"""The site: everything that is written about simkit, as web pages. ``python -m tools.site DIR`` builds it."""

"""How Sphinx builds the site; ``python -m tools.site DIR`` calls it."""

from simkit.version import __version__

project = "simkit"
author = copyright = "The simkit authors"
version = release = __version__
language = "en-GB"

extensions = ["myst_nb", "sphinx.ext.autodoc"]
nb_execution_mode = "off"
nb_merge_streams = True
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
suppress_warnings = ["myst.header", "misc.highlighting_failure", "mystnb.unknown_mime_type"]

autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True

html_theme = "furo"
html_title = f"simkit {version}"
html_extra_path = ["extra"]
exclude_patterns = ["extra"]
html_copy_source = False
html_show_sphinx = False
html_permalinks_icon = "#"

"""Figures: each a function from plain values to a matplotlib ``Figure``, with its text alternative.

No figure touches pyplot, so nothing opens a window and nothing is left behind. Each knows its text
alternative (``described``) and shows itself in a notebook.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

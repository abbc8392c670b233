"""What people look at: answers, how they are rendered, figures, documents."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, ["drawings", "figures"])

"""simkit: local frameworks for assessing children in need, checked and simulated.

Everything public is here: ``simkit.check("hackney")``, ``simkit.run("hackney")``,
``result.figure()``. A name brings in what it needs when it is first used: ``import simkit``
alone reads next to nothing.

What takes longer than two seconds shows a progress bar, in a notebook and in a terminal; ``progress=`` of a
function puts a function of one's own in its place, ``SIMKIT_PROGRESS=off`` in the environment (in a notebook
``%env SIMKIT_PROGRESS=off``) shows none.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

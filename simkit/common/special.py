"""Functions of the normal, logistic and Student distributions: scipy's own, without the rest of scipy.

``scipy.special`` loads most of numpy and its tools for tests, for array libraries that are not used here. Its
compiled functions are in one module, which does without.
"""

from __future__ import annotations

import sys
import threading
from importlib import import_module
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

import scipy

_PACKAGE = "scipy.special"


def _functions() -> Any:
    """The compiled functions alone; all of scipy.special where it is loaded or a thread may ask for it."""
    if _PACKAGE in sys.modules or threading.active_count() > 1:
        return import_module(_PACKAGE)
    found = PathFinder.find_spec(_PACKAGE, scipy.__path__)
    folder = ModuleType(_PACKAGE)  # stands in for the package, whose own code is not run
    folder.__path__ = list(found.submodule_search_locations or ()) if found else []
    sys.modules[_PACKAGE] = folder
    try:
        functions = import_module(f"{_PACKAGE}._ufuncs")
    except ImportError:  # a scipy that keeps them elsewhere
        functions = None
    finally:
        del sys.modules[_PACKAGE]
    return functions or import_module(_PACKAGE)


_scipy = _functions()
ndtr, ndtri, stdtr, stdtrit = _scipy.ndtr, _scipy.ndtri, _scipy.stdtr, _scipy.stdtrit
expit, logit = _scipy.expit, _scipy.logit

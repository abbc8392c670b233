"""The functions of distributions are scipy's own, and what loading leaves out is there for who asks."""

from __future__ import annotations

import subprocess
import sys

import pytest

SAME = """
import {first}
import {second}
import numpy as np
from simkit.common import special as ours
import scipy.special
at = np.linspace(0.001, 0.999, 99)
for name in ("ndtr", "ndtri", "expit", "logit"):
    assert (getattr(ours, name)(at) == getattr(scipy.special, name)(at)).all(), name
for name in ("stdtr", "stdtrit"):
    assert (getattr(ours, name)(29, at) == getattr(scipy.special, name)(29, at)).all(), name
import scipy.stats
assert scipy.special.gammaln(3) and scipy.stats.norm.ppf(0.5) == 0
"""

LEFT_OUT = """
import sys
import simkit.common.special
assert "scipy.special" not in sys.modules
"""

MATRICES = """
import numba, numpy as np
import simkit.model.kernel.run
@numba.njit
def product(a, b):
    return np.dot(a, b)
assert (product(np.eye(2), np.full((2, 2), 3.0)) == 3).all()
"""


def in_a_new_process(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("first", "second"), [("simkit.common.special", "scipy"), ("scipy.special", "simkit.common.special")]
)
@pytest.mark.slow
def test_functions_are_those_of_scipy_whichever_is_loaded_first(first: str, second: str) -> None:
    in_a_new_process(SAME.format(first=first, second=second))


def test_the_package_around_them_is_not_loaded() -> None:
    in_a_new_process(LEFT_OUT)


@pytest.mark.slow
def test_numba_multiplies_matrices_after_the_kernel_was_loaded_without_linear_algebra() -> None:
    pytest.importorskip("numba")
    in_a_new_process(MATRICES)

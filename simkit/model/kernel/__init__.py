"""The same model compiled with numba, under the same names, for speed."""

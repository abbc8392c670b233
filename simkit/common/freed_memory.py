"""Keeps freed memory in the process, because the next replication needs as much again."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # numbers of the options in malloc.h
_MOST_OF_OLD = 2**25  # the highest threshold that glibc before 2.35 takes


def keep_freed_memory(most: int) -> None:
    """Let the C library keep up to ``most`` bytes that this process has freed.

    Glibc returns large blocks to the system, which then has to find and clear each page again for the next
    replication. With a C library that lacks these options, nothing changes.
    """
    with suppress(AttributeError, OSError, TypeError):
        set_option = ctypes.CDLL(None).mallopt
        set_option(_TRIM_THRESHOLD, most)
        set_option(_MMAP_THRESHOLD, most) or set_option(_MMAP_THRESHOLD, _MOST_OF_OLD)

"""A part of the page: many files in one, compressed, with equal bytes for equal files."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping


def packed(files: Mapping[str, bytes]) -> bytes:
    """The length of a list, the list as JSON (paths and sizes), the contents; all of it gzipped."""
    paths = sorted(files)
    listing = json.dumps([[path, len(files[path])] for path in paths], separators=(",", ":")).encode()
    return compressed(
        b"".join([len(listing).to_bytes(4, "little"), listing, *(files[path] for path in paths)])
    )


def compressed(content: bytes) -> bytes:
    """Gzipped, without a time or a name in it."""
    return gzip.compress(content, 9, mtime=0)


def without_remarks(module: bytes) -> bytes:
    """A WebAssembly module without its custom sections: names for debugging, a third of its size."""
    kept, at = [module[:8]], 8
    while at < len(module):
        start = at
        section = module[at]
        size, at = _number(module, at + 1)
        at += size
        if section:
            kept.append(module[start:at])
    return b"".join(kept)


def _number(module: bytes, at: int) -> tuple[int, int]:
    """An unsigned LEB128 and where it ends."""
    value = shift = 0
    while True:
        byte = module[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at

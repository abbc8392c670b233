"""Philox in the kernel: the numbers of ``workload/random_streams``, wherever they stand in a stream.

Ten rounds give four numbers of one counter (Salmon et al. 2011). The last four of a stream are kept, since
the next family mostly needs one of them.
"""

from __future__ import annotations

import zlib
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from simkit.common.arrays import Floats, Ints
from simkit.model.kernel.compiler import entry
from simkit.model.kernel.heaps import compiled, wide
from simkit.model.workload import random_streams
from simkit.model.workload.random_streams import Entities, Uniforms

_FIRST, _SECOND = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
_FIRST_KEY, _SECOND_KEY = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
_LEAST = 2.0**-54  # replaces 0, as in random_streams
_UNIT = 2.0**-53
_DROPPED = np.uint64(11)  # bits of a word that a number between 0 and 1 has no room for


def _product(context: Any, one: Any, other: Any) -> Any:
    """The upper and the lower word of a product of two words, which neither numpy nor numba has."""

    def code(context: Any, builder: Any, signature: Any, words: Any) -> Any:
        wide, word = ir.IntType(128), ir.IntType(64)
        product = builder.mul(*(builder.zext(each, wide) for each in words))
        upper = builder.lshr(product, ir.Constant(wide, 64))
        halves = [builder.trunc(half, word) for half in (upper, product)]
        return context.make_tuple(builder, signature.return_type, halves)

    pair: Any = types.UniTuple
    return pair(types.uint64, 2)(types.uint64, types.uint64), code


_halves: Any = intrinsic(_product)


@lru_cache(maxsize=1024)
def stream_name(purpose: str, keys: int) -> int:
    """The word that names a stream in a counter; ``keys``: the number of its keys."""
    return keys << 32 | zlib.crc32(purpose.encode("utf-8"))


@compiled
def words_of(
    key: NDArray[np.uint64], name: int, block: int, second: int, counter: int
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """The four words of a counter of a stream."""
    a, b, c, d = np.uint64(counter), np.uint64(block), np.uint64(second), np.uint64(name)
    first, other = key[0], key[1]
    for _ in range(10):
        high, low = _halves(_FIRST, a)
        upper, lower = _halves(_SECOND, c)
        a, b, c, d = upper ^ b ^ first, lower, high ^ d ^ other, low
        first += _FIRST_KEY
        other += _SECOND_KEY
    return a, b, c, d


@compiled
def number_of(word: np.uint64) -> float:
    """The number between 0 and 1 that a word stands for."""
    number: float = max(_LEAST, (word >> _DROPPED) * _UNIT)
    return number


@compiled
def uniform_at(
    key: NDArray[np.uint64], name: int, block: int, second: int, position: int, kept: NDArray[Any], place: int
) -> float:
    """The number at ``position`` of a stream. ``kept[place]``: where its last four words are kept, before the
    counter and block that they belong to.
    """
    counter, words = 1 + (position >> 2), kept[place]
    if words[4] != np.uint64(counter) or words[5] != np.uint64(block):
        words[0], words[1], words[2], words[3] = words_of(key, name, block, second, counter)
        words[4], words[5] = np.uint64(counter), np.uint64(block)
    return number_of(words[position & 3])


@compiled
def fill_four(key: NDArray[np.uint64], name: int, first: int, second: int, place: int, numbers: Any) -> None:
    """The four numbers of a stream from ``place`` on, a multiple of four."""
    a, b, c, d = words_of(key, name, first, second, 1 + (place >> 2))
    numbers[0], numbers[1], numbers[2], numbers[3] = number_of(a), number_of(b), number_of(c), number_of(d)


@compiled
def fill(key: NDArray[np.uint64], name: int, first: int, second: int, numbers: Any) -> None:
    """The first numbers of a stream, a multiple of four."""
    for place in range(0, len(numbers), 4):
        # A slice, because its places need no check, which would take as long as the draws.
        fill_four(key, name, first, second, place, numbers[place : place + 4])


@entry
def _fill(key: Any, name: int, first: int, second: int, numbers: Any) -> None:
    for row in range(len(numbers)):
        fill(key, name, first + row, second, numbers[row])


@entry
def _fill_at(
    key: Any, name: int, second: int, blocks: Any, positions: Any, rows: Any, numbers: Any, kept: Any
) -> None:
    for place in range(len(rows)):
        row = rows[place]
        numbers[place] = uniform_at(key, name, blocks[row], second, positions[row], kept, wide(0))


class Draws(random_streams.Draws):
    """The same numbers as those of ``random_streams.Draws``, in compiled code."""

    @cached_property
    def key(self) -> NDArray[np.uint64]:
        """As in ``random_streams.Draws``; computed once."""
        return super().key

    def uniform(self, purpose: str, count: int, *key: int) -> Floats:
        """As in ``random_streams.Draws``."""
        numbers = np.empty((1, in_fours(count)))
        first, second = (*key, 0, 0)[:2]
        _fill(self.key, stream_name(purpose, len(key)), first, second, numbers)
        return numbers[0, :count]

    def rows(self, purpose: str, count: int, width: int) -> Floats:
        """As in ``random_streams.Draws``."""
        numbers = np.empty((count, in_fours(width)))
        _fill(self.key, stream_name(purpose, 1), 0, 0, numbers)
        return numbers[:, :width]

    def of(self, entities: Entities) -> Uniforms:
        """As in ``random_streams.Draws``."""
        return _Uniforms(entities, self)


class _Uniforms(Uniforms):
    def of(self, rows: Ints, purpose: str, *key: int) -> Floats:
        """As in ``random_streams.Uniforms``."""
        numbers, entities = np.empty(len(rows)), self.entities
        name, second = stream_name(purpose, 1 + len(key)), key[0] if key else 0
        blocks, positions = entities.block, entities.position
        _fill_at(self.draws.key, name, second, blocks, positions, rows, numbers, none_kept(1))
        return numbers


def none_kept(streams: int) -> NDArray[np.uint64]:
    """Empty memory for ``uniform_at``, by stream; 0 means none, because no counter is 0."""
    return np.zeros((streams, 6), dtype=np.uint64)


def in_fours(count: int) -> int:
    """The next multiple of four."""
    return -(-count // 4) * 4

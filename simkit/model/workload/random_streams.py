"""Common random numbers: a stream for each purpose, in which the n-th number belongs to the n-th entity.

Philox computes a number from a key and a counter (Salmon et al. 2011). The key is the seed and the
replication; the name of a stream is the first part of the counter; entities are families, posts or days. More
families, staff or steps lengthen a stream or open another, and change no other number, so that settings are
compared on the same cases.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simkit.common.arrays import Floats, Ints
from simkit.common.errors import SimkitError
from simkit.common.special import ndtri
from simkit.framework.framework import Spread

_Z90 = 1.2815515655446004  # 90th percentile of the standard normal distribution
_LEAST = 2.0**-54  # replaces 0, whose logarithm and normal quantile are infinite
_WORD = 2**64  # the first of a counter's four words counts within a stream, in steps of four numbers


@dataclass(frozen=True, slots=True)
class Draws:
    """All random numbers of one replication of one seed."""

    seed: int
    replication: int

    def __post_init__(self) -> None:
        if not isinstance(self.seed, (int, np.integer)) or self.seed < 0:
            raise SimkitError(f"The seed is a whole number from 0. {self.seed!r} is not.")

    @property
    def key(self) -> NDArray[np.uint64]:
        """The two words of Philox's key."""
        return np.asarray(_key(self.seed, self.replication).generate_state(2), dtype=np.uint64)

    def uniform(self, purpose: str, count: int, *key: int) -> Floats:
        """The first ``count`` uniforms in (0, 1) of a stream; ``key``: at most two integers."""
        numbers = np.random.Generator(self._stream(purpose, key)).random(count)
        return _above_zero(numbers)

    def of(self, entities: Entities) -> Uniforms:
        """The draws of these entities."""
        return Uniforms(entities, self)

    def rows(self, purpose: str, count: int, width: int) -> Floats:
        """Uniforms for ``count`` entities: row n is ``uniform(purpose, width, n)``."""
        stream = self._stream(purpose, (0,))
        numbers, generator = np.empty((count, width)), np.random.Generator(stream)
        to_the_next = _WORD - -(-width // 4)
        for row in numbers:
            generator.random(out=row)
            stream.advance(to_the_next)
        return _above_zero(numbers)

    def _stream(self, purpose: str, key: tuple[int, ...]) -> np.random.Philox:
        first, second = (*key, 0, 0)[: max(2, len(key))]
        name = len(key) << 32 | zlib.crc32(purpose.encode("utf-8"))
        counter = np.array([0, first, second, name], dtype=np.uint64)
        seed = _key(self.seed, self.replication)
        return np.random.Philox(seed, counter=counter)  # type: ignore[arg-type]  # its types know one kind alone


class Entities(Protocol):
    """Rows of entities, such as families: the ``block`` of streams and the ``position`` in them of each.

    ``blocks``: of each sequence of rows of one block its first row, the block, and the length of its streams
    in use.
    """

    @property
    def block(self) -> Ints: ...

    @property
    def position(self) -> Ints: ...

    @property
    def blocks(self) -> tuple[Ints, Ints, Ints]: ...


@dataclass(frozen=True, eq=False)
class Uniforms:
    """Uniform draws of entities; each stream is computed once, at first use."""

    entities: Entities
    draws: Draws
    streams: dict[tuple[str, int, tuple[int, ...]], Floats] = field(default_factory=dict)

    def of(self, rows: Ints, purpose: str, *key: int) -> Floats:
        """One draw for each entity of these ascending rows, from its own place in the stream."""
        result = np.empty(len(rows))
        first, blocks, lengths = self.entities.blocks
        edges = [*np.searchsorted(rows, first).tolist(), len(rows)]
        for n, (block, length) in enumerate(zip(blocks.tolist(), lengths.tolist(), strict=True)):
            part = slice(edges[n], edges[n + 1])
            if part.start == part.stop:
                continue
            if (purpose, block, key) not in self.streams:
                self.streams[purpose, block, key] = self.draws.uniform(purpose, length, block, *key)
            result[part] = self.streams[purpose, block, key][self.entities.position[rows[part]]]
        return result


def _above_zero(numbers: Floats) -> Floats:
    return numbers if numbers.min(initial=1.0) > 0 else np.maximum(numbers, _LEAST)


class _Key(np.random.bit_generator.ISeedSequence):
    """The seed sequence of Philox: the same two words for every stream of a replication, computed once."""

    def __init__(self, seed: int, replication: int) -> None:
        self._words = np.random.SeedSequence(seed, spawn_key=(replication,)).generate_state(2, np.uint64)

    def generate_state(self, n_words: int, dtype: Any = np.uint64) -> Any:
        return self._words


@lru_cache(maxsize=64)
def _key(seed: int, replication: int) -> _Key:
    return _Key(seed, replication)


def lognormal(uniform: Floats, typical: float, high: float) -> Floats:
    """Lognormal amounts with median ``typical`` and 90th percentile ``high``, in the same unit."""
    if typical <= 0:
        return np.zeros_like(uniform)
    return np.asarray(typical * np.exp(lognormal_sigma(typical, high) * ndtri(uniform)))


def lognormal_sigma(typical: float, high: float) -> float:
    """Standard deviation of the logarithm, for a median above 0 and a 90th percentile."""
    return float(np.log(high / typical) / _Z90)


def lognormal_mean(spread: Spread) -> float:
    """Mean of the lognormal distribution of ``spread``, in its unit."""
    typical, high = spread.typical.value, spread.high.value
    if typical <= 0:
        return 0.0
    return float(typical * np.exp((np.log(high / typical) / _Z90) ** 2 / 2))


def whole_exponential(uniform: Floats, mean: float) -> Ints:
    """Whole numbers from 0: the floor of an exponential variable, with mean ``mean`` after rounding down."""
    if mean <= 0:
        return np.zeros(len(uniform), dtype=np.int64)
    rate = np.log1p(1 / mean)
    return np.asarray(np.floor(-np.log(uniform) / rate), dtype=np.int64)


def truncated_exponential(uniform: Floats, mean: float, top: int | Ints) -> Ints:
    """Whole numbers from 0 to ``top``: the floor of an exponential variable of mean ``mean``, truncated.

    ``top``: one for all or one for each; below 0 it counts as 0.
    """
    if mean <= 0:
        return np.zeros(len(uniform), dtype=np.int64)
    highest = np.maximum(top, 0)
    inside = -np.expm1(-(highest + 1) / mean)
    whole = np.floor(-mean * np.log1p(-uniform * inside)).astype(np.int64)
    return np.asarray(np.minimum(whole, highest))

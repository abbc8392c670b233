"""A stand-in for rpds, the compiled part of jsonschema: the persistent collections that referencing uses.

It is put on the import path where the real one can't be installed, and holds no more than what is used there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class HashTrieMap(Mapping[K, V]):
    """A mapping whose changes are new mappings."""

    def __init__(self, value: Any = (), /, **kwds: Any) -> None:
        self._items: dict[K, V] = dict(value, **kwds)

    @classmethod
    def convert(cls, value: Any) -> HashTrieMap[K, V]:
        return value if isinstance(value, cls) else cls(value)

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def insert(self, key: K, value: V) -> HashTrieMap[K, V]:
        return HashTrieMap({**self._items, key: value})

    def update(self, *others: Any, **kwds: Any) -> HashTrieMap[K, V]:
        items = dict(self._items)
        for other in others:
            items.update(other)
        return HashTrieMap({**items, **kwds})

    def remove(self, key: K) -> HashTrieMap[K, V]:
        items = dict(self._items)
        del items[key]
        return HashTrieMap(items)

    def discard(self, key: K) -> HashTrieMap[K, V]:
        return self.remove(key) if key in self._items else self

    def __repr__(self) -> str:
        return f"HashTrieMap({self._items!r})"


class HashTrieSet(Set[K]):
    """A set whose changes are new sets."""

    def __init__(self, value: Iterable[K] = ()) -> None:
        self._items = frozenset(value)

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(self._items)

    def insert(self, item: K) -> HashTrieSet[K]:
        return HashTrieSet(self._items | {item})

    def update(self, *others: Iterable[K]) -> HashTrieSet[K]:
        return HashTrieSet(self._items.union(*others))

    def remove(self, item: K) -> HashTrieSet[K]:
        if item not in self._items:
            raise KeyError(item)
        return HashTrieSet(self._items - {item})

    def discard(self, item: K) -> HashTrieSet[K]:
        return HashTrieSet(self._items - {item})


class List(Generic[K]):
    """A list whose changes at the front are new lists."""

    def __init__(self, *values: Any) -> None:
        self._items: tuple[K, ...] = tuple(values[0]) if len(values) == 1 else values

    @property
    def first(self) -> K:
        return self._items[0]

    @property
    def rest(self) -> List[K]:
        return List(self._items[1:])

    def push_front(self, value: K) -> List[K]:
        return List((value, *self._items))

    def drop_first(self) -> List[K]:
        return self.rest

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, List) and self._items == other._items

    def __hash__(self) -> int:
        return hash(self._items)

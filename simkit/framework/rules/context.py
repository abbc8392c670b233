"""What a rule looks at: a file's own data, the same merged with everything it inherits, and their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from simkit.framework.amount import Amount, parse_amount, parse_amount_range
from simkit.framework.framework import ROUTES
from simkit.framework.inheritance import ONE_OF, Tree, is_current
from simkit.framework.problem import Path, Place
from simkit.framework.yaml.source import Source

BY_PRIORITY = "set by priority"


@dataclass(frozen=True, slots=True)
class RuleContext:
    """The file that rules are applied to.

    ``data`` is the usable part of the file, ``tree`` that merged with ``lower``, which it inherits.
    ``kind`` is ``national``, ``trials``, ``authorities``, ``own`` or ``scenario``. ``unusable`` are the
    paths of values that were reported already.
    """

    name: str
    kind: str
    source: Source
    data: dict[str, Any]
    unusable: frozenset[Path]
    lower: Tree
    tree: Tree
    today: date

    @property
    def status(self) -> str:
        """The status that the file gives itself."""
        return str(self.data.get("status", ""))

    @property
    def local(self) -> bool:
        """Whether it is an authority's file, not a national one."""
        return self.kind != "national"

    def own(self, section: str) -> dict[str, Any]:
        """A section as the file itself writes it, empty if it has none."""
        data = self.data.get(section)
        return data if isinstance(data, dict) else {}

    def own_entries(self, section: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The entries of a section as the file itself writes them."""
        for key, value in self.own(section).items():
            if isinstance(value, dict):
                yield key, value

    def merged_entries(self, section: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        """The same entries, each as written and merged with what it inherits."""
        merged = self.tree.section(section)
        for key, value in self.own_entries(section):
            full = merged.get(key)
            if isinstance(full, dict):
                yield key, value, full

    def current_entries(self, section: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        """``merged_entries`` that are in force when the framework takes effect."""
        for key, value, full in self.merged_entries(section):
            if is_current(self.data, full, self.today):
                yield key, value, full

    def current_section(self, section: str) -> dict[str, dict[str, Any]]:
        """A section's entries, inherited ones too, that are in force when the framework takes effect."""
        merged = self.tree.section(section)
        return {key: full for key, full in merged.items() if is_current(self.data, full, self.today)}

    def writes(self, path: Path) -> bool:
        """Whether the file writes anything at the path, usable or not."""
        return self.source.has(path) or path in self.source.empty or path in self.unusable

    def lacks(self, full: dict[str, Any], path: Path, *keys: str) -> bool:
        """Whether none of the keys is in ``full``, or written unusably in the file below ``path``."""
        return not any(key in full or self.writes((*path, key)) for key in keys)

    def answer(self, *path: str) -> str | None:
        """The answer other than a value at the path or for its whole section, None for none."""
        return self.tree.answers.get(path) or self.tree.answers.get(path[:1])

    def place(self, path: Path) -> Place:
        """Where a value is written, in this file or in one that it inherits."""
        if not self.source.has(path):
            place = self.tree.place(path)
            if place is not None:
                return place
        return self.source.place(path)


_LIMITS = ("within", "every", "between", "at_most")
_EXACT = 1e-6  # of a working day
_CLEARLY = 1.02  # times a limit in another unit: an assumption, as no two units convert exactly


def limit_of(entry: Mapping[str, Any]) -> Amount | None:
    """The limit of a timescale as written in a file: the upper end where it is set for each case."""
    for key in _LIMITS:
        if key in entry:
            try:
                return parse_amount_range(entry[key])[1] if key == "between" else parse_amount(entry[key])
            except ValueError:
                return None
    return None


def longest(written: object) -> Amount | None:
    """The time that is written, the upper end of a range; None for anything else."""
    for read in (parse_amount, lambda text: parse_amount_range(text)[1]):
        try:
            return read(str(written))
        except ValueError:
            continue
    return None


def as_long(one: Amount | None, other: Amount | None) -> bool:
    """Whether both are times, and the same one in whatever unit: 2 weeks are 10 working days."""
    return one is not None and other is not None and abs(one.working_days - other.working_days) < _EXACT


def is_looser(limit: Amount, national: Amount) -> bool:
    """Whether a limit allows more time than a national one; in another unit, clearly more."""
    if limit.unit is national.unit:
        return limit.number > national.number
    return limit.working_days > _CLEARLY * national.working_days


def number_path(timescale: Mapping[str, Any], name: str) -> Path:
    """The path of the number of the timescale ``name``."""
    key = next((each for each in ONE_OF["timescales"][0] if each in timescale), "within")
    return ("timescales", name, key)


def review_key(review: Mapping[str, Any]) -> str:
    """The key with the day of a review, or its latest day: ``at`` or ``within``."""
    return "within" if "within" in review and "at" not in review else "at"


def share_routes(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two entries apply to cases of the same route."""
    return bool(set(one.get("routes") or ROUTES) & set(other.get("routes") or ROUTES))


def national_limit(context: RuleContext) -> Amount | None:
    """The nation's limit for the whole assessment; None where none applies."""
    national = context.tree.section("timescales").get("assessment")
    if national is None or not context.tree.national("timescales", "assessment"):
        return None
    return limit_of(national)

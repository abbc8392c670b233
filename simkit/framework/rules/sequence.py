"""Family C, sequence: clocks and reviews that run against the usual order of events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simkit.framework.problem import Finding, Path, Severity
from simkit.framework.rules.context import RuleContext
from simkit.framework.rules.registry import rule
from simkit.framework.vocabulary import EVENTS, comes_before

_VISIT = (
    "timescales:\n  visit:\n    title: Child seen\n    from: {start}\n    to: {end}\n"
    "    within: 5 working days\n"
)


@rule(
    "C025",
    Severity.QUERY,
    "From a later event to an earlier one",
    why="When the case comes to the event in `from`, the other has usually happened already. Such a clock is "
    "always kept, so results would show 100%.",
    remedy="Swap the two events, or check their names.",
    fails=_VISIT.format(start="child_seen", end="allocated"),
    passes=_VISIT.format(start="allocated", end="child_seen"),
)
def against_the_order(context: RuleContext) -> Iterator[Finding]:
    for name, _, full in context.merged_entries("timescales"):
        if context.tree.national("timescales", name):
            continue
        end = full.get("to")
        starts: list[tuple[Path, Any]] = [(("from",), full.get("from"))]
        sooner = full.get("or_if_sooner")
        if isinstance(sooner, dict):
            starts.append((("or_if_sooner", "from"), sooner.get("from")))
        for path, start in starts:
            if isinstance(end, str) and isinstance(start, str) and comes_before(end, start):
                hint = (
                    "" if len(path) > 1 else f"If they were swapped, write `from: {end}` and `to: {start}`."
                )
                yield _finding(("timescales", name, *path), name, start, end, hint)
    for name, _, full in context.merged_entries("reviews"):
        start, end = full.get("from"), full.get("until", "authorised")
        if start is not None and (start == end or comes_before(end, start)):
            hint = (
                "Count the review from an event before that, such as `from: allocated`, or write what ends "
                "it, "
                "as in `until: plan_made`."
            )
            message = (
                f"The review `{name}` is counted from `{start}` ({EVENTS[start].title.lower()}), when the "
                f"assessment it looks at is over."
                if "until" not in full
                else f"The review `{name}` runs from `{start}` until `{end}`, which usually comes before it."
            )
            yield Finding(("reviews", name, "from"), message, hint)


def _finding(path: Path, name: str, start: str, end: str, hint: str) -> Finding:
    message = (
        f"`{name}` runs from `{start}` ({EVENTS[start].title.lower()}) to `{end}` "
        f"({EVENTS[end].title.lower()}), which usually comes before it."
    )
    return Finding(path, message, hint)

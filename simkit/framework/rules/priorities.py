"""Family M, priorities: whether the shares with which the simulation gives priorities can be used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simkit.framework.known_words import nearest
from simkit.framework.problem import Finding, Path, Severity
from simkit.framework.rules.context import BY_PRIORITY, RuleContext, review_key
from simkit.framework.rules.registry import rule

_ERROR, _QUERY = Severity.ERROR, Severity.QUERY

_PRIORITIES = (
    "reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: set by priority\n"
    "priorities:\n  urgent:\n    first_review: 3 working days\n  usual:\n    first_review: 10 working days\n"
)
_MARK = "  assumptions: [priority_share]\n"
_SHARES = "model:\n" + _MARK + "  priority_share:\n"


def _shares(context: RuleContext) -> dict[str, Any]:
    shares = context.tree.get("model", "priority_share")
    return shares if isinstance(shares, dict) else {}


@rule(
    "M001",
    _ERROR,
    "A share for a priority that does not exist",
    why="The share would have no effect.",
    remedy="Name one of the `priorities`.",
    fails=_PRIORITIES + _SHARES + "    urgnt: 10%\n    usual: the rest\n",
    passes=_PRIORITIES + _SHARES + "    urgent: 10%\n    usual: the rest\n",
    needs_framework=True,
)
def unknown_priority(context: RuleContext) -> Iterator[Finding]:
    known = context.tree.section("priorities")
    own = context.own("model").get("priority_share")
    for name in own if isinstance(own, dict) else {}:
        if name not in known:
            path, message = ("model", "priority_share", name), f"There is no priority called `{name}`."
            yield Finding(path, message, at_key=True, instead=nearest(name, known))


def _touched(context: RuleContext) -> bool:
    model = context.own("model")
    return "priority_share" in model or bool(context.own("priorities"))


@rule(
    "M002",
    _ERROR,
    "Shares of the priorities that do not add up",
    why="Every case has exactly one priority, so the shares must add up to 100%.",
    remedy="Correct the numbers, or write `the rest` for one of them.",
    fails=_PRIORITIES + _SHARES + "    urgent: 10%\n    usual: 80%\n",
    passes=_PRIORITIES + _SHARES + "    urgent: 10%\n    usual: 90%\n",
    needs_framework=True,
)
def shares_add_up(context: RuleContext) -> Iterator[Finding]:
    shares = _shares(context)
    if "priority_share" not in context.own("model") or not shares:
        return
    numbers = [float(str(value)[:-1]) for value in shares.values() if str(value).endswith("%")]
    total = sum(numbers)
    whole = "the rest" in shares.values() or set(shares) < set(context.tree.section("priorities"))
    if total > 100.001 or (not whole and total < 99.999):
        message = f"The shares of the priorities add up to {total:g}%."
        yield Finding(("model", "priority_share"), message, at_key=True)


@rule(
    "M003",
    _ERROR,
    "'The rest' twice",
    why="Only one priority can take what is left.",
    remedy="Write a percentage for the other.",
    fails=_PRIORITIES + _SHARES + "    urgent: the rest\n    usual: the rest\n",
    passes=_PRIORITIES + _SHARES + "    urgent: 10%\n    usual: the rest\n",
)
def rest_twice(context: RuleContext) -> Iterator[Finding]:
    rests = [name for name, value in _shares(context).items() if value == "the rest"]
    if len(rests) > 1 and "priority_share" in context.own("model"):
        names = " and ".join(f"`{name}`" for name in rests)
        yield Finding(("model", "priority_share", rests[-1]), f"{names} are each 'the rest'.")


@rule(
    "M004",
    _QUERY,
    "How often is a priority given?",
    why="The simulation needs the share of cases with each priority. Without it, what is left is divided "
    "equally.",
    remedy="Add a share for each, one of them `the rest`, under `model:` and `priority_share:`.",
    fails=_PRIORITIES,
    passes=_PRIORITIES + _SHARES + "    urgent: 10%\n    usual: the rest\n",
)
def share_missing(context: RuleContext) -> Iterator[Finding]:
    shares = _shares(context)
    path_of_shares: Path = ("model", "priority_share")
    lacking = [
        name for name in context.tree.section("priorities") if context.lacks(shares, path_of_shares, name)
    ]
    tried = context.writes(path_of_shares) and not shares
    by_priority = any(
        isinstance(review, dict) and review.get(review_key(review)) == BY_PRIORITY
        for review in context.tree.section("reviews").values()
    )
    if lacking and by_priority and _touched(context) and not tried:
        path: Path = (
            ("model", "priority_share") if "priority_share" in context.own("model") else ("priorities",)
        )
        names = ", ".join(f"`{name}`" for name in lacking)
        hint = _shares_to_write(context, lacking) if path[0] == "priorities" else ""
        yield Finding(path, f"No share is given for {names}.", hint, at_key=True)


def _shares_to_write(context: RuleContext, names: list[str]) -> str:
    """The lines to add, ready to copy; the shares in them are the reader's to fill in."""
    *most, last = names
    shares = [*(f"    {name}: 10%" for name in most), f"    {last}: the rest"]
    head = [] if context.own("model") else ["model:"]
    lines = [*head, "  assumptions: [priority_share]", "  priority_share:", *shares]
    where = "under `model:`" if context.own("model") else "at the end of the file"
    own = ", with your own share in place of 10%" if most else ""
    return f"Add {where}{own}:\n" + "\n".join(lines)


@rule(
    "M023",
    _QUERY,
    "Shares that are not marked as an assumption",
    why="No statistics say how often priorities are given, so results must say that the shares were chosen.",
    remedy="Add `assumptions: [priority_share]` under `model:`.",
    fails=_PRIORITIES + _SHARES.replace(_MARK, "") + "    urgent: 10%\n    usual: the rest\n",
    passes=_PRIORITIES + _SHARES + "    urgent: 10%\n    usual: the rest\n",
)
def unmarked_shares(context: RuleContext) -> Iterator[Finding]:
    model = context.own("model")
    if model.get("priority_share") and "priority_share" not in model.get("assumptions", ()):
        message = "The shares of the priorities are not marked as an assumption."
        yield Finding(("model", "priority_share"), message, at_key=True)

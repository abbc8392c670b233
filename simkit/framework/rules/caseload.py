"""Family M, caseload limits: whether the simulation can keep them."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.framework.problem import Finding, Severity
from simkit.framework.rules.context import RuleContext
from simkit.framework.rules.registry import rule

_ERROR, _QUERY, _NOTE = Severity.ERROR, Severity.QUERY, Severity.NOTE

_HOLDS_CASES = "social_worker"
_MOST_CHILDREN = 6  # of a family in the simulation

_HOLDER = "roles:\n  social_worker:\n    title: Social worker\n"
_OTHER = "roles:\n  team_manager:\n    title: Team manager\n"


def _limits(context: RuleContext) -> Iterator[tuple[str, float]]:
    """The limits that the file itself gives, by role."""
    for role, entry, full in context.merged_entries("roles"):
        if "caseload_limit" in entry and "caseload_limit" in full:
            yield role, float(full["caseload_limit"])


@rule(
    "M024",
    _ERROR,
    "A caseload limit that lets nobody take a case",
    why="Every case would wait for ever.",
    remedy="Write how many children and other cases a full-time post may hold, or leave the limit out.",
    fails=_HOLDER + "    caseload_limit: 0\n",
    passes=_HOLDER + "    caseload_limit: 20\n",
)
def nobody_may(context: RuleContext) -> Iterator[Finding]:
    for role, limit in _limits(context):
        if limit < 1:
            yield Finding(
                ("roles", role, "caseload_limit"), f"`caseload_limit: {limit:g}` lets nobody take a case."
            )


@rule(
    "M025",
    _QUERY,
    "A caseload limit smaller than a large family",
    why="The simulation has families of up to 6 children. A family with more children than the limit would "
    "never get a social worker.",
    remedy="Check the number. It counts children for each full-time post, not families.",
    fails=_HOLDER + "    caseload_limit: 4\n",
    passes=_HOLDER + "    caseload_limit: 20\n",
)
def large_family(context: RuleContext) -> Iterator[Finding]:
    for role, limit in _limits(context):
        if 1 <= limit < _MOST_CHILDREN:
            message = (
                f"`caseload_limit: {limit:g}` is smaller than some families: the simulation has up to 6 "
                "children in one."
            )
            yield Finding(("roles", role, "caseload_limit"), message)


@rule(
    "M026",
    _NOTE,
    "A caseload limit that is printed and not simulated",
    why="In the simulation only the social worker holds cases.",
    remedy="No action needed.",
    fails=_OTHER + "    caseload_limit: 20\n",
    passes=_HOLDER + "    caseload_limit: 20\n",
)
def not_held(context: RuleContext) -> Iterator[Finding]:
    for role, _ in _limits(context):
        if role != _HOLDS_CASES:
            message = f"The document prints the caseload limit of `{role}`; the simulation does not use it."
            yield Finding(("roles", role, "caseload_limit"), message)

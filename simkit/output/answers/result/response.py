"""The response to a change of caseload or staff: whether there is one, and the figures without it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from simkit.study.estimate import Estimate
from simkit.study.overload_notes import all_in_use
from simkit.study.result import Result

RESPONSE_PLAIN = "whether the service would respond as services did in 2016 to 2023"
"""What nobody knows, in a clause."""

IF_IT_RESPONDS = "If the service responds as services did in 2016 to 2023"
NO_RESPONSE = "If nobody responded"


def responds(result: Result) -> bool:
    """Whether the change puts pressure on the service: work gets shorter or agency staff come."""
    return less_time(result) >= 1 or round(result.agency_cover, 1) > 0


def less_time(result: Result) -> int:
    """Per cent by which case holders' tasks get shorter; 0 where none was begun."""
    used = result.measures["effort_used_pct"].value
    return 0 if math.isnan(used) else round(100 - used)


def without_response(result: Result) -> Mapping[str, Estimate] | None:
    """The measures if nobody responds to a change; None where nobody has to or ``is_overfull_alone``."""
    return None if _overfull(result) or not _matters(result) else result.without_response


def is_overfull_alone(result: Result) -> bool:
    """Whether the service has more work than hours if nobody responds.

    Waits then grow for as long as it lasts, so no share says how long children wait.
    """
    return _matters(result) and _overfull(result)


def _matters(result: Result) -> bool:
    return result.without_response is not None and responds(result)


def _overfull(result: Result) -> bool:
    silent = result.without_response
    return silent is not None and bool(all_in_use(result.experiment.framework, silent))

"""What the designer keeps in memory and never on disk: own returns as counts, their fits, runs, and what was
entered for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simkit.designer.running.fit import Fit
    from simkit.designer.running.runs import OwnReturn, Runs


@dataclass(slots=True)
class Memory:
    """By the name of the framework file: its runs, its own return, and the fit to it that is under way.

    ``asked``: the fields of the run form that are not as in an unchanged form.
    """

    runs: dict[str, Runs] = field(default_factory=dict)
    returns: dict[str, OwnReturn] = field(default_factory=dict)
    fits: dict[str, Fit] = field(default_factory=dict)
    asked: dict[str, Mapping[str, list[str]]] = field(default_factory=dict)

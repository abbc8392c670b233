"""The response of a service as its own months show it: how far work gets shorter, found by simulation.

What a rise in referrals did to the authority's own share in time is set beside what the same rise does in its
simulation, with no shortening of work up to the most that is assumed. The power at which the two agree takes
the place of the national one, and the ends of the interval give its own.
"""

from __future__ import annotations

import numpy as np

from simkit.common.steps import Steps, finished
from simkit.framework.check import load
from simkit.model.inputs.calibration import Calibration
from simkit.model.inputs.own_numbers import OwnNumber
from simkit.model.inputs.profile import Profile
from simkit.model.inputs.scenario import scenario_of
from simkit.returns.casework.response import RISE, OwnEffect
from simkit.study.calibrate.calibrate import framework_of
from simkit.study.experiment import experiment
from simkit.study.pulled import pull

PATH = "response.throughput"
_TRIED = (0.0, 0.5, 1.0, 2.0)
_REPLICATIONS = 8


def own_throughput(
    effect: OwnEffect,
    caseload: Profile,
    calibration: Calibration,
    source: str,
    *,
    seed: int = 1,
    engine: str = "auto",
    replications: int = _REPLICATIONS,
) -> OwnNumber:
    """The power of load by which work gets shorter, at which the simulation shows the authority's own effect.

    ``effect``: points of the share in time where referrals rise by a fifth. Where even no shortening, or the
    most, falls short of it, the power is that end.
    """
    return finished(
        own_throughput_in_steps(
            effect, caseload, calibration, source, seed=seed, engine=engine, replications=replications
        )
    )


STEPS = len(_TRIED) * _REPLICATIONS
"""Of ``own_throughput_in_steps``."""


def own_throughput_in_steps(
    effect: OwnEffect,
    caseload: Profile,
    calibration: Calibration,
    source: str,
    *,
    seed: int,
    engine: str,
    replications: int = _REPLICATIONS,
) -> Steps[OwnNumber]:
    """``own_throughput``, a simulated year of one power and what is run beside it a step."""
    framework = load(framework_of(caseload.la_code))
    rise = scenario_of({"title": "Referrals up", "demand": {"referrals": f"+{RISE:.0%}"}})
    points = []
    for power in _TRIED:
        tried = framework.with_numbers({PATH: power})
        chosen = experiment(tried, rise, caseload=caseload, calibration=calibration)
        with pull(chosen, replications=replications, seed=seed, engine=engine) as run:
            for result in run:
                change = result.change
                yield
        assert change is not None
        points.append(change.value)
    rising = np.maximum.accumulate(points)
    value, low, high = (
        float(np.interp(each, rising, _TRIED)) for each in (effect.value, effect.low, effect.high)
    )
    return OwnNumber(value, low, high, effect.months, "months", source)

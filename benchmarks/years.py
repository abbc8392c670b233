"""An authority-year to run: England's average council under national rules, as large as wanted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from simkit.framework.check import load
from simkit.model.inputs.horizon import horizon
from simkit.model.inputs.profile import Profile, england_average
from simkit.model.inputs.staffing import staffing
from simkit.model.workload.sample import Setting, sample
from simkit.model.workload.workload import Workload

__all__ = ["MANY_REVIEWS", "council", "setting", "year"]

FRAMEWORK = "hackney"
MANY_REVIEWS = "gloucestershire"  # at most ten working days apart


def council(referrals: float) -> Profile:
    """England's average profile with that many referrals a year, and staff to match."""
    profile = england_average(2023)
    scale = referrals / profile.referrals
    return replace(
        profile,
        referrals=referrals,
        assessments=profile.assessments * scale,
        case_holders_fte=profile.case_holders_fte * scale,
    )


def setting(referrals: float, name: str = FRAMEWORK) -> Setting:
    framework, profile = load(name), council(referrals)
    days = horizon(framework, dt.date(2022, 4, 1), dt.date(2023, 3, 31))
    return Setting(framework, profile, staffing(framework, profile), days)


def year(referrals: float = 5_000, name: str = FRAMEWORK) -> Workload:
    return sample(setting(referrals, name), 1, 0)

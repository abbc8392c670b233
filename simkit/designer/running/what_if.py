"""What if: the few changes that the screen of runs offers, as a scenario file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import yaml

from simkit.common.text import listed, upper_first
from simkit.framework.framework import Framework, Review, Timescale
from simkit.model.inputs.practice import conclusion_limits
from simkit.model.inputs.scenario import AS_PUBLISHED, Scenario, load_scenario
from simkit.study.result import Experiment

if TYPE_CHECKING:
    from simkit.designer.sent import Sent

AS_IT_IS = "As it is now"
"""The title of the side without any change."""

_ROUTE = "section_17"  # whose limits are those of most children
_CONDITIONS = (None, "still_open")


@dataclass(frozen=True, slots=True)
class Slider:
    """A number and its range; ``usual`` is its value without a change.

    ``empty``: without a change the box is empty, since the usual number depends on the caseload.
    """

    id: str
    label: str
    unit: str
    least: int
    most: int
    usual: float
    hint: str = ""
    empty: bool = False

    @property
    def shown(self) -> str:
        """What the box shows without a change."""
        return "" if self.empty else self.number

    @property
    def number(self) -> str:
        """The usual number."""
        return _number(self.usual)


_EMPTY = "Leave it empty for no change."


def sliders(as_it_is: Experiment) -> tuple[Slider, ...]:
    """The numbers of caseload and staff that can be changed, from an experiment without a change.

    The experiment has the chosen caseload, since the usual share of vacant posts depends on it.
    """
    vacant = 100 * as_it_is.profile.vacancy_rate
    other = 100 * as_it_is.setting.staffing.other_work
    return (
        Slider("referrals", "Referrals", "% more than now", -50, 100, 0, "For fewer, use a minus sign: -10"),
        Slider(
            "vacancies",
            "Social work posts that are vacant",
            "%",
            0,
            60,
            round(vacant, 1),
            f"{_EMPTY} It then stays as in the caseload above (published: {_number(vacant)}%).",
            empty=True,
        ),
        Slider(
            "other_work",
            "Social workers' time that goes to other work",
            "%",
            0,
            60,
            round(other, 1),
            "Meetings, training, travel and all other work that is not an assessment. "
            f"{_EMPTY} It then stays at {_number(other)}%, which is an assumption.",
            empty=True,
        ),
    )


LIMIT = Slider("limit_days", "Our own limit", "working days from the referral", 10, 44, 35)
REVIEW = Slider("review_day", "Day of the first review", "working days", 1, 60, 10)
PULL = Slider(
    "pull", "Assessments that finish by the review or limit, of those that would go past it", "%", 0, 100, 0
)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Changes of a framework, its caseload and its staff; None where nothing changes.

    ``referrals``: per cent more. ``vacancies`` and ``other_work``: per cent. ``limit``: working days of a
    limit of the authority's own, 0 to take the national one away. ``review``: the day of the first review.
    ``pull``: per cent who finish by the limit or review that would go past it, which nobody knows.
    """

    referrals: float | None = None
    vacancies: float | None = None
    other_work: float | None = None
    limit: int | None = None
    review: int | None = None
    pull: float | None = None

    @property
    def title(self) -> str:
        """The changes in a few words."""
        words = []
        if self.referrals is not None:
            much = abs(self.referrals)
            words.append(f"{_number(much)}% {'more' if self.referrals > 0 else 'fewer'} referrals")
        if self.vacancies is not None:
            words.append(f"{_number(self.vacancies)}% of posts vacant")
        if self.other_work is not None:
            words.append(f"{_number(self.other_work)}% of time for other work")
        if self.limit is not None:
            words.append(f"our own limit of {self.limit} days" if self.limit else "no national limit")
        if self.review is not None:
            words.append(f"first review on day {self.review}")
        if self.pull is not None:
            words.append(f"{_number(self.pull)}% finish by it (assumed)")
        return upper_first(listed(words)) or AS_IT_IS

    @property
    def file(self) -> str:
        """The name of its file."""
        slug = re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")
        return f"scenario-{slug[:80].strip('-')}.yaml"

    @property
    def assumed(self) -> str:
        """What is assumed in it and not known by anybody, in a sentence; empty where nothing is."""
        if self.pull is None:
            return ""
        return (
            f"How far people work to a review or to a limit of their own is not known. Here {self.pull:g}% "
            "of the assessments that would go past it end by it. That is an assumption."
        )

    def scenario(self, framework: Framework) -> Scenario:
        """The scenario of these changes. Raises FrameworkError where they can't be made."""
        if self == WhatIf():
            return AS_PUBLISHED
        return replace(load_scenario(self.text(framework)), name=self.file)

    def text(self, framework: Framework) -> str:
        """The text of the scenario file."""
        data: dict[str, Any] = {"simkit": "scenario/1", "title": self.title}
        if self.assumed:
            data["note"] = self.assumed
        if self.limit == 0:
            data["what_if"] = "yes"
        if self.referrals is not None:
            data["demand"] = {"referrals": f"{self.referrals:+g}%"}
        workforce = {"vacancies": self.vacancies, "other_work": self.other_work}
        staff = {key: f"{value:g}%" for key, value in workforce.items() if value is not None}
        if staff:
            data["workforce"] = staff
        rules = self._rules(framework)
        if rules:
            data["framework"] = rules
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=1000)

    def _rules(self, framework: Framework) -> dict[str, Any]:
        rules: dict[str, Any] = {}
        if self.limit == 0:
            rules["timescales"] = {"assessment": "remove"}
        elif self.limit is not None:
            days = f"{self.limit} working days"
            own = own_limit(framework)
            new = {"title": "Assessment concluded, our own limit", "from": "referral", "to": "authorised"}
            entry = {"own_limit": {**new, "within": days}} if own is None else {own.id: {_kind(own): days}}
            rules["timescales"] = entry
        if self.review is not None:
            day = f"{self.review} working days"
            first = first_review(framework)
            usual = {"title": "First review", "by": "team_manager", "from": "allocated"}
            new_review = {**usual, "at": day, "only_if": "still_open"}
            rules["reviews"] = {"what_if": new_review} if first is None else {first.id: {"at": day}}
        if self.pull is not None:
            rules["model"] = {"practice": self._pull(framework)}
        return rules

    def _pull(self, framework: Framework) -> dict[str, Any]:
        """The share for each kind of clock that is there."""
        why = "Chosen to see what would follow from it; nobody has measured it."
        number = {"value": f"{self.pull:g}%", "assumption": why}
        kinds = {
            "pull_local_limit": bool(self.limit) or own_limit(framework) is not None,
            "pull_review": self.review is not None or first_review(framework) is not None,
        }
        return {name: dict(number) for name, there in kinds.items() if there}


def own_limit(framework: Framework) -> Timescale | None:
    """The authority's own limit on most assessments, the longest where it has several; None without one."""
    own = [each for each in conclusion_limits(framework, _ROUTE) if not each.national]
    return max(own, key=lambda each: each.amount.number if each.amount else 0, default=None)


def _kind(limit: Timescale) -> str:
    return limit.kind if limit.kind == "at_most" else "within"


def first_review(framework: Framework) -> Review | None:
    """The review that comes first for most children; None where there is none on a day."""
    for each in framework.reviews.values():
        is_first = each.after is None and each.only_if in _CONDITIONS
        if is_first and (each.at is not None or each.by_priority):
            return each
    return None


def what_if_of(form: Sent, as_it_is: Experiment) -> WhatIf:
    """What a form asks for; its mistakes go into ``form.errors``."""
    framework = as_it_is.framework
    numbers = {each.id: _changed(form, each) for each in sliders(as_it_is)}
    limit: int | None = None
    if form.text("limit") == "own":
        limit = _whole(form, LIMIT)
    elif form.text("limit") == "none":
        limit = 0
    review = _whole(form, REVIEW) if form.text("review") == "day" else None
    pull = _changed(form, PULL)
    made = WhatIf(limit=limit, review=review, pull=pull, **numbers)
    if pull is not None:
        has_limit = bool(limit) or own_limit(framework) is not None
        if not has_limit and review is None and first_review(framework) is None:
            form.errors["pull"] = (
                "There is no review or limit of your own to work to: choose one above first."
            )
        most = 100 * framework.numbers["practice.pull_local_limit"].high
        if has_limit and pull > most:
            form.errors["pull"] = (
                f"At most {most:.0f}: not even the national limit has more effect than that."
            )
    return made


def _changed(form: Sent, slider: Slider) -> float | None:
    """The number in a slider's box, None where it is the usual one or the box is empty.

    Any other number is used, whichever caseload the page was made with.
    """
    if form.text(slider.id) in ("", slider.number):
        return None
    number = form.number(slider.id, slider.least, slider.most, name=slider.label, sign="%")
    return None if number is None or _number(number) == slider.number else round(number, 1)


def _whole(form: Sent, slider: Slider) -> int | None:
    words = form.text(slider.id)
    if not re.fullmatch(r"[0-9]{1,3}", words) or not slider.least <= int(words) <= slider.most:
        form.errors[slider.id] = (
            f"{slider.label}: write a whole number of working days from {slider.least} to {slider.most}."
        )
        return None
    return int(words)


def _number(value: float) -> str:
    return f"{round(value, 1):g}"


def unchanged(as_it_is: Experiment) -> dict[str, list[str]]:
    """What the fields of the form hold without a change."""
    shown = {each.id: each.shown for each in (*sliders(as_it_is), LIMIT, REVIEW, PULL)}
    return {key: [words] for key, words in {**shown, "limit": "as_it_is", "review": "as_it_is"}.items()}

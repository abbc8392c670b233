"""The pathway of a route: its steps, send-backs and review points in order, and which family needs which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simkit.common.arrays import Bools, Floats, Ints
from simkit.common.errors import SimkitError
from simkit.framework.framework import FIRST_STAGE, Framework, Review, Step
from simkit.model.inputs.practice import first_stage_limits, is_simulated, review_day
from simkit.model.inputs.review_points import MOST_REPEATS, is_scheduled
from simkit.model.inputs.staffing import CASE_HOLDER
from simkit.model.workload.arrivals import REPEAT, STOCK, Families
from simkit.model.workload.planned_dates import Plan
from simkit.model.workload.workload import NEVER


class StepsError(SimkitError, ValueError):
    """The steps of a framework can't be carried out; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class RouteStep:
    """A step or review point at its place on a route.

    ``attempt``: number of send-backs before, or of earlier times of a repeating review. ``follows``: the step
    from which its line of work branches off, None on the main line.
    """

    label: str
    step: Step
    attempt: int = 0
    review: Review | None = None
    follows: str | None = None

    @property
    def ends_first_stage(self) -> bool:
        """Whether its end is the end of the first of two stages."""
        return self.review is None and FIRST_STAGE in self.step.marks

    @property
    def ends_a_stage(self) -> bool:
        """Whether it is a sign-off that may end the assessment."""
        return self.ends_first_stage or (self.review is None and "authorised" in self.step.marks)


def route_steps(framework: Framework, route: str) -> tuple[RouteStep, ...]:
    """The steps of ``route`` (of ROUTES, or ``closed``: the front door alone) in order, reviews last.

    Steps of a first stage are for regimes with a limit on it. Raises StepsError if a case's own worker has a
    step before the allocation, or if a case is allocated twice or not always.
    """
    steps: list[RouteStep] = []
    two_stages = bool(first_stage_limits(framework, route))
    rework = [s for s in framework.steps.values() if s.only_if == "sent_back" and route in s.routes]
    review = [s for s in framework.steps.values() if s.only_if == "review_point"]
    for step in framework.steps.values():
        if route not in step.routes or step.only_if in ("sent_back", "review_point"):
            continue
        if step.only_if == "first_stage" and not two_stages:
            continue
        allocated = any(each.step.by == "allocation" for each in steps)
        if step.by == "allocation" and allocated:
            raise StepsError(
                f"The step {step.id} gives the case a second social worker on the route {route}. Hand-overs "
                "between teams are not simulated: let one step of each route say `by: allocation`."
            )
        if step.by == "allocation" and (step.share is not None or step.only_if is not None):
            raise StepsError(
                f"The step {step.id} gives only some cases a social worker; the others would wait for one "
                "for ever. Take `share` and `only_if` out of it."
            )
        if step.by == CASE_HOLDER and not allocated:
            raise StepsError(
                f"The step {step.id} is done by the case's own social worker, but no step before it on the "
                f"route {route} gives the case one (by: allocation)."
            )
        steps.append(RouteStep(step.id, step, follows=step.follows))
        if "authorised" in step.marks:
            for attempt in range(1, int(framework.number("work.most_send_backs")) + 1):
                steps += [RouteStep(again.id, again, attempt) for again in rework]
                steps.append(RouteStep(step.id, step, attempt))
    for point in framework.reviews.values():
        if route == "closed" or (point.routes and route not in point.routes):
            continue
        if is_scheduled(point):
            times = MOST_REPEATS if point.at_most_every is not None else 1
            steps += [
                RouteStep(f"review {point.id}", s, k, review=point) for s in review for k in range(times)
            ]
    return tuple(steps)


def step_needs(
    framework: Framework,
    conference_share: Floats,
    work: tuple[RouteStep, ...],
    families: Families,
    plan: Plan,
    uniforms: Callable[..., Floats],
) -> Bools:
    """Which step (rows) each family (columns) needs. ``uniforms``: of the families, by purpose;
    ``conference_share``: probability that each family's enquiry ends in a conference.

    A review set by priority is for the priorities that say when; one under a condition that the
    simulation doesn't model is for nobody, and one after an event that a family does not reach is not held.
    Cases open when the run begins have only their conclusion left.
    """
    result = np.ones((len(work), len(families)), dtype=bool)
    nobody = np.zeros(len(families), dtype=bool)
    steps = [route_step for route_step in work if route_step.review is None]
    conference = nobody
    if any(route_step.step.only_if == "conference" for route_step in steps):
        conference = uniforms("conference") < conference_share
    sent_back = _sent_back(
        uniforms, framework.number("work.send_back"), max((p.attempt for p in steps), default=0)
    )
    conditions = {"conference": conference, "second_stage": plan.second_stage}
    reached = {"referral": ~nobody}
    reviewed: dict[str, Bools] = {}
    new = families.kind != STOCK
    concluding = nobody
    for place, route_step in enumerate(work):
        step, needed = route_step.step, result[place]
        if route_step.review is not None:
            point = route_step.review
            if not is_simulated(point):
                needed[:] = False
            elif point.only_if == "going_beyond":
                needed &= plan.conclusion > _days_of_review(framework, point, plan)
            elif point.only_if in conditions:
                needed &= conditions[point.only_if]
            if point.by_priority:
                positions = [k for k, p in enumerate(framework.priorities) if p in point.by_priority]
                needed &= np.isin(plan.priority, positions)
            if point.after is not None:
                needed &= reviewed.get(point.after, nobody)
            else:
                needed &= reached.get(point.start or "assessment_started", nobody)
            needed &= new
            reviewed[point.id] = needed
            continue
        if step.held_until == "conclusion" or "authorised" in step.marks:
            concluding = ~nobody
        elif step.held_until == "first_stage":
            concluding = concluding | ~plan.second_stage
        if "decided" in step.marks:
            needed &= families.kind < REPEAT
        if step.only_if in conditions:
            needed &= conditions[step.only_if]
        if step.share is not None:
            needed &= uniforms(f"needed {step.id}") < step.share.value
        if route_step.follows is not None:
            needed &= new
        elif step.by != "allocation":
            needed &= new | concluding
        if route_step.attempt > 0:
            needed &= sent_back[route_step.attempt]
            needed &= plan.second_stage
        else:
            reached |= dict.fromkeys(step.marks, needed | already_passed(route_step, families))
    return result


def _days_of_review(framework: Framework, point: Review, plan: Plan) -> Ints:
    """Working days from the start of each assessment to a review; NEVER where it has no day."""
    days = [review_day(framework, point, priority) for priority in framework.priorities or (None,)]
    by_priority = np.array([NEVER if day is None else day for day in days], dtype=np.int64)
    return by_priority[np.maximum(plan.priority, 0)]


def already_passed(route_step: RouteStep, families: Families) -> Bools:
    """Whether each family had reached a step's events before its arrival.

    Cases open when the run begins had reached all of them, repeat assessments the decision.
    """
    return families.kind >= (REPEAT if "decided" in route_step.step.marks else STOCK)


def _sent_back(uniforms: Callable[..., Floats], chance: float, most: int) -> dict[int, Bools]:
    """Whether each assessment is sent back a first, second ... time, up to ``most``."""
    result: dict[int, Bools] = {}
    for attempt in range(1, most + 1):
        sent_back = uniforms("send_back", attempt) < chance
        result[attempt] = sent_back & result.get(attempt - 1, sent_back)
    return result


def closing_step(work: tuple[RouteStep, ...], need: Bools) -> Ints:
    """Place of the sign-off that ends each family's assessment, -1 for none."""
    last = np.full(need.shape[1], -1, dtype=np.int64)
    for place, route_step in enumerate(work):
        if route_step.ends_a_stage:
            last = np.where(need[place], place, last)
    return last

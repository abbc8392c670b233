"""Frameworks, caseloads and staffs made at random, as users could write them, for tests of the model.

Each framework is a text in the format, on a national edition: its own steps by route, reviews, timescales,
priorities and numbers. Half of them keep days of a few minutes, so that leavers, reviews, send-backs and
ends of work fall on the same minute.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import assume
from hypothesis import strategies as st
from kit import council, without

from simkit.framework.check import FrameworkError, load
from simkit.framework.framework import ROUTES, Framework
from simkit.framework.vocabulary import EVENTS
from simkit.model.inputs.horizon import horizon
from simkit.model.inputs.staffing import Staffing, staffing
from simkit.model.workload.open_cases import OPEN_ROUTES, OpenCases
from simkit.model.workload.sample import Setting

EDITIONS = tuple(f"national/working-together-{year}" for year in (2018, 2023, 2013, 2010, 2006))
ROLES = ("social_worker", "team_manager", "front_door", "conference_chair")
HAPPEN = tuple(name for name, event in EVENTS.items() if event.simulated)
_MAIN = {"referral", "authorised", "allocated", "initial_assessment_completed"}
_OWN_MARKS = tuple(name for name in EVENTS if name not in _MAIN)
_DAYS = ("1 working day", "3 working days", "10 working days", "2 weeks", "20 calendar days", "24 hours")

Text = dict[str, Any]


@dataclass(frozen=True)
class Drawn:
    """A setting and the text of its framework, which a failing test shows."""

    text: str
    setting: Setting
    seed: int

    def __repr__(self) -> str:
        return (
            f"seed {self.seed}, {self.setting.staffing}, {self.setting.profile.referrals} a year\n{self.text}"
        )


@st.composite
def settings_drawn(draw: st.DrawFn) -> Drawn:
    """Any framework on any small council with any staff, over a few months."""
    text = yaml.safe_dump(draw(frameworks()), sort_keys=False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            framework = load(path)
        except FrameworkError:
            assume(False)
            raise
    if draw(st.booleans()):
        framework = without(framework, "assessment")
    profile = council(
        draw(st.sampled_from((80.0, 5.0, 300.0))),
        nfa_share=draw(st.sampled_from((0.08, 0.0, 0.9))),
        assessed_share=draw(st.sampled_from((0.9, 1.0, 0.0))),
        repeat_share=draw(st.sampled_from((0.08, 1.0))),
        section_47_share=draw(st.sampled_from((0.3, 1.0, 0.0))),
        conference_share=draw(st.sampled_from((0.35, 1.0, 0.0))),
    )
    start = draw(st.dates(dt.date(2014, 1, 1), dt.date(2024, 12, 31)))
    time = horizon(framework, start, start + dt.timedelta(days=draw(st.integers(1, 90))))
    open_cases = draw(st.none() | st.none() | _open_cases())
    staff = draw(staffs(framework, staffing(framework, profile)))
    return Drawn(
        text, Setting(framework, profile, staff, time, open_cases=open_cases), draw(st.integers(0, 99))
    )


@st.composite
def staffs(draw: st.DrawFn, framework: Framework, implied: Staffing) -> Staffing:
    """From nobody in a role to plenty, who stay or come and go as fast as the model lets them."""
    fte = {role: draw(st.sampled_from((1.0, 0.4, 2.5, 5.0, 0.1, 0.0))) for role in ROLES}
    return replace(
        implied,
        fte=fte,
        other_work=draw(st.sampled_from((0.27, 0.0, 0.8))),
        turnover=draw(st.sampled_from((0.0, 0.3, 3.0))),
        sickness=draw(st.sampled_from((0.03, 0.0, 0.4))),
        agency_cover=draw(st.sampled_from((0.7, 0.0, 1.0))),
    )


@st.composite
def _open_cases(draw: st.DrawFn) -> OpenCases:
    import numpy as np

    codes = [ROUTES.index(route) for route in OPEN_ROUTES]
    cases = draw(st.lists(st.tuples(st.sampled_from(codes), st.integers(0, 120)), max_size=20))
    route, waited = np.array(cases, dtype=np.int64).reshape(-1, 2).T
    return OpenCases(route, waited)


@cache
def _edition(name: str) -> Framework:
    return load(name)


@st.composite
def frameworks(draw: st.DrawFn) -> Text:
    """The text of a framework, as plain data. The checker may still object to it."""
    edition = draw(st.sampled_from(EDITIONS))
    lower = _edition(edition)
    staged = any(t.end == "initial_assessment_completed" for t in lower.timescales.values())
    day = draw(st.sampled_from((444, 60, 7, 2)))
    priorities = draw(st.sampled_from((("urgent", "usual"), (), ("one",))))
    reviews = draw(_reviews(priorities))
    steps = draw(_steps(day, staged))
    text: Text = {
        "simkit": "framework/1",
        "title": "Drawn",
        "status": "draft",
        "based_on": edition,
        "timescales": draw(_timescales()),
        "reviews": reviews,
        "model": {
            "steps": {**dict.fromkeys(lower.steps, "remove"), **steps},
            **draw(_numbers(day, lower)),
        },
    }
    if priorities:
        by_priority = [name for name, each in reviews.items() if each.get("at") == "set by priority"]
        text["priorities"] = {
            name: {
                "title": name,
                **{f"{each}_review": draw(st.sampled_from(_DAYS)) for each in by_priority},
            }
            for name in priorities
        }
        if len(priorities) > 1:
            share = draw(st.sampled_from(("20%", "0%", "100%")))
            text["model"]["priority_share"] = {priorities[0]: share, priorities[1]: "the rest"}
    limit = draw(st.sampled_from((None, None, 6, 12, 2)))
    text["roles"] = {"panel": {"title": "Panel"}}
    if limit is not None:
        text["roles"]["social_worker"] = {"caseload_limit": limit}
    return {name: part for name, part in text.items() if part}


@st.composite
def _numbers(draw: st.DrawFn, day: int, lower: Framework) -> Text:
    """Some of the modelling numbers, far from the usual ones at times."""
    share = st.sampled_from(("0%", "15%", "50%", "100%"))
    days = st.sampled_from(("0 working days", "1 working day", "5 working days", "20 working days"))
    some: dict[str, st.SearchStrategy[Any]] = {
        "demand.returns_from_closures": st.sampled_from(("0%", "100%", "50%")),
        "demand.return_delay": st.sampled_from(("5 working days", "60 working days")),
        "demand.most_returns": st.integers(1, 3),
        "demand.further_sibling": st.sampled_from(("0%", "38%", "70%")),
        "demand.sibling_effort": share,
        "demand.disabled_children": share,
        "demand.weekend_share": st.sampled_from(("6%", "0%")),
        "demand.evening_share": st.sampled_from(("15%", "0%")),
        "staff.handover": st.sampled_from(("0 minutes", "2 minutes", "120 minutes")),
        "staff.supervision": st.sampled_from(("0 hours", "1.9 hours", "4 hours")),
        "staff.part_time_posts": share,
        "staff.part_time_week": st.sampled_from((3, 1, 4.5)),
        "staff.post_empty": days,
        "staff.no_new_cases_before_leaving": days,
        "staff.no_new_cases_when_away": days,
        "staff.other_cases": st.sampled_from((0, 5)),
        "work.due_within": days,
        "work.raise_before": days,
        "work.send_back": share,
        "work.most_send_backs": st.integers(0, 3),
        "practice.brief_share": share,
        "practice.pull_local_limit": share,
        "practice.pull_review": share,
        "practice.retention": share,
        "practice.slip": share,
        "practice.span_median": st.sampled_from(("5 working days", "20 working days")),
    }
    text: Text = {}
    for path in draw(st.lists(st.sampled_from(sorted(some)), unique=True, max_size=10)):
        group, name = path.split(".")
        text.setdefault(group, {})[name] = _number(draw(some[path]))
    text["time"] = {"working_day": _number(f"{day} minutes")}
    text["run"] = {
        "warm_up": _number(f"{draw(st.integers(0, 2))} months"),
        "run_out": _number(f"{draw(st.integers(1, 3))} months"),
    }
    return text


def _number(value: Any) -> Text:
    return {"value": value, "assumption": "Drawn."}


@st.composite
def _steps(draw: st.DrawFn, day: int, staged: bool) -> Text:
    """Front door, allocation, work, sign-off and what may follow, in the order of the format."""
    steps: Text = {}
    main: list[str] = []  # steps that follow one another
    way: dict[str | None, list[str]] = {}  # to the end of each step
    left = [*draw(st.permutations(_OWN_MARKS))][:6]

    def effort() -> Text | None:
        typical = draw(st.sampled_from((1, 3, day // 2 or 1, day)))
        unit = draw(st.sampled_from(("minutes",) * 6 + ("hours", "working days")))
        typical = typical if unit == "minutes" else 1
        high = typical * draw(st.sampled_from((1, 2, 5)))
        return {"typical": f"{typical} {unit}", "high": f"{high} {unit}", "assumption": "Drawn."}

    def add(name: str, by: str, **values: Any) -> None:
        step: Text = {"title": name, "by": by}
        if by != "allocation":
            step["effort"] = effort()
        way[name] = [*way.get(values.get("follows"), main), name]
        if values.get("follows") is None and values.get("only_if") not in ("sent_back", "review_point"):
            main.append(name)
        steps[name] = {**step, **{key: value for key, value in values.items() if value is not None}}

    def work(where: str, most: int, roles: tuple[str, ...], *conditions: str | None) -> None:
        for number in range(draw(st.integers(0, most))):
            name = f"{where}_{number}"
            before = draw(st.sampled_from(sorted(steps))) if steps and not draw(st.integers(0, 2)) else None
            on = [r for r in steps.get(before, {}).get("routes", ROUTES) if r in ROUTES]
            values = {"follows": before, "routes": on}
            if draw(st.integers(0, 2)) == 0:
                values["routes"] = draw(st.lists(st.sampled_from(on), unique=True, min_size=1))
            if left and draw(st.booleans()):
                values["marks"] = [left.pop()]
            if draw(st.integers(0, 2)) == 0:
                values["share"] = _number(draw(st.sampled_from(("50%", "0%", "100%"))))
            if draw(st.integers(0, 2)) == 0:
                wait = draw(
                    st.sampled_from(("1 working day", "5 working days", "1 weeks", "20 minutes", "1 months"))
                )
                values["wait"] = {"typical": wait, "high": wait, "assumption": "Drawn."}
                earlier = way.get(before, main)
                if earlier and draw(st.booleans()):
                    values["wait"]["after"] = draw(st.sampled_from(earlier))
            if draw(st.integers(0, 5)) == 0:
                values["held_until"] = draw(st.sampled_from(("conclusion", "conference", "first_stage")))
            values["only_if"] = draw(st.sampled_from((None, *conditions)))
            add(name, draw(st.sampled_from(roles)), **values)

    others = ROLES[1:]
    if draw(st.integers(0, 4)):
        add(
            "own_screening",
            "front_door",
            routes=[*ROUTES, "closed"],
            marks=draw(st.sampled_from((["decided", "assessment_started"], ["decided"], None))),
        )
        left = [event for event in left if event not in steps["own_screening"].get("marks", ())]
    work("door", 2, others, None, "conference")
    if draw(st.integers(0, 5)):
        add("own_allocation", "allocation", marks=["allocated"])
    else:
        add("own_early_allocation", "allocation", marks=["allocated"], routes=["section_47", "brief"])
        add("own_allocation", "allocation", marks=["allocated"], routes=["section_17", "disabled_children"])
    work("begun", 3, ROLES, None, "conference", "exceptional")
    if staged or draw(st.integers(0, 7)) == 0:
        first = {"only_if": "first_stage"}
        add("own_initial_write_up", "social_worker", held_until="first_stage", **first)
        add("own_initial_sign_off", "team_manager", marks=["initial_assessment_completed"], **first)
    later = draw(st.sampled_from((None, "second_stage"))) if not staged else "second_stage"
    work("further", 2, ROLES, None, later)
    if draw(st.integers(0, 5)):
        add("own_write_up", "social_worker", held_until="conclusion", only_if=later)
    add("own_sign_off", draw(st.sampled_from(ROLES[:2])), marks=["authorised"], only_if=later)
    work("after", 1, ROLES, None, later)
    for name, by, condition in (("rework", ROLES[0], "sent_back"), ("review", ROLES[1], "review_point")):
        for number in range(draw(st.sampled_from((1, 0, 2)))):
            add(f"own_{name}_{number}", by, only_if=condition)
    return steps


@st.composite
def _timescales(draw: st.DrawFn) -> Text:
    text: Text = {}
    for number in range(draw(st.integers(0, 4))):
        start = draw(st.sampled_from(HAPPEN))
        end = draw(st.sampled_from(("authorised", *HAPPEN)))
        entry: Text = {"title": f"Limit {number}", "from": start, "to": end if end != start else "reviewed"}
        amount = draw(st.sampled_from(_DAYS))
        kinds = ("within", "within", "between", "at_most", "expected_within", "every", "no_number")
        match draw(st.sampled_from(kinds)):
            case "between":
                entry |= {"between": draw(st.sampled_from(("5 to 30 working days", "1 to 3 weeks")))}
                entry |= {"set_by": "team_manager"}
            case "no_number":
                entry["no_number"] = "promptly"
            case kind:
                entry[kind] = amount
        if draw(st.booleans()):
            entry["routes"] = draw(st.lists(st.sampled_from(ROUTES), unique=True, min_size=1))
        if draw(st.integers(0, 4)) == 0:
            entry["only_if"] = draw(st.sampled_from(("exceptional", "conference")))
        if draw(st.integers(0, 3)) == 0:
            entry["starting_day"] = draw(st.sampled_from(("day 0", "day 1")))
        if "within" in entry and draw(st.integers(0, 3)) == 0:
            entry["or_if_sooner"] = {
                "from": draw(st.sampled_from(HAPPEN)),
                "within": draw(st.sampled_from(_DAYS)),
            }
        text[f"limit_{number}"] = entry
    return text


@st.composite
def _reviews(draw: st.DrawFn, priorities: tuple[str, ...]) -> Mapping[str, Text]:
    text: dict[str, Text] = {}
    for name in ("first", "second", "third")[: draw(st.integers(0, 3))]:
        entry: Text = {"title": name, "by": draw(st.sampled_from(("team_manager", "social_worker", "panel")))}
        kinds = ["at", "within", "at_most_every", "no_number", *(["by priority"] if priorities else [])]
        match draw(st.sampled_from(kinds)):
            case "by priority":
                entry["at"] = "set by priority"
            case "no_number":
                entry["no_number"] = "when needed"
            case kind:
                entry[kind] = draw(st.sampled_from(_DAYS))
        if text and draw(st.booleans()):
            entry["after"] = draw(st.sampled_from(sorted(text)))
        else:
            entry["from"] = draw(st.sampled_from(HAPPEN))
        if draw(st.integers(0, 2)) == 0:
            entry["routes"] = draw(st.lists(st.sampled_from(ROUTES), unique=True, min_size=1))
        condition = draw(
            st.sampled_from(
                (None, None, "still_open", "going_beyond", "conference", "second_stage", "exceptional")
            )
        )
        if condition is not None:
            entry["only_if"] = condition
        if draw(st.integers(0, 3)) == 0:
            entry |= {"starting_day": "day 1", "includes": ["child_seen"]}
        text[name] = entry
    return text

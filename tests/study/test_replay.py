"""One replication to be looked at: it is the one that a run of the same name and seed has measured."""

from __future__ import annotations

import numpy as np
import pytest

import simkit
from simkit.model.measures.day_counts import Convention
from simkit.model.workload.workload import CLOSED
from simkit.study.result import HEADLINE

NAME = "isles-of-scilly"


@pytest.fixture(scope="module")
def replayed() -> simkit.Replay:
    return simkit.replay(NAME, replication=1, seed=7, engine="simpy")


def test_its_measures_are_among_those_of_the_run(replayed: simkit.Replay) -> None:
    """The mean of a run's two replications is the mean of these two, replayed one by one."""
    result = simkit.run(NAME, replications=2, seed=7, engine="simpy", workers=1)
    values = [simkit.replay(NAME, seed=7, engine="simpy"), replayed]
    assert result.measures[HEADLINE].value == pytest.approx(
        np.mean([each.measured().values[HEADLINE] for each in values])
    )


def test_it_is_the_same_again_and_another_replication_is_not(replayed: simkit.Replay) -> None:
    assert simkit.replay(NAME, replication=1, seed=7, engine="simpy").outcome == replayed.outcome
    other = simkit.replay(NAME, replication=2, seed=7, engine="simpy")
    assert not np.array_equal(other.outcome.arrival[:20], replayed.outcome.arrival[:20])


def test_the_log_and_the_children_are_those_of_the_replication(replayed: simkit.Replay) -> None:
    log, children = replayed.log(), replayed.children()
    assert set(log["record_type"]) == set(children["record_type"]) == {"simulated"}
    assert (children["route"] == "closed").sum() == replayed.workload.cases.children[
        (replayed.workload.cases.route == CLOSED) & (replayed.outcome.arrival >= 0)
    ].sum()


def test_a_convention_may_be_named(replayed: simkit.Replay) -> None:
    assert replayed.measured("day_1").values == pytest.approx(
        dict(replayed.measured(Convention.DAY_1).values), nan_ok=True
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [({"replication": -1}, "from 0 to 2147483647, not -1"), ({"engine": "fast"}, "no engine called 'fast'")],
)
def test_what_cannot_be_replayed_is_said(values: dict[str, object], words: str) -> None:
    with pytest.raises(simkit.SimkitError, match=words):
        simkit.replay(NAME, **values)  # type: ignore[arg-type]


def test_it_says_what_it_is(replayed: simkit.Replay) -> None:
    assert "replication 1 of seed 7" in repr(replayed)

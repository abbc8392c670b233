"""Years of a run that other workers simulate: the same figures, whichever comes first."""

from __future__ import annotations

import pickle
import random

import pytest

from simkit.study.runner import chosen_engine, measured
from simkit.study.side_by_side import SideBySide, side_by_side

pytest.importorskip("flask")

from simkit.designer.edition.inside.years import Errands

YEARS = 5


def sides() -> SideBySide:
    """With a change of caseload, which has two settings beside it, and a scenario that changes the rules."""
    return side_by_side(
        "isles-of-scilly", "winter-surge", "no-national-limit", replications=YEARS, engine="simpy"
    )


def simulated(job: bytes) -> bytes:
    return pickle.dumps(measured(pickle.loads(job), chosen_engine("simpy", 0)))


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.slow
def test_years_that_come_in_any_order_have_the_figures_of_one_worker(workers: int) -> None:
    """No year is asked for twice, though several are under way and come in a mixed order."""
    chance, errands, there = random.Random(workers), Errands(), sides()
    under_way: list[tuple[int, bytes]] = []
    asked = set()
    while True:
        while len(under_way) < workers and (errand := errands.ask(there)):
            under_way.append(errand)
            assert errand[1] not in asked
            asked.add(errand[1])
        if not under_way:
            break
        number, job = under_way.pop(chance.randrange(len(under_way)))
        errands.take(number, simulated(job))
    alone = sides()
    while alone.step():
        pass
    assert there.finished
    assert there.results() == alone.results()


def test_a_year_that_was_lost_is_asked_for_again_and_counts_once() -> None:
    errands, there = Errands(), sides()
    number, job = errands.ask(there) or pytest.fail("nothing to simulate")
    errands.lose()
    errands.take(number, b"of a worker that was stopped")
    again, same = errands.ask(there) or pytest.fail("nothing to simulate")
    assert again != number and same == job
    errands.take(again, simulated(same))
    (years,) = there.years.of([there.experiments[0].setting])
    assert len(years) == 1


def test_nothing_is_asked_for_after_a_stop() -> None:
    there = sides()
    there.stop()
    assert Errands().ask(there) is None

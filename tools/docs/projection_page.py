"""The docs' page of projections, with its back-test: ``python -m tools.docs.projection_page docs``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import mean

import simkit.data
from simkit.data import attribution
from simkit.study.projection.backtest import Backtest, Score, backtest
from simkit.study.projection.history import published
from simkit.study.projection.predictors import Predictor
from simkit.study.projection.project import project
from simkit.study.projection.simulated_change import MOST_ODDS, simulated_changes

_FIRST = 2025
_FAR = 20  # points by which a simulated share falls far
_ENOUGH = 10  # authority-years that a mean is worth showing of
_WORDS = {
    "constant": "constant",
    "last": "last",
    "history": "history",
    "referrals": "referrals",
    "staff": "social workers",
}


def page(tested: Backtest | None = None) -> str:
    """The text of the page; ``tested`` is the back-test of the packaged data, made anew where it is None."""
    scored = backtest() if tested is None else tested
    provenance = Path(simkit.data.__file__).parent / "simulated" / "made.json"
    how = json.loads(provenance.read_text(encoding="utf-8"))
    template = (Path(__file__).parent / "templates" / "projection_page.md").read_text(encoding="utf-8")
    return template.format(
        first=_FIRST,
        coefficients=_coefficients(),
        scores_1=_scores(scored, 1),
        scores_2=_scores(scored, 2),
        number_1=scored.score(Predictor.LAST_YEAR, 1).number,
        number_2=scored.score(Predictor.LAST_YEAR, 2).number,
        by_year=_by_year(scored),
        made=_made(how),
        most=MOST_ODDS,
        reading=_reading(scored),
        attribution=attribution(),
    )


def _made(how: Mapping[str, float]) -> str:
    times = "1 simulated year" if how["replications"] == 1 else f"{how['replications']} simulated years"
    return f"{times} of each, seed {how['seed']}; {how['calibrated']:.0%} of the first years"


def _coefficients() -> str:
    one, two = (dict(project(_FIRST, _FIRST + ahead).coefficients) for ahead in (1, 2))
    return _rows((_WORDS[name], *(f"{x:+.2f}" for x in (*one[name], *two[name]))) for name in one)


def _scores(scored: Backtest, ahead: int) -> str:
    heads = (
        "method",
        "error",
        "against the benchmark",
        "interval score",
        "held",
        "bands",
        "bands held",
    )
    line = scored.score(Predictor.LAST_YEAR, ahead)
    rows = [
        (
            method.words,
            f"{score.error:.2f}",
            f"{score.error / line.error:.3f}",
            f"{score.interval:.2f}",
            f"{score.held:.1%}",
            "-" if score.bands is None else f"{score.bands:.3f}",
            "-" if score.bands_held is None else f"{score.bands_held:.1%}",
        )
        for method in Predictor
        for score in (scored.score(method, ahead),)
    ]
    return _table(heads, rows)


def _by_year(scored: Backtest) -> str:
    by: dict[tuple[int, int | None, Predictor], Score] = {
        (each.ahead, each.target, each.predictor): each for each in scored.by_year
    }
    targets = sorted({(ahead, target) for ahead, target, _ in by if target is not None})
    heads = ("method", *(f"{target}, {ahead} ahead" for ahead, target in targets))
    rows = (
        (method.words, *(f"{by[ahead, target, method].error:.2f}" for ahead, target in targets))
        for method in Predictor
    )
    return _table(heads, rows)


def _reading(scored: Backtest) -> str:
    """What the simulation adds, as the scores have it."""
    parts = [f"A change was simulated for {scored.simulated:.0%} of the authority-years scored."]
    for ahead in (1, 2):
        alone, none = scored.score(Predictor.SIMULATION, ahead), scored.score(Predictor.NO_CHANGE, ahead)
        both, without = scored.score(Predictor.BOTH, ahead), scored.score(Predictor.REGRESSION, ahead)
        years = "One year" if ahead == 1 else "Two years"
        parts.append(
            f"{years} ahead the simulation alone is {_than(alone.error - none.error)} no change; beside "
            f"the regression it changes the error by {both.error - without.error:+.2f} points and the "
            f"interval score by {both.interval - without.interval:+.2f}."
        )
    gains = [
        scored.score(Predictor.BOTH, ahead).error - scored.score(Predictor.REGRESSION, ahead).error
        for ahead in (1, 2)
    ]
    if max(abs(gain) for gain in gains) < 0.05:
        parts.append(
            "So for projecting published shares it adds nothing that could be seen in these years, and the "
            "command projects with the regression unless told otherwise. The simulation is for another "
            "question: the same children under other rules or other staff."
        )
    elif max(gains) < 0:
        parts.append("So it helps a little in these years; `--predictor both` projects with it.")
    else:
        parts.append("So it does not help in these years, and the command projects with the regression.")
    return " ".join([*parts, _surges()]).strip()


def _surges() -> str:
    """What came in the years for which the simulation says that shares fall far."""
    record = published()
    moved: dict[bool, list[float]] = {True: [], False: []}
    for change in simulated_changes().values():
        before, after = record.of(change.area, change.first), record.of(change.area, change.target)
        if before is None or after is None or change.target != change.first + 1:
            continue
        points = 100 * ((after.within_45_share or 0.0) - (before.within_45_share or 0.0))
        moved[change.before - change.after > _FAR].append(points)
    far, other = moved[True], moved[False]
    if len(far) < _ENOUGH:
        return ""
    return (
        f"In the {len(far)} authority-years for which the simulation's share falls by more than {_FAR} "
        f"points from one year to the next, the published share changed by {mean(far):+.1f} points on "
        f"average (by {mean(other):+.1f} in the {len(other)} others). So where published referrals or "
        "staff move that far, places did not behave as the simulation does. What they did, as far as the "
        "statistics show it: [evidence.md](evidence.md), section 5."
    )


def _than(difference: float) -> str:
    return f"{abs(difference):.2f} points {'worse' if difference > 0 else 'better'} than"


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    names = list(heads)
    return "\n".join((f"| {' | '.join(names)} |", f"|{'---|' * len(names)}", _rows(rows)))


def _rows(rows: Iterable[Iterable[object]]) -> str:
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)


if __name__ == "__main__":
    import sys

    from simkit.common.atomic_files import write_all

    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for file in write_all(folder, {"projection.md": page().encode("utf-8")}):
        sys.stdout.write(f"Written: {file}\n")

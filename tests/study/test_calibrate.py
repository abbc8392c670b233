"""Fitting practice: what went in comes out, intervals hold, gaps are filled and said, work goes on."""

from __future__ import annotations

import random as plain_random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from kit import calibrated_now, national

import simkit
from simkit.data import ENGLAND, bands
from simkit.model.engine_choice import engine
from simkit.model.inputs.calibration import CalibrationError, calibration_file, file_name
from simkit.model.inputs.practice import practice_of
from simkit.study.calibrate import calibrate
from simkit.study.calibrate.delay import CONFERENCE_DAYS, Delays
from simkit.study.calibrate.intervals import sampled
from simkit.study.calibrate.least_squares import draws, inflated, minimum, profile
from simkit.study.calibrate.likelihood import ASSESSMENTS, CONFERENCES, Prior, conference_days, days_taken
from simkit.study.calibrate.observed import (
    DAYS,
    EDGES,
    Target,
    distance,
    expected_distance,
    published,
    target,
)
from simkit.study.calibrate.overdispersion import family_overdispersion, shrunk, typical_overdispersion
from simkit.study.calibrate.priors import Point, fit_practice, practice_with, shared_priors
from simkit.study.experiment import run
from simkit.study.result import IN_TIME
from simkit.version import __version__
from tools.data.intervals import renewed

TRUTH = {
    "brief_share": 0.12,
    "span_median": 36.0,
    "span_sigma": 0.8,
    "pull_national_limit": 0.7,
    "margin": 6.0,
    "slip": 0.25,
    "conference_median": 18.0,
    "conference_sigma": 0.4,
    "pull_conference": 0.7,
}
ELSEWHERE = {**TRUTH, "span_median": 45.0, "pull_national_limit": 0.6, "margin": 8.0, "slip": 0.2}


@cache
def delays() -> Delays:
    """Everything is delayed by 0, 1 or 2 days, whatever was planned."""

    def always(days: int) -> np.ndarray:
        counts = np.zeros((days, days))
        counts[:, :3] = (600.0, 300.0, 100.0)
        return counts

    return Delays(
        always(DAYS), always(DAYS), always(CONFERENCE_DAYS), np.ones(DAYS), np.ones(CONFERENCE_DAYS)
    )


def shares(numbers: dict[str, float]) -> np.ndarray:
    """Shares of the days taken under a practice."""
    return days_taken(practice_with(practice_of(national()), numbers), delays(), 0.8)


def observed(counts: np.ndarray, n: float, quartiles: bool = True) -> Target:
    """A target with these counts of days."""
    days = counts / counts.sum()
    eight = np.add.reduceat(counts, np.array(EDGES[:-1]))
    conferences = 500 * conference_days(practice_with(practice_of(national()), TRUTH), delays())

    class Published:
        counts = (0.0, *eight.tolist())
        p25_days, median_days, p75_days = (
            float(np.searchsorted(np.cumsum(days), q)) if quartiles else None for q in (0.25, 0.5, 0.75)
        )

    return target(
        Published(),
        name="Somewhere",
        la_code="204",
        year=2023,
        fitted_to="published",
        n=n,
        within_45=None,
        conferences=tuple(np.add.reduceat(conferences, (0, 11, 16, 21)).tolist()),
    )


def priors(deviation: float = 1.0) -> tuple[Prior, Prior]:
    """Weak priors around another practice."""
    ours, theirs = ASSESSMENTS.point(ELSEWHERE), CONFERENCES.point(ELSEWHERE)
    return Prior(ours, np.full(len(ours), deviation)), Prior(theirs, np.full(len(theirs), deviation))


def fit_of(wanted: Target, overdispersion: float = 1.0):
    return fit_practice(wanted, practice_of(national()), delays(), priors(), overdispersion, 0.8)


def test_what_went_in_comes_out_within_the_intervals():
    fit = fit_of(observed(20_000 * shares(TRUTH), 20_000))
    for kind, residuals, best in (
        (ASSESSMENTS, fit.assessments, fit.best_assessments),
        (CONFERENCES, fit.conferences, fit.best_conferences),
    ):
        for k, name in enumerate(kind.names):

            def number(x, kind=kind, name=name):
                return kind.numbers(x)[name]

            low, high = profile(residuals, best, number, kind.least[k], kind.most[k])
            assert low <= number(best.at) <= high
            assert low <= TRUTH[name] <= high, name
    found = fit.point.numbers
    assert abs(found["brief_share"] - TRUTH["brief_share"]) < 0.02
    assert distance(shares(found), shares(TRUTH)) < 0.2  # of 62 days' cumulative shares


def test_the_share_over_45_without_any_pull_is_found_too():
    def without(x):
        days = days_taken(practice_with(practice_of(national()), ASSESSMENTS.numbers(x)), delays(), 0.8, 0.0)
        return float(days[46:].sum())

    fit = fit_of(observed(20_000 * shares(TRUTH), 20_000))
    low, high = profile(fit.assessments, fit.best_assessments, without, 0.0, 1.0)
    truth = without(ASSESSMENTS.point(TRUTH))
    assert low <= truth <= high
    assert high - low < 0.3


@pytest.mark.slow
def test_intervals_of_pull_hold_it_about_as_often_as_they_say():
    # 40 samples at 95%: fewer than 33 would come less than once in a thousand times.
    random = np.random.default_rng(3)
    truth, held = shares(TRUTH), 0
    for _ in range(40):
        fit = fit_of(observed(random.multinomial(3000, truth).astype(float), 3000))

        def pull(x):
            return ASSESSMENTS.numbers(x)["pull_national_limit"]

        low, high = profile(fit.assessments, fit.best_assessments, pull, 0.0, 1.0)
        held += low <= TRUTH["pull_national_limit"] <= high
    assert held >= 33


def test_a_profile_of_a_line_is_the_normal_interval():
    # One parameter, one observation with standard deviation 2: plus and minus 1.96 of them.
    def residuals(x):
        return (x - 5.0) / 2.0

    best = minimum(residuals, np.array([0.0]))
    assert best.at == pytest.approx([5.0], abs=1e-6)
    low, high = profile(residuals, best, lambda x: float(x[0]), -100.0, 100.0)
    assert (low, high) == pytest.approx((5 - 3.92, 5 + 3.92), abs=0.01)
    assert profile(residuals, best, lambda x: float(x[0]), 4.0, 100.0)[0] == 4.0


def test_draws_have_the_mean_and_the_spread_of_what_they_are_drawn_from():
    def residuals(x):
        return np.array([(x[0] - 1.0) / 0.5, (x[1] + x[0] + 2.0) / 0.2])

    best = minimum(residuals, np.array([0.0, 0.0]))
    found = draws(residuals, best, lambda x: x, 20, np.random.default_rng(1))
    assert found.mean(axis=0) == pytest.approx([1.0, -3.0], abs=0.05)
    assert found[:5].mean(axis=0) == pytest.approx([1.0, -3.0], abs=0.3)
    assert found.std(axis=0) == pytest.approx([0.5, np.hypot(0.5, 0.2)], abs=0.15)


def test_what_tells_less_has_wider_intervals_around_the_same_estimate():
    fit = fit_of(observed(4000 * shares(TRUTH), 4000))
    wide = inflated(fit.assessments, fit.best_assessments, 9.0, np.full(6, 1.0))
    best = minimum(wide, fit.best_assessments.at)
    assert best.at == pytest.approx(fit.best_assessments.at, abs=0.05)

    def slip(x):
        return ASSESSMENTS.numbers(x)["slip"]

    narrow = profile(fit.assessments, fit.best_assessments, slip, 0.0, 1.0)
    wider = profile(wide, best, slip, 0.0, 1.0)
    assert wider[0] < narrow[0] and wider[1] > narrow[1]


def test_delays_move_days_and_lose_nobody():
    moves = delays().other_moves
    assert moves.sum(axis=1) == pytest.approx(np.ones(DAYS))
    assert moves[10, 10:13] == pytest.approx([0.6, 0.3, 0.1])
    assert moves[DAYS - 2, DAYS - 1] == pytest.approx(0.4)  # day 60 and two days of delay is 61 or more
    assert not np.tril(moves, -1).any()
    both = delays() + delays()
    assert both.other.sum() == 2 * delays().other.sum()


def test_days_of_planned_work_without_anybody_there_are_not_delayed():
    nobody = replace(delays(), other=np.zeros((DAYS, DAYS)))
    assert (nobody.other_moves == np.eye(DAYS)).all()


def test_suppressed_bands_are_one_number_each_side_of_the_limit():
    known = bands("204", 2023)
    counts = list(known.counts)
    counts[2] = counts[3] = counts[7] = counts[8] = None
    made = target(
        replace(known, counts=tuple(counts)),
        name="Hackney",
        la_code="204",
        year=2023,
        fitted_to="published",
        n=known.total,
        within_45=known.within_45_share,
        conferences=None,
    )
    assert made.shares is None
    assert sum(group.count for group in made.groups) == pytest.approx(known.total)
    grouped = {group.bands: group.count for group in made.groups if len(group.bands) > 1}
    assert set(grouped) == {(1, 2), (6, 7)}
    early = known.counts[2] + known.counts[3]
    assert grouped[(1, 2)] == pytest.approx(early, abs=0.0006 * known.total)  # the share has one decimal
    assert "11 to 20 days, 21 to 30 days, 51 to 60 days, 61 days or more" in made.gaps[0]
    assert "Conferences by days are not published" in made.gaps[1]


def test_a_single_suppressed_band_is_what_the_total_leaves():
    # Sutton's two first bands are suppressed; together they are one of the eight.
    made = published("319", 2023)
    assert made.shares is not None and sum(made.shares) == pytest.approx(1)
    assert not made.gaps


def test_few_assessments_are_said():
    assert any("Fewer than 300 assessments" in gap for gap in published("857", 2022).gaps)


@pytest.mark.parametrize(
    ("name", "year", "said"),
    [
        (
            "hackney",
            2022,
            r"No durations of Hackney are published for the year to 31 March 2022\. There are those of 2016",
        ),
        ("hackney", 2014, "2014"),
        ("hackney", 2031, "2031"),
        ("cumberland", 2023, r"to 31 March 2023\. There are those of 2024\."),
        ("nowhere-at-all", 2023, "No authority in England"),
    ],
)
def test_what_cannot_be_calibrated_is_told_at_once(name, year, said):
    with pytest.raises(simkit.SimkitError, match=said):
        simkit.calibrate(name, year)


def test_siblings_alone_about_halve_what_assessments_tell():
    # Of families with 1, 2, ... children, E[n^2]/E[n]: a child's mean family size.
    rng = plain_random.Random(1)
    further = national().number("demand.further_sibling")
    sizes = []
    for _ in range(40_000):
        n = 1
        while n < 8 and rng.random() < further:
            n += 1
        sizes.append(n)
    expected = sum(n * n for n in sizes) / sum(sizes)
    assert 1.9 < family_overdispersion(national()) < 2.5
    assert family_overdispersion(national()) == pytest.approx(expected, rel=0.08)


def test_an_own_dispersion_is_moved_towards_that_of_all():
    assert typical_overdispersion([8.0, 40.0, 400.0], 2.2) == 10.0
    assert typical_overdispersion([1.0, 1.0], 2.2) == 2.2
    assert shrunk(None, 10.0, 2.2) == 10.0
    assert shrunk(40.0, 10.0, 2.2) == 10.0
    assert shrunk(200.0, 10.0, 2.2) == pytest.approx(30.0)
    assert shrunk(0.0, 3.0, 2.2) == 2.2


def test_the_expected_distance_is_that_of_multinomial_samples():
    # One cut at a half, 100 assessments: the mean absolute deviation of a binomial share, 0.0398.
    found = expected_distance(np.array([0.5, 0.5]), 100, np.random.default_rng(2))
    assert found == pytest.approx(0.0398, rel=0.15)


def test_the_scale_of_the_fit_goes_there_and_back():
    for kind in (ASSESSMENTS, CONFERENCES):
        numbers = {name: TRUTH[name] for name in kind.names}
        assert kind.numbers(kind.point(numbers)) == pytest.approx(numbers)
    assert Point(ASSESSMENTS.point(TRUTH), CONFERENCES.point(TRUTH)).numbers == pytest.approx(TRUTH)


def test_nothing_is_fitted_to_empty_durations():
    class Nothing:
        counts = (None,) * 9
        p25_days = median_days = p75_days = None

    with pytest.raises(CalibrationError, match="no durations of Hackney to fit"):
        simkit.calibrate_to(Nothing(), simkit.profile("hackney", 2023))


@pytest.mark.parametrize("counts", [[5.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
def test_counts_of_conferences_are_four(counts: list[float]) -> None:
    with pytest.raises(CalibrationError, match=f"has {len(counts)} counts, not 4: within 10, 15 and 20"):
        simkit.calibrate_to(bands("204", 2023), simkit.profile("hackney", 2023), conferences=counts)


def test_only_what_is_missing_is_made_again(tmp_path):
    place = tmp_path / file_name("204", 2024)
    assert calibrate.unfinished(("204", "916"), 2024, tmp_path, 1) == ("204", "916")
    place.parent.mkdir()
    place.write_text(calibrated_now("204", 2024), encoding="utf-8")
    seed = calibration_file(place).provenance["seed"]
    assert calibrate.unfinished(("204", "916"), 2024, tmp_path, seed) == ("916",)
    assert calibrate.unfinished(("204", "916"), 2024, tmp_path, seed + 1) == ("204", "916")
    place.write_text("simkit: calibration/1\nhalf", encoding="utf-8")
    assert calibrate.unfinished(("204",), 2024, tmp_path, seed) == ("204",)


def test_calibrations_of_another_version_or_with_other_intervals_are_made_again(tmp_path):
    text = calibrated_now("204", 2024)
    place = tmp_path / file_name("204", 2024)
    place.parent.mkdir()
    place.write_text(text, encoding="utf-8")
    assert calibrate.unfinished(("204",), 2024, tmp_path, 1) == ()
    changes = (
        ("reach_of_intervals: 2", "reach_of_intervals: 1"),
        ("sampled figures", "draws"),
        (f'simkit: "{__version__}"', 'simkit: "0.0.1"'),
    )
    for before, after in changes:
        assert before in text
        place.write_text(text.replace(before, after), encoding="utf-8")
        assert calibrate.unfinished(("204",), 2024, tmp_path, 1) == ("204",)


def test_every_authority_with_published_durations_is_known():
    known = calibrate.published_areas(2023)
    assert len(known) == 152
    assert "204" in known and ENGLAND not in known
    assert "204" not in calibrate.published_areas(2022)


@pytest.mark.long
def test_what_a_simulation_used_is_found_again_in_its_durations():
    # Hackney's packaged practice is simulated; its simulated durations are then calibrated to.
    from simkit.study.experiment import experiment, run_experiment

    known = simkit.calibration("204", 2023)
    truth = {name: each.value for name, each in known.practice.items()}
    chosen = experiment("hackney", year=2023, calibration=replace(known, draws=()))
    result = run_experiment(chosen, replications=40, seed=5)
    n = chosen.profile.assessments

    class Simulated:
        counts = tuple(n * each.value / 100 for each in result.bands.values())
        p25_days = round(result.measures["published_p25_days"].value)
        median_days = round(result.measures["published_median_days"].value)
        p75_days = round(result.measures["published_p75_days"].value)

    found = simkit.calibrate_to(Simulated(), chosen.profile, seed=9)
    for name in ASSESSMENTS.names:
        assert found.practice[name].low <= truth[name] <= found.practice[name].high, name
    assert abs(found.fit["within_45_simulated_pct"] - found.fit["within_45_own_pct"]) < 2
    assert found.fitted_to == "assessments"


@pytest.mark.long
def test_the_same_seed_gives_the_same_calibration():
    one, other = (simkit.calibrate("rutland", 2023, seed=4) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(("name", "year"), [("hackney", 2023), ("leeds", 2023), ("wandsworth", 2017)])
@pytest.mark.slow
def test_a_run_without_the_limit_says_what_the_calibration_says(name: str, year: int) -> None:
    """One question, one figure: both count the queue as it is without the limit, over the same draws."""
    with_limit = run(name, replications=20, year=year)
    without = run(name, "no-national-limit", replications=20, year=year)
    assert with_limit.experiment.calibration is not None
    file = with_limit.experiment.calibration.counterfactuals
    gone = 100 * (file["over_45_retention_0"].value - file["over_45"].value)
    more = with_limit.measures[IN_TIME].value - without.measures[IN_TIME].value
    assert more == pytest.approx(gone, abs=1.0)  # simulation error of both


def test_intervals_hold_the_chance_of_the_share_in_time_itself():
    # It is held in the estimate, and of 400 assessments known to some 4 points.
    known, fit = known_from(400, simulated=1e12)

    def over_45(x: np.ndarray) -> float:
        return float(shares(ASSESSMENTS.numbers(x))[46:].sum())

    share = over_45(fit.point.assessments)
    chance = 1.96 * np.sqrt(share * (1 - share) / 400)
    held = profile(fit.assessments, fit.best_assessments, over_45, 0.0, 1.0)
    found = known.interval(over_45, share, 0.0, 1.0)
    assert held[0] > share - chance / 5 and held[1] < share + chance / 5
    assert share - 1.5 * chance < found.low < share - chance / 2
    assert share + chance / 2 < found.high < share + 1.5 * chance


def test_few_simulated_assessments_say_less():
    def width(simulated: float) -> float:
        known, _ = known_from(4000, simulated)
        low, high = profile(
            known.residuals,
            known.likely,
            lambda x: ASSESSMENTS.numbers(x)["pull_national_limit"],
            0.0,
            1.0,
        )
        return high - low

    assert width(1e12) < width(4000) < width(1000)


def known_from(assessments: int, simulated: float):
    """What so many assessments say, with delays counted from so many simulated ones, and their fit."""
    wanted = observed(assessments * shares(TRUTH), assessments)
    fit = fit_of(wanted)
    counted = replace(delays(), days=np.full(DAYS, simulated / DAYS))
    return sampled(fit, wanted, 1.0, priors(), counted)[0], fit


@pytest.mark.slow
def test_an_own_fit_starts_from_its_own_durations_and_a_published_one_from_the_published():
    base = shared_priors(2023, engine("kernel", 1), 1)
    leeds, wirral = published("383", 2023), published("344", 2023)
    assert base.started_from(leeds).first_fits["383"].numbers == base.first_fits["383"].numbers
    own = replace(wirral, la_code="383")
    assert base.started_from(own).first_fits["383"].numbers == base.first_fits["344"].numbers
    assert base.started_from(replace(own, n=100)) is base


@pytest.mark.long
def test_intervals_made_anew_are_those_of_a_calibration_made_anew():
    packaged = simkit.calibration("383", 2024)
    anew = simkit.calibrate("leeds", 2024, engine="kernel")
    chosen = engine("kernel", 1)
    seed = packaged.provenance["seed"]
    kept = renewed(packaged, shared_priors(2024, chosen, seed), chosen)
    assert kept.draws == packaged.draws and kept.fit == packaged.fit
    for name, each in kept.practice.items():
        assert each.value == packaged.practice[name].value
        assert (each.low, each.high) == pytest.approx(
            (anew.practice[name].low, anew.practice[name].high), abs=2e-3
        )
    for name, each in kept.counterfactuals.items():
        other = anew.counterfactuals[name]
        # Three simulated years of draws that are rounded in the file: queues differ by half a point.
        assert (each.value, each.low, each.high) == pytest.approx(
            (other.value, other.low, other.high), abs=0.01
        )

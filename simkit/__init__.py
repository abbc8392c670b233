"""simkit: local frameworks for assessing children in need, checked and simulated.

Everything public is here: ``simkit.check("hackney")``, ``simkit.run("hackney")``,
``simkit.figure(result)``. A name brings in what it needs when it is first used: ``import simkit``
alone reads next to nothing.

What takes longer than two seconds shows a progress bar, in a notebook and in a terminal; ``progress=`` of a
function puts a function of one's own in its place, ``SIMKIT_PROGRESS=off`` in the environment (in a notebook
``%env SIMKIT_PROGRESS=off``) shows none.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simkit.data import (
        Authority,
        PublishedBands,
        UnknownAuthorityError,
        attribution,
        authorities,
        authority,
        bands,
        neighbours,
    )
    from simkit.framework.check import check, load, load_each
    from simkit.framework.difference import Difference, difference
    from simkit.framework.framework import Framework
    from simkit.framework.library import NameNotFound, names
    from simkit.framework.problem import FrameworkError, Place, Problem, Problems, Severity, SimkitError
    from simkit.model.calibration import Calibration, CalibrationError, calibration, calibration_file
    from simkit.model.durations import Convention
    from simkit.model.profile import Profile, ProfileError, england_average, profile
    from simkit.model.scenario import Scenario, load_scenario, scenario_of
    from simkit.output import figures
    from simkit.output.answer_kinds import answer_dict, save, tables
    from simkit.output.compare_figures import routes_figure, unknown_figures
    from simkit.output.figure_kinds import alt, figure
    from simkit.output.files import OutputError
    from simkit.output.html import html
    from simkit.output.plain import to_dict, to_json
    from simkit.output.projections import backtest_frame as backtest_table
    from simkit.output.projections import projections_frame as projections_table
    from simkit.output.report.write import write_report
    from simkit.output.survey import survey
    from simkit.output.synthetic import synthetic_return
    from simkit.output.tables import measures as table
    from simkit.returns.errors import ReturnError
    from simkit.returns.reading import read_return
    from simkit.returns.returned import Return
    from simkit.study.backtest import Backtest, backtest
    from simkit.study.calibrate.many import calibrate, calibrate_to
    from simkit.study.compare import Comparison, compare
    from simkit.study.comparison_file import comparisons
    from simkit.study.estimate import Estimate
    from simkit.study.evidence import exempt_years, local_years, piles
    from simkit.study.experiment import Case, Result, case, run, run_case
    from simkit.study.explained import explained, pull_against_span
    from simkit.study.indicators import Indicator, indicators
    from simkit.study.neighbours import Neighbourhood, beside_neighbours
    from simkit.study.project import Projection, Projections, project
    from simkit.study.replay import Replay, replay
    from simkit.study.sensitivity import Sensitivity, sensitivity
    from simkit.study.staff import Staffed, staff
    from simkit.study.store import Results, results
    from simkit.study.sweep import sweep

__version__ = "0.1.0"

__all__ = [
    "Authority",
    "Backtest",
    "Calibration",
    "CalibrationError",
    "Case",
    "Comparison",
    "Convention",
    "Difference",
    "Estimate",
    "Framework",
    "FrameworkError",
    "Indicator",
    "NameNotFound",
    "Neighbourhood",
    "OutputError",
    "Place",
    "Problem",
    "Problems",
    "Profile",
    "ProfileError",
    "Projection",
    "Projections",
    "PublishedBands",
    "Replay",
    "Result",
    "Results",
    "Return",
    "ReturnError",
    "Scenario",
    "Sensitivity",
    "Severity",
    "SimkitError",
    "Staffed",
    "UnknownAuthorityError",
    "__version__",
    "alt",
    "answer_dict",
    "attribution",
    "authorities",
    "authority",
    "backtest",
    "backtest_table",
    "bands",
    "beside_neighbours",
    "calibrate",
    "calibrate_to",
    "calibration",
    "calibration_file",
    "case",
    "check",
    "compare",
    "comparisons",
    "difference",
    "england_average",
    "exempt_years",
    "explained",
    "figure",
    "figures",
    "html",
    "indicators",
    "load",
    "load_each",
    "load_scenario",
    "local_years",
    "names",
    "neighbours",
    "piles",
    "profile",
    "project",
    "projections_table",
    "pull_against_span",
    "read_return",
    "replay",
    "results",
    "routes_figure",
    "run",
    "run_case",
    "save",
    "scenario_of",
    "sensitivity",
    "staff",
    "survey",
    "sweep",
    "synthetic_return",
    "table",
    "tables",
    "to_dict",
    "to_json",
    "unknown_figures",
    "write_report",
]

_HOMES = {
    "data": (
        "Authority",
        "PublishedBands",
        "UnknownAuthorityError",
        "attribution",
        "authorities",
        "authority",
        "bands",
        "neighbours",
    ),
    "framework.check": ("check", "load", "load_each"),
    "framework.difference": ("Difference", "difference"),
    "framework.framework": ("Framework",),
    "framework.library": ("NameNotFound", "names"),
    "framework.problem": ("FrameworkError", "Place", "Problem", "Problems", "Severity", "SimkitError"),
    "model.calibration": ("Calibration", "CalibrationError", "calibration", "calibration_file"),
    "model.durations": ("Convention",),
    "model.profile": ("Profile", "ProfileError", "england_average", "profile"),
    "model.scenario": ("Scenario", "load_scenario", "scenario_of"),
    "output.compare_figures": ("routes_figure", "unknown_figures"),
    "output.figure_kinds": ("alt", "figure"),
    "output.figures": (("figures", ""),),
    "output.answer_kinds": ("answer_dict", "save", "tables"),
    "output.files": ("OutputError",),
    "output.html": ("html",),
    "output.plain": ("to_dict", "to_json"),
    "output.projections": (("backtest_table", "backtest_frame"), ("projections_table", "projections_frame")),
    "output.report.write": ("write_report",),
    "output.survey": ("survey",),
    "output.synthetic": ("synthetic_return",),
    "output.tables": (("table", "measures"),),
    "returns.errors": ("ReturnError",),
    "returns.reading": ("read_return",),
    "returns.returned": ("Return",),
    "study.backtest": ("Backtest", "backtest"),
    "study.calibrate.many": ("calibrate", "calibrate_to"),
    "study.estimate": ("Estimate",),
    "study.evidence": ("exempt_years", "local_years", "piles"),
    "study.experiment": ("Case", "Result", "case", "run", "run_case"),
    "study.explained": ("explained", "pull_against_span"),
    "study.project": ("Projection", "Projections", "project"),
    "study.replay": ("Replay", "replay"),
    "study.store": ("Results", "results"),
    "study.sweep": ("sweep",),
    "study.compare": ("Comparison", "compare"),
    "study.comparison_file": ("comparisons",),
    "study.indicators": ("Indicator", "indicators"),
    "study.neighbours": ("Neighbourhood", "beside_neighbours"),
    "study.sensitivity": ("Sensitivity", "sensitivity"),
    "study.staff": ("Staffed", "staff"),
}
_WHERE = {
    name: (home, original)
    for home, names_ in _HOMES.items()
    for name, original in ((n, n) if isinstance(n, str) else n for n in names_)
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """A public name, brought in when it is first asked for."""
        if name not in _WHERE:
            raise AttributeError(f"module 'simkit' has no attribute {name!r}")
        home, original = _WHERE[name]
        module = import_module(f"simkit.{home}")
        found = getattr(module, original) if original else module
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})

"""Projections as a report, plain data, a table and a figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from simkit.common.blocks import Section, Table, filled
from simkit.common.text import upper_first
from simkit.data import BANDS, attribution
from simkit.output.answers.wording import QUALITY, time_period, year_words
from simkit.output.report.blocks import Report
from simkit.study.projection.history import TOO_SMALL, origin_names, origins, published
from simkit.study.projection.project import Projection, Projections
from simkit.version import __version__

if TYPE_CHECKING:
    import pandas as pd

_LABELS = ("same day", "1-10", "11-20", "21-30", "31-40", "41-45", "46-50", "51-60", "61 or more")
_IN_FULL = 3  # authorities told in full; more are rows of a table


def report(projections: Projections) -> Report:
    """The projections: a few in full, more as a table."""
    every = projections.projections
    one_by_one = len(every) <= _IN_FULL
    sections = [_one_in_full(each) for each in every] if one_by_one else [_table_of_many(projections)]
    tested = any(each.la_code not in TOO_SMALL for each in every)
    note = " In the back-test 8 of 10 years were in such a range (simkit project --back-test)."
    made = (
        f"{projections.predictor.words.capitalize()}, fitted on {projections.pairs:,} authority-years up to "
        f"{projections.first}.{note if tested else ''}"
    )
    answer = "\n".join(map(_answer, every)) if one_by_one else _answer_of_many(projections)
    return Report(
        kind="project",
        title=(
            f"Assessments in time: conditional projection of the {year_words(projections.target)} from "
            f"{projections.first}"
        ),
        standing="Conditional projection from published figures. Not a forecast.",
        answer=answer,
        sections=tuple(sections),
        cautions=(made, *projections.notes),
        command=projections.command,
        quality=QUALITY,
        attribution=attribution(),
    )


def _answer(each: Projection) -> str:
    since = _since(each)
    out = "not published yet" if since is None else f"published since: {since:.1f}%"
    return (
        f"{each.name}: between {each.p10:.1f}% and {each.p90:.1f}% of assessments are expected in time "
        f"(middle {each.p50:.1f}%), with that year's referrals and staff if published. "
        f"{_whose(each)} {each.last_pct:.1f}% in the year to March {each.last_year}; {out}."
    )


def _whose(each: Projection) -> str:
    """Whose the last published share was: its own, or of the authorities that it came from."""
    if (each.la_code, each.last_year) in published().figures:
        return "It was"
    together = " together" if len(origins(each.la_code)) > 1 else ""
    return f"{upper_first(origin_names(each.la_code))}{together} had"


def _answer_of_many(projections: Projections) -> str:
    """How many are expected to change, and of those published how many were in their range."""
    every = projections.projections
    lower, higher = (sum(side(each) for each in every) for side in (_clearly_lower, _clearly_higher))
    lines = [
        f"{len(every)} authorities: {lower} are expected to be clearly lower than the last published year, "
        f"{higher} clearly higher, and {len(every) - lower - higher} could go either way."
    ]
    out = [each for each in every if _since(each) is not None]
    if out:
        inside = sum(each.p10 <= (_since(each) or 0) <= each.p90 for each in out)
        lines.append(
            f"Published since for {len(out)}: {inside} ({100 * inside / len(out):.0f}%) were in their "
            "range; 80% are expected to be."
        )
    return "\n".join(lines)


def _since(each: Projection) -> float | None:
    """What has been published of the projected year since, in per cent, which no projection uses."""
    found = published().of(each.la_code, each.target)
    return None if found is None or found.within_45_share is None else 100 * found.within_45_share


def _clearly_lower(each: Projection) -> bool:
    return each.p90 < each.last_pct


def _clearly_higher(each: Projection) -> bool:
    return each.p10 > each.last_pct


def tables(projections: Projections) -> dict[str, pd.DataFrame]:
    """One row an authority: code, name, year, percentiles of the share within 45 days, bands (all in %)."""
    import pandas as pd

    columns = ("la_code", "la_name", "year", "p10", "p50", "p90", *(f"{name}_pct" for name in BANDS))
    rows = [
        (each.la_code, each.name, each.target, *_rounded((each.p10, each.p50, each.p90, *each.bands)))
        for each in projections.projections
    ]
    return {"projections": pd.DataFrame(rows, columns=list(columns))}


def data(projections: Projections) -> dict[str, Any]:
    """Everything about the projections as plain data."""
    return {
        "what": "conditional projection",
        "from": projections.first,
        "to": projections.target,
        "time_period": time_period(projections.target),
        "predictor": projections.predictor.value,
        "fitted_on": projections.pairs,
        "coefficients": {
            name: dict(zip(("p10", "p50", "p90"), values, strict=True))
            for name, values in projections.coefficients
        },
        "projections": [_data(each) for each in projections.projections],
        "left_out": list(projections.left_out),
        "notes": list(projections.notes),
        "command": projections.command,
        "attribution": attribution(),
        "simkit": __version__,
    }


def _bands_of(la_code: str, year: int) -> tuple[str, ...]:
    """The published shares of the nine bands of an authority and year, as words."""
    found = published().of(la_code, year)
    shares = (None,) * len(BANDS) if found is None else found.shares
    return tuple("-" if share is None else f"{100 * share:.1f}%" for share in shares)


def _one_in_full(projection: Projection) -> Section:
    before, since = (_bands_of(projection.la_code, y) for y in (projection.last_year, projection.target))
    rows = (
        (
            "within 45 working days",
            f"{projection.last_pct:.1f}%",
            f"{projection.p50:.1f}%",
            f"{projection.p10:.1f} to {projection.p90:.1f}",
            "-" if _since(projection) is None else f"{_since(projection):.1f}%",
        ),
        *(
            (
                f"  {label} days" if label[0].isdigit() else f"  {label}",
                earlier,
                f"{p:.1f}%",
                f"{lo:.1f} to {hi:.1f}",
                later,
            )
            for label, earlier, p, lo, hi, later in zip(
                _LABELS,
                before,
                projection.bands,
                projection.bands_low,
                projection.bands_high,
                since,
                strict=True,
            )
        ),
    )
    year = projection.target
    heads = ("", f"published {projection.last_year}", f"projected {year}", "8 of 10 in", f"published {year}")
    title = f"{projection.name}: assessments by working days, {year_words(year)}"
    changes = [
        f"Given: referrals {projection.referrals_change_pct:+z.0f}%, social workers "
        f"{projection.staff_change_pct:+z.0f}% compared with {projection.first}."
    ]
    if projection.simulated is not None:
        changes.append(
            f"The simulation changes the share by {projection.simulated:+z.1f} points; published shares "
            "hardly followed such changes."
        )
    lines = [*changes, *projection.notes]
    return Section(projection.name, (Table(title, heads, rows, 4, tuple(lines)),))


def _table_of_many(projections: Projections) -> Section:
    rows = tuple(
        (
            each.la_code,
            each.name + (" *" if each.notes else ""),
            f"{each.last_pct:.1f}" + ("" if each.last_year == each.first else f" ({each.last_year})"),
            f"{each.p10:.1f}",
            f"{each.p50:.1f}",
            f"{each.p90:.1f}",
            "-" if _since(each) is None else f"{_since(each):.1f}",
        )
        for each in projections.projections
    )
    heads = (
        "code",
        "authority",
        f"published {projections.first}",
        "p10",
        "p50",
        "p90",
        f"published {projections.target}",
    )
    title = f"Assessments within 45 working days, %, {year_words(projections.target)}"
    noted = any(each.notes for each in projections.projections)
    star = ("* has notes: simkit project NAME shows them, and so does --format json.",) if noted else ()
    return Section("Every authority", (filled(Table(title, heads, rows, 5, star)),))


def _data(projection: Projection) -> dict[str, Any]:
    data = asdict(projection)
    names = [f"{name}_pct" for name in BANDS]
    for key in ("bands", "bands_low", "bands_high"):
        data[key] = dict(zip(names, _rounded(data[key]), strict=True))
    for key in ("p10", "p50", "p90", "last_pct", "referrals_change_pct", "staff_change_pct"):
        data[key] = round(data[key], 2)
    since = _since(projection)
    data["published_since_pct"] = None if since is None else round(since, 2)
    data["la_name"] = data.pop("name")
    data["from"], data["year"] = data.pop("first"), data.pop("target")
    data["simulated_change_points"] = data.pop("simulated")
    return data


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(float(each), 2) for each in values]

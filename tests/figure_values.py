"""Plain values that figures of several results are drawn from, as long and as many as they may be."""

from __future__ import annotations

from simkit.data import authority
from simkit.data.tiles import tiles
from simkit.model.measures.day_counts import Convention
from simkit.output.figures.values import Caption, Fit, Line, Span, Swing, caption

WORDS = caption(
    "Two stages against the single assessment against the draft of June 2012, everywhere in England",
    "Hackney, starter: national rules, local framework not known, and others. Scenario: As published",
    simulated="Simulated: 30 replications on the published caseload of the year to 31 March 2023",
    convention=Convention.DAY_0,
    source="Published: Children in need, Department for Education (Open Government Licence v3.0)",
    assumptions=72,
)

GROUPS = ("All cases", "Section 47 enquiries and everything that goes with them, as they are counted")

DIFFERENCES = tuple(
    Span(f"{name} - Working Together 2018", value, value - 1.5, value + 1.5, group, unknown, either, says)
    for group in GROUPS
    for name, value, unknown, either, says in (
        (
            "Working Together to Safeguard Children 2010, two stages",
            -9.2,
            (-63.5, 41.4),
            (-60.0, 40.0),
            "not settled",
        ),
        ("Consultation drafts of June 2012", 31.0, (20.0, 40.0), (), "more"),
        ("Trial in Kensington and Chelsea", 0.7, None, (), "not settled"),
    )
)

CHANGES = (-20.0, -10.0, 0.0, 10.0, 20.0, 40.0)
SHARES = tuple(
    Line(
        f"Assessment share that gives {use}% utilisation",
        CHANGES,
        tuple(base - 0.3 * x for x in CHANGES),
        tuple(base - 0.3 * x - 2 for x in CHANGES),
        tuple(base - 0.3 * x + 2 for x in CHANGES),
    )
    for use, base in ((70, 18.0), (85, 24.0), (95, 35.0))
)
FLOOR = Span("Unlimited staff", 12.0, 11.0, 13.0)
ANSWER = Span("Change", 13.0, 6.0, 21.0, says="13% more than now (6 to 21)")
STAFFING = {
    "y_title": "Over 45 working days from referral, open ones included, %",
    "target": 20.0,
    "floor": FLOOR,
    "caption": WORDS,
}

PULLS = (0.0, 0.36, 0.73)
UNKNOWN = (
    Line(
        "Local limit of 30 days - national rules",
        PULLS,
        (2.0, -1.0, -6.0),
        (1.0, -2.0, -7.5),
        (3.0, 0.0, -4.5),
    ),
    Line("Reviews at 10 and 20 days - none", PULLS, (4.0, 3.0, 0.5), (3.0, 2.0, -0.5), (5.0, 4.0, 1.5)),
)


def around(value: float) -> Span:
    return Span("", value, value - 1.0, value + 1.0)


SWINGS = tuple(
    Swing(
        f"Assumption number {n} of those about effort and waiting of a step",
        f"{n} hours",
        f"{2 * n} hours",
        around(20.0 - 0.4 * n),
        around(20.0 + 0.3 * n),
        n > 20,
        20.0,
    )
    for n in range(25)
)
BASE = Span("Over 45 working days from referral", 20.0, 19.2, 20.8)

FITS = tuple(
    Fit(
        authority(tile.la_code).name,
        (3.0, 17.0, 14.0, 12.0, 20.0, 18.0, 5.0, 5.0, 6.0),
        (3.5, 16.0, 15.0, 12.5, 19.0, 19.0, 4.0, 5.5, 5.5),
        0.02 + n / 1000,
    )
    for n, tile in enumerate(tiles())
)

TILES = {tile.la_code: 50.0 + (7 * n) % 50 for n, tile in enumerate(tiles(2023)) if n % 19}

__all__ = [
    "ANSWER",
    "BASE",
    "DIFFERENCES",
    "FITS",
    "FLOOR",
    "SHARES",
    "STAFFING",
    "SWINGS",
    "TILES",
    "UNKNOWN",
    "WORDS",
    "Caption",
]

"""The look of everything that people see, in one place: type, colours, the four states, what is not sure.

Pages, Word files, workbooks, figures and drawings take these values from here and have none of their own.
"""

from __future__ import annotations

__all__ = [
    *(
        "FAMILY",
        "FIGURE",
        "FILL",
        "FILL_LATE",
        "FILL_OTHERS",
        "FONTS",
        "GAP",
        "GRID",
        "INK",
        "LANE",
        "LINE",
        "LINK",
        "LOCAL",
        "NATIONAL",
        "NATIONAL_EDGE",
        "PALE",
        "POINTS",
        "SERIES",
    ),
    *("SOFT", "STAMP", "UNDECIDED", "UNSURE", "custom_properties"),
]

FONTS = ("Arial", "Helvetica", "Liberation Sans")
"""One family everywhere, by the names that systems have for it."""

FAMILY = "Arial, Helvetica, 'Liberation Sans', sans-serif"

POINTS = {
    "Title": 22,
    "Subtitle": 13,
    "Heading 1": 16,
    "Heading 2": 13,
    "Heading 3": 11.5,
    "Normal": 10.5,
    "Caption": 10.5,
    "List Bullet": 10.5,
    "Header": 9,
    "Footer": 9,
    "Sheet": 10,
}
"""Sizes of type on paper. A page on a screen has 16 pixels, and a figure no fewer than 12 as it is shown."""

INK, SOFT, LINE, GRID, PALE = "#111111", "#444444", "#767676", "#DDDDDD", "#F1F1F1"
LINK, GAP, STAMP = "#0B4A8F", "#7A1F00", "#A80000"

LOCAL = "#12365A"
"""Dark blue: local, and ours."""

NATIONAL, NATIONAL_EDGE = "#CBD0D6", "#4A4A4A"
"""Grey with a dark edge: national, and published."""

FILL, FILL_LATE, FILL_OTHERS = "#8FB3D9", "#E0A37A", "#FBE3A6"
"""Lighter grounds of areas: ours, what is past day 45, and other people's."""

LANE = "#EEF1F4"
"""The ground of a heading inside a figure."""

UNDECIDED = "#8A4B00"
"""Brown: not decided."""

SERIES = (LOCAL, NATIONAL, "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#F0E442")
"""Ours, the published ones, then the colours of Okabe and Ito, for any colour vision."""

UNSURE = {"not known": (0.25, 6.0), "chance": (1.0, 1.2)}
"""Opacity and width: pale and wide for what nobody knows, dark and thin for chance. A marker is filled where
both clear 0."""

FIGURE = {"title": 12.0, "text": 9.0}
"""Points of type in figures, which are shown at their size: 9 are 12 pixels."""


def custom_properties() -> str:
    """The colours and the family as custom properties of CSS."""
    values = {
        "ink": INK,
        "soft": SOFT,
        "line": LINE,
        "pale": PALE,
        "link": LINK,
        "gap": GAP,
        "family": FAMILY,
    }
    return f":root {{ {' '.join(f'--{name}: {value};' for name, value in values.items())} }}\n"

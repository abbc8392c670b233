"""The screens: one module each, with its routes and what its template is given."""

from __future__ import annotations

from simkit.designer.screens.about import about_framework
from simkit.designer.screens.agree import agree
from simkit.designer.screens.compare import compare
from simkit.designer.screens.deciders import deciders
from simkit.designer.screens.file import file
from simkit.designer.screens.look import look
from simkit.designer.screens.missing import missing
from simkit.designer.screens.overview import overview
from simkit.designer.screens.reviews import reviews
from simkit.designer.screens.see import see
from simkit.designer.screens.simulated import returns, runs
from simkit.designer.screens.start import start
from simkit.designer.screens.timescales import timescales
from simkit.designer.screens.words import words

BLUEPRINTS = (
    *(start, look, overview, about_framework, timescales, reviews, deciders, words),
    *(file, missing, see, compare, runs, returns, agree),
)

"""Family S: the form of the file. Applied by ``schema_check``, from the JSON Schemas."""

from __future__ import annotations

from simkit.framework.problem import Severity
from simkit.framework.rules.registry import rule

_ERROR = Severity.ERROR

rule(
    "S001",
    _ERROR,
    "An unknown name",
    why="A misspelt name would be ignored, with everything written after it.",
    remedy="Correct the spelling. Anything else you want to say goes under `more:`.",
    fails="reviews:\n  first:\n    by: team_manager\n    form: allocated\n    at: 10 working days\n",
    passes="reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: 10 working days\n",
)
rule(
    "S002",
    _ERROR,
    "The wrong kind of value",
    why="Some names take a text, some a list, and some take further names on the lines below.",
    remedy="Write it as the example shows.",
    fails="threshold_document: Levels of need\n",
    passes="threshold_document:\n  title: Levels of need\n",
)
rule(
    "S003",
    _ERROR,
    "A line is missing",
    why="simkit can't use the file without it.",
    remedy="Add the line.",
    fails="simkit: framework/1\ntitle: An example\nbased_on: national/working-together-2018\n",
    passes="",
)
rule(
    "S004",
    _ERROR,
    "A word that can't be used here",
    why="Only the listed words have a meaning here.",
    remedy="Choose one of them.",
    fails="sources:\n  plan:\n    title: Our plan\n    strength: certain\n",
    passes="sources:\n  plan:\n    title: Our plan\n    strength: verified\n",
)
rule(
    "S005",
    _ERROR,
    "Not written as expected",
    why="Times, percentages and dates are written in one way, so that everybody reads them alike.",
    remedy="Write it as the example shows.",
    fails="reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: ten days\n",
    passes="reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: 10 working days\n",
)
rule(
    "S006",
    _ERROR,
    "An id with capitals, spaces or signs",
    why="Entries refer to each other by their ids, so ids are plain. The title can be anything.",
    remedy="Write it in small letters, with underscores for spaces.",
    fails="roles:\n  Duty worker:\n    title: Duty worker\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n",
)
rule(
    "S007",
    _ERROR,
    "An empty list",
    why="An empty list has no meaning.",
    remedy="Write its entries, or delete the line.",
    fails="reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: 5 working days\n    "
    "routes: []\n",
    passes="reviews:\n  first:\n    by: team_manager\n    from: allocated\n    at: 5 working days\n    "
    "routes: [section_17]\n",
)
rule(
    "S008",
    _ERROR,
    "The first line does not say what the file is",
    why="`simkit: framework/1` says what kind of file it is.",
    remedy="Write `simkit: framework/1` as the first line (for a scenario: `simkit: scenario/1`).",
    fails="simkit: framework/9\ntitle: An example\nstatus: draft\nbased_on: national/working-together-2018\n",
    passes="",
)
rule(
    "S009",
    _ERROR,
    "A number that can't be right",
    why="It is outside the possible range.",
    remedy="Check the number.",
    fails="sources:\n  plan:\n    title: Our plan\n    year: 20155\n    strength: verified\n",
    passes="sources:\n  plan:\n    title: Our plan\n    year: 2015\n    strength: verified\n",
)
rule(
    "S010",
    _ERROR,
    "Too many entries",
    why="A framework has a few dozen entries. A file with hundreds is something else, or damaged.",
    remedy="Check that this is the file you meant.",
    fails="not_known: [" + ", ".join(f"thing_{n}" for n in range(400)) + "]\n",
    passes="not_known: [referrer_told]\n",
)

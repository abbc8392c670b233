"""Reads the cells that all tables of a Standard Safeguarding Dataset have: ids, children and days."""

from __future__ import annotations

from collections import Counter

from simkit.returns.dates import DateColumns
from simkit.returns.disclosure import SMALL
from simkit.returns.readers.answers import AnswerColumns
from simkit.returns.readers.files import SIMULATED, SYNTHETIC, ReturnFile, refuse_simulated
from simkit.returns.readers.ids import Ids, id_text, refuse_spoilt_id
from simkit.returns.records import UNKNOWN

_HALF = 0.5  # of a table's rows that must be joined to another table's: an assumption
HARDLY = 0.05
"""The same of tables that also hold children who were not referred, or workers without cases."""

_PROBLEMS = ("missing_child_id", "duplicate_row", "unjoined_row", "closed_but_worked_on")


class DatasetCells:
    """Reads ids, days and answers, and counts their problems.

    ``holds``: what the tables read so far contain; ``referred``: how many children were referred, whose
    numbers are the first ones; ``missing``: a sentence for each thing that they don't.
    """

    def __init__(self, path: ReturnFile, answers: AnswerColumns) -> None:
        self.path, self.answers, self.dates = path, answers, DateColumns()
        self.people, self.referrals, self.workers, self.teams = Ids(), Ids(), Ids(), Ids()
        self.problems: Counter[str] = Counter(dict.fromkeys(_PROBLEMS, 0))
        self.synthetic = False
        self.referred = 0
        self.holds: set[str] = set()
        self.missing: list[str] = []

    def child(self, cell: object) -> int:
        """The number of a child; UNKNOWN for an empty cell, which is counted. Raises ReturnError."""
        text = "" if cell is None else str(cell)
        if text[:4].upper() in (SIMULATED, SYNTHETIC):
            if text[:4].upper() == SIMULATED:
                refuse_simulated(self.path)
            self.synthetic = True
        refuse_spoilt_id(str(self.path), id_text(cell))
        child = self.people.number(cell)
        if child == UNKNOWN:
            self.problems["missing_child_id"] += 1
        return child

    def referral(self, cell: object) -> int:
        """The number of a referral; UNKNOWN if no referral has its id, which is counted."""
        number = self.referrals.find(cell)
        if number is None:
            self.problems["unjoined_row"] += 1
            return UNKNOWN
        return number

    def is_joined(self, where: str, found: int, rows: int, without: str, least: float = _HALF) -> bool:
        """Whether a table belongs to the others: at ``least`` this share of its ``rows`` was ``found`` there.

        If not, ``missing`` gets a sentence: what rests on the table can't be measured.
        """
        if rows and (rows <= SMALL or found >= least * rows):
            return True
        why = "has numbers that are mostly not in the other tables" if rows else "has no rows"
        self.missing.append(f"{where} {why}: {not_measured(without)} Export all tables together.")
        return False


def not_measured(without: str) -> str:
    """Says what can't be measured ``without`` a table or column."""
    return f"{without} can't be measured."

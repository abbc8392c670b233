"""What a return looks wrong for, as questions to whoever reads its figures."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.common.text import listed
from simkit.common.whole_numbers import counts_of
from simkit.data import Authority, authorities, authority
from simkit.returns.counts import Counts
from simkit.returns.dates import ELEVEN
from simkit.returns.disclosure import SMALL
from simkit.returns.readers.answers import UnknownAnswers
from simkit.returns.records import Assessments, Records, Referrals
from simkit.returns.window import Window, begins_within
from simkit.returns.wording import answer_option, option, where_to_say

_MANY = 50  # referrals or assessments, more than one child has in any return: an assumption
_SHAPES = 3  # the most shapes of dates named in a sentence


def questions_about(
    owner: Authority, window: Window, counts: Counts, records: Records, kind: str
) -> tuple[str, ...]:
    """What the figures look wrong for, as questions to whoever reads them."""
    asked = []
    if owner.last_year < min(window.year, _last_year()):
        after = listed((f"{authority(code).name} ({code})" for code in owner.successors), "or")
        asked.append(
            f"{owner.name} ended on 31 March {owner.last_year}, before the days covered: is this the return "
            f"of {after}? Then say so: {option('authority', 'NAME')}."
        )
    if owner.first_year > window.year and owner.predecessors:
        asked.append(
            f"{owner.name} began on 1 April {owner.first_year - 1}, after the days covered: whose is it?"
        )
    month_first = (n for seen in records.shapes.values() for shape, n in seen.items() if shape[:5] == "mm/dd")
    if sum(month_first) > SMALL:
        asked.append(
            "Some dates have the month first, such as mm/dd/yyyy, and can't be read. Others like them, with "
            "a day of 12 or less, are read as another day. Export the dates again with the day first."
        )
    elif unread := _unread_dates(records):
        asked.append(
            f"Some dates can't be read: {listed(unread)}. An assessment whose start or end can't be read is "
            "neither completed nor open. Write such dates as dd/mm/yyyy, and leave the cell empty where "
            "there is none."
        )
    if counts.counts.get(ELEVEN, 0) > SMALL:
        asked.append(
            "Some dates have the time 23:00 on a summer's day. If they come from a database in universal "
            "time (UTC), each is a day too early. Export the dates without times, or with their time zone."
        )
    if max(_most_of_one_child(records.assessments), _most_of_one_child(records.referrals)) > _MANY:
        asked.append(
            f"One child's number is in more than {_MANY} referrals or assessments. If it stands for several "
            "children, for example because the numbers were hidden, many rows count as one. Export the file "
            "again with a different number for each child."
        )
    if counts.grows:
        what = "completed" if window.holds.has_every_completion else "begun"
        days = (
            "Choose a later year."
            if window.whole_year
            else f"Say which days it really covers: {option('first', 'DAY')}, {option('last', 'DAY')}, or "
            f"count a year: {option('year', str(window.year))}."
        )
        asked.append(
            f"Markedly fewer assessments were {what} in the first third of {window.text} than later. Does "
            f"the {'return' if kind == 'cin-census' else 'file'} contain all of them? If not, yearly figures "
            f"will be too low and durations wrong. {days}"
        )
    elif (
        kind != "cin-census"
        and window.whole_year
        and window.holds.has_every_completion
        and begins_within(records, window)
    ):
        asked.append(
            f"The file begins with {window.text}: it lacks assessments that began earlier and were completed "
            "then. So the year's number will be too low and durations too short. Choose a later year, or say "
            f"that the file holds what was begun: {option('holds', 'begun')}."
        )
    return tuple(asked)


def _most_of_one_child(rows: Assessments | Referrals) -> int:
    """The most rows that one child's number has."""
    return int(counts_of(rows.child[rows.child >= 0]).max(initial=0))


def _unread_dates(records: Records) -> list[str]:
    """The kinds of date of which more than five can't be read, with the usual shapes of these."""
    found = []
    for title, seen in records.shapes.items():
        usual = [repr(shape) for shape, number in seen.items() if number > SMALL][:_SHAPES]
        if sum(seen.values()) > SMALL:
            found.append(f"of the {title}{', such as ' + listed(usual, 'or') if usual else ''}")
    return found


def about_answers(unknown: tuple[UnknownAnswers, ...]) -> Iterator[str]:
    """A question for each column with answers that are not understood."""
    for each in unknown:
        plain = (answer for answer, _ in each.answers if not set(answer) & set(",\"'"))
        example = next(plain, "ANSWER")
        yield (
            f"simkit does not understand some of the answers that say {each.title}, so it has not counted by "
            f"them. Say what they mean{where_to_say(answer_option(each.column, example))}."
        )


def _last_year() -> int:
    return max(each.last_year for each in authorities())

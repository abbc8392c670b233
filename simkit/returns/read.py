"""``read_return``: reads a file of an authority's own records into a ``Return``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from simkit.common.arguments import checked_arguments
from simkit.common.arrays import Ints
from simkit.common.errors import SimkitError
from simkit.common.progress import Progress, with_progress
from simkit.common.text import listed
from simkit.data import Authority, UnknownAuthorityError, authority
from simkit.framework.check import GivenFramework, load
from simkit.model.inputs.own_numbers import OWN_DATA, SYNTHETIC_DATA
from simkit.returns.casework.measure import measure_casework
from simkit.returns.counts import count_records
from simkit.returns.date_check import refuse_many_unreadable, refuse_unreadable_dates
from simkit.returns.dates import UNREADABLE, date_of, day_of
from simkit.returns.disclosure import counts_to_withhold
from simkit.returns.durations import FEW
from simkit.returns.errors import ReturnError, without_quotes
from simkit.returns.open_cases import disclosable_open_cases
from simkit.returns.profile import durations_of, own_profile
from simkit.returns.quartiles import Shown
from simkit.returns.questions import about_answers, questions_about
from simkit.returns.readers.annex_a import read_annex_a
from simkit.returns.readers.answers import NamedAnswers, disclosable
from simkit.returns.readers.assessments import Reading, read_assessments
from simkit.returns.readers.cin_census import Census, read_census
from simkit.returns.readers.files import ReturnFile, Sent
from simkit.returns.readers.kinds import kind_of_file, refuse_another_kind
from simkit.returns.readers.sheets import Sheet, frame_sheet, sheets
from simkit.returns.readers.ssd import read_dataset
from simkit.returns.readers.ssd_dataset import Dataset
from simkit.returns.readers.ssd_layout import LAYOUT
from simkit.returns.records import Records
from simkit.returns.result import INTERNAL, KINDS, Return, conferences_of
from simkit.returns.window import ListContents, Window, refuse_unreached, window_of_list, window_of_year
from simkit.returns.wording import option

if TYPE_CHECKING:
    from pandas import DataFrame

_A_TABLE = "the table"
_QUIET = 14  # days without a record that the end of a year may have


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read, the days it covers, and what has to be said and asked of them.

    Of a Standard Safeguarding Dataset ``dataset`` is all of it, and ``rows`` those of the assessments read.
    """

    reading: Reading
    window: Window
    layout: str
    notes: tuple[str, ...]
    dataset: Dataset | None = None
    rows: Ints | None = None


@checked_arguments
@with_progress("Reading bytes")
def read_return(
    kind: str | ReturnFile | DataFrame,
    source: str | ReturnFile | DataFrame | None = None,
    *,
    authority: str | Authority | None = None,
    year: int | None = None,
    framework: GivenFramework | None = None,
    columns: Mapping[str, str] | str | None = None,
    answers: NamedAnswers | str | None = None,
    sheet: str | None = None,
    first: dt.date | str | None = None,
    last: dt.date | str | None = None,
    holds: str | None = None,
    allocated_role: str | None = None,
    internal: bool = False,
    progress: Progress | None = None,
) -> Return:
    """Read a return of an authority on this machine, and keep counts of it.

    ``read_return("return.xml")`` tells the kind from the file, ``read_return("annex-a", "lists.xlsx")`` says
    it: ``cin-census`` (XML), ``annex-a`` (workbook), ``assessments`` (CSV, workbook or a pandas table) or
    ``ssd`` (Standard Safeguarding Dataset: a folder of CSV or Parquet files, or a file of SQLite or DuckDB).
    ``columns``: which heading is which, as ``{"start": "Date started", "end": "Date signed"}``, in Annex A
    with the list, ``{"4.end": "Date signed"}``. ``answers``: what answers of a column mean that are not
    understood, as ``{"disabled": {"HAND": "yes", "*": "not known"}}``, where ``*`` is every other one.
    ``sheet``: the sheet of an extract. ``authority``: name or code, needed where the file has no code.
    ``year``: the year ending 31 March to count; ``first`` and ``last``: the days that a list covers, and
    ``holds`` which assessments it takes in, where its dates don't show it: ``open`` at some time in these
    days, ``both`` (begun or completed), ``completed``, ``begun`` or ``begun-and-completed``.
    ``allocated_role``: the role of the allocated worker in a dataset, where it is none of the usual ones.
    ``framework``: the name of a framework; it must be the same authority's.
    ``internal``: show counts of 1 to 5 and stamp whatever is made of them. ``progress`` is called with bytes
    read and expected.

    Raises ReturnError (a SimkitError) that names the problem and the place; it never quotes the file.

    Example::

        file = simkit.synthetic_return("cin-census", "wirral", "synthetic.xml", year=2023, seed=7)
        own = simkit.read_return("cin-census", file)
    """
    if source is None:
        source, given = kind, None
    else:
        given = str(kind)
    if given is not None and given not in KINDS:
        raise ReturnError(f"There is no kind of return called {given!r}: choose {', '.join(KINDS)}.")
    file = Path(source) if isinstance(source, str) else source if isinstance(source, Path | Sent) else None
    where = _A_TABLE if file is None else str(file)
    with without_quotes(where):
        name = given or ("assessments" if file is None else kind_of_file(file))
        _refuse_options(name, columns, sheet, allocated_role, first, last, holds)
        days = _day(first, "first"), _day(last, "last")
        if file is not None and columns is None and given is not None:
            refuse_another_kind(file, name)
        if name == "cin-census":
            read = _read_census(_file(file, name), year, progress, answers)
        elif name == "ssd":
            read = _read_dataset(_file(file, name), year, allocated_role, progress, answers)
        else:
            if file is not None:
                with sheets(file, name, workbook=True if name == "annex-a" else None) as tables:
                    reading = _read_lists(name, where, tables, columns, sheet, answers)
            else:
                table = frame_sheet(cast("DataFrame", source))
                reading = _read_lists(name, where, (table,), columns, sheet, answers)
            refuse_unreadable_dates(where, reading.records)
            window = window_of_list(reading.records, *days, _contents_named(holds), year)
            refuse_unreached(reading.records, window)
            note = _window_note(window, days[0], days[1])
            read = _Read(reading, window, "lists" if name == "annex-a" else "columns as matched", (note,))
        owner, owner_notes = _authority_of(where, read.reading.records, authority)
        if framework is not None:
            _check_same_authority(owner, framework)
        return _return_of(name, read, owner, owner_notes, internal)


def _refuse_options(kind: str, columns: object, sheet: object, role: object, *of_lists: object) -> None:
    """Raise ReturnError for options that a kind of return has no use for."""
    fixed = {"cin-census": "A census return", "ssd": "The Standard Safeguarding Dataset"}
    if kind in fixed and any(of_lists):
        raise ReturnError(
            f"{fixed[kind]} is read by year. Only for a list can you give days or what it holds."
        )
    if kind in fixed and columns is not None:
        raise ReturnError(f"Columns can be named only for lists: {fixed[kind].lower()} has a fixed layout.")
    if kind != "ssd" and role is not None:
        raise ReturnError("A role can be named only for the Standard Safeguarding Dataset (ssd).")
    if kind != "assessments" and sheet is not None:
        raise ReturnError(
            "A sheet can be named only for an extract of assessments. The lists of Annex A are found by "
            "their numbers."
        )


def _file(file: ReturnFile | None, kind: str) -> ReturnFile:
    if file is None:
        raise ReturnError(f"A table of pandas is read as an extract of assessments, not as {kind}.")
    return file


def _read_census(
    file: ReturnFile, year: int | None, progress: Progress | None, answers: NamedAnswers | str | None
) -> _Read:
    census = read_census(file, progress, answers)
    refuse_unreadable_dates(str(file), census.records)
    window, notes = _census_window(file, census, year)
    reading = Reading(census.records, unknown_answers=census.unknown_answers, unread=census.unread)
    return _Read(reading, window, f"layout of {census.layout}", notes)


def _read_dataset(
    path: ReturnFile,
    year: int | None,
    allocated_role: str | None,
    progress: Progress | None,
    answers: NamedAnswers | str | None,
) -> _Read:
    """All years of a dataset; counted is the year asked for, or the latest that it holds to its end."""
    dataset = read_dataset(path, allocated_role, progress, answers)
    refuse_unreadable_dates(str(path), dataset.records)
    for title, days in dataset.casework.dates():
        refuse_many_unreadable(str(path), dataset.records, title, days)
    last, about = date_of(dataset.last), date_of(dataset.last + _QUIET)
    window = window_of_year(year or about.year - ((about.month, about.day) < (3, 31)))
    if window.first > dataset.last:
        raise ReturnError(f"{path}: nothing is recorded in {window.text}. Choose another year.")
    few = len(dataset.records.assessments) < FEW  # their days are days of somebody
    notes = [
        f"Nothing is recorded after {last:%B %Y}." if few else f"Recorded up to {last.day} {last:%B %Y}."
    ]
    if window.last > dataset.last + _QUIET:
        notes.append(f"So {window.text} is not complete, and its yearly figures are too low.")
    records, rows = dataset.in_census(window)
    if not len(rows):
        raise ReturnError(f"{path}: there is no assessment of {window.text} in it. Choose another year.")
    reading = Reading(records, dataset.matches, unknown_answers=dataset.unknown_answers)
    return _Read(reading, window, LAYOUT, (*notes, *dataset.missing), dataset, rows)


def _read_lists(
    kind: str,
    where: str,
    tables: Sequence[Sheet],
    columns: Mapping[str, str] | str | None,
    sheet: str | None,
    answers: NamedAnswers | str | None,
) -> Reading:
    try:
        if kind == "annex-a":
            return read_annex_a(where, tables, columns, answers)
        return read_assessments(where, tables, columns, sheet, answers)
    except ReturnError as error:
        error.sheets = tuple(each.shown_name for each in tables if each.shown_name and not each.hidden)
        raise


def _return_of(
    kind: str, read: _Read, owner: Authority, owner_notes: tuple[str, ...], internal: bool
) -> Return:
    records, window = read.reading.records, read.window
    counts, casework = count_records(records, window), None
    if read.dataset is not None and read.rows is not None:
        counts, casework = measure_casework(read.dataset, records, read.rows, window, counts)
    hidden = counts.never_shown
    withheld = frozenset[str]() if internal else counts_to_withhold(counts.counts, counts.relations, hidden)
    unknown = read.reading.unknown_answers
    if not internal:
        unknown = disclosable(unknown)
        withheld |= {"unreadable_answer"} if any(each.others is None for each in unknown) else set()
    counts = counts if internal else counts.as_shown(withheld)
    figures = Shown(counts.counts, counts.relations, withheld, hidden)
    shown = {
        name: None if name in withheld else number
        for name, number in counts.counts.items()
        if name not in hidden
    }
    conferences = conferences_of(counts, figures, internal)
    durations, durations_note = durations_of(owner, window, kind, counts, figures, internal)
    within_15 = None if conferences is None else conferences.within_15_share
    try:
        source = SYNTHETIC_DATA if records.synthetic else OWN_DATA
        profile, origins, published_year, unlike = own_profile(
            owner.la_code, window.year, counts, withheld, window, within_15, source
        )
    except SimkitError as error:
        raise ReturnError(f"No profile can be made from the return of {owner.name}: {error}") from None
    stamp = (INTERNAL,) if internal else ()
    note = _source_note(kind, records, owner, window)
    routes = _routes_note(records)
    unread = read.reading.unread
    questions = (
        *owner_notes,
        *unread.questions,
        *questions_about(owner, window, counts, records, kind),
        *unlike,
        *about_answers(unknown),
    )
    times = (conferences.note,) if conferences is not None and conferences.note else ()
    said_of_file = (*read.notes, *records.notes, *unread.notes)
    all_notes = (*stamp, note, *questions, *said_of_file, durations_note, *times, *routes)
    return Return(
        kind=kind,
        la_code=owner.la_code,
        name=owner.name,
        layout=read.layout,
        window=window,
        profile=replace(profile, notes=(*all_notes, *profile.notes)),
        durations=durations,
        durations_note=durations_note,
        conferences=conferences,
        open_cases=counts.open_cases if internal else disclosable_open_cases(shown),
        matched=read.reading.matches,
        not_used=read.reading.not_used,
        unknown_answers=unknown,
        questions=questions,
        notes=all_notes,
        internal=internal,
        synthetic=records.synthetic,
        origins=origins,
        published_year=published_year,
        contents=records.contents,
        shown=shown,
        casework=None if casework is None else casework.shown(withheld),
    )


def _routes_note(records: Records) -> tuple[str, ...]:
    told = {"disabled": "disabled children", "enquiries": "child protection enquiries"}
    missing = [title for name, title in told.items() if name not in records.contents]
    if not missing:
        return ()
    return (
        f"Open assessments of {listed(missing)} can't be told apart: the return has no readable answers that "
        "say which they are. They are counted under section 17.",
    )


def _source_note(kind: str, records: Records, owner: Authority, window: Window) -> str:
    if records.synthetic:
        title = f"A synthetic return that simkit made, not {owner.name}'s"
        return f"{title}: no child in it exists. It covers {window.text}."
    return f"From {owner.name}'s own {KINDS[kind]}, {window.text}; not published statistics."


def _contents_named(name: str | None) -> ListContents | None:
    if name is not None and name not in list(ListContents):
        raise ReturnError(f"A list holds what was {', '.join(ListContents)}; {name!r} is none of them.")
    return None if name is None else ListContents(name)


def _day(day: dt.date | str | None, name: str) -> dt.date | None:
    if day is None or isinstance(day, dt.date):
        return day
    number = day_of(day)
    if number <= UNREADABLE:
        raise ReturnError(f"{option(name)} is a day, such as 31/03/2024 or 2024-03-31. {day!r} is not.")
    return date_of(number)


def _census_window(file: ReturnFile, census: Census, year: int | None) -> tuple[Window, tuple[str, ...]]:
    """The year of a census: as given, else by its reference date, else by the year in its header."""
    by_date = None
    if census.reference > UNREADABLE:
        reference = date_of(census.reference)
        by_date = reference.year if (reference.month, reference.day) == (3, 31) else None
    chosen = year or by_date or census.year
    if chosen is None:
        raise ReturnError(
            f"{file}: the header names neither a year nor a reference date. Say which: "
            f"{option('year', 2024)}."
        )
    notes = []
    if census.reference > UNREADABLE and by_date is None:
        notes.append("The reference date in the header is not a 31 March, so the year in the header counts.")
    if by_date is not None and census.year is not None and by_date != census.year:
        notes.append(
            f"The header names the year {census.year} and 31 March {by_date} as its reference date; the "
            "reference date counts."
        )
    if year is not None and year != (by_date or census.year):
        notes.append(f"The header names another year; {year} was asked for.")
    window = window_of_year(chosen)
    if year is not None and year not in (by_date, census.year):
        refuse_unreached(census.records, window)
    return window, tuple(notes)


def _window_note(window: Window, first_day: dt.date | None, last_day: dt.date | None) -> str:
    ways = ["as its dates show", "partly as given", "as given"]
    how = "" if window.whole_year else f", {ways[bool(first_day) + bool(last_day)]}"
    length = f"{window.days} days" if window.days_shown else f"{window.months} months or so"
    others = "" if window.whole_year else f"{option('first')}, {option('last')} and "
    return (
        f"The list covers {window.text} ({length}{how}), and is assumed to contain "
        f"{window.holds.text}. If that is wrong, correct it with {others}{option('holds')}: all figures "
        "depend on it."
    )


def _authority_of(
    where: str, records: Records, name: str | Authority | None
) -> tuple[Authority, tuple[str, ...]]:
    """Whose return it is: by the code in the file, which a name given must not contradict."""
    code = records.la_code
    named = None if name is None else authority(name)
    try:
        in_file = None if code is None else authority(code)
    except UnknownAuthorityError:
        in_file = None
    if named is None and in_file is None:
        say = f"Say whose return it is: {option('authority', 'NAME')}."
        if code is None:
            raise ReturnError(f"{where}: the file doesn't say whose it is. {say}")
        known = code if code.isalnum() and len(code) <= 9 else "that"
        raise ReturnError(f"{where}: the code in its header ({known}) is no authority's in England. {say}")
    if named is not None and in_file is not None and named != in_file:
        raise ReturnError(
            f"{where}: the code in its header is {in_file}'s, and {option('authority')} says {named}. "
            "Choose the right file or leave the option out."
        )
    if named is not None and code is not None and in_file is None:
        return named, (f"The code in the header is no authority's; read as the return of {named.name}.",)
    chosen = named or in_file
    assert chosen is not None
    return chosen, ()


def _check_same_authority(owner: Authority, framework: GivenFramework) -> None:
    local = load(framework)
    if local.la_code is None:
        raise ReturnError(
            f"{local.name} is a national framework, so no return is its own. Name the authority's."
        )
    if local.la_code != owner.la_code:
        raise ReturnError(
            f"The return is {owner}'s and the framework is that of {local.authority} ({local.la_code}). "
            "Choose the framework and the return of the same authority."
        )

"""``read_return``: reads a file of an authority's own records into a ``Return``."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from simkit.common.arguments import checked_arguments
from simkit.common.errors import SimkitError
from simkit.common.progress import Progress, with_progress
from simkit.data import Authority, UnknownAuthorityError, authority
from simkit.returns.counts import count_records
from simkit.returns.date_check import refuse_unreadable_dates
from simkit.returns.dates import UNREADABLE, day_of
from simkit.returns.disclosure import counts_to_withhold
from simkit.returns.errors import ReturnError, without_quotes
from simkit.returns.open_cases import disclosable_open_cases
from simkit.returns.profile import durations_of, own_profile
from simkit.returns.readers.annex_a import read_annex_a
from simkit.returns.readers.assessments import read_assessments
from simkit.returns.readers.cin_census import Census, read_census
from simkit.returns.readers.columns import ColumnMatch
from simkit.returns.readers.kinds import refuse_another_kind
from simkit.returns.records import Records
from simkit.returns.result import INTERNAL, KINDS, Return, conferences_of
from simkit.returns.window import ListContents, Window, window_of_list, window_of_year

__all__ = ["read_return"]


@checked_arguments
@with_progress("Reading bytes")
def read_return(
    kind: str,
    path: str | Path,
    *,
    authority: str | None = None,
    year: int | None = None,
    framework: str | None = None,
    columns: str | None = None,
    first: dt.date | str | None = None,
    last: dt.date | str | None = None,
    holds: str | None = None,
    internal: bool = False,
    progress: Progress | None = None,
) -> Return:
    """Read a return of an authority on this machine, and keep counts of it.

    ``kind``: ``cin-census`` (XML), ``annex-a`` (workbook) or ``assessments`` (CSV or workbook, with
    ``columns`` as
    ``"start=Date started,end=Date signed"`` where the headings aren't known). ``authority``: name or code,
    needed where the file has no code. ``year``: the year ending 31 March to count; ``first`` and ``last``:
    the days that a list covers, and ``holds`` which assessments it takes in (``open`` at some time in these
    days,
    ``completed`` in them, or ``begun`` and completed in them), where its dates don't show it. ``framework``:
    the name of a framework; it must be the same authority's.
    ``internal``: show counts of 1 to 5 and stamp whatever is made of them. ``progress`` is called with bytes
    read and expected.

    Raises ReturnError (a SimkitError) that names the problem and the place; it never quotes the file.
    """
    if kind not in KINDS:
        raise ReturnError(f"There is no kind of return called {kind!r}: choose {', '.join(KINDS)}.")
    if columns is not None and kind != "assessments":
        raise ReturnError(
            "Columns can be named for an extract of assessments alone; the others have a fixed layout."
        )
    if kind == "cin-census" and (first or last or holds):
        raise ReturnError("A census return covers its year; days and what a list holds are for lists alone.")
    file = Path(path)
    no_columns: tuple[ColumnMatch, ...] = ()
    first_day, last_day = _day(first, "--from"), _day(last, "--until")
    list_contents = _contents_named(holds)
    with without_quotes(file):
        if columns is None:
            refuse_another_kind(file, kind)
        if kind == "cin-census":
            census = read_census(file, progress)
            records, matched = census.records, no_columns
            refuse_unreadable_dates(file, records)
            window, notes = _census_window(file, census, year)
            layout = f"layout of {census.layout}"
        else:
            records, matched = read_annex_a(file) if kind == "annex-a" else read_assessments(file, columns)
            refuse_unreadable_dates(file, records)
            is_list = year is None
            window = (
                window_of_list(records, first_day, last_day, list_contents)
                if is_list
                else window_of_year(year or 0)
            )
            notes = (_window_note(window, first_day, last_day),) if is_list else ()
            layout = "lists" if kind == "annex-a" else "columns as matched"
        owner, owner_notes = _authority_of(file, records, authority)
        if framework is not None:
            _check_same_authority(owner, framework)
        return _return_of(kind, records, window, owner, matched, layout, (*owner_notes, *notes), internal)


def _return_of(
    kind: str,
    records: Records,
    window: Window,
    owner: Authority,
    matched: tuple[ColumnMatch, ...],
    layout: str,
    notes: tuple[str, ...],
    internal: bool,
) -> Return:
    counts = count_records(records, window)
    withheld_names = (
        frozenset[str]() if internal else counts_to_withhold(counts.counts, counts.sums, counts.never_shown)
    )
    year = window.year
    conferences = conferences_of(counts, withheld_names, internal)
    durations, durations_note = durations_of(
        owner.la_code, owner.name, year, kind, counts, withheld_names, internal
    )
    within_15 = None if conferences is None else conferences.within_15_share
    try:
        profile, from_published = own_profile(owner.la_code, year, counts, withheld_names, window, within_15)
    except SimkitError as error:
        raise ReturnError(f"No profile can be made from the return of {owner.name}: {error}") from None
    stamp = (INTERNAL,) if internal else ()
    source = _source_note(kind, records, owner, window)
    all_notes = (*stamp, source, *notes, durations_note)
    return Return(
        kind=kind,
        la_code=owner.la_code,
        name=owner.name,
        layout=layout,
        window=window,
        profile=replace(profile, notes=(*all_notes, *profile.notes)),
        durations=durations,
        conferences=conferences,
        open_cases=disclosable_open_cases(counts, withheld_names),
        matched=matched,
        notes=all_notes,
        internal=internal,
        synthetic=records.synthetic,
        from_published=from_published,
        contents=records.contents,
        _counts=counts,
        _withheld=withheld_names,
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


def _day(day: dt.date | str | None, option: str) -> dt.date | None:
    if day is None or isinstance(day, dt.date):
        return day

    number = day_of(day)
    if number <= UNREADABLE:
        raise ReturnError(f"{option} is a day, such as 31/03/2024 or 2024-03-31. {day!r} is not.")
    return dt.date(1970, 1, 1) + dt.timedelta(days=number)


def _census_window(file: Path, census: Census, year: int | None) -> tuple[Window, tuple[str, ...]]:
    """The year of a census: as given, else by its reference date, else by the year in its header."""
    by_date = None
    if census.reference > UNREADABLE:
        reference = dt.date(1970, 1, 1) + dt.timedelta(days=census.reference)
        by_date = reference.year if (reference.month, reference.day) == (3, 31) else None
    chosen = year or by_date or census.year
    if chosen is None:
        raise ReturnError(
            f"{file}: the header names neither a year nor a reference date. Say which: --year 2024."
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
    return window_of_year(chosen), tuple(notes)


def _window_note(window: Window, first_day: dt.date | None, last_day: dt.date | None) -> str:
    how = (
        "as given"
        if first_day and last_day
        else "as its dates show"
        if not (first_day or last_day)
        else "partly as given"
    )
    return (
        f"The list covers {window.days} days, {how}, and is taken to hold {window.holds.text}. --from, "
        "--until and --holds say it otherwise; durations depend on it."
    )


def _authority_of(file: Path, records: Records, name: str | None) -> tuple[Authority, tuple[str, ...]]:
    """Whose return it is: by the code in the file, which a name given must not contradict."""
    code = records.la_code
    named = None if name is None else authority(name)
    try:
        in_file = None if code is None or not code.isdigit() else authority(code)
    except UnknownAuthorityError:
        in_file = None
    if named is None and in_file is None:
        if code is None:
            raise ReturnError(f"{file}: the file doesn't say whose it is. Say it: --authority NAME.")
        known = code if code.isalnum() and len(code) <= 9 else "that"
        raise ReturnError(
            f"{file}: the code in its header ({known}) is no authority's in England. Say whose return it is: "
            "--authority NAME."
        )
    if named is not None and in_file is not None and named != in_file:
        raise ReturnError(
            f"{file}: the code in its header is {in_file}'s, and --authority says {named}. Choose the right "
            "file or leave the option out."
        )
    if named is not None and code is not None and in_file is None:
        return named, (f"The code in the header is no authority's; read as the return of {named.name}.",)
    chosen = named or in_file
    assert chosen is not None
    return chosen, ()


def _check_same_authority(owner: Authority, framework: str) -> None:
    from simkit.framework.check import load

    local = load(framework)
    if local.la_code is None:
        raise ReturnError(
            f"{framework} is a national framework, so no return is its own. Name the authority's."
        )
    if local.la_code != owner.la_code:
        raise ReturnError(
            f"The return is {owner}'s and the framework is that of {local.authority} ({local.la_code}). "
            "Choose the framework and the return of the same authority."
        )

"""Synthetic children as the files that authorities have: census, Annex A workbook, extract of assessments.

Every file says what it is: ids begin with ``SYN-``, the census names simkit as the software with a comment
above all, the extract has its ``record_type``, the workbook a sheet. Nothing is written here: these are
contents, for ``common.atomic_files.write_all``.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from simkit.returns.dates import year_window
from simkit.returns.errors import ReturnError
from simkit.returns.readers.annex_a import LISTS
from simkit.returns.synthetic.children import RECORD_TYPE

if TYPE_CHECKING:
    import pandas as pd

NOTICE = "Synthetic return made by simkit: no child in it exists."
LAYOUTS = ("2021", "2024", "2026")
_HEADINGS = {
    3: (
        ("Child Unique ID", "LAchildID"),
        ("Date of referral", "CINreferralDate"),
        ("Referral Source", "ReferralSource"),
        ("Referral NFA?", "ReferralNFA"),
        ("Number of Referrals in Last 12 Months", "Earlier"),
    ),
    4: (
        ("Child Unique ID", "LAchildID"),
        ("Does the Child have a Disability", "Disabled"),
        ("Continuous Assessment Start Date", "AssessmentActualStartDate"),
        ("Continuous Assessment Date of Authorisation", "AssessmentAuthorisationDate"),
    ),
    5: (
        ("Child Unique ID", "LAchildID"),
        ("Does the Child have a Disability", "Disabled"),
        ("Strategy discussion initiating Section 47 Enquiry Start Date", "S47ActualStartDate"),
        ("Was an Initial Child Protection Conference deemed unnecessary?", "ICPCnotRequired"),
        ("Date of Initial Child Protection Conference", "DateOfInitialCPC"),
    ),
}


def in_census(children: pd.DataFrame, year: int) -> pd.DataFrame:
    """The rows that belong in the census of a year: referred in it, or open on any day of it.

    Dates after its last day are emptied, and with them what had not happened by then.
    """
    import pandas as pd

    first, last = (pd.Timestamp(day, unit="D") for day in year_window(year))
    rows = children.loc[children["CINreferralDate"] <= last].copy()
    for name in ("CINclosureDate", *_DATES):
        rows[name] = rows[name].where(rows[name] <= last)
    return rows.loc[rows["CINclosureDate"].isna() | (rows["CINclosureDate"] >= first)]


_DATES = (
    "AssessmentActualStartDate",
    "AssessmentAuthorisationDate",
    "S47ActualStartDate",
    "DateOfInitialCPC",
)


def census_xml(children: pd.DataFrame, la_code: str, year: int, layout: str = "2024") -> Iterator[str]:
    """The census return of a year, piece by piece, in the layout of 2021, 2024 or 2026."""
    if layout not in LAYOUTS:
        raise ReturnError(f"There is no layout {layout!r} of the census: choose {', '.join(LAYOUTS)}.")
    yield (
        f'<?xml version="1.0" encoding="utf-8"?>\n<!-- {NOTICE} -->\n<Message>\n  <Header>\n'
        f"    <CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>"
        f"<ReferenceDate>{year}-03-31</ReferenceDate>"
        f"</CollectionDetails>\n    <Source><SourceLevel>L</SourceLevel><LEA>{escape(la_code)}</LEA>"
        "<SoftwareCode>simkit synthetic return</SoftwareCode></Source>\n  </Header>\n  <Children>\n"
    )
    rows = in_census(children, year).sort_values(["LAchildID", "CINreferralDate"], kind="stable")
    text = rows.copy()
    for name in ("CINreferralDate", "CINclosureDate", *_DATES):
        text[name] = rows[name].dt.strftime("%Y-%m-%d").fillna("")
    child, referral = None, None
    for row in text.to_dict("records"):
        if row["LAchildID"] != child:
            yield ("" if child is None else "      </CINdetails>\n    </Child>\n") + _child(row, layout)
        elif row["CINreferralDate"] != referral:
            yield "      </CINdetails>\n" + _episode(row)
        child, referral = row["LAchildID"], row["CINreferralDate"]
        yield _work(row)
    yield ("" if child is None else "      </CINdetails>\n    </Child>\n") + "  </Children>\n</Message>\n"


def _child(row: dict[Any, str], layout: str) -> str:
    sex = "<GenderCurrent>0</GenderCurrent>" if layout == "2021" else "<Sex>U</Sex>"
    disability = "DDA" if row["Disabled"] == "true" else "NONE"
    extra = "      <!-- pre-proceedings follow the case -->\n" if layout == "2026" else ""
    return (
        f"    <Child>\n      <ChildIdentifiers><LAchildID>{escape(row['LAchildID'])}</LAchildID>"
        f"<UPNunknown>UN1</UPNunknown>{sex}</ChildIdentifiers>\n"
        "      <ChildCharacteristics><Ethnicity>NOBT</Ethnicity><Disabilities>"
        f"<Disability>{disability}</Disability></Disabilities></ChildCharacteristics>\n{extra}"
    ) + _episode(row, layout)


def _episode(row: dict[Any, str], layout: str = "") -> str:
    closed = row["CINclosureDate"]
    ending = (
        f"<CINclosureDate>{closed}</CINclosureDate><ReasonForClosure>RC8</ReasonForClosure>" if closed else ""
    )
    started = "        <PreProceedingsandFGDM></PreProceedingsandFGDM>\n" if layout == "2026" else ""
    return (
        f"      <CINdetails>\n        <CINreferralDate>{row['CINreferralDate']}</CINreferralDate>"
        f"<ReferralSource>{row['ReferralSource']}</ReferralSource>{ending}"
        f"<ReferralNFA>{row['ReferralNFA'] or 'false'}</ReferralNFA>\n{started}"
    )


def _work(row: dict[Any, str]) -> str:
    elements = ""
    if row["AssessmentActualStartDate"]:
        end = row["AssessmentAuthorisationDate"]
        over = f"<AssessmentAuthorisationDate>{end}</AssessmentAuthorisationDate>" if end else ""
        start = f"<AssessmentActualStartDate>{row['AssessmentActualStartDate']}</AssessmentActualStartDate>"
        elements += f"        <Assessments>{start}{over}</Assessments>\n"
    if row["S47ActualStartDate"]:
        day = row["DateOfInitialCPC"]
        conference = f"<DateOfInitialCPC>{day}</DateOfInitialCPC>" if day else ""
        elements += (
            "        <Section47>"
            f"<S47ActualStartDate>{row['S47ActualStartDate']}</S47ActualStartDate>"
            f"{conference}"
            f"<ICPCnotRequired>{row['ICPCnotRequired'] or 'false'}</ICPCnotRequired></Section47>\n"
        )
    return elements


def annex_a_workbook(children: pd.DataFrame, last: dt.date, days: int, lists: str = "open") -> bytes:
    """An Annex A workbook of the ``days`` up to ``last``.

    ``lists`` says which assessments it takes in, by the words of ``--holds``: ``open`` at any point in the
    window, ``both`` (begun or completed in it), ``completed`` in it, ``begun`` in it or
    ``begun-and-completed``. Referrals and enquiries are those of the window. Answers are coded as Ofsted's
    guidance does.
    """
    import pandas as pd
    from openpyxl import Workbook

    until = pd.Timestamp(last)
    since = until - pd.Timedelta(days=days - 1)
    known = children.loc[children["CINreferralDate"] <= until].copy()
    for name in _DATES:
        known[name] = known[name].where(known[name] <= until)
    start, end = known["AssessmentActualStartDate"], known["AssessmentAuthorisationDate"]
    by_contents = {
        "open": start.notna() & (end.isna() | (end >= since)),
        "both": (start >= since) | (end >= since),
        "completed": end >= since,
        "begun": start >= since,
        "begun-and-completed": (start >= since) & end.notna(),
    }
    if lists not in by_contents:
        raise ReturnError(
            f"There is no list of assessments called {lists!r}: choose {', '.join(by_contents)}."
        )
    known["Earlier"] = _earlier_referrals(known)
    rows = {
        3: known.loc[known["CINreferralDate"] >= since],
        4: known.loc[by_contents[lists]],
        5: known.loc[known["S47ActualStartDate"] >= since],
    }
    book = Workbook(write_only=True)
    book.properties.title = NOTICE
    for number, columns in _HEADINGS.items():
        sheet = book.create_sheet(f"List_{number}")
        sheet.append([heading for heading, _ in columns])
        for row in rows[number][[name for _, name in columns]].itertuples(index=False):
            sheet.append([_cell(value) for value in row])
    about = book.create_sheet("About")
    about.append([NOTICE])
    assert set(_HEADINGS) == set(LISTS)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _earlier_referrals(children: pd.DataFrame) -> list[int]:
    """How often the child of each row was referred in the twelve months before."""
    import pandas as pd

    days: dict[str, set[pd.Timestamp]] = {}
    for child, day in zip(children["LAchildID"], children["CINreferralDate"], strict=True):
        days.setdefault(child, set()).add(day)
    return [
        sum(day - pd.DateOffset(years=1) <= other < day for other in days[child])
        for child, day in zip(children["LAchildID"], children["CINreferralDate"], strict=True)
    ]


def _cell(value: Any) -> object:
    if isinstance(value, str | int):
        return {"true": "a) Yes", "false": "b) No"}.get(str(value), value)
    return None if value != value or value is None else value.to_pydatetime().date()


def assessments_csv(children: pd.DataFrame) -> bytes:
    """An extract of assessments as CSV, with dates as dd/mm/yyyy."""
    rows = children.loc[children["AssessmentActualStartDate"].notna()].copy()
    for name in ("CINreferralDate", *_DATES):
        rows[name] = rows[name].dt.strftime("%d/%m/%Y")
    rows["record_type"] = RECORD_TYPE
    columns = {
        "record_type": "Record type",
        "LAchildID": "Person ID",
        "CINreferralDate": "Referral Date",
        "AssessmentActualStartDate": "Assessment Start Date",
        "AssessmentAuthorisationDate": "Assessment Authorised Date",
        "S47ActualStartDate": "S47 Start Date",
        "ICPCnotRequired": "ICPC not required",
        "DateOfInitialCPC": "ICPC Date",
        "Disabled": "Disability",
    }
    text = rows[list(columns)].rename(columns=columns).to_csv(index=False, lineterminator="\r\n")
    return str(text).encode("utf-8-sig")

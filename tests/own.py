"""What the tests of own returns share: synthetic children, files of them, a census written by hand."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pandas as pd

from simkit.returns.synthetic.children import Parameters, children
from simkit.returns.synthetic.file_formats import annex_a_workbook, assessments_csv, census_xml

SAMPLES = Path(__file__).parent.parent.parent / "shared" / "data"
LAST = dt.date(2023, 3, 31)
PARAMETERS = Parameters(2400)


@cache
def synthetic(referrals: float = 2400, seed: int = 1) -> pd.DataFrame:
    """Synthetic children of Hackney up to 31 March 2023."""
    return children(Parameters(referrals), 2023, seed)


@cache
def _census(referrals: float, seed: int, layout: str) -> str:
    return "".join(census_xml(synthetic(referrals, seed), "204", 2023, layout))


@cache
def _annex(lists: str, days: int, referrals: float) -> bytes:
    return annex_a_workbook(synthetic(referrals), LAST, days, lists)


@cache
def _extract(referrals: float) -> bytes:
    return assessments_csv(synthetic(referrals))


def census_file(folder: Path, referrals: float = 2400, seed: int = 1, layout: str = "2024") -> Path:
    file = folder / "census.xml"
    file.write_text(_census(referrals, seed, layout), encoding="utf-8")
    return file


def annex_file(folder: Path, lists: str = "open", days: int = 182, referrals: float = 2400) -> Path:
    file = folder / "annex-a.xlsx"
    file.write_bytes(_annex(lists, days, referrals))
    return file


def extract_file(folder: Path, referrals: float = 2400) -> Path:
    file = folder / "assessments.csv"
    file.write_bytes(_extract(referrals))
    return file


def written(
    folder: Path, *episodes: str, la: str = "204", year: int = 2023, above: str = "", head: str = ""
) -> Path:
    """A census with one child an episode; ``head`` goes into the collection's details."""
    every = "".join(
        f"<Child><ChildIdentifiers><LAchildID>K{n}</LAchildID><Sex>U</Sex></ChildIdentifiers>{episode}</Child>"
        for n, episode in enumerate(episodes)
    )
    collection = (
        head or f"<Collection>CIN</Collection><Year>{year}</Year><ReferenceDate>{year}-03-31</ReferenceDate>"
    )
    file = folder / "written.xml"
    file.write_text(
        f"{above}<Message><Header><CollectionDetails>{collection}</CollectionDetails><Source><LEA>{la}</LEA></Source>"
        f"</Header><Children>{every}</Children></Message>",
        encoding="utf-8",
    )
    return file


def episode(
    referred: str = "2022-05-03",
    start: str = "",
    end: str = "",
    enquiry: str = "",
    conference: str = "",
    closed: str = "",
    nfa: str = "false",
    not_required: str = "false",
) -> str:
    """One CINdetails; empty dates leave their element out."""

    def tag(name: str, text: str) -> str:
        return f"<{name}>{text}</{name}>" if text else ""

    work = tag("AssessmentActualStartDate", start) + tag("AssessmentAuthorisationDate", end)
    section_47 = (
        tag("S47ActualStartDate", enquiry)
        + tag("DateOfInitialCPC", conference)
        + tag("ICPCnotRequired", not_required)
    )
    return (
        "<CINdetails>"
        + tag("CINreferralDate", referred)
        + "<ReferralSource>1A</ReferralSource>"
        + tag("CINclosureDate", closed)
        + (f"<Assessments>{work}</Assessments>" if work else "")
        + (f"<Section47>{section_47}</Section47>" if enquiry or conference else "")
        + tag("ReferralNFA", nfa)
        + "</CINdetails>"
    )

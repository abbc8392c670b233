"""Reads the children in need census: an XML return of any layout since 2021, as a stream.

The parser is expat, which comes with Python: it holds one element at a time, opens nothing by itself,
and a document type, where entities are declared, is refused before anything in it is read.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from simkit.common.progress import Progress
from simkit.common.text import listed
from simkit.returns.dates import ELEVEN, NONE, PLACEHOLDER, DateColumns, day_of
from simkit.returns.errors import ReturnError
from simkit.returns.readers.answers import (
    AnswerColumns,
    NamedAnswers,
    UnknownAnswers,
    disability,
    named_answers,
)
from simkit.returns.readers.cin_layout import GROUPS, NAMES, PARENTS, VALUES
from simkit.returns.readers.files import (
    SIMULATED,
    SYNTHETIC,
    ReturnFile,
    open_return,
    refuse_simulated,
    size_of,
    type_mismatch,
)
from simkit.returns.readers.ids import id_text, refuse_spoilt_id
from simkit.returns.readers.unread import NOTHING_UNREAD, Unread
from simkit.returns.records import NO, UNKNOWN, YES, Assessments, Enquiries, Records, Referrals, RowBuffer

_CHUNK = 1 << 20
_DEEPEST = 40
_LONGEST = 200  # characters of a date, code or id; what is longer isn't one

_ELEMENTS_READ = frozenset(
    [
        "Collection",
        "Year",
        "ReferenceDate",
        "LEA",
        "SoftwareCode",
        "LAchildID",
        "Disability",
        "CINreferralDate",
        "ReferralSource",
        "CINclosureDate",
        "DateOfInitialCPC",
        "AssessmentActualStartDate",
        "AssessmentAuthorisationDate",
        "S47ActualStartDate",
        "ICPCnotRequired",
        "ReferralNFA",
    ]
)
_OTHER_COLLECTIONS = {
    "CLA": "children looked after (SSDA903)",
    "SSDA903": "children looked after (SSDA903)",
    "CSWW": "the children's social work workforce",
}
_DATES = {
    "CINreferralDate": "referral",
    "CINclosureDate": "closure",
    "AssessmentActualStartDate": "start of the assessment",
    "AssessmentAuthorisationDate": "authorisation of the assessment",
    "S47ActualStartDate": "start of the section 47 enquiry",
    "DateOfInitialCPC": "initial child protection conference",
}
ANSWERS = {
    "nfa": "whether the referral was closed with no further action",
    "not_required": "whether no conference was needed",
}
"""The elements with an answer that may be another than the census has, with what each says."""

_ANSWERS = {"ReferralNFA": "nfa", "ICPCnotRequired": "not_required"}


_MISPLACED = "-"  # stands for an element in the wrong place, so that nothing is read from it
_MOST_NAMES = 5  # of elements in a sentence


@dataclass(frozen=True, slots=True)
class _Episode:
    """The values of a referral, of its assessments and of its enquiries, by element."""

    values: dict[str, str] = field(default_factory=dict)
    assessments: list[dict[str, str]] = field(default_factory=list)
    enquiries: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Census:
    """A census return: its records, and what its header says. ``reference``: a day, NONE where not given.

    ``unread``: what to ask about elements that were not read.
    """

    records: Records
    unknown_answers: tuple[UnknownAnswers, ...]
    unread: Unread
    year: int | None
    reference: int
    layout: str


def read_census(
    path: ReturnFile, progress: Progress | None = None, answers: NamedAnswers | str | None = None
) -> Census:
    """Read a census return. ``answers``: what answers mean, by the user.

    ``progress`` is called with bytes read and expected. Raises ReturnError.
    """
    named = AnswerColumns(ANSWERS, named_answers(answers, ANSWERS))
    with open_return(path, "children in need census") as file:
        size = size_of(path)
        head = file.read(4096)
        if mismatch := type_mismatch(head, "xml"):
            raise ReturnError(f"{path}: {mismatch}")
        reader = _CensusReader(path, named)
        file.seek(0)
        try:
            while chunk := file.read(_CHUNK):
                reader.parser.Parse(chunk, False)
                if progress is not None:
                    progress(file.tell(), size)
            reader.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise ReturnError(_broken(path, reader, error)) from None
        except (ValueError, LookupError) as error:
            foreign = isinstance(error, UnicodeError) or str(error).startswith("multi-byte encodings")
            if isinstance(error, KeyError | IndexError) or (isinstance(error, ValueError) and not foreign):
                raise
            raise ReturnError(f"{path}, line {reader.line}: {_ENCODING}") from None
    return reader.census()


_ENCODING = (
    "there are letters that the encoding named in the first line doesn't have. Export the return again as "
    'UTF-8, or write the encoding that it has there, for example encoding="windows-1252".'
)
_TRUNCATED_FILE = "The file ends before the return does, so a part of it is missing. Copy or export it again."


def _broken(path: ReturnFile, reader: _CensusReader, error: expat.ExpatError) -> str:
    """What the parser found, in words; its own message holds no content of the file."""
    place = f"{path}, line {error.lineno}"
    at_end = reader.ended and error.code in (
        expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
        expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
    )
    message = expat.errors.messages.get(error.code, "not well formed")
    if at_end or message in (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN):
        return f"{place}: {_TRUNCATED_FILE}"
    if message in (expat.errors.XML_ERROR_UNKNOWN_ENCODING, expat.errors.XML_ERROR_INCORRECT_ENCODING):
        return f"{place}: {_ENCODING}"
    if message == expat.errors.XML_ERROR_INVALID_TOKEN and _beyond_ascii(path, reader.parser.ErrorByteIndex):
        return f"{place}: {_ENCODING}"
    return (
        f"{place}, column {error.offset + 1}: this is not valid XML ({message}). Export the return again "
        "from the case management system; don't repair it by hand."
    )


def _beyond_ascii(path: ReturnFile, index: int) -> bool:
    """Whether the byte that stopped the parser is a letter beyond ASCII."""
    with path.open("rb") as file:
        file.seek(max(index, 0))
        return any(byte >= 0x80 for byte in file.read(4))


class _CensusReader:
    """Takes the parser's events and fills the rows."""

    def __init__(self, path: ReturnFile, answers: AnswerColumns) -> None:
        self.path, self._answers = path, answers
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        self.parser = parser
        self.ended = False
        self._open: list[str] = []
        self._reading = False
        self._pieces: list[str] = []
        self._stray = False
        self._header: dict[str, str] = {}
        self._elements: set[str] = set()
        self._problem_counts: Counter[str] = Counter()
        self._ids: dict[str, int] = {}
        self._sources: dict[str, int] = {}
        self._referrals, self._assessments, self._enquiries = (
            RowBuffer(Referrals),
            RowBuffer(Assessments),
            RowBuffer(Enquiries),
        )
        self._synthetic = False
        self._dates = DateColumns()
        self._unread: Counter[str] = Counter()
        self._child, self._disabled = UNKNOWN, UNKNOWN
        self._episodes: list[_Episode] = []
        self._part: dict[str, str] = {}

    @property
    def line(self) -> int:
        return int(self.parser.CurrentLineNumber)

    def _fail(self, text: str) -> NoReturn:
        raise ReturnError(f"{self.path}, line {self.line}: {text}")

    def _doctype(self, *_: object) -> None:
        self._fail(
            "there is a document type declaration (DOCTYPE), which no census return has. It can make a small "
            "file expand into a huge one or fetch others, so it is not read. Export the return again."
        )

    def _start(self, name: str, _: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        name = NAMES.get(name.lower(), name)
        self._finish_text()
        if not self._open and name != "Message":
            what = "a web page" if name.lower() == "html" else "another kind of XML"
            self._fail(f"this is {what}: a children in need census return begins with <Message>.")
        if len(self._open) >= _DEEPEST:
            self._fail(f"elements are nested more than {_DEEPEST} deep, which no return has.")
        if name not in VALUES and name not in GROUPS:
            self._problem_counts["unknown_element"] += 1
            if "Children" in self._open:
                self._unread[name] += 1
        elif name in PARENTS and self._open[-1] not in PARENTS[name]:
            self._problem_counts["misplaced_element"] += 1
            self._unread[name] += 1
            name = _MISPLACED
        elif name not in self._elements:
            self._elements.add(name)
        self._open.append(name)
        self._reading = name in _ELEMENTS_READ
        if name == "Child":
            self._child, self._disabled, self._episodes = UNKNOWN, UNKNOWN, []
        elif name == "CINdetails":
            self._episodes.append(_Episode())
        elif name in ("Assessments", "Section47"):
            self._part = {}
        elif name == "Children" and self._header.get("Collection", "CIN") != "CIN":
            self._refuse_collection()

    def _text(self, text: str) -> None:
        if self._reading:
            if len(self._pieces) < _LONGEST:
                self._pieces.append(text[: _LONGEST + 1])
        elif self._open and self._open[-1] in GROUPS and not text.isspace():
            self._stray = True

    def _finish_text(self) -> None:
        """At each tag: what text came before it, outside of any value."""
        if self._stray:
            self._problem_counts["stray_text"] += 1
            self._stray = False
        self._pieces = []

    def _end(self, _: str) -> None:
        name = self._open.pop()
        text = "".join(self._pieces).strip() if self._reading else ""
        self._finish_text()
        if self._reading:
            self._reading = False
            self._value(name, text if len(text) <= _LONGEST else "?")
        elif name == "Assessments":
            self._episodes[-1].assessments.append(self._part)
        elif name == "Section47":
            self._episodes[-1].enquiries.append(self._part)
        elif name == "Child":
            self._problem_counts["missing_child_id"] += self._child == UNKNOWN
            for episode in self._episodes:
                self._add(episode)
        elif name == "Message":
            self.ended = True

    def _value(self, name: str, text: str) -> None:
        parent = self._open[-1] if self._open else ""
        if parent in ("CollectionDetails", "Source"):
            self._header.setdefault(name, text)
            if name == "Collection" and text.upper() != "CIN":
                self._refuse_collection()
        elif name == "LAchildID":
            self._child_id(text)
        elif name == "Disability":
            answer = disability(text)
            if answer != UNKNOWN:
                self._answers.given("disabled")
            self._disabled = max(self._disabled, answer)
        elif parent in ("Assessments", "Section47"):
            _give(self._part, name, text)
        elif parent == "CINdetails":
            _give(self._episodes[-1].values, name, text)

    def _refuse_collection(self) -> NoReturn:
        code = re.sub(r"[^A-Za-z0-9]", "", self._header.get("Collection", ""))[:12] or "nothing"
        named = _OTHER_COLLECTIONS.get(code.upper())
        what = f"a return of {named}" if named else f"a return of another collection, which it calls {code!r}"
        self._fail(f"this is {what}, not of the children in need census (CIN). Choose the CIN return.")

    def _child_id(self, text: str) -> None:
        if text.upper().startswith(SIMULATED):
            refuse_simulated(self.path)
        self._synthetic = self._synthetic or text.upper().startswith(SYNTHETIC)
        who = id_text(text)
        if not who:
            return
        refuse_spoilt_id(f"{self.path}, line {self.line}", who)
        if self._child != UNKNOWN:
            self._problem_counts["misplaced_element"] += 1
            self._unread["LAchildID"] += 1
            return
        if who in self._ids:
            self._problem_counts["duplicate_child"] += 1
        self._child = self._ids.setdefault(who, len(self._ids))

    def _day(self, part: dict[str, str], name: str) -> int:
        return self._dates.one(_DATES[name], part.get(name, ""))

    def _answer(self, part: dict[str, str], name: str) -> int:
        return self._answers.one(_ANSWERS[name], part.get(name, ""), self._child)

    def _add(self, episode: _Episode) -> None:
        """One referral with its assessments and enquiries, once all of its child is read."""
        values = episode.values
        date, closed = self._day(values, "CINreferralDate"), self._day(values, "CINclosureDate")
        conference = self._day(values, "DateOfInitialCPC")
        nfa = self._answer(values, "ReferralNFA")
        source = self._sources.setdefault(values.get("ReferralSource", ""), len(self._sources))
        assessments = [
            (self._day(part, "AssessmentActualStartDate"), self._day(part, "AssessmentAuthorisationDate"))
            for part in episode.assessments
        ]
        enquiries = [
            (
                self._day(part, "S47ActualStartDate"),
                self._day(part, "DateOfInitialCPC"),
                self._answer(part, "ICPCnotRequired"),
            )
            for part in episode.enquiries
        ]
        if nfa == YES and (assessments or enquiries or conference != NONE):
            self._problem_counts["closed_but_worked_on"] += 1
        group = len(self._referrals)
        extra = NONE if conference in {day for _, day, _ in enquiries} else conference
        self._referrals.add(self._child, date, closed, nfa, extra, UNKNOWN)
        is_dated = any(start != NONE or day != NONE for start, day, _ in enquiries)
        enquired = YES if is_dated else NO
        for start, end in assessments:
            self._assessments.add(
                self._child, group, date, source, start, end, self._disabled, enquired, closed
            )
        for start, day, not_required in enquiries:
            self._enquiries.add(self._child, start, day, not_required)

    def census(self) -> Census:
        """What was read, once the parser is through."""
        if "Children" not in self._elements:
            raise ReturnError(
                f"{self.path}: there is no <Children> in it, so it is no children in need return."
            )
        if not len(self._referrals):
            raise ReturnError(
                f"{self.path}: there is no referral (<CINdetails>) in it, so nothing can be counted."
            )
        records = Records(
            referrals=self._referrals.table(),
            assessments=self._assessments.table(),
            enquiries=self._enquiries.table(),
            contents=_CONTENTS | {name.replace("_", " ") for name in self._answers.readable},
            la_code=self._header.get("LEA") or None,
            synthetic=self._synthetic,
            problem_counts={
                **dict.fromkeys(_PROBLEMS, 0),
                **self._problem_counts,
                "unreadable_date": self._dates.unreadable,
                "unreadable_answer": self._answers.unreadable,
                **{each: self._dates.said[each] for each in (PLACEHOLDER, ELEVEN)},
            },
            shapes=self._dates.shapes,
        )
        year = self._header.get("Year", "")
        reference = day_of(self._header.get("ReferenceDate", ""))
        named = int(year) if re.fullmatch(r"\d{4}", year) else None
        return Census(records, self._answers.unknown(), self._not_read(), named, reference, self._layout())

    def _not_read(self) -> Unread:
        """A question about elements that are in no layout, or in another place than there."""
        if not self._unread:
            return NOTHING_UNREAD
        names = [name for name, _ in self._unread.most_common() if re.fullmatch(r"[A-Za-z0-9]{2,40}", name)]
        such = f", such as {listed(f'<{name}>' for name in names[:_MOST_NAMES])}," if names else ""
        return Unread(
            questions=(
                f"simkit did not read some elements{such} because no layout from 2021 to 2026 has them, or "
                "has them in that place or that often. If they hold dates or children's numbers, the figures "
                "are wrong. Have the export corrected to match the department's layout.",
            )
        )

    def _layout(self) -> str:
        if "PreProceedingsandFGDM" in self._elements:
            return "2026"
        return "2024" if "Sex" in self._elements else "2021"


def _give(part: dict[str, str], name: str, text: str) -> None:
    """Keep a value; of two that differ, neither can be read."""
    if text and part.get(name, text) not in ("", text):
        text = "?"
    part[name] = text or part.get(name, "")


_CONTENTS = frozenset({"children", "referrals", "referral dates", "closures", "enquiries", "conferences"})
_PROBLEMS = (
    "stray_text",
    "unknown_element",
    "misplaced_element",
    "missing_child_id",
    "duplicate_child",
    "closed_but_worked_on",
)

"""The rules of the quality report: the problem that each counts, and among which records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``level``: ``error`` (left out of the figures or wrong), ``query`` or ``note``.

    ``of``: the records it is a count of. ``needs``: what a return must hold for the rule to be checked.
    ``source``: what the rule rests on, empty where it is plain sense.
    """

    id: str
    title: str
    level: str
    of: str
    needs: str = ""
    source: str = ""


_CENSUS = "validation rules of the children in need census, as the open validator of the sector has them"

RULES: tuple[Rule, ...] = (
    Rule(
        "stray_text",
        "Text between the elements of the return, outside of any value",
        "error",
        "places",
        "xml",
    ),
    Rule("unknown_element", "Elements that no layout from 2021 to 2026 has", "query", "elements", "xml"),
    Rule(
        "misplaced_element",
        "Elements in another place, or more often, than any layout from 2021 to 2026 has: not read",
        "error",
        "elements",
        "xml",
    ),
    Rule("missing_child_id", "No child's number", "error", "records", "children"),
    Rule(
        "duplicate_child", "The same child's number appears again in the return", "error", "children", "xml"
    ),
    Rule(
        "duplicate_row",
        "A row whose number is already in its table: left out",
        "error",
        "rows",
        "ssd",
    ),
    Rule(
        "unjoined_row",
        "A row with a referral number that is not among the referrals: counted without it",
        "error",
        "rows",
        "ssd",
    ),
    Rule("unreadable_date", "A date that can't be read as a day", "error", "dates"),
    Rule("day_number", "A day number of Excel in place of a date: read as that day", "note", "dates"),
    Rule(
        "placeholder_date",
        "A placeholder for no date, such as 'Open' or a day of 1900: read as none",
        "note",
        "dates",
    ),
    Rule(
        "eleven_at_night",
        "A time of exactly 11pm in summer, as midnight is in universal time: the day may be the next one",
        "query",
        "dates",
    ),
    Rule(
        "swapped_date",
        "Day and month swapped by a spreadsheet, as the other dates of the column prove: swapped back",
        "query",
        "dates",
        "lists",
    ),
    Rule(
        "unreadable_answer",
        "An answer to yes or no that can't be read: no rate is made from its column",
        "error",
        "answers",
    ),
    Rule("referral_missing_date", "Referral without a date", "error", "referrals", "referrals"),
    Rule(
        "referral_duplicate",
        "The same child referred twice on the same day: counted once",
        "error",
        "referrals",
        "both",
    ),
    Rule(
        "referral_future", "Referral dated after the return ends: left out", "error", "referrals", "referrals"
    ),
    Rule(
        "closed_but_worked_on",
        "Closed with no further action, but with an assessment, enquiry or conference",
        "error",
        "referrals",
        "xml",
        _CENSUS,
    ),
    Rule(
        "open_and_ended",
        "The same child and start, with and without an end: counted once, as ended",
        "error",
        "assessments",
        "children",
    ),
    Rule("missing_start", "Assessment without a start that can be read: left out", "error", "assessments"),
    Rule("unreadable_end", "Assessment whose end can't be read: left out", "error", "assessments"),
    Rule("end_before_start", "Assessment that ends before it starts: left out", "error", "assessments"),
    Rule(
        "duplicate_assessment",
        "The same assessment of a child twice: counted once",
        "error",
        "assessments",
        "children",
    ),
    Rule("future_start", "Assessment that starts after the return ends: left out", "error", "assessments"),
    Rule("future_end", "Assessment that ends after the return ends: counted as open", "error", "assessments"),
    Rule("ended_before", "Assessment that ended before the return begins: left out", "note", "assessments"),
    Rule(
        "begun_before",
        "Assessment that began before the days covered by a list of those begun: left out",
        "note",
        "assessments",
        "lists",
    ),
    Rule(
        "overlap",
        "Assessment begun while another of the same referral was running, or on its last day",
        "query",
        "assessments",
        "children",
        f"{_CENSUS}, 8863",
    ),
    Rule(
        "start_before_referral",
        "Assessment that starts before the referral",
        "error",
        "assessments",
        "referral dates",
        _CENSUS,
    ),
    Rule(
        "two_open",
        "More than one assessment open in the same episode",
        "error",
        "assessments",
        "closures",
        _CENSUS,
    ),
    Rule(
        "closed_but_open",
        "Episode closed with its assessment still open: not counted as open work",
        "error",
        "assessments",
        "closures",
        _CENSUS,
    ),
    Rule(
        "open_from_before",
        "Open assessment that started before the census year",
        "error",
        "open assessments",
        "census year",
        f"{_CENSUS}, 8736",
    ),
    Rule(
        "open_over_45",
        "Assessment open for more than 45 working days (the day of its start is day 0)",
        "query",
        "open assessments",
        "",
        f"{_CENSUS}, 8670Q",
    ),
    Rule(
        "open_45_and_over",
        "The same with the day of its start as day 1, as the open validator counts",
        "query",
        "open assessments",
        "",
        f"{_CENSUS}, 8670Q",
    ),
    Rule(
        "enquiry_missing_start",
        "Section 47 enquiry without a start that can be read",
        "error",
        "enquiries",
        "enquiries",
    ),
    Rule(
        "enquiry_waiting",
        "Section 47 enquiry begun more than 15 working days before the end, without a conference or a record "
        "that none was needed (the day of its start is day 0)",
        "query",
        "enquiries",
        "conferences",
        _CENSUS,
    ),
    Rule("conference_before", "Conference before its enquiry began", "error", "enquiries", "conferences"),
    Rule(
        "conference_weekend",
        "Conference on a Saturday or Sunday",
        "error",
        "enquiries",
        "conferences",
        _CENSUS,
    ),
    Rule("conference_future", "Conference dated after the return ends", "error", "enquiries", "conferences"),
    Rule(
        "likely_siblings",
        "Children whose referral and assessment have the same days as another child's: most likely brothers "
        "and sisters",
        "note",
        "assessments",
        "referral dates",
    ),
)

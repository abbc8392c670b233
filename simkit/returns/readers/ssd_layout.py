"""The tables of the Standard Safeguarding Dataset (SSD) that are read, and what each column is for.

From the layout of July 2026 (the open repository ``data-to-insight/ssd-data-model``, ``data/objects``). Names
of people, dates of birth and ids from outside (``ssd_person``, ``prof_professional_name``,
``prof_staff_id``) are not in it: these are never asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

LAYOUT = "layout of July 2026"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, and ``without``: what can't be measured where it is missing.

    ``without`` is empty where the column is ``needed``, as nothing is measured then.
    """

    name: str
    title: str
    without: str = ""

    @property
    def needed(self) -> bool:
        """Whether nothing can be measured without it."""
        return not self.without


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A table: its name, its columns of which the first is its key, and what is missing without it."""

    name: str
    title: str
    columns: tuple[Column, ...]
    without: str = ""

    @property
    def needed(self) -> bool:
        """Whether nothing can be measured without it."""
        return not self.without


_TEAMS = "figures by team"
_ROUTES = "section 47 enquiries and durations of their route"
_VISITS = "when the child is seen, and visits in an assessment"
_CONFERENCES = "conferences and the days to them"
_CONTACTS = "contacts and the days from contact to referral"
_STAFF = "full-time equivalents, part-time posts and agency staff"
_ALLOCATION = "when cases are allocated, hand-overs, cases for each worker and people doing assessments"

REFERRALS = TableLayout(
    "ssd_cin_episodes",
    "referrals",
    (
        Column("cine_referral_id", "number of the referral"),
        Column("cine_person_id", "number of the child"),
        Column("cine_referral_date", "date of the referral"),
        Column("cine_close_date", "date of closing", "which cases are closed, and so what is open"),
        Column("cine_referral_nfa", "closed with no further action", "the share closed at the front door"),
        Column("cine_referral_source_code", "who referred", "which children are likely brothers and sisters"),
    ),
)
ASSESSMENTS = TableLayout(
    "ssd_cin_assessments",
    "assessments",
    (
        Column("cina_assessment_id", "number of the assessment"),
        Column("cina_person_id", "number of the child"),
        Column("cina_referral_id", "number of the referral"),
        Column("cina_assessment_start_date", "start of the assessment"),
        Column("cina_assessment_auth_date", "authorisation of the assessment"),
        Column("cina_assessment_team", "team", _TEAMS),
        Column("cina_assessment_worker_id", "number of the worker", _TEAMS),
    ),
)
CONTACTS = TableLayout(
    "ssd_contacts",
    "contacts",
    (
        Column("cont_contact_id", "number of the contact", _CONTACTS),
        Column("cont_person_id", "number of the child", _CONTACTS),
        Column("cont_contact_date", "date of the contact", _CONTACTS),
    ),
    _CONTACTS,
)
VISITS = TableLayout(
    "ssd_cin_visits",
    "visits",
    (
        Column("cinv_cin_visit_id", "number of the visit", _VISITS),
        Column("cinv_person_id", "number of the child", _VISITS),
        Column("cinv_cin_visit_date", "date of the visit", _VISITS),
        Column("cinv_cin_visit_seen", "child seen", "when the child is seen"),
        Column("cinv_cin_visit_seen_alone", "child seen alone", "when the child is seen alone"),
    ),
    _VISITS,
)
ENQUIRIES = TableLayout(
    "ssd_s47_enquiry",
    "section 47 enquiries",
    (
        Column("s47e_s47_enquiry_id", "number of the enquiry", _ROUTES),
        Column("s47e_referral_id", "number of the referral", _ROUTES),
        Column("s47e_person_id", "number of the child", _ROUTES),
        Column("s47e_s47_start_date", "start of the enquiry", _ROUTES),
        Column("s47e_s47_end_date", "end of the enquiry", "which enquiries wait for a conference"),
        Column("s47e_s47_outcome_json", "outcome of the enquiry", "which enquiries wait for a conference"),
    ),
    _ROUTES,
)
CONFERENCES = TableLayout(
    "ssd_initial_cp_conference",
    "initial child protection conferences",
    (
        Column("icpc_icpc_id", "number of the conference", _CONFERENCES),
        Column("icpc_s47_enquiry_id", "number of the enquiry", _CONFERENCES),
        Column("icpc_referral_id", "number of the referral", _CONFERENCES),
        Column("icpc_person_id", "number of the child", _CONFERENCES),
        Column("icpc_icpc_date", "date of the conference", _CONFERENCES),
    ),
    _CONFERENCES,
)
DISABILITIES = TableLayout(
    "ssd_disability",
    "disabilities",
    (
        Column("disa_table_id", "number of the row", "the route of disabled children"),
        Column("disa_person_id", "number of the child", "the route of disabled children"),
        Column("disa_disability_code", "kind of disability", "the route of disabled children"),
    ),
    "the route of disabled children",
)
INVOLVEMENTS = TableLayout(
    "ssd_involvements",
    "who is involved from when to when",
    (
        Column("invo_involvements_id", "number of the row", _ALLOCATION),
        Column("invo_professional_id", "number of the worker", _ALLOCATION),
        Column("invo_professional_role_id", "role of the worker", _ALLOCATION),
        Column("invo_involvement_start_date", "first day of the involvement", _ALLOCATION),
        Column("invo_involvement_end_date", "last day of the involvement", _ALLOCATION),
        Column("invo_person_id", "number of the child", _ALLOCATION),
        Column("invo_referral_id", "number of the referral", _ALLOCATION),
    ),
    _ALLOCATION,
)
WORKERS = TableLayout(
    "ssd_professionals",
    "workers",
    (
        Column("prof_professional_id", "number of the worker", _STAFF),
        Column("prof_full_time_equivalency", "full-time equivalent", "full-time equivalents"),
        Column("prof_agency_worker_flag", "agency worker", "agency staff"),
    ),
    _STAFF,
)
TEAMS = TableLayout(
    "ssd_department",
    "teams",
    (
        Column("dept_team_id", "number of the team", "the names of teams"),
        Column("dept_team_name", "name of the team", "the names of teams"),
    ),
    "the names of teams",
)

TABLES = (
    REFERRALS,
    ASSESSMENTS,
    ENQUIRIES,
    CONFERENCES,
    DISABILITIES,
    CONTACTS,
    VISITS,
    INVOLVEMENTS,
    WORKERS,
    TEAMS,
)
"""The tables in the order in which they are read: numbers of referrals and enquiries are joined to."""

ALLOCATED_ROLES = frozenset({"cw", "allocated case worker", "allocated worker", "allocated social worker"})
"""Roles of the worker to whom the case is allocated, in small letters: ``CW`` is System C's code for it."""

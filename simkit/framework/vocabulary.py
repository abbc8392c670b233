"""The known words: events of a case, routes, conditions, elements of a local protocol, and the four answers.

A file may add events, routes and conditions of its own. Only some of the events happen in the simulation, and
only the first four routes; the rest is stored, checked, compared and printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NONE_SET = "none set"
"""The answer that somebody has decided to set nothing."""

NOT_DECIDED = "not decided"
"""The answer that nobody has decided yet."""

NOT_KNOWN = "not known"
"""The answer that a value may exist, and was not found."""

ANSWERS = (NONE_SET, NOT_DECIDED, NOT_KNOWN)
"""The answers to a question other than a value, as they are written in a file."""

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "timescales": ("referrer_told", "allocated", "family_told", "child_seen", "authorised"),
    "reviews": ("reviewed",),
    "priorities": (),
}
"""What every framework has an answer to, by section: the events at which a time ends."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to a case. ``moment`` names it inside a sentence: "within a day of ...".

    ``simulated``: the model can say when.
    """

    title: str
    moment: str
    simulated: bool = False


EVENTS: Mapping[str, Event] = MappingProxyType(
    {
        # the front door
        "contact": Event("Contact received", "the contact"),
        "contact_decided": Event("Decided what happens with a contact", "the decision on the contact"),
        "referral": Event("Referral received", "the referral", simulated=True),
        "referral_in_writing": Event("Referral confirmed in writing", "the referral in writing"),
        "referral_acknowledged": Event("Referral acknowledged", "the acknowledgement"),
        "new_information": Event(
            "New information on an open case calls for a further assessment", "the new information"
        ),
        "decided": Event("Next action decided", "the decision on the next action", simulated=True),
        "referrer_told": Event("Referrer told the decision", "the feedback to the referrer"),
        # the assessment
        "allocated": Event("Social worker allocated", "allocation", simulated=True),
        "assessment_started": Event("Assessment started", "the start of the assessment", simulated=True),
        "family_told": Event("Family told how the assessment will run", "the family being told"),
        "child_seen": Event("Child seen by a social worker", "the child being seen", simulated=True),
        "not_seen_alone": Event(
            "Child found not to have been seen alone", "the visit on which the child was not seen alone"
        ),
        "discussed_with_manager": Event("Discussed with the manager", "the discussion with the manager"),
        "reviewed": Event("Assessment reviewed by a manager", "the review"),
        "limit_passed": Event("Time limit of the assessment passed", "the passing of the time limit"),
        "overrun_reason_recorded": Event(
            "Reason for exceeding the limit recorded", "the recording of the reason"
        ),
        "authorised": Event(
            "Assessment authorised by a manager", "the manager's authorisation", simulated=True
        ),
        "assessment_updated": Event(
            "Assessment brought up to date", "the last time it was brought up to date"
        ),
        # the two stages of 2000 to 2013
        "initial_assessment_completed": Event(
            "Initial assessment completed", "the end of the initial assessment", simulated=True
        ),
        "core_assessment_decided": Event(
            "Decision to start a core assessment", "the decision on a core assessment"
        ),
        "core_assessment_started": Event("Core assessment started", "the start of the core assessment"),
        "core_assessment_completed": Event("Core assessment completed", "the end of the core assessment"),
        "significant_change": Event("Significant change for the child", "a significant change"),
        "cared_for": Event("Child becomes cared for", "the child becoming cared for"),
        # child protection
        "harm_suspected": Event(
            "Reasonable cause to suspect significant harm", "the suspicion of significant harm"
        ),
        "strategy_discussion_decided": Event(
            "Strategy discussion decided on", "the decision to hold a strategy discussion"
        ),
        "strategy_discussion": Event("Strategy discussion held", "the strategy discussion", simulated=True),
        "medical": Event("Child protection medical held", "the child protection medical"),
        "enquiry_concluded": Event(
            "Section 47 enquiry concluded", "the end of the section 47 enquiry", simulated=True
        ),
        "conference_decided": Event(
            "Child protection conference decided on", "the decision to hold a conference"
        ),
        "conference_requested": Event(
            "Child protection conference requested", "the request for a conference"
        ),
        "report_shared": Event("Report shared with the family", "the sharing of the report"),
        "conference": Event(
            "Initial child protection conference held", "the initial conference", simulated=True
        ),
        "core_group": Event("Core group meets", "the core group"),
        "review_conference": Event("Review conference held", "the review conference"),
        # plans and other help
        "child_in_need_meeting": Event("Child in need meeting held", "the child in need meeting"),
        "plan_made": Event("Plan made", "the plan being made"),
        "plan_reviewed": Event("Plan reviewed", "the plan review"),
        "plan_visit": Event("Child seen at home under a plan", "the visit under the plan"),
        "next_visit": Event("Next visit to the child", "the next visit"),
        "early_help_visit": Event("Early help visit", "the early help visit"),
        "case_closed": Event("Case closed", "the closing of the case"),
        "transferred": Event("Case transferred to another team", "the transfer"),
        "expected_birth": Event("Baby due", "the expected date of birth"),
        "birth": Event("Child born", "the birth"),
        # incidents
        "incident_known": Event("Authority aware of a serious incident", "awareness of the incident"),
        "incident_notified": Event("Serious incident notified", "the notification of the incident"),
        "rapid_review_completed": Event("Rapid review completed", "the end of the rapid review"),
        "case_review_started": Event("Case review started", "the start of the case review"),
        "case_review_completed": Event("Case review completed", "the end of the case review"),
        # emergency powers
        "police_protection_started": Event(
            "Child taken into police protection", "the start of police protection"
        ),
        "police_protection_ended": Event("Police protection ended", "the end of police protection"),
        "emergency_order_made": Event("Emergency protection order made", "the making of the order"),
        "emergency_order_ended": Event("Emergency protection order ended", "the end of the order"),
        # the document itself
        "annual_report_published": Event("Board's annual report published", "the board's annual report"),
        "protocol_reviewed": Event("Local protocol reviewed", "the review of the protocol"),
    }
)

_CHAINS = (
    ("contact", "contact_decided", "referral", "decided", "allocated", "child_seen", "authorised"),
    ("referral", "referral_acknowledged", "authorised", "assessment_updated"),
    ("referral", "decided", "referrer_told"),
    ("referral", "assessment_started", "authorised"),
    ("referral", "family_told", "authorised"),
    ("decided", "initial_assessment_completed", "core_assessment_decided"),
    ("core_assessment_decided", "core_assessment_started", "core_assessment_completed"),
    ("initial_assessment_completed", "core_assessment_started", "core_assessment_completed"),
    ("limit_passed", "overrun_reason_recorded"),
    ("harm_suspected", "strategy_discussion_decided", "strategy_discussion", "enquiry_concluded"),
    ("strategy_discussion", "enquiry_concluded", "conference", "core_group", "review_conference"),
    ("strategy_discussion", "conference_decided", "conference"),
    ("conference_requested", "conference"),
    ("report_shared", "conference"),
    ("referral", "strategy_discussion"),
    ("plan_made", "plan_reviewed"),
    ("not_seen_alone", "next_visit"),
    ("incident_known", "incident_notified", "rapid_review_completed", "case_review_completed"),
    ("case_review_started", "case_review_completed"),
    ("police_protection_started", "police_protection_ended"),
    ("emergency_order_made", "emergency_order_ended"),
)
"""Events in the order in which a case comes to them. Those of no common chain have no usual order."""


def comes_before(event: object, other: object) -> bool:
    """Whether a case usually comes to ``event`` before ``other``; False where there is no usual order."""
    return any(
        event in chain and other in chain and chain.index(event) < chain.index(other) for chain in _CHAINS
    )


ROUTE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        # simulated
        "section_17": "section 17",
        "disabled_children": "disabled children",
        "section_47": "section 47",
        "brief": "brief assessment",
        # not simulated
        "family_help": "family help",
        "early_help": "early help",
        "pre_birth": "children not yet born",
        "young_people": "young people of 16 and 17",
        "plan": "children with a child in need plan",
        "child_protection_plan": "children with a child protection plan",
    }
)

CONDITIONS: Mapping[str, str] = MappingProxyType(
    {
        "exceptional": "in exceptional circumstances",
        "still_open": "if the assessment is still open",
        "going_beyond": "if the assessment is expected to go beyond it",
        "complex": "in complex cases",
        "conference": "if a conference is to be held",
        "first_stage": "where an initial assessment comes first",
        "second_stage": "if it did not end with an initial assessment",
        "sent_back": "if the assessment is sent back for more work",
        "review_point": "at a review point",
        "specialist_assessment": "if an independent specialist assessment is commissioned",
        "pre_birth": "if the plan was made before birth",
        "unfit_to_attend": "if the mother is not fit to attend",
        "not_seen_alone": "if the child was not seen alone",
        "referrer_is_teacher": "if the referrer is a teacher",
        "extended": "if extended",
        "plan_made": "if a plan is made",
    }
)


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that published protocols deal with, with the places it was seen in."""

    title: str
    seen_in: str = ""


# The guidance's own list was not read: these are put together from published protocols. Elements
# 13 (agreed, published, dated, owned) and 14 (consistent with the national regime) of the same
# checklist are the keys `agreed` and `based_on`.
PROTOCOL_ELEMENTS: Mapping[str, Element] = MappingProxyType(
    {
        "timely_and_proportionate": Element(
            "Assessments are timely, transparent and proportionate", "Solihull 2015; draft of June 2012"
        ),
        "disabled_children": Element(
            "How the needs of disabled children are addressed",
            "Solihull 2015, Southwark 2019, Enfield, Leicester, Leicestershire and Rutland",
        ),
        "young_carers": Element(
            "How the needs of young carers are addressed",
            "Solihull 2015, Southwark 2019, Leicester, Leicestershire and Rutland",
        ),
        "youth_justice": Element(
            "How the needs of children in the youth justice system are addressed",
            "Solihull 2015, Southwark 2019, Leicester, Leicestershire and Rutland",
        ),
        "other_agencies": Element(
            "How other agencies and professionals contribute",
            "Solihull 2015, Southwark 2019, Enfield, Leicester, Leicestershire and Rutland",
        ),
        "specialist_assessments": Element(
            "How specialist assessments inform the statutory assessment",
            "Solihull 2015, Enfield, Warwickshire 2018, Leicester, Leicestershire and Rutland",
        ),
        "coordination": Element(
            "How statutory and specialist assessments are coordinated into one process and one plan",
            "Solihull 2015, Enfield",
        ),
        "internal_review_points": Element(
            "How internal review points are managed and shared",
            "Solihull 2015, Southwark 2019, Enfield, Hull",
        ),
        "return_from_care": Element(
            "The process for children returned from care to their families",
            "Solihull 2015, Southwark 2019, Enfield, Leicester, Leicestershire and Rutland",
        ),
        "help_and_responsibilities": Element(
            "The family understands the help offered and its own responsibilities",
            "Solihull 2015, Southwark 2019, Enfield",
        ),
        "challenge": Element(
            "How children and families can challenge the assessment",
            "written parliamentary answer 137389, Southwark 2019, Enfield, "
            "Leicester, Leicestershire and Rutland",
        ),
        "recording": Element(
            "How decisions and the case are recorded",
            "Enfield, Hull, Leicester, Leicestershire and Rutland",
        ),
    }
)

PROTOCOL_EXTRAS: Mapping[str, Element] = MappingProxyType(
    {
        "assessment_types": Element("Types of assessment and their purposes"),
        "planning": Element("Planning the assessment"),
        "thresholds": Element("Levels of need"),
        "seeing_the_child": Element("Seeing the child"),
        "specialist_pathways": Element(
            "Specialist pathways, such as homelessness at 16 and 17 and before birth",
            "Leicester, Leicestershire and Rutland",
        ),
        "court": Element("Court and pre-proceedings", "Enfield"),
        "abroad": Element("Assessing families abroad", "Hull"),
        "transfers": Element("Transfers between teams", "Durham 2016"),
        # Of the system of 2013, beside or inside local arrangements: stored and printed, not simulated.
        "common_assessment": Element("The Common Assessment Framework, later the early help assessment"),
        "annual_report": Element("The annual report of the board, and of what it says on assessments"),
        "national_panel": Element(
            "The national panel of independent experts on serious case reviews, 2013 to 2018"
        ),
    }
)

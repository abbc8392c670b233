"""The elements of the children in need census, of all layouts from 2021 to 2026 together.

They differ little: ``Sex`` took the place of ``GenderCurrent`` with returns for 2023-24, the date of the
internal review was dropped, and ``PreProceedingsandFGDM`` came with the layout of 2026.
"""

from __future__ import annotations

GROUPS = frozenset(
    (
        "Message",
        "Header",
        "CollectionDetails",
        "Source",
        "Children",
        "Child",
        "ChildIdentifiers",
        "ChildCharacteristics",
        "Disabilities",
        "CINdetails",
        "Assessments",
        "FactorsIdentifiedAtAssessment",
        "CINPlanDates",
        "Section47",
        "ChildProtectionPlans",
        "Reviews",
        "PreProceedingsandFGDM",
        "Content",
        "CBDSLevels",
    )
)
"""Elements that hold others, and no text of their own."""

VALUES = frozenset(
    (
        "Collection",
        "Year",
        "ReferenceDate",
        "SourceLevel",
        "LEA",
        "SoftwareCode",
        "Release",
        "SerialNo",
        "DateTime",
        "LAchildID",
        "UPN",
        "FormerUPN",
        "UPNunknown",
        "PersonBirthDate",
        "ExpectedPersonBirthDate",
        "GenderCurrent",
        "Sex",
        "PersonDeathDate",
        "Ethnicity",
        "Disability",
        "CINreferralDate",
        "ReferralSource",
        "PrimaryNeedCode",
        "CINclosureDate",
        "ReasonForClosure",
        "DateOfInitialCPC",
        "AssessmentActualStartDate",
        "AssessmentInternalReviewDate",
        "AssessmentAuthorisationDate",
        "AssessmentFactors",
        "CINPlanStartDate",
        "CINPlanEndDate",
        "S47ActualStartDate",
        "InitialCPCtarget",
        "ICPCnotRequired",
        "ReferralNFA",
        "CPPstartDate",
        "CPPendDate",
        "InitialCategoryOfAbuse",
        "LatestCategoryOfAbuse",
        "NumberOfPreviousCPP",
        "CPPreviewDate",
        "PPStartDate",
        "LBPSentDate",
        "FGDMMeetingOffer",
        "FGDMMeetingFac",
        "InitialPPMeetingDate",
        "ReviewMeetingsCount",
        "StepDecisionDate",
        "PPOutcome",
        "CourtAppDate",
        "LetterInitCPDate",
        "CBDSLevel",
    )
)
"""Elements that hold a value."""

NAMES = {name.lower(): name for name in GROUPS | VALUES}
"""The elements by their names in small letters: some systems write other capitals."""

_EPISODE = frozenset({"CINdetails"})
_ASSESSMENT, _ENQUIRY = frozenset({"Assessments"}), frozenset({"Section47"})

PARENTS = {
    "Children": frozenset({"Message"}),
    "Child": frozenset({"Children"}),
    "LAchildID": frozenset({"ChildIdentifiers", "Child"}),
    "CINdetails": frozenset({"Child"}),
    "CINreferralDate": _EPISODE,
    "CINclosureDate": _EPISODE,
    "ReferralSource": _EPISODE,
    "ReferralNFA": _EPISODE,
    "Assessments": _EPISODE,
    "AssessmentActualStartDate": _ASSESSMENT,
    "AssessmentAuthorisationDate": _ASSESSMENT,
    "Section47": _EPISODE,
    "S47ActualStartDate": _ENQUIRY,
    "ICPCnotRequired": _ENQUIRY,
    "DateOfInitialCPC": _EPISODE | _ENQUIRY,
}
"""The elements that are read, and those in which each may be."""

"""An agreed framework that answers every question: invented, in the name of Oxfordshire."""

from __future__ import annotations

from simkit.framework.vocabulary import PROTOCOL_ELEMENTS

FINISHED = """\
simkit: framework/1
authority: Oxfordshire
title: "Oxfordshire: framework for assessing children in need"
based_on: national/working-together-2023
status: agreed
in_force:
  from: 2025-04-01
agreed:
  by: Oxfordshire County Council, Thames Valley Police and the Integrated Care Board
  on: 2025-03-14
  owner: Head of Safeguarding
  review_on: 2099
roles:
  assistant_team_manager:
    title: Assistant Team Manager
timescales:
  concluded:
    title: Assessment concluded
    from: referral
    to: authorised
    at_most: 35 working days
    decided_by: [team_manager, assistant_team_manager]
  referrer_told: none set
  allocated: none set
  family_told: none set
reviews:
  first:
    title: First review
    by: [team_manager, assistant_team_manager]
    from: allocated
    within: 10 working days
    includes: [child_seen]
  further:
    title: Further reviews
    by: team_manager
    after: first
    no_number: on the day set at the review before
priorities: none set
threshold_document:
  title: Threshold of Needs
  link: https://www.oxfordshire.gov.uk/thresholds
protocol:
""" + "".join(
    f"  {name}:\n    owner: Head of Assessment\n    link: https://www.oxfordshire.gov.uk/complaints\n"
    f"    text: What we do.\n"
    for name in PROTOCOL_ELEMENTS
)

"""A framework as a document: the local protocol in sections, tables and sentences, all from the data.

``document`` makes an immutable ``Document`` of a ``Framework``. Nothing of the modelling part is in
it. What is missing stays visible as missing.
"""

from __future__ import annotations

from simkit.framework.document.blocks import Document
from simkit.framework.document.clocks import priorities, reviews, timeline_section, timescales
from simkit.framework.document.families import families
from simkit.framework.document.inputs import document_inputs, standing
from simkit.framework.document.standing import (
    about,
    before_publishing,
    deciders,
    departures,
    not_known,
    sources,
)
from simkit.framework.document.texts import more, protocol, threshold
from simkit.framework.framework import Framework

__all__ = ["Document", "document", "edition_of"]


def edition_of(framework: Framework) -> str | None:
    """The name of the national edition that the framework is based on, None if there is none."""
    layers = [n for n in framework.layers if n.startswith("national/") and n != "national/assumptions"]
    return layers[-1] if layers else None


def document(framework: Framework, edition: Framework | None = None) -> Document:
    """The framework as a document. ``edition`` is the national edition that it is based on."""
    inputs = document_inputs(framework, edition)
    subtitle = "National timescales for assessing children in need"
    if not inputs.national:
        subtitle = f"Local protocol for assessing children in need: {inputs.authority}"
    sections = (
        before_publishing(inputs),
        protocol(inputs),
        None if inputs.national else threshold(inputs),
        timescales(inputs),
        reviews(inputs),
        None if inputs.national else priorities(inputs),
        timeline_section(inputs),
        deciders(inputs),
        None if inputs.national else departures(inputs),
        more(inputs),
        not_known(inputs),
        sources(inputs),
        families(inputs),
    )
    return Document(
        name=framework.name,
        title=framework.title,
        subtitle=subtitle,
        standing=standing(inputs),
        own=inputs.own,
        authority=inputs.authority,
        about=about(inputs),
        sections=tuple(section for section in sections if section is not None),
    )

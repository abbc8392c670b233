"""A framework as a document: the local protocol in sections, tables and sentences, all from the data.

``document`` makes an immutable ``Document`` of a ``Framework``. Nothing of the modelling part is in
it. What is missing stays visible as missing.
"""

from __future__ import annotations

from dataclasses import replace

from simkit.common.blocks import Section
from simkit.framework.document.blocks import Document
from simkit.framework.document.clocks import (
    annex,
    commitments,
    national,
    national_document_times,
    timeline_section,
)
from simkit.framework.document.families import families
from simkit.framework.document.inputs import document_inputs, standing
from simkit.framework.document.standing import (
    about,
    before_publishing,
    deciders,
    departures,
    not_known,
    signatures,
    sources,
)
from simkit.framework.document.summary import summary
from simkit.framework.document.texts import more, protocol, threshold
from simkit.framework.framework import Framework

__all__ = ["PARTS", "Document", "document", "edition_of", "part_of"]


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
    sections: tuple[Section | None, ...]
    if inputs.national:
        sections = (
            national_document_times(inputs),
            timeline_section(inputs),
            deciders(inputs),
            protocol(inputs),
            not_known(inputs),
            sources(inputs),
            annex(inputs),
            families(inputs),
        )
    else:
        sections = (
            before_publishing(inputs),
            commitments(inputs),
            timeline_section(inputs),
            protocol(inputs),
            threshold(inputs),
            deciders(inputs),
            departures(inputs),
            more(inputs),
            national(inputs),
            not_known(inputs),
            sources(inputs),
            signatures(inputs),
            annex(inputs),
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
        front=() if inputs.national else (summary(inputs),),
    )


PARTS = {"one-page": ("one-page", "counting"), "families": ("families",)}
"""The parts of a document that can be had alone, with the ids of their sections."""


def part_of(whole: Document, part: str) -> Document:
    """A part of a document as one of its own: a name of ``PARTS``. Raises KeyError."""
    wanted = PARTS[part]
    sections = tuple(replace(each, own_page=False) for each in whole.all_sections() if each.id in wanted)
    return replace(whole, about=(), front=(), sections=sections)

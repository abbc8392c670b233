"""How a service answers a change of caseload and staff: shorter work, the front door, agency cover.

Fitted to what published services did in 2016 to 2023; off wherever the published state itself is simulated.
"""

from __future__ import annotations

from dataclasses import dataclass

from simkit.framework.framework import Framework

__all__ = ["Response", "response_of"]


@dataclass(frozen=True, slots=True)
class Response:
    """The answer of a service to pressure; shares from 0 to 1.

    ``throughput``: the power of usual over present load by which case holders' work gets shorter, ``most``
    the part of it that can go. ``front_door``: part of a rise in referrals that is closed or not assessed
    anew, section 47 enquiries left out. ``cover_vacancies``: part of posts fallen vacant that agency
    staff fill; ``cover_demand``: part of a rise in referrals met by agency staff, months later.
    ``section_47_too``: whether the work of section 47 enquiries gets shorter like all other.
    """

    throughput: float
    most: float
    front_door: float
    cover_vacancies: float
    cover_demand: float
    section_47_too: bool = True


def response_of(framework: Framework) -> Response:
    """The response that a framework's modelling part describes."""

    def number(name: str) -> float:
        return framework.number(f"response.{name}")

    return Response(
        throughput=number("throughput"),
        most=number("shorter_at_most"),
        front_door=number("front_door"),
        cover_vacancies=number("cover_vacancies"),
        cover_demand=number("cover_demand"),
    )

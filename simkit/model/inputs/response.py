"""The response of a service to a change of caseload or staff: shorter work, front door, agency cover.

Fitted to published services of 2016 to 2023; off where the published state itself is simulated.
"""

from __future__ import annotations

from dataclasses import dataclass

from simkit.framework.framework import Framework


@dataclass(frozen=True, slots=True)
class Response:
    """The response of a service to pressure; shares from 0 to 1.

    ``throughput``: exponent on usual over present load, by which case holders' work is shortened,
    ``shorter_at_most``: the largest share of it removed, ``noticed_over``: weeks taken together as the
    present load. ``front_door``: share of a rise in referrals that is closed or not assessed again, section
    47 enquiries excepted. ``cover_vacancies``: share of posts fallen vacant that agency staff fill;
    ``cover_demand``: share of a rise in referrals met by agency staff, months later.
    ``shortens_section_47``: whether the work of section 47 enquiries is shortened too.
    """

    throughput: float
    shorter_at_most: float
    noticed_over: int
    front_door: float
    cover_vacancies: float
    cover_demand: float
    shortens_section_47: bool = True


def response_of(framework: Framework) -> Response:
    """The response in a framework's model part."""

    def number(name: str) -> float:
        return framework.number(f"response.{name}")

    return Response(
        throughput=number("throughput"),
        shorter_at_most=number("shorter_at_most"),
        noticed_over=max(1, round(number("noticed_over"))),
        front_door=number("front_door"),
        cover_vacancies=number("cover_vacancies"),
        cover_demand=number("cover_demand"),
    )

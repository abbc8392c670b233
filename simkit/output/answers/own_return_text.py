"""An own return in the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from simkit.output.answers.own_return import SUPPRESSED, heading
from simkit.output.render.terminal_tables import bullets, grid, pairs, stack
from simkit.returns.counts import CONFERENCE_BANDS
from simkit.returns.readers.columns import Matched
from simkit.returns.result import Return

__all__ = ["preview", "render_return"]

_ROUTES = {
    "section_17": "Child in need (section 17)",
    "disabled_children": "Disabled children",
    "section_47": "Child protection enquiry (section 47)",
}


def render_return(returned: Return) -> Group:
    """Everything that ``simkit read-return`` says about a return."""
    parts: list[RenderableType] = [pairs(heading(returned))]
    if returned.matched:
        parts.append(preview(returned.matched))
    parts += [_durations(returned), _conferences(returned), _open(returned), _quality(returned)]
    figures = [line for line in str(returned.profile).splitlines()[1:] if not line.startswith("Note:")]
    parts.append(Group(Text("Profile", style="bold"), *(Text(line) for line in figures)))
    parts.append(bullets("Where it comes from", returned.profile.notes))
    return stack(*parts)


def preview(matched: tuple[Matched, ...]) -> Group:
    """Which column was taken for what."""
    lists = any(each.table for each in matched)
    rows = ((*((each.table,) if lists else ()), each.title, each.heading) for each in matched)
    return grid(
        "Columns matched", (*(("list",) if lists else ()), "taken for the", "heading in the file"), rows
    )


def _number(number: float | None) -> str:
    return SUPPRESSED if number is None else f"{number:,.0f}"


def _share(share: float | None) -> str:
    return "withheld" if share is None else f"{share:.1%}"


def _days(name: str) -> str:
    words = name.removeprefix("days_").removeprefix("icpc_days_")
    if words == "same_day":
        return "the same day"
    return (
        f"{words.removesuffix('_plus')} days or more"
        if words.endswith("_plus")
        else f"{words.replace('_', ' to ')} days"
    )


def _durations(returned: Return) -> RenderableType:
    found = returned.durations
    rows = [(_days(band), _number(number), _share(share)) for band, number, share in returned.bands()]
    within = None if found is None else found.shown.within_45_share
    rows.append(("within 45 working days", _number(returned.count("within_45_days")), _share(within)))
    if found is not None and found.within_45_interval is not None:
        low, high = found.within_45_interval
        rows.append(("  95% interval of the estimate", "", f"{low:.1%} to {high:.1%}"))
    rows.append(("all", _number(returned.count("assessments_completed")), ""))
    middle = None if found is None else found.median_days
    rows.append(("median", "withheld" if middle is None else f"{middle:.0f} days", ""))
    return grid("Assessments completed, from their start", ("", "assessments", "share"), rows, right=2)


def _conferences(returned: Return) -> RenderableType:
    found = returned.conferences
    if found is None:
        return bullets("Conferences", ["The return doesn't hold any."])
    rows = [
        (_days(name), _number(number))
        for (name, _), number in zip(CONFERENCE_BANDS, found.counts, strict=True)
    ]
    rows.append(("within 15 working days", _share(found.within_15_share)))
    return grid("Conferences, from the start of the enquiry", ("", "conferences"), rows, right=1)


def _open(returned: Return) -> RenderableType:
    by_route: dict[str, list[str]] = {}
    ages = []
    for route, age, number in returned.open_by_route_and_age():
        by_route.setdefault(route, [_ROUTES[route]]).append(_number(number))
        ages.append(_days(age))
    heads = ("", *dict.fromkeys(ages))
    title = f"Open assessments at the end: {_number(returned.count('open_assessments'))}"
    return grid(title, heads, by_route.values(), right=len(heads) - 1)


def _quality(returned: Return) -> RenderableType:
    found = [each for each in returned.quality if each.checked and each.count != 0]
    clear = sum(each.checked and each.count == 0 for each in returned.quality)
    rows = [(each.level, _number(each.count), each.of, each.title) for each in found]
    title = f"Quality: {len(found)} rules found something, {clear} found nothing"
    return grid(title, ("", "count", "of", "rule"), rows)

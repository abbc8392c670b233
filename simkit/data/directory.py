"""The authorities of the children in need statistics, 2013 to 2025, and their neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from simkit.common.arguments import checked_arguments
from simkit.common.errors import SimkitError
from simkit.data.files import rows

LAST_YEAR_OF_2021_EDITION = 2023

SHORT_NAMES = {
    "banes": "Bath and North East Somerset",
    "bandnes": "Bath and North East Somerset",
    "bcp": "Bournemouth, Christchurch and Poole",
    "bucks": "Buckinghamshire",
    "cambs": "Cambridgeshire",
    "centralbeds": "Central Bedfordshire",
    "cwac": "Cheshire West and Chester",
    "eastriding": "East Riding of Yorkshire",
    "glos": "Gloucestershire",
    "hants": "Hampshire",
    "handf": "Hammersmith and Fulham",
    "hereford": "Herefordshire, County of",
    "herts": "Hertfordshire",
    "hull": "Kingston upon Hull, City of",
    "iow": "Isle of Wight",
    "lancs": "Lancashire",
    "lbbd": "Barking and Dagenham",
    "lbhf": "Hammersmith and Fulham",
    "leics": "Leicestershire",
    "lincs": "Lincolnshire",
    "nelincs": "North East Lincolnshire",
    "nlincs": "North Lincolnshire",
    "northants": "Northamptonshire",
    "northnorthants": "North Northamptonshire",
    "notts": "Nottinghamshire",
    "oxon": "Oxfordshire",
    "rbkc": "Kensington and Chelsea",
    "rbwm": "Windsor and Maidenhead",
    "scilly": "Isles of Scilly",
    "southglos": "South Gloucestershire",
    "staffs": "Staffordshire",
    "warks": "Warwickshire",
    "westnorthants": "West Northamptonshire",
    "wilts": "Wiltshire",
    "worcs": "Worcestershire",
}
"""Short names that people say, without spaces, and the names of the statistics."""

_EARLIER_CODES = {"929": ("E06000048",), "390": ("E08000020",)}
"""ONS codes of the years before the statistics' own list: Northumberland and Gateshead, changed in 2013."""

_COUNCIL_WORDS = re.compile(
    r"^(?:the |london borough of |royal borough of |lb |rb |metropolitan borough of |borough of |county of "
    r"|city of (?!london)|county )|(?: (?:metropolitan borough council|metropolitan district council"
    r"|borough council|county council|city council|district council|unitary authority|corporation|council"
    r"|mbc|mdc|cc|bc|county|(?:, )?city of|(?:, )?county of|children s services|childrens services))$"
)
_CODE = re.compile(r"(?<![\w.])(e\d{8}|\d{3})(?:\.0+)?(?!\w)")


class UnknownAuthorityError(SimkitError, LookupError):
    """No authority is known by the name or code given; the text suggests the nearest."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A local authority as the children in need statistics know it.

    ``gss_codes`` are its ONS codes, oldest first. ``region_code`` and ``region_name`` are those of
    the nine regions; ``sub_region_code`` and ``sub_region_name`` tell Inner from Outer London and
    are the region's elsewhere. ``first_year`` and ``last_year`` are years ending 31 March.
    ``predecessors`` and ``successors`` are the codes of the authorities it came from or went into.
    """

    la_code: str
    name: str
    slug: str
    gss_codes: tuple[str, ...]
    region_code: str
    region_name: str
    sub_region_code: str
    sub_region_name: str
    kind: str
    first_year: int
    last_year: int
    in_2013_list: bool
    in_2025_list: bool
    predecessors: tuple[str, ...]
    successors: tuple[str, ...]

    @property
    def gss_code(self) -> str:
        """The newest ONS code."""
        return self.gss_codes[-1]

    def existed(self, year: int) -> bool:
        """Whether the statistics of the year ending 31 March ``year`` have a row for it."""
        return self.first_year <= year <= self.last_year

    def __str__(self) -> str:
        return f"{self.name} ({self.la_code})"


def slug_of(name: str) -> str:
    """The name as file names write it: ``St. Helens`` gives ``st-helens``."""
    plain = re.sub(r"[^a-z0-9 -]", "", name.lower().replace("&", " and ").replace("_", " "))
    return re.sub(r"[ -]+", "-", plain.strip())


@cache
def authorities() -> tuple[Authority, ...]:
    """Every authority of the statistics of 2013 to 2025, abolished ones included, by code."""
    raw = rows("local_authorities")
    present_names = {row["la_name"] for row in raw if row["in_2025_list"] == "1"}
    result = []
    for row in raw:
        slug = slug_of(row["la_name"])
        # Dorset was abolished and created again: the present authority has the plain name.
        if row["in_2025_list"] == "0" and row["la_name"] in present_names:
            slug = f"{slug}-to-{row['last_year']}"
        result.append(
            Authority(
                la_code=row["la_code"],
                name=row["la_name"],
                slug=slug,
                gss_codes=_codes(row["gss_codes_all"]),
                region_code=row["region_code"],
                region_name=row["region_name"],
                sub_region_code=row["sub_region_code"],
                sub_region_name=row["sub_region_name"],
                kind=row["la_type"],
                first_year=int(row["first_year"]),
                last_year=int(row["last_year"]),
                in_2013_list=row["in_2013_list"] == "1",
                in_2025_list=row["in_2025_list"] == "1",
                predecessors=_codes(row["predecessor_la_codes"]),
                successors=_codes(row["successor_la_codes"]),
            )
        )
    return tuple(sorted(result, key=lambda a: a.la_code))


@checked_arguments
@cache
def authority(code_or_name: str | Authority) -> Authority:
    """The authority with this code or name: the only place where text is matched to an authority.

    Codes are those of the department or of the ONS, former ones included, also as a spreadsheet leaves them
    (``204.0``) or with the name beside them (``204 Hackney``). Names are those of the statistics, in any case
    of letters; without the words of a council (``London Borough of Hackney``); without what follows ``and``,
    ``upon``, ``on`` or ``with`` (``Barking``); and the short names in ``SHORT_NAMES`` (``Hull``, ``BCP``).
    Raises UnknownAuthorityError, with the nearest names, for no authority and for a name of several.
    """
    if isinstance(code_or_name, Authority):
        return code_or_name
    wanted = str(code_or_name).strip()
    result = _match(wanted)
    if result is None:
        raise UnknownAuthorityError(f"No authority in England is known as {wanted!r}.{_hint(wanted)}")
    return result


def _match(text: str) -> Authority | None:
    index, lower = _by_any_name(), text.lower()
    plain = slug_of(_without_council_words(text))
    by_name = index.get(lower) or index.get(slug_of(text)) or index.get(plain) or index.get(_short(plain))
    if by_name is not None:
        return by_name
    code = _CODE.search(lower)
    if code is None:
        heads = _by_first_name().get(plain, ())
        return heads[0] if len(heads) == 1 else None
    found, rest = index.get(code[1]), _CODE.sub(" ", lower, count=1)
    beside = re.sub(r"[^a-z&' .-]", " ", rest).strip(" .-")
    # a code beside a name counts where the two agree
    return found if found is not None and (not beside or _match(beside) == found) else None


def _short(slug: str) -> str:
    return slug_of(SHORT_NAMES.get(slug.replace("-", ""), ""))


def _without_council_words(text: str) -> str:
    plain = re.sub(r"\s+", " ", text.replace("_", " ").replace("-", " ").strip().lower())
    while (shorter := _COUNCIL_WORDS.sub("", plain).strip(" ,.")) not in ("", plain):
        plain = shorter
    return plain


def _hint(wanted: str) -> str:
    several = _by_first_name().get(slug_of(_without_council_words(wanted)), ())
    if several:
        return f" It could be {' or '.join(each.name for each in several)}: write the whole name."
    near = [each.name for each in nearest_authorities(wanted)]
    return f" Did you mean {' or '.join(near)}?" if near else ""


def nearest_authorities(text: str, most: int = 3) -> tuple[Authority, ...]:
    """The authorities that may be meant by a name that is none's, the likeliest first."""
    from difflib import get_close_matches

    slug = slug_of(_without_council_words(text))
    by_slug = {each.slug: each for each in authorities()}
    several = [each.slug for each in _by_first_name().get(slug, ())]
    near = get_close_matches(slug, by_slug, n=most, cutoff=0.7)
    return tuple(by_slug[each] for each in dict.fromkeys([*several, *near]))[:most]


def region_of(la_code: str) -> tuple[str, str]:
    """Code and name of the region, one of nine, that the authority lies in."""
    home = authority(la_code)
    return home.region_code, home.region_name


@checked_arguments
@cache
def neighbours(la_code: str | Authority, year: int | None = None) -> tuple[str, ...]:
    """Codes of its statistical neighbours, nearest first: ten, less those not there in ``year``.

    For years up to 2023 the April 2021 edition of the department's model, else the one of May
    2025; without a year, today's neighbours. An authority that is in one edition only (Cumberland)
    has that one for every year.
    """
    ranked = all_neighbours(la_code, year)
    known = {a.la_code: a for a in authorities()}
    if year is None:
        return tuple(n for n in ranked if known[n].in_2025_list)
    return tuple(n for n in ranked if known[n].existed(year))


def all_neighbours(la_code: str | Authority, year: int | None = None) -> tuple[str, ...]:
    """The same, with those not there in ``year``: to say who is missing."""
    code = authority(la_code).la_code
    edition = "2021" if year is not None and year <= LAST_YEAR_OF_2021_EDITION else "2025"
    return _ranked(edition).get(code) or _ranked("2025").get(code, ())


@cache
def _by_any_name() -> dict[str, Authority]:
    """Authorities by every code, name and slug; where two share one, the present authority has it."""
    index: dict[str, Authority] = {}
    for each in sorted(authorities(), key=lambda a: not a.in_2025_list):
        head, _, tail = each.name.partition(", ")
        short = (head, f"{tail} {head}") if tail.endswith(" of") else ()
        plain = _without_council_words(head if short else each.name)
        codes = (each.la_code, *each.gss_codes, *_EARLIER_CODES.get(each.la_code, ()))
        for text in (*codes, each.slug, *map(slug_of, (each.name, *short, plain))):
            index.setdefault(text.lower(), each)
    return index


@cache
def _by_first_name() -> dict[str, tuple[Authority, ...]]:
    """Present authorities by what stands before ``and``, ``upon``, ``on`` or ``with`` in their names."""
    index: dict[str, tuple[Authority, ...]] = {}
    for each in authorities():
        head = re.split(r"-(?:and|upon|on|with)-", slug_of(each.name))[0]
        if each.in_2025_list:
            index[head] = (*index.get(head, ()), each)
    return index


@cache
def _ranked(edition: str) -> dict[str, tuple[str, ...]]:
    ranked: dict[str, list[tuple[int, str]]] = {}
    for row in rows("statistical_neighbours"):
        if row["edition"] == edition:
            pair = (int(row["rank"]), row["neighbour_la_code"])
            ranked.setdefault(row["la_code"], []).append(pair)
    return {code: tuple(n for _, n in sorted(pairs)) for code, pairs in ranked.items()}


def _codes(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)

"""Published statistics on children's social care in England, and the list of authorities.

The files are copies of official statistics (``sources.csv``). They are read on first
use; importing this package reads nothing.
"""

from simkit.data.bank_holidays import bank_holidays
from simkit.data.directory import (
    Authority,
    UnknownAuthorityError,
    all_neighbours,
    authorities,
    authority,
    nearest_authorities,
    neighbours,
    region_of,
    slug_of,
)
from simkit.data.published import (
    BANDS,
    ENGLAND,
    PublishedBands,
    Table,
    attribution,
    bands,
    latest_year,
    reported_with,
    social_workers,
    sources,
    table,
    value,
    within_45_share,
    workforce_note,
)

__all__ = [
    "BANDS",
    "ENGLAND",
    "Authority",
    "PublishedBands",
    "Table",
    "UnknownAuthorityError",
    "all_neighbours",
    "attribution",
    "authorities",
    "authority",
    "bands",
    "bank_holidays",
    "latest_year",
    "nearest_authorities",
    "neighbours",
    "region_of",
    "reported_with",
    "slug_of",
    "social_workers",
    "sources",
    "table",
    "value",
    "within_45_share",
    "workforce_note",
]

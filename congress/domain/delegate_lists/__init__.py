"""Reading delegate lists as offices send them: from the cells of a sheet to people with their faults named."""

from .people import find_pairs, find_repeats, recheck
from .reading import has_header, read_listing
from .records import (
    FIELD_TITLES,
    CellNote,
    Grid,
    Group,
    ListedPerson,
    Listing,
    NoHeader,
)

__all__ = [
    "FIELD_TITLES",
    "CellNote",
    "Grid",
    "Group",
    "ListedPerson",
    "Listing",
    "NoHeader",
    "find_pairs",
    "find_repeats",
    "has_header",
    "read_listing",
    "recheck",
]

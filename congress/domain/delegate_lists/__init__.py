"""Reading delegate lists as offices send them: from the cells of a sheet to people with their faults named."""

from congress.domain.delegate_lists.people import find_pairs, find_repeats, recheck
from congress.domain.delegate_lists.reading import has_header, read_listing
from congress.domain.delegate_lists.records import (
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

"""Reading delegate lists as offices send them: from the cells of a sheet to people with their faults named."""

from .headers import column_index, signature
from .people import find_pairs, find_repeats, recheck
from .reading import read_listing
from .records import (
    COLUMN_TITLES,
    FIELD_TITLES,
    CellNote,
    ColumnView,
    Grid,
    Group,
    HeaderView,
    ListedPerson,
    Listing,
    NoHeader,
    SectionView,
)
from .tables import has_header

__all__ = [
    "COLUMN_TITLES",
    "FIELD_TITLES",
    "CellNote",
    "ColumnView",
    "Grid",
    "Group",
    "HeaderView",
    "ListedPerson",
    "Listing",
    "NoHeader",
    "SectionView",
    "column_index",
    "find_pairs",
    "find_repeats",
    "has_header",
    "read_listing",
    "recheck",
    "signature",
]

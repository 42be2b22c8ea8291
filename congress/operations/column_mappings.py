"""What the columns of a unit's lists mean, as somebody said once: used when a list with the same headers comes again."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from ..domain.delegate_lists import HeaderView, signature
from ..models import ColumnMapping, Congress, db


def recall_columns(congress: Congress, header: HeaderView) -> dict[int, str]:
    """Column, counted from 0, → field key as it was said for these headers; empty when nobody has said anything."""
    mapping = _find(congress, header)
    return {int(column): key for column, key in mapping.columns.items()} if mapping else {}


def remember_columns(congress: Congress, header: HeaderView, columns: Mapping[int, str], *, now: datetime) -> None:
    """Keep what was said of these headers for the next list of the congress's unit."""
    mapping = _find(congress, header)
    if mapping is None:
        mapping = ColumnMapping(unit_id=congress.unit_id, headers=signature(header))
        db.session.add(mapping)
    mapping.columns, mapping.at = {str(column): key for column, key in columns.items()}, now
    db.session.flush()


def _find(congress: Congress, header: HeaderView) -> ColumnMapping | None:
    query = select(ColumnMapping).filter_by(unit_id=congress.unit_id, headers=signature(header))
    return db.session.scalars(query).one_or_none()

"""Lists on their way in: the draft a preview shows, what was imported before, what an office's columns mean."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, UtcTime


class ImportDraft(Base):
    """A list that was read: what the preview shows, and after writing what its result page shows. Removed after two days."""

    __tablename__ = "import_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    listing: Mapped[dict[str, Any]]  # Listing.to_json()
    left_out: Mapped[list[Any]] = mapped_column(default=list)  # rows the user leaves out
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)  # sheet, columns, sections, encoding, what becomes of each row
    # The file as it came, sealed: it is read again when a choice changes, and given back with its errors marked.
    file_sealed: Mapped[bytes | None] = mapped_column(deferred=True)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)  # counts once written
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class ListVersion(Base):
    """One list as it was imported; a newer one of the same office replaces it by its differences."""

    __tablename__ = "list_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("list_version.id"))
    file_name: Mapped[str]
    rows: Mapped[int]
    actor_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)


class ImportedRow(Base):
    """The keyed digest of a row once imported: the same row again adds nobody."""

    __tablename__ = "imported_row"
    __table_args__ = (UniqueConstraint("congress_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"))
    digest: Mapped[str]


class ColumnMapping(Base):
    """What the columns of a unit's lists mean, as somebody said: used when a list with the same headers comes again."""

    __tablename__ = "column_mapping"
    __table_args__ = (UniqueConstraint("unit_id", "headers"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    headers: Mapped[str]  # digest of the folded header texts in order
    columns: Mapped[dict[str, Any]]  # column, counted from 0, → field key, "" = not read
    at: Mapped[datetime] = mapped_column(UtcTime)

"""Work on the delegate list that is kept: bulk changes, saved filters, suggestions, reports."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, UtcTime


class BulkChange(Base):
    """One change of many people at once, with what each had before, so that it can be taken back."""

    __tablename__ = "bulk_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"), index=True)
    label: Mapped[str]  # what was done, in words
    rows: Mapped[list[Any]]  # [{"delegate_id", "before": {column: value}, "after": {column: value}}]
    actor_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcTime)


class SavedFilter(Base):
    """A filter of the list under a name: codes only."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("congress_id", "user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str]
    query: Mapped[dict[str, Any]]


class Suggestion(Base):
    """A list the solver proposed, with a reason for everybody in and out; kept until another is asked for."""

    __tablename__ = "suggestion"

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"), index=True)
    result: Mapped[dict[str, Any]]
    actor_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcTime)


class DelegateReport(Base):
    """ "Báo cáo tình hình đại biểu" frozen at a moment: figures only."""

    __tablename__ = "delegate_report"
    __table_args__ = (UniqueConstraint("congress_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"))
    number: Mapped[int]
    title: Mapped[str]
    figures: Mapped[dict[str, Any]]
    actor_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)

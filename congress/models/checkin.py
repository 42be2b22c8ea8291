"""The door: gates, every attempt ever made, and who is in."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .database import Base, UtcTime
from .delegates import Delegate


class Scan(Base):
    """One attempt at a door, kept for ever; `answer` is given again to a retry with the same nonce."""

    __tablename__ = "scan"
    __table_args__ = (UniqueConstraint("device", "nonce"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    device: Mapped[str]  # random id of a browser, or "cli"
    nonce: Mapped[str]
    gate: Mapped[str] = mapped_column(default="")
    how: Mapped[str]  # token, number, name, walk_in
    asked_hash: Mapped[str] = mapped_column(default="")  # keyed hash of what was asked, to refuse a nonce used twice
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id"), index=True)
    result: Mapped[str]  # ok, again, refused, unknown
    code: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")  # a supervisor's, for a walk-in
    answer: Mapped[dict[str, Any]]
    actor_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
    annulled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    annulled_by: Mapped[str] = mapped_column(default="")


class Attendance(Base):
    """The fact that somebody is in; the database holds that there is one per delegate and sitting."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("delegate_id", "sitting_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    scan_id: Mapped[int] = mapped_column(ForeignKey("scan.id"))
    gate: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UtcTime)

    delegate: Mapped[Delegate] = relationship()

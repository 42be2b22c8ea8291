"""The door: every attempt ever made, who is in, and what somebody must still decide."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .database import Base, UtcTime
from .delegates import Delegate


class Scan(Base):
    """One attempt at a door, kept for ever; `answer` is given again to a retry with the same nonce."""

    __tablename__ = "scan"
    __table_args__ = (
        UniqueConstraint("device", "nonce"),
        Index("ix_scan_delegate_id_sitting_id", "delegate_id", "sitting_id"),
        Index("ix_scan_sitting_id_received_at", "sitting_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    device: Mapped[str]  # whose nonces these are: "device:12", "cli", "paper"
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"), index=True)
    nonce: Mapped[str]
    kind: Mapped[str] = mapped_column(default="entry")  # entry, exit, handout, print
    gate: Mapped[str] = mapped_column(default="")
    how: Mapped[str]  # token, key (what a gate without network keeps of a token), number, name, paper, walk_in
    asked_hash: Mapped[str] = mapped_column(default="")  # keyed hash of what was asked, to refuse a nonce used twice
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id"))
    result: Mapped[str]  # ok, again, refused, unknown
    code: Mapped[str]
    offline: Mapped[bool] = mapped_column(default=False)  # decided by the device alone, sent later
    forced: Mapped[bool] = mapped_column(default=False)  # let in although the rules would have refused
    reason: Mapped[str] = mapped_column(default="")  # typed at the desk
    answer: Mapped[dict[str, Any]]
    actor_name: Mapped[str]
    happened_at: Mapped[datetime] = mapped_column(UtcTime)
    received_at: Mapped[datetime] = mapped_column(UtcTime)
    annulled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    annulled_by: Mapped[str] = mapped_column(default="")
    annul_reason: Mapped[str] = mapped_column(default="")


class Attendance(Base):
    """The fact that somebody came; the database holds that there is one per delegate and sitting.

    It is what `domain.attendance.fold` makes of the scans that count, whatever order they arrived in.
    """

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("delegate_id", "sitting_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    scan_id: Mapped[int] = mapped_column(ForeignKey("scan.id"))  # the first that counts
    gate: Mapped[str] = mapped_column(default="")
    device_name: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UtcTime)  # of the first entry
    left_at: Mapped[datetime | None] = mapped_column(UtcTime)  # None: inside

    delegate: Mapped[Delegate] = relationship()


class ScanConflict(Base):
    """An offline entry that the rules would have refused when it arrived: the person is in, and somebody must close it."""

    __tablename__ = "scan_conflict"

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"), index=True)
    scan_id: Mapped[int] = mapped_column(ForeignKey("scan.id"), unique=True)
    code: Mapped[str]  # why it would have been refused: a code of domain.door
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_by: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")  # what was found out

    scan: Mapped[Scan] = relationship()


class DoorNotice(Base):
    """What a door says of some people besides whether they may come in: a word to them, or something to hand out."""

    __tablename__ = "door_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str]  # notice ("mời ngồi hàng đầu"), handout ("cặp tài liệu")
    text: Mapped[str]
    # For whom: everybody where neither a component, a delegation nor badge numbers are named.
    component_id: Mapped[int | None] = mapped_column(ForeignKey("component.id"))
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id"), index=True)
    numbers: Mapped[list[Any]] = mapped_column(default=list)

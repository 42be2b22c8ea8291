"""Delegates, delegations, badges and the lists they were imported from."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .congresses import Congress
from .database import BYTES_ORDER, Base, UtcTime
from .plans import Component
from .units import Unit

# Luật 91/2025/QH15 and NĐ 356/2025: sensitive columns are shown on purpose only; of both kinds the audit keeps no value.
SENSITIVE = {"privacy": "sensitive"}
CONTACT = {"privacy": "contact"}


class Delegation(Base):
    """Delegates who come together (đoàn)."""

    __tablename__ = "delegation"
    __table_args__ = (UniqueConstraint("congress_id", "folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"), index=True)
    name: Mapped[str]
    folded: Mapped[str]
    position: Mapped[int]


class Delegate(Base):
    """One person in one congress."""

    __tablename__ = "delegate"
    __table_args__ = (
        UniqueConstraint("congress_id", "number"),
        Index("ix_delegate_counted", "congress_id", "state", "component_id", "walk_in"),  # answers the figures by itself
        Index("ix_delegate_congress_id_sort_key", "congress_id", "sort_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"))
    number: Mapped[int]  # badge number: unique in the congress, kept for life
    name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(BYTES_ORDER)
    folded: Mapped[str]
    component_id: Mapped[int] = mapped_column(ForeignKey("component.id"))
    state: Mapped[str] = mapped_column(default="proposed")  # proposed, approved, reserve, withdrawn
    walk_in: Mapped[bool] = mapped_column(default=False)
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    unit_text: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    sex: Mapped[str | None]  # male, female
    born: Mapped[str | None] = mapped_column(info=CONTACT)  # "1968", "1968-06" or "1968-06-13": as precise as it is known
    ethnic: Mapped[str | None] = mapped_column(info=SENSITIVE)
    religion: Mapped[str | None] = mapped_column(info=SENSITIVE)
    party: Mapped[bool | None] = mapped_column(info=SENSITIVE)
    capacity: Mapped[str | None]  # individual, collective, household
    field: Mapped[str] = mapped_column(default="")
    direct_labour: Mapped[bool | None]
    education: Mapped[str] = mapped_column(default="")
    highest_award: Mapped[str] = mapped_column(default="")
    achievements: Mapped[str] = mapped_column(default="")
    phone: Mapped[str | None] = mapped_column(info=CONTACT)
    email: Mapped[str | None] = mapped_column(info=CONTACT)
    id_number: Mapped[str | None] = mapped_column(info=CONTACT)
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    congress: Mapped[Congress] = relationship()
    component: Mapped[Component] = relationship()
    delegation: Mapped[Delegation | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    badges: Mapped[list["Badge"]] = relationship(order_by="Badge.id", back_populates="delegate")


class ImportDraft(Base):
    """A list that was read but not yet written: what the preview shows. Removed once imported or left."""

    __tablename__ = "import_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    listing: Mapped[dict[str, Any]]  # Listing.to_json()
    left_out: Mapped[list[Any]] = mapped_column(default=list)  # rows the user leaves out
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class ImportedRow(Base):
    """The keyed digest of a row once imported: the same row again adds nobody."""

    __tablename__ = "imported_row"
    __table_args__ = (UniqueConstraint("congress_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"))
    digest: Mapped[str]


class Badge(Base):
    """A badge token of a delegate: sealed to print again, hashed to look up. Revoked tokens stay."""

    __tablename__ = "badge"

    id: Mapped[int] = mapped_column(primary_key=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    token_sealed: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    printed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    printed_face: Mapped[str] = mapped_column(default="")  # keyed digest of what was printed, to find what changed since

    delegate: Mapped[Delegate] = relationship(back_populates="badges")


class PrintBatch(Base):
    """One print of badges: how many, by whom, when."""

    __tablename__ = "print_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"), index=True)
    what: Mapped[str]  # all, new, changed, picked
    count: Mapped[int]
    actor_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)

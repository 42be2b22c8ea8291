"""Delegates, delegations, their photos and badges."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .congresses import Congress
from .database import BYTES_ORDER, Base, UtcTime
from .exemplars import Exemplar
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
    position: Mapped[int]  # protocol order
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)  # who sends it: its allocation is this unit's
    head_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id", use_alter=True))  # trưởng đoàn
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id", use_alter=True))
    contact_name: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str | None] = mapped_column(info=CONTACT)
    contact_email: Mapped[str | None] = mapped_column(info=CONTACT)
    arrives_at: Mapped[datetime | None] = mapped_column(UtcTime)
    arrival_note: Mapped[str] = mapped_column(default="")  # vehicle, lodging
    # The list its contact fills in: open until sent, open again when returned with a comment.
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcTime)
    return_comment: Mapped[str] = mapped_column(default="")

    congress: Mapped[Congress] = relationship()
    unit: Mapped[Unit | None] = relationship()
    head: Mapped["Delegate | None"] = relationship(foreign_keys=[head_id], post_update=True)
    deputy: Mapped["Delegate | None"] = relationship(foreign_keys=[deputy_id], post_update=True)


class DelegationLink(Base):
    """A one-time link for the contact of a delegation: opened once, it belongs to the browser that opened it."""

    __tablename__ = "delegation_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegation.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)  # keyed hash of the 128-bit secret in the address
    browser_hash: Mapped[str] = mapped_column(default="")  # keyed hash of what the opening browser was given
    actor_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)

    delegation: Mapped[Delegation] = relationship()


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
    degree: Mapped[str] = mapped_column(default="")  # "ThS.", "BS.": written before the name in the list
    represents: Mapped[str] = mapped_column(default="")  # the collective or household a representative stands for
    economic_sector: Mapped[str | None]  # state, collective, private, foreign
    new_model: Mapped[bool | None]  # mô hình mới, điển hình mới
    schooling: Mapped[str] = mapped_column(default="")  # trình độ văn hóa
    political_theory: Mapped[str | None] = mapped_column(info=SENSITIVE)
    wants_speech: Mapped[bool | None]
    seat: Mapped[str] = mapped_column(default="")
    rank: Mapped[int | None]  # order of preference among candidates and in the reserve, 1 = first
    absence_reason: Mapped[str] = mapped_column(default="")  # why somebody called up will not come
    coming: Mapped[bool | None]  # the delegate's own answer to the invitation; the reason of a "no" is `absence_reason`
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    exemplar_id: Mapped[int | None] = mapped_column(ForeignKey("exemplar.id"), index=True)  # in the register of advanced models
    list_version_id: Mapped[int | None] = mapped_column(ForeignKey("list_version.id"), index=True)  # last list that named them
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id"))  # withdrawn as the same person as this one
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    congress: Mapped[Congress] = relationship()
    component: Mapped[Component] = relationship()
    delegation: Mapped[Delegation | None] = relationship(foreign_keys=[delegation_id])
    unit: Mapped[Unit | None] = relationship()
    exemplar: Mapped[Exemplar | None] = relationship()
    badges: Mapped[list["Badge"]] = relationship(order_by="Badge.id", back_populates="delegate")


class Photo(Base):
    """A delegate's photo, upright and cropped 3×4; apart from the person, so that lists do not load it."""

    __tablename__ = "photo"

    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id"), primary_key=True)
    jpeg: Mapped[bytes]
    digest: Mapped[str]  # of the bytes: what a badge printed, and what a browser may keep
    at: Mapped[datetime] = mapped_column(UtcTime)


class Substitution(Base):
    """One person in the place of another: seat and badge number stay with the place, the old token dies."""

    __tablename__ = "substitution"

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"), index=True)
    old_id: Mapped[int] = mapped_column(ForeignKey("delegate.id"), index=True)
    new_id: Mapped[int] = mapped_column(ForeignKey("delegate.id"), index=True)
    number: Mapped[int]  # the badge number that passed on
    reason: Mapped[str]
    decided_by: Mapped[str]
    actor_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)

    old: Mapped[Delegate] = relationship(foreign_keys=[old_id])
    new: Mapped[Delegate] = relationship(foreign_keys=[new_id])


class DuplicateDecision(Base):
    """Two rows that look like one person, and were said to be two."""

    __tablename__ = "duplicate_decision"
    __table_args__ = (UniqueConstraint("low_id", "high_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    low_id: Mapped[int] = mapped_column(ForeignKey("delegate.id"))  # the smaller id of the two
    high_id: Mapped[int] = mapped_column(ForeignKey("delegate.id"), index=True)
    reason: Mapped[str]
    actor_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)


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

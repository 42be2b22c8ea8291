"""Congresses, their sittings and the running order."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .database import Base, UtcTime
from .plans import Plan, PlanTier
from .units import Unit


class Congress(Base):
    """One conference of one unit under one tier of a plan."""

    __tablename__ = "congress"
    __table_args__ = (CheckConstraint("planned_size >= 1", name="planned_size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    plan_tier_id: Mapped[int] = mapped_column(ForeignKey("plan_tier.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    form: Mapped[str]  # code of one of the plan's forms
    ordinal: Mapped[int]
    # The three-line formal name (S4, II.4.c): composed, then edited by hand where a unit wants other words.
    title1: Mapped[str]
    title2: Mapped[str]
    title3: Mapped[str]
    held_on: Mapped[date | None]
    place: Mapped[str] = mapped_column(default="")
    date_reason: Mapped[str] = mapped_column(default="")  # why the date lies outside the window or out of order
    attendance: Mapped[str] = mapped_column(default="delegates")  # delegates, plenary (toàn thể)
    planned_size: Mapped[int]
    is_pilot: Mapped[bool] = mapped_column(default=False)
    # The peoples and religions that live in the commune: the list should have somebody from each (S4, II.2.a; A13).
    declared_peoples: Mapped[list[Any]] = mapped_column(default=list)
    declared_religions: Mapped[list[Any]] = mapped_column(default=list)
    stage: Mapped[str] = mapped_column(default="draft")
    postponed: Mapped[bool] = mapped_column(default=False)  # put off, and no new date yet
    snapshot_salt: Mapped[str] = mapped_column(default="")  # 16 random bytes, base64, made when a device first needs them
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    plan: Mapped[Plan] = relationship()
    tier: Mapped[PlanTier] = relationship()
    unit: Mapped[Unit] = relationship()
    sittings: Mapped[list["Sitting"]] = relationship(order_by="Sitting.starts_at, Sitting.id", back_populates="congress")
    events: Mapped[list["StageEvent"]] = relationship(order_by="StageEvent.id")


class StageEvent(Base):
    """One step of a congress from stage to stage, with who, when and why."""

    __tablename__ = "stage_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"), index=True)
    kind: Mapped[str]  # forward, back, postpone, resume, cancel, amend
    from_stage: Mapped[str]
    to_stage: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    overridden: Mapped[bool] = mapped_column(default=False)  # closed against the ratio, with the reason above
    actor_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)


class Sitting(Base):
    """One part of a congress with its own running order and check-in."""

    __tablename__ = "sitting"

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"), index=True)
    kind: Mapped[str] = mapped_column(default="main")  # rehearsal, preparatory, main, lunch
    name: Mapped[str]
    starts_at: Mapped[datetime | None] = mapped_column(UtcTime)
    opens_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcTime)
    opened_by_hand: Mapped[bool | None]  # None: the window decides
    opened_by_hand_at: Mapped[datetime | None] = mapped_column(UtcTime)  # since when it is open or shut by hand
    reentry: Mapped[bool] = mapped_column(default=True)  # whoever left may come back
    auto_exit_at: Mapped[datetime | None] = mapped_column(UtcTime)  # nobody counts as inside any more; None: that midnight

    congress: Mapped[Congress] = relationship(back_populates="sittings")
    items: Mapped[list["AgendaItem"]] = relationship(order_by="AgendaItem.position", cascade="all, delete-orphan")


class AgendaItem(Base):
    """One item of a sitting's running order; times follow from the start and the minutes."""

    __tablename__ = "agenda_item"
    __table_args__ = (CheckConstraint("minutes >= 0", name="minutes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    position: Mapped[int]
    programme_code: Mapped[str | None]  # which item of the plan's programme this is; None for one's own
    title: Mapped[str]
    presenter: Mapped[str] = mapped_column(default="")
    minutes: Mapped[int]
    note: Mapped[str] = mapped_column(default="")

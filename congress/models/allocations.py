"""Seats that an upper congress gives to lower units, and the lists that travel up to fill them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .congresses import Congress
from .database import Base, UtcTime
from .delegates import Delegate
from .plans import Component
from .units import Unit


class Allocation(Base):
    """Seats of one component for one unit: the table as it is being worked on. It binds once issued."""

    __tablename__ = "allocation"
    __table_args__ = (UniqueConstraint("congress_id", "unit_id", "component_id"), CheckConstraint("seats >= 0", name="seats"))

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"))  # the upper congress
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)  # the unit that sends
    component_id: Mapped[int] = mapped_column(ForeignKey("component.id"))
    seats: Mapped[int]

    unit: Mapped[Unit] = relationship()
    component: Mapped[Component] = relationship()


class AllocationIssue(Base):
    """The table as issued on a day; a revision is a new issue, the last one binds."""

    __tablename__ = "allocation_issue"
    __table_args__ = (UniqueConstraint("congress_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"))
    number: Mapped[int]  # 1, 2, …
    dated_on: Mapped[date]
    reference: Mapped[str] = mapped_column(default="")  # number of the office's own document
    answer_by: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")  # what a revision changes, and why
    seats: Mapped[list[Any]]  # [{"unit_id", "unit", "component", "label", "seats"}], frozen
    actor_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)


class UpwardList(Base):
    """Who a unit sends to the upper congress: voted at its own congress, sent, accepted or returned."""

    __tablename__ = "upward_list"
    __table_args__ = (UniqueConstraint("congress_id", "upper_congress_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"))  # the lower congress
    upper_congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"), index=True)
    state: Mapped[str] = mapped_column(default="draft")  # draft, sent, returned, accepted
    # The vote (biểu quyết giơ tay): people. None until it is written down.
    present: Mapped[int | None]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    votes_other: Mapped[int | None]
    voted_on: Mapped[date | None]
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    comment: Mapped[str] = mapped_column(default="")  # why it was returned
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    congress: Mapped[Congress] = relationship(foreign_keys=[congress_id])
    upper_congress: Mapped[Congress] = relationship(foreign_keys=[upper_congress_id])
    people: Mapped[list["UpwardPerson"]] = relationship(
        order_by="UpwardPerson.reserve, UpwardPerson.position, UpwardPerson.id", cascade="all, delete-orphan"
    )


class UpwardPerson(Base):
    """One person of an upward list, in a seat or on its dự khuyết list."""

    __tablename__ = "upward_person"
    __table_args__ = (UniqueConstraint("upward_list_id", "delegate_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    upward_list_id: Mapped[int] = mapped_column(ForeignKey("upward_list.id"))
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id"))  # at the lower congress
    component_id: Mapped[int] = mapped_column(ForeignKey("component.id"))
    reserve: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    upper_delegate_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id"), index=True)  # once accepted

    delegate: Mapped[Delegate] = relationship(foreign_keys=[delegate_id])
    component: Mapped[Component] = relationship()

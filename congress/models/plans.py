"""The framework plan and everything in it that is a rule: tiers, components, programme, steps."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .database import Base
from .units import Unit


class Plan(Base):
    """A framework plan (kế hoạch khung) of an issuing body."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    issuer: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    issued_on: Mapped[date | None]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    # The years whose achievements are honoured, e.g. 2020 and 2025.
    period_from: Mapped[int]
    period_to: Mapped[int]
    # Last day on which a unit's own plan is in time ("trước ngày 01/8/2024" → 31/7/2024).
    deadline: Mapped[date | None]
    forms: Mapped[list[Any]] = mapped_column(default=list)  # [{"code", "name"}]
    legal_bases: Mapped[list[Any]] = mapped_column(default=list)  # [text]
    movements: Mapped[list[Any]] = mapped_column(default=list)  # [text]
    pilots: Mapped[list[Any]] = mapped_column(default=list)  # [unit code]
    young_until: Mapped[int] = mapped_column(default=35)  # oldest age, in years, that the reports call "trẻ tuổi"
    register_required: Mapped[bool] = mapped_column(default=False)  # an exemplar delegate must stand in the register

    unit: Mapped[Unit] = relationship()
    tiers: Mapped[list["PlanTier"]] = relationship(
        order_by="PlanTier.position", back_populates="plan", cascade="all, delete-orphan"
    )
    components: Mapped[list["Component"]] = relationship(order_by="Component.position", cascade="all, delete-orphan")
    programme: Mapped[list["ProgrammeItem"]] = relationship(order_by="ProgrammeItem.position", cascade="all, delete-orphan")
    steps: Mapped[list["PlanStep"]] = relationship(order_by="PlanStep.position", cascade="all, delete-orphan")


class PlanTier(Base):
    """One row of rules for one tier of one plan."""

    __tablename__ = "plan_tier"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    position: Mapped[int]
    code: Mapped[str]  # commune, department, district, province
    label: Mapped[str]
    forms: Mapped[list[Any]] = mapped_column(default=list)  # codes of the plan's forms, the usual one first
    unit_kinds: Mapped[list[Any]] = mapped_column(default=list)
    upper_tier: Mapped[str | None]  # a tier code, or "national"
    cap: Mapped[int]
    ratio_honoured: Mapped[int | None]  # 7 of 10; both None when the plan states no ratio
    ratio_invited: Mapped[int | None]
    ratio_mode: Mapped[str]  # min_models, exact, advisory, none
    uncounted_cap: Mapped[int | None]  # most people outside both sides (staff, press, …); None = not stated
    plenary_allowed: Mapped[bool] = mapped_column(default=False)
    window_from: Mapped[date]
    window_to: Mapped[date]
    max_minutes: Mapped[int]  # one half-day ("01 buổi")
    plan_approval: Mapped[str] = mapped_column(default="pilots")  # pilots, all, none
    organiser_may_override: Mapped[bool] = mapped_column(default=False)
    structure: Mapped[list[Any]] = mapped_column(default=list)  # what the plan asks of the composition, in its words
    # Optional targets, warned about and never blocking: [{"dimension": code, "count": n} or {"dimension": code, "percent": n}]
    targets: Mapped[list[Any]] = mapped_column(default=list)
    clause: Mapped[str] = mapped_column(default="")

    plan: Mapped[Plan] = relationship(back_populates="tiers")


class Component(Base):
    """Who a delegate is (thành phần), and on which side of the ratio that counts."""

    __tablename__ = "component"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    position: Mapped[int]
    code: Mapped[str]
    label: Mapped[str]
    badge_label: Mapped[str]
    colour: Mapped[str]
    side: Mapped[str]  # honoured, invited, uncounted
    aliases: Mapped[list[Any]] = mapped_column(default=list)  # how offices write it in their lists


class ProgrammeItem(Base):
    """One item of the plan's programme, in order."""

    __tablename__ = "programme_item"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    position: Mapped[int]
    code: Mapped[str]
    title: Mapped[str]
    required: Mapped[bool]
    forms: Mapped[list[Any]] = mapped_column(default=list)  # only where the congress has one of these forms; empty = always
    minutes: Mapped[int]


class PlanStep(Base):
    """One step of the check list a congress follows; the home page shows the first that is not done."""

    __tablename__ = "plan_step"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    position: Mapped[int]
    code: Mapped[str]  # one of domain.steps.STEP_CODES: what is looked at to tell that it is done
    label: Mapped[str]
    days_before: Mapped[int | None]  # days before the congress on which it is due; negative = after it

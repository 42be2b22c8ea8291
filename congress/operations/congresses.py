"""Congresses: creating, editing, sizing and walking from stage to stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain import admission as rules
from ..domain import stages
from ..domain.access import Actor
from ..domain.refusals import Refused, Violation
from ..domain.schedule import Neighbour, check_date
from ..domain.titles import compose_title, place_name
from ..domain.wording import say
from ..models import Congress, Plan, PlanTier, Sitting, StageEvent, Unit, db, lock_row
from . import audit
from .admission import count_approved, count_uncounted, lock_congress, refuse_if, use_override
from .allocations import check_seats_kept
from .counting import rule_of
from .sittings import move_main, move_start


@dataclass(frozen=True)
class CongressValues:
    """What a form says about a congress; `starts_at` is the main sitting's start (aware). Blank titles are composed."""

    form: str
    ordinal: int
    held_on: date | None
    starts_at: datetime | None
    place: str
    planned_size: int
    attendance: str
    is_pilot: bool
    date_reason: str
    titles: tuple[str, str, str]


def tiers_for(unit: Unit) -> list[PlanTier]:
    """The tiers, of every plan, on which a unit of this kind meets."""
    query = select(PlanTier).options(joinedload(PlanTier.plan)).order_by(PlanTier.plan_id.desc(), PlanTier.position)
    return [tier for tier in db.session.scalars(query) if unit.kind in tier.unit_kinds]


def form_name(plan: Plan, code: str) -> str:
    """The formal name of one of a plan's forms."""
    return next((form["name"] for form in plan.forms if form["code"] == code), code)


def own_titles(congress: Congress) -> tuple[str, str, str]:
    """The three-line name as the plan words it; the place is the unit's, or its parent's for a department."""
    unit = congress.unit
    seat = unit if unit.kind in ("commune", "district", "province") or unit.parent is None else unit.parent
    return compose_title(
        form_name=form_name(congress.plan, congress.form),
        unit_name=unit.name,
        ordinal=congress.ordinal,
        place=place_name(seat.name),
        held_on=congress.held_on,
    )


def find_taken(tiers: Sequence[PlanTier]) -> set[tuple[int, int]]:
    """(tier id, unit id) of every congress under these rules; a cancelled one leaves the place free."""
    query = select(Congress.plan_tier_id, Congress.unit_id)
    query = query.where(Congress.plan_tier_id.in_([tier.id for tier in tiers]), Congress.stage != "cancelled")
    return {(tier_id, unit_id) for tier_id, unit_id in db.session.execute(query)}


def create_congress(tier: PlanTier, unit: Unit, values: CongressValues, *, actor: Actor, now: datetime) -> Congress:
    """A new congress in draft, with its main sitting. A unit has one under a rule: the second of two at once is told so."""
    if unit.kind not in tier.unit_kinds:
        raise Refused("wrong_tier", f"{unit.name} không tổ chức ở cấp {tier.label} theo kế hoạch này.", "unit_id")
    lock_row(PlanTier, tier.id)
    if (tier.id, unit.id) in find_taken([tier]):
        raise Refused("taken", f"{unit.name} đã có hội nghị theo kế hoạch này.", "unit_id")
    congress = Congress(
        plan=tier.plan,
        tier=tier,
        unit=unit,
        stage="draft",
        created_at=now,
        form=values.form,
        ordinal=values.ordinal,
        title1="",
        title2="",
        title3="",
        planned_size=values.planned_size,
        is_pilot=values.is_pilot or unit.code in tier.plan.pilots,
        sittings=[Sitting(kind="main", name="Buổi chính")],
    )
    _fill(congress, values, rules.Approved(0, 0))
    db.session.add(congress)
    db.session.flush()
    audit.record(actor, "congresses.create", congress, now=now, congress_id=congress.id, changed={"unit": unit.name})
    return congress


def edit_congress(congress_id: int, values: CongressValues, *, actor: Actor, now: datetime) -> Congress:
    """Change a congress; its size follows the rule, its date only warns but wants a reason."""
    congress = lock_congress(congress_id)
    stages.require(congress.stage, "edit")
    if values.planned_size != congress.planned_size:
        stages.require(congress.stage, "resize")
    approved = count_approved(congress.id)
    with db.session.no_autoflush:  # what is flushed is missing from the difference
        congress.is_pilot = values.is_pilot
        _fill(congress, values, approved)
        changed = audit.difference(congress)
    if changed:
        audit.record(actor, "congresses.edit", congress, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()
    if congress.postponed and congress.held_on:
        _leave_postponement(congress, actor, now)
    return congress


def _fill(congress: Congress, values: CongressValues, approved: rules.Approved) -> None:
    if values.form not in congress.tier.forms:
        raise Refused("form", "Hình thức này không có ở cấp của hội nghị trong kế hoạch.", "form")
    if values.attendance == "plenary" and not congress.tier.plenary_allowed:
        raise Refused("plenary", "Kế hoạch không cho họp toàn thể ở cấp này.", "attendance")
    # A size that was overridden, or a cap lowered since, must not keep anybody from changing the place or the date.
    resized = congress.id is None or (values.planned_size, values.attendance) != (congress.planned_size, congress.attendance)
    congress.form, congress.ordinal, congress.place = values.form, values.ordinal, values.place
    congress.attendance = values.attendance
    congress.held_on, congress.date_reason = values.held_on, values.date_reason
    composed = own_titles(congress)
    congress.title1, congress.title2, congress.title3 = (
        typed.strip() or own for typed, own in zip(values.titles, composed, strict=True)
    )
    if resized:
        _size(congress, values.planned_size, approved)
    warnings = date_warnings(congress)
    if warnings and not values.date_reason.strip():
        raise Refused("date_reason", " ".join(say(v) for v in warnings) + " Nêu lý do, hoặc chọn ngày khác.", "date_reason")
    if values.held_on:  # without a date the hour stays, for when there is one
        move_main(congress, values.held_on, values.starts_at)


def _size(congress: Congress, planned: int, approved: rules.Approved) -> None:
    hard = rules.blocking(rules.check_size(rule_of(congress), planned, approved))
    if hard:
        raise Refused(hard[0].code, " ".join(say(v) for v in hard), "planned_size")
    congress.planned_size = planned


def set_planned(congress_id: int, planned: int, *, actor: Actor, now: datetime) -> Congress:
    """Change the planned size alone, under the rule."""
    congress = lock_congress(congress_id)
    stages.require(congress.stage, "resize")
    _size(congress, planned, count_approved(congress.id))
    audit.record(actor, "congresses.resize", congress, now=now, congress_id=congress.id, changed=audit.difference(congress))
    db.session.flush()
    return congress


def date_warnings(congress: Congress) -> list[Violation]:
    """What the plan says about a congress's date: its window, the pilot of its tier, the upper congress."""
    if congress.held_on is None:
        return []
    others = _neighbours(congress)
    pilots = [
        Neighbour(o.unit.name, o.held_on) for o in others if o.is_pilot and o.plan_tier_id == congress.tier.id and o.held_on
    ]
    uppers = [
        Neighbour(o.unit.name, o.held_on)
        for o in others
        if o.tier.code == congress.tier.upper_tier and o.held_on and congress.unit.path.startswith(o.unit.path)
    ]
    window = (congress.tier.window_from, congress.tier.window_to)
    return check_date(congress.held_on, window=window, pilots=[] if congress.is_pilot else pilots, uppers=uppers)


def size_warnings(congress: Congress) -> list[Violation]:
    """What the plan says about a congress's size without forbidding it: everybody meets, and they are more than the cap."""
    found = rules.check_size(rule_of(congress), congress.planned_size, count_approved(congress.id))
    return [violation for violation in found if violation.code == "plenary_over_cap"]


def _neighbours(congress: Congress) -> Sequence[Congress]:
    query = (
        select(Congress)
        .join(PlanTier)
        .where(
            Congress.plan_id == congress.plan.id,
            Congress.id != (congress.id or 0),
            Congress.stage != "cancelled",
            (Congress.plan_tier_id == congress.tier.id) & Congress.is_pilot | (PlanTier.code == (congress.tier.upper_tier or "")),
        )
        .options(joinedload(Congress.unit), joinedload(Congress.tier))
    )
    with db.session.no_autoflush:
        found = db.session.scalars(query).all()
    # A commune's pilot is picked by its own district (III.2): only pilots under the same parent come before it.
    return [o for o in found if o.plan_tier_id != congress.tier.id or o.unit.parent_id == congress.unit.parent_id]


def approval_needed(congress: Congress) -> bool:
    """Whether this congress hands its plan in for an opinion first."""
    return stages.needs_approval(plan_approval=congress.tier.plan_approval, is_pilot=congress.is_pilot)


def next_stage(congress: Congress) -> str | None:
    """The stage one step on."""
    return stages.next_stage(congress.stage, needs_approval=approval_needed(congress))


def move_on(congress_id: int, to_stage: str, *, actor: Actor, now: datetime) -> Congress:
    """One step forward; closing the list has its own door (`close_list`)."""
    congress = lock_congress(congress_id)
    if to_stage != next_stage(congress) or to_stage == "list_closed":
        raise Refused("stage", f"Hội nghị đang ở bước “{stages.LABELS[congress.stage]}”. Tải lại trang rồi làm bước tiếp theo.")
    if to_stage == "held" and congress.held_on is None:
        raise Refused("no_date", "Hội nghị chưa có ngày tổ chức. Đặt ngày trước.")
    _step(congress, "forward", to_stage, actor=actor, now=now)
    return congress


def step_back(congress_id: int, reason: str, *, actor: Actor, now: datetime) -> Congress:
    """One step back, with a reason."""
    congress = lock_congress(congress_id)
    target = stages.previous_stage(congress.stage, needs_approval=approval_needed(congress))
    if target is None:
        raise Refused("stage", "Không có bước nào để lùi về.")
    _need(reason)
    _step(congress, "back", target, actor=actor, now=now, reason=reason)
    return congress


def postpone(congress_id: int, reason: str, new_date: date | None, *, actor: Actor, now: datetime) -> Congress:
    """Put a congress off; all is kept. Without a new date it waits until one is set."""
    congress = lock_congress(congress_id)
    stages.require(congress.stage, "postpone")
    _need(reason)
    if new_date is not None and new_date == congress.held_on:
        raise Refused("same_date", "Ngày mới trùng ngày cũ. Chọn ngày khác, hoặc để trống nếu chưa định.", "new_date")
    shift = new_date - congress.held_on if new_date and congress.held_on else timedelta(0)
    with db.session.no_autoflush:
        congress.held_on, congress.postponed = new_date, new_date is None
        congress.title3 = own_titles(congress)[2]
        congress.date_reason = reason.strip()
        for sitting in congress.sittings:  # the hours are kept, also while there is no new date
            move_start(sitting, sitting.starts_at and sitting.starts_at + shift)
        _step(congress, "postpone", congress.stage, actor=actor, now=now, reason=reason)
    return congress


def _leave_postponement(congress: Congress, actor: Actor, now: datetime) -> None:
    congress.postponed = False
    _step(congress, "resume", congress.stage, actor=actor, now=now)


def cancel(congress_id: int, reason: str, *, actor: Actor, now: datetime) -> Congress:
    """Cancel a congress before it is held, with a reason."""
    congress = lock_congress(congress_id)
    stages.require(congress.stage, "postpone")
    _need(reason)
    _step(congress, "cancel", "cancelled", actor=actor, now=now, reason=reason)
    return congress


def close_list(congress_id: int, *, actor: Actor, now: datetime, override_reason: str = "") -> Congress:
    """Close the delegate list: the plan's ratio holds, or somebody who may overrides it with a written reason."""
    congress = lock_congress(congress_id)
    stages.require(congress.stage, "close")
    override = use_override(congress, override_reason, actor)
    overridden = refuse_if(_check_close(congress), override=override)
    _step(congress, "forward", "list_closed", actor=actor, now=now, reason=override_reason, overridden=overridden)
    return congress


def check_congress(congress: Congress) -> list[Violation]:
    """Everything that stands against closing now, and what the plan says of the date."""
    return _check_close(congress) + size_warnings(congress) + date_warnings(congress)


def _check_close(congress: Congress) -> list[Violation]:
    approved, uncounted = count_approved(congress.id), count_uncounted(congress.id)
    found = rules.check_close(rule_of(congress), congress.planned_size, approved, uncounted)
    return found + check_seats_kept(congress)


def _need(reason: str) -> None:
    if not reason.strip():
        raise Refused("needs_reason", "Nêu lý do.", "reason")


def _step(
    congress: Congress, kind: str, to_stage: str, *, actor: Actor, now: datetime, reason: str = "", overridden: bool = False
) -> None:
    event: dict[str, Any] = {"from_stage": congress.stage, "to_stage": to_stage, "reason": reason.strip()}
    db.session.add(StageEvent(congress_id=congress.id, kind=kind, overridden=overridden, actor_name=actor.name, at=now, **event))
    congress.stage = to_stage
    changed = {"stage": [event["from_stage"], to_stage], "reason": event["reason"], "overridden": overridden}
    changed = audit.difference(congress) | changed
    audit.record(actor, f"congresses.{kind}", congress, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()

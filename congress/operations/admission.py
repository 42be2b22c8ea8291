"""Moving delegates between proposed, approved, reserve and withdrawn, under the plan's rule."""

from collections.abc import Collection, Sequence
from contextlib import nullcontext
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ..domain import admission as rules
from ..domain.access import Actor, may_at
from ..domain.refusals import Refused, Violation
from ..domain.stages import allows, require
from ..domain.wording import say
from ..models import Component, Congress, Delegate, StageEvent, db, lock_row
from . import audit
from .allocations import SeatBook, within_seats
from .badges import issue_badges
from .counting import rule_of
from .sealing import Sealer

STATES = {"proposed": "Đề cử", "approved": "Đã duyệt", "reserve": "Dự khuyết", "withdrawn": "Đã rút"}


def lock_congress(congress_id: int) -> Congress:
    """The congress, so that nobody else decides about its list before this transaction ends."""
    congress = lock_row(Congress, congress_id)
    if congress is None:
        raise Refused("no_congress", f"Không có hội nghị số {congress_id}.")
    return congress  # type: ignore[no-any-return]


def count_approved(congress_id: int) -> rules.Approved:
    """E and G now."""
    query = (
        select(Component.side, func.count())
        .join(Delegate, Delegate.component_id == Component.id)
        .where(Delegate.congress_id == congress_id, Delegate.state == "approved")
        .group_by(Component.side)
    )
    sides = {side: n for side, n in db.session.execute(query)}  # noqa: C416 - rows, which dict() is not typed for
    return rules.Approved(sides.get(rules.HONOURED, 0), sides.get(rules.INVITED, 0))


def count_uncounted(congress_id: int) -> int:
    """Approved people outside both sides."""
    query = select(func.count()).select_from(Delegate).join(Component, Delegate.component_id == Component.id)
    query = query.where(Delegate.congress_id == congress_id, Delegate.state == "approved", Component.side == rules.UNCOUNTED)
    return db.session.scalar(query) or 0


def may_override(actor: Actor, congress: Congress) -> bool:
    """The plan owner may override the ratio; an organiser only where the plan says so."""
    place = {"unit_id": congress.unit_id, "unit_path": congress.unit.path}
    if may_at(actor, "congresses.override", **place):  # type: ignore[arg-type]
        return True
    return congress.tier.organiser_may_override and may_at(actor, "congresses.override_if_plan", **place)  # type: ignore[arg-type]


def use_override(congress: Congress, reason: str, actor: Actor) -> bool:
    """Whether the ratio is overridden: a written reason, by somebody who may. Raises Refused otherwise."""
    if not reason.strip():
        return False
    if not actor.everything and not may_override(actor, congress):
        raise Refused("no_override", "Chỉ chủ kế hoạch được quyết định khác tỷ lệ. Bỏ phần lý do, hoặc đề nghị chủ kế hoạch.")
    return True


def set_states(
    congress_id: int,
    delegate_ids: Sequence[int],
    state: str,
    *,
    actor: Actor,
    sealer: Sealer,
    now: datetime,
    reason: str = "",
    override: bool = False,
) -> int:
    """Move delegates to a state, all or none; how many moved.

    Approving asks the rule; once the list is closed it is an amendment, which needs a reason and a list that stays right.
    With `override` the reason passes over the ratio, never over the cap. Raises Refused with what stands against it.
    """
    congress = lock_congress(congress_id)
    delegates = [d for d in _load(congress, delegate_ids) if d.state != state]
    _check_may_move(congress, delegates, state, actor)
    override = override and use_override(congress, reason, actor)
    overridden = False
    if state == "approved":
        overridden = _check_approval(congress, delegates, reason=reason, override=override)
    else:
        _check_leaving(congress, delegates, state)
    for delegate in delegates:
        _set_state(delegate, state, _why(reason, overridden), actor=actor, now=now)
    if state == "approved":
        issue_badges([d.id for d in delegates], sealer=sealer, now=now)
        if delegates and congress.stage == "list_closed":
            _note_amendment(congress, reason, overridden, actor, now)
    db.session.flush()
    return len(delegates)


def _load(congress: Congress, delegate_ids: Collection[int]) -> list[Delegate]:
    query = select(Delegate).where(Delegate.congress_id == congress.id, Delegate.id.in_(delegate_ids))
    delegates = list(
        db.session.scalars(
            query.options(joinedload(Delegate.component)).order_by(Delegate.number).execution_options(populate_existing=True)
        )
    )
    missing = set(delegate_ids) - {d.id for d in delegates}
    if missing:
        raise Refused("no_delegate", f"Không có đại biểu mã {min(missing)} trong hội nghị này. Chưa ai được chuyển.")
    return delegates


def _check_may_move(congress: Congress, delegates: Sequence[Delegate], state: str, actor: Actor) -> None:
    decides = state == "approved" or any(d.state == "approved" for d in delegates)
    permission = "delegates.approve" if decides else "delegates.edit"
    if not may_at(actor, permission, unit_id=congress.unit_id, unit_path=congress.unit.path):
        raise Refused("not_yours", "Bạn đề cử được, việc duyệt và rút người đã duyệt là của đơn vị tổ chức.")


def _check_leaving(congress: Congress, delegates: Sequence[Delegate], state: str) -> None:
    if state == "withdrawn" or any(d.state == "approved" for d in delegates):
        require(congress.stage, "withdraw")
    if state != "withdrawn" and any(d.state != "approved" for d in delegates):
        require(congress.stage, "propose")


def approve_instead(
    old: Delegate, new: Delegate, congress: Congress, *, actor: Actor, sealer: Sealer, now: datetime, reason: str
) -> None:
    """Withdraw one person and approve another in one step; the congress is locked.

    On one side this leaves the figures as they are, and only what concerns the person is asked; else the rule is.
    """
    _check_may_move(congress, [old, new], "approved", actor)
    before, left = count_approved(congress.id), old.state == "approved"
    if left:
        _set_state(old, "withdrawn", _why(reason), actor=actor, now=now)
        db.session.flush()
    if left and old.component.side == new.component.side:
        _check_stage(congress, [new], reason)
        _check_people(congress, [new])
    else:
        _check_approval(congress, [new], reason=reason, override=False, before=before)
    _set_state(new, "approved", _why(reason), actor=actor, now=now)
    issue_badges([new.id], sealer=sealer, now=now)
    if congress.stage == "list_closed":
        _note_amendment(congress, reason, False, actor, now)
    db.session.flush()


def _set_state(delegate: Delegate, state: str, why: dict[str, list[str]], *, actor: Actor, now: datetime) -> None:
    changed = {"state": [delegate.state, state], **why}
    delegate.state = state
    audit.record(actor, f"delegates.{state}", delegate, now=now, congress_id=delegate.congress_id, changed=changed)


def _check_stage(congress: Congress, delegates: Sequence[Delegate], reason: str) -> bool:
    """Whether approving now amends a closed list, which needs a reason."""
    amending = congress.stage == "list_closed"
    if not amending:
        require(congress.stage, "approve")
    elif delegates and not reason.strip():
        raise Refused("needs_reason", "Danh sách đã chốt: nêu lý do bổ sung.", "reason")
    return amending


def _check_people(congress: Congress, delegates: Sequence[Delegate]) -> None:
    """What is asked of each person beside the figures; nobody may pass over it."""
    if congress.plan.register_required:
        strangers = [d.name for d in delegates if d.component.side == rules.HONOURED and d.exemplar_id is None]
        refuse_if(rules.check_register(strangers))
    book = SeatBook(congress)
    for done, delegate in enumerate(delegates):
        refuse_if(book.check(delegate), done=done, of=len(delegates))
        book.take(delegate)


def _check_approval(
    congress: Congress, delegates: Sequence[Delegate], *, reason: str, override: bool, before: rules.Approved | None = None
) -> bool:
    """Whether the override was needed; `before` is what was approved when the change began, if somebody has left in it."""
    amending = _check_stage(congress, delegates, reason)
    _check_people(congress, delegates)
    rule, approved = rule_of(congress), count_approved(congress.id)
    start, overridden = before or approved, False
    uncounted = 0 if rule.uncounted_cap is None else count_uncounted(congress.id)
    for done, delegate in enumerate(delegates):
        side = delegate.component.side
        found = rules.check_approve(rule, congress.planned_size, approved, side)
        if side == rules.UNCOUNTED:
            found = rules.check_uncounted(rule, uncounted)
            uncounted += 1
        overridden |= refuse_if(found, override=override, done=done, of=len(delegates))
        approved = approved.plus(side)
    if amending and approved != start:
        overridden |= refuse_if(rules.check_list_after(rule, before=start, after=approved), override=override)
    return overridden


def refuse_if(violations: list[Violation], *, override: bool = False, done: int = 0, of: int = 1) -> bool:
    """Raise Refused with the sentences of the violations that block; otherwise whether the override passed over any."""
    hard = rules.blocking(violations, override=override)
    if not hard:
        return bool(rules.blocking(violations))
    message = " ".join(say(v) for v in hard)
    if of > 1:
        message = f"Chỉ duyệt được {done}/{of} người đã chọn, nên chưa duyệt ai. {message}"
    raise Refused(hard[0].code, message)


def _note_amendment(congress: Congress, reason: str, overridden: bool, actor: Actor, now: datetime) -> None:
    db.session.add(
        StageEvent(
            congress_id=congress.id,
            kind="amend",
            from_stage=congress.stage,
            to_stage=congress.stage,
            reason=reason.strip(),
            overridden=overridden,
            actor_name=actor.name,
            at=now,
        )
    )


def change_component(
    delegate: Delegate, component: Component, *, actor: Actor, now: datetime, reason: str = "", override: bool = False
) -> None:
    """Give a delegate another component; for an approved one that is withdraw and approve in one step, under the same checks."""
    congress = lock_congress(delegate.congress_id)
    db.session.refresh(delegate)  # somebody may have approved or moved this person while we waited for the lock
    if component.id == delegate.component_id:
        return
    if component.plan_id != congress.plan_id:
        raise Refused("no_component", "Thành phần này không có trong kế hoạch.", "component")
    old, new = delegate.component.side, component.side
    if (old, new) == (rules.INVITED, rules.UNCOUNTED) and not reason.strip():
        raise Refused("needs_reason", "Đưa khách mời, lãnh đạo ra ngoài tỷ lệ: nêu lý do đổi thành phần.", "reason")
    overridden = False
    if delegate.state == "approved" and old != new:
        _check_may_move(congress, [delegate], "approved", actor)
        override = override and use_override(congress, reason, actor)
        if new == rules.HONOURED and congress.plan.register_required and delegate.exemplar_id is None:
            refuse_if(rules.check_register([delegate.name]))
        overridden = _check_swap(congress, old, new, reason=reason, override=override)
        if congress.stage == "list_closed":
            _note_amendment(congress, reason, overridden, actor, now)
    changed = {"component": [delegate.component.label, component.label], **_why(reason, overridden)}
    with within_seats(congress) if delegate.state == "approved" else nullcontext():
        delegate.component = component
    audit.record(actor, "delegates.change_component", delegate, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()


def _why(reason: str, overridden: bool = False) -> dict[str, list[str]]:
    if not reason.strip():
        return {}
    return {"reason": [reason.strip(), "khác tỷ lệ"] if overridden else [reason.strip()]}


def _check_swap(congress: Congress, old: str, new: str, *, reason: str, override: bool) -> bool:
    """Whether the override was needed."""
    amending = not allows(congress.stage, "approve")
    if amending:
        require(congress.stage, "amend")
        if not reason.strip():
            raise Refused("needs_reason", "Danh sách đã chốt: nêu lý do đổi thành phần.", "reason")
    rule, before = rule_of(congress), count_approved(congress.id)
    if new == rules.UNCOUNTED and rule.uncounted_cap is not None:
        refuse_if(rules.check_uncounted(rule, count_uncounted(congress.id)))
    without = before.plus(old, -1)
    overridden = refuse_if(rules.check_approve(rule, congress.planned_size, without, new), override=override)
    if amending and new != rules.UNCOUNTED:  # leaving both sides is a withdrawal, which is always allowed
        overridden |= refuse_if(rules.check_list_after(rule, before=before, after=without.plus(new)), override=override)
    return overridden

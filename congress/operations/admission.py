"""Moving delegates between proposed, approved, reserve and withdrawn, under the plan's rule."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
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
    _check_register(congress, [d for d in delegates if d.component.side == rules.HONOURED])
    book = SeatBook(congress)
    for done, delegate in enumerate(delegates):
        refuse_if(book.check(delegate), done=done, of=len(delegates))
        book.take(delegate)


def _check_register(congress: Congress, honoured: Sequence[Delegate]) -> None:
    if congress.plan.register_required:
        refuse_if(rules.check_register([d.name for d in honoured if d.exemplar_id is None]))


def _check_approval(
    congress: Congress, delegates: Sequence[Delegate], *, reason: str, override: bool, before: rules.Approved | None = None
) -> bool:
    """Whether the override was needed; `before` is what was approved when the change began, if somebody has left in it."""
    amending = _check_stage(congress, delegates, reason)
    _check_people(congress, delegates)
    count = _count_all(congress)
    after, overridden = _check_coming(congress, [d.component.side for d in delegates], count, override=override)
    start = before or count.sides
    if amending and after.sides != start:
        found = rules.check_list_after(rule_of(congress), before=start, after=after.sides)
        overridden |= refuse_if(found, override=override)
    return overridden


@dataclass(frozen=True)
class _Count:
    """Approved people: on the two sides, and outside them."""

    sides: rules.Approved
    uncounted: int

    def plus(self, side: str, n: int = 1) -> "_Count":
        return _Count(self.sides.plus(side, n), self.uncounted + (n if side == rules.UNCOUNTED else 0))


def _count_all(congress: Congress) -> _Count:
    return _Count(count_approved(congress.id), count_uncounted(congress.id))


def _check_coming(
    congress: Congress, sides: Sequence[str], count: _Count, *, override: bool, verb: str = "duyệt"
) -> tuple[_Count, bool]:
    """Approve one after the other on these sides: the count afterwards, and whether the override was needed."""
    rule, overridden = rule_of(congress), False
    for done, side in enumerate(sides):
        found = rules.check_approve(rule, congress.planned_size, count.sides, side)
        if side == rules.UNCOUNTED:
            found = rules.check_uncounted(rule, count.uncounted)
        overridden |= refuse_if(found, override=override, done=done, of=len(sides), verb=verb)
        count = count.plus(side)
    return count, overridden


def refuse_if(violations: list[Violation], *, override: bool = False, done: int = 0, of: int = 1, verb: str = "duyệt") -> bool:
    """Raise Refused with the sentences of the violations that block; otherwise whether the override passed over any."""
    hard = rules.blocking(violations, override=override)
    if not hard:
        return bool(rules.blocking(violations))
    message = " ".join(say(v) for v in hard)
    if of > 1:
        message = f"Chỉ {verb} được {done}/{of} người đã chọn, nên chưa {verb} ai. {message}"
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
    """Give one delegate another component, under the rule and within the seats of the unit that sends them."""
    congress = lock_congress(delegate.congress_id)
    with within_seats(congress):
        change_components(congress, {delegate.id: component}, actor=actor, now=now, reason=reason, override=override)


def change_components(
    congress: Congress,
    wanted: Mapping[int, Component],
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    override: bool = False,
) -> bool:
    """Give delegates, by id, other components, all or none; whether that amended a closed list, which is noted once.

    For approved ones it is withdraw and approve in one step: the rule is asked of the list as it will be. The congress is locked,
    and the caller sees to the seats (`within_seats`), for a delegation may change together with the component.
    """
    # Read again: somebody may have approved or moved these people while we waited for the lock.
    delegates = [d for d in _load(congress, wanted) if d.component_id != wanted[d.id].id]
    if any(wanted[d.id].plan_id != congress.plan_id for d in delegates):
        raise Refused("no_component", "Thành phần này không có trong kế hoạch.", "component")
    for delegate in delegates:
        check_uncounting(delegate.component, wanted[delegate.id], reason)
    crossing = [d for d in delegates if d.state == "approved" and d.component.side != wanted[d.id].side]
    overridden = bool(crossing) and _check_crossing(congress, crossing, wanted, actor, reason=reason, override=override)
    for delegate in delegates:
        changed = {"component": [delegate.component.label, wanted[delegate.id].label], **_why(reason, overridden)}
        delegate.component = wanted[delegate.id]
        audit.record(actor, "delegates.change_component", delegate, now=now, congress_id=congress.id, changed=changed)
    amended = bool(crossing) and congress.stage == "list_closed"
    if amended:
        _note_amendment(congress, reason, overridden, actor, now)
    db.session.flush()
    return amended


def check_uncounting(old: Component, new: Component, reason: str) -> None:
    """Raise Refused when somebody leaves the invited side for none without a reason: that would empty the ratio quietly (A5)."""
    if (old.side, new.side) == (rules.INVITED, rules.UNCOUNTED) and not reason.strip():
        raise Refused("needs_reason", "Đưa khách mời, lãnh đạo ra ngoài tỷ lệ: nêu lý do đổi thành phần.", "reason")


def _why(reason: str, overridden: bool = False) -> dict[str, list[str]]:
    if not reason.strip():
        return {}
    return {"reason": [reason.strip(), "khác tỷ lệ"] if overridden else [reason.strip()]}


def _check_crossing(
    congress: Congress,
    delegates: Sequence[Delegate],
    wanted: Mapping[int, Component],
    actor: Actor,
    *,
    reason: str,
    override: bool,
) -> bool:
    """Whether the override was needed for approved people to come to other sides."""
    _check_may_move(congress, delegates, "approved", actor)
    override = override and use_override(congress, reason, actor)
    amending = not allows(congress.stage, "approve")
    if amending:
        require(congress.stage, "amend")
        if not reason.strip():
            raise Refused("needs_reason", "Danh sách đã chốt: nêu lý do đổi thành phần.", "reason")
    new = [wanted[d.id].side for d in delegates]
    _check_register(congress, [d for d, side in zip(delegates, new, strict=True) if side == rules.HONOURED])
    count = before = _count_all(congress)
    for delegate in delegates:
        count = count.plus(delegate.component.side, -1)
    after, overridden = _check_coming(congress, new, count, override=override, verb="đổi")
    if amending and set(new) != {rules.UNCOUNTED}:  # leaving both sides is a withdrawal, which is always allowed
        found = rules.check_list_after(rule_of(congress), before=before.sides, after=after.sides)
        overridden |= refuse_if(found, override=override)
    return overridden

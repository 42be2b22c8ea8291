"""Replacing a delegate: another of the same side takes the seat and the badge number, and the old token dies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from ..domain.access import Actor
from ..domain.door import Opening, Successor
from ..domain.names import fold
from ..domain.refusals import Refused
from ..domain.stages import allows, require
from ..models import Attendance, Badge, Component, Congress, Delegate, Sitting, Substitution, db
from . import audit
from .admission import approve_instead, lock_congress
from .badges import revoke_badges
from .delegates import pass_on_roles
from .sealing import Sealer

FOUND_AT_MOST = 20


@dataclass(frozen=True)
class Decision:
    """Why somebody is replaced, and who decided it, as typed."""

    reason: str
    decided_by: str


def substitute(
    congress_id: int, old_id: int, new_id: int, decision: Decision, *, actor: Actor, sealer: Sealer, now: datetime
) -> Substitution:
    """Put one delegate in the place of another: seat and badge number, role, and delegation where the new one has none.

    The old one is withdrawn and their token dies; the new one is approved, which on one side changes no figure, and gets a fresh
    token. On a closed list this is an amendment. All or nothing; raises Refused with what stands against it.
    """
    congress = lock_congress(congress_id)
    if not allows(congress.stage, "approve"):
        require(congress.stage, "amend")
    _check_decision(decision)
    old, new = _get(congress, old_id), _get(congress, new_id)
    check_replaceable(old, now=now)
    _check_new(old, new)
    number = old.number
    with db.session.begin_nested():  # a refusal half-way leaves nothing behind
        revoke_badges(old.id, now=now)
        revoke_badges(new.id, now=now)
        new.delegation_id = new.delegation_id or old.delegation_id
        approve_instead(old, new, congress, actor=actor, sealer=sealer, now=now, reason=decision.reason)
        _swap_places(old, new)
        pass_on_roles(old, new)
        row = _write_down(old, new, number, decision, actor=actor, now=now)
    return row


def _check_decision(decision: Decision) -> None:
    if not decision.reason.strip():
        raise Refused("needs_reason", "Nêu lý do thay.", "reason")
    if not decision.decided_by.strip():
        raise Refused("needs_decider", "Ghi người quyết định.", "decided_by")


def _get(congress: Congress, delegate_id: int) -> Delegate:
    query = select(Delegate).where(Delegate.id == delegate_id, Delegate.congress_id == congress.id)
    query = query.options(joinedload(Delegate.component)).execution_options(populate_existing=True)
    delegate = db.session.scalars(query).one_or_none()
    if delegate is None:
        raise Refused("no_delegate", f"Không có đại biểu mã {delegate_id} trong hội nghị này.", "new_id")
    return delegate


def check_replaceable(old: Delegate, *, now: datetime) -> None:
    """Raise Refused for somebody who has no place to give: not on the list, merged, replaced already, or in the hall."""
    if old.state not in ("approved", "withdrawn") or old.merged_into_id is not None:
        raise Refused("no_place", f"{old.name} chưa có chỗ trong danh sách. Chỉ thay người đã duyệt, hoặc đã rút.")
    if old.state == "withdrawn" and (successor := find_successor(old.congress_id, old.id)):
        raise Refused("replaced", f"{old.name} đã được thay bằng {successor.name}, số thẻ {successor.number}.")
    if _is_inside(old, now):
        raise Refused("inside", f"{old.name} đã điểm danh vào. Nếu nhầm, hoàn tác ở trang Điểm danh rồi thay.")


def _check_new(old: Delegate, new: Delegate) -> None:
    if new.id == old.id:
        raise Refused("same_row", "Chọn một người khác.", "new_id")
    if new.state == "approved" or new.merged_into_id is not None:
        raise Refused("not_free", f"{new.name} đã có trong danh sách duyệt. Chọn người đề cử hoặc dự khuyết.", "new_id")
    if new.component.side != old.component.side:
        raise Refused("other_side", f"{new.name} ở bên khác của tỷ lệ. Chọn người cùng bên với {old.name}.", "new_id")


def _is_inside(delegate: Delegate, now: datetime) -> bool:
    """Whether somebody is in at a sitting that is not over: the rehearsal of yesterday keeps nobody from being replaced."""
    query = select(Sitting).join(Attendance, Attendance.sitting_id == Sitting.id).where(Attendance.delegate_id == delegate.id)
    openings = [Opening(s.starts_at, s.opens_at, s.closes_at, s.opened_by_hand) for s in db.session.scalars(query)]
    return any(opening.barred(now) != "over" for opening in openings)


def _swap_places(old: Delegate, new: Delegate) -> None:
    """Badge number and seat go over; the old one gets the new one's number, for a number is nobody else's."""
    free, number = new.number, old.number
    for delegate, value in ((old, -old.id), (new, number), (old, free)):  # by way of a number that nobody has
        delegate.number = value
        db.session.flush()
    new.seat, old.seat = old.seat or new.seat, ""


def _write_down(old: Delegate, new: Delegate, number: int, decision: Decision, *, actor: Actor, now: datetime) -> Substitution:
    row = Substitution(
        congress_id=old.congress_id, old_id=old.id, new_id=new.id, number=number, reason=decision.reason.strip(),
        decided_by=decision.decided_by.strip(), actor_name=actor.name, at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    changed = {"old": old.id, "new": new.id, "number": number, "reason": row.reason, "decided_by": row.decided_by}
    audit.record(actor, "substitutions.substitute", row, now=now, congress_id=old.congress_id, changed=changed)
    db.session.flush()
    return row


# ---- who replaced whom -----------------------------------------------------------------------------------------------


def find_successor(congress_id: int, delegate_id: int) -> Successor | None:
    """Whoever holds somebody's place now, through all who held it since; None when nobody took it, or they came back."""
    holder = _find_holder(_handovers(congress_id), delegate_id)
    if holder == delegate_id:
        return None
    row = db.session.execute(select(Delegate.name, Delegate.number).where(Delegate.id == holder)).one()
    return Successor(row.name, row.number)


def successors_of(congress_id: int) -> dict[int, Successor]:
    """{delegate id: whoever holds their place now} of everybody who was replaced. Two queries."""
    handovers = _handovers(congress_id)
    holders = {old_id: _find_holder(handovers, old_id) for old_id, _ in handovers}
    if not holders:
        return {}
    rows = db.session.execute(select(Delegate.id, Delegate.name, Delegate.number).where(Delegate.id.in_(set(holders.values()))))
    found = {row.id: Successor(row.name, row.number) for row in rows}
    return {old_id: found[holder] for old_id, holder in holders.items() if holder != old_id}


def _handovers(congress_id: int) -> list[tuple[int, int]]:
    """(who left, who came) of every substitution, in order."""
    query = select(Substitution.old_id, Substitution.new_id).where(Substitution.congress_id == congress_id)
    return [(old_id, new_id) for old_id, new_id in db.session.execute(query.order_by(Substitution.id))]


def _find_holder(handovers: Sequence[tuple[int, int]], delegate_id: int) -> int:
    holder = delegate_id
    for old_id, new_id in handovers:
        holder = new_id if old_id == holder else holder
    return holder


def substitutions_of(congress: Congress) -> Sequence[Substitution]:
    """Every substitution of a congress, the last first."""
    query = select(Substitution).where(Substitution.congress_id == congress.id).order_by(Substitution.id.desc())
    return db.session.scalars(query.options(joinedload(Substitution.old), joinedload(Substitution.new))).all()


def candidates_for(old: Delegate) -> list[Delegate]:
    """Who may take somebody's place: the proposed and the reserve of the same side, and whoever was replaced by them.

    Those of the same delegation come first, then by rank, the reserve before the proposed, then by name.
    """
    query = (
        select(Delegate)
        .join(Component, Delegate.component_id == Component.id)
        .where(Delegate.congress_id == old.congress_id, Delegate.id != old.id, Delegate.merged_into_id.is_(None))
        .where(Component.side == old.component.side)
        .where(or_(Delegate.state.in_(("proposed", "reserve")), Delegate.id.in_(_replaced_by(old))))
        .options(joinedload(Delegate.component), joinedload(Delegate.delegation))
    )
    found = db.session.scalars(query).all()
    return sorted(found, key=lambda d: _order(old, d))


def _replaced_by(delegate: Delegate) -> list[int]:
    if delegate.state != "approved":
        return []
    return list(db.session.scalars(select(Substitution.old_id).where(Substitution.new_id == delegate.id)))


def _order(old: Delegate, candidate: Delegate) -> tuple[bool, bool, int, bool, str, int]:
    elsewhere = candidate.delegation_id is None or candidate.delegation_id != old.delegation_id
    waiting = candidate.state != "reserve"
    return elsewhere, candidate.rank is None, candidate.rank or 0, waiting, candidate.sort_key, candidate.id


def open_places(congress: Congress) -> Sequence[Delegate]:
    """Withdrawn people who were approved once, and whom nobody has replaced."""
    query = select(Delegate).where(
        Delegate.congress_id == congress.id,
        Delegate.state == "withdrawn",
        Delegate.merged_into_id.is_(None),
        exists().where(Badge.delegate_id == Delegate.id),
    )
    query = query.options(joinedload(Delegate.component), joinedload(Delegate.delegation))
    handovers = _handovers(congress.id)
    left = db.session.scalars(query.order_by(Delegate.sort_key, Delegate.id))
    return [delegate for delegate in left if _find_holder(handovers, delegate.id) == delegate.id]


def find_holders(congress: Congress, text: str) -> Sequence[Delegate]:
    """Approved people by words of a name without accents, or by badge number: whose place is to be given."""
    words = fold(text).split()
    if not words:
        return []
    query = select(Delegate).where(Delegate.congress_id == congress.id, Delegate.state == "approved")
    if len(words) == 1 and words[0].isascii() and words[0].isdigit() and len(words[0]) <= 9:
        query = query.where(Delegate.number == int(words[0]))
    else:
        query = query.where(*(Delegate.folded.contains(word, autoescape=True) for word in words))
    query = query.options(joinedload(Delegate.component), joinedload(Delegate.delegation))
    return db.session.scalars(query.order_by(Delegate.sort_key, Delegate.id).limit(FOUND_AT_MOST)).all()

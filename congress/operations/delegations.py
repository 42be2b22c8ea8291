"""Delegations: their order, who leads them, what their lists stand at, two made one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import joinedload

from ..domain import delegation_lists as rules
from ..domain.access import Actor
from ..domain.names import fold
from ..domain.refusals import Refused
from ..domain.stages import require
from ..models import Component, Congress, Delegate, Delegation, DelegationLink, Grant, db
from . import audit
from .admission import lock_congress
from .allocations import within_seats
from .bulk import forget_delegation
from .notices import leave_delegation


@dataclass(frozen=True)
class Leaders:
    """Who leads a delegation, who is asked about it and when it comes; its own contact may say so."""

    head_id: int | None = None
    deputy_id: int | None = None
    contact_name: str = ""
    contact_phone: str | None = None
    contact_email: str | None = None
    arrives_at: datetime | None = None
    arrival_note: str = ""


@dataclass(frozen=True)
class DelegationValues:
    """What may be typed about a delegation; `position` is its place in protocol order, 1 = first, None = where it is."""

    name: str
    leaders: Leaders = Leaders()
    unit_id: int | None = None
    position: int | None = None


@dataclass
class DelegationLine:
    """A delegation with its people (not withdrawn) counted by side and by state, and where its list stands."""

    delegation: Delegation
    list_state: str = "none"
    sides: dict[str, int] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """How many there are, the reserve too."""
        return sum(self.states.values())


def delegations_of(congress: Congress, *, now: datetime) -> list[DelegationLine]:
    """Every delegation in protocol order; four queries, however many there are."""
    query = select(Delegation).where(Delegation.congress_id == congress.id).order_by(Delegation.position, Delegation.id)
    loaded = (joinedload(Delegation.unit), joinedload(Delegation.head), joinedload(Delegation.deputy))
    lines = {row.id: DelegationLine(row) for row in db.session.scalars(query.options(*loaded))}
    for delegation_id, side, state, count in db.session.execute(_counts(congress)):
        line = lines[delegation_id]
        line.sides[side] = line.sides.get(side, 0) + count
        line.states[state] = line.states.get(state, 0) + count
    asked = _with_contact(congress, now)
    for line in lines.values():
        line.list_state = list_state(line.delegation, has_contact=line.delegation.id in asked)
    return list(lines.values())


def list_state(delegation: Delegation, *, has_contact: bool) -> str:
    """Where the list of a delegation stands, one of the rule's STATES."""
    return rules.list_state(sent_at=delegation.sent_at, returned_at=delegation.returned_at, has_contact=has_contact)


def _counts(congress: Congress) -> Select[int, str, str, int]:
    return (
        select(Delegation.id, Component.side, Delegate.state, func.count())
        .select_from(Delegate)
        .join(Delegation, Delegate.delegation_id == Delegation.id)
        .join(Component, Delegate.component_id == Component.id)
        .where(Delegate.congress_id == congress.id, Delegate.state != "withdrawn")
        .group_by(Delegation.id, Component.side, Delegate.state)
    )


def _with_contact(congress: Congress, now: datetime) -> set[int]:
    """The delegations that somebody was asked to fill in: by an account, or by a link that still opens."""
    here = Delegation.congress_id == congress.id
    live = (DelegationLink.revoked_at.is_(None), DelegationLink.expires_at > now)
    by_link = select(DelegationLink.delegation_id).join(Delegation).where(here, *live)
    by_account = select(Grant.delegation_id).join(Delegation, Grant.delegation_id == Delegation.id).where(here)
    return {*db.session.scalars(by_link), *(i for i in db.session.scalars(by_account) if i is not None)}


def count_outside(congress: Congress) -> int:
    """People of the list, not withdrawn, who belong to no delegation."""
    query = select(func.count()).select_from(Delegate).where(Delegate.congress_id == congress.id)
    return db.session.scalar(query.where(Delegate.state != "withdrawn", Delegate.delegation_id.is_(None))) or 0


def find_delegation(congress: Congress, delegation_id: int) -> Delegation | None:
    """A delegation of this congress, or None."""
    return db.session.scalars(select(Delegation).filter_by(id=delegation_id, congress_id=congress.id)).one_or_none()


def people_of(delegation: Delegation) -> list[Delegate]:
    """The people of a delegation who are not withdrawn: head, deputy, then by rank, then by name."""
    query = select(Delegate).where(Delegate.delegation_id == delegation.id, Delegate.state != "withdrawn")
    people = db.session.scalars(query.options(joinedload(Delegate.component)))
    return rules.order_people(people, head_id=delegation.head_id, deputy_id=delegation.deputy_id)


def has_contact(delegation: Delegation, *, now: datetime) -> bool:
    """Whether somebody was asked to fill in this delegation's list."""
    return delegation.id in _with_contact(delegation.congress, now)


def contacts_of(delegation: Delegation) -> Sequence[Grant]:
    """The accounts that fill in this delegation's list."""
    query = select(Grant).filter_by(delegation_id=delegation.id).options(joinedload(Grant.user)).order_by(Grant.id)
    return db.session.scalars(query).all()


def add_delegation(congress_id: int, values: DelegationValues, *, actor: Actor, now: datetime) -> Delegation:
    """A new delegation, last in protocol order unless a place is given. Raises Refused for a name that is taken."""
    congress = _lock(congress_id)
    order = _order(congress.id)
    name = _free_name(congress.id, values.name, None)
    delegation = Delegation(congress_id=congress.id, name=name, folded=fold(name), position=len(order) + 1)
    _fill(delegation, values)
    db.session.add(delegation)
    db.session.flush()
    _put(order, delegation, values.position or len(order) + 1)
    audit.record(actor, "delegations.add", delegation, now=now, congress_id=congress.id, changed={"name": [None, name]})
    return delegation


def edit_delegation(delegation: Delegation, values: DelegationValues, *, actor: Actor, now: datetime) -> None:
    """Change what is known of a delegation. Raises Refused for a name that is taken, for a head or deputy who is not one of its
    people, and for a sending unit that it would put above its seats.
    """
    congress = _lock(delegation.congress_id)
    db.session.refresh(delegation)
    name = _free_name(congress.id, values.name, delegation.id)
    _check_leaders(delegation, values.leaders)
    order = _order(congress.id)
    with within_seats(congress):
        delegation.name, delegation.folded = name, fold(name)
        _fill(delegation, values)
        if values.position is not None:
            _put(order, delegation, values.position)
        changed = audit.difference(delegation)
        changed.pop("folded", None)
    if changed:
        audit.record(actor, "delegations.edit", delegation, now=now, congress_id=congress.id, changed=changed)


def _fill(delegation: Delegation, values: DelegationValues) -> None:
    delegation.unit_id = values.unit_id
    for column, value in asdict(values.leaders).items():
        setattr(delegation, column, value)


def _check_leaders(delegation: Delegation, leaders: Leaders) -> None:
    people = {person.id for person in people_of(delegation)}
    for name, chosen in (("head_id", leaders.head_id), ("deputy_id", leaders.deputy_id)):
        if chosen is not None and chosen not in people:
            raise Refused("not_of_delegation", "Người này không còn trong đoàn. Chọn người khác.", name)
    if leaders.head_id is not None and leaders.head_id == leaders.deputy_id:
        raise Refused("same_leader", "Trưởng đoàn và phó đoàn phải là hai người.", "deputy_id")


def move_delegation(delegation: Delegation, place: int, *, actor: Actor, now: datetime) -> None:
    """Put a delegation at a place in protocol order, 1 = first; a place beyond the ends is the end."""
    congress = _lock(delegation.congress_id)
    order = _order(congress.id)
    before = order.index(delegation) + 1
    after = _put(order, delegation, place)
    if before != after:
        changed = {"position": [before, after]}
        audit.record(actor, "delegations.move", delegation, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()


def _order(congress_id: int) -> list[Delegation]:
    query = select(Delegation).where(Delegation.congress_id == congress_id).order_by(Delegation.position, Delegation.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _put(order: list[Delegation], delegation: Delegation, place: int) -> int:
    """Number the delegations anew, this one at a place; the place it got."""
    others = [other for other in order if other is not delegation]
    at = min(max(place, 1), len(others) + 1) - 1
    for position, row in enumerate([*others[:at], delegation, *others[at:]], 1):
        row.position = position
    return at + 1


def merge_delegation(delegation: Delegation, into: Delegation, *, actor: Actor, now: datetime) -> int:
    """Make two delegations of a congress one; how many people moved, the withdrawn too.

    The other one keeps what it has and takes what it lacks. Links and contacts of the one that goes die with it: they were
    given for its people alone. Raises Refused when the unit would be above its seats.
    """
    congress = _lock(delegation.congress_id)
    if into.id == delegation.id or into.congress_id != delegation.congress_id:
        raise Refused("merge", "Chọn một đoàn khác của hội nghị này để gộp vào.", "into")
    with within_seats(congress):
        for column in ("unit_id", "head_id", "deputy_id", "contact_phone", "contact_email", "arrives_at"):
            if getattr(into, column) is None:
                setattr(into, column, getattr(delegation, column))
        for column in ("contact_name", "arrival_note"):
            setattr(into, column, getattr(into, column) or getattr(delegation, column))
        if into.deputy_id == into.head_id:
            into.deputy_id = None
        moved = select(Delegate).where(Delegate.delegation_id == delegation.id)
        count = 0
        for person in db.session.scalars(moved.execution_options(populate_existing=True)):
            person.delegation, count = into, count + 1
    changed = {"merged": [delegation.name, into.name], "people": count}
    audit.record(actor, "delegations.merge", into, now=now, congress_id=congress.id, changed=changed)
    _drop(delegation, actor, now, into)
    return count


def remove_delegation(delegation: Delegation, *, actor: Actor, now: datetime) -> None:
    """Delete a delegation that has nobody, not even withdrawn people, who stay on record in it."""
    _lock(delegation.congress_id)
    people = db.session.scalar(select(func.count()).select_from(Delegate).where(Delegate.delegation_id == delegation.id))
    if people:
        raise Refused("not_empty", f"Đoàn còn {people} người (kể cả người đã rút). Gộp vào đoàn khác thay vì xóa.")
    audit.record(
        actor, "delegations.remove", delegation, now=now, congress_id=delegation.congress_id,
        changed={"name": [delegation.name, None]},
    )  # fmt: skip
    _drop(delegation, actor, now)


def _drop(delegation: Delegation, actor: Actor, now: datetime, into: Delegation | None = None) -> None:
    """Delete the row, its links and its contacts' grants, and close the gap in the order."""
    for grant in contacts_of(delegation):
        changed = {"grant": [f"{grant.role} · {delegation.name}", None]}
        audit.record(actor, "withdraw_grant", grant.user, now=now, congress_id=delegation.congress_id, changed=changed)
        grant.user.grants.remove(grant)
    leave_delegation(delegation.id, into.id if into else None, actor=actor, now=now)
    db.session.execute(delete(DelegationLink).where(DelegationLink.delegation_id == delegation.id))
    db.session.execute(update(Delegation).where(Delegation.id == delegation.id).values(head_id=None, deputy_id=None))
    congress_id, delegation_id = delegation.congress_id, delegation.id
    db.session.flush()
    db.session.refresh(delegation)
    db.session.delete(delegation)
    db.session.flush()
    forget_delegation(congress_id, delegation_id)
    for position, row in enumerate(_order(congress_id), 1):
        row.position = position
    db.session.flush()


def return_list(delegation: Delegation, comment: str, *, actor: Actor, now: datetime) -> None:
    """Give a sent list back to its contact with what is to be mended. Raises Refused without words, or when it was not sent."""
    congress = lock_congress(delegation.congress_id)
    rules.require_open(congress.stage)
    db.session.refresh(delegation)
    if delegation.sent_at is None:
        raise Refused("not_sent", "Đoàn chưa gửi danh sách nên không có gì để trả lại.")
    if not comment.strip():
        raise Refused("needs_comment", "Ghi điều đoàn cần sửa rồi mới trả lại.", "comment")
    delegation.sent_at, delegation.returned_at, delegation.return_comment = None, now, comment.strip()
    changed = audit.difference(delegation)
    audit.record(actor, "delegations.return", delegation, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()


def _lock(congress_id: int) -> Congress:
    congress = lock_congress(congress_id)
    require(congress.stage, "edit_person")
    return congress


def _free_name(congress_id: int, typed: str, own_id: int | None) -> str:
    name = rules.name_delegation(typed)
    if not name:
        raise Refused("no_name", "Nhập tên đoàn.", "name")
    taken = db.session.scalars(select(Delegation.id).filter_by(congress_id=congress_id, folded=fold(name))).one_or_none()
    if taken is not None and taken != own_id:
        raise Refused("name_taken", f"Đã có {rules.call_delegation(name)}. Đặt tên khác, hoặc gộp hai đoàn.", "name")
    return name

"""What the contact of a delegation does: fill in its list, send it, mend it when it comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain import delegation_lists as rules
from ..domain.access import Actor
from ..domain.admission import UNCOUNTED
from ..domain.allocations import Used
from ..domain.names import fold, normalise
from ..domain.refusals import Refused
from ..models import Component, Congress, Delegate, Delegation, db
from . import audit, scope
from .admission import lock_congress
from .allocations import seats_of, used_seats
from .delegates import add_delegate, edit_delegate
from .delegations import DelegationValues, Leaders, edit_delegation, people_of

OWN_STATES = ("proposed", "reserve")  # what a contact may give a person; approving is the organiser's


@dataclass(frozen=True)
class SeatLine:
    """One component of a delegation: its seats (None: no figure was issued), who fills them, and the reserve."""

    component: Component
    seats: int | None
    people: int
    reserve: int


def delegations_of(actor: Actor) -> Sequence[Delegation]:
    """The delegations whose contact somebody is."""
    query = scope.delegations_for(actor).options(joinedload(Delegation.congress)).order_by(Delegation.id)
    return db.session.scalars(query).all()


def find_delegation(actor: Actor, delegation_id: int) -> Delegation | None:
    """A delegation whose contact somebody is, or None."""
    query = scope.delegations_for(actor).where(Delegation.id == delegation_id)
    return db.session.scalars(query.options(joinedload(Delegation.congress))).one_or_none()


def why_closed(delegation: Delegation) -> str:
    """Why the contact cannot change the list now, in a sentence; "" while it is open."""
    return rules.why_closed(delegation.congress.stage, sent=delegation.sent_at is not None)


def find_person(delegation: Delegation, delegate_id: int) -> Delegate | None:
    """One of the delegation's people who is not withdrawn, or None."""
    query = select(Delegate).filter_by(id=delegate_id, delegation_id=delegation.id).where(Delegate.state != "withdrawn")
    return db.session.scalars(query.options(joinedload(Delegate.component))).one_or_none()


def seat_lines(delegation: Delegation) -> list[SeatLine]:
    """The components that the delegation has seats or people in. Where a unit sends several delegations, all of them count."""
    congress = delegation.congress
    seats = {component: n for (unit, component), n in seats_of(congress).items() if unit == delegation.unit_id}
    used = _used(delegation)
    lines = []
    for component in congress.plan.components:
        here = used.get(component.id, Used())
        figure = seats.get(component.id) if component.side != UNCOUNTED else None
        if figure or here.proposed + here.approved + here.reserve:
            lines.append(SeatLine(component, figure, here.proposed + here.approved, here.reserve))
    return lines


def _used(delegation: Delegation) -> dict[int, Used]:
    if delegation.unit_id is not None:
        counted = used_seats(delegation.congress)
        return {component: used for (unit, component), used in counted.items() if unit == delegation.unit_id}
    found: dict[int, dict[str, int]] = {}
    for person in people_of(delegation):
        states = found.setdefault(person.component_id, {})
        states[person.state] = states.get(person.state, 0) + 1
    return {component: Used(**states) for component, states in found.items()}


def add_person(
    delegation: Delegation, values: dict[str, Any], *, component: Component, state: str, actor: Actor, now: datetime
) -> Delegate:
    """Put somebody on the delegation's list, in a seat ("proposed") or as "reserve". Raises Refused for a closed list and for
    somebody who is on it already: a button pressed twice adds one person.
    """
    congress = _lock_open(delegation)
    same = (Delegate.folded == fold(normalise(values["name"]))) & Delegate.born.is_not_distinct_from(values["born"])
    query = select(Delegate.name).where(Delegate.delegation_id == delegation.id, Delegate.state != "withdrawn", same)
    if name := db.session.scalar(query.limit(1)):
        raise Refused("namesake", f"{name} đã có trong danh sách của đoàn. Nếu là hai người, ghi rõ ngày sinh.", "name")
    person = add_delegate(congress.id, values, component=component, delegation_name=delegation.name, actor=actor, now=now)
    _set_state(person, state, actor, now)
    return person


def edit_person(
    delegation: Delegation,
    person: Delegate,
    values: dict[str, Any],
    *,
    component: Component,
    state: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """Change somebody of an open list who is not approved yet."""
    _lock_open(delegation)
    _check_free(delegation, person)
    edit_delegate(
        person, values, component=component, delegation_name=delegation.name, actor=actor, now=now, reason=reason
    )  # fmt: skip
    _set_state(person, state, actor, now)


def withdraw_person(delegation: Delegation, person: Delegate, *, actor: Actor, now: datetime) -> None:
    """Take somebody who is not approved off an open list; the row stays as withdrawn."""
    _lock_open(delegation)
    _check_free(delegation, person)
    _set_state(person, "withdrawn", actor, now)


def edit_leaders(delegation: Delegation, leaders: Leaders, *, actor: Actor, now: datetime) -> None:
    """Say who leads the delegation, who is asked about it and when it comes; name, unit and place are the organiser's."""
    _lock_open(delegation)
    values = DelegationValues(name=delegation.name, leaders=leaders, unit_id=delegation.unit_id)
    edit_delegation(delegation, values, actor=actor, now=now)


def send_list(delegation: Delegation, *, actor: Actor, now: datetime) -> None:
    """Send the list: from here on it is the organiser's until it is returned.

    Raises Refused for an empty list, and for one with more people in a component than the unit has seats.
    """
    congress = _lock_open(delegation)
    if not people_of(delegation):
        raise Refused("nobody", "Danh sách của đoàn chưa có ai. Thêm người rồi gửi.")
    if over := over_seats(seat_lines(delegation)):
        raise Refused("over_seats", rules.say_over_seats(over))
    delegation.sent_at, delegation.returned_at, delegation.return_comment = now, None, ""
    changed = audit.difference(delegation)
    audit.record(actor, "delegations.send", delegation, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()


def over_seats(lines: Sequence[SeatLine]) -> list[rules.OverSeats]:
    """The components with more people than seats."""
    return rules.find_over_seats(
        {line.component.id: line.people for line in lines},
        {line.component.id: line.seats for line in lines if line.seats is not None},
        {line.component.id: line.component.label for line in lines},
    )


def _lock_open(delegation: Delegation) -> Congress:
    """The congress, locked, while the list is open; somebody may have sent it while we waited."""
    congress = lock_congress(delegation.congress_id)
    db.session.refresh(delegation)
    if reason := rules.why_closed(congress.stage, sent=delegation.sent_at is not None):
        raise Refused("list_closed", reason)
    return congress


def _check_free(delegation: Delegation, person: Delegate) -> None:
    db.session.refresh(person)
    if person.delegation_id != delegation.id or person.state == "withdrawn":
        raise Refused("not_of_delegation", "Người này không còn trong danh sách của đoàn.")
    if person.state == "approved":
        raise Refused("approved", f"{person.name} đã được duyệt, không sửa ở đây được. Liên hệ đơn vị tổ chức.")


def _set_state(person: Delegate, state: str, actor: Actor, now: datetime) -> None:
    if person.state == state:
        return
    changed = {"state": [person.state, state]}
    person.state = state
    audit.record(actor, f"delegates.{state}", person, now=now, congress_id=person.congress_id, changed=changed)
    db.session.flush()

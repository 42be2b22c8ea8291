"""A unit's list at the upper congress: opened, taken in as people of that congress, or handed back with a comment."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain.access import Actor
from ..domain.admission import INVITED, UNCOUNTED
from ..domain.refusals import Refused
from ..domain.stages import require
from ..domain.wording import say
from ..models import Congress, Delegate, Delegation, Photo, Unit, UpwardList, UpwardPerson, db, lock_row
from . import audit
from .admission import lock_congress
from .allocations import within_seats
from .delegates import get_delegation, next_number
from .upward import check_seated, find_invitation, read_list
from .upward_answers import ARRIVED

# What is copied with a person; the state, the seat and what only concerns the lower congress are not.
COPIED = (
    "name", "sort_key", "folded", "unit_id", "unit_text", "title", "sex", "born", "ethnic", "religion", "party", "capacity",
    "field", "direct_labour", "education", "highest_award", "achievements", "phone", "email", "id_number", "degree",
    "represents", "economic_sector", "new_model", "schooling", "political_theory", "exemplar_id",
)  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """How many people a list brought, and how many were there already."""

    added: int
    linked: int


def find_arrived(upper: Congress, upward_id: int) -> UpwardList | None:
    """A list that was sent to this congress, with its people; None for one that is not (or no longer) here."""
    query = select(UpwardList).where(UpwardList.id == upward_id, UpwardList.upper_congress_id == upper.id)
    return read_list(
        query.where(UpwardList.state.in_(ARRIVED)).options(joinedload(UpwardList.congress).joinedload(Congress.unit))
    )


def find_left_over(upper: Congress, upward: UpwardList) -> list[Delegate]:
    """People of the unit's delegation at the upper congress, not withdrawn, whom the list does not name (any more)."""
    known = {person.upper_delegate_id for person in upward.people}
    query = (
        select(Delegate)
        .join(Delegation, Delegate.delegation_id == Delegation.id)
        .where(Delegate.congress_id == upper.id, Delegation.unit_id == upward.congress.unit_id, Delegate.state != "withdrawn")
        .options(joinedload(Delegate.component))
        .order_by(Delegate.sort_key, Delegate.id)
    )
    return [delegate for delegate in db.session.scalars(query) if delegate.id not in known]


def accept_list(congress_id: int, upward_id: int, *, actor: Actor, now: datetime) -> Taken:
    """Take a list in: its people become people of this congress, proposed or (with their rank) in reserve, in the unit's
    delegation; whoever is there already, by ID number or by name and birth, is linked instead of added.

    Raises Refused when the list is no longer waiting, or is above the seats that bind now.
    """
    upper = lock_congress(congress_id)
    require(upper.stage, "propose")
    upward = _get_locked(upper, upward_id, ("sent",))
    invitation = find_invitation(upward.congress)
    if invitation is None or invitation.upper.id != upper.id:
        raise Refused("not_invited", f"{upward.congress.unit.name} không còn trong phân bổ. Sửa phân bổ, hoặc trả lại danh sách.")
    if found := check_seated(upward, invitation):
        raise Refused(found[0].code, " ".join(say(v) for v in found) + " Trả lại để đơn vị sửa.")
    with within_seats(upper):  # approved people without a unit may come under this one
        delegation = _delegation_of(upper, upward.congress.unit)
        taken = _take_people(upper, upward, delegation, actor=actor, now=now)
    if delegation.head_id is None:  # the list begins with its head
        delegation.head_id = next((p.upper_delegate_id for p in upward.people if not p.reserve), None)
    _answer(upward, "accepted", "", actor, now)
    return taken


def return_list(congress_id: int, upward_id: int, comment: str, *, actor: Actor, now: datetime) -> UpwardList:
    """Hand a list back with a comment: the unit changes it and sends it again. People taken in stay as they are."""
    upper = lock_congress(congress_id)
    require(upper.stage, "propose")  # later the unit could not send it again
    upward = _get_locked(upper, upward_id, ARRIVED)
    if not comment.strip():
        raise Refused("needs_comment", "Ghi điều đơn vị cần sửa.", "comment")
    _answer(upward, "returned", comment.strip(), actor, now)
    return upward


def _get_locked(upper: Congress, upward_id: int, states: tuple[str, ...]) -> UpwardList:
    lock_row(UpwardList, upward_id)
    upward = find_arrived(upper, upward_id)
    if upward is None or upward.state not in states:
        raise Refused("no_list", "Danh sách này không còn chờ ở đây: đã được nhận hoặc trả lại. Tải lại trang.")
    return upward


def _answer(upward: UpwardList, state: str, comment: str, actor: Actor, now: datetime) -> None:
    upward.state, upward.comment, upward.answered_at = state, comment, now
    changed = audit.difference(upward)
    db.session.flush()
    for congress_id in (upward.upper_congress_id, upward.congress_id):  # both sides find it in their own record
        audit.record(actor, f"upward.{state}", upward, now=now, congress_id=congress_id, changed=changed)


def _delegation_of(upper: Congress, unit: Unit) -> Delegation:
    """The delegation that a unit sends, made when there is none; two units of one name have one each."""
    query = select(Delegation).filter_by(congress_id=upper.id, unit_id=unit.id).order_by(Delegation.position, Delegation.id)
    if (own := db.session.scalars(query.limit(1)).one_or_none()) is not None:
        return own
    names = (unit.name, f"{unit.name}, {unit.parent.name if unit.parent else unit.code}", f"{unit.name}, {unit.code}")
    delegation = next(found for name in names if (found := get_delegation(upper.id, name)).unit_id in (None, unit.id))
    delegation.unit_id = unit.id
    db.session.flush()
    return delegation


def _take_people(upper: Congress, upward: UpwardList, delegation: Delegation, *, actor: Actor, now: datetime) -> Taken:
    there = _People(upper, delegation)
    photos = {
        p.delegate_id: p
        for p in db.session.scalars(select(Photo).where(Photo.delegate_id.in_([p.delegate_id for p in upward.people])))
    }
    number, added = next_number(upper.id), 0
    for person in upward.people:
        delegate = there.find(person)
        if delegate is None:
            delegate = _copy(person, upper, delegation, number + added, now)
            db.session.add(delegate)
            db.session.flush()
            if photo := photos.get(person.delegate_id):
                db.session.add(Photo(delegate_id=delegate.id, jpeg=photo.jpeg, digest=photo.digest, at=now))
            changed = {"number": delegate.number, "upward_list": upward.id}
            audit.record(actor, "delegates.add", delegate, now=now, congress_id=upper.id, changed=changed)
            added += 1
        else:
            _follow(delegate, person, delegation, actor, now)
        person.upper_delegate_id = delegate.id
        there.add(delegate)
    return Taken(added, len(upward.people) - added)


def _copy(person: UpwardPerson, upper: Congress, delegation: Delegation, number: int, now: datetime) -> Delegate:
    values = {column: getattr(person.delegate, column) for column in COPIED}
    return Delegate(
        **values, congress_id=upper.id, number=number, component_id=person.component_id, delegation_id=delegation.id,
        state=_state(person), rank=person.position if person.reserve else None, created_at=now,
    )  # fmt: skip


def _state(person: UpwardPerson) -> str:
    return "reserve" if person.reserve else "proposed"


def _follow(delegate: Delegate, person: UpwardPerson, delegation: Delegation, actor: Actor, now: datetime) -> None:
    """Somebody who is there already: brought under the unit's delegation, and as long as nobody has decided, as the list says."""
    if delegate.delegation_id is None:
        delegate.delegation_id = delegation.id
    if delegate.delegation_id == delegation.id and delegate.state in ("proposed", "reserve"):
        delegate.state = _state(person)
        if (delegate.component.side, person.component.side) != (INVITED, UNCOUNTED):  # that wants a reason, which no list gives
            delegate.component_id = person.component_id
        delegate.rank = person.position if person.reserve else None
    if changed := audit.difference(delegate):
        audit.record(actor, "delegates.edit", delegate, now=now, congress_id=delegate.congress_id, changed=changed)


class _People:
    """Who is at the upper congress, found by the link of an earlier version, by ID number, or by name and birth."""

    def __init__(self, upper: Congress, delegation: Delegation) -> None:
        self.delegation = delegation
        self.by_id: dict[int, Delegate] = {}
        self.by_identity: dict[tuple[str, ...], Delegate] = {}
        query = select(Delegate).where(Delegate.congress_id == upper.id, Delegate.state != "withdrawn").order_by(Delegate.number)
        for delegate in db.session.scalars(query):
            self.add(delegate)

    def add(self, delegate: Delegate) -> None:
        """Somebody who is there."""
        self.by_id[delegate.id] = delegate
        for key in self._keys(delegate, here=delegate.delegation_id == self.delegation.id):
            self.by_identity.setdefault(key, delegate)

    def find(self, person: UpwardPerson) -> Delegate | None:
        """The same person, or None. Two known ID numbers that differ are two people."""
        if person.upper_delegate_id in self.by_id:
            return self.by_id[person.upper_delegate_id]
        found = (self.by_identity.get(key) for key in self._keys(person.delegate, here=True))
        own = person.delegate.id_number
        return next((d for d in found if d and not (own and d.id_number and d.id_number != own)), None)

    @staticmethod
    def _keys(delegate: Delegate, *, here: bool) -> list[tuple[str, ...]]:
        """What tells who this is. Namesakes born in one year are many in a province: without the day, only `here` counts."""
        keys: list[tuple[str, ...]] = [("id", delegate.id_number)] if delegate.id_number else []
        if len(delegate.born or "") == len("1968-06-13"):
            keys.append(("born", delegate.folded, delegate.born or ""))
        if here:
            keys.append(("here", delegate.folded, delegate.born or ""))
        return keys

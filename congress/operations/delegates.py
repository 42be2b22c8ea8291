"""The delegate list: adding, editing and finding people; delegate_queries.py asks for many."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import joinedload

from ..domain.access import Actor
from ..domain.delegate_lists import values as readers
from ..domain.delegate_lists.sections import read_delegation
from ..domain.names import capitalise_name, fold, normalise, sort_key
from ..domain.refusals import Refused
from ..domain.stages import require
from ..models import Component, Congress, Delegate, Delegation, Unit, db
from . import audit
from .admission import change_components, lock_congress
from .allocations import find_sender, within_seats

FIRST_NUMBER = 101  # badge numbers have three digits from the start, for calling out

# What a person's form may change directly; component and state go through the rule.
FIELDS = (
    "title",
    "unit_text",
    "sex",
    "born",
    "ethnic",
    "religion",
    "party",
    "capacity",
    "field",
    "direct_labour",
    "education",
    "highest_award",
    "achievements",
    "phone",
    "email",
    "id_number",
    "note",
    "degree",
    "represents",
    "economic_sector",
    "new_model",
    "schooling",
    "political_theory",
    "wants_speech",
    "seat",
    "rank",
    "absence_reason",
)
SENSITIVE_FIELDS = ("ethnic", "religion", "party", "political_theory")


# How a typed text becomes a value; the same readers as for a workbook's cells.
_READERS: dict[str, Callable[[str], readers.Reading[str | None]]] = {
    "born": readers.read_born,
    "phone": readers.read_phone,
    "email": readers.read_email,
    "id_number": readers.read_id_number,
    "ethnic": readers.read_ethnic,
    "religion": readers.read_religion,
}


def read_typed(texts: dict[str, str], *, today: date) -> dict[str, str | None]:
    """The values of typed texts, None for a blank one; raises Refused beside the field that cannot be read."""
    found: dict[str, str | None] = {}
    for field, text in texts.items():
        reading = _READERS[field](normalise(text)) if text.strip() else readers.Reading(None)
        fault = reading.fault or (readers.check_age(reading.value, today).fault if field == "born" else "")
        if fault:
            raise Refused("value", fault, field)
        found[field] = reading.value
    return found


def next_number(congress_id: int) -> int:
    """The next free badge number of a congress; ask inside its lock."""
    highest = db.session.scalar(select(func.max(Delegate.number)).where(Delegate.congress_id == congress_id))
    return max((highest or 0) + 1, FIRST_NUMBER)


def add_delegate(
    congress_id: int, values: dict[str, Any], *, component: Component, delegation_name: str = "", actor: Actor, now: datetime
) -> Delegate:
    """Put a person on the list as proposed. `values` holds "name" and any of FIELDS."""
    congress = lock_congress(congress_id)
    require(congress.stage, "propose")
    if component.plan_id != congress.plan_id:
        raise Refused("no_component", "Thành phần này không có trong kế hoạch.", "component")
    delegate = Delegate(
        congress_id=congress.id, number=next_number(congress.id), component=component, state="proposed", created_at=now
    )
    _fill(delegate, values, delegation_name)
    db.session.add(delegate)
    db.session.flush()
    audit.record(actor, "delegates.add", delegate, now=now, congress_id=congress.id, changed={"number": delegate.number})
    return delegate


def edit_delegate(
    delegate: Delegate,
    values: dict[str, Any],
    *,
    component: Component,
    delegation_name: str = "",
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """Change a person's data; the badge number and token stay. The component changes under the rule."""
    congress = lock_congress(delegate.congress_id)
    require(congress.stage, "edit_person")
    with within_seats(congress):  # somebody approved may be moved to another component and another delegation
        change_components(congress, {delegate.id: component}, actor=actor, now=now, reason=reason)
        _fill(delegate, values, delegation_name)
        changed = audit.difference(delegate)
    changed.pop("sort_key", None)
    changed.pop("folded", None)
    if changed:
        audit.record(actor, "delegates.edit", delegate, now=now, congress_id=congress.id, changed=changed)
    if "delegation_id" in changed:
        free_roles(congress, actor=actor, now=now)
    db.session.flush()


def _fill(delegate: Delegate, values: dict[str, Any], delegation_name: str) -> None:
    name = capitalise_name(normalise(values["name"]))
    if not name:
        raise Refused("no_name", "Nhập họ và tên.", "name")
    # Looked up before anything changes: a query flushes, and what is flushed is missing from the audit's difference.
    delegation_id = get_delegation(delegate.congress_id, delegation_name).id if delegation_name.strip() else None
    unit_id = find_unit_id(values["unit_text"]) if "unit_text" in values else delegate.unit_id
    delegate.name, delegate.folded, delegate.sort_key = name, fold(name), sort_key(name)
    for field in FIELDS:
        if field in values:
            setattr(delegate, field, values[field])
    delegate.unit_id, delegate.delegation_id = unit_id, delegation_id


def find_unit_id(text: str) -> int | None:
    """The unit a text names, when exactly one does; otherwise it stays text."""
    if not text.strip():
        return None
    ids = db.session.scalars(select(Unit.id).where(Unit.folded == fold(text)).limit(2)).all()
    return ids[0] if len(ids) == 1 else None


def get_delegation(congress_id: int, name: str) -> Delegation:
    """The delegation of that name in a congress, made when it is new."""
    name = read_delegation(normalise(name))
    folded = fold(name)
    delegation = db.session.scalars(select(Delegation).filter_by(congress_id=congress_id, folded=folded)).one_or_none()
    if delegation is None:
        position = (
            db.session.scalar(select(func.count()).select_from(Delegation).where(Delegation.congress_id == congress_id)) or 0
        )
        sender = find_sender(congress_id, folded)
        delegation = Delegation(congress_id=congress_id, name=name, folded=folded, position=position + 1, unit_id=sender)
        db.session.add(delegation)
        db.session.flush()
    return delegation


def pass_on_roles(old: Delegate, new: Delegate) -> None:
    """Whoever comes for a delegation's head or deputy takes the role, being of that delegation; else it is free."""
    query = select(Delegation).where(or_(Delegation.head_id == old.id, Delegation.deputy_id == old.id))
    for delegation in db.session.scalars(query).all():
        successor = new.id if new.delegation_id == delegation.id else None
        if delegation.head_id == old.id:
            delegation.head_id = successor
        if delegation.deputy_id == old.id:
            delegation.deputy_id = successor
        if delegation.deputy_id == delegation.head_id:
            delegation.deputy_id = None  # nobody is both
    db.session.flush()


def free_roles(congress: Congress, *, actor: Actor, now: datetime) -> None:
    """Whoever has left a delegation is its head or deputy no more. One query, whatever the number of delegations."""
    db.session.flush()
    query = select(Delegation).where(
        Delegation.congress_id == congress.id, or_(_left(Delegation.head_id), _left(Delegation.deputy_id))
    )
    for delegation in db.session.scalars(query).all():
        for role in ("head_id", "deputy_id"):
            leader = db.session.get(Delegate, getattr(delegation, role) or 0)
            if leader is not None and leader.delegation_id != delegation.id:
                setattr(delegation, role, None)
        changed = audit.difference(delegation)
        audit.record(actor, "delegations.edit", delegation, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()


def _left(leader: Any) -> ColumnElement[bool]:
    """Whether somebody who leads a delegation is not of it."""
    return exists().where(Delegate.id == leader, Delegate.delegation_id.is_distinct_from(Delegation.id))


def find_delegate(congress: Congress, delegate_id: int) -> Delegate | None:
    """A person of this congress, or None."""
    query = select(Delegate).where(Delegate.id == delegate_id, Delegate.congress_id == congress.id)
    return db.session.scalars(query.options(joinedload(Delegate.component), joinedload(Delegate.delegation))).one_or_none()


def find_namesake(congress: Congress, name: str, born: str | None) -> Delegate | None:
    """Somebody on the list, not withdrawn, with this name and birth date (both unknown is the same), or None."""
    same = (Delegate.folded == fold(normalise(name))) & Delegate.born.is_not_distinct_from(born)
    query = select(Delegate).where(Delegate.congress_id == congress.id, Delegate.state != "withdrawn", same)
    return db.session.scalars(query.order_by(Delegate.number).limit(1)).one_or_none()


def find_component(congress: Congress, code: str) -> Component | None:
    """A component of the congress's plan by its code, or None."""
    return next((c for c in congress.plan.components if c.code == code), None)


def edit_sensitive(delegate: Delegate, values: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    """Change ethnicity, religion, Party membership and political theory; the audit keeps that they changed, not the values."""
    require(lock_congress(delegate.congress_id).stage, "edit_person")
    for name in SENSITIVE_FIELDS:
        setattr(delegate, name, values[name])
    changed = audit.difference(delegate)
    if changed:
        audit.record(actor, "delegates.edit", delegate, now=now, congress_id=delegate.congress_id, changed=changed)
    db.session.flush()

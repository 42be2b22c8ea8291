"""What an actor may see: every query for a congress or a unit starts here."""

from sqlalchemy import Select, bindparam, false, or_, select, true
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.elements import ColumnElement

from ..domain.access import ALL, BELOW, NAMED, OWN, PART, Actor, GrantFact, may_at, reaches
from ..domain.refusals import Refused
from ..models import Congress, Delegation, Grant, Plan, Unit, User, db

# Both are asked at every request: built once, and of plain columns where no row is needed.
_USER, _GRANT, _UNIT = (model.__table__.c for model in (User, Grant, Unit))
_SIGNED_IN = (
    select(_USER.name, _USER.active, _USER.session_key, _GRANT.id, _GRANT.role, _GRANT.unit_id, _UNIT.path)
    .add_columns(_GRANT.congress_id, _GRANT.delegation_id)
    .outerjoin_from(User.__table__, Grant.__table__)
    .outerjoin(Unit.__table__)
    .where(_USER.id == bindparam("user_id"))
    .order_by(_GRANT.id)
)
_CONGRESS = select(Congress).where(Congress.id == bindparam("congress_id")).options(joinedload(Congress.unit))


def actor_of(user: User) -> Actor:
    """An account as the rules see it."""
    grants = tuple(
        GrantFact(grant.role, grant.unit_id, grant.unit.path if grant.unit else "", grant.congress_id, grant.delegation_id)
        for grant in user.grants
    )
    return Actor(user.id, user.name, grants)


def find_actor(user_id: int, session_key: str) -> Actor | None:
    """Whoever a session belongs to, while the account may be used and the key is still its own; else None."""
    rows = db.session.connection().execute(_SIGNED_IN, {"user_id": user_id}).all()
    if not rows or not rows[0].active or rows[0].session_key != session_key:
        return None
    grants = tuple(GrantFact(r.role, r.unit_id, r.path or "", r.congress_id, r.delegation_id) for r in rows if r.role)
    return Actor(user_id, rows[0].name, grants)


def congresses_for(actor: Actor, permission: str = "congresses.read") -> Select[Congress]:
    """The congresses at which a permission holds."""
    grounds: list[ColumnElement[bool]] = []
    for reach in reaches(actor, permission):
        if reach.kind == ALL:
            grounds.append(true())
        elif reach.kind == OWN:
            grounds.append(Congress.unit_id == reach.unit_id)
        elif reach.kind == BELOW:
            grounds.append(Unit.path.startswith(reach.unit_path, autoescape=True))
        elif reach.kind == NAMED:
            grounds.append(Congress.id == reach.congress_id)
    return select(Congress).join(Unit, Congress.unit_id == Unit.id).where(or_(false(), *grounds))


def find_congress(actor: Actor, permission: str, congress_id: int) -> Congress | None:
    """A congress at which a permission holds, or None."""
    congress = db.session.scalars(_CONGRESS, {"congress_id": congress_id}).one_or_none()
    if congress is None:
        return None
    held = may_at(actor, permission, unit_id=congress.unit_id, unit_path=congress.unit.path, congress_id=congress.id)
    return congress if held else None


def delegations_for(actor: Actor, permission: str = "portal.fill") -> Select[Delegation]:
    """The delegations at which a permission holds by name: those an actor is the contact of."""
    ids = {reach.delegation_id for reach in reaches(actor, permission) if reach.kind == PART}
    return select(Delegation).where(Delegation.id.in_(ids))


def units_for(actor: Actor, permission: str = "units.read") -> Select[Unit]:
    """The units at which a permission holds."""
    grounds: list[ColumnElement[bool]] = []
    for reach in reaches(actor, permission):
        if reach.kind == ALL:
            grounds.append(true())
        elif reach.kind == OWN:
            grounds.append(Unit.id == reach.unit_id)
        elif reach.kind == BELOW:
            grounds.append(Unit.path.startswith(reach.unit_path, autoescape=True))
    return select(Unit).where(or_(false(), *grounds))


def find_unit(actor: Actor, permission: str, unit_id: int) -> Unit | None:
    """A unit at which a permission holds, or None."""
    return db.session.scalars(units_for(actor, permission).where(Unit.id == unit_id)).one_or_none()


def find_plan(actor: Actor, permission: str, plan_id: int) -> Plan | None:
    """A plan whose owner's unit lies within a permission's reach, or None."""
    plan = db.session.get(Plan, plan_id)
    return plan if plan and find_unit(actor, permission, plan.unit_id) else None


def get_congress(congress_id: int) -> Congress:
    """A congress by its number, for the command line; raises Refused when there is none."""
    congress = db.session.get(Congress, congress_id)
    if congress is None:
        raise Refused("no_congress", f"Không có hội nghị số {congress_id}.")
    return congress

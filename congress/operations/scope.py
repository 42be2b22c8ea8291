"""What an actor may see: every query for a congress or a unit starts here."""

from sqlalchemy import Select, false, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from ..domain.access import ALL, BELOW, OWN, Actor, GrantFact, reaches
from ..domain.refusals import Refused
from ..models import Congress, Plan, Unit, User, db


def actor_of(user: User) -> Actor:
    """An account as the rules see it."""
    grants = tuple(
        GrantFact(grant.role, grant.unit_id, grant.unit.path if grant.unit else "", grant.congress_id) for grant in user.grants
    )
    return Actor(user.id, user.name, grants)


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
        else:
            grounds.append(Congress.id == reach.congress_id)
    return select(Congress).join(Unit, Congress.unit_id == Unit.id).where(or_(false(), *grounds))


def find_congress(actor: Actor, permission: str, congress_id: int) -> Congress | None:
    """A congress at which a permission holds, or None."""
    return db.session.scalars(congresses_for(actor, permission).where(Congress.id == congress_id)).one_or_none()


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

"""Who of a list is on the list of another congress of the same plan: worth a look, never a fault."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from ..domain.access import Actor
from ..domain.delegate_lists import ListedPerson
from ..domain.names import fold
from ..models import Congress, Delegate, db
from .scope import congresses_for

ANOTHER = "một hội nghị khác cùng kế hoạch"


def find_elsewhere(congress: Congress, people: Sequence[ListedPerson], *, actor: Actor) -> dict[int, str]:
    """Row key → where somebody with the same ID number, or the same name and birth, also is. Two queries.

    A congress that the actor may not see is not named.
    """
    names = {fold(person.name) for person in people if person.born}
    ids = {person.id_number for person in people if person.id_number}
    if not names and not ids:
        return {}
    query = (
        select(Delegate.folded, Delegate.born, Delegate.id_number, Congress.id, Congress.title1)
        .join(Congress, Delegate.congress_id == Congress.id)
        .where(Congress.plan_id == congress.plan_id, Congress.id != congress.id, Delegate.state != "withdrawn")
        .where(or_(Delegate.folded.in_(names), Delegate.id_number.in_(ids)))
        .order_by(Congress.id)
    )
    there = db.session.execute(query).all()
    visible = congresses_for(actor).with_only_columns(Congress.id).where(Congress.id.in_({one.id for one in there}))
    seen = set(db.session.scalars(visible))
    places: dict[Any, str] = {}
    for one in there:
        place = one.title1 if one.id in seen else ANOTHER
        for key in ((one.folded, one.born) if one.born else None, one.id_number):
            if key:
                places.setdefault(key, place)
    found = {person.key: places.get(person.id_number) or places.get((fold(person.name), person.born)) for person in people}
    return {key: place for key, place in found.items() if place}

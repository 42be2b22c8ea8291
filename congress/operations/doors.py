"""A congress as its door needs it at every scan: plain values, found by one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from ..domain.access import Actor, may_at
from ..domain.refusals import Refused
from ..models import Component, Congress, Sitting, Unit, db


@dataclass(frozen=True)
class DoorSitting:
    """A sitting with what opens and shuts its door, and what a device shows of it."""

    id: int
    starts_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    opened_by_hand: bool | None
    opened_by_hand_at: datetime | None = None
    reentry: bool = True
    auto_exit_at: datetime | None = None
    kind: str = "main"
    name: str = ""


@dataclass(frozen=True)
class DoorCongress:
    """A congress with its sittings in order; what a scan asks of `Congress` and no more."""

    id: int
    stage: str
    sittings: tuple[DoorSitting, ...]
    title1: str = ""
    unit_id: int | None = None
    plan_id: int | None = None

    def get_sitting(self, sitting_id: int) -> DoorSitting:
        """One of its sittings; raises Refused when it has none of this number."""
        found = next((sitting for sitting in self.sittings if sitting.id == sitting_id), None)
        if found is None:
            raise Refused("no_sitting", "Không có buổi này trong hội nghị.", "sitting_id")
        return found


_CONGRESS, _UNIT, _SITTING, _COMPONENT = (model.__table__.c for model in (Congress, Unit, Sitting, Component))
DOOR: tuple[Any, ...] = (
    _CONGRESS.stage, _CONGRESS.title1, _CONGRESS.unit_id, _CONGRESS.plan_id, _UNIT.path, _SITTING.id, _SITTING.starts_at,
    _SITTING.opens_at, _SITTING.closes_at, _SITTING.opened_by_hand, _SITTING.opened_by_hand_at, _SITTING.reentry,
    _SITTING.auto_exit_at, _SITTING.kind, _SITTING.name,
)  # fmt: skip
# Built once, of plain columns: with forty phones at the doors, putting it together would cost more than running it.
_DOOR = (
    select(*DOOR)
    .join_from(Congress.__table__, Unit.__table__)
    .outerjoin(Sitting.__table__)
    .where(_CONGRESS.id == bindparam("congress_id"))
)  # fmt: skip
_COMPONENTS = (
    select(_COMPONENT.code, _COMPONENT.label)
    .where(_COMPONENT.plan_id == bindparam("plan_id"))
    .order_by(_COMPONENT.position, _COMPONENT.id)
)


def find_door(actor: Actor, permission: str, congress_id: int) -> DoorCongress | None:
    """The door of a congress at which a permission holds, or None."""
    rows = _rows(congress_id)
    where = {"unit_id": rows[0].unit_id, "unit_path": rows[0].path} if rows else None
    if where is None or not may_at(actor, permission, **where, congress_id=congress_id):
        return None
    return door_of(congress_id, rows)


def get_door(congress_id: int) -> DoorCongress:
    """The door of a congress, whoever asks: for a device that belongs to it. Raises Refused when there is none."""
    rows = _rows(congress_id)
    if not rows:
        raise Refused("no_congress", f"Không có hội nghị số {congress_id}.")
    return door_of(congress_id, rows)


def components_of(door: DoorCongress) -> list[tuple[str, str]]:
    """(code, label) of the components that somebody may be let in as, in the plan's order."""
    rows = db.session.connection().execute(_COMPONENTS, {"plan_id": door.plan_id})
    return [(row.code, row.label) for row in rows]


def _rows(congress_id: int) -> Sequence[Any]:
    return db.session.connection().execute(_DOOR, {"congress_id": congress_id}).all()


def door_of(congress_id: int, rows: Sequence[Any]) -> DoorCongress:
    """A congress out of its rows with the columns of `DOOR`, one for each sitting or one without."""
    sittings = [
        DoorSitting(
            r.id, r.starts_at, r.opens_at, r.closes_at, r.opened_by_hand, opened_by_hand_at=r.opened_by_hand_at,
            reentry=r.reentry, auto_exit_at=r.auto_exit_at, kind=r.kind, name=r.name,
        )
        for r in rows if r.id is not None
    ]  # fmt: skip
    sittings.sort(key=lambda s: (s.starts_at is None, s.starts_at, s.id))
    first = rows[0]
    return DoorCongress(
        congress_id, first.stage, tuple(sittings), title1=first.title1, unit_id=first.unit_id, plan_id=first.plan_id
    )

"""A congress as its door needs it at every scan: plain values, found by one query."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from ..domain.access import Actor, may_at
from ..domain.refusals import Refused
from ..models import Congress, Sitting, Unit, db


@dataclass(frozen=True)
class DoorSitting:
    """A sitting with what opens and shuts its door."""

    id: int
    starts_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    opened_by_hand: bool | None


@dataclass(frozen=True)
class DoorCongress:
    """A congress with its sittings; what a scan asks of `Congress` and no more."""

    id: int
    stage: str
    sittings: tuple[DoorSitting, ...]

    def get_sitting(self, sitting_id: int) -> DoorSitting:
        """One of its sittings; raises Refused when it has none of this number."""
        found = next((sitting for sitting in self.sittings if sitting.id == sitting_id), None)
        if found is None:
            raise Refused("no_sitting", "Không có buổi này trong hội nghị.", "sitting_id")
        return found


_CONGRESS, _UNIT, _SITTING = (model.__table__.c for model in (Congress, Unit, Sitting))
# Built once, of plain columns: with forty phones at the doors, putting it together would cost more than running it.
_DOOR = (
    select(
        _CONGRESS.stage, _CONGRESS.unit_id, _UNIT.path, _SITTING.id, _SITTING.starts_at, _SITTING.opens_at, _SITTING.closes_at,
        _SITTING.opened_by_hand,
    )
    .join_from(Congress.__table__, Unit.__table__)
    .outerjoin(Sitting.__table__)
    .where(_CONGRESS.id == bindparam("congress_id"))
)  # fmt: skip


def find_door(actor: Actor, permission: str, congress_id: int) -> DoorCongress | None:
    """The door of a congress at which a permission holds, or None."""
    rows = db.session.connection().execute(_DOOR, {"congress_id": congress_id}).all()
    where = {"unit_id": rows[0].unit_id, "unit_path": rows[0].path} if rows else None
    if where is None or not may_at(actor, permission, **where, congress_id=congress_id):
        return None
    sittings = [DoorSitting(r.id, r.starts_at, r.opens_at, r.closes_at, r.opened_by_hand) for r in rows if r.id is not None]
    return DoorCongress(congress_id, rows[0].stage, tuple(sittings))

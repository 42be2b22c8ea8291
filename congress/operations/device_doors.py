"""A device together with the door it stands at: what every request of a gate begins with, by one query."""

from sqlalchemy import bindparam, select

from ..models import Congress, Device, Gate, Sitting, Unit, db
from .devices import FACTS, DeviceFacts, facts_of, hash_key
from .doors import DOOR, DoorCongress, door_of
from .sealing import Sealer

_DEVICE, _CONGRESS, _UNIT, _SITTING = (model.__table__.c for model in (Device, Congress, Unit, Sitting))
_AT_DOOR = (
    select(*FACTS, *DOOR)
    .outerjoin_from(Device.__table__, Gate.__table__)
    .outerjoin(Congress.__table__, _DEVICE.congress_id == _CONGRESS.id)
    .outerjoin(Unit.__table__, _CONGRESS.unit_id == _UNIT.id)
    .outerjoin(Sitting.__table__, _SITTING.congress_id == _CONGRESS.id)
    .where(_DEVICE.key_hash == bindparam("key_hash"))
)


def find_at_door(key: str, *, sealer: Sealer) -> tuple[DeviceFacts | None, DoorCongress | None]:
    """The device that holds this key, revoked ones too, with the congress it was paired for; None for one of a whole unit."""
    rows = db.session.connection().execute(_AT_DOOR, {"key_hash": hash_key(key, sealer)}).all()
    if not rows:
        return None, None
    device = facts_of(rows[0])
    return device, door_of(device.congress_id, rows) if device.congress_id is not None else None

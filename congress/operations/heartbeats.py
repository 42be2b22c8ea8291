"""What a device says of itself every five seconds."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, String, bindparam, func, or_, select, update

from ..domain.names import normalise
from ..models import Device, Gate, db
from .devices import LONGEST, DeviceFacts, first_gate, record_device, short
from .gates import ensure_gate, find_gate

SEEN_EVERY = timedelta(seconds=15)  # how exact "last seen" is: a device asks more often than its row is written
_LARGEST = 2**31 - 1  # what a column of integers holds


@dataclass(frozen=True)
class Status:
    """What a device says of itself; None: it said nothing about that."""

    queue: int | None = None  # scans not sent yet
    version: str | None = None  # of the page it runs
    operator: str | None = None
    gate_id: int | None = None
    snapshot_at: datetime | None = None  # of the list it carries


_TABLE: Any = Device.__table__
_DEVICE, _GATE = _TABLE.c, Gate.__table__.c
_TIME = _DEVICE.last_seen_at.type
_TOLD = {
    "queue_length": bindparam("new_queue", type_=Integer), "version": bindparam("new_version", type_=String),
    "operator": bindparam("new_operator", type_=String), "snapshot_at": bindparam("new_snapshot_at", type_=_TIME),
}  # fmt: skip
_NEW_GATE = (
    select(_GATE.id)
    .where(_GATE.id == bindparam("new_gate", type_=Integer), _GATE.congress_id == bindparam("here", type_=Integer))
    .scalar_subquery()
)
_AFTER = {name: func.coalesce(told, _DEVICE[name]) for name, told in _TOLD.items()}
_AFTER["gate_id"] = func.coalesce(_NEW_GATE, _DEVICE.gate_id)
# One statement that changes nothing, and so writes nothing, while a device says the same again within 15 seconds.
_HEARTBEAT = (
    update(_TABLE)
    .where(
        _DEVICE.id == bindparam("device_id"),
        or_(
            _DEVICE.last_seen_at.is_(None), _DEVICE.last_seen_at < bindparam("stale", type_=_TIME),
            *(_DEVICE[name].is_distinct_from(after) for name, after in _AFTER.items()),
        ),
    )
    .values(last_seen_at=bindparam("now", type_=_TIME), **_AFTER)
)  # fmt: skip


def heartbeat(device: DeviceFacts, status: Status, *, congress_id: int | None, now: datetime) -> DeviceFacts:
    """Keep what a device says of itself, and the facts as they are then; a gate of another congress is not taken.

    Writes only where something differs, or when it was last seen more than 15 seconds ago. A new name or gate is audited.
    """
    operator = None if status.operator is None else normalise(status.operator)[:LONGEST]
    wanted = _settle(device, congress_id, now) if status.gate_id is None else status.gate_id
    given = {
        "device_id": device.id, "here": congress_id, "new_gate": _number(wanted), "new_operator": operator,
        "new_queue": None if status.queue is None else _number(max(status.queue, 0)),
        "new_version": None if status.version is None else short(status.version),
        "new_snapshot_at": status.snapshot_at, "now": now, "stale": now - SEEN_EVERY,
    }  # fmt: skip
    db.session.connection().execute(_HEARTBEAT, given)
    gate = _new_gate(device, congress_id, wanted)
    after = replace(
        device,
        operator=device.operator if operator is None else operator,
        gate_id=gate.id if gate else device.gate_id,
        gate_name=gate.name if gate else device.gate_name,
    )
    _audit_move(device, after, now)
    return after


def _settle(device: DeviceFacts, congress_id: int | None, now: datetime) -> int | None:
    """The gate of a device that has none, or of a unit's device that has one of another congress: the same name here, else the
    only one there is. None where it stands already, and where somebody must choose.
    """
    stands = device.gate_id is not None and device.congress_id is not None
    if stands or congress_id is None or device.profile == "desk" or find_gate(congress_id, device.gate_id or 0):
        return None
    if device.gate_name:
        return ensure_gate(congress_id, device.gate_name, actor=device.actor, now=now).id
    gate = first_gate(congress_id, device.profile, actor=device.actor, now=now)
    return gate.id if gate else None


def _new_gate(device: DeviceFacts, congress_id: int | None, gate_id: int | None) -> Gate | None:
    if congress_id is None or gate_id is None or gate_id == device.gate_id or _number(gate_id) is None:
        return None
    return find_gate(congress_id, gate_id)


def _audit_move(before: DeviceFacts, after: DeviceFacts, now: datetime) -> None:
    told = {"operator": (before.operator, after.operator), "gate": (before.gate_name, after.gate_name)}
    changed = {name: list(pair) for name, pair in told.items() if pair[0] != pair[1]}
    if changed:
        row = db.session.get_one(Device, before.id)
        record_device(after.actor, "devices.move", row, now, **changed)


def _number(value: int | None) -> int | None:
    return value if value is not None and 0 <= value <= _LARGEST else None

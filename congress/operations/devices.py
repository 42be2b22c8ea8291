"""Devices: browsers that check people in. Who one is, what it last said of itself, and how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.orm import joinedload

from ..domain.access import Actor, may_at
from ..domain.names import normalise
from ..domain.refusals import Refused
from ..domain.titles import VIETNAM
from ..models import Congress, Device, Gate, Unit, db, lock_row
from . import audit, gates
from .sealing import Sealer

PROFILES = {"gate": "Cửa", "desk": "Bàn hỗ trợ", "kiosk": "Tự điểm danh"}
KEY_BYTES = 24  # 192 bits: nobody guesses one, so nothing counts the guesses
LONGEST = 60  # letters of a device's or an operator's name


@dataclass(frozen=True)
class DeviceFacts:
    """A device as every scan needs it: exactly one of congress and unit is set."""

    id: int
    name: str
    profile: str  # gate, desk, kiosk
    congress_id: int | None
    unit_id: int | None
    gate_id: int | None
    gate_name: str  # "" where it stands at none
    operator: str
    revoked: bool

    @property
    def actor(self) -> Actor:
        """Who acts by it: whoever typed a name there, else the device."""
        return Actor(None, self.operator or self.name)


_DEVICE, _GATE, _CONGRESS = (model.__table__.c for model in (Device, Gate, Congress))
FACTS: tuple[Any, ...] = (
    _DEVICE.id.label("device_id"), _DEVICE.name.label("device_name"), _DEVICE.profile, _DEVICE.congress_id.label("of_congress"),
    _DEVICE.unit_id.label("of_unit"), _DEVICE.gate_id, _DEVICE.operator, _DEVICE.revoked_at, _GATE.name.label("gate_name"),
)  # fmt: skip
# Built once, of plain columns; `device_doors` asks for the door besides, at every scan.
_BY_KEY = (
    select(*FACTS)
    .outerjoin_from(Device.__table__, Gate.__table__)
    .where(_DEVICE.key_hash == bindparam("key_hash"))
)  # fmt: skip
_OF_UNIT = select(_CONGRESS.id, _CONGRESS.held_on, _CONGRESS.stage).where(_CONGRESS.unit_id == bindparam("unit_id"))


def find_device(key: str, *, sealer: Sealer) -> DeviceFacts | None:
    """The device that holds this key, revoked ones too; None for a key nobody was given."""
    row = db.session.connection().execute(_BY_KEY, {"key_hash": hash_key(key, sealer)}).one_or_none()
    return facts_of(row) if row is not None else None


def facts_of(row: Row[Any]) -> DeviceFacts:
    """A row with the columns of `FACTS`."""
    return DeviceFacts(
        row.device_id, row.device_name, row.profile, row.of_congress, row.of_unit, row.gate_id, row.gate_name or "", row.operator,
        revoked=row.revoked_at is not None,
    )  # fmt: skip


def hash_key(key: str, sealer: Sealer) -> str:
    """What a device's key is looked up by."""
    return sealer.digest("device", key)


def device_congress_id(facts: DeviceFacts, now: datetime) -> int | None:
    """The congress a device checks in for: its own, or the one its unit holds today, else the next, else the last held.

    A cancelled one only when the unit has no other; None when it has none.
    """
    if facts.congress_id is not None:
        return facts.congress_id
    rows = db.session.connection().execute(_OF_UNIT, {"unit_id": facts.unit_id}).all()
    today = now.astimezone(VIETNAM).date()
    best = min(rows, key=lambda row: (row.stage == "cancelled", *_turn(row.held_on, today), row.id), default=None)
    return best.id if best else None


def _turn(held_on: date | None, today: date) -> tuple[int, int]:
    """Today's first, then what comes by its day, then what has no day yet, then what was, the latest first."""
    if held_on is None:
        return 2, 0
    days = (held_on - today).days
    return (0, 0) if days == 0 else (1, days) if days > 0 else (3, -days)


def make_device(
    place: Congress | Unit, *, profile: str, name: str, gate: Gate | None, version: str, paired_by: str, sealer: Sealer,
    now: datetime,
) -> tuple[Device, str]:  # fmt: skip
    """A new device of a congress or a unit, and the key its browser is to keep: it is given once and kept nowhere."""
    key = token_urlsafe(KEY_BYTES)
    device = Device(
        key_hash=hash_key(key, sealer), name=name, profile=profile, gate=gate, version=short(version), paired_by=paired_by,
        paired_at=now, last_seen_at=now, **place_of(place),
    )  # fmt: skip
    db.session.add(device)
    db.session.flush()
    return device, key


def place_of(place: Congress | Unit) -> dict[str, int]:
    """The column that says where a device or a pairing belongs."""
    return {"congress_id": place.id} if isinstance(place, Congress) else {"unit_id": place.id}


def open_here(
    congress: Congress, *, profile: str, gate: Gate | None, name: str, version: str = "", actor: Actor, sealer: Sealer,
    now: datetime,
) -> tuple[Device, str]:  # fmt: skip
    """Make the browser of somebody signed in a device, without a code; (device, key) as `make_device`.

    Whoever may scan opens a gate or a kiosk, a desk only who supervises. Raises Refused otherwise, and for a cancelled congress.
    """
    require_profile(profile)
    require_place(congress, actor, "checkin.supervise" if profile == "desk" else "checkin.scan")
    gate = gate or first_gate(congress.id, profile, actor=actor, now=now)
    name = device_name(name, profile, gate)
    device, key = make_device(
        congress, profile=profile, name=name, gate=gate, version=version, paired_by=actor.name, sealer=sealer, now=now
    )
    record_device(actor, "devices.open_here", device, now, name=name, profile=profile, gate=gate.name if gate else "")
    return device, key


def require_profile(profile: str) -> None:
    """Raise Refused unless this is a profile."""
    if profile not in PROFILES:
        raise Refused("bad_profile", "Chọn máy này làm cửa, bàn hỗ trợ hay tự điểm danh.", "profile")


def require_place(place: Congress | Unit, actor: Actor, permission: str) -> None:
    """Raise Refused unless somebody holds a permission at a congress, or at a unit for all its congresses."""
    unit = place.unit if isinstance(place, Congress) else place
    congress_id = place.id if isinstance(place, Congress) else None
    if not may_at(actor, permission, unit_id=unit.id, unit_path=unit.path, congress_id=congress_id):
        raise Refused("not_supervisor", "Chỉ người phụ trách điểm danh làm được việc này.")
    if isinstance(place, Congress) and place.stage == "cancelled":
        raise Refused("cancelled", "Hội nghị đã hủy, không điểm danh.")


def first_gate(congress_id: int, profile: str, *, actor: Actor, now: datetime) -> Gate | None:
    """Where a device stands that names no gate: at the only one, made where there is none; None where it must choose.

    A desk stands at none: its own name says where it is.
    """
    if profile == "desk":
        return None
    there = gates.list_gates(congress_id)
    if not there:
        return gates.ensure_gate(congress_id, actor=actor, now=now)
    return there[0] if len(there) == 1 else None


def device_name(name: str, profile: str, gate: Gate | None) -> str:
    """The name as typed, else as its gate or its profile is called. Raises Refused for a long one."""
    name = normalise(name) or (gate.name if gate else PROFILES[profile])
    if len(name) > LONGEST:
        raise Refused("long_name", f"Tên máy tối đa {LONGEST} ký tự.", "name")
    return name


def devices_of(congress: Congress) -> Sequence[Device]:
    """The devices that check in for a congress, its unit's too: live ones first, then by name."""
    here = or_(Device.congress_id == congress.id, Device.unit_id == congress.unit_id)
    order = (Device.revoked_at.is_not(None), Device.name, Device.id)
    return db.session.scalars(select(Device).where(here).options(joinedload(Device.gate)).order_by(*order)).all()


def find_of(congress: Congress, device_id: int) -> Device | None:
    """One of these devices by its number, or None."""
    here = or_(Device.congress_id == congress.id, Device.unit_id == congress.unit_id)
    return db.session.scalars(select(Device).where(Device.id == device_id, here)).one_or_none()


def revoke(device: Device, *, actor: Actor, now: datetime) -> None:
    """End a device: it deletes what it carries at its next contact. Raises Refused when it has ended already."""
    locked: Device = lock_row(Device, device.id)
    if locked.revoked_at is not None:
        raise Refused("revoked", f"“{locked.name}” đã được thu hồi.")
    locked.revoked_at = now
    record_device(actor, "devices.revoke", locked, now, name=locked.name)
    db.session.flush()


def leave(device_id: int, *, now: datetime) -> None:
    """A device gives itself up, and has deleted what it carried; nothing happens to one that has ended."""
    device: Device = lock_row(Device, device_id)
    if device.revoked_at is not None:
        return
    device.revoked_at = device.wiped_at = now
    record_device(Actor(None, device.operator or device.name), "devices.leave", device, now, name=device.name)
    db.session.flush()


def note_wiped(device_id: int, *, now: datetime) -> None:
    """A revoked device says that it has deleted what it carried; the first time counts. Raises Refused for one still live."""
    device: Device = lock_row(Device, device_id)
    if device.revoked_at is None:
        raise Refused("not_revoked", "Máy này chưa bị thu hồi.")
    if device.wiped_at is None:
        device.wiped_at = now
        record_device(Actor(None, device.name), "devices.wiped", device, now, name=device.name)
        db.session.flush()


def record_device(actor: Actor, action: str, device: Device, now: datetime, **changed: Any) -> None:
    """A line about a device; of its key nothing is written."""
    audit.record(actor, action, device, now=now, congress_id=device.congress_id, changed=changed)


def short(text: str) -> str:
    """A word that a device says of itself, cut to what a column and a page can bear."""
    return normalise(text)[:LONGEST]

"""The doors of a congress's hall, by their names."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from ..domain.access import Actor
from ..domain.names import fold, normalise
from ..domain.refusals import Refused
from ..models import Device, Gate, Pairing, db
from . import audit
from .admission import lock_congress

FIRST = "Cửa 1"  # what a congress that names no gate has
LONGEST = 40  # letters of a name: it stands on a phone's screen beside the figures
MOST = 60


def list_gates(congress_id: int) -> Sequence[Gate]:
    """The gates of a congress, in the order they were named."""
    return db.session.scalars(select(Gate).filter_by(congress_id=congress_id).order_by(Gate.id)).all()


def find_gate(congress_id: int, gate_id: int) -> Gate | None:
    """A gate of a congress by its number, or None."""
    return db.session.scalars(select(Gate).filter_by(id=gate_id, congress_id=congress_id)).one_or_none()


def find_named(congress_id: int, name: str) -> Gate | None:
    """A gate of a congress by its name, accents and capitals aside, or None."""
    return db.session.scalars(select(Gate).filter_by(congress_id=congress_id, folded=fold(normalise(name)))).one_or_none()


def ensure_gate(congress_id: int, name: str = FIRST, *, actor: Actor, now: datetime) -> Gate:
    """The gate of this name, made where there is none. Raises Refused as `add_gate`."""
    return find_named(congress_id, name) or _add(congress_id, name, actor, now, may_exist=True)


def add_gate(congress_id: int, name: str, *, actor: Actor, now: datetime) -> Gate:
    """Name another gate. Raises Refused for an empty or too long name, for one there is already, and for too many."""
    return _add(congress_id, name, actor, now, may_exist=False)


def _add(congress_id: int, name: str, actor: Actor, now: datetime, *, may_exist: bool) -> Gate:
    name = _checked(name)
    lock_congress(congress_id)  # of two who name the same gate at once the second finds the first
    if same := find_named(congress_id, name):
        if may_exist:
            return same
        raise Refused("same_gate", f"Đã có cửa “{same.name}”. Đặt tên khác.", "name")
    if len(list_gates(congress_id)) >= MOST:
        raise Refused("many_gates", f"Một hội nghị có tối đa {MOST} cửa.", "name")
    gate = Gate(congress_id=congress_id, name=name, folded=fold(name))
    db.session.add(gate)
    db.session.flush()
    audit.record(actor, "gates.add", gate, now=now, congress_id=congress_id, changed={"name": name})
    return gate


def rename_gate(gate: Gate, name: str, *, actor: Actor, now: datetime) -> None:
    """Call a gate something else; scans keep the name of their day. Raises Refused as `add_gate`."""
    name = _checked(name)
    lock_congress(gate.congress_id)
    same = find_named(gate.congress_id, name)
    if same is not None and same.id != gate.id:
        raise Refused("same_gate", f"Đã có cửa “{same.name}”. Đặt tên khác.", "name")
    gate.name, gate.folded = name, fold(name)
    if changed := audit.difference(gate):
        audit.record(actor, "gates.rename", gate, now=now, congress_id=gate.congress_id, changed=changed)
    db.session.flush()


def remove_gate(gate: Gate, *, actor: Actor, now: datetime) -> None:
    """Take a gate away. Raises Refused while a device stands at it."""
    lock_congress(gate.congress_id)
    there = db.session.scalars(select(Device.name).filter_by(gate_id=gate.id, revoked_at=None).order_by(Device.id)).all()
    if there:
        raise Refused("gate_in_use", f"“{there[0]}” đang đứng ở {gate.name}. Đổi cửa của máy, hoặc thu hồi máy trước.")
    for model in (Device, Pairing):  # devices given up, and codes: whoever uses one chooses a gate anew
        db.session.execute(update(model).where(model.gate_id == gate.id).values(gate_id=None))
    audit.record(actor, "gates.remove", gate, now=now, congress_id=gate.congress_id, changed={"name": gate.name})
    db.session.delete(gate)
    db.session.flush()


def _checked(name: str) -> str:
    name = normalise(name)
    if not name:
        raise Refused("no_name", "Nhập tên cửa, ví dụ Cửa chính.", "name")
    if len(name) > LONGEST:
        raise Refused("long_name", f"Tên cửa tối đa {LONGEST} ký tự.", "name")
    return name

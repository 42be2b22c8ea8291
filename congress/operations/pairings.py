"""Pairing: a code on a supervisor's screen makes one browser a device, once, within a quarter of an hour."""

from datetime import datetime, timedelta
from secrets import randbelow

from sqlalchemy import select

from ..domain.access import Actor
from ..domain.refusals import Refused
from ..domain.tokens import RANDOM_DIGITS, TokenKind, is_well_formed, make_token
from ..models import Congress, Device, Gate, Pairing, Unit, db, lock_row
from . import audit
from .devices import device_name, first_gate, make_device, place_of, record_device, require_place, require_profile
from .sealing import Sealer

GOOD_FOR = timedelta(minutes=15)

UNKNOWN = "Không có mã ghép này. Quét lại mã trên màn hình của người phụ trách, hoặc gõ lại từng nhóm bốn số."
USED = "Mã này đã dùng để ghép một máy khác. Nhờ người phụ trách bấm Ghép máy mới để có mã khác."
EXPIRED = "Mã này đã hết hạn (dùng được 15 phút). Nhờ người phụ trách bấm Ghép máy mới để có mã khác."


def make_pairing(
    place: Congress | Unit, *, profile: str, gate: Gate | None, name: str, actor: Actor, sealer: Sealer, now: datetime
) -> Pairing:
    """A code for one device of a congress, or of a unit for all its congresses, good for 15 minutes.

    Raises Refused for an unknown profile, a gate of another place, a long name, a cancelled congress, and without the permission.
    """
    require_profile(profile)
    require_place(place, actor, "checkin.supervise")
    if gate is not None and not (isinstance(place, Congress) and gate.congress_id == place.id):
        raise Refused("bad_gate", "Cửa này không thuộc hội nghị. Chọn cửa khác.", "gate")
    if gate is None and isinstance(place, Congress):
        gate = first_gate(place.id, profile, actor=actor, now=now)
    code = make_token(TokenKind.DEVICE_PAIRING, f"{randbelow(10**RANDOM_DIGITS):020d}")
    pairing = Pairing(
        code_hash=_hash_code(code, sealer), code_sealed=sealer.seal(code), name=device_name(name, profile, gate), profile=profile,
        gate_id=gate.id if gate else None, actor_name=actor.name, created_at=now, expires_at=now + GOOD_FOR, **place_of(place),
    )  # fmt: skip
    db.session.add(pairing)
    db.session.flush()
    what = {"name": pairing.name, "profile": profile, "gate": gate.name if gate else ""}
    audit.record(actor, "devices.pair", pairing, now=now, congress_id=pairing.congress_id, changed=what)
    return pairing


def find_pairing(congress: Congress, pairing_id: int) -> Pairing | None:
    """A pairing of a congress, or of its unit, by its number; None when there is none."""
    here = (Pairing.congress_id == congress.id) | (Pairing.unit_id == congress.unit_id)
    return db.session.scalars(select(Pairing).where(Pairing.id == pairing_id, here)).one_or_none()


def state_of(pairing: Pairing, *, now: datetime) -> str:
    """Where a pairing stands: "waiting", "used" or "expired"."""
    if pairing.device_id is not None:
        return "used"
    return "expired" if pairing.expires_at <= now else "waiting"


def code_of(pairing: Pairing, *, sealer: Sealer, now: datetime) -> str:
    """The code to show while it is good; "" once it is used or expired."""
    return sealer.open(pairing.code_sealed) if state_of(pairing, now=now) == "waiting" else ""


def redeem(code: str, *, version: str = "", sealer: Sealer, now: datetime) -> tuple[Device, str]:
    """Make a browser the device its code stands for: the device, and the key the browser is to keep, given once.

    Of two that send one code at the same moment one gets the device. Raises Refused (unknown_code, used_code, expired_code).
    """
    code = "".join(code.split())
    if not (is_well_formed(code) and int(code[0]) == TokenKind.DEVICE_PAIRING):
        raise Refused("unknown_code", UNKNOWN, "pairing_code")
    found = db.session.scalar(select(Pairing.id).where(Pairing.code_hash == _hash_code(code, sealer)))
    if found is None:
        raise Refused("unknown_code", UNKNOWN, "pairing_code")
    pairing: Pairing = lock_row(Pairing, found)
    if reason := {"used": USED, "expired": EXPIRED}.get(state := state_of(pairing, now=now)):
        raise Refused(f"{state}_code", reason, "pairing_code")
    device, key = make_device(
        _place(pairing), profile=pairing.profile, name=pairing.name, gate=db.session.get(Gate, pairing.gate_id or 0),
        version=version, paired_by=pairing.actor_name, sealer=sealer, now=now,
    )  # fmt: skip
    pairing.device_id = device.id
    record_device(Actor(None, device.name), "devices.redeem", device, now, pairing=pairing.id, paired_by=pairing.actor_name)
    db.session.flush()
    return device, key


def _place(pairing: Pairing) -> Congress | Unit:
    if pairing.congress_id is not None:
        return db.session.get_one(Congress, pairing.congress_id)
    return db.session.get_one(Unit, pairing.unit_id)


def _hash_code(code: str, sealer: Sealer) -> str:
    return sealer.digest("pairing", code)

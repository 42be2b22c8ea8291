"""What a device sends: one scan at a time, or the many that waited while the network was gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, func, select

from ..domain.refusals import Refused
from ..models import Attendance, Badge, BadgeKey, Delegate, db
from . import gates
from .admission import lock_congress
from .checkin import Asked, ScanSource, choose_sitting, record_scan
from .devices import DeviceFacts
from .door_answers import Extras, Member, ScanAnswer
from .door_counts import count_sitting
from .door_look_up import ManyAtOnce
from .door_people import DoorPerson
from .doors import DoorCongress, DoorSitting
from .notices import NoticeBoard, notices_for
from .sealing import Sealer

AT_ONCE = 200  # scans of one request
NONCE_LENGTH = 64
TEXT_LENGTH = 500
KINDS = ("entry", "exit", "handout", "print")
SHOWN = ("", "ok", "again", "refused", "unknown")
WAYS = ("token", "key", "number", "delegate_id")
NOT_AT_GATE = Refused("not_at_gate", "Tìm theo tên chỉ ở bàn hỗ trợ, và phải ghi lý do.", "delegate_id")
BAD_SCAN = Refused("bad_scan", "Lượt quét chưa đúng dạng. Tải lại trang rồi quét lại.")


@dataclass(frozen=True)
class Order:
    """One scan as a device sent it, read and found sound; `sitting_id` None: whichever is open."""

    nonce: str
    asked: Asked
    sitting_id: int | None
    gate_id: int | None
    kind: str
    happened_at: datetime | None
    offline: bool
    shown: str
    operator: str
    override: bool
    reason: str


def read_order(body: Any, device: DeviceFacts) -> Order:
    """Read one scan of a request; raises Refused for one that makes no sense, or that this device may not send."""
    if not isinstance(body, Mapping):
        raise BAD_SCAN
    named = [way for way in WAYS if body.get(way) is not None]
    if len(named) != 1:
        raise BAD_SCAN
    way, value = named[0], body[named[0]]
    if not isinstance(value, int if way in ("number", "delegate_id") else str) or isinstance(value, bool):
        raise BAD_SCAN
    order = Order(
        nonce=_text(body, "nonce", NONCE_LENGTH), asked=Asked("name" if way == "delegate_id" else way, _short(value)),
        sitting_id=_whole(body, "sitting_id"), gate_id=_whole(body, "gate_id"), kind=_text(body, "kind") or "entry",
        happened_at=read_moment(body.get("happened_at")), offline=_yes(body, "offline"), shown=_text(body, "shown"),
        operator=_text(body, "operator", 60), override=_yes(body, "override"), reason=_text(body, "reason"),
    )  # fmt: skip
    if not order.nonce or order.kind not in KINDS or order.shown not in SHOWN:
        raise BAD_SCAN
    if way == "delegate_id" and (device.profile != "desk" or not order.reason):
        raise NOT_AT_GATE
    if way == "number" and device.profile == "kiosk":
        raise NOT_AT_GATE
    return order


def _short(value: str | int) -> str | int:
    return value[:200] if isinstance(value, str) else value


def _text(body: Mapping[str, Any], field: str, longest: int = TEXT_LENGTH) -> str:
    value = body.get(field) or ""
    if not isinstance(value, str) or len(value) > longest:
        raise BAD_SCAN
    return value.strip()


def _whole(body: Mapping[str, Any], field: str) -> int | None:
    value = body.get(field)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise BAD_SCAN
    return value


def _yes(body: Mapping[str, Any], field: str) -> bool:
    value = body.get(field) or False
    if not isinstance(value, bool):
        raise BAD_SCAN
    return value


def read_moment(value: Any) -> datetime | None:
    """A time as a device sends it, ISO 8601 with its zone; raises Refused for anything else."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise BAD_SCAN from None
    if moment.tzinfo is None:
        raise BAD_SCAN
    return moment.astimezone(UTC)


def has_strange_keys(bodies: Sequence[Any]) -> bool:
    """Whether a scan names a key that no badge has: of a badge so new that nobody has derived its keys, or of none of ours."""
    sent = [body.get("key") for body in bodies if isinstance(body, Mapping)]
    keys = {key for key in sent if isinstance(key, str)}
    if not keys:
        return False
    known = select(func.count()).select_from(BadgeKey).where(BadgeKey.lookup.in_(keys))
    return db.session.scalar(known) != len(keys)


class Batch:
    """The scans of one request, in order; what they have in common is asked once."""

    def __init__(self, congress: DoorCongress, device: DeviceFacts, *, sealer: Sealer, now: datetime) -> None:
        self.congress, self.device, self.sealer, self.now = congress, device, sealer, now
        self.gates: dict[int, str] | None = None
        self.board: NoticeBoard | None = None
        self.look_up: ManyAtOnce | None = None

    def record(self, bodies: Sequence[Any]) -> list[dict[str, Any]]:
        """The answers, one for each body, in order; a body that makes no sense stops none of the others.

        Many at once, and whatever renews a badge, wait for each other: two requests that lock the same people in another
        order would wait for ever.
        """
        if len(bodies) > 1 or any(isinstance(body, Mapping) and body.get("override") for body in bodies):
            lock_congress(self.congress.id)
        read = [self._read(body) for body in bodies]
        orders = [each for each in read if not isinstance(each, Refused)]
        if len(orders) > 1:
            asked, sitting_ids = [order.asked for order, _ in orders], {sitting.id for _, sitting in orders}
            self.look_up = ManyAtOnce(self.congress.id, self.sealer, asked=asked, sitting_ids=sitting_ids)
        answers = [self._one(*each) for each in zip(bodies, read, strict=True)]
        figures = {number: self._figures(number) for number in {sitting_id for _, sitting_id in answers if sitting_id}}
        return [
            answer | {"counts": figures[sitting_id]} if sitting_id else answer for answer, sitting_id in answers
        ]  # fmt: skip

    def _figures(self, sitting_id: int) -> dict[str, int]:
        return count_sitting(self.congress.get_sitting(sitting_id), self.congress.id, self.now)

    def _read(self, body: Any) -> tuple[Order, DoorSitting] | Refused:
        try:
            order = read_order(body, self.device)
            return order, self._sitting(order)
        except Refused as refusal:
            return refusal

    def _one(self, body: Any, read: tuple[Order, DoorSitting] | Refused) -> tuple[dict[str, Any], int | None]:
        if isinstance(read, Refused):
            nonce = body.get("nonce") if isinstance(body, Mapping) and isinstance(body.get("nonce"), str) else ""
            return {"nonce": nonce, "result": "invalid", "code": read.code, "message_vi": read.message}, None
        order, sitting = read
        answer = record_scan(
            congress=self.congress, sitting=sitting, asked=order.asked, nonce=order.nonce, source=self._source(order),
            kind=order.kind, happened_at=order.happened_at, offline=order.offline, shown=order.shown, override=order.override,
            reason=order.reason, sealer=self.sealer, now=self.now, look_up=self.look_up,
        )  # fmt: skip
        if not order.offline and answer.delegate:
            extras = self._extras(answer.delegate, sitting)
            key = key_of(answer.delegate.id) if order.asked.how in ("number", "name") else ""
            answer = replace(answer, extras=replace(extras, key=key))
        return answer_to_json(answer), sitting.id

    def _sitting(self, order: Order) -> DoorSitting:
        if order.sitting_id is not None:
            return self.congress.get_sitting(order.sitting_id)
        moment = order.happened_at if order.offline and order.happened_at else self.now
        sitting = choose_sitting(self.congress.sittings, moment)
        if sitting is None:
            raise Refused("no_sitting", "Hội nghị chưa có buổi nào để điểm danh.")
        return sitting

    def _source(self, order: Order) -> ScanSource:
        device = self.device
        gate = self._gate(order.gate_id) or device.gate_name or device.name
        operator = order.operator or device.operator or device.name
        return ScanSource(f"device:{device.id}", gate, operator, device.profile, device.id, device.name)

    def _gate(self, gate_id: int | None) -> str | None:
        """The name of a gate that is not the device's own, or None."""
        if gate_id in (None, self.device.gate_id):
            return None
        if self.gates is None:
            self.gates = {gate.id: gate.name for gate in gates.list_gates(self.congress.id)}
        return self.gates.get(gate_id or 0)

    def _extras(self, person: DoorPerson, sitting: DoorSitting) -> Extras:
        self.board = self.board or notices_for(self.congress.id)
        notices, handout = self.board.of(
            component_id=person.component_id, delegation_id=person.delegation_id, number=person.number
        )  # fmt: skip
        members = members_of(person.delegation_id, sitting.id) if person.heads and person.delegation_id else ()
        return Extras(tuple(notices), tuple(handout), members=members)


def key_of(delegate_id: int) -> str:
    """What stands for somebody's badge at a gate that was told a number or a name; "" while its keys are not made."""
    query = select(BadgeKey.lookup).join(Badge, BadgeKey.badge_id == Badge.id)
    return db.session.scalar(query.where(Badge.delegate_id == delegate_id, Badge.revoked_at.is_(None))) or ""


def members_of(delegation_id: int, sitting_id: int) -> tuple[Member, ...]:
    """Everybody of a delegation who has a badge, whom its head may bring in at once, by name. One query."""
    query = (
        select(BadgeKey.lookup, Delegate.number, Delegate.name, Attendance.id, Attendance.left_at)
        .join(Badge, Badge.delegate_id == Delegate.id)
        .join(BadgeKey, BadgeKey.badge_id == Badge.id)
        .outerjoin(Attendance, and_(Attendance.delegate_id == Delegate.id, Attendance.sitting_id == sitting_id))
        .where(Delegate.delegation_id == delegation_id, Delegate.state == "approved", Badge.revoked_at.is_(None))
        .order_by(Delegate.sort_key, Delegate.id)
    )
    return tuple(
        Member(row.lookup, row.number, row.name, row.id is not None and row.left_at is None)
        for row in db.session.execute(query)
    )  # fmt: skip


def answer_to_json(answer: ScanAnswer) -> dict[str, Any]:
    """An answer as a device gets it; the figures come with the whole request."""
    told = answer.to_json()
    told["message_vi"] = told.pop("message")
    return told

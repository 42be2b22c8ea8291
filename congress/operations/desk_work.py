"""What a door decides with a reason: letting somebody in who is not approved, confirming the owner of a badge, taking back."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from ..domain.access import Actor, may_at
from ..domain.door import UNDO_WITHIN, say
from ..domain.names import normalise
from ..domain.refusals import Refused
from ..domain.stages import allows
from ..models import Component, Congress, Delegate, Scan, ScanConflict, Sitting, db, lock_row
from . import audit
from .admission import lock_congress
from .checkin import Asked, ScanSource, opening_of, record_scan
from .delegates import add_delegate
from .door_answers import ScanAnswer
from .presence import lock_person, read_events, write_attendance
from .sealing import Sealer


def let_in(
    *,
    congress: Congress,
    sitting: Sitting,
    delegate_id: int | None = None,
    name: str = "",
    unit_text: str = "",
    component: Component | None = None,
    reason: str,
    nonce: str,
    source: ScanSource,
    happened_at: datetime | None = None,
    actor: Actor,
    sealer: Sealer,
    now: datetime,
) -> ScanAnswer:
    """Let in, with a reason given at a desk, somebody who is not approved: a person of the list, or a walk-in, added as proposed.

    Both are counted apart. Raises Refused anywhere but at a desk, without a reason or a name, when the door is shut, or for
    somebody withdrawn. The same nonce again gives the first answer and adds nobody. `happened_at` is when a desk without network
    did it: the person is in, whatever the door is now.
    """  # fmt: skip
    reason = _need_desk(source, reason)
    lock_congress(congress.id)  # the form sent twice at once adds one person
    scan = db.session.scalar(select(Scan).filter_by(device=source.device, nonce=nonce))
    if scan is None:
        if happened_at is None:
            _need_open(congress, sitting, now)
        if delegate_id:
            delegate = _get_unapproved(congress, delegate_id)
        elif component is None:
            raise Refused("no_component", "Chọn thành phần.", "component")
        else:
            values = {"name": name, "unit_text": normalise(unit_text)}
            delegate = add_delegate(congress.id, values, component=component, actor=actor, now=now)
        delegate.walk_in = True
        db.session.flush()
        why = {"reason": reason, "sitting": sitting.id}
        audit.record(actor, "checkin.let_in", delegate, now=now, congress_id=congress.id, changed=why)
        who = delegate.id
    else:
        who = scan.delegate_id or 0
    return record_scan(
        congress=congress, sitting=sitting, asked=Asked("walk_in", who), nonce=nonce,
        source=source, happened_at=happened_at, offline=happened_at is not None, override=True, reason=reason, sealer=sealer,
        now=now,
    )  # fmt: skip


def _need_desk(source: ScanSource, reason: str) -> str:
    if source.profile != "desk":
        raise Refused("not_desk", "Việc này làm ở bàn hỗ trợ.")
    reason = normalise(reason)
    if not reason:
        raise Refused("no_reason", "Ghi lý do cho vào.", "reason")
    return reason


def _need_open(congress: Congress, sitting: Sitting, now: datetime) -> None:
    barred = "cancelled" if not allows(congress.stage, "check_in") else opening_of(sitting).barred(now)
    if barred:
        raise Refused(barred, say(barred, now=now, opening=opening_of(sitting)))


def _get_unapproved(congress: Congress, delegate_id: int) -> Delegate:
    delegate: Delegate | None = lock_row(Delegate, delegate_id)
    if delegate is None or delegate.congress_id != congress.id:
        raise Refused("unknown_person", "Không có người này trong hội nghị.")
    if delegate.state == "withdrawn":
        raise Refused("withdrawn", "Đại biểu đã rút khỏi danh sách. Đưa lại vào danh sách trước.")
    if delegate.state == "approved":
        raise Refused("approved", "Đại biểu đã được duyệt: điểm danh như thường.")
    return delegate


def annul_scan(scan_id: int, *, congress: Congress, actor: Actor, reason: str = "", now: datetime) -> Scan:
    """Take back a scan that counted, by a supervisor, at any time. Raises Refused otherwise."""
    where: dict[str, Any] = {"unit_id": congress.unit_id, "unit_path": congress.unit.path, "congress_id": congress.id}
    if not may_at(actor, "checkin.supervise", **where):
        raise Refused("not_supervisor", "Chỉ người phụ trách cửa làm được việc này.")
    scan: Scan | None = lock_row(Scan, scan_id)
    if scan is None or db.session.get_one(Sitting, scan.sitting_id).congress_id != congress.id:
        raise Refused("no_scan", "Không có lượt điểm danh này.")
    if scan.annulled_at:
        raise Refused("already_undone", "Lượt này đã được hoàn tác.")
    _take_back(scan, congress_id=congress.id, reason=reason, actor=actor, now=now)
    return scan


def annul_own(
    nonce: str, *, congress_id: int, source: ScanSource, reason: str = "", happened_at: datetime | None = None, actor: Actor,
    now: datetime,
) -> Scan:  # fmt: skip
    """Take back a scan of the same device, at most 15 minutes after it; asked again it is taken back already, and that is well.

    `happened_at` is when a device without network took it back. Raises Refused otherwise.
    """
    asked = select(Scan).where(Scan.device == source.device, Scan.nonce.in_((nonce, f"{nonce}/offline"))).order_by(Scan.id.desc())
    found = db.session.scalars(asked.limit(1)).one_or_none()
    if found is None:
        raise Refused("no_scan", "Không có lượt điểm danh này.")
    scan: Scan = lock_row(Scan, found.id)
    if scan.annulled_at:
        return scan
    if min(happened_at or now, now) - scan.happened_at > UNDO_WITHIN:
        raise Refused("too_late", "Đã quá 15 phút. Nhờ người phụ trách cửa hoàn tác.")
    _take_back(scan, congress_id=congress_id, reason=reason, actor=actor, now=now)
    return scan


def _take_back(scan: Scan, *, congress_id: int, reason: str, actor: Actor, now: datetime) -> None:
    if scan.result != "ok":
        raise Refused("not_an_entry", "Lượt này không phải lượt vào, không có gì để hoàn tác.")
    if scan.delegate_id:
        lock_person(scan.delegate_id)
    scan.annulled_at, scan.annulled_by, scan.annul_reason = now, actor.name, normalise(reason)
    changed = audit.difference(scan)
    db.session.flush()
    if scan.delegate_id and scan.kind in ("entry", "exit"):
        write_attendance(scan.delegate_id, scan.sitting_id, read_events(scan.delegate_id, scan.sitting_id).presence)
    undone = {"closed_at": now, "closed_by": actor.name, "note": "Lượt đã được hoàn tác."}
    db.session.execute(
        update(ScanConflict).where(ScanConflict.scan_id == scan.id, ScanConflict.closed_at.is_(None)).values(undone)
    )
    audit.record(actor, "checkin.undo", scan, now=now, congress_id=congress_id, changed=changed)


def set_opening(sitting: Sitting, opened: bool | None, *, actor: Actor, now: datetime) -> None:
    """Open or close a sitting's check-in by hand, or with None leave it to its window."""
    congress = sitting.congress
    where: dict[str, Any] = {"unit_id": congress.unit_id, "unit_path": congress.unit.path, "congress_id": congress.id}
    if not may_at(actor, "checkin.supervise", **where):
        raise Refused("not_supervisor", "Chỉ người phụ trách cửa làm được việc này.")
    if opened and not allows(congress.stage, "check_in"):
        raise Refused("cancelled", say("cancelled", now=now))
    if sitting.opened_by_hand == opened:
        return
    changed = {"opened_by_hand": [sitting.opened_by_hand, opened]}
    sitting.opened_by_hand, sitting.opened_by_hand_at = opened, now
    verb = {True: "checkin.open", False: "checkin.close", None: "checkin.by_window"}[opened]
    audit.record(actor, verb, sitting, now=now, congress_id=sitting.congress_id, changed=changed)

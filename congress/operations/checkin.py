"""The door: every attempt is a row and a plain answer; the database holds that nobody is in twice."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, delete, func, null, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ..domain.access import Actor, may_at
from ..domain.door import UNDO_WITHIN, Entry, Found, Opening, Successor, Verdict, judge, misread, say
from ..domain.names import normalise
from ..domain.refusals import Refused
from ..domain.stages import allows
from ..models import Attendance, Badge, Component, Congress, Delegate, Scan, Sitting, db, lock_row
from . import audit
from .admission import lock_congress
from .delegates import add_delegate
from .door_answers import ScanAnswer, entry_to_json
from .door_people import DoorPerson, people, person_of
from .doors import DoorCongress, DoorSitting
from .sealing import Sealer
from .substitutions import find_successor


@dataclass(frozen=True)
class _Attempt:
    """One thing asked at a door, before anybody knows what it is."""

    congress: Congress | DoorCongress
    sitting: Sitting | DoorSitting
    how: str  # token, number, name, walk_in
    asked_hash: str
    nonce: str
    device: str
    gate: str
    actor: Actor
    now: datetime


_DELEGATE, _ATTENDANCE, _BADGE = (model.__table__.c for model in (Delegate, Attendance, Badge))
_INSIDE = (
    select(func.count())
    .join_from(Attendance.__table__, Delegate.__table__)
    .where(_ATTENDANCE.sitting_id == bindparam("sitting_id"), _DELEGATE.walk_in.is_(False))
)
_EXPECTED = (
    select(func.count())
    .select_from(Delegate.__table__)
    .where(_DELEGATE.congress_id == bindparam("congress_id"), _DELEGATE.state == "approved", _DELEGATE.walk_in.is_(False))
)
_COUNTS = select(_INSIDE.scalar_subquery(), _EXPECTED.scalar_subquery())


def _door_query(*more: Any) -> Select[Any]:
    here = and_(_ATTENDANCE.delegate_id == _DELEGATE.id, _ATTENDANCE.sitting_id == bindparam("sitting_id"))
    query = people(_DELEGATE.congress_id, _ATTENDANCE.at.label("first_at"), _ATTENDANCE.gate.label("first_gate"), *more)
    return query.outerjoin(Attendance.__table__, here)


# Built once, of plain columns: putting a statement together costs more than running it.
_BY_TOKEN = (
    _door_query(_BADGE.revoked_at)
    .join(Badge.__table__, _BADGE.delegate_id == _DELEGATE.id)
    .where(_BADGE.token_hash == bindparam("asked"))
)
_IN_CONGRESS = _door_query(null().label("revoked_at")).where(_DELEGATE.congress_id == bindparam("congress_id"))
_BY_NUMBER = _IN_CONGRESS.where(_DELEGATE.number == bindparam("asked"))
_BY_ID = _IN_CONGRESS.where(_DELEGATE.id == bindparam("asked"))
_LARGEST = 2**31 - 1  # what a column of integers holds


def record_scan(
    *,
    congress: Congress | DoorCongress,
    sitting: Sitting | DoorSitting,
    token: str | None = None,
    number: int | None = None,
    delegate_id: int | None = None,
    nonce: str,
    device: str,
    gate: str,
    actor: Actor,
    sealer: Sealer,
    now: datetime,
) -> ScanAnswer:
    """Check somebody in by exactly one of badge token, badge number or delegate, and keep the attempt whatever comes of it.

    The same nonce of the same device gets the first answer again; with other content it is refused ("nonce_reused").
    """  # fmt: skip
    how, asked = next((h, v) for h, v in (("token", token), ("number", number), ("name", delegate_id)) if v is not None)
    asked_hash = sealer.digest("asked", str(sitting.id), how, str(asked))
    attempt = _Attempt(congress, sitting, how, asked_hash, nonce, device, gate, actor, now)
    row, missing = _look_up(attempt, asked, sealer)
    if row is None:
        return _keep(attempt, Verdict("unknown", missing), None, None)
    first = Entry(row.first_at, row.first_gate) if row.first_at else None
    here = row.congress_id == congress.id
    successor = find_successor(congress.id, row.id) if here and row.state == "withdrawn" else None
    found = Found(revoked=row.revoked_at is not None, state=row.state, here=here, first=first, successor=successor)
    barred = opening_of(sitting).barred(now)
    verdict = judge(found, cancelled=not allows(congress.stage, "check_in"), barred=barred)
    # Somebody of another congress stays without a name here, in the answer and in the row.
    return _keep(attempt, verdict, person_of(row) if here else None, first, successor=successor)


def _look_up(attempt: _Attempt, asked: Any, sealer: Sealer) -> tuple[Row[Any] | None, str]:
    """The delegate asked for with what the door must know, or why there is none."""
    place = {"sitting_id": attempt.sitting.id, "congress_id": attempt.congress.id}
    if attempt.how == "token":
        missing = misread(asked)
        if missing:
            return None, missing
        query, missing, asked = _BY_TOKEN, "unknown_token", sealer.digest("token", asked)
    elif attempt.how == "number":
        query, missing = _BY_NUMBER, "unknown_number"
    else:
        query, missing = _BY_ID, "unknown_person"
    if isinstance(asked, int) and not 0 < asked <= _LARGEST:
        return None, missing
    return db.session.connection().execute(query, {**place, "asked": asked}).one_or_none(), missing


def _keep(
    attempt: _Attempt, verdict: Verdict, person: DoorPerson | None, first: Entry | None, *, reason: str = "",
    successor: Successor | None = None,
) -> ScanAnswer:  # fmt: skip
    """Write the scan, and for "ok" the attendance; whoever lost a race learns who was first."""
    opening = opening_of(attempt.sitting)
    message = say(verdict.code, now=attempt.now, first=first, opening=opening, successor=successor)
    kept = say(verdict.code, now=attempt.now, first=first, opening=opening, successor=successor and successor.nameless)
    scan_id = _insert_once(
        Scan, ("device", "nonce"), sitting_id=attempt.sitting.id, device=attempt.device, nonce=attempt.nonce, gate=attempt.gate,
        how=attempt.how, asked_hash=attempt.asked_hash, delegate_id=person.id if person else None, result=verdict.result,
        code=verdict.code, reason=reason, answer={"message": kept, "first": entry_to_json(first)},
        actor_name=attempt.actor.name, at=attempt.now,
    )  # fmt: skip
    if scan_id is None:
        return _replay(attempt)
    if verdict.result == "ok" and person:
        first = _enter(attempt, scan_id, person.id)
        if first:
            verdict = Verdict("again", "already_in")
            message = say(verdict.code, now=attempt.now, first=first)
            answer = {"message": message, "first": entry_to_json(first)}
            values = {"result": verdict.result, "code": verdict.code, "answer": answer}
            db.session.execute(update(Scan).where(Scan.id == scan_id).values(values))
    return _answer(attempt, verdict, message, attempt.now, scan_id=scan_id, person=person, first=first)


def _enter(attempt: _Attempt, scan_id: int, delegate_id: int) -> Entry | None:
    """Put somebody in; if another door was faster, when and where."""
    row = {"delegate_id": delegate_id, "sitting_id": attempt.sitting.id}
    while not _insert_once(Attendance, tuple(row), **row, scan_id=scan_id, gate=attempt.gate, at=attempt.now):
        first = db.session.execute(select(Attendance.at, Attendance.gate).filter_by(**row)).one_or_none()
        if first:  # else the other one was undone meanwhile: try again
            return Entry(first.at, first.gate)
    return None


def _insert_once(model: Any, unique: tuple[str, ...], **values: Any) -> int | None:
    """Insert a row unless its unique columns are taken; its id, or None. Each database has its own INSERT for this."""
    connection = db.session.connection()
    inserted: int | None = connection.execute(_insert_statement(model, unique, connection.dialect.name), values).scalar()
    return inserted


@cache
def _insert_statement(model: Any, unique: tuple[str, ...], database: str) -> Any:
    insert: Any = sqlite.insert if database == "sqlite" else postgresql.insert
    statement = insert(model.__table__).on_conflict_do_nothing(index_elements=list(unique))
    return statement.returning(model.__table__.c.id)


def _replay(attempt: _Attempt) -> ScanAnswer:
    """The answer given to this nonce before; its name is read afresh, so that names are stored once."""
    scan = db.session.scalars(select(Scan).filter_by(device=attempt.device, nonce=attempt.nonce)).one()
    if scan.asked_hash != attempt.asked_hash:
        verdict = Verdict("refused", "nonce_reused")
        return _answer(attempt, verdict, say(verdict.code, now=attempt.now), attempt.now)
    row = db.session.execute(people().where(Delegate.id == scan.delegate_id)).one_or_none() if scan.delegate_id else None
    kept = scan.answer["first"]
    first = Entry(datetime.fromisoformat(kept["at"]), kept["gate"]) if kept else None
    person = person_of(row) if row else None
    verdict, message = Verdict(scan.result, scan.code), scan.answer["message"]
    if verdict.code == "replaced" and person:
        message = say(verdict.code, now=scan.at, successor=find_successor(attempt.congress.id, person.id))
    return _answer(attempt, verdict, message, scan.at, scan_id=scan.id, person=person, first=first)


def _answer(
    attempt: _Attempt, verdict: Verdict, message: str, at: datetime, *, scan_id: int | None = None,
    person: DoorPerson | None = None, first: Entry | None = None,
) -> ScanAnswer:  # fmt: skip
    place = {"sitting_id": attempt.sitting.id, "congress_id": attempt.congress.id}
    inside, expected = db.session.connection().execute(_COUNTS, place).one()
    return ScanAnswer(verdict.result, verdict.code, message, at, scan_id, person, first, inside, expected)


def opening_of(sitting: Sitting | DoorSitting) -> Opening:
    """When a sitting's check-in is open."""
    return Opening(sitting.starts_at, sitting.opens_at, sitting.closes_at, sitting.opened_by_hand)


def choose_sitting(sittings: list[Sitting], now: datetime) -> Sitting | None:
    """The sitting a door most likely means: one that is open (the main one first), else the main one, else the first."""
    by_rank = sorted(sittings, key=lambda s: (opening_of(s).barred(now) is not None, s.kind != "main", s.id))
    return by_rank[0] if by_rank else None


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
    device: str,
    gate: str,
    actor: Actor,
    sealer: Sealer,
    now: datetime,
) -> ScanAnswer:
    """Let in, with a supervisor's reason, somebody who is not approved: a person of the list, or a walk-in, added as proposed.

    Both are counted apart. Raises Refused without a reason, a name or the permission, when the door is shut, or for somebody
    withdrawn. The same nonce again gives the first answer and adds nobody.
    """  # fmt: skip
    _require_supervisor(congress, actor)
    asked = sealer.digest("asked", str(sitting.id), "walk_in", str(delegate_id) if delegate_id else normalise(name))
    attempt = _Attempt(congress, sitting, "walk_in", asked, nonce, device, gate, actor, now)
    reason = normalise(reason)
    if not reason:
        raise Refused("no_reason", "Ghi lý do cho vào.", "reason")
    lock_congress(congress.id)  # the form sent twice at once adds one person
    if db.session.scalar(select(Scan.id).filter_by(device=device, nonce=nonce)):
        return _replay(attempt)
    barred = "cancelled" if not allows(congress.stage, "check_in") else opening_of(sitting).barred(now)
    if barred:
        raise Refused(barred, say(barred, now=now, opening=opening_of(sitting)))
    if delegate_id:
        delegate = _get_unapproved(congress, delegate_id)
    elif component is None:
        raise Refused("no_component", "Chọn thành phần.", "component")
    else:
        values = {"name": name, "unit_text": normalise(unit_text)}
        delegate = add_delegate(congress.id, values, component=component, actor=actor, now=now)
    delegate.walk_in = True
    db.session.flush()
    person = person_of(db.session.execute(people().where(Delegate.id == delegate.id)).one())
    answer = _keep(attempt, Verdict("ok", "let_in"), person, None, reason=reason)
    why = {"reason": reason, "sitting": sitting.id}
    audit.record(actor, "checkin.let_in", delegate, now=now, congress_id=congress.id, changed=why)
    return answer


def _get_unapproved(congress: Congress, delegate_id: int) -> Delegate:
    delegate: Delegate | None = lock_row(Delegate, delegate_id)
    if delegate is None or delegate.congress_id != congress.id:
        raise Refused("unknown_person", "Không có người này trong hội nghị.")
    if delegate.state == "withdrawn":
        raise Refused("withdrawn", "Đại biểu đã rút khỏi danh sách. Đưa lại vào danh sách trước.")
    if delegate.state == "approved":
        raise Refused("approved", "Đại biểu đã được duyệt: điểm danh như thường.")
    return delegate


def undo_scan(scan_id: int, *, congress: Congress, device: str, actor: Actor, now: datetime) -> Scan:
    """Take back an entry: the attendance goes, the scan stays, marked with who and when.

    The same device may within 15 minutes, a supervisor at any time. Raises Refused otherwise.
    """
    scan: Scan | None = lock_row(Scan, scan_id)
    if scan is None or db.session.get_one(Sitting, scan.sitting_id).congress_id != congress.id:
        raise Refused("no_scan", "Không có lượt điểm danh này.")
    if scan.result != "ok":
        raise Refused("not_an_entry", "Lượt này không phải lượt vào, không có gì để hoàn tác.")
    if scan.annulled_at:
        raise Refused("already_undone", "Lượt này đã được hoàn tác.")
    if not _supervises(congress, actor):
        if scan.device != device:
            raise Refused("other_device", "Lượt này ở máy khác. Nhờ người phụ trách cửa hoàn tác.")
        if now - scan.at > UNDO_WITHIN:
            raise Refused("too_late", "Đã quá 15 phút. Nhờ người phụ trách cửa hoàn tác.")
    scan.annulled_at, scan.annulled_by = now, actor.name
    changed = audit.difference(scan)
    db.session.execute(delete(Attendance).where(Attendance.scan_id == scan.id))
    audit.record(actor, "checkin.undo", scan, now=now, congress_id=congress.id, changed=changed)
    return scan


def set_opening(sitting: Sitting, opened: bool | None, *, actor: Actor, now: datetime) -> None:
    """Open or close a sitting's check-in by hand, or with None leave it to its window."""
    _require_supervisor(sitting.congress, actor)
    if opened and not allows(sitting.congress.stage, "check_in"):
        raise Refused("cancelled", say("cancelled", now=now))
    sitting.opened_by_hand = opened
    changed = audit.difference(sitting)
    if changed:
        verb = {True: "checkin.open", False: "checkin.close", None: "checkin.by_window"}[opened]
        audit.record(actor, verb, sitting, now=now, congress_id=sitting.congress_id, changed=changed)


def get_sitting(congress: Congress, sitting_id: int) -> Sitting:
    """A sitting of this congress; raises Refused when there is none."""
    sitting = db.session.get(Sitting, sitting_id)
    if sitting is None or sitting.congress_id != congress.id:
        raise Refused("no_sitting", "Không có buổi này trong hội nghị.", "sitting_id")
    return sitting


def _supervises(congress: Congress, actor: Actor) -> bool:
    where: dict[str, Any] = {"unit_id": congress.unit_id, "unit_path": congress.unit.path, "congress_id": congress.id}
    return may_at(actor, "checkin.supervise", **where)


def _require_supervisor(congress: Congress, actor: Actor) -> None:
    if not _supervises(congress, actor):
        raise Refused("not_supervisor", "Chỉ người phụ trách cửa làm được việc này.")

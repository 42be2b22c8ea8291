"""Entries that a gate let in by itself and the rules would not have: listed until somebody closes each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from ..domain.access import Actor
from ..domain.conflicts import NOTE_LENGTH, Passage, explain
from ..domain.door import Opening
from ..domain.names import normalise
from ..domain.refusals import Refused
from ..models import Component, Delegate, Delegation, Device, Photo, Scan, ScanConflict, Sitting, db, lock_row
from . import audit
from .door_people import PERSON, DoorPerson, person_of
from .substitutions import successors_of


@dataclass(frozen=True)
class ConflictLine:
    """One entry to look at: what happened in a sentence, where and when, who it is, and the entry beside it."""

    id: int
    code: str
    sentence: str
    sitting: str
    scan_id: int
    kind: str  # entry, exit, handout
    how: str
    entry: Passage
    operator: str
    received_at: datetime
    person: DoorPerson | None  # None: nobody of this congress
    other: Passage | None  # the first other entry of this person at this sitting that counts
    annulled_at: datetime | None
    annulled_by: str
    annul_reason: str
    can_annul: bool
    closed_at: datetime | None
    closed_by: str
    note: str


_Key = tuple[int, int, str]
_COLUMNS: tuple[Any, ...] = (
    ScanConflict.id.label("conflict_id"), ScanConflict.code, ScanConflict.closed_at, ScanConflict.closed_by, ScanConflict.note,
    Scan.id.label("scan_id"), Scan.sitting_id, Scan.kind, Scan.how, Scan.gate, Scan.offline, Scan.result, Scan.actor_name,
    Scan.happened_at, Scan.received_at, Scan.annulled_at, Scan.annulled_by, Scan.annul_reason, Sitting.name.label("sitting_name"),
    Sitting.starts_at, Sitting.opens_at, Sitting.closes_at, Device.name.label("device_name"), *PERSON,
)  # fmt: skip
_LINES = (
    select(*_COLUMNS)
    .select_from(ScanConflict)
    .join(Scan, ScanConflict.scan_id == Scan.id)
    .join(Sitting, Scan.sitting_id == Sitting.id)
    .outerjoin(Device, Scan.device_id == Device.id)
    .outerjoin(Delegate, Scan.delegate_id == Delegate.id)
    .outerjoin(Component, Delegate.component_id == Component.id)
    .outerjoin(Delegation, Delegate.delegation_id == Delegation.id)
    .outerjoin(Photo, Photo.delegate_id == Delegate.id)
)


def list_conflicts(congress_id: int, *, closed: bool, limit: int, offset: int = 0) -> list[ConflictLine]:
    """The open or the closed conflicts of a congress, the newest first; at most four queries."""
    query = _LINES.where(*_of(congress_id, closed)).order_by(ScanConflict.made_at.desc(), ScanConflict.id.desc())
    rows = db.session.execute(query.limit(limit).offset(offset)).all()
    others = _entries(rows)
    successors = successors_of(congress_id) if any(row.code == "replaced" for row in rows) else {}
    return [_line(row, _other(row, others), successors.get(row.id)) for row in rows]


def count_conflicts(congress_id: int, *, closed: bool) -> int:
    """How many conflicts of a congress are open, or closed."""
    return db.session.scalar(select(func.count()).select_from(ScanConflict).where(*_of(congress_id, closed))) or 0


def count_open(congress_id: int) -> int:
    """How many conflicts of a congress somebody must still close."""
    return count_conflicts(congress_id, closed=False)


def _of(congress_id: int, closed: bool) -> tuple[ColumnElement[bool], ...]:
    done = ScanConflict.closed_at.is_not(None) if closed else ScanConflict.closed_at.is_(None)
    return ScanConflict.congress_id == congress_id, done


def _entries(rows: Sequence[Row[Any]]) -> dict[_Key, list[tuple[int, Passage]]]:
    """Every scan that counts of these people at these sittings: {(delegate, sitting, kind): [(scan id, entry)…]}, by time."""
    people = {row.id for row in rows if row.id is not None}
    if not people:
        return {}
    query = (
        select(Scan.id, Scan.delegate_id, Scan.sitting_id, Scan.kind, Scan.happened_at, Scan.gate, Scan.offline, Device.name)
        .outerjoin(Device, Scan.device_id == Device.id)
        .where(
            Scan.delegate_id.in_(people), Scan.sitting_id.in_({row.sitting_id for row in rows}), Scan.result == "ok",
            Scan.annulled_at.is_(None),
        )
        .order_by(Scan.happened_at, Scan.id)
    )  # fmt: skip
    found: dict[_Key, list[tuple[int, Passage]]] = {}
    for row in db.session.execute(query):
        passage = Passage(row.happened_at, row.gate, row.name or "", row.offline)
        found.setdefault((row.delegate_id, row.sitting_id, row.kind), []).append((row.id, passage))
    return found


def _other(row: Row[Any], entries: dict[_Key, list[tuple[int, Passage]]]) -> Passage | None:
    mine = entries.get((row.id, row.sitting_id, row.kind), ())
    return next((passage for scan_id, passage in mine if scan_id != row.scan_id), None)


def _line(row: Row[Any], other: Passage | None, successor: Any) -> ConflictLine:
    entry = Passage(row.happened_at, row.gate, row.device_name or "", row.offline)
    opening = Opening(row.starts_at, row.opens_at, row.closes_at)
    return ConflictLine(
        id=row.conflict_id, code=row.code, sitting=row.sitting_name, scan_id=row.scan_id, how=row.how, entry=entry, other=other,
        kind=row.kind, sentence=explain(row.code, entry, kind=row.kind, other=other, opening=opening, successor=successor),
        operator=row.actor_name, received_at=row.received_at, person=person_of(row) if row.id is not None else None,
        annulled_at=row.annulled_at, annulled_by=row.annulled_by, annul_reason=row.annul_reason,
        can_annul=row.result == "ok" and row.annulled_at is None, closed_at=row.closed_at,
        closed_by=row.closed_by, note=row.note,
    )  # fmt: skip


def find_conflict(congress_id: int, conflict_id: int) -> ScanConflict | None:
    """A conflict of this congress, or None."""
    return db.session.scalars(select(ScanConflict).filter_by(id=conflict_id, congress_id=congress_id)).one_or_none()


def close_conflict(conflict_id: int, congress_id: int, note: str, *, actor: Actor, now: datetime) -> ScanConflict:
    """Say what was found out; who is in stays in. Raises Refused without words, and for one that is closed already."""
    note = need_words(note, "Ghi điều đã kiểm tra rồi mới đóng.", "note")
    conflict: ScanConflict | None = lock_row(ScanConflict, conflict_id)
    if conflict is None or conflict.congress_id != congress_id:
        raise Refused("no_conflict", "Không có lượt này.")
    if conflict.closed_at:
        raise Refused("closed", f"Lượt này {conflict.closed_by} đã đóng: {conflict.note}")
    conflict.closed_at, conflict.closed_by, conflict.note = now, actor.name, note
    changed = audit.difference(conflict)
    audit.record(actor, "checkin.close_conflict", conflict, now=now, congress_id=congress_id, changed=changed)
    db.session.flush()
    return conflict


def need_words(text: str, missing: str, field: str) -> str:
    """What somebody must write beside a decision, tidied. Raises Refused without it ("needs_words"), and where it is long."""
    text = normalise(text)
    if not text:
        raise Refused("needs_words", missing, field)
    if len(text) > NOTE_LENGTH:
        raise Refused("long_words", f"Ghi tối đa {NOTE_LENGTH} ký tự.", field)
    return text

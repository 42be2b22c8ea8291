"""Who is in at a sitting: read from the scans that count, written as one row per person and sitting."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from ..domain.attendance import Event, Presence, fold
from ..domain.door import Entry
from ..models import Attendance, Delegate, Device, Scan, db, is_sqlite

_SCAN, _DEVICE, _ATTENDANCE = (model.__table__.c for model in (Scan, Device, Attendance))
# Built once, of plain columns: putting a statement together costs more than running it.
_COUNTING = (
    select(
        _SCAN.id, _SCAN.happened_at, _SCAN.kind, _SCAN.device, _SCAN.nonce, _SCAN.gate, _DEVICE.name.label("device_name"),
        _SCAN.delegate_id, _SCAN.sitting_id,
    )
    .outerjoin_from(Scan.__table__, Device.__table__, _SCAN.device_id == _DEVICE.id)
    .where(_SCAN.result == "ok", _SCAN.annulled_at.is_(None))
)  # fmt: skip
_OF_ONE = _COUNTING.where(_SCAN.delegate_id == bindparam("delegate_id"), _SCAN.sitting_id == bindparam("sitting_id"))
_OF_MANY = _COUNTING.where(
    _SCAN.delegate_id.in_(bindparam("delegate_ids", expanding=True)),
    _SCAN.sitting_id.in_(bindparam("sitting_ids", expanding=True)),
)
_LOCK = select(Delegate.__table__.c.id).where(Delegate.__table__.c.id == bindparam("delegate_id")).with_for_update(key_share=True)
_GONE = delete(Attendance).where(
    _ATTENDANCE.delegate_id == bindparam("delegate_id"), _ATTENDANCE.sitting_id == bindparam("sitting_id")
)


@dataclass(frozen=True)
class Events:
    """What counts for one person at one sitting."""

    passages: tuple[Event, ...] = ()  # entries and exits
    handouts: tuple[Event, ...] = ()

    @property
    def presence(self) -> Presence | None:
        return fold(self.passages)

    @property
    def given(self) -> Entry | None:
        """When the hand-outs were given first."""
        return entry_of(min(self.handouts, key=lambda event: event.at)) if self.handouts else None

    def plus(self, event: Event) -> "Events":
        """With one more."""
        if event.kind == "handout":
            return Events(self.passages, (*self.handouts, event))
        return Events((*self.passages, event), self.handouts)


def entry_of(event: Event) -> Entry:
    """When and where, as the door says it."""
    return Entry(event.at, event.gate, event.device_name)


def lock_person(delegate_id: int) -> None:
    """Let no other transaction judge the same person before this one ends; SQLite's writers are alone anyway."""
    if not is_sqlite():
        db.session.connection().execute(_LOCK, {"delegate_id": delegate_id})


def read_events(delegate_id: int, sitting_id: int) -> Events:
    """The scans of one person at one sitting that count. One query."""
    rows = db.session.connection().execute(_OF_ONE, {"delegate_id": delegate_id, "sitting_id": sitting_id}).all()
    return _events_of(rows)


def read_events_of_many(delegate_ids: Collection[int], sitting_ids: Collection[int]) -> dict[tuple[int, int], Events]:
    """The same of several people at several sittings: {(delegate, sitting): what counts}. One query."""
    rows: dict[tuple[int, int], list[Any]] = {(delegate, sitting): [] for delegate in delegate_ids for sitting in sitting_ids}
    if rows:
        asked = {"delegate_ids": list(delegate_ids), "sitting_ids": list(sitting_ids)}
        for row in db.session.connection().execute(_OF_MANY, asked):
            rows[row.delegate_id, row.sitting_id].append(row)
    return {place: _events_of(some) for place, some in rows.items()}


def _events_of(rows: Sequence[Any]) -> Events:
    return Events(_events(rows, ("entry", "exit")), _events(rows, ("handout",)))


def _events(rows: Sequence[Any], kinds: tuple[str, ...]) -> tuple[Event, ...]:
    return tuple(
        Event(row.happened_at, row.kind, row.device, row.nonce, row.id, row.gate, row.device_name or "")
        for row in rows
        if row.kind in kinds
    )


def write_attendance(delegate_id: int, sitting_id: int, presence: Presence | None) -> None:
    """Bring the one row of a person and a sitting to what the scans say."""
    connection = db.session.connection()
    who = {"delegate_id": delegate_id, "sitting_id": sitting_id}
    if presence is None:
        connection.execute(_GONE, who)
        return
    first = presence.first
    values: dict[str, datetime | str | int | None] = {
        **who, "scan_id": first.scan_id, "gate": first.gate, "device_name": first.device_name, "at": first.at,
        "left_at": presence.left_at,
    }  # fmt: skip
    connection.execute(_upsert(connection.dialect.name), values)


@cache
def _upsert(database: str) -> Any:
    """Each database has its own INSERT for this."""
    insert: Any = sqlite.insert if database == "sqlite" else postgresql.insert
    statement = insert(Attendance.__table__)
    columns = ("scan_id", "gate", "device_name", "at", "left_at")
    return statement.on_conflict_do_update(
        index_elements=["delegate_id", "sitting_id"], set_={column: statement.excluded[column] for column in columns}
    )

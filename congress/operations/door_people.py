"""What the door shows of people: search, counts, the last scans; only what check-in staff may see."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, case, exists, func, not_, select

from ..domain import names
from ..domain.attendance import automatic_exit
from ..models import Attendance, Component, Congress, Delegate, Delegation, Photo, Scan, Sitting, db

FOUND_AT_MOST = 20

_DELEGATE, _DELEGATION, _COMPONENT, _PHOTO = (model.__table__.c for model in (Delegate, Delegation, Component, Photo))
# The only columns of a delegate that the door ever reads; of the tables, which is quicker to ask than mapped rows.
PERSON: tuple[Any, ...] = (
    _DELEGATE.id, _DELEGATE.number, _DELEGATE.name, _DELEGATE.state, _DELEGATE.unit_text, _DELEGATION.name.label("delegation"),
    _COMPONENT.code.label("group"), _COMPONENT.label.label("group_label"), _COMPONENT.side, _PHOTO.digest.label("photo"),
    _DELEGATE.seat, _DELEGATE.walk_in, _DELEGATE.component_id, _DELEGATE.delegation_id, _DELEGATION.head_id,
)  # fmt: skip


_NOT_SHOWN = {"component_id", "delegation_id", "heads"}


@dataclass(frozen=True)
class DoorPerson:
    """What check-in staff may see of a delegate, and nothing more."""

    id: int
    number: int
    name: str
    unit: str
    delegation: str
    group: str  # the component's code
    group_label: str
    side: str
    state: str
    seat: str
    photo_v: str  # which photo there is to show; "" for none
    component_id: int
    delegation_id: int | None
    heads: bool  # leads the delegation

    def to_json(self) -> dict[str, Any]:
        """Plain values for a script."""
        return {key: value for key, value in vars(self).items() if key not in _NOT_SHOWN}


@dataclass(frozen=True)
class Line:
    """People who came and people expected, of one group or delegation."""

    label: str
    came: int
    expected: int


@dataclass(frozen=True)
class Count:
    """Who came and who is inside: people of the list against those approved; others are counted apart and in no line."""

    inside: int
    came: int
    expected: int
    walk_ins: int
    groups: tuple[Line, ...]
    delegations: tuple[Line, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values for a script."""
        return asdict(self)


@dataclass(frozen=True)
class PastScan:
    """One line of the list of last scans; `person` is None where nobody was found."""

    id: int
    kind: str
    at: datetime  # when it happened
    offline: bool
    forced: bool
    result: str
    code: str
    message: str
    gate: str
    actor_name: str
    reason: str
    annulled: bool
    person: DoorPerson | None


def people(*more: Any) -> Select[Any]:
    """Delegates with the columns of `PERSON` and any others."""
    query = select(*PERSON, *more).join_from(Delegate.__table__, Component.__table__)
    query = query.outerjoin(Delegation.__table__, _DELEGATE.delegation_id == _DELEGATION.id)
    return query.outerjoin(Photo.__table__, _PHOTO.delegate_id == _DELEGATE.id)


def person_of(row: Row[Any]) -> DoorPerson:
    """A row of `people` as the door shows it."""
    return DoorPerson(
        id=row.id, number=row.number, name=row.name, unit=row.unit_text, delegation=row.delegation or "",
        group=row.group, group_label=row.group_label, side=row.side, state=row.state, seat=row.seat,
        photo_v=(row.photo or "")[:16], component_id=row.component_id, delegation_id=row.delegation_id,
        heads=row.head_id == row.id,
    )  # fmt: skip


def find_people(congress: Congress, text: str) -> list[DoorPerson]:
    """Delegates whose name holds every word typed, without accents and in any order; or who carry the badge number typed."""
    words = names.fold(text).split()
    if not words:
        return []
    query = people().where(Delegate.congress_id == congress.id).order_by(Delegate.sort_key, Delegate.id).limit(FOUND_AT_MOST)
    if len(words) == 1 and words[0].isascii() and words[0].isdigit():
        if len(words[0]) > 9:
            return []
        query = query.where(Delegate.number == int(words[0]))
    else:
        query = query.where(*((" " + Delegate.folded).contains(" " + word, autoescape=True) for word in words))
    return [person_of(row) for row in db.session.execute(query)]


def has_scanned(device_id: int, delegate_id: int) -> bool:
    """Whether a device has had somebody's badge before it."""
    query = select(exists().where(Scan.device_id == device_id, Scan.delegate_id == delegate_id))
    return bool(db.session.scalar(query))


def count_attendance(sitting: Sitting, now: datetime) -> Count:
    """Who came to a sitting and is inside now, by group and by delegation; one query whatever the size."""
    ends = automatic_exit(sitting.starts_at, sitting.auto_exit_at)
    everybody_left = ends is not None and now >= ends
    listed = and_(Delegate.state == "approved", Delegate.walk_in.is_(False))
    came = Attendance.id.is_not(None)
    query = (
        select(
            Component.position, Component.label, Delegation.position, Delegation.name,
            *(func.sum(case((wanted, 1), else_=0)) for wanted in (
                listed, and_(came, listed), and_(came, listed, Attendance.left_at.is_(None)), and_(came, not_(listed)),
            )),
        )
        .select_from(Delegate)
        .join(Component, Delegate.component_id == Component.id)
        .outerjoin(Delegation, Delegate.delegation_id == Delegation.id)
        .outerjoin(Attendance, and_(Attendance.delegate_id == Delegate.id, Attendance.sitting_id == sitting.id))
        .where(Delegate.congress_id == sitting.congress_id)
        .group_by(Component.position, Component.label, Delegation.position, Delegation.name)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    return Count(
        expected=sum(row[4] for row in rows),
        came=sum(row[5] for row in rows),
        inside=0 if everybody_left else sum(row[6] for row in rows),
        walk_ins=sum(row[7] for row in rows),
        groups=_lines([(row[0], row[1], row[5], row[4]) for row in rows]),
        delegations=_lines([(row[2], row[3], row[5], row[4]) for row in rows if row[3] is not None]),
    )


def _lines(rows: list[tuple[int, str, int, int]]) -> tuple[Line, ...]:
    totals: dict[tuple[int, str], tuple[int, int]] = {}
    for position, label, came, expected in rows:
        before = totals.get((position, label), (0, 0))
        totals[position, label] = (before[0] + came, before[1] + expected)
    return tuple(Line(label, *totals[position, label]) for position, label in sorted(totals) if any(totals[position, label]))


def recent_scans(sitting: Sitting, *, limit: int, device: str | None = None) -> list[PastScan]:
    """The last scans of a sitting, newest first; of one device where one is given. One query."""
    scan: tuple[Any, ...] = (
        Scan.id.label("scan_id"), Scan.kind, Scan.happened_at, Scan.offline, Scan.forced, Scan.result, Scan.code, Scan.answer,
        Scan.gate, Scan.actor_name, Scan.reason, Scan.annulled_at,
    )  # fmt: skip
    query = select(*PERSON, *scan).select_from(Scan).outerjoin(Delegate, Scan.delegate_id == Delegate.id)
    query = query.outerjoin(Component, Delegate.component_id == Component.id)
    query = query.outerjoin(Delegation, Delegate.delegation_id == Delegation.id)
    query = query.outerjoin(Photo, Photo.delegate_id == Delegate.id)
    query = query.where(Scan.sitting_id == sitting.id).order_by(Scan.id.desc()).limit(limit)
    if device is not None:
        query = query.where(Scan.device == device)
    return [
        PastScan(
            id=row.scan_id, kind=row.kind, at=row.happened_at, offline=row.offline, forced=row.forced, result=row.result,
            code=row.code, message=row.answer["message"], gate=row.gate, actor_name=row.actor_name, reason=row.reason,
            annulled=row.annulled_at is not None,
            person=person_of(row) if row.id is not None else None,
        )
        for row in db.session.execute(query)
    ]  # fmt: skip

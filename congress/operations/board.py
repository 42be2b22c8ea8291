"""The live board of a sitting, read anew in a fixed number of queries; whoever shows it keeps it for a second."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from ..domain import board as rules
from ..domain.admission import UNCOUNTED
from ..domain.attendance import automatic_exit
from ..domain.delegation_lists import call_delegation
from ..domain.meter import Meter
from ..models import Attendance, Component, Congress, Delegate, Delegation, Sitting, db
from .checkin import opening_of
from .counting import rule_of

_DELEGATE, _ATTENDANCE, _COMPONENT, _DELEGATION = (
    model.__table__.c for model in (Delegate, Attendance, Component, Delegation)
)  # fmt: skip


@dataclass(frozen=True)
class LiveBoard:
    """What both boards show of a sitting; `open_sittings` are those whose check-in is open now."""

    congress: str  # its title
    sitting: str
    starts_at: datetime | None
    board: rules.Board
    meter: Meter
    open_sittings: int
    inside_anywhere: int  # people inside at any open sitting, each counted once


def read_live_board(
    congress_id: int, sitting_id: int, *, with_phones: bool = False, delegates_only: bool = False, now: datetime
) -> LiveBoard:
    """Everything the boards show of a sitting of this congress. Five queries, whatever the size.

    Without `with_phones` no telephone number is even read. `delegates_only` leaves out whoever counts on no side: the hall is
    told of delegates, not of those who serve them.
    """
    query = select(Congress).where(Congress.id == congress_id).options(joinedload(Congress.tier))
    congress = db.session.scalars(query).one()
    sittings = {sitting.id: sitting for sitting in congress.sittings}
    sitting = sittings[sitting_id]
    running = [s for s in sittings.values() if opening_of(s).barred(now) is None and not _is_over(s, now)]
    rows = db.session.execute(_people(congress_id, sitting_id)).all()
    over = _is_over(sitting, now)
    people = [_person(row, over) for row in rows if not (delegates_only and row.side == UNCOUNTED)]
    components = {row.position: (row.label, row.side) for row in rows}
    ordered = [components[position] for position in sorted(components)]
    board = rules.read_board(people, _parties(congress_id, with_phones), ordered, starts_at=sitting.starts_at, now=now)
    return LiveBoard(
        congress=congress.title1,
        sitting=sitting.name,
        starts_at=sitting.starts_at,
        board=board,
        meter=rules.presence_meter(board, rule_of(congress)),
        open_sittings=len(running),
        inside_anywhere=_count_inside([s.id for s in running]),
    )


def _is_over(sitting: Sitting, now: datetime) -> bool:
    """Whether nobody counts as inside any more."""
    ends = automatic_exit(sitting.starts_at, sitting.auto_exit_at)
    return ends is not None and now >= ends


def _people(congress_id: int, sitting_id: int) -> Any:
    """Everybody expected and everybody who came, in the order of their names."""
    here = and_(_ATTENDANCE.delegate_id == _DELEGATE.id, _ATTENDANCE.sitting_id == sitting_id)
    listed = and_(_DELEGATE.state == "approved", _DELEGATE.walk_in.is_(False))
    return (
        select(
            _DELEGATE.name, _DELEGATE.number, _DELEGATE.delegation_id, _DELEGATE.coming, _DELEGATE.absence_reason,
            listed.label("listed"), _COMPONENT.side, _COMPONENT.label, _COMPONENT.position, _ATTENDANCE.at, _ATTENDANCE.gate,
            _ATTENDANCE.left_at,
        )
        .join_from(Delegate.__table__, Component.__table__, _DELEGATE.component_id == _COMPONENT.id)
        .outerjoin(Attendance.__table__, here)
        .where(_DELEGATE.congress_id == congress_id, or_(listed, _ATTENDANCE.id.is_not(None)))
        .order_by(_DELEGATE.sort_key, _DELEGATE.id)
    )  # fmt: skip


def _person(row: Any, over: bool) -> rules.Person:
    return rules.Person(
        name=row.name,
        number=row.number,
        side=row.side,
        component=row.label,
        delegation_id=row.delegation_id,
        listed=bool(row.listed),
        coming=row.coming,
        excused=bool(row.absence_reason),
        at=row.at,
        gate=row.gate or "",
        inside=row.at is not None and row.left_at is None and not over,
    )


def _parties(congress_id: int, with_phones: bool) -> list[rules.Party]:
    """Every delegation in protocol order with its contact, or its head where it names none."""
    head = aliased(Delegate.__table__)
    phones = (_DELEGATION.contact_phone, head.c.phone.label("head_phone")) if with_phones else ()
    leads = and_(_DELEGATION.head_id == head.c.id, head.c.delegation_id == _DELEGATION.id, head.c.state != "withdrawn")
    query = (
        select(_DELEGATION.id, _DELEGATION.name, _DELEGATION.contact_name, head.c.name.label("head"), *phones)
        .outerjoin_from(Delegation.__table__, head, leads)
        .where(_DELEGATION.congress_id == congress_id)
        .order_by(_DELEGATION.position, _DELEGATION.id)
    )
    return [_party(row, with_phones) for row in db.session.execute(query)]


def _party(row: Any, with_phones: bool) -> rules.Party:
    named = rules.Party(row.id, call_delegation(row.name))
    if row.contact_name or (with_phones and row.contact_phone):
        return replace(named, contact=row.contact_name, phone=(row.contact_phone or "") if with_phones else "")
    if row.head:
        return replace(named, contact=f"Trưởng đoàn {row.head}", phone=(row.head_phone or "") if with_phones else "")
    return named


def _count_inside(sitting_ids: list[int]) -> int:
    """People inside at any of these sittings; somebody at two of them is one."""
    inside = (Attendance.sitting_id.in_(sitting_ids), Attendance.left_at.is_(None))
    return db.session.scalar(select(func.count(func.distinct(Attendance.delegate_id))).where(*inside)) or 0

"""The live board of a sitting, read anew in a fixed number of queries; whoever shows it keeps it for a second."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select

from ..domain import board as rules
from ..domain.admission import UNCOUNTED, rule_for
from ..domain.attendance import automatic_exit
from ..domain.delegation_lists import call_delegation
from ..domain.meter import Meter
from ..models import Attendance, Component, Congress, Delegate, Delegation, PlanTier, db
from .checkin import opening_of
from .doors import DoorSitting, get_door

_DELEGATE, _ATTENDANCE, _COMPONENT, _DELEGATION, _CONGRESS, _TIER = (
    model.__table__.c for model in (Delegate, Attendance, Component, Delegation, Congress, PlanTier)
)
_HEAD = Delegate.__table__.alias("head")
_HERE = _DELEGATE.congress_id == bindparam("congress_id")
_LISTED = and_(_DELEGATE.state == "approved", _DELEGATE.walk_in.is_(False))

# Built once, of plain columns: putting a statement together costs more than running it.
_RULE = (
    select(_CONGRESS.attendance, _TIER.cap, _TIER.ratio_honoured, _TIER.ratio_invited, _TIER.ratio_mode)
    .join_from(Congress.__table__, PlanTier.__table__)
    .where(_CONGRESS.id == bindparam("congress_id"))
)
# Everybody expected and everybody who came, in the order of their names.
_PEOPLE = (
    select(
        _DELEGATE.name, _DELEGATE.number, _COMPONENT.position, _DELEGATE.delegation_id, _LISTED.label("listed"),
        _DELEGATE.coming, (_DELEGATE.absence_reason != "").label("excused"), _ATTENDANCE.at, _ATTENDANCE.gate,
        _ATTENDANCE.left_at.is_(None).label("stayed"), _COMPONENT.side, _COMPONENT.label.label("component"),
    )
    .join_from(Delegate.__table__, Component.__table__, _DELEGATE.component_id == _COMPONENT.id)
    .outerjoin(
        Attendance.__table__, and_(_ATTENDANCE.delegate_id == _DELEGATE.id, _ATTENDANCE.sitting_id == bindparam("sitting_id"))
    )
    .where(_HERE, or_(_LISTED, _ATTENDANCE.id.is_not(None)))
    .order_by(_DELEGATE.sort_key, _DELEGATE.id)
)  # fmt: skip
_INSIDE = select(func.count(func.distinct(_ATTENDANCE.delegate_id))).where(
    _ATTENDANCE.sitting_id.in_(bindparam("sitting_ids", expanding=True)), _ATTENDANCE.left_at.is_(None)
)


def _parties_query(*phones: Any) -> Select[Any]:
    """Every delegation in protocol order, with its head while that one is of it."""
    leads = and_(_DELEGATION.head_id == _HEAD.c.id, _HEAD.c.delegation_id == _DELEGATION.id, _HEAD.c.state != "withdrawn")
    return (
        select(_DELEGATION.id, _DELEGATION.name, _DELEGATION.contact_name, _HEAD.c.name.label("head"), *phones)
        .outerjoin_from(Delegation.__table__, _HEAD, leads)
        .where(_DELEGATION.congress_id == bindparam("congress_id"))
        .order_by(_DELEGATION.position, _DELEGATION.id)
    )


_PARTIES = _parties_query()
_PARTIES_WITH_PHONES = _parties_query(_DELEGATION.contact_phone, _HEAD.c.phone.label("head_phone"))


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
    told of delegates, not of those who serve them. Raises Refused for a sitting of another congress.
    """
    door = get_door(congress_id)
    sitting = door.get_sitting(sitting_id)
    place = {"congress_id": congress_id}
    ask = db.session.connection().execute
    rows: Sequence[Any] = ask(_PEOPLE, {**place, "sitting_id": sitting_id}).all()
    parties = ask(_PARTIES_WITH_PHONES if with_phones else _PARTIES, place)
    running = [s.id for s in door.sittings if opening_of(s).barred(now) is None and not _is_over(s, now)]
    inside_anywhere = ask(_INSIDE, {"sitting_ids": running}).scalar() or 0
    if delegates_only:
        rows = [row for row in rows if row.side != UNCOUNTED]
    board = rules.read_board(
        _people(rows, over=_is_over(sitting, now)), [_party(row, with_phones) for row in parties], _components(rows),
        starts_at=sitting.starts_at, now=now,
    )  # fmt: skip
    tier = ask(_RULE, place).one()
    rule = rule_for(
        cap=tier.cap, honoured=tier.ratio_honoured, invited=tier.ratio_invited, mode=tier.ratio_mode,
        plenary=tier.attendance == "plenary",
    )  # fmt: skip
    return LiveBoard(
        congress=door.title1,
        sitting=sitting.name,
        starts_at=sitting.starts_at,
        board=board,
        meter=rules.presence_meter(board, rule),
        open_sittings=len(running),
        inside_anywhere=inside_anywhere,
    )


def _is_over(sitting: DoorSitting, now: datetime) -> bool:
    """Whether nobody counts as inside any more."""
    ends = automatic_exit(sitting.starts_at, sitting.auto_exit_at)
    return ends is not None and now >= ends


def _people(rows: Sequence[Any], *, over: bool) -> list[rules.Person]:
    return [
        rules.Person(
            name, number, side, component, delegation_id, bool(listed), coming, bool(excused), at, gate or "",
            at is not None and bool(stayed) and not over,
        )
        for name, number, _, delegation_id, listed, coming, excused, at, gate, stayed, side, component in rows
    ]  # fmt: skip


def _components(rows: Sequence[Any]) -> list[tuple[str, str]]:
    """(label, side) of the components that have people, in the plan's order."""
    found = {row.position: (row.component, row.side) for row in rows}
    return [found[position] for position in sorted(found)]


def _party(row: Any, with_phones: bool) -> rules.Party:
    """A delegation with its contact, or its head where it names none."""
    label = call_delegation(row.name)
    phone, head_phone = (row.contact_phone or "", row.head_phone or "") if with_phones else ("", "")
    if row.contact_name or phone:
        return rules.Party(row.id, label, row.contact_name, phone)
    return rules.Party(row.id, label, f"Trưởng đoàn {row.head}", head_phone) if row.head else rules.Party(row.id, label)

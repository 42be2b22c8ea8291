"""Figures of a door: who is inside of how many, as every answer carries them."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select

from ..domain.attendance import automatic_exit
from ..models import Attendance, Delegate, Sitting, db
from .door_answers import ScanAnswer
from .doors import DoorSitting

_DELEGATE, _ATTENDANCE = (model.__table__.c for model in (Delegate, Attendance))
_LISTED = (_DELEGATE.state == "approved", _DELEGATE.walk_in.is_(False))
_OTHERS = or_(_DELEGATE.state != "approved", _DELEGATE.walk_in.is_not(False))
_HERE = _DELEGATE.congress_id == bindparam("congress_id")
_INSIDE = (_ATTENDANCE.sitting_id == bindparam("sitting_id"), _ATTENDANCE.left_at.is_(None))
# The list is not joined to everybody inside: a few others are looked for instead, which is quick also where the database has
# not counted its rows yet, as on the first morning.
_COUNTS = select(
    select(func.count()).select_from(Delegate.__table__).where(_HERE, *_LISTED).scalar_subquery(),
    select(func.count()).select_from(Attendance.__table__).where(*_INSIDE).scalar_subquery(),
    select(func.count()).join_from(Delegate.__table__, Attendance.__table__).where(_HERE, _OTHERS, *_INSIDE).scalar_subquery(),
)


def count_sitting(sitting: Sitting | DoorSitting, congress_id: int, now: datetime) -> dict[str, int]:
    """Who is inside at a sitting now: people of the list, how many are expected, and others who were let in. One query."""
    place = {"sitting_id": sitting.id, "congress_id": congress_id}
    expected, everybody, walk_ins = db.session.connection().execute(_COUNTS, place).one()
    ends = automatic_exit(sitting.starts_at, sitting.auto_exit_at)
    if ends and now >= ends:
        everybody = walk_ins = 0
    return {"inside": everybody - walk_ins, "expected": expected, "walk_ins": walk_ins}


def with_counts(answer: ScanAnswer, sitting: Sitting | DoorSitting, congress_id: int, now: datetime) -> ScanAnswer:
    """An answer with the figures of this moment."""
    counts = count_sitting(sitting, congress_id, now)
    return replace(answer, inside=counts["inside"], expected=counts["expected"], walk_ins=counts["walk_ins"])

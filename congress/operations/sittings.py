"""The parts of a congress: added, changed and removed, and what their doors do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from ..domain import sittings as rules
from ..domain.access import Actor
from ..domain.door import Opening
from ..domain.names import fold, normalise
from ..domain.refusals import Refused
from ..domain.stages import require
from ..domain.titles import VIETNAM
from ..models import AgendaItem, Attendance, Congress, Scan, Sitting, db
from . import audit
from .admission import lock_congress

_TIMES = ("starts_at", "opens_at", "closes_at", "auto_exit_at")


@dataclass(frozen=True)
class SittingValues:
    """What a form says about a sitting; times are aware, None follows from the start."""

    name: str
    kind: str
    times: rules.Times = rules.Times()
    reentry: bool = True


@dataclass(frozen=True)
class SittingLine:
    """A sitting as the supervisor sees it; `barred` is why its door is shut now, or None."""

    sitting: Sitting
    opening: Opening
    exit_at: datetime | None
    barred: str | None
    items: int
    scans: int
    came: int
    removable: bool


def times_of(sitting: Sitting) -> rules.Times:
    """The times of a sitting as the rules see them."""
    return rules.Times(*(getattr(sitting, name) for name in _TIMES))


def main_sitting(congress: Congress) -> Sitting:
    """The sitting that is held on the congress's day: the first main one."""
    return min(congress.sittings, key=lambda sitting: (sitting.kind != rules.MAIN, sitting.id or 0))


def move_start(sitting: Sitting, starts_at: datetime | None) -> None:
    """Let a sitting start at another time; the times of its door keep their distance to it."""
    moved = times_of(sitting).moved(starts_at)
    for name in _TIMES:
        if getattr(sitting, name) != getattr(moved, name):
            setattr(sitting, name, getattr(moved, name))


def move_main(congress: Congress, day: date, starts_at: datetime | None) -> None:
    """Let the main sitting start at another time; the other sittings go along to its new day."""
    main = main_sitting(congress)
    before = main.starts_at
    move_start(main, starts_at)
    shift = day - before.astimezone(VIETNAM).date() if before else timedelta(0)
    for other in congress.sittings:
        if other is not main and other.starts_at and shift:
            move_start(other, other.starts_at + shift)


def sittings_of(congress: Congress, now: datetime) -> list[SittingLine]:
    """Every sitting in the order of their starts, those without one last. Four queries."""
    rows = _all(congress.id)
    items, scans, came = (_counts(congress.id, model) for model in (AgendaItem, Scan, Attendance))
    mains = sum(row.kind == rules.MAIN for row in rows)
    lines = []
    for row in rows:
        opening = Opening(row.starts_at, row.opens_at, row.closes_at, row.opened_by_hand, row.opened_by_hand_at)
        needed = items.get(row.id) or scans.get(row.id) or (row.kind == rules.MAIN and mains == 1)
        figures = {"items": items.get(row.id, 0), "scans": scans.get(row.id, 0), "came": came.get(row.id, 0)}
        lines.append(
            SittingLine(row, opening, times_of(row).exit_at, opening.barred(now), **figures, removable=not needed)
        )
    return lines


def _all(congress_id: int) -> Sequence[Sitting]:
    query = select(Sitting).filter_by(congress_id=congress_id)
    return db.session.scalars(query.order_by(Sitting.starts_at.is_(None), Sitting.starts_at, Sitting.id)).all()


def _counts(congress_id: int, model: Any) -> dict[int, int]:
    query = select(model.sitting_id, func.count()).join(Sitting, model.sitting_id == Sitting.id)
    rows = db.session.execute(query.where(Sitting.congress_id == congress_id).group_by(model.sitting_id))
    return {row[0]: row[1] for row in rows}


def find_sitting(congress: Congress, sitting_id: int) -> Sitting | None:
    """A sitting of this congress, or None."""
    return db.session.scalars(select(Sitting).filter_by(id=sitting_id, congress_id=congress.id)).one_or_none()


def add_sitting(congress_id: int, values: SittingValues, *, actor: Actor, now: datetime) -> Sitting:
    """One more part of a congress. Raises Refused for a name that is taken, and for times that do not go together."""
    congress = lock_congress(congress_id)
    require(congress.stage, "agenda")
    if len(_all(congress.id)) >= rules.MOST_SITTINGS:
        raise Refused("too_many", f"Đã có {rules.MOST_SITTINGS} buổi.")
    sitting = Sitting(congress_id=congress.id, kind=values.kind)
    _fill(congress, sitting, values)
    db.session.add(sitting)
    db.session.flush()
    db.session.expire(congress, ["sittings"])
    changed = {"name": [None, sitting.name], "kind": [None, sitting.kind]}
    audit.record(actor, "sittings.add", sitting, now=now, congress_id=congress.id, changed=changed)
    return sitting


def edit_sitting(sitting: Sitting, values: SittingValues, *, actor: Actor, now: datetime) -> None:
    """Change a sitting and what its door does; its start only while the running order may change. Raises Refused as
    `add_sitting`, and where no main sitting would be left or it would start on another day than the congress.
    """
    congress = lock_congress(sitting.congress_id)
    require(congress.stage, "check_in")
    db.session.refresh(sitting)
    if values.times.starts_at != sitting.starts_at:
        require(congress.stage, "agenda")
    with db.session.no_autoflush:  # what is flushed is missing from the difference
        _fill(congress, sitting, values)
        changed = audit.difference(sitting)
    if changed:
        audit.record(actor, "sittings.edit", sitting, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()
    db.session.expire(congress, ["sittings"])


def remove_sitting(sitting: Sitting, *, actor: Actor, now: datetime) -> None:
    """Delete a sitting that has neither scans nor a running order. Raises Refused otherwise, and for the last main one."""
    congress = lock_congress(sitting.congress_id)
    require(congress.stage, "agenda")
    line = next(line for line in sittings_of(congress, now) if line.sitting.id == sitting.id)
    if line.scans:
        raise Refused("has_scans", f"“{sitting.name}” đã có {line.scans} lượt quét, không xóa được.")
    if line.items:
        raise Refused("has_items", f"“{sitting.name}” có {line.items} mục chương trình. Bỏ các mục ấy trước.")
    if not line.removable:
        raise Refused("last_main", "Hội nghị phải có một buổi chính.")
    changed = {"name": [sitting.name, None]}
    audit.record(actor, "sittings.remove", sitting, now=now, congress_id=congress.id, changed=changed)
    db.session.delete(sitting)
    db.session.flush()
    db.session.expire(congress, ["sittings"])


def _fill(congress: Congress, sitting: Sitting, values: SittingValues) -> None:
    others = [row for row in _all(congress.id) if row.id != sitting.id]
    sitting.name = _free_name(values.name, others)
    sitting.kind = _kind(values.kind, others)
    _check_day(congress, sitting, values.times, others)
    for name, sentence in rules.check_times(values.times):
        raise Refused("times", sentence, name)
    for name in _TIMES:
        setattr(sitting, name, getattr(values.times, name))
    sitting.reentry = values.reentry


def _free_name(typed: str, others: Sequence[Sitting]) -> str:
    name = normalise(typed)
    if not 0 < len(name) <= rules.NAME_LENGTH:
        raise Refused("name", f"Nhập tên buổi, tối đa {rules.NAME_LENGTH} ký tự.", "name")
    if fold(name) in {fold(row.name) for row in others}:
        raise Refused("name_taken", f"Đã có “{name}”. Đặt tên khác.", "name")
    return name


def _kind(kind: str, others: Sequence[Sitting]) -> str:
    if kind not in rules.KINDS:
        raise Refused("kind", "Chọn một mục trong danh sách.", "kind")
    if kind != rules.MAIN and not any(row.kind == rules.MAIN for row in others):
        raise Refused("last_main", "Hội nghị phải có một buổi chính.", "kind")
    return kind


def _check_day(congress: Congress, sitting: Sitting, times: rules.Times, others: Sequence[Sitting]) -> None:
    """The first main sitting starts on the congress's day, which is changed with the congress."""
    if sitting.kind != rules.MAIN or any(row.kind == rules.MAIN and row.id < (sitting.id or row.id + 1) for row in others):
        return
    start = times.starts_at
    if start is None or start == sitting.starts_at:
        return
    if congress.held_on is None:
        raise Refused("no_date", "Hội nghị chưa có ngày tổ chức. Đặt ngày ở trang Tổng quan, mục Sửa.", "starts_at")
    if start.astimezone(VIETNAM).date() != congress.held_on:
        text = f"Buổi chính bắt đầu trong ngày tổ chức, {congress.held_on:%d/%m/%Y}. Đổi ngày ở trang Tổng quan, mục Sửa."
        raise Refused("other_day", text, "starts_at")

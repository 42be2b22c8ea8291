"""What a door says of some people besides whether they may come in: words to them, and things to hand out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from ..domain import door_notices as rules
from ..domain.access import Actor
from ..domain.delegation_lists import call_delegation
from ..domain.names import normalise
from ..domain.refusals import Refused
from ..models import Component, Congress, Delegate, Delegation, DoorNotice, db
from . import audit
from .admission import lock_congress


@dataclass(frozen=True)
class _Notice:
    """A notice as it is asked of one person after another."""

    kind: str
    text: str
    component_id: int | None
    delegation_id: int | None
    numbers: frozenset[int]

    def reaches(self, component_id: int, delegation_id: int | None, number: int) -> bool:
        if self.component_id is None and self.delegation_id is None and not self.numbers:
            return True
        if self.component_id is not None and self.component_id == component_id:
            return True
        return (self.delegation_id is not None and self.delegation_id == delegation_id) or number in self.numbers


@dataclass(frozen=True)
class NoticeBoard:
    """Every notice and hand-out of a congress, in order: asked of many people without a query for each."""

    lines: tuple[_Notice, ...] = ()

    def of(self, *, component_id: int, delegation_id: int | None, number: int) -> tuple[list[str], list[str]]:
        """What the door says of one person: (notices, things to hand out), each in the order of the board."""
        mine = [line for line in self.lines if line.reaches(component_id, delegation_id, number)]
        return [n.text for n in mine if n.kind == "notice"], [n.text for n in mine if n.kind == "handout"]


_NOTICE = DoorNotice.__table__.c
# Asked at every scan: built once, of plain columns.
_BOARD = (
    select(_NOTICE.kind, _NOTICE.text, _NOTICE.component_id, _NOTICE.delegation_id, _NOTICE.numbers)
    .where(_NOTICE.congress_id == bindparam("congress_id"))
    .order_by(_NOTICE.position, _NOTICE.id)
)


def notices_for(congress_id: int) -> NoticeBoard:
    """The notices of a congress. One query."""
    rows = db.session.connection().execute(_BOARD, {"congress_id": congress_id})
    return NoticeBoard(tuple(_Notice(r.kind, r.text, r.component_id, r.delegation_id, frozenset(r.numbers)) for r in rows))


@dataclass(frozen=True)
class NoticeValues:
    """What a form says about a notice: at most one of component, delegation and numbers; none of them is everybody."""

    kind: str
    text: str
    component_id: int | None = None
    delegation_id: int | None = None
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class NoticeLine:
    """A notice with its people in words, how many approved people it reaches, and the numbers that nobody carries."""

    notice: DoorNotice
    audience: str
    reach: int
    nobody: str = ""  # "107-109"
    withdrawn: str = ""


def notices_of(congress: Congress) -> list[NoticeLine]:
    """Every notice of a congress in order, with whom it reaches. Five queries, whatever the number of notices."""
    here = DoorNotice.congress_id == congress.id
    rows = db.session.scalars(select(DoorNotice).where(here).order_by(DoorNotice.position, DoorNotice.id)).all()
    if not rows:
        return []
    components = _names(select(Component.id, Component.label).filter_by(plan_id=congress.plan_id))
    delegations = _names(select(Delegation.id, Delegation.name).filter_by(congress_id=congress.id))
    counts = db.session.execute(
        select(Delegate.component_id, Delegate.delegation_id, func.count())
        .where(Delegate.congress_id == congress.id, Delegate.state == "approved")
        .group_by(Delegate.component_id, Delegate.delegation_id)
    ).all()
    states = _states(congress.id, {number for row in rows for number in row.numbers})
    lines = []
    for row in rows:
        if row.numbers:
            lines.append(_by_number(row, states))
            continue
        reach = sum(
            n for component_id, delegation_id, n in counts
            if row.component_id in (None, component_id) and row.delegation_id in (None, delegation_id)
        )  # fmt: skip
        audience = rules.AUDIENCES["everybody"]
        if row.component_id or row.delegation_id:
            audience = components.get(row.component_id or 0) or call_delegation(delegations[row.delegation_id or 0])
        lines.append(NoticeLine(row, audience, reach))
    return lines


def _names(query: Select[int, str]) -> dict[int, str]:
    return {row[0]: row[1] for row in db.session.execute(query)}


def _states(congress_id: int, numbers: set[int]) -> dict[int, str]:
    """Who carries these badge numbers, by their state."""
    if not numbers:
        return {}
    query = select(Delegate.number, Delegate.state).where(Delegate.congress_id == congress_id)
    return {number: state for number, state in db.session.execute(query) if number in numbers}


def _by_number(row: DoorNotice, states: dict[int, str]) -> NoticeLine:
    nobody = [number for number in row.numbers if number not in states]
    withdrawn = [number for number in row.numbers if states.get(number) == "withdrawn"]
    reach = sum(states.get(number) == "approved" for number in row.numbers)
    shown = rules.show_numbers
    return NoticeLine(row, f"Số thẻ {shown(row.numbers)}", reach, nobody=shown(nobody), withdrawn=shown(withdrawn))


def find_notice(congress: Congress, notice_id: int) -> DoorNotice | None:
    """A notice of this congress, or None."""
    return db.session.scalars(select(DoorNotice).filter_by(id=notice_id, congress_id=congress.id)).one_or_none()


def add_notice(congress: Congress, values: NoticeValues, *, actor: Actor, now: datetime) -> DoorNotice:
    """A new notice, the last in order. Raises Refused for what its form should not have let through, and for a twin."""
    lock_congress(congress.id)
    order = _order(congress.id)
    if len(order) >= rules.MOST_NOTICES:
        raise Refused("too_many", f"Đã có {rules.MOST_NOTICES} lời nhắc. Bỏ lời nhắc không còn dùng trước.")
    _check(congress, values, order, None)
    notice = DoorNotice(congress_id=congress.id, position=len(order) + 1, **_columns(values))
    db.session.add(notice)
    db.session.flush()
    changed = {"kind": [None, notice.kind], "text": [None, notice.text]}
    audit.record(actor, "notices.add", notice, now=now, congress_id=congress.id, changed=changed)
    return notice


def edit_notice(notice: DoorNotice, values: NoticeValues, *, actor: Actor, now: datetime) -> None:
    """Change what a notice says or to whom; raises Refused as `add_notice`."""
    congress = lock_congress(notice.congress_id)
    _check(congress, values, _order(congress.id), notice)
    for column, value in _columns(values).items():
        setattr(notice, column, value)
    if changed := audit.difference(notice):
        audit.record(actor, "notices.edit", notice, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()


def move_notice(notice: DoorNotice, place: int, *, actor: Actor, now: datetime) -> None:
    """Put a notice at a place, 1 = first said; a place beyond the ends is the end."""
    lock_congress(notice.congress_id)
    order = _order(notice.congress_id)
    before = order.index(notice) + 1
    others = [row for row in order if row is not notice]
    at = min(max(place, 1), len(order)) - 1
    _number([*others[:at], notice, *others[at:]])
    if before != at + 1:
        changed = {"position": [before, at + 1]}
        audit.record(actor, "notices.move", notice, now=now, congress_id=notice.congress_id, changed=changed)
    db.session.flush()


def remove_notice(notice: DoorNotice, *, actor: Actor, now: datetime) -> None:
    """Say it no more; what was handed out stays on record."""
    lock_congress(notice.congress_id)
    order = _order(notice.congress_id)
    changed = {"text": [notice.text, None]}
    audit.record(actor, "notices.remove", notice, now=now, congress_id=notice.congress_id, changed=changed)
    _number([row for row in order if row is not notice])
    db.session.delete(notice)
    db.session.flush()


def leave_delegation(delegation_id: int, into_id: int | None, *, actor: Actor, now: datetime) -> None:
    """A delegation goes: its notices are said to the one that takes its people, or to nobody any more."""
    for notice in db.session.scalars(select(DoorNotice).filter_by(delegation_id=delegation_id)).all():
        if into_id is None:
            remove_notice(notice, actor=actor, now=now)
            continue
        notice.delegation_id = into_id
        changed = audit.difference(notice)
        audit.record(actor, "notices.edit", notice, now=now, congress_id=notice.congress_id, changed=changed)
    db.session.flush()


def _order(congress_id: int) -> list[DoorNotice]:
    query = select(DoorNotice).filter_by(congress_id=congress_id).order_by(DoorNotice.position, DoorNotice.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _number(rows: Iterable[DoorNotice]) -> None:
    for position, row in enumerate(rows, 1):
        row.position = position


def _columns(values: NoticeValues) -> dict[str, Any]:
    return {**vars(values), "text": normalise(values.text), "numbers": sorted(set(values.numbers))}


def _check(congress: Congress, values: NoticeValues, order: Sequence[DoorNotice], own: DoorNotice | None) -> None:
    text = normalise(values.text)
    if values.kind not in rules.KINDS:
        raise Refused("kind", "Chọn lời nhắc hay thứ phát tại cửa.", "kind")
    if not 0 < len(text) <= rules.TEXT_LENGTH:
        raise Refused("text", f"Nhập nội dung, tối đa {rules.TEXT_LENGTH} ký tự.", "text")
    if sum(map(bool, (values.component_id, values.delegation_id, values.numbers))) > 1:
        raise Refused("audience", "Chọn một cách: thành phần, đoàn, hoặc số thẻ.", "audience")
    if len(values.numbers) > rules.MOST_NUMBERS or any(not 0 < n <= rules.LARGEST_NUMBER for n in values.numbers):
        raise Refused("numbers", f"Tối đa {rules.MOST_NUMBERS} số thẻ, từ 1 đến {rules.LARGEST_NUMBER}.", "numbers")
    _check_place(congress, values)
    columns = _columns(values)
    if any(row is not own and all(getattr(row, name) == value for name, value in columns.items()) for row in order):
        raise Refused("twin", "Đã có đúng lời nhắc này cho đúng những người này.", "text")


def _check_place(congress: Congress, values: NoticeValues) -> None:
    """A component is of this congress's plan, a delegation of this congress."""
    component = db.session.get(Component, values.component_id) if values.component_id else None
    if values.component_id and (component is None or component.plan_id != congress.plan_id):
        raise Refused("component", "Chọn một mục trong danh sách.", "component_id")
    delegation = db.session.get(Delegation, values.delegation_id) if values.delegation_id else None
    if values.delegation_id and (delegation is None or delegation.congress_id != congress.id):
        raise Refused("delegation", "Chọn một mục trong danh sách.", "delegation_id")

"""The paper beside the door: the sheet that is signed without network, and its ticks typed in later as scans of its times."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from ..domain.access import Actor
from ..domain.board import NO_DELEGATION
from ..domain.delegation_lists import call_delegation, order_people
from ..domain.paper import tick_nonce
from ..domain.refusals import Refused
from ..domain.titles import VIETNAM
from ..models import Attendance, Congress, Delegate, Delegation, Scan, Sitting, db
from . import audit
from .admission import lock_congress
from .checkin import Asked, ScanSource, record_scan
from .sealing import Sealer

SOURCE = "Phiếu giấy"  # the gate and the device, as the door's lists name them
OUTSIDE = 0  # in the place of a delegation: people of none

_LISTED = (Delegate.state == "approved", Delegate.walk_in.is_(False))


@dataclass(frozen=True)
class SheetRow:
    """Somebody to sign; and when and where they came in, if they have."""

    id: int
    number: int
    name: str
    place: str
    seat: str
    at: datetime | None = None
    gate: str = ""


@dataclass(frozen=True)
class SheetSection:
    """A delegation, its leader in words, its people in order."""

    title: str
    leader: str
    people: tuple[SheetRow, ...]


@dataclass(frozen=True)
class Sheet:
    """What the sign-in sheet says; its rows are the people of the list."""

    lines: tuple[str, str, str]
    title: str
    subtitle: str
    sections: tuple[SheetSection, ...]


@dataclass(frozen=True)
class PartyLine:
    """A delegation (or `OUTSIDE`) and how many of its people have come."""

    id: int
    label: str
    present: int
    expected: int


@dataclass(frozen=True)
class Tick:
    """Somebody signed, and when."""

    delegate_id: int
    at: datetime


@dataclass(frozen=True)
class Recorded:
    """What came of the ticks: new scans, of them some to be looked at again; people who were in already."""

    new: int
    conflicts: int
    already: int


def day_of(congress: Congress, sitting: Sitting, *, now: datetime) -> date:
    """The day that a time on the sheet is of, in Vietnam."""
    if sitting.starts_at is None and congress.held_on:
        return congress.held_on
    return (sitting.starts_at or now).astimezone(VIETNAM).date()


def make_sheet(
    congress: Congress, sitting: Sitting, *, delegation_id: int | None, actor: Actor, now: datetime
) -> Sheet:  # fmt: skip
    """The sheet of every delegation in protocol order, or of one (`OUTSIDE`: of the people of none).

    Writes down that it was made. Raises Refused when nobody would stand on it.
    """
    query = select(Delegate).where(Delegate.congress_id == congress.id, *_LISTED)
    if delegation_id is not None:
        query = query.where(Delegate.delegation_id == delegation_id if delegation_id else Delegate.delegation_id.is_(None))
    people = sorted(db.session.scalars(query.options(joinedload(Delegate.delegation))), key=_protocol_order)
    if not people:
        raise Refused("nobody", "Chưa có ai để in. Duyệt đại biểu trước.")
    sections = tuple(_section(party, list(members)) for party, members in groupby(people, key=lambda p: p.delegation))
    audit.record(actor, "paper.print", sitting, now=now, congress_id=congress.id, changed={"people": len(people)})
    start = sitting.starts_at.astimezone(VIETNAM) if sitting.starts_at else None
    when = f", bắt đầu {start:%H} giờ {start:%M} phút ngày {start:%d/%m/%Y}" if start else ""
    return Sheet(
        lines=(congress.title1, congress.title2, congress.title3),
        title="Danh sách đại biểu ký tên điểm danh",
        subtitle=f"({sitting.name}{when})",
        sections=sections,
    )


def _protocol_order(person: Delegate) -> tuple[bool, int, int]:
    own = person.delegation
    return own is None, own.position if own else 0, own.id if own else 0


def _section(party: Delegation | None, people: list[Delegate]) -> SheetSection:
    if party is None:
        rows = order_people(people, head_id=None, deputy_id=None)
        return SheetSection("Đại biểu không thuộc đoàn", "", tuple(_row(person) for person in rows))
    rows = order_people(people, head_id=party.head_id, deputy_id=party.deputy_id)
    leader = next((f"Trưởng đoàn: {person.name}" for person in rows if person.id == party.head_id), "")
    return SheetSection(call_delegation(party.name), leader, tuple(_row(person) for person in rows))


def _row(person: Delegate, at: datetime | None = None, gate: str | None = None) -> SheetRow:
    return SheetRow(
        id=person.id,
        number=person.number,
        name=f"{person.degree} {person.name}".strip(),
        place=", ".join(text for text in (person.title, person.unit_text) if text),
        seat=person.seat,
        at=at,
        gate=gate or "",
    )


def parties_of(congress: Congress, sitting: Sitting) -> list[PartyLine]:
    """Every delegation that has people, in protocol order, people of none last. One query."""
    here = and_(Attendance.delegate_id == Delegate.id, Attendance.sitting_id == sitting.id)
    columns = (Delegation.position, Delegation.id, Delegation.name)
    query = (
        select(*columns, func.count(Attendance.id).label("present"), func.count(Delegate.id).label("expected"))
        .select_from(Delegate)
        .outerjoin(Delegation, Delegate.delegation_id == Delegation.id)
        .outerjoin(Attendance, here)
        .where(Delegate.congress_id == congress.id, *_LISTED)
        .group_by(*columns)
    )
    rows = sorted(db.session.execute(query), key=lambda row: (row.id is None, row.position or 0, row.id or 0))
    return [_party_line(row) for row in rows]


def _party_line(row: Any) -> PartyLine:
    label = NO_DELEGATION if row.id is None else call_delegation(row.name)
    return PartyLine(row.id or OUTSIDE, label, row.present, row.expected)


def rows_of(congress: Congress, sitting: Sitting, party: Delegation | None) -> list[SheetRow]:
    """The people of a delegation (None: of none) in the sheet's order, with when they came in. One query."""
    here = and_(Attendance.delegate_id == Delegate.id, Attendance.sitting_id == sitting.id)
    query = select(Delegate, Attendance.at, Attendance.gate).outerjoin(Attendance, here)
    query = query.where(Delegate.congress_id == congress.id, *_LISTED)
    query = query.where(Delegate.delegation_id == party.id if party else Delegate.delegation_id.is_(None))
    came = {person.id: (person, at, gate) for person, at, gate in db.session.execute(query)}
    people = [person for person, _, _ in came.values()]
    ordered = order_people(people, head_id=party.head_id if party else None, deputy_id=party.deputy_id if party else None)
    return [_row(*came[person.id]) for person in ordered]


def find_numbers(congress: Congress, numbers: Collection[int]) -> dict[int, int]:
    """{badge number: delegate id} of those that are somebody's here."""
    query = select(Delegate.number, Delegate.id).where(Delegate.congress_id == congress.id, Delegate.number.in_(numbers))
    return {row.number: row.id for row in db.session.execute(query)}


def record_ticks(
    congress: Congress, sitting: Sitting, ticks: Sequence[Tick], *, actor: Actor, sealer: Sealer, now: datetime
) -> Recorded:
    """Keep each tick as a scan with the paper's time. Whoever is in already is passed over: typed twice is once.

    Nobody is refused, as with a gate that had no network: where the rules would have, the scan is listed to be looked at again.
    """
    lock_congress(congress.id)  # two who type the same people in another order would wait for each other
    ids = [tick.delegate_id for tick in ticks]
    here = select(Attendance.delegate_id).where(Attendance.sitting_id == sitting.id, Attendance.delegate_id.in_(ids))
    inside = set(db.session.scalars(here))
    annulled = _count_annulled(sitting, ids)
    source = ScanSource(device="paper", device_name=SOURCE, gate=SOURCE, operator=actor.name, profile="desk")
    new = [tick for tick in ticks if tick.delegate_id not in inside]
    answers = [
        record_scan(
            congress=congress, sitting=sitting, asked=Asked("paper", tick.delegate_id), source=source, happened_at=tick.at,
            nonce=tick_nonce(sitting.id, tick.delegate_id, tick.at, annulled.get(tick.delegate_id, 0)),
            offline=True, sealer=sealer, now=now,
        )
        for tick in new
    ]  # fmt: skip
    if answers:
        changed = {"people": len(answers)}
        audit.record(actor, "checkin.paper", sitting, now=now, congress_id=congress.id, changed=changed)
    return Recorded(len(answers), sum(answer.code == "forced" for answer in answers), len(ticks) - len(new))


def _count_annulled(sitting: Sitting, ids: Sequence[int]) -> dict[int, int]:
    """How many scans of these people at a sitting were taken back."""
    query = (
        select(Scan.delegate_id, func.count())
        .where(Scan.sitting_id == sitting.id, Scan.delegate_id.in_(ids), Scan.annulled_at.is_not(None))
        .group_by(Scan.delegate_id)
    )
    return {delegate_id: count for delegate_id, count in db.session.execute(query) if delegate_id is not None}

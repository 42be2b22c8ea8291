"""Importing a delegate list: read, preview with its effect, mend, and only then write."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from ..domain.access import Actor
from ..domain.admission import Approved
from ..domain.delegate_lists import Group, ListedPerson, Listing, NoHeader, find_pairs, find_repeats, read_listing, recheck
from ..domain.meter import Meter, read_meter
from ..domain.names import fold, sort_key
from ..domain.refusals import Refused
from ..domain.stages import require
from ..models import Component, Congress, Delegate, ImportDraft, ImportedRow, Unit, db
from . import audit
from .admission import count_approved, lock_congress
from .counting import rule_of
from .delegates import get_delegation, next_number
from .sealing import Sealer
from .workbooks import WorkbookRefused, open_grid

DRAFTS_LIVE = timedelta(days=2)


@dataclass(frozen=True)
class DraftRow:
    """One row of a preview: the person as read, and what will become of the row."""

    person: ListedPerson
    left_out: bool
    known: bool  # this very row was imported into this congress before
    repeat_of: int | None  # an earlier row of the same file with the same ID number

    @property
    def state(self) -> str:
        """left_out, known, repeat, faulty or new."""
        if self.left_out:
            return "left_out"
        if self.known:
            return "known"
        if self.repeat_of:
            return "repeat"
        return "faulty" if self.person.errors else "new"


@dataclass(frozen=True)
class Preview:
    """What an import would do; nothing is written yet."""

    rows: list[DraftRow]
    groups: dict[str, int]  # new people by component label
    pairs: list[tuple[int, int]]
    meter: Meter  # as if everybody new were approved too
    over_cap: int  # people beyond the cap in that case
    over_invited: int

    def count(self, state: str) -> int:
        """Rows in a state."""
        return sum(row.state == state for row in self.rows)


def groups_of(components: Iterable[Component]) -> list[Group]:
    """A plan's components as the reader of lists knows them."""
    return [Group(c.code, c.label, c.side, tuple(c.aliases)) for c in components]


def known_units() -> dict[str, str]:
    """Every unit's folded name → its name."""
    return {unit.folded: unit.name for unit in db.session.execute(select(Unit.folded, Unit.name))}


def read_file(data: bytes, *, file_name: str, groups: Sequence[Group], units: dict[str, str] | None, today: date) -> Listing:
    """A list as read from a file's bytes; raises Refused with what to do when it cannot be."""
    try:
        grid = open_grid(data, file_name=file_name)
        return read_listing(grid, file_name=file_name, groups=groups, known_units=units, today=today)
    except (WorkbookRefused, NoHeader) as fault:
        raise Refused("unreadable", getattr(fault, "message", str(fault)), "file") from fault


def start_import(
    congress: Congress, data: bytes, *, file_name: str, user_id: int | None, now: datetime, today: date
) -> ImportDraft:
    """Read a file into a draft; the file itself is not kept."""
    require(congress.stage, "propose")
    listing = read_file(data, file_name=file_name, groups=groups_of(congress.plan.components), units=known_units(), today=today)
    _forget_old(congress.id, user_id, now)
    draft = ImportDraft(congress_id=congress.id, user_id=user_id, listing=listing.to_json(), left_out=[], created_at=now)
    db.session.add(draft)
    db.session.flush()
    return draft


def _forget_old(congress_id: int, user_id: int | None, now: datetime) -> None:
    db.session.execute(
        delete(ImportDraft).where(
            ((ImportDraft.congress_id == congress_id) & (ImportDraft.user_id == user_id))
            | (ImportDraft.created_at < now - DRAFTS_LIVE)
        )
    )


def find_draft(congress: Congress, draft_id: int, user_id: int | None) -> ImportDraft | None:
    """A draft of one's own for this congress, or None."""
    return db.session.scalars(select(ImportDraft).filter_by(id=draft_id, congress_id=congress.id, user_id=user_id)).one_or_none()


def listing_of(draft: ImportDraft) -> Listing:
    """The list a draft holds."""
    return Listing.from_json(draft.listing)


def mend_row(draft: ImportDraft, row: int, changes: dict[str, str], *, congress: Congress, today: date) -> ListedPerson:
    """Read a row again with new texts in some cells; an empty text leaves the cell out."""
    listing = listing_of(draft)
    person = next((p for p in listing.people if p.row == row), None)
    if person is None:
        raise Refused("no_row", f"Danh sách không có dòng {row}.")
    groups = groups_of(congress.plan.components)
    mended = recheck(person, changes, groups=groups, known_units=known_units(), today=today, columns=listing.columns)
    people = tuple(mended if p.row == row else p for p in listing.people)
    draft.listing = replace(listing, people=people).to_json()
    return mended


def leave_out(draft: ImportDraft, row: int, *, left_out: bool) -> None:
    """Leave a row out of the import, or take it back in."""
    draft.left_out = sorted({*draft.left_out, row} if left_out else {*draft.left_out} - {row})


def leave_out_faulty(draft: ImportDraft) -> None:
    """Leave out every row that has a fault."""
    draft.left_out = sorted({*draft.left_out, *(p.row for p in listing_of(draft).people if p.errors)})


def preview_import(
    congress: Congress, people: Sequence[ListedPerson], *, left_out: Collection[int] = (), sealer: Sealer
) -> Preview:
    """What importing these rows would do."""
    rows = _judge(congress, people, left_out, sealer)
    labels = {c.code: c for c in congress.plan.components}
    groups: dict[str, int] = {}
    after = count_approved(congress.id)
    for row in rows:
        if row.state == "new" and row.person.group in labels:
            component = labels[row.person.group]
            groups[component.label] = groups.get(component.label, 0) + 1
            after = after.plus(component.side)
    return _preview(congress, rows, groups, after)


def _preview(congress: Congress, rows: list[DraftRow], groups: dict[str, int], after: Approved) -> Preview:
    meter = read_meter(rule_of(congress), congress.planned_size, after)
    over_invited = 0 if meter.invited_max is None else max(after.invited - meter.invited_max, 0)
    pairs = find_pairs([row.person for row in rows if row.state in ("new", "faulty")])
    return Preview(rows, groups, pairs, meter, max(after.total - congress.planned_size, 0), over_invited)


def _judge(congress: Congress, people: Sequence[ListedPerson], left_out: Collection[int], sealer: Sealer) -> list[DraftRow]:
    known = _known_digests(congress.id)
    same_id = {again: first for first, again in find_repeats([p for p in people if p.row not in left_out])}
    return [DraftRow(p, p.row in left_out, digest_row(p, sealer) in known, same_id.get(p.row)) for p in people]


def digest_row(person: ListedPerson, sealer: Sealer) -> str:
    """The identity of a row: all its cells as typed, without number and order."""
    return sealer.digest("row", *person.cells)


def _known_digests(congress_id: int) -> set[str]:
    return set(db.session.scalars(select(ImportedRow.digest).where(ImportedRow.congress_id == congress_id)))


def finish_import(
    congress_id: int,
    people: Sequence[ListedPerson],
    *,
    left_out: Collection[int] = (),
    actor: Actor,
    sealer: Sealer,
    now: datetime,
) -> int:
    """Write the new people as proposed, in one transaction; how many. Raises Refused while a row still has a fault."""
    congress = lock_congress(congress_id)
    require(congress.stage, "propose")
    rows = _judge(congress, people, left_out, sealer)
    faulty = [row for row in rows if row.state == "faulty"]
    if faulty:
        raise Refused(
            "faulty", f"Còn {len(faulty)} dòng có lỗi (đầu tiên: dòng {faulty[0].person.row}). Sửa, hoặc bỏ các dòng đó."
        )
    new = [row.person for row in rows if row.state == "new"]
    gone = {person.group for person in new} - {c.code for c in congress.plan.components}
    if gone:
        raise Refused("no_component", "Kế hoạch vừa bỏ một thành phần có trong danh sách này. Đọc lại tệp, chọn thành phần khác.")
    if new:
        _write(congress, new, sealer, now)
    audit.record(
        actor, "delegates.import", congress, now=now, congress_id=congress.id, changed={"added": len(new), "rows": len(rows)}
    )
    db.session.flush()
    return len(new)


def _write(congress: Congress, people: Sequence[ListedPerson], sealer: Sealer, now: datetime) -> None:
    components = {c.code: c.id for c in congress.plan.components}
    names = dict.fromkeys(p.delegation for p in people if p.delegation)
    delegations = {name: get_delegation(congress.id, name).id for name in names}
    units = _units_named({p.unit for p in people if p.unit})
    number = next_number(congress.id)
    rows = []
    for place, person in enumerate(people):
        unit_id = units.get(fold(person.unit)) if person.unit else None
        rows.append(
            _values(person)
            | {
                "congress_id": congress.id,
                "number": number + place,
                "component_id": components[person.group or ""],
                "delegation_id": delegations.get(person.delegation or ""),
                "unit_id": unit_id,
                "created_at": now,
            }
        )
    _insert(Delegate, rows)
    digests = dict.fromkeys(digest_row(person, sealer) for person in people)  # rows alike in one file share a digest
    _insert(ImportedRow, [{"congress_id": congress.id, "digest": digest} for digest in digests])


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    """Write rows straight into a table: thousands of mapped rows would take twice as long."""
    db.session.execute(insert(model.__table__), rows)


def _values(person: ListedPerson) -> dict[str, Any]:
    return {
        "name": person.name,
        "folded": fold(person.name),
        "sort_key": sort_key(person.name),
        "state": "proposed",
        "walk_in": False,
        "title": person.title or "",
        "unit_text": person.unit or "",
        "sex": person.sex,
        "born": person.born,
        "ethnic": person.ethnic,
        "religion": person.religion,
        "party": person.party,
        "capacity": person.capacity,
        "field": person.field or "",
        "direct_labour": person.direct_labour,
        "education": person.education or "",
        "highest_award": person.highest_award or "",
        "achievements": person.achievements or "",
        "phone": person.phone,
        "email": person.email,
        "id_number": person.id_number,
        "note": person.note or "",
    }


def _units_named(names: set[str]) -> dict[str, int]:
    """Folded name → the one unit of that name; a name that two units share stays text."""
    found: dict[str, int | None] = {}
    query = select(Unit.folded, Unit.id).where(Unit.folded.in_({fold(name) for name in names}))
    for folded, unit_id in db.session.execute(query):
        found[folded] = None if folded in found else unit_id
    return {folded: unit_id for folded, unit_id in found.items() if unit_id}

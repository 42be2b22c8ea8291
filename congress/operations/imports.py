"""Importing a delegate list: reading it, and writing what its preview shows in one transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import joinedload

from ..domain.access import Actor
from ..domain.delegate_lists import Grid, Group, ListedPerson, Listing, NoHeader, read_listing
from ..domain.delegate_lists.sections import read_delegation
from ..domain.list_matching import COMPARED, Change
from ..domain.names import fold, normalise, sort_key
from ..domain.refusals import Refused
from ..domain.stages import require
from ..models import Component, Congress, Delegate, Delegation, ImportedRow, ListVersion, StageEvent, Unit, db
from . import audit
from .admission import change_components, lock_congress, set_states
from .allocations import find_senders, within_seats
from .delegates import free_roles, next_number
from .import_diff import DraftRow, Preview, Wishes, digest_of_change, digest_of_word, digest_row, preview_import
from .sealing import Sealer
from .workbooks import WorkbookRefused, open_grids, open_pasted

# Columns of a delegate that are never null: a blank cell is an empty text.
_TEXTS = frozenset(
    c.name for c in Delegate.__table__.columns if not c.nullable and c.name in COMPARED.values() and c.name != "name"
)


@dataclass(frozen=True)
class Reading:
    """How a list is to be read, as somebody said; what is not said is read as it looks.

    `columns`: column, counted from 0, → key of COLUMN_TITLES, "" = not read. `sections`: Excel's row of a heading → its meaning.
    `encoding`: "tcvn3" or "vni" to convert from, "" to leave the texts as they are, None while nobody has said.
    """

    sheet: str = ""
    columns: Mapping[int, str] = field(default_factory=dict)
    sections: Mapping[int, str] = field(default_factory=dict)
    encoding: str | None = None
    split_title_unit: bool = False


@dataclass(frozen=True)
class Written:
    """What an import did, in people; `counts` are the rows of the list by state."""

    added: int
    changed: int
    withdrawn: int
    counts: Mapping[str, int]
    version_id: int | None  # None when there was nothing to write


def groups_of(components: Iterable[Component]) -> list[Group]:
    """A plan's components as the reader of lists knows them."""
    return [Group(c.code, c.label, c.side, tuple(c.aliases)) for c in components]


def known_units() -> dict[str, str]:
    """Every unit's folded name → its name."""
    return {unit.folded: unit.name for unit in db.session.execute(select(Unit.folded, Unit.name))}


def open_list(data: bytes, *, file_name: str, pasted: bool = False) -> list[Grid]:
    """Every sheet or table of a file that holds a list, or the one of a pasted text; raises Refused with what to do."""
    try:
        return [open_pasted(data.decode())] if pasted else open_grids(data, file_name=file_name)
    except WorkbookRefused as fault:
        raise Refused("unreadable", fault.message, "pasted" if pasted else "file") from fault


def read_grids(
    grids: Sequence[Grid], *, file_name: str, groups: Sequence[Group], units: dict[str, str] | None, today: date, how: Reading
) -> Listing:
    """The list on the sheet that was said, else on the first; raises Refused when it has no header."""
    grid = next((one for one in grids if one.sheet == how.sheet), grids[0])
    try:
        return read_listing(
            grid,
            file_name=file_name,
            groups=groups,
            known_units=units,
            today=today,
            mapping=how.columns,
            sections=how.sections,
            encoding=how.encoding or None,
            split_title_unit=how.split_title_unit,
        )
    except NoHeader as fault:
        raise Refused("unreadable", str(fault) or NO_NAMES, "file") from fault


NO_NAMES = "Không còn cột nào được đọc là “Họ và tên”. Chọn cột ấy trong danh sách cột."


def get_list(congress: Congress, version_id: int) -> ListVersion:
    """A list imported into this congress before; raises Refused, naming those there are, when it has none of that number."""
    versions = db.session.scalars(select(ListVersion).filter_by(congress_id=congress.id).order_by(ListVersion.id)).all()
    there = {version.id: f"{version.id} ({version.file_name}, {version.rows} dòng)" for version in versions}
    if version_id not in there:
        some = f"Có: {', '.join(there.values())}." if there else "Chưa nhập danh sách nào."
        raise Refused("no_list", f"Không có danh sách mã {version_id} trong hội nghị này. {some}")
    return next(version for version in versions if version.id == version_id)


def read_file(
    data: bytes,
    *,
    file_name: str,
    groups: Sequence[Group],
    units: dict[str, str] | None,
    today: date,
    how: Reading | None = None,
) -> Listing:
    """A list as read from a file's bytes; raises Refused with what to do when it cannot be."""
    grids = open_list(data, file_name=file_name)
    return read_grids(grids, file_name=file_name, groups=groups, units=units, today=today, how=how or Reading())


def finish_import(
    congress_id: int,
    people: Sequence[ListedPerson],
    *,
    wishes: Wishes | None = None,
    file_name: str = "",
    reason: str = "",
    seen: str | None = None,
    actor: Actor,
    sealer: Sealer,
    now: datetime,
) -> Written:
    """Write a list in one transaction: new people as proposed, changed ones under the rule, withdrawals where asked for.

    `seen` is the fingerprint of the preview somebody agreed to. Raises Refused when the list has changed since, while a row has a
    fault or may be several people, and without a reason once the list is closed.
    """
    congress = lock_congress(congress_id)
    require(congress.stage, "propose")
    preview = preview_import(congress, people, sealer=sealer, wishes=wishes)
    _check_ready(congress, preview, reason)
    if seen is not None and seen != preview.fingerprint(sealer):
        raise Refused("diff_changed", "Danh sách vừa đổi trong lúc bạn xem. Xem lại những gì sẽ ghi, rồi bấm ghi lần nữa.")
    if not preview.has_news:
        return Written(0, 0, 0, preview.counts, None)
    writer = _Writer(congress, preview, actor=actor, sealer=sealer, now=now, reason=reason.strip())
    version_id = writer.write(file_name)
    db.session.flush()
    return Written(preview.count("new"), preview.count("changed"), len(preview.withdraw), preview.counts, version_id)


def _check_ready(congress: Congress, preview: Preview, reason: str) -> None:
    faulty = [row for row in preview.rows if row.state == "faulty"]
    if faulty:
        first = f"Còn {len(faulty)} dòng có lỗi (đầu tiên: dòng {faulty[0].person.row}). Sửa, hoặc bỏ các dòng đó."
        raise Refused("faulty", first)
    unclear = [row for row in preview.rows if row.state == "duplicate"]
    if unclear:
        first = (
            f"Còn {len(unclear)} dòng chưa rõ là ai (đầu tiên: dòng {unclear[0].person.row}). Chọn người, hoặc bỏ các dòng đó."
        )
        raise Refused("duplicate", first)
    codes = {c.code for c in congress.plan.components}
    if any(row.person.group not in codes for row in preview.rows if row.state == "new"):
        raise Refused("no_component", "Kế hoạch vừa bỏ một thành phần có trong danh sách này. Đọc lại tệp, chọn thành phần khác.")
    if congress.stage == "list_closed" and preview.writes and not reason.strip():
        raise Refused("needs_reason", "Danh sách đã chốt: nêu lý do bổ sung, sửa đổi rồi ghi.", "reason")


class _Writer:
    """Writes one preview; the congress is locked."""

    def __init__(self, congress: Congress, preview: Preview, *, actor: Actor, sealer: Sealer, now: datetime, reason: str) -> None:
        self.congress, self.preview, self.reason = congress, preview, reason
        self.actor, self.sealer, self.now = actor, sealer, now
        self.components = {c.code: c for c in congress.plan.components}
        self.amended = False  # whether the changes of components have been noted as an amendment already
        self.by_state: dict[str, list[DraftRow]] = {}
        for row in preview.rows:
            self.by_state.setdefault(row.state, []).append(row)

    def write(self, file_name: str) -> int:
        version = ListVersion(
            congress_id=self.congress.id,
            replaces_id=self.preview.replaced.version.id if self.preview.replaced else None,
            file_name=file_name,
            rows=len(self.preview.rows),
            actor_name=self.actor.name,
            at=self.now,
        )
        db.session.add(version)
        db.session.flush()
        new, changed = self.by_state.get("new", []), self.by_state.get("changed", [])
        self._prepare([row.person for row in (*new, *changed)])
        with within_seats(self.congress):
            self._withdraw()
            self._change(changed)
        if new:
            self._add([row.person for row in new], version.id)
        self._name_again(version.id)
        self._note(version)
        return version.id

    def _prepare(self, people: Sequence[ListedPerson]) -> None:
        """Find the delegations and units that are named, once for all rows."""
        names = dict.fromkeys(person.delegation for person in people if person.delegation)
        self.delegations = _delegations(self.congress.id, list(names))
        self.units = _units_named({person.unit for person in people if person.unit})

    def _withdraw(self) -> None:
        if self.preview.withdraw:
            set_states(
                self.congress.id, sorted(self.preview.withdraw), "withdrawn", actor=self.actor, sealer=self.sealer,
                now=self.now, reason=self.reason,
            )  # fmt: skip

    def _change(self, rows: Sequence[DraftRow]) -> None:
        changes = {row.match.id: (row.person, row.changes) for row in rows if row.match is not None}
        query = select(Delegate).where(Delegate.id.in_(changes)).options(joinedload(Delegate.component))
        people = db.session.scalars(query.order_by(Delegate.number).execution_options(populate_existing=True)).all()
        said = {one: change.new for one, (_, found) in changes.items() for change in found if change.field == "group"}
        wanted = {one: self.components[code] for one, code in said.items() if code in self.components}
        if wanted:
            self.amended = change_components(self.congress, wanted, actor=self.actor, now=self.now, reason=self.reason)
        for delegate in people:
            self._edit(delegate, *changes[delegate.id])
        free_roles(self.congress, actor=self.actor, now=self.now)

    def _edit(self, delegate: Delegate, person: ListedPerson, changes: Sequence[Change]) -> None:
        said = {change.field: change.new for change in changes}
        for name, value in said.items():
            if name in COMPARED:
                setattr(delegate, COMPARED[name], value)
        if "name" in said:
            delegate.folded, delegate.sort_key = fold(delegate.name), sort_key(delegate.name)
        if "unit" in said:
            delegate.unit_id = self.units.get(delegate.unit_text)
        if "delegation" in said:
            delegate.delegation_id = self.delegations[person.delegation or ""]
        changed = audit.difference(delegate)
        for computed in ("folded", "sort_key"):
            changed.pop(computed, None)
        if changed:
            why = {"reason": [self.reason]} if self.reason else {}
            record = {**changed, **why}
            audit.record(self.actor, "delegates.edit", delegate, now=self.now, congress_id=self.congress.id, changed=record)

    def _add(self, people: Sequence[ListedPerson], version_id: int) -> None:
        number = next_number(self.congress.id)
        rows = [
            _values(person)
            | {
                "congress_id": self.congress.id,
                "number": number + place,
                "component_id": self.components[person.group or ""].id,
                "delegation_id": self.delegations.get(person.delegation or ""),
                "unit_id": self.units.get(person.unit or ""),
                "list_version_id": version_id,
                "created_at": self.now,
            }
            for place, person in enumerate(people)
        ]
        _insert(Delegate, rows)

    def _name_again(self, version_id: int) -> None:
        """Everybody the list names is of this list from now on, and each of its rows is known."""
        rows = [row for state in ("new", "changed", "unchanged", "kept", "known") for row in self.by_state.get(state, [])]
        named = [row.match.id for row in rows if row.match is not None]
        if named:
            db.session.execute(
                update(Delegate).where(Delegate.id.in_(named)).values(list_version_id=version_id),
                execution_options={"synchronize_session": False},
            )
        known = set(db.session.scalars(select(ImportedRow.digest).where(ImportedRow.congress_id == self.congress.id)))
        digests = [digest for row in rows for digest in self._digests(row, version_id, known)]
        fresh = [digest for digest in dict.fromkeys(digests) if digest not in known]  # rows alike in one file share a digest
        _insert(ImportedRow, [{"congress_id": self.congress.id, "digest": digest} for digest in fresh])

    def _digests(self, row: DraftRow, version_id: int, known: Collection[str]) -> list[str]:
        """The row; and of somebody about whom the office has ever said something else, that this is its last word."""
        found = [digest_row(row.person, self.sealer)]
        if row.match is not None:
            one, before = row.match.id, row.match.list_version_id
            if found[0] not in known or (before and digest_of_change(one, before, self.sealer) in known):
                found.append(digest_of_change(one, version_id, self.sealer))
                found.append(digest_of_word(row.person, one, version_id, self.sealer))
        return found

    def _note(self, version: ListVersion) -> None:
        preview, closed = self.preview, self.congress.stage == "list_closed"
        if closed and preview.writes and not self.amended:
            stage = {"from_stage": self.congress.stage, "to_stage": self.congress.stage}
            event = StageEvent(
                congress_id=self.congress.id, kind="amend", reason=self.reason, actor_name=self.actor.name, at=self.now, **stage
            )
            db.session.add(event)
        changed: dict[str, Any] = {
            "added": preview.count("new"), "changed": preview.count("changed"), "withdrawn": len(preview.withdraw),
            "rows": len(preview.rows), "list": version.id,
        }  # fmt: skip
        if self.reason:
            changed["reason"] = [self.reason]
        audit.record(self.actor, "delegates.import", self.congress, now=self.now, congress_id=self.congress.id, changed=changed)


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    """Write rows straight into a table: thousands of mapped rows would take twice as long."""
    if rows:
        db.session.execute(insert(model.__table__), rows)


def _values(person: ListedPerson) -> dict[str, Any]:
    values = {column: getattr(person, name) for name, column in COMPARED.items()}
    texts = {column: values[column] or "" for column in _TEXTS}
    words = {"folded": fold(person.name), "sort_key": sort_key(person.name), "state": "proposed", "walk_in": False}
    return values | texts | words


def _delegations(congress_id: int, names: Sequence[str]) -> dict[str, int]:
    """Delegations by their names as the list has them; those not there yet are made, in the order of the list."""
    folded = {name: fold(read_delegation(normalise(name))) for name in names}
    query = select(Delegation.folded, Delegation.id).where(Delegation.congress_id == congress_id)
    there = {row.folded: row.id for row in db.session.execute(query)}
    missing = {key: read_delegation(normalise(name)) for name, key in reversed(folded.items()) if key not in there}
    if missing:
        senders = find_senders(congress_id, list(missing))
        rows = [{"name": name, "folded": key, "unit_id": senders.get(key)} for key, name in reversed(missing.items())]
        numbered = [row | {"congress_id": congress_id, "position": len(there) + n} for n, row in enumerate(rows, 1)]
        _insert(Delegation, numbered)
        there = {row.folded: row.id for row in db.session.execute(query)}
    return {name: there[key] for name, key in folded.items()}


def _units_named(names: Collection[str]) -> dict[str, int]:
    """Names as the list has them → the one unit of that name; a name that two units share stays text."""
    folded = {name: fold(name) for name in names}
    found: dict[str, int | None] = {}
    query = select(Unit.folded, Unit.id).where(Unit.folded.in_(set(folded.values())))
    for unit, unit_id in db.session.execute(query):
        found[unit] = None if unit in found else unit_id
    alone = {unit: unit_id for unit, unit_id in found.items() if unit_id}
    return {name: alone[unit] for name, unit in folded.items() if unit in alone}

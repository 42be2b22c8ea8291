"""Units: create, edit, move, import, search."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select

from ..domain.access import Actor, may_at
from ..domain.names import fold
from ..domain.refusals import Refused
from ..domain.unit_lists import COLUMNS, RowFault, UnitRow, read_code, read_rows
from ..domain.units import KINDS, find_cycle, may_stand_under, name_key, parents_first
from ..models import Congress, Unit, db
from . import audit, scope
from .unit_files import UnitFaults, read_table

OUT_OF_REACH = "Đơn vị này ngoài phạm vi bạn được giao."


@dataclass(frozen=True)
class ImportResult:
    """How many units a list made, changed and left as they were."""

    created: int
    updated: int
    unchanged: int


# ---- one unit ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class UnitValues:
    """What a person may set of a unit. `headcount` is its officials and workers."""

    name: str
    kind: str
    parent: Unit | None
    emulation_block: str = ""
    headcount: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None


def create_unit(code: str, values: UnitValues, *, actor: Actor, now: datetime) -> Unit:
    """A new unit; raises Refused for a code in use, a place where it cannot stand, or one out of the actor's reach."""
    try:
        code = read_code(code)
    except ValueError as error:
        raise Refused("unit_code", str(error), "code") from None
    if db.session.scalar(select(Unit.id).where(Unit.code == code)):
        raise Refused("unit_exists", f"Mã {code} đã có. Chọn mã khác.", "code")
    _check_values(values, actor)
    unit = Unit(code=code, path="", folded="", sort_key="")
    _set(unit, values)
    db.session.add(unit)
    db.session.flush()
    unit.path = _path(unit, values.parent)
    audit.record(actor, "create", unit, now=now, changed={"code": [None, code], "name": [None, unit.name]})
    return unit


def edit_unit(unit: Unit, values: UnitValues, *, actor: Actor, now: datetime) -> None:
    """Change a unit and, when it moves, the paths of all below it; raises Refused as create_unit does, and for a ring."""
    if values.parent is not unit.parent:
        if values.parent is not None and values.parent.path.startswith(unit.path):
            raise Refused(
                "unit_cycle", f"{values.parent.name} đang trực thuộc {unit.name}: không làm cấp trên của nó được.", "parent"
            )
        _check_values(values, actor)
    else:
        _check_place(values)
    if values.kind != unit.kind:
        _check_kind_change(unit, values.kind)
    below = list(db.session.scalars(select(Unit).where(Unit.path.startswith(unit.path, autoescape=True), Unit.id != unit.id)))
    before = unit.path
    _set(unit, values)
    unit.path = _path(unit, values.parent)
    for other in below:
        other.path = unit.path + other.path.removeprefix(before)
    if changed := audit.difference(unit):
        audit.record(actor, "edit", unit, now=now, changed=changed)


def _set(unit: Unit, values: UnitValues) -> None:
    unit.name, unit.kind, unit.parent = values.name, values.kind, values.parent
    unit.parent_id = values.parent.id if values.parent else None
    unit.emulation_block, unit.headcount = values.emulation_block, values.headcount
    unit.valid_from, unit.valid_to = values.valid_from, values.valid_to
    unit.folded, unit.sort_key = fold(values.name), name_key(values.name)


def _path(unit: Unit, parent: Unit | None) -> str:
    return f"{parent.path if parent else '/'}{unit.id}/"


def _check_values(values: UnitValues, actor: Actor) -> None:
    _check_place(values)
    parent = values.parent
    if parent is None and not actor.everything:
        raise Refused("unit_reach", "Chọn đơn vị cấp trên.", "parent")
    if parent is not None and not may_at(actor, "units.edit", unit_id=parent.id, unit_path=parent.path):
        raise Refused("unit_reach", f"{parent.name} ngoài phạm vi bạn được giao.", "parent")


def _check_place(values: UnitValues) -> None:
    if not may_stand_under(values.kind, values.parent.kind if values.parent else None):
        raise Refused("unit_place", say_place(values.kind, values.parent.name if values.parent else None), "parent")
    if values.valid_from and values.valid_to and values.valid_from > values.valid_to:
        raise Refused("unit_dates", "Ngày thôi hoạt động đứng trước ngày bắt đầu.", "valid_to")


def say_place(kind: str, parent_name: str | None) -> str:
    """Why a unit of a kind cannot stand under another, or on its own."""
    under = f"không trực thuộc {parent_name} được" if parent_name else "cần có đơn vị cấp trên"
    return f"Đơn vị loại “{KINDS[kind]}” {under}."


def _check_kind_change(unit: Unit, kind: str) -> None:
    if db.session.scalar(select(func.count()).select_from(Congress).where(Congress.unit_id == unit.id)):
        raise Refused("unit_kind", f"{unit.name} đã có hội nghị, không đổi loại được.", "kind")
    for child in db.session.scalars(select(Unit).where(Unit.parent_id == unit.id)):
        if not may_stand_under(child.kind, kind):
            raise Refused("unit_kind", f"{child.name} đang trực thuộc. {say_place(child.kind, unit.name)}", "kind")


# ---- a list of units ---------------------------------------------------------------------------------------------------


def import_units(data: bytes, file_name: str, *, actor: Actor, now: datetime) -> ImportResult:
    """Make and change units as a CSV (UTF-8; comma, semicolon or tab) or XLSX list says, by their codes.

    All or nothing: raises UnitFaults with every fault. A column that the list lacks changes nothing.
    """
    rows, faults = read_rows(read_table(data, file_name))
    if faults:
        raise UnitFaults(faults)
    units = {unit.code: unit for unit in db.session.scalars(select(Unit))}
    plan = _Import(rows, units)
    plan.check(actor)
    if plan.faults:
        raise UnitFaults(plan.faults)
    return plan.write(actor, now)


@dataclass
class _Import:
    """A list of units against the units there are."""

    rows: list[UnitRow]
    units: dict[str, Unit]
    faults: list[RowFault] = field(default_factory=list)

    def __post_init__(self) -> None:
        by_id = {unit.id: unit.code for unit in self.units.values()}
        self.listed = {row.code: row for row in self.rows}
        self.parents: dict[str, str | None] = {
            unit.code: by_id[unit.parent_id] if unit.parent_id else None for unit in self.units.values()
        }
        self.kinds = {unit.code: unit.kind for unit in self.units.values()} | {row.code: row.values["kind"] for row in self.rows}
        self.before = dict(self.parents)
        for row in self.rows:
            self.parents[row.code] = row.values.get("parent_code", self.parents.get(row.code))

    def changes(self, row: UnitRow) -> bool:
        """Whether a row would make or change its unit."""
        unit = self.units.get(row.code)
        if unit is None or self.parents[row.code] != self.before[row.code]:
            return True
        return any(getattr(unit, key) != value for key, value in row.values.items() if key not in ("code", "parent_code"))

    def check(self, actor: Actor) -> None:
        for row in self.rows:
            self._check_parent(row)
        if self.faults:
            return
        if ring := find_cycle(self.parents):
            line = min(self.listed[code].line for code in ring if code in self.listed)
            self._fault(line, "parent_code", f"Cấp trên đi vòng: {' → '.join([*ring, ring[0]])}.")
            return
        self._check_kinds()
        for row in self.rows:
            if self.changes(row):
                self._check_reach(row, actor)

    def _fault(self, line: int, column: str, message: str) -> None:
        self.faults.append(RowFault(line, COLUMNS.get(column, ""), message))

    def _check_parent(self, row: UnitRow) -> None:
        parent = self.parents[row.code]
        if parent is not None and parent not in self.parents:
            self._fault(row.line, "parent_code", f"Không có đơn vị mã {parent}, trong tệp cũng không.")
        elif not may_stand_under(row.values["kind"], self.kinds[parent] if parent else None):
            self._fault(row.line, "parent_code", say_place(row.values["kind"], parent))

    def _check_kinds(self) -> None:
        """A unit whose kind changes must suit the units already below it, and must not have met yet."""
        changed = {row.code for row in self.rows if row.code in self.units and self.units[row.code].kind != row.values["kind"]}
        for code, parent in self.parents.items():
            if parent in changed and code not in self.listed and not may_stand_under(self.kinds[code], self.kinds[parent]):
                self._fault(self.listed[parent].line, "kind", f"{self.units[code].name} đang trực thuộc, không hợp với loại mới.")
        ids = [self.units[code].id for code in changed]
        for code in db.session.scalars(
            select(Unit.code).join(Congress, Congress.unit_id == Unit.id).where(Unit.id.in_(ids)).distinct()
        ):
            self._fault(self.listed[code].line, "kind", f"{self.units[code].name} đã có hội nghị, không đổi loại được.")

    def _check_reach(self, row: UnitRow, actor: Actor) -> None:
        """What changes must lie, before and after, under a unit that the actor may edit."""
        if row.code in self.units and not self._reaches(actor, row.code):
            self._fault(row.line, "code", OUT_OF_REACH)
            return
        parent = self.parents[row.code]
        while parent is not None and parent not in self.units:  # new itself: the first above it that exists decides
            parent = self.parents[parent]
        # A root that stays a root has no place above it; a new root is for the machine's owner only.
        stays_root = parent is None and row.code in self.units and self.before[row.code] is None
        if not stays_root and not (self._reaches(actor, parent) if parent else actor.everything):
            self._fault(row.line, "parent_code", OUT_OF_REACH)

    def _reaches(self, actor: Actor, code: str) -> bool:
        unit = self.units[code]
        return may_at(actor, "units.edit", unit_id=unit.id, unit_path=unit.path)

    def write(self, actor: Actor, now: datetime) -> ImportResult:
        told: Counter[str] = Counter()
        touched = [row for row in self.rows if self.changes(row)]
        created = dict.fromkeys(row.code for row in touched if row.code not in self.units)  # in the order of the list
        for code in created:
            self.units[code] = Unit(code=code, name="", kind="", path="", folded="", sort_key="")
        differences = {}
        for row in touched:
            unit = self.units[row.code]
            for key, value in row.values.items():
                if key not in ("code", "parent_code"):
                    setattr(unit, key, value)
            unit.folded, unit.sort_key = fold(unit.name), name_key(unit.name)
            parent = self.parents[row.code]
            unit.parent = self.units[parent] if parent else None
            differences[row.code] = {"name": [None, unit.name]} if row.code in created else audit.difference(unit)
            told["created" if row.code in created else "updated"] += 1
        db.session.add_all(self.units[code] for code in created)
        db.session.flush()
        for code in parents_first(self.parents):
            unit, parent = self.units[code], self.parents[code]
            path = _path(unit, self.units[parent] if parent else None)
            if unit.path != path:
                unit.path = path
        for code, difference in differences.items():
            audit.record(actor, "create" if code in created else "edit", self.units[code], now=now, changed=difference)
        db.session.flush()
        return ImportResult(told["created"], told["updated"], len(self.rows) - len(touched))


# ---- looking -----------------------------------------------------------------------------------------------------------


@dataclass
class UnitNode:
    """A unit in the tree; `below` counts all units under it."""

    unit: Unit
    children: list["UnitNode"]
    below: int = 0


def unit_tree(actor: Actor) -> list[UnitNode]:
    """The units an actor may see, as trees, each level in the order of names."""
    units = list(db.session.scalars(scope.units_for(actor).order_by(Unit.sort_key, Unit.id)))
    nodes = {unit.id: UnitNode(unit, []) for unit in units}
    roots: list[UnitNode] = []
    for unit in units:
        parent = nodes.get(unit.parent_id) if unit.parent_id else None
        (parent.children if parent else roots).append(nodes[unit.id])
    for unit in sorted(units, key=lambda unit: -unit.path.count("/")):
        node = nodes[unit.id]
        node.below = sum(1 + child.below for child in node.children)
    return roots


def search_units(actor: Actor, text: str) -> list[Unit]:
    """The units in whose name (or code) every word of a text begins a word, in any order, accents or not; none for no text."""
    words = fold(text).split()
    if not words:
        return []
    query = scope.units_for(actor).where(*(_holds(word) for word in words)).order_by(Unit.sort_key, Unit.id)
    return list(db.session.scalars(query))


def _holds(word: str) -> ColumnElement[bool]:
    begins = (column.startswith(word, autoescape=True) for column in (Unit.folded, func.lower(Unit.code)))
    return or_(*begins, Unit.folded.contains(f" {word}", autoescape=True))


def known_unit_names(root: Unit | None) -> dict[str, str]:
    """Folded name → name of a unit and all below it (of all units without a root): what a delegate list may name."""
    query = select(Unit.folded, Unit.name).order_by(Unit.id.desc())
    if root is not None:
        query = query.where(Unit.path.startswith(root.path, autoescape=True))
    return dict(db.session.execute(query).all())

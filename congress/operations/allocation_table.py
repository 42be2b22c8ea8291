"""The table of seats an upper congress works on: who stands in it, its figures, helpers that fill it, and its issues."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from ..domain.access import Actor
from ..domain.admission import HONOURED, blocking
from ..domain.allocations import SHARED_SIDES, SeatRow, check_split, compare_tables
from ..domain.apportionment import share_by_weight, share_equally
from ..domain.refusals import Refused, Violation
from ..domain.stages import require
from ..domain.units import KINDS
from ..domain.wording import say
from ..models import Allocation, AllocationIssue, Component, Congress, Delegate, Delegation, PlanTier, Unit, db, lock_row
from . import audit
from .allocations import Key, find_last_issue, find_sender, used_seats
from .counting import rule_of

MOST_SEATS = 10_000  # in one cell: more is a slip of the hand
WAYS = {
    "equal": "Bằng nhau",
    "headcount": "Theo số người của đơn vị",
    "exemplars": "Theo số điển hình đã duyệt ở hội nghị của đơn vị",
    "typed": "Theo trọng số tự nhập (dân số, số hội viên …)",
}


@dataclass(frozen=True)
class Table:
    """Units by components, every cell with its seats."""

    units: list[Unit]
    components: list[Component]
    seats: dict[Key, int]

    @property
    def total(self) -> int:
        """All seats shared out."""
        return sum(self.seats.values())

    def of_unit(self, unit_id: int) -> int:
        """The seats of a unit."""
        return sum(self.seats[unit_id, component.id] for component in self.components)

    def of_component(self, component_id: int) -> int:
        """The seats of a component."""
        return sum(self.seats[unit.id, component_id] for unit in self.units)

    @property
    def by_side(self) -> dict[str, int]:
        """The seats of each side."""
        found = dict.fromkeys(SHARED_SIDES, 0)
        for component in self.components:
            found[component.side] += self.of_component(component.id)
        return found

    @property
    def unit_names(self) -> dict[int, str]:
        """The names of its units, by id."""
        return {unit.id: unit.name for unit in self.units}

    @property
    def labels(self) -> dict[int, str]:
        """The labels of its components, by id."""
        return {component.id: component.label for component in self.components}

    def rows(self) -> list[SeatRow]:
        """The cells as they are frozen and compared."""
        return [
            SeatRow(unit.id, unit.name, component.code, component.label, self.seats[unit.id, component.id])
            for unit in self.units
            for component in self.components
        ]


def shared_components(congress: Congress) -> list[Component]:
    """The components that can be shared out: those that count on a side."""
    return [component for component in congress.plan.components if component.side in SHARED_SIDES]


def table_of(congress: Congress) -> Table:
    """The table as it is being worked on. Two queries."""
    cells = (Allocation.unit_id, Allocation.component_id, Allocation.seats)
    stored = {
        (unit, component): n for unit, component, n in db.session.execute(select(*cells).filter_by(congress_id=congress.id))
    }
    in_use = {component_id for _, component_id in stored}
    components = [component for component in shared_components(congress) if component.id in in_use]
    units = sort_units(db.session.scalars(select(Unit).where(Unit.id.in_({unit_id for unit_id, _ in stored}))))
    return Table(units, components, {(u.id, c.id): stored.get((u.id, c.id), 0) for u in units for c in components})


def sort_units(units: Iterable[Unit]) -> list[Unit]:
    """Kind by kind, in each by name."""
    kinds = list(KINDS)
    return sorted(units, key=lambda unit: (kinds.index(unit.kind), unit.sort_key, unit.id))


def usual_units(congress: Congress, today: date) -> list[Unit]:
    """Who sends delegates to this congress: the units whose tier sends up to its tier, and the central agencies, below it."""
    senders = db.session.scalars(select(PlanTier).filter_by(plan_id=congress.plan_id, upper_tier=congress.tier.code))
    kinds = {kind for tier in senders for kind in tier.unit_kinds} | {"central_agency"}
    query = select(Unit).where(
        Unit.path.startswith(congress.unit.path, autoescape=True),
        Unit.id != congress.unit_id,
        Unit.kind.in_(kinds),
        or_(Unit.valid_from.is_(None), Unit.valid_from <= today),
        or_(Unit.valid_to.is_(None), Unit.valid_to >= today),
    )
    return sort_units(db.session.scalars(query))


def choose_table(
    congress_id: int, units: Sequence[Unit], components: Sequence[Component], *, actor: Actor, now: datetime
) -> Table:
    """Say which units and components the table has; cells that stay keep their seats, new ones have none."""
    congress = _lock(congress_id)
    if not units:
        raise Refused("no_units", "Chọn ít nhất một đơn vị.", "units")
    if not components:
        raise Refused("no_components", "Chọn ít nhất một thành phần.", "components")
    if any(component not in shared_components(congress) for component in components):
        raise Refused("no_component", "Thành phần này không có trong kế hoạch, hoặc không tính vào bên nào.", "components")
    before = table_of(congress)
    wanted = {(unit.id, component.id) for unit in units for component in components}
    gone = {unit.id for unit in before.units} - {unit.id for unit in units}
    lost = [component.id for component in before.components if component not in components]
    here = Allocation.congress_id == congress.id
    db.session.execute(delete(Allocation).where(here, Allocation.unit_id.in_(gone) | Allocation.component_id.in_(lost)))
    new = [
        {"congress_id": congress.id, "unit_id": unit, "component_id": component, "seats": 0}
        for unit, component in sorted(wanted - before.seats.keys())
    ]
    if new:
        db.session.execute(insert(Allocation), new)
    _link_delegations(congress, actor, now)
    changed = {"units": len(units), "components": [component.code for component in components]}
    audit.record(actor, "allocations.choose", congress, now=now, congress_id=congress.id, changed=changed)
    return table_of(congress)


def _link_delegations(congress: Congress, actor: Actor, now: datetime) -> None:
    """Say which unit sends a delegation that is named like one of the table: its people take that unit's seats."""
    query = select(Delegation).where(Delegation.congress_id == congress.id, Delegation.unit_id.is_(None)).order_by(Delegation.id)
    for delegation in db.session.scalars(query):
        if unit_id := find_sender(congress.id, delegation.folded):
            delegation.unit_id = unit_id
            changed = audit.difference(delegation)
            audit.record(actor, "delegations.edit", delegation, now=now, congress_id=congress.id, changed=changed)


def set_seats(congress_id: int, seats: Mapping[Key, int], *, actor: Actor, now: datetime) -> int:
    """Write seats into cells of the table; how many cells changed. Nothing binds before it is issued."""
    congress = _lock(congress_id)
    return _write(congress, table_of(congress), seats, actor, now)


def _write(congress: Congress, table: Table, seats: Mapping[Key, int], actor: Actor, now: datetime) -> int:
    if not seats.keys() <= table.seats.keys():
        raise Refused("stale", "Bảng đã đổi đơn vị hoặc thành phần từ lúc mở trang. Tải lại trang rồi nhập lại.")
    if any(not 0 <= n <= MOST_SEATS for n in seats.values()):
        raise Refused("seats", f"Số chỗ là số nguyên từ 0 đến {MOST_SEATS}.")
    changed = {key: n for key, n in seats.items() if table.seats[key] != n}
    if changed:
        rows = [{"unit": unit_id, "component": component_id, "n": n} for (unit_id, component_id), n in changed.items()]
        cells = Allocation.__table__
        where = (cells.c.unit_id == bindparam("unit"), cells.c.component_id == bindparam("component"))
        statement = update(cells).where(cells.c.congress_id == congress.id, *where).values(seats=bindparam("n"))  # type: ignore[arg-type]
        db.session.connection().execute(statement, rows)  # all cells in one go
        units, labels = table.unit_names, table.labels
        words = {
            f"{units[unit_id]} · {labels[component_id]}": [table.seats[unit_id, component_id], n]
            for (unit_id, component_id), n in changed.items()
        }
        audit.record(actor, "allocations.edit", congress, now=now, congress_id=congress.id, changed=words)
    return len(changed)


@dataclass(frozen=True)
class Sharing:
    """How a column is to be filled: `by` is one of WAYS, `weights` {unit id: weight} for "typed"."""

    total: int
    by: str
    minimum: int
    weights: Mapping[int, int]


def share_component(congress_id: int, component: Component, how: Sharing, *, actor: Actor, now: datetime) -> dict[int, int]:
    """Fill a column of the table: {unit id: seats}. Raises Refused beside the field that stands against it."""
    congress = _lock(congress_id)
    table = table_of(congress)
    if component not in table.components:
        raise Refused("no_component", "Thành phần này không có trong bảng.", "component")
    if how.total > MOST_SEATS:
        raise Refused("total", f"Số chỗ nhiều nhất là {MOST_SEATS}.", "total")
    if how.by == "equal":
        seats = share_equally(how.total, len(table.units), how.minimum)
    else:
        seats = share_by_weight(how.total, weights_of(congress, table.units, how), how.minimum)
    shared = {unit.id: n for unit, n in zip(table.units, seats, strict=True)}
    _write(congress, table, {(unit_id, component.id): n for unit_id, n in shared.items()}, actor, now)
    return shared


def weights_of(congress: Congress, units: Sequence[Unit], how: Sharing) -> list[int]:
    """The weight of each unit as the way of sharing says; a unit without a known one is named."""
    if how.by == "headcount":
        known: Mapping[int, int | None] = {unit.id: unit.headcount for unit in units}
    elif how.by == "exemplars":
        known = dict.fromkeys((unit.id for unit in units), 0) | _count_exemplars(congress)
    elif how.by == "typed":
        known = how.weights
    else:
        raise Refused("by", "Chọn cách chia trong danh sách.", "by")
    if unknown := [unit.name for unit in units if known.get(unit.id) is None]:
        more = f" và {len(unknown) - 5} đơn vị khác" if len(unknown) > 5 else ""
        text = f"Chưa có số để chia theo của: {', '.join(unknown[:5])}{more}. Nhập số ấy, hoặc chọn cách chia khác."
        raise Refused("no_weight", text, "by")
    return [known[unit.id] or 0 for unit in units]


def _count_exemplars(congress: Congress) -> dict[int, int]:
    """Approved people of the honoured side at each unit's own congress under the same plan."""
    query = (
        select(Congress.unit_id, func.count())
        .join(Delegate, Delegate.congress_id == Congress.id)
        .join(Component, Delegate.component_id == Component.id)
        .where(Congress.plan_id == congress.plan_id, Congress.stage != "cancelled")
        .where(Delegate.state == "approved", Component.side == HONOURED)
        .group_by(Congress.unit_id)
    )
    return {unit_id: n for unit_id, n in db.session.execute(query)}  # noqa: C416 - rows, which dict() is not typed for


# ---- issues ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class IssueValues:
    """What a table is issued with: its day, the office's own number, by when units answer, what a revision changes."""

    dated_on: date
    reference: str
    answer_by: date | None
    note: str


@dataclass(frozen=True)
class BelowUsed:
    """A cell with fewer seats than the unit has already had approved or has put forward."""

    unit_name: str
    component_label: str
    seats: int
    approved: int
    put_forward: int


def issues_of(congress: Congress) -> list[AllocationIssue]:
    """Every issue, the last first."""
    query = select(AllocationIssue).where(AllocationIssue.congress_id == congress.id)
    return list(db.session.scalars(query.order_by(AllocationIssue.number.desc())))


def issued_rows(issue: AllocationIssue | None) -> list[SeatRow]:
    """The cells of an issue as they were frozen; none where there is no issue."""
    if issue is None:
        return []
    return [SeatRow(row["unit_id"], row["unit"], row["component"], row["label"], row["seats"]) for row in issue.seats]


def split_violations(congress: Congress, table: Table) -> list[Violation]:
    """What stands against issuing this table, or warns of it."""
    return check_split(rule_of(congress), congress.planned_size, table.by_side)


def find_below_used(congress: Congress, table: Table) -> list[BelowUsed]:
    """The cells of a table that leave a unit fewer seats than it has people approved or put forward."""
    used = used_seats(congress)
    names, labels = table.unit_names, table.labels
    return [
        BelowUsed(names[key[0]], labels[key[1]], seats, used[key].approved, used[key].proposed)
        for key, seats in table.seats.items()
        if key in used and used[key].approved + used[key].proposed > seats
    ]


def issue_table(congress_id: int, values: IssueValues, *, actor: Actor, now: datetime) -> AllocationIssue:
    """Freeze the table under a number and a day; from now on it binds. A revision says what it changes."""
    congress = _lock(congress_id)
    table, last = table_of(congress), find_last_issue(congress)
    if not table.total:
        raise Refused("no_seats", "Bảng chưa có chỗ nào. Nhập số chỗ trước khi ban hành.")
    hard = blocking(split_violations(congress, table))
    if hard:
        raise Refused(hard[0].code, " ".join(say(v) for v in hard))
    if values.answer_by is not None and values.answer_by < values.dated_on:
        raise Refused("answer_by", "Hạn trả lời đứng trước ngày ban hành.", "answer_by")
    if last is not None:
        _check_revision(last, table, values)
    issue = AllocationIssue(
        congress_id=congress.id, number=last.number + 1 if last else 1, dated_on=values.dated_on, reference=values.reference,
        answer_by=values.answer_by, note=values.note, seats=_frozen(table), actor_name=actor.name, at=now,
    )  # fmt: skip
    db.session.add(issue)
    db.session.flush()
    changed = {"number": issue.number, "seats": table.total, "reference": issue.reference}
    audit.record(actor, "allocations.issue", issue, now=now, congress_id=congress.id, changed=changed)
    return issue


def _check_revision(last: AllocationIssue, table: Table, values: IssueValues) -> None:
    if values.dated_on < last.dated_on:
        raise Refused(
            "dated_on", f"Lần {last.number} đã ban hành ngày {last.dated_on:%d/%m/%Y}: chọn ngày ấy hoặc sau.", "dated_on"
        )
    same_day = values.answer_by == last.answer_by
    if same_day and not compare_tables(issued_rows(last), table.rows()):
        raise Refused("unchanged", f"Bảng không khác gì lần {last.number}. Sửa bảng, hoặc đổi hạn trả lời.")
    if not values.note.strip():
        raise Refused("note", "Ghi nội dung điều chỉnh.", "note")


def _frozen(table: Table) -> list[dict[str, int | str]]:
    return [
        {"unit_id": row.unit, "unit": row.unit_name, "component": row.component, "label": row.component_label, "seats": row.seats}
        for row in table.rows()
    ]


def _lock(congress_id: int) -> Congress:
    congress: Congress | None = lock_row(Congress, congress_id)
    if congress is None:
        raise Refused("no_congress", f"Không có hội nghị số {congress_id}.")
    require(congress.stage, "allocate")
    return congress

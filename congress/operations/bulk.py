"""Changing many people at once, each change kept with what everybody had before, and taking the last one back."""

from collections.abc import Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain.access import Actor
from ..domain.person_words import CAPACITIES, show_yes_no
from ..domain.refusals import Refused
from ..domain.stages import require
from ..domain.structure import ECONOMIC_SECTORS
from ..models import AuditEntry, BulkChange, Component, Congress, Delegate, Delegation, Substitution, db
from . import audit
from .admission import STATES, change_components, lock_congress, set_states
from .allocations import within_seats
from .delegates import find_unit_id, free_roles, get_delegation
from .sealing import Sealer

# What a bulk change may set, in words. Values are kept for the undo, so no sensitive and no contact column is among them.
LABELS = {
    "state": "Trạng thái",
    "component_id": "Thành phần",
    "delegation_id": "Đoàn",
    "title": "Chức vụ",
    "unit_text": "Đơn vị",
    "capacity": "Tư cách",
    "field": "Lĩnh vực",
    "direct_labour": "Lao động trực tiếp",
    "new_model": "Mô hình mới, điển hình mới",
    "economic_sector": "Thành phần kinh tế",
    "note": "Ghi chú",
}
_BY_RULE = ("state", "component_id")
_GONE = 0  # no row has this id
TYPED = tuple(column for column in LABELS if column not in (*_BY_RULE, "delegation_id"))


@dataclass(frozen=True)
class Step:
    """One column of one person in a bulk change: before, after and now in words; `back` whether an undo puts it back."""

    delegate: Delegate
    column: str
    before: str
    after: str
    now: str
    back: bool

    @property
    def label(self) -> str:
        """The column in words."""
        return LABELS[self.column]


def move_people(
    congress_id: int,
    ids: Sequence[int],
    state: str,
    *,
    actor: Actor,
    sealer: Sealer,
    now: datetime,
    reason: str = "",
    override: bool = False,
) -> int:
    """Move people to a state as `set_states` does, and keep it as a bulk change; how many moved."""
    congress = lock_congress(congress_id)
    here = select(Delegate.id, Delegate.state).where(Delegate.congress_id == congress.id, Delegate.id.in_(ids))
    before = {row.id: row.state for row in db.session.execute(here.order_by(Delegate.number))}
    moved = set_states(congress_id, ids, state, actor=actor, sealer=sealer, now=now, reason=reason, override=override)
    rows = [_row(person, {"state": old}, {"state": state}) for person, old in before.items() if old != state]
    _keep(congress, rows, f"{STATES[state]}: {moved} người", actor=actor, now=now)
    return moved


def edit_people(
    congress_id: int,
    ids: Collection[int],
    values: dict[str, Any],
    *,
    component: Component | None = None,
    delegation_name: str | None = None,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> int:
    """Give people the same values, all or none; how many changed.

    `values` holds any of TYPED; a component goes through the rule, and a delegation is named, "" for none. Raises Refused.
    """
    congress = lock_congress(congress_id)
    require(congress.stage, "edit_person")
    if not set(values) <= set(TYPED):
        raise ValueError(f"a bulk edit does not set {sorted(set(values) - set(TYPED))}")
    people = _load(congress, ids)
    wanted = dict(values)
    if delegation_name is not None:
        wanted["delegation_id"] = get_delegation(congress.id, delegation_name).id if delegation_name else None
    if "unit_text" in wanted:
        wanted["unit_id"] = find_unit_id(wanted["unit_text"])
    rows = []
    with within_seats(congress):  # approved people may come to another unit's delegation
        after = {**wanted, **({"component_id": component.id} if component else {})}
        for person in people:
            before = {column: getattr(person, column) for column in after}
            if before != after:
                rows.append(_row(person.id, before, after))
        if component:
            recast = {row["delegate_id"]: component for row in rows}
            change_components(congress, recast, actor=actor, now=now, reason=reason)
        for person in people:
            _set(person, wanted, actor=actor, now=now)
        free_roles(congress, actor=actor, now=now)
    touched = {column for row in rows for column in row["after"] if row["before"][column] != row["after"][column]}
    names = [label for column, label in LABELS.items() if column in touched]
    _keep(congress, rows, f"{', '.join(names)}: {len(rows)} người", actor=actor, now=now)
    return len(rows)


def find_last_change(congress: Congress) -> BulkChange | None:
    """The newest bulk change of a congress, undone or not; None where there is none."""
    query = select(BulkChange).where(BulkChange.congress_id == congress.id).order_by(BulkChange.id.desc()).limit(1)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def is_change_of(congress: Congress, change_id: int) -> bool:
    """Whether this is a bulk change of this congress."""
    return db.session.scalar(select(BulkChange.id).filter_by(congress_id=congress.id, id=change_id)) is not None


def forget_delegation(congress_id: int, delegation_id: int) -> None:
    """A delegation goes: the last change must not put anybody back into one that gets its id later."""
    change = find_last_change(db.session.get_one(Congress, congress_id))
    if change is None:
        return
    for row in (rows := deepcopy(change.rows)):
        for values in (row["before"], row["after"]):
            if values.get("delegation_id") == delegation_id:
                values["delegation_id"] = _GONE
    change.rows = rows
    db.session.flush()


def find_undo(change: BulkChange) -> AuditEntry | None:
    """The line of the audit that says who took a change back, and when."""
    query = select(AuditEntry).filter_by(action="bulk.undo", subject_id=change.id, congress_id=change.congress_id)
    return db.session.scalars(query).one_or_none()


def find_people(congress: Congress, ids: Collection[int]) -> list[Delegate]:
    """These people of a congress, by badge number; Refused when one is not there."""
    return _load(congress, ids)


def read_steps(congress: Congress, change: BulkChange) -> list[Step]:
    """What a bulk change did to whom, by badge number, and what an undo puts back, or has put back. Four queries."""
    rows = {row["delegate_id"]: row for row in change.rows}
    people = _load(congress, rows)
    replaced = set(
        db.session.scalars(select(Substitution.old_id).where(Substitution.old_id.in_(rows), Substitution.at >= change.at))
    )
    words = _Words(congress)
    steps = []
    for person in people:
        row = rows[person.id]
        for column in (column for column in row["after"] if column in LABELS):
            before, after, now = row["before"][column], row["after"][column], getattr(person, column)
            stuck = column == "state" and (person.id in replaced or person.merged_into_id is not None)
            if change.undone_at:
                back = column not in row.get("left", ())
            else:
                back = before != after and now == after and not stuck and words.exists(column, before)
            if before != after:
                said = [words.say(column, value) for value in (before, after, now)]
                steps.append(Step(person, column, before=said[0], after=said[1], now=said[2], back=back))
    return steps


def undo_change(congress_id: int, change_id: int, *, actor: Actor, sealer: Sealer, now: datetime, reason: str = "") -> list[Step]:
    """Take back the last bulk change, once: what is still as the change left it gets its value from before.

    What somebody has changed since stays; these steps are returned. State and component go back through the rule: when it
    says no, Refused says why and nothing is undone.
    """
    congress = lock_congress(congress_id)
    require(congress.stage, "edit_person")
    change = find_last_change(congress)
    if change is None or change.id != change_id:
        raise Refused("not_last", "Đã có thay đổi hàng loạt mới hơn. Chỉ hoàn tác được thay đổi vừa rồi.")
    if change.undone_at:
        raise Refused("undone", "Thay đổi này đã được hoàn tác.")
    steps = read_steps(congress, change)
    if not any(step.back for step in steps):
        raise Refused("nothing_left", "Không còn gì để hoàn tác: mọi giá trị đã được sửa sau đó.")
    _put_back(congress, change, [step for step in steps if step.back], actor=actor, sealer=sealer, now=now, reason=reason)
    left = [step for step in steps if not step.back]
    change.rows = [
        {**row, "left": [step.column for step in left if step.delegate.id == row["delegate_id"]]} for row in change.rows
    ]
    change.undone_at = now
    changed = {"people": len({step.delegate.id for step in steps if step.back}), "left": len(left)}
    audit.record(actor, "bulk.undo", change, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()
    return left


def _put_back(
    congress: Congress, change: BulkChange, steps: list[Step], *, actor: Actor, sealer: Sealer, now: datetime, reason: str
) -> None:
    before = {row["delegate_id"]: row["before"] for row in change.rows}
    moved: dict[str, list[int]] = {}
    typed: dict[int, dict[str, Any]] = {}
    components = {component.id: component for component in congress.plan.components}
    recast: dict[int, Component] = {}
    for step in steps:
        old = before[step.delegate.id]
        if step.column == "state":
            moved.setdefault(old["state"], []).append(step.delegate.id)
        elif step.column == "component_id":
            recast[step.delegate.id] = components[old["component_id"]]
        else:
            values = typed.setdefault(step.delegate.id, {})
            values[step.column] = old[step.column]
            values |= {"unit_id": old["unit_id"]} if step.column == "unit_text" else {}
    people = {step.delegate.id: step.delegate for step in steps}
    try:
        with within_seats(congress):
            # Seats are given back before they are taken.
            for state in sorted(moved, key=lambda state: state == "approved"):
                set_states(congress.id, moved[state], state, actor=actor, sealer=sealer, now=now, reason=reason)
            if recast:
                change_components(congress, recast, actor=actor, now=now, reason=reason)
            for person_id, values in typed.items():
                _set(people[person_id], values, actor=actor, now=now)
            free_roles(congress, actor=actor, now=now)
    except Refused as refusal:
        raise Refused(refusal.code, f"Chưa hoàn tác gì. {refusal.message}", refusal.field) from None


def _set(person: Delegate, values: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    for column, value in values.items():
        setattr(person, column, value)
    if changed := audit.difference(person):
        audit.record(actor, "delegates.edit", person, now=now, congress_id=person.congress_id, changed=changed)


def _load(congress: Congress, ids: Collection[int]) -> list[Delegate]:
    query = select(Delegate).where(Delegate.congress_id == congress.id, Delegate.id.in_(ids)).order_by(Delegate.number)
    people = list(db.session.scalars(query.options(joinedload(Delegate.component)).execution_options(populate_existing=True)))
    if missing := set(ids) - {person.id for person in people}:
        raise Refused("no_delegate", f"Không có đại biểu mã {min(missing)} trong hội nghị này. Chưa đổi ai.")
    return people


def _row(delegate_id: int, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {"delegate_id": delegate_id, "before": before, "after": after}


def _keep(congress: Congress, rows: list[dict[str, Any]], label: str, *, actor: Actor, now: datetime) -> None:
    if not rows:
        return
    change = BulkChange(congress_id=congress.id, label=label, rows=rows, actor_name=actor.name, at=now)
    db.session.add(change)
    db.session.flush()
    columns = sorted({column for row in rows for column in row["after"]})
    changed = {"people": len(rows), "columns": columns}
    audit.record(actor, "bulk.change", change, now=now, congress_id=congress.id, changed=changed)


class _Words:
    """The values of a congress's columns in words."""

    def __init__(self, congress: Congress) -> None:
        found = db.session.execute(select(Delegation.id, Delegation.name).where(Delegation.congress_id == congress.id))
        self._names: dict[str, dict[Any, str]] = {
            "state": STATES,
            "component_id": {component.id: component.label for component in congress.plan.components},
            "delegation_id": {row.id: row.name for row in found} | {None: ""},
            "capacity": CAPACITIES,
            "economic_sector": ECONOMIC_SECTORS,
        }

    def say(self, column: str, value: Any) -> str:
        if isinstance(value, bool):
            return show_yes_no(value)
        names = self._names.get(column)
        return str(value or "") if names is None else names.get(value, "(đã bỏ)" if value is not None else "")

    def exists(self, column: str, value: Any) -> bool:
        """Whether a component or a delegation of before is still there."""
        return column not in ("component_id", "delegation_id") or value in self._names[column]

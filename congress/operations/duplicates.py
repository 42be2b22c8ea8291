"""Rows of a congress's list that look like one person, here or in another congress of the plan; merged, or said to be two."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import joinedload

from ..domain.access import Actor
from ..domain.duplicates import Explained, Row, Twins, find_twins, pair_of
from ..domain.names import fold
from ..domain.refusals import Refused
from ..domain.stages import require
from ..models import (
    Attendance,
    Component,
    Congress,
    Delegate,
    Delegation,
    DuplicateDecision,
    Photo,
    Substitution,
    Unit,
    UpwardList,
    UpwardPerson,
    db,
)
from . import audit
from .admission import approve_instead, check_uncounting, lock_congress, set_states
from .allocations import within_seats
from .badges import revoke_badges
from .delegates import FIELDS, pass_on_roles
from .scope import congresses_for
from .sealing import Sealer

# What the kept row takes from the other where it is blank; unit_text goes with its unit.
_TAKEN = (*(field for field in FIELDS if field != "unit_text"), "delegation_id", "exemplar_id", "list_version_id")


@dataclass(frozen=True)
class Side:
    """One of two rows. Of a congress beyond the reader's reach only the kind of its unit is told."""

    id: int
    congress_id: int
    unit_kind: str
    visible: bool
    name: str = ""
    number: int = 0
    state: str = ""
    title: str = ""
    unit: str = ""
    component: str = ""
    delegation: str = ""
    congress_title: str = ""


@dataclass(frozen=True)
class Duplicate:
    """Two rows that look like one person; `left` is of the congress that is looked at."""

    left: Side
    right: Side
    reasons: tuple[str, ...]

    @property
    def here(self) -> bool:
        """Whether both are of one congress."""
        return self.left.congress_id == self.right.congress_id


@dataclass(frozen=True)
class Decided:
    """Two rows that were said to be two; `left` is of the congress that is looked at."""

    left: Side
    right: Side
    decision: DuplicateDecision


def find_duplicates(congress: Congress, *, actor: Actor, delegate_id: int | None = None) -> list[Duplicate]:
    """The pairs of a congress, or of one of its people, that nothing explains yet: those within it first, then the surest.

    Seven queries at most, whatever the number of people. Withdrawn people and cancelled congresses are left out.
    """
    twins = _find_twins(congress, delegate_id)
    if not twins:
        return []
    reach = set(db.session.scalars(congresses_for(actor, "delegates.read").with_only_columns(Congress.id)))
    sides = _sides({id_ for pair in twins for id_ in (pair.low, pair.high)}, reach)
    found = []
    for pair in twins:
        left, right = sides[pair.low], sides[pair.high]
        if left.congress_id != congress.id or pair.high == delegate_id:
            left, right = right, left
        found.append(Duplicate(left, right, pair.reasons))
    return sorted(found, key=lambda duplicate: not duplicate.here)  # what one can mend oneself first


def count_duplicates(congress: Congress) -> int:
    """How many pairs of a congress nothing explains yet."""
    return len(_find_twins(congress, None))


def find_doubtful(congress: Congress) -> set[int]:
    """The people of a congress whom an unexplained pair names, to mark them on its list. Four queries, whatever the number."""
    rows = _alike(congress, None)
    ours = {row.id for row in rows if row.ours}
    return {id_ for pair in find_twins(rows, _explained(congress)) for id_ in (pair.low, pair.high)} & ours


def _find_twins(congress: Congress, delegate_id: int | None) -> list[Twins]:
    rows = _alike(congress, delegate_id)
    return find_twins(rows, _explained(congress)) if find_twins(rows) else []


def _alike(congress: Congress, delegate_id: int | None) -> list[Row]:
    """Everybody in the plan's congresses who shares a name or an ID number with one of ours."""
    mine = [Delegate.congress_id == congress.id, Delegate.state != "withdrawn"]
    if delegate_id is not None:
        mine.append(Delegate.id == delegate_id)
    # Only those who share a name or an ID number with one of ours: of a province's 45,000 people a few hundred.
    names = select(Delegate.folded).where(*mine)
    numbers = select(Delegate.id_number).where(*mine, Delegate.id_number.is_not(None))
    columns = (Delegate.id, Delegate.congress_id, Delegate.folded, Delegate.born, Delegate.unit_text, Delegate.id_number)
    query = (
        select(*columns)
        .join(Congress, Delegate.congress_id == Congress.id)
        .where(Congress.plan_id == congress.plan_id, Congress.stage != "cancelled", Delegate.state != "withdrawn")
        .where(or_(Delegate.folded.in_(names), Delegate.id_number.in_(numbers)))
    )
    return [_row(row, row.congress_id == congress.id and delegate_id in (None, row.id)) for row in db.session.execute(query)]


def _row(row: Any, ours: bool) -> Row:
    return Row(
        id=row.id,
        ours=ours,
        name=row.folded,
        year=(row.born or "")[:4],
        unit=fold(row.unit_text),
        id_number=row.id_number or "",
    )


def _explained(congress: Congress) -> Explained:
    """People sent up to the next congress are one person in two; those said to be two, and who replaced whom, are two."""
    sent_up = (
        select(UpwardPerson.delegate_id, UpwardPerson.upper_delegate_id)
        .join(UpwardList, UpwardPerson.upward_list_id == UpwardList.id)
        .join(Congress, UpwardList.congress_id == Congress.id)
        .where(Congress.plan_id == congress.plan_id, UpwardPerson.upper_delegate_id.is_not(None))
    )
    here = select(Delegate.id).where(Delegate.congress_id == congress.id)
    decided = select(DuplicateDecision.low_id, DuplicateDecision.high_id).where(
        or_(DuplicateDecision.low_id.in_(here), DuplicateDecision.high_id.in_(here))
    )
    replaced = select(Substitution.old_id, Substitution.new_id).where(Substitution.congress_id == congress.id)
    same = [pair_of(lower, upper) for lower, upper in db.session.execute(sent_up) if upper is not None]
    apart = [pair_of(one, other) for query in (decided, replaced) for one, other in db.session.execute(query)]
    return Explained(same, apart)


def _sides(delegate_ids: Collection[int], reach: Collection[int]) -> dict[int, Side]:
    columns = (
        Delegate.id, Delegate.congress_id, Delegate.name, Delegate.number, Delegate.state, Delegate.title, Delegate.unit_text,
        Component.label, Delegation.name.label("delegation"), Congress.title1, Unit.kind,
    )  # fmt: skip
    query = (
        select(*columns)
        .join(Component, Delegate.component_id == Component.id)
        .join(Congress, Delegate.congress_id == Congress.id)
        .join(Unit, Congress.unit_id == Unit.id)
        .outerjoin(Delegation, Delegate.delegation_id == Delegation.id)
        .where(Delegate.id.in_(delegate_ids))
    )
    return {row.id: _side(row, row.congress_id in reach) for row in db.session.execute(query)}


def _side(row: Any, visible: bool) -> Side:
    if not visible:
        return Side(row.id, row.congress_id, row.kind, visible=False)
    return Side(
        row.id, row.congress_id, row.kind, visible=True, name=row.name, number=row.number, state=row.state, title=row.title,
        unit=row.unit_text, component=row.label, delegation=row.delegation or "", congress_title=row.title1,
    )  # fmt: skip


def get_rows(duplicate: Duplicate) -> tuple[Delegate, Delegate]:
    """Both rows of a pair with what their columns show, left and right. One query."""
    query = select(Delegate).where(Delegate.id.in_((duplicate.left.id, duplicate.right.id)))
    query = query.options(
        joinedload(Delegate.component), joinedload(Delegate.delegation), joinedload(Delegate.congress).joinedload(Congress.unit)
    )
    rows = {delegate.id: delegate for delegate in db.session.scalars(query)}
    return rows[duplicate.left.id], rows[duplicate.right.id]


def decisions_of(congress: Congress, *, actor: Actor) -> list[Decided]:
    """The pairs of a congress that were said to be two, the last first. Three queries."""
    here = select(Delegate.id).where(Delegate.congress_id == congress.id)
    query = select(DuplicateDecision).where(or_(DuplicateDecision.low_id.in_(here), DuplicateDecision.high_id.in_(here)))
    decisions = db.session.scalars(query.order_by(DuplicateDecision.id.desc())).all()
    reach = set(db.session.scalars(congresses_for(actor, "delegates.read").with_only_columns(Congress.id)))
    sides = _sides({id_ for decision in decisions for id_ in (decision.low_id, decision.high_id)}, reach)
    found = []
    for decision in decisions:
        left, right = sides[decision.low_id], sides[decision.high_id]
        if left.congress_id != congress.id:
            left, right = right, left
        found.append(Decided(left, right, decision))
    return found


# ---- what is done about a pair ---------------------------------------------------------------------------------------


def keep_apart(duplicate: Duplicate, reason: str, *, actor: Actor, now: datetime) -> None:
    """Say, with a reason, that two rows are two people, or one person who rightly stands in two congresses."""
    for congress_id in sorted({duplicate.left.congress_id, duplicate.right.congress_id}):  # either side may be deciding just now
        lock_congress(congress_id)
    if not reason.strip():
        raise Refused("needs_reason", "Nêu lý do.", "reason")
    low, high = pair_of(duplicate.left.id, duplicate.right.id)
    if db.session.scalar(select(DuplicateDecision.id).filter_by(low_id=low, high_id=high)):
        return
    decision = DuplicateDecision(low_id=low, high_id=high, reason=reason.strip(), actor_name=actor.name, at=now)
    db.session.add(decision)
    db.session.flush()
    changed = {"low": low, "high": high, "reason": decision.reason}
    audit.record(actor, "duplicates.keep_apart", decision, now=now, congress_id=duplicate.left.congress_id, changed=changed)


def withdraw_here(duplicate: Duplicate, reason: str, *, actor: Actor, sealer: Sealer, now: datetime) -> None:
    """Withdraw somebody who stands in another congress from this one, with a reason."""
    if duplicate.here:
        raise Refused("same_list", "Hai dòng ở cùng một danh sách: gộp lại, hoặc ghi là hai người khác nhau.")
    if not reason.strip():
        raise Refused("needs_reason", "Nêu lý do.", "reason")
    congress_id, ids = duplicate.left.congress_id, [duplicate.left.id]
    set_states(congress_id, ids, "withdrawn", actor=actor, sealer=sealer, now=now, reason=reason)


def merge(
    congress_id: int, kept_id: int, other_id: int, *, actor: Actor, sealer: Sealer, now: datetime, reason: str = ""
) -> Delegate:
    """Make two rows of one congress one: the kept row takes what it lacks, the other is withdrawn and its badge dies.

    Nothing the kept row says is overwritten; it keeps its number and badge. Where only the other was approved, the approval moves
    under the rule. Raises Refused when the other is checked in, or the rule forbids.
    """
    congress = lock_congress(congress_id)
    require(congress.stage, "edit_person")
    kept, other = (_get(congress, delegate_id) for delegate_id in (kept_id, other_id))
    if kept is other:
        raise Refused("same_row", "Chọn hai dòng khác nhau.")
    _refuse_inside(other)
    check_uncounting(other.component, kept.component, reason)
    with within_seats(congress):  # somebody approved who has no delegation yet takes that of the other row
        with db.session.no_autoflush:
            _take_blanks(kept, other)
            changed = audit.difference(kept) | {"merged": other.id}
        db.session.flush()
        if other.state == "approved" != kept.state:
            approve_instead(other, kept, congress, actor=actor, sealer=sealer, now=now, reason=reason)
        else:
            set_states(congress.id, [other.id], "withdrawn", actor=actor, sealer=sealer, now=now, reason=reason)
    other.merged_into_id = kept.id
    revoke_badges(other.id, now=now)
    pass_on_roles(other, kept)
    _move_lists(kept, other)
    audit.record(actor, "duplicates.merge", kept, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()
    return kept


def _get(congress: Congress, delegate_id: int) -> Delegate:
    query = select(Delegate).where(Delegate.id == delegate_id, Delegate.congress_id == congress.id, Delegate.state != "withdrawn")
    delegate = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if delegate is None:
        raise Refused("no_delegate", "Người này không còn trong danh sách. Tải lại trang Trùng.")
    return delegate


def _refuse_inside(other: Delegate) -> None:
    if db.session.scalars(select(Attendance.id).filter_by(delegate_id=other.id).limit(1)).first() is not None:
        who = f"{other.name}, số thẻ {other.number}"
        raise Refused("inside", f"{who} đã điểm danh. Gộp vào dòng ấy, hoặc hoàn tác lượt điểm danh ở trang Điểm danh trước.")


def _take_blanks(kept: Delegate, other: Delegate) -> None:
    if not kept.unit_text:
        kept.unit_text, kept.unit_id = other.unit_text, other.unit_id
    for name in _TAKEN:
        if getattr(kept, name) in (None, ""):
            setattr(kept, name, getattr(other, name))


def _move_lists(kept: Delegate, other: Delegate) -> None:
    """The photo, and the places on upward lists, go to the kept row where it has none."""
    if db.session.get(Photo, kept.id) is None:
        db.session.execute(update(Photo).where(Photo.delegate_id == other.id).values(delegate_id=kept.id))
    named = select(UpwardPerson.upward_list_id).where(UpwardPerson.delegate_id == kept.id)
    moved = update(UpwardPerson).where(UpwardPerson.delegate_id == other.id, UpwardPerson.upward_list_id.not_in(named))
    upper = update(UpwardPerson).where(UpwardPerson.upper_delegate_id == other.id)
    for statement in (moved.values(delegate_id=kept.id), upper.values(upper_delegate_id=kept.id)):
        db.session.execute(statement.execution_options(synchronize_session=False))

"""The composition of a congress's list: people as plain facts, and the peoples and religions a place declares."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, exists, select

from ..domain.access import Actor
from ..domain.reference_lists import PEOPLES, RELIGIONS
from ..domain.refusals import Refused
from ..domain.stages import require
from ..domain.structure import Calendar, PersonFact, Target, read_targets
from ..domain.titles import VIETNAM
from ..models import Attendance, Component, Congress, Delegate, Delegation, Sitting, db
from . import audit

_DELEGATE = Delegate.__table__.c
_COLUMNS = (
    "id", "state", "absence_reason", "name", "sex", "ethnic", "religion", "party", "direct_labour", "field", "economic_sector",
    "new_model", "capacity", "education", "political_theory", "schooling", "highest_award",
)  # fmt: skip


def read_people(congress: Congress, sitting: Sitting | None = None) -> list[PersonFact]:
    """Everybody on the list but the withdrawn, as the statistics want them; one query whatever the size.

    Present is who is in at the sitting, or at any sitting of the congress.
    """
    sittings = [sitting.id] if sitting else select(Sitting.id).where(Sitting.congress_id == congress.id)
    present = exists().where(and_(Attendance.delegate_id == _DELEGATE.id, Attendance.sitting_id.in_(sittings)))
    query = (
        select(
            *(_DELEGATE[name] for name in _COLUMNS), _DELEGATE.born, _DELEGATE.unit_text, present.label("present"),
            Component.side, Component.label.label("component"), Delegation.name.label("delegation"),
        )
        .join_from(Delegate.__table__, Component.__table__)
        .outerjoin(Delegation.__table__, _DELEGATE.delegation_id == Delegation.id)
        .where(_DELEGATE.congress_id == congress.id, _DELEGATE.state != "withdrawn")
        .order_by(_DELEGATE.sort_key, _DELEGATE.id)
    )  # fmt: skip
    return [
        PersonFact(
            side=row.side, component=row.component, delegation=row.delegation or "", present=row.present, unit=row.unit_text,
            born=int(row.born[:4]) if row.born else None,
            **{name: getattr(row, name) for name in _COLUMNS},
        )
        for row in db.session.execute(query)
    ]  # fmt: skip


def calendar_of(congress: Congress, *, now: datetime) -> Calendar:
    """The year of the opening day (this year while there is none) and the plan's age of the young."""
    day = congress.held_on or now.astimezone(VIETNAM).date()
    return Calendar(day.year, congress.plan.young_until)


def targets_of(congress: Congress) -> list[Target]:
    """What the plan would like of the composition."""
    return read_targets(congress.tier.targets)


def delegation_names(congress: Congress) -> list[str]:
    """The delegations in protocol order."""
    query = select(Delegation.name).where(Delegation.congress_id == congress.id).order_by(Delegation.position, Delegation.id)
    return list(db.session.scalars(query))


def declare_composition(
    congress: Congress, *, peoples: Sequence[str], religions: Sequence[str], actor: Actor, now: datetime
) -> None:
    """Write down which peoples and religions live in the place; raises Refused for one that the state's lists lack, and once the
    congress is reported or cancelled.
    """
    require(congress.stage, "edit_person")
    if set(peoples) - set(PEOPLES):
        raise Refused("no_people", "Chọn dân tộc trong danh mục 54 dân tộc.", "peoples")
    if set(religions) - set(RELIGIONS):
        raise Refused("no_religion", "Chọn tôn giáo trong danh mục.", "religions")
    declared = {
        "declared_peoples": [name for name in PEOPLES if name in peoples],
        "declared_religions": [name for name in RELIGIONS if name in religions],
    }
    for column, value in declared.items():
        if getattr(congress, column) != value:
            setattr(congress, column, value)
    if changed := audit.difference(congress):
        audit.record(actor, "structure.declare", congress, now=now, congress_id=congress.id, changed=changed)

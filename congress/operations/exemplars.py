"""The register of advanced models: entries of units, and delegates pointing to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from ..domain.access import Actor
from ..domain.admission import HONOURED
from ..domain.exemplars import KINDS, Matching, key_of, match_register
from ..domain.names import fold, normalise, sort_key
from ..domain.refusals import Refused
from ..domain.stages import require
from ..models import Component, Congress, Delegate, Exemplar, Unit, db
from . import audit, scope
from .admission import lock_congress

FOUND_AT_MOST = 20


@dataclass(frozen=True)
class ExemplarValues:
    """What a form says about an entry; `kind` is one of domain.exemplars.KINDS."""

    kind: str
    name: str
    field: str
    summary: str
    decision: str


def exemplars_for(actor: Actor, *, text: str = "", kind: str = "") -> Select[Exemplar]:
    """The entries an actor may read, in Vietnamese order; `text` is words of a name without accents, in any order."""
    units = scope.units_for(actor, "exemplars.read").with_only_columns(Unit.id)
    query = select(Exemplar).where(Exemplar.unit_id.in_(units)).options(joinedload(Exemplar.unit))
    if kind:
        query = query.where(Exemplar.kind == kind)
    for word in fold(text).split():
        query = query.where(Exemplar.folded.contains(word, autoescape=True))
    return query.order_by(Exemplar.sort_key, Exemplar.id)


def find_exemplar(actor: Actor, permission: str, exemplar_id: int) -> Exemplar | None:
    """An entry of a unit at which a permission holds, or None."""
    units = scope.units_for(actor, permission).with_only_columns(Unit.id)
    return db.session.scalars(select(Exemplar).where(Exemplar.id == exemplar_id, Exemplar.unit_id.in_(units))).one_or_none()


def add_exemplar(unit: Unit, values: ExemplarValues, *, actor: Actor, now: datetime) -> Exemplar:
    """A new entry in a unit's register; raises Refused when the unit has one of this kind and name."""
    exemplar = Exemplar(unit_id=unit.id, created_at=now)
    _fill(exemplar, values)
    db.session.add(exemplar)
    db.session.flush()
    audit.record(actor, "exemplars.add", exemplar, now=now, changed={"unit": unit.name, "kind": values.kind})
    return exemplar


def edit_exemplar(exemplar: Exemplar, values: ExemplarValues, *, actor: Actor, now: datetime) -> None:
    """Change an entry; delegates who point to it keep doing so."""
    with db.session.no_autoflush:
        _fill(exemplar, values)
        changed = audit.difference(exemplar)
    changed.pop("folded", None)
    changed.pop("sort_key", None)
    if changed:
        audit.record(actor, "exemplars.edit", exemplar, now=now, changed=changed)
    db.session.flush()


def _fill(exemplar: Exemplar, values: ExemplarValues) -> None:
    name = normalise(values.name)
    if not name:
        raise Refused("no_name", "Nhập tên.", "name")
    if values.kind not in KINDS:
        raise Refused("kind", "Chọn cá nhân, tập thể hoặc hộ gia đình.", "kind")
    # Two people of one name are two entries; the same words once more are a button pressed twice.
    same = select(Exemplar.id).filter_by(
        unit_id=exemplar.unit_id,
        kind=values.kind,
        name=name,
        field=values.field,
        summary=values.summary,
        decision=values.decision,
    )
    with db.session.no_autoflush:
        if db.session.scalars(same.where(Exemplar.id != (exemplar.id or 0)).limit(1)).first() is not None:
            raise Refused("exemplar_twice", f"Sổ của đơn vị đã có {name} với đúng những lời này.", "name")
    exemplar.kind, exemplar.name, exemplar.folded, exemplar.sort_key = values.kind, name, fold(name), sort_key(name)
    exemplar.field, exemplar.summary, exemplar.decision = values.field, values.summary, values.decision


# ---- delegates and the register --------------------------------------------------------------------------------------


def register_of(congress: Congress) -> Select[Exemplar]:
    """The entries a congress's delegates may point to: of its unit and the units below."""
    return select(Exemplar).where(_within(congress)).options(joinedload(Exemplar.unit))


def _within(congress: Congress) -> ColumnElement[bool]:
    return Exemplar.unit_id.in_(select(Unit.id).where(Unit.path.startswith(congress.unit.path, autoescape=True)))


def suggest_exemplars(delegate: Delegate) -> list[Exemplar]:
    """The entries under the delegate's own name, or that of the collective or household they stand for."""
    kind, folded = key_of(name=delegate.name, capacity=delegate.capacity, represents=delegate.represents)
    if not folded:
        return []
    query = register_of(delegate.congress).where(Exemplar.kind == kind, Exemplar.folded == folded)
    return list(db.session.scalars(query.order_by(Exemplar.id).limit(FOUND_AT_MOST)))


def search_register(congress: Congress, text: str) -> list[Exemplar]:
    """Entries a congress's delegates may point to, by words of a name without accents."""
    words = fold(text).split()
    if not words:
        return []
    query = register_of(congress).where(*(Exemplar.folded.contains(word, autoescape=True) for word in words))
    return list(db.session.scalars(query.order_by(Exemplar.sort_key, Exemplar.id).limit(FOUND_AT_MOST)))


def link_exemplar(delegate: Delegate, exemplar_id: int | None, *, actor: Actor, now: datetime) -> None:
    """Point a delegate to an entry of the register, or with None to none.

    Raises Refused for an entry of another place, and where the plan demands one of somebody approved.
    """
    congress = lock_congress(delegate.congress_id)
    require(congress.stage, "edit_person")
    if exemplar_id is not None:
        query = register_of(congress).where(Exemplar.id == exemplar_id)
        if db.session.scalars(query).one_or_none() is None:
            raise Refused("no_exemplar", "Không có mục này trong sổ điển hình của đơn vị.")
    elif congress.plan.register_required and delegate.state == "approved" and delegate.component.side == HONOURED:
        raise Refused("not_in_register", "Kế hoạch đòi điển hình có trong sổ. Rút người này trước, hoặc nối với mục khác.")
    delegate.exemplar_id = exemplar_id
    changed = audit.difference(delegate)
    if changed:
        audit.record(actor, "delegates.link_exemplar", delegate, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()


def unlinked_people(congress: Congress) -> Sequence[Delegate]:
    """People of the honoured side, not withdrawn, who point to no entry; in Vietnamese order."""
    query = select(Delegate).join(Component, Delegate.component_id == Component.id)
    query = query.where(
        Delegate.congress_id == congress.id,
        Delegate.state != "withdrawn",
        Delegate.exemplar_id.is_(None),
        Component.side == HONOURED,
    )
    return db.session.scalars(query.order_by(Delegate.sort_key, Delegate.id)).all()


def count_linked(congress: Congress) -> int:
    """People of the list, not withdrawn, who point to an entry."""
    query = select(func.count()).select_from(Delegate)
    query = query.where(Delegate.congress_id == congress.id, Delegate.state != "withdrawn", Delegate.exemplar_id.is_not(None))
    return db.session.scalar(query) or 0


def match_list(congress: Congress) -> Matching:
    """How the people without an entry would be linked by name and kind. Two queries."""
    people = [(d.id, key_of(name=d.name, capacity=d.capacity, represents=d.represents)) for d in unlinked_people(congress)]
    rows = db.session.execute(select(Exemplar.id, Exemplar.kind, Exemplar.folded).where(_within(congress)))
    entries = [(row.id, (row.kind, row.folded)) for row in rows]
    return match_register(people, entries)


def link_by_name(congress_id: int, *, actor: Actor, now: datetime) -> Matching:
    """Link everybody of the honoured side whose kind and folded name stand in the register exactly once."""
    congress = lock_congress(congress_id)
    require(congress.stage, "edit_person")
    found = match_list(congress)
    for delegate in unlinked_people(congress):
        if delegate.id in found.links:
            delegate.exemplar_id = found.links[delegate.id]
            changed = audit.difference(delegate)
            audit.record(actor, "delegates.link_exemplar", delegate, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()
    return found
